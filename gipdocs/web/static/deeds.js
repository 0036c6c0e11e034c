// What the buttons of a letter's page do without leaving it, and what is said and kept while somebody types. Loaded
// after form.js. Without JavaScript every button sends the form and gets a page.
"use strict";

{
  const { form, sessionEnded, turnToPart } = window.gipdocs;

  const LEFT_ALONE = 700; // milliseconds after the last key before the server is asked what it thinks
  const KEEP_AFTER = 3000; // and before a letter of a case keeps itself
  const MOST_KEPT_ALIVE = 60000; // bytes; browsers send no more than 64 KiB once a page is gone
  const fileKinds = (form.dataset.files ?? "").split(" ").filter(Boolean);
  const judging = new Set(["check", "draft", "save", "submit", "issue", ...fileKinds]);
  const said = document.getElementById("said");
  const address = form.getAttribute("action"); // form.action may be a question

  const begun = "unsaved" in form.dataset ? 1 : 0; // the page that answers a sent form shows what nobody has saved
  let changes = begun, safe = 0; // how often the form has changed, and how many of these changes are in a file or a draft
  let underWay = false, leaving = false, keeping = null, stopped = !("keep" in form.dataset);
  const touched = new Set();

  const isUnsafe = () => changes > safe;
  const hidden = (name, root = form) => root.querySelector(`input[type=hidden][name="${name}"]`);

  // The form as this button would send it.
  function collect(button) {
    const pairs = [...new FormData(form)].map(([name, value]) => [name, value.name ?? value]);
    return new URLSearchParams([...pairs, [".do", button]]);
  }

  const read = async (response) => new DOMParser().parseFromString(await response.text(), "text/html");

  // A page that lost its cookie is refused with a new token inside: with that one it is sent once more.
  async function post(button, more = {}) {
    const send = () => fetch(address, { method: "POST", body: collect(button), ...more });
    const response = await send();
    const isRenewed = response.status === 400 && renewToken(await read(response.clone()));
    return isRenewed ? send() : response;
  }

  function renewToken(fresh) {
    const token = fresh.querySelector("#answers input[name=csrf_token]")?.value;
    for (const ours of token ? document.querySelectorAll("input[name=csrf_token]") : []) ours.value = token;
    return Boolean(token);
  }

  // What is read aloud, and nothing else: one sentence at a time.
  const spoken = document.createElement("p");
  spoken.className = "spoken";
  spoken.setAttribute("role", "status");
  document.getElementById("main").append(spoken);

  // Whoever goes on typing keeps the focus, or the next keys would be lost; what is said is read aloud all the same.
  let typed = 0; // the changes when the last button was pressed
  const show = (place) => { if (changes === typed) place?.focus(); };
  const isInField = () => document.activeElement?.matches("#answers :is(input, textarea, select)");

  function say(tone, text, keepRest = false) { // the text may be several, with a link among them
    const notice = document.createElement("p");
    notice.className = `notice ${tone}`;
    notice.setAttribute("role", tone === "bad" ? "alert" : "status");
    notice.tabIndex = -1;
    notice.append(...[text].flat());
    if (keepRest) said.querySelector(":scope > .notice")?.remove();
    else said.replaceChildren();
    said.prepend(notice);
    show(notice);
  }

  // --- Remarks beside their questions ---

  const placeOf = (list) => list.id.replace(/-remarks$/, "");

  // Where a list of remarks belongs on this page: in the element that holds it on the other, before the same neighbour.
  function home(list) {
    const parent = list.parentElement, place = placeOf(list);
    const ours = parent.id ? document.getElementById(parent.id) : document.getElementById(place)?.closest(".question");
    const others = (of) => [...of.children].filter((one) => !one.matches(".remarks"));
    return ours && { ours, before: others(ours)[[...parent.children].slice(0, [...parent.children].indexOf(list))
      .filter((one) => !one.matches(".remarks")).length] ?? null };
  }

  function mark(place) {
    const control = document.getElementById(place), list = document.getElementById(`${place}-remarks`);
    if (!control || !place) return;
    const isWrong = Boolean(list?.querySelector(":scope > .error"));
    const about = [`${place}-help`, `${place}-remarks`].filter((id) => document.getElementById(id));
    if (about.length) control.setAttribute("aria-describedby", about.join(" "));
    else control.removeAttribute("aria-describedby");
    if (control.matches("input, select, textarea")) {
      if (isWrong) control.setAttribute("aria-invalid", "true");
      else control.removeAttribute("aria-invalid");
    }
    control.closest(".question")?.classList.toggle("wrong", isWrong);
  }

  function unfold(place) {
    for (let at = document.getElementById(place)?.parentElement; at; at = at.parentElement) {
      if (at.tagName === "DETAILS") at.open = true;
    }
  }

  // Remarks that are gone go, others change in place; new ones come where they are let in. Returns the new ones.
  function bringRemarks(fresh, isLetIn) {
    const theirs = new Map([...fresh.querySelectorAll("#answers ul.remarks")].map((list) => [list.id, list]));
    const news = [];
    for (const list of form.querySelectorAll("ul.remarks")) {
      const other = theirs.get(list.id);
      theirs.delete(list.id);
      if (list.contains(document.activeElement)) continue; // a reason is being typed
      if (!other) list.remove();
      else if (list.textContent !== other.textContent || list.querySelector("textarea")) list.replaceWith(document.adoptNode(other));
      mark(placeOf(list));
    }
    for (const [id, list] of theirs) {
      const place = placeOf(list), where = isLetIn(place) && home(list);
      if (!where) continue;
      where.ours.insertBefore(document.adoptNode(list), where.before);
      mark(place);
      if (list.querySelector(":scope > :is(.error, .warning)")) unfold(id);
      news.push(list);
    }
    return news;
  }

  function bringReasons(fresh) {
    const ours = document.getElementById("overrides"), theirs = fresh.getElementById("overrides");
    if (ours && theirs) ours.replaceWith(document.adoptNode(theirs));
    else if (ours) ours.remove();
  }

  function bringHidden(fresh) {
    for (const name of [".version", ".letter"]) {
      const ours = hidden(name), theirs = hidden(name, fresh);
      if (ours && theirs) ours.value = theirs.value;
    }
    form.querySelectorAll('input[name=".seen"]').forEach((seen) => seen.remove());
    fresh.querySelectorAll('#answers input[name=".seen"]').forEach((seen) => form.prepend(document.adoptNode(seen)));
  }

  // What the server has read shows as it understood it: a day, a number or a name in its usual form.
  function bringReadings(fresh) {
    for (const theirs of fresh.querySelectorAll("#answers input[type=text][id]")) {
      const ours = document.getElementById(theirs.id), said = fresh.getElementById(`${theirs.id}-understood`);
      if (!ours || (ours.value === theirs.value && !said)) continue;
      ours.value = theirs.value;
      const before = document.getElementById(`${theirs.id}-understood`);
      if (before && said) before.textContent = said.textContent;
      else if (said) ours.after(document.adoptNode(said));
    }
  }

  // Everything that a page says about the form as it was sent.
  function bring(fresh, isStill) {
    if (isStill) bringReadings(fresh); // or something typed meanwhile would be lost
    const reasons = isStill ? [] : [...form.querySelectorAll(".remarks textarea, #overrides textarea")];
    said.replaceChildren(...fresh.getElementById("said").children);
    bringRemarks(fresh, () => true);
    bringReasons(fresh);
    for (const { name, value } of reasons) if (form.elements[name]) form.elements[name].value = value;
    bringHidden(fresh);
    document.title = fresh.title;
    const part = fresh.querySelector('#answers input[name=".part"]');
    if (part) turnToPart(part.value);
  }

  // --- The buttons ---

  form.addEventListener("submit", (event) => {
    const button = event.submitter;
    if (!button || button.formTarget) return;
    if (!judging.has(button.value)) {
      leaving = true;
      return;
    }
    event.preventDefault();
    if (!underWay) act(button);
  });

  async function act(button) {
    const text = button.textContent, working = fileKinds.includes(button.value) ? "正在生成…" : "正在处理…";
    const count = typed = changes;
    underWay = true;
    clearTimeout(keepLater);
    button.setAttribute("aria-busy", "true");
    button.textContent = spoken.textContent = working;
    try {
      await keeping; // or the letter would be issued beside a draft that is being kept
      await finish(button.value, await post(button.value), count);
    } catch {
      say("bad", "没有连上服务器，这次没有处理；填写的内容都还在，请稍后再点一次。");
    } finally {
      button.textContent = text;
      button.removeAttribute("aria-busy");
      spoken.textContent = "";
      underWay = false;
      if (isUnsafe()) keepSoon();
    }
  }

  async function finish(deed, response, count) {
    const name = fileName(response);
    if (name) {
      takeAway(await response.blob(), name);
      safe = Math.max(safe, count);
      if (deed !== "save") await post("check").then(read).then((fresh) => bring(fresh, changes === count)).catch(() => {});
      return say("good", `已下载 ${name}`, true);
    }
    if (response.status === 401) return say("bad", sessionEnded());
    const here = new URL(response.url);
    if (response.redirected && here.pathname !== location.pathname) {
      leaving = true;
      return location.assign(response.url);
    }
    const fresh = await read(response);
    if (!fresh.getElementById("answers")) {
      return say("bad", sentencesOf(fresh));
    }
    if (response.redirected) {
      safe = Math.max(safe, count);
      stopped = !("keep" in form.dataset);
      here.searchParams.delete("kept");
      history.replaceState(history.state, "", here);
    }
    bring(fresh, changes === count);
    const news = said.querySelector("[autofocus], .notice, .summary");
    if (response.redirected && isInField()) kept.textContent = news.textContent; // somebody saves and writes on
    else show(news);
  }

  // What a page says has gone wrong: above its form, or as the whole page.
  function sentencesOf(fresh) {
    const told = fresh.querySelectorAll(fresh.getElementById("answers") ? "#said .notice" : "main :is(h1, p)");
    return [...told].map((one) => one.textContent.trim().replace(/。$/, "")).join("。") + "。";
  }

  function fileName(response) {
    const told = response.headers.get("Content-Disposition") ?? "";
    if (!told.startsWith("attachment")) return "";
    const whole = /filename\*=UTF-8''([^;]+)/i.exec(told), plain = /filename="?([^";]+)/i.exec(told);
    return whole ? decodeURIComponent(whole[1]) : plain?.[1] ?? "文书";
  }

  function takeAway(content, name) {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(content);
    link.download = name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 60000);
  }

  // A link to a question shows its label too, opens what is folded over it, and leaves no trace in the history.
  said.addEventListener("click", (event) => {
    const link = event.target.closest('a[href^="#"]');
    const place = link && document.getElementById(decodeURIComponent(link.hash.slice(1)));
    if (!place) return;
    event.preventDefault();
    unfold(place.id);
    const question = place.closest(".question") ?? place;
    const control = place.matches("fieldset.options") ? place.querySelector("input:checked, input") : place;
    control.focus({ preventScroll: true });
    const space = innerHeight - question.getBoundingClientRect().height;
    question.scrollIntoView({ block: space > 0 ? "center" : "start" });
  });

  // --- Remarks while typing: on questions that were changed and left, never on others ---

  let askLater;
  function askSoon() {
    clearTimeout(askLater);
    askLater = setTimeout(ask, LEFT_ALONE);
  }

  async function ask() {
    if (underWay || !touched.size) return;
    const count = changes;
    const fresh = await post("check").then(read).catch(() => null);
    // What is said of an earlier text is no longer true, and would put back a reason that somebody goes on writing.
    if (!fresh?.getElementById("answers") || underWay || count !== changes) return;
    const news = bringRemarks(fresh, (place) => touched.has(place) && !isIn(place));
    strike(fresh);
    const text = news.flatMap((list) => [...list.querySelectorAll(":scope > :is(.error, .warning)")])
      .map((one) => one.textContent.replace(/\s+/g, " ").trim())[0];
    if (text) spoken.textContent = text;
  }

  function isIn(place) {
    const control = document.getElementById(place);
    return Boolean(control && (control.closest(".question") ?? control).contains(document.activeElement));
  }

  // What has been corrected leaves the list above the form; nothing is read aloud for it.
  function strike(fresh) {
    const summary = said.querySelector(".summary:not(.others)");
    if (!summary) return;
    const still = new Set([...fresh.querySelectorAll("#said li")].map((one) => one.textContent.trim()));
    const gone = [...summary.querySelectorAll("li")].filter((one) => !still.has(one.textContent.trim()));
    if (!gone.length) return;
    summary.removeAttribute("role");
    gone.forEach((one) => one.remove());
    const left = summary.querySelectorAll("li").length;
    if (left) summary.querySelector("h2").textContent = `还有${left}处需要改正，文书还没有生成`;
    else {
      const notice = document.createElement("p");
      notice.className = "notice calm";
      notice.textContent = "列出的问题都已改正，请再点一次“检查”。";
      summary.replaceWith(notice);
      document.title = document.title.replace(/^有误：/, "");
    }
  }

  function touch(control) {
    for (const id of [control.id, control.closest("fieldset.options, fieldset.lines")?.id]) if (id) touched.add(id);
  }

  form.addEventListener("input", (event) => {
    changes += 1;
    touch(event.target);
    event.target.parentElement.querySelector(":scope:not(.day) > .understood")?.remove(); // it was said of another text
    askSoon();
    keepSoon();
  });
  form.addEventListener("change", askSoon);
  form.addEventListener("focusout", (event) => {
    if (touched.has(event.target.id)) askSoon();
  });
  form.addEventListener("htmx:after:swap", () => {
    changes += 1;
    keepSoon();
  });

  // --- What was typed keeps itself: in a case as a draft, on its own in this entry of the browser's history ---

  let keepLater;
  function keepSoon() {
    clearTimeout(keepLater);
    keepLater = setTimeout(keep, KEEP_AFTER);
  }

  const kept = document.createElement("p");
  kept.className = "kept";
  form.querySelector(".actions")?.append(kept);

  async function keep(more = {}) {
    if (!("keep" in form.dataset)) return remember();
    if (stopped || keeping || underWay || !isUnsafe()) return;
    const count = changes;
    keeping = post("keep", more).then((response) => heed(response, count)).catch(() => {
      kept.textContent = "没有连上服务器，还没有保存；连上以后自动保存。";
    });
    await keeping;
    keeping = null;
    if (isUnsafe()) keepSoon();
  }

  // What the server says of the draft that was sent to be kept.
  async function heed(response, count) {
    if (response.status === 204) {
      safe = Math.max(safe, count);
      return;
    }
    if (response.status === 401) { // it goes on by itself once somebody has signed in again
      kept.replaceChildren("还没有保存。", ...sessionEnded().slice(0, -1), "，以后自动保存。");
      return;
    }
    const isAnswer = response.headers.get("Content-Type")?.includes("json");
    const answer = isAnswer ? await response.json() : { told: sentencesOf(await read(response)) };
    if (!response.ok) {
      stopped = true;
      return say("bad", `${answer.told}以后的改动不再自动保存。`);
    }
    safe = Math.max(safe, count);
    hidden(".letter").value = answer.letter;
    hidden(".version").value = answer.version;
    history.replaceState(history.state, "", answer.url);
    kept.textContent = answer.said;
  }

  form.querySelector("[data-remembered]")?.removeAttribute("hidden");
  let isUnrecalled = false; // what this entry of the history holds is then more than the form
  function remember() {
    if (!("live" in form.dataset) || isUnrecalled) return;
    const answers = [...collect("show")].filter(([name]) => !["csrf_token", ".version", ".seen", ".do"].includes(name));
    history.replaceState({ ...history.state, answers }, "");
  }

  async function recall() {
    const answers = history.state?.answers;
    if ("keep" in form.dataset || !answers) return;
    const body = new URLSearchParams([...answers, ["csrf_token", hidden("csrf_token").value], [".do", "show"]]);
    form.inert = true; // nothing is typed into a form that is about to change
    kept.textContent = "正在恢复刚才填写的内容…";
    const fresh = await fetch(address, { method: "POST", body }).then(read).catch(() => null);
    form.inert = false;
    kept.textContent = "";
    const theirs = fresh?.getElementById("answers"), foot = form.querySelector(":scope > .foot");
    if (!theirs) {
      isUnrecalled = true;
      return say("bad", "没有连上服务器，刚才填写的内容还没有恢复。请先不要填写，稍后重新载入本页。");
    }
    const questions = [...theirs.children].slice(0, [...theirs.children].indexOf(theirs.querySelector(":scope > .foot")));
    const ours = [...form.children];
    form.replaceChildren(...questions.map((one) => document.adoptNode(one)), ...ours.slice(ours.indexOf(foot)));
    window.htmx?.process(form);
    changes += 1;
  }

  const SAVING = "gipdocs-saving";
  const isTooLong = () => collect("keep").toString().length > MOST_KEPT_ALIVE;
  window.addEventListener("beforeunload", (event) => {
    if (leaving || !isUnsafe()) return;
    remember();
    if (stopped || keeping || underWay || isTooLong()) return event.preventDefault();
    keep({ keepalive: true });
    sessionStorage.setItem(SAVING, location.pathname); // last, since a browser that keeps nothing throws here
  });
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden" && !leaving) keep({ keepalive: !isTooLong() });
  });
  window.addEventListener("pageshow", () => {
    leaving = false;
    // A page that was asked for while its draft was being kept may be older than the draft.
    const late = sessionStorage.getItem(SAVING) === location.pathname;
    sessionStorage.removeItem(SAVING);
    if (late) setTimeout(() => location.reload(), 300);
  });
  recall();
}
