"""Values that are not text alone: pictures, drawings, charts, footnotes, and the formatting of a paragraph."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import ClassVar, Literal
from xml.sax.saxutils import escape, quoteattr

from lxml import etree

from gipdocs.ooxml import EMU, MICROSOFT, URIS, W, declare

TWIPS = 20  # in a point
PICTURE, CHART = URIS["pic"], URIS["c"]
NAMESPACES = declare("w", "wp", "a", "pic", "r", "c", "mc", "wps", "wpg")
COLOUR = re.compile(r"[0-9A-F]{6}")
FORMATS = {b"\x89PNG\r\n\x1a\n": "png", b"\xff\xd8\xff": "jpeg"}


@dataclass(frozen=True, kw_only=True)
class Place:
    """The position of the top left corner of a floating object, in millimetres.

    `x_mm` counts from the edge of the page or of the type area; `y_mm` from that of the page, of the type area, or from
    the top of the paragraph that holds the object. `behind` puts it under the text, like the ink of a seal.
    """

    x_mm: float
    y_mm: float
    x_from: Literal["page", "margin"] = "page"
    y_from: Literal["page", "margin", "paragraph"] = "page"
    behind: bool = False


@dataclass(frozen=True, kw_only=True)
class Frame:
    """A fixed place on the page for a paragraph, in millimetres; the text after it begins below it."""

    x_mm: float
    y_mm: float
    width_mm: float
    height_mm: float


@dataclass(frozen=True, kw_only=True)
class Picture:
    """A PNG or JPEG of a given size, inline or, with a `place`, floating; `alt` says what it shows."""

    data: bytes
    width_mm: float
    height_mm: float
    alt: str
    place: Place | None = None

    written: ClassVar[tuple[str, ...]] = ()
    ids: ClassVar[int] = 1

    def __post_init__(self) -> None:
        if not any(self.data.startswith(head) for head in FORMATS):
            raise ValueError("a picture must be PNG or JPEG")
        if self.width_mm <= 0 or self.height_mm <= 0:
            raise ValueError("a picture must have a size")

    @property
    def format(self) -> str:
        """`png` or `jpeg`: the second half of the media type, and the file extension."""
        return next(name for head, name in FORMATS.items() if self.data.startswith(head))

    def xml(self, doc_id: int, rel_id: str | None) -> str:
        """The XML of the run; `rel_id` refers to the part with the data."""
        size = _size(self.width_mm, self.height_mm)
        graphic = (
            f'<a:graphic><a:graphicData uri="{URIS["pic"]}"><pic:pic><pic:nvPicPr>'
            f'<pic:cNvPr id="{doc_id}" name="picture{doc_id}"/><pic:cNvPicPr/></pic:nvPicPr>'
            f"<pic:blipFill><a:blip r:embed={quoteattr(rel_id or '')}/><a:stretch><a:fillRect/></a:stretch>"
            f'</pic:blipFill><pic:spPr><a:xfrm><a:off x="0" y="0"/><a:ext {size}/></a:xfrm>'
            '<a:prstGeom prst="rect"><a:avLst/></a:prstGeom></pic:spPr></pic:pic></a:graphicData></a:graphic>'
        )
        held = _held(graphic, doc_id, size, alt=self.alt, place=self.place)
        return f"<w:drawing {NAMESPACES}>{held}</w:drawing>"


@dataclass(frozen=True, kw_only=True)
class BoxText:
    """The lines in a box: one paragraph each, of one font, size and colour.

    `line_pt` is the exact pitch (by default 1.2 times the size, at which Word and LibreOffice put the baseline at the
    same height), `width` the characters' width in per cent, `bold_lines` how many lines at the top are bold.
    """

    lines: tuple[str, ...]
    font: str
    size_pt: float
    colour: str = "000000"
    line_pt: float | None = None
    align: Literal["left", "center", "right"] = "center"
    width: int = 100
    bold_lines: int = 0

    def __post_init__(self) -> None:
        _check_colours(self.colour)

    def xml(self) -> str:
        """The paragraphs."""
        pitch = round((self.line_pt or 1.2 * self.size_pt) * TWIPS)
        font = quoteattr(self.font)
        fonts = f'<w:rFonts w:hint="eastAsia" w:ascii={font} w:hAnsi={font} w:eastAsia={font}/>'
        run = (
            f'<w:color w:val="{self.colour}"/><w:spacing w:val="0"/><w:w w:val="{self.width}"/>'
            f'<w:sz w:val="{round(self.size_pt * 2)}"/><w:szCs w:val="{round(self.size_pt * 2)}"/>'
        )
        paragraph = (
            f'<w:pPr><w:snapToGrid w:val="0"/><w:spacing w:before="0" w:after="0" w:line="{pitch}" '
            f'w:lineRule="exact"/><w:ind w:firstLine="0"/><w:jc w:val="{self.align}"/></w:pPr>'
        )
        weights = ("<w:b/>" if i < self.bold_lines else "" for i in range(len(self.lines)))
        return "".join(
            f"<w:p>{paragraph}<w:r><w:rPr>{fonts}{weight}{run}</w:rPr>"
            f'<w:t xml:space="preserve">{escape(line)}</w:t></w:r></w:p>'
            for weight, line in zip(weights, self.lines, strict=True)
        )


@dataclass(frozen=True, kw_only=True)
class Box:
    """A shape, filled, outlined, both or neither, with or without text; filled and without text it is a bar.

    `preset` is a name of DrawingML (rect, roundRect, flowChartDecision …); a colour is RRGGBB or None. `middle`
    centres the text vertically.
    """

    x_mm: float
    y_mm: float
    width_mm: float
    height_mm: float
    text: BoxText | None = None
    preset: str = "rect"
    fill: str | None = None
    line: str | None = None
    line_pt: float = 0.75
    dashed: bool = False
    inset_mm: float = 0.0
    middle: bool = False
    alt: str = ""

    def __post_init__(self) -> None:
        if self.width_mm <= 0 or self.height_mm <= 0:
            raise ValueError("a box must have a size")
        _check_colours(self.fill, self.line)

    @property
    def corners(self) -> tuple[float, float, float, float]:
        """Left, top, right and bottom in millimetres."""
        return self.x_mm, self.y_mm, self.x_mm + self.width_mm, self.y_mm + self.height_mm

    @property
    def texts(self) -> tuple[str, ...]:
        """The lines, in their order."""
        return self.text.lines if self.text else ()

    def shape_xml(self, name: str, *, x_mm: float, y_mm: float) -> str:
        """The shape with its corner at the given place in its group; `name` is its non-visual properties as XML."""
        kind = '<wps:cNvSpPr txBox="1"/>' if self.text else "<wps:cNvSpPr/>"
        inset = round(self.inset_mm * EMU)
        text = f"<wps:txbx><w:txbxContent>{self.text.xml()}</w:txbxContent></wps:txbx>" if self.text else ""
        return (
            f'<wps:wsp>{name}{kind}<wps:spPr><a:xfrm><a:off x="{round(x_mm * EMU)}" y="{round(y_mm * EMU)}"/>'
            f'<a:ext {_size(self.width_mm, self.height_mm)}/></a:xfrm><a:prstGeom prst="{self.preset}"><a:avLst/>'
            f"</a:prstGeom>{_paint(self.fill)}{_outline(self.line, self.line_pt, dashed=self.dashed)}</wps:spPr>{text}"
            f'<wps:bodyPr rot="0" vert="horz" wrap="square" lIns="{inset}" tIns="{inset}" rIns="{inset}" '
            f'bIns="{inset}" anchor="{"ctr" if self.middle else "t"}" anchorCtr="0"><a:noAutofit/></wps:bodyPr></wps:wsp>'
        )


@dataclass(frozen=True, kw_only=True)
class Arrow:
    """A line through `points` (millimetres), with a head at its end unless `head` is false."""

    points: tuple[tuple[float, float], ...]
    colour: str = "000000"
    line_pt: float = 0.75
    dashed: bool = False
    head: bool = True
    alt: str = ""

    texts: ClassVar[tuple[str, ...]] = ()

    def __post_init__(self) -> None:
        if len(self.points) < 2:
            raise ValueError("an arrow needs two points")
        _check_colours(self.colour)

    @property
    def corners(self) -> tuple[float, float, float, float]:
        """Left, top, right and bottom in millimetres."""
        across, down = zip(*self.points, strict=True)
        return min(across), min(down), max(across), max(down)

    def shape_xml(self, name: str, *, x_mm: float, y_mm: float) -> str:
        """The connector with the corner of its frame at the given place in its group."""
        left, top, right, bottom = self.corners
        geometry, flips = self._straight() if len(self.points) == 2 else (self._bent(), "")
        return (
            f"<wps:wsp>{name}<wps:cNvCnPr/><wps:spPr><a:xfrm{flips}>"
            f'<a:off x="{round(x_mm * EMU)}" y="{round(y_mm * EMU)}"/><a:ext {_size(right - left, bottom - top)}/>'
            f"</a:xfrm>{geometry}<a:noFill/>{_outline(self.colour, self.line_pt, dashed=self.dashed, head=self.head)}</wps:spPr>"
            "<wps:bodyPr/></wps:wsp>"
        )

    def _straight(self) -> tuple[str, str]:
        (x0, y0), (x1, y1) = self.points
        flips = (' flipH="1"' if x1 < x0 else "") + (' flipV="1"' if y1 < y0 else "")
        return '<a:prstGeom prst="straightConnector1"><a:avLst/></a:prstGeom>', flips

    def _bent(self) -> str:
        left, top, right, bottom = self.corners
        points = [f'<a:pt x="{round((x - left) * EMU)}" y="{round((y - top) * EMU)}"/>' for x, y in self.points]
        steps = f"<a:moveTo>{points[0]}</a:moveTo>" + "".join(f"<a:lnTo>{point}</a:lnTo>" for point in points[1:])
        size = f'w="{round((right - left) * EMU)}" h="{round((bottom - top) * EMU)}"'
        return (
            "<a:custGeom><a:avLst/><a:gdLst/><a:ahLst/><a:cxnLst/>"
            '<a:rect l="0" t="0" r="r" b="b"/>'
            f'<a:pathLst><a:path {size} fill="none">{steps}</a:path></a:pathLst></a:custGeom>'
        )


@dataclass(frozen=True, kw_only=True)
class Drawing:
    """Shapes that Word can edit; `alt` says what they show.

    Each shape is placed at its own coordinates on the page where the paragraph lands. With `inline` they are one group
    in the line, just large enough for all of them, and `title` is its name. Programs that don't know shapes show the
    lines of text instead.
    """

    shapes: tuple[Box | Arrow, ...]
    alt: str
    title: str = ""
    inline: bool = False

    def __post_init__(self) -> None:
        if not self.shapes:
            raise ValueError("a drawing needs a shape")

    @property
    def texts(self) -> tuple[str, ...]:
        """The lines of all boxes, in their order."""
        return tuple(line for shape in self.shapes for line in shape.texts)

    @property
    def written(self) -> tuple[str, ...]:
        """The lines in the order of the file: those in the shapes, then the same for programs that don't know shapes."""
        together = [self.texts] if self.inline else [shape.texts for shape in self.shapes]
        return tuple(line for lines in together for line in lines * 2)

    @property
    def ids(self) -> int:
        """How many ids, beginning with `doc_id`, the drawing uses."""
        return len(self.shapes) + self.inline

    def xml(self, doc_id: int, rel_id: str | None = None) -> str:
        """The XML of the run."""
        return self._group(doc_id) if self.inline else "".join(self._floating(doc_id))

    def _floating(self, doc_id: int) -> Iterator[str]:
        for number, shape in enumerate(self.shapes, doc_id):
            left, top, right, bottom = shape.corners
            held = _held(
                _graphic("wordprocessingShape", shape.shape_xml("", x_mm=0, y_mm=0)),
                number,
                _size(right - left, bottom - top),
                alt=shape.alt or self.alt,
                place=Place(x_mm=left, y_mm=top),
            )
            yield _alternate("wps", held, shape.texts)

    def _group(self, doc_id: int) -> str:
        left, top, right, bottom = self._union()
        size = _size(right - left, bottom - top)
        shapes = "".join(
            shape.shape_xml(
                f'<wps:cNvPr id="{number}" name="shape{number}" descr={quoteattr(shape.alt)}/>',
                x_mm=shape.corners[0] - left,
                y_mm=shape.corners[1] - top,
            )
            for number, shape in enumerate(self.shapes, doc_id + 1)
        )
        group = (
            '<wpg:wgp><wpg:cNvGrpSpPr/><wpg:grpSpPr><a:xfrm><a:off x="0" y="0"/>'
            f'<a:ext {size}/><a:chOff x="0" y="0"/><a:chExt {size}/></a:xfrm></wpg:grpSpPr>{shapes}</wpg:wgp>'
        )
        held = _held(_graphic("wordprocessingGroup", group), doc_id, size, alt=self.alt, title=self.title)
        return _alternate("wpg", held, self.texts)

    def _union(self) -> tuple[float, float, float, float]:
        lefts, tops, rights, bottoms = zip(*(shape.corners for shape in self.shapes), strict=True)
        return min(lefts), min(tops), max(rights), max(bottoms)


