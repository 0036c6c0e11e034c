"""The API's description is OpenAPI 3.1, and the API does what it says: with a key, without one, and step after step."""

from __future__ import annotations

import re
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from openapi_spec_validator import OpenAPIV31SpecValidator
from schemathesis import Case, GenerationMode

from gipdocs.access.actors import HERE
from gipdocs.access.keys import make_key
from gipdocs.access.permissions import SCOPES
from gipdocs.app import create_app
from gipdocs.batch.running import run_until_idle
from gipdocs.service import Service
from gipdocs.settings import Settings
from tests.api.agreement import Agreement, machine_of, settle

pytestmark = [pytest.mark.slow, pytest.mark.converter]

folder = TemporaryDirectory()  # removed at the end of the process
application = create_app(Settings(secret_key="test", database=f"sqlite:///{folder.name}/gipdocs.db", access="accounts"))
ours: Service = application.extensions["gipdocs"]
for limiter in application.extensions["limiter"]:
    limiter.enabled = False
office = Agreement(app=application, key=make_key(ours.register.store, "受理平台", "live", SCOPES, by=HERE))
OPERATIONS = {one.label: one for one in office.operations}
PARTICULAR = [label for label in OPERATIONS if re.search(r"/documents/[a-z]", label)]
SHARED = [label for label in OPERATIONS if label not in PARTICULAR]
CASES = re.compile(r".* /api/v1/(cases|letters)/")
BATCHES = re.compile(r".* /api/v1/batches/")


def test_the_description_is_valid_openapi_3_1(client: FlaskClient) -> None:
    description = client.get("/api/v1/openapi.json").get_json()
    assert description["openapi"].startswith("3.1")
    OpenAPIV31SpecValidator(description).validate()


def test_every_document_and_route_is_described(client: FlaskClient, service: Service) -> None:
    paths = client.get("/api/v1/openapi.json").get_json()["paths"]
    for id in service.registry:
        assert {f"/api/v1/documents/{id}{part}" for part in ("", "/sample")} <= set(paths)
    family = ("", "/schema", "/sample", "/check", "/docx", "/pdf", "/xlsx")
    assert {f"/api/v1/documents/{{id}}{part}" for part in family} <= set(paths)


def open_case() -> dict[str, Any]:
    """A new case with a draft that could be issued, as paths name them."""
    client = application.test_client()
    arrival = {"application": ours.sample("application-form"), "channel": "in_person", "received": "2026-03-02"}
    number = client.post("/api/v1/cases", json=arrival, headers=office.headers).get_json()["number"]
    answers = {key: value for key, value in ours.sample("correction-notice").items() if key != "number"}
    draft = {"document": "correction-notice", "answers": answers}
    id = client.post(f"/api/v1/cases/{number}/letters", json=draft, headers=office.headers).get_json()["id"]
    return {"number": number, "id": id, "place": 1, "document": "correction-notice"}


def order_batch() -> dict[str, Any]:
    """A batch with one file that was made, as paths name them."""
    order = {"document": "receipt", "format": "docx", "items": [{"answers": ours.sample("receipt")}]}
    id = application.test_client().post("/api/v1/batches", json=order, headers=office.headers).get_json()["id"]
    run_until_idle(ours)
    return {"id": id, "place": 1}


@pytest.fixture
def agreement(request: pytest.FixtureRequest) -> Agreement:
    """The office, with a case of its own for an operation that is about one."""
    label = request.node.callspec.params["label"]
    if not (CASES.match(label) or BATCHES.match(label)):
        return office
    known = open_case() if CASES.match(label) else order_batch()
    found = Agreement(app=application, key=office.key, known=known)
    found.__dict__["schema"] = office.schema
    return found


@pytest.mark.parametrize("mode", GenerationMode, ids=lambda mode: mode.value)
@pytest.mark.parametrize("label", SHARED)
def test_an_operation_keeps_its_description(agreement: Agreement, label: str, mode: GenerationMode) -> None:
    agreement.hold_generated(OPERATIONS[label], mode, 8)


@pytest.mark.parametrize("label", SHARED)
def test_an_operation_keeps_its_description_at_the_limits(agreement: Agreement, label: str) -> None:
    agreement.hold_edges(OPERATIONS[label], 40)


@pytest.mark.contract
@pytest.mark.parametrize("label", PARTICULAR)
def test_the_operations_of_a_document_keep_their_description(label: str) -> None:
    operation = OPERATIONS[label]
    for mode in GenerationMode:
        office.hold_generated(operation, mode, 1)
    body = {"body": ours.sample(operation.path.rpartition("/")[2])} if operation.body else {}
    case: Case = operation.Case(media_type="application/json" if body else None, **body)
    answer = case.call(headers=office.headers)
    office.judge(case, answer)
    assert answer.status_code == 200


def test_no_operation_that_needs_a_key_answers_without_one() -> None:
    names = {"number": "2026-0001", "id": 1, "place": 1, "document": "receipt", "year": 2026, "kind": "not-found"}
    stranger = Agreement(app=application)
    statuses = {}
    for label, operation in OPERATIONS.items():
        parameters = {one.name: names[one.name] for one in operation.path_parameters}
        case = operation.Case(path_parameters=parameters)
        answer = case.call(headers=stranger.headers)
        stranger.judge(case, answer)
        statuses[label] = answer.status_code
    raw = office.schema.raw_schema["paths"]
    public = {
        f"{method.upper()} {path}" for path in raw for method, one in raw[path].items() if one.get("security") == []
    }
    assert {label for label, status in statuses.items() if status != 401} == public & OPERATIONS.keys()
    assert public == {
        f"GET {path}" for path in ("/healthz", "/api/v1/openapi.json", "/api/problems", "/api/problems/{kind}")
    }


@pytest.fixture(scope="module")
def counter(app: Flask) -> Agreement:
    """An installation without register and accounts."""
    return Agreement(app=app)


@pytest.mark.parametrize(
    "label",
    [
        label
        for label in SHARED
        if not re.match(r".*/v1/(cases|letters|batches|due|stat|ledger|documents/.*table)", label)
    ],
)
def test_an_installation_without_accounts_keeps_its_description(counter: Agreement, label: str) -> None:
    operation = counter.schema.find_operation_by_label(label)
    assert operation is not None
    for mode in GenerationMode:
        counter.hold_generated(operation, mode, 2)


def test_an_installation_without_register_describes_the_same_documents(counter: Agreement) -> None:
    assert {one.label for one in counter.operations} >= {*PARTICULAR}


def test_steps_that_follow_from_each_other_keep_their_description() -> None:
    # With all that leads on from a letter, few examples would come to the events of a case.
    paths = r"/v1/cases(/\{number\}(/events|/deadline|/letters)?)?$"
    reached = machine_of(office, paths, settle(8))
    followed = {label for label, statuses in reached.items() if {200, 201} & statuses}
    assert followed >= {"POST /api/v1/cases", "POST /api/v1/cases/{number}/events"}, reached
    assert len(reached) > 5
