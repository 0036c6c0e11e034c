// Tables of figures: sums follow their parts, figures can be pasted right into a table. Loaded after form.js.
"use strict";

{
  const { form } = window.gipdocs;

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
    weigh(grid);
  }

  function weigh(grid) {
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

  // The way from cell to cell is that of a spreadsheet: Enter and the arrows go by what lies where, Tab passes by the sums.
  function cellBeside(cell, way) {
    const row = [...cell.closest("tr").querySelectorAll("td input")];
    if (way === "ArrowLeft" || way === "ArrowRight") return row[row.indexOf(cell) + (way === "ArrowLeft" ? -1 : 1)];
    const from = cell.getBoundingClientRect();
    const found = [...cell.closest("table").querySelectorAll("td input")].map((one) => {
      const place = one.getBoundingClientRect();
      const away = way === "ArrowUp" ? from.top - place.bottom : place.top - from.bottom;
      const aside = Math.max(place.left - from.right, from.left - place.right, 0);
      return { one, away, aside };
    }).filter(({ away }) => away > -2);
    return found.sort((a, b) => a.aside - b.aside || a.away - b.away)[0]?.one;
  }

  function isAtEdge(cell, way) {
    const { selectionStart: start, selectionEnd: end, value } = cell;
    if (start === 0 && end === value.length) return true; // as a cell is when it was just entered
    return start === end && start === (way === "ArrowLeft" ? 0 : value.length);
  }

  const WAYS = { Enter: "ArrowDown", ArrowDown: "ArrowDown", ArrowUp: "ArrowUp", ArrowLeft: "ArrowLeft", ArrowRight: "ArrowRight" };
  form.addEventListener("keydown", (event) => {
    const cell = event.target;
    if (!cell.matches?.(".grid td input") || event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
    const way = event.key === "Enter" && event.shiftKey ? "ArrowUp" : WAYS[event.key];
    if (!way || (event.shiftKey && event.key !== "Enter")) return;
    if (["ArrowLeft", "ArrowRight"].includes(way) && !isAtEdge(cell, way)) return;
    event.preventDefault(); // Enter would send the form
    const next = cellBeside(cell, way);
    next?.focus();
    next?.select();
  });

  // Without scripts the sums are reached by Tab, since there is no other way. htmx takes attributes away again.
  function passBySums() {
    for (const total of form.querySelectorAll(".grid .total input:not([tabindex])")) total.tabIndex = -1;
  }
  new MutationObserver(passBySums).observe(form, { childList: true, subtree: true, attributeFilter: ["tabindex"] });
  passBySums();

  form.addEventListener("input", (event) => {
    if (event.target.closest(".grid td") && event.target.name) addUp(event.target);
  });

  // Ctrl+Z takes back a whole paste, or all the zeros, as one step: the browser forgets what stood in a table that the
  // server has filled in. What was typed into a cell is one step too.
  const NAMES = { paste: "粘贴", zeros: "空格填0", compute: "计算合计", ledger: "台账的数字", replace: "台账的数字" };
  const past = new Map(), future = new Map(); // by the id of a grid: [{ values, name }]
  let typing = null, pressed = "";

  function figuresOf(grid) {
    return new Map([...grid.querySelectorAll("td :is(input, select)")].map((control) => [control.name, control.value]));
  }

  function differs(one, other) {
    return [...one].some(([name, value]) => other.get(name) !== value);
  }

  function remember(grid, name) {
    past.set(grid.id, [...(past.get(grid.id) ?? []), { values: figuresOf(grid), name }]);
    future.delete(grid.id);
  }

  function say(grid, words) {
    let told = grid.querySelector(":scope > .notice[role='status']");
    if (!told) {
      told = document.createElement("p");
      told.className = "notice calm";
      told.setAttribute("role", "status");
      grid.querySelector(".scroll").before(told);
    }
    told.textContent = words;
  }

  function step(grid, from, to, word) {
    const present = figuresOf(grid), steps = from.get(grid.id) ?? [];
    let entry = steps.pop();
    while (entry && !differs(entry.values, present)) entry = steps.pop();
    if (!entry) return;
    to.set(grid.id, [...(to.get(grid.id) ?? []), { values: present, name: entry.name }]);
    for (const [name, value] of entry.values) if (form.elements[name]) form.elements[name].value = value;
    typing = null;
    weigh(grid);
    say(grid, `已${word}${entry.name}`);
    grid.dispatchEvent(new Event("input", { bubbles: true }));
  }

  form.addEventListener("focusin", ({ target }) => {
    typing = null;
    if (target.matches(".grid td select")) remember(target.closest(".grid"), "输入"); // a list has changed when it says so
  });
  form.addEventListener("beforeinput", (event) => {
    const cell = event.target;
    if (!cell.matches(".grid td input") || typing === cell || event.inputType.startsWith("history")) return;
    typing = cell;
    remember(cell.closest(".grid"), "输入");
  });
  form.addEventListener("htmx:before:request", ({ detail }) => {
    const button = detail.ctx.sourceElement;
    pressed = button.value ?? "";
    const name = NAMES[pressed.split(":")[0]];
    const own = button.closest(".grid");
    if (name) (own ? [own] : button.closest("section")?.querySelectorAll(".grid") ?? []).forEach((grid) => remember(grid, name));
  });
  // The button that replaces what was typed is gone when it has done so: the one beside it takes the focus.
  document.addEventListener("htmx:after:swap", () => {
    const [deed, part] = pressed.split(":");
    if (deed === "replace" && document.activeElement === document.body) document.getElementById(`ledger-${part}`)?.focus();
  });
  form.addEventListener("keydown", (event) => {
    const key = event.key.toLowerCase();
    if (!(event.ctrlKey || event.metaKey) || event.altKey || !["z", "y"].includes(key)) return;
    if (event.target.matches("textarea")) return;
    const grid = event.target.closest(".grid") ?? event.target.closest(".ledger")?.parentElement.querySelector(".grid");
    if (!grid) return;
    event.preventDefault();
    if (key === "y" || event.shiftKey) step(grid, future, past, "恢复");
    else step(grid, past, future, "撤销");
  });
}
