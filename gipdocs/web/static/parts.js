// A form in parts: another part comes into sight without the server, which would do the same. Loaded after form.js.
"use strict";

{
  const { form, hasValue } = window.gipdocs;

  const wantedPart = form.elements[".part"];

  function partOf(place) {
    return place?.closest?.("section.part")?.id.replace("part-", "");
  }

  function turnToPart(key) {
    wantedPart.value = key;
    for (const part of form.querySelectorAll("section.part")) part.hidden = key !== "all" && partOf(part) !== key;
    for (const button of form.querySelectorAll("#progress button")) {
      if (button.dataset.part === key) button.setAttribute("aria-current", "step");
      else button.removeAttribute("aria-current");
    }
  }

  // What a link leads to comes into sight before the browser goes there.
  function reveal(hash) {
    const key = partOf(document.getElementById(decodeURIComponent(hash.slice(1))));
    if (key && document.getElementById(`part-${key}`).hidden) turnToPart(key);
  }

  function isAnswered(control) {
    if (!control.name || control.name.startsWith(".") || control.closest(".remarks")) return false;
    return hasValue(control);
  }

  const NO_FIGURE = /^\s*([-−/\\—–_]*|无)\s*$/; // as the server's NOTHING (gipdocs/questions/figures.py)

  // The same words as the server's (gipdocs/web/form_parts.py).
  function progressOf(part, optional) {
    const wrong = part.querySelectorAll(".remarks > .error").length;
    const filled = [...part.querySelectorAll("input, select, textarea")].some(isAnswered);
    const blank = [...part.querySelectorAll(".grid td:not(.total) input")].filter((cell) => NO_FIGURE.test(cell.value)).length;
    if (wrong) return ["wrong", `有${wrong}处要改`];
    if (!filled) return ["empty", optional ? "选填" : "未填"];
    return blank ? ["begun", `还空${blank}格`] : ["done", "已填"];
  }

  function recount() {
    for (const part of form.querySelectorAll("section.part")) {
      const button = form.querySelector(`#progress [data-part="${partOf(part)}"]`);
      const [state, words] = progressOf(part, "optional" in button.dataset);
      if (button.className !== state) button.className = state;
      const told = button.querySelector("small");
      if (told.textContent !== words) told.textContent = words;
    }
  }

  if (wantedPart) {
    form.dataset.paged = "";
    form.addEventListener("click", (event) => {
      const button = event.target.closest("button[data-part]");
      if (!button) return;
      event.preventDefault();
      turnToPart(button.dataset.part);
      const head = document.getElementById(`part-${button.dataset.part}-label`) ?? document.getElementById("progress");
      head.focus({ preventScroll: true });
      const top = matchMedia("(max-width: 36rem)").matches ? head : document.getElementById("progress");
      top.scrollIntoView({ block: "start" });
    });
    document.addEventListener("click", (event) => {
      const link = event.target.closest("a[href^='#']");
      if (link) reveal(link.hash);
    });
    addEventListener("hashchange", () => reveal(location.hash));
    form.addEventListener("input", recount);
    new MutationObserver(recount).observe(form, { childList: true, subtree: true });
    reveal(location.hash);
    recount();
  }

  Object.assign(window.gipdocs, { turnToPart });
}
