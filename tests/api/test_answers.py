"""Every answer of the API is what its description says: these keys, these types, and nothing else."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from gipdocs.app import create_app
from gipdocs.law.clock import KINDS
from gipdocs.questions.codes import CODES
from gipdocs.reports.collecting.submissions import collect
from gipdocs.service import Service, open_service
from gipdocs.settings import Settings
from tests.reports import county

pytestmark = pytest.mark.slow
DATA = Path(__file__).resolve().parents[1] / "data"
LETTER = "/api/v1/documents/reply-granted"
DATED = {"kind": "answer", "channel": "online", "received": "2025-03-03"}
ASKED = [{"sent": "2025-03-07", "answered": "2025-03-20"}]


@cache
def description() -> dict[str, Any]:
    told: dict[str, Any] = create_app(Settings(secret_key="test")).test_client().get("/api/v1/openapi.json").get_json()
    return told


def operation(method: str, path: str) -> dict[str, Any]:
    """The operation that a request uses: that of one document, or of any."""
    paths, path = description()["paths"], path.partition("?")[0]
    family = re.sub("(?<=/documents/)[^/]+", "{id}", path)
    one: dict[str, Any] = next(paths[item] for item in (path, family) if method.lower() in paths.get(item, {}))
    return resolve(description(), one[method.lower()])


def resolve(described: Mapping[str, Any], operation: Mapping[str, Any]) -> dict[str, Any]:
    """An operation with its parameters, its responses and their headers in place of references to them."""
    if "$ref" in operation:
        *_, kind, name = operation["$ref"].split("/")
        return resolve(described, described["components"][kind][name])
    resolved = dict(operation)
    for key in ("responses", "headers"):
        if key in operation:
            resolved[key] = {name: resolve(described, one) for name, one in operation[key].items()}
    if "parameters" in operation:
        resolved["parameters"] = [resolve(described, one) for one in operation["parameters"]]
    return resolved


def response_of(operation: Mapping[str, Any], status: int) -> dict[str, Any]:
    """What an operation says of responses with a status."""
    responses = operation["responses"]
    found: dict[str, Any] = responses.get(str(status)) or responses["default"]
    return found


def validate(body: Any, schema: dict[str, Any]) -> None:
    """Hold a body against a schema of the description; its references lead into the components."""
    whole = {**schema, "components": description()["components"]}
    jsonschema.Draft202012Validator(whole, format_checker=jsonschema.FormatChecker()).validate(body)


def check(response: TestResponse, method: str, path: str) -> Any:
    """The body of an answer, after its type and shape have been held against the description."""
    content = response_of(operation(method, path), response.status_code)["content"]
    body = json.loads(response.data)
    validate(body, content[response.mimetype]["schema"])
    return body


def ask(client: FlaskClient, path: str) -> Any:
    return check(client.get(path), "GET", path)


def send(client: FlaskClient, path: str, body: Any, status: int = 200) -> Any:
    response = client.post(path, json=body)
    assert response.status_code == status, response.text
    return check(response, "POST", path)


def inner(schema: Any, place: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """Every schema in a part of the description, with its place."""
    if isinstance(schema, dict):
        if "type" in schema or "$ref" in schema or "oneOf" in schema:
            yield place, schema
        for key, below in schema.items():
            if key not in ("example", "x-labels", "const", "enum", "mapping"):
                yield from inner(below, f"{place}/{key}")
    elif isinstance(schema, list):
        for number, below in enumerate(schema):
            yield from inner(below, f"{place}/{number}")


def test_the_lists_and_descriptions_of_all_documents(client: FlaskClient, service: Service) -> None:
    assert len(ask(client, "/api/v1/documents")["documents"]) == len(service.registry)
    for id in service.registry:
        path = f"/api/v1/documents/{id}"
        assert ask(client, path)["schema"] == ask(client, f"{path}/schema")
        ask(client, f"{path}/sample")
    ask(client, "/api/v1/openapi.json")


@pytest.mark.parametrize(
    ("change", "codes"),
    [
        ({}, set()),
        ({"date": "2026-03-21"}, {"date-rest-day"}),
        ({"number": "聊机管公开[2026]第012号"}, {"number-brackets"}),
    ],
    ids=["nothing", "a warning", "errors"],
)
def test_findings(client: FlaskClient, service: Service, change: dict[str, Any], codes: set[str]) -> None:
    body = send(client, f"{LETTER}/check", service.sample("reply-granted") | change)
    assert codes <= {one["code"] for one in body["findings"]}


def test_a_document_in_json(client: FlaskClient, service: Service) -> None:
    assert send(client, f"{LETTER}?format=json", service.sample("reply-granted") | {"date": "2026-03-21"})["findings"]


@pytest.mark.parametrize("kind", KINDS)
def test_deadlines_of_every_kind(client: FlaskClient, kind: str) -> None:
    own = {"year": 2024, "agency_kind": "department"} if kind == "annual_report" else {"received": "2025-03-03"}
    chosen = {
        "suit": {"after": "letter"},
        "reconsideration_answer": {"procedure": "simple"},
        "redo": {"by": "judgment"},
    }
    body = {"kind": kind, **own, **chosen.get(kind, {})}
    validate(body, {"$ref": "#/components/schemas/DeadlineBody"})
    assert send(client, "/api/v1/deadlines", body)["kind"] == kind


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"posted": "2025-06-03"}, {"late": True, "pending": False}),
        ({"consultations": [{"sent": "2025-03-07"}]}, {"pending": True, "last_day": None}),
        ({"consultations": ASKED, "extension": 5, "posted": "2025-03-20"}, {"late": False}),
        ({"received": "2197-03-03"}, {"pending": True}),
    ],
    ids=["late", "open consultation", "extended", "beyond the calendar"],
)
def test_deadlines_with_all_that_moves_them(client: FlaskClient, more: dict[str, Any], said: dict[str, Any]) -> None:
    validate(DATED | more, {"$ref": "#/components/schemas/DeadlineBody"})
    body = send(client, "/api/v1/deadlines", DATED | more)
    assert {key: body[key] for key in said} == said


@pytest.mark.parametrize("fee", [{"method": "piece", "count": 35, "already": 3}, {"method": "page", "count": 68}])
def test_fees(client: FlaskClient, fee: dict[str, Any]) -> None:
    validate(fee, {"$ref": "#/components/schemas/FeeBody"})
    assert send(client, "/api/v1/fees", fee)["yuan"] > 0


def test_judgements_of_reports(client: FlaskClient, service: Service) -> None:
    report = {key: value for key, value in service.sample("annual-report").items() if key not in ("draft", "overrides")}
    record = json.loads((DATA / "reports" / "seeds" / "2023.json").read_text(encoding="utf-8"))
    for body in (report, record, {"year": 2024}):
        assert send(client, "/api/v1/reports/check", body)["verdict"]


def test_sums_of_reports(client: FlaskClient, service: Service) -> None:
    gathered = collect([*map(county.printed, range(8)), ("a.png", b"\x89PNG\r\n\x1a\n")], due=county.DUE[:9])
    change = {"path": "table3.new.research", "given": 3, "computed": 2, "reason": "漏报补录"}
    order = gathered.as_json() | {"corrections": [change]}
    validate(order, {"$ref": "#/components/schemas/SumBody"})
    body = send(client, "/api/v1/reports/sum", order)
    assert body["record"]["agency"] == service.profile.government and body["missing"] == [county.BODIES[8]]
    assert [one["body"] for one in body["counted"]] == list(county.BODIES[:8])
    assert {"sum-stale", "sum-missing", "sum-unread", "sum-balance"} <= {one["code"] for one in body["findings"]}
    twice = [{"name": name, "record": county.right(0).as_json()} for name in "ab"]
    assert send(client, "/api/v1/reports/sum", {"reports": twice})["repeated"][0]["taken"] == "a"
    assert send(client, "/api/v1/reports/sum", {"reports": [{"name": "a"}]}, 422)["errors"][0]["code"] == "required"


@pytest.mark.converter
def test_health(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    assert ask(client, "/healthz") == {"status": "ok"}
    monkeypatch.setattr("gipdocs.health.missing_fonts", lambda: ["FandolFang"])
    assert ask(client, "/readyz")["status"] == "unavailable"


def test_refusals_name_listed_codes(client: FlaskClient, service: Service) -> None:
    wrong = {"application": [], "clock": {"received": "2026-02-30"}, "date": 3, "colour": "red"}
    found = send(client, LETTER, wrong, 422)["errors"]
    assert {"required", "type", "no-such-day", "unknown"} <= {one["code"] for one in found} <= CODES.keys()
    refused = send(client, LETTER, service.sample("reply-granted") | {"number": "聊机管公开〔2025〕12号"}, 422)
    assert [one["code"] for one in refused["errors"]] == ["number-other-year"]
    for path, body in (("deadlines", {"kind": "answer"}), ("fees", {"method": "weight"}), ("reports/check", [])):
        assert {one["code"] for one in send(client, f"/api/v1/{path}", body, 422)["errors"]} <= CODES.keys()


@pytest.mark.parametrize(
    ("path", "body", "kind", "status"),
    [
        (f"{LETTER}?format=odt", b"{}", "application/json", 400),
        (LETTER, b"{", "application/json", 400),
        (LETTER, b"{}", "text/plain", 415),
        (LETTER, b" " * (Settings().max_body + 1), "application/json", 413),
    ],
)
def test_problems_of_the_request(client: FlaskClient, path: str, body: bytes, kind: str, status: int) -> None:
    response = client.post(path, data=body, content_type=kind)
    assert response.status_code == status
    check(response, "POST", path)


def test_no_schema_leaves_open_what_is_in_it() -> None:
    bare = []
    for place, schema in inner({key: description()[key] for key in ("paths", "components")}):
        kinds = schema.get("type", [])
        kinds = [kinds] if isinstance(kinds, str) else kinds
        if (
            "object" in kinds
            and not isinstance(schema.get("additionalProperties"), dict)
            and "properties" not in schema
        ):
            bare.append(place)
        if "array" in kinds and "items" not in schema:
            bare.append(place)
    assert [place for place in bare if not place.startswith(OPEN)] == []


# A JSON Schema and the description itself are data of a standard's own.
OPEN = ("/components/schemas/Questions/", "/components/schemas/Description/")


def test_every_reference_leads_somewhere() -> None:
    assert references(description()) == components_of(description())  # and every component is used


def references(described: Any) -> set[str]:
    """Where the references in a description lead."""
    return {one["$ref"] for _, one in inner(described) if "$ref" in one}


def components_of(described: Mapping[str, Any]) -> set[str]:
    """The components of a description by the references to them; a security scheme is used by its name."""
    kinds = described["components"].items()
    return {f"#/components/{kind}/{name}" for kind, named in kinds if kind != "securitySchemes" for name in named}


def test_a_wrong_answer_would_be_seen(service: Service) -> None:
    office = open_service(Settings()).office()
    with pytest.raises(jsonschema.ValidationError):
        validate({"status": "ok", "version": office.today.isoformat()}, {"$ref": "#/components/schemas/Alive"})
    with pytest.raises(jsonschema.ValidationError):
        validate(DATED | {"year": 2025}, {"$ref": "#/components/schemas/DeadlineBody"})
