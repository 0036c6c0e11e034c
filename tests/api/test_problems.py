"""Every kind of problem is provoked, and answered as its row in the table says; browsers get a page with the same status."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug import exceptions
from werkzeug.test import TestResponse

from gipdocs import errors
from gipdocs.api import problems
from gipdocs.errors import ConverterBusy, GipdocsError, StaleEdit, StoreBusy, StoreDamaged, StoreFull
from gipdocs.problemkinds import KINDS, PROBLEM_KINDS
from gipdocs.questions.codes import CODES, FILES
from gipdocs.web import errors as pages
from tests.api.talking import Program

LETTER = "/api/v1/documents/reply-granted"
JSON = "application/json"


def sent(
    method: str, path: str, body: bytes | None = None, type: str = JSON, **more: str
) -> Callable[[Program], TestResponse]:
    """A request to the API; the headers' names have underscores for hyphens."""
    headers = {name.replace("_", "-"): value for name, value in more.items()}

    def send(program: Program) -> TestResponse:
        return program.client.open(path, method=method, data=body, content_type=body and type, headers=headers)

    return send


def failing(error: Exception) -> Callable[[Program], TestResponse]:
    """A request during which this happens."""

    def fail(program: Program) -> TestResponse:
        def broken(*_: object) -> None:
            raise error

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("gipdocs.service.Service.check", broken)
            return program.client.post(f"{LETTER}/check", json={})

    return fail


def record_twice(program: Program) -> TestResponse:
    number = program.open()
    body = {"kind": "assigned", "day": "2026-03-03", "facts": {"officer": "孙静"}}
    seen = program.ask("GET", f"/cases/{number}").headers["ETag"]
    answers = [program.ask("POST", f"/cases/{number}/events", body, If_Match=seen) for _ in range(2)]
    return answers[-1]


def open_twice(program: Program) -> TestResponse:
    arrivals = [program.ask("POST", "/cases", program.arrival(number="2026-0007")) for _ in range(2)]
    return arrivals[-1]


def issue_nothing(program: Program) -> TestResponse:
    letter = program.post(f"/cases/{program.open()}/letters", {"document": "receipt", "answers": {}, "issue": False})
    return program.ask("POST", f"/letters/{letter['id']}/void", {"reason": "错了"})


def fetch_expired(program: Program) -> TestResponse:
    order = {"document": "receipt", "format": "docx", "items": [{"answers": {}}], "start": False}
    batch = program.post("/batches", order, 202)["id"]
    program.post(f"/batches/{batch}/cancel", {}, 202)
    program.ask_raw("DELETE", f"/batches/{batch}")
    return program.ask("GET", f"/batches/{batch}/rows/1/file")


def refuse(program: Program) -> TestResponse:
    return program.ask(
        "POST", "/documents/reply-granted", program.sample("reply-granted", number="聊机管公开〔2025〕12号")
    )


def read_nothing(program: Program) -> TestResponse:
    file = (
        b"--x\r\nContent-Disposition: form-data; name=file; filename=a.docx\r\n\r\nPK\r\n--x--\r\n",
        "multipart/form-data; boundary=x",
    )
    return sent("POST", "/api/v1/read", *file)(program)


PROVOKED: dict[str, Callable[[Program], TestResponse]] = {
    "malformed-request": sent("POST", LETTER, b"{"),
    "invalid-parameter": sent("POST", f"{LETTER}?formt=pdf", b"{}"),
    "unknown-host": sent("GET", "/api/v1/documents", Host="evil.example"),
    "unauthenticated": failing(exceptions.Unauthorized()),
    "forbidden": failing(exceptions.Forbidden()),
    "not-found": sent("GET", "/api/v1/nowhere"),
    "unknown-document": sent("GET", "/api/v1/documents/nothing"),
    "unknown-case": sent("GET", "/api/v1/cases/2026-9999"),
    "unknown-batch": sent("GET", f"/api/v1/batches/{'0' * 32}"),
    "batch-expired": fetch_expired,
    "method-not-allowed": sent("DELETE", LETTER),
    "not-acceptable": sent("POST", LETTER, b"{}", Accept="image/png"),
    "step-forbidden": issue_nothing,
    "number-taken": open_twice,
    "edited-meanwhile": failing(errors.StaleEdit("旧。")),
    "stale-version": record_twice,
    "too-large": sent("POST", LETTER, b" " * (3 << 20)),
    "unsupported-media-type": sent("POST", LETTER, b"{}", "text/plain"),
    "invalid-input": sent("POST", LETTER, b"{}"),
    "refused": refuse,
    "unreadable-file": read_nothing,
    "unconvertible": failing(errors.ConverterRefused("不行。")),
    "version-required": failing(exceptions.PreconditionRequired()),
    "rate-limited": failing(exceptions.TooManyRequests()),
    "internal-error": failing(RuntimeError("secret")),
    "text-lost": failing(errors.TextLost("少字。")),
    "store-damaged": failing(errors.StoreDamaged("坏。")),
    "conversion-failed": failing(errors.ConversionError("失败。")),
    "unavailable": failing(errors.TemplateError("版式。")),
    "converter-busy": failing(errors.ConverterBusy("忙。")),
    "reader-busy": failing(errors.ReaderBusy("忙。")),
    "store-busy": failing(errors.StoreBusy("忙。")),
    "conversion-timeout": failing(errors.ConverterTimeout("超时。")),
    "storage-full": failing(errors.StoreFull("满。")),
}


