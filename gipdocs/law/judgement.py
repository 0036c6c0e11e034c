"""The judgement of an application (研判) as data: which question comes next, where the answers lead, and why.

Questions and answers are codes, so that a judgement can be kept and told anew; the articles are those of the day.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from gipdocs.law.citations import Citation
from gipdocs.law.dated import find_known, in_force
from gipdocs.law.files import load_file
from gipdocs.law.rules import DatedLaw

FILE, HELD = "judgement", "held"
"""The data file; what an answer leads to if it leads to the outcome that an earlier answer held."""
BETWEEN = "."
"""Stands between the codes of question and answer where a judgement is kept: correction.clear."""


@dataclass(frozen=True, kw_only=True)
class Stage:
    """One of the seven steps."""

    key: str
    label: str
    says: str


@dataclass(frozen=True, kw_only=True)
class Procedure:
    """What must be done before the judgement can go on.

    `event` is the kind of event that records it, and `facts` those that a document for it has; `papers` are further
    documents by id. `says` tells what to do, `back` how the judgement goes on.
    """

    key: str
    label: str
    says: str
    back: str
    event: str = ""
    facts: Mapping[str, str] = field(default_factory=dict)
    basis: tuple[str, ...] = ()
    papers: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class InquiryAnswer:
    """An answer: it leads to the next question, to an outcome (`HELD`: the one held before) or to a procedure.

    `says` is its sentence in the reasoning. It may hold an outcome for later answers, and it may have settled the outcome
    of one part of the application (`besides`), so that what follows is about the rest. `when` are the codes of the
    question's fact that mean this answer.
    """

    key: str
    label: str
    says: str
    basis: tuple[str, ...]
    next: str = ""
    outcome: str = ""
    procedure: str = ""
    holds: str = ""
    besides: str = ""
    when: tuple[str, ...] = ()
    papers: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Inquiry:
    """A question with its answers by key; `fact` is what a case may know about it, `basis` are keys of citations."""

    key: str
    stage: str
    text: str
    help: str
    basis: tuple[str, ...]
    answers: Mapping[str, InquiryAnswer]
    fact: str = ""

    def help_on(self, law: DatedLaw) -> str:
        """The help with the periods of a day."""
        return self.help.format_map({key: find_known(rows, law.since).text for key, rows in law.law.limits.items()})

    def answer_by_fact(self, code: str) -> InquiryAnswer | None:
        """The answer that a fact of a case gives; None if it leaves the question open."""
        return next((one for one in self.answers.values() if code in one.when), None)


@dataclass(frozen=True, kw_only=True)
class Known:
    """What a case knows about a fact: the code that it gives ("" if it only shows something), and its words."""

    gives: str
    told: str


@dataclass(frozen=True, kw_only=True)
class JudgedStep:
    """A question of the course with its answer; `told` is what the case knows about it, `by_case` if that answered it."""

    inquiry: Inquiry
    answer: InquiryAnswer
    told: str = ""
    by_case: bool = False

    @property
    def code(self) -> str:
        """correction.clear."""
        return f"{self.inquiry.key}{BETWEEN}{self.answer.key}"

    @property
    def is_unrecorded(self) -> bool:
        """Whether the answer says what the records of the case would show, and they show something else or nothing."""
        return bool(self.answer.when and self.told and not self.by_case)


@dataclass(frozen=True, kw_only=True)
class Course:
    """The way through the questions so far: `asked` is open, or it has ended with an outcome or a procedure.

    `besides` are the outcomes of other parts of the application.
    """

    taken: tuple[JudgedStep, ...]
    asked: Inquiry | None = None
    outcome: str = ""
    procedure: Procedure | None = None
    besides: tuple[str, ...] = ()

    @property
    def codes(self) -> tuple[str, ...]:
        """The answers as they are kept: correction.clear, one for each question."""
        return tuple(one.code for one in self.taken)

    @property
    def papers(self) -> tuple[str, ...]:
        """The ids of documents that are needed besides the reply, each once."""
        of_answers = [paper for one in self.taken for paper in one.answer.papers]
        return tuple(dict.fromkeys([*of_answers, *(self.procedure.papers if self.procedure else ())]))

    @property
    def stage(self) -> str:
        """The step that the course has reached; the last one if it has ended with an outcome."""
        if self.asked:
            return self.asked.stage
        return list(load_judgement().stages)[-1] if self.outcome else self.taken[-1].inquiry.stage


@dataclass(frozen=True, kw_only=True)
class Judgement:
    """All questions and procedures by key; the first question begins."""

    stages: Mapping[str, Stage]
    inquiries: Mapping[str, Inquiry]
    procedures: Mapping[str, Procedure]

    def follow(
        self,
        given: Mapping[str, str],
        *,
        known: Mapping[str, Known] | None = None,
        until: str = "",
    ) -> Course:
        """The course that given answers (question -> answer) take; a fact of the case answers where nothing is given.

        Answers to questions that don't come up, and answers that don't exist, are passed over. The question `until` is
        asked whatever was answered to it.
        """
        taken: list[JudgedStep] = []
        asked: Inquiry | None = next(iter(self.inquiries.values()))
        while asked is not None:
            step = None if asked.key == until else _take(asked, given, known or {})
            if step is None:
                return Course(taken=tuple(taken), asked=asked, besides=_besides(taken))
            taken.append(step)
            asked = self.inquiries[step.answer.next] if step.answer.next else None
        return self._end(tuple(taken))

    def _end(self, taken: tuple[JudgedStep, ...]) -> Course:
        last, besides = taken[-1].answer, _besides(taken)
        if last.procedure:
            return Course(taken=taken, procedure=self.procedures[last.procedure], besides=besides)
        held = next((one.answer.holds for one in reversed(taken) if one.answer.holds), "")
        outcome = held if last.outcome == HELD else last.outcome
        return Course(taken=taken, outcome=outcome, besides=tuple(one for one in besides if one != outcome))

    def read(self, codes: Iterable[str]) -> dict[str, str]:
        """Kept answers, question -> answer; those that no longer exist are left out."""
        pairs = (code.partition(BETWEEN) for code in codes)
        return {
            key: answer for key, _, answer in pairs if key in self.inquiries and answer in self.inquiries[key].answers
        }

    def resume(self, codes: Iterable[str], known: Mapping[str, Known]) -> dict[str, str]:
        """The kept answers with which a judgement goes on: without the procedure to which the last one led.

        What the case has come to know since then answers for itself.
        """
        given = self.read(codes)
        for key, answer in tuple(given.items()):
            inquiry = self.inquiries[key]
            fact = known.get(inquiry.fact)
            if inquiry.answers[answer].procedure or (fact and inquiry.answer_by_fact(fact.gives)):
                del given[key]
        return given


def _take(inquiry: Inquiry, given: Mapping[str, str], known: Mapping[str, Known]) -> JudgedStep | None:
    fact = known.get(inquiry.fact)
    told, by_fact = (fact.told, inquiry.answer_by_fact(fact.gives)) if fact else ("", None)
    if answer := inquiry.answers.get(given.get(inquiry.key, "")):
        return JudgedStep(inquiry=inquiry, answer=answer, told=told, by_case=answer is by_fact)
    return JudgedStep(inquiry=inquiry, answer=by_fact, told=told, by_case=True) if by_fact else None


def _besides(taken: Iterable[JudgedStep]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(one.answer.besides for one in taken if one.answer.besides))


def cite_keys(keys: Iterable[str], law: DatedLaw) -> Citation | None:
    """Rules by key as one citation; those not yet in force on the day are left out, None if none is left."""
    rows = law.law.citations
    valid = [key for key in keys if in_force(rows[key], law.since)]
    return law.cite(*valid) if valid else None


def tell_stages(course: Course, law: DatedLaw) -> list[str]:
    """The reasoning, one line for each of the seven steps: 谁负责：该信息由本机关制作或者最初获取（条例第十条）。"""
    stages = load_judgement().stages
    told = {key: [_tell(one, law) for one in course.taken if one.inquiry.stage == key] for key in stages}
    return [f"{stages[key].label}：{''.join(sentences)}" for key, sentences in told.items() if sentences]


def _tell(step: JudgedStep, law: DatedLaw) -> str:
    cited = cite_keys(step.answer.basis, law)
    notes = [step.told.rstrip("。") if step.by_case else "", cited.short if cited else ""]
    told = "；".join(note for note in notes if note)
    return step.answer.says.rstrip("。") + (f"（{told}）" if told else "") + "。"


def tell_reasoning(course: Course) -> str:
    """The reasoning as one paragraph without citations, as a report to a superior has it."""
    return "".join(one.answer.says for one in course.taken)


def tell_conclusion(course: Course, law: DatedLaw) -> str:
    """The sentence with the outcome and its articles, or with the procedure that comes first; empty while a question is open."""
    if course.procedure:
        cited = cite_keys(course.procedure.basis, law)
        return f"{f'依照{cited}的规定，' if cited else ''}应当先办理：{course.procedure.label}。"
    if not course.outcome:
        return ""
    outcome = law.outcome(course.outcome)
    cited_outcome = f"依照{outcome.cite()}的规定，" if outcome.articles else ""
    names = "、".join(f"“{law.outcome(one).short}”" for one in course.besides)
    others = f"其余部分按{names}分别答复，" if names else ""
    return f"综上，{cited_outcome}拟按“{outcome.short}”办理，{others}出具{outcome.title}。"


@cache
def load_judgement() -> Judgement:
    """The judgement of data/judgement.toml; KeyError or TypeError for a wrong entry."""
    file = load_file(FILE)
    return Judgement(
        stages={row["key"]: Stage(**row) for row in file["stages"]},
        inquiries={row["key"]: _read_inquiry(row) for row in file["questions"]},
        procedures={row["key"]: Procedure(**_tuples(row)) for row in file["procedures"]},
    )


def _read_inquiry(row: Mapping[str, Any]) -> Inquiry:
    answers = (InquiryAnswer(**_tuples({"basis": row["basis"], **one})) for one in row["answers"])
    return Inquiry(**{**_tuples(row), "answers": {one.key: one for one in answers}})


def _tuples(row: Mapping[str, Any]) -> dict[str, Any]:
    return {key: tuple(value) if isinstance(value, list) else value for key, value in row.items()}
