"""Reply: one row of the replies, with its questions and the names that its layout uses."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal

from gipdocs.documents.document import Answers, Check
from gipdocs.law import Office
from gipdocs.law.acts import Article, cite
from gipdocs.law.clock import ClockQuestions
from gipdocs.law.outcomes import PARTIAL, Declared, Outcome, Remedy
from gipdocs.law.remedies import Remedies, combined_class, derive_remedies
from gipdocs.law.report_row import is_mixed
from gipdocs.letters.case import CaseApplicationQuestions, with_examples
from gipdocs.letters.letter import (
    application_block,
    clock_block,
    layout,
    letter_questions,
    opening,
)
from gipdocs.questions import Question, Questions

from .asking import reviewed_question
from .items import item_words, items_question, own_item_question, provided_by, results, row_articles
from .outcomes import DECLARED

CALLED = {"information": ("{you}申请公开的信息", "该项信息"), "request": ("{you}的申请", "该项申请")}
"""The noun for the subject of the letter: on its own, and as one item of several."""
Words = Callable[[Answers, Office], dict[str, Any]]


def _nothing(answers: Answers, office: Office) -> dict[str, Any]:
    return {}


@dataclass(frozen=True, kw_only=True)
class Reply:
    """One row: the outcome's document id, its questions, the words made from the answers, and its own checks.

    `discloses`: whether the earlier answer to which the letter refers disclosed the information, if it refers to one.
    `several`: further items of the request may follow. `about`: whether the text is about the information or about the
    request. `demands`: whether the applicant demands something else than information, which the letter's opening says.
    `owed`: the answer has a term. `asks` is the request in the sample; `clock` and `date` replace the usual
    days of the sample if these don't fit; `needs` are the questions that its clock requires.
    """

    id: str
    summary: str
    questions: Mapping[str, Question]
    words: Words = _nothing
    checks: tuple[Check, ...] = ()
    cited: Callable[[Answers, Outcome], tuple[Article, ...]] = lambda answers, outcome: outcome.articles
    discloses: Callable[[Answers], bool] | None = None
    several: bool = True
    about: Literal["information", "request"] = "information"
    demands: Callable[[Answers], bool] = lambda answers: False
    owed: bool = True
    asks: Any = None
    clock: Mapping[str, Any] = field(default_factory=dict)
    needs: tuple[str, ...] = ()
    date: str = "2026-03-20"

    @property
    def declared(self) -> Declared:
        """The part of the outcome that does not depend on a letter's date."""
        return DECLARED[self.id]

    def outcome(self, answers: Answers, office: Office) -> Outcome:
        """The outcome by the law of the letter's date."""
        return office.law_of(answers).outcomes[self.id]

    @cached_property
    def asked(self) -> dict[str, Question]:
        """The row's own questions, with those about further items."""
        if not self.several:
            return dict(self.questions)
        further = {
            "item": own_item_question(),
            "items": items_question(),
            "reviewed": reviewed_question(in_sample=False, needed="其他事项提供信息的必填"),
        }
        return {**self.questions, **{key: one for key, one in further.items() if key not in self.questions}}

    def schema(self) -> type[Questions]:
        """The questions of the letter: the case with this row's sample, the row's own, and how the letter is sent."""
        asks = {"info_title": self.asks} if self.asks else {}
        application = with_examples(CaseApplicationQuestions, **asks)
        clock = with_examples(ClockQuestions, **self.clock) if self.clock else ClockQuestions
        return letter_questions(
            "".join(map(str.title, self.id.split("-"))) + "Questions",
            self.asked,
            application=application_block(application),
            clock=clock_block(clock, needs=("channel", "received", *self.needs)),
            remedies=self.declared.remedy is not Remedy.NONE,
            date=self.date,
        )

    def articles(self, answers: Answers, office: Office) -> tuple[Article, ...]:
        """The articles that the letter cites for its own outcome; empty if no article names it."""
        return self.cited(answers, self.outcome(answers, office))

    def all_articles(self, answers: Answers, office: Office) -> list[Article]:
        """The articles that the letter cites for its own outcome and for its further items, each once."""
        law, rows = office.law_of(answers), answers.get("items", [])
        keys = ["separation"] if self.is_separated(answers, office) else []
        keys += ["answer_given"] if self.separates or any(row["outcome"] == PARTIAL for row in rows) else []
        cited = [*self.articles(answers, office)]
        cited += [one for key in keys for one in law.citations[key].articles]
        cited += [one for row in rows for one in row_articles(row, answers, law)]
        return list(dict.fromkeys(cited))

    def remedies(self, answers: Answers, office: Office) -> Remedies:
        """The remedies of the whole letter: those of its own outcome, or of all its items together."""
        on = office.day_of(answers)
        online = answers.get("service") == "online"
        others = self.further(answers)
        disclosed = self.discloses is None or self.discloses(answers)
        if self.separates or not others:
            return derive_remedies(
                self.id, on=on, office=office, served_online=online, withheld=others, disclosed=disclosed
            )
        together = combined_class([self.id, *others], on=on, office=office, disclosed=disclosed)
        return derive_remedies(
            together, on=on, office=office, paper=self.outcome(answers, office).paper, served_online=online
        )

    def attachments(self, answers: Answers) -> list[str]:
        """Everything that is handed over with the letter."""
        return [*answers.get("provided", []), *provided_by(answers)] if self.encloses else provided_by(answers)

    def further(self, answers: Answers) -> list[str]:
        """The outcomes of the further items, or of the parts, of a partial reply."""
        return [one for row in answers.get("items", []) for one in results(row)]

    def is_separated(self, answers: Answers, office: Office) -> bool:
        """Whether the letter gives a part of what was requested and withholds another (条例第三十七条)."""
        return self.separates or is_mixed([self.id, *self.further(answers)], law=office.law_of(answers))

    def answers_parts(self, answers: Answers) -> bool:
        """Whether the rows of a partial reply are parts of one piece of information, not further items."""
        return self.separates and "item" not in answers

    @property
    def separates(self) -> bool:
        """Whether the letter itself is the result of 区分处理."""
        return self.id == PARTIAL

    @property
    def encloses(self) -> bool:
        """Whether the letter itself hands over information; if so, it asks in which form."""
        return "medium" in self.questions

    def context(self, answers: Answers, office: Office) -> dict[str, Any]:
        """The names that layout and wording use; article, title and remedy come from the outcome."""
        articles = self.articles(answers, office)
        paragraphs = self.remedies(answers, office).paragraphs
        return {
            **layout(answers, office, title=self.outcome(answers, office).title, attachments=self.attachments(answers)),
            **opening(answers, office, reply=True, closes=not self.owed, demands=self.demands(answers)),
            **({"articles": cite(articles), **self._quoted(answers, office)} if articles else {}),
            **({"remedies": "\n".join(paragraphs)} if paragraphs else {}),
            **(self._items(answers, office) if self.several else {}),
            **self.words(answers, office),
        }

    def _quoted(self, answers: Answers, office: Office) -> dict[str, Any]:
        """The names that wording/_quoted.txt uses: the articles' wording, if the office wants it in its letters."""
        law = office.law_of(answers)
        cited = self.all_articles(answers, office) if office.profile.settings.quote_articles else []
        quotes = [f"{one.cite()}：“{text.rstrip('。')}。”" for one in cited if (text := law.quote(one))]
        return {"quoting": bool(quotes), "quotes": quotes}

    def _items(self, answers: Answers, office: Office) -> dict[str, Any]:
        """The names that wording/_several.txt and wording/_items.txt use."""
        several = "item" in answers or "items" in answers
        separated = several and self.is_separated(answers, office)
        before = len(answers["provided"]) if self.encloses else 0
        you = opening(answers, office)["you"]
        return {
            "several": several,
            "several_separated": separated,
            "several_unlike": several and not separated,
            "own_item": answers.get("item", ""),
            "items": item_words(answers, office.law_of(answers), before=before, first=2, thing="该项信息"),
            "wanted": CALLED[self.about][several].format(you=you),
        }
