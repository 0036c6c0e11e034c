"""Tables of figures in the browser: computed, filled with zeros, pasted into, compared with last year's file."""

from __future__ import annotations

import json
import re
import zipfile
from datetime import date
from io import BytesIO
from typing import Any

import pytest
from flask.testing import FlaskClient
from openpyxl import load_workbook
from werkzeug.datastructures import MultiDict

from gipdocs.forms.forms import form_class
from gipdocs.reports import Record, load, read
from gipdocs.reports.workbook import write_book
from gipdocs.service import Service
from tests.reports.samples import ALL, DATA, SEEDS, given
from tests.web.browser import Page, open_page

pytestmark = pytest.mark.slow

REPORT = "/desk/documents/annual-report"
SPREADSHEET = "\n".join("\t".join(map(str, row)) for row in given("2023")["table3"]["rows"].values())


@pytest.fixture
def desk(browser: FlaskClient) -> Page:
    return open_page(browser, REPORT)


def said(page: Page) -> list[str]:
    return re.findall(r'class="notice calm" role="status">([^<]*)', page.response.text)


def bring(page: Page, content: bytes, name: str, do: str = "bring:previous") -> Page:
    data = MultiDict([*page.form.pairs, (".do", do)])
    data[".file-previous"] = (BytesIO(content), name)  # type: ignore[assignment]  # a file, as werkzeug takes it
    response = page.client.post(REPORT, data=data, content_type="multipart/form-data")
    return Page(page.client, REPORT, response)


@pytest.mark.parametrize("name", ALL)
def test_every_given_record_goes_through_the_form_unchanged(name: str, service: Service) -> None:
    schema = service.registry["annual-report"].document.schema
    form = form_class(schema)()
    form.prefill(given(name))
    assert load(form.payload()) == load(given(name))


def test_the_real_grid_is_shown_with_headers_of_rows_and_columns(desk: Page) -> None:
    html = desk.response.text
    assert html.count('name="table3-rows-') == 175 and html.count('name="table4-') == 15
    assert '<th scope="rowgroup" rowspan="22">三、本年度办理结果</th>' in html
    assert '<th scope="colgroup" colspan="5">法人或其他组织</th>' in html
    assert 'aria-label="表三“一、本年新收政府信息公开申请数量”自然人"' in html


def test_table_3_of_2023_takes_one_paste_without_javascript(desk: Page) -> None:
    page = desk.then("paste:table3", {"year": "2023", ".pasted-table3": SPREADSHEET})
    assert said(page) == ["填入了175个数。合计已经算出。"]
    rows = given("2023")["table3"]["rows"]
    shown = {key: [page.form.value(f"table3-rows-{key}-{i}") for i in range(7)] for key in rows}
    assert shown == {key: [str(figure) for figure in row] for key, row in rows.items()}
    assert page.form.value(".pasted-table3") == "" and "自然人3＝3" in page.form.text


def test_a_paste_without_a_place_changes_nothing_and_says_why(desk: Page) -> None:
    typed = {"table3-rows-new-0": "8"}
    page = desk.then("paste:table3", {**typed, ".pasted-table3": f"{SPREADSHEET}\n1\t2\t3"})
    assert "粘贴的内容有26行，从这里往下只有25行" in said(page)[0]
    assert page.form.value("table3-rows-new-0") == "8" and page.form.value("table3-rows-granted-0") == ""


def test_a_paste_begins_at_the_cell_that_was_clicked(desk: Page) -> None:
    page = desk.then("paste:table3", {".pasted-table3": "1\t2", ".start-table3": "table3-rows-granted-1"})
    assert [page.form.value(f"table3-rows-granted-{i}") for i in range(4)] == ["", "1", "2", ""]
    assert page.form.value("table3-rows-granted-6") == "3"


def test_totals_are_computed_by_a_button(desk: Page) -> None:
    typed = {"year": "2023", "table3-rows-new-0": "3", "table3-rows-granted-0": "2", "table3-rows-carried_out-0": "1"}
    page = desk.then("compute:table3", typed)
    names = ("new-6", "granted-6", "sum-0", "sum-6", "carried_out-6")
    assert [page.form.value(f"table3-rows-{name}") for name in names] == ["3", "2", "2", "2", "1"]
    assert said(page) == ["合计已经算出。"] and "自然人3＝3" in page.form.text


