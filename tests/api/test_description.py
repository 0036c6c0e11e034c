"""The description is small and read again only when it has changed; files come as bytes or wrapped in JSON."""

from __future__ import annotations

import base64
import json
import re
from datetime import timedelta
from functools import partialmethod
from typing import Any

import pytest
from flask.testing import FlaskClient

from gipdocs.api import routes
from gipdocs.documents.document import MEDIA_TYPES
from gipdocs.service import Service

pytestmark = pytest.mark.slow

LETTER = "/api/v1/documents/reply-granted"
LARGEST = 300_000


@pytest.fixture
def sample(service: Service) -> dict[str, Any]:
    return service.sample("reply-granted")


def test_the_description_is_small(office_app: Any) -> None:
    response = office_app.test_client().get("/api/v1/openapi.json")
    assert len(response.data) < LARGEST
    assert len(response.get_json()["paths"]) > 100


def test_no_type_of_a_body_stands_twice(office_app: Any) -> None:
    schemas = office_app.test_client().get("/api/v1/openapi.json").get_json()["components"]["schemas"]
    named: dict[str, list[str]] = {}
    for name, one in schemas.items():
        if one.get("properties"):
            named.setdefault(json.dumps(one, sort_keys=True), []).append(name)
    kinds = re.compile("EventFacts-")  # of a record each, however alike
    assert [names for names in named.values() if len(names) > 1 and not all(map(kinds.match, names))] == []


def test_the_description_is_made_once_a_day(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    first = client.get("/api/v1/openapi.json")
    made: list[Any] = []

    def describe(*given: Any, **_: Any) -> dict[str, Any]:
        made.append(given)
        return {"openapi": "other"}

    monkeypatch.setattr(routes, "describe", describe)
    assert client.get("/api/v1/openapi.json").data == first.data and not made
    tomorrow = client.application.extensions["gipdocs"].office().today + timedelta(days=1)
    monkeypatch.setattr(Service, "office", partialmethod(Service.office, today=tomorrow))
    assert client.get("/api/v1/openapi.json").get_json() == {"openapi": "other"}


@pytest.mark.parametrize(
    "path", ["openapi.json", "documents", "documents/reply-granted", "documents/reply-granted/schema"]
)
def test_what_has_not_changed_is_not_sent_again(client: FlaskClient, path: str) -> None:
    first = client.get(f"/api/v1/{path}", headers={"Accept-Encoding": "gzip"})
    assert first.headers["Content-Encoding"] == "gzip" and "no-cache" in first.headers["Cache-Control"]
    again = client.get(f"/api/v1/{path}", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    assert again.headers["ETag"] == first.headers["ETag"] and "no-cache" in again.headers["Cache-Control"]
    assert client.get(f"/api/v1/{path}", headers={"If-None-Match": '"other"'}).status_code == 200


@pytest.mark.parametrize(
    ("query", "accept", "format"),
    [
        ("?format=html&envelope=json", None, "html"),
        ("?format=html", "application/json", "html"),
        ("?envelope=json", None, "docx"),
        ("?format=json", None, "docx"),
        ("", "application/json", "docx"),
    ],
)
def test_any_format_is_wrapped_in_json(
    client: FlaskClient, sample: dict[str, Any], query: str, accept: str | None, format: str
) -> None:
    headers = {"Accept": accept} if accept else {}
    response = client.post(LETTER + query, json=sample | {"date": "2026-03-21"}, headers=headers)
    body = response.get_json()
    assert body["media_type"] == MEDIA_TYPES[format] and base64.b64decode(body["content"])
    assert [one["code"] for one in body["findings"]] == ["date-rest-day"] and body["provenance"]
    assert "Accept" in response.vary


def test_a_format_is_not_wrapped_for_those_who_take_anything(client: FlaskClient, sample: dict[str, Any]) -> None:
    accept = {"Accept": "application/json, text/plain, */*"}
    assert client.post(f"{LETTER}?format=html", json=sample, headers=accept).mimetype == "text/html"
    assert client.post(f"{LETTER}?envelope=xml", json=sample).status_code in (400, 422)


def test_a_file_has_an_address_of_its_own(client: FlaskClient, sample: dict[str, Any]) -> None:
    response = client.post(f"{LETTER}/docx", json=sample)
    assert response.content_type == MEDIA_TYPES["docx"] and response.data.startswith(b"PK")
    assert response.headers["Gipdocs-Findings-Count"] == "0"
    as_bytes = client.post(f"{LETTER}/docx", json=sample, headers={"Accept": "application/octet-stream"})
    assert as_bytes.content_type == "application/octet-stream" and as_bytes.data == response.data
    assert client.post(f"{LETTER}/xlsx", json=sample).status_code == 406
    assert client.post(f"{LETTER}/html", json=sample).status_code == 404


@pytest.mark.converter
def test_a_pdf_has_an_address_of_its_own(client: FlaskClient, sample: dict[str, Any]) -> None:
    assert client.post(f"{LETTER}/pdf", json=sample).data.startswith(b"%PDF-")


def test_every_operation_says_what_it_needs_and_belongs_to_a_group(office_app: Any) -> None:
    described = office_app.test_client().get("/api/v1/openapi.json").get_json()
    tags = {tag["name"] for tag in described["tags"]}
    assert all(tag.isascii() for tag in tags)
    operations = [one for path in described["paths"].values() for one in path.values()]
    assert {tag for one in operations for tag in one["tags"]} == tags
    needed = {
        tuple(one.get("security", described["security"])[0]["key"]) for one in operations if one.get("security", 1)
    }
    scopes = ("documents", "cases:read", "cases:write", "letters:issue", "batches", "ledger:read", "health:read")
    assert needed == {(scope,) for scope in scopes}


def test_every_group_has_a_key(client: FlaskClient) -> None:
    keys = {one["group"]: one["group_key"] for one in client.get("/api/v1/documents").get_json()["documents"]}
    assert keys["答复"] == "replies" and "other" not in keys.values() and len({*keys.values()}) == len(keys)
