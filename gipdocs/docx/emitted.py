"""Turns the values of one filling of one part into XML, and records them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any
from xml.sax.saxutils import escape

import jinja2
from markupsafe import Markup

from gipdocs.docx.attached import BREAK, NOTE_MARK, chart_link, picture_link
from gipdocs.docx.syntax import NotPrintable
from gipdocs.docx.values import (
    Chart,
    Drawing,
    Format,
    Noted,
    Picture,
    Styled,
)

FORMAT = "gipdocs-format"
FIRST_ID = 1000
"""The number of a document's first drawing."""
TEXT_END, TEXT_START = "</w:t>", '<w:t xml:space="preserve">'
TAB = f"{TEXT_END}<w:tab/>{TEXT_START}"
REFERENCE = f'</w:r><w:r>{NOTE_MARK}<w:footnoteReference w:id="{{}}"/></w:r><w:r>'


@dataclass
class Emitted:
    """The values that one filling has put into one part."""

    texts: list[str] = field(default_factory=list)
    formats: list[Format] = field(default_factory=list)
    pictures: list[Picture] = field(default_factory=list)
    charts: list[Chart] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    next_id: int = FIRST_ID
    next_note: int = 1

    def emit(self, value: Any) -> Markup:
        """The XML of a value; the environment calls this for every placeholder."""
        if isinstance(value, jinja2.Undefined):
            str(value)  # raises, and names what is undefined
        if isinstance(value, Format):
            self.formats.append(value)
            return Markup(f"<?{FORMAT} {len(self.formats) - 1}?>")
        if isinstance(value, Picture | Drawing | Chart):
            return self._draw(value)
        if isinstance(value, Noted):
            return self.emit(value.text) + self._note(value.note)
        if isinstance(value, Styled):
            return self.emit(value.format) + self.emit(value.text)
        if isinstance(value, bool) or not isinstance(value, str | int):
            raise NotPrintable(value)
        if text := str(value):
            self.texts.append(text)
        return Markup(escape(text).replace("\n", BREAK).replace("\t", TAB))

    def _note(self, text: str) -> Markup:
        self.notes.append(text)
        return Markup(TEXT_END + REFERENCE.format(self.next_note + len(self.notes) - 1) + TEXT_START)

    def _draw(self, value: Picture | Drawing | Chart) -> Markup:
        self.texts += [text for text in value.written if text]
        link = None
        if isinstance(value, Picture):
            self.pictures.append(value)
            link = picture_link(len(self.pictures))
        elif isinstance(value, Chart):
            self.charts.append(value)
            link = chart_link(len(self.charts))
        xml = value.xml(self.next_id, link)
        self.next_id += value.ids
        return Markup(TEXT_END + xml + TEXT_START)
