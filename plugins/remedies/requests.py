"""What the office asks of the reconsideration organ or the court, and what it says of a mistake it has corrected itself."""

from __future__ import annotations

from collections.abc import Mapping

from gipdocs.documents.document import Answers, Check, Finding
from gipdocs.findings import fault
from gipdocs.law import Office
from gipdocs.letters import add_mark
from gipdocs.questions import Choice, Date, DocumentNumber, LongText, Question
from gipdocs.writing import chinese_date


def request_questions(label: str, options: Mapping[str, str]) -> dict[str, Question]:
    """What is asked for and why, and the office's own correction of the act."""
    return {
        "request": Choice(label, options=options, example="upheld", required=True),
        "request_text": LongText(
            "请求的说明",
            help="需要补充的理由；不符合受理、起诉条件的，写明不符合哪一项、为什么；选“其他”的，写明请求什么。",
            example="本机关已经尽到合理检索义务，并将检索的情况告知申请人。",
            in_sample=False,
            longest=3000,
        ),
        "corrected_on": Date(
            "自行纠正的日期",
            help="已经撤销、更正原答复的填写；没有自行纠正的不填。",
            example="2026-04-13",
            in_sample=False,
            needed="写了文书的文号的必填",
        ),
        "corrected_number": DocumentNumber(
            "自行纠正的文书的文号",
            example=lambda office: f"{office.profile.document_code}〔2026〕11号",
            in_sample=False,
            longest=60,
        ),
    }


def tell_correction(answers: Answers) -> str:
    """The sentence about the office's own correction; empty if there was none."""
    if "corrected_on" not in answers:
        return ""
    number = f"（{answers['corrected_number']}）" if "corrected_number" in answers else ""
    return f"本机关已于{chinese_date(answers['corrected_on'])}自行纠正{number}，并告知申请人。"


def join_request(answers: Answers, sentence: str) -> str:
    """The clerk's words and the request, in a paragraph each; the request alone if there are none."""
    text = answers.get("request_text", "")
    return "\n".join(part for part in (add_mark(text) if text else "", sentence) if part)


def check_request(*needing_words: str) -> Check:
    """A check that a request which needs reasons has them."""

    def check_explained(answers: Answers, office: Office) -> list[Finding]:
        if answers["request"] not in needing_words or "request_text" in answers:
            return []
        message = "请在“请求的说明”中写明理由；选“其他”的，写明请求什么。"
        return [fault("request-unexplained", message, "/request_text")]

    return check_explained


def check_correction(answers: Answers, office: Office) -> list[Finding]:
    """Checks that the paper of the office's own correction has the day that its sentence tells."""
    if "corrected_number" not in answers or "corrected_on" in answers:
        return []
    message = "填写了自行纠正的文书的文号，请填写自行纠正的日期；没有自行纠正的，请清空文号。"
    return [fault("correction-undated", message, "/corrected_on")]