@dataclass(frozen=True, kw_only=True)
class Series:
    """One series of numbers in a chart, one for each category; None for a missing number."""

    name: str
    values: tuple[int | Decimal | None, ...]


@dataclass(frozen=True, kw_only=True)
class Chart:
    """An inline chart that Word can edit: vertical columns, horizontal bars, or a pie of one series.

    `unit` follows each number in the drawing; `alt` gives the same numbers to readers who cannot see the chart. The text
    around the chart must give them too, since nothing in a chart is part of the document's text.
    """

    kind: Literal["columns", "bars", "pie"]
    categories: tuple[str, ...]
    series: tuple[Series, ...]
    alt: str
    unit: str = ""
    width_mm: float = 150.0
    height_mm: float = 65.0

    written: ClassVar[tuple[str, ...]] = ()
    ids: ClassVar[int] = 1

    def __post_init__(self) -> None:
        if not self.categories or not self.series:
            raise ValueError("a chart needs a category and a series")
        if any(len(series.values) != len(self.categories) for series in self.series):
            raise ValueError("every series of a chart has a number for each category")
        if self.kind == "pie" and len(self.series) > 1:
            raise ValueError("a pie shows one series")
        if self.width_mm <= 0 or self.height_mm <= 0:
            raise ValueError("a chart must have a size")

    def xml(self, doc_id: int, rel_id: str | None) -> str:
        """The XML of the run; `rel_id` refers to the part with the chart."""
        graphic = (
            f'<a:graphic><a:graphicData uri="{URIS["c"]}"><c:chart r:id={quoteattr(rel_id or "")}/>'
            "</a:graphicData></a:graphic>"
        )
        held = _held(graphic, doc_id, _size(self.width_mm, self.height_mm), alt=self.alt)
        return f"<w:drawing {NAMESPACES}>{held}</w:drawing>"


