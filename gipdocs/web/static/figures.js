// Tables of figures: sums follow their parts, figures can be pasted right into a table. Loaded after form.js.
"use strict";

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

form.addEventListener("input", (event) => {
  if (event.target.closest(".grid td") && event.target.name) addUp(event.target);
});
