"""Reads a filled DOCX: its page, its paragraphs and tables with the formats that apply to them.

Only what the layouts of official documents use is known; anything else is Unsupported. Lengths are in twips.
"""

from __future__ import annotations

import zipfile
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from io import BytesIO

from lxml import etree

from gipdocs.drawing.placed import Ink, Unsupported
from gipdocs.markup import parse_own
from gipdocs.ooxml import PIC, WP, WPS, A, R, W

EMU = 635  # English Metric Units in a twip
PAGE_NUMBER = "\0"
"""Stands for the number of the page in the text of a footer."""


@dataclass(frozen=True, slots=True)
class TextFormat:
    """How a paragraph and its characters look; `style` is its style's name.

    `size` is in points, `stretch` the width of characters in hundredths, `level` 1 for the highest heading, 0 for text.
    Each of the `tabs` is "left" or "right" and the distance from the left edge of the column.
    """

    style: str = ""
    line: int = 0
    before: int = 0
    after: int = 0
    left: int = 0
    right: int = 0
    first: int = 0
    align: str = "left"
    keep_next: bool = False
    keep_lines: bool = False
    widows: bool = True
    new_page: bool = False
    level: int = 0
    tabs: tuple[tuple[str, int], ...] = ()
    font: str = ""
    size: float = 10.0
    spacing: float = 0.0
    stretch: float = 100.0
    color: str = "000000"

    def look(self, face: str) -> Ink:
        """The look of characters that a face draws."""
        return Ink(face, self.size, self.stretch, self.color)


@dataclass(frozen=True, slots=True)
class TextSpan:
    """Text of one format; line breaks are newlines, tabs are tabs."""

    text: str
    format: TextFormat


@dataclass(frozen=True, slots=True)
class Rectangle:
    """A rectangle on the page, or measured from the paragraph that it belongs to."""

    x: int
    y: int
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class TextParagraph:
    """A paragraph; one with a `frame` stands there on the page, and text goes on below it."""

    format: TextFormat
    spans: tuple[TextSpan, ...] = ()
    shapes: tuple[TextShape, ...] = ()
    frame: Rectangle | None = None

    @property
    def text(self) -> str:
        """Of all spans."""
        return "".join(span.text for span in self.spans)


@dataclass(frozen=True, slots=True)
class TextShape:
    """A drawing that no text flows round: a filled rectangle, a picture, or a box with text at its top or in its `middle`.

    `from_page` says of each direction, across and down, whether it is measured from the edge of the page; otherwise it is
    from the column and the paragraph. An `inline` one is a paragraph of its own, one `behind` lies under all text of its page.
    """

    box: Rectangle
    from_page: tuple[bool, bool]
    color: str = ""
    picture: bytes = b""
    alt: str = ""
    outline: str = ""
    thickness: int = 0
    middle: bool = False
    paragraphs: tuple[TextParagraph, ...] = ()
    inline: bool = False
    behind: bool = False


@dataclass(frozen=True, slots=True)
class TableCell:
    """A cell that begins in a `column` and spans `columns`; `merged` continues the one above."""

    column: int
    columns: int
    merged: bool
    opens: bool
    align: str
    fill: str
    paragraphs: tuple[TextParagraph, ...]


@dataclass(frozen=True, slots=True)
class TableRow:
    """A row with its least height, or its only one."""

    height: int
    exact: bool
    whole: bool
    cells: tuple[TableCell, ...]


@dataclass(frozen=True, slots=True)
class TextTable:
    """A table of fixed columns; `head` rows are repeated on each page, `margins` are top, left, bottom and right of a cell.

    The rules are as thick as `outer` and `inner` say, in eighths of a point.
    """

    columns: tuple[int, ...]
    rows: tuple[TableRow, ...]
    head: int
    margins: tuple[int, int, int, int]
    outer: int
    inner: int


@dataclass(frozen=True, slots=True)
class PageSetup:
    """The page: its size and margins, the pitch of its lines if it has a grid of lines."""

    width: int
    height: int
    top: int
    bottom: int
    left: int
    right: int
    header: int
    footer: int
    pitch: int
    title: bool
    alternating: bool


