"""Batches at the desk, from the table to the archive: without JavaScript, and once in a real browser."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from flask import Flask
from flask.testing import FlaskClient
from openpyxl import load_workbook
from playwright.sync_api import Browser, Page, expect
from werkzeug.datastructures import FileStorage
from werkzeug.test import TestResponse, encode_multipart

from gipdocs.access.actors import HERE
from gipdocs.app import create_app
from gipdocs.batch import ordering
from gipdocs.batch.orders import MOST_BYTES, Order, OrderedRow
from gipdocs.batch.running import run_until_idle
from gipdocs.register.register import Register
from gipdocs.service import Service
from gipdocs.settings import MIB, PROJECT, Settings
from gipdocs.web.batch_orders import name_place
from tests.web.browser import Form, text_of
from tests.web.conftest import serve, small_plugins
from tests.web.test_axe import AXE, FULL, RUN
from tests.web.valid import faults

pytestmark = pytest.mark.slow

ORDER = "/desk/documents/small-case/batch"
LIST = "/desk/batches"
RIGHT: dict[str, Any] = {"申请·姓名": "张三", "标题": "一份清单", "日期": date(2026, 3, 1)}
SAMPLE: dict[str, Any] = {"person": {"name": "张三"}, "title": "一份清单", "day": "2026-03-01"}
LINE = 3
"""The first row of a table below its example."""


@pytest.fixture(scope="module")
def batches_app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """The application with small documents and a register, for small bodies only."""
    folder: Path = tmp_path_factory.mktemp("batches")
    plugins = (PROJECT / "plugins", small_plugins(folder))
    database = f"sqlite:///{folder}/register.db"
    app = create_app(Settings(secret_key="test", max_body=300_000, database=database, plugins=plugins))
    yield app
    app.extensions["gipdocs"].close()


@pytest.fixture
def service(batches_app: Flask) -> Service:
    found: Service = batches_app.extensions["gipdocs"]
    return found


@pytest.fixture
def register(service: Service) -> Register:
    assert service.register is not None
    return service.register


@pytest.fixture
def desk(batches_app: Flask) -> FlaskClient:
    return batches_app.test_client()


def fill_table(content: bytes, *rows: dict[str, Any]) -> bytes:
    """The table with these rows below its example, or in place of those that it has; values by heading."""
    book = load_workbook(BytesIO(content))
    sheet = book.worksheets[0]
    columns = {str(cell.value).rstrip("*"): cell.column for cell in sheet[1]}
    for line, row in enumerate(rows, LINE):
        for heading, value in row.items():
            sheet.cell(line, columns[heading]).value = value
    out = BytesIO()
    book.save(out)
    book.close()
    return out.getvalue()


def blank_table(desk: FlaskClient) -> bytes:
    answer = desk.get(f"{ORDER}/table.xlsx")
    assert answer.status_code == 200
    return answer.data


def post(desk: FlaskClient, url: str, data: dict[str, Any], table: bytes | None = None) -> TestResponse:
    """Send a form as a browser does, with a file if one is chosen."""
    file = {} if table is None else {"file": FileStorage(BytesIO(table), filename="三月.xlsx")}
    boundary, body = encode_multipart({**data, **file})
    return desk.post(url, data=body, content_type=f"multipart/form-data; boundary={boundary}")


def press(
    desk: FlaskClient, do: str, typed: dict[str, str] | None = None, *, table: bytes | None = None
) -> TestResponse:
    """Type into the page on which a batch is ordered, choose a file and press a button."""
    pairs = [
        (key, value) for key, value in Form(desk.get(ORDER).text).pairs if key not in (typed or {}) and key != "file"
    ]
    data: dict[str, Any] = {}
    for key, value in [*pairs, *(typed or {}).items(), (".do", do)]:
        data.setdefault(key, []).append(value)
    return post(desk, ORDER, data, table)


def order_table(desk: FlaskClient, *rows: dict[str, Any], **typed: str) -> str:
    """The address of a batch that was ordered with these rows, which are still unchecked."""
    changes = {
        ".format": "docx",
        ".name": "/person/name",
        **{key.replace("__", "-"): value for key, value in typed.items()},
    }
    answer = press(desk, "order", changes, table=fill_table(blank_table(desk), *rows))
    assert answer.status_code == 303, answer.text
    return answer.location


def order_rows(register: Register, *answers: dict[str, Any], **more: Any) -> str:
    """The address of a batch that a program has ordered."""
    rows = [OrderedRow(answers=one) for one in answers]
    wanted = Order(document="small-case", format="docx", rows=rows, **{"start": False, **more})
    return f"{LIST}/{ordering.order(register, wanted, by=HERE)}"


def act(desk: FlaskClient, url: str, do: str, table: bytes | None = None, **fields: str) -> TestResponse:
    """Press a button of a batch's page."""
    token = Form(desk.get(ORDER).text).value("csrf_token")
    return post(desk, url, {"csrf_token": token, "do": do, **fields}, table)


