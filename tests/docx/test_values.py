"""Pictures, drawings and formats become exactly the WordprocessingML that they describe."""

from __future__ import annotations

from dataclasses import FrozenInstanceError
from typing import Any

import pytest
from lxml import etree

from gipdocs.docx.values import (
    EMU,
    NAMESPACES,
    ORDER,
    Arrow,
    Box,
    BoxText,
    Drawing,
    Format,
    Frame,
    Picture,
    Place,
)

PNG = b"\x89PNG\r\n\x1a\n and the rest"
JPEG = b"\xff\xd8\xff and the rest"
NS = dict(part.removeprefix("xmlns:").replace('"', "").split("=", 1) for part in NAMESPACES.split())
HOSTILE = ("<select>", "A & B", "{{7*7}}", "]]>", '"䶮㛃𬭊"', "  两边有空格  ")


def tree(xml: str) -> etree._Element:
    """The run content that a value gives, in a run that declares nothing."""
    return etree.fromstring(f"<run>{xml}</run>")


def find(element: etree._Element, path: str) -> list[Any]:
    """The elements, or the texts and attribute values, at an XPath."""
    found = element.xpath(path, namespaces=NS)
    assert isinstance(found, list)
    return found


def attributes(element: etree._Element) -> dict[str, str]:
    return {etree.QName(str(key)).localname: str(value) for key, value in element.attrib.items()}


def numbers(element: etree._Element) -> list[str]:
    return [str(found.get("id")) for found in find(element, "//wp:docPr | //wps:cNvPr")]


def picture(place: Place | None = None, data: bytes = PNG) -> Picture:
    return Picture(data=data, width_mm=42, height_mm=21, alt='印章 "甲" & <乙>', place=place)


def text(*lines: str) -> BoxText:
    return BoxText(lines=lines, font="仿宋_GB2312", size_pt=12)


def box(x: float = 10, y: float = 20, **more: object) -> Box:
    return Box(x_mm=x, y_mm=y, width_mm=30, height_mm=8, **more)  # type: ignore[arg-type]


class TestPicture:
    def test_stands_in_the_line_in_its_size_with_its_description(self) -> None:
        inline = find(tree(picture().xml(7, "rId9")), "w:drawing/wp:inline")[0]
        assert attributes(find(inline, "wp:extent")[0]) == {"cx": str(42 * EMU), "cy": str(21 * EMU)}
        assert find(inline, "wp:docPr/@descr") == ['印章 "甲" & <乙>']
        assert find(inline, ".//a:blip/@r:embed") == ["rId9"]

    def test_floats_behind_the_text_at_its_place(self) -> None:
        place = Place(x_mm=100, y_mm=-28, x_from="margin", y_from="paragraph", behind=True)
        anchor = find(tree(picture(place).xml(7, "rId9")), "w:drawing/wp:anchor")[0]
        assert anchor.get("behindDoc") == "1"
        assert find(anchor, "wp:positionH[@relativeFrom='margin']/wp:posOffset/text()") == [str(100 * EMU)]
        assert find(anchor, "wp:positionV[@relativeFrom='paragraph']/wp:posOffset/text()") == [str(-28 * EMU)]
        assert find(anchor, "wp:wrapNone"), "text must run under the seal, not around it"

    @pytest.mark.parametrize(("data", "name"), [(PNG, "png"), (JPEG, "jpeg")], ids=["png", "jpeg"])
    def test_knows_its_format_by_its_first_bytes(self, data: bytes, name: str) -> None:
        assert picture(data=data).format == name

    @pytest.mark.parametrize("data", [b"", b"<svg/>", b"GIF89a"], ids=["empty", "svg", "gif"])
    def test_refuses_what_is_neither_png_nor_jpeg(self, data: bytes) -> None:
        with pytest.raises(ValueError, match="PNG or JPEG"):
            picture(data=data)

    def test_refuses_a_picture_without_a_size(self) -> None:
        with pytest.raises(ValueError, match="size"):
            Picture(data=PNG, width_mm=0, height_mm=1, alt="")


