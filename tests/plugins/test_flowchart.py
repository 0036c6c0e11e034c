"""The flowchart says what the law's data say, fits its page, and is drawn as shapes that Word can edit."""

from __future__ import annotations

import re
import zipfile
from dataclasses import replace
from datetime import date
from io import BytesIO
from itertools import combinations, pairwise
from pathlib import Path

import pdfplumber
import pytest
from lxml import etree

from gipdocs.documents.build import build
from gipdocs.docx.values import Arrow, Box, Drawing
from gipdocs.errors import SetupError
from gipdocs.health import _programs
from gipdocs.law import Office
from gipdocs.profile import Channel, load_profile
from gipdocs.service import Service, open_service
from gipdocs.settings import PROJECT, Settings

from .drawn import out_of_order
from .filled import findings, text

MM = 25.4 / 72
VERSIONS = ("public", "staff")
SMALLEST_PT = 9.0  # 小五
PAGE_WIDTH_MM, PAGE_HEIGHT_MM = 190.0, 279.0  # A4 within the layout's margins
LIMITS = (
    "answer",
    "extension",
    "correction_notice",
    "third_party",
    "agency_consultation",
    "fee_payment",
    "reconsideration",
    "suit_letter",
    "suit_decision",
)
LETTERS = {
    "answer": "receipt",
    "extension": "receipt",
    "third_party": "third-party-consultation",
    "agency_consultation": "agency-consultation",
    "fee_payment": "fee-notice",
    "reconsideration": "reply-granted",
    "suit_letter": "reply-granted",
    "suit_decision": "reply-withheld-internal",
}
"""A letter that prints the limit."""
NAME = "黔西南布依族苗族自治州兴义市义龙新区文化体育广播电视和旅游发展服务管理局"


def chart(service: Service, office: Office, version: str, **answers: object) -> Drawing:
    document = service.registry["flowchart"].document
    drawing = document.context({"version": version, **answers}, office)["chart"]
    assert isinstance(drawing, Drawing)
    return drawing


def words(drawing: Drawing) -> str:
    return "".join(drawing.texts)


def with_limit(office: Office, key: str, length: int) -> Office:
    limits = {**office.law.limits, key: tuple(replace(one, length=length) for one in office.law.limits[key])}
    return replace(office, law=replace(office.law, limits=limits))


@pytest.fixture(scope="module")
def offices(office: Office) -> dict[str, Office]:
    """The sample office, a county's, and one with the longest names and every channel open."""
    profile = office.profile
    channels = {kind: Channel(kind=kind, open=True) for kind in profile.channels}
    court = replace(profile.court, name=NAME.partition("文化")[0] + "人民法院")
    government = NAME.partition("文化")[0] + "人民政府"
    longest = replace(profile, name=NAME, government=government, court=court, channels=channels)
    county = load_profile(PROJECT / "tests" / "data" / "agencies" / "county-water.toml")
    return {"sample": office, "county": replace(office, profile=county), "longest": replace(office, profile=longest)}


