// On a shared machine (?kiosk=1): whoever has gone is forgotten. After so long without a press or a key everything is, with a warning before
// that any press answers (WCAG 2.2.1). Without this script the page does it by itself (templates/parts/footer.html).
(() => {
  const box = document.getElementById("kiosk");
  if (!box) return;
  const forgetAfter = Number(box.dataset.forgetAfter) * 1000;
  const warnAfter = Number(box.dataset.warnAfter) * 1000;
  // By the clock, because timers sleep when the computer does.
  let last = Date.now();
  let shown = null;
  const isThere = () => {
    last = Date.now();
    if (shown) shown.remove();
    shown = null;
  };
  const made = (name, className, ...content) => {
    const element = document.createElement(name);
    element.className = className;
    element.append(...content);
    return element;
  };
  const look = () => {
    const still = Date.now() - last;
    if (still >= forgetAfter) {
      location.replace(box.dataset.over);
    } else if (still >= warnAfter && !shown) {
      // At the end of the page, where it keeps to the lower edge of the window.
      const button = made("button", "button", box.dataset.stay);
      button.type = "button";
      const warning = made("div", "stay", made("p", "", box.dataset.text), button);
      warning.setAttribute("role", "alert");
      shown = made("div", "staying", warning);
      document.body.append(shown);
    }
  };
  for (const sign of ["pointerdown", "keydown", "input"]) document.addEventListener(sign, isThere, true);
  setInterval(look, 500);
  document.addEventListener("visibilitychange", look);
  // Back on a page that the browser has kept.
  window.addEventListener("pageshow", look);
})();
