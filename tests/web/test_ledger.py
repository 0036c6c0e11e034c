"""The desk's ledger and statistics, and the report's tables filled from the register."""

from __future__ import annotations

import re
from collections.abc import Iterator
from io import BytesIO

import pytest
from flask import Flask
from flask.testing import FlaskClient
from openpyxl import load_workbook
from werkzeug.datastructures import MultiDict

from gipdocs.app import create_app
from gipdocs.service import Service
from gipdocs.settings import Settings
from tests.register.test_ledger import HEADINGS, ROW, book, changed
from tests.web.browser import Form

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

    html = desk.get(REPORT + "?sample").text
    form = Form(html)
    assert "ledger" in form.buttons
    typed = MultiDict([(name, value) for name, value in form.pairs if name != "preamble"])
    typed["preamble"] = "本报告由某局编制。"
    filled = desk.post(REPORT, data=MultiDict([*typed.items(multi=True), (".do", "ledger")]))
    assert "已从台账带入2025年的表三、表四和信息处理费" in filled.text
    values = dict(Form(filled.text).pairs)
    assert values["preamble"] == "本报告由某局编制。"
    assert (values["table3-rows-granted-0"], values["table3-rows-new-0"]) == ("2", "1")
    assert values["processing_fee-cases"] == "0"


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
