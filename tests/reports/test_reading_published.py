"""The seed's reports as sites, scanners and word processors mangle them: every cell right, or the reader says which not."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from html import escape

import pytest

from gipdocs.errors import InvalidInput
from gipdocs.reports import judge, load, read
from gipdocs.reports.grids import FormCell, FormTable
from gipdocs.reports.reading.printed_tables import values_of
from gipdocs.reports.record import Record
from tests.reports.printing import as_html, on_page, parts, pasted, placed, saved, shown, word_table
from tests.reports.samples import BEFORE, SEEDS, record

pytestmark = pytest.mark.slow

Printed = Iterable[str | FormTable]
HEAD = (
    *("无障碍阅读", "首页 > 政务公开 > 政府信息公开年报", "索引号：003", "发布时间：2024-01-20 09:30", "来源：办公室"),
    *("浏览次数：12 次", "【字体：大 中 小】", "打印本页", "分享到："),
)
UNDER_TITLE = ("发布日期：2024年1月20日 来源：办公室 浏览次数：12", "[字体：大 中 小]", "分享到")
FOOT = (
    *(
        "扫一扫在手机打开当前页",
        "【打印本页】【关闭窗口】",
        "分享到：微信 微博",
        "上一篇：关于某事的通知",
        "下一篇：没有了",
    ),
    *("主办：某市某局 承办：某市大数据中心", "版权所有：某市某局", "鲁ICP备05009127号-1", "鲁公网安备37150202000111号"),
    *("网站标识码：3715000001", "地址：某市某路1号 邮编：252000 电话：0635-8288000", "网站地图 | 联系我们"),
)


def rows_of(table: FormTable, first: int, last: int) -> FormTable:
    """Some rows of a table; a cell that begins above goes on as an empty one."""
    rows: list[list[tuple[int, FormCell]]] = [[] for _ in table.rows[first:last]]
    for row, column, cell in placed(table):
        begin, end = max(row, first), min(row + cell.rows, last)
        if begin < end:
            text = cell if begin == row else FormCell(columns=cell.columns)
            rows[begin - first].append((column, replace(text, rows=end - begin)))
    ordered = (sorted(row, key=lambda one: one[0]) for row in rows)
    return replace(table, rows=tuple(tuple(cell for _, cell in row) for row in ordered))


def cut(sample: Record, *, every: int, repeat: bool) -> Iterator[str | FormTable]:
    """The report with its tables cut after so many rows, the head repeated or not, a page number between."""
    for part in parts(sample):
        if isinstance(part, str):
            yield part
            continue
        for first in range(0, len(part.rows), every):
            piece = rows_of(part, first, first + every)
            if first:
                yield "— 3 —"
            if first and repeat and part.head_rows:
                piece = replace(piece, rows=part.rows[: part.head_rows] + piece.rows)
            yield piece


def tables_first(sample: Record) -> list[str | FormTable]:
    return sorted(parts(sample), key=lambda part: isinstance(part, str))


def nested_in_word(sample: Record) -> bytes:
    """A Word file whose whole text stands in the cells of one table, as some programs make of a page."""
    inside = "".join(
        f"<w:p><w:r><w:t>{escape(part)}</w:t></w:r></w:p>" if isinstance(part, str) else word_table(part, sample)
        for part in parts(sample)
    )
    frame = word_table(rows_of(sample.tables[0], 0, 1), sample)
    outer = re.sub(
        r"<w:tr>.*</w:tr>", f"<w:tr><w:tc><w:p/></w:tc><w:tc>{inside.replace(chr(92), '')}</w:tc></w:tr>", frame
    )
    page = saved(["字"], sample)
    return rewritten(page, lambda body: re.sub("<w:p>.*?</w:p>", lambda _: outer, body, count=1, flags=re.DOTALL))


def nested_on_page(sample: Record) -> str:
    tables = "".join(f"<tr><td>{on_page([part], sample)}</td><td></td></tr>" for part in parts(sample))
    return f"<table><tr><td><table><tr><td>某市政府</td></tr></table></td></tr>{tables}</table>"


def rewritten(page: bytes, change: Callable[[str], str], **more: str) -> bytes:
    """The Word file with its text changed, and with more parts."""
    source, target = zipfile.ZipFile(io.BytesIO(page)), io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for name in source.namelist():
            if name.removeprefix("word/").removesuffix(".xml") not in more:
                data = source.read(name)
                archive.writestr(name, change(data.decode()) if name == "word/document.xml" else data)
        for name, text in more.items():
            archive.writestr(f"word/{name}.xml", text)
    return target.getvalue()


def around(sample: Record) -> Printed:
    """The report with what a site prints around it."""
    title, *rest = parts(sample)
    return [*HEAD, title, *UNDER_TITLE, *rest, *FOOT]


def a_cell_a_line(sample: Record) -> str:
    """The text that an extractor makes of a page: each cell a line that ends in a bar."""
    lines: list[str] = []
    for part in parts(sample):
        cells = [part] if isinstance(part, str) else [f"{shown(cell, sample)}|" for _, _, cell in placed(part)]
        lines += cells
    return "\n".join(lines)


NUMBERING = """<w:numbering xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">
<w:abstractNum w:abstractNumId="0"><w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="chineseCountingThousand"/>
<w:suff w:val="nothing"/><w:lvlText w:val="%1、"/></w:lvl><w:lvl w:ilvl="1"><w:start w:val="1"/>
<w:numFmt w:val="chineseCounting"/><w:suff w:val="nothing"/><w:lvlText w:val="（%2）"/></w:lvl></w:abstractNum>
<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num></w:numbering>"""


def numbered_by_word(sample: Record) -> bytes:
    """The report with 一、 and （一） as automatic numbers, each paragraph's reference written twice."""
    reference = '<w:numPr><w:ilvl w:val="{0}"/><w:numId w:val="1"/></w:numPr>'

    def automatic(body: str) -> str:
        for depth, mark in enumerate(("[一二三四五六]、", "（[一二三四五六七八九]）")):
            properties = f"<w:pPr>{reference.format(depth) * 2}</w:pPr>"
            head, *tables = re.split("(<w:tbl>.*?</w:tbl>)", body)
            marked = [re.sub(f"<w:p><w:r><w:t>{mark}", f"<w:p>{properties}<w:r><w:t>", one) for one in (head, *tables)]
            body = "".join(
                one if one.startswith("<w:tbl>") else new for one, new in zip((head, *tables), marked, strict=True)
            )
        return body

    page = rewritten(saved(parts(sample), sample), automatic, numbering=NUMBERING)
    assert b"numPr" in zipfile.ZipFile(io.BytesIO(page)).read("word/document.xml")
    return page


