"""The catalogue: from a table to a table, merged by first level, its open cells filled from law and profile."""

from __future__ import annotations

import json
import re
import zipfile
from dataclasses import replace
from io import BytesIO
from itertools import combinations
from pathlib import Path
from typing import Any

import pdfplumber
import pytest
from flask.testing import FlaskClient
from lxml import etree
from openpyxl import load_workbook

from gipdocs.cli import main
from gipdocs.documents.build import examine
from gipdocs.law import Office
from gipdocs.questions.tables import read_table
from gipdocs.service import Service
from gipdocs.settings import PROJECT
from tests.web.browser import open_page

from .filled import findings, text

pytestmark = pytest.mark.slow

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
TABLES = PROJECT / "tests" / "data" / "catalogue"
TABLE = PROJECT / "doc_templates" / "catalogue.toml"


def rows(*changes: dict[str, Any]) -> list[dict[str, Any]]:
    usual = {"category": "机构职能", "topic": "机关职能", "content": "职能", "basis": "条例第二十条"}
    return [usual | change for change in changes]


@pytest.fixture(scope="module")
def sample(service: Service) -> dict[str, Any]:
    return service.sample("catalogue")


@pytest.fixture(scope="module")
def table(service: Service, sample: dict[str, Any]) -> etree._Element:
    with zipfile.ZipFile(BytesIO(service.build("catalogue", sample).content)) as archive:
        return next(etree.fromstring(archive.read("word/document.xml")).iter(f"{W}tbl"))


class TestContent:
    def test_the_sample_is_the_table_that_ships_with_the_project(
        self, service: Service, sample: dict[str, Any]
    ) -> None:
        schema = service.registry["catalogue"].document.schema
        assert read_table(TABLE.read_bytes(), schema)["items"] == sample["items"]

    def test_the_sample_covers_the_range_that_the_office_publishes(
        self, sample: dict[str, Any], office: Office
    ) -> None:
        categories = {row["category"] for row in sample["items"]}
        assert {category.name for category in office.profile.guide_scope} <= categories

    def test_open_cells_are_filled_from_law_and_profile(self, service: Service, office: Office) -> None:
        shown = text(service.registry, "catalogue", office, items=rows({}))
        assert f"自该信息形成或者变更之日起{office.today_law.limit('proactive').text}内" in shown
        assert "聊城市机关事务管理局门户网站、聊城市人民政府网站" in shown
        other = replace(office, profile=replace(office.profile, name="某某县水务局"))
        assert shown.count("聊城市机关事务管理局") > text(service.registry, "catalogue", other, items=rows({})).count(
            "聊城市机关事务管理局"
        )

    def test_what_is_written_in_a_cell_stands_for_itself(self, service: Service, office: Office) -> None:
        own = {"term": "长期公开", "body": "人事科", "channel": "公告栏"}
        shown = text(service.registry, "catalogue", office, items=rows(own))
        assert all(value in shown for value in own.values()) and "自该信息形成" not in shown

    def test_the_term_follows_the_law(self, service: Service, office: Office) -> None:
        limits = {
            **office.law.limits,
            "proactive": tuple(replace(one, length=97) for one in office.law.limits["proactive"]),
        }
        changed = replace(office, law=replace(office.law, limits=limits))
        assert "97个工作日" in text(service.registry, "catalogue", changed, items=rows({}))


