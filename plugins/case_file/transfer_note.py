"""转办单 (条例第四十五条): an application is passed on to whoever must handle it, with what is left of its term."""

from __future__ import annotations

from typing import Any

from gipdocs.documents.document import Answers, Document, Finding
from gipdocs.findings import doubt, fault
from gipdocs.law import Office
from gipdocs.law.clock import CHANNELS
from gipdocs.letters.case import name_applicants, request
from gipdocs.letters.letter import PRINTED_REQUEST, application_block, clock_block
from gipdocs.letters.notices import answer_end, check_facts, in_order, last_day
from gipdocs.questions import Choice, Date, Lines, LongText, Name, StaffQuestions, Text, Title
from gipdocs.writing import chinese_date

from .course import OPEN_DAY, asked, boxes, optional_day, paragraphs, received, reckon_term, until

TITLE = "政府信息公开申请转办单"
HANDLING, INSIDE, ELSEWHERE = "handling", "inside", "elsewhere"
KINDS = {
    HANDLING: "转承办部门办理",
    INSIDE: "其他部门收到的申请，移交政府信息公开工作机构",
    ELSEWHERE: "误投的邮件，收件人是其他机关，退回或者转送该机关",
}


class TransferNoteQuestions(StaffQuestions):
    """Mail that was meant for another agency may be unopened: of the application itself, nothing is required."""

    kind = Choice("转办类别", options=KINDS, example=HANDLING, required=True)
    application = application_block(printed=("name", "others", *PRINTED_REQUEST), needs=())
    application_no = Text(
        "申请编号", help="登记时的编号；还没有登记的不填。", example="20260302001", longest=40, case="case.number"
    )
    clock = clock_block(printed=("channel", "received", "confirmed", "corrected"))
    sender = Text("转出部门", example="办公室", required=True, longest=60)
    receiver = Text(
        "转往", help="接收的部门或者机关。", example="资产管理科", required=True, longest=100, case="case.department"
    )
    materials = Lines("随转材料", help="一行一份。", example=["申请表1份", "身份证复印件1份"], of=Title)
    mail_number = Text("邮件号码", example="1234567890123", in_sample=False, longest=40)
    demands = LongText(
        "办理要求",
        help="写明要查找、审查、提出什么意见。",
        example="查找所申请的信息，提出是否公开的意见和依据，连同信息和检索情况一并反馈。",
        longest=2000,
    )
    feedback_by = Date("反馈期限", help="给审查、送审和送达留出时间；转承办部门的填写。", example="2026-03-13")
    clerk = Name("转办人", example="孙静", longest=50)
    remarks = LongText("备注", example="申请人来电补充了联系地址。", in_sample=False, longest=2000)
    date = Date("转办日期", example="2026-03-03", required=True, open_in_draft=True, case="letter.date")


def context(answers: Answers, office: Office) -> dict[str, Any]:
    """What is passed on, from whom to whom, and the last day of the answer's term."""
    application, clock, dated = answers["application"], answers["clock"], answers.get("date")
    ours = answers["kind"] != ELSEWHERE
    return {
        "organ_name": office.profile.name,
        "law": office.law_of(answers).citations,
        "reference": answers.get("application_no", ""),
        "date": chinese_date(dated) if dated else OPEN_DAY,
        "kinds": boxes(KINDS, [answers["kind"]]),
        "sender": answers["sender"],
        "receiver": answers["receiver"],
        "name": "、".join(name_applicants(application)),
        "channel": CHANNELS[clock["channel"]],
        "received_on": _received(clock) if ours else f"{chinese_date(clock['received'])}\n（误投到达）",
        "answer_by": until(reckon_term(clock, office, "corrected")) if ours else "不由本机关答复",
        "asked": asked(application),
        "materials": answers.get("materials", []),
        "mail_number": answers.get("mail_number", ""),
        "demands": paragraphs(answers.get("demands", "")),
        "feedback_by": optional_day(answers, "feedback_by"),
        "clerk": answers.get("clerk", ""),
        "remarks": paragraphs(answers.get("remarks", "")),
    }


def _received(clock: Answers) -> str:
    return received(clock) + (f"\n（{chinese_date(clock['corrected'])}收到补正）" if "corrected" in clock else "")


def check_told(answers: Answers, office: Office) -> list[Finding]:
    """Checks that the section that handles an application is told what it asks for and under which number."""
    if answers["kind"] != HANDLING:
        return []
    found = []
    if not request(answers["application"]):
        message = "转承办部门办理的，请写明所需政府信息的名称、文号或者特征描述。"
        basis = office.cite("application", of=answers)
        found.append(fault("request-missing", message, "/application/info_title", basis=basis))
    if "application_no" not in answers:
        message = "转承办部门办理的，应当先登记，请填写申请编号。"
        basis = office.cite("registration", of=answers)
        found.append(doubt("transfer-unregistered", message, "/application_no", basis=basis))
    return found


def check_prompt(answers: Answers, office: Office) -> list[Finding]:
    """Warns of a transfer after the next working day: the time it takes counts."""
    dated, arrived = answers.get("date"), answers["clock"]["received"]
    next_day = last_day(office, arrived, 1)
    if answers["kind"] == ELSEWHERE or dated is None or next_day is None or dated <= next_day:
        return []
    message = "转办日期晚于收到申请的次一工作日。转办所用的时间不从答复期限中扣除，请尽快办理，并在备注中写明原因。"
    basis = office.cite("receipt", "answer_in_time", of=answers)
    return [doubt("transfer-late", message, "/date", basis=basis)]


def check_feedback(answers: Answers, office: Office) -> list[Finding]:
    """Checks that the handling section has a day for its opinion, and that it leaves time for the answer."""
    asked_by, end = answers.get("feedback_by"), answer_end(answers, office)
    basis = office.cite("answer_in_time", of=answers)
    if answers["kind"] == HANDLING and asked_by is None:
        return [doubt("feedback-missing", "没有写明反馈期限，请填写。", "/feedback_by", basis=basis)]
    if answers["kind"] == ELSEWHERE or asked_by is None or end is None or asked_by < end:
        return []
    message = f"答复期限至{chinese_date(end)}止，反馈期限不早于这一天，来不及据以答复，请提前。"
    return [doubt("feedback-too-late", message, "/feedback_by", basis=basis)]


def check_elsewhere(answers: Answers, office: Office) -> list[Finding]:
    """Reminds of the limits of passing on mail instead of answering it."""
    if answers["kind"] != ELSEWHERE:
        return []
    message = (
        "收件人是其他机关、还没有拆封的邮件，不要拆封。"
        "申请写明向本机关提出的，即使所申请的信息由其他机关负责公开，也应当登记并答复申请人，不能只转走。"
    )
    basis = office.cite("answer_not_ours", "mail_secrecy", of=answers)
    return [doubt("transfer-only", message, "/kind", basis=basis)]


TRANSFER_NOTE = Document(
    id="transfer-note",
    title=TITLE,
    group="程序",
    summary="把申请转承办部门办理，其他部门收到的申请移交工作机构，误投的邮件退回或者转送；写明答复期限和反馈期限。",
    schema=TransferNoteQuestions,
    template="transfer-note.docx",
    context=context,
    checks=(
        check_facts,
        in_order(
            "dates-out-of-order", ("clock.received", "收到日期"), ("date", "转办日期"), ("feedback_by", "反馈期限")
        ),
        check_told,
        check_prompt,
        check_feedback,
        check_elsewhere,
    ),
)
