"""部分公开: what can be given is given, and each withheld part has its article and reason (条例第三十七条)."""

from __future__ import annotations

from typing import Any

from gipdocs.documents.document import Answers
from gipdocs.law import Office
from gipdocs.law.acts import Article
from gipdocs.law.outcomes import Outcome
from gipdocs.letters.notices import items

from .asking import form_questions, provided_question, reviewed_question
from .given import check_pickup, handed_over
from .items import item_words, own_item_question, parts_question, results
from .outcomes import NOT_GOV_INFO, WITHHELD
from .row import Reply


def separated(answers: Answers, office: Office) -> dict[str, Any]:
    """What is given, and the parts that are withheld, or the further items."""
    outcomes = {one for row in answers["items"] for one in results(row)}
    contents = {
        "不应当公开": not outcomes.isdisjoint(WITHHELD),
        "不属于政府信息": NOT_GOV_INFO in outcomes,
    }
    several, before = "item" in answers, len(answers["provided"])
    thing = "该项信息" if several else "该部分内容"
    return {
        **handed_over(answers, office),
        "contained": "或者".join(name for name, is_there in contents.items() if is_there),
        "of_several": several,
        "of_parts": not several,
        "own_item": answers.get("item", ""),
        "titles": items([f"“{title}”" for title in answers["provided"]]),
        "items": item_words(answers, office.law_of(answers), before=before, first=2, thing=thing),
    }


def cite_separation(answers: Answers, outcome: Outcome) -> tuple[Article, ...]:
    """The article on 区分处理, which the data name first; what is given and what is withheld cite their own."""
    return outcome.articles[:1]


ROWS = (
    Reply(
        id="reply-partial",
        summary="信息中含有不应当公开或者不属于政府信息的内容，能够区分处理：提供可以公开的内容，其余逐处说明理由。"
        "一件申请有几项、有的公开有的不公开的，也用这份答复书。",
        asks="2025年市级机关公务用车运行费用支出明细",
        questions={
            "item": own_item_question(),
            "provided": provided_question(["2025年公务用车运行费用支出明细（附表三除外）"]),
            **form_questions(),
            "items": parts_question(),
            "reviewed": reviewed_question(),
        },
        words=separated,
        checks=(check_pickup,),
        cited=cite_separation,
        several=False,
    ),
)