class TestLayout:
    def test_first_level_cells_are_merged_over_their_rows(self, table: etree._Element, sample: dict[str, Any]) -> None:
        merges = [cell.get(f"{W}val") for cell in table.iter(f"{W}vMerge")]
        categories = [row["category"] for row in sample["items"]]
        new = ["restart" if i == 0 or categories[i - 1] != one else "continue" for i, one in enumerate(categories)]
        assert merges == new
        assert ["".join(cell.itertext()) for cell in table.iter(f"{W}tc")].count("政策法规") == 1

    def test_the_headings_are_a_header_row_and_no_row_breaks(self, table: etree._Element) -> None:
        lines = table.findall(f"{W}tr")
        assert [line.find(f"{W}trPr/{W}tblHeader") is not None for line in lines] == [True] + [False] * (len(lines) - 1)
        assert all(line.find(f"{W}trPr/{W}cantSplit") is not None for line in lines)
        heads = ["".join(cell.itertext()) for cell in lines[0].iter(f"{W}tc")]
        assert heads == ["序号", "一级事项", "二级事项", "公开内容", "公开依据", "公开时限", "公开主体", "公开渠道"]

    @pytest.mark.converter
    def test_the_pdf_lies_across_repeats_its_headings_and_keeps_small_groups_together(
        self, service: Service, sample: dict[str, Any]
    ) -> None:
        with pdfplumber.open(BytesIO(service.build("catalogue", sample, "pdf").content)) as pdf:
            assert len(pdf.pages) > 1 and all(page.width > page.height for page in pdf.pages)
            tables = [page.extract_table() or [] for page in pdf.pages]
        assert [table[0][:4] for table in tables] == [["序号", "一级事项", "二级事项", "公开内容"]] * len(tables)
        numbers = [[int(row[0] or 0) for row in table[1:]] for table in tables]
        assert [number for page in numbers for number in page] == list(range(1, len(sample["items"]) + 1))
        categories = [{sample["items"][number - 1]["category"] for number in page} for page in numbers]
        assert not any(one & other for one, other in combinations(categories, 2))

    def test_html_shows_the_merged_cells(self, service: Service, sample: dict[str, Any]) -> None:
        html = service.build("catalogue", sample, "html").content.decode()
        assert re.search(r'<td[^>]* rowspan="3">机构职能</td>', html)
        assert re.search(r'<th scope="col"[^>]*>一级事项</th>', html)
        assert '<body class="wide">' in html


class TestWorkbook:
    def test_it_can_be_read_in_again(self, service: Service, sample: dict[str, Any], office: Office) -> None:
        entry = service.registry["catalogue"]
        schema = entry.document.schema
        again = read_table(service.build("catalogue", sample, "xlsx").content, schema)
        answers, found = examine(entry, again, office)
        assert found == () and len(answers["items"]) == len(sample["items"])
        for before, after in zip(sample["items"], answers["items"], strict=True):
            assert before.items() <= after.items()
        twice = service.build("catalogue", again | {"date": sample["date"]}, "xlsx").content
        assert twice == service.build("catalogue", sample, "xlsx").content

    def test_what_looks_like_the_number_of_a_character_stays_as_it_is(self, service: Service) -> None:
        content = "表单_x000D_说明"
        schema = service.registry["catalogue"].document.schema
        built = service.build("catalogue", {"items": rows({"content": content})}, "xlsx").content
        assert read_table(built, schema)["items"][0]["content"] == content

    def test_it_has_the_rows_of_the_docx(self, service: Service, sample: dict[str, Any]) -> None:
        sheet = load_workbook(BytesIO(service.build("catalogue", sample, "xlsx").content)).active
        assert sheet is not None and sheet["A1"].value == "聊城市机关事务管理局政府信息主动公开基本目录"
        assert [cell.value for cell in sheet["C"][3:]] == [row["topic"] for row in sample["items"]]

    def test_a_draft_says_so(self, service: Service, sample: dict[str, Any]) -> None:
        built = service.build("catalogue", sample | {"draft": True}, "xlsx")
        assert "（草稿）" in built.filename
        assert "（草稿）" in str(load_workbook(BytesIO(built.content)).active["A1"].value)  # type: ignore[index]


