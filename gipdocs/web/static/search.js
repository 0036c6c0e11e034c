// The desk's search: the key / leads to its field, results come as one types, arrows move through them, Enter opens the
// first. What is typed never enters an address. Without this file the form leads to a page of results.
"use strict";

{
  const field = document.getElementById("find");
  const list = document.getElementById("found");
  const PAUSE = 150; // milliseconds after the last key
  let waiting, running, shown = "";

  const isTyping = (element) => element.isContentEditable || element.matches("input, select, textarea");
  const links = () => [...list.querySelectorAll("a")];

  document.addEventListener("keydown", (event) => {
    if (event.key !== "/" || event.ctrlKey || event.altKey || event.metaKey || isTyping(event.target)) return;
    event.preventDefault();
    field.focus();
    field.select();
  });

  // At most one request is on its way: a newer one ends it. Returns whether the list is for what the field says now.
  async function find() {
    clearTimeout(waiting);
    const text = field.value.trim();
    if (text === shown) return true;
    running?.abort();
    if (!text) {
      close();
      return true;
    }
    const latest = running = new AbortController();
    const body = new URLSearchParams({ q: text, ".part": "1" });
    try {
      const answer = await fetch(field.form.action, { method: "POST", body, signal: latest.signal });
      if (answer.status === 401) return tellEnded();
      if (!answer.ok) throw new Error(answer.statusText);
      list.innerHTML = await answer.text();
      list.hidden = false;
      shown = text;
      return true;
    } catch {
      if (!latest.signal.aborted) close(); // no connection: what was found before is for another text
      return false; // the button leads to the page, which tells
    }
  }

  // The button leads to the page that says the same.
  function tellEnded() {
    list.textContent = "登录已经结束，请重新登录。";
    list.hidden = false;
    return false;
  }

  function close() {
    list.hidden = true;
    list.replaceChildren();
    shown = "";
  }

  field.addEventListener("input", (event) => {
    if (event.isComposing) return; // the letters of an input method are no text yet
    clearTimeout(waiting);
    waiting = setTimeout(find, PAUSE);
  });
  field.addEventListener("compositionend", () => {
    clearTimeout(waiting);
    waiting = setTimeout(find, PAUSE);
  });
  field.addEventListener("keydown", async (event) => {
    if (event.key !== "Enter" || event.isComposing) return;
    event.preventDefault();
    if (await find()) links()[0]?.click();
    else field.form.submit();
  });

  field.closest("search").addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !list.hidden) {
      event.preventDefault();
      field.focus();
      close();
    }
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const places = [field, ...links()];
    const now = places.indexOf(document.activeElement);
    if (!step || now < 0 || places.length === 1) return;
    event.preventDefault();
    places[(now + step + places.length) % places.length].focus();
  });
  document.addEventListener("click", (event) => {
    if (!field.closest("search").contains(event.target)) close();
  });
}