class TestFloatingDrawing:
    drawing = Drawing(shapes=(box(text=text("甲")), box(y=40, fill="FF0000")), alt="红头")

    def test_anchors_every_shape_to_the_page_where_it_says(self) -> None:
        anchors = find(tree(self.drawing.xml(1)), "mc:AlternateContent/mc:Choice[@Requires='wps']/w:drawing/wp:anchor")
        tops = [find(anchor, "wp:positionV[@relativeFrom='page']/wp:posOffset/text()") for anchor in anchors]
        assert tops == [[str(20 * EMU)], [str(40 * EMU)]]

    def test_fills_a_bar_and_gives_it_no_outline(self) -> None:
        bar = find(tree(self.drawing.xml(1)), "//wps:spPr")[1]
        assert find(bar, "a:solidFill/a:srgbClr/@val") == ["FF0000"]
        assert find(bar, "a:ln/a:noFill")

    def test_describes_a_shape_by_its_own_words_or_those_of_the_whole(self) -> None:
        drawing = Drawing(shapes=(box(alt="红线"), box()), alt="红头")
        assert find(tree(drawing.xml(1)), "//wp:docPr/@descr") == ["红线", "红头"]


class TestGroup:
    shapes = (
        box(text=text("是否明确？"), preset="flowChartDecision", line="000000", middle=True),
        Arrow(points=((40, 24), (60, 24), (60, 50))),
        box(x=50, y=50),
    )
    group = tree(Drawing(shapes=shapes, alt="流程图", inline=True).xml(1))

    def test_is_as_large_as_all_its_shapes_together(self) -> None:
        size = {"cx": str(70 * EMU), "cy": str(38 * EMU)}
        assert attributes(find(self.group, "//wp:inline/wp:extent")[0]) == size
        assert attributes(find(self.group, "//wpg:grpSpPr/a:xfrm/a:ext")[0]) == size
        assert attributes(find(self.group, "//wpg:grpSpPr/a:xfrm/a:chExt")[0]) == size

    def test_counts_the_places_of_its_shapes_from_its_own_corner(self) -> None:
        places = [attributes(off) for off in find(self.group, "//wps:spPr/a:xfrm/a:off")]
        corners = [(0, 0), (30, 4), (40, 30)]
        assert places == [{"x": str(x * EMU), "y": str(y * EMU)} for x, y in corners]

    def test_keeps_the_preset_that_the_shape_asks_for(self) -> None:
        assert find(self.group, "//a:prstGeom/@prst") == ["flowChartDecision", "rect"]

    def test_says_what_it_is_called(self) -> None:
        named = tree(Drawing(shapes=self.shapes, alt="先甲后乙。", title='流程"图"', inline=True).xml(1))
        assert find(named, "//wp:docPr/@title") == ['流程"图"'] and find(self.group, "//wp:docPr/@title") == []

    def test_centres_text_only_where_asked(self) -> None:
        assert find(self.group, "//wps:bodyPr/@anchor") == ["ctr", "t"]

    def test_draws_a_bent_arrow_through_its_points_with_its_head_at_the_end(self) -> None:
        points = [attributes(point) for point in find(self.group, "//a:path//a:pt")]
        assert points == [{"x": str(x * EMU), "y": str(y * EMU)} for x, y in ((0, 0), (20, 0), (20, 26))]
        assert len(find(self.group, "//a:ln/a:tailEnd")) == 1


@pytest.mark.parametrize(
    ("points", "flips"),
    [
        (((0, 0), (5, 9)), {}),
        (((5, 0), (0, 9)), {"flipH": "1"}),
        (((0, 9), (5, 0)), {"flipV": "1"}),
        (((5, 9), (0, 0)), {"flipH": "1", "flipV": "1"}),
    ],
    ids=["down-right", "down-left", "up-right", "up-left"],
)
def test_a_straight_arrow_points_where_it_ends(points: tuple[tuple[float, float], ...], flips: dict[str, str]) -> None:
    drawn = tree(Drawing(shapes=(Arrow(points=points),), alt="箭头", inline=True).xml(1))
    assert attributes(find(drawn, "//wps:wsp/wps:spPr/a:xfrm")[0]) == flips


def test_a_line_without_a_head_has_none() -> None:
    drawn = tree(Drawing(shapes=(Arrow(points=((0, 0), (1, 1)), head=False),), alt="线").xml(1))
    assert not find(drawn, "//a:tailEnd")