class TestContent:
    @pytest.mark.parametrize("version", VERSIONS)
    @pytest.mark.parametrize("key", LIMITS)
    def test_a_limit_that_changes_in_the_law_changes_in_chart_letter_and_guide_together(
        self, service: Service, office: Office, key: str, version: str
    ) -> None:
        changed = with_limit(office, key, 97)
        said = changed.today_law.limit(key).text
        assert said not in words(chart(service, office, version))
        assert said in words(chart(service, changed, version))
        assert said in text(service.registry, "guide", changed) and said not in text(service.registry, "guide", office)
        if letter := LETTERS.get(key):
            assert said in text(service.registry, letter, changed) and said not in text(
                service.registry, letter, office
            )

    @pytest.mark.parametrize("version", VERSIONS)
    def test_no_number_stands_in_the_chart_that_is_no_limit_of_the_law(
        self, service: Service, office: Office, version: str
    ) -> None:
        found = set(re.findall(r"\d+(?:个工作日|个月|日)", words(chart(service, office, version))))
        assert found == {office.today_law.limit(key).text for key in LIMITS}

    def test_the_staff_chart_has_every_outcome_once_with_its_letter_and_report_row(
        self, service: Service, office: Office
    ) -> None:
        lines = [line.split() for line in chart(service, office, "staff").texts if line.count("　") >= 2]
        wanted = []
        for outcome in office.today_law.outcomes.values():
            row = "".join(outcome.row).translate(str.maketrans("()", "（）"))
            name = outcome.short.removeprefix(outcome.name.partition("（")[0] + "，")
            wanted.append([name, outcome.title.removeprefix("政府信息公开申请"), row])
        assert sorted(lines) == sorted(wanted)

    def test_the_public_chart_has_the_six_groups_of_the_report_with_their_outcomes(
        self, service: Service, office: Office
    ) -> None:
        boxes = [shape for shape in chart(service, office, "public").shapes if shape.alt and len(shape.texts) > 1]
        groups = {shape.alt: "".join(shape.texts) for shape in boxes}
        for outcome in office.today_law.outcomes.values():
            group, _, kind = outcome.name.partition("（")
            short = outcome.short.removeprefix(f"{group}，")
            assert (short if short != group else kind.rstrip("）")) in groups[group]
            assert outcome.paper in groups[group]

    @pytest.mark.parametrize("version", VERSIONS)
    def test_letters_are_called_as_their_documents_are(self, service: Service, office: Office, version: str) -> None:
        shown = words(chart(service, office, version))
        ids = ("correction-notice", "fee-notice", "extension-notice", "reason-notice", "delay-notice")
        for id in ids if version == "staff" else ids[:2]:
            name = re.sub("^政府信息公开(申请|信息处理费)?", "", service.registry[id].document.title)
            assert name in shown, name

    def test_refusals_go_to_reconsideration_first_since_the_law_says_so(self, service: Service, office: Office) -> None:
        today = words(chart(service, office, "public"))
        before = words(chart(service, office, "public", date=date(2023, 12, 20)))
        assert "先自收到答复之日起60日内" in today and "行政查询事项除外" in today
        assert "先自" not in before and "对答复不服" in before and "山东省机关事务管理局" in before

    def test_query_matters_are_no_exception_where_the_office_sends_them_to_reconsideration(
        self, service: Service, office: Office
    ) -> None:
        settings = replace(office.profile.settings, query_matter_remedy="reconsider_first")
        strict = replace(office, profile=replace(office.profile, settings=settings))
        assert "行政查询事项除外" not in words(chart(service, strict, "public"))

    def test_the_office_names_its_own_channels_and_bodies(self, service: Service, offices: dict[str, Office]) -> None:
        county = words(chart(service, offices["county"], "public"))
        assert "当面提交、邮寄、电子邮件" in county and "网上" not in county
        assert "云岭县人民政府" in county and "临江铁路运输法院" in county

    def test_terms_of_third_parties_and_agencies_stand_apart_where_they_differ(
        self, service: Service, office: Office
    ) -> None:
        shown = words(chart(service, with_limit(office, "third_party", 17), "public"))
        assert "第三方17个工作日内、其他机关15个工作日内" in shown

    def test_the_picture_is_described_in_words(self, service: Service, office: Office) -> None:
        drawing = chart(service, office, "public")
        assert drawing.title == "聊城市机关事务管理局政府信息依申请公开工作流程图"
        assert "申请内容明确、材料齐全？。接下来：是，检索、审查；否，补正告知书。" in drawing.alt
        for line in ("20个工作日内", "60日内", "6个月内"):
            assert line in drawing.alt

    def test_a_day_before_the_law_is_refused_with_its_reason(self, service: Service, office: Office) -> None:
        assert findings(service.registry, "flowchart", office, date="2018-01-05") == [("date-before-law", "error")]
        assert findings(service.registry, "flowchart", office, date="2026-01-05") == []


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("whose", ["sample", "county", "longest"])
class TestGeometry:
    @pytest.fixture
    def drawing(self, service: Service, offices: dict[str, Office], whose: str, version: str) -> Drawing:
        return chart(service, offices[whose], version, date=date(2026, 1, 5))

    @pytest.fixture
    def boxes(self, drawing: Drawing) -> list[Box]:
        return [shape for shape in drawing.shapes if isinstance(shape, Box)]

    def test_it_fits_its_page(self, drawing: Drawing) -> None:
        lefts, tops, rights, bottoms = zip(*(shape.corners for shape in drawing.shapes), strict=True)
        left, top, right, bottom = min(lefts), min(tops), max(rights), max(bottoms)
        assert right - left <= PAGE_WIDTH_MM and bottom - top <= PAGE_HEIGHT_MM

    def test_no_text_is_smaller_than_xiaowu(self, boxes: list[Box]) -> None:
        assert min(box.text.size_pt for box in boxes if box.text) >= SMALLEST_PT

    def test_every_line_fits_the_room_that_its_shape_leaves_it(self, boxes: list[Box]) -> None:
        for box in boxes:
            assert box.text
            across, down = {
                "flowChartDecision": (0.5, 0.5),
                "flowChartDocument": (1.0, 17_322 / 21_600),
                "flowChartTerminator": (19_564 / 21_600, 15_275 / 21_600),
            }.get(box.preset, (1.0, 1.0))
            size = box.text.size_pt * MM
            pitch = (box.text.line_pt or 1.2 * box.text.size_pt) * MM
            longest = max(sum(0.5 if ord(sign) < 0x2000 else 1 for sign in line) for line in box.text.lines)
            assert longest * size <= across * box.width_mm - 2 * box.inset_mm + 0.05, box.texts
            assert len(box.texts) * pitch <= down * box.height_mm + 0.05, box.texts

    def test_no_box_overlaps_another(self, boxes: list[Box]) -> None:
        solid = [box for box in boxes if box.line]
        assert [(one.alt, other.alt) for one, other in combinations(solid, 2) if overlap(one, other) > 0] == []

    def test_no_label_touches_the_text_of_a_box_or_another_label(self, boxes: list[Box]) -> None:
        labels = [box for box in boxes if not box.line]
        inner = [_text_area(box) for box in boxes if box.line]
        assert labels
        for label in labels:
            assert [area for area in inner if _meet(_text_area(label), area)] == []
        assert [one.alt for one, other in combinations(labels, 2) if overlap(one, other) > 0] == []

    def test_no_arrow_runs_through_a_label(self, drawing: Drawing, boxes: list[Box]) -> None:
        labels = [_text_area(box) for box in boxes if not box.line]
        for arrow in (shape for shape in drawing.shapes if isinstance(shape, Arrow)):
            for (x0, y0), (x1, y1) in pairwise(arrow.points):
                line = (min(x0, x1) - 0.1, min(y0, y1) - 0.1, max(x0, x1) + 0.1, max(y0, y1) + 0.1)
                assert [label for label in labels if _meet(line, label)] == []

    def test_no_arrow_runs_through_a_box(self, drawing: Drawing, boxes: list[Box]) -> None:
        for arrow in (shape for shape in drawing.shapes if isinstance(shape, Arrow)):
            for start, end in pairwise(arrow.points):
                assert start[0] == pytest.approx(end[0]) or start[1] == pytest.approx(end[1]), "not at right angles"
                crossed = [box.alt for box in boxes if box.line and _crosses(start, end, box)]
                assert crossed == [], (start, end)

    def test_every_arrow_ends_at_a_box_or_on_another_line(self, drawing: Drawing, boxes: list[Box]) -> None:
        lines = [shape for shape in drawing.shapes if isinstance(shape, Arrow)]
        solid = [box for box in boxes if box.line]
        for arrow in lines:
            for point in (arrow.points[0], arrow.points[-1]):
                others = (other for other in lines if other is not arrow)
                assert any(_on_edge(point, box) for box in solid) or any(_on_line(point, other) for other in others)
            assert not arrow.head or any(_on_edge(arrow.points[-1], box) for box in solid)


