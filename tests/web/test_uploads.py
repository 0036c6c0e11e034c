"""A citizen's file at the counters: it fills the form, belongs to its case only once that is opened, and is kept nowhere else."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable
from io import BytesIO
from threading import BoundedSemaphore
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.datastructures import FileStorage
from werkzeug.test import TestResponse, encode_multipart

from gipdocs.packing import Member, unpack, write
from gipdocs.pdf import carried as reader
from gipdocs.service import Service
from gipdocs.web.uploads import LARGEST_TRAVELLING, fit
from tests.web.browser import Form

pytestmark = pytest.mark.slow

NEW, FORM, LETTER = "/desk/cases/new", "/documents/application-form", "/desk/documents/reply-granted"
RARE = {"name": "张䶮㛃𬭊彤", "info_title": "A & B <公务用车>"}
BODY = "word/document.xml"


@pytest.fixture
def desk(register_app: Flask) -> FlaskClient:
    return register_app.test_client()


def handed_in(service: Service, **changes: Any) -> bytes:
    return service.build("application-form", service.sample("application-form") | changes, carry=True).content


def edited(docx: bytes, old: str, new: str) -> bytes:
    members = unpack(docx)
    members[BODY] = members[BODY].replace(old.encode(), new.encode(), 1)
    return write(Member.pack(name, data) for name, data in members.items())


def bring(client: FlaskClient, url: str, content: bytes, name: str = "申请表.docx") -> Form:
    token = dict(Form(client.get(url).text).pairs)["csrf_token"]
    fields = {"csrf_token": token, ".do": "load", ".file": FileStorage(BytesIO(content), name)}
    return Form(post(client, url, fields).text)


def post(client: FlaskClient, url: str, fields: dict[str, Any]) -> TestResponse:
    """As a browser sends a file; the test client would put a large one into a file that it never closes."""
    boundary, body = encode_multipart(fields)
    return client.post(url, data=body, content_type=f"multipart/form-data; boundary={boundary}")


def values(form: Form) -> dict[str, str]:
    return dict(form.pairs)


def open_case(client: FlaskClient, form: Form, **changes: str) -> str:
    arrival = {"received": "2026-03-02", "channel": "online", "confirmed": "2026-03-03"}
    pairs = [(name, value) for name, value in form.pairs if name not in arrival | changes]
    data: dict[str, list[str]] = {".do": ["open"]}
    for name, value in [*pairs, *arrival.items(), *changes.items()]:
        data.setdefault(name, []).append(value)
    answer = client.post(NEW, data=data)
    assert answer.status_code == 303, answer.text
    return client.get(answer.headers["Location"]).text


def test_a_new_case_is_filled_from_the_form_and_keeps_it_when_opened(desk: FlaskClient, service: Service) -> None:
    docx = handed_in(service, **RARE)
    form = bring(desk, NEW, docx)
    told = values(form)
    assert told["application-name"] == RARE["name"] and told["application-info_title"] == RARE["info_title"]
    assert "“申请表.docx”存入案件；现在还没有保存" in form.text
    case = open_case(desk, form)
    assert "案件已经登记。" in case and "申请表.docx" in case
    kept = re.search(r'href="(/desk/cases/[^"]*/files/[0-9a-f]{64})"', case)
    assert kept and desk.get(kept[1]).data == docx


def test_a_file_without_a_case_is_kept_nowhere(desk: FlaskClient, service: Service) -> None:
    before = desk.get("/desk/cases").text.count("<tr")
    bring(desk, NEW, handed_in(service))
    assert desk.get("/desk/cases").text.count("<tr") == before


def test_a_file_that_was_tampered_with_on_its_way_loses_no_case(desk: FlaskClient, service: Service) -> None:
    case = open_case(desk, bring(desk, NEW, handed_in(service)), **{".paper": "不是文件"})
    assert "申请人交来的文件没有存进去" in case


def test_a_large_file_fills_the_form_but_does_not_travel(desk: FlaskClient, service: Service) -> None:
    members = unpack(handed_in(service)) | {"word/media/a.png": os.urandom(LARGEST_TRAVELLING)}
    form = bring(desk, NEW, write(Member.pack(name, data) for name, data in members.items()))
    assert values(form)["application-name"] and ".paper" not in values(form)
    assert "登记以后请用“增加文件”把它存入案件" in form.text


def test_what_differs_is_told_beside_its_question_by_its_label(desk: FlaskClient, service: Service) -> None:
    form = bring(desk, NEW, edited(handed_in(service), "张晓彤", "李小四"))
    assert values(form)["application-name"] == "李小四" and "有1处要对照文件核对" in form.text
    assert form.text.count("“姓名或者名称”与文件里附带的内容不同") >= 1 and "application-name-remarks" in form.ids


def test_any_letter_takes_the_form_as_its_block(client: FlaskClient, service: Service) -> None:
    form = bring(client, LETTER, handed_in(service, **RARE))
    told = values(form)
    assert told["application-name"] == RARE["name"] and told["application-info_title"] == RARE["info_title"]
    assert "不是这份文书的填写项" not in form.text


def test_any_letter_takes_a_citizens_saved_answers_too(client: FlaskClient, service: Service) -> None:
    sample = json.dumps(service.sample("application-form")).encode()
    form = bring(client, LETTER, sample, "申请.json")
    assert values(form)["application-name"] == "张晓彤" and "不是这份文书的填写项" not in form.text


def test_every_document_that_asks_for_the_application_takes_it_flat(service: Service) -> None:
    """Nineteen answers, and a block that asks for them: by its questions, not by its name."""
    flat, taking = service.sample("application-form"), 0
    for entry in service.registry.values():
        fitted, block = fit(entry.document.schema, flat)
        assert fitted in (flat, {block: flat})
        taking += bool(block)
    assert taking > 20


def test_the_citizens_page_takes_its_own_file_back(client: FlaskClient, service: Service) -> None:
    form = bring(client, FORM, handed_in(service, **RARE))
    assert values(form)["name"] == RARE["name"]
    refused = bring(client, FORM, json.dumps(service.sample("application-form")).encode(), "申请.json")
    assert "这个文件不是DOCX或者PDF" in refused.text and values(refused)["name"] == ""


def test_a_file_without_answers_inside_says_that_it_was_read_by_eye(client: FlaskClient, service: Service) -> None:
    plain = service.build("application-form", service.sample("application-form")).content
    form = bring(client, FORM, plain)
    assert values(form)["name"] == "张晓彤" and "按文件上看得见的文字填写的，请逐项核对" in form.text


@pytest.mark.parametrize("do, carries", [("docx", True), ("docx-plain", False)])
def test_the_citizen_chooses_whether_the_answers_go_along(
    client: FlaskClient, service: Service, do: str, carries: bool
) -> None:
    page = client.get(FORM).text
    assert "文件里附有填写的内容" in page and 'value="docx-plain"' in page and 'value="pdf-plain"' in page
    token = dict(Form(page).pairs)["csrf_token"]
    answer = client.post(FORM, data={"csrf_token": token, "name": "张三", ".do": do})
    assert answer.status_code == 200
    assert ("customXml/item1.xml" in unpack(answer.data)) is carries


def test_the_desks_own_downloads_do_not_carry(client: FlaskClient) -> None:
    url = "/desk/documents/application-form"
    token = dict(Form(client.get(url).text).pairs)["csrf_token"]
    told = {"name": "张三", "phone": "13800138000", "info_title": "2025年市级机关公务用车更新计划"}
    data = {"csrf_token": token, **told, ".do": "docx"}
    answer = client.post(url, data=data)
    assert answer.status_code == 200 and "customXml/item1.xml" not in unpack(answer.data)


def test_a_refused_file_says_why_once(client: FlaskClient) -> None:
    form = bring(client, FORM, b"%PDF-1.7", "a.pdf")
    assert form.text.count("PDF打不开") == 1


def test_a_file_that_has_to_wait_too_long_is_refused_with_the_time_to_come_again(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reader, "PATIENCE", 0.01)
    monkeypatch.setattr(reader, "_free", BoundedSemaphore(1))
    with reader._free:
        assert bring(client, FORM, b"%PDF-1.7", "a.pdf").text.count("请稍候再试") == 1
        answer = send(client, b"%PDF-1.7", "a.pdf")
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
    assert send(client, b"%PDF-1.7", "a.pdf").status_code == 422


def send(client: FlaskClient, content: bytes, name: str = "申请表.docx") -> Any:
    return post(client, "/api/v1/read", {"file": FileStorage(BytesIO(content), name)})


def test_the_api_reads_a_file(client: FlaskClient, service: Service) -> None:
    answer = send(client, edited(handed_in(service), "张晓彤", "李小四"))
    assert answer.status_code == 200 and answer.headers["Cache-Control"] == "no-store"
    told = answer.get_json()
    assert told["answers"] == service.sample("application-form") | {"name": "李小四"}
    assert (told["document"], told["source"]) == ("application-form", "carried")
    assert [(one["pointer"], one["code"]) for one in told["differences"]] == [("/name", "carried-differs")]
    assert client.post("/api/v1/documents/application-form", json=told["answers"]).status_code == 200


@pytest.mark.parametrize(
    "ask, status",
    [
        (lambda client: send(client, b"text"), 422),
        (lambda client: client.post("/api/v1/read", json={}), 415),
        (lambda client: client.post("/api/v1/read", data={"other": (BytesIO(b""), "a")}), 400),
        (lambda client: send(client, bytes(3 << 20)), 413),
    ],
    ids=["no document", "JSON", "no file", "too large"],
)
def test_the_api_refuses_in_its_one_shape(client: FlaskClient, ask: Callable[[FlaskClient], Any], status: int) -> None:
    answer = ask(client)
    assert answer.status_code == status and answer.mimetype == "application/problem+json"
    assert answer.get_json()["detail"].endswith("。")


def test_the_api_puts_answers_inside_if_asked(client: FlaskClient, service: Service) -> None:
    url, sample = "/api/v1/documents/application-form", service.sample("application-form")
    assert "customXml/item1.xml" not in unpack(client.post(url, json=sample).data)
    assert send(client, client.post(f"{url}?carry=true", json=sample).data).get_json()["answers"] == sample
    refused = client.post(f"{url}?carry=yes", json=sample)
    assert refused.status_code == 400 and refused.get_json()["errors"][0]["pointer"] == "/carry"


def load_into(client: FlaskClient, form: Form, content: bytes, name: str, **typed: str) -> Form:
    """Type into the page of a new case and load a file there, as its one form sends both."""
    fields = {**values(form), **typed, ".do": "load", ".file": FileStorage(BytesIO(content), name)}
    return Form(post(client, NEW, fields).text)


def test_the_arrival_that_was_typed_stays_whatever_file_is_loaded(desk: FlaskClient, service: Service) -> None:
    typed = {"received": "2026-03-02", "channel": "in_person", "application-name": "王芳"}
    refused = load_into(desk, Form(desk.get(NEW).text), b"{", "申请.json", **typed)
    assert "读不出来" in refused.text and typed.items() <= values(refused).items()
    loaded = load_into(desk, refused, handed_in(service, **RARE), "申请表.docx")
    expected = {"received": "2026-03-02", "channel": "in_person", "application-name": RARE["name"]}
    assert expected.items() <= values(loaded).items() and ".paper" in values(loaded)
    spoilt = load_into(desk, loaded, b"{", "申请.json")
    assert ".paper" in values(spoilt) and values(spoilt)["application-name"] == RARE["name"]
    answers = json.dumps({"applicant_kind": "citizen", "name": "李明"}).encode()
    other = load_into(desk, spoilt, answers, "申请.json")
    assert values(other)["application-name"] == "李明" and ".paper" not in values(other)
    assert values(other)["received"] == "2026-03-02"
