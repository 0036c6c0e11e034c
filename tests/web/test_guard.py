"""A form must come from our own page, be a form, and be of a size that can be handled."""

from __future__ import annotations

from io import BytesIO

import pytest
from flask import Flask
from flask.testing import FlaskClient

from gipdocs.web.guard import MOST_FIELDS
from tests.web.browser import Form, open_page

CASE = "/desk/documents/small-case"
TYPED = {"person-name": "张三", "title": "一份清单", "day": "2026-03-01"}


@pytest.mark.parametrize("token", [None, "", "wrong"])
def test_a_form_without_a_right_token_is_not_acted_on_but_comes_back_with_everything_typed(
    browser: FlaskClient, token: str | None
) -> None:
    page = open_page(browser, CASE)
    sent = TYPED | {".do": "docx"} | ({} if token is None else {"csrf_token": token})
    response = browser.post(CASE, data=sent)
    assert response.status_code == 400 and response.mimetype == "text/html"
    again = Form(response.text)
    assert "页面已经过期" in again.text and again.value("title") == "一份清单"
    assert again.value("csrf_token") not in (None, "", "wrong")
    page.form = again
    assert page.press("docx").status_code == 200


def test_a_token_of_another_browser_is_not_taken(browser: FlaskClient, small_app: Flask) -> None:
    token = open_page(small_app.test_client(), CASE).form.value("csrf_token")
    for address in (CASE, CASE + "/preview"):
        response = browser.post(address, data=TYPED | {".do": "docx", "csrf_token": token})
        assert response.status_code == 400 and "页面已经过期" in response.text


def test_a_file_without_a_right_token_is_not_read(browser: FlaskClient) -> None:
    file = (BytesIO(b'{"title": "\xe7\xa7\x98\xe5\xaf\x86"}'), "answers.json")
    response = browser.post(CASE, data={".do": "load", ".file": file}, content_type="multipart/form-data")
    assert response.status_code == 400 and "没有载入" in response.text and "秘密" not in response.text


def test_a_page_may_lie_open_for_days(browser: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    page = open_page(browser, CASE)
    import itsdangerous.timed

    later = itsdangerous.timed.time.time() + 7 * 24 * 3600
    monkeypatch.setattr(itsdangerous.timed.time, "time", lambda: later)
    assert page.press("docx", dict(TYPED)).status_code == 200


@pytest.mark.parametrize("content_type", ["application/json", "text/plain", "", "application/xml"])
@pytest.mark.parametrize("address", [CASE, CASE + "/preview", "/documents/small-slip"])
def test_what_is_no_form_is_refused(browser: FlaskClient, address: str, content_type: str) -> None:
    response = browser.post(address, data=b'{"title": "x"}', content_type=content_type)
    assert response.status_code == 415 and "这里只接受网页表单" in response.text


@pytest.mark.parametrize("address", [CASE, CASE + "/preview", "/documents/small-slip"])
@pytest.mark.parametrize(
    "content_type", ["application/x-www-form-urlencoded", "multipart/form-data; boundary=x"], ids=["plain", "parts"]
)
def test_a_huge_body_is_refused_with_what_to_do(browser: FlaskClient, address: str, content_type: str) -> None:
    response = browser.post(address, data=b"title=" + b"x" * 400_000, content_type=content_type)
    assert response.status_code == 413
    assert "提交的内容过大" in response.text and "返回上一页" in response.text


def test_too_many_fields_are_refused(browser: FlaskClient) -> None:
    response = browser.post(CASE, data={f"f-{i}": "" for i in range(MOST_FIELDS + 1)})
    assert response.status_code == 413


def test_a_broken_upload_is_no_fault_of_ours(browser: FlaskClient) -> None:
    response = browser.post(CASE, data=b"--x\r\nnonsense", content_type="multipart/form-data; boundary=x")
    assert response.status_code == 400


def test_home_and_list_leave_no_cookie(browser: FlaskClient) -> None:
    for address in ("/", "/desk/", "/nowhere"):
        assert "Set-Cookie" not in browser.get(address).headers
    cookie = browser.get(CASE).headers["Set-Cookie"]
    assert "HttpOnly" in cookie and "SameSite=Lax" in cookie