def read(desk: FlaskClient, url: str) -> str:
    """What can be read on a page, which is valid HTML."""
    answer = desk.get(url)
    assert answer.status_code == 200, answer.text
    assert faults(answer.text) == []
    return Form(answer.text).text


def test_a_batch_goes_from_the_table_to_the_archive(desk: FlaskClient, service: Service) -> None:
    url = order_table(desk, RIGHT, {**RIGHT, "日期": "三十号"}, {**RIGHT, "申请·姓名": "李四"})
    assert "正在核对" in read(desk, url) and '<meta http-equiv="refresh" content="5">' in desk.get(url).text
    run_until_idle(service)
    seen = read(desk, url)
    assert "共3行，可以生成2行，需要改正1行。" in seen
    assert 'href="#samples"' in desk.get(url).text
    assert f"第{LINE + 1}行" in seen and f"第{LINE}行" not in seen and "“日期”" in seen
    assert "0001_张三.docx" in seen and "0003_李四.docx" in seen
    shown = desk.get(f"{url}/preview?place=3")
    assert "李四" in shown.text and "sandbox" in shown.headers["Content-Security-Policy"]
    assert act(desk, url, "start").status_code == 409
    assert act(desk, url, "skip").location == url
    assert "前面还有批次正在生成的，轮到时开始" in read(desk, url)
    run_until_idle(service)
    done = read(desk, url)
    assert "已完成：生成了2件，跳过有问题的1行。" in done and "七日后自动删除" in done
    with ZipFile(BytesIO(desk.get(f"{url}/archive.zip").data)) as archive:
        assert archive.testzip() is None
        assert [name for name in archive.namelist() if name.endswith(".docx")] == ["0001_张三.docx", "0003_李四.docx"]
    single = desk.get(f"{url}/files/3")
    assert "李四" in text_of(single.data) and "0003_%E6%9D%8E" in single.headers["Content-Disposition"]
    assert single.headers["Cache-Control"] == "no-store"
    assert "正在办理" not in act(desk, f"{url}/remove", "").text
    assert "文件和填写的内容已经删除" in read(desk, url)
    assert desk.get(f"{url}/files/3").status_code == desk.get(f"{url}/archive.zip").status_code == 410
    listed = read(desk, LIST)
    assert "已删除" in listed and "小案卷" in listed
    gone = desk.get(f"{url}/preview?place=3")
    assert gone.status_code == 410 and "填写的内容已经删除。" in gone.text and "请先补正" not in gone.text
    assert desk.get(f"{url}/remove").location == url


def test_a_table_is_corrected_in_the_copy_that_marks_its_faults(desk: FlaskClient, service: Service) -> None:
    url = order_table(desk, RIGHT, {**RIGHT, "日期": "三十号"})
    run_until_idle(service)
    marked = desk.get(f"{url}/problems.xlsx").data
    sheet = load_workbook(BytesIO(marked)).worksheets[0]
    assert "日期" in str([cell.value for cell in sheet[LINE + 1]][-1]) and sheet.cell(LINE, 2).value == "张三"
    corrected = fill_table(marked, {}, {"日期": date(2026, 3, 2)})
    answer = act(desk, url, "replace", corrected)
    assert answer.location == f"{url}?done=replaced"
    assert "已经换成新的表格" in read(desk, answer.location)
    run_until_idle(service)
    checked = read(desk, answer.location)
    assert "共2行，都可以生成。" in checked and "正在重新核对" not in checked
    assert "已核对，请开始" in read(desk, LIST)
    assert "没有选择文件" in act(desk, url, "replace").text
    assert act(desk, url, "start").status_code == 303


def test_whoever_fills_in_a_table_is_told_the_labels_of_a_choice(desk: FlaskClient, service: Service) -> None:
    url = order_table(desk, {**RIGHT, "方式": "快递"}, {**RIGHT, "形式": "软盘"})
    run_until_idle(service)
    shown = read(desk, url)
    assert "请从下列各项中选择：邮寄、自取。" in shown and "请从下列各项中选择：纸质、光盘。" in shown
    assert "mail（" not in shown and "paper（" not in shown


