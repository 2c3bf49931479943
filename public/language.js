// Another language of a page keeps what was typed on it: it waits in this tab, for the next page only. Passwords and codes are none of
// these fields. Without this script the page is what it was when it was drawn.
(() => {
  const KEY = "rekey-typed";
  const NAMES = ["identifier", "postal_code", "channel", "name", "mail", "phone", "words"];
  // Looked up each time: the app goes on to another page within the same document.
  const all = (selector) => [...document.querySelectorAll(selector)];
  const fields = () => all("main input, main textarea").filter((field) => NAMES.includes(field.name) && field.type !== "hidden");
  // A page that was refused stands at the address that it was posted to.
  const page = () => all("main input[name=page]")[0]?.value ?? location.pathname;
  try {
    const kept = JSON.parse(sessionStorage.getItem(KEY));
    sessionStorage.removeItem(KEY);
    for (const field of kept && kept.page === page() ? fields() : []) {
      const value = kept.values[field.name];
      if (value === undefined) continue;
      if (field.type === "radio") field.checked = field.value === value;
      else field.value = value;
    }
  } catch {
    // A browser that keeps nothing.
  }
  document.addEventListener("click", (event) => {
    if (!event.target.closest?.("footer a[hreflang]")) return;
    const typed = fields().filter((field) => field.type !== "radio" || field.checked);
    const values = Object.fromEntries(typed.map((field) => [field.name, field.value]));
    try {
      sessionStorage.setItem(KEY, JSON.stringify({ page: page(), values }));
    } catch {
      // As above.
    }
  });
})();
