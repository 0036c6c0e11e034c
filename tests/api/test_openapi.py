"""The API's description is OpenAPI 3.1, and the API does what it says."""

from __future__ import annotations

from tempfile import TemporaryDirectory
from typing import Any

import pytest
import schemathesis
from flask.testing import FlaskClient
from hypothesis import HealthCheck, settings
from openapi_spec_validator import OpenAPIV31SpecValidator
from schemathesis.checks import (
    content_type_conformance,
    not_a_server_error,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from gipdocs.app import create_app
from gipdocs.service import Service
from gipdocs.settings import Settings

pytestmark = [pytest.mark.slow, pytest.mark.converter]

CHECKS = (
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
)
KEYS: dict[str, str] = {}
"""Headers with which every request is sent, for a service that asks for a key."""
folder = TemporaryDirectory()  # removed at the end of the process
application = create_app(Settings(secret_key="test", database=f"sqlite:///{folder.name}/gipdocs.db"))
schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", application)


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


# Left out: the checks on rejected and accepted data, since findings of law refuse payloads that fit the schema and
# null stands for an unanswered question; the check on unsupported methods runs in test_documents. All documents share
# the same routes, so that three of them stand for all; every sample goes through the API in test_faces_agree.
VARIED = r"/(application-form|reply-granted|extension-notice)(/|$)|/v1/(deadlines|fees|reports/check|documents)$|/(healthz|readyz)$"


@schema.include(path_regex=VARIED).parametrize()
@settings(max_examples=6, deadline=None, suppress_health_check=list(HealthCheck))
def test_the_api_keeps_its_description(case: schemathesis.Case) -> None:
    _validate(case)


def _validate(case: schemathesis.Case) -> None:
    if "format" in (case.query or {}) and case.query["format"] == "pdf":
        case.query["format"] = "docx"  # the converter has tests of its own
    case.call_and_validate(checks=CHECKS, headers={"Accept-Encoding": "identity", **KEYS})


@schema.include(path_regex=r"/documents/\{id\}(/(schema|sample|check|docx))?$").parametrize()
@settings(max_examples=4, deadline=None, suppress_health_check=list(HealthCheck))
def test_the_api_of_any_document_keeps_its_description(case: schemathesis.Case) -> None:
    case.path_parameters = {"id": "reply-granted"}
    _validate(case)


@pytest.fixture(scope="session")
def known() -> dict[str, Any]:
    """A case and a draft, for requests that are about one."""
    client, service = application.test_client(), application.extensions["gipdocs"]
    arrival = {"application": service.sample("application-form"), "channel": "in_person", "received": "2026-03-02"}
    number = client.post("/api/v1/cases", json=arrival).get_json()["number"]
    draft = {"document": "correction-notice", "answers": {}}
    id = client.post(f"/api/v1/cases/{number}/letters", json=draft).get_json()["id"]
    return {"number": number, "id": id, "document": "correction-notice"}


# The import of a ledger is left out: made-up bodies are no workbooks.
OF_THE_REGISTER = r"/v1/(cases|letters|due|statistics|ledger\.xlsx)"


@schema.include(path_regex=OF_THE_REGISTER).parametrize()
@settings(max_examples=4, deadline=None, suppress_health_check=list(HealthCheck))
def test_the_api_of_the_register_keeps_its_description(case: schemathesis.Case, known: dict[str, Any]) -> None:
    case.path_parameters = {key: known.get(key, value) for key, value in (case.path_parameters or {}).items()}
    _validate(case)
