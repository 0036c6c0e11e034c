"""No check refuses a document for want of an answer whose question doesn't say so."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from copy import deepcopy
from typing import Any

import pytest

from gipdocs.errors import InvalidInput
from gipdocs.questions import Block, Question, Questions, Rows, prepare_questions
from gipdocs.service import Service

pytestmark = pytest.mark.slow

EXPLAINED = {
    "/application/info_title": "the help of each says that one of three is enough",
    "/clock/consultations": "identifiers of a person may be withheld without asking, which the help explains",
    "/clock/confirmed": "the letter lists the contacts, and only a day that contradicts them is refused",
}
"""Refusals that depend on more than a label can say."""


def answered(questions: Questions, answers: Mapping[str, Any], pointer: str = "") -> Iterator[tuple[str, Question]]:
    """Pointer and question of every answer, those of each row too."""
    for key, question in questions.questions():
        if key not in answers:
            continue
        place = f"{pointer}/{key}"
        yield place, question
        if isinstance(question, Rows):
            for i, row in enumerate(answers[key]):
                yield from answered(question.questions(), row, f"{place}/{i}")
        elif isinstance(question, Block):
            yield from answered(question.questions(), answers[key], place)


def without(answers: dict[str, Any], pointer: str) -> dict[str, Any]:
    *path, key = pointer.split("/")[1:]
    changed: Any = deepcopy(answers)
    at = changed
    for token in path:
        at = at[int(token)] if isinstance(at, list) else at[token]
    del at[key]
    return changed


def refused(service: Service, id: str, answers: dict[str, Any]) -> set[str]:
    """The pointers of what refuses a document."""
    try:
        findings = service.check(service.registry[id], answers)
    except InvalidInput as error:
        return {fault.pointer for fault in error.faults}
    return {finding.pointer for finding in findings if finding.severity == "error"}


def test_what_a_check_asks_for_is_marked(service: Service) -> None:
    unmarked = []
    for id, entry in service.registry.items():
        questions = prepare_questions(entry.document.schema)
        for full in (False, True):
            sample = questions.sample(service.office(), full=full)
            sample = {key: answer for key, answer in sample.items() if key not in ("draft", "overrides")}
            before = refused(service, id, sample)
            for pointer, question in answered(questions, sample):
                if question.required or question.needed or pointer in EXPLAINED or pointer in before:
                    continue
                if pointer in refused(service, id, without(sample, pointer)):
                    unmarked.append(f"{id}{pointer} {question.label}")
    assert unmarked == [], unmarked


def test_what_is_explained_is_still_asked_for(service: Service) -> None:
    known = {pointer for entry in service.registry.values() for pointer, _ in entry.document.schema().walk()}
    assert set(EXPLAINED) <= known