@dataclass(frozen=True, kw_only=True)
class Noted:
    """A text with a footnote at its end; text after it in the same run loses the run's formatting."""

    text: str
    note: str

    def __post_init__(self) -> None:
        if not self.note.strip():
            raise ValueError("a footnote must say something")


@dataclass(frozen=True, kw_only=True)
class Format:
    """Formatting of the paragraph in which it is emitted; it prints nothing, and None leaves a property unchanged.

    Indents are in characters of `char_pt` points and are written twice, in characters for Word and in twips for
    LibreOffice, which reads only twips. `before_pt` and `after_pt` are the space above and below, `line_pt` is the exact
    pitch, `style` the id of a paragraph style; `frame` takes the paragraph out of the text. `size_pt` and `width` (in
    per cent) apply to all its characters.
    """

    frame: Frame | None = None
    size_pt: float | None = None
    width: int | None = None
    line_pt: float | None = None
    left_chars: float | None = None
    right_chars: float | None = None
    before_pt: float | None = None
    after_pt: float | None = None
    keep_next: bool | None = None
    align: Literal["left", "center", "right", "both"] | None = None
    style: str | None = None
    char_pt: float = 16.0

    def apply(self, paragraph: etree._Element) -> None:
        """Write the formatting into the properties of a `w:p` and of its runs."""
        for name, attributes in self._properties():
            _set(paragraph, "pPr", name, attributes)
        for name, value in self._of_characters():
            for run in paragraph.iter(f"{W}r"):
                _set(run, "rPr", name, {"val": value})

    def _of_characters(self) -> Iterator[tuple[str, str]]:
        if self.width is not None:
            yield "w", str(self.width)
        if self.size_pt is not None:
            yield from ((name, str(round(self.size_pt * 2))) for name in ("sz", "szCs"))

    def _properties(self) -> Iterator[tuple[str, dict[str, str]]]:
        if self.style is not None:
            yield "pStyle", {"val": self.style}
        if self.keep_next is not None:
            yield "keepNext", {"val": str(int(self.keep_next))}
        if self.frame is not None:
            sides = {"w": self.frame.width_mm, "h": self.frame.height_mm, "x": self.frame.x_mm, "y": self.frame.y_mm}
            yield "framePr", FRAMED | {side: _twips(length) for side, length in sides.items()}
        if self.after_pt is not None:
            yield "spacing", {"after": str(round(self.after_pt * TWIPS))}
        if self.line_pt is not None:
            yield "spacing", {"line": str(round(self.line_pt * TWIPS)), "lineRule": "exact"}
        if self.before_pt is not None:
            yield "spacing", {"before": str(round(self.before_pt * TWIPS))}
        for side, chars in (("left", self.left_chars), ("right", self.right_chars)):
            if chars is not None:
                yield "ind", {f"{side}Chars": str(round(chars * 100)), side: str(round(chars * self.char_pt * TWIPS))}
        if self.align is not None:
            yield "jc", {"val": self.align}


