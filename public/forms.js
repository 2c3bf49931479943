// For pages that the server alone draws: what is to be put right is heard first, and a form that is pressed twice is posted once.
(() => {
  const problem = document.querySelector(".error-summary[role=alert]");
  if (problem) problem.focus();
  document.addEventListener("submit", (event) => {
    if (event.target.dataset.sent) event.preventDefault();
    event.target.dataset.sent = "true";
  });
  // Back on a page that the browser has kept, everything can be posted again.
  window.addEventListener("pageshow", () => {
    for (const form of document.forms) delete form.dataset.sent;
  });
})();