def numbered_by_the_page(sample: Record) -> str:
    """The headings as items of lists that the browser numbers, one list for each."""
    pieces = []
    for part in parts(sample):
        heading = re.fullmatch("([一二三四五六])、(.*)", part) if isinstance(part, str) else None
        start = "一二三四五六".index(heading[1]) + 1 if heading else 0
        items = (
            f'<ol style="list-style-type:cjk-ideographic" start="{start}"><li>{heading[2]}</li></ol>' if heading else ""
        )
        pieces.append(items or on_page([part], sample))
    return "".join(pieces)


def bars(sample: Record) -> str:
    """The text that an extractor makes of a page: each row a line between bars, a rule under the first."""
    lines: list[str] = []
    for part in parts(sample):
        if isinstance(part, str):
            lines.append(part)
            continue
        rows = ["| " + " | ".join(shown(cell, sample) for cell in row) + " |" for row in part.rows]
        lines += [rows[0], "|---" * part.columns + "|", *rows[1:]]
    return "\n".join(lines)


MANGLED: dict[str, Callable[[Record], bytes | str]] = {
    "cut-in-word": lambda one: saved(cut(one, every=9, repeat=False), one),
    "cut-in-word-heads-repeated": lambda one: saved(cut(one, every=9, repeat=True), one),
    "cut-on-page": lambda one: on_page(cut(one, every=7, repeat=False), one),
    "cut-on-page-heads-repeated": lambda one: on_page(cut(one, every=14, repeat=True), one),
    "cut-in-text-heads-repeated": lambda one: pasted(cut(one, every=9, repeat=True), one),
    "a-row-a-table-in-word": lambda one: saved(cut(one, every=1, repeat=False), one),
    "a-row-a-table-on-page": lambda one: on_page(cut(one, every=1, repeat=False), one),
    "nested-in-word": nested_in_word,
    "nested-on-page": nested_on_page,
    "tables-first-in-word": lambda one: saved(tables_first(one), one),
    "tables-first-on-page": lambda one: on_page(tables_first(one), one),
    "tables-first-in-text": lambda one: pasted(tables_first(one), one),
    "a-cell-a-line": a_cell_a_line,
    "page-with-head-and-foot": lambda one: on_page(around(one), one),
    "text-with-head-and-foot": lambda one: pasted(around(one), one),
    "numbered-by-word": numbered_by_word,
    "numbered-by-the-page": numbered_by_the_page,
    "bars": bars,
}


