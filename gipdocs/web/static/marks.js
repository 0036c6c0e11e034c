// Marks in a letter what differs from an earlier one, paragraph by paragraph. Loaded after form.js and
// before preview.js.
//
// Comparing two letters marks what follows from a value as well: an article, a date, the number of a later part.
"use strict";

{
  const BLOCKS = "h1, h2, h3, h4, h5, h6, p, li, td, th, figcaption";

  // The smallest parts that hold text: a cell with paragraphs in it is none.
  function blocksOf(letter) {
    return [...letter.querySelectorAll(BLOCKS)].filter((block) => !block.querySelector(BLOCKS));
  }

  function textsOf(letter) {
    return blocksOf(letter).map((block) => block.textContent);
  }

  // How many items two lists, or two texts, have in common at their start, and at their end beyond that.
  function commonEnds(before, now) {
    const most = Math.min(before.length, now.length);
    let start = 0, end = 0;
    while (start < most && before[start] === now[start]) start++;
    while (end < most - start && before[before.length - 1 - end] === now[now.length - 1 - end]) end++;
    return [start, end];
  }

  // The places in `now` that are new or changed, each with the text that stood there before, if there was one.
  function changedPlaces(before, now) {
    const [start, end] = commonEnds(before, now);
    const old = before.slice(start, before.length - end), fresh = now.slice(start, now.length - end);
    const common = commonLengths(old, fresh);
    const places = [];
    let i = 0, j = 0, gone = [], come = [];
    const close = () => {
      const paired = gone.length === come.length; // as many as there were: each has replaced one
      places.push(...come.map((place, k) => [start + place, paired ? gone[k] : ""]));
      gone = [], come = [];
    };
    while (i < old.length || j < fresh.length) {
      if (i < old.length && j < fresh.length && old[i] === fresh[j]) close(), i++, j++;
      else if (j === fresh.length || (i < old.length && common[i + 1][j] >= common[i][j + 1])) gone.push(old[i++]);
      else come.push(j++);
    }
    close();
    return places;
  }

  // For every pair of positions, the length of the longest common subsequence of what follows them.
  function commonLengths(old, fresh) {
    const common = Array.from({ length: old.length + 1 }, () => new Uint16Array(fresh.length + 1));
    for (let i = old.length - 1; i >= 0; i--) {
      for (let j = fresh.length - 1; j >= 0; j--) {
        common[i][j] = old[i] === fresh[j] ? common[i + 1][j + 1] + 1 : Math.max(common[i + 1][j], common[i][j + 1]);
      }
    }
    return common;
  }

  // Where a text differs from what stood there before; the whole of it where something was only taken away.
  function changedRange(before, now) {
    const [start, end] = commonEnds(before, now);
    let from = start, to = now.length - end;
    if (from === to) return [0, now.length];
    if (/[\uDC00-\uDFFF]/.test(now[from])) from--; // rare characters are two units long
    if (/[\uDC00-\uDFFF]/.test(now[to] ?? "")) to++;
    return [from, to];
  }

  function markRange(block, from, to) {
    const letter = block.ownerDocument;
    const walker = letter.createTreeWalker(block, NodeFilter.SHOW_TEXT);
    const pieces = [];
    for (let at = 0, node = walker.nextNode(); node; at += node.length, node = walker.nextNode()) {
      const [start, end] = [Math.max(from - at, 0), Math.min(to - at, node.length)];
      if (start < end) pieces.push([node, start, end]);
    }
    for (const [node, start, end] of pieces) {
      const range = letter.createRange(), mark = letter.createElement("mark");
      range.setStart(node, start);
      range.setEnd(node, end);
      range.surroundContents(mark);
      mark.style.borderBottom = "2px solid"; // not by colour alone
    }
  }

  // Marks the letter and returns the first mark, if anything has changed.
  function markChanges(letter, before) {
    const blocks = blocksOf(letter);
    const now = blocks.map((block) => block.textContent);
    for (const [place, old] of changedPlaces(before, now)) markRange(blocks[place], ...changedRange(old, now[place]));
    return letter.querySelector("mark");
  }

  Object.assign(window.gipdocs, { textsOf, markChanges });
}