class TestChecks:
    @pytest.mark.parametrize(
        ("items", "code"),
        [
            (rows({}, {"category": "其他", "content": "甲"}, {"content": "乙"}), "category-split"),
            (rows({}, {"topic": "另一项"}, {}), "row-repeated"),
            (rows({"topic": "机关简介；"}), "name-punctuated"),
            (rows({"category": "机关概况。"}), "name-punctuated"),
        ],
        ids=["first level in two places", "row twice", "mark behind the second level", "mark behind the first level"],
    )
    def test_a_disorder_is_told(self, service: Service, office: Office, items: Any, code: str) -> None:
        complete = service.sample("catalogue")["items"]
        assert findings(service.registry, "catalogue", office, items=items + complete[1:]).count((code, "warning")) >= 1
        assert findings(service.registry, "catalogue", office) == []

    @pytest.mark.parametrize("topic", ["机关职能", "行政规范性文件", "年度报告"])
    def test_what_every_agency_owes_is_missed(self, service: Service, office: Office, topic: str) -> None:
        items = [row for row in service.sample("catalogue")["items"] if row["topic"] != topic]
        items = [row for row in items if not (topic == "机关职能" and row["category"] == "机构职能")]
        assert findings(service.registry, "catalogue", office, items=items) == [("owed-missing", "info")]


FORMULA = "公式没有算出值，请在Excel或者WPS中打开、保存后再试。"
FIRST = ["机构职能", "机关职能", "机关职能，机关简介", "《条例》第二十条第二项", "长期公开", "办公室", "门户网站"]
SECOND = ["机构职能", "领导信息", "领导姓名、职务", "《条例》第二十条第二项", "长期公开", "办公室", "门户网站"]
BUDGET = ["财政信息", "部门预算", "2026年部门预算", "《条例》第二十条第七项", "20个工作日", "财务科", "门户网站"]
RIGHT = {
    "cover-sheet-with-two-labels": [FIRST, SECOND],
    "date-and-format": [[*FIRST[:4], "2026年3月1日", *FIRST[5:]], [*SECOND[:4], "20个工作日", *SECOND[5:]]],
    "repeated-head": [FIRST, SECOND, [*BUDGET[:3], "《条例》", *BUDGET[4:]]],
    "two-sheets": [FIRST, SECOND, BUDGET],
    "x000D-c": [[*FIRST[:2], "机关职能\n机关简介", *FIRST[3:]], SECOND],
}
WRONG = {
    "encrypted": [
        "不能读取旧版Office文件或者加了密码的文件。请用WPS或者Office打开，有密码的取消密码，另存为“Excel 工作簿(*.xlsx)”后再试。"
    ],
    "formula-no-cache": [f"“Sheet”表第3行“{label}”：{FORMULA}" for label in ("二级事项", "公开主体")],
    "hidden-row": ["“Sheet”表第3行是隐藏的，要公开的请取消隐藏，不公开的请删去这一行。"],
    "note-row-merged": [
        "“Sheet”表第4行“填表说明：公开主体不填的为本机关”不是表格的一行，请删去，或者移到表头上面、其他工作表里。"
    ],
    "ref-error": ["“Sheet”表第2行“公开主体”：公式出错，显示的是“#REF!”，请改正公式，或者写成文字。"],
}


class TestTablesOfOffices:
    @pytest.mark.parametrize("name", RIGHT)
    def test_what_a_sheet_shows_is_what_is_printed(self, service: Service, office: Office, name: str) -> None:
        entry = service.registry["catalogue"]
        payload = read_table((TABLES / f"{name}.xlsx").read_bytes(), entry.document.schema)
        assert [list(row.values()) for row in examine(entry, payload, office)[0]["items"]] == RIGHT[name]

    def test_a_sheet_that_is_read_too_is_not_missed(self, service: Service, office: Office) -> None:
        payload = read_table((TABLES / "two-sheets.xlsx").read_bytes(), service.registry["catalogue"].document.schema)
        found = examine(service.registry["catalogue"], payload, office)[1]
        assert not any("预算" in one.message for one in found)

    @pytest.mark.parametrize("name", WRONG)
    def test_every_door_tells_what_is_not_read(
        self, client: FlaskClient, tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str
    ) -> None:
        path, out = TABLES / f"{name}.xlsx", tmp_path / "x.docx"
        assert main(["build", "catalogue", "-i", str(path), "-o", str(out)]) == 1 and not out.exists()
        said = capsys.readouterr().err
        page = open_page(client, "/desk/documents/catalogue")
        load = {
            ".do": "load",
            "csrf_token": page.form.value("csrf_token"),
            ".file": (BytesIO(path.read_bytes()), path.name),
        }
        shown = client.post("/desk/documents/catalogue", data=load)
        assert shown.status_code == 422
        assert [sentence for sentence in WRONG[name] if sentence not in said or sentence not in shown.text] == []


