"""A letter stands on the page where GB/T 9704-2012 wants it, from the first line to the seal."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from io import BytesIO
from itertools import groupby, pairwise
from pathlib import Path
from typing import Any

import pdfplumber
import pytest
from docx import Document as Docx

from gipdocs.documents.build import build
from gipdocs.documents.contract import names_agree, printed_answers_are_printed, smallest_and_fullest_build
from gipdocs.documents.registry import find
from gipdocs.docx.template import load_template
from gipdocs.docx.values import Box, Drawing, Format, Picture, Place
from gipdocs.law import Office
from gipdocs.letters.geometry import (
    TITLE_CHARS,
    document_letterhead_format,
    document_line,
    document_mark,
    double_lines,
    halves,
    imprint,
    letterhead,
    letterhead_format,
    mark,
    seal_picture,
    signature,
    title_lines,
)
from gipdocs.pdf.converter import Converter
from gipdocs.pdf.opening import open_converter
from gipdocs.profile import load_profile
from gipdocs.service import Service
from gipdocs.settings import PROJECT
from gipdocs.writing import width
from tests import geometry

LAYOUTS = Path(__file__).parents[1] / "doc_templates"
ORGAN = "某某市机关事务管理局"
LONG_ORGAN = "某某自治区某某蒙古自治州某某湖流域水资源和生态环境保护管理委员会综合行政执法局"
LONGEST_DATE, DATE = "2026年12月31日", "2026年3月9日"
CONTACT = "联系人：䶮㛃𬭊　联系电话：0635-0000000"
OPENING = (
    "你于2026年3月2日通过本机关门户网站提交的政府信息公开申请（申请编号：20260302001）收悉。你申请公开的内容为："
    "“2025年度市直机关办公用房调配工作的内部请示、会议记录及相关讨论稿”。根据《中华人民共和国政府信息公开条例》"
    "（以下简称《条例》）第三十六条的规定，现答复如下："
)
LONG = (
    "经检索，你申请公开的“内部请示”“讨论稿”系本机关在履行行政管理职能过程中形成的讨论记录、过程稿、磋商信函、请示报告等"
    "过程性信息。行政机关在履行行政管理职能过程中形成的上述信息以及行政执法案卷信息，可以不予公开；法律、法规、规章规定"
    "应当公开的，从其规定。本机关作出区分处理后，决定对该部分信息不予公开。"
)
END = ("last", "特此答复。")
ONE_PAGE = (("body", OPENING), ("h1", "一、关于讨论稿"), ("body", "现予以公开。"), END)
SHORT = (("body", "你申请公开的信息已经主动公开。"), END)
FULL = (("body", OPENING), *(("body", f"第{i}项信息已经主动公开。") for i in range(17)), END)
THREE_PAGES = (("body", OPENING), *(("h1", "一、关于讨论稿"), ("h2", "（一）性质"), ("body", LONG)) * 5, END)
LETTERS = [id for id, entry in find([PROJECT / "plugins"]).items() if "document.docx" in entry.document.templates]


@pytest.fixture(scope="module")
def converter() -> Iterator[Converter]:
    opened = open_converter()
    yield opened
    opened.close()


def context(
    paragraphs: tuple[tuple[str, str], ...] = ONE_PAGE,
    *,
    organ: str = ORGAN,
    date: str = DATE,
    sealed: bool = True,
    **more: object,
) -> dict[str, Any]:
    """What the layout of letters is filled with."""
    signed = signature(organ, date, sealed=sealed)
    return {
        "letterhead": letterhead(organ),
        "letterhead_format": letterhead_format(organ),
        "red_lines": double_lines(organ),
        "number": "某机管公开〔2026〕12号",
        "title": title_lines("政府信息公开申请答复书（不予公开）"),
        "addressee": "张祎玥",
        "paragraphs": [{"style": style, "text": text} for style, text in paragraphs],
        "attachments": [],
        "organ": signed.organ,
        "organ_format": signed.organ_format,
        "date": date,
        "date_format": signed.date_format,
        "seal": seal_picture(geometry.seal(), organ, date) if sealed else "",
        "contact": CONTACT,
    } | more


def letter(converter: Converter, values: Mapping[str, Any], layout: str = "letter.docx") -> bytes:
    properties = {"title": "答复书", "creator": ORGAN, "created": "2026-03-09"}
    body = [paragraph["text"] for paragraph in values["paragraphs"]]
    filled = load_template(LAYOUTS / layout).fill(values, properties=properties, body=body)
    return converter.convert(filled.content, label="letter")


def faults(pdf: bytes) -> list[str]:
    return [str(row) for row in geometry.letter(pdf) if not row.ok]


COPIES = ("某某市政务公开办公室", "某某市财政局", "某某市大数据局", "某某市档案馆")


def document_context(
    paragraphs: tuple[tuple[str, str], ...] = ONE_PAGE,
    *,
    organ: str = ORGAN,
    copies: tuple[str, ...] = COPIES,
    **more: Any,
) -> dict[str, Any]:
    """What the layout of documents is filled with."""
    printed = imprint(copies, f"{organ[:16]}办公室", more.get("date", DATE))
    return context(paragraphs, organ=organ, **more) | {
        "letterhead": letterhead(document_mark(organ)),
        "letterhead_format": document_letterhead_format(organ),
        "red_lines": document_line(organ),
        "imprint": printed.drawing,
        "imprint_format": printed.format,
    }


def document(converter: Converter, values: Mapping[str, Any]) -> bytes:
    return letter(converter, values, layout="document.docx")


def document_faults(pdf: bytes) -> list[str]:
    return [str(row) for row in geometry.document(pdf) if not row.ok]


def pages(pdf: bytes) -> list[str]:
    with pdfplumber.open(BytesIO(pdf)) as file:
        return [page.extract_text() for page in file.pages]


@pytest.mark.parametrize("sealed", [True, False], ids=["sealed", "unsealed"])
@pytest.mark.parametrize(("paragraphs", "count"), [(ONE_PAGE, 1), (THREE_PAGES, 3)], ids=["one-page", "three-pages"])
def test_every_measure_of_a_letter_is_within_the_standard(
    converter: Converter, paragraphs: tuple[tuple[str, str], ...], count: int, sealed: bool
) -> None:
    pdf = letter(converter, context(paragraphs, sealed=sealed))
    assert faults(pdf) == []
    assert len(pages(pdf)) == count


@pytest.mark.parametrize("organ", [ORGAN, LONG_ORGAN], ids=["one-line", "two-lines"])
def test_the_letterhead_stays_in_place_when_the_number_is_deleted(converter: Converter, organ: str) -> None:
    properties = {"title": "答复书", "creator": organ, "created": "2026-03-09"}
    body = [text for _, text in THREE_PAGES]
    filled = load_template(LAYOUTS / "letter.docx").fill(
        context(THREE_PAGES, organ=organ), properties=properties, body=body
    )
    docx, out = Docx(BytesIO(filled.content)), BytesIO()
    number = docx.paragraphs[1]._element
    number.getparent().remove(number)
    docx.save(out)
    pdf = converter.convert(out.getvalue(), label="letter")
    assert "12号" not in pages(pdf)[0] and faults(pdf) == []


@pytest.mark.parametrize(
    ("line", "following"),
    [
        ("文" * 22 + "内容：", "“2025年度”"),
        ("文" * 24, "“2025年度”"),
        ("文" * 25, "“年度”"),
        ("文" * 24 + "——", "“年度”"),
        ("文" * 20 + "“2025”的", "“年度”"),
        ("文" * 21 + "“一”、", "“年度”"),
        ("“一”" + "文" * 21 + "。”", "文文"),
        ("文" * 23 + "2025”", "文文"),
        ("文" * 22 + "（“一”", "（文"),
        ("文" * 21 + "文“一”", "“年度”"),
    ],
)
def test_a_line_breaks_outside_quotation_marks(converter: Converter, line: str, following: str) -> None:
    first, second = body_lines(converter, line + following + "文" * 30)[:2]
    assert ("".join(char["text"] for char in first), second[0]["text"]) == (line, following[0])


def test_quotation_marks_stand_as_close_as_other_characters(converter: Converter) -> None:
    first = body_lines(converter, "文" * 5 + "：“文”、“文”和“文”的" + "文" * 40)[0]
    steps = [after["x0"] - before["x0"] for before, after in pairwise(first)]
    assert len(steps) == 25
    assert max(steps) - min(steps) < 0.5


def body_lines(converter: Converter, text: str) -> list[list[dict[str, Any]]]:
    """The characters of each line of a letter's first paragraph."""
    pdf = letter(converter, context((("body", text), END), sealed=False))
    with pdfplumber.open(BytesIO(pdf)) as opened:
        chars = [char for char in opened.pages[0].chars if abs(char["size"] - geometry.BODY) < 0.5]
    by_line = groupby(sorted(chars, key=lambda char: (-char["matrix"][5], char["x0"])), lambda char: char["matrix"][5])
    lines = [list(line) for _, line in by_line]
    start = next(i for i, line in enumerate(lines) if line[-1]["text"] == "：" and line[0]["text"] == "张")
    return lines[start + 1 :]


