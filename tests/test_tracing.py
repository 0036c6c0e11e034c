"""Every answer names its request, by an id that its sender gave or by one of ours; nothing else comes in that way."""

from __future__ import annotations

import re
import uuid

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import EnvironBuilder, run_wsgi_app

from gipdocs.errors import ConverterBusy, Fault, InvalidInput
from gipdocs.tracing import CURRENT, Trace, current_id, name_method, name_outcome, read_trace, tell
from tests.test_app import answers

TRACE, PARENT = "0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"
OURS = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
TAKEN = {
    "uuid": "7f3d1e6a-0a51-4c37-9d1c-0e2f7a1b5c44",
    "ulid": "01ARZ3NDEKTSV4RRFFQ69G5FAV",
    "one letter": "a",
    "longest": "a" * 128,
    "every sign": "Az09._:-",
    "thirteen digits": "1764521024123",
}
REPLACED = {
    "empty": "",
    "too long": "a" * 129,
    "chinese": "张三",
    "percent": "%E5%BC%A0",
    "blank": "a b",
    "path": "/desk/cases/2026-0001",
    "address": "zhang@example.cn",
    "two ids": "a,b",
    "line": "a\nb",
    "quote": 'a"b',
    "full width": "ａｂｃ",
    "mobile number": "13812345678",
    "mobile number in parts": "tel-13812345678:x",
    "mobile number with prefix": "8613812345678",
    "identity number": "11010519491231002X",
    "identity number in parts": "id.110105194912310021",
}


@pytest.mark.parametrize("id", TAKEN.values(), ids=TAKEN)
def test_an_id_of_the_senders_own_is_kept(id: str) -> None:
    assert read_trace(id).id == id


@pytest.mark.parametrize("id", REPLACED.values(), ids=REPLACED)
def test_what_is_no_id_or_tells_of_a_person_is_replaced(id: str) -> None:
    assert OURS.fullmatch(read_trace(id).id)


@pytest.mark.parametrize(
    ("parent", "flags"),
    [
        (f"00-{TRACE}-{PARENT}-00", "00"),
        (f"00-{TRACE}-{PARENT}-01", "01"),
        (f"00-{TRACE}-{PARENT}-ff", "03"),
        (f"01-{TRACE}-{PARENT}-01", "01"),
        (f"cc-{TRACE}-{PARENT}-01-more", "01"),
    ],
)
def test_a_valid_parent_gives_the_trace_and_the_span_is_ours(parent: str, flags: str) -> None:
    trace = read_trace(parent=parent)
    span = dict(trace.headers())["traceparent"]
    assert re.fullmatch(rf"00-{TRACE}-[0-9a-f]{{16}}-{flags}", span) and PARENT not in span


@pytest.mark.parametrize(
    "parent",
    [
        "",
        f"ff-{TRACE}-{PARENT}-01",
        f"00-{TRACE}-{PARENT}-01-more",
        f"00-{TRACE}-{PARENT}-01-",
        f"cc-{TRACE}-{PARENT}-01more",
        f"00-{'0' * 32}-{PARENT}-01",
        f"00-{TRACE}-{'0' * 16}-01",
        f"00-{TRACE.upper()}-{PARENT}-01",
        f"00-{TRACE[1:]}-{PARENT}-01",
        f"00-{TRACE}-{PARENT}",
        f"0-{TRACE}-{PARENT}-01",
        f"00-{TRACE}-{PARENT}-1",
        f"00-{TRACE}-{PARENT}-01,00-{TRACE}-{PARENT}-01",
        f" 00-{TRACE}-{PARENT}-01\n",
        "张三",
    ],
)
def test_an_invalid_parent_is_replaced_by_a_new_trace(parent: str) -> None:
    found = re.fullmatch(
        r"00-([0-9a-f]{32})-([0-9a-f]{16})-00", dict(read_trace(parent=parent).headers())["traceparent"]
    )
    assert found and found[1] != TRACE


