"""政府信息公开文书送达回证 (国办公开办函〔2016〕235号): what was served, on whom, how and when, with room to sign."""

from __future__ import annotations

import re
from typing import Any

from gipdocs.documents.document import Answers, Document, Finding
from gipdocs.errors import InvalidInput
from gipdocs.findings import doubt, fault
from gipdocs.law import Office
from gipdocs.law.deadline import Deadline
from gipdocs.law.deadlines import reckon_answers
from gipdocs.letters.case import of_region
from gipdocs.letters.letter import answer_deadline, application_block, clock_block
from gipdocs.letters.notices import check_facts
from gipdocs.questions import (
    Choice,
    Date,
    DocumentNumber,
    LongText,
    Name,
    Number,
    Questions,
    Rows,
    StaffQuestions,
    Text,
)
from gipdocs.writing import chinese_date, document_number_faults, quantity

from .course import boxes, head, optional_day, paragraphs, reference_question

TITLE = "政府信息公开文书送达回证"
WAYS = {
    "in_person": "直接送达",
    "entrusted": "委托其他行政机关送达",
    "mail": "邮政邮寄",
    "online": "互联网渠道",
}
SERVED = {"answer": "答复书等处理决定", "correction_notice": "补正告知书", "other": "其他文书"}
POSTAL = re.compile("邮政|EMS", re.IGNORECASE)
COURIERS = re.compile("顺丰|圆通|中通|申通|韵达|极兔|德邦|京东|菜鸟|同城|闪送|跑腿|快递公司")
COLLECT = re.compile("到付|收件人付费|收件人支付")


class PaperQuestions(Questions):
    """One paper that is served."""

    title = Text("文书名称", example="政府信息公开申请答复书", required=True, longest=100, case="last.title")
    number = DocumentNumber(
        "文号",
        example=lambda office: f"{office.profile.document_code}〔2026〕12号",
        help="没有文号的不填。",
        longest=60,
        case="last.number",
    )
    copies = Number("份数", example=1, least=1, most=99, required=True, case="last.copies")


class ServiceReceiptQuestions(StaffQuestions):
    """Printed before service; signatures and what happens on delivery are written by hand."""

    application = application_block(printed=(), needs=(), required=False)
    application_no = reference_question()
    clock = clock_block(printed=("posted",))
    served = Choice(
        "送达的是哪一种文书",
        options=SERVED,
        help="据此核对送达是否逾期，不印在回证上。",
        example="answer",
        required=True,
        on_file=True,
        case="last.served",
    )
    recipient = Name(
        "受送达人",
        help="个人填姓名，单位填全称。",
        example="张晓彤",
        required=True,
        longest=100,
        case="application.name",
    )
    place = Text(
        "送达地点（地址）",
        example=of_region("人民路1号"),
        help="通过互联网送达的，填电子邮箱或者账号。",
        case="application.address",
    )
    papers = Rows("送达的文书", PaperQuestions, least=1, most=20, required=True)
    way = Choice(
        "送达方式",
        options=WAYS,
        help="邮寄只能通过邮政企业，不得通过其他快递企业，不得到付。",
        example="mail",
        required=True,
        case="service.way",
    )
    carrier = Text("邮政企业", help="邮寄的填写。", example="中国邮政（EMS）", longest=60)
    mail_number = Text(
        "邮件号码",
        help="交邮后填写。",
        example="1234567890123",
        in_sample=False,
        longest=40,
        case="service.mail_number",
    )
    refusal = LongText(
        "拒收事由", help="拒收的，写明事由和经过，由见证人签名。", example="受送达人在场，拒绝签收。", in_sample=False
    )
    servers = Name("送达人", help="一般不少于两人。", example="孙静、周敏", longest=60)
    remarks = LongText("备注", example="附交邮凭证1份。", in_sample=False, longest=2000)
    date = Date("填写日期", example="2026-03-20", required=True, open_in_draft=True, case="letter.date")


