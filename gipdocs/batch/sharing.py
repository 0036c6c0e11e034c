"""Letters of many cases: what all of them may share, and what only a case or its row can say."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import asdict, replace
from typing import Any

from gipdocs.access.permissions import Permission
from gipdocs.batch.orders import Order
from gipdocs.documents.document import Document
from gipdocs.errors import Fault, FormatNotOffered, InvalidInput
from gipdocs.letters.typed import Code
from gipdocs.questions import Block, Choices, Lines, LongText, Question, Questions, prepare_questions
from gipdocs.register.events import KINDS
from gipdocs.register.finding import find_numbered
from gipdocs.register.issuing import DATE, NUMBER, own_key
from gipdocs.register.register import Register

FORMATS = ("docx", "pdf")
MANNERS = frozenset({"application.media", "application.delivery", "application.accept_other", "service.way"})
"""How something is given or served: as the case knows it, or the same for all cases that don't say."""


def needed_for(*, submit: bool) -> Permission:
    """The permission without which nobody orders letters: to issue them, or to write those that others issue."""
    return Permission.WRITE_CASES if submit else Permission.ISSUE


def may_share(document: Document, question: Question) -> bool:
    """Whether the answer to a question may be the same in the letters of all cases: a code is given out for one alone."""
    return not isinstance(question, Code) and question.case in {"", DATE} | MANNERS | _decided(document)


def asked_together(document: Document) -> list[tuple[str, Question]]:
    """The questions, by key, that are asked once for all cases."""
    apart = dict(asked_apart(document, numbered=True))
    return [
        (key, one)
        for key, one in prepare_questions(document.schema).questions()
        if key not in apart and key != "draft" and one.case not in MANNERS and may_share(document, one)
    ]


def asked_apart(document: Document, *, numbered: bool) -> list[tuple[str, Question]]:
    """The single questions, by key, that are asked for each case; with `numbered`, its 文号 too.

    What a case knows, how something is given in it, and what is only asked if it is given so. Groups that a case knows,
    such as its application, are amended in the case itself.
    """
    left = {"case.number", *(() if numbered else (NUMBER,))}
    asked = [
        (key, one)
        for key, one in prepare_questions(document.schema).questions()
        if not isinstance(one, Block | Lines | Choices | LongText)
    ]
    apart = {key for key, one in asked if one.case in MANNERS or not may_share(document, one)}
    return [
        (key, one)
        for key, one in asked
        if one.case not in left and (key in apart or (one.only_if is not None and one.only_if[0] in apart))
    ]


def refuse_wrong_order(register: Register, wanted: Order) -> None:
    """InvalidInput for an order of letters with shared answers that belong to one case, or rows without a case of their own."""
    if wanted.format not in FORMATS:
        raise FormatNotOffered("签发的文书只有docx和pdf两种格式。")
    document = register.registry[wanted.document].document
    faults = [*_base_faults(document, wanted.base), *_row_faults(register, wanted), *_number_faults(document, wanted)]
    if faults:
        raise InvalidInput(faults)


def find_wrong_rows(register: Register, wanted: Order) -> Mapping[int, Sequence[Mapping[str, str]]]:
    """What is wrong with the cases and numbers of rows that came in a table, by the places of the rows."""
    faults = [*_row_faults(register, wanted), *_number_faults(register.registry[wanted.document].document, wanted)]
    found: dict[int, list[Mapping[str, str]]] = {}
    for fault in faults:
        _, _, index, pointer = fault.pointer.split("/", 3)
        kept = replace(fault, pointer=f"/{pointer.removeprefix('answers/')}")
        found.setdefault(int(index) + 1, []).append(asdict(kept))
    return found


def find_clashes(document: Document, shared: Any, known: Any, own: Any) -> list[Fault]:
    """Shared answers that contradict what a case knows, unless its row says which is right."""
    asked = prepare_questions(document.schema).questions()
    return [
        Fault(f"/{key}", "mismatch", f"各件相同的“{one.label}”与这件案件登记的不一致，请在这一件里写明用哪一种。")
        for key, one in asked
        if key in shared and key in known and key not in own and shared[key] != known[key]
    ]


def _decided(document: Document) -> frozenset[str]:
    """The names of what the document itself decides, which no case knows before."""
    if not document.event:
        return frozenset()
    return frozenset(one.case for _, one in KINDS[document.event].facts().questions() if one.case)


def _base_faults(document: Document, base: Mapping[str, Any]) -> Iterator[Fault]:
    if base.get("draft"):
        yield Fault("/base/draft", "draft", "草稿不能签发，请去掉“按草稿生成”以后再签发。")
    for pointer, question in _unshared(document, prepare_questions(document.schema), base, "/base"):
        detail = f"“{question.label}”各件不同，不能写在各件相同的内容里，请删去；案件里有的，自动填入各件文书。"
        yield Fault(pointer, "single", detail)


def _unshared(
    document: Document, questions: Questions, answers: Mapping[str, Any], pointer: str
) -> Iterator[tuple[str, Question]]:
    for key, question in questions.questions():
        if key not in answers:
            continue
        if not may_share(document, question):
            yield f"{pointer}/{key}", question
        elif isinstance(question, Block):
            for below, within in _groups(answers[key], f"{pointer}/{key}"):
                yield from _unshared(document, question.questions(), within, below)


def _groups(answer: Any, pointer: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    rows = enumerate(answer) if isinstance(answer, list) else ()
    yield from ((f"{pointer}/{i}", row) for i, row in rows if isinstance(row, Mapping))
    if isinstance(answer, Mapping):
        yield pointer, answer


def _row_faults(register: Register, wanted: Order) -> Iterator[Fault]:
    numbers = [row.case or "" for row in wanted.rows]
    found = {row.number: row for row in find_numbered(register, {*numbers})}
    seen: set[str] = set()
    for i, number in enumerate(numbers):
        if (said := _say(number, found, seen)) is not None:
            yield Fault(f"/items/{i}/case", *said)
        seen.add(number)


def _say(number: str, found: Mapping[str | None, Any], seen: Collection[str]) -> tuple[str, str] | None:
    """What is wrong with the case of a row, as code and sentence."""
    if not number:
        return "required", "请写明这一件是哪个案件：案件的编号。"
    if number not in found:
        return "unknown", "没有这个编号的案件，请核对编号。"
    if number in seen:
        return "repeated", f"案件{number}在这个批次里写了两次，请删去一次。"
    return ("closed", f"案件{number}的个人信息已经删除，不能再办理文书。") if found[number].erased_on else None


def _number_faults(document: Document, wanted: Order) -> Iterator[Fault]:
    """Numbers that are typed in two rows."""
    key = own_key(document, NUMBER)
    typed = [row.answers.get(key) if key else None for row in wanted.rows]
    often = {one for one, count in Counter(one for one in typed if isinstance(one, str)).items() if count > 1}
    for i, one in enumerate(typed):
        if isinstance(one, str) and one in often:
            yield Fault(f"/items/{i}/answers/{key}", "repeated", f"文号{one}在这个批次里写了两次，请核对。")
