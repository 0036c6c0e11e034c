// Comforts of the form, which works without any of them: questions that do not apply step aside, sums follow their
// parts, figures can be pasted right into a table, and on a wide screen the letter follows what is typed.
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
    if (fresh.contentDocument && old.contentDocument) fresh.contentWindow.scrollTo(0, old.contentWindow.scrollY);
    fresh.className = "";
    old.remove();
  });
  previewButton.formTarget = fresh.name;
  form.requestSubmit(previewButton);
}

// The grammar of figures is the server's (gipdocs/questions/figures.py); null is a blank, NaN is no figure.
const WIDE = "０１２３４５６７８９，．＋－−　", NARROW = "0123456789,.+-- ";
function figure(name) {
  const typed = form.elements[name]?.value ?? "";
  const text = [...typed].map((sign) => NARROW[WIDE.indexOf(sign)] ?? sign).join("").trim().replace(/^\+/, "");
  if (!text) return null;
  const plain = /^-?\d{1,3}(,\d{3})+(\.\d+)?$/.test(text) ? text.replaceAll(",", "") : text;
  return /^-?\d{1,15}(\.\d{1,6})?$/.test(plain) ? Number(plain) : NaN;
}

function sum(names) {
  const known = names.split(" ").map(figure).filter((number) => number !== null);
  return known.length ? Math.round(known.reduce((one, other) => one + other) * 1e6) / 1e6 : null;
}

// Only the sums over what was just typed: a total that came with a file stays until one of its parts is changed.
function addUp(input) {
  const changed = new Set([input.name]);
  const grid = input.closest(".grid");
  for (const total of grid.querySelectorAll("[data-sum]")) { // those of rows stand before those over them
    if (!total.dataset.sum.split(" ").some((name) => changed.has(name))) continue;
    const found = sum(total.dataset.sum);
    total.value = found === null || Number.isNaN(found) ? "" : found;
    changed.add(total.name);
  }
  for (const balance of grid.querySelectorAll("[data-left]")) {
    const [left, right] = [sum(balance.dataset.left), sum(balance.dataset.right)];
    balance.textContent = left === null && right === null
      ? `${balance.dataset.label}　—`
      : `${balance.dataset.label}${left ?? "空"}${left === right ? "＝" : "≠"}${right ?? "空"}`;
    balance.classList.toggle("off", left !== right);
  }
}

form.addEventListener("paste", (event) => {
  const cell = event.target.closest(".grid td input");
  const text = event.clipboardData.getData("text/plain");
  if (!cell || !/[\t\n]/.test(text.trim())) return;
  event.preventDefault();
  const grid = cell.closest(".grid");
  grid.querySelector("[data-pasted]").value = text;
  grid.querySelector("[data-start]").value = cell.name;
  grid.querySelector("button[value^='paste:']").click();
});
// The Enter key goes down, as in a spreadsheet, instead of sending the form.
form.addEventListener("keydown", (event) => {
  const cell = event.target.closest?.(".grid td");
  if (event.key !== "Enter" || !cell || event.target.tagName !== "INPUT") return;
  event.preventDefault();
  const fromTheEnd = cell.parentElement.cells.length - cell.cellIndex;
  for (let row = cell.parentElement.nextElementSibling; row; row = row.nextElementSibling) {
    const below = row.cells[row.cells.length - fromTheEnd]?.querySelector("input");
    if (below) return below.focus();
  }
});

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

let waiting;
function follow() {
  if (!previewButton || !("live" in form.dataset) || !matchMedia("(min-width: 75rem)").matches) return;
  clearTimeout(waiting);
  waiting = setTimeout(preview, PAUSE);
}

form.addEventListener("input", (event) => {
  if (event.target.closest(".grid td") && event.target.name) addUp(event.target);
  arrange();
  follow();
});
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
