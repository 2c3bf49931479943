// Counts down on a page that asks for a code until another one may be asked for, as the steps of the reset do. Until then the button only looks
// as if it waits: pressed all the same, the answer says how long. Without this script the page says what was true when it was drawn.
(() => {
  const hint = document.getElementById("resend-hint");
  const button = document.getElementById("resend");
  if (!hint || !button) return;
  // By the clock, because timers sleep when the computer does.
  const until = Date.now() + Number(hint.dataset.wait) * 1000;
  const ready = hint.nextElementSibling;
  let running = 0;
  const tick = () => {
    const left = Math.ceil((until - Date.now()) / 1000);
    if (left > 0) {
      hint.textContent = hint.dataset.words.replace("{seconds}", String(left));
      return;
    }
    clearInterval(running);
    hint.textContent = "";
    button.removeAttribute("aria-disabled");
    ready.textContent = ready.dataset.words;
  };
  button.setAttribute("aria-disabled", "true");
  running = setInterval(tick, 1000);
  document.addEventListener("visibilitychange", tick);
  tick();
})();
