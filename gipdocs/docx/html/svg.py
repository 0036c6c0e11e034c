"""Draws a group of DrawingML shapes as SVG, so that web page and DOCX show the same picture."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from html import escape
from math import atan2, cos, sin

from lxml import etree

from gipdocs.docx.values import Drawing
from gipdocs.markup import parse_own
from gipdocs.ooxml import EMU, URIS, WP, WPG, W
from gipdocs.plots.drawing import POINT, number
from gipdocs.writing import break_to_fit

GROUP = f"{WPG}wgp"
HOLDERS = tuple(f"{WP}{kind}" for kind in ("inline", "anchor"))
SLACK = 0.01  # millimetres by which a line may be too long, since the sizes in a file are rounded
LINE = 12_700  # English metric units in a point
EDGE = 0.5  # millimetres around the group, so that its outermost lines are not cut off
BASELINE = 0.8  # of a line's height, where LibreOffice puts the baseline

FAMILIES = {
    "黑体": 'SimHei,黑体,"Noto Sans CJK SC","PingFang SC","Microsoft YaHei",sans-serif',
    "楷体_GB2312": 'KaiTi,楷体,楷体_GB2312,STKaiti,"LXGW WenKai",serif',
    "仿宋_GB2312": 'FangSong,仿宋,仿宋_GB2312,STFangsong,"Noto Serif CJK SC",serif',
}
SONG = 'SimSun,宋体,STSong,"Noto Serif CJK SC","Songti SC",serif'
ANCHORS = {"center": "middle", "right": "end"}

# The text area of each preset shape, as DrawingML defines it: left, top, right, bottom as fractions of its size.
ROOM = {
    "flowChartDecision": (0.25, 0.25, 0.75, 0.75),
    "flowChartDocument": (0.0, 0.0, 1.0, 17_322 / 21_600),
    "flowChartTerminator": (1018 / 21_600, 3163 / 21_600, 20_582 / 21_600, 18_437 / 21_600),
    "flowChartPreparation": (0.2, 0.0, 0.8, 1.0),
}
WHOLE = (0.0, 0.0, 1.0, 1.0)


@dataclass(frozen=True)
class Area:
    """The position and size of a shape, in millimetres from its group's corner."""

    x: float
    y: float
    width: float
    height: float

    def part(self, share: tuple[float, float, float, float]) -> Area:
        """A part of it, given as fractions of its size."""
        left, top, right, bottom = share
        return Area(
            self.x + left * self.width,
            self.y + top * self.height,
            (right - left) * self.width,
            (bottom - top) * self.height,
        )


def draw_svg(drawing: Drawing) -> bytes:
    """A drawing as an SVG file; ValueError unless it is inline."""
    tree = parse_own(drawing.xml(1))
    group = next(tree.iter(GROUP), None)
    if group is None:
        raise ValueError("only an inline drawing is a group")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{group_svg(group)}\n'.encode()


def group_svg(group: etree._Element) -> str:
    """An `<svg>` of a `wpg:wgp`, in millimetres, with the title and the description of its drawing."""
    size = _size(group, "wpg:grpSpPr/a:xfrm/a:ext")
    holder = next(group.iterancestors(*HOLDERS), None)
    named = holder.find("wp:docPr", URIS) if holder is not None else None
    id, title, described = (named.get(key, "") if named is not None else "" for key in ("id", "title", "descr"))
    told = [(key, text) for key, text in (("title", title), ("desc", described)) if text]
    ids = " ".join(f"drawing{id}-{key}" for key, _ in told)
    names = "".join(f'<{key} id="drawing{id}-{key}">{escape(text, quote=False)}</{key}>' for key, text in told)
    width, height = (number(length + 2 * EDGE) for length in size)
    box = f"{number(-EDGE)} {number(-EDGE)} {width} {height}"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}mm" height="{height}mm" viewBox="{box}"'
        f' role="img" aria-labelledby="{ids}">{names}{"".join(_shapes(group))}</svg>'
    )


