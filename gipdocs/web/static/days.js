// Fields for days: what is typed is read at once by the server's own reader, and the browser's calendar opens beside.
"use strict";

{
  const PAUSE = 300; // milliseconds after the last key
  // Only what may be a day is sent: never a name, and never the digits of a telephone or an identity card.
  const DAYLIKE = /^[\d０-９〇○零一二三四五六七八九十元年月日号號⽉⽇星期周礼拜天今昨前明后公Oo:.\-\/、。．－／：—–（）() 　T]{1,40}$/u;
  const TOO_LONG = /[\d０-９]{9}/;
  const fieldOf = (event) => event.target.closest?.(".day > input");

  // The text of a status is changed, not replaced: what watches the form for new parts need not hear of it.
  function tell(field, said) {
    const status = field.parentElement.querySelector(".understood");
    if (!status.firstChild) status.append("");
    if (status.firstChild.data !== said) status.firstChild.data = said;
  }

  const waiting = new WeakMap(); // the latest question about each field
  const read = new WeakMap(); // the text of each field that was read last, and its day
  async function ask(field, isDone) {
    const text = field.value.trim();
    waiting.get(field)?.abort();
    if (!text) return tell(field, "");
    const latest = new AbortController();
    waiting.set(field, latest);
    const sent = DAYLIKE.test(text) && !TOO_LONG.test(text) ? text : "?";
    try {
      const url = `${field.parentElement.dataset.read}?text=${encodeURIComponent(sent)}`;
      const found = await (await fetch(url, { signal: latest.signal })).json();
      read.set(field, { text, day: found.day });
      tell(field, found.day || isDone ? found.said : ""); // who is still typing isn't told that it is no day yet
    } catch {
      if (!latest.signal.aborted) tell(field, ""); // without an answer nothing is said that may be wrong
    }
  }

  const pauses = new WeakMap();
  document.addEventListener("input", (event) => {
    const field = fieldOf(event);
    if (!field) return;
    clearTimeout(pauses.get(field));
    pauses.set(field, setTimeout(ask, PAUSE, field, false));
  });
  document.addEventListener("change", (event) => {
    const field = fieldOf(event);
    if (!field) return;
    clearTimeout(pauses.get(field));
    ask(field, true);
  });

  // One calendar for the whole page, outside of every form, put under the button that opens it.
  const calendar = document.createElement("input");
  if ("showPicker" in calendar) {
    Object.assign(calendar, { type: "date", max: "9999-12-31", className: "calendar", tabIndex: -1 });
    calendar.setAttribute("aria-hidden", "true");
    document.body.append(calendar);
    document.documentElement.classList.add("has-calendar");
    let field = null;
    document.addEventListener("click", (event) => {
      const button = event.target.closest?.(".day > .pick");
      if (!button) return;
      field = button.parentElement.querySelector("input");
      const place = button.getBoundingClientRect();
      calendar.style.left = `${place.left + scrollX}px`;
      calendar.style.top = `${place.top + scrollY}px`;
      const [text, last] = [field.value.trim(), read.get(field)];
      calendar.value = last?.text === text ? last.day : text; // blank unless it is a day as data write it
      calendar.getBoundingClientRect(); // so that it opens where it is now
      calendar.showPicker();
    });
    calendar.addEventListener("input", (event) => event.stopPropagation());
    calendar.addEventListener("change", (event) => {
      event.stopPropagation();
      if (!calendar.value) return;
      field.value = calendar.value;
      for (const kind of ["input", "change"]) field.dispatchEvent(new Event(kind, { bubbles: true }));
      field.focus();
    });
  }
}