@pytest.mark.parametrize("sealed", [True, False], ids=["sealed", "unsealed"])
@pytest.mark.parametrize("date", [DATE, LONGEST_DATE], ids=["short-date", "long-date"])
@pytest.mark.parametrize("chars", [4, 7, 14, 16, 18, 19, 26, 27, 38])
def test_a_name_of_any_length_keeps_the_letterhead_and_the_signature_in_place(
    converter: Converter, chars: int, date: str, sealed: bool
) -> None:
    pdf = letter(converter, context(organ=LONG_ORGAN[:chars], date=date, sealed=sealed))
    assert faults(pdf) == []


@pytest.mark.parametrize("count", range(3, 25))
def test_no_page_carries_the_seal_alone(converter: Converter, count: int) -> None:
    paragraphs = (("body", OPENING), *(("body", f"第{i}项信息已经主动公开。") for i in range(count)), END)
    assert faults(letter(converter, context(paragraphs))) == []


@pytest.mark.parametrize("sealed", [True, False], ids=["sealed", "unsealed"])
@pytest.mark.parametrize(
    ("paragraphs", "copies", "count"),
    [(SHORT, (), 1), (SHORT, COPIES, 2), (THREE_PAGES[3:], (), 3), (THREE_PAGES[3:], COPIES, 3)],
    ids=["one-page", "two-pages-copied", "three-pages", "three-pages-copied"],
)
def test_every_measure_of_a_document_is_within_the_standard(
    converter: Converter, paragraphs: tuple[tuple[str, str], ...], copies: tuple[str, ...], count: int, sealed: bool
) -> None:
    pdf = document(converter, document_context(paragraphs, copies=copies, sealed=sealed))
    assert document_faults(pdf) == []
    assert len(pages(pdf)) == count