def test_what_all_share_is_typed_once_and_a_row_may_differ(desk: FlaskClient, service: Service) -> None:
    rows = (
        {"申请·姓名": "张三", "日期": date(2026, 3, 1)},
        {"申请·姓名": "李四", "日期": date(2026, 3, 1), "标题": "另一份"},
    )
    url = order_table(desk, *rows, title="大家的标题")
    run_until_idle(service)
    shown = [desk.get(f"{url}/preview?place={place}").text for place in (1, 2)]
    assert "大家的标题" in shown[0] and "另一份" in shown[1] and "大家的标题" not in shown[1]


def test_nothing_must_be_answered_that_all_share(desk: FlaskClient) -> None:
    html = desk.get(ORDER).text
    assert "aria-required" not in html and faults(html) == []
    marks = re.findall(r'<span class="must"[^>]*>([^<]*)</span>', html)
    assert marks == ["必选"]


def test_what_is_wrong_with_the_order_is_said_with_everything_still_in_it(desk: FlaskClient) -> None:
    typed = {"title": "大家的标题", "day": "2026-13-01"}
    answer = press(desk, "order", typed, table=b"x")
    form = Form(answer.text)
    assert answer.status_code == 422 and "2026-13-01这一天" in form.text and "请重新选择文件" in form.text
    assert (form.value("title"), form.value("day")) == ("大家的标题", "2026-13-01")
    assert "<details open>" in answer.text and faults(answer.text) == []
    answer = press(desk, "order", {"title": "大家的标题"})
    form = Form(answer.text)
    assert answer.status_code == 422 and "没有选择文件" in form.text and form.value("title") == "大家的标题"


def test_a_row_of_a_list_is_added_to_what_all_share_and_must_be_whole(desk: FlaskClient) -> None:
    added = Form(press(desk, "add:files", {"title": "大家的标题"}).text)
    assert added.value("files-0-name") == "" and added.value("title") == "大家的标题"
    refused = press(desk, "order", {"files-0-pages": "3"}, table=b"x")
    assert refused.status_code == 422 and "请填写“名称”" in Form(refused.text).text


def test_what_was_typed_for_one_letter_comes_along(desk: FlaskClient) -> None:
    form = Form(desk.get("/desk/documents/small-case?sample").text)
    assert "batch" in form.buttons
    data: dict[str, list[str]] = {}
    for name, value in [*form.pairs, (".do", "batch")]:
        data.setdefault(name, []).append(value)
    arrived = Form(desk.post(ORDER, data=data).text)
    assert arrived.value("title") == "一份清单" and arrived.value("person-name") == "张三"


def test_warnings_have_to_be_seen_before_a_batch_starts(
    desk: FlaskClient, register: Register, service: Service
) -> None:
    slow = {**SAMPLE, "title": "说慢了"}
    url = order_rows(register, slow, {**SAMPLE, "title": "请知悉"}, {**SAMPLE, "title": "也慢"})
    run_until_idle(service)
    seen = read(desk, url)
    assert "2行 标题说慢了。" in seen and "1行 请知悉。" in seen
    refused = act(desk, url, "start")
    assert refused.status_code == 422 and "还没有开始" in refused.text
    assert act(desk, url, "start", seen="0").status_code == 422
    version = re.search(r'name="seen" value="(\d+)"', desk.get(url).text)
    assert version and act(desk, url, "start", seen=version[1]).location == url


def test_a_table_may_be_larger_than_any_other_form(desk: FlaskClient) -> None:
    assert MOST_BYTES == 20 * MIB
    assert press(desk, "order", table=b"x" * 2 * MIB).status_code == 303
    answer = press(desk, "order", table=b"x" * (MOST_BYTES + 1))
    assert answer.status_code == 422 and "超过20 MB" in answer.text
    answer = press(desk, "order", table=b"x" * (MOST_BYTES + 2 * MIB))
    assert answer.status_code == 413 and "表格太大" in answer.text


def test_an_order_that_is_sent_twice_makes_one_batch(desk: FlaskClient) -> None:
    table = fill_table(blank_table(desk), RIGHT)
    data = {name: value for name, value in Form(desk.get(ORDER).text).pairs if name != "file"} | {".do": "order"}
    sent = [post(desk, ORDER, data, table).location for _ in range(2)]
    assert sent[0] == sent[1]


