"""The desk's ledger and statistics, and the report's tables filled from the register."""

from __future__ import annotations

import re
from collections.abc import Iterator
from io import BytesIO

import pytest
from flask import Flask
from flask.testing import FlaskClient
from openpyxl import load_workbook

from gipdocs.app import create_app
from gipdocs.service import Service
from gipdocs.settings import Settings
from tests.register.test_ledger import HEADINGS, ROW, book, changed
from tests.web.browser import Page, open_page

pytestmark = pytest.mark.slow

DESK, REPORT = "/desk/ledger", "/desk/documents/annual-report"


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """The application with a register."""
    place = tmp_path_factory.mktemp("register") / "gipdocs.db"
    app = create_app(Settings(secret_key="test", database=f"sqlite:///{place}"))
    yield app
    app.extensions["gipdocs"].close()


@pytest.fixture
def desk(kept: Flask) -> FlaskClient:
    return kept.test_client()


def token(html: str) -> str:
    found = re.search(r'name="csrf_token" value="([^"]+)"', html)
    assert found
    return found[1]


def sent(desk: FlaskClient, content: bytes, do: str, **more: str) -> tuple[int, str]:
    fields = {"csrf_token": token(desk.get(DESK).text), "do": do, "file": (BytesIO(content), "台账.xlsx"), **more}
    response = desk.post(DESK, data=fields, content_type="multipart/form-data")
    return response.status_code, response.text


def test_a_ledger_is_checked_imported_counted_and_exported(desk: FlaskClient) -> None:
    earlier = changed(申请编号="2024-0009", 收到日期="2024-12-30")
    wrong = book(HEADINGS, ROW, changed(申请编号="2025-0002", 收到日期="三月"))
    status, html = sent(desk, wrong, "import")
    assert status == 422 and "第3行“收到日期”：" in html and "一行也没有导入" in html
    right = book(HEADINGS, ROW, earlier)
    assert "检查完毕：共2行" in sent(desk, right, "check")[1]
    assert "已导入2件" in sent(desk, right, "import")[1]
    page = desk.get("/desk/statistics/2025").text
    link = "/desk/statistics/2025/table3.carried_in.natural_person"
    assert f'href="{link}"' in page
    assert ">2024-0009</a>" in desk.get(link).text and ">2025-0001<" not in desk.get(link).text
    written = desk.get("/desk/ledger.xlsx?year=2025")
    assert written.headers["Cache-Control"] == "no-store"
    assert [row[0] for row in load_workbook(BytesIO(written.data)).active.values] == ["申请编号", "2025-0001"]


def imported(desk: FlaskClient) -> Page:
    """The report's form for 2025, with two cases in the register, whichever test brings them."""
    sent(desk, book(HEADINGS, ROW, changed(申请编号="2024-0009", 收到日期="2024-12-30")), "import")
    return open_page(desk, REPORT).then("part:4", {"year": "2025", "preamble": "本报告由某局编制。"})


def ledger_says(page: Page) -> str:
    told = re.findall(r'<div class="ledger">.*?</div>', page.response.text, re.S)
    return re.sub(r"<[^>]+>|\s", "", "".join(told))


def test_the_reports_tables_are_filled_part_by_part_from_the_ledger(desk: FlaskClient) -> None:
    page = imported(desk)
    assert "台账：2025年新收1件，上年结转1件，办结2件。可以填写“表三" in ledger_says(page)
    page = page.then("ledger:4")
    assert "已从台账带入2025年的数字。" in ledger_says(page) and "改用台账的数" not in page.response.text
    value = page.form.value
    assert (value("table3-rows-granted-0"), value("table3-rows-new-0"), value("table3-rows-new-6")) == ("2", "1", "1")
    assert value("preamble") == "本报告由某局编制。" and value("table4-suit_after-other") == ""
    page = page.then("ledger:5").then("ledger:7")
    assert page.form.value("table4-suit_after-other") == "0" and page.form.value("processing_fee-cases") == "0"


def test_what_was_typed_stays_beside_the_ledger_until_the_clerk_decides(desk: FlaskClient) -> None:
    page = imported(desk).then("ledger:4", {"table3-rows-granted-0": "7", "table3-rows-new-0": "1"})
    assert page.form.value("table3-rows-granted-0") == "7" and page.form.value("table3-rows-carried_in-0") == "1"
    assert "没有改动：表三“（一）予以公开”自然人填的是7，带入的是2" in ledger_says(page)
    page = page.then("replace:4")
    assert page.form.value("table3-rows-granted-0") == "2" and "自然人由7改为2" in ledger_says(page)
    page = page.then("ledger:7", {"processing_fee-cases": "3"})
    assert page.form.value("processing_fee-cases") == "3" and "填的是3，带入的是0" in ledger_says(page)


def test_without_a_year_the_ledger_says_what_is_missing(desk: FlaskClient) -> None:
    page = imported(desk).then("ledger:4", {"year": ""})
    assert "没有带入：请先在第一部分填写报告年度" in ledger_says(page) and page.form.value("table3-rows-new-0") == ""
    assert "没有带入：年度报告的统计表从2019年起才有" in ledger_says(page.then("ledger:4", {"year": "2018"}))


def test_parts_that_the_register_does_not_know_take_nothing_from_it(desk: FlaskClient) -> None:
    page = imported(desk)
    for part in ("3", "99", "table3"):
        assert page.press(f"ledger:{part}").status_code == 422
    assert page.form.buttons.count("ledger:3") == 0


def test_headings_that_mean_nothing_to_us_are_asked(desk: FlaskClient) -> None:
    content = book(["何时", *HEADINGS[2:6]], ["2023-03-03", *ROW[2:6]])
    status, html = sent(desk, content, "check")
    assert status == 422 and "表里没有“收到日期”" in html and 'name="column-何时"' in html
    assert "没有错误" in sent(desk, content, "check", **{"column-何时": "received"})[1]


def test_the_columns_are_asked_above_the_export(desk: FlaskClient) -> None:
    content = book(["何时", *HEADINGS[2:6]], ["2023-03-03", *ROW[2:6]])
    _, html = sent(desk, content, "check")
    assert html.index('name="column-何时"') < html.index('id="export"')
    html = desk.get(DESK).text
    assert html.index('id="export"') < html.index('id="import"') and 'href="/desk/statistics/' in html


def test_a_form_from_elsewhere_and_a_missing_file_change_nothing(desk: FlaskClient) -> None:
    assert desk.post(DESK, data={"do": "import"}).status_code == 400
    fields = {"csrf_token": token(desk.get(DESK).text), "do": "import"}
    response = desk.post(DESK, data=fields, content_type="multipart/form-data")
    assert (response.status_code, "没有选择文件" in response.text) == (422, True)


def test_unknown_figures_and_years_are_told(desk: FlaskClient) -> None:
    for url in ("/desk/statistics/2018", "/desk/statistics/2025/table3.nothing.total"):
        assert desk.get(url).status_code == 404


def test_without_a_register_there_is_no_ledger_and_no_button(client: FlaskClient, service: Service) -> None:
    assert service.register is None
    assert client.get(DESK).status_code == client.get("/desk/statistics/2025").status_code == 404
    assert "从台账带入" not in client.get(REPORT).text


def test_only_documents_with_the_tables_have_the_button(desk: FlaskClient) -> None:
    assert "从台账带入" not in desk.get("/desk/documents/reply-granted").text
