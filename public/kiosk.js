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
  const look = () => {
    const still = Date.now() - last;
    if (still >= forgetAfter) {
      location.replace(box.dataset.over);
    } else if (still >= warnAfter && !shown) {
      // At the end of the page, where it keeps to the lower edge of the window.
      document.body.append(box.querySelector("template").content.cloneNode(true));
      shown = document.body.lastElementChild;
    }
  };
  for (const sign of ["pointerdown", "keydown", "input"]) document.addEventListener(sign, isThere, true);
  setInterval(look, 500);
  document.addEventListener("visibilitychange", look);
  // Back on a page that the browser has kept.
  window.addEventListener("pageshow", look);
})();
