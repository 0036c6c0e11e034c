"""部分公开: what can be given is given, and each withheld part has its article and reason (条例第三十七条)."""

from __future__ import annotations

from typing import Any

from gipdocs.documents.document import Answers
from gipdocs.law import Office

from .asking import form_questions, provided_question, reviewed_question
from .given import handed_over
from .items import item_words, parts_question
from .outcomes import NOT_GOV_INFO, WITHHELD
from .row import Reply


def separated(answers: Answers, office: Office) -> dict[str, Any]:
    """What is given, and the parts that are withheld."""
    outcomes = {row["outcome"] for row in answers["items"]}
    contents = {
        "不应当公开": not outcomes.isdisjoint(WITHHELD),
        "不属于政府信息": NOT_GOV_INFO in outcomes,
    }
    return {
        **handed_over(answers, office),
        "contained": "或者".join(name for name, is_there in contents.items() if is_there),
        "items": item_words(
            answers, office.law_of(answers), before=len(answers["provided"]), first=2, thing="该部分内容"
        ),
    }


ROWS = (
    Reply(
        id="reply-partial",
        summary="信息中含有不应当公开或者不属于政府信息的内容，能够区分处理：提供可以公开的内容，其余逐处说明理由。",
        asks="2025年市级机关公务用车运行费用支出明细",
        questions={
            "provided": provided_question(["2025年公务用车运行费用支出明细（附表三除外）"]),
            **form_questions(),
            "items": parts_question(),
            "reviewed": reviewed_question(),
        },
        words=separated,
        several=False,
    ),
)
