"""Every route takes the query parameters that are described for it and no others, and keeps the manners of HTTP."""

from __future__ import annotations

import gzip
import re
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from gipdocs.service import Service
from tests.api.talking import codes
from tests.api.test_answers import resolve

pytestmark = pytest.mark.slow
LETTER = "/api/v1/documents/reply-granted"


def described(description: dict[str, Any], path: str, method: str) -> set[str]:
    """The query parameters of a route in the description, over all documents."""
    form = re.compile(re.sub(r"<(\w+:)?(\w+\([^)]*\):)?\w+>", r"[^/]+", re.sub(r"<any\([^>]*>", "<deed>", path)))
    found = [one[method] for place, one in description["paths"].items() if form.fullmatch(place) and method in one]
    assert found, path
    parameters = [resolve(description, one) for operation in found for one in operation.get("parameters", [])]
    return {one["name"] for one in parameters if one["in"] == "query"}


def test_every_route_takes_the_parameters_that_are_described(office_app: Flask, description: dict[str, Any]) -> None:
    seen = 0
    for rule in office_app.url_map.iter_rules():
        if not rule.rule.startswith("/api/v1/"):
            continue
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}:
            taken = getattr(office_app.view_functions[rule.endpoint], "taken", ())
            assert {*taken} == described(description, rule.rule, method.lower()), rule
            seen += 1
    assert seen > 20


def test_a_route_refuses_a_parameter_that_it_does_not_take(office_app: Flask) -> None:
    client = office_app.test_client()
    for rule in office_app.url_map.iter_rules():
        if rule.rule.startswith("/api/v1/") and "GET" in (rule.methods or set()):
            path = re.sub(r"<[^>]+>", "1", rule.rule)
            refused = client.get(f"{path}?colour=red")
            assert refused.status_code == 400, path
            assert codes(refused.get_json(force=True)) == {("/colour", "unknown")}


def test_a_wrong_parameter_is_named_with_those_that_there_are(client: FlaskClient) -> None:
    refused = client.post(f"{LETTER}?formt=pdf&format=pdf&format=docx&carry=true", json={})
    told = refused.get_json(force=True)
    assert codes(told) == {("/formt", "unknown"), ("/format", "repeated")}
    assert told["detail"] == "没有参数“formt”，可用的参数有：format、envelope、carry。参数“format”写了2次，请只写一次。"
    none = client.get("/api/v1/documents?limit=2").get_json(force=True)
    assert none["detail"] == "没有参数“limit”，这个地址没有参数。"


@pytest.mark.parametrize(("asked", "code"), [("format=xyz", "/format"), ("carry=maybe", "/carry")])
def test_a_value_that_there_is_not_is_told_with_those_that_there_are(
    client: FlaskClient, asked: str, code: str
) -> None:
    told = client.post(f"{LETTER}?{asked}", json={}).get_json(force=True)
    assert told["type"] == "/api/problems/invalid-parameter" and codes(told) == {(code, "option")}
    assert "docx、pdf" in told["detail"] or "true或者false" in told["detail"]


def test_probes_may_add_parameters_of_their_own(client: FlaskClient) -> None:
    assert client.get("/healthz?verbose").status_code == 200


@pytest.mark.parametrize(
    ("path", "methods"),
    [
        (LETTER, "GET, HEAD, OPTIONS, POST"),
        (f"{LETTER}/check", "OPTIONS, POST"),
        ("/api/v1/fees?colour=red", "OPTIONS, POST"),
        ("/api/docs", "GET, HEAD, OPTIONS"),
        ("/healthz", "GET, HEAD, OPTIONS"),
    ],
)
def test_options_tells_the_methods_and_lets_no_other_page_in(client: FlaskClient, path: str, methods: str) -> None:
    asked = {"Origin": "https://elsewhere.example", "Access-Control-Request-Method": "POST"}
    response = client.options(path, headers=asked)
    assert (response.status_code, response.data, response.headers["Allow"]) == (204, b"", methods)
    assert "Content-Type" not in response.headers
    assert not any(name.startswith("Access-Control") for name, _ in response.headers)


def test_options_of_nothing_is_not_found(client: FlaskClient) -> None:
    assert client.options("/api/v1/nowhere").status_code == 404


@pytest.mark.parametrize("headers", [{}, {"Accept": "text/html"}, {"Accept": "image/png"}], ids=str)
def test_a_negotiated_answer_says_that_it_varies(
    client: FlaskClient, service: Service, headers: dict[str, str]
) -> None:
    response = client.post(LETTER, json=service.sample("reply-granted"), headers=headers)
    assert "Accept" in response.vary and response.headers["Content-Language"] == "zh-CN"
    assert "Accept" not in client.get("/api/v1/documents").vary


def test_answers_say_that_they_are_chinese(client: FlaskClient) -> None:
    for path in ("/api/v1/documents", "/api/v1/openapi.json", "/api/docs", "/api/v1/nowhere"):
        assert client.get(path).headers["Content-Language"] == "zh-CN", path
    for path in ("/healthz", "/api/static/docs.js"):
        with client.get(path) as response:
            assert "Content-Language" not in response.headers, path


def test_a_compressed_body_is_of_no_type_that_is_taken(client: FlaskClient) -> None:
    body, kind = gzip.compress(b'{"method": "piece", "count": 1}'), {"Content-Type": "application/json"}
    refused = client.post("/api/v1/fees", data=body, headers=kind | {"Content-Encoding": "gzip"})
    assert refused.status_code == 415 and "Content-Encoding" in refused.get_json(force=True)["detail"]
    plain = client.post("/api/v1/fees", data=gzip.decompress(body), headers=kind | {"Content-Encoding": "identity"})
    assert plain.status_code == 200
