"""The ledger is written with every case in a row, and read back from it or from an office's own."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Mapping
from datetime import date
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook

from gipdocs.access.actors import HERE
from gipdocs.errors import InvalidInput
from gipdocs.register import cases, finding, statistics
from gipdocs.register.finding import Filter
from gipdocs.register.history import CaseEvent
from gipdocs.register.ledger import WRITTEN, column_labels, row_labels, write_ledger
from gipdocs.register.ledger_import import ImportReport, import_ledger, recall_mapping
from gipdocs.register.ledger_reading import map_headings, read_ledger
from gipdocs.register.register import Register
from gipdocs.reports.forms import form_for
from gipdocs.service import Service
from gipdocs.store.engine import open_store
from tests.register.making import event

pytestmark = pytest.mark.slow

SEEDS = Path(__file__).parents[1] / "data" / "reports" / "seeds"
HEADINGS = [
    "申请编号",
    "收到日期",
    "渠道",
    "申请人",
    "申请人类别",
    "申请内容",
    "办理结果",
    "成文日期",
    "送达方式",
    "送达日期",
]
ROW = [
    "2025-0001",
    "2025-03-03",
    "当面提交",
    "张晓彤",
    "自然人",
    "某项计划",
    "予以公开",
    "2025-03-20",
    "邮寄",
    "2025-03-21",
]


def book(*rows: Iterable[Any]) -> bytes:
    sheet = (made := Workbook()).active
    for row in rows:
        sheet.append(list(row))
    out = BytesIO()
    made.save(out)
    return out.getvalue()


def brought(
    register: Register, content: bytes, mapping: Mapping[str, str] | None = None, *, dry_run: bool = False
) -> ImportReport:
    table = read_ledger(content, "台账.xlsx")
    return import_ledger(register, table, mapping or {}, by=HERE, dry_run=dry_run)


def cells(content: bytes) -> list[tuple[Any, ...]]:
    return [*load_workbook(BytesIO(content)).active.iter_rows(values_only=True)]


def changed(**values: Any) -> list[Any]:
    return [values.get(heading, value) for heading, value in zip(HEADINGS, ROW, strict=True)]


@pytest.fixture
def eventful(register: Register, service: Service) -> str:
    """The number of a case in which almost everything has happened."""
    arrival = [event("received", "2025-03-03", channel="online"), event("confirmed", "2025-03-04")]
    number = cases.open_case(register, service.sample("application-form"), arrival, by=HERE)
    steps: list[tuple[str, str, dict[str, Any]]] = [
        ("assigned", "2025-03-04", {"department": "资产管理科", "officer": "孙静"}),
        ("correction_asked", "2025-03-05", {}),
        ("corrected", "2025-03-10", {}),
        ("consulted", "2025-03-12", {"ref": 1, "whom": "third_party"}),
        ("delivered", "2025-03-13", {"ref": 1}),
        ("opinion", "2025-03-17", {"ref": 1, "stance": "objects"}),
        ("consulted", "2025-03-12", {"ref": 2, "whom": "agency"}),
        ("opinion", "2025-03-17", {"ref": 2}),
        ("fee_asked", "2025-03-18", {"yuan": "350.00"}),
        ("paid", "2025-03-20", {}),
        ("extended", "2025-04-02", {"working_days": 15}),
        ("answered", "2025-04-10", {"outcome": "reply-partial", "number": "聊机管〔2025〕3号"}),
        ("posted", "2025-04-11", {"way": "mail", "mail_number": "1234567890123"}),
        ("challenged", "2025-05-06", {"ref": 1, "kind": "reconsideration"}),
        ("decided", "2025-07-01", {"ref": 1, "result": "upheld"}),
        ("challenged", "2025-07-10", {"ref": 2, "kind": "suit_after"}),
        ("archived", "2025-12-01", {"pages": 23}),
    ]
    for kind, day, facts in steps:
        told = CaseEvent(place=0, kind=kind, day=date.fromisoformat(day), facts=cases.read_facts(kind, facts))
        cases.record(register, number, told, by=HERE)
    cases.record(register, number, event("noted", "2025-12-01"), by=HERE, text="=卷宗在三楼")
    return number


def test_a_row_tells_everything(register: Register, eventful: str) -> None:
    head, row = cells(write_ledger(register, Filter()))
    found = dict(zip(head, row, strict=True))
    assert list(head) == [column.heading for column in WRITTEN] and len(head) == 24
    assert found["收到日期"].date() == date(2025, 3, 4)
    assert found["征求意见"] == (
        "第三方：2025-03-12发出，2025-03-13对方收到，2025-03-17收到意见（不同意公开）；其他行政机关：2025-03-12发出，2025-03-17收到意见"
    )
    assert found["收费/缴费"] == "2025-03-18通知350.00元；2025-03-20缴费"
    assert found["延期"] == "2025-04-02延长15个工作日"
    assert (found["办理结果"], found["答复文号"]) == ("部分公开（区分处理）", "聊机管〔2025〕3号")
    assert found["年报统计行"].startswith("（二）部分公开")
    assert found["送达方式"] == "邮政邮寄（1234567890123）"
    assert found["复议诉讼"] == "申请行政复议：2025-05-06收到，2025-07-01结果维持；复议后起诉：2025-07-10收到"
    assert found["归档/备注"] == "2025-12-01归档，23页；=卷宗在三楼"
    assert found["是否逾期"] in ("是", "否")


def test_text_stays_text_and_the_sheet_is_ready_to_print(register: Register, service: Service) -> None:
    arrival = [event("received", "2025-03-03", channel="in_person")]
    application = service.sample("application-form") | {"info_title": '=HYPERLINK("http://x")', "name": "张晓彤"}
    cases.open_case(register, application, arrival, by=HERE)
    sheet = load_workbook(BytesIO(write_ledger(register, Filter()))).active
    content = sheet.cell(2, 7)
    assert (content.data_type, content.quotePrefix) == ("s", True)
    assert (sheet.freeze_panes, sheet.page_setup.orientation, sheet.page_setup.paperSize) == ("A2", "landscape", 9)
    assert sheet.cell(2, 2).is_date


def test_a_ledger_that_is_written_read_and_written_again_is_the_same(
    register: Register, service: Service, eventful: str, tmp_path: Path
) -> None:
    for changes, steps in (
        ({"applicant_kind": "organisation", "organisation_type": "research"}, [("withdrawn", "2025-03-06", {})]),
        ({"name": "李桂芬"}, [("answered", "2025-03-10", {"outcome": "reply-granted"})]),
        ({"name": "王五"}, []),
        (
            {},
            [
                ("answered", "2025-03-10", {"outcome": "reply-granted", "items": ["reply-partial"]}),
                ("posted", "2025-03-10", {"way": "in_person"}),
            ],
        ),
        ({}, [("delayed", "2025-03-12", {"until": date(2025, 6, 3)})]),
    ):
        arrival = [event("received", "2025-03-03", channel="in_person")]
        number = cases.open_case(register, service.sample("application-form") | changes, arrival, by=HERE)
        for kind, day, facts in steps:
            told = CaseEvent(place=0, kind=kind, day=date.fromisoformat(day), facts=facts)
            cases.record(register, number, told, by=HERE)
    written = write_ledger(register, Filter())
    store = open_store(f"sqlite:///{tmp_path / 'second.db'}")
    second = Register(store=store, registry=register.registry, office=register.office, converter=register.converter)
    report = brought(second, written)
    assert (report.faults, report.cases) == ((), 6)
    assert cells(write_ledger(second, Filter())) == cells(written)
    assert statistics.count_year(second, 2025) == statistics.count_year(register, 2025)
    store.close()


def test_days_are_read_as_offices_write_them(register: Register) -> None:
    ways = ["2025年3月3日", "2025.3.3", "2025/3/3", "20250303", date(2025, 3, 3), "2025-03-03 10:20", "2025. 03. 03"]
    rows = [changed(申请编号=str(number), 收到日期=way) for number, way in enumerate(ways)]
    assert brought(register, book(HEADINGS, *rows)).faults == ()
    found, _ = finding.find_cases(register, Filter(year=2025))
    assert [row.received_on for row in found] == [date(2025, 3, 3)] * len(ways)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-8", "gb18030"])
def test_csv_is_read_in_both_encodings(register: Register, encoding: str) -> None:
    out = StringIO()
    csv.writer(out).writerows([HEADINGS, ROW])
    table = read_ledger(out.getvalue().encode(encoding), "台账.csv")
    assert import_ledger(register, table, {}, by=HERE, dry_run=True) == ImportReport(
        rows=1, cases=1, faults=(), warnings=()
    )


def test_the_original_number_is_kept_and_the_series_goes_on_after_it(register: Register, service: Service) -> None:
    rows = [changed(申请编号=f"2025-{serial:04}", 收到日期="2025-03-03") for serial in (17, 40, 3)]
    assert brought(register, book(HEADINGS, *rows, changed(申请编号=None))).cases == 4
    found, _ = finding.find_cases(register, Filter(year=2025))
    assert {row.number for row in found} == {"2025-0003", "2025-0017", "2025-0040", "2025-0041"}


def test_two_spellings_of_one_number_are_both_kept(register: Register) -> None:
    rows = [changed(申请编号=number) for number in ("2025-7", "2025-0007", "旧字第3号")]
    assert brought(register, book(HEADINGS, *rows)).cases == 3
    found, _ = finding.find_cases(register, Filter(year=2025))
    assert {row.number for row in found} == {"2025-7", "2025-0007", "旧字第3号"}


def test_every_wrong_cell_is_told_by_row_and_heading_and_nothing_is_written(register: Register) -> None:
    wrong = [
        changed(申请编号="a", 收到日期="三月三日"),
        changed(申请编号="b", 收到日期="2025-02-30"),
        changed(申请编号="c", 申请人=None),
        changed(申请编号="d", 申请人类别="外星人"),
        changed(申请编号="e", 办理结果="已阅"),
        changed(申请编号="f", 成文日期="2025-03-01"),
        changed(申请编号="g", 渠道="托梦"),
        changed(申请编号="h", 办理结果=None),
        changed(申请编号="i"),
        changed(申请编号="i"),
    ]
    report = brought(register, book(["某局依申请公开台账"], HEADINGS, ROW, *wrong))
    assert [fault.pointer for fault in report.faults] == [
        "第4行“收到日期”",
        "第5行“收到日期”",
        "第6行“申请人”",
        "第7行“申请人类别”",
        "第8行“办理结果”",
        "第9行“成文日期”",
        "第10行“渠道”",
        "第11行“办理结果”",
        "第12行“申请编号”",
        "第13行“申请编号”",
    ]
    assert all(fault.detail.startswith(fault.pointer) for fault in report.faults)
    assert report.cases == 0 and finding.find_cases(register, Filter())[1] == 0


def test_a_long_ledger_with_many_faults_is_told_whole(register: Register) -> None:
    if register.store.kind == "postgresql":
        return
    rows = [
        changed(申请编号=str(number), 收到日期="待查" if number % 5 == 0 else "2025-03-03") for number in range(200)
    ]
    report = brought(register, book(HEADINGS, *rows))
    assert [fault.pointer for fault in report.faults] == [f"第{number + 2}行“收到日期”" for number in range(0, 200, 5)]
    assert finding.find_cases(register, Filter())[1] == 0


def test_a_ledger_is_not_imported_twice(register: Register) -> None:
    assert brought(register, book(HEADINGS, ROW)).cases == 1
    assert [fault.pointer for fault in brought(register, book(HEADINGS, ROW)).faults] == ["第2行“申请编号”"]


def test_a_dry_run_writes_nothing(register: Register) -> None:
    assert brought(register, book(HEADINGS, ROW), dry_run=True).cases == 1
    assert finding.find_cases(register, Filter())[1] == 0


def test_other_headings_are_mapped_by_the_clerk_and_remembered(register: Register) -> None:
    theirs = ["编号", "来信时间", "谁", "类别", "结果", "答复日期", "备用"]
    row = ["2025-0001", "2025-03-03", "张晓彤", "公民", "予以公开", "2025-03-20", "x"]
    content = book(theirs, row)
    with pytest.raises(InvalidInput, match="表里没有“收到日期”、“申请人”这几栏"):
        brought(register, content)
    report = brought(register, content, {"来信时间": "received", "谁": "申请人"})
    assert report.cases == 1
    assert report.warnings[0] == "“备用”没有对应的栏目，这些列没有读入。"
    assert "以成文日期为送达日期" in report.warnings[1]
    assert recall_mapping(register, theirs)["谁"] == "applicant"
    assert recall_mapping(register, ["编号"]) == {}


def test_one_column_is_not_taken_for_two() -> None:
    with pytest.raises(InvalidInput, match="有几列都对应“申请人”"):
        map_headings(["甲", "乙"], {"甲": "applicant", "乙": "申请人"})
    with pytest.raises(InvalidInput, match="没有这样的栏目"):
        map_headings(["甲"], {"甲": "丙"})


def test_what_is_no_table_is_refused() -> None:
    for content in (b"", b"%PDF-1.4", book([])):
        with pytest.raises(InvalidInput):
            read_ledger(content, "台账.xlsx")


def test_five_years_of_an_office_give_the_figures_that_it_published(register: Register) -> None:
    seeds = {year: json.loads((SEEDS / f"{year}.json").read_text("utf-8")) for year in range(2019, 2024)}
    rows = [row for year, seed in seeds.items() for row in _rows_of(year, seed["table3"]["rows"])]
    report = brought(register, book(HEADINGS, *rows))
    assert report.faults == ()
    for year, seed in seeds.items():
        figures = statistics.count_year(register, year)
        printed = {row: [cell or 0 for cell in cells] for row, cells in seed["table3"]["rows"].items()}
        if seed["table3"]["rows"]["sum"][-1] is None:  # the report of 2019 left its total blank
            printed["sum"] = [sum(printed[row][i] for row in figures.form.results) for i in range(7)]
        assert {row: list(cells) for row, cells in figures.table3.items()} == printed, year
        assert {suit: dict(cells) for suit, cells in figures.table4.items()} == seed["table4"]


def _rows_of(year: int, table: Mapping[str, list[int | None]]) -> Iterable[list[Any]]:
    """Ledger rows that make a year's table: what is carried out has no answer, what is carried in came before."""
    columns, form = list(column_labels().values()), form_for(year)
    paths = {row: path for path, row in statistics.result_rows(form.key).items()}
    number = 0
    for index, column in enumerate(columns):
        count = {row: cells[index] or 0 for row, cells in table.items()}
        results = [row for row in form.results for _ in range(count[row])]
        early = count["carried_in"]
        for result in [*results, *[None] * count["carried_out"]]:
            number += 1
            received = date(year - 1, 12, 30) if early > 0 and result else date(year, 6, 3)
            early -= 1
            if received.year < year:
                continue  # it stands in the rows of the year before, without an answer
            outcome = "其他情形" if result == "other" else row_labels()[paths[result]] if result else None
            answer = [outcome, date(year, 6, 20), "邮寄", date(year, 6, 20)] if result else [None, None, None, None]
            yield [f"{year}-{number:04}", received, "当面", "某人", column, "某项信息", *answer]
