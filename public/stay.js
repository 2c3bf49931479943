// Warns two minutes before a sign-in ends, with one button to stay where that moves the end (WCAG 2.2.1). Without this script the next page
// asks for the password again, and nothing else is lost.
(() => {
  const box = document.getElementById("stay");
  if (!box) return;
  // The app may go on to another page within the same document, which is not ours to watch.
  const place = location.pathname;
  let warnAt = 0;
  let endAt = 0;
  let isLast = false;
  let shown = null;
  let isLastShown = false;
  let hasLeft = false;
  let isAsking = false;
  // By the clock, because timers sleep when the computer does.
  const note = (warnIn, endIn, last) => {
    warnAt = Date.now() + warnIn * 1000;
    endAt = Date.now() + endIn * 1000;
    isLast = last;
    // Drawn again where it must be, with or without the button.
    if (shown && (Date.now() < warnAt || last !== isLastShown)) {
      shown.remove();
      shown = null;
    }
  };
  // The form in which something was written and not yet sent; its fields are none for passwords or codes.
  const unsent = () => {
    const forms = [...document.querySelectorAll("form[data-keeps]")];
    const isWritten = (field) => field.type !== "submit" && field.value !== field.defaultValue;
    return forms.find((form) => [...form.elements].some(isWritten));
  };
  // Whoever signs in again comes back here. Nothing is changed by a form that is sent when the session is over: it is kept, or its loss told.
  const leave = (isOver) => {
    hasLeft = true;
    const form = isOver && unsent();
    if (form) form.submit();
    else location.reload();
  };
  // Another tab may have moved the end, or signed out: the server knows. False without an answer.
  const ask = async (method) => {
    if (isAsking) return true;
    isAsking = true;
    try {
      const body = method === "POST" ? new URLSearchParams() : undefined;
      const answer = await fetch("/account/stay", { method, body, cache: "no-store" });
      if (answer.status === 401) leave(true);
      if (!answer.ok) return answer.status === 401;
      const next = await answer.json();
      note(next.warn_in, next.end_in, next.is_last);
      return true;
    } catch {
      // No connection: the button stays, and can be pressed again.
      return false;
    } finally {
      isAsking = false;
    }
  };
  const made = (name, className, ...content) => {
    const element = document.createElement(name);
    element.className = className;
    element.append(...content);
    return element;
  };
  const warn = () => {
    const words = box.dataset;
    const button = made("button", isLast ? "button button--quiet" : "button", isLast ? words.close : words.submit);
    button.type = "button";
    shown = made("div", "stay", made("p", "", isLast ? words.last : words.text), made("p", "", button));
    box.append(shown);
    isLastShown = isLast;
    // What cannot be put off can be put away.
    button.addEventListener("click", isLast ? () => shown.remove() : () => ask("POST"));
    box.scrollIntoView({ block: "nearest" });
  };
  const look = async () => {
    if (location.pathname !== place || isAsking || hasLeft) return;
    if (Date.now() >= endAt) {
      // Nobody else is to read what stands here.
      if (!(await ask("GET"))) leave();
    } else if (Date.now() >= warnAt && !shown) {
      await ask("GET");
      if (Date.now() >= warnAt && !shown && !hasLeft) warn();
    }
  };
  note(Number(box.dataset.warnIn), Number(box.dataset.endIn), "isLast" in box.dataset);
  setInterval(look, 1000);
  document.addEventListener("visibilitychange", look);
})();
