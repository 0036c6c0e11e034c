"""The vocabulary of a case: the names under which documents ask for what a register knows, and tell it what they decide.

A question with `case="correction.period"` is filled in from the case, and if its document records an event that holds
a fact of that name, the fact is read from the answer.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache

from gipdocs.documents.document import Document
from gipdocs.letters.case import CaseApplicationQuestions
from gipdocs.questions import Questions
from gipdocs.register.events import KINDS, EventKind

OUTCOME, REF = "outcome", "ref"
"""Facts that no document asks: the outcome is the document itself, the reference follows from the earlier events."""
JUDGED_PATH = "judgement.path"
"""The answers of a judgement, in codes."""
JOINED, JOINED_NUMBER = "joined", "joined.number"
"""The rows for further cases that a letter answers, and the number in each of them, which makes it one of the register's."""
OF_LETTER = {"number": "文号", "dated": "日期", "title": "标题"}
WHOLE = {
    "application": "申请，整组填写项",
    "clock": "办理时间，整组填写项",
    "again": "重新答复，整组填写项；复议决定、判决责令重新答复而还没有答复的才有",
    "told": "此前告知的延期、延迟答复，一件一行",
    "letters": "已经签发的文书，一件一行；行内的letter.title、letter.number、letter.date是这一件的",
    JOINED: "一份文书一并答复的其他案件，一件一行；行内写明joined.number的，签发时一并记入那件案件",
}
"""Names of groups and of rows, which are filled in by the keys of their questions."""
OWN_LETTER = {
    "letter.title": "文书的标题；只用于letters的行",
    "letter.number": "文号；签发时给出，此前留空",
    "letter.date": "成文日期；签发时给出，此前留空",
}
OF_ROWS = {JOINED_NUMBER: "一并答复的案件的编号；只用于joined的行"}
DERIVED = {
    "case.applicants": "全部申请人的姓名、名称",
    "case.title": "案卷题名",
    "correction.until": "补正期限届满的日期",
    "judgement.reasoning": "最近一次研判的过程，一步一段",
    "earlier.number": "原案件答复的文号",
    "earlier.dated": "原案件答复的日期",
    "last.title": "最近签发的有文号的文书：标题",
    "last.number": "最近签发的有文号的文书：文号",
    "last.dated": "最近签发的有文号的文书：日期",
    "last.copies": "最近签发的有文号的文书：份数，一份",
    "last.served": "最近签发的有文号的文书：答复、补正告知书或者其他",
    "challenge.proceeding": "正在复议（reconsideration）还是诉讼（suit）",
}
"""What follows from several facts; everything else is a fact, a day or a letter of one event."""


def name_event(kind: EventKind) -> dict[str, str]:
    """The names under which an event of this kind is found, each with its label."""
    facts = {question.case: question.label for _, question in kind.facts().questions() if question.case}
    day = {kind.day: f"{kind.label}的日期"} if kind.day else {}
    letter = {f"{kind.letter}.{key}": f"“{kind.label}”文书的{label}" for key, label in OF_LETTER.items()}
    return facts | day | (letter if kind.letter else {})


def _name_application() -> dict[str, str]:
    """The names of single answers of the application; proofs of identity have none, since they are not kept."""
    questions = CaseApplicationQuestions().questions()
    return {question.case: f"申请：{question.label}" for _, question in questions if question.case}


def _name_events() -> dict[str, str]:
    names: dict[str, str] = {}
    for kind in KINDS.values():
        names = name_event(kind) | names
    return names


NAMES: Mapping[str, str] = WHOLE | _name_application() | _name_events() | OWN_LETTER | OF_ROWS | DERIVED
"""Every name that a question's `case` may have, with its meaning."""


@cache
def names_asked(schema: type[Questions]) -> frozenset[str]:
    """The names of everything that a schema asks of a case; found once, since looking through a schema takes long."""
    return frozenset(question.case for _, question in schema().walk() if question.case)


def find_unknown(document: Document) -> Iterator[str]:
    """What a register can't understand in the declaration of a document, each as a sentence with its cure."""
    asked = {}
    for pointer, question in document.schema().walk():
        asked[question.case] = pointer
        if question.case and question.case not in NAMES:
            yield f"{pointer}（{question.label}）：案件里没有“{question.case}”这个名称，请在case中改用已有的名称，或者删去。"
    if document.event and document.event not in KINDS:
        yield f"没有“{document.event}”这种事件，event可用的是：{'、'.join(KINDS)}。"
    elif document.event:
        yield from _fact_gaps(document, asked)
    elif document.event_facts:
        yield "写了event_facts的，还要写event。"


def _fact_gaps(document: Document, asked: Mapping[str, str]) -> Iterator[str]:
    """Facts that the document gives and its event doesn't have, or that the event needs and the document doesn't give."""
    kind = KINDS[document.event]
    facts = dict(kind.facts().questions())
    for key in document.event_facts:
        if key not in facts:
            has = "、".join(facts) or "没有内容"
            yield f"event_facts里的“{key}”不是“{kind.label}”的内容（{has}），请改正或者删去。"
    for key, question in facts.items():
        given = key in document.event_facts or key in (OUTCOME, REF) or question.case in asked
        if question.required and not given:
            named = f"在一个填写项中写case=“{question.case}”，或者" if question.case else ""
            yield f"“{kind.label}”需要“{question.label}”，请{named}在event_facts中给出“{key}”。"
