// On a shared machine (?kiosk=1): whoever has gone is forgotten. After so long without a sign of somebody everything is, with a warning before
// that any press or key answers (WCAG 2.2.1). Without this script the page does it by itself (templates/parts/footer.html), and without a page
// the server does (http/kiosk.rs).
(() => {
  const box = document.getElementById("kiosk");
  if (!box) return;
  const forgetAfter = Number(box.dataset.forgetAfter) * 1000;
  const warnAfter = Number(box.dataset.warnAfter) * 1000;
  // The server gives a browser up that was silent for half a minute more than a page may be.
  const TELL_AFTER = 20_000;
  // By the clock, because timers sleep when the computer does.
  let last = Date.now();
  let told = last;
  let spread = 0;
  let isUsed = false;
  let hasLeft = false;
  let shown = null;
  let before = null;
  // What one tab sees is true of them all.
  const tabs = "BroadcastChannel" in window ? new BroadcastChannel("rekey-kiosk") : null;
  // The browser brings back what was written when somebody goes back to the page.
  const empty = () => {
    for (const form of document.forms) form.reset();
  };
  const leave = (place) => {
    if (hasLeft) return;
    hasLeft = true;
    empty();
    location.replace(place);
  };
  const forget = () => {
    tabs?.postMessage({ at: Date.now(), isOver: true });
    leave(isUsed ? box.dataset.left : box.dataset.over);
  };
  // Whoever types for minutes sends nothing.
  const tell = async () => {
    told = Date.now();
    try {
      const answer = await fetch(box.dataset.here, { cache: "no-store" });
      if (answer.status === 401) forget();
    } catch {
      // No connection: the next sign tells.
    }
  };
  const note = (time) => {
    last = Math.max(last, time);
    if (!shown) return;
    const hadFocus = shown.contains(document.activeElement);
    shown.remove();
    shown = null;
    // Whoever pressed the button goes on where they were.
    if (hadFocus) before?.focus();
  };
  const isThere = () => {
    const now = Date.now();
    // The first sign after the computer slept is that of somebody else.
    if (now - last >= forgetAfter) return look();
    note(now);
    if (now - spread >= 1000) {
      spread = now;
      tabs?.postMessage({ at: now });
    }
    if (now - told >= TELL_AFTER) tell();
  };
  const made = (name, className, ...content) => {
    const element = document.createElement(name);
    element.className = className;
    element.append(...content);
    return element;
  };
  const warn = (left) => {
    before = document.activeElement;
    const [start, behind] = box.dataset.text.split("{seconds}");
    const timer = made("span", "", left);
    timer.setAttribute("role", "timer");
    const button = made("button", "button", box.dataset.stay);
    button.type = "button";
    const warning = made("div", "stay", made("p", "", start, timer, behind), button);
    warning.setAttribute("role", "alert");
    shown = made("div", "staying", warning);
    // At the end of the page, where it keeps to the lower edge of the window.
    document.body.append(shown);
  };
  const look = () => {
    const still = Date.now() - last;
    if (still >= forgetAfter) {
      forget();
    } else if (still >= warnAfter) {
      const left = String(Math.ceil((forgetAfter - still) / 1000));
      if (!shown) warn(left);
      // A timer is seen, and not read out again each second.
      const timer = shown.querySelector("[role=timer]");
      if (timer.textContent !== left) timer.textContent = left;
    }
  };
  const press = () => {
    isUsed = true;
    isThere();
  };
  // Whoever reads is there too; but the warning is answered by a press, so that its button does not go from under the pointer.
  const read = () => {
    if (!shown) isThere();
  };
  for (const sign of ["pointerdown", "keydown", "input"]) document.addEventListener(sign, press, true);
  for (const sign of ["pointermove", "wheel", "scroll"]) document.addEventListener(sign, read, { capture: true, passive: true });
  tabs?.addEventListener("message", ({ data }) => {
    if (!data.isOver) note(data.at);
    // A tab that the browser had put to sleep hears of it late, when somebody else may be at another one.
    else leave(Date.now() - data.at < 5000 ? box.dataset.left : box.dataset.start);
  });
  tabs?.postMessage({ at: last });
  setInterval(look, 500);
  document.addEventListener("visibilitychange", look);
  window.addEventListener("pageshow", (event) => {
    // A page that the browser has kept is of a time that nobody knows.
    if (event.persisted) location.reload();
    if (performance.getEntriesByType("navigation")[0]?.type === "back_forward") empty();
    look();
  });
})();
