// Keys for those who type all day. Loaded after form.js.
"use strict";

{
  const { form } = window.gipdocs;

  // A button says itself which keys press it (aria-keyshortcuts), so that a page has those of its own buttons.
  function pressByKey(event) {
    if (event.isComposing || !(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey) return;
    const key = event.key.length === 1 ? event.key.toUpperCase() : event.key;
    const button = form.querySelector(`button[aria-keyshortcuts~="Control+${CSS.escape(key)}"]`);
    if (!button) return;
    event.preventDefault();
    if (!event.repeat && button.ariaBusy !== "true") button.click();
  }
  document.addEventListener("keydown", pressByKey);

  const FIELDS = "input:not([type='hidden']), select, textarea";

  function fieldsOf(place) {
    return [...place.querySelectorAll(FIELDS)].filter((field) => field.checkVisibility() && !field.disabled);
  }

  // The Enter key leads to the next question instead of sending the form: whoever types fast presses it after each.
  document.addEventListener("keydown", (event) => {
    const field = event.target;
    if (event.key !== "Enter" || event.defaultPrevented || event.isComposing || event.ctrlKey || event.metaKey) return;
    if (!form.contains(field) || field.tagName !== "INPUT" || ["file", "submit", "button"].includes(field.type)) return;
    event.preventDefault();
    const fields = fieldsOf(form);
    const next = fields.slice(fields.indexOf(field) + 1).find((one) => one.type !== "radio" || one.name !== field.name);
    const group = next?.type === "radio" ? fields.filter((one) => one.name === next.name) : [];
    (group.find((one) => one.checked) ?? next)?.focus();
  });

  // The first field of every part of the form: of its groups and rows, and of the questions between them.
  function partsOf() {
    const parts = [...form.querySelectorAll("fieldset:not(.options)")].map((part) => fieldsOf(part)[0]);
    const loose = [...form.children].filter((one) => one.matches(".question") && !one.previousElementSibling?.matches(".question"));
    const firsts = new Set([...parts, ...loose.map((one) => fieldsOf(one)[0])]);
    return fieldsOf(form).filter((field) => firsts.has(field));
  }

  document.addEventListener("keydown", (event) => {
    if (!event.altKey || event.defaultPrevented || event.ctrlKey || event.metaKey || event.shiftKey || event.isComposing) return;
    if (!["ArrowDown", "ArrowUp"].includes(event.key)) return;
    event.preventDefault();
    const here = document.activeElement, parts = partsOf();
    const behind = parts.filter((part) => part.compareDocumentPosition(here) & Node.DOCUMENT_POSITION_FOLLOWING);
    const ahead = parts.filter((part) => here.compareDocumentPosition(part) & Node.DOCUMENT_POSITION_FOLLOWING);
    const first = event.key === "ArrowDown" ? ahead[0] : behind.at(-1);
    first?.focus({ preventScroll: true });
    first?.closest("fieldset:not(.options), .question").scrollIntoView();
  });

  Object.assign(window.gipdocs, { pressByKey });
}