def test_totals_that_differ_are_changed_by_their_own_button_only_and_told(desk: Page) -> None:
    page = desk.then("paste:table3", {"year": "2023", ".pasted-table3": "1\t0\t0\t0\t0\t0\t5"})
    assert page.form.value("table3-rows-new-6") == "5" and "与各项之和不符，没有改动" in said(page)[0]
    page = page.then("zeros:table2")
    assert page.form.value("table3-rows-new-6") == "5"
    page = page.then("compute:table3")
    assert page.form.value("table3-rows-new-6") == "1" and "由5改为1" in said(page)[0]


def test_last_years_remainder_is_known_before_zeros_are(desk: Page) -> None:
    previous = given("2023")
    page = bring(desk.then("check", {"year": "2024"}), json.dumps(previous).encode(), "2023.json").then("zeros:table3")
    carried = [page.form.value(f"table3-rows-carried_in-{i}") for i in range(7)]
    assert carried == [str(figure) for figure in previous["table3"]["rows"]["carried_out"]]


def test_a_warning_that_has_changed_is_shown_again(desk: Page) -> None:
    page = (
        desk.then("paste:table3", {"year": "2023", ".pasted-table3": SPREADSHEET})
        .then("zeros:table2")
        .then("zeros:table4")
    )
    page = page.then("docx", {"date": "2024-01-18", "table3-rows-granted-3": ""})
    assert "文书还没有下载" in page.form.text
    assert "文书还没有下载" in page.then("docx", {"table3-rows-partial-3": ""}).form.text
    assert page.press("docx").mimetype != "text/html"


@pytest.mark.parametrize("text", ["1\t" * 200_000, "\r", '"' + "x" * 140_000], ids=["long", "return", "field"])
def test_nonsense_in_the_place_for_a_paste_is_refused_in_words(desk: Page, text: str) -> None:
    body = MultiDict([*desk.form.pairs, (".do", "paste:table3")])
    body[".pasted-table3"] = text
    page = Page(desk.client, REPORT, desk.client.post(REPORT, data=body))
    assert page.response.status_code in (200, 413) and "没有" in page.form.text


def test_zeros_fill_what_is_blank_and_nothing_else(desk: Page) -> None:
    typed = {"table3-rows-new-0": "3", "table3-rows-d4_third_party-2": "若干", "table3-rows-d4_third_party-3": "/"}
    page = desk.then("zeros:table3", {"year": "2023", **typed})
    assert [page.form.value(f"table3-rows-d4_third_party-{i}") for i in (2, 3)] == ["若干", "0"]
    assert page.form.value("table3-rows-new-0") == "3"
    assert page.form.value("table3-rows-o3_other-5") == "0" and page.form.value("table4-suit_after-other") == ""
    assert said(page)[0].startswith("142个空格填了0。表三") and said(page)[0].endswith("不是数，改正以后才能算出合计。")


def test_a_new_report_of_nothing_is_two_lines_and_three_buttons(desk: Page) -> None:
    page = desk.then("zeros:table2", {"year": "2025", "date": "2026-01-20"})
    page = page.then("zeros:table3").then("zeros:table4").then("check")
    assert page.response.status_code == 200 and "可以出具" in page.form.text
    printed = page.client.post(f"{REPORT}/preview", data=MultiDict(page.form.pairs)).text
    assert "没有收到政府信息公开申请" in printed and "年度报告" in printed


def test_what_is_no_figure_is_refused_at_its_cell(desk: Page) -> None:
    page = desk.then("check", {"year": "2023", "table3-rows-granted-2": "若干"})
    assert page.response.status_code == 422
    assert '<a href="#table3-rows-granted-2">' in page.response.text
    assert re.search(r'id="table3-rows-granted-2"[^>]*aria-invalid="true"', page.response.text)
    assert page.form.value("table3-rows-granted-2") == "若干"


