"""Published reports are read back into the records that they were printed from."""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal

import docx
import pytest

from gipdocs.errors import InvalidInput
from gipdocs.published.blocks import PrintedTable
from gipdocs.published.docx import read_docx
from gipdocs.reports import check, load, read, report_read
from gipdocs.reports.reading.printed_figures import Reading, read_figure
from gipdocs.reports.reading.rows import ALIKE, measure_likeness
from gipdocs.reports.reading.story import day_of
from gipdocs.reports.record import Record
from tests.reports.printing import as_docx, as_html, as_pasted
from tests.reports.samples import ALL, DATA, SEEDS, given, record

pytestmark = pytest.mark.slow

PRINTERS: dict[str, Callable[[Record], bytes | str]] = {"docx": as_docx, "html": as_html, "spreadsheet": as_pasted}


@pytest.mark.parametrize("printer", PRINTERS.values(), ids=PRINTERS)
@pytest.mark.parametrize("name", ALL)
def test_a_printed_record_is_read_back(name: str, printer: Callable[[Record], bytes | str]) -> None:
    sample = record(name)
    again = read(printer(sample))
    assert (again.year, again.format, again.form_rows) == (sample.year, sample.format, sample.form_rows)
    assert again.cells == sample.cells
    assert again.amount_unit == sample.amount_unit
    assert [section.items for section in again.sections] == [section.items for section in sample.sections]
    assert again.preamble == sample.preamble
    assert (again.title or sample.title, again.date) == (again.title, sample.date)
    assert again.signature == sample.signature
    assert again.agency == sample.agency
    assert not again.hidden
    assert not again.described["extra_rows"]


@pytest.mark.parametrize("name", ["2020", "2021", "2022", "2023"])
def test_the_published_page_of_the_seed_is_read_from_its_text(name: str) -> None:
    sample = record(name)
    again = read((DATA / "pasted" / f"{name}.txt").read_bytes())
    assert again.cells == sample.cells
    assert [section.items for section in again.sections] == [section.items for section in sample.sections]
    assert [section.heading for section in again.sections] == [section.heading for section in sample.sections]
    assert (again.preamble, again.signature, again.date) == (sample.preamble, sample.signature, sample.date)
    assert again.attachments == sample.attachments


def test_columns_that_the_text_of_2019_does_not_show_are_not_guessed() -> None:
    again = read((DATA / "pasted" / "2019.txt").read_bytes())
    unread = {f"table3.{row}" for row in ("new", "carried_in", "granted", "carried_out")}
    assert set(again.not_visible) == unread
    assert again.raw["table3.new"].startswith("1 | 1")
    wanted = {path: value for path, value in record("2019").cells.items() if path.rsplit(".", 1)[0] not in unread}
    assert {path: again.cells[path] for path in wanted} == wanted
    assert "NOT-TESTED" in {finding.code for finding in check(again)}


@pytest.mark.parametrize("between", [" ", "\n"], ids=["a-row-a-line", "a-cell-a-line"])
@pytest.mark.parametrize("name", ["2020", "2023", "suqian-2024", "hongze-2023"])
def test_text_copied_without_any_cell_marks_is_read_by_its_labels(name: str, between: str) -> None:
    sample = record(name)
    pasted = re.sub(r"\t+", between, as_pasted(sample)).replace("\n ", "\n")
    again = read(pasted)
    assert again.cells == sample.cells
    assert [section.items for section in again.sections] == [section.items for section in sample.sections]


def test_a_gap_in_text_without_cell_marks_is_not_guessed() -> None:
    pasted = re.sub(r"\t+", " ", as_pasted(record("suqian-2024"))).replace("16 1 0 0 0 0 17", "16 1 17")
    again = read(pasted)
    assert again.not_visible == ("table3.d4_third_party",)
    assert again.raw == {"table3.d4_third_party": "16 | 1 | 17"}


def test_the_published_2023_report_shows_its_faults_without_any_declared_claim() -> None:
    page = (DATA / "pasted" / "2023.txt").read_text("utf-8")
    codes = [finding.code for finding in check(read(page)) if finding.severity == "warning"]
    assert codes == ["NARR-TEXT", "NARR-TEXT"]