@pytest.mark.slow
@pytest.mark.parametrize("slug", PROBLEM_KINDS)
def test_every_kind_of_problem_is_answered_as_the_table_says(program: Program, slug: str) -> None:
    kind, response = PROBLEM_KINDS[slug], PROVOKED[slug](program)
    told: dict[str, Any] = json.loads(response.data)
    assert (response.status_code, response.mimetype) == (kind.status, "application/problem+json")
    assert (told["type"], told["title"], told["status"]) == (f"/api/problems/{slug}", kind.title, kind.status)
    assert told["detail"] and response.headers["Content-Language"] == "zh-CN"
    program.validator('{"$ref": "#/components/schemas/Problem"}').validate(told)
    if slug.endswith("-busy"):
        assert int(response.headers["Retry-After"]) > 0
    if kind is not PROBLEM_KINDS["refused"]:
        assert {one["code"] for one in told.get("errors", [])} <= {**CODES, **FILES}.keys()
    assert not any(word in told["detail"] for word in ("gipdocs list", "页面", "刷新", "按钮", "点“"))


OF_PAGES = {
    "account-refused",
    "foreign-identity",
    "issuer-silent",
    "not-proved",
    "proof-needed",
    "sign-in-failed",
    "unknown-account",
}
"""Kinds that no program is answered: pages for people alone."""


def test_kinds_are_spelled_one_way_and_belong_to_the_errors() -> None:
    def below(one: type[GipdocsError]) -> set[str]:
        return {one.problem_kind.slug}.union(*(below(other) for other in one.__subclasses__()))

    of_http = {kind.slug for kind in problems.HTTP_KINDS.values()}
    answered = below(GipdocsError) | of_http
    assert answered - OF_PAGES == PROBLEM_KINDS.keys() and len(PROBLEM_KINDS) == len(KINDS)
    assert answered >= OF_PAGES
    assert all(slug == slug.lower().replace("_", "-") for slug in PROBLEM_KINDS)
    sentences = [text for kind in KINDS for text in (kind.cause, kind.cure)]
    assert [text for text in sentences if not text.endswith("。")] == []


def test_an_unknown_document_leads_an_engineer_to_the_list(client: FlaskClient) -> None:
    told = client.get("/api/v1/documents/nothing/schema").get_json()
    assert told["detail"] == "没有标识为“nothing”的文书。可用GET /api/v1/documents查看全部文书的标识。"


def test_a_status_without_a_kind_of_its_own_is_the_nearest(app: Flask) -> None:
    with app.test_request_context("/api/v1/documents"):
        answers = [problems.from_http(one) for one in (exceptions.ImATeapot(), exceptions.BadGateway())]
    assert [json.loads(one.get_data())["type"].rpartition("/")[2] for one in answers] == [
        "malformed-request",
        "internal-error",
    ]


@pytest.mark.parametrize(
    ("error", "status"),
    [(StoreBusy("忙。"), 503), (StoreFull("满。"), 507), (StoreDamaged("坏。"), 500), (StaleEdit("旧。"), 409)],
)
def test_what_a_database_suffers_has_its_status_in_each_face(error: GipdocsError, status: int, app: Flask) -> None:
    with app.test_request_context("/"):
        problem, page = problems.from_error(error), pages.from_error(error)
    assert problem.status_code == page.status_code == status
    assert problem.get_json()["detail"] == str(error) and str(error) in page.get_data(as_text=True)


@pytest.mark.parametrize("error", [StoreBusy("忙。", retry_after=5), ConverterBusy("忙。", retry_after=5)])
def test_who_is_busy_says_when_to_try_again(error: GipdocsError, app: Flask) -> None:
    with app.test_request_context("/"):
        responses = problems.from_error(error), pages.from_error(error)
    assert [response.headers["Retry-After"] for response in responses] == ["5", "5"]