@pytest.mark.parametrize("mangle", MANGLED.values(), ids=MANGLED)
@pytest.mark.parametrize("name", SEEDS)
def test_a_mangled_report_is_read_as_it_was(name: str, mangle: Callable[[Record], bytes | str]) -> None:
    sample = record(name)
    again = read(mangle(sample))
    assert again.cells == sample.cells
    assert (again.title, again.preamble) == (sample.title or again.title, sample.preamble)
    assert [section.heading for section in again.sections] == [section.heading for section in sample.sections]
    assert [section.items for section in again.sections] == [section.items for section in sample.sections]
    assert (again.signature, again.date) == (sample.signature, sample.date)
    assert not again.hidden
    assert not again.raw
    assert not again.described["anomalies"]
    assert not again.described["extra_rows"]


@pytest.mark.parametrize("printer", [on_page, saved, pasted], ids=["page", "word", "text"])
@pytest.mark.parametrize("name", BEFORE)
def test_two_reports_in_one_file_are_refused_by_their_names(
    name: str, printer: Callable[[Printed, Record], bytes | str]
) -> None:
    first, second = record(BEFORE[name]), record(name)
    titles = [next(iter(parts(one))) for one in (first, second)]
    both = printer(parts(first), first), printer(parts(second), second)
    data = joined(*both) if isinstance(both[0], bytes) else f"{both[0]}\n{both[1]}"
    with pytest.raises(InvalidInput) as caught:
        read(data)
    (fault,) = caught.value.faults
    assert fault.code == "several"
    assert fault.detail == f"文件里有两份报告：“{titles[0]}”、“{titles[1]}”。请分开保存为两个文件，各自读取和核对。"


def joined(first: bytes | str, second: bytes | str) -> bytes:
    """The Word file with the text of another behind its own."""
    assert isinstance(first, bytes) and isinstance(second, bytes)
    body = zipfile.ZipFile(io.BytesIO(second)).read("word/document.xml").decode()
    inside = body.partition("<w:body>")[2].partition("<w:sectPr")[0]
    return rewritten(first, lambda text: text.replace("<w:sectPr", f"{inside}<w:sectPr", 1))


def test_a_report_that_a_page_holds_twice_is_read_once() -> None:
    sample = record("2023")
    page = on_page(parts(sample), sample)
    assert read(page + on_page(sample.tables, sample)).cells == sample.cells


def test_links_to_other_reports_do_not_make_a_file_two() -> None:
    sample = record("2023")
    links = ["上一篇：某局2022年政府信息公开工作年度报告", "某局2021年政府信息公开工作年度报告"]
    assert read(on_page([*parts(sample), *links], sample)).cells == sample.cells


def test_two_tables_under_one_title_are_refused_too() -> None:
    one, other = record("suqian-2023"), record("suqian-2024")
    with pytest.raises(InvalidInput, match="文件里有两张表三，内容不同，看不出哪一张是本报告的。请删去"):
        read(on_page(parts(one), one) + on_page([other.tables[1]], other))


