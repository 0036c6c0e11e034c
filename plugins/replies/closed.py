"""其他处理: applications closed without an answer to the request (条例第三十条、第四十二条; withdrawn, not 政府信息, other)."""

from __future__ import annotations

from typing import Any

from gipdocs.documents.document import Answers, Finding
from gipdocs.findings import fault
from gipdocs.law import Office
from gipdocs.law.acts import Article
from gipdocs.law.outcomes import Outcome
from gipdocs.letters.case import address_form
from gipdocs.letters.notices import add_mark, in_order
from gipdocs.letters.typed import Contact
from gipdocs.questions import Choice, Choices, Date, DocumentNumber, Money, Text, YesNo
from gipdocs.writing import capital_amount, chinese_date

from .asking import ELEMENTS, Reason, correction_questions
from .declined import channel
from .evidence import last_working_day, ticked, told_in_time
from .outcomes import KINDS, NOT_GOV_INFO
from .row import CALLED, Reply

NATURES = KINDS[NOT_GOV_INFO]
WAYS = {"written": "以书面形式", "email": "通过电子邮件", "online": "通过网上申请平台", "in_person": "当面"}


LACKED = {
    "identity": "没有完整提供申请人的姓名或者名称、身份证明、联系方式",
    "content": "内容不明确",
    "form": "没有写明政府信息的形式要求和获取信息的方式、途径",
    "agent": "没有完整提供代理人的身份证明和代理手续",
}
"""What the correction notice found missing, as the end of “因你的申请”."""
SUPPLIED = {
    "identity": "提供姓名或者名称、身份证明、联系方式",
    "content": "写明所需信息",
    "form": "写明形式要求和获取信息的方式、途径",
    "agent": "提供代理人的身份证明和代理手续",
}
"""What the applicant has to do in a new application, as the middle of “可以……后重新提出申请”."""


def uncorrected(answers: Answers, office: Office) -> dict[str, Any]:
    """The correction notice, what it named as missing, when it was served, and its term."""
    named = [key for key in ELEMENTS if key in answers["elements"]]
    return {
        "lacking": "，".join(LACKED[key] for key in named),
        "supplied": "，".join(SUPPLIED[key] for key in named),
        "correction_number": answers["correction_number"],
        "served_on": chinese_date(answers["served_on"]),
        "due": chinese_date(answers["due"]),
    }


def cite_elements(answers: Answers, outcome: Outcome) -> tuple[Article, ...]:
    """The provisions that require what was missing, and the article on correction."""
    rules = dict(zip(ELEMENTS, outcome.choices, strict=False))  # no provision requires the agent's papers
    return (*(rules[key] for key in rules if key in answers["elements"]), *outcome.articles)


def check_correction_term(answers: Answers, office: Office) -> list[Finding]:
    """Checks that the term has passed without a correction (条例第三十条)."""
    basis, dated = office.cite("correction", of=answers), answers.get("date")
    if "corrected" in answers["clock"]:
        message = "办理时间中填写了收到补正日期：申请人已经补正的，应当依法答复，不能按逾期不补正处理。"
        return [fault("correction-received", message, "/clock/corrected", basis=basis)]
    if dated and dated <= answers["due"]:
        message = f"补正期限到{chinese_date(answers['due'])}届满，届满前不能按逾期不补正处理。"
        return [fault("correction-term-running", message, "/date", basis=basis)]
    return []


def unpaid(answers: Answers, office: Office) -> dict[str, Any]:
    """The fee notice, the sum, and the last day for paying if it can be counted."""
    due, amount = last_working_day("fee_payment", answers["received_on"], office), answers["amount"]
    return {
        "fee_number": answers["fee_number"],
        "fee_received_on": chinese_date(answers["received_on"]),
        "amount": f"{amount:f}元（{capital_amount(amount)}）",
        "term": office.law.limit("fee_payment", answers["received_on"]).text,
        "counted": due is not None,
        "uncounted": due is None,
        "due": chinese_date(due) if due else "",
    }


def check_payment_term(answers: Answers, office: Office) -> list[Finding]:
    """Checks that the term for paying has passed without payment (信息处理费管理办法第六条)."""
    basis, dated = office.cite("fee_payment", of=answers), answers.get("date")
    if "paid" in answers["clock"]:
        message = "办理时间中填写了缴费完成日期：申请人已经缴费的，应当依法答复，不能按逾期未缴费处理。"
        return [fault("fee-paid", message, "/clock/paid", basis=basis)]
    due = last_working_day("fee_payment", answers["received_on"], office)
    if dated and due and dated <= due:
        message = f"缴费期限到{chinese_date(due)}届满，届满前不能按逾期未缴费处理。"
        return [fault("payment-term-running", message, "/date", basis=basis)]
    return []


def withdrawn(answers: Answers, office: Office) -> dict[str, Any]:
    """When and how the application was withdrawn."""
    return {"withdrawn_on": chinese_date(answers["withdrawn_on"]), "way": WAYS[answers["way"]]}


def not_information(answers: Answers, office: Office) -> dict[str, Any]:
    """Why it isn't 政府信息, and where to ask."""
    nature, called = answers.get("nature", ""), CALLED["request"]["item" in answers or "items" in answers]
    return {
        "wanted_request": called.format(you=address_form(answers["application"])),
        "nature": NATURES.get(nature, ""),
        "consultation": nature == "consultation",
        "no_information": nature == "information",
        "no_request": nature not in NATURES,
        "reason": add_mark(answers["reason"]),
        **channel(answers),
    }


