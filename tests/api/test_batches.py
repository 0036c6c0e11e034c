"""Batches by the API: ordered in each of the ways, checked, made, watched, handed out, and done away with."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from typing import Any
from zipfile import ZipFile

import pytest
from docx import Document
from openpyxl import load_workbook
from pikepdf import Pdf
from sqlalchemy import select

from gipdocs.api import batches as routes
from gipdocs.batch.orders import OrderedRow
from gipdocs.batch.running import run_until_idle
from gipdocs.batch.table import make_table
from gipdocs.faces import MOST_SENT
from gipdocs.register.letters import list_letters
from gipdocs.store.tables import AuditRow, BatchItemRow, BatchRow, IdempotencyRow
from tests.api.talking import Program, codes
from tests.register.making import open_sample

pytestmark = pytest.mark.slow
LETTER = "reply-granted"
NDJSON = "application/x-ndjson"


@pytest.fixture(autouse=True)
def woken(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Any]]:
    """How often the runner was woken; the tests do its work themselves."""
    calls: list[Any] = []
    monkeypatch.setattr(routes, "wake", calls.append)
    yield calls


def order(program: Program, *items: dict[str, Any], **more: Any) -> dict[str, Any]:
    """An order of letters, each with what differs from the sample."""
    rows = [{"answers": item} for item in items or ({},)]
    return {"document": LETTER, "format": "docx", "base": program.sample(LETTER), "items": rows} | more


def send(program: Program, *items: dict[str, Any], **more: Any) -> str:
    """The id of a batch that was ordered."""
    id: str = program.post("/batches", order(program, *items, **more), 202)["id"]
    return id


def make(program: Program, *items: dict[str, Any], **more: Any) -> str:
    """The id of a batch that was ordered and worked on until nothing more can be done."""
    id = send(program, *items, **more)
    run_until_idle(program.service)
    return id


NUMBERED = [{"number": f"聊机管公开〔2026〕{number}号"} for number in (21, 22, 23)]
WRONG = {"date": "2026-02-30"}


def test_a_batch_is_ordered_watched_and_downloaded(program: Program, woken: list[Any]) -> None:
    response = program.ask("POST", "/batches", order(program, *NUMBERED, title="三月的答复"))
    told = response.get_json()
    assert response.status_code == 202 and response.headers["Location"] == told["links"]["self"]
    assert response.headers["Retry-After"] == "2" and len(woken) == 1
    assert (told["state"], told["total"], told["percent"], told["title"]) == ("checking", 3, 0, "三月的答复")
    assert told["allowed"] == ["cancel"]
    path = f"/batches/{told['id']}"
    assert program.ask("GET", path).headers["Retry-After"] == "2"
    run_until_idle(program.service)
    seen = program.ask("GET", path)
    done = seen.get_json()
    assert (done["state"], done["percent"], done["counts"]["done"]) == ("done", 100, 3)
    assert "Retry-After" not in seen.headers and done["allowed"] == ["resume", "delete"]
    assert program.ask_raw("GET", path, If_None_Match=seen.headers["ETag"]).status_code == 304
    rows = program.get(f"{path}/rows")
    assert [row["place"] for row in rows["rows"]] == [1, 2, 3] and rows["next"] is None
    file = program.client.get(rows["rows"][1]["links"]["file"])
    assert "22号" in "".join(one.text for one in Document(io.BytesIO(file.data)).paragraphs)
    assert (
        file.headers["Cache-Control"] == "no-store"
        and 'filename="reply-granted-2.docx"' in file.headers["Content-Disposition"]
    )
    assert [one["id"] for one in program.get("/batches")["batches"]] == [told["id"]]


def test_lines_of_json_order_the_same(program: Program) -> None:
    whole = order(program, *NUMBERED)
    lines = [{key: value for key, value in whole.items() if key != "items"}, *whole["items"]]
    body = "\n".join(json.dumps(line, ensure_ascii=False) for line in lines).encode() + b"\n\n"
    id = program.send("POST", "/batches", body, status=202, Content_Type=NDJSON)["id"]
    run_until_idle(program.service)
    assert program.get(f"/batches/{id}")["counts"]["done"] == 3


def test_a_wrong_line_is_named(program: Program) -> None:
    head = {"document": LETTER, "format": "docx"}
    lines = [head, {"answers": {}}, {"answer": {}}, {"answers": []}]
    body = "\n".join(map(json.dumps, lines)).encode()
    told = program.send("POST", "/batches", body, status=422, Content_Type=NDJSON)
    assert codes(told) == {
        ("/items/1/answers", "required"),
        ("/items/1/answer", "unknown"),
        ("/items/2/answers", "type"),
    }
    broken = program.send("POST", "/batches", json.dumps(head).encode() + b"\n{", status=400, Content_Type=NDJSON)
    assert "第2行" in broken["detail"]


@pytest.mark.parametrize(
    ("change", "found"),
    [
        ({"items": []}, {("/items", "rows")}),
        ({"items": [{"answers": "x"}]}, {("/items/0/answers", "type")}),
        ({"items": [{"answers": {}, "colour": 1}]}, {("/items/0/colour", "unknown")}),
        ({"format": None}, {("/format", "required")}),
        ({"base": []}, {("/base", "type")}),
        ({"purpose": "fun"}, {("/purpose", "option")}),
        ({"colour": 1}, {("/colour", "unknown")}),
        ({"start": "yes"}, {("/start", "type")}),
    ],
    ids=["nothing", "no answers", "unknown of a row", "no format", "base", "purpose", "unknown", "start"],
)
def test_the_faults_of_an_order_have_their_places(
    program: Program, change: dict[str, Any], found: set[tuple[str, str]]
) -> None:
    assert codes(program.post("/batches", order(program) | change, 422)) == found


def test_an_order_of_what_is_not_there_is_refused(program: Program) -> None:
    assert program.post("/batches", order(program, document="nothing"), 404)["type"].endswith("unknown-document")
    assert program.post("/batches", order(program, format="xlsx"), 406)["type"].endswith("not-acceptable")
    assert program.send("POST", "/batches", b"x", status=415, Content_Type="text/plain")["title"]
    assert program.get("/batches") == {"batches": [], "next": None}


def test_wrong_rows_wait_for_their_owner(program: Program) -> None:
    id = make(program, {}, WRONG)
    told = program.get(f"/batches/{id}")
    assert (told["state"], told["error_count"]) == ("draft", 1) and told["allowed"] == ["start", "delete"]
    (row,) = program.get(f"/batches/{id}/rows?state=invalid")["rows"]
    assert row["place"] == 2 and [(one["pointer"], one["code"]) for one in row["faults"]] == [("/date", "no-such-day")]
    refused = program.post(f"/batches/{id}/start", {}, 409)
    assert refused["allowed"] == ["start", "delete"]
    program.post(f"/batches/{id}/start", {"skip_invalid": True}, 202)
    run_until_idle(program.service)
    counts = program.get(f"/batches/{id}")["counts"]
    assert (counts["done"], counts["invalid"]) == (1, 1)


def test_an_order_may_wait_to_be_started_or_skip_what_is_wrong(program: Program) -> None:
    waiting = make(program, start=False)
    told = program.ask("GET", f"/batches/{waiting}")
    assert told.get_json()["state"] == "checked" and "Retry-After" not in told.headers
    assert program.get(f"/batches/{make(program, {}, WRONG, skip_invalid=True)}")["counts"]["done"] == 1


def test_a_batch_is_stopped_resumed_and_deleted(program: Program, woken: list[Any]) -> None:
    id = send(program, *NUMBERED)
    assert program.post(f"/batches/{id}/cancel", {}, 202)["state"] == "cancelled"
    assert program.post(f"/batches/{id}/cancel", {}, 409)["allowed"] == ["resume", "delete"]
    woken.clear()
    assert program.post(f"/batches/{id}/resume", {}, 202)["state"] == "checking" and len(woken) == 1
    run_until_idle(program.service)
    assert program.get(f"/batches/{id}")["counts"]["done"] == 3
    gone = program.ask_raw("DELETE", f"/batches/{id}")
    assert (gone.status_code, gone.data) == (204, b"")
    assert program.get(f"/batches/{id}")["state"] == "expired"
    assert program.get(f"/batches/{id}/rows/1/file", 410)["type"].endswith("batch-expired")
    (row, *_) = program.get(f"/batches/{id}/rows")["rows"]
    assert row["links"] == {"file": None}


def test_a_running_batch_is_not_deleted(program: Program) -> None:
    id = send(program)
    assert program.send("DELETE", f"/batches/{id}", status=409)["allowed"] == ["cancel"]


@pytest.mark.parametrize("step", ["cancel", "resume", "start"])
def test_every_step_asks_for_a_body_that_no_form_of_a_page_can_send(program: Program, step: str) -> None:
    id = make(program)
    assert program.post(f"/batches/{id}/{step}", b"", 415)["title"]
    assert codes(program.post(f"/batches/{id}/{step}", {"colour": 1}, 422)) == {("/colour", "unknown")}


@pytest.mark.parametrize("id", ["0" * 32, "x", "%00", "reply-granted"])
def test_an_unknown_batch_is_told(program: Program, id: str) -> None:
    for path in ("", "/rows", "/rows/1/file"):
        assert program.client.get(f"/api/v1/batches/{id}{path}").get_json(force=True)["type"].endswith("unknown-batch")
    assert program.client.post(f"/api/v1/batches/{id}/cancel", json={}).status_code == 404


def test_the_same_order_under_a_key_is_kept_once(program: Program) -> None:
    body = order(program, *NUMBERED)
    first, again = (program.post("/batches", body, 202, Idempotency_Key="a-1") for _ in range(2))
    assert first["id"] == again["id"] and len(program.get("/batches")["batches"]) == 1
    other = program.post("/batches", body | {"title": "别的"}, 422, Idempotency_Key="a-1")
    assert codes(other) == {("", "mismatch")}


def test_a_dry_run_tells_what_is_wrong_and_keeps_nothing(program: Program, woken: list[Any]) -> None:
    late = {"date": "2026-03-21"}
    told = program.post("/batches?dry_run=1", order(program, {}, WRONG, late, {"colour": "red"}), 200)
    assert (told["rows"], told["invalid"], told["warnings"], told["error_count"]) == (4, 2, 1, 2)
    assert [(one["row"], one["pointer"], one["code"]) for one in told["errors"]] == [
        (2, "/date", "no-such-day"),
        (4, "/colour", "unknown"),
    ]
    register = program.service.register
    assert register is not None and woken == []
    with register.store.reading() as session:
        kept = [session.scalar(select(table).limit(1)) for table in (BatchRow, BatchItemRow, AuditRow, IdempotencyRow)]
    assert kept == [None] * 4


def test_a_dry_run_counts_all_faults_and_lists_a_hundred(program: Program) -> None:
    told = program.post("/batches?dry_run=1", order(program, *([WRONG] * 101)), 200)
    assert (told["error_count"], len(told["errors"])) == (101, 100)
    many = program.post("/batches?dry_run=1", order(program, *([{}] * 1001)), 422)
    assert codes(many) == {("/items", "rows")} and "1000" in many["errors"][0]["detail"]


def test_only_an_order_may_be_larger_than_other_bodies(program: Program) -> None:
    padding = [{"remarks": "字" * 1000}] * 1000  # 3 MB; no letter has such a question
    told = program.post("/batches?dry_run=1", order(program, *padding), 200)
    assert told["invalid"] == 1000
    large = json.dumps(order(program)).encode() + b" " * (3 << 20)
    assert program.send("POST", f"/documents/{LETTER}", large, status=413, Content_Type="application/json")["title"]
    beyond = b" " * (MOST_SENT + 1)
    refused = program.send("POST", "/batches", beyond, status=413, Content_Type="application/json")
    assert "20 MB" in refused["detail"] and "GIPDOCS" not in refused["detail"]
    assert program.send("POST", "/batches", b"," * 1_000_001, status=400, Content_Type="application/json")["title"]
    assert program.send("POST", "/batches", b"[" * 1_000_001, status=413, Content_Type=NDJSON)["title"]


def test_pages_go_on_where_the_last_one_ended(program: Program) -> None:
    id = send(program, *([{}] * 130))
    first = program.get(f"/batches/{id}/rows")
    rest = program.get(f"/batches/{id}/rows?cursor={first['next']}")
    assert [row["place"] for row in (*first["rows"], *rest["rows"])] == [*range(1, 131)] and rest["next"] is None
    for path in (f"/batches/{id}/rows?cursor=x", f"/batches/{id}/rows?state=x", "/batches?cursor=x"):
        assert program.get(path, 400)["type"].endswith("invalid-parameter")
    assert codes(program.get(f"/batches?cursor={'0' * 32}", 400)) == {("/cursor", "format")}


def test_a_document_may_be_ordered_where_it_is_made(program: Program, woken: list[Any]) -> None:
    sample = program.sample(LETTER)
    for path in (f"/documents/{LETTER}?format=docx", f"/documents/{LETTER}/docx"):
        response = program.ask_raw("POST", path, sample, Prefer="wait=5, Respond-Async; x=1")
        program.check(response, "POST", path.partition("?")[0].replace(LETTER, "{id}"))
        assert response.status_code == 202 and response.headers["Preference-Applied"] == "respond-async"
        run_until_idle(program.service)
        rows = program.client.get(f"{response.headers['Location']}/rows").get_json()["rows"]
        assert [row["state"] for row in rows] == ["done"]
    assert len(woken) == 2


def test_a_preference_that_can_not_be_fulfilled_is_ignored(program: Program) -> None:
    sample = program.sample("application-form")
    carried = program.ask("POST", "/documents/application-form/docx?carry=true", sample, Prefer="respond-async")
    assert carried.status_code == 200 and "Preference-Applied" not in carried.headers
    assert (
        program.ask("POST", f"/documents/{LETTER}/docx", program.sample(LETTER), Prefer="respond-later").status_code
        == 200
    )


def test_what_would_be_refused_is_refused_at_once(program: Program) -> None:
    wrong = program.sample(LETTER, number="聊机管公开〔2025〕12号")
    assert program.post(f"/documents/{LETTER}/docx", wrong, 422, Prefer="respond-async")["type"].endswith("/refused")
    assert program.get("/batches")["batches"] == []


@pytest.mark.parametrize(
    "headers",
    [{"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"}],
    ids=["origin", "cross-site", "same-site"],
)
def test_no_page_from_elsewhere_sends_a_table(program: Program, headers: dict[str, str]) -> None:
    head = json.dumps({"document": LETTER, "format": "docx"})
    fields = {"head": head, "file": (io.BytesIO(b"a,b\n1,2\n"), "a.csv")}
    response = program.client.post("/api/v1/batches", data=fields, headers=headers)
    assert response.status_code == 403 and "别的网站" in response.get_json()["detail"]
    assert program.get("/batches")["batches"] == []


@pytest.mark.parametrize(
    ("fields", "said"),
    [({}, "file"), ({"file": "a.csv"}, "head"), ({"file": "a.csv", "head": "{"}, "head")],
    ids=["no file", "no head", "a head that is no JSON"],
)
def test_a_table_comes_with_a_head(program: Program, fields: dict[str, str], said: str) -> None:
    sent: dict[str, Any] = dict(fields)
    if "file" in sent:
        sent["file"] = (io.BytesIO(b"a,b\n"), sent["file"])
    sent.setdefault("colour", "red")
    response = program.client.post("/api/v1/batches", data=sent, content_type="multipart/form-data")
    assert response.status_code == 400 and said in response.get_json(force=True)["detail"]


def test_all_files_come_as_a_zip(program: Program) -> None:
    id = make(program, *NUMBERED)
    link = program.get(f"/batches/{id}")["links"]["archive"]
    response = program.client.get(link)
    assert response.mimetype == "application/zip" and response.headers["Cache-Control"] == "no-store"
    with ZipFile(io.BytesIO(response.data)) as archive:
        assert archive.testzip() is None
        assert len([name for name in archive.namelist() if name.endswith(".docx")]) == 3
    part = program.ask("GET", f"/batches/{id}/archive?from=2&to=2", Accept="application/octet-stream")
    with ZipFile(io.BytesIO(part.data)) as archive:
        assert len([name for name in archive.namelist() if name.endswith(".docx")]) == 1
    assert codes(program.get(f"/batches/{id}/archive?from=0", 400)) == {("/from", "range")}


def test_nothing_is_handed_out_before_the_end_unless_that_is_wanted(program: Program) -> None:
    id = send(program, *NUMBERED)
    assert program.get(f"/batches/{id}")["links"]["archive"] is None
    assert program.get(f"/batches/{id}/archive", 409)["allowed"] == ["cancel"]
    assert program.ask("GET", f"/batches/{id}/archive?partial=1").status_code == 200


def test_only_pdfs_become_one(program: Program) -> None:
    id = make(program)
    assert program.get(f"/batches/{id}")["links"]["merged"] is None
    assert program.get(f"/batches/{id}/merged.pdf", 406)["type"].endswith("not-acceptable")


@pytest.mark.converter
def test_pdfs_become_one_for_the_printer(program: Program) -> None:
    id = make(program, *NUMBERED, format="pdf")
    link = program.get(f"/batches/{id}")["links"]["merged"]
    plain, duplex = (program.client.get(f"{link}{query}").data for query in ("", "?duplex=1"))
    with Pdf.open(io.BytesIO(plain)) as one, Pdf.open(io.BytesIO(duplex)) as other:
        assert 3 <= len(one.pages) <= len(other.pages) and len(other.pages) % 2 == 0


def test_what_is_wrong_comes_back_as_a_table(program: Program) -> None:
    id = make(program, {}, WRONG)
    link = program.get(f"/batches/{id}")["links"]["errors"]
    sheet = load_workbook(io.BytesIO(program.client.get(link).data)).worksheets[0]
    (problem,) = [cell.column for cell in sheet[1] if cell.value == "问题"]
    assert [bool(sheet.cell(row, problem).value) for row in (3, 4)] == [False, True]
    program.post(f"/batches/{id}/start", {"skip_invalid": True}, 202)
    run_until_idle(program.service)
    sheet = load_workbook(io.BytesIO(program.client.get(link).data)).worksheets[0]
    assert sheet.max_row == 3 and sheet.cell(3, problem).value
    assert program.get(f"/batches/{make(program)}")["links"]["errors"] is None
    program.ask_raw("DELETE", f"/batches/{id}")
    assert program.get(f"/batches/{id}/errors.xlsx", 410)["type"].endswith("batch-expired")


def test_a_table_is_checked_row_by_row(program: Program) -> None:
    register = program.service.register
    assert register is not None
    entry, sample = register.registry[LETTER], program.sample(LETTER)
    filled = [OrderedRow(answers={"number": NUMBERED[0]["number"]}), OrderedRow(answers={"date": "2026年2月30日"})]
    table = make_table(entry, register.office(), filled=filled)
    head = json.dumps({"document": LETTER, "format": "docx", "base": sample})

    def sent(path: str) -> Any:
        fields = {"head": head, "file": (io.BytesIO(table), "答复.xlsx")}
        return program.client.post(f"/api/v1/batches{path}", data=fields, headers={"Origin": "http://localhost"})

    told = sent("?dry_run=1").get_json()
    assert (told["rows"], told["invalid"]) == (2, 1) and told["errors"][0]["row"] == 4
    kept = sent("")
    assert kept.status_code == 202
    with register.store.reading() as session:
        row = session.get_one(BatchRow, kept.get_json()["id"])
        assert (row.source, row.source_name) == (table, "答复.xlsx")


@pytest.mark.parametrize("sign", ["\x00", "\ud800"], ids=["NUL", "half a character"])
def test_what_no_database_keeps_is_refused_with_its_place(program: Program, sign: str) -> None:
    body = json.dumps(order(program, {"number": f"a{sign}"})).encode()
    told = program.send("POST", "/batches", body, status=422, Content_Type="application/json")
    assert {pointer for pointer, _ in codes(told)} == {"/items/0/answers/number"}


def test_only_addresses_that_the_operator_permits_are_told_of_the_end(program: Program) -> None:
    for query in ("", "?dry_run=1"):
        told = program.post(f"/batches{query}", order(program, webhook="https://evil.example/"), 422)
        assert codes(told) == {("/webhook", "not-permitted")}


@pytest.mark.parametrize("name", ["/nothing", "number/x", "/application", "/application/others/0/name"])
def test_files_are_called_only_by_what_the_document_asks(program: Program, name: str) -> None:
    told = program.post("/batches", order(program, names=["/number", "/application/name", name]), 422)
    assert codes(told) == {("/names/2", "unknown")}


def test_letters_are_submitted_for_approval_if_that_is_asked_for(program: Program) -> None:
    assert codes(program.post("/batches", order(program, submit=True), 422)) == {("/submit", "mismatch")}
    register = program.service.register
    assert register is not None
    number = open_sample(register, program.service)
    shared = {
        key: program.sample(LETTER)[key] for key in ("provided", "medium", "delivery", "service", "reviewed", "date")
    }
    letters = {"document": LETTER, "format": "docx", "purpose": "letters", "submit": True, "base": shared}
    wanted = letters | {"items": [{"answers": {}, "case": number}]}
    assert program.post("/batches?dry_run=1", wanted, 200)["error_count"] == 0
    program.post("/batches", wanted, 202)
    run_until_idle(program.service)
    assert [(one.state, one.number) for one in list_letters(register, number)] == [("submitted", "")]