@dataclass(frozen=True, kw_only=True)
class Styled:
    """A text with the formatting of its paragraph."""

    text: str | Noted
    format: Format


Value = Picture | Drawing | Chart | Noted | Format | Styled

FRAMED = {"hRule": "exact", "hSpace": "0", "wrap": "notBeside", "vAnchor": "page", "hAnchor": "page"}

# The schema of WordprocessingML fixes the order of the properties of a paragraph, and of a run's.
# fmt: off
ORDER = (
    "pStyle", "keepNext", "keepLines", "pageBreakBefore", "framePr", "widowControl", "numPr", "suppressLineNumbers",
    "pBdr", "shd", "tabs", "suppressAutoHyphens", "kinsoku", "wordWrap", "overflowPunct", "topLinePunct",
    "autoSpaceDE", "autoSpaceDN", "bidi", "adjustRightInd", "snapToGrid", "spacing", "ind", "contextualSpacing",
    "mirrorIndents", "suppressOverlap", "jc", "textDirection", "textAlignment", "textboxTightWrap", "outlineLvl",
    "divId", "cnfStyle", "rPr", "sectPr", "pPrChange",
)
RUN_ORDER = (
    "rStyle", "rFonts", "b", "bCs", "i", "iCs", "caps", "smallCaps", "strike", "dstrike", "outline", "shadow",
    "emboss", "imprint", "noProof", "snapToGrid", "vanish", "webHidden", "color", "spacing", "w", "kern", "position",
    "sz", "szCs", "highlight", "u", "effect", "bdr", "shd", "fitText", "vertAlign", "rtl", "cs", "em", "lang",
    "eastAsianLayout", "specVanish", "oMath", "rPrChange",
)
# fmt: on
ORDERS = {"pPr": ORDER, "rPr": RUN_ORDER}


