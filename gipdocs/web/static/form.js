// Comforts of every form, which works without any of them: questions that do not apply step aside, and small buttons
// change one part of the page.
"use strict";

{
  const form = document.getElementById("answers");

  function hasValue(control) {
    return ["radio", "checkbox"].includes(control.type) ? control.checked && control.value : control.value.trim();
  }

  function isFilled(question) {
    return [...question.querySelectorAll("input, select, textarea")].some(hasValue);
  }

  // What the page itself carries along, its token and its marks, is nobody's answer.
  function isTouched() {
    return [...form.querySelectorAll("input:not([type='hidden']), select, textarea")].some(hasValue);
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
    const button = detail.ctx.sourceElement, row = button.closest(".row, .line");
    const removes = row && button.value.startsWith("remove:");
    busy = {
      place: button.closest("fieldset"),
      focus: document.activeElement?.id,
      rows: detail.ctx.target?.id ?? button.dataset.hxTarget.slice(1),
      before: removes ? [...row.parentElement.querySelectorAll(":scope > :is(.row, .line)")].indexOf(row) - 1 : null,
    };
    busy.place?.querySelectorAll(":scope > .notice").forEach((notice) => notice.remove());
    if (busy.place) busy.place.inert = true;
  });
  form.addEventListener("htmx:finally:request", () => {
    if (busy?.place) busy.place.inert = false;
  });
  document.addEventListener("htmx:after:swap", () => {
    if (busy && document.activeElement === document.body) placeToGoOn()?.focus();
  });

  // Where a clerk goes on after a button has changed its part of the page: behind the last field of the row above the
  // removed one, so that a second press of the key removes nothing; otherwise where the focus was.
  function placeToGoOn() {
    if (busy.before === null) return document.getElementById(busy.focus);
    const rows = document.getElementById(busy.rows);
    const above = rows?.querySelectorAll(":scope > :is(.row, .line)")[busy.before];
    const fields = [...(above ?? form).querySelectorAll("input:not([type='hidden']), select, textarea")];
    const last = above && fields.filter((field) => field.checkVisibility()).at(-1);
    return last ?? rows?.querySelector(":scope > button[value^='add:']");
  }

  form.addEventListener("htmx:before:response", (event) => {
    const { response, sourceElement } = event.detail.ctx;
    if (response.status !== 401) return;
    event.preventDefault(); // or its page would take the place of what was typed
    tellBeside(sourceElement, ...sessionEnded());
  });
  form.addEventListener("htmx:response:error", ({ detail }) => form.requestSubmit(detail.ctx.sourceElement));
  form.addEventListener("htmx:error", ({ detail }) => {
    tellBeside(detail.ctx?.sourceElement, "没有连上服务器，这次没有处理；填写的内容都还在，请稍后再点一次。");
  });

  function tellBeside(button, ...words) {
    const notice = document.createElement("p");
    notice.className = "notice bad";
    notice.setAttribute("role", "alert");
    notice.append(...words);
    (button ?? form).closest("fieldset, form").prepend(notice);
  }

  // Whoever has to sign in anew does so in another tab: this page still has what was typed.
  function sessionEnded() {
    const link = document.createElement("a");
    link.href = "/desk/sign-in?next=/desk/?back%3D1";
    link.target = "_blank";
    link.textContent = "在新标签页里登录";
    return ["登录已经结束，这次没有处理；填写的内容都还在。请", link, "，回到这一页以后再点一次。"];
  }

  document.addEventListener("change", (event) => {
    if (event.target.type === "file") event.target.parentElement.querySelector("button")?.click();
  });

  // A link to a field with an error brings its label and the error into view as well.
  document.addEventListener("click", (event) => {
    if (event.defaultPrevented) return; // the letter's page has done so already
    const id = event.target.closest?.("a[href^='#']")?.hash.slice(1);
    const field = id && document.getElementById(decodeURIComponent(id));
    if (field && form.contains(field)) setTimeout(() => (field.closest(".question, .line") ?? field).scrollIntoView());
  });

  // In print, what is folded away shows if it holds answers.
  let unfolded = [];
  addEventListener("beforeprint", () => {
    unfolded = [...document.querySelectorAll("#answers details:not([open])")].filter(isFilled);
    for (const details of unfolded) details.open = true;
  });
  addEventListener("afterprint", () => {
    for (const details of unfolded) details.open = false;
  });

  form.addEventListener("input", arrange);
  new MutationObserver((changes) => {
    arrange();
    const added = changes.flatMap((change) => [...change.addedNodes]).filter((node) => node.querySelector);
    added.map((node) => node.querySelector("[autofocus]")).find(Boolean)?.focus();
  }).observe(form, { childList: true, subtree: true });
  arrange();

  window.gipdocs = { form, hasValue, isFilled, isRelevant, isTouched, sessionEnded, arrange }; // what other scripts use
}
