// Copies and prints recovery codes. Without this script they are read, and taken as a file.
(() => {
  const codes = [...document.querySelectorAll(".codes code")].map((code) => code.textContent);
  const copy = document.getElementById("copy");
  const print = document.getElementById("print");
  const copied = document.getElementById("copied");
  // The clipboard is there on safe pages only.
  if (navigator.clipboard) {
    copy.hidden = false;
    copy.addEventListener("click", async () => {
      try {
        await navigator.clipboard.writeText(codes.join("\n"));
        copied.textContent = copied.dataset.words;
      } catch {
        copy.hidden = true;
      }
    });
  }
  print.hidden = false;
  print.addEventListener("click", () => window.print());
})();
