"""The annual report on its page: native charts, real footnotes, tables that a screen reader follows, official measures."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from io import BytesIO
from itertools import pairwise
from typing import Any

import pdfplumber
import pypdfium2  # type: ignore[import-untyped]  # has no types
import pytest
from docx import Document as Docx
from lxml import etree, html
from openpyxl import load_workbook
from pikepdf import pdfa

from gipdocs.reports import load, read
from gipdocs.service import Service
from tests import geometry
from tests.geometry import BODY, MM, Sheet
from tests.offices import TODAY
from tests.reports.samples import SEEDS, given

pytestmark = pytest.mark.slow

ID = "annual-report"
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
C = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"
CHANNELS = [{"name": "门户网站", "count": 614}, {"name": "微信公众号", "count": 512}]
INTERPRETATIONS = [{"form": "文稿解读", "count": 7}, {"form": "图文解读", "count": 8}]
WITH_CHARTS = {
    **given("2023"),
    "previous": given("2022"),
    "channels": CHANNELS,
    "interpretations": INTERPRETATIONS,
    "charts": ["channels", "interpretations", "applications", "results"],
}
REMARKS = {
    "table2.normative.issued": "与聊城市财政局联合制发。",
    "table3.new.natural_person": "其中1件由本级人民政府转来。",
    "table3.carried_out.total": "尚在答复期限内。",
    "table4.suit_after.total": "含上年度结转的案件。",
}
WITH_REMARKS = {**given("2023"), "remarks": REMARKS}
RECORDS = {**{name: given(name) for name in SEEDS}, "charts": WITH_CHARTS, "remarks": WITH_REMARKS}


def built(service: Service, answers: dict[str, Any], format: str = "docx") -> bytes:
    return service.build(ID, answers, format, today=TODAY).content


@pytest.fixture(scope="module")
def charted(service: Service) -> zipfile.ZipFile:
    """The report with all four charts, as its parts."""
    return zipfile.ZipFile(BytesIO(built(service, WITH_CHARTS)))


# Charts.

NUMBERS = {
    1: {"门户网站": (614,), "微信公众号": (512,)},
    2: {"文稿解读": (7,), "图文解读": (8,)},
    3: {"自然人": (3, 1), "法律服务机构": (0, 1)},
    4: {"予以公开": (2,)},
}


@pytest.mark.parametrize("number", NUMBERS)
def test_a_chart_is_a_native_part_and_its_workbook_holds_the_same_numbers(
    charted: zipfile.ZipFile, number: int
) -> None:
    rows = load_workbook(BytesIO(charted.read(f"word/embeddings/document-chart{number}.xlsx"))).active
    assert rows is not None
    assert {row[0]: tuple(row[1:]) for row in rows.iter_rows(min_row=2, values_only=True)} == NUMBERS[number]
    drawn = etree.fromstring(charted.read(f"word/charts/document-chart{number}.xml"))
    values = [
        [float(value.text or "") for value in series.iterfind(f"{C}val//{C}v")] for series in drawn.iter(f"{C}ser")
    ]
    assert [tuple(numbers) for numbers in zip(*values, strict=True)] == list(NUMBERS[number].values())


def test_every_chart_has_its_numbers_in_words_under_it_and_for_those_who_do_not_see_it(
    charted: zipfile.ZipFile,
) -> None:
    body = etree.fromstring(charted.read("word/document.xml"))
    under = [
        ("".join(below.itertext()), one.xpath("string(.//*[local-name()='docPr']/@descr)"))
        for one, below in pairwise(body.iter(f"{W}p"))
        if one.find(f".//{C}chart") is not None
    ]
    assert [text for text, _ in under] == [
        "图1　2023年主动公开政府信息的渠道：门户网站614条，微信公众号512条",
        "图2　2023年政策解读材料的形式：文稿解读7件，图文解读8件",
        "图3　各类申请人的政府信息公开申请数量：2023年自然人3件；2022年自然人1件，法律服务机构1件",
        "图4　2023年政府信息公开申请的办理结果：予以公开2件",
    ]
    assert [text.partition("　")[2] for text, _ in under] == [alt for _, alt in under]


def test_names_too_long_or_too_many_for_columns_and_slices_lie_beside_bars(service: Service) -> None:
    long = "某某湖流域水资源和生态环境保护管理委员会门户网站"
    answers = {
        **WITH_CHARTS,
        "channels": [*CHANNELS, {"name": long, "count": 9}],
        "interpretations": [{"form": f"第{i}种", "count": i} for i in range(9)],
    }
    parts = zipfile.ZipFile(BytesIO(built(service, answers)))
    first, second = (etree.fromstring(parts.read(f"word/charts/document-chart{i}.xml")) for i in (1, 2))
    for chart in (first, second):
        assert [one.get("val") for one in chart.iter(f"{C}barDir")] == ["bar"]
    assert [text.text for text in first.iterfind(f".//{C}cat//{C}v")][-1] == f"{long[:15]}…"
    assert f"{long}9条" in parts.read("word/document.xml").decode()


def test_what_was_not_used_has_no_bar_and_no_slice_and_is_told_without_a_zero(service: Service) -> None:
    answers = {
        **WITH_CHARTS,
        "channels": [*CHANNELS, {"name": "政府公报", "count": 0}],
        "interpretations": [*INTERPRETATIONS, {"form": "问答", "count": 0}, {"form": "海报", "count": 0}],
    }
    parts = zipfile.ZipFile(BytesIO(built(service, answers)))
    for number, names in ((1, ["门户网站", "微信公众号"]), (2, ["文稿解读", "图文解读"])):
        chart = etree.fromstring(parts.read(f"word/charts/document-chart{number}.xml"))
        assert [text.text for text in chart.iterfind(f".//{C}cat//{C}v")] == names
    told = [text for text in _texts(parts) if re.match(r"图\d", text)]
    assert told[0].endswith("：门户网站614条，微信公众号512条，没有通过政府公报公开")
    assert told[1].endswith("：文稿解读7件，图文解读8件，没有问答、海报")
    assert [text for text in told if re.search(r"(?<!\d)0[条件]", text)] == []


def _texts(parts: zipfile.ZipFile) -> list[str]:
    return ["".join(one.itertext()) for one in etree.fromstring(parts.read("word/document.xml")).iter(f"{W}p")]


def test_words_of_a_table_that_were_copied_with_it_are_not_printed_over_it_again(service: Service) -> None:
    own = given("2023")
    items = [
        {"head": "第二十条第（一）项", "text": "信息内容\n本年制发件数\n规章"},
        {"head": "", "text": "第二十条第（五）项\n许可事项另见网站。"},
    ]
    heading = "二、主动公开政府信息情况"
    left = [one for one in own["sections"] if one["no"] != 2]
    answers = {**own, "sections": [*left, {"no": 2, "heading": heading, "items": items}]}
    texts = [text for text in _texts(zipfile.ZipFile(BytesIO(built(service, answers)))) if text]
    assert texts[texts.index(heading) + 1 :][:3] == ["许可事项另见网站。", "第二十条第（一）项", "信息内容"]
    assert [texts.count(f"第二十条第（{part}）项") for part in "一五六八"] == [1] * 4


@pytest.mark.parametrize("part", [1, 5, 6, 7])
def test_no_heading_stands_without_a_text(service: Service, part: int) -> None:
    own = given("2023")
    headings = {1: "一、总体情况", 5: "五、存在的主要问题及改进情况", 6: "六、其他需要报告的事项", 7: "七、附则"}
    left = [one for one in own["sections"] if one["no"] != part]
    answers = {**own, "sections": [*left, {"no": part, "heading": headings[part], "items": []}]}
    texts = [text for text in _texts(zipfile.ZipFile(BytesIO(built(service, answers)))) if text]
    assert texts[texts.index(headings[part]) + 1] == "（这一部分没有填写内容。）"


def test_what_is_said_nothing_of_in_part_five_is_said_to_be_unwritten(service: Service) -> None:
    bare = {key: value for key, value in given("2023").items() if key != "sections"}
    for words, next_to_heading in (
        ({}, "（这一部分没有填写内容。）"),
        ({"problems": "渠道单一。"}, "（一）存在的主要问题"),
    ):
        texts = _texts(zipfile.ZipFile(BytesIO(built(service, {**bare, "narrative": words}))))
        assert texts[texts.index("五、存在的主要问题及改进情况") + 1] == next_to_heading


# Footnotes.


def test_remarks_are_footnotes_numbered_in_the_order_of_print(service: Service) -> None:
    parts = zipfile.ZipFile(BytesIO(built(service, WITH_REMARKS)))
    body, notes = (etree.fromstring(parts.read(f"word/{name}.xml")) for name in ("document", "footnotes"))
    texts = {
        note.get(f"{W}id"): "".join(note.itertext()) for note in notes if note.find(f".//{W}footnoteRef") is not None
    }
    marked = [
        ("".join(cell.itertext()), texts[mark.get(f"{W}id") or ""])
        for cell in body.iter(f"{W}tc")
        for mark in cell.iter(f"{W}footnoteReference")
    ]
    assert marked == [(figure, REMARKS[path]) for figure, path in zip("1310", REMARKS, strict=True)]
    assert [*texts] == ["1", "2", "3", "4"]


# The web page.


@pytest.fixture(params=RECORDS, scope="module")
def both(request: pytest.FixtureRequest, service: Service) -> tuple[bytes, Any]:
    """A report in Word and as a page."""
    answers = RECORDS[request.param]
    return built(service, answers), html.fromstring(built(service, answers, "html").decode())


def bare(text: str) -> str:
    return "".join(text.split())


def test_the_page_says_what_the_file_says_in_the_same_order(both: tuple[bytes, Any]) -> None:
    parts = zipfile.ZipFile(BytesIO(both[0]))
    body = etree.fromstring(parts.read("word/document.xml"))
    page = both[1].find("body")
    captions = [caption.text_content() for caption in page.iter("caption")]
    assert captions == [caption.get(f"{W}val") for caption in body.iter(f"{W}tblCaption")]
    aside = "local-name()='svg' or local-name()='caption' or @role='doc-noteref' or @role='doc-footnote'"
    for apart in page.xpath(f"//*[{aside}]"):
        apart.drop_tree()
    assert bare(page.text_content()) == bare("".join(text.text or "" for text in body.iter(f"{W}t")))


def test_the_page_has_its_footnotes_under_the_table_and_is_read_back_with_them(service: Service) -> None:
    written = built(service, WITH_REMARKS, "html").decode()
    page = html.fromstring(written)
    notes = page.xpath("//*[@role='doc-footnote']")
    assert [note.text_content() for note in notes] == [
        f"{n}{text}" for n, text in zip("①②③④", REMARKS.values(), strict=True)
    ]
    marks = page.xpath("//td//a[@role='doc-noteref']")
    assert [mark.get("href") for mark in marks] == [f"#{note.get('id')}" for note in notes]
    assert [int(note.xpath("count(preceding::table)")) for note in notes] == [1, 2, 2, 3]
    again = read(written)
    assert again.remarks == REMARKS
    assert again.cells == load(WITH_REMARKS).cells and not again.raw


def test_labels_of_the_tables_are_headers_with_a_scope_and_no_line_is_broken(service: Service) -> None:
    for name in ("2020", "2023"):
        page = html.fromstring(built(service, given(name), "html").decode())
        tables = page.findall(".//table")
        assert len(tables) == 3 and [one for table in tables for one in table.iter("br")] == []
        heads = [cell for table in tables for cell in table.iter("th")]
        figures = [bare(cell.text_content()) for table in tables for cell in table.iter("td")]
        assert {cell.get("scope") for cell in heads} == {"col", "colgroup", "row", "rowgroup"}
        scopes = {bare(cell.text_content()): cell.get("scope") for cell in heads}
        assert scopes["三、本年度办理结果"] == "rowgroup" and scopes["1.属于国家秘密"] == "row"
        assert scopes["法人或其他组织"] == "colgroup" and scopes["科研机构"] == "col"
        corner = [text for text in figures if not re.fullmatch(r"-?\d+(\.\d+)?(万?元)?", text)]
        assert corner == ["（本列数据的勾稽关系为：第一项加第二项之和，等于第三项加第四项之和）"]


def test_every_chart_is_drawn_on_the_page_and_tells_its_numbers(service: Service) -> None:
    page = html.fromstring(built(service, WITH_CHARTS, "html").decode())
    drawn = page.xpath("//figure/*[local-name()='svg']")
    assert len(drawn) == 4
    assert all(picture.get("role") == "img" and "件" in picture.text_content() for picture in drawn[1:])
    assert "614" in drawn[0].text_content() and "门户网站" in drawn[0].text_content()


# The file.

OFFICIAL = {
    "2019": [(2, 1, 1, 1, 1, 1, 1), (754, 921, 3271, *[685] * 7), (1,) * 15],
    "2021": [(1, 1, 1, 1), (754, 921, 3271, *[685] * 7), (1,) * 15],
}
"""The shares of the columns: those of table 3 in the ministry's own file, the others equal."""


