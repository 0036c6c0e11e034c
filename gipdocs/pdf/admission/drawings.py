"""How a DOCX describes its pictures, charts and shapes to readers who cannot see them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree

from gipdocs.ooxml import FALLBACK, MICROSOFT, PIC, WP, WPC, WPG, WPS, W
from gipdocs.pdf.admission.printed_text import normalize, read_paragraphs

SHAPE = f"{WPS}wsp"
PICTURE = f"{PIC}pic"
GROUPS = (f"{WPG}wgp", f"{WPC}wpc")
DECORATIVE = f"{{{MICROSOFT}/drawing/2017/decorative}}decorative"
TEXT_BOX = W + "txbxContent"
TRUE = ("1", "true")
LENGTH = re.compile(r"[0-9]{1,12}")

RULE = 3 * 12_700
"""Three points in English Metric Units: a thinner shape is a dividing line."""


@dataclass(frozen=True, kw_only=True)
class DescribedDrawing:
    """A drawing with its author's description.

    `parts` is the number of its shapes. `ornament` means that it carries no information: a line, a shape with neither
    text nor description, or the frame of a text. `complete` means that the description contains every text in the
    drawing, `margin` that the drawing is in a header or footer.
    """

    title: str
    description: str
    group: bool = False
    parts: int = 1
    ornament: bool = False
    complete: bool = False
    margin: bool = False

    @property
    def names(self) -> set[str]:
        """The names LibreOffice may give it, made from the description; empty if there is none."""
        return {self.description, f"{self.title} - {self.description}"} if self.description else set()


def find_drawings(story: etree._Element, *, margin: bool = False) -> tuple[DescribedDrawing, ...]:
    """The drawings of a part with paragraphs, in document order; in a header or footer (`margin`) all are ornament."""
    found = (element for element in story.iter(f"{WP}inline", f"{WP}anchor"))
    return tuple(_describe_drawing(one, margin) for one in found if next(one.iterancestors(FALLBACK), None) is None)


def _describe_drawing(holder: etree._Element, margin: bool) -> DescribedDrawing:
    properties = holder.find(f"{WP}docPr")
    title, description = (
        properties.get(key, "").strip() if properties is not None else "" for key in ("title", "descr")
    )
    texts = [text for text in map(normalize, _find_texts(holder)) if text]
    group = next(holder.iter(*GROUPS), None) is not None
    said = description or title
    return DescribedDrawing(
        title=title,
        description=said,
        group=group,
        parts=sum(1 for _ in holder.iter(SHAPE, PICTURE)) if group else 1,
        ornament=margin or not said or _is_decorative(holder) or (not group and (bool(texts) or _is_rule(holder))),
        complete=all(text in normalize(said) for text in texts),
        margin=margin,
    )


def _find_texts(holder: etree._Element) -> Iterator[str]:
    for box in holder.iter(TEXT_BOX):
        if next(box.iterancestors(FALLBACK), None) is None:
            yield from read_paragraphs(box)


def _is_decorative(holder: etree._Element) -> bool:
    return any(mark.get("val") in TRUE for mark in holder.iter(DECORATIVE))


def _is_rule(holder: etree._Element) -> bool:
    """Whether this is a single dividing line."""
    extent = holder.find(f"{WP}extent")
    sides = [extent.get(side, "") for side in ("cx", "cy")] if extent is not None else []
    thin = any(LENGTH.fullmatch(side) and int(side) <= RULE for side in sides)
    return thin and next(holder.iter(SHAPE), None) is not None