class TestTableFiles:
    @pytest.fixture
    def workbook(self, service: Service, sample: dict[str, Any], tmp_path: Path) -> Path:
        path = tmp_path / "目录.xlsx"
        path.write_bytes(service.build("catalogue", sample, "xlsx").content)
        return path

    @pytest.mark.parametrize("suffix", ["docx", "xlsx", "html"])
    def test_the_command_line_reads_xlsx_and_toml(self, workbook: Path, tmp_path: Path, suffix: str) -> None:
        for source in (workbook, TABLE):
            out = tmp_path / f"{source.stem}.out.{suffix}"
            assert main(["build", "catalogue", "-i", str(source), "-o", str(out)]) == 0
            assert out.stat().st_size > 1000
        assert main(["check", "catalogue", "-i", str(workbook)]) == 0

    def test_a_wrong_table_is_refused_with_the_reason(
        self, workbook: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        book = load_workbook(workbook)
        assert book.active is not None
        book.active["D3"] = "备注"
        book.save(workbook)
        assert main(["build", "catalogue", "-i", str(workbook), "-o", str(tmp_path / "x.docx")]) == 1
        assert "“备注”不是这份文书的栏目" in capsys.readouterr().err
        book.active["D3"] = None
        for row in book.active["D4:D60"]:
            row[0].value = None
        book.save(workbook)
        assert main(["build", "catalogue", "-i", str(workbook), "-o", str(tmp_path / "x.docx")]) == 1
        assert "表的表头缺少“公开内容”，请补上这些栏目" in capsys.readouterr().err

    def test_the_desk_loads_a_workbook(self, client: FlaskClient, workbook: Path, sample: dict[str, Any]) -> None:
        page = open_page(client, "/desk/documents/catalogue")
        assert "XLSX、CSV、TOML表格文件" in page.form.text
        load = {".do": "load", "csrf_token": page.form.value("csrf_token")}
        with workbook.open("rb") as file:
            shown = client.post("/desk/documents/catalogue", data=load | {".file": (file, workbook.name)})
        assert "已载入文件里的填写内容" in shown.text and shown.text.count("机构设置、职能、负责人姓名") == 1

    def test_the_desk_says_what_is_wrong_with_a_workbook(self, client: FlaskClient) -> None:
        page = open_page(client, "/desk/documents/catalogue")
        load = {".do": "load", "csrf_token": page.form.value("csrf_token"), ".file": (BytesIO(b"PK\3\4"), "a.xlsx")}
        shown = client.post("/desk/documents/catalogue", data=load)
        assert shown.status_code == 422 and "表格文件读不出来" in shown.text

    def test_letters_offer_no_table_file(self, client: FlaskClient) -> None:
        assert "XLSX" not in client.get("/desk/documents/reply-granted").text


def test_the_api_gives_the_workbook(client: FlaskClient, sample: dict[str, Any]) -> None:
    built = client.post(
        "/api/v1/documents/catalogue?format=xlsx", data=json.dumps(sample), content_type="application/json"
    )
    assert built.status_code == 200 and built.mimetype.endswith("spreadsheetml.sheet")
    assert load_workbook(BytesIO(built.data)).active is not None
