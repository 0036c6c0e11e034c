"""Programs draft, submit, issue, download and void the letters of a case."""

from __future__ import annotations

from io import BytesIO
from typing import Any
from zipfile import ZipFile

import pytest

from gipdocs.documents.document import MEDIA_TYPES
from tests.api.talking import Program, codes

pytestmark = pytest.mark.slow


def letter(program: Program, document: str = "correction-notice", *, issue: bool = False, **changes: Any) -> Any:
    """A body that makes a letter from the document's sample, without its number."""
    answers = program.sample(document, **changes)
    answers.pop("number", None)
    return {"document": document, "answers": answers, "issue": issue}


def test_a_document_is_filled_in_from_the_case(program: Program) -> None:
    filled = program.get(f"/cases/{program.open()}/prefill/reply-granted")
    assert filled["application"]["name"] == "张晓彤" and filled["clock"]["received"] == "2026-03-02"
    assert "number" not in filled


def test_a_letter_is_issued_with_number_event_and_file(program: Program) -> None:
    number = program.open()
    response = program.ask("POST", f"/cases/{number}/letters", letter(program, issue=True))
    issued = response.get_json()
    assert (response.status_code, response.location) == (201, issued["links"]["self"])
    assert (issued["state"], issued["number"], issued["allowed"]) == (
        "issued",
        "聊机管公开〔2026〕1号",
        ["file", "void"],
    )
    assert issued["findings"] is not None and issued["provenance"]["document"] == "correction-notice"
    case = program.get(f"/cases/{number}")
    assert case["records"][-1]["kind"] == "correction_asked" and case["records"][-1]["letter"] == issued["id"]
    assert [one["id"] for one in case["letters"]] == [issued["id"]]
    assert program.get(f"/cases/{number}/letters")["letters"] == case["letters"]
    file = program.client.get(issued["links"]["docx"])
    assert file.mimetype == MEDIA_TYPES["docx"] and file.headers["Cache-Control"] == "no-store"
    assert "聊机管公开〔2026〕1号" in ZipFile(BytesIO(file.data)).read("word/document.xml").decode()


@pytest.mark.converter
def test_the_pdf_of_a_letter_is_made_once_and_kept(program: Program) -> None:
    issued = program.post(f"/cases/{program.open()}/letters", letter(program, issue=True))
    first = program.client.get(issued["links"]["pdf"])
    assert first.mimetype == "application/pdf" and first.data.startswith(b"%PDF")
    assert program.client.get(issued["links"]["pdf"]).data == first.data


@pytest.mark.parametrize(
    ("body", "fault"),
    [
        ([], ("", "type")),
        ({"answers": {}}, ("/document", "required")),
        ({"document": "correction-notice"}, ("/answers", "required")),
        ({"document": "correction-notice", "answers": []}, ("/answers", "type")),
        ({"document": "correction-notice", "answers": {}, "issue": "yes"}, ("/issue", "type")),
        ({"document": "correction-notice", "answers": {}, "issue": True}, ("/answers/application", "required")),
        ({"document": "correction-notice", "answers": {"x": 1}, "issue": True}, ("/answers/x", "unknown")),
    ],
)
def test_a_letter_that_is_wrong_is_refused_where_it_is_wrong(
    program: Program, body: Any, fault: tuple[str, str]
) -> None:
    number = program.open()
    assert fault in codes(program.post(f"/cases/{number}/letters", body, 422))
    assert program.get(f"/cases/{number}/letters")["letters"] == []


def test_a_letter_that_the_law_refuses_says_so_at_its_answers(program: Program) -> None:
    number = program.open()
    body = letter(program, "reply-granted", issue=True)
    body["answers"]["number"] = "聊机管公开〔2025〕12号"
    problem = program.post(f"/cases/{number}/letters", body, 422)
    assert ("/answers/number", "number-other-year") in codes(problem)
    assert problem["findings"][0]["pointer"].startswith("/answers/")


def test_an_unknown_case_document_or_letter_is_not_found(program: Program) -> None:
    number = program.open()
    assert program.post("/cases/2026-0099/letters", letter(program), 404)["title"] == "没有这个案件"
    unknown = {"document": "no-such", "answers": {}}
    assert program.post(f"/cases/{number}/letters", unknown, 404)["title"] == "没有这种文书"
    for path in ("/letters/99", "/letters/99/file", "/letters/99999999999"):
        assert program.client.get(f"/api/v1{path}").status_code == 404
    for deed, body in (("submit", {}), ("approve", {}), ("issue", {}), ("return", {"note": "改"})):
        program.post(f"/letters/99/{deed}", body, 404)


def test_a_draft_is_changed_submitted_returned_approved_and_issued(program: Program) -> None:
    number = program.open()
    draft = program.post(f"/cases/{number}/letters", letter(program))
    path = f"/letters/{draft['id']}"
    assert (draft["state"], draft["number"], draft["links"]["docx"]) == ("draft", "", None)
    changed = letter(program, date="2026-03-18")["answers"]
    saved = program.send("PUT", path, changed, status=200)
    assert (saved["answers"]["date"], saved["version"]) == ("2026-03-18", draft["version"] + 1)
    assert program.post(f"{path}/submit", {}, status=200)["submitted_by"] == "本机"
    assert codes(program.post(f"{path}/return", {}, 422)) == {("/note", "required")}
    assert program.post(f"{path}/return", {"note": "请补充依据"}, 200)["state"] == "draft"
    program.post(f"{path}/submit", {}, status=200)
    program.post(f"{path}/approve", {}, status=200)
    issued = program.post(f"{path}/issue", {}, status=200)
    assert (issued["state"], issued["number"]) == ("issued", "聊机管公开〔2026〕1号")
    kinds = [one["kind"] for one in program.get(f"/cases/{number}")["records"][3:]]
    assert kinds == ["returned", "approved", "correction_asked"]