def otherwise(answers: Answers, office: Office) -> dict[str, Any]:
    """Why the application is closed."""
    return {"reason": add_mark(answers["reason"])}


ROWS = (
    Reply(
        id="reply-uncorrected",
        summary="申请人无正当理由逾期不补正的，视为放弃申请，告知不再处理。",
        asks="与公务用车有关的全部材料",
        several=False,
        owed=False,
        questions={
            **correction_questions(served=True),
            "elements": Choices(
                "补正告知书要求补正的方面",
                options=ELEMENTS,
                help="与补正告知书一致；没有要求补正申请内容的，告知书不写“内容不明确”。",
                example=["content"],
                required=True,
            ),
            "due": Date("补正期限届满的日期", example="2026-03-19", required=True, case="correction.until"),
            "no_excuse": YesNo(
                "没有发现正当理由",
                help="申请人因不可抗力等正当理由不能按期补正的，不能视为放弃；不印在告知书上。",
                needed=True,
                example=True,
                on_file=True,
            ),
        },
        words=uncorrected,
        cited=cite_elements,
        checks=(
            in_order(
                "correction-order",
                ("receipt", "收到申请之日"),
                ("served_on", "补正告知书的送达日期"),
                ("due", "补正期限届满的日期"),
                cites=("correction",),
            ),
            told_in_time("served_on"),
            check_correction_term,
            ticked(
                "no_excuse",
                "excuse-not-considered",
                "只有无正当理由逾期不补正的才视为放弃申请。请核对后确认“没有发现正当理由”。",
                cites=("correction",),
            ),
        ),
    ),
    Reply(
        id="reply-unpaid",
        summary="申请人逾期未按收费通知缴纳信息处理费的，视为放弃申请，告知不再处理。",
        asks="2025年市级党政机关公务用车维修记录",
        several=False,
        owed=False,
        date="2026-04-08",
        questions={
            "fee_number": DocumentNumber(
                "收费通知书的文号",
                example=lambda office: f"{office.profile.document_code}〔2026〕10号",
                required=True,
                longest=60,
                case="fee.number",
            ),
            "received_on": Date("申请人收到收费通知书的日期", example="2026-03-05", required=True, case="fee.received"),
            "amount": Money("应缴的数额（元）", example="380", required=True, case="fee.yuan"),
        },
        words=unpaid,
        checks=(
            in_order(
                "fee-notice-order",
                ("receipt", "收到申请之日"),
                ("received_on", "申请人收到收费通知书的日期"),
                cites=("fee_payment",),
            ),
            check_payment_term,
        ),
    ),
    Reply(
        id="reply-withdrawn",
        summary="申请人撤回申请的，终止办理并告知。",
        several=False,
        owed=False,
        questions={
            "withdrawn_on": Date("撤回的日期", example="2026-03-18", required=True, case="withdrawn"),
            "way": Choice("撤回的方式", options=WAYS, example="written", required=True),
            "evidence": Text(
                "撤回材料",
                help="有申请人签名的撤回申请书、电话记录等，写明存放的位置；留存备查，不印在告知书上。",
                example="撤回申请书，存2026年第12号案卷",
                required=True,
                on_file=True,
            ),
        },
        words=withdrawn,
        checks=(
            in_order(
                "withdrawal-order",
                ("clock.received", "收到日期"),
                ("withdrawn_on", "撤回的日期"),
                ("date", "成文日期"),
            ),
        ),
    ),
    Reply(
        id="reply-not-gov-info",
        demands=lambda answers: answers.get("nature") == "consultation",
        summary="申请的不是政府信息（党务信息、咨询等），告知不能按政府信息公开申请提供。",
        asks="本机关党组2025年民主生活会的会议记录",
        questions={
            "nature": Choice(
                "申请的是",
                options=NATURES,
                help="请求解释、判断或者答疑，没有指向已有信息的，是咨询；党务信息等是其他信息。",
                example="information",
            ),
            "reason": Reason(
                "不属于政府信息的理由",
                help="写明该信息由谁、在什么活动中形成，为什么不是履行行政管理职能过程中制作或者获取的。咨询事项写明咨询的内容。",
                example="该记录是党组织开展党内组织生活时形成的党务材料，不是本机关在行政管理中形成的，应当适用党务公开的有关规定。",
                required=True,
            ),
            "channel": Contact(
                "相应的渠道",
                help="可以告知：咨询电话、负责的单位或者网址。",
                example="本单位机关党委，联系方式见机关网站",
            ),
        },
        words=not_information,
    ),
    Reply(
        id="reply-other",
        about="request",
        summary="申请人死亡或者终止、身份无法核实、并案处理等其他情形，告知不再处理。",
        questions={
            "reason": Reason(
                "不再处理的事由",
                help="写明事实和处理的依据；条例没有规定的情形，不要引用条例的条款。",
                example="申请中没有身份证明，本机关按申请中的电话、地址多次联系未果，无法核实申请人的身份和联系方式。",
                required=True,
                longest=5000,
            ),
        },
        words=otherwise,
    ),
)
