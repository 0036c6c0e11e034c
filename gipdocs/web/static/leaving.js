// Whoever leaves a page of the desk is asked first, if something was typed that no button has sent yet. The page of a
// letter, which keeps what is typed, asks for itself (deeds.js).
"use strict";

{
  // A page that answers a form shows what nobody has saved.
  const unsent = new Set("answered" in document.currentScript.dataset ? document.querySelectorAll("#answers") : []);
  document.addEventListener("input", ({ target }) => {
    if (target.form?.method === "post" && target.type !== "search") unsent.add(target.form);
  });
  document.addEventListener("submit", ({ target, submitter }) => {
    if (!submitter?.formTarget) unsent.delete(target); // a preview leaves the page where it is
  });
  addEventListener("beforeunload", (event) => {
    if (unsent.size) event.preventDefault();
  });
}
