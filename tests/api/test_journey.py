"""One case from its receipt to the year's figures, by the API alone."""

from __future__ import annotations

import json
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from gipdocs.cli import main
from gipdocs.service import Service
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


class ByApi:
    """A case worked on by another system."""

    def __init__(self, program: Program) -> None:
        self.program = program

    def open(self) -> str:
        return self.program.open()

    def prefill(self, number: str, document: str) -> dict[str, Any]:
        known: dict[str, Any] = self.program.get(f"/cases/{number}/prefill/{document}")
        return known

    def issue(self, number: str, document: str, answers: dict[str, Any]) -> None:
        body = {"document": document, "answers": answers, "issue": True}
        self.program.post(f"/cases/{number}/letters", body)

    def record(self, number: str, kind: str, day: str, **facts: Any) -> None:
        self.program.record(number, kind, day, **facts)

    def ledger(self) -> bytes:
        return self.program.ask("GET", "/ledger.xlsx").data


class ByCommand:
    """A case worked on from the command line."""

    def __init__(self, folder: Path, service: Service, capsys: pytest.CaptureFixture[str]) -> None:
        self.folder, self.service, self.capsys = folder, service, capsys

    def run(self, *arguments: str) -> str:
        self.capsys.readouterr()
        assert main(["register", *arguments]) == 0, self.capsys.readouterr().err
        return self.capsys.readouterr().out.strip()

    def keep(self, answers: Any) -> str:
        path = self.folder / "answers.json"
        path.write_text(json.dumps(answers), encoding="utf-8")
        return str(path)

    def open(self) -> str:
        days = ["--received", "2026-03-02", "--confirmed", "2026-03-03", "--channel", "online"]
        return self.run("open", "-i", self.keep(self.service.sample("application-form")), *days)

    def prefill(self, number: str, document: str) -> dict[str, Any]:
        known: dict[str, Any] = json.loads(self.run("prefill", number, document))
        return known

    def issue(self, number: str, document: str, answers: dict[str, Any]) -> None:
        self.run("issue", number, document, "-i", self.keep(answers))

    def record(self, number: str, kind: str, day: str, **facts: Any) -> None:
        told = [part for key, value in facts.items() for part in ("--fact", f"{key}={value}")]
        self.run("record", number, kind, "--day", day, *told)

    def ledger(self) -> bytes:
        path = self.folder / "ledger.xlsx"
        self.run("export", "-o", str(path))
        return path.read_bytes()


def walk(face: ByApi | ByCommand, service: Service) -> tuple[Any, ...]:
    """The row of the ledger after a whole case: correction, consultation, extension, partial reply, proof of service."""
    number = face.open()

    def issue(document: str, date: str, **changes: Any) -> None:
        answers = service.sample(document) | face.prefill(number, document) | {"date": date}
        answers.pop("number", None)
        for key, value in changes.items():
            answers[key] = answers[key] | value
        face.issue(number, document, answers)

    issue("correction-notice", "2026-03-05")
    face.record(number, "corrected", "2026-03-12")
    issue("third-party-consultation", "2026-03-16")
    face.record(number, "delivered", "2026-03-18", ref=1)
    face.record(number, "opinion", "2026-03-25", ref=1, stance="partly")
    issue("extension-notice", "2026-04-14", clock={"extension": 15})
    issue("reply-partial", "2026-04-20")
    face.record(number, "posted", "2026-04-21", way="mail", mail_number="1234567890123")
    issue("service-receipt", "2026-04-21")
    _, row = load_workbook(BytesIO(face.ledger())).active.values
    return tuple(row)


def test_api_and_command_line_lead_to_the_same_row_of_the_ledger(
    program: Program,
    service: Service,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    by_api = walk(ByApi(program), service)
    monkeypatch.setenv("GIPDOCS_DATABASE", f"sqlite:///{tmp_path / 'by-command.db'}")
    assert walk(ByCommand(tmp_path, service, capsys), service) == by_api
    assert "2026-0001" in by_api and "张晓彤" in by_api