def test_words_lost_from_a_header_are_told() -> None:
    again = read((DATA / "pasted" / "2020.txt").read_bytes())
    assert again.described["labels_as_printed"]["table2.rules.disclosed"] == "本年新"
    assert "“本年新”与格式不一致，应为“本年新公开数量”，请改正。" in {finding.message for finding in check(again)}


@pytest.mark.parametrize(
    ("right", "wrong", "path"),
    [
        ("2.其他法律行政法规禁止公开", "2.其他法律行政止公开", "table3.d2_law_forbidden"),
        ("6.属于四类过程性信息", "6.属于四类过程性性信息", "table3.d6_process"),
        ("行政规范性文件", "规范性文件", "table2.normative"),
        ("现行有效件数", "现行有效件", "table2.rules.valid"),
    ],
)
def test_a_misprinted_label_is_understood_and_told(right: str, wrong: str, path: str) -> None:
    again = read(as_html(record("suqian-2024")).replace(f">{right}<", f">{wrong}<"))
    assert again.cells == record("suqian-2024").cells
    assert again.described["labels_as_printed"][path] == wrong
    assert any(wrong in finding.message for finding in check(again) if finding.code == "F-LABEL")


def test_rows_that_an_agency_abbreviated_are_found_by_their_neighbours() -> None:
    page = as_html(record("suqian-2024"))
    page = page.replace("1.申请人无正当理由逾期不补正、行政机关不再处理其政府信息公开申请", "逾期不补正")
    page = page.replace("2.申请人逾期未按收费通知要求缴纳费用、行政机关不再处理其政府信息公开申请", "逾期不缴费")
    assert read(page).cells == record("suqian-2024").cells


def test_a_row_that_an_agency_added_is_kept_apart() -> None:
    page = as_html(record("2020"))
    row = '<tr><td rowspan="1" colspan="1"><p>规范性文件</p></td>'
    assert row in page
    more = "<tr><td><p>其他主动公开文件</p></td><td>7</td><td>7</td><td>7</td></tr>"
    again = read(page.replace(row, more + row))
    assert again.described["extra_rows"] == [{"label": "其他主动公开文件", "values": ["7", "7", "7"]}]
    assert again.cells == record("2020").cells


def test_a_row_that_is_missing_is_not_visible() -> None:
    page = as_pasted(record("2023"))
    lines = [line for line in page.split("\n") if "4.保护第三方合法权益" not in line]
    assert read("\n".join(lines)).not_visible == ("table3.d4_third_party",)


def test_columns_in_another_order_are_not_read() -> None:
    page = (
        as_html(record("suqian-2024")).replace("商业企业", "X").replace("科研机构", "商业企业").replace("X", "科研机构")
    )
    again = read(page)
    assert again.not_visible == ("table3",)
    assert "顺序" in again.described["anomalies"][0]


def test_remarks_and_footnotes_stay_beside_their_figures() -> None:
    sample = replace(record("2023"), remarks={"table2.normative.issued": "其中修订1件", "table3.sum.total": "含补正"})
    for printer in PRINTERS.values():
        again = read(printer(sample))
        assert again.remarks == sample.remarks
        assert again.cells == sample.cells


def test_a_footnote_in_word_is_a_remark() -> None:
    ns = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    source = zipfile.ZipFile(io.BytesIO(as_docx(record("2023"))))
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for entry in source.infolist():
            data = source.read(entry)
            if entry.filename == "word/document.xml":
                mark = b'<w:t>3</w:t></w:r><w:r><w:footnoteReference w:id="2"/></w:r>'
                data = data.replace(b"<w:t>3</w:t></w:r>", mark, 1)
            archive.writestr(entry, data)
        note = f'<w:footnotes {ns}><w:footnote w:id="2"><w:p><w:r><w:t>含口头申请</w:t></w:r></w:p></w:footnote></w:footnotes>'
        archive.writestr("word/footnotes.xml", note)
    again = read(target.getvalue())
    assert again.cells == record("2023").cells
    assert again.remarks == {"table3.new.natural_person": "含口头申请"}


def renamed_in(data: bytes, changes: dict[bytes, bytes]) -> bytes:
    """The DOCX with these changes in every part, and in the names of the parts."""
    source, target = zipfile.ZipFile(io.BytesIO(data)), io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for name in source.namelist():
            content, called = source.read(name), name.encode()
            for old, new in changes.items():
                content, called = content.replace(old, new), called.replace(old, new)
            archive.writestr(called.decode(), content)
    return target.getvalue()