def _set(owner: etree._Element, kind: str, name: str, attributes: dict[str, str]) -> None:
    """Set attributes of a property of a paragraph (`pPr`) or run (`rPr`); a missing property is created in its place."""
    properties = owner.find(f"{W}{kind}")
    if properties is None:
        properties = etree.Element(f"{W}{kind}")
        owner.insert(0, properties)
    element = properties.find(f"{W}{name}")
    if element is None:
        element = etree.Element(f"{W}{name}")
        order = ORDERS[kind]
        later = {f"{W}{other}" for other in order[order.index(name) + 1 :]}
        place = next((i for i, child in enumerate(properties) if child.tag in later), len(properties))
        properties.insert(place, element)
    for key, value in attributes.items():
        element.set(f"{W}{key}", value)


def _twips(mm: float) -> str:
    return str(round(mm * 72 / 25.4 * TWIPS))


def _size(width_mm: float, height_mm: float) -> str:
    return f'cx="{round(width_mm * EMU)}" cy="{round(height_mm * EMU)}"'


def _paint(colour: str | None) -> str:
    return f'<a:solidFill><a:srgbClr val="{colour}"/></a:solidFill>' if colour else "<a:noFill/>"


def _outline(colour: str | None, line_pt: float, *, dashed: bool = False, head: bool = False) -> str:
    dash = '<a:prstDash val="dash"/>' if dashed else ""
    end = '<a:tailEnd type="triangle"/>' if head else ""
    return f'<a:ln w="{round(line_pt * 12_700)}">{_paint(colour)}{dash}{end}</a:ln>'