def overlap(one: Box, other: Box) -> float:
    """The overlapping area of two boxes in square millimetres."""
    (l1, t1, r1, b1), (l2, t2, r2, b2) = one.corners, other.corners
    return max(0.0, min(r1, r2) - max(l1, l2)) * max(0.0, min(b1, b2) - max(t1, t2))


def _text_area(box: Box) -> tuple[float, float, float, float]:
    """Where the ink of a box's text is."""
    assert box.text
    left, top, right, bottom = box.corners
    wide = max(sum(0.5 if ord(sign) < 0x2000 else 1 for sign in line) for line in box.texts) * box.text.size_pt * MM
    tall = len(box.texts) * (box.text.line_pt or 0) * MM - 0.2 * box.text.size_pt * MM
    x, y = (left + right) / 2, (top + bottom) / 2
    start = left + box.inset_mm if box.text.align == "left" else x - wide / 2
    return start, y - tall / 2, start + wide, y + tall / 2


def _meet(one: tuple[float, float, float, float], other: tuple[float, float, float, float]) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def _crosses(start: tuple[float, float], end: tuple[float, float], box: Box) -> bool:
    left, top, right, bottom = box.corners
    (x0, x1), (y0, y1) = sorted((start[0], end[0])), sorted((start[1], end[1]))
    inside = 0.3 if box.preset != "flowChartDocument" else 0.1 * box.height_mm  # arrows leave a paper at its wave
    return x0 < right - 0.3 and left + 0.3 < x1 + 1e-6 and y0 < bottom - inside and top + 0.3 < y1 + 1e-6


