// What is to be put right is heard first: a page with errors begins there.
(() => {
  const problem = document.querySelector(".error-summary[role=alert]");
  if (problem) problem.focus();
})();
