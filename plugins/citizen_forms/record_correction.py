"""更正申请表 (条例第四十一条): what an agency recorded wrongly about the applicant, what is right, and the evidence."""

from __future__ import annotations

from typing import Any

from gipdocs.documents.document import Answers, Document, Finding, HandIn
from gipdocs.law import Office
from gipdocs.letters.handing_in import signed_and_proven
from gipdocs.questions import Date, Lines, LongText, Question, Questions, Title

from ..case_file.course import paragraphs
from .person import BY_LETTER, find_gaps, pick_questions, print_person

PARAGRAPHS = ("source", "relation", "record", "claim", "reason")
QUESTIONS: dict[str, Question] = {
    **pick_questions(
        "applicant_kind",
        "name",
        "id_kind",
        "id_number",
        "uscc",
        "representative",
        "phone",
        "postcode",
        "address",
        "email",
        "fax",
        "agent_name",
        "agent_phone",
        step="谁申请",
    ),
    "source": LongText(
        "载有记录的政府信息",
        help="写明名称、文号，以及行政机关什么时候、怎样提供的。",
        example="《2025年市级机关车位分配表》，2026年3月20日随答复书提供",
        longest=1000,
        step="更正什么",
    ),
    "relation": LongText(
        "记录与申请人的关系",
        help="只能要求更正与自身相关的记录。",
        example="第12行记录的是申请人的车辆",
        longest=1000,
    ),
    "record": LongText(
        "现有记录",
        help="原样抄录，写明在什么位置；有几处的逐处写明。",
        example="第12行车牌号码记作“鲁P00001”",
        longest=3000,
    ),
    "claim": LongText("应当更正为", example="车牌号码“鲁P00010”", longest=3000),
    "reason": LongText(
        "不准确的理由",
        help="写明为什么不准确，与所附证据对应。",
        example="申请人机动车行驶证上的号码是“鲁P00010”。",
        longest=3000,
    ),
    "evidence": Lines(
        "证据", help="一行一份，写明是原件还是复印件。", example=["机动车行驶证复印件"], of=Title, step="有什么证据"
    ),
    "date": Date("申请日期", example="2026-03-30"),
}
RecordCorrectionQuestions = type("RecordCorrectionQuestions", (Questions,), QUESTIONS)


def context(answers: Answers, office: Office) -> dict[str, Any]:
    """The names of the form; whatever was not answered is left to be filled in by hand."""
    return {
        **print_person(answers, office),
        **{key: answers.get(key, "") for key in ("representative", "postcode")},
        "electronic": "　".join(answers[key] for key in ("email", "fax") if key in answers),
        **{key: paragraphs(answers.get(key, "")) for key in PARAGRAPHS},
        "evidence": answers.get("evidence", []),
    }


def check_gaps(answers: Answers, office: Office) -> list[Finding]:
    """Notes on what the agency needs in order to review the record."""
    gaps = [
        ("source" not in answers, "/source", "没有写明记录载在哪一份政府信息里。"),
        ("relation" not in answers, "/relation", "没有写明记录与申请人的关系，只能要求更正与自身相关的记录。"),
        ("record" not in answers, "/record", "没有写明现有记录。"),
        ("claim" not in answers, "/claim", "没有写明应当更正的内容。"),
        ("evidence" not in answers, "/evidence", "没有列出证据，要求更正应当有证据证明记录不准确。"),
    ]
    return find_gaps(answers, office, gaps, basis="record_correction")


def hand_in(office: Office) -> HandIn:
    """The form goes with its evidence; the law sets no term for the review."""
    after = ("审核属实的，予以更正并告知你；不属于本机关职能范围的，转送有权更正的机关，或者告知你向哪个机关提出。",)
    return signed_and_proven("附上列出的证据。", after=after, ways=BY_LETTER)


RECORD_CORRECTION_APPLICATION = Document(
    id="record-correction-application",
    title="更正政府信息记录申请表",
    group="申请",
    summary="有证据证明行政机关提供的与自身相关的政府信息记录不准确的，用它要求更正；可以下载空白表，也可以先填写再下载。",
    schema=RecordCorrectionQuestions,
    template="record-correction-application.docx",
    context=context,
    checks=(check_gaps,),
    public=True,
    hand_in=hand_in,
    enclosures=("envelope",),
)