def test_a_table_that_cannot_be_read_says_why(desk: FlaskClient, service: Service) -> None:
    url = press(desk, "order", table=b"PK\x03\x04nonsense").location
    run_until_idle(service)
    seen = read(desk, url)
    assert "表格没有读出来" in seen and "改正后重新上传" in seen and "开始生成" not in seen


def test_a_batch_is_stopped_and_resumed(desk: FlaskClient, register: Register, service: Service) -> None:
    url = order_rows(register, SAMPLE, SAMPLE)
    assert act(desk, url, "cancel").location == url
    seen = read(desk, url)
    assert "已停止：生成了0件，停止时还没有生成的2件。" in seen and "接着生成（2件）" in seen
    assert act(desk, url, "resume").location == f"{url}?done=resumed"
    run_until_idle(service)
    assert "已完成：生成了2件。" in read(desk, url)
    assert "各件都已经办完" in act(desk, url, "resume").text


def test_what_was_not_made_is_told_with_its_reason(desk: FlaskClient, register: Register, service: Service) -> None:
    url = order_rows(register, SAMPLE, {**SAMPLE, "title": "说晚了"}, start=True, skip_invalid=True)
    run_until_idle(service)
    assert "生成了1件，跳过有问题的1行" in read(desk, url)
    sheet = load_workbook(BytesIO(desk.get(f"{url}/problems.xlsx").data)).worksheets[0]
    assert sheet.max_row == LINE and "标题说晚了。" in str([cell.value for cell in sheet[LINE]][-1])


def test_a_fault_names_its_column_or_that_of_its_list(service: Service) -> None:
    schema = service.registry["small-case"].document.schema
    places = ("/person/name", "/files/1/name", "/lines/3", "", "/nothing", "/person")
    assert [name_place(schema, place) for place in places] == ["申请·姓名", "附件2·名称", "要点", "", "", "申请·姓名"]


def test_a_page_that_is_not_ours_does_nothing(desk: FlaskClient, register: Register) -> None:
    url = order_rows(register, SAMPLE)
    assert post(desk, url, {"do": "cancel"}).status_code == 400
    assert post(desk, f"{url}/remove", {"do": ""}).status_code == 422
    answer = desk.post(ORDER, data={".do": "order", "title": "大家的标题"})
    assert answer.status_code == 400 and Form(answer.text).value("title") == "大家的标题"
    assert "正在核对" in read(desk, url)


def test_removing_asks_once(desk: FlaskClient, register: Register, service: Service) -> None:
    url = order_rows(register, SAMPLE)
    refused = act(desk, f"{url}/remove", "")
    assert refused.status_code == 422 and "请先停止" in refused.text
    run_until_idle(service)
    assert "不能恢复" in read(desk, f"{url}/remove")
    assert act(desk, f"{url}/remove", "").location == f"{LIST}?done=removed"


