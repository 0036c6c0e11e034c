"""A form must come from our own page, be a form, and be of a size that can be handled."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from io import BytesIO
from threading import Thread
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, build_opener

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.serving import make_server
from werkzeug.test import create_environ, run_wsgi_app

from gipdocs.app import create_app
from gipdocs.web.guard import MOST_FIELDS
from tests.web.browser import Form, open_page

pytestmark = pytest.mark.slow

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


@pytest.mark.parametrize("days", [400, 7, -1, -400])
def test_a_page_may_lie_open_for_days_and_the_clock_may_be_set_back(
    browser: FlaskClient, monkeypatch: pytest.MonkeyPatch, days: int
) -> None:
    page = open_page(browser, CASE)
    then = time.time() + days * 24 * 3600
    monkeypatch.setattr(time, "time", lambda: then)
    assert page.press("docx", dict(TYPED)).status_code == 200


@pytest.fixture
def neighbours(small_app: Flask) -> Iterator[tuple[str, str]]:
    """The addresses of two services on one machine, each with a key of its own."""
    with ExitStack() as closing:
        found = []
        for key in ("one", "another"):
            app = create_app(replace(small_app.extensions["gipdocs"].settings, secret_key=key))
            server = closing.enter_context(make_server("127.0.0.1", 0, app))
            thread = Thread(target=server.serve_forever)
            thread.start()
            closing.callback(thread.join)
            closing.callback(server.shutdown)
            found.append(f"http://127.0.0.1:{server.server_port}")
        yield found[0], found[1]


@pytest.mark.slow
def test_a_form_is_still_good_after_a_visit_to_another_service_on_the_machine(neighbours: tuple[str, str]) -> None:
    kept = build_opener(HTTPCookieProcessor())
    forms = [Form(kept.open(address + CASE).read().decode()) for address in neighbours]
    for address, form in zip(neighbours, forms, strict=True):
        sent = urlencode(TYPED | {".do": "docx", "csrf_token": form.value("csrf_token") or ""})
        with kept.open(address + CASE, sent.encode()) as response:
            assert response.status == 200 and response.read().startswith(b"PK")


@pytest.mark.parametrize(
    ("host", "name"),
    [
        ("127.0.0.1:8131", "gipdocs-8131"),
        ("[::1]:8131", "gipdocs-8131"),
        ("[::1]", "gipdocs"),
        ("localhost", "gipdocs"),
    ],
)
def test_the_cookie_is_named_after_the_port_that_the_browser_sees(browser: FlaskClient, host: str, name: str) -> None:
    cookie = browser.get(CASE, headers={"Host": host}).headers["Set-Cookie"]
    assert cookie.startswith(f"{name}=")


@pytest.mark.parametrize("host", ["localhost:99999", "localhost:0", "localhost:", "[::::]:80", "[", "\\", "a b"])
def test_a_host_that_is_none_is_refused_and_no_fault_of_ours(small_app: Flask, host: str) -> None:
    _, status, _ = run_wsgi_app(small_app, create_environ(CASE) | {"HTTP_HOST": host})
    assert status.startswith("400")


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
