"""政府信息公开信息处理费收费通知书 (条例第四十二条): the fee, computed step by step, and how and by when to pay it."""

from __future__ import annotations

from typing import Any

from gipdocs.documents.document import Answers, Document, Finding
from gipdocs.errors import InvalidInput
from gipdocs.findings import fault
from gipdocs.law import Office
from gipdocs.law.acts import cite
from gipdocs.law.citations import Cited
from gipdocs.law.fees import LARGEST, Fee, FeeStep, fee, fee_rules
from gipdocs.letters.case import receipt_day
from gipdocs.letters.letter import LAYOUT, layout, letter_questions, opening
from gipdocs.letters.notices import (
    APPLICANT_CHECKS,
    add_mark,
    handed_over,
    handing_question,
    in_order,
    in_term,
)
from gipdocs.letters.typed import Code, typed_checks
from gipdocs.questions import Choice, LongText, Number, Question
from gipdocs.writing import capital_amount, ends_with_address, quantity

TITLE = "政府信息公开信息处理费收费通知书"
METHODS = {"piece": "按件计收", "page": "按量计收"}


def context(answers: Answers, office: Office) -> dict[str, Any]:
    """The fee and its steps by the law's tariff, its legal basis, and the way of payment from the profile."""
    made, profile = _fee(answers, office), office.profile
    term = office.law.limit("fee_payment", office.day_of(answers))
    by_piece, received = answers["method"] == "piece", receipt_day(answers["clock"])
    assert received is not None  # `received` is required
    return {
        **layout(answers, office, title=TITLE),
        **opening(answers, office),
        **handed_over(answers, office, term.length),
        "facts": add_mark(answers["facts"]),
        "basis": "、".join(
            [
                cite([*fee_rules(office.law_of(answers)).articles, *made.tariff.articles]),
                *([profile.fee.local_rule] if profile.fee.local_rule else []),
            ]
        ),
        "method": made.tariff.label,
        "by_piece": by_piece,
        "by_page": not by_piece,
        "month": f"{received.year}年{received.month}月",
        "count": _count(made, answers.get("filed")),
        "steps": [_step(step, made) for step in made.steps],
        "sum": quantity(made.yuan, "元"),
        "capital": capital_amount(made.yuan),
        "term": term.text,
        "payment": _payment(profile.fee.payment.rstrip("。"), answers.get("payment_code", "")),
        "paper": "通知书",
    }


def _payment(way: str, code: str) -> str:
    """The way of payment with the code, if there is one, as the end of a sentence."""
    if code and ends_with_address(way):
        return f"{add_mark(way)}缴款码：{code}。"
    return add_mark(f"{way}（缴款码：{code}）" if code else way)


def _fee(answers: Answers, office: Office) -> Fee:
    return fee(answers["method"], answers["count"], law=office.law_of(answers), already=answers.get("already", 0))


def _count(made: Fee, filed: int | None) -> str:
    """共35件; 此前计5件，本次计35件 if other pieces were counted before in the same month.

    共1件，拆分计算为35件; 此前计5件，本次1件拆分计算为35件 if fewer applications were `filed`.
    """
    unit = made.tariff.unit
    count = quantity(made.count, unit)
    if not made.already:
        return f"共{quantity(filed, unit)}，拆分计算为{count}" if filed else f"共{count}"
    now = f"{quantity(filed, unit)}拆分计算为{count}" if filed else f"计{count}"
    return f"此前计{quantity(made.already, unit)}，本次{now}"


def _step(step: FeeStep, made: Fee) -> str:
    """第31页至第68页，38页，每页10元，计380元。"""
    unit = made.tariff.unit
    span = f"第{step.first}{unit}" + (f"至第{step.last}{unit}" if step.last > step.first else "")
    count = quantity(step.count, unit)
    if not step.rate:
        return f"{span}，共{count}，不收费。"
    return f"{span}，共{count}，每{unit}{step.rate}元，计{step.yuan}元。"


