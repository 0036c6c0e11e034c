"""Programs open cases, read them and record what happens, and are told what is wrong."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from typing import Any
from urllib.parse import quote

import pytest
from flask import Flask
from flask.testing import FlaskClient

from gipdocs.access.actors import HERE
from gipdocs.api.case_operations import TAGS
from gipdocs.register.cases import open_case
from gipdocs.register.finding import PAGE
from gipdocs.settings import Settings
from gipdocs.store.engine import open_store
from tests.api.talking import Program, codes
from tests.register.making import event

pytestmark = pytest.mark.slow
LARGEST = Settings().max_body


def test_a_case_is_opened_with_its_number_place_and_version(program: Program) -> None:
    response = program.ask("POST", "/cases", program.arrival())
    assert (response.status_code, response.location) == (201, "/api/v1/cases/2026-0001")
    case = response.get_json()
    assert response.headers["ETag"] == f'"{case["version"]}"'
    assert (case["number"], case["standing"]["state"], case["standing"]["answer_by"]) == (
        "2026-0001",
        "in_hand",
        "2026-03-31",
    )
    assert [one["kind"] for one in case["records"]] == ["received", "confirmed", "registered"]
    assert "id_number" not in case["application"]
    assert program.get("/cases/2026-0001") == case


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"received": None}, ("/received", "required")),
        ({"received": "2026年3月2日"}, ("/received", "format")),
        ({"received": "20260302"}, ("/received", "format")),
        ({"received": "2026-02-30"}, ("/received", "no-such-day")),
        ({"received": "2199-03-02", "confirmed": None}, ("/received", "future")),
        ({"confirmed": "2026-03-01"}, ("/confirmed", "order")),
        ({"channel": "pigeon"}, ("/channel", "option")),
        ({"application": {"name": "张晓彤"}}, ("/application/applicant_kind", "required")),
        ({"application": []}, ("/application", "type")),
        ({"colour": "red"}, ("/colour", "unknown")),
    ],
    ids=lambda value: "-".join(value) if isinstance(value, dict) else "",
)
def test_a_case_that_is_wrong_is_refused_where_it_is_wrong(
    program: Program, change: dict[str, Any], fault: tuple[str, str]
) -> None:
    assert fault in codes(program.post("/cases", program.arrival() | change, 422))
    assert program.get("/cases")["cases"] == []


def test_a_request_sent_again_opens_no_second_case(program: Program) -> None:
    first = program.ask("POST", "/cases", program.arrival(), Idempotency_Key="0f3a")
    again = program.ask("POST", "/cases", program.arrival(), Idempotency_Key="0f3a")
    assert (again.status_code, again.location, again.data) == (201, first.location, first.data)
    other = program.post("/cases", program.arrival(channel="fax"), 422, Idempotency_Key="0f3a")
    assert codes(other) == {("", "mismatch")}
    assert program.post("/cases", program.arrival(), Idempotency_Key="0f3b")["number"] == "2026-0002"
    assert codes(program.post("/cases", program.arrival(), 422, Idempotency_Key="k" * 256)) == {("", "too-long")}


def test_a_number_given_elsewhere_is_unique(program: Program) -> None:
    assert program.open(number="聊机管公开申〔2026〕12号") == "聊机管公开申〔2026〕12号"
    problem = program.post("/cases", program.arrival(number="聊机管公开申〔2026〕12号"), 409)
    assert problem["title"] == "编号重复"


def test_a_case_is_found_whatever_signs_are_in_its_number(program: Program) -> None:
    """Numbers that were brought in from elsewhere may have signs that have a meaning in addresses."""
    register = program.service.register
    assert register is not None
    arrival = [event("received", "2026-03-02", channel="online"), event("confirmed", "2026-03-03")]
    for number in ("聊机管公开申〔2026〕12号", "SQ 2026 / 7", "2026/0012", "a?b#c%d&e+f", "..;x"):
        open_case(register, program.sample("application-form"), arrival, by=HERE, number=number)
        address = f"/cases/{quote(number, safe='')}"
        case = program.get(address)
        assert case["number"] == number and case["links"]["self"].isascii()
        assert program.client.get(case["links"]["self"]).get_json() == case
        assert program.client.get(case["links"]["deadline"]).get_json()["last_day"] == "2026-03-31"


def test_a_part_of_an_application_names_the_case_it_was_split_from(program: Program) -> None:
    program.open(parent=program.open())
    assert program.post("/cases", program.arrival(parent="2026-0099"), 404)["title"] == "没有这个案件"


@pytest.mark.parametrize("part", ["", "/deadline", "/letters", "/prefill/reply-granted"])
@pytest.mark.parametrize("number", ["2026-0099", "没有", "%00", "%FF", "a%0Ab", "x" * 5000])
def test_an_unknown_case_is_not_found(program: Program, number: str, part: str) -> None:
    response = program.client.get(f"/api/v1/cases/{number}{part}")
    assert response.status_code == 404 and response.mimetype == "application/problem+json"
    assert "x" * 61 not in response.text


def test_an_unknown_document_is_told_from_an_unknown_case(program: Program) -> None:
    number = program.open()
    assert program.get(f"/cases/{number}/prefill/nowhere", 404)["title"] == "没有这种文书"
    assert program.get("/cases/2026-0099/prefill/reply-granted", 404)["title"] == "没有这个案件"


def test_the_deadline_is_told_with_its_derivation(program: Program) -> None:
    number = program.open()
    deadline = program.get(f"/cases/{number}/deadline")
    assert deadline["last_day"] == "2026-03-31" and sum(step["counted"] for step in deadline["derivation"]) == 20


def test_without_a_day_of_receipt_there_is_no_deadline(program: Program) -> None:
    number = program.open(channel="in_person", confirmed=None)
    program.post(f"/cases/{number}/events/1/cancel", {"note": "记错案件"})
    assert program.get(f"/cases/{number}/deadline", 409)["allowed"] == ["received"]


def test_an_event_is_recorded_and_moves_the_case(program: Program) -> None:
    number = program.open()
    case = program.record(number, "correction_asked", "2026-03-05", received="2026-03-06")
    assert case["standing"]["state"] == "awaiting_correction"
    assert case["standing"]["due"] == [{"what": "correction", "day": "2026-03-27", "ref": None, "why": ""}]
    record = case["records"][-1]
    assert (record["place"], record["facts"], record["cancelled"]) == (4, {"received": "2026-03-06"}, False)


@pytest.mark.parametrize(
    ("body", "fault"),
    [
        ([], ("", "type")),
        ({"day": "2026-03-05"}, ("/kind", "required")),
        ({"kind": 3, "day": "2026-03-05"}, ("/kind", "type")),
        ({"kind": "nothing", "day": "2026-03-05"}, ("/kind", "option")),
        ({"kind": "registered", "day": "2026-03-05"}, ("/kind", "option")),
        ({"kind": "corrected", "day": "5.3.2026"}, ("/day", "format")),
        ({"kind": "extended", "day": "2026-03-05"}, ("/facts", "required")),
        ({"kind": "extended", "day": "2026-03-05", "facts": {"working_days": "15"}}, ("/facts/working_days", "type")),
        ({"kind": "extended", "day": "2026-03-05", "facts": {"until": 3}}, ("/facts/until", "unknown")),
        ({"kind": "withdrawn", "day": "2026-03-05", "facts": {"x": 1}}, ("/facts", "unknown")),
        ({"kind": "noted", "day": "2026-03-05", "note": "长" * 5001}, ("/note", "too-long")),
        ({"kind": "withdrawn", "day": "2026-02-05"}, ("/day", "order")),
    ],
)
def test_an_event_that_is_wrong_is_refused_where_it_is_wrong(
    program: Program, body: Any, fault: tuple[str, str]
) -> None:
    number = program.open()
    assert fault in codes(program.post(f"/cases/{number}/events", body, 422))
    assert len(program.get(f"/cases/{number}")["records"]) == 3


def test_a_step_that_the_case_forbids_is_refused_with_those_that_it_allows(program: Program) -> None:
    number = program.open()
    problem = program.record(number, "corrected", "2026-03-10", 409)
    assert {"correction_asked", "extended"} <= set(problem["allowed"]) and "corrected" not in problem["allowed"]


def test_whoever_changes_what_another_has_changed_is_told(program: Program) -> None:
    number, body = program.open(), {"kind": "assigned", "day": "2026-03-03", "facts": {"officer": "孙静"}}
    seen = program.ask("GET", f"/cases/{number}").headers["ETag"]
    program.post(f"/cases/{number}/events", body, If_Match=seen)
    problem = program.post(f"/cases/{number}/events", body, 412, If_Match=seen)
    assert problem["title"] == "版本已经过时" and len(program.get(f"/cases/{number}")["records"]) == 4
    now = program.ask("GET", f"/cases/{number}").headers["ETag"]
    program.post(f"/cases/{number}/events/4/cancel", {"note": "记错"}, 412, If_Match=seen)
    program.post(f"/cases/{number}/events/4/cancel", {"note": "记错"}, If_Match=f"W/{now}")
    for anything in ("*", ""):
        program.post(f"/cases/{number}/events", body, If_Match=anything)
    for nothing in ("x", '"1", "2"', '"٣"', '"99999999999999999999"'):
        program.post(f"/cases/{number}/events", body, 412, If_Match=nothing)


def test_a_corrected_record_stays_and_no_longer_counts(program: Program) -> None:
    number = program.open()
    before = program.get(f"/cases/{number}")["standing"]
    program.record(number, "extended", "2026-03-30", working_days=15)
    case = program.post(f"/cases/{number}/events/4/cancel", {"note": "记错案件"})
    assert case["standing"] == before
    assert [(one["kind"], one["cancelled"], one["cancels"], one["note"]) for one in case["records"][3:]] == [
        ("extended", True, None, ""),
        ("cancelled", False, 4, "记错案件"),
    ]
    assert codes(program.post(f"/cases/{number}/events/4/cancel", {"note": "再次"}, 422)) == {("/place", "repeated")}
    assert codes(program.post(f"/cases/{number}/events/1/cancel", {}, 422)) == {("/note", "required")}
    program.post(f"/cases/{number}/events/99/cancel", {"note": "没有"}, 404)


def test_cases_are_listed_by_state_year_day_and_text(program: Program) -> None:
    first, second = program.open(), program.open(application=program.sample("application-form", name="李 桂芬"))
    program.record(first, "withdrawn", "2026-03-10")

    def found(query: str) -> list[str]:
        return [one["number"] for one in program.get(f"/cases?{query}")["cases"]]

    assert found("") == [second, first]
    assert found("state=closed") == [first]
    assert found(f"q={quote('李桂芬')}") == [second]
    assert found("year=2026") == [second, first] and found("year=2025") == []
    assert found("due_before=2026-04-01") == [second] and found("due_before=2026-03-31") == []
    assert found("overdue=1") == found("overdue=true") == [second] and found("overdue=0") == [second, first]
    assert found("state=") == [second, first]
    assert codes(program.get("/cases?colour=red", 400)) == {("/colour", "unknown")}


@pytest.mark.parametrize(
    ("query", "fault"),
    [
        ("state=open", ("/state", "option")),
        ("year=abc", ("/year", "type")),
        ("year=12", ("/year", "range")),
        ("due_before=2026-4-1", ("/due_before", "format")),
        ("overdue=yes", ("/overdue", "type")),
        ("q=%00", ("/q", "character")),
        ("cursor=2026-13-01_5", ("/cursor", "format")),
        ("cursor=5", ("/cursor", "format")),
    ],
)
def test_a_filter_that_is_wrong_is_refused(program: Program, query: str, fault: tuple[str, str]) -> None:
    assert codes(program.get(f"/cases?{query}", 400)) == {fault}


def test_a_long_list_is_read_page_by_page(program: Program) -> None:
    numbers = {program.open() for _ in range(PAGE + 2)}
    first = program.get("/cases?state=in_hand")
    second = program.get(f"/cases?state=in_hand&cursor={first['next']}")
    assert (len(first["cases"]), len(second["cases"]), second["next"]) == (PAGE, 2, None)
    assert {one["number"] for one in first["cases"] + second["cases"]} == numbers


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        (b"{", "application/json", 400),
        (b"{}", "text/plain", 415),
        (b" " * (LARGEST + 1), "application/json", 413),
    ],
)
def test_a_body_that_cannot_be_read_is_refused(program: Program, body: bytes, kind: str, status: int) -> None:
    number = program.open()
    for path in ("/cases", f"/cases/{number}/events", f"/cases/{number}/letters"):
        response = program.client.post(f"/api/v1{path}", data=body, content_type=kind)
        assert response.status_code == status
        program.check(response, "POST", path)


def test_wrong_answers_are_never_echoed(program: Program) -> None:
    secret = "不应出现的姓名"
    number = program.open()
    sent = {"kind": "opinion", "day": secret, "facts": {"stance": secret, "ref": secret}, "note": 3}
    assert secret not in json.dumps(program.post(f"/cases/{number}/events", sent, 422), ensure_ascii=False)
    application = {"applicant_kind": secret, "name": 3}
    told = program.post("/cases", program.arrival(application=application, channel=secret), 422)
    assert secret not in json.dumps(told, ensure_ascii=False)


def test_a_locked_database_asks_to_try_again(program: Program) -> None:
    register = program.service.register
    assert register is not None
    number = program.open()
    hasty = open_store(program.service.settings.database, patience=0.1)
    vars(program.service)["register"] = type(register)(
        store=hasty, registry=register.registry, office=register.office, converter=register.converter
    )
    with register.store.writing():
        response = program.ask("POST", f"/cases/{number}/events", {"kind": "noted", "day": "2026-03-05"})
        assert response.status_code == 503 and int(response.headers["Retry-After"]) > 0
    register.store.close()


def test_every_route_of_the_register_and_of_the_batches_is_described(
    office_app: Flask, description: dict[str, Any]
) -> None:
    routes = {
        (method.lower(), path)
        for rule in office_app.url_map.iter_rules()
        if rule.endpoint.startswith(("register_api.", "batch_api."))
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
        for path in paths_of(rule.rule)
    }
    described = {
        (method, path): operation["tags"]
        for path, methods in description["paths"].items()
        for method, operation in methods.items()
    }
    assert routes <= described.keys()
    assert {route for route, tags in described.items() if {*TAGS, "batches"} & {*tags}} <= routes


def paths_of(rule: str) -> list[str]:
    """The paths by which the description calls a route: one for each deed that it does."""
    named = re.sub(r"<(?:\w+(?:\([^)]*\))?:)?(\w+)>", r"{\1}", rule)
    deeds = re.search(r"<any\(([\w,]+)\):deed>", rule)
    return [named.replace("{deed}", deed) for deed in deeds[1].split(",")] if deeds else [named]


WITHOUT = """
import sys
from gipdocs.app import create_app
from gipdocs.settings import Settings
client = create_app(Settings(secret_key="x")).test_client()
for path in ("cases", "cases/2026-0001", "due", "due.ics", "letters/1", "statistics/2026", "ledger.xlsx", "nowhere"):
    assert client.get(f"/api/v1/{path}").status_code == 404, path