class Package:
    """An opened DOCX."""

    def __init__(self, docx: bytes) -> None:
        with zipfile.ZipFile(BytesIO(docx)) as archive:
            self._parts = {name: archive.read(name) for name in archive.namelist()}
        self._styles = read_styles(self._parts["word/styles.xml"])
        if b"<w:footnoteReference " in self._parts["word/document.xml"]:
            raise Unsupported("footnote")
        self._body = parse_own(self._parts["word/document.xml"])[0]
        self._section = self._body[-1]
        if self._section.tag != W + "sectPr":
            raise Unsupported("no section")

    @cached_property
    def sheet(self) -> PageSetup:
        """The page of its only section."""
        size, margins = (_demand(self._section, W + name, "page without size") for name in ("pgSz", "pgMar"))
        grid = self._section.find(W + "docGrid")
        lines = grid is not None and grid.get(W + "type") == "lines"
        _refuse_others(self._section, SECTION)
        return PageSetup(
            **{side: _number(size, key) for side, key in (("width", "w"), ("height", "h"))},
            **{side: _number(margins, side) for side in ("top", "bottom", "left", "right", "header", "footer")},
            pitch=_number(grid, "linePitch") if lines else 0,
            title=self._section.find(W + "titlePg") is not None,
            alternating=b"<w:evenAndOddHeaders" in self._parts["word/settings.xml"],
        )

    @property
    def properties(self) -> dict[str, str]:
        """Title, author, subject, keywords and date of the document, as its core properties have them."""
        root = parse_own(self._parts["docProps/core.xml"])
        told = {_name(one).replace("creator", "author"): one.text or "" for one in root}
        return {name: told.get(name, "") for name in ("title", "author", "subject", "keywords", "created")}

    def margin(self, part: str) -> Mapping[str, tuple[TextParagraph, ...]]:
        """The paragraphs of the "header" or "footer" for each kind of page: "first", "even" and "default"."""
        found = self._section.iterfind(f"{W}{part}Reference")
        roots = {one.get(W + "type", ""): self._parts["word/" + self._targets[one.get(R + "id", "")]] for one in found}
        return {kind: tuple(map(self._paragraph, _only(parse_own(root), "p"))) for kind, root in roots.items()}

    @cached_property
    def _targets(self) -> dict[str, str]:
        root = parse_own(self._parts["word/_rels/document.xml.rels"])
        return {one.get("Id", ""): one.get("Target", "") for one in root}

    def blocks(self) -> Iterator[TextParagraph | TextTable]:
        """The paragraphs and tables of the body, in order."""
        for one in self._body:
            if one.tag == W + "p":
                yield self._paragraph(one)
            elif one.tag == W + "tbl":
                yield self._table(one)
            elif one is not self._section:
                raise Unsupported(f"{_name(one)} in the body")

    def _paragraph(self, element: etree._Element) -> TextParagraph:
        properties = element.find(W + "pPr")
        format, frame = self._styles["Normal"], None
        if properties is not None:
            style = properties.find(W + "pStyle")
            if style is not None:
                format = self._styles[style.get(W + "val", "")]
            direct = [one for one in properties if _name(one) not in ("pStyle", "framePr", "rPr")]
            if direct:
                format = _with_properties(format, direct)
            frame = _frame(properties.find(W + "framePr"))
        spans, shapes = self._runs(element, format)
        if not format.line or any(shape.inline for shape in shapes):
            format, shapes = self._figure(format, spans, shapes)
        return TextParagraph(format, tuple(spans), tuple(shapes), frame)

    def _figure(
        self, format: TextFormat, spans: list[TextSpan], shapes: list[TextShape]
    ) -> tuple[TextFormat, list[TextShape]]:
        """A paragraph that is nothing but a picture in its middle, and as high as that."""
        if format.line or spans or [shape.inline for shape in shapes] != [True] or format.align != "center":
            raise Unsupported("line height that isn't fixed")
        (shape,), sheet = shapes, self.sheet
        x = (sheet.width - sheet.left - sheet.right - shape.box.width) // 2
        return replace(format, line=shape.box.height), [replace(shape, box=replace(shape.box, x=x))]

    def _runs(self, element: etree._Element, format: TextFormat) -> tuple[list[TextSpan], list[TextShape]]:
        spans: list[TextSpan] = []
        shapes: list[TextShape] = []
        field = ""
        for run in element:
            if run.tag == W + "pPr":
                continue
            if run.tag != W + "r":
                raise Unsupported(f"{_name(run)} in a paragraph")
            own, text = format, ""
            for one in run:
                name = _name(one)
                if name == "rPr":
                    own = _with_characters(format, one)
                elif name == "fldChar":
                    field = one.get(W + "fldCharType", "")
                elif name == "instrText":
                    if (one.text or "").split() != ["PAGE"]:
                        raise Unsupported("field")
                    text += PAGE_NUMBER
                elif name == "t":
                    text += "" if field == "separate" else one.text or ""
                elif name == "tab":
                    text += "\t"
                elif name == "br" and one.get(W + "type", "textWrapping") == "textWrapping":
                    text += "\n"
                elif name == "AlternateContent":
                    shapes.append(self._shape(one[0]))
                elif name == "drawing":
                    shapes.append(self._shape(one))
                else:
                    raise Unsupported(f"{name} in a run")
            if spans and spans[-1].format == own:
                spans[-1] = TextSpan(spans[-1].text + text, own)
            elif text:
                spans.append(TextSpan(text, own))
        return spans, shapes

    def _shape(self, holder: etree._Element) -> TextShape:
        anchor = next(holder.iter(f"{WP}anchor", f"{WP}inline"))
        inline = anchor.tag == f"{WP}inline"
        if not inline and anchor.find(f"{WP}wrapNone") is None:
            raise Unsupported("drawing in the text")
        across, along = ((0, False) if inline else self._position(anchor, name) for name in ("positionH", "positionV"))
        extent, about = (_demand(anchor, WP + name, "drawing without size") for name in ("extent", "docPr"))
        box = Rectangle(across[0], along[0], *(int(extent.get(side, "0")) // EMU for side in ("cx", "cy")))
        behind = anchor.get("behindDoc") == "1"
        shape = TextShape(box, (across[1], along[1]), alt=about.get("descr", ""), inline=inline, behind=behind)
        picture = next(anchor.iter(f"{PIC}blipFill"), None)
        if picture is not None:
            return replace(shape, picture=self._picture(picture))
        form = _demand(anchor, f"{A}graphic/{A}graphicData/{WPS}wsp", "other drawing")
        text = form.find(f"{WPS}txbx/{W}txbxContent")
        if text is not None:
            return self._text_box(shape, form, text)
        fill = _demand(form, f"{WPS}spPr/{A}solidFill/{A}srgbClr", "shape that isn't a bar")
        return replace(shape, color=fill.get("val", ""))

    def _text_box(self, shape: TextShape, form: etree._Element, text: etree._Element) -> TextShape:
        paths = (f"{WPS}spPr/{A}ln", f"{WPS}bodyPr", f"{WPS}spPr/{A}noFill")
        line, body, _ = (_demand(form, path, "other text box") for path in paths)
        color, anchor = line.find(f"{A}solidFill/{A}srgbClr"), body.get("anchor")
        inset = any(body.get(side) != "0" for side in ("lIns", "tIns", "rIns", "bIns"))
        if (color is None and line.find(f"{A}noFill") is None) or anchor not in ("ctr", "t") or inset:
            raise Unsupported("other text box")
        paragraphs = tuple(self._paragraph(one) for one in _only(text, "p"))
        outline = color.get("val", "") if color is not None else ""
        thickness = int(line.get("w", "0")) // EMU
        return replace(shape, outline=outline, thickness=thickness, middle=anchor == "ctr", paragraphs=paragraphs)

    def _picture(self, fill: etree._Element) -> bytes:
        link, crop = _demand(fill, f"{A}blip", "other picture"), fill.find(f"{A}srcRect")
        if crop is not None and crop.attrib:
            raise Unsupported("cropped picture")
        target = self._targets[link.get(R + "embed", "")]
        return self._parts[target[1:] if target.startswith("/") else f"word/{target}"]

    def _position(self, anchor: etree._Element, name: str) -> tuple[int, bool]:
        position = _demand(anchor, WP + name, "drawing placed otherwise")
        offset, origin = _demand(position, f"{WP}posOffset", "drawing placed otherwise"), position.get("relativeFrom")
        if origin not in ORIGINS[name]:
            raise Unsupported("drawing placed otherwise")
        return int(offset.text or "0") // EMU, origin == "page"

    def _table(self, table: etree._Element) -> TextTable:
        properties, grid = (_demand(table, W + name, "table without properties") for name in ("tblPr", "tblGrid"))
        _refuse_others(properties, TABLE)
        why = "table with other margins, borders or place"
        margins, borders, justified = (
            _demand(properties, W + name, why) for name in ("tblCellMar", "tblBorders", "jc")
        )
        if justified.get(W + "val") != "center":
            raise Unsupported(why)
        thickness = {_name(one): _number(one, "sz") if one.get(W + "val") == "single" else -1 for one in borders}
        outer, inner = ({thickness[side] for side in sides} for sides in (SIDES, ("insideH", "insideV")))
        if len(outer) > 1 or len(inner) > 1 or -1 in outer | inner:
            raise Unsupported("table with different borders")
        rows = list(table.iterfind(W + "tr"))
        heads = [one.find(f"{W}trPr/{W}tblHeader") is not None for one in rows]
        head = heads.index(False) if False in heads else len(heads)
        return TextTable(
            tuple(_number(one, "w") for one in grid),
            tuple(self._row(one) for one in rows),
            head,
            tuple(_number(margins.find(W + side), "w") for side in SIDES),  # type: ignore[arg-type]  # four
            outer.pop(),
            inner.pop(),
        )

    def _row(self, row: etree._Element) -> TableRow:
        properties = row.find(W + "trPr")
        height = properties.find(W + "trHeight") if properties is not None else None
        whole = properties is not None and properties.find(W + "cantSplit") is not None
        cells, column = [], 0
        for one in row.iterfind(W + "tc"):
            cells.append(self._cell(one, column))
            column += cells[-1].columns
        exact = height is not None and height.get(W + "hRule") == "exact"
        return TableRow(_number(height, "val"), exact, whole, tuple(cells))

    def _cell(self, cell: etree._Element, column: int) -> TableCell:
        properties = _demand(cell, W + "tcPr", "cell without properties")
        _refuse_others(properties, CELL)
        found = {_name(one): one for one in properties}
        merge = found["vMerge"].get(W + "val", "continue") if "vMerge" in found else ""
        return TableCell(
            column,
            _number(found.get("gridSpan"), "val") or 1,
            merge == "continue",
            merge == "restart",
            found["vAlign"].get(W + "val", "top") if "vAlign" in found else "top",
            found["shd"].get(W + "fill", "") if "shd" in found else "",
            tuple(self._paragraph(one) for one in _only(cell, "p", "tcPr")),
        )


ORIGINS = {"positionH": ("page", "column", "margin"), "positionV": ("page", "paragraph")}
"""From where the place of a drawing may be measured, across and down."""
SIDES = ("top", "left", "bottom", "right")
SECTION = {"headerReference", "footerReference", "footnotePr", "pgSz", "pgMar", "cols", "titlePg", "docGrid"}
TABLE = {"tblW", "jc", "tblBorders", "tblLayout", "tblCellMar", "tblCaption"}
CELL = {"tcW", "gridSpan", "vMerge", "vAlign", "shd"}
WITHOUT_EFFECT = {"kinsoku", "snapToGrid", "adjustRightInd", "wordWrap", "next", "overflowPunct"}
WITHOUT_EFFECT |= {"autoSpaceDE", "autoSpaceDN"}
"""Paragraph properties that change nothing here: all our documents have the same."""
FLAGS = {"keepNext": "keep_next", "keepLines": "keep_lines", "widowControl": "widows", "pageBreakBefore": "new_page"}
ALIGNMENTS = {"both": "both", "left": "left", "start": "left", "right": "right", "end": "right", "center": "center"}


def _name(element: etree._Element) -> str:
    return str(element.tag).rpartition("}")[2]


def _number(element: etree._Element | None, key: str) -> int:
    return int(element.get(W + key, "0")) if element is not None else 0


def _demand(parent: etree._Element, path: str, why: str) -> etree._Element:
    """What stands at a path; Unsupported, for a reason, if nothing does."""
    if (found := parent.find(path)) is None:
        raise Unsupported(why)
    return found


def _refuse_others(parent: etree._Element, known: Collection[str]) -> None:
    for name in map(_name, parent):
        if name not in known:
            raise Unsupported(f"{_name(parent)} with {name}")


def _only(parent: etree._Element, wanted: str, *passed: str) -> Iterator[etree._Element]:
    for one in parent:
        if _name(one) == wanted:
            yield one
        elif _name(one) not in passed:
            raise Unsupported(f"{_name(one)} in {_name(parent)}")


def _frame(frame: etree._Element | None) -> Rectangle | None:
    if frame is None:
        return None
    expected = {"hRule": "exact", "hSpace": "0", "wrap": "notBeside", "vAnchor": "page", "hAnchor": "page"}
    if any(frame.get(W + key) != value for key, value in expected.items()):
        raise Unsupported("frame placed otherwise")
    return Rectangle(*(_number(frame, side) for side in ("x", "y", "w", "h")))


@lru_cache(maxsize=64)  # a layout's styles are the same in each document
def read_styles(xml: bytes) -> Mapping[str, TextFormat]:
    """The format of each paragraph style of a document, by its id."""
    root = parse_own(xml)
    defaults = root.find(f"{W}docDefaults/{W}rPrDefault/{W}rPr")
    start = _with_characters(TextFormat(), defaults) if defaults is not None else TextFormat()
    elements = {one.get(W + "styleId", ""): one for one in root.iterfind(W + "style")}
    known: dict[str, TextFormat] = {}

    def resolve(id: str) -> TextFormat:
        if id not in known:
            style = elements[id]
            based, name, paragraph, characters = (style.find(W + one) for one in ("basedOn", "name", "pPr", "rPr"))
            format = resolve(based.get(W + "val", "")) if based is not None else start
            format = replace(format, style=name.get(W + "val", "") if name is not None else "")
            if paragraph is not None:
                format = _with_properties(format, list(paragraph))
            known[id] = _with_characters(format, characters) if characters is not None else format
        return known[id]

    return {id: resolve(id) for id, one in elements.items() if one.get(W + "type") == "paragraph"}


def _with_properties(format: TextFormat, properties: list[etree._Element]) -> TextFormat:
    """The format with the properties of a paragraph."""
    changes: dict[str, object] = {}
    for one in properties:
        name = _name(one)
        value = one.get(W + "val", "")
        if name == "spacing":
            changes |= _spacing(one)
        elif name == "ind":
            changes |= {side: _number(one, side) for side in ("left", "right") if one.get(W + side) is not None}
            for key, sign in (("firstLine", 1), ("hanging", -1)):
                if one.get(W + key) is not None:
                    changes["first"] = sign * _number(one, key)
        elif name == "jc":
            if value not in ALIGNMENTS:
                raise Unsupported(f"alignment {value}")
            changes["align"] = ALIGNMENTS[value]
        elif name in FLAGS:
            changes[FLAGS[name]] = value not in ("0", "false", "off", "none")
        elif name == "outlineLvl":
            changes["level"] = int(value) + 1
        elif name == "tabs":
            changes["tabs"] = tuple((tab.get(W + "val", ""), _number(tab, "pos")) for tab in one)
        elif name not in WITHOUT_EFFECT:
            raise Unsupported(f"paragraph with {name}")
    return replace(format, **changes)  # type: ignore[arg-type]  # each is of its field's type


def _spacing(spacing: etree._Element) -> dict[str, int]:
    found = {side: _number(spacing, side) for side in ("before", "after", "line") if spacing.get(W + side) is not None}
    if "line" in found and spacing.get(W + "lineRule") != "exact":
        found["line"] = 0
    return found


def _with_characters(format: TextFormat, properties: etree._Element) -> TextFormat:
    """The format with the properties of characters; that of most runs only says what the style says."""
    changes: dict[str, object] = {}
    for one in properties:
        name = _name(one)
        value = one.get(W + "val", "")
        if name == "rFonts":
            if (font := one.get(W + "eastAsia")) is not None:
                if one.get(W + "ascii", font) != font:
                    raise Unsupported("other font for Latin text")
                changes["font"] = font
        elif name == "sz":
            changes["size"] = int(value) / 2
        elif name == "spacing":
            changes["spacing"] = float(value)
        elif name == "w":
            changes["stretch"] = float(value)
        elif name == "color":
            changes["color"] = "000000" if value == "auto" else value
        elif name not in ("szCs", "lang", "bCs"):
            raise Unsupported(f"characters with {name}")
    if all(getattr(format, key) == value for key, value in changes.items()):
        return format
    return replace(format, **changes)  # type: ignore[arg-type]  # each is of its field's type