def without(sample: Record, key: str, rows: slice) -> Iterator[str | FormTable]:
    """The report with some rows of a table lost."""
    for part in parts(sample):
        lost = isinstance(part, FormTable) and part.key == key
        if isinstance(part, FormTable) and lost:
            kept = list(range(len(part.rows)))
            del kept[rows]
            for at in kept:
                yield rows_of(part, at, at + 1)
        else:
            yield part


@pytest.mark.parametrize("printer", [on_page, saved, pasted], ids=["page", "word", "text"])
@pytest.mark.parametrize(
    ("key", "rows", "told"),
    [
        ("table2", slice(3, 4), "表二读出5行7格，应有6行10格，没有读到“行政规范性文件”"),
        (
            "table3",
            slice(15, None),
            "表三读出12行84格，应有25行175格，没有读到“（四）无法提供—1.本机关不掌握相关政府信息”、",
        ),
        ("table3", slice(0, None), "表三读出0行0格，应有25行175格，没有读到“一、本年新收政府信息公开申请数量”、"),
        ("table4", slice(3, 4), "表四读出0组0格，应有3组15格，没有读到“行政复议”、"),
    ],
)
def test_rows_that_are_lost_are_told_by_reading_and_by_judging(
    key: str, rows: slice, told: str, printer: Callable[[Printed, Record], bytes | str]
) -> None:
    sample = record("2023")
    again = read(printer(without(sample, key, rows), sample))
    assert [told in anomaly for anomaly in again.described["anomalies"]] == [True]
    lost = {path for path in again.cells if again.cells[path] is None}
    assert lost == again.hidden
    assert {path: value for path, value in again.cells.items() if path not in lost} == {
        path: value for path, value in sample.cells.items() if path not in lost
    }
    judgement = judge(again)
    (finding,) = [finding for finding in judgement.findings if finding.code == "T-READ"]
    assert (finding.severity, finding.pointer) == ("warning", f"/{key}")
    assert told in finding.message
    assert judgement.verdict["tables"] == "incomplete"


def test_rows_that_last_years_report_lacks_are_told_too() -> None:
    before = read(on_page(without(record("2022"), "table3", slice(15, None)), record("2022")))
    found = [finding for finding in judge(record("2023"), before).findings if finding.code == "T-READ"]
    assert [(finding.pointer, finding.message[:25]) for finding in found] == [
        ("/previous/table3", "上年报告表三读出12行84格，应有25行175格，")
    ]


def test_rows_that_are_known_after_all_are_told_no_more() -> None:
    sample = record("2023")
    again = read(on_page(without(sample, "table3", slice(15, None)), sample))
    mended = load({**again.as_json(), "table3": sample.as_json()["table3"]})
    assert not [finding for finding in judge(mended).findings if finding.code == "T-READ"]


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text.replace("|\n", "|\n\n"),
        lambda text: text.replace("行政规范性文件|", "规范性文件|"),
        lambda text: text.replace("|\n", " |\n"),
        lambda text: text.replace("规章|\n0|\n0|\n0|", "规章|\n0|\n0|\n0"),
        lambda text: re.sub(r"^(.+)\|$", r"|\1|", text, flags=re.MULTILINE),
    ],
    ids=["blank-lines", "a-label-misprinted", "spaces", "a-bar-missing", "bars-before-too"],
)
def test_cells_one_a_line_are_read_however_they_are_set(change: Callable[[str], str]) -> None:
    sample = record("2023")
    text = a_cell_a_line(sample)
    assert change(text) != text
    again = read(change(text))
    assert again.cells == sample.cells
    assert not again.described["extra_rows"]


def test_blank_cells_one_a_line_keep_their_places() -> None:
    sample = record("2023")
    blank = sample.with_cells({"table3.granted.enterprise": None, "table3.granted.research": None})
    assert read(a_cell_a_line(blank)).cells == blank.cells


NUMBERS = ("1175", "12", "0", "3", "1", "0", "1191")
GAP = ("1175", "", "0", "3", "1", "0", "1191")
LATE = ("", "12", "0", "3", "1", "0", "1191")