@pytest.mark.parametrize("chars", [4, 16, 17, 27, 38])
def test_a_name_of_any_length_keeps_the_head_of_a_document_in_place(converter: Converter, chars: int) -> None:
    assert document_faults(document(converter, document_context(organ=LONG_ORGAN[:chars], date=LONGEST_DATE))) == []


@pytest.mark.parametrize("count", range(1, 27))
def test_no_page_of_a_document_carries_seal_or_imprint_alone(converter: Converter, count: int) -> None:
    paragraphs = (("body", OPENING), *(("body", f"第{i}项信息已经主动公开。") for i in range(count)), END)
    assert document_faults(document(converter, document_context(paragraphs))) == []


def set_as(office: Office, layout: str, **more: Any) -> Office:
    """The office with this layout in its profile."""
    settings = replace(office.profile.settings, layout=layout)
    return replace(office, profile=replace(office.profile, settings=settings, **more))


@pytest.mark.parametrize("layout", ["letter", "document"])
@pytest.mark.parametrize("id", LETTERS)
def test_every_letter_is_set_in_either_layout(service: Service, office: Office, id: str, layout: str) -> None:
    entry, chosen = service.registry[id], set_as(office, layout)
    built = build(entry, service.sample(id), chosen)
    html = build(entry, service.sample(id), chosen, "html").content.decode()
    assert built.findings == ()
    assert built.provenance["template"].startswith(f"{layout}.docx ")
    assert (f"{office.profile.name}文件" in html, "日印发" in html) == (layout == "document",) * 2
    assert [*names_agree(entry, chosen), *smallest_and_fullest_build(entry, chosen)] == []