def test_a_report_is_read_whatever_its_file_calls_the_body() -> None:
    sample = as_docx(record("2023"))
    assert read(renamed_in(sample, {b"document.xml": b"document2.xml"})) == read(sample)


def test_a_footnote_is_read_whatever_its_file_calls_the_notes() -> None:
    mark = b'<w:t>3</w:t></w:r><w:r><w:footnoteReference w:id="2"/></w:r>'
    link = b'<Relationship Id="rId77" Type="x/relationships/footnotes" Target="notes3.xml"/></Relationships>'
    source = zipfile.ZipFile(io.BytesIO(as_docx(record("2023"))))
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for name in source.namelist():
            data = source.read(name)
            if name == "word/document.xml":
                data = data.replace(b"<w:t>3</w:t></w:r>", mark, 1)
            if name == "word/_rels/document.xml.rels":
                data = data.replace(b"</Relationships>", link)
            archive.writestr(name, data)
        ns = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
        note = f'<w:footnotes {ns}><w:footnote w:id="2"><w:p><w:r><w:t>含口头申请</w:t></w:r></w:p></w:footnote></w:footnotes>'
        archive.writestr("word/notes3.xml", note)
    assert read(target.getvalue()).remarks == {"table3.new.natural_person": "含口头申请"}


@pytest.mark.parametrize(
    "changes",
    [
        {b"http://schemas.openxmlformats.org/officeDocument/2006": b"http://purl.oclc.org/ooxml/officeDocument"},
        {
            b"http://schemas.openxmlformats.org/wordprocessingml/2006/main": b"http://purl.oclc.org/ooxml/wordprocessingml/main"
        },
    ],
    ids=["relationships", "body"],
)
def test_a_strict_file_is_refused_with_the_way_to_save_it(changes: dict[bytes, bytes]) -> None:
    with pytest.raises(InvalidInput, match="Strict Open XML") as caught:
        read(renamed_in(as_docx(record("2023")), changes))
    assert "另存为“Word 文档(*.docx)”" in str(caught.value)


def test_headings_that_word_numbers_itself_are_recognised() -> None:
    page = as_html(record("2023"))
    for numeral, heading in zip("一二三四五六", record("2023").form.headings, strict=True):
        page = page.replace(f"<p>{heading}", f"<p>{heading.removeprefix(f'{numeral}、')}")
    assert [section.no for section in read(page).sections] == [1, 2, 3, 4, 5, 6]


@pytest.mark.parametrize("printer", PRINTERS.values(), ids=PRINTERS)
@pytest.mark.parametrize(
    "written",
    [
        "{no}. {words}",
        "{no}．{words}",
        "{no}、{words}：",
        "第{no}部分 {words}",
        "{no}、{words}。",
        "{no} {words}",
        "第{no}章、{words}",
    ],
)
def test_headings_are_found_however_they_are_numbered_and_ended(
    written: str, printer: Callable[[Record], bytes | str]
) -> None:
    sample = record("2023")
    headings = [written.format(no=section.heading[0], words=section.heading[2:]) for section in sample.sections]
    pairs = zip(sample.sections, headings, strict=True)
    again = read(printer(replace(sample, sections=tuple(replace(one, heading=words) for one, words in pairs))))
    assert [(section.no, section.heading) for section in again.sections] == list(enumerate(headings, 1))
    assert [section.items for section in again.sections] == [section.items for section in sample.sections]
    assert "F-HEAD" in {finding.code for finding in check(again)}


@pytest.mark.parametrize("line", ["一. 抓好学习", "二 主动公开更多信息，方便群众。", "第一部分内容见附件"])
def test_lines_with_a_number_and_other_words_are_no_headings(line: str) -> None:
    sample = record("2023")
    again = read(as_html(replace(sample, preamble=f"{sample.preamble}\n{line}")))
    assert [section.heading for section in again.sections] == [section.heading for section in sample.sections]


