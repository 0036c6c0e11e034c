// The letter beside its form: on a wide screen it follows what is typed. Loaded after form.js.
"use strict";

const previewButton = form.querySelector("[data-preview]");
const PAUSE = 900; // milliseconds after the last key

// A fresh frame for every letter: the browser's way back stays that of the form, and the old letter stays until the
// new one is there. Each has a name of its own, because a frame keeps the name under which it was first opened.
let count = 0;
function preview() {
  document.querySelectorAll("aside iframe.coming").forEach((late) => late.remove());
  const old = document.querySelector("aside iframe");
  const fresh = old.cloneNode(false);
  fresh.removeAttribute("src");
  fresh.name = `preview-${++count}`;
  fresh.className = "coming";
  old.after(fresh);
  fresh.addEventListener("load", () => {
    if (fresh.contentDocument?.URL === "about:blank") return;
    if (fresh.contentDocument && old.contentDocument) fresh.contentWindow.scrollTo(0, old.contentWindow.scrollY);
    fresh.className = "";
    old.remove();
  });
  previewButton.formTarget = fresh.name;
  form.requestSubmit(previewButton);
}

let waiting;
function follow() {
  if (!previewButton || !("live" in form.dataset) || !matchMedia("(min-width: 75rem)").matches) return;
  clearTimeout(waiting);
  waiting = setTimeout(preview, PAUSE);
}

form.addEventListener("input", follow);
new MutationObserver(follow).observe(form, { childList: true, subtree: true });
previewButton?.addEventListener("click", () => {
  if (!matchMedia("(min-width: 75rem)").matches) document.querySelector("aside").scrollIntoView({ behavior: "smooth" });
});
if (isFilled(form)) follow();
