"""The API builds, checks and describes documents, and refuses what is wrong in one shape."""

from __future__ import annotations

import base64
import json
import time
from collections.abc import Iterator
from copy import deepcopy
from io import BytesIO
from typing import Any
from urllib.parse import unquote

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse, create_environ, run_wsgi_app

from gipdocs import reports
from gipdocs.documents.document import MEDIA_TYPES
from gipdocs.errors import LONGEST_KEY, InvalidInput, Refused
from gipdocs.findings import Finding
from gipdocs.questions import load
from gipdocs.questions.staff import fullest_sample
from gipdocs.service import Service
from gipdocs.settings import Settings

pytestmark = pytest.mark.slow

LETTER = "/api/v1/documents/reply-granted"
FEE = b'{"method": "piece", "count": 1}'
LARGEST = Settings().max_body
SECRET = "不应出现在错误信息里的姓名"


@pytest.fixture
def sample(service: Service) -> dict[str, Any]:
    return service.sample("reply-granted")


def problem(response: TestResponse, status: int) -> dict[str, Any]:
    assert response.status_code == status, response.text
    assert response.mimetype == "application/problem+json"
    body: dict[str, Any] = json.loads(response.data)
    assert body["status"] == status and body["title"] and body["detail"]
    assert "Traceback" not in response.text
    return body


def test_the_list_names_every_document(client: FlaskClient, service: Service) -> None:
    body = client.get("/api/v1/documents").get_json()
    assert [one["id"] for one in body["documents"]] == list(service.registry)


def test_schema_and_sample_of_a_document_fit_each_other(client: FlaskClient, service: Service) -> None:
    import jsonschema

    for id in service.registry:
        schema = client.get(f"/api/v1/documents/{id}/schema").get_json()
        jsonschema.Draft202012Validator.check_schema(schema)
        jsonschema.validate(client.get(f"/api/v1/documents/{id}/sample").get_json(), schema)


@pytest.mark.parametrize("nothing", [None, ""], ids=["null", "empty"])
def test_a_schema_accepts_nothing_for_an_answer_where_the_service_does(
    client: FlaskClient, service: Service, nothing: str | None
) -> None:
    import jsonschema

    for id, entry in service.registry.items():
        schema = client.get(f"/api/v1/documents/{id}/schema").get_json()
        described, questions = jsonschema.Draft202012Validator(schema), entry.document.schema()
        sample = fullest_sample(questions, service.office())
        for pointer, question in questions.walk(sample):
            payload = put(sample, pointer, nothing)
            try:
                load(entry.document.schema, payload)
                accepted = True
            except InvalidInput:
                accepted = False
            assert described.is_valid(payload) is accepted, (id, pointer)
            assert accepted is not question.required, (id, pointer)


def put(data: Any, pointer: str, value: Any) -> Any:
    """The data with another value at a place."""
    changed = place = deepcopy(data)
    *path, last = (int(token) if token.isdigit() else token for token in pointer.split("/")[1:])
    for token in path:
        place = place[token]
    place[last] = value
    return changed


@pytest.mark.parametrize(
    ("accept", "query", "media_type"),
    [
        (None, "", MEDIA_TYPES["docx"]),
        ("*/*", "", MEDIA_TYPES["docx"]),
        (MEDIA_TYPES["docx"], "", MEDIA_TYPES["docx"]),
        ("text/html", "", MEDIA_TYPES["html"]),
        ("application/json", "", "application/json"),
        ("text/html", "?format=docx", MEDIA_TYPES["docx"]),
        (None, "?format=json", "application/json"),
    ],
)
def test_the_format_is_asked_for_by_header_or_query(
    client: FlaskClient, sample: dict[str, Any], accept: str | None, query: str, media_type: str
) -> None:
    headers = {"Accept": accept} if accept else {}
    response = client.post(LETTER + query, json=sample, headers=headers)
    assert response.status_code == 200
    assert response.content_type == media_type
    assert response.headers["Cache-Control"] == "no-store"