def _shapes(group: etree._Element) -> Iterator[str]:
    for shape in group.iterfind("wps:wsp", URIS):
        off = shape.find("wps:spPr/a:xfrm/a:off", URIS)
        assert off is not None
        frame = Area(int(off.get("x", "0")) / EMU, int(off.get("y", "0")) / EMU, *_size(shape, "wps:spPr/a:xfrm/a:ext"))
        yield _connector(shape, frame) if shape.find("wps:cNvCnPr", URIS) is not None else _outline(shape, frame)
        yield from _texts(shape, frame)


def _size(element: etree._Element, path: str) -> tuple[float, float]:
    found = element.find(path, URIS)
    assert found is not None
    return int(found.get("cx", "0")) / EMU, int(found.get("cy", "0")) / EMU


def _point(x: float, y: float) -> str:
    return f"{number(x)},{number(y)}"


def _colour(shape: etree._Element, path: str) -> str:
    found = shape.find(f"{path}/a:solidFill/a:srgbClr", URIS)
    return f"#{found.get('val', '000000')}" if found is not None else "none"


def _pen(shape: etree._Element) -> str:
    line = shape.find("wps:spPr/a:ln", URIS)
    width = int(line.get("w", "9525")) / LINE * POINT if line is not None else 0.0
    dashed = line is not None and line.find("a:prstDash", URIS) is not None
    dash = f' stroke-dasharray="{number(4 * width)} {number(3 * width)}"' if dashed else ""
    return f'stroke="{_colour(shape, "wps:spPr/a:ln")}" stroke-width="{number(width)}"{dash}'


def _rectangle(frame: Area, round_mm: float = 0.0) -> str:
    corner = f' rx="{number(round_mm)}"' if round_mm else ""
    size = f'width="{number(frame.width)}" height="{number(frame.height)}"'
    return f'rect x="{number(frame.x)}" y="{number(frame.y)}" {size}{corner}'


def _polygon(frame: Area, *shares: tuple[float, float]) -> str:
    points = " ".join(_point(frame.x + x * frame.width, frame.y + y * frame.height) for x, y in shares)
    return f'polygon points="{points}"'


def _paper(frame: Area) -> str:
    x, y, width, height = frame.x, frame.y, frame.width, frame.height
    edge, low, high = (y + share * height for share in (17_322 / 21_600, 23_922 / 21_600, 20_172 / 21_600))
    wave = f"C{_point(x + width / 2, edge)} {_point(x + width / 2, low)} {_point(x, high)}"
    return f'path d="M{_point(x, y)}H{number(x + width)}V{number(edge)}{wave}Z"'


OUTLINES: dict[str, Callable[[Area], str]] = {
    "flowChartDecision": lambda frame: _polygon(frame, (0.5, 0), (1, 0.5), (0.5, 1), (0, 0.5)),
    "flowChartPreparation": lambda frame: _polygon(frame, (0.2, 0), (0.8, 0), (1, 0.5), (0.8, 1), (0.2, 1), (0, 0.5)),
    "flowChartDocument": _paper,
    "flowChartTerminator": lambda frame: _rectangle(frame, frame.height / 2),
    "flowChartAlternateProcess": lambda frame: _rectangle(frame, min(frame.width, frame.height) / 6),
    "roundRect": lambda frame: _rectangle(frame, min(frame.width, frame.height) / 6),
}


def _preset(shape: etree._Element) -> str:
    found = shape.find("wps:spPr/a:prstGeom", URIS)
    return found.get("prst", "") if found is not None else ""


def _outline(shape: etree._Element, frame: Area) -> str:
    """The shape itself, an unknown one as a rectangle; empty if it has neither line nor fill."""
    fill = _colour(shape, "wps:spPr")
    if fill == "none" and _colour(shape, "wps:spPr/a:ln") == "none":
        return ""
    draw = OUTLINES.get(_preset(shape), _rectangle)
    return f'<{draw(frame)} fill="{fill}" {_pen(shape)}/>'


def _connector(shape: etree._Element, frame: Area) -> str:
    points = list(_points(shape, frame))
    line = f'<polyline points="{" ".join(_point(*point) for point in points)}" fill="none" {_pen(shape)}/>'
    headed = shape.find("wps:spPr/a:ln/a:tailEnd", URIS) is not None
    return line + (_head(points[-2], points[-1], _colour(shape, "wps:spPr/a:ln")) if headed else "")