@pytest.mark.parametrize(("name", "form"), [("2020", "2019"), ("2023", "2021")])
def test_columns_have_the_official_widths_and_header_rows_repeat(service: Service, name: str, form: str) -> None:
    docx = Docx(BytesIO(built(service, given(name))))
    for table, shares, heads in zip(docx.tables, OFFICIAL[form], (0, 3, 3), strict=True):
        widths = [int(column.get(f"{W}w")) for column in table._tbl.tblGrid]
        assert sum(widths) == 8844  # 156 mm
        assert widths == pytest.approx([8844 * share / sum(shares) for share in shares], abs=4)
        for row in table._tbl.tr_lst:
            edges = [(cell.grid_offset, cell.grid_offset + cell.grid_span) for cell in row.tc_lst]
            cells = [int(cell.tcPr.find(f"{W}tcW").get(f"{W}w")) for cell in row.tc_lst]
            assert cells == [sum(widths[start:end]) for start, end in edges]
        repeated = [row.find(f"{W}trPr/{W}tblHeader") is not None for row in table._tbl.tr_lst]
        assert repeated == [True] * heads + [False] * (len(repeated) - heads)
        assert all(row.find(f"{W}trPr/{W}cantSplit") is not None for row in table._tbl.tr_lst)


def test_the_file_is_a4_and_its_headings_have_the_official_faces(service: Service) -> None:
    docx = Docx(BytesIO(built(service, WITH_CHARTS)))
    (section,) = docx.sections
    assert section.page_width and section.page_height
    assert (round(section.page_width.mm), round(section.page_height.mm)) == (210, 297)
    faces = {paragraph.text: _face(paragraph.style) for paragraph in docx.paragraphs}
    headings = {text: face for text, face in faces.items() if re.match(r"[一二三四五六]、", text)}
    assert list(headings.values()) == [("黑体", "1")] * 6
    assert faces["(一)主动公开"] == ("楷体_GB2312", "2")
    first, *others = (
        paragraph for paragraph in docx.paragraphs if paragraph.style and _face(paragraph.style)[1] == "0"
    )
    assert (first.style and first.style.name, others) == ("Heading 1", [])


