"""The early application answers as the whole one does or that the service is starting, and loads nothing that it doesn't need."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from flask import Flask, g
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from gipdocs.access.actors import HERE
from gipdocs.app import create_app
from gipdocs.beginnings import make_files
from gipdocs.early import can_be_early, create_early_app
from gipdocs.errors import PluginError, UnknownDocument
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
    app.extensions["gipdocs"].close()


@pytest.fixture(scope="module")
def client(early: Flask, settings: Settings) -> Iterator[FlaskClient]:
    """A client of the whole application, which comes after the early one."""
    app = create_app(settings, early)
    yield app.test_client()
    app.extensions["gipdocs"].close()


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
    yield "GET", "/healthz", {}
    yield "HEAD", "/healthz", {}
    yield "GET", "/healthz", {"headers": {"Host": "evil.example"}}


def test_what_it_answers_is_what_the_whole_application_answers(
    early: Flask, service: Service, client: FlaskClient
) -> None:
    statuses = set()
    for method, path, more in requests(service.sample("reply-granted")):
        answer, expected = (one.open(path, method=method, **more) for one in (early.test_client(), client))
        assert told(answer) == told(expected), path
        statuses.add(answer.status_code)
    assert statuses == {200, 400, 415, 422}


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/", 200),
        ("HEAD", "/desk/", 200),
        ("POST", "/desk/documents/receipt", 415),
        ("GET", "/static/x", 404),
        ("GET", "/nowhere", 404),
        ("GET", LETTER, 200),
        ("OPTIONS", LETTER, 204),
        ("PUT", LETTER, 405),
        ("POST", "/api/v1/documents/nothing", 404),
        ("POST", "/api/v1/fees", 422),
        ("GET", "/metrics", 200),
    ],
)
def test_to_everything_else_it_says_that_the_service_is_starting(
    early: Flask, client: FlaskClient, method: str, path: str, status: int
) -> None:
    answer = early.test_client().open(path, method=method, json={} if method == "POST" else None)
    assert answer.status_code == 503 and int(answer.headers["Retry-After"]) <= 5
    if path.startswith("/api/"):
        assert answer.get_json()["type"].endswith("/unavailable") and "服务正在启动" in answer.get_json()["detail"]
    elif method != "HEAD":
        assert answer.mimetype == "text/html" and "服务正在启动" in answer.text
        assert ('http-equiv="refresh"' in answer.text) == (method == "GET")
    if path != "/metrics":  # it would ask the converter
        assert client.open(path, method=method, json={} if method == "POST" else None).status_code == status


def test_what_was_sent_from_a_page_is_said_not_to_be_done(early: Flask) -> None:
    answer = early.test_client().post("/desk/documents/receipt", data={"applicant.name": "张三"})
    assert "没有处理，也没有保存" in answer.text and "刷新" in answer.text and "张三" not in answer.text


def test_an_order_waits_for_the_register(early: Flask, client: FlaskClient, service: Service) -> None:
    sample, prefer = service.sample("reply-granted"), {"Prefer": "respond-async"}
    assert early.test_client().post(LETTER, json=sample, headers=prefer).status_code == 503
    assert early.test_client().post(LETTER, json=sample, headers={"Prefer": "return=minimal"}).status_code == 200
    assert client.post(LETTER, json=sample, headers=prefer).status_code == 202


def test_it_isnt_ready_and_the_whole_application_goes_on_with_what_it_has_counted(
    early: Flask, client: FlaskClient
) -> None:
    ready = early.test_client().get("/readyz")
    assert (ready.status_code, ready.get_json()["findings"][0]["code"]) == (503, "loading")
    assert ready.headers["Retry-After"]
    whole = client.application.extensions
    assert whole["gipdocs-traffic"].tallies.read()["requests", "/readyz", "GET", "503"] == 1
    assert whole["gipdocs-traffic"].master == os.getpid()
    assert whole["gipdocs"].need is early.extensions["gipdocs"].need


def test_its_doors_are_guarded(early: Flask) -> None:
    with early.test_client() as client:
        client.get("/healthz", headers={"Host": "evil.example"})
        assert "actor" not in g  # it was refused before anybody asked who it was
        assert client.post(LETTER, json={}).status_code == 422 and g.actor == HERE


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
    assert "other-slip" in service.registry and "third-slip" not in service.registry
    with pytest.raises(UnknownDocument):
        service.registry["third-slip"]


def test_a_folder_that_is_missing_is_told_at_once(tmp_path: Path) -> None:
    with pytest.raises(PluginError, match="找不到插件目录"):
        create_early_app(Settings(secret_key="test", plugins=(tmp_path / "nowhere",)))


def test_known_documents_wait_for_no_other(early: Flask, service: Service) -> None:
    registry = early.extensions["gipdocs"].registry
    assert LETTER.rpartition("/")[2] in registry
    with registry._lock, ThreadPoolExecutor(1) as pool:
        assert pool.submit(registry.__getitem__, "reply-granted").result(timeout=10).document.title


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