def _on_edge(point: tuple[float, float], box: Box) -> bool:
    left, top, right, bottom = box.corners
    x, y = point
    foot = top + 0.935 * box.height_mm if box.preset == "flowChartDocument" else bottom
    level = left - 0.2 <= x <= right + 0.2 and min(abs(y - top), abs(y - bottom), abs(y - foot)) < 0.2
    return level or (top - 0.2 <= y <= bottom + 0.2 and min(abs(x - left), abs(x - right)) < 0.2)


def _on_line(point: tuple[float, float], arrow: Arrow) -> bool:
    return any(
        min(a[0], b[0]) - 0.2 <= point[0] <= max(a[0], b[0]) + 0.2
        and min(a[1], b[1]) - 0.2 <= point[1] <= max(a[1], b[1]) + 0.2
        for a, b in pairwise(arrow.points)
    )


@pytest.mark.converter
@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("whose", ["sample", "longest"])
def test_the_pdf_is_one_page_and_every_box_shows_its_whole_text_inside_itself(
    service: Service, offices: dict[str, Office], whose: str, version: str
) -> None:
    answers = {"version": version, "date": "2026-01-05"}
    built = build(service.registry["flowchart"], answers, offices[whose], "pdf", converter=service.converter)
    drawing = chart(service, offices[whose], version, date=date(2026, 1, 5))
    with pdfplumber.open(BytesIO(built.content)) as pdf:
        assert len(pdf.pages) == 1
        page = pdf.pages[0]
        boxes = [shape for shape in drawing.shapes if isinstance(shape, Box)]
        left, top = _corner(page, drawing, boxes[0])
        for box in boxes:
            x0, y0, x1, y1 = box.corners
            area = ((left + x0) / MM, (top + y0) / MM, (left + x1) / MM, (top + y1) / MM)
            inside = [char for char in page.chars if _centre_in(char, area)]
            assert sorted(char["text"] for char in inside if not char["text"].isspace()) == sorted(
                sign for line in box.texts for sign in line if not sign.isspace()
            ), box.texts
            assert all(area[0] - 0.5 <= char["x0"] and char["x1"] <= area[2] + 0.5 for char in inside), box.texts


def _corner(page: pdfplumber.page.Page, drawing: Drawing, first: Box) -> tuple[float, float]:
    """Where the group begins on the page, found by the first line of its first box."""
    line = first.texts[0]
    chars = page.chars
    start = next(i for i in range(len(chars)) if "".join(char["text"] for char in chars[i : i + len(line)]) == line)
    found = chars[start : start + len(line)]
    middle = (found[0]["x0"] + found[-1]["x1"]) / 2 * MM
    assert first.text
    baseline_box = (found[0]["top"] + found[0]["bottom"]) / 2 * MM
    tall = len(first.texts) * (first.text.line_pt or 0) * MM
    first_line = first.y_mm + (first.height_mm - tall) / 2 + (first.text.line_pt or 0) * MM / 2
    return middle - first.x_mm - first.width_mm / 2, baseline_box - first_line


def _centre_in(char: dict[str, float], area: tuple[float, float, float, float]) -> bool:
    x, y = (char["x0"] + char["x1"]) / 2, (char["top"] + char["bottom"]) / 2
    return area[0] <= x <= area[2] and area[1] <= y <= area[3]


