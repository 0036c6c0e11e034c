// The pages of batches: what is under way follows its course by itself, on its own page and in the list, and a table that is
// too large is told before it is sent. Without this the page is loaded again every five seconds, and the service tells.
"use strict";

{
  const PAUSE = 2000, STEP = 10; // milliseconds; so many percent are told to whoever listens
  const underWay = document.getElementById("under-way");
  const list = document.querySelector("#batches[data-busy]");
  const file = document.querySelector("input[data-most]");

  function bring(fresh) {
    const theirs = fresh.getElementById("under-way");
    if (!theirs || theirs.querySelector("#state").textContent !== underWay.querySelector("#state").textContent) {
      location.reload(); // another page has taken its place
      return false;
    }
    for (const part of theirs.querySelectorAll(":scope > [id]")) {
      const ours = document.getElementById(part.id);
      if (!ours) underWay.append(document.adoptNode(part));
      else if (ours.outerHTML !== part.outerHTML) ours.replaceWith(document.adoptNode(part));
    }
    tell(Number(underWay.dataset.percent), Number(theirs.dataset.percent));
    underWay.dataset.percent = theirs.dataset.percent;
    document.title = fresh.title;
    return true;
  }

  function tell(before, now) {
    if (Math.floor(now / STEP) > Math.floor(before / STEP)) {
      document.getElementById("spoken").textContent = document.getElementById("far").textContent;
    }
  }

  async function follow() {
    let goesOn = true;
    try {
      if (!document.hidden) {
        const answer = await fetch(location.href, { cache: "no-store" });
        if (answer.status >= 500) throw new Error();
        goesOn = bring(new DOMParser().parseFromString(await answer.text(), "text/html"));
      }
    } catch {
      document.getElementById("offline").hidden = false;
    }
    if (goesOn) setTimeout(follow, PAUSE);
  }

  async function renew() {
    let goesOn = true;
    try {
      if (!document.hidden && !list.contains(document.activeElement)) {
        const answer = await fetch(location.href, { cache: "no-store" });
        const page = new DOMParser().parseFromString(await answer.text(), "text/html");
        const fresh = answer.ok && page.getElementById("batches");
        if (fresh && fresh.innerHTML !== list.innerHTML) list.replaceChildren(...fresh.cloneNode(true).children);
        goesOn = !fresh || "busy" in fresh.dataset;
      }
    } catch {
      // the next time it may go well
    }
    if (goesOn) setTimeout(renew, PAUSE);
  }

  if (underWay) setTimeout(follow, PAUSE);
  if (list) setTimeout(renew, PAUSE);
  file?.addEventListener("change", () => {
    document.getElementById("file-large").hidden = !(file.files[0]?.size > Number(file.dataset.most));
  });
}