def test_a_download_carries_its_chinese_name_and_its_findings(client: FlaskClient, sample: dict[str, Any]) -> None:
    response = client.post(LETTER, json=sample | {"date": "2026-03-21"})
    header = response.headers["Content-Disposition"]
    name = header.partition("filename*=UTF-8''")[2]
    assert header.isascii() and header.startswith(
        f"attachment; filename=\"{LETTER.rpartition('/')[2]}.docx\"; filename*=UTF-8''"
    )
    assert header.count(";") == 2
    assert unquote(name).endswith(".docx") and "答复书" in unquote(name)
    [finding] = json.loads(response.headers["Gipdocs-Findings"])
    assert finding["code"] == "date-rest-day"


def test_more_findings_than_a_header_holds_are_cut_and_counted(client: FlaskClient, service: Service) -> None:
    url, report = "/api/v1/documents/annual-report", service.sample("annual-report")
    report["narrative"]["requests"] = "".join(f"收到申请{n}条。" for n in range(100, 200))
    report["table2"]["normative"] = {"issued": 5, "repealed": 0, "valid": 5}
    everything = client.post(f"{url}?format=json", json=report).get_json()["findings"]
    headers = client.post(url, json=report).headers
    told = json.loads(headers["Gipdocs-Findings"])
    assert len(everything) > 100 and headers["Gipdocs-Findings-Count"] == str(len(everything))
    assert 5 < len(told) < 50 and len(headers["Gipdocs-Findings"]) <= 6 * 1024
    assert told[0]["severity"] == "warning" and all(one in everything for one in told)


def test_json_holds_the_document_in_base64_with_findings_and_provenance(
    client: FlaskClient, sample: dict[str, Any]
) -> None:
    body = client.post(f"{LETTER}?format=json", json=sample).get_json()
    assert base64.b64decode(body["content"]).startswith(b"PK")
    assert body["findings"] == [] and body["provenance"]["document"] == "reply-granted"


@pytest.mark.parametrize("format", ["docx", pytest.param("pdf", marks=pytest.mark.converter), "html"])
def test_every_file_comes_with_its_provenance_in_a_header(
    client: FlaskClient, sample: dict[str, Any], format: str
) -> None:
    response = client.post(f"{LETTER}?format={format}", json=sample)
    told = client.post(f"{LETTER}?format=json", json=sample).get_json()["provenance"]
    found = json.loads(response.headers["Gipdocs-Provenance"])
    assert found.pop("typesetter", "").partition(" ")[0] in ({"direct", "libreoffice"} if format == "pdf" else {""})
    assert found == told
    assert {"template", "wording", "profile", "gipdocs"} <= told.keys()
    described = client.get("/api/v1/openapi.json").get_json()["components"]["responses"]["Document"]["headers"]
    assert {name for name, _ in response.headers if name.startswith("Gipdocs-")} == described.keys()


def test_check_gives_findings_without_building(client: FlaskClient, sample: dict[str, Any]) -> None:
    body = client.post(f"{LETTER}/check", json=sample | {"number": "聊机管公开[2026]第012号"}).get_json()
    assert {one["pointer"] for one in body["findings"]} == {"/number"}
    assert all(one["severity"] == "error" for one in body["findings"])


def test_a_refused_document_is_a_problem_with_its_findings(client: FlaskClient, sample: dict[str, Any]) -> None:
    body = problem(client.post(LETTER, json=sample | {"number": "聊机管公开〔2025〕12号"}), 422)
    assert [error["code"] for error in body["errors"]] == ["number-other-year"]
    assert body["findings"][0]["overridable"] is True
    assert body["error_count"] == 1 and body["finding_count"] == len(body["findings"])