def _points(shape: etree._Element, frame: Area) -> Iterator[tuple[float, float]]:
    path = shape.findall("wps:spPr/a:custGeom/a:pathLst/a:path//a:pt", URIS)
    if path:
        yield from ((frame.x + int(one.get("x", "0")) / EMU, frame.y + int(one.get("y", "0")) / EMU) for one in path)
        return
    turned = shape.find("wps:spPr/a:xfrm", URIS)
    assert turned is not None
    across, down = (turned.get(key) == "1" for key in ("flipH", "flipV"))
    left, right, top, bottom = frame.x, frame.x + frame.width, frame.y, frame.y + frame.height
    yield (right if across else left), (bottom if down else top)
    yield (left if across else right), (top if down else bottom)


def _head(before: tuple[float, float], tip: tuple[float, float], colour: str) -> str:
    """An arrow head of 2 by 1.4 millimetres."""
    angle = atan2(tip[1] - before[1], tip[0] - before[0])
    sides = [
        (tip[0] - 2 * cos(angle) - side * sin(angle), tip[1] - 2 * sin(angle) + side * cos(angle))
        for side in (0.7, -0.7)
    ]
    return f'<polygon points="{" ".join(_point(*point) for point in (tip, *sides))}" fill="{colour}"/>'


def _texts(shape: etree._Element, frame: Area) -> Iterator[str]:
    """The lines of a box, one element each, wrapped at the box's width."""
    properties = shape.find("wps:bodyPr", URIS)
    inset = int(properties.get("lIns", "0")) / EMU if properties is not None else 0.0
    room = frame.part(ROOM.get(_preset(shape), WHOLE))
    lines = [
        (paragraph, text)
        for paragraph in shape.iterfind("wps:txbx/w:txbxContent/w:p", URIS)
        for text in break_to_fit(
            "".join(map(str, paragraph.itertext())), (room.width - 2 * inset + SLACK) / (_pt(paragraph) * POINT)
        )
    ]
    height = sum(_pitch(paragraph) for paragraph, _ in lines)
    middle = properties is not None and properties.get("anchor") == "ctr"
    y = room.y + ((room.height - height) / 2 if middle else inset)
    for paragraph, text in lines:
        if text:
            yield _line(paragraph, text, Area(room.x + inset, y, room.width - 2 * inset, _pitch(paragraph)))
        y += _pitch(paragraph)


def _line(paragraph: etree._Element, text: str, room: Area) -> str:
    align = _value(paragraph, "w:pPr/w:jc", "left")
    x = room.x + {"center": room.width / 2, "right": room.width}.get(align, 0.0)
    anchor = f' text-anchor="{ANCHORS[align]}"' if align in ANCHORS else ""
    fonts = paragraph.find("w:r/w:rPr/w:rFonts", URIS)
    family = FAMILIES.get(fonts.get(f"{W}eastAsia", "") if fonts is not None else "", SONG)
    weight = ' font-weight="bold"' if paragraph.find("w:r/w:rPr/w:b", URIS) is not None else ""
    return (
        f'<text x="{number(x)}" y="{number(room.y + BASELINE * room.height)}"{anchor} font-family="{escape(family)}" '
        f'font-size="{number(_pt(paragraph) * POINT)}"{weight} '
        f'fill="#{_value(paragraph, "w:r/w:rPr/w:color", "000000")}">{escape(text, quote=False)}</text>'
    )


def _value(paragraph: etree._Element, path: str, otherwise: str) -> str:
    found = paragraph.find(path, URIS)
    return str(found.get(f"{W}val", otherwise)) if found is not None else otherwise


def _pt(paragraph: etree._Element) -> float:
    return int(_value(paragraph, "w:r/w:rPr/w:sz", "21")) / 2


def _pitch(paragraph: etree._Element) -> float:
    """The height of a line in millimetres."""
    spacing = paragraph.find("w:pPr/w:spacing", URIS)
    line = spacing.get(f"{W}line") if spacing is not None else None
    return (int(line) / 20 if line else 1.2 * _pt(paragraph)) * POINT