def _face(style: Any) -> tuple[str, str | None]:
    """The face for Chinese and the outline level of a style, its own or that of one that it is based on."""
    faces, levels = [], []
    while style is not None:
        faces += style.element.xpath("./w:rPr/w:rFonts/@w:eastAsia")
        levels += style.element.xpath("./w:pPr/w:outlineLvl/@w:val")
        style = style.base_style
    return faces[0], levels[0] if levels else None


# The pages.

SMALLEST_TEXT = 10
"""Points: on a page without a table only the labels of charts are smaller than this."""


@pytest.fixture(scope="module")
def pdfs(service: Service) -> dict[str, bytes]:
    return {name: built(service, answers, "pdf") for name, answers in RECORDS.items()}


def test_every_chart_is_drawn_in_the_pdf_too(pdfs: dict[str, bytes]) -> None:
    with pdfplumber.open(BytesIO(pdfs["charts"])) as opened:
        pages = [page for page in opened.pages if re.search(r"^图\d", page.extract_text(), re.MULTILINE)]
        drawn = "".join(char["text"] for page in pages for char in page.chars if char["size"] < SMALLEST_TEXT)
        pictures = [picture for page in pages for picture in page.images]
    labels = {label for chart in NUMBERS.values() for label in chart} | {"614", "512"}
    assert {label for label in labels if label not in drawn} == set()
    assert pictures == []


