"""The pages that are no form: citizens' home, the desk's list, blank documents, errors."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from gipdocs.documents.build import Built
from gipdocs.errors import ConverterBusy
from gipdocs.law.clock import KINDS
from gipdocs.service import Service
from gipdocs.web.sizes import SIZES, measure
from tests.web.browser import Form, text_of

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def test_home_tells_citizens_whose_counter_this_is_and_how_to_apply(client: FlaskClient, service: Service) -> None:
    response = client.get("/")
    profile = service.profile
    told = Form(response.text).text
    for fact in (profile.name, profile.office.phone, profile.office.address, profile.intake.place, "不保存"):
        assert fact in told
    assert profile.channels["online"].url in response.text
    assert "目前不接收以传真、电子邮件方式提交的申请。" in told
    assert profile.office.times in told
    assert "自收到申请之日起20个工作日内答复。需要延长的，最多延长20个工作日" in told


def test_home_offers_public_documents_only_and_blank_ones_only_where_they_may_be_blank(browser: FlaskClient) -> None:
    html = browser.get("/").text
    assert "/documents/small-slip" in html and "/documents/small-needy" in html
    assert "small-case" not in html and "reply-granted" not in html
    assert "/documents/small-slip/blank.docx" in html and "/documents/small-slip/blank.pdf" in html
    assert "/documents/small-needy/blank" not in html


def test_home_offers_what_the_office_publishes_to_be_read_and_not_to_be_filled_in(client: FlaskClient) -> None:
    html = client.get("/").text
    assert 'href="/documents/guide/blank.html"' in html and 'href="/documents/guide"' not in html
    assert 'href="/documents/guide/blank.docx"' in html and 'href="/documents/guide/blank.pdf"' in html
    assert html.index("怎样申请") < html.index("申请表格") < html.index("指南和资料") < html.index("咨询")
    assert "<script" not in html


def test_home_tells_how_large_a_file_is_before_it_is_downloaded(client: FlaskClient) -> None:
    told = re.findall(r"/documents/([\w-]+)/blank\.docx\"[^>]*>下载[^<]*（DOCX，(\d+) KB）<", client.get("/").text)
    assert {id for id, _ in told} >= {"application-form", "guide"}
    for id, size in told:
        assert abs(len(client.get(f"/documents/{id}/blank.docx").data) / 1024 - int(size)) <= 1


@pytest.mark.slow
def test_the_size_of_a_pdf_is_told_once_it_has_been_made(small_app: Flask, browser: FlaskClient) -> None:
    small_app.extensions.pop(SIZES, None)
    assert "下载空白表（PDF）<" in browser.get("/").text
    edition = next(key for key in small_app.extensions[SIZES] if key[:2] == ("small-slip", "docx"))
    small_app.extensions[SIZES][("small-slip", "pdf", edition[2])] = 1_468_006
    assert "下载空白表（PDF，1.4 MB）<" in browser.get("/").text


def test_sizes_are_measured_where_they_can_be(small_app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    def busy(service: Service, id: str, payload: object, format: str) -> Built:
        if format == "pdf":
            raise ConverterBusy("转换服务繁忙。")
        return Built(filename="", media_type="", content=b"x" * 5000, findings=(), provenance={})

    monkeypatch.setattr(Service, "build", busy)
    small_app.extensions.pop(SIZES, None)
    measure(small_app)
    known = {key[:2]: size for key, size in small_app.extensions.pop(SIZES).items()}
    assert known[("small-slip", "docx")] == 5000 and ("small-slip", "pdf") not in known
    assert ("small-case", "docx") not in known


def test_a_document_to_be_read_has_no_form(client: FlaskClient) -> None:
    response = client.get("/documents/guide")
    assert response.status_code == 302 and response.location == "/documents/guide/blank.html"
    assert "政府信息公开指南" in client.get(response.location).text
    for method, url in (("POST", ""), ("POST", "/preview")):
        refused = client.open(f"/documents/guide{url}", method=method)
        assert refused.status_code == 404 and "不用填写" in refused.text


def test_the_desk_lists_every_document_by_group(browser: FlaskClient) -> None:
    html = browser.get("/desk/").text
    groups = [html.index(f">{group}（") for group in ("申请", "程序", "答复", "其他")]
    assert groups == sorted(groups)
    for id in ("application-form", "extension-notice", "reply-granted", "small-case", "small-slip"):
        assert f'href="/desk/documents/{id}"' in html
    assert "什么问题都问。" in html


@pytest.mark.slow
def test_the_desk_shows_the_law_of_a_day_with_the_documents_that_use_it(browser: FlaskClient) -> None:
    assert 'href="/desk/law"' in browser.get("/desk/").text
    page = browser.get("/desk/law?on=2019-05-14")
    assert page.status_code == 200 and 'value="2019-05-14"' in page.text
    first = page.text.partition("<strong>答复申请</strong>")[2].partition("<strong>")[0]
    now, _, others = first.partition("其他时期的规定")
    assert "15个工作日" in now and "20个工作日" in others
    assert '<a href="/desk/documents/reply-granted">' in others


def test_a_day_of_the_law_that_is_no_day_is_told_and_shown_as_today(browser: FlaskClient) -> None:
    page = browser.get("/desk/law?on=<2019>")
    assert page.status_code == 200 and "“&lt;2019&gt;”：看不出是哪一天，请写作2026-03-01的形式；下面是今天" in page.text
    assert "20个工作日" in page.text.partition("<strong>答复申请</strong>")[2][:200]


@pytest.mark.parametrize("kind", KINDS)
def test_the_desk_asks_for_the_dates_of_every_kind_of_deadline(browser: FlaskClient, kind: str) -> None:
    page = browser.get(f"/desk/deadlines?kind={kind}")
    assert page.status_code == 200 and f'href="/desk/deadlines?kind={kind}" aria-current="page"' in page.text
    for key, question in KINDS[kind].questions.items():
        assert f'name="{key}' in page.text and question.label in page.text


def test_the_desk_reckons_a_deadline_and_shows_how(browser: FlaskClient) -> None:
    assert 'href="/desk/deadlines"' in browser.get("/desk/").text
    page = browser.get("/desk/deadlines?kind=redo&by=judgment&received=2026-03-02&ordered=&posted=").text
    assert "重新答复（20个工作日）：最后一日为2026年3月30日（星期一）" in page
    asked = "kind=answer&channel=in_person&received=2026-03-02"
    rows = "&consultations-0-sent=2026-03-05&consultations-0-returned=2026-03-12"
    page = browser.get(f"/desk/deadlines?{asked}{rows}").text
    assert "最后一日为2026年4月7日（星期二）" in page and 'value="2026-03-12"' in page


def test_faults_of_a_deadline_are_told_above_the_form(browser: FlaskClient) -> None:
    page = browser.get("/desk/deadlines?kind=suit_answer&received=<2026>").text
    assert (
        "有1处需要改正" in page
        and "&lt;2026&gt;" in page
        and "最后一日" not in page.partition("<form")[0].partition("role")[2]
    )
    assert browser.get("/desk/deadlines?kind=nothing").status_code == 200


def test_a_blank_document_is_downloaded_or_read(browser: FlaskClient) -> None:
    response = browser.get("/documents/application-form/blank.docx")
    assert response.mimetype == DOCX and "姓" in text_of(response.data)
    assert 'filename="application-form.docx"' in response.headers["Content-Disposition"]
    page = browser.get("/documents/application-form/blank.html")
    assert page.mimetype == "text/html" and "sandbox" in page.headers["Content-Security-Policy"]
    assert browser.get("/documents/small-needy/blank.docx").status_code == 422
    assert browser.get("/documents/small-slip/blank.odt").status_code == 406


@pytest.mark.parametrize(
    ("method", "url", "status", "words"),
    [
        ("GET", "/nowhere", 404, "没有这个页面"),
        ("GET", "/desk/documents/nothing", 404, "没有标识为"),
        ("POST", "/desk/documents/nothing", 404, "没有标识为"),
        ("GET", "/documents/small-case", 404, "由工作人员填写"),
        ("POST", "/documents/small-case", 404, "由工作人员填写"),
        ("POST", "/documents/small-case/preview", 404, "由工作人员填写"),
        ("GET", "/documents/small-case/blank.docx", 404, "由工作人员填写"),
        ("POST", "/desk/documents/nothing/preview", 404, "没有标识为"),
        ("GET", "/desk/documents/small-case/preview", 405, "不能这样打开"),
        ("DELETE", "/desk/documents/small-case", 405, "不能这样打开"),
        ("POST", "/", 405, "不能这样打开"),
    ],
)
def test_what_goes_wrong_is_told_in_chinese_on_a_closed_page(
    browser: FlaskClient, method: str, url: str, status: int, words: str
) -> None:
    response = browser.open(url, method=method)
    assert response.status_code == status
    assert words in response.text and "Traceback" not in response.text
    policy = response.headers["Content-Security-Policy"].split("; ")
    assert {"default-src 'self'", "frame-ancestors 'none'", "form-action 'self'", "base-uri 'none'"} <= set(policy)
    assert response.headers["Cache-Control"] == "no-store"
    assert ("Allow" in response.headers) == (status == 405)


def test_an_address_without_its_last_stroke_leads_on(browser: FlaskClient) -> None:
    assert browser.get("/desk").headers["Location"].endswith("/desk/")


def test_our_own_fault_is_told_without_a_trace_and_logged_without_what_was_typed(
    browser: FlaskClient, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_: object) -> None:
        raise ZeroDivisionError("秘密内容")

    monkeypatch.setattr("gipdocs.web.counter.blank_sheet", fail)
    response = browser.get("/desk/documents/small-case")
    assert response.status_code == 500
    assert "服务内部出错" in response.text and "秘密内容" not in response.text
    assert "ZeroDivisionError" in caplog.text and "秘密内容" not in caplog.text


@pytest.mark.slow
def test_pages_load_nothing_from_elsewhere_and_what_they_load_is_there(browser: FlaskClient) -> None:
    for url in ("/", "/desk/", "/desk/documents/small-case", "/nowhere"):
        loaded = re.findall(r'<(?:link|script|img|iframe)[^>]+?(?:href|src)="([^"]*)"', browser.get(url).text)
        for address in loaded:
            if address != "data:,":
                with browser.get(address) as response:
                    assert address.startswith("/") and response.status_code == 200


def test_citizens_are_not_told_that_anything_is_kept(client: FlaskClient) -> None:
    counter, desk = (client.get(f"{place}documents/envelope").text for place in ("/", "/desk/"))
    assert "不印在文书上" in counter and "留存备查" not in counter
    assert "留存备查，不印在文书上" in desk