assert "/api/v1/cases" not in client.get("/api/v1/openapi.json").text
print([name for name in sys.modules if name.startswith(("gipdocs.store", "gipdocs.register", "sqlalchemy", "alembic"))])
"""


def test_an_installation_without_a_database_has_and_loads_nothing_of_it(client: FlaskClient) -> None:
    ran = subprocess.run([sys.executable, "-c", WITHOUT], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "[]"


def test_a_record_is_corrected_by_another_of_its_kind(program: Program) -> None:
    number = program.open()
    program.record(number, "correction_asked", "2026-03-05")
    instead = {"kind": "correction_asked", "day": "2026-03-05", "facts": {"received": "2026-03-06"}}
    case = program.post(f"/cases/{number}/events/4/cancel", {"note": "补记收到之日", "instead": instead})
    assert [(one["kind"], one["cancelled"]) for one in case["records"][3:]] == [
        ("correction_asked", True),
        ("cancelled", False),
        ("correction_asked", False),
    ]
    assert [one["day"] for one in case["standing"]["due"]] == ["2026-03-27"]
    path = f"/cases/{number}/events/6/cancel"
    early = {"note": "日期看错", "instead": instead | {"day": "2026-02-01"}}
    assert codes(program.post(path, early, 422)) == {("/instead/day", "order")}
    assert codes(program.post(path, {"note": "x", "instead": {"kind": "noted", "day": "2026-03-05"}}, 422)) == {
        ("/instead/kind", "mismatch")
    }
    assert codes(program.post(path, {"note": "x", "instead": 5}, 422)) == {("/instead", "type")}
    assert codes(program.post(path, [], 422)) == {("", "type")}


def test_a_judgement_is_recorded_with_its_answers_in_codes(program: Program) -> None:
    number = program.post("/cases", program.arrival())["number"]
    facts = {"outcome": "reply-petition", "path": ["withdrawn.no", "correction.clear", "kind.petition"]}
    body = {"kind": "judged", "day": "2026-03-10", "facts": facts}
    assert program.post(f"/cases/{number}/events", body)["records"][-1]["facts"] == facts
    wrong = {**body, "facts": {"path": ["申请人是张三"]}}
    assert codes(program.post(f"/cases/{number}/events", wrong, 422)) == {("/facts/path/0", "format")}
    assert codes(program.post(f"/cases/{number}/events", body | {"facts": {}}, 422)) == {("/facts/outcome", "required")}
