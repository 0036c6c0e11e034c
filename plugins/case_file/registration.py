"""政府信息公开申请登记表 (条例第四十五条): the application as received, both deadlines, and how it was handled."""

from __future__ import annotations

from typing import Any

from gipdocs.documents.document import Answers, Document, Finding
from gipdocs.errors import InvalidInput
from gipdocs.findings import doubt, fault
from gipdocs.law import Office
from gipdocs.law.clock import CHANNELS
from gipdocs.law.deadline import Deadline
from gipdocs.law.deadlines import reckon_answers
from gipdocs.letters.case import AGENTS, DELIVERY, MEDIA, ORGANISATION_TYPES, CaseApplicationQuestions, name_applicants
from gipdocs.letters.letter import answer_deadline, application_block, clock_block
from gipdocs.letters.notices import check_facts
from gipdocs.questions import (
    Choice,
    Date,
    DocumentNumber,
    LongText,
    Name,
    Number,
    StaffQuestions,
    Text,
)
from gipdocs.writing import chinese_date, quantity

from .course import (
    OUTCOME_OPTIONS,
    asked,
    boxes,
    course,
    head,
    optional_day,
    paragraphs,
    received,
    reference_question,
    until,
)

TITLE = "政府信息公开申请登记表"
KINDS = {"citizen": "公民", "organisation": "法人或者其他组织"}
# Numbers of identity papers are kept only on the application itself, since the form goes through many hands.
UNPRINTED = ("id_kind", "id_number", "uscc", "agent_id_kind", "agent_id_number")
PRINTED = tuple(key for key, _ in CaseApplicationQuestions().questions() if key not in UNPRINTED)


class RegistrationQuestions(StaffQuestions):
    """Filled in on the day of receipt; later events are added when they happen, or by hand."""

    application = application_block(printed=PRINTED)
    application_no = reference_question()
    clock = clock_block(printed=None)
    department = Text("承办部门", example="资产管理科", longest=60, case="case.department")
    registrar = Name("登记人", example="孙静", longest=50)
    date = Date(
        "登记日期",
        help="收到申请的当日登记。",
        example="2026-03-02",
        required=True,
        open_in_draft=True,
        case="letter.date",
    )
    outcome = Choice(
        "办理结果",
        options=OUTCOME_OPTIONS,
        help="办结后填写；年度报告的统计栏目由此确定。",
        example="reply-granted",
        in_sample=False,
        case="answer.outcome",
    )
    reply_number = DocumentNumber(
        "答复文号",
        example=lambda office: f"{office.profile.document_code}〔2026〕12号",
        in_sample=False,
        longest=60,
        case="answer.number",
    )
    archived_on = Date("归档日期", example="2026-04-10", in_sample=False, case="archive.day")
    pages = Number("卷内页数", example=23, least=1, most=100_000, in_sample=False, case="archive.pages")
    remarks = LongText("备注", example="申请人当面补交了身份证复印件。", in_sample=False, longest=2000)


def context(answers: Answers, office: Office) -> dict[str, Any]:
    """Applicant, request, both deadlines, the history of the case; empty cells are filled in by hand."""
    application, clock = answers["application"], answers["clock"]
    end, outcome = answer_deadline(answers, office), office.law_of(answers).outcomes.get(answers.get("outcome", ""))
    organisation = application.get("organisation_type")
    return {
        **head(answers, office),
        "name": "、".join(name_applicants(application)),
        "kind": KINDS[application["applicant_kind"]]
        + (f"（{ORGANISATION_TYPES[organisation]}）" if organisation else ""),
        **{key: application.get(key, "") for key in ("representative", "contact_name", "phone")},
        "electronic": _joined(application, "email", "fax"),
        "address": _joined(application, "address", "postcode"),
        "agent": _agent(application),
        "asked": [*asked(application), *_applied(application)],
        "media": boxes(MEDIA, application.get("media", [])),
        "delivery": boxes(DELIVERY, application.get("delivery", [])),
        "other_way": boxes({"yes": "接受其他形式和方式"}, ["yes"] if application.get("accept_other") else []),
        "channel": CHANNELS[clock["channel"]],
        "received_on": received(clock),
        "correction_by": until(correction_deadline(answers, office)),
        "answer_by": until(end),
        "department": answers.get("department", ""),
        "registrar": answers.get("registrar", ""),
        "course": course(end),
        "outcome": outcome.short if outcome else "",
        "report_row": _row(outcome.row) if outcome else "",
        "reply_number": answers.get("reply_number", ""),
        "served_on": optional_day(clock, "posted"),
        "archived_on": optional_day(answers, "archived_on"),
        "pages": quantity(answers["pages"], "页") if "pages" in answers else "",
        "remarks": paragraphs(answers.get("remarks", "")),
    }


def _agent(application: Answers) -> str:
    """李明　13900139000（委托代理人）."""
    kind = f"（{AGENTS[application['agent_kind']]}）" if "agent_kind" in application else ""
    return _joined(application, "agent_name", "agent_phone") + kind


def _joined(application: Answers, *keys: str) -> str:
    return "　".join(application[key] for key in keys if key in application)


def _applied(application: Answers) -> list[str]:
    return [f"申请日期：{chinese_date(application['applied_on'])}"] if "applied_on" in application else []


def _row(row: tuple[str, ...]) -> str:
    """三、（三）1: the row of the annual report's table of results."""
    first, *rest = row
    return f"{first}、" + "".join(part.replace("(", "（").replace(")", "）") for part in rest)


def correction_deadline(answers: Answers, office: Office) -> Deadline:
    """The deadline for asking the applicant to correct the application (条例第三十条)."""
    facts = {key: answers["clock"].get(key) for key in ("received", "channel", "confirmed")}
    return reckon_answers("correction_notice", facts, office.law)


def check_registered(answers: Answers, office: Office) -> list[Finding]:
    """Checks that the application was registered on the day on which it arrived, not before."""
    dated, arrived = answers.get("date"), answers["clock"]["received"]
    basis = office.cite("registration", of=answers)
    if dated is None or dated == arrived:
        return []
    if dated < arrived:
        message = f"登记日期早于收到日期（{chinese_date(arrived)}），请核对。"
        return [fault("registered-before-receipt", message, "/date", basis=basis)]
    message = f"申请应当在收到当日（{chinese_date(arrived)}）登记；答复期限仍自收到之日起计算，与登记日期无关。"
    return [doubt("registered-late", message, "/date", basis=basis)]


def check_answered(answers: Answers, office: Office) -> list[Finding]:
    """Checks that the answer went out in time; if not, the register must give the reason."""
    try:
        end = answer_deadline(answers, office)
    except InvalidInput:
        return []
    if not end.late or end.last_day is None:
        return []
    message = f"答复送达日期晚于答复期限的最后一日（{chinese_date(end.last_day)}），请在备注中写明原因。"
    return [doubt("late", message, "/clock/posted", basis="；".join(end.basis))]


REGISTRATION = Document(
    id="registration",
    title=TITLE,
    group="程序",
    summary="收到申请的当日登记：申请人、申请内容、收到申请之日，告知补正和答复的最后期限由系统计算。",
    schema=RegistrationQuestions,
    template="registration.docx",
    context=context,
    checks=(check_facts, check_registered, check_answered),
)
