// Comforts of the citizens' forms in steps, which work without any of them: the list of answers follows what is typed,
// what to do next appears after the download, and a draft stays in this browser for those who ask for it.
"use strict";

{
  const { arrange, form, isFilled, isRelevant, isTouched } = window.gipdocs;

  const DAY = 24 * 60 * 60 * 1000;
  const FILE = /^(docx|pdf|svg|xlsx)\b/; // what the buttons that fetch the document itself are called
  const KEPT_DAYS = 30;
  const PAUSE = 700; // milliseconds after the last change
  const draft = document.getElementById("draft");
  const next = document.getElementById("next");
  const textual = (control) => control.matches("input:not([type=radio], [type=checkbox], [type=hidden], [type=file]), textarea, select");

  // ---- the keyboard of a telephone leads to the next field instead of sending the form
  for (const control of form.querySelectorAll("input")) if (textual(control)) control.enterKeyHint = "next";
  form.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.isComposing || !event.target.matches("input") || !textual(event.target)) return;
    event.preventDefault();
    const controls = [...form.querySelectorAll("input, select, textarea, summary, button:not(.default)")]
      .filter((one) => one.type !== "hidden" && one.checkVisibility());
    controls[controls.indexOf(event.target) + 1]?.focus();
  });

  // ---- what is filled in although it does not apply is told; folded groups say how much is in them
  function tell() {
    const answers = new FormData(form);
    for (const told of form.querySelectorAll(".stray")) {
      const question = document.getElementById(told.dataset.of)?.closest("[data-when]");
      const chosen = question ? answers.getAll(question.dataset.when).filter(Boolean) : [];
      told.hidden = !question || !chosen.length || isRelevant(question, answers) || !isFilled(question);
    }
    for (const group of form.querySelectorAll("details.aside")) {
      const filled = [...group.querySelectorAll(".question")].filter(isFilled).length;
      group.querySelector(".quietly").textContent = "没有的不用点开" + (filled ? `；已填${filled}项` : "");
    }
  }

  // ---- the list of steps and of answers comes from the server, which alone knows what is missing
  let asked = 0;
  const answered = new Set(); // the questions that were changed
  async function review() {
    const current = ++asked;
    const body = new URLSearchParams(new FormData(form));
    body.set(".do", "check");
    let fresh;
    try {
      const response = await fetch(form.action, { method: "POST", body, headers: { Accept: "text/html" } });
      if (![200, 422].includes(response.status)) return; // the buttons will say why
      fresh = new DOMParser().parseFromString(await response.text(), "text/html");
    } catch {
      return; // without a connection everything else still works
    }
    if (current !== asked || !fresh.getElementById("review")) return;
    for (const id of ["steps", "review"]) {
      const place = document.getElementById(id);
      if (!place.contains(document.activeElement)) place.replaceChildren(...fresh.getElementById(id).childNodes);
    }
    for (const question of form.querySelectorAll(".question")) {
      // nothing is said of what nobody has come to yet
      if (answered.has(question) || question.querySelector(".remarks")) renew(question, fresh);
    }
  }

  function renew(question, fresh) {
    const control = question.querySelector("input, select, textarea");
    const twin = [...fresh.querySelectorAll(".question")].find((one) => one.querySelector("input, select, textarea")?.name === control?.name);
    if (!twin) return;
    question.querySelector(".remarks")?.remove();
    const said = twin.querySelector(".remarks");
    if (said) {
      said.setAttribute("role", "status");
      (question.querySelector(".help") ?? question.querySelector("label, legend")).after(said);
    }
    const described = (twin.matches("fieldset") ? twin : twin.querySelector("input, select, textarea")).getAttribute("aria-describedby");
    const target = question.matches("fieldset") ? question : control;
    if (described) target.setAttribute("aria-describedby", described);
    else target.removeAttribute("aria-describedby");
  }

  let waiting;
  form.addEventListener("change", (event) => {
    answered.add(event.target.closest(".question"));
    clearTimeout(waiting);
    waiting = setTimeout(review, PAUSE);
  });

  // ---- after the download
  function showNext(downloaded) {
    next.hidden = false;
    next.querySelector("[data-downloaded]").hidden = !downloaded;
    next.scrollIntoView();
    next.focus({ preventScroll: true });
  }
  if (next && location.hash !== "#next") next.hidden = true;
  document.querySelector('a[href="#next"]')?.addEventListener("click", () => showNext(false));
  form.addEventListener("submit", (event) => {
    if (!FILE.test(event.submitter?.value)) return;
    if (wipeAfter.checked && consent.checked && navigator.onLine) {
      wipe();
      sessionStorage.setItem(wiped, "yes"); // if the file is refused, the page that says so keeps the draft again
    }
    // a refusal shows another page; a file leaves this one as it is
    if (next) setTimeout(showNext, PAUSE, true);
  });

  // ---- a draft in this browser, only by consent
  const key = `gipdocs-draft:${draft.dataset.document}`;
  const consent = draft.querySelector("[data-consent]");
  const said = draft.querySelector("[data-said]");
  const wipeAfter = draft.querySelector("[data-wipe-after]");
  const wiped = `gipdocs-wiped:${draft.dataset.document}`;
  const wipeButton = draft.querySelector("[data-wipe]");

  function stored() {
    try {
      const found = JSON.parse(localStorage.getItem(key));
      if (!found || !(Date.now() - found.on < KEPT_DAYS * DAY) || !Array.isArray(found.pairs)) throw new Error("none");
      return found;
    } catch {
      try { localStorage.removeItem(key); } catch { /* a browser that keeps nothing */ }
      return null;
    }
  }

  function answersToKeep() {
    return [...new FormData(form)].filter(([name, value]) => {
      const control = form.elements[name];
      const one = control instanceof RadioNodeList ? control[0] : control;
      return typeof value === "string" && value && !name.startsWith(".") && one?.type !== "hidden" && !("private" in (one?.dataset ?? {}));
    });
  }

  function keep() {
    if (!consent.checked) return;
    try {
      localStorage.setItem(key, JSON.stringify({ on: Date.now(), pairs: answersToKeep() }));
      wipeButton.hidden = false;
    } catch {
      consent.checked = false;
      said.textContent = "这个浏览器不能保留草稿。";
    }
  }

  function wipe() {
    try { localStorage.removeItem(key); } catch { /* a browser that keeps nothing */ }
    consent.checked = false;
    wipeButton.hidden = true;
    draft.querySelector("[data-restored]").hidden = true;
    said.textContent = "保留的草稿已经清除；页面上填写的内容还在。";
  }

  // A line or row that the page does not have yet is made of the last one there is.
  function grow(name) {
    for (const index of name.matchAll(/-(\d+)(?=-|$)/g)) {
      const [before, number] = [name.slice(0, index.index), Number(index[1])];
      const last = number && [...form.querySelectorAll(".line, .row")].reverse()
        .find((one) => one.querySelector(`[name="${CSS.escape(`${before}-${number - 1}`)}"], [name^="${CSS.escape(`${before}-${number - 1}-`)}"]`));
      if (!last) continue;
      const markup = last.outerHTML.replaceAll(`${before}-${number - 1}`, `${before}-${number}`).replaceAll(`第${number}`, `第${number + 1}`);
      last.insertAdjacentHTML("afterend", markup);
      for (const control of last.nextElementSibling.querySelectorAll("input, textarea")) if (textual(control)) control.value = "";
    }
  }

  function restore(pairs) {
    const boxes = new Set();
    for (const [name, value] of pairs) {
      if (!form.elements[name]) grow(name);
      const controls = [...form.querySelectorAll(`[name="${CSS.escape(name)}"]`)];
      for (const control of controls) {
        if (control.type === "hidden") continue;
        if (["radio", "checkbox"].includes(control.type)) {
          if (!boxes.has(control)) control.checked = false;
          if (control.value === value) { control.checked = true; boxes.add(control); }
        } else control.value = value;
        const folded = control.closest("details");
        if (folded) folded.open = true;
      }
    }
  }

  draft.hidden = false;
  const found = stored();
  wipeButton.hidden = !found;
  if (found) {
    consent.checked = true;
    draft.open = true;
    if ("untouched" in draft.dataset) {
      restore(found.pairs);
      draft.querySelector("[data-restored]").hidden = false;
      arrange();
      review();
    } else keep();
  }
  try {
    if (!("untouched" in draft.dataset) && sessionStorage.getItem(wiped)) {
      consent.checked = wipeAfter.checked = draft.open = true;
      keep();
    }
    sessionStorage.removeItem(wiped);
  } catch { /* a browser that keeps nothing */ }
  // Two windows with the same form would replace each other's draft: the one that was typed in last keeps it.
  addEventListener("storage", (event) => {
    if (event.key !== key || !consent.checked) return;
    consent.checked = false;
    draft.open = true;
    wipeButton.hidden = !event.newValue;
    said.textContent = event.newValue
      ? "另一个窗口也在填这张表，草稿改为保留那里填写的内容；本页填写的内容还在，不再保留。"
      : "草稿已经在另一个窗口清除；本页填写的内容还在，不再保留。";
  });
  consent.addEventListener("change", () => {
    if (consent.checked) { said.textContent = "草稿保留在这个浏览器里。"; keep(); } else wipe();
  });
  wipeButton.addEventListener("click", wipe);
  form.addEventListener("input", () => { tell(); keep(); });
  form.addEventListener("change", keep);
  tell();

  // ---- whoever leaves is asked first, unless a draft or a file has what was typed
  let isUnsafe = !("untouched" in draft.dataset), isSent = false;
  form.addEventListener("input", () => { isUnsafe = true; });
  form.addEventListener("submit", ({ submitter }) => {
    isSent = true;
    setTimeout(() => { isSent = false; }, PAUSE);
    if (FILE.test(submitter?.value)) isUnsafe = false;
  });
  addEventListener("beforeunload", (event) => {
    if (isUnsafe && !isSent && !consent.checked && isTouched()) event.preventDefault();
  });
}
