"""The early application answers as the whole one does, leaves the rest to it, and loads nothing that it doesn't need."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from gipdocs import app as whole
from gipdocs.beginnings import make_files
from gipdocs.early import can_be_early, create_early_app, whole_app
from gipdocs.errors import StoreDamaged
from gipdocs.service import Service
from gipdocs.settings import Settings

LETTER = "/api/v1/documents/reply-granted"
OF_EACH_REQUEST = {"X-Request-ID", "traceparent", "Date"}
HEAVY = (
    "sqlalchemy",
    "openpyxl",
    "markdown_it",
    "flask_limiter",
    "gipdocs.web.citizen",
    "gipdocs.reports",
    "plugins.guide",
)


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    folder = tmp_path_factory.mktemp("early")
    return Settings(secret_key="test", database=f"sqlite:///{folder / 'register.db'}")


@pytest.fixture(scope="module")
def early(settings: Settings) -> Iterator[Flask]:
    app = create_early_app(settings)
    yield app
    whole_app(app).extensions["gipdocs"].close()
    app.extensions["gipdocs"].close()


@pytest.fixture(scope="module")
def client(early: Flask) -> FlaskClient:
    """A client of the whole application."""
    return whole_app(early).test_client()


@pytest.fixture
def loads(early: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """One word for each request that goes to the whole application."""
    rest, loads = early.wsgi_app, list[str]()
    load = rest.load  # type: ignore[attr-defined]
    monkeypatch.setattr(rest, "load", lambda: loads.append("loaded") or load())
    return loads


def told(answer: TestResponse) -> tuple[int, dict[str, str], Any]:
    """Status, headers and body without what differs from request to request."""
    headers = {name: value for name, value in answer.headers if name not in OF_EACH_REQUEST}
    problem = answer.get_json() if answer.mimetype == "application/problem+json" else None
    return answer.status_code, headers, (problem and {**problem, "instance": ""}) or answer.data


def requests(sample: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    yield "POST", LETTER, {"json": sample}
    yield "POST", f"{LETTER}?format=pdf", {"json": sample}
    yield "POST", f"{LETTER}/docx", {"json": sample}
    yield "POST", f"{LETTER}?envelope=json", {"json": sample}
    yield "POST", f"{LETTER}/check", {"json": sample}
    yield "POST", f"{LETTER}?format=html", {"json": sample}
    yield "POST", LETTER, {"json": {}}
    yield "POST", LETTER, {"data": b"{", "content_type": "application/json"}
    yield "POST", f"{LETTER}?nothing=1", {"json": sample}
    yield "POST", LETTER, {"json": sample, "headers": {"Host": "evil.example"}}
    yield "POST", LETTER, {"json": sample, "headers": {"Content-Encoding": "gzip"}}
    yield "POST", "/api/v1/documents/nothing", {"json": sample}
    yield "POST", "/api/v1/documents/没有", {"json": sample}
    yield "GET", "/healthz", {}


def test_what_it_answers_is_what_the_whole_application_answers(
    early: Flask, loads: list[str], service: Service, client: FlaskClient
) -> None:
    statuses = set()
    for method, path, more in requests(service.sample("reply-granted")):
        answer, expected = (one.open(path, method=method, **more) for one in (early.test_client(), client))
        assert told(answer) == told(expected), path
        statuses.add(answer.status_code)
    assert loads == []
    assert statuses == {200, 400, 404, 415, 422}


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/", 200),
        ("GET", "/desk/", 200),
        ("GET", LETTER, 200),
        ("HEAD", "/healthz", 200),
        ("OPTIONS", LETTER, 204),
        ("PUT", LETTER, 405),
        ("GET", "/nowhere", 404),
        ("POST", "/api/v1/fees", 422),
    ],
)
def test_everything_else_goes_to_the_whole_application(
    early: Flask, loads: list[str], client: FlaskClient, method: str, path: str, status: int
) -> None:
    more: dict[str, Any] = {"json": {}} if method == "POST" else {}
    answer, expected = (one.open(path, method=method, **more) for one in (early.test_client(), client))
    assert (answer.status_code, answer.headers.get("Allow")) == (status, expected.headers.get("Allow"))
    assert expected.status_code == status and loads


def test_an_order_goes_to_the_register(early: Flask, loads: list[str], service: Service) -> None:
    sample, prefer = service.sample("reply-granted"), {"Prefer": "respond-async"}
    answer = early.test_client().post(LETTER, json=sample, headers=prefer)
    assert answer.status_code == 202 and answer.headers["Location"].startswith("/api/v1/batches/") and loads


def test_it_isnt_ready_and_the_whole_application_goes_on_with_what_it_has_counted(early: Flask) -> None:
    ready = early.test_client().get("/readyz")
    assert (ready.status_code, ready.get_json()["findings"][0]["code"]) == (503, "loading") and ready.headers[
        "Retry-After"
    ]
    goes_on = whole_app(early).extensions
    assert goes_on["gipdocs-traffic"].tallies.read()["requests", "/readyz", "GET", "503"] == 1
    assert goes_on["gipdocs"].need is early.extensions["gipdocs"].need


def test_a_document_with_a_fault_is_refused_and_the_others_are_made(tmp_path: Path) -> None:
    for name in ("loan-slip", "other-slip"):
        for path, content in make_files(name, tmp_path).items():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
    (tmp_path / "doc_templates" / "loan-slip.docx").write_bytes(b"")
    app = create_early_app(Settings(secret_key="test", database="none", plugins=(tmp_path / "plugins",)))
    client, service = app.test_client(), app.extensions["gipdocs"]
    refused = client.post("/api/v1/documents/loan-slip", json={})
    assert refused.status_code == 503 and "loan-slip" in refused.get_json()["detail"]
    assert client.post("/api/v1/documents/other-slip", json=service.sample("other-slip")).status_code == 200
    assert sorted(service.registry) == ["loan-slip", "other-slip"] and len(service.registry) == 2
    assert "other-slip" in service.registry and "third-slip" not in service.registry


def test_what_the_whole_application_lacks_ends_the_loading(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise StoreDamaged("数据库文件已损坏。")

    app = create_early_app(settings)
    monkeypatch.setattr(whole, "_add_register", fail)
    with pytest.raises(StoreDamaged):
        whole_app(app)
    app.extensions["gipdocs"].close()


def test_it_is_only_for_programs_that_need_no_key() -> None:
    assert can_be_early(Settings(secret_key="test"))
    assert not can_be_early(Settings(secret_key="test", access="accounts"))
    assert not can_be_early(Settings(secret_key="test", doors=("citizen", "staff")))


def test_a_letter_needs_little_of_the_program(tmp_path: Path, service: Service) -> None:
    program = f"""
import json, sys
from gipdocs.early import create_early_app
from gipdocs.settings import Settings
client = create_early_app(Settings(secret_key="test")).test_client()
answer = client.post({f"{LETTER}?format=pdf"!r}, json=json.load(sys.stdin))
loaded = [name for name in {HEAVY} if name in sys.modules]
print(json.dumps([answer.status_code, answer.data[:5].decode(), loaded]))
"""
    ran = subprocess.run(
        [sys.executable, "-c", program],
        input=json.dumps(service.sample("reply-granted")),
        env={**os.environ, "GIPDOCS_CACHE": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert json.loads(ran.stdout) == [200, "%PDF-", []], ran.stderr