def check_tariff(answers: Answers, office: Office) -> list[Finding]:
    """Checks that the method was in force, that it fits the numbers, and that there is a fee to pay."""
    day = office.day_of(answers)
    try:
        office.law.limit("fee_payment", day)
        made = _fee(answers, office)
    except InvalidInput as error:
        return [
            fault(one.code, one.detail, one.pointer or "/date", basis=office.cite("fee_method", of=answers))
            for one in error.faults
        ]
    if made.yuan:
        return []
    also = "和“当月此前的件数”" if made.tariff.cumulative else ""
    message = f"按照标准，{quantity(made.count, made.tariff.unit)}不收费，不需要出具收费通知书，请核对“数量”{also}。"
    return [fault("fee-nothing", message, "/count", basis="；".join(made.basis))]


def check_split(answers: Answers, office: Office) -> list[Finding]:
    """Checks that splitting made more pieces of the applications, and that pieces are what is charged for."""
    filed = answers.get("filed")
    if filed is None:
        return []
    basis = office.cite("fee_by_piece", of=answers)
    if answers["method"] != "piece":
        return [
            fault("fee-split-count", "拆分计算只用于按件计收，按量计收的请清空拆分前的件数。", "/filed", basis=basis)
        ]
    if filed < answers["count"]:
        return []
    message = "拆分计算后的件数应当多于拆分前的件数，请核对；没有拆分的，请清空拆分前的件数。"
    return [fault("fee-split-count", message, "/filed", basis=basis)]


def check_payment(answers: Answers, office: Office) -> list[Finding]:
    """Checks that the profile says how to pay, since the notice must."""
    if office.profile.fee.payment:
        return []
    message = "通知书应当写明缴纳方式，请在机关概况的fee.payment中填写。"
    return [fault("fee-payment-missing", message, "", basis=office.cite("fee_payment", of=answers))]


QUESTIONS: dict[str, Question] = {
    "facts": LongText(
        "数量、频次的事实",
        help="写明为什么认定数量、频次明显超过合理范围，不写结论。",
        example="2026年3月2日一日之内提出的35件申请中，有30件就同一批公务用车的维修单据分别提出",
        required=True,
        shortest=10,
        longest=2000,
    ),
    "method": Choice("计收方式", options=METHODS, help="二者只能选择一种，不能并用。", example="piece", required=True),
    "count": Number(
        "数量",
        help="按件计收的，填本次的件数；按量计收的，填拟提供信息的页数，单面一页为一页。",
        example=35,
        least=1,
        most=LARGEST,
        required=True,
    ),
    "filed": Number(
        "拆分前的件数",
        help=Cited(
            "一份申请包含多项内容，按“一事一申请”原则拆分计算件数的（{fee_by_piece.short}），填申请人实际提出的件数；没有拆分的不填。"
        ),
        example=1,
        in_sample=False,
        least=1,
        most=LARGEST,
        only_if=("method", ("piece",)),
    ),
    "already": Number(
        "当月此前的件数",
        help="只用于按件计收：同一申请人在这个自然月内此前已经提出的件数，免费的也计入；没有的填0。",
        example=5,
        in_sample=False,
        most=LARGEST,
        only_if=("method", ("piece",)),
    ),
    "payment_code": Code("缴款码", help="已经生成的填写。", example="37150026000000012345", longest=40),
    "handed_on": handing_question("fee.received"),
}

FEE_NOTICE = Document(
    id="fee-notice",
    title=TITLE,
    group="程序",
    summary="申请的数量、频次明显超过合理范围，决定收取信息处理费的，在答复期限内通知申请人；金额按收费办法逐档计算。",
    schema=letter_questions(
        "FeeNoticeQuestions",
        QUESTIONS,
        remedies=False,
    ),
    template=LAYOUT,
    wording="fee-notice.txt",
    event="fee_asked",
    event_facts={"yuan": lambda answers, office: _fee(answers, office).yuan},
    context=context,
    checks=(
        *APPLICANT_CHECKS,
        *typed_checks(QUESTIONS),
        in_term(
            "fee-late",
            "收费通知应当在申请处理期限内发出，逾期不再收费，请尽快答复。",
            cites=("fee_payment",),
            severity="error",
            overridable=True,
        ),
        check_tariff,
        check_split,
        check_payment,
        in_order("dates-out-of-order", ("date", "成文日期"), ("handed_on", "当面送达日期")),
    ),
)
