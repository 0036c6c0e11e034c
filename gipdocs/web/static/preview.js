// The letter beside its form, or in a drawer below a form that needs the width: it follows what is typed, and what
// changed last is marked in it. Loaded after form.js, keys.js and marks.js.
"use strict";

{
  const { form, isTouched, markChanges, pressByKey, textsOf } = window.gipdocs;

  const PAUSE = 900; // milliseconds after the last key
  const previewButton = form.querySelector("[data-preview]");
  const columns = document.querySelector(".columns");
  const letterPane = document.getElementById("letter");
  const isLive = "live" in form.dataset;

  let count = 0, waiting;
  let shown = null; // the texts of the last letter that arrived
  let before = null, field = ""; // the texts before `field` was changed
  let scrolled = 0;

  function tell(text) {
    letterPane.querySelector(".hint").textContent = text;
  }

  // A fresh frame for every letter: the browser's way back stays that of the form, and the old letter stays until the
  // new one is there. Each has a name of its own, because a frame keeps the name under which it was first opened.
  // Taking a late one away ends its request, so that there is never more than one.
  function preview() {
    clearTimeout(waiting);
    letterPane.querySelectorAll(".coming").forEach((late) => late.remove());
    const old = letterPane.querySelector("iframe");
    const fresh = old.cloneNode(false);
    fresh.name = `preview-${++count}`;
    fresh.className = "coming";
    old.after(fresh);
    fresh.addEventListener("load", () => arrive(old, fresh));
    previewButton.formTarget = fresh.name;
    form.requestSubmit(previewButton);
  }

  function arrive(old, fresh) {
    const letter = fresh.contentDocument;
    if (letter?.URL === "about:blank") return;
    if (!letter) { // the browser's own page: there is no connection, or an answer that is shown in no frame
      fresh.remove();
      tell("预览没有更新：没有连上服务器，或者填写的内容过大。填写的内容都还在。");
      return;
    }
    if (isLetter(old)) scrolled = old.contentWindow.scrollY;
    if (isLetter(fresh)) show(fresh);
    for (const listener of [pressByKey, closeByKey]) letter.addEventListener("keydown", listener);
    tell("");
    fresh.className = "";
    old.remove();
  }

  function isLetter(frame) {
    const page = frame.contentDocument;
    return Boolean(page) && page.URL !== "about:blank" && !page.body.classList.contains("no-letter");
  }

  function show(frame) {
    const letter = frame.contentDocument, room = frame.contentWindow;
    const mark = before && markChanges(letter, before);
    shown = textsOf(letter);
    before ??= shown;
    room.scrollTo(0, scrolled);
    const place = mark?.getBoundingClientRect();
    if (!place || (place.top >= 0 && place.bottom <= room.innerHeight)) return;
    const behavior = matchMedia("(prefers-reduced-motion: reduce)").matches ? "instant" : "smooth";
    room.scrollTo({ top: room.scrollY + place.top - room.innerHeight / 3, behavior });
  }

  // Marks last as long as the same question is being answered.
  function begin(name) {
    if (name !== field || !name) before = shown;
    field = name;
  }

  function follow() {
    clearTimeout(waiting);
    if (isLive && isInSight()) waiting = setTimeout(preview, PAUSE);
  }

  // The style sheet decides whether there is room for both, and says so.
  const hasRoom = () => getComputedStyle(columns).getPropertyValue("--beside").trim() === "1";
  const isInSight = () => columns.dataset.side !== "form";

  function turn(side) {
    if (side) columns.dataset.side = side; else delete columns.dataset.side;
    for (const button of columns.querySelectorAll("[data-side]")) {
      button.setAttribute("aria-pressed", String(button.dataset.side === side));
    }
    cover();
  }

  // Nothing can be reached by the keyboard that the letter covers.
  let covered = false;
  function cover() {
    const covers = columns.dataset.side === "letter" && letterPane.getBoundingClientRect().top <= 0;
    if (covers === covered) return;
    covered = covers;
    const outside = document.querySelectorAll("body > :is(.skip, header, footer), main > :not(.columns)");
    const inside = columns.querySelectorAll(":scope > div > :not(#answers), #answers > :not(.foot)");
    for (const one of [...outside, ...inside]) one.inert = covers;
  }

  function closeDrawer() {
    turn("form");
    columns.querySelector("[data-side='letter']").focus({ preventScroll: true });
  }

  function closeByKey(event) {
    if (event.key === "Escape" && columns.dataset.side === "letter") closeDrawer();
  }

  function lay() {
    const side = hasRoom() ? "" : columns.dataset.side || "form";
    if (side !== (columns.dataset.side ?? "")) turn(side);
    const foot = form.querySelector(".foot"), sides = foot.querySelector(".sides");
    document.documentElement.style.setProperty("--foot", `${foot.offsetHeight || sides.offsetHeight}px`);
    cover();
  }

  if (previewButton) {
    lay();
    new ResizeObserver(lay).observe(form.querySelector(".foot"));
    addEventListener("resize", lay);
    for (const event of ["focus", "blur"]) { // a frame never matches :focus, since the focus is inside it
      addEventListener(event, () => letterPane.classList.toggle("within", document.activeElement?.tagName === "IFRAME"));
    }
    form.addEventListener("input", (event) => {
      begin(event.target.name ?? "");
      follow();
    });
    new MutationObserver((changes) => {
      if (!changes.some((change) => [...change.addedNodes, ...change.removedNodes].some((node) => node.tagName))) return;
      begin("");
      if (isTouched()) follow();
    }).observe(form, { childList: true, subtree: true });
    columns.querySelector("[data-side='form']").addEventListener("click", () => turn("form"));
    columns.querySelector("[data-side='letter']").addEventListener("click", () => {
      turn("letter");
      preview();
    });
    columns.querySelector(".return a").addEventListener("click", (event) => {
      if (!columns.dataset.side) return;
      event.preventDefault();
      closeDrawer();
    });
    document.addEventListener("keydown", closeByKey);
    if (isLive) {
      tell("开始填写以后，文书显示在这里。");
      if (isTouched()) follow();
    }
  }
}