@pytest.mark.converter
@pytest.mark.parametrize("host", ["localhost", "evil.example"])
def test_every_answer_names_its_request_and_no_two_are_alike(app: Flask, host: str) -> None:
    found = []
    for asked, response in answers(app, host):
        id = response.headers.getlist("X-Request-ID")
        assert len(id) == len(response.headers.getlist("traceparent")) == 1, asked
        if response.mimetype == "application/problem+json":
            assert response.get_json()["instance"] == f"urn:request:{id[0]}", asked
        found += id
    assert len(set(found)) == len(found) > 90


@pytest.mark.parametrize("path", ["/healthz", "/", "/nowhere", "/api/v1/nowhere", "/web/static/form.js", "/desk"])
def test_an_answer_has_the_ids_that_its_request_came_with(client: FlaskClient, path: str) -> None:
    sent = {"X-Request-ID": "job-7", "traceparent": f"00-{TRACE}-{PARENT}-01"}
    with client.get(path, headers=sent) as response:
        assert response.headers["X-Request-ID"] == "job-7"
        assert response.headers["traceparent"].startswith(f"00-{TRACE}-")


@pytest.mark.parametrize("path", ["/", "/api/v1/openapi.json"])
def test_after_a_fault_the_reader_is_given_the_number_to_tell(
    app: Flask, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    def fail(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("gipdocs.service.Service.office", fail)
    response = app.test_client().get(path, headers={"X-Request-ID": "job-8"})
    assert (response.status_code, response.headers["X-Request-ID"]) == (500, "job-8")
    assert "告诉管理员" in response.text and "job-8" in response.text


def test_a_fault_that_no_handler_takes_is_answered_with_the_number_and_logged_without_a_word_of_it(
    app: Flask, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise ValueError("身份证号码110105194912310021")

    monkeypatch.setattr("gipdocs.web.errors.page", fail)
    response = app.test_client().get("/nowhere?name=张三", headers={"X-Request-ID": "job-9"})
    assert (response.status_code, response.headers["X-Request-ID"]) == (500, "job-9")
    assert "unexpected ValueError at" in caplog.text and "test_tracing.py" in caplog.text
    assert "身份证" not in caplog.text and "nowhere" not in caplog.text


def test_outside_a_request_there_is_no_id(app: Flask) -> None:
    assert current_id() == ""
    run_wsgi_app(app, EnvironBuilder("/healthz").get_environ())
    assert current_id() == ""
    tell(ZeroDivisionError())


def test_the_kind_of_a_refusal_is_noted_with_the_number_of_each_code() -> None:
    trace = Trace()
    before = CURRENT.set(trace)
    try:
        tell(
            InvalidInput(
                [Fault("/a", "required", "请填写甲。"), Fault("/b", "required", "乙"), Fault("/c", "type", "丙")]
            )
        )
        assert (trace.outcome, trace.codes) == ("invalid-input", {"required": 2, "type": 1})
        tell(ConverterBusy("忙。", kind="full"))
        assert (trace.outcome, trace.failure) == ("converter-busy", "full")
        tell(KeyError("张三"))
        assert trace.outcome == "internal-error"
    finally:
        CURRENT.reset(before)


@pytest.mark.parametrize(
    ("status", "outcome"), [(200, "ok"), (308, "ok"), (404, "not-found"), (405, "method-not-allowed"), (599, "error")]
)
def test_an_answer_without_a_refusal_of_ours_is_named_after_its_status(status: int, outcome: str) -> None:
    assert name_outcome(status) == outcome


def test_an_id_of_ours_is_a_random_uuid() -> None:
    assert uuid.UUID(read_trace().id).version == 4


@pytest.mark.parametrize(("method", "told"), [("POST", "POST"), ("-", "-"), ("A13812345678", "other"), ("", "other")])
def test_a_method_that_nobody_knows_is_not_repeated(method: str, told: str) -> None:
    assert name_method(method) == told
