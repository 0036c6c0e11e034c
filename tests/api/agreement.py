"""Holds an application against its own description with all of schemathesis' checks, and tells what no schema can say."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from itertools import islice
from typing import Any

import schemathesis
from flask import Flask
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import Case, GenerationMode
from schemathesis.config import SchemathesisConfig
from schemathesis.core.failures import AcceptedNegativeData, FailureGroup
from schemathesis.core.transport import Response
from schemathesis.openapi.checks import RejectedPositiveData
from schemathesis.schemas import APIOperation, BaseSchema

from gipdocs.documents.document import MEDIA_TYPES
from gipdocs.questions.characters import FORBIDDEN

CONFIG = SchemathesisConfig.from_dict(
    {
        "generation": {"deterministic": True, "with-security-parameters": False},
        "checks": {
            # What is meant doesn't exist, stands otherwise, or has been changed meanwhile: no schema knows that.
            "positive_data_acceptance": {"expected-statuses": ["2xx", 404, 409, 412]},
            "negative_data_rejection": {"expected-statuses": [400, 404, 405, 406, 409, 412, 415, 422]},
        },
    }
)
schemathesis.serializer.alias(MEDIA_TYPES["xlsx"], "application/octet-stream")
REASONS: Mapping[str, Mapping[str, str]] = {
    r"": {
        "blank": "a text of characters that nobody sees",
        "too-short": "blanks around a text don't make it longer",
    },
    r"POST /api/v1/documents/": {"refused": "the law", "before-law": "the law"},
    r"POST /api/v1/documents/\{id\}": {
        "required": "what a document asks stands in its own schema",
        "unknown": "what a document asks stands in its own schema",
        "option": "each document has formats of its own",
        "not-acceptable": "each document has formats of its own",
    },
    r"POST /api/v1/deadlines": {"before-law": "the law", "order": "the order of two days"},
    r"POST /api/v1/fees": {"not-cumulative": "the law: an option rules out an answer"},
    r"POST /api/v1/reports/sum": {
        "no-reports": "what is in the reports",
        "repeated": "two files of one name",
        "required": "a file has a record or a reason why not",
        "option": "which files came, and the order of the columns",
    },
    r"POST /api/v1/reports/(check|sum)": {
        "expression": "a sum of cells, whose grammar no pattern tells",
        "no-such-cell": "the year says which cells the tables have",
        "range": "how many decimals a number has",
        "option": "the order of the columns",
        "unknown": "the year says which rows the table has",
    },
    r"POST /api/v1/read": {"unreadable-file": "what is in a file"},
    r"POST /api/v1/cases($|/\{number\}/events)": {
        "before-law": "the law",
        "future": "what day it is",
        "order": "what has happened before",
        "closed": "what has happened before",
        "mismatch": "what has been recorded or sent before",
        "repeated": "what has been recorded or cancelled before",
    },
    r"POST /api/v1/letters/\{id\}/(submit|issue)": {
        "required": "what the draft lacks",
        "refused": "the law",
    },
    r"POST /api/v1/batches$": {
        "malformed-request": "what is in lines and in a form",
        "required": "what is in lines and in a form",
        "type": "what is in lines and in a form",
        "unknown": "what is in lines and in a form",
        "not-acceptable": "each document has formats of its own",
        "webhook": "what the operator permits",
        "mismatch": "what has been sent before",
        "rate-limited": "what else is under way",
    },
    r"GET /api/v1/batches$": {"format": "a cursor of a batch that there isn't"},
    r"GET /api/v1/batches/\{id\}": {"not-acceptable": "what has been made"},
    r"GET /api/v1/documents/\{id\}/table": {"not-acceptable": "some documents are tables themselves"},
    r"GET /api/v1/cases$": {"format": "a cursor with a day that there isn't"},
    r"POST /api/v1/ledger": {
        "csv": "what is in a file",
        "heading-missing": "what is in a file",
        "no-rows": "what is in a file",
        "format": "JSON in a parameter",
    },
}
"""The codes with which requests that fit the description are refused, and why, by a pattern of operations.

