"""One case from its receipt to the year's figures, by the API alone."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pytest
from openpyxl import load_workbook

from tests.api.talking import Program

pytestmark = pytest.mark.slow


def issue(program: Program, number: str, document: str, date: str, **changes: Any) -> Any:
    """Issue a letter as a program does: what the case knows over the document's sample, the letter's own answers last."""
    known = program.get(f"/cases/{number}/prefill/{document}")
    answers = program.sample(document) | known | {"date": date} | changes
    body = {"document": document, "answers": {key: one for key, one in answers.items() if key != "number"}}
    seen = program.ask("GET", f"/cases/{number}").headers["ETag"]
    return program.post(f"/cases/{number}/letters", body | {"issue": True}, If_Match=seen)


def test_a_case_goes_from_receipt_to_the_ledger(program: Program) -> None:
    number = program.open()
    assert program.get("/due")["overdue"][0]["number"] == number

    letter = issue(program, number, "correction-notice", "2026-03-05")
    program.record(number, "corrected", "2026-03-12")
    assert program.get(f"/cases/{number}/deadline")["last_day"] == "2026-04-10"

    issue(program, number, "third-party-consultation", "2026-03-16")
    program.record(number, "delivered", "2026-03-18", ref=1)
    assert program.get(f"/cases/{number}")["standing"]["state"] == "consulting"
    program.record(number, "opinion", "2026-03-25", ref=1, stance="partly")
    clock = program.get(f"/cases/{number}/prefill/extension-notice")["clock"]
    issue(program, number, "extension-notice", "2026-04-14", clock=clock | {"extension": 15})
    by = program.get(f"/cases/{number}")["standing"]["answer_by"]

    reply = issue(program, number, "reply-partial", "2026-04-20")
    case = program.get(f"/cases/{number}")
    assert (case["standing"]["state"], case["standing"]["answer_by"]) == ("to_serve", by)
    case = program.record(number, "posted", "2026-04-21", way="mail", mail_number="1234567890123")
    assert (case["standing"]["state"], case["standing"]["closed_on"]) == ("closed", "2026-04-21")
    assert (case["standing"]["outcome"], case["standing"]["row"], case["standing"]["late"]) == (
        "reply-partial",
        ["三", "(二)"],
        False,
    )
    assert [one["kind"] for one in case["records"][3:]] == [
        "correction_asked",
        "corrected",
        "consulted",
        "delivered",
        "opinion",
        "extended",
        "answered",
        "posted",
    ]
    assert [one["number"] for one in case["letters"]] == [f"聊机管公开〔2026〕{serial}号" for serial in (1, 2, 3, 4)]
    assert case["letters"][0]["id"] == letter["id"] and case["letters"][-1]["number"] == reply["number"]

    sheet = load_workbook(BytesIO(program.ask("GET", "/ledger.xlsx?year=2026").data)).active
    [row] = [dict(zip(head, row, strict=True)) for head, *rows in [tuple(sheet.values)] for row in rows]
    assert (row["申请编号"], row["答复文号"], row["是否逾期"]) == (number, "聊机管公开〔2026〕4号", "否")

    figures = program.get("/statistics/2026")
    assert figures["balanced"] and figures["record"]["table3"]["rows"]["partial"][0] == 1
    assert program.get("/statistics/2018", 404)["title"] == "没有这个案件"
    assert not any(program.get("/due")[group] for group in ("overdue", "today", "soon", "week", "later"))


def test_the_feed_names_no_person(program: Program) -> None:
    number = program.open(channel="ordinary_mail", confirmed="2026-03-04")
    feed = program.ask("GET", "/due.ics")
    assert feed.mimetype == "text/calendar" and feed.text.startswith("BEGIN:VCALENDAR\r\n")
    assert number in feed.text and "张晓彤" not in feed.text and "调配" not in feed.text
