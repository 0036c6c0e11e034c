"""A group of DrawingML shapes becomes the same picture in SVG, with the same words."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from lxml import etree

from gipdocs.docx.html.page import render_body
from gipdocs.docx.html.svg import EDGE, GROUP, draw_svg
from gipdocs.docx.template import load_template
from gipdocs.docx.values import Arrow, Box, BoxText, Drawing
from tests.documents.makers import layout

SVG = "{http://www.w3.org/2000/svg}"
HOSTILE = ("<select>", "A & B", "{{7*7}}", "]]>", "䶮㛃𬭊")


def words(*lines: str, **more: object) -> BoxText:
    return BoxText(lines=lines, font="宋体", size_pt=10, **more)  # type: ignore[arg-type]


def box(x: float = 0, y: float = 0, **more: object) -> Box:
    return Box(**{"x_mm": x, "y_mm": y, "width_mm": 40, "height_mm": 10, "line": "000000", **more})  # type: ignore[arg-type]


def drawn(*shapes: Box | Arrow, alt: str = "先甲后乙。", title: str = "图") -> etree._Element:
    return etree.fromstring(draw_svg(Drawing(shapes=shapes, alt=alt, title=title, inline=True)))


def texts(svg: etree._Element) -> list[str]:
    return [str(one.text) for one in svg.iter(f"{SVG}text")]


def test_it_is_as_large_as_the_group_and_its_outermost_lines() -> None:
    svg = drawn(box(), box(x=60, y=30))
    assert (svg.get("width"), svg.get("height")) == ("101mm", "41mm")
    assert svg.get("viewBox") == f"-{EDGE} -{EDGE} 101 41"


def test_it_is_named_and_described_for_those_who_cannot_see_it() -> None:
    svg = drawn(box(), alt='甲 & "乙" <丙>', title="流程")
    named = {one.get("id"): one.text for one in svg if one.tag in (f"{SVG}title", f"{SVG}desc")}
    assert svg.get("role") == "img" and list(named) == (svg.get("aria-labelledby") or "").split()
    assert list(named.values()) == ["流程", '甲 & "乙" <丙>']


@pytest.mark.parametrize(
    ("preset", "tag"),
    [
        ("rect", "rect"),
        ("flowChartProcess", "rect"),
        ("flowChartTerminator", "rect"),
        ("flowChartAlternateProcess", "rect"),
        ("flowChartDecision", "polygon"),
        ("flowChartPreparation", "polygon"),
        ("flowChartDocument", "path"),
        ("heart", "rect"),
    ],
)
def test_every_preset_has_its_outline_and_an_unknown_one_that_of_a_rectangle(preset: str, tag: str) -> None:
    (shape,) = (one for one in drawn(box(preset=preset, fill="F2F2F2")) if one.get("stroke"))
    assert (shape.tag, shape.get("fill"), shape.get("stroke")) == (f"{SVG}{tag}", "#F2F2F2", "#000000")


def test_a_box_without_line_and_fill_draws_only_its_text() -> None:
    svg = drawn(box(line=None, text=words("否")), box(y=20))
    assert len(list(svg.iter(f"{SVG}rect"))) == 1 and texts(svg) == ["否"]


def test_text_comes_out_as_typed() -> None:
    assert texts(drawn(box(width_mm=100, text=words(*HOSTILE)))) == list(HOSTILE)


def test_text_stands_in_the_middle_of_the_room_that_the_shape_leaves_it() -> None:
    (line,) = drawn(box(text=words("甲"), middle=True)).iter(f"{SVG}text")
    assert (line.get("x"), line.get("text-anchor")) == ("20", "middle")
    top = 5 - 12 * 25.4 / 72 / 2  # half of a line of 12 points above the middle
    assert float(line.get("y") or 0) == pytest.approx(top + 0.8 * 12 * 25.4 / 72, abs=0.001)


def test_left_text_begins_at_its_inset_and_bold_lines_are_bold() -> None:
    first, second = drawn(box(text=words("甲", "乙", align="left", bold_lines=1), inset_mm=1.5)).iter(f"{SVG}text")
    assert (first.get("x"), first.get("text-anchor"), first.get("font-weight")) == ("1.5", None, "bold")
    assert second.get("font-weight") is None


def test_text_wider_than_its_box_is_broken() -> None:
    lines = texts(drawn(box(width_mm=18, text=words("一二三四五六七八九十"))))
    assert lines == ["一二三四五", "六七八九十"]


def test_an_arrow_runs_through_its_points_with_its_head_at_the_end() -> None:
    svg = drawn(box(), Arrow(points=((40, 5), (50, 5), (50, 30))))
    line = next(svg.iter(f"{SVG}polyline"))
    assert line.get("points") == "40,5 50,5 50,30"
    *_, head = svg.iter(f"{SVG}polygon")
    assert (head.get("points") or "").split()[0] == "50,30"


@pytest.mark.parametrize("points", [((0, 0), (9, 5)), ((9, 0), (0, 5)), ((0, 5), (9, 0)), ((9, 5), (0, 0))])
def test_a_straight_arrow_keeps_its_direction(points: tuple[tuple[float, float], ...]) -> None:
    line = next(drawn(Arrow(points=points)).iter(f"{SVG}polyline"))
    assert line.get("points") == " ".join(f"{x},{y}" for x, y in points)


def test_a_dashed_line_without_a_head_stays_so() -> None:
    svg = drawn(Arrow(points=((0, 0), (9, 0)), head=False, dashed=True))
    assert next(svg.iter(f"{SVG}polyline")).get("stroke-dasharray")
    assert not list(svg.iter(f"{SVG}polygon"))


def test_only_an_inline_drawing_can_be_drawn() -> None:
    with pytest.raises(ValueError, match="inline"):
        draw_svg(Drawing(shapes=(box(),), alt=""))


def test_html_shows_a_group_as_a_picture_and_says_its_words_once(tmp_path: Path) -> None:
    drawing = Drawing(shapes=(box(text=words("甲")), Arrow(points=((20, 10), (20, 20)))), alt="甲。", inline=True)
    template = load_template(layout(tmp_path, "前", "{{ chart }}", "后"))
    filled = template.fill({"chart": drawing}, properties={"created": "2026-01-05"})
    html = render_body(filled.content)
    figure = re.search(r'<figure tabindex="0">(<svg.*</svg>)</figure>', html)
    assert figure and html.count(">甲<") == 1
    group = etree.fromstring(figure[1])
    assert texts(group) == ["甲"] and GROUP not in html
