// The pages of gathered reports: whoever waits sees that the files are being read, and what is too large is told before it is
// sent. Without this the page says beside the button how long it takes, and the service tells.
"use strict";

{
  const file = document.getElementById("file");

  file?.addEventListener("change", () => {
    const size = [...file.files].reduce((sum, one) => sum + one.size, 0);
    document.getElementById("file-large").hidden = size <= Number(file.dataset.most);
  });

  const busy = document.querySelector("button[data-busy]");
  const text = busy?.textContent;
  busy?.form.addEventListener("submit", ({ submitter }) => {
    if (submitter !== busy) return;
    busy.setAttribute("aria-busy", "true");
    busy.textContent = busy.dataset.busy;
  });
  addEventListener("pageshow", () => { // back from the page that answered
    if (!busy) return;
    busy.removeAttribute("aria-busy");
    busy.textContent = text;
  });

  // The key Enter records the correction in which it was pressed, so that the page stays at its figure.
  document.querySelector("form.paper")?.addEventListener("keydown", (event) => {
    const panel = event.target.closest(".correct");
    if (event.key !== "Enter" || event.isComposing || !panel || event.target.localName !== "input") return;
    event.preventDefault();
    panel.querySelector("button").click();
  });

  // A browser that comes back from a page keeps the figure that was opened in view, but not the focus in it.
  const opened = document.querySelector(".behind.open [aria-invalid]");
  opened?.focus();
}