@pytest.mark.parametrize("name", RECORDS)
def test_the_pdf_is_archival(pdfs: dict[str, bytes], name: str) -> None:
    found = pdfa.validate_written(BytesIO(pdfs[name]), pdfa.Flavour("2b")).findings
    assert list(found) == []


@pytest.fixture(params=RECORDS)
def pages(request: pytest.FixtureRequest, pdfs: dict[str, bytes]) -> Iterator[list[tuple[Any, Sheet]]]:
    """The pages, raw and to be measured."""
    content = pdfs[request.param]
    with pdfplumber.open(BytesIO(content)) as pdf:
        pictures = pypdfium2.PdfDocument(content)
        yield [(page, Sheet(page, pictures[i])) for i, page in enumerate(pdf.pages)]
        pictures.close()


def test_the_pages_keep_the_measures_of_an_official_document(pages: list[tuple[Any, Sheet]]) -> None:
    sheets = [sheet for _, sheet in pages]
    # A page that begins with a table or a chart has no first line of text.
    told = [sheet for i, sheet in enumerate(sheets) if i == 0 or abs(sheet.lines[0].size - BODY) < 0.5]
    rows = [*geometry.paper(sheets), *geometry.text(told), *geometry.page_numbers(sheets, first=True)]
    # Half-width punctuation and web addresses fill a line as they can.
    freely = ("满行字数最少", "满行字数最多")
    assert len(rows) > 40 and [str(row) for row in rows if not row.ok and row.name not in freely] == []


