"""The parts that pictures, charts and footnotes add to a filled layout."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape

from gipdocs.docx.charts import chart_parts
from gipdocs.docx.values import Chart, Picture
from gipdocs.errors import TemplateError
from gipdocs.markup import parse_own
from gipdocs.ooxml import LINKS, URIS, W

TYPES = "[Content_Types].xml"
NOTES = "word/footnotes.xml"
RELATIONSHIPS = URIS["r"]
NO_RELATIONSHIPS = f'<Relationships xmlns="{LINKS}"></Relationships>'.encode()
OFFICE = "application/vnd.openxmlformats-officedocument"
CHART_TYPE, WORKBOOK_TYPE = f"{OFFICE}.drawingml.chart+xml", f"{OFFICE}.spreadsheetml.sheet"
BREAK = '</w:t><w:br/><w:t xml:space="preserve">'
NOTE_MARK = '<w:rPr><w:rStyle w:val="FootnoteReference"/><w:vertAlign w:val="superscript"/></w:rPr>'
"""Superscript even if a layout has lost the style: the mark must never be read as a digit of the number before it."""


@dataclass(frozen=True)
class Attached:
    """A part that another links to: `link` is the relationship's id, `parts` are its members: type and bytes by name."""

    link: str
    kind: str
    target: str
    parts: Mapping[str, tuple[str, bytes]]


def picture_link(number: int) -> str:
    """The relationship id of a part's picture; numbers begin at 1."""
    return f"rIdPicture{number}"


def chart_link(number: int) -> str:
    """The relationship id of a part's chart; numbers begin at 1."""
    return f"rIdChart{number}"


def attach(
    part: str, members: Mapping[str, bytes], *, pictures: Sequence[Picture] = (), charts: Sequence[Chart] = ()
) -> dict[str, bytes]:
    """The members that a part's pictures and charts add or change: the files, the relationships, the content types."""
    added = [*_pictures(part, pictures), *_charts(part, charts)]
    if not added:
        return {}
    folder, _, file = part.rpartition("/")
    rels = f"{folder}/_rels/{file}.rels"
    links = "".join(
        f'<Relationship Id="{one.link}" Type="{RELATIONSHIPS}/{one.kind}" Target="{one.target}"/>' for one in added
    )
    end = b"</Relationships>"
    listed = members.get(rels, NO_RELATIONSHIPS).replace(end, links.encode() + end)
    parts = {name: typed for one in added for name, typed in one.parts.items()}
    types = _with_types(members[TYPES], {name: type for name, (type, _) in parts.items()})
    return {TYPES: types, rels: listed, **{name: data for name, (_, data) in parts.items()}}


def with_notes(notes: bytes | None, texts: Sequence[str], layout: str) -> bytes:
    """The layout's footnotes followed by these; `layout` is the name of the file for the message."""
    if notes is None:
        raise TemplateError(f"版式文件{layout}没有脚注部分，印不出脚注，请在Word里插入一个脚注再删去，然后保存。")
    first = next_note(notes)
    entries = "".join(map(_note, range(first, first + len(texts)), texts))
    return notes.replace(b"</w:footnotes>", entries.encode() + b"</w:footnotes>")


def next_note(notes: bytes | None) -> int:
    """The number that the next footnote gets."""
    if notes is None:
        return 1
    ids = [int(note.get(f"{W}id", "0")) for note in parse_own(notes)]
    return max(ids, default=0) + 1


def _note(number: int, text: str) -> str:
    mark = f"<w:r>{NOTE_MARK}<w:footnoteRef/></w:r>"
    lines = escape(text).replace("\n", BREAK)
    return (
        f'<w:footnote w:id="{number}"><w:p><w:pPr><w:pStyle w:val="FootnoteText"/></w:pPr>{mark}'
        f'<w:r><w:t xml:space="preserve">{lines}</w:t></w:r></w:p></w:footnote>'
    )


def _pictures(part: str, pictures: Iterable[Picture]) -> Iterator[Attached]:
    folder, _, file = part.rpartition("/")
    for number, picture in enumerate(pictures, 1):
        target = f"media/{file.removesuffix('.xml')}-picture{number}.{picture.format}"
        parts = {f"{folder}/{target}": (f"image/{picture.format}", picture.data)}
        yield Attached(picture_link(number), "image", target, parts)


def _charts(part: str, charts: Iterable[Chart]) -> Iterator[Attached]:
    folder, _, file = part.rpartition("/")
    for number, chart in enumerate(charts, 1):
        name = f"{file.removesuffix('.xml')}-chart{number}"
        drawing, workbook = chart_parts(chart)
        link = f'<Relationship Id="rId1" Type="{RELATIONSHIPS}/package" Target="../embeddings/{name}.xlsx"/>'
        rels = NO_RELATIONSHIPS.replace(b"></", f">{link}</".encode())
        parts = {
            f"{folder}/charts/{name}.xml": (CHART_TYPE, drawing),
            f"{folder}/charts/_rels/{name}.xml.rels": ("", rels),
            f"{folder}/embeddings/{name}.xlsx": (WORKBOOK_TYPE, workbook),
        }
        yield Attached(chart_link(number), "chart", f"charts/{name}.xml", parts)


def _with_types(types: bytes, wanted: Mapping[str, str]) -> bytes:
    """The content types with those of new members: XML files one by one, everything else by extension."""
    extensions = {name.rpartition(".")[2]: type for name, type in wanted.items() if type}
    defaults = "".join(
        f'<Default Extension="{extension}" ContentType="{type}"/>'
        for extension, type in extensions.items()
        if extension != "xml" and f'Extension="{extension}"'.encode() not in types
    )
    overrides = "".join(
        f'<Override PartName="/{name}" ContentType="{type}"/>' for name, type in wanted.items() if name.endswith(".xml")
    )
    opening = re.search(rb"<Types[^>]*>", types)
    assert opening is not None, "a layout lists its content types"
    listed = types[: opening.end()] + defaults.encode() + types[opening.end() :]
    return listed.replace(b"</Types>", overrides.encode() + b"</Types>")