def context(answers: Answers, office: Office) -> dict[str, Any]:
    """The papers and the way of service; the rest is left blank to be filled in by hand."""
    return {
        **head(answers, office),
        "law": office.law_of(answers).citations,
        "recipient": answers["recipient"],
        "place": answers.get("place", ""),
        "papers": [
            {
                "title": row["title"],
                "number": row.get("number", ""),
                "copies": quantity(row["copies"], "份"),
            }
            for row in answers["papers"]
        ],
        "ways": boxes(WAYS, [answers["way"]]),
        "served_on": optional_day(answers["clock"], "posted"),
        "carrier": answers.get("carrier", ""),
        "mail_number": answers.get("mail_number", ""),
        "refusal": paragraphs(answers.get("refusal", "")),
        "servers": answers.get("servers", ""),
        "remarks": paragraphs(answers.get("remarks", "")),
    }


def service_deadline(answers: Answers, office: Office) -> Deadline | None:
    """The deadline for having the paper signed for or posted; None if the paper has no deadline."""
    if answers["served"] == "answer":
        return answer_deadline(answers, office)
    if answers["served"] == "correction_notice":
        facts = {key: answers["clock"].get(key) for key in ("received", "channel", "confirmed", "posted")}
        return reckon_answers("correction_notice", facts, office.law)
    return None


def check_in_time(answers: Answers, office: Office) -> list[Finding]:
    """Checks that the paper was posted or signed for in time; that day counts, not the date of the letter."""
    try:
        end = service_deadline(answers, office)
    except InvalidInput:
        return []
    if end is None or not end.late or end.last_day is None:
        return []
    message = (
        f"送达期限的最后一日是{chinese_date(end.last_day)}，交邮或者签收已经逾期；请保留凭证，并向负责人报告原因。"
    )
    return [doubt("late", message, "/clock/posted", basis="；".join(end.basis))]


def check_carrier(answers: Answers, office: Office) -> list[Finding]:
    """Checks that mail is sent through the postal enterprise (not a courier), and at the sender's cost."""
    carrier, remarks = answers.get("carrier", ""), answers.get("remarks", "")
    rule = office.cite("service_rule", of=answers).number
    if answers["way"] == "mail" and not carrier:
        return [doubt("service-carrier-missing", "邮寄的，请填写邮政企业的名称。", "/carrier", basis=rule)]
    if carrier and (COURIERS.search(carrier) or not POSTAL.search(carrier)):
        message = "政府信息公开的处理决定邮寄送达的，只能通过邮政企业，不得通过其他快递企业，请改由邮政企业寄送。"
        postal = office.cite("postal_exclusive", of=answers)
        return [fault("service-courier", message, "/carrier", basis=f"{rule}；{postal}")]
    if pointer := next((key for key, text in (("carrier", carrier), ("remarks", remarks)) if COLLECT.search(text)), ""):
        return [fault("service-collect", "邮寄费用由行政机关负担，不得由收件人支付。", f"/{pointer}", basis=rule)]
    return []


def check_numbers(answers: Answers, office: Office) -> list[Finding]:
    """Checks the form of the papers' numbers."""
    return [
        fault(code, detail, f"/papers/{i}/number", basis="GB/T 9704-2012 7.2.5")
        for i, row in enumerate(answers["papers"])
        for code, detail in document_number_faults(row.get("number", f"甲〔{office.today.year}〕1号"))
    ]


SERVICE_RECEIPT = Document(
    id="service-receipt",
    title=TITLE,
    group="程序",
    summary="文书送达时填写、签收的凭证：受送达人、文书、方式、期限；直接送达以签收为准，邮寄以交邮为准。",
    schema=ServiceReceiptQuestions,
    template="service-receipt.docx",
    context=context,
    checks=(check_facts, check_in_time, check_carrier, check_numbers),
)