@pytest.mark.parametrize(
    ("path", "method", "body", "content_type", "status"),
    [
        ("/api/v1/documents/nowhere", "POST", b"{}", "application/json", 404),
        ("/api/v1/documents/nowhere/schema", "GET", None, None, 404),
        ("/api/v1/nowhere", "GET", None, None, 404),
        (LETTER, "DELETE", None, None, 405),
        (f"{LETTER}?format=odt", "POST", b"{}", "application/json", 400),
        (LETTER, "POST", b"{}", "text/plain", 415),
        (LETTER, "POST", b"{", "application/json", 400),
        (LETTER, "POST", b"\xff\xfe", "application/json", 400),
        (LETTER, "POST", b'{"a": NaN}', "application/json", 400),
        (LETTER, "POST", b'{"a": 1, "a": 2}', "application/json", 400),
        (LETTER, "POST", b"[" * 100_000, "application/json", 400),
        (LETTER, "POST", b"[]", "application/json", 422),
        (LETTER, "POST", b"null", "application/json", 422),
        (LETTER, "POST", b'"' + b"a" * (3 * 1024 * 1024) + b'"', "application/json", 413),
    ],
)
def test_what_cannot_be_done_is_a_problem(
    client: FlaskClient, path: str, method: str, body: bytes | None, content_type: str | None, status: int
) -> None:
    problem(client.open(path, method=method, data=body, content_type=content_type), status)


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b'{"a": 1', "第1行第8个字符附近的写法有误"),
        ('{"a": "字"}'.encode("gb18030"), "第1行的文字编码不是UTF-8"),
        (b"\x89\x00\x01", "内容不是文字"),
        (b"", "没有内容"),
        (b'{"a": NaN}', "“NaN”不是JSON的数字"),
    ],
    ids=["cut", "gb18030", "binary", "empty", "nan"],
)
def test_a_body_that_is_no_json_is_refused_with_the_reason(client: FlaskClient, body: bytes, reason: str) -> None:
    response = client.post(LETTER, data=body, content_type="application/json")
    problem(response, 400)
    assert response.get_json()["detail"].startswith(f"请求内容不是可以读取的JSON：{reason}，请核对")


def test_an_accept_header_that_nothing_fits_is_refused(client: FlaskClient, sample: dict[str, Any]) -> None:
    problem(client.post(LETTER, json=sample, headers={"Accept": "image/png"}), 406)


def test_wrong_answers_are_named_and_never_echoed(client: FlaskClient, sample: dict[str, Any]) -> None:
    wrong = sample | {"number": SECRET + "\ud800", SECRET: 1, "service": SECRET}
    response = client.post(LETTER, data=json.dumps(wrong), content_type="application/json")
    body = problem(response, 422)
    assert {error["pointer"] for error in body["errors"]} >= {"/number", "/service"}
    assert not any(SECRET in error["detail"] for error in body["errors"])


MANY = 150_000
TAKE_ANSWERS = [LETTER, f"{LETTER}/check", "/api/v1/deadlines", "/api/v1/fees", "/api/v1/reports/check"]


@pytest.mark.parametrize("path", TAKE_ANSWERS)
def test_a_hundred_faults_are_told_and_all_are_counted(client: FlaskClient, path: str) -> None:
    began = time.monotonic()
    sent = {"year": 2024} | {f"k{n:06d}": 1 for n in range(MANY)}
    response = client.post(path, data=json.dumps(sent, separators=(",", ":")), content_type="application/json")
    body = problem(response, 422)
    assert len(body["errors"]) == 100 and body["error_count"] >= MANY
    assert body["detail"].startswith(f"有{body['error_count']}处需要改正，这里列出前100处")
    assert len(response.data) < 50_000 and time.monotonic() - began < 30


def test_a_hundred_faults_are_all_told(client: FlaskClient) -> None:
    body = problem(client.post("/api/v1/reports/check", json={"year": 2024} | {f"k{n}": 1 for n in range(100)}), 422)
    assert (len(body["errors"]), body["error_count"], body["detail"]) == (100, 100, "有100处需要改正。")


@pytest.mark.parametrize("path", TAKE_ANSWERS)
def test_a_long_unknown_key_is_cut(client: FlaskClient, path: str) -> None:
    body = problem(client.post(path, json={"year": 2024, "长" * 100_000: 1}), 422)
    [fault] = [one for one in body["errors"] if "长" in one["pointer"]]
    assert fault["pointer"] == "/" + "长" * 60 + "…"
    assert fault["detail"].count("长") <= 60


@pytest.mark.parametrize(
    "record",
    [
        {"table2": {"长" * 100_000: 1}},
        {"remarks": {"长" * 10_000: "说明"}},
        {"not_visible": ["长" * 10_000]},
        {"sections": [{"no": 1, "长" * 100_000: 1}]},
        {"previous": {"year": 2023, "长" * 100_000: 1}},
    ],
    ids=lambda record: next(iter(record)),
)
def test_a_long_name_in_a_record_is_cut(client: FlaskClient, record: dict[str, Any]) -> None:
    for path in ("/api/v1/reports/check", "/api/v1/documents/annual-report"):
        response = client.post(path, json={"year": 2024} | record)
        problem(response, 422)
        assert "长" * 20 in response.text and "长" * 61 not in response.text