def _check_colours(*colours: str | None) -> None:
    for colour in colours:
        if colour is not None and not COLOUR.fullmatch(colour):
            raise ValueError(f"the colour {colour!r} must be six hexadecimal digits")


def _graphic(kind: str, inner: str) -> str:
    return f'<a:graphic><a:graphicData uri="{MICROSOFT}/word/2010/{kind}">{inner}</a:graphicData></a:graphic>'


def _alternate(needs: str, inner: str, lines: Iterable[str]) -> str:
    """The drawing for programs that know its kind of shapes, its lines of text for all others."""
    plain = "".join(f'<w:t xml:space="preserve">{escape(line)}</w:t><w:br/>' for line in lines)
    return (
        f'<mc:AlternateContent {NAMESPACES}><mc:Choice Requires="{needs}"><w:drawing>{inner}</w:drawing>'
        f"</mc:Choice><mc:Fallback>{plain}</mc:Fallback></mc:AlternateContent>"
    )


def _held(graphic: str, doc_id: int, size: str, *, alt: str, place: Place | None = None, title: str = "") -> str:
    """The graphic, inline or floating at its place without displacing text."""
    name = f" title={quoteattr(title)}" if title else ""
    properties = f'<wp:docPr id="{doc_id}" name="drawing{doc_id}" descr={quoteattr(alt)}{name}/>'
    named = f"{properties}<wp:cNvGraphicFramePr/>{graphic}"
    frame = f'<wp:extent {size}/><wp:effectExtent l="0" t="0" r="0" b="0"/>'
    distances = 'distT="0" distB="0" distL="0" distR="0"'
    if place is None:
        return f"<wp:inline {distances}>{frame}{named}</wp:inline>"
    return (
        f'<wp:anchor {distances} simplePos="0" relativeHeight="{251_658_240 + doc_id}" '
        f'behindDoc="{int(place.behind)}" locked="1" layoutInCell="1" allowOverlap="1"><wp:simplePos x="0" y="0"/>'
        f'<wp:positionH relativeFrom="{place.x_from}"><wp:posOffset>{round(place.x_mm * EMU)}</wp:posOffset>'
        f'</wp:positionH><wp:positionV relativeFrom="{place.y_from}">'
        f"<wp:posOffset>{round(place.y_mm * EMU)}</wp:posOffset></wp:positionV>{frame}<wp:wrapNone/>{named}</wp:anchor>"
    )
