"""A program that works on the register by the API alone, and holds every answer against the description."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import jsonschema
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from gipdocs.service import Service
from tests.api.test_answers import resolve, response_of

Json = Any  # plain data of the shape that the description promises


@dataclass
class Program:
    """Sends requests; `check` compares an answer with what is described for it."""

    client: FlaskClient
    service: Service
    description: Mapping[str, Any]

    def get(self, path: str, status: int = 200, **more: Any) -> Json:
        return self.send("GET", path, status=status, **more)

    def post(self, path: str, body: Any = None, status: int = 201, **more: Any) -> Json:
        return self.send("POST", path, body, status=status, **more)

    def send(self, method: str, path: str, body: Any = None, *, status: int, **headers: str) -> Json:
        response = self.ask(method, path, body, **headers)
        assert response.status_code == status, response.text
        return json.loads(response.data)

    def ask(self, method: str, path: str, body: Any = None, **headers: str) -> TestResponse:
        response = self.ask_raw(method, path, body, **headers)
        self.check(response, method, path.partition("?")[0])
        return response

    def ask_raw(self, method: str, path: str, body: Any = None, **headers: str) -> TestResponse:
        """The answer to a request, not held against the description, as it may be without content."""
        sent = {} if body is None else {"data": body} if isinstance(body, bytes) else {"json": body}
        named = {key.replace("_", "-"): value for key, value in headers.items()}
        return self.client.open(f"/api/v1{path}", method=method, headers=named, **sent)

    def check(self, response: TestResponse, method: str, path: str) -> None:
        """Hold status, type, headers and body of an answer against the description."""
        described = response_of(self.operation(method, f"/api/v1{path}"), response.status_code)
        unneeded = set() if response.status_code in (429, 503) else {"Retry-After"}
        assert described.get("headers", {}).keys() - unneeded <= set(response.headers.keys())
        schema = described["content"][response.mimetype]["schema"]
        if response.is_json or response.mimetype == "application/problem+json":
            self.validator(json.dumps(schema)).validate(json.loads(response.data))

    def operation(self, method: str, path: str) -> Mapping[str, Any]:
        paths = self.description["paths"]
        template = next(one for one in self.templates if re.fullmatch(self.templates[one], path))
        return resolve(self.description, paths[template][method.lower()])

    @cached_property
    def templates(self) -> dict[str, str]:
        """The paths with the longest first, and what matches each of them."""
        paths = sorted((one for one in self.description["paths"]), key=len, reverse=True)
        return {one: re.sub(r"\\\{\w+\\\}", ".+", re.escape(one)) for one in paths}

    def validator(self, schema: str) -> jsonschema.Draft202012Validator:
        whole = {**json.loads(schema), "components": self.description["components"]}
        return jsonschema.Draft202012Validator(whole, format_checker=jsonschema.FormatChecker())

    def sample(self, id: str, **changes: Any) -> dict[str, Any]:
        """The sample of a document, or of an application, with changes."""
        return self.service.sample(id) | changes

    def arrival(self, **changes: Any) -> dict[str, Any]:
        """A new case as it is sent in: by the web on 2 March 2026, confirmed on the 3rd."""
        application = self.sample("application-form")
        body = {"application": application, "channel": "online", "received": "2026-03-02", "confirmed": "2026-03-03"}
        return body | changes

    def open(self, **changes: Any) -> str:
        """The number of a new case."""
        number: str = self.post("/cases", self.arrival(**changes))["number"]
        return number

    def record(self, number: str, kind: str, day: str, status: int = 201, **facts: Any) -> Json:
        """Record an event and give the answer."""
        return self.post(f"/cases/{number}/events", {"kind": kind, "day": day, "facts": facts}, status)


def codes(problem: Json) -> set[tuple[str, str]]:
    """Where the faults of a refusal are, and their codes."""
    return {(one["pointer"], one["code"]) for one in problem["errors"]}