def test_no_key_of_ours_is_so_long_that_it_would_be_cut(client: FlaskClient, service: Service) -> None:
    def keys(schema: Any) -> Iterator[str]:
        if isinstance(schema, dict):
            yield from schema.get("properties", {})
            schema = list(schema.values())
        for part in schema if isinstance(schema, list) else []:
            yield from keys(part)

    known = {key for id in service.registry for key in keys(client.get(f"/api/v1/documents/{id}/schema").get_json())}
    cells = {
        cell.replace("table3.", "table3.rows.") for cell in reports.read(json.dumps({"year": 2024}).encode()).cells
    }
    assert len(known) > 100 and len(cells) > 100
    assert all(len(name) <= LONGEST_KEY for name in known | cells)


def test_of_many_findings_the_gravest_are_told_and_all_are_counted() -> None:
    findings = [Finding(code="a", severity="info", message="请知悉。")] * 150
    findings += [Finding(code="b", severity="error", message="不可以。", pointer="/b")] * 120
    body = Refused(findings).as_json()
    assert (len(body["errors"]), body["error_count"]) == (100, 120)
    assert (len(body["findings"]), body["finding_count"]) == (100, 270)
    assert {one["code"] for one in body["findings"]} == {"b"}
    assert body["detail"] == "有120处不合规定，这里列出前100处。"


def test_a_fault_of_our_own_is_a_problem_without_what_was_sent(
    client: FlaskClient, sample: dict[str, Any], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*arguments: Any, **named: Any) -> Any:
        raise RuntimeError(SECRET)

    monkeypatch.setattr("gipdocs.service.build", broken)
    response = client.post(LETTER, json=sample)
    problem(response, 500)
    assert SECRET not in response.text and SECRET not in caplog.text


def test_deadline_and_fee_are_reckoned(client: FlaskClient) -> None:
    body = {"kind": "answer", "channel": "in_person", "received": "2025-09-15"}
    assert client.post("/api/v1/deadlines", json=body).get_json()["last_day"] == "2025-10-17"
    assert client.post("/api/v1/fees", json={"method": "piece", "count": 35, "already": 0}).get_json()["yuan"] == 3000
    problem(client.post("/api/v1/fees", json={"method": "piece", "count": -1}), 422)
    problem(client.post("/api/v1/deadlines", json={"kind": "answer", "received": "2025-09-31"}), 422)


def test_health_is_told(client: FlaskClient) -> None:
    assert client.get("/healthz").get_json() == {"status": "ok"}


def test_a_key_that_is_no_text_is_named_and_not_logged(client: FlaskClient, caplog: pytest.LogCaptureFixture) -> None:
    for body in (f'{{"{SECRET}\\ud800": 1}}', f'{{"application": {{"{SECRET}\\ud800": 1}}}}'):
        problem(client.post(LETTER, data=body.encode(), content_type="application/json"), 422)
    assert SECRET not in caplog.text


@pytest.mark.parametrize(("size", "status"), [(0, 200), (1, 413), (2**20, 413)])
def test_the_largest_body_is_taken_and_one_more_byte_is_not(client: FlaskClient, size: int, status: int) -> None:
    response = client.post("/api/v1/fees", data=FEE.ljust(LARGEST + size), content_type="application/json")
    assert response.status_code == status


@pytest.mark.parametrize(("size", "status"), [(-1, 200), (1, 413), (2**20, 413)])
def test_a_body_in_chunks_is_taken_whole_or_refused(app: Flask, size: int, status: int) -> None:
    """A server takes the chunks apart and tells where the body ends, but no length."""
    environ = create_environ("/api/v1/fees", method="POST", content_type="application/json")
    body = BytesIO(FEE.ljust(LARGEST + size))
    _, told, _ = run_wsgi_app(app, environ | {"wsgi.input": body, "wsgi.input_terminated": True})
    assert told.startswith(str(status))