def test_a_heading_stands_over_its_table_with_a_little_space(pages: list[tuple[Any, Sheet]]) -> None:
    gaps = [
        min(rule["top"] * MM - line.baseline for rule in page.lines if rule["top"] * MM > line.baseline)
        for page, sheet in pages
        for line in sheet.body
        if re.match(r"[二三四]、(?:主动|收到|政府)", line.text)
    ]
    assert len(gaps) == 3 and all(4 < gap < 6 for gap in gaps)


def test_no_heading_stands_last_on_its_page(pages: list[tuple[Any, Sheet]]) -> None:
    last = [max((line for line in sheet.lines if line.size > 8), key=_above_the_number) for _, sheet in pages]
    heading = r"[一二三四五六]、|[（(][一二三四五六][）)].{0,14}$"
    assert [line.text for line in last if abs(line.size - BODY) < 0.5 and re.match(heading, line.text)] == []


MOST_EMPTY = 75
"""Millimetres: a third of the type area, more than the first rows of table 3 with heading and head take along."""
FEWEST_LINES = 3
"""Above the signature on the last page."""
PIECES = {
    "一、本年新收": "（二）部分公开",
    "1.属于国家秘密": "8.属于行政查询事项",
    "1.本机关不掌握": "3.补正后申请内容仍不明确",
    "1.信访举报投诉": "5.要求行政机关确认",
    "（七）总计": "四、结转下年度",
}
"""What of table 3 stays on one page, from row to row."""


def test_pages_are_full_but_for_the_last(pages: list[tuple[Any, Sheet]]) -> None:
    left = [geometry.BOTTOM - max(_lowest(page, sheet)) for page, sheet in pages[:-1]]
    assert [f"第{i}面空{empty:.0f}毫米" for i, empty in enumerate(left, 1) if empty > MOST_EMPTY] == []


