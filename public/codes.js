// Copies and prints recovery codes. Without this script they are read, and taken as a file.
(() => {
  const codes = [...document.querySelectorAll(".codes code")].map((code) => code.textContent);
  const ways = document.getElementById("ways");
  const copied = document.getElementById("copied");
  // Made here, since text browsers show what is hidden.
  const add = (words, press) => {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "button button--quiet";
    button.textContent = words;
    button.addEventListener("click", () => press(button));
    ways.append(button);
  };
  const copy = async (button) => {
    try {
      await navigator.clipboard.writeText(codes.join("\n"));
      copied.textContent = copied.dataset.words;
    } catch {
      button.hidden = true;
    }
  };
  // The clipboard is there on safe pages only.
  if (navigator.clipboard) add(ways.dataset.copy, copy);
  add(ways.dataset.print, () => window.print());
})();