@pytest.mark.parametrize("id", ["reply-granted", "reply-partial", "fee-notice", "agency-consultation"])
def test_a_letter_set_as_a_document_measures_right(
    service: Service, office: Office, converter: Converter, id: str
) -> None:
    chosen = set_as(office, "document", seal=replace(office.profile.seal, picture=geometry.seal()))
    payload = service.sample(id) | {"copies": list(COPIES)}
    assert document_faults(build(service.registry[id], payload, chosen, "pdf", converter=converter).content) == []


@pytest.mark.slow
def test_all_that_is_answered_is_printed_in_a_document_too(service: Service, office: Office) -> None:
    assert list(printed_answers_are_printed(service.registry["fee-notice"], set_as(office, "document"))) == []


def test_a_letter_with_a_slip_of_its_own_keeps_its_layout(service: Service, office: Office) -> None:
    id = "third-party-consultation"
    built = [build(service.registry[id], service.sample(id), set_as(office, name)) for name in ("letter", "document")]
    assert [one.findings for one in built] == [(), ()]
    assert built[0].content == built[1].content


def test_copies_in_a_letter_that_prints_none_stay_on_file_with_a_warning(service: Service, office: Office) -> None:
    payload = service.sample("fee-notice") | {"copies": ["某某市档案馆"]}
    built = build(service.registry["fee-notice"], payload, set_as(office, "letter"), "html")
    assert [(one.code, one.pointer) for one in built.findings] == [("not-in-layout", "/copies")]
    assert "某某市档案馆" not in built.content.decode()


def test_the_profile_names_who_prints_and_who_always_gets_a_copy(
    tmp_path: Path, service: Service, office: Office
) -> None:
    file = tmp_path / "agency.toml"
    imprint_lines = '\n[imprint]\nprinter = "某某局印发科"\ncopies = ["某某市档案馆"]\n'
    file.write_text((PROJECT / "agency.toml").read_text(encoding="utf-8") + imprint_lines, encoding="utf-8")
    chosen = set_as(office, "document", imprint=load_profile(file).imprint)

    def printed(**more: Any) -> str:
        return build(
            service.registry["fee-notice"], service.sample("fee-notice") | more, chosen, "html"
        ).content.decode()

    assert "某某局印发科" in printed() and "某某市档案馆。" in printed()
    assert "某某市财政局。" in printed(copies=["某某市财政局"])
    assert "某某市档案馆" not in printed(copies=["某某市财政局"])


def test_as_many_copies_as_may_be_and_as_long_stay_on_the_page_of_the_seal(converter: Converter) -> None:
    copies = tuple((f"{i}号" + LONG_ORGAN * 2)[:50] for i in range(8))
    pdf = document(converter, document_context(copies=copies))
    assert document_faults(pdf) == []
    assert "抄送" in pages(pdf)[-1] and "印发" in pages(pdf)[-1]