def _lowest(page: Any, sheet: Sheet) -> Iterator[float]:
    """How far down the page has text, rules of tables and charts."""
    yield from (_above_the_number(line) for line in sheet.lines)
    yield from (rule["bottom"] * MM for rule in (*page.lines, *page.rects) if rule["bottom"] * MM < geometry.BOTTOM + 1)


SHORT_END = {**{key: value for key, value in given("2023").items() if key != "sections"}, "date": "2024-01-18"}


@pytest.mark.converter
@pytest.mark.parametrize("lines", range(1, 22, 2))
def test_the_signature_takes_three_lines_of_text_to_its_page(service: Service, lines: int) -> None:
    narrative = {
        "problems": "渠道单一，还需改进。" * lines * 3,
        "matters": "提案已经办结。\n建议已经办结，办理结果已经公开。",
    }
    with pdfplumber.open(BytesIO(built(service, {**SHORT_END, "narrative": narrative}, "pdf"))) as pdf:
        last, before = Sheet(pdf.pages[-1], None).body, max(_lowest(pdf.pages[-2], Sheet(pdf.pages[-2], None)))
    above = [line for line in last if not re.fullmatch(r"\d{4}年\d{1,2}月\d{1,2}日|聊城市机关事务管理局", line.text)]
    assert len(last) - len(above) == 2 and len(above) >= FEWEST_LINES
    assert before > (geometry.TOP + geometry.BOTTOM) / 2


def test_table_3_is_broken_only_between_its_groups_and_repeats_its_head(pages: list[tuple[Any, Sheet]]) -> None:
    texts = ["".join(line.text for line in sheet.lines) for _, sheet in pages]
    for ends in PIECES.items():
        first, final = ([i for i, text in enumerate(texts) if end in text] for end in ends)
        assert first == final and len(first) == 1
    rows = [i for i, text in enumerate(texts) if any(end in text for end in PIECES)]
    assert rows == [i for i, text in enumerate(texts) if "法律" in text and "申请人情况" in text]


def test_the_footnote_of_a_table_stands_on_its_page(pdfs: dict[str, bytes]) -> None:
    with pdfplumber.open(BytesIO(pdfs["remarks"])) as pdf:
        texts = [bare(page.extract_text()) for page in pdf.pages]
    pages_of = {path: [i for i, text in enumerate(texts) if bare(note) in text] for path, note in REMARKS.items()}
    (table2,) = (i for i, text in enumerate(texts) if "现行有效件数" in text)
    (table4,) = (i for i, text in enumerate(texts) if "复议后起诉" in text)
    assert pages_of["table2.normative.issued"] == [table2]
    assert pages_of["table4.suit_after.total"] == [table4]


LONG = {
    **given("2023"),
    "draft": True,
    "table3": {**given("2023")["table3"], "rows": {"new": [123456, 1234567, 12345678, 123456789, 12345, 0, 0]}},
    "table4": {"suit_after": {"upheld": 234567, "corrected": 2345678, "other": 87654321, "pending": 98765, "total": 0}},
    "remarks": {"table3.new.enterprise": "含转来的。", "table4.suit_after.pending": "含结转。"},
}


@pytest.mark.converter
def test_a_long_number_of_tables_3_and_4_stays_on_one_line_in_its_cell(service: Service) -> None:
    numbers = [*LONG["table3"]["rows"]["new"], *LONG["table4"]["suit_after"].values()]
    with pdfplumber.open(BytesIO(built(service, LONG, "pdf"))) as pdf:
        placed = [(word, page.lines) for page in pdf.pages for word in page.extract_words(x_tolerance=0.5)]
    for number in (str(one) for one in numbers if one > 9999):
        word, rules = next((word, rules) for word, rules in placed if re.fullmatch(rf"{number}\D?", word["text"]))
        beside = [rule["x0"] for rule in rules if rule["top"] < word["top"] and word["bottom"] < rule["bottom"]]
        assert beside and not [edge for edge in beside if word["x0"] < edge < word["x1"]]


def _above_the_number(line: geometry.Line) -> float:
    """How far down a line of the text stands; the page's number is no line of the text."""
    return line.baseline if line.baseline < geometry.BOTTOM + 1 else 0.0