@pytest.mark.parametrize("printer", PRINTERS.values(), ids=PRINTERS)
def test_a_narrative_without_any_heading_that_is_known_is_told(printer: Callable[[Record], bytes | str]) -> None:
    sample = record("2023")
    unknown = tuple(replace(section, heading=f"其{section.no}") for section in sample.sections)
    again = read(printer(replace(sample, sections=unknown)))
    assert not again.sections
    assert again.described["anomalies"] == ["没有读出叙述的六个部分，文字都没有核对。"]
    (finding,) = [one for one in check(load(again.as_json())) if one.code == "N-READ"]
    assert (finding.severity, finding.pointer) == ("warning", "/sections")
    assert not [one for one in check(again) if one.code == "T-READ"]


@pytest.mark.parametrize("printer", PRINTERS.values(), ids=PRINTERS)
def test_tables_alone_are_no_narrative_that_was_not_read(printer: Callable[[Record], bytes | str]) -> None:
    bare = replace(record("2023"), sections=(), preamble=None, signature=None, date=None)
    again = read(printer(bare))
    assert not again.described["anomalies"]
    assert "N-READ" not in {finding.code for finding in check(again)}


@pytest.mark.parametrize("no", [0, 100, 10**20])
def test_a_part_has_a_number_that_can_be_said(no: int) -> None:
    raw = given("2023")
    raw["sections"][0]["no"] = no
    with pytest.raises(InvalidInput) as refusal:
        load(raw)
    assert [fault.pointer for fault in refusal.value.faults] == ["/sections/0/no"]


def test_a_typed_record_without_parts_was_read_as_a_whole() -> None:
    typed = replace(record("2023"), sections=(), described={})
    assert typed.preamble
    assert "N-READ" not in {finding.code for finding in check(typed)}


@pytest.mark.parametrize(
    ("line", "day"),
    [
        ("2024年1月18日", date(2024, 1, 18)),
        ("2024 年 1 月 18 日", date(2024, 1, 18)),
        ("二〇二四年一月十八日", date(2024, 1, 18)),
        ("二○二四年十二月三十一日", date(2024, 12, 31)),
        ("某局 2024年1月18日", date(2024, 1, 18)),
        ("2024年13月1日", None),
        ("2024年1月", None),
    ],
)
def test_the_date_is_read_as_it_is_written(line: str, day: date | None) -> None:
    page = as_pasted(replace(record("2023"), date=None, signature=None))
    assert read(f"{page}\n{line}").date == day


@pytest.mark.parametrize(
    ("change", "year"),
    [
        (lambda page: page, 2023),
        (lambda page: page.replace("聊城市机关事务管理局2023年政府信息公开工作年度报告", ""), 2023),
        (lambda page: page.replace("2023年", "去年"), 2023),
    ],
)
def test_the_year_is_found_in_title_period_or_date(change: Callable[[str], str], year: int) -> None:
    assert read(change(as_pasted(record("2023")))).year == year


@pytest.mark.parametrize(
    ("agency", "kind"),
    [
        ("聊城市机关事务管理局", "department"),
        ("江苏省淮安市洪泽区人民政府", "government"),
        ("会昌县中村乡人民政府", "township"),
        ("天津市北辰区佳荣里街道办事处", "township"),
        ("上海市人民政府办公厅", "government-office"),
        ("国家税务总局云岭县税务局", "central-branch"),
        ("云岭县气象局", "central-branch"),
        ("国家统计局云岭调查队", "central-branch"),
        ("云岭县生态环境分局", None),
        ("云岭经济开发区管理委员会", None),
        ("某管理中心", None),
    ],
)
def test_the_kind_of_agency_is_read_from_its_name(agency: str, kind: str | None) -> None:
    again = read(as_pasted(replace(record("2023"), agency=agency, title=None, signature=agency)))
    assert (again.agency, again.agency_kind) == (agency, kind)


def test_a_report_without_a_year_asks_for_it() -> None:
    page = as_pasted(replace(record("hongze-2023"), agency="某区", title="政府信息公开工作年度报告"))
    with pytest.raises(InvalidInput, match="年度"):
        read(page)
    assert read(page, 2023).cells == record("hongze-2023").cells


