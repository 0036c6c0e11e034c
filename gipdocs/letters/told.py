"""The notices that went before a letter and explain its date: the rows `told`."""

from __future__ import annotations

from typing import Any

from gipdocs.documents.document import Answers, Finding
from gipdocs.errors import InvalidInput
from gipdocs.findings import doubt, fault, note
from gipdocs.law import Office
from gipdocs.law.deadlines import reckon_answers
from gipdocs.letters.case import receipt_day
from gipdocs.questions import Choice, Date, DocumentNumber, Questions, Rows
from gipdocs.writing import chinese_date

TOLD = {
    "extension": "延长答复期限",
    "consultation": "征求意见所需时间不计算在答复期限内",
    "delay": "延迟答复",
}


class ToldQuestions(Questions):
    """An earlier notice that explains the date of this letter."""

    what = Choice("告知的事项", options=TOLD, example="extension", required=True)
    number = DocumentNumber(
        "告知书的文号", example=lambda office: f"{office.profile.document_code}〔2026〕7号", longest=60
    )
    date = Date("告知书的日期", example="2026-03-16", required=True)


def told_question() -> Rows:
    """The question for the notices by which the applicant was told that the answer would take longer."""
    return Rows(
        "此前告知的延期和征求意见",
        ToldQuestions,
        help="曾告知申请人延长答复期限、征求意见或者延迟答复的填写，文书会写明，申请人由此知道为什么在这一天答复；没有告知的不填。",
        in_sample=False,
        most=10,
        case="told",
    )


def told_words(answers: Answers) -> list[dict[str, Any]]:
    """The rows that wording/_opening.txt prints, earliest first; the last consultation also says what follows from it."""
    told = sorted(answers.get("told", []), key=lambda row: row["date"])
    last = max((i for i, row in enumerate(told) if row["what"] == "consultation"), default=None)
    return [
        {
            **{key: key == row["what"] for key in TOLD},
            "consultation": i == last,
            "consultation_before": row["what"] == "consultation" and i != last,
            "on": chinese_date(row["date"]),
            "number": f"（{row['number']}）" if "number" in row else "",
        }
        for i, row in enumerate(told)
    ]


def check_untold(answers: Answers, office: Office) -> list[Finding]:
    """Doubts an answer after the usual term that does not tell why: an extension, or a consultation, counted in the clock."""
    clock, dated = answers["clock"], answers.get("date")
    told = {row["what"] for row in answers.get("told", [])}
    facts = {key: clock.get(key) for key in ("channel", "received", "confirmed", "corrected", "paid")}
    try:
        usual = reckon_answers("answer", facts, office.law).last_day
    except InvalidInput:
        return []
    if usual is None or dated is None or dated <= usual or "again" in answers:
        return []
    late = f"成文日期在{chinese_date(usual)}之后，申请人会看到超出通常期限的答复。"
    found = []
    if clock.get("extension") and "extension" not in told:
        message = f"{late}办理时间中写明延长过期限，请在“此前告知的延期和征求意见”中填写延期告知书的日期和文号。"
        found.append(doubt("extension-untold", message, "/told", basis=office.cite("answer_in_time", of=answers)))
    if clock.get("consultations") and "consultation" not in told:
        message = f"{late}征求意见的时间不计入答复期限，告知过申请人的，请在“此前告知的延期和征求意见”中填写。"
        found.append(note("consultation-untold", message, "/told", basis=office.cite("consultation_time", of=answers)))
    return found


def check_told(answers: Answers, office: Office) -> list[Finding]:
    """Checks that the notices that the letter mentions lie between receipt and letter, and fit the clock."""
    received, dated, found = receipt_day(answers["clock"]), answers.get("date"), []
    for i, row in enumerate(answers.get("told", [])):
        if (received and row["date"] < received) or (dated and row["date"] > dated):
            message = "此前告知的日期应当在收到申请之后、成文日期之前，请核对。"
            found.append(fault("told-order", message, f"/told/{i}/date"))
        if row["what"] == "extension" and not answers["clock"].get("extension"):
            message = "写明了延期告知，请在办理时间中填写延长的工作日数，以便计算答复期限。"
            basis = office.cite("answer_in_time", of=answers)
            found.append(doubt("told-uncounted", message, "/clock/extension", basis=basis))
    return found
