"""口头申请代填记录 (条例第二十九条第一款): an application made orally, written down and confirmed by the applicant."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from gipdocs.documents.document import Answers, Document, Finding
from gipdocs.errors import InvalidInput
from gipdocs.findings import doubt, fault
from gipdocs.law import Office
from gipdocs.letters.case import AGENTS, DELIVERY, MEDIA, ORGANISATION_TYPES, name_applicants, of_region
from gipdocs.letters.letter import application_block, check_name, check_request
from gipdocs.questions import Choices, Date, LongText, Name, StaffQuestions, Text
from gipdocs.questions.identity import ID_KINDS
from gipdocs.writing import chinese_date

from ..application_form import check_gaps
from .course import asked, boxes, head, paragraphs, reckon_term, reference_question, until
from .registration import KINDS

TITLE = "口头申请代填记录"
BASIS = "oral_application"
REQUESTED = "/info_title"  # check_request refuses a record that doesn't say what was asked for
READ_BACK = {
    "read": "向申请人宣读",
    "shown": "交申请人阅看",
    "interpreted": "通过手语、翻译或者陪同人员向申请人说明",
}


class OralApplicationQuestions(StaffQuestions):
    """The same facts as the application form, and how they were taken down and confirmed."""

    application = application_block(printed=None, needs=("applicant_kind", "name", "applied_on"))
    application_no = reference_question()
    difficulty = LongText(
        "采用书面形式的困难",
        help="照申请人所说填写，例如不识字、视力障碍、手部受伤。",
        example="申请人视力障碍，不能书写",
        required=True,
        longest=500,
    )
    time = Text(
        "口头提出的时间",
        help="24小时制，例如9:30。",
        example="9:30",
        pattern="([01]?[0-9]|2[0-3]):[0-5][0-9]",
        cure="时间应写作24小时制的“时:分”，例如9:30",
    )
    place = Text("口头提出的地点", example=of_region("政务服务中心政府信息公开窗口"), required=True, longest=100)
    writer = Name("代填人", example="孙静", required=True, longest=50)
    read_back = Choices(
        "核对方式", options=READ_BACK, help="写好以后怎样与申请人核对。", example=["read"], required=True
    )
    witness = Name(
        "见证人", help="申请人不能签名、只按指印的，请见证人签名。", example="周敏", in_sample=False, longest=50
    )
    date = Date(
        "填写日期",
        help="口头提出的当日填写。",
        example="2026-03-02",
        required=True,
        open_in_draft=True,
        case="letter.date",
    )


def context(answers: Answers, office: Office) -> dict[str, Any]:
    """The application as it was spoken, the day from which its term runs, and how it was read back."""
    application = answers["application"]
    day = application["applied_on"]
    return {
        **head(answers, office),
        "law": office.law_of(answers).citations,
        **_applicant(application),
        "difficulty": paragraphs(answers["difficulty"]),
        "asked": asked(application),
        "media": boxes(MEDIA, application.get("media", [])),
        "delivery": boxes(DELIVERY, application.get("delivery", [])),
        "other_way": boxes({"yes": "接受其他形式和方式"}, ["yes"] if application.get("accept_other") else []),
        "spoken": "\n".join(
            filter(None, (f"{chinese_date(day)}　{answers.get('time', '')}".strip(), answers["place"]))
        ),
        "received_on": chinese_date(day),
        "answer_by": until(reckon_term(_clock(application), office)),
        "writer": answers["writer"],
        "read_back": boxes(READ_BACK, answers["read_back"]),
        "witness": answers.get("witness", ""),
    }


def _clock(application: Answers) -> dict[str, Any]:
    """The clock of an application that was made in person."""
    return {"channel": "in_person", "received": application["applied_on"]}


def _applicant(application: Answers) -> dict[str, str]:
    organisation, code = application.get("organisation_type"), application.get("uscc", "")
    return {
        "name": "、".join(name_applicants(application)),
        "kind": KINDS[application["applicant_kind"]]
        + (f"（{ORGANISATION_TYPES[organisation]}）" if organisation else ""),
        "id_kind": "统一社会信用代码" if code else ID_KINDS.get(application.get("id_kind", ""), ""),
        "id_number": "\n".join(filter(None, (code, application.get("id_number", "")))),
        "representative": application.get("representative", ""),
        "contact_name": application.get("contact_name", ""),
        "phone": application.get("phone", ""),
        "electronic": _joined(application, "email", "fax"),
        "address": _joined(application, "address", "postcode"),
        "agent": "　".join(
            filter(
                None,
                (
                    AGENTS.get(application.get("agent_kind", ""), ""),
                    _joined(application, "agent_name", "agent_phone"),
                    ID_KINDS.get(application.get("agent_id_kind", ""), ""),
                    application.get("agent_id_number", ""),
                ),
            )
        ),
    }


def _joined(application: Answers, *keys: str) -> str:
    return "　".join(application[key] for key in keys if key in application)


def check_day(answers: Answers, office: Office) -> list[Finding]:
    """Checks that the record was made on the day on which the applicant spoke, from which the term runs."""
    dated, spoken = answers.get("date"), answers["application"]["applied_on"]
    if dated is None or dated == spoken:
        return []
    if dated < spoken:
        return [fault("dates-out-of-order", "填写日期不能早于口头提出的日期，请核对。", "/date")]
    message = f"口头申请应当当场代为填写；答复期限仍自口头提出之日（{chinese_date(spoken)}）起计算。"
    basis = office.cite(BASIS, "receipt_in_person", of=answers)
    return [doubt("oral-day-differs", message, "/date", basis=basis)]


def check_facts_told(answers: Answers, office: Office) -> list[Finding]:
    """Notes on what the applicant could be asked at once, so that no correction is needed later."""
    found = check_gaps({**answers["application"], **({"date": answers["date"]} if "date" in answers else {})}, office)
    return [replace(one, pointer=f"/application{one.pointer}") for one in found if one.pointer != REQUESTED]


def check_calendar(answers: Answers, office: Office) -> list[Finding]:
    """Reports a day from which no term can be counted."""
    try:
        reckon_term(_clock(answers["application"]), office)
    except InvalidInput as error:
        return [fault(one.code, one.detail, "/application/applied_on") for one in error.faults]
    return []


ORAL_APPLICATION = Document(
    id="oral-application",
    title=TITLE,
    group="程序",
    summary="申请人采用书面形式确有困难、口头提出申请的，由工作人员代为填写，与申请人核对后由其签名或者按指印。",
    schema=OralApplicationQuestions,
    template="oral-application.docx",
    context=context,
    checks=(check_request, check_name, check_calendar, check_day, check_facts_told),
)
