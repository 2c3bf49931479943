// For pages that the server alone draws: what is to be put right is heard first, and a form that is pressed twice is posted once.
(() => {
  const problem = document.querySelector(".error-summary[role=alert]");
  if (problem) problem.focus();
  // So long the second press is taken for the same wish; later somebody has lost patience and means it.
  const SAME_WISH = 5000;
  document.addEventListener("submit", (event) => {
    const form = event.target;
    const now = Date.now();
    if (now - Number(form.dataset.sentAt || 0) < SAME_WISH) event.preventDefault();
    else form.dataset.sentAt = String(now);
  });
  // Back on a page that the browser has kept, everything can be posted again.
  window.addEventListener("pageshow", () => {
    for (const form of document.forms) delete form.dataset.sentAt;
  });
})();