@pytest.mark.parametrize(
    ("cells", "ways", "values"),
    [
        (NUMBERS, {}, NUMBERS),
        (("", *NUMBERS, ""), {"leading": True}, NUMBERS),
        (("", *NUMBERS, ""), {"regular": False}, NUMBERS),
        (("", *GAP, "", ""), {"regular": False}, GAP),
        (("", *LATE), {"leading": True}, LATE),
        (("", *LATE), {}, None),
        (("", *LATE, ""), {"regular": False}, None),
        (("1", "1", *[""] * 8), {}, None),
        ((*NUMBERS, "1207"), {"leading": True}, None),
        (("", *GAP, "1207"), {"regular": False}, None),
        (("", *NUMBERS, "含部分撤回"), {"leading": True}, None),
        (("5", "", "300", ""), {}, None),
        ([""] * 9, {"regular": False}, ("",) * 7),
        (NUMBERS[:6], {"leading": True}, None),
    ],
)
def test_only_blanks_are_left_out_of_a_row(
    cells: Iterable[str], ways: dict[str, bool], values: tuple[str, ...] | None
) -> None:
    assert values_of(tuple(cells), 7, **ways) == values


def test_blanks_of_merged_columns_are_left_out_where_the_row_is_as_wide_as_the_others() -> None:
    assert values_of(("5", "", "300", ""), 2) == ("5", "300")
    assert values_of(("5", "", "300", "15"), 3, regular=False) is None


@pytest.mark.parametrize("cell", ["\t", "\t\t", "\t\t\t"])
@pytest.mark.parametrize("name", ["suqian-2023", "2023"])
def test_blank_cells_behind_some_rows_change_nothing(name: str, cell: str) -> None:
    sample = record(name)
    rows = pasted(parts(sample), sample).split("\n")
    for first in range(3):
        ragged = "\n".join(row + cell if "\t" in row and i % 3 == first else row for i, row in enumerate(rows))
        assert read(ragged).cells == sample.cells


@pytest.mark.parametrize("label", ["（一）予以公开", "规章", "1.属于国家秘密"])
def test_a_number_too_many_leaves_its_row_unread_and_no_sum_judged(label: str) -> None:
    sample = record("suqian-2023")
    rows = pasted(parts(sample), sample).split("\n")
    again = read("\n".join(f"{row}\t1207" if label in row.split("\t") else row for row in rows))
    assert {again.figures[path].row_label.rpartition("—")[2] for path in again.unread} == {label}
    assert {path: again.cells[path] for path in again.cells if path not in again.unread} == {
        path: sample.cells[path] for path in again.cells if path not in again.unread
    }
    judged = judge(again).findings
    assert "T-READ" in {finding.code for finding in judged}
    assert not [finding for finding in judged if finding.severity == "error"]


def test_bars_around_blank_merged_cells_one_a_line_shift_nothing() -> None:
    sample = record("suqian-2023")
    lines = pasted(parts(sample), sample).split("\n")
    stacked = (f"{cell} |" if "\t" in line else cell for line in lines for cell in line.split("\t"))
    assert read("\n".join(stacked)).cells == sample.cells


def test_two_whole_pages_in_one_file_are_two_reports_or_one_twice() -> None:
    one, other = record("suqian-2023"), record("suqian-2024")
    for between in ("", "\n", "\r\n\r\n"):
        with pytest.raises(InvalidInput, match=r"文件里有两份报告：“江苏省宿迁市.*2023年"):
            read(as_html(one) + between + as_html(other))
        assert read(as_html(one) + between + as_html(one)) == read(as_html(one))


@pytest.mark.parametrize(
    "line", ["（续表）", "续表", "表三（续）", "表3（续）", "续表三", "（续上表）", "3", "- 3 -", "3/12"]
)
def test_what_stands_between_the_parts_of_a_table_is_no_text(line: str) -> None:
    sample = record("2023")
    again = read(on_page((line if part == "— 3 —" else part for part in cut(sample, every=7, repeat=True)), sample))
    assert again.cells == sample.cells
    assert [section.items for section in again.sections] == [section.items for section in sample.sections]
