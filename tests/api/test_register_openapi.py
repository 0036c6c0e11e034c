"""The description of the register's API is OpenAPI 3.1 and says what bodies may hold."""

from __future__ import annotations

from typing import Any

import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator

from gipdocs.questions import load, prepare_questions
from gipdocs.register.events import KINDS
from gipdocs.register.recording import RECORDABLE, event_questions
from tests.api.talking import Program
from tests.api.test_answers import OPEN, components_of, inner, references

pytestmark = pytest.mark.slow


def test_the_description_is_valid_openapi_3_1(description: dict[str, Any]) -> None:
    OpenAPIV31SpecValidator(description).validate()


def test_every_reference_leads_somewhere_and_every_component_is_used(description: dict[str, Any]) -> None:
    assert references(description) == components_of(description)


READ = "/schemas/ReadAnswers/properties/answers"


def test_only_answers_to_documents_are_left_open(description: dict[str, Any]) -> None:
    places = inner({key: description[key] for key in ("paths", "components")})
    bare = [place for place, schema in places if "object" in str(schema.get("type")) and not _is_closed(schema)]
    left_open = (
        "/schemas/Answers",
        "/LetterAnswers",
        "/LetterBody/properties/answers",
        "/WholeLetter/properties/answers",
        READ,
    )
    assert [place for place in bare if not place.startswith(OPEN) and not place.endswith(left_open)] == []


def _is_closed(schema: dict[str, Any]) -> bool:
    return bool(schema.get("additionalProperties")) or schema.get("additionalProperties") is False


@pytest.mark.parametrize("kind", KINDS)
def test_a_kind_of_event_is_described_as_it_is_asked(program: Program, kind: str) -> None:
    schema = program.validator('{"$ref": "#/components/schemas/EventBody"}')
    if kind not in RECORDABLE:
        assert not schema.is_valid({"kind": kind, "day": "2026-03-02"})
        return
    questions = prepare_questions(event_questions(kind))
    sample = questions.sample(program.service.office(), full=True)
    load(event_questions(kind), sample)
    schema.validate({"kind": kind, **sample})
    assert not schema.is_valid({"kind": kind, **sample, "colour": "red"})
    assert not schema.is_valid({"kind": kind, **sample, "day": "2. März"})


def test_the_examples_of_the_bodies_are_accepted(program: Program) -> None:
    order = program.description["paths"]["/api/v1/batches"]["post"]["requestBody"]["content"]["application/json"]
    assert program.post("/batches?dry_run=1", order["example"], 200)["invalid"] == 0
    number = program.open()
    paths = program.description["paths"]
    for path, status in (("/cases", 201), (f"/cases/{number}/events", 201), (f"/cases/{number}/letters", 201)):
        described = paths[f"/api/v1{path}".replace(number, "{number}")]["post"]["requestBody"]
        program.post(path, described["content"]["application/json"]["example"], status)
