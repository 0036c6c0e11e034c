"""Where a line may end: as LibreOffice decides it for Chinese text with Latin words and numbers in it.

The characters that no line may begin or end with are LibreOffice's for zh-CN (GB/T 15834-2011 5.1.10 asks for the same);
between Latin letters and digits the pairs of UAX #14 decide.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from gipdocs.typeset.placed import Unsupported

NO_BEGINNING = frozenset(
    "!%),.:;>?]}¢¨°·ˇˉ―‖’”…‰′″›℃∶、。〃〉》」』】〕〗〞︶︺︾﹀﹄﹚﹜﹞！＂％＇），．：；？］｀｜｝～￠"
)
NO_END = frozenset("$([{£¥‘“〈《「『【〔〖〝﹗﹙﹛＄（．［｛￡￥")
BLANKS = frozenset(" \u3000")

LATIN = re.compile("[!-~¡-¶¸-˿Ͱ-ӿ]")
ASIAN = re.compile("[⺀-퟿豈-﫿︰-﹏＀-￯𠀀-\U0003ffff]")

CLASSES = {
    **dict.fromkeys("0123456789", "NU"),
    **dict.fromkeys("([{（［｛《〈「『【〔〖〝", "OP"),
    **dict.fromkeys(")]", "CP"),
    **dict.fromkeys("}，。、．）］｝》〉」』】〕〗〞", "CL"),
    **dict.fromkeys("!?！？", "EX"),
    **dict.fromkeys(",.:;", "IS"),
    **dict.fromkeys("/\\", "SY"),
    **dict.fromkeys("\"'“”‘’", "QU"),
    **dict.fromkeys("%％‰℃¢", "PO"),
    **dict.fromkeys("$+￥£±№", "PR"),
    **dict.fromkeys("：；々〃～", "NS"),
    **dict.fromkeys("|–", "BA"),
    **dict.fromkeys("#&*<=>@^_`~·°×÷○●□■△▲◇◆☆★§", "AL"),
    "-": "HY",
    "—": "B2",
    "…": "IN",
    " ": "SP",
    "\u3000": "BA",
}
"""The line breaking classes of UAX #14, for what is neither a letter nor a Han character."""

GLUED = {
    "NU": {"NU", "AL", "PO", "PR", "IN", "OP"},
    "AL": {"AL", "NU", "IN", "PR", "PO", "OP"},
    "ID": {"PO", "IN"},
    "IN": {"IN"},
    "PR": {"ID", "AL", "NU", "OP"},
    "PO": {"AL", "NU", "OP"},
    "IS": {"AL", "NU"},
    "CP": {"AL", "NU", "NS"},
    "CL": {"AL", "NU", "NS"},
    "B2": {"B2"},
}
"""Which class no line begins with after another one; those that hold for every neighbour stand in `_is_glued`."""


def scripts(text: str) -> str:
    """For each character "L" or "A", Latin or Asian: blanks and common signs belong to what stands before them."""
    found = [_script(char) for char in text]
    last = next((one for one in found if one), "A")
    for place, one in enumerate(found):
        found[place] = last = one or last
    return "".join(found)


@lru_cache(maxsize=4096)
def _script(char: str) -> str:
    return "L" if LATIN.match(char) else "A" if ASIAN.match(char) else ""


def find_break(text: str, scripts: str, start: int, cut: int) -> int:
    """Where the line that begins at `start` ends, if `cut` is its first character that has no room; `cut` if it can't."""
    deciding = cut
    while deciding > start and not text[deciding].isalnum():
        deciding -= 1
    place = cut
    if scripts[deciding] == "A":
        while place > start and (text[place] in NO_BEGINNING or text[place - 1] in NO_END):
            place -= 1
    else:
        while place > start and _is_glued(text, place):
            place -= 1
        place = _spare_path(text, start, place, cut)
    return place if place > start else cut


def _spare_path(text: str, start: int, place: int, cut: int) -> int:
    """A path is not broken behind a slash, if it may be broken at a blank before it."""
    if place == cut or text[place - 1] != "/":
        return place
    blank = text.rfind(" ", 0, place - 1)
    return blank + 1 if blank >= start and place - blank - 1 < 66 else place


def _is_glued(text: str, place: int) -> bool:
    before, after = line_class(text[place - 1]), line_class(text[place])
    if before == "SP":
        return after == "SP"
    if after in {"SP", "CL", "CP", "EX", "IS", "SY", "QU", "BA", "HY", "NS"} or before in {"OP", "QU"}:
        return True
    if before == "SY":
        return after == "NU" and place > 1 and line_class(text[place - 2]) == "NU"
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