@pytest.mark.parametrize(
    ("text", "kind", "reading"),
    [
        ("3", "count", Reading(value=3)),
        (" １２３ ", "count", Reading(value=123)),
        ("1,573,179", "count", Reading(value=1573179)),
        ("0件", "count", Reading(value=0, unit="件")),
        ("22（其中修订16件）", "count", Reading(value=22, remark="其中修订16件")),
        ("", "count", Reading()),
        ("/", "count", Reading(raw="/")),
        ("+22", "count", Reading(raw="+22")),
        ("--253", "signed", Reading(raw="--253")),
        ("-253", "signed", Reading(value=-253)),
        ("＋5", "signed", Reading(value=5)),
        ("2.5", "count", Reading(raw="2.5")),
        ("177.1万元", "money", Reading(value=Decimal("177.1"), unit="万元")),
        ("-1", "money", Reading(raw="-1")),
        ("约100", "count", Reading(raw="约100")),
        ("1" * 20, "count", Reading(raw="1" * 20)),
        ("4¹", "count", Reading(value=4)),
        ("4[¹]", "count", Reading(value=4)),
        ("4件⁽¹⁾", "count", Reading(value=4, unit="件")),
        ("4₁", "count", Reading(value=4)),
        ("4①", "count", Reading(value=4)),
        ("4[1]", "count", Reading(value=4)),
        ("4〔注1〕", "count", Reading(value=4)),
        ("4*", "count", Reading(value=4)),
        ("4 ※", "count", Reading(value=4)),
        ("4¹（其中修订1件）", "count", Reading(value=4, remark="其中修订1件")),
        ("727.5万元①", "money", Reading(value=Decimal("727.5"), unit="万元")),
        ("¹", "count", Reading(raw="¹")),
        ("①4", "count", Reading(raw="①4")),
        ("4[2021]", "count", Reading(raw="4[2021]")),
        ("4\n1", "count", Reading(raw="4 1")),
        ("4 1", "count", Reading(raw="4 1")),
        ("4\u30001", "count", Reading(raw="4 1")),
        ("1,573,\n179", "count", Reading(raw="1,573, 179")),
        ("2.\n5", "money", Reading(raw="2. 5")),
        ("22\n（其中修订16件）", "count", Reading(value=22, remark="其中修订16件")),
        ("22\n件", "count", Reading(value=22, unit="件")),
    ],
)
def test_a_cell_is_a_number_with_its_remark_or_stays_as_printed(text: str, kind: str, reading: Reading) -> None:
    assert read_figure(text, kind) == reading  # type: ignore[arg-type]


def test_what_is_no_plain_number_is_judged_as_printed() -> None:
    cell = '<td rowspan="1" colspan="1"><p>3525</p></td>'
    page = as_html(record("suqian-2024"))
    assert cell in page
    again = read(page.replace(cell, cell.replace("3525", "3525.5")))
    assert again.raw == {"table3.new.total": "3525.5"}
    messages = [finding.message for finding in check(again) if finding.code == "T3-INT"]
    assert messages == ["表三“一、本年新收政府信息公开申请数量”总计印为“3525.5”，应为不小于0的整数，请改正。"]


def test_a_fee_in_yuan_is_not_taken_for_ten_thousands() -> None:
    page = as_html(record("hongze-2023")).replace(">7730.28<", ">77302800元<")
    assert read(page).raw == {"table2.fee.amount_wan": "77302800元"}


def test_a_records_own_json_is_read_too() -> None:
    data = json.dumps(given("2023"), ensure_ascii=False).encode()
    assert read(data) == record("2023")
    assert report_read(data) == record("2023").as_json()


@pytest.mark.parametrize("name", SEEDS)
def test_what_was_read_is_json_that_loads_again(name: str) -> None:
    again = report_read((DATA / "pasted" / f"{name}.txt").read_bytes())
    assert load(json.loads(json.dumps(again))).as_json() == again


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_text_is_read_in_the_encodings_in_use(encoding: str) -> None:
    assert read(as_html(record("2023")).encode(encoding)).cells == record("2023").cells


def plain_docx() -> bytes:
    """A Word file without a table."""
    document = docx.Document()
    document.add_paragraph("某局2023年政府信息公开工作年度报告")
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