A refusal without codes is named by the kind of its problem.
"""

WITH_CODES = ("invalid-input", "invalid-parameter")
EMPTY_MEANS_NONE = re.compile(
    r"GET /api/v1/(cases|ledger\.xlsx|batches.*|documents/\{id\}/table\.xlsx)$|POST /api/v1/(ledger|batches)$"
)
"""The operations whose parameters may be empty, as forms send them; described so, every client would have to ask for it."""

EMPTY = re.compile(r"[?&][a-z_]+=(&|$)")


def settle(examples: int) -> settings:
    """So many examples, the same ones in every run."""
    return settings(
        max_examples=examples,
        stateful_step_count=8,
        derandomize=True,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )


@dataclass(frozen=True, kw_only=True)
class Agreement:
    """An application, the key with which it is asked, and what paths are about: values by the name of a parameter."""

    app: Flask
    key: str = ""
    known: dict[str, Any] = field(default_factory=dict)

    @cached_property
    def schema(self) -> BaseSchema:
        return schemathesis.openapi.from_wsgi("/api/v1/openapi.json", self.app, config=CONFIG)

    @property
    def headers(self) -> dict[str, str]:
        return {"Accept-Encoding": "identity"} | ({"Authorization": f"Bearer {self.key}"} if self.key else {})

    @property
    def operations(self) -> Iterator[APIOperation]:
        """All operations, in the order of their labels."""
        yield from sorted((found.ok() for found in self.schema.get_all_operations()), key=lambda one: one.label)

    def hold(self, case: Case) -> None:
        """Send a request and hold the answer against the description; FailureGroup has what is not explained."""
        self.prepare(case)
        self.judge(case, case.call(headers=self.headers))

    def prepare(self, case: Case) -> None:
        """Make a request that fits the description one about something that exists, if its path is right."""
        if not case.meta or case.meta.generation.mode.is_negative:
            return
        known = {**self.known, **({"id": "reply-granted"} if "/documents/" in case.path else {})}
        case.path_parameters = {key: known.get(key, value) for key, value in (case.path_parameters or {}).items()}
        case.query = {key: _make_sendable(value) for key, value in (case.query or {}).items()}
        if isinstance(case.body, dict | list | str):
            case.body = _make_sendable(case.body)

    def judge(self, case: Case, response: Response) -> None:
        """Run all checks on an answer."""
        try:
            case.validate_response(response, headers=self.headers)
        except FailureGroup as found:
            left = [one for one in found.exceptions if not is_explained(case.operation.label, response, one)]
            if left:
                group = FailureGroup(left)
                group.add_note(f"{case.as_curl_command()}\n{response.status_code} {response.content[:2000]!r}")
                group.add_note(response.content[:2000].decode(errors="replace"))
                raise group from None

    def hold_generated(self, operation: APIOperation, mode: GenerationMode, examples: int) -> None:
        """Hold requests that fit the description, or don't, as the mode says."""
        if mode.is_negative and not (operation.body or [*operation.iter_parameters()]):
            return  # there is nothing that could be wrong
        check: Callable[..., None] = given(case=operation.as_strategy(generation_mode=mode))(
            lambda case: self.hold(case)
        )
        settle(examples)(check)()

    def hold_edges(self, operation: APIOperation, most: int) -> None:
        """Hold requests with the limits of each value, just beyond them, and with methods that there aren't."""
        generation = self.schema.config.generation_for(operation=operation, phase="coverage")
        cases = [
            *self.schema.iter_coverage_cases(
                operation, generation_modes=[*GenerationMode], generation_config=generation
            )
        ]
        for case in islice(cases, 0, None, max(1, -(-len(cases) // most))):
            self.hold(case)


def is_explained(label: str, response: Response, failure: Exception) -> bool:
    """Whether a request that fits the description may be refused so, or another accepted, for reasons no schema can say."""
    if isinstance(failure, AcceptedNegativeData):
        return bool(EMPTY_MEANS_NONE.match(label) and EMPTY.search(response.request.url or ""))
    if not isinstance(failure, RejectedPositiveData):
        return False
    problem = response.json()
    kind = problem["type"].rpartition("/")[2]
    codes = {one["code"] for one in problem["errors"]} if kind in WITH_CODES else {kind}
    allowed = {code for pattern, reasons in REASONS.items() if re.match(pattern, label) for code in reasons}
    return codes <= allowed


def _make_sendable(value: Any) -> Any:
    """Without what no text of a document may hold, and whole numbers without a point, which schemas take for the same.

    The description leaves out both: as patterns they would be in each of its texts.
    """
    match value:
        case str():
            return re.sub("[\r\n\t]", "字", FORBIDDEN.sub("字", value))
        case float() if value.is_integer():
            return int(value)
        case list():
            return [_make_sendable(one) for one in value]
        case dict():
            return {_make_sendable(key): _make_sendable(one) for key, one in value.items()}
    return value


def machine_of(agreement: Agreement, paths: str, bounds: settings) -> dict[str, set[int]]:
    """Run operations one after the other, each with what the answers before have named.

    Returns the statuses with which each of them has answered.
    """
    reached: dict[str, set[int]] = {}

    class Steps(agreement.schema.include(path_regex=paths).as_state_machine()):  # type: ignore[misc]  # made by the schema
        def get_call_kwargs(self, case: Case) -> dict[str, Any]:
            return {"headers": agreement.headers}

        def before_call(self, case: Case) -> None:
            agreement.prepare(case)

        def validate_response(self, response: Response, case: Case, *args: Any, **more: Any) -> None:
            reached.setdefault(case.operation.label, set()).add(response.status_code)
            agreement.judge(case, response)

    Steps.run(settings=bounds)
    return reached
