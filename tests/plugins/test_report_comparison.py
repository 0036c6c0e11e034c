"""The sheet of two years: what is on it, how it is printed, and that the report's own form asks the same."""

from __future__ import annotations

import zipfile
from copy import deepcopy
from io import BytesIO
from typing import Any

import pdfplumber
import pytest
from lxml import etree
from openpyxl import load_workbook

from gipdocs.documents.build import examine
from gipdocs.errors import InvalidInput
from gipdocs.findings import Finding
from gipdocs.law import Office
from gipdocs.reports.collecting.comparison import compare
from gipdocs.reports.collecting.comparison_tables import lay_out
from gipdocs.service import Service
from tests.reports.samples import given, record

pytestmark = pytest.mark.slow

ID = "report-comparison"
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
HEADS = ["序号", "项目", "栏目", "2023年度", "2024年度", "增减", "增减幅度", "提示", "情况说明"]
REASON = "一批同类案件上年集中申请行政复议，本年没有这种情况"
CITY = {
    "record": given("suqian-2024"),
    "previous": given("suqian-2023"),
    "explanations": {"table4.reconsideration.total": REASON},
}
NEW_FORM = {"record": given("2021"), "previous": given("2020")}


def read_lines(content: bytes) -> list[list[str]]:
    """The text of each cell of the table in a DOCX, row by row."""
    return [["".join(cell.itertext()) for cell in row.iter(f"{W}tc")] for row in read_table(content).findall(f"{W}tr")]


def read_table(content: bytes) -> etree._Element:
    """The table in a DOCX."""
    with zipfile.ZipFile(BytesIO(content)) as archive:
        return next(etree.fromstring(archive.read("word/document.xml")).iter(f"{W}tbl"))


def asked(service: Service, id: str, payload: Any, office: Office, code: str) -> list[Finding]:
    """The findings of one rule about a payload."""
    return [one for one in examine(service.registry[id], payload, office)[1] if one.code == code]


@pytest.fixture(scope="module")
def city(service: Service) -> bytes:
    return service.build(ID, CITY).content


class TestSheet:
    def test_every_figure_that_is_not_nothing_has_a_row(self, city: bytes) -> None:
        told = [row for row in read_lines(city)[1:] if len(row) == len(HEADS)]
        now, then = record("suqian-2024"), record("suqian-2023")
        assert len(told) == sum(bool(now.cells[path] or then.cells[path]) for path in now.cells)
        assert [row[0] for row in told] == [str(number) for number in range(1, len(told) + 1)]
        assert told[12][2:] == ["商业企业", "99", "75", "-24", "-24.2%", "", ""]
        fee = next(row for row in told if row[1] == "行政事业性收费")
        assert fee[3:7] == ["59237.2449", "72701.2578", "+13464.0129", "+22.7%"]

    def test_the_rest_is_counted_in_a_line(self, city: bytes) -> None:
        lines = read_lines(city)[1:]
        folded = [row[0] for row in lines if len(row) == 1 and "两年均为0" in row[0]]
        assert folded == ["其余94项两年均为0，不逐一列出。", "其余1项两年均为0，不逐一列出。"]
        assert sum(len(row) == len(HEADS) for row in lines) + 94 + 1 == len(record("suqian-2024").figures)

    def test_the_tables_have_their_official_names(self, city: bytes) -> None:
        assert [row[0] for row in read_lines(city) if len(row) == 1 and "两年" not in row[0]] == [
            "二、主动公开政府信息情况",
            "三、收到和处理政府信息公开申请情况",
            "四、政府信息公开行政复议、行政诉讼情况",
        ]

    def test_a_mark_stands_beside_its_explanation(self, city: bytes) -> None:
        marked = {tuple(row[7:]) for row in read_lines(city)[1:] if len(row) == len(HEADS) and row[7]}
        assert marked == {("变化较大", ""), ("变化较大", REASON)}

    def test_the_headings_are_a_header_row_and_no_row_breaks(self, city: bytes) -> None:
        rows = read_table(city).findall(f"{W}tr")
        assert read_lines(city)[0] == HEADS
        assert [row.find(f"{W}trPr/{W}tblHeader") is not None for row in rows] == [True] + [False] * (len(rows) - 1)
        assert all(row.find(f"{W}trPr/{W}cantSplit") is not None for row in rows)

    def test_what_the_forms_keep_apart_is_said(self, service: Service) -> None:
        html = service.build(ID, NEW_FORM, "html").content.decode()
        assert "两年的表二格式不同" in html and "（六）其他处理”只有一行" in html
        assert "无此项" in html and "21项至少一年没有数" in html

    @pytest.mark.converter
    def test_the_pdf_lies_across_repeats_its_headings_and_keeps_the_figures_of_an_item_together(
        self, service: Service
    ) -> None:
        with pdfplumber.open(BytesIO(service.build(ID, CITY, "pdf").content)) as pdf:
            assert len(pdf.pages) > 2 and all(page.width > page.height for page in pdf.pages)
            tables = [page.extract_table() or [] for page in pdf.pages]
        assert [table[0] for table in tables] == [HEADS] * len(tables)
        comparison = compare(record("suqian-2024"), record("suqian-2023"))
        items = [row.item for part in lay_out(comparison) for row in part.rows]
        pages = [[items[int(row[0]) - 1] for row in table if (row[0] or "").isdigit()] for table in tables]
        assert [item for page in pages for item in page] == items
        assert not any(set(one) & set(other) for i, one in enumerate(pages) for other in pages[i + 1 :])


