// Two comforts of the form, which works without either: questions that do not apply step aside,
// and on a wide screen the letter follows what is typed.
"use strict";

const form = document.getElementById("answers");
const previewButton = form.querySelector("[data-preview]");
const PAUSE = 900; // milliseconds after the last key

function isFilled(question) {
  return [...question.querySelectorAll("input, select, textarea")].some((control) =>
    ["radio", "checkbox"].includes(control.type) ? control.checked && control.value : control.value.trim());
}

function isRelevant(question, answers) {
  const wanted = JSON.parse(question.dataset.is);
  return answers.getAll(question.dataset.when).some((value) => wanted.includes(value));
}

// What is filled in or talked about stays in sight, relevant or not.
function arrange() {
  const answers = new FormData(form);
  for (const question of form.querySelectorAll("[data-when]")) {
    question.hidden = !(isRelevant(question, answers) || isFilled(question) || question.querySelector(".remarks"));
  }
}

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
    fresh.contentWindow.scrollTo(0, old.contentWindow.scrollY);
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

form.addEventListener("input", () => { arrange(); follow(); });
new MutationObserver((changes) => {
  arrange();
  follow();
  const added = changes.flatMap((change) => [...change.addedNodes]).filter((node) => node.querySelector);
  added.map((node) => node.querySelector("[autofocus]")).find(Boolean)?.focus();
}).observe(form, { childList: true, subtree: true });
previewButton?.addEventListener("click", () => {
  if (!matchMedia("(min-width: 75rem)").matches) document.querySelector("aside").scrollIntoView({ behavior: "smooth" });
});
arrange();
if (isFilled(form)) follow();