def test_figures_of_the_other_form_come_back_with_the_year(desk: Page) -> None:
    page = desk.then("compute:table2", {"year": "2020", "table2-rules-made": "2", "table2-normative-made": "5"})
    assert page.form.value("table2-rules-made") == "2"
    page = page.then("check", {"year": "2021"})
    assert "没有位置的数字有2个" in page.form.text and page.form.value("table2-rules-made") == "2"
    page = page.then("check", {"year": "2020"})
    assert "没有位置" not in page.form.text and page.form.value("table2-normative-made") == "5"


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (json.dumps(given("2022"), ensure_ascii=False).encode(), "2022.json"),
        ((DATA / "pasted" / "2022.txt").read_bytes(), "2022.txt"),
    ],
    ids=["record", "published"],
)
def test_last_years_report_is_brought_in_and_compared(desk: Page, content: bytes, name: str) -> None:
    page = bring(desk, content, name)
    assert said(page) == ["载入了，请核对后继续。"] and "已经载入：2022年度的报告" in page.form.text
    carried = {"table3-rows-carried_in-0": "1", "table3-rows-carried_in-6": "1", "table3-rows-new-0": "0"}
    page = page.then("check", {"year": "2023", **carried})
    assert any(seen.startswith("XY-CARRY-") for name, seen in page.form.pairs if name == ".seen")
    page = page.then("drop:previous")
    assert said(page) == ["这份内容已经取下。"] and page.form.value("previous") == ""


def test_the_docx_of_last_year_is_read_as_well(desk: Page, service: Service) -> None:
    page = bring(desk, service.build("annual-report", given("2022")).content, "去年的报告.docx")
    previous = json.loads(page.form.value("previous") or "")
    assert read(json.dumps(previous)).cells == read(json.dumps(given("2022"))).cells


def with_a_table(docx: bytes, rows: int) -> bytes:
    """A Word file with one more table, of fifty empty cells a row."""
    row = b"<w:tr>" + b"<w:tc><w:p/></w:tc>" * 50 + b"</w:tr>"
    made = BytesIO()
    with zipfile.ZipFile(BytesIO(docx)) as old, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            data = old.read(name)
            if name == "word/document.xml":
                data = data.replace(b"<w:sectPr", b"<w:tbl>" + row * rows + b"</w:tbl><w:sectPr", 1)
            new.writestr(name, data)
    return made.getvalue()


def test_a_docx_with_a_table_that_no_report_has_is_refused(desk: Page, service: Service) -> None:
    docx = service.build("annual-report", given("2022")).content
    assert said(bring(desk, with_a_table(docx, 2), "2022.docx")) == ["载入了，请核对后继续。"]
    page = bring(desk, with_a_table(docx, 400), "2022.docx")
    assert said(page)[0].startswith("这个文件没有载入：") and page.form.value("previous") == ""


@pytest.mark.parametrize(
    ("content", "name", "words"),
    [
        (b"", "", "没有选择文件"),
        (b"%PDF-1.7", "2022.pdf", "PDF打不开"),
        (b"{", "2022.json", "写法有误"),
        (b'{"year": 1}', "2022.json", "请填写报告年度"),
    ],
)
def test_a_file_that_is_no_report_is_refused_in_words(desk: Page, content: bytes, name: str, words: str) -> None:
    page = bring(desk, content, name)
    assert words in said(page)[0] and page.response.status_code == 200
    assert page.form.value("previous") == ""


def test_a_file_that_was_chosen_and_not_brought_in_is_not_passed_over(desk: Page) -> None:
    page = desk.then("check", {"year": "2023", ".file-previous": "2022.json"})
    assert any("选中的文件还没有载入" in one for one in said(page))


def test_what_is_said_of_figures_is_chosen_and_typed_and_printed_once(desk: Page) -> None:
    page = desk.then("add:remarks", {"year": "2023"}).then("add:remarks")
    typed = {
        "remarks-0-key": "table2.normative.issued",
        "remarks-0-text": "联合制发",
        "remarks-1-key": "table2.normative.issued",
        "remarks-1-text": "约数",
    }
    refused = page.then("check", typed)
    assert "表二“行政规范性文件”本年制发件数写了两次，请合并为一条" in refused.form.text
    unplaced = page.then("check", {"remarks-0-text": "联合制发"})
    assert "没有选是哪个数字" in unplaced.form.text and unplaced.form.value("remarks-0-text") == "联合制发"


def test_the_record_is_saved_and_goes_on_next_week(desk: Page) -> None:
    page = desk.then("paste:table3", {"year": "2023", ".pasted-table3": SPREADSHEET, "processing_fee-yuan": "12.5"})
    page = bring(page, json.dumps(given("2022")).encode(), "2022.json")
    saved: dict[str, Any] = json.loads(page.press("save").data)
    assert saved["table3"]["rows"] == given("2023")["table3"]["rows"]
    assert saved["previous"] == read(json.dumps(given("2022"))).as_json() and saved["processing_fee"] == {"yuan": 12.5}
    again = Page(
        page.client,
        REPORT,
        page.client.post(
            REPORT,
            data={
                ".do": "load",
                "csrf_token": page.form.value("csrf_token"),
                ".file": (BytesIO(json.dumps(saved).encode()), "a.json"),
            },
        ),
    )
    assert json.loads(again.press("save").data) == saved


