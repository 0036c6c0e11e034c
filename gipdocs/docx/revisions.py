"""Comments and tracked changes in a layout: they are internal to the office and must not reach the addressee."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml import etree

from gipdocs.docx.tags import quote_briefly
from gipdocs.ooxml import W

CHANGES = (
    *("ins", "del", "moveFrom", "moveTo", "moveFromRangeStart", "moveToRangeStart", "cellIns", "cellDel", "cellMerge"),
    *("rPrChange", "pPrChange", "sectPrChange", "tblPrChange", "tblPrExChange", "tblGridChange", "tcPrChange"),
    *("trPrChange", "numberingChange", "customXmlInsRangeStart", "customXmlDelRangeStart"),
    *("customXmlMoveFromRangeStart", "customXmlMoveToRangeStart"),
)
CONFLICTS = tuple(
    f"{{http://schemas.microsoft.com/office/word/2010/wordml}}{name}" for name in ("conflictIns", "conflictDel")
)
COMMENTS = ("comment", "commentReference", "commentRangeStart", "commentRangeEnd")
CURES = {
    "修订": "请在“审阅”中接受（或者拒绝）全部修订",
    "批注": "请在“审阅”中删除全部批注",
}
KINDS = {f"{W}{name}": "修订" for name in CHANGES} | dict.fromkeys(CONFLICTS, "修订")
KINDS |= {f"{W}{name}": "批注" for name in COMMENTS}
MAYBE = re.compile(
    rb"<\w+:(?:" + "|".join({name.rpartition("}")[2] for name in KINDS}).encode() + rb")[\s/>]",
)
"""A part that does not match has none of them; most don't match and needn't be parsed."""
TEXTS = (f"{W}t", f"{W}delText")


def find_revisions(tree: etree._Element) -> Iterator[tuple[str, str]]:
    """Place and description of every tracked change and comment, each kind once per paragraph."""
    seen = set()
    for element in tree.iter(*KINDS):
        kind, where = KINDS[str(element.tag)], _place(element)
        if (kind, where) not in seen:
            seen.add((kind, where))
            yield where, f"处有没有处理的{kind}，会随文书一起发出去，{CURES[kind]}后再保存"


def _place(element: etree._Element) -> str:
    """The text around the element: that of its paragraph or, if empty, of its row, or of the paragraph before it."""
    around = [one for one in element.iterancestors() if one.tag in (f"{W}p", f"{W}tr", f"{W}comment")]
    for one in [*around, element]:
        if text := _text(one):
            return quote_briefly(text)
    before = (
        text for one in element.iterancestors() for other in one.itersiblings(preceding=True) if (text := _text(other))
    )
    return f"{quote_briefly(text)}之后" if (text := next(before, "")) else "开头"


def _text(element: etree._Element) -> str:
    return "".join(piece.text or "" for piece in element.iter(*TEXTS)).strip()
