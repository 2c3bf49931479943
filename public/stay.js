// Warns two minutes before a sign-in ends for lack of use, with one button to stay (WCAG 2.2.1). Without this script the next page asks
// for the password again, and nothing else is lost.
(() => {
  const box = document.getElementById("stay");
  const template = box && box.querySelector("template");
  if (!template) return;
  const seconds = (name) => Number(box.dataset[name]) * 1000;
  // By the clock, because timers sleep when the computer does.
  let warnAt = Date.now() + seconds("warnIn");
  let endAt = Date.now() + seconds("endIn");
  let shown = null;
  const leave = () => location.assign("/account");
  const stay = async () => {
    try {
      const answer = await fetch("/account/stay", { method: "POST" });
      if (answer.status === 401) return leave();
      if (!answer.ok) return;
      const next = await answer.json();
      warnAt = Date.now() + next.warn_in * 1000;
      endAt = Date.now() + next.end_in * 1000;
      if (shown) shown.remove();
      shown = null;
    } catch {
      // No connection: the button stays, and can be pressed again.
    }
  };
  const look = () => {
    const now = Date.now();
    if (now >= endAt) return leave();
    if (now >= warnAt && !shown) {
      box.append(template.content.cloneNode(true));
      shown = box.lastElementChild;
      shown.querySelector("button").addEventListener("click", stay);
      box.scrollIntoView({ block: "nearest" });
    }
  };
  setInterval(look, 1000);
  document.addEventListener("visibilitychange", look);
  // An error is heard first.
  const problem = document.querySelector(".error-summary[role=alert]");
  if (problem) problem.focus();
})();