def test_only_what_is_dashed_has_dashes_before_its_head() -> None:
    shapes = (box(line="000000", dashed=True), box(), Arrow(points=((0, 0), (1, 1)), dashed=True))
    lines = find(tree(Drawing(shapes=shapes, alt="线", inline=True).xml(1)), "//a:ln")
    names = [[etree.QName(part).localname for part in line] for line in lines]
    assert names == [["solidFill", "prstDash"], ["noFill"], ["solidFill", "prstDash", "tailEnd"]]


def test_the_first_lines_are_bold_as_many_as_asked() -> None:
    drawing = Drawing(shapes=(box(text=BoxText(lines=("甲", "乙"), font="宋体", size_pt=9, bold_lines=1)),), alt="")
    assert [len(find(run, "w:rPr/w:b")) for run in find(tree(drawing.xml(1)), "//w:txbxContent/w:p/w:r")] == [1, 0]


@pytest.mark.parametrize("inline", [False, True], ids=["floating", "group"])
def test_the_lines_of_a_drawing_come_out_as_typed_and_are_its_texts(inline: bool) -> None:
    drawing = Drawing(shapes=(box(text=text(*HOSTILE[:3])), box(), box(text=text(*HOSTILE[3:]))), alt="", inline=inline)
    drawn = tree(drawing.xml(1))
    assert find(drawn, "//mc:Choice//w:t/text()") == list(HOSTILE) == find(drawn, "//mc:Fallback//w:t/text()")
    assert drawing.texts == HOSTILE and drawing.written == tuple(find(drawn, "//w:t/text()"))


@pytest.mark.parametrize("inline", [False, True], ids=["floating", "group"])
def test_every_line_of_a_drawing_is_a_line_for_readers_without_shapes(inline: bool) -> None:
    drawing = Drawing(shapes=(box(text=text("甲", "乙")), box(), box(text=text("丙"))), alt="", inline=inline)
    plain = [etree.QName(part).localname for part in find(tree(drawing.xml(1)), "//mc:Fallback/*")]
    assert plain == ["t", "br"] * 3


@pytest.mark.parametrize(
    "value",
    [
        picture(),
        Drawing(shapes=TestGroup.shapes, alt=""),
        Drawing(shapes=TestGroup.shapes, alt="", inline=True),
    ],
    ids=["picture", "floating", "group"],
)
def test_a_value_takes_exactly_as_many_numbers_as_it_says(value: Picture | Drawing) -> None:
    taken = numbers(tree(value.xml(40, "rId1")))
    assert taken == [str(number) for number in range(40, 40 + value.ids)]


def test_text_sets_font_size_width_and_exact_pitch_of_every_line() -> None:
    mark = BoxText(lines=("甲", "乙"), font="方正小标宋简体", size_pt=25.5, line_pt=30, colour="FF0000", width=80)
    paragraphs = find(tree(Drawing(shapes=(box(text=mark),), alt="").xml(1)), "//w:txbxContent/w:p")
    for paragraph in paragraphs:
        spacing = attributes(find(paragraph, "w:pPr/w:spacing")[0])
        assert (spacing["line"], spacing["lineRule"]) == ("600", "exact")
        assert find(paragraph, "w:r/w:rPr/w:rFonts/@w:eastAsia") == ["方正小标宋简体"]
        assert find(paragraph, "w:r/w:rPr/w:sz/@w:val") == ["51"]
        assert find(paragraph, "w:r/w:rPr/w:w/@w:val") == ["80"]
    assert len(paragraphs) == 2


@pytest.mark.parametrize("colour", ["red", "#FF0000", "ff0000", 'F"/><x a="'], ids=["name", "hash", "lower", "markup"])
def test_a_colour_is_six_hexadecimal_digits(colour: str) -> None:
    with pytest.raises(ValueError, match="hexadecimal"):
        box(fill=colour)
    with pytest.raises(ValueError, match="hexadecimal"):
        Arrow(points=((0, 0), (1, 1)), colour=colour)
    with pytest.raises(ValueError, match="hexadecimal"):
        BoxText(lines=(), font="宋体", size_pt=9, colour=colour)


