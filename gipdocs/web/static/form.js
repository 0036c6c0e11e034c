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
// new one is there.
function preview() {
  const old = document.querySelector("iframe[name=preview]");
  const fresh = old.cloneNode(false);
  fresh.removeAttribute("src");
  fresh.classList.add("coming");
  old.removeAttribute("name");
  old.before(fresh);
  let sent = false;
  fresh.addEventListener("load", () => {
    if (!sent || fresh.contentDocument?.URL === "about:blank") return;
    fresh.contentWindow.scrollTo(0, old.contentWindow?.scrollY ?? 0);
    fresh.classList.remove("coming");
    old.remove();
  });
  sent = true;
  form.requestSubmit(previewButton);
}

let waiting;
function follow() {
  if (!previewButton || !("live" in form.dataset) || !matchMedia("(min-width: 75rem)").matches) return;
  clearTimeout(waiting);
  waiting = setTimeout(preview, PAUSE);
}

form.addEventListener("input", () => { arrange(); follow(); });
new MutationObserver(() => { arrange(); follow(); }).observe(form, { childList: true, subtree: true });
previewButton?.addEventListener("click", () => {
  const frame = document.querySelector("iframe[name=preview]");
  if (!matchMedia("(min-width: 75rem)").matches) frame.scrollIntoView({ behavior: "smooth" });
});
arrange();
if (isFilled(form)) follow();
