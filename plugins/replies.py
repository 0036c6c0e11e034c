"""The replies: rows over one letter layout, each outcome a document of its own."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from gipdocs.documents.document import Answers, Check, Document
from gipdocs.documents.fields import Choice, Lines, LongText, Question
from gipdocs.law import Office
from gipdocs.law.remedies import remedy_paragraphs

from ._case import DELIVERY, MEDIA
from ._letters import LAYOUT, LETTER_CHECKS, layout, letter_day, letter_questions, opening

TITLE = "政府信息公开申请答复书"


@dataclass(frozen=True, kw_only=True)
class Reply:
    """One row: the outcome's document id, what the letter is for, its own questions and the words made of them."""

    id: str
    title: str
    summary: str
    questions: Mapping[str, Question]
    words: Callable[[Answers], dict[str, Any]]
    attachments: Callable[[Answers], list[str]] = lambda answers: []
    checks: tuple[Check, ...] = ()

    def document(self) -> Document:
        """The row as a document."""
        return Document(
            id=self.id,
            title=f"{TITLE}（{self.title}）",
            group="答复",
            summary=self.summary,
            schema=letter_questions("".join(map(str.title, self.id.split("-"))) + "Questions", self.questions),
            template=LAYOUT,
            wording=f"{self.id}.txt",
            context=self.context,
            checks=(*LETTER_CHECKS, *self.checks),
        )

    def context(self, answers: Answers, office: Office) -> dict[str, Any]:
        """The names of layout and wording: article, title and remedy are the outcome's."""
        outcome = office.law.outcome(self.id)
        remedies = remedy_paragraphs(
            outcome,
            on=letter_day(answers, office),
            office=office,
            served_online=answers["service"] == "online",
        )
        return {
            **layout(answers, office, title=outcome.title, attachments=self.attachments(answers)),
            **opening(answers),
            "articles": outcome.cite(),
            "remedies": "\n".join(remedies),
            **self.words(answers),
        }


def granted(answers: Answers) -> dict[str, Any]:
    """What reply-granted says of the information and how it is handed over."""
    reason = answers.get("other_form_reason", "")
    return {
        "provided": [f"{i}.{title}" for i, title in enumerate(answers["provided"], 1)],
        "medium": MEDIA[answers["medium"]],
        "delivery": DELIVERY[answers["delivery"]],
        "other_form": bool(reason),
        "other_form_reason": reason.rstrip("。"),
    }


REPLIES = (
    Reply(
        id="reply-granted",
        title="予以公开",
        summary="申请的信息可以公开，随答复书提供。",
        questions={
            "provided": Lines(
                "提供的政府信息",
                help="逐件写明名称和文号，一行一件；答复书按此列出，并列为附件。",
                example=["2025年市级党政机关公务用车调配更新计划"],
                least=1,
                required=True,
            ),
            "medium": Choice("提供的形式", options=MEDIA, example="paper", required=True),
            "delivery": Choice("获取的方式", options=DELIVERY, example="mail", required=True),
            "other_form_reason": LongText(
                "未按申请的形式提供的理由",
                help="与申请人要求的形式一致的不填。按要求的形式提供可能危及信息载体安全或者成本过高的，写明理由（条例第四十条）。",
                example="按电子邮件形式提供需要对大幅面图纸进行数字化处理，成本过高",
                in_sample=False,
                shortest=8,
                longest=1000,
            ),
        },
        words=granted,
        attachments=lambda answers: answers["provided"],
    ),
)

DOCUMENTS = tuple(reply.document() for reply in REPLIES)