def test_a_drawing_of_nothing_and_an_arrow_to_nowhere_are_refused() -> None:
    with pytest.raises(ValueError, match="shape"):
        Drawing(shapes=(), alt="")
    with pytest.raises(ValueError, match="two points"):
        Arrow(points=((0, 0),))


def test_values_are_frozen() -> None:
    with pytest.raises(FrozenInstanceError):
        Format().style = "x"  # type: ignore[misc]


PROPERTIES = ("", "<w:pPr/>", '<w:pPr><w:pStyle w:val="A"/><w:tabs/><w:spacing w:line="579"/><w:rPr/></w:pPr>')
BARE, _, FORMATTED = PROPERTIES


def paragraph_with(properties: str) -> etree._Element:
    return etree.fromstring(f'<w:p xmlns:w="{NS["w"]}">{properties}<w:r/></w:p>')


class TestFormat:
    full = Format(
        left_chars=1, right_chars=4.25, before_pt=28.95, keep_next=True, align="right", style="B", char_pt=15.75
    )

    @pytest.mark.parametrize("properties", PROPERTIES, ids=["bare", "empty", "formatted"])
    def test_writes_what_it_says_in_the_order_of_the_schema(self, properties: str) -> None:
        paragraph = paragraph_with(properties)
        self.full.apply(paragraph)
        names = [etree.QName(child).localname for child in paragraph[0]]
        assert names == [name for name in ORDER if name in names]
        assert {name: attributes(find(paragraph, f"w:pPr/w:{name}")[0]) for name in ("pStyle", "keepNext", "jc")} == {
            "pStyle": {"val": "B"},
            "keepNext": {"val": "1"},
            "jc": {"val": "right"},
        }
        assert find(paragraph, "w:pPr/w:spacing/@w:before") == ["579"]

    def test_writes_an_indent_in_characters_and_in_twips(self) -> None:
        paragraph = paragraph_with(BARE)
        self.full.apply(paragraph)
        written = attributes(find(paragraph, "w:pPr/w:ind")[0])
        assert written == {"leftChars": "100", "left": "315", "rightChars": "425", "right": "1339"}

    def test_sets_every_run_in_a_frame_on_the_page(self) -> None:
        paragraph = etree.fromstring(f'<w:p xmlns:w="{NS["w"]}"><w:r><w:rPr><w:b/><w:u/></w:rPr></w:r><w:r/></w:p>')
        frame = Frame(x_mm=28, y_mm=25.4, width_mm=156, height_mm=12.7)
        Format(frame=frame, size_pt=42, width=90, line_pt=50.4, before_pt=1, after_pt=2).apply(paragraph)
        placed = {"hAnchor": "page", "vAnchor": "page", "x": "1587", "y": "1440"}
        sized = {"w": "8844", "h": "720", "hRule": "exact", "hSpace": "0", "wrap": "notBeside"}
        assert attributes(find(paragraph, "w:pPr/w:framePr")[0]) == placed | sized
        spacing = {"before": "20", "after": "40", "line": "1008", "lineRule": "exact"}
        assert attributes(find(paragraph, "w:pPr/w:spacing")[0]) == spacing
        names = [[etree.QName(child).localname for child in run] for run in find(paragraph, "w:r/w:rPr")]
        assert names == [["b", "w", "sz", "szCs", "u"], ["w", "sz", "szCs"]]
        assert find(paragraph, "w:r/w:rPr/w:w/@w:val") == ["90"] * 2
        assert find(paragraph, "w:r/w:rPr/w:sz/@w:val") == ["84"] * 2

    def test_leaves_alone_what_it_does_not_name(self) -> None:
        paragraph = paragraph_with(FORMATTED)
        before = etree.tostring(paragraph)
        Format().apply(paragraph)
        assert etree.tostring(paragraph) == before
        Format(before_pt=10).apply(paragraph)
        assert attributes(find(paragraph, "w:pPr/w:spacing")[0]) == {"line": "579", "before": "200"}

    def test_gives_a_bare_paragraph_no_properties_when_it_says_nothing(self) -> None:
        paragraph = paragraph_with(BARE)
        Format().apply(paragraph)
        assert find(paragraph, "w:pPr") == []