@pytest.fixture(scope="module", params=VERSIONS)
def group(request: pytest.FixtureRequest, service: Service) -> etree._Element:
    docx = service.build("flowchart", {"version": request.param}).content
    with zipfile.ZipFile(BytesIO(docx)) as archive:
        tree = etree.fromstring(archive.read("word/document.xml"))
    (found,) = tree.iter("{*}inline")
    return found


class TestDrawingML:
    def test_every_element_stands_in_the_order_of_the_schema(self, group: etree._Element) -> None:
        assert list(out_of_order(group)) == []

    def test_every_shape_has_a_number_of_its_own(self, group: etree._Element) -> None:
        numbers = [element.get("id") for element in group.iter("{*}docPr", "{*}cNvPr")]
        assert len(numbers) == len(set(numbers)) > 20

    def test_shapes_are_native_and_arrows_are_connectors(self, group: etree._Element) -> None:
        presets = {element.get("prst") for element in group.iter("{*}prstGeom")}
        assert {"flowChartProcess", "flowChartDecision", "flowChartTerminator", "straightConnector1"} <= presets
        assert len(list(group.iter("{*}tailEnd"))) > 10
        assert not list(group.iter("{*}pic", "{*}blip"))

    def test_the_group_is_as_large_as_its_children_so_that_nothing_is_stretched(self, group: etree._Element) -> None:
        (frame,) = group.iter("{*}grpSpPr")
        extent, own, child = (
            {key: element.get(key) for key in ("cx", "cy")}
            for element in (group[0], *frame.iter("{*}ext"), *frame.iter("{*}chExt"))
        )
        assert extent == own == child


class TestSvg:
    @pytest.fixture(params=VERSIONS)
    def both(self, request: pytest.FixtureRequest, service: Service) -> tuple[etree._Element, str]:
        answers = {"version": request.param}
        svg = service.build("flowchart", answers, "svg").content
        return etree.fromstring(svg), service.build("flowchart", answers, "html").content.decode()

    def test_it_shows_the_words_of_the_docx_in_their_order(
        self, both: tuple[etree._Element, str], service: Service, office: Office
    ) -> None:
        svg, html = both
        shown = [str(one.text) for one in svg.iter("{*}text")]
        inside = re.search(r"<svg.*</svg>", html, re.DOTALL)
        assert inside
        assert shown == [str(one.text) for one in etree.fromstring(inside[0]).iter("{*}text")]
        assert len(shown) > 40

    def test_it_is_accessible_and_brings_nothing_from_elsewhere(self, both: tuple[etree._Element, str]) -> None:
        svg, _ = both
        assert svg.get("role") == "img" and svg[0].text and svg[1].text and len(svg[1].text) > 500
        source = etree.tostring(svg, encoding="unicode")
        assert not re.search(r"href|url\(|<script|<style|<image", source)
        assert all("SimSun" in (one.get("font-family") or "") for one in svg.iter("{*}text"))


@pytest.mark.slow
def test_without_graphviz_the_service_starts_and_says_what_is_missing_and_how_to_mend_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    service = open_service(Settings())
    assert [one.what for one in _programs(service)] == ["没有找到程序dot，“政府信息依申请公开工作流程图”不能生成"]
    with pytest.raises(SetupError, match=r"dot.*make setup"):
        service.build("flowchart", {})
    assert service.build("envelope", {}).content.startswith(b"PK")


def test_the_same_answers_give_the_same_bytes(service: Service) -> None:
    for format in ("docx", "svg"):
        assert (
            service.build("flowchart", {}, format).content
            == service.build("flowchart", {"version": "public"}, format).content
        )


def test_results_share_the_width_by_what_they_say_and_leave_air_around_it(service: Service, office: Office) -> None:
    results = [box for box in chart(service, office, "public").shapes if isinstance(box, Box) and box.fill == "F2F2F2"]
    assert len(results) == 6
    said = [sum(map(len, box.text.lines)) for box in results if box.text]
    for half in (slice(0, 3), slice(3, 6)):
        by_words = sorted(zip(said[half], [box.width_mm for box in results[half]], strict=True))
        assert [wide for _, wide in by_words] == sorted(wide for _, wide in by_words)
        assert sum(box.width_mm for box in results[half]) == pytest.approx(3 * 28.2)
    for box in results:
        assert box.text and len(box.text.lines) * (box.text.line_pt or 0) * MM < 0.92 * box.height_mm
