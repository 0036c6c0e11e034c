"""Questions shared by several replies."""

from __future__ import annotations

from typing import Any

from gipdocs.law.citations import Cited
from gipdocs.letters.case import DELIVERY, MEDIA
from gipdocs.questions import (
    Choice,
    Date,
    DocumentNumber,
    Lines,
    LongText,
    Question,
    Title,
    YesNo,
)

REASON_SHORTEST = 15
"""Characters; a shorter reason cannot say what the law requires."""
SEPARATIONS = {
    "whole": "已考虑：全部内容都属于不予公开的内容",
    "inseparable": "已考虑：可以公开的内容与不予公开的内容不能区分",
}


ELEMENTS = {
    "identity": "申请人的姓名或者名称、身份证明、联系方式",
    "content": "申请公开的政府信息的名称、文号或者其他特征性描述",
    "form": "政府信息的形式要求，获取信息的方式、途径",
    "agent": "代理人的身份证明和代理手续",
}
"""What a correction notice may ask the applicant to add (条例第二十九条第二款), in the order of the law."""


class Reason(LongText):
    """A reason in the office's own words; it must not be too short, and is compared with the text of the article."""

    def __init__(self, label: str, **more: Any) -> None:
        super().__init__(label, **({"shortest": REASON_SHORTEST, "longest": 2000} | more))


def provided_question(example: list[str], **more: Any) -> Lines:
    """A question for the information that is handed over; the answer becomes the letter's list of attachments."""
    settings: dict[str, Any] = {
        "help": "逐件写明名称和文号，一行一件；列为答复书的附件。",
        "least": 1,
        "required": True,
        "of": Title,
    }
    return Lines("提供的政府信息", example=example, **(settings | more))


def form_questions() -> dict[str, Question]:
    """Questions about how the information is handed over (条例第四十条)."""
    return {
        "medium": Choice("提供的形式", options=MEDIA, example="paper", required=True, case="application.media"),
        "delivery": Choice(
            "获取的方式",
            options={key: label for key, label in DELIVERY.items() if key != "inspection"},
            help="安排申请人查阅、抄录的，请改用查阅、抄录的答复书。",
            example="mail",
            required=True,
            case="application.delivery",
        ),
        "pickup_until": Date(
            "领取的截止日期",
            help="规定了期限的填写；领取的地点和办公时间由机关概况填入答复书。",
            example="2026-04-20",
            in_sample=False,
            only_if=("delivery", ("pickup",)),
        ),
        "other_form_reason": other_form_question(in_sample=False),
    }


def other_form_question(**more: Any) -> Reason:
    """A question why the information is not given in the form that was requested (条例第四十条)."""
    settings: dict[str, Any] = {
        "help": Cited(
            "与申请人要求一致的不填。按要求的形式提供可能危及信息载体安全或者成本过高的，写明理由（{form_of_giving.short}）。"
        ),
        "example": "所申请的信息为大幅面图纸，按申请的形式提供需要逐张数字化处理，成本过高。",
    }
    return Reason("未按申请的形式提供的理由", **(settings | more))


def reviewed_question(**more: Any) -> YesNo:
    """A question that records that the information handed over was reviewed (条例第十七条)."""
    return YesNo(
        "已完成公开审查",
        help=Cited("拟提供的信息已经依照{review.short}审查（含保密审查），审查呈批单已经存卷；不印在答复书上。"),
        example=True,
        on_file=True,
        **({"needed": True} | more),
    )


def separation_question(**more: Any) -> Choice:
    """A question whether a part can be given (条例第三十七条); the letter states the answer."""
    return Choice(
        "区分处理",
        options=SEPARATIONS,
        help=Cited(
            "作出不予公开决定前，应当考虑能否区分处理（{separation.short}）；能够区分的，请改用部分公开的答复书。"
        ),
        example="whole",
        **({"needed": True} | more),
    )


def weighing_question(example: str) -> Reason:
    """A question why the discretion of 条例第十六条 is used."""
    return Reason(
        "决定不予公开的考虑",
        help=Cited("{discretion.short}规定的是“可以不予公开”：写明衡量了公开与不公开的利弊，为什么决定不予公开。"),
        example=example,
        required=True,
    )


def correction_questions(*, served: bool) -> dict[str, Question]:
    """Questions about the earlier correction notice (条例第三十条)."""
    number = DocumentNumber(
        "补正告知书的文号",
        example=lambda office: f"{office.profile.document_code}〔2026〕8号",
        required=True,
        longest=60,
        case="correction.number",
    )
    day = (
        Date("补正告知书的送达日期", example="2026-03-05", required=True, case="correction.received")
        if served
        else Date("补正告知书的日期", example="2026-03-05", required=True, case="correction.dated")
    )
    return {"correction_number": number, ("served_on" if served else "correction_date"): day}


def enclosed(before: int, count: int, total: int) -> str:
    """见附件, 见附件2, 见附件1、2, 见附件3至7: a reference to the `count` attachments that follow the first `before` of `total`."""
    first, last = before + 1, before + count
    if count == total:
        return "见附件"
    return f"见附件{first}" + ("" if count < 2 else f"、{last}" if count == 2 else f"至{last}")
