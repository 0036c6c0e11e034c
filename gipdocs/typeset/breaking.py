"""Where a line may end: as LibreOffice decides it for Chinese text with Latin words and numbers in it.

The characters that no line may begin or end with are LibreOffice's for zh-CN (GB/T 15834-2011 5.1.10 asks for the same);
between Latin letters and digits the pairs of UAX #14 decide.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from gipdocs.drawing.placed import Unsupported

NO_BEGINNING = frozenset(
    ":!),.;?]}¢'\"、。〉》」』】〕〗〞︰︱︳﹐､﹒﹔﹕﹖﹗﹚﹜﹞！），．：；？｜｝︴︶︸︺︼︾﹀﹂﹄﹏～￠々‖•·ˇˉ―-′’”"
)
NO_END = frozenset("([{£¥'\"‵〈《「『【〔〖（［｛￡￥〝︵︷︹︻︽︿﹁﹃﹙﹛﹝“‘")
LONG_PATH = 66
"""So many characters of a path are kept together."""
ODD = frozenset("\u00a0ˊˋ")
"""Beside these LibreOffice breaks lines by other rules, as beside letters that are neither Latin nor Asian."""
BLANKS = frozenset(" \u3000")

LATIN = re.compile("[\t\n!-~¡-˿Ͱ-ӿ]")
ASIAN = re.compile("[⺀-퟿豈-﫿︰-﹏＀-￯𠀀-\U0003ffff]")

CLASSES = {
    **dict.fromkeys("0123456789", "NU"),
    **dict.fromkeys("([{（［｛《〈「『【〔〖〝", "OP"),
    **dict.fromkeys(")]", "CP"),
    **dict.fromkeys("}，。、．）］｝》〉」』】〕〗〞", "CL"),
    **dict.fromkeys("!?！？", "EX"),
    **dict.fromkeys(",.:;", "IS"),
    "/": "SY",
    **dict.fromkeys("\"'“”‘’", "QU"),
    **dict.fromkeys("%％‰℃¢′″", "PO"),
    **dict.fromkeys("$+￥￡£¥±№", "PR"),
    **dict.fromkeys("：；々ぁぃぅぇぉっゃゅょゎァィゥェォッャュョヮヵヶー", "NS"),
    **dict.fromkeys("|–\\\t", "BA"),
    **dict.fromkeys("#&*<=>@^_`~·×÷○●□■△▲◇◆☆★§→←↑↓√∶≥≤≠∞☐☑", "AL"),
    "～": "ID",
    "°": "DG",
    "-": "HY",
    "—": "B2",
    "…": "IN",
    " ": "SP",
    "\n": "BK",
    "\u3000": "BA",
}
"""The line breaking classes of UAX #14, for what is neither a letter nor a Han character."""

GLUED = {
    "NU": {"NU", "AL", "PO", "PR", "IN", "OP"},
    "AL": {"AL", "NU", "IN", "PR", "OP"},
    "DG": {"AL", "NU", "IN", "PR", "PO", "OP"},
    "ID": {"PO", "IN"},
    "IN": {"IN"},
    "PR": {"ID", "AL", "NU"},
    "PO": {"AL", "NU"},
    "IS": {"AL", "NU"},
    **{key: {"AL", "NU", "NS"} for key in ("CP", "CL")},
    "B2": {"B2"},
}
"""Which class no line begins with after another one; those that hold for every neighbour stand in `_is_glued`."""


def scripts(text: str) -> str:
    """For each character "L" or "A", Latin or Asian; blanks and signs go with what stands before them, at first with Latin."""
    found, last = [], "L"
    for char in text:
        last = _script(char) or last
        found.append(last)
    return "".join(found)


@lru_cache(maxsize=4096)
def _script(char: str) -> str:
    found = "L" if LATIN.match(char) else "A" if ASIAN.match(char) else ""
    if char in ODD or (not found and char.isalpha()):
        raise Unsupported(f"line breaks beside U+{ord(char):04X}")
    return found


def find_break(text: str, scripts: str, start: int, cut: int) -> tuple[int, int]:
    """Where the line that begins at `start` ends, and where the next one begins: blanks between them are dropped.

    `cut` is the first character that has no room. The text of the script to which it belongs decides; where the last
    place for a break is before that text, what stands before it decides, as if its last character had no room. Where
    there is none on the line, a word is cut.
    """
    while text[cut] not in BLANKS:
        first = cut
        while first > start and scripts[first - 1] == scripts[cut]:
            first -= 1
        place = _find_before(text, scripts, cut)
        if place >= first and place > start:
            return place, place
        if first == start or place < start:
            end = max(cut, start + 1)
            return end, end
        cut = first - 1
    end, following = cut, cut
    while end > start + 1 and text[end - 1] in BLANKS:
        end -= 1
    while following < len(text) and text[following] in BLANKS:
        following += 1
    return end if end > start else following, following


def _find_before(text: str, scripts: str, cut: int) -> int:
    """The last place for a break up to a character, by the rules of the script of the letter or digit before it."""
    place = deciding = cut
    while deciding > 0 and not text[deciding].isalnum():
        deciding -= 1
    script = scripts[deciding] if deciding else next(filter(None, map(_script, text)), "L")
    if script == "A":
        while place > 0 and (text[place] in NO_BEGINNING or text[place - 1] in NO_END):
            place -= 1
        return place
    while place > 0 and (_is_glued(text, place) or (place == cut and text[place - 1] == "/")):
        place -= 1
    return _spare_path(text, place)


def _spare_path(text: str, place: int) -> int:
    """A path is not broken behind a slash if a blank stands before it, not too far away and be it in the line before."""
    blank = max(text.rfind(one, 0, place - 1) for one in {*BLANKS, "\n"}) if place and text[place - 1] == "/" else -1
    return blank + 1 if blank >= 0 and place - blank - 1 < LONG_PATH else place


def _is_glued(text: str, place: int) -> bool:
    before, after = line_class(text[place - 1]), line_class(text[place])
    if before == "SP":
        return after == "SP"
    if before == "BK":
        return False
    if after in {"SP", "CL", "CP", "EX", "IS", "SY", "QU", "BA", "HY", "NS", "DG"} or before in {"OP", "QU"}:
        return True
    number = place > 1 and line_class(text[place - 2]) == "NU"
    if before == "SY" or (before in {"CL", "CP"} and after in {"PO", "PR"}):
        return number and (before != "SY" or after == "NU")
    if after == "OP" and before in {"PO", "PR"}:
        return place + 1 < len(text) and line_class(text[place + 1]) == "NU"
    return after in GLUED.get(before, ())


@lru_cache(maxsize=4096)
def line_class(char: str) -> str:
    """The line breaking class of a character; Unsupported for one whose class is not known here."""
    if char in CLASSES:
        return CLASSES[char]
    if ASIAN.match(char):
        return "ID"
    if unicodedata.category(char)[0] in "LN":
        return "AL"
    raise Unsupported(f"line breaks beside U+{ord(char):04X}")
