"""收到申请确认记录 (条例第三十一条): when and how the receipt of an application was confirmed with the applicant."""

from __future__ import annotations

from typing import Any

from gipdocs.documents.document import Answers, Document, Finding
from gipdocs.findings import doubt, fault
from gipdocs.law import Office
from gipdocs.law.clock import CHANNELS, CONFIRMED_CHANNELS
from gipdocs.letters.case import name_applicants
from gipdocs.letters.letter import PRINTED_REQUEST, application_block, check_request, clock_block
from gipdocs.letters.notices import check_facts, last_day
from gipdocs.questions import Choice, Date, LongText, Name, Questions, Rows, StaffQuestions, Text
from gipdocs.writing import chinese_date

from .course import asked, head, paragraphs, received, reckon_term, reference_question, until

TITLE = "收到申请确认记录"
CONFIRMED, DENIED = "confirmed", "denied"
WAYS = {
    "phone": "电话",
    "sms": "短信",
    "email": "电子邮件",
    "platform": "网上申请平台",
    "fax": "传真",
    "in_person": "当面",
}
RESULTS = {CONFIRMED: "确认收到", "unreached": "没有联系上", DENIED: "对方表示没有提交过申请"}


class ContactQuestions(Questions):
    """One attempt to reach the applicant."""

    day = Date("联系日期", example="2026-03-03", required=True)
    time = Text(
        "联系时间",
        help="24小时制，例如9:05。",
        example="9:05",
        pattern="([01]?[0-9]|2[0-3]):[0-5][0-9]",
        cure="时间应写作24小时制的“时:分”，例如9:05",
    )
    way = Choice("联系方式", options=WAYS, example="phone", required=True)
    to = Text(
        "号码、邮箱或者账号",
        help="打的哪个号码、发到哪个邮箱或者账号；当面确认的，写地点。",
        example="13800138000",
        required=True,
        longest=100,
    )
    result = Choice("联系结果", options=RESULTS, example=CONFIRMED, required=True)
    told = Text(
        "确认的内容或者情况",
        help="写明与谁确认、确认了什么；没有联系上的，写明情况。",
        example="本人接听，确认申请由其提交，内容与收到的一致",
        longest=300,
    )
    caller = Name("联系人", help="本机关联系的工作人员。", example="孙静", required=True, longest=50)


class ReceiptConfirmationQuestions(StaffQuestions):
    """All attempts for one application; the day of confirmation is that of the clock."""

    application = application_block(printed=("name", "others", "phone", *PRINTED_REQUEST))
    application_no = reference_question()
    clock = clock_block(printed=("channel", "received", "confirmed"))
    contacts = Rows(
        "联系经过",
        ContactQuestions,
        help="联系一次记一行，没有联系上的也要记。",
        least=1,
        most=30,
        required=True,
        example=[
            {
                "day": "2026-03-02",
                "time": "16:40",
                "way": "phone",
                "to": "13800138000",
                "result": "unreached",
                "told": "响铃无人接听",
                "caller": "孙静",
            },
            {
                "day": "2026-03-03",
                "time": "9:05",
                "way": "phone",
                "to": "13800138000",
                "result": CONFIRMED,
                "told": "本人接听，确认申请由其提交，内容与收到的一致",
                "caller": "孙静",
            },
        ],
    )
    recorder = Name("记录人", example="孙静", longest=50)
    remarks = LongText("备注", example="通话录音存于录音电话。", in_sample=False, longest=2000)
    date = Date("记录日期", example="2026-03-03", required=True, open_in_draft=True, case="letter.date")


def context(answers: Answers, office: Office) -> dict[str, Any]:
    """The application, every attempt, and the day of receipt that follows from them."""
    application, clock = answers["application"], answers["clock"]
    return {
        **head(answers, office),
        "law": office.law_of(answers).citations,
        "name": "、".join(name_applicants(application)),
        "phone": application.get("phone", ""),
        "channel": CHANNELS[clock["channel"]],
        "arrived_on": chinese_date(clock["received"]),
        "received_on": "尚未确认，暂按收到日期办理" if _is_open(clock) else received(clock),
        "answer_by": until(reckon_term(clock, office)),
        "asked": asked(application),
        "contacts": [_contact(number, row) for number, row in enumerate(answers["contacts"], 1)],
        "recorder": answers.get("recorder", ""),
        "remarks": paragraphs(answers.get("remarks", "")),
    }


def _is_open(clock: Answers) -> bool:
    """Whether the day of receipt depends on a confirmation that hasn't been given."""
    return clock["channel"] in CONFIRMED_CHANNELS and "confirmed" not in clock


