// Comforts of every form, which works without any of them: questions that do not apply step aside, and small buttons
// change one part of the page.
"use strict";

const form = document.getElementById("answers");

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

// While a small button works its fieldset waits, so that nothing typed meanwhile is lost; what it cannot do is told.
let busy = null;
form.addEventListener("htmx:before:request", ({ detail }) => {
  busy = { place: detail.ctx.sourceElement.closest("fieldset"), focus: document.activeElement?.id };
  busy.place?.querySelectorAll(":scope > .notice").forEach((notice) => notice.remove());
  if (busy.place) busy.place.inert = true;
});
form.addEventListener("htmx:finally:request", () => {
  if (busy?.place) busy.place.inert = false;
});
document.addEventListener("htmx:after:swap", () => {
  if (busy?.focus && document.activeElement === document.body) document.getElementById(busy.focus)?.focus();
});
form.addEventListener("htmx:response:error", ({ detail }) => form.requestSubmit(detail.ctx.sourceElement));
form.addEventListener("htmx:error", ({ detail }) => {
  const notice = document.createElement("p");
  notice.className = "notice bad";
  notice.setAttribute("role", "alert");
  notice.textContent = "没有连上服务器，这次没有处理；填写的内容都还在，请稍后再点一次。";
  (detail.ctx?.sourceElement ?? form).closest("fieldset, form").prepend(notice);
});
document.addEventListener("change", (event) => {
  if (event.target.type === "file") event.target.parentElement.querySelector("button").click();
});

form.addEventListener("input", arrange);
new MutationObserver((changes) => {
  arrange();
  const added = changes.flatMap((change) => [...change.addedNodes]).filter((node) => node.querySelector);
  added.map((node) => node.querySelector("[autofocus]")).find(Boolean)?.focus();
}).observe(form, { childList: true, subtree: true });
arrange();