def test_a_draft_may_hold_anything_until_it_is_submitted(program: Program) -> None:
    body = {"document": "correction-notice", "answers": {"colour": "red"}}
    path = f"/letters/{program.post(f'/cases/{program.open()}/letters', body)['id']}"
    for deed in ("submit", "issue"):
        assert ("/colour", "unknown") in codes(program.post(f"{path}/{deed}", {}, status=422))
    assert codes(program.send("PUT", path, [], status=422)) == {("", "type")}
    assert program.get(f"{path}/file", 409)["allowed"] == ["save", "submit", "issue", "discard"]
    assert program.post(f"{path}/void", {"reason": "错"}, 409)["allowed"] == ["save", "submit", "issue", "discard"]
    assert codes(program.get(f"{path}/file?format=odt", 400)) == {("/format", "option")}


def test_a_void_letter_no_longer_counts_and_is_replaced(program: Program) -> None:
    number = program.open()
    issued = program.post(f"/cases/{number}/letters", letter(program, issue=True))
    assert codes(program.post(f"/letters/{issued['id']}/void", {}, 422)) == {("/reason", "required")}
    void = program.post(f"/letters/{issued['id']}/void", {"reason": "收件人有误"}, 200)
    assert (void["state"], void["number"], void["void_reason"]) == ("void", issued["number"], "收件人有误")
    assert program.get(f"/cases/{number}")["standing"]["state"] == "in_hand"
    again = program.post(f"/cases/{number}/letters", letter(program, issue=True) | {"replaces": issued["id"]})
    assert (again["replaces"], again["number"]) == (issued["id"], "聊机管公开〔2026〕2号")
    other = program.post(f"/cases/{number}/letters", letter(program) | {"replaces": again["id"]}, 409)
    assert other["allowed"] == ["file", "void"]


def test_a_letter_sent_again_with_the_version_that_was_read_is_not_issued_twice(program: Program) -> None:
    number = program.open()
    seen = program.ask("GET", f"/cases/{number}").headers["ETag"]
    program.post(f"/cases/{number}/letters", letter(program, issue=True), If_Match=seen)
    for issue in (True, False):
        program.post(f"/cases/{number}/letters", letter(program, issue=issue), 412, If_Match=seen)
    assert len(program.get(f"/cases/{number}/letters")["letters"]) == 1


def test_a_draft_that_another_has_changed_is_neither_changed_nor_issued(program: Program) -> None:
    draft = program.post(f"/cases/{program.open()}/letters", letter(program))
    path, seen = f"/letters/{draft['id']}", f'"{draft["version"]}"'
    program.send("PUT", path, {}, status=200, If_Match=seen)
    program.send("PUT", path, {}, status=412, If_Match=seen)
    for deed, body in (("submit", {}), ("issue", {})):
        program.post(f"{path}/{deed}", body, 412, If_Match=seen)


def test_a_form_of_a_page_from_elsewhere_changes_nothing(program: Program) -> None:
    """A browser sends such forms without asking, but none of them as JSON."""
    number = program.open()
    path = f"/letters/{program.post(f'/cases/{number}/letters', letter(program))['id']}"
    before = program.get(f"/cases/{number}")
    changes = ["/cases", f"/cases/{number}/events", f"/cases/{number}/events/1/cancel", f"/cases/{number}/letters"]
    changes += [f"{path}/{deed}" for deed in ("submit", "return", "approve", "issue", "void")]
    for kind in (None, "text/plain", "application/x-www-form-urlencoded", "multipart/form-data"):
        for change in [*changes, "/ledger"]:
            assert program.client.post(f"/api/v1{change}", data=b"{}", content_type=kind).status_code == 415, change
    assert program.get(f"/cases/{number}") == before


def test_a_letter_answers_the_other_cases_that_its_rows_name(program: Program) -> None:
    first, second = program.open(), program.open()
    row = {
        "number": second,
        "channel": "online",
        "received": "2026-03-02",
        "confirmed": "2026-03-03",
        "request": "清单",
    }
    body = letter(program, "reply-granted", issue=True, applications=[row])
    issued = program.post(f"/cases/{first}/letters", body)
    assert issued["joined"] == [second]
    joined = program.get(f"/cases/{second}")
    assert joined["records"][-1]["letter"] == issued["id"] and joined["standing"]["state"] == "to_serve"
    assert joined["letters"][0]["links"]["case"] == program.get(f"/cases/{first}")["links"]["self"]
    refused = program.ask("POST", f"/cases/{program.open()}/letters", body)
    assert refused.status_code == 422
    assert codes(refused.get_json()) == {("/answers/applications/0/number", "closed")}