def _contact(number: int, row: Answers) -> dict[str, str]:
    return {
        "number": str(number),
        "moment": chinese_date(row["day"]).replace("年", "年\n") + (f"\n{row['time']}" if "time" in row else ""),
        "way": WAYS[row["way"]],
        "to": row["to"],
        "result": RESULTS[row["result"]],
        "told": row.get("told", ""),
        "caller": row["caller"],
    }


def check_needed(answers: Answers, office: Office) -> list[Finding]:
    """Warns where the day of receipt does not depend on a confirmation."""
    channel = answers["clock"]["channel"]
    if channel in CONFIRMED_CHANNELS or channel == "none":
        return []
    message = "当面提交的以提交之日、由本机关签收的邮寄以签收之日为收到申请之日，不以确认为准，期限已经起算。"
    basis = office.cite("receipt_in_person", "receipt_by_mail", of=answers)
    return [doubt("confirmation-needless", message, "/clock/channel", basis=basis)]


def check_contact_days(answers: Answers, office: Office) -> list[Finding]:
    """Checks that each attempt was made after the application arrived and not after the date of the record."""
    arrived, dated = answers["clock"]["received"], answers.get("date")
    found = []
    for i, row in enumerate(answers["contacts"]):
        pointer = f"/contacts/{i}/day"
        if row["day"] < arrived:
            found.append(fault("dates-out-of-order", "联系日期不能早于收到日期，请核对。", pointer))
        elif dated and row["day"] > dated:
            found.append(fault("dates-out-of-order", "联系日期不能晚于记录日期，请核对。", pointer))
    return found


def check_confirmed(answers: Answers, office: Office) -> list[Finding]:
    """Checks that the day of confirmation is the day of the first attempt in which the applicant confirmed."""
    days = [row["day"] for row in answers["contacts"] if row["result"] == CONFIRMED]
    told, basis = answers["clock"].get("confirmed"), office.cite("receipt", of=answers)
    if told == (min(days) if days else None):
        return []
    if not days:
        message = "联系经过里没有一次联系结果是“确认收到”，请补记，或者清空确认日期。"
    else:
        message = f"按联系经过，确认之日是{chinese_date(min(days))}，与办理时间中的确认日期不一致，请核对。"
    return [fault("confirmation-day-differs", message, "/clock/confirmed", basis=basis)]


def check_prompt(answers: Answers, office: Office) -> list[Finding]:
    """Warns of a first attempt after the day of arrival for ordinary mail, after the next working day otherwise."""
    channel, arrived = answers["clock"]["channel"], answers["clock"]["received"]
    first, place = min((row["day"], i) for i, row in enumerate(answers["contacts"]))
    pointer = f"/contacts/{place}/day"
    if channel == "ordinary_mail" and first > arrived:
        message = "平常信函应当在收到申请的当日与申请人确认，第一次联系晚于收到日期，请在备注中写明原因。"
        basis = office.cite("receipt_by_mail", of=answers)
        return [doubt("confirmation-late", message, pointer, basis=basis)]
    next_day = last_day(office, arrived, 1)
    if channel in CONFIRMED_CHANNELS and next_day and first > next_day:
        message = "第一次联系晚于收到申请的次一工作日。拖延确认，答复期限就迟迟不能起算；请在备注中写明原因。"
        basis = office.cite("receipt_online", of=answers)
        return [doubt("confirmation-late", message, pointer, basis=basis)]
    return []


def check_unreached(answers: Answers, office: Office) -> list[Finding]:
    """Warns of what follows if nobody confirmed: the applicant was not reached, or denies the application."""
    results = {row["result"] for row in answers["contacts"]}
    if CONFIRMED in results or not _is_open(answers["clock"]):
        return []
    if DENIED in results:
        message = "对方表示没有提交过申请，请核对联系方式和身份证明；确实不是其本人申请的，请记明情况，报负责人决定。"
        basis = office.cite("application_identity", of=answers)
        return [doubt("receipt-denied", message, "/contacts", basis=basis)]
    message = "没有联系上申请人。请做好登记，继续联系，恢复联系后再确认；为稳妥起见，答复期限暂按收到日期计算。"
    rule = office.cite("receipt_rule", of=answers).number
    return [doubt("receipt-unconfirmed", message, "/contacts", basis=rule)]


RECEIPT_CONFIRMATION = Document(
    id="receipt-confirmation",
    title=TITLE,
    group="程序",
    summary="平常信函、互联网、传真提交的申请，记录何时、怎样、与谁确认收到；确认之日为收到申请之日。",
    schema=ReceiptConfirmationQuestions,
    template="receipt-confirmation.docx",
    context=context,
    checks=(
        check_request,
        check_facts,
        check_needed,
        check_contact_days,
        check_confirmed,
        check_prompt,
        check_unreached,
    ),
)