def test_attachments_stand_under_each_other_and_run_over_under_their_names(converter: Converter) -> None:
    names = [f"第{i}份附件的名称很长以便看清楚转行以后的文字是否仍然与名称的首字对齐" for i in range(1, 12)]
    pdf = letter(converter, context((END,), attachments=names))
    with pdfplumber.open(BytesIO(pdf)) as file:
        lines = [line for page in file.pages for line in geometry.Sheet(page, None).body]
    numbered = [line for line in lines if "份附件的名称" in line.text]
    overrun = [line for line in lines if line.text == names[0][-len(line.text) :] and line not in numbered]
    assert len(numbered) == len(overrun) == 11
    starts = {round(line.left) for line in overrun}
    assert starts == {round(28 + 6 * geometry.CHAR)}, "附件：1. takes six characters with the indent"
    heads = [line.left - 28 for line in numbered]
    assert heads == pytest.approx([2 * geometry.CHAR] + [5 * geometry.CHAR] * 8 + [4.5 * geometry.CHAR] * 2, abs=0.6)


def test_one_attachment_has_no_number(converter: Converter) -> None:
    text = "".join(pages(letter(converter, context(attachments=["某某计划"]))))
    assert "附件：某某计划" in text


def test_rare_characters_reach_the_text_of_the_file(converter: Converter) -> None:
    assert "䶮㛃𬭊" in "".join(pages(letter(converter, context())))


FORM_LISTS = {
    name: [{"mark": "☐", "label": label} for label in labels.split()]
    for name, labels in {
        "organisation_kinds": "商业企业 科研机构 社会公益组织 法律服务机构 其他",
        "agent_kinds": "委托代理人 法定代理人（监护人）",
        "provide_by": "纸质 电子邮件 光盘 磁盘",
        "obtain_by": "邮寄 自行领取 当场查阅、抄录 电子邮件 传真",
        "other_way": "接受其他方式",
    }.items()
}
CHANNELS = ["当面提交：某某市某某路22号2楼220室，电话：0635-0000000", "邮寄：" + "某" * 60, "网上提交：" + "某" * 60]


@pytest.mark.parametrize("value", ["", "某某街道办事处北路12号"], ids=["blank", "filled"])
def test_the_application_form_takes_one_page(converter: Converter, value: str) -> None:
    layout = load_template(LAYOUTS / "application-form.docx")
    values = dict.fromkeys(layout.names, value) | FORM_LISTS | {"channels": CHANNELS, "organ": ORGAN}
    filled = layout.fill(values, properties={"title": "申请表", "creator": ORGAN, "created": "2026-03-09"})
    found = pages(converter.convert(filled.content, label="form"))
    assert len(found) == 1
    assert found[0].count("☐") == 17


def moved(drawing: Drawing, down: float) -> Drawing:
    boxes = [shape for shape in drawing.shapes if isinstance(shape, Box)]
    return replace(drawing, shapes=tuple(replace(box, y_mm=box.y_mm + down) for box in boxes))


def framed(value: Format, *, down: float = 0, taller: float = 0) -> Format:
    assert value.frame is not None
    frame = replace(value.frame, y_mm=value.frame.y_mm + down, height_mm=value.frame.height_mm - down + taller)
    return replace(value, frame=frame)


def beside(picture: Picture) -> Picture:
    assert isinstance(picture.place, Place)
    return replace(picture, place=replace(picture.place, x_mm=picture.place.x_mm + 2))


@pytest.mark.parametrize(
    ("name", "spoil", "broken"),
    [
        (
            "red_lines",
            lambda value: moved(value, 1.5),
            {"红双线1距标志", "红双线2距下页边", "发文字号距红双线"},
        ),
        ("letterhead_format", lambda value: framed(value, down=1.5), {"标志上沿", "红双线1距标志"}),
        ("letterhead_format", lambda value: framed(value, taller=1.5), {"发文字号距红双线"}),
        ("seal", beside, {"印章中心距日期中心"}),
        (
            "date_format",
            lambda value: replace(value, right_chars=3),
            {"成文日期右空", "署名中心距日期中心", "印章中心距日期中心"},
        ),
        ("organ_format", lambda value: replace(value, before_pt=value.before_pt + 30), {"印章上距正文"}),
    ],
    ids=["lines", "letterhead", "number", "seal", "date", "name"],
)
def test_a_thing_out_of_its_place_is_found(converter: Converter, name: str, spoil: Any, broken: set[str]) -> None:
    values = context()
    pdf = letter(converter, values | {name: spoil(values[name])})
    assert {row.name for row in geometry.letter(pdf) if not row.ok} == broken


