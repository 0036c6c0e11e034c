"""How the operations of the register and of the batches are described."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from gipdocs.access.permissions import Permission
from gipdocs.api.answers import Schema, of
from gipdocs.api.scopes import security
from gipdocs.documents.responses import USUAL, describe_answer, describe_file, describe_problems
from gipdocs.questions import Questions, prepare_questions


def describe_parameter(name: str, place: str, schema: Schema, description: str) -> dict[str, Any]:
    """A parameter in the `place` "path", "query" or "header"."""
    required = {"required": True} if place == "path" else {}
    return {"name": name, "in": place, **required, "schema": schema, "description": description}


def describe_operation(
    name: str,
    summary: str,
    *,
    tag: str,
    needed: Permission,
    answers: Mapping[str, Any],
    faults: Sequence[str] = (),
    parameters: Sequence[Any] = (),
    body: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """An operation that needs a permission; `faults` are the statuses of its refusals beside those that any has."""
    faults = (*faults, *(("422",) if body else ()), *USUAL)
    told = {
        "tags": [tag],
        "operationId": name,
        "summary": summary,
        "security": security(needed),
        "parameters": [*parameters],
        "responses": {**answers, **describe_problems(*sorted({*faults}))},
    }
    return told | ({"requestBody": dict(body)} if body else {})


def describe_json(
    status: str, description: str, schema: str, headers: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """An answer in JSON by its status."""
    told = describe_answer(description, of(schema))
    return {status: told | ({"headers": dict(headers)} if headers else {})}


def describe_download(description: str, *media_types: str) -> dict[str, Any]:
    """An answer with a file of one of these types."""
    return {"200": describe_file(description, *media_types)}


def describe_query(schema: type[Questions]) -> list[dict[str, Any]]:
    """The questions of a list as parameters of its address."""
    told = []
    for key, question in prepare_questions(schema).questions():
        described = question.json_schema()
        described.pop("x-labels", None)
        told.append(describe_parameter(key, "query", described, described.pop("title")))
    return told


def describe_named(description: str, schema: str, headers: Mapping[str, Any]) -> dict[str, Any]:
    """An answer in JSON to which operations refer by name."""
    return {**describe_answer(description, of(schema)), "headers": dict(headers)}