class TestWorkbook:
    def test_its_numbers_can_be_reckoned_with(self, service: Service) -> None:
        sheet = load_workbook(BytesIO(service.build(ID, CITY, "xlsx").content)).active
        rows = {(row[1], row[2]): row for row in sheet.iter_rows(min_row=3, values_only=True)}
        assert rows["行政许可", "本年处理决定数量"][3:7] == (1808595, 1573179, -235416, pytest.approx(-0.13))
        assert rows["规章", "本年废止件数"][6] == "新增"

    def test_what_is_asked_stands_beside_the_figure(self, service: Service) -> None:
        sheet = load_workbook(BytesIO(service.build(ID, CITY, "xlsx").content)).active
        (suits,) = [row for row in sheet.iter_rows(values_only=True) if row[8] == REASON]
        assert suits[:3] == ("四、政府信息公开行政复议、行政诉讼情况", "行政复议", "总计")
        assert suits[7].startswith("变化较大。表四“行政复议”总计为170，上年为440")

    def test_a_draft_says_so(self, service: Service) -> None:
        sheet = load_workbook(BytesIO(service.build(ID, CITY | {"draft": True}, "xlsx").content)).active
        assert sheet["A1"].value.endswith("年度报告上下年度数据对比表（草稿）")


class TestRefusals:
    def test_the_report_of_another_year_is_refused(self, service: Service) -> None:
        with pytest.raises(InvalidInput) as refused:
            service.build(ID, CITY | {"previous": given("2022")})
        assert [fault.pointer for fault in refused.value.faults] == ["/previous/year"]

    def test_an_explanation_of_no_figure_is_refused(self, service: Service) -> None:
        with pytest.raises(InvalidInput) as refused:
            service.build(ID, CITY | {"explanations": {"table5.x": "说明"}})
        assert [fault.pointer for fault in refused.value.faults] == ["/explanations/table5.x"]

    def test_the_report_of_another_agency_is_told(self, service: Service, office: Office) -> None:
        payload = {"record": given("2023"), "previous": {**given("2022"), "agency": "聊城市财政局"}}
        assert [one.severity for one in asked(service, ID, payload, office, "XY-PREV")] == ["warning"]


def test_a_slip_is_asked_about_until_it_is_explained(service: Service, office: Office) -> None:
    payload = deepcopy(CITY)
    payload["record"]["table2"]["licence"]["decisions"] = 15_731_790
    assert [one.severity for one in asked(service, ID, payload, office, "XY-SLIP")] == ["warning"]
    payload["explanations"]["table2.licence.decisions"] = "上级下放了许可事项"
    (told,) = asked(service, ID, payload, office, "XY-SLIP")
    assert told.severity == "info" and told.message.endswith("已注明原因：上级下放了许可事项")


def test_the_form_of_the_report_asks_the_same_and_takes_a_remark_for_an_answer(
    service: Service, office: Office
) -> None:
    sample = service.sample("annual-report")
    sample["table2"]["penalty"]["decisions"] = 12_001
    sample["previous"]["table2"]["penalty"]["decisions"] = 1_200
    (slip,) = asked(service, "annual-report", sample, office, "XY-SLIP")
    assert (slip.severity, slip.pointer) == ("warning", "/table2/penalty/decisions")
    record_alone = {key: sample[key] for key in ("year", "table2", "table3", "table4")}
    both = {"record": record_alone, "previous": sample["previous"]}
    assert asked(service, ID, both, office, "XY-SLIP")[0].message == slip.message
    sample["remarks"] = {"table2.penalty.decisions": "含划入的城市管理处罚"}
    (told,) = asked(service, "annual-report", sample, office, "XY-SLIP")
    assert told.severity == "info" and told.message.endswith("已注明原因：含划入的城市管理处罚")