def test_the_list_goes_on_beyond_a_page(desk: FlaskClient, register: Register, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("gipdocs.web.batches", "gipdocs.batch.batches"):
        monkeypatch.setattr(f"{module}.PAGE", 2)
    made = [order_rows(register, SAMPLE) for _ in range(3)]
    first = desk.get(LIST).text
    older = re.search(r'href="([^"]+)">更早的', first)
    assert older and made[2] in first and made[0] not in first
    assert made[0] in desk.get(older[1]).text


def test_a_document_without_a_table_has_no_batch(desk: FlaskClient) -> None:
    for id in ("annual-report", "catalogue"):
        assert desk.get(f"/desk/documents/{id}/batch").status_code == 404
        assert f"{id}/batch" not in desk.get(f"/desk/documents/{id}").text


def test_an_unknown_batch_is_not_found(desk: FlaskClient) -> None:
    for path in ("", "/remove", "/archive.zip", "/merged.pdf", "/problems.xlsx", "/files/1", "/preview"):
        assert desk.get(f"{LIST}/{'0' * 32}{path}").status_code == 404


def test_without_a_database_there_are_no_batches(client: FlaskClient) -> None:
    assert client.get(LIST).status_code == client.get("/desk/documents/receipt/batch").status_code == 404
    assert "批量生成" not in client.get("/desk/documents/receipt").text + client.get("/desk/").text


def test_the_desk_leads_to_the_batches(desk: FlaskClient) -> None:
    assert desk.get("/desk/").text.count(f'href="{LIST}"') == 2
    assert 'aria-current="page">批量生成' in desk.get(LIST).text


@pytest.mark.converter
def test_a_batch_of_pdfs_is_one_pdf_for_printing(desk: FlaskClient, register: Register, service: Service) -> None:
    rows = [OrderedRow(answers=SAMPLE)] * 3
    wanted = Order(document="small-case", format="pdf", rows=rows)
    url = f"{LIST}/{ordering.order(register, wanted, by=HERE)}"
    run_until_idle(service)
    read(desk, url)
    assert f'{url}/merged.pdf?duplex=1" download>双面打印' in desk.get(url).text
    for query in ("", "?duplex=1", "?first=2&last=3"):
        answer = desk.get(f"{url}/merged.pdf{query}")
        assert answer.mimetype == "application/pdf" and answer.data.startswith(b"%PDF")


# --- In a real browser ---


def check_access(page: Page) -> None:
    """Nothing that axe finds, and nothing beside the window."""
    page.evaluate(AXE)
    assert page.evaluate(RUN, FULL)["wrong"] == []
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


def test_the_whole_job_in_a_browser(chromium: Browser, batches_app: Flask, service: Service, tmp_path: Path) -> None:
    context, wrong = chromium.new_context(viewport={"width": 1093, "height": 614}), list[str]()
    page = context.new_page()
    page.set_default_timeout(15_000)
    page.on("pageerror", lambda error: wrong.append(str(error)))
    for address in serve(batches_app):
        _do_the_job(page, address, service, tmp_path)
    assert wrong == []
    context.close()


def _do_the_job(page: Page, address: str, service: Service, folder: Path) -> None:
    page.goto(f"{address}/desk/documents/small-case")
    page.fill("#title", "大家的标题")
    page.click("button[value=batch]")
    expect(page.locator("#title")).to_have_value("大家的标题")
    page.click("button[value='add:files']")
    page.fill("#files-0-name", "清单")
    check_access(page)
    with page.expect_download() as coming:
        page.click("text=下载表格（XLSX）")
    row = {"申请·姓名": "张三", "日期": date(2026, 3, 1)}
    rows = (row, {**row, "日期": "三十号"}, {**row, "申请·姓名": "李四"})
    table = folder / "三月.xlsx"
    table.write_bytes(fill_table(Path(coming.value.path()).read_bytes(), *rows))
    page.set_input_files("#file", table)
    page.check("input[name='.format'][value=docx]")
    page.select_option("select >> nth=-3", "/person/name")
    page.click(".ways button[value=order]")
    expect(page.locator("#state")).to_have_text("正在核对")
    check_access(page)
    listed = page.context.new_page()
    listed.goto(address + LIST)
    expect(listed.locator("#batches tr >> nth=0")).to_contain_text("正在核对")
    run_until_idle(service)
    expect(listed.locator("#batches tr >> nth=0")).to_contain_text("需要改正")
    listed.close()
    expect(page.locator(".notice")).to_contain_text("可以生成2行，需要改正1行")
    expect(page.frame_locator("iframe").locator("body")).to_contain_text("张三")
    page.click("text=0003_李四.docx")
    expect(page.frame_locator("iframe").locator("body")).to_contain_text("李四")
    check_access(page)
    page.click("button[value=skip]")
    expect(page.locator("#far")).to_contain_text("共2件")
    run_until_idle(service)
    expect(page.locator(".notice")).to_contain_text("生成了2件，跳过有问题的1行")
    check_access(page)
    with page.expect_download() as coming:
        page.click("text=下载全部")
    with ZipFile(coming.value.path()) as archive:
        assert {"0001_张三.docx", "0003_李四.docx"} <= {*archive.namelist()}
    with page.expect_download() as coming:
        page.click("text=0003_李四.docx")
    assert coming.value.suggested_filename == "0003_李四.docx"
    assert "大家的标题" in text_of(Path(coming.value.path()).read_bytes())
    page.click("text=立即删除")
    check_access(page)
    page.click("main button:has-text('删除')")
    expect(page.locator(".notice")).to_contain_text("批次已经删除")
    check_access(page)


def test_a_table_that_is_too_large_is_told_before_it_is_sent(
    chromium: Browser, batches_app: Flask, tmp_path: Path
) -> None:
    large = tmp_path / "a.csv"
    large.write_bytes(b"x" * (MOST_BYTES + 1))
    for address in serve(batches_app):
        context = chromium.new_context()
        page = context.new_page()
        page.goto(address + ORDER)
        expect(page.locator("#file-large")).to_be_hidden()
        page.set_input_files("#file", large)
        expect(page.locator("#file-large")).to_be_visible()
        context.close()