def bomb() -> bytes:
    """A small archive that unpacks to more than is allowed."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", b" " * (101 * 2**20))
    return file.getvalue()


def test_merged_cells_are_read_once_in_the_row_where_they_begin() -> None:
    sample = record("2023")
    grids = [block for block in read_docx(as_docx(sample)) if isinstance(block, PrintedTable)]
    assert [[len(row) for row in grid.rows] for grid in grids] == [
        [len(row) for row in table.rows] for table in sample.tables
    ]


def test_scripts_and_comments_of_a_page_are_no_text() -> None:
    page = as_html(record("2023")).replace("<p>（一）", "<p>", 1)
    noise = "<script>var a = '八、乱码'</script><!-- 九、注释 --><style>p{}</style>"
    assert read(page.replace("<table>", f"{noise}<table>")) == read(page)


def test_a_title_on_two_lines_is_joined() -> None:
    again = read((DATA / "pasted" / "2019.txt").read_bytes())
    assert again.title == "聊城市机关事务管理局2019年政府信息公开工作年度报告"
    assert (again.preamble or "").startswith("2019年,市机关事务管理局坚持")


@pytest.mark.parametrize(
    ("ending", "signature"),
    [
        ("某市某局\n2024年1月18日", "某市某局"),
        ("某市某局 2024年1月18日", "某市某局"),
        ("以上为全部内容。\n2024年1月18日", None),
        ("某" * 41 + "\n2024年1月18日", None),
    ],
)
def test_the_signature_stands_above_or_beside_the_date(ending: str, signature: str | None) -> None:
    page = as_pasted(replace(record("2023"), date=None, signature=None))
    again = read(f"{page}\n{ending}")
    assert (again.signature, again.date) == (signature, date(2024, 1, 18))


def test_the_printed_form_counts_not_the_year() -> None:
    again = read(as_html(replace(record("2020"), year=2023, title=None, preamble=None)))
    assert (again.year, again.format, again.form_rows) == (2023, "2019", "2019")
    assert "F-FORM" in {finding.code for finding in check(again)}


@pytest.mark.parametrize(
    ("printed", "label", "alike"),
    [
        ("二、其他", "3.其他", True),
        ("总 计", "总计", True),
        ("其它", "其他", False),
        ("规章制度", "规章", False),
        ("逾期不补正", "1.申请人无正当理由逾期不补正、行政机关不再处理其政府信息公开申请", True),
        ("6.属于四类过程性性信息", "6.属于四类过程性信息", True),
        ("行政处罚", "行政强制", False),
        ("行政许可", "行政处罚", False),
    ],
)
def test_labels_are_alike_only_when_few_characters_differ(printed: str, label: str, alike: bool) -> None:
    assert (measure_likeness(printed, label) >= ALIKE) == alike


def test_entities_of_a_document_are_not_expanded() -> None:
    assert not [block for block in read_docx(with_entities()) if "aaaa" in str(block)]


ENTITIES = (
    '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    '<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body><w:p><w:r><w:t>&b;</w:t></w:r></w:p></w:body></w:document>'
)


def with_entities() -> bytes:
    """A document that defines entities."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("word/document.xml", ENTITIES)
    return file.getvalue()


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "tables"),
        ("没有表格的文字。", "tables"),
        (b"<html></html>", "tables"),
        (b"%PDF-1.7 ...", "file"),
        (b"\xd0\xcf\x11\xe0 old Word", "file"),
        (b"PK\x03\x04 broken", "file"),
        (b"\x00\x01\x02\xff", "file"),
        (b"{ not json", "json"),
        (b'{"a":' * 100_000, "json"),
        (plain_docx(), "tables"),
        (with_entities(), "tables"),
        (b"x" * (20 * 2**20 + 1), "too-large"),
        ("<div>" * 5000 + "表" + "</div>" * 5000, "tables"),
    ],
    ids=lambda value: value if isinstance(value, str) and len(value) < 20 else "data",
)
def test_what_is_no_report_is_refused_with_a_reason(data: bytes | str, code: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        read(data)
    assert [fault.code for fault in caught.value.faults] == [code]


def test_a_bomb_is_refused() -> None:
    with pytest.raises(InvalidInput) as caught:
        read(bomb())
    assert [fault.code for fault in caught.value.faults] == ["too-large"]


@pytest.mark.parametrize(
    ("line", "day"),
    [
        ("二〇二四年一月三十一日", date(2024, 1, 31)),
        ("二零二四年十二月十日", date(2024, 12, 10)),
        ("二〇二四年一二月三日", None),
        ("二〇二四年二月三十日", None),
        ("2024年1月1８日", date(2024, 1, 18)),
    ],
)
def test_a_day_in_chinese_numerals_is_read_or_is_none(line: str, day: date | None) -> None:
    assert day_of(line) == day
