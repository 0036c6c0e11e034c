"""What holds for every route: whom the service answers to, and what its answers carry."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

pytestmark = pytest.mark.slow

LASTING = re.compile(r"(?:GET|HEAD) /api/v1/(?:openapi\.json|documents(?:/[\w-]+(?:/schema|/sample)?)?)")
"""What changes only with a restart or a day, and holds nothing that anybody typed."""
FILLED = {"id": "application-form", "format": "docx", "year": 2025, "path": "table3.new.total", "slug": "refused"}
"""What stands in the variable parts of the addresses."""
FILES = {"citizen.static": "form.js", "api.static": "docs.js", "handbook.picture": "case.png"}
ELSEWHERE = ["evil.example", "evil.example:8000", "127.0.0.1.evil.example", "10.0.0.1", "localhost,evil.example", ""]


FOR_PROGRAMS = ("/api/", "/healthz", "/readyz", "/metrics")


def addresses(app: Flask) -> Iterator[tuple[str, str]]:
    """A method and an address for every way into every route, then what leads on or nowhere."""
    for rule in app.url_map.iter_rules():
        with app.test_request_context():
            values = FILLED | {"filename": FILES.get(rule.endpoint, "")}
            _, path = rule.build({name: values[name] for name in rule.arguments}) or ("", "")
        for method in sorted((rule.methods or set()) - {"HEAD"}):
            yield method, path
    yield from [
        ("GET", "/desk"),
        ("GET", "/documents/guide"),
        ("GET", "/nowhere"),
        ("GET", "/api/v1/nowhere"),
        ("PUT", "/"),
    ]


def answers(app: Flask, host: str) -> Iterator[tuple[str, TestResponse]]:
    """Every route's answer to a request that names this host."""
    client = app.test_client()
    for method, path in addresses(app):
        with client.open(path, method=method, headers={"Host": host}) as response:
            yield f"{method} {path}", response


@pytest.mark.parametrize("host", ELSEWHERE)
def test_no_route_answers_to_a_name_that_is_not_the_services(app: Flask, host: str) -> None:
    for asked, response in answers(app, host):
        assert response.status_code == 400, asked
        assert "这个网址不是本服务的" in response.text and "Location" not in response.headers, asked
        shape = "application/problem+json" if asked.partition(" ")[2].startswith(FOR_PROGRAMS) else "text/html"
        assert response.mimetype == shape, asked


@pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.1:8000", "localhost", "localhost:9", "[::1]", "[::1]:8000"])
def test_every_loopback_name_is_the_services(client: FlaskClient, host: str) -> None:
    assert client.get("/desk/", headers={"Host": host}).status_code == 200
    assert client.get("/desk", headers={"Host": host}).location == f"http://{host}/desk/"


def test_a_request_without_a_host_is_judged_by_where_it_came_in(client: FlaskClient) -> None:
    outside = {"HTTP_HOST": None, "SERVER_NAME": "10.0.0.1"}
    assert client.get("/healthz", environ_overrides={"HTTP_HOST": None}).status_code == 200
    assert client.get("/healthz", environ_overrides=outside).status_code == 400


CARRIED = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
UNUSED = ("camera", "microphone", "geolocation", "payment", "usb", "display-capture")


@pytest.mark.converter
@pytest.mark.parametrize("host", ["localhost", "evil.example"])
def test_every_answer_is_closed_to_other_pages_and_kept_by_nobody(app: Flask, host: str) -> None:
    for asked, response in answers(app, host):
        headers = response.headers
        assert {name: headers.get(name) for name in CARRIED} == CARRIED, asked
        assert set(headers["Permissions-Policy"].split(", ")) >= {f"{feature}=()" for feature in UNUSED}, asked
        directives = headers["Content-Security-Policy"].split("; ")
        assert {"default-src 'self'", "default-src 'none'"} & set(directives), asked
        assert {"frame-ancestors 'self'", "frame-ancestors 'none'"} & set(directives), asked
        is_static = response.status_code == 200 and asked.startswith(
            ("GET /web/static/", "GET /api/static/", "GET /desk/pictures/")
        )
        lasts = "ETag" in headers and LASTING.fullmatch(asked)
        kept = "no-cache" if is_static else "private, no-cache" if lasts else "no-store"
        assert headers["Cache-Control"] == kept, asked


@pytest.mark.converter
def test_the_routes_are_asked_in_every_way_they_answer(app: Flask) -> None:
    kinds = {response.status_code for _, response in answers(app, "localhost")}
    assert kinds >= {200, 302, 308, 404, 405, 415}


def test_a_fault_of_our_own_carries_the_same_headers(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("gipdocs.service.Service.office", fail)
    for path in ("/", "/api/v1/openapi.json"):
        response = app.test_client().get(path)
        assert response.status_code == 500
        assert {name: response.headers.get(name) for name in CARRIED} == CARRIED


LOADED = """
import sys
from gipdocs.app import create_app
from gipdocs.preloading import import_everything
from gipdocs.settings import read_settings
import_everything()
create_app()
print(*(name for name in sys.modules if name.startswith(("sqlalchemy", "alembic", "gipdocs.store", "gipdocs.register"))))
"""


@pytest.mark.parametrize("engine", ["", "redis://127.0.0.1:9/0"], ids=["alone", "with-an-engine"])
def test_a_service_that_starts_loads_what_an_engine_needs_only_with_one(engine: str) -> None:
    code = LOADED.replace(
        '("sqlalchemy", "alembic", "gipdocs.store", "gipdocs.register")', '("celery", "kombu", "redis")'
    )
    environment = os.environ | {"GIPDOCS_DATABASE": "none", "GIPDOCS_ENGINE": engine}
    run = subprocess.run([sys.executable, "-c", code], check=True, env=environment, capture_output=True, text=True)
    assert bool(run.stdout.split()) is bool(engine)


@pytest.mark.parametrize("kept", [False, True], ids=["without-a-database", "with-a-register"])
def test_a_service_that_starts_loads_all_that_it_needs_and_no_database_without_one(tmp_path: Path, kept: bool) -> None:
    database = f"sqlite:///{tmp_path / 'register.db'}" if kept else "none"
    environment = os.environ | {"GIPDOCS_DATABASE": database}
    run = subprocess.run([sys.executable, "-c", LOADED], check=True, env=environment, capture_output=True, text=True)
    assert ("gipdocs.store.engine" in run.stdout.split()) is kept
    assert kept or run.stdout.split() == []