@pytest.mark.parametrize("do", ["compute:nothing", "paste:year", "bring:table3", "drop:table2", "zeros:previous"])
def test_a_button_that_the_page_does_not_have_changes_nothing(desk: Page, do: str) -> None:
    page = desk.then(do, {"year": "2023"})
    assert page.response.status_code == 422 and page.form.value("year") == "2023"


@pytest.mark.slow
@pytest.mark.parametrize("name", SEEDS)
def test_a_seed_is_entered_by_hand_and_builds_the_same_text(name: str, desk: Page, service: Service) -> None:
    content = json.dumps(given(name), ensure_ascii=False).encode()
    data = {".do": "load", "csrf_token": desk.form.value("csrf_token"), ".file": (BytesIO(content), "a.json")}
    made = Page(desk.client, REPORT, desk.client.post(REPORT, data=data)).press("docx")
    if made.mimetype == "text/html":  # warnings are shown before the file is handed out
        made = Page(desk.client, REPORT, made).press("docx")
    assert read(made.data).cells == read(service.build("annual-report", given(name)).content).cells


def load_book(page: Page, content: bytes, name: str = "表格.xlsx", grid: str = "table3") -> Page:
    data = MultiDict([*page.form.pairs, (".do", f"book:{grid}")])
    data[f".file-{grid}"] = (BytesIO(content), name)  # type: ignore[assignment]  # a file, as werkzeug takes it
    return Page(page.client, REPORT, page.client.post(REPORT, data=data, content_type="multipart/form-data"))


def book(record: Record) -> bytes:
    return write_book(record, author="某机关", created=date(2024, 1, 5))


def figures_on(page: Page) -> dict[str, str]:
    rows = given("2023")["table3"]["rows"]
    return {f"{key}-{i}": page.form.value(f"table3-rows-{key}-{i}") for key in rows for i in range(7)}


def test_a_table_file_fills_every_grid_and_leaves_what_was_typed_elsewhere(desk: Page) -> None:
    page = load_book(desk.then("check", {"narrative-problems": "解读形式还不够丰富。"}), book(load(given("2023"))))
    assert said(page) == ["载入了“表二”、“表三”、“表四”，请核对。"]
    rows = given("2023")["table3"]["rows"]
    assert figures_on(page) == {f"{key}-{i}": str(row[i]) for key, row in rows.items() for i in range(7)}
    assert page.form.value("narrative-problems") == "解读形式还不够丰富。"
    assert page.form.value("year") == "2023"


def test_figures_that_a_table_file_changes_are_told(desk: Page) -> None:
    page = load_book(desk.then("check", {"year": "2023", "table3-rows-new-0": "77"}), book(load(given("2023"))))
    assert "改动了1处：表三“一、本年新收政府信息公开申请数量”自然人由77改为3。" in said(page)[0]


def test_a_table_file_of_the_other_form_fills_no_grid_of_this_one(desk: Page) -> None:
    page = load_book(desk.then("check", {"year": "2023"}), book(load(given("2020"))))
    told = "这个文件没有载入：“表二”、“表三”是另一种格式的，请核对报告的年度和格式。"
    assert said(page) == [f"{told}报告年度填的是2023，带入的是2020。"]
    assert page.form.value("table3-rows-new-0") == ""


def test_a_table_file_with_a_wrong_cell_fills_nothing_and_names_it(desk: Page) -> None:
    opened = load_workbook(BytesIO(book(load(given("2023")))), data_only=True)
    opened["表三"]["D7"] = "不详"
    changed = BytesIO()
    opened.save(changed)
    page = load_book(desk, changed.getvalue())
    assert said(page)[0].startswith("这个文件没有载入：工作表“表三”的D7写的是“不详”")
    assert set(figures_on(page).values()) == {""}


def test_an_old_table_file_is_refused_with_the_way_to_save_it(desk: Page) -> None:
    old = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 500 + "Workbook".encode("utf-16-le")
    page = load_book(desk, old, "报送表.xls")
    assert "不能读取旧版表格文件" in said(page)[0] and "Excel 工作簿" in said(page)[0]