@pytest.mark.parametrize(
    ("name", "spoil", "broken"),
    [
        ("red_lines", lambda value: moved(value, 1.5), {"红线距发文字号"}),
        (
            "letterhead_format",
            lambda value: replace(value, before_pt=value.before_pt + 4),
            {"标志上沿", "红线距发文字号"},
        ),
        ("letterhead_format", lambda value: replace(value, after_pt=value.after_pt + 4), {"红线距发文字号"}),
        ("imprint", lambda value: moved(value, 1.5), {"版记末条分隔线"}),
        ("imprint_format", lambda value: replace(value, before_pt=0.0), {"版记字号", "正文不入版记"}),
    ],
    ids=["line", "head", "number", "imprint", "room"],
)
def test_a_thing_out_of_its_place_in_a_document_is_found(
    converter: Converter, name: str, spoil: Any, broken: set[str]
) -> None:
    values = document_context(FULL)
    pdf = document(converter, values | {name: spoil(values[name])})
    assert {row.name for row in geometry.document(pdf) if not row.ok} == broken


@pytest.mark.parametrize(
    ("title", "lines"),
    [
        ("政府信息公开申请答复书", ["政府信息公开申请答复书"]),
        ("政府信息公开申请答复书（不予公开）", ["政府信息公开申请答复书（不予公开）"]),
        (
            "政府信息公开申请告知书（不作为政府信息公开申请处理）",
            ["政府信息公开申请告知书", "（不作为政府信息公开申请处理）"],
        ),
        (
            "关于机关事务工作规划和配套文件的政府信息公开申请答复书",
            ["关于机关事务工作规划和配套文件的", "政府信息公开申请答复书"],
        ),
        (
            "某某市机关事务管理局2025年政府信息公开工作年度报告",
            ["某某市机关事务管理局2025年", "政府信息公开工作年度报告"],
        ),
    ],
)
def test_a_title_breaks_where_its_meaning_does(title: str, lines: list[str]) -> None:
    assert title_lines(title) == lines


@pytest.mark.parametrize("title", ["甲" * 21, "甲" * 70, "《" + "乙" * 30 + "》的答复", "2026" * 20, "", "甲"])
def test_a_title_loses_nothing_and_no_line_is_too_long(title: str) -> None:
    lines = title_lines(title)
    assert "".join(lines) == title
    assert all(width(line) <= TITLE_CHARS for line in lines)


def test_a_title_never_breaks_inside_a_quotation_that_fits_a_line() -> None:
    assert title_lines("某某市机关事务管理局关于公开《办公用房管理办法》的复函")[1].startswith("《办公用房管理办法》")


@pytest.mark.parametrize(
    ("chars", "lines", "size", "condensed"),
    [(4, 1, 42, 100), (10, 1, 42, 100), (12, 1, 36, 100), (18, 1, 30, 80), (19, 2, 36, 100), (40, 2, 27, 80)],
)
def test_a_mark_is_as_large_as_its_lines_hold(chars: int, lines: int, size: float, condensed: int) -> None:
    found = mark("甲" * chars)
    assert len(found.lines) == lines
    assert found.size_pt == pytest.approx(size, abs=1)
    assert found.width == pytest.approx(condensed, abs=1)


@pytest.mark.parametrize("text", ["甲乙丙", "甲乙", "A1甲乙丙", "甲"], ids=["odd", "even", "mixed", "one"])
def test_halves_lose_nothing_and_differ_by_a_character_at_most(text: str) -> None:
    first, second = halves(text)
    assert first + second == text
    assert 0 <= width(first) - width(second) <= 1
