"""Reads answers from a file that a clerk saved earlier; the server keeps no cases."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from werkzeug.datastructures import FileStorage

from gipdocs.documents.document import Finding
from gipdocs.errors import Fault, InvalidInput
from gipdocs.filekinds import is_table, recognise
from gipdocs.forms.forms import QuestionsForm
from gipdocs.questions import Questions, load, prepare_questions
from gipdocs.questions.tables import read_table
from gipdocs.strictjson import NotJson, read_json
from gipdocs.web.guard import MOST_FIELDS

MOST_FILE_FAULTS = 10
"""The number of faults reported for one file."""
MOST_NAMED = 5


class NotAnswers(Exception):
    """The file contains no answers; the message is for the clerk."""


def read_answers(file: FileStorage | None, schema: type[Questions]) -> dict[str, Any]:
    """The answers in an uploaded file, JSON or a table; NotAnswers says what is wrong with it."""
    if file is None or not file.filename:
        raise NotAnswers("没有选择文件。请先选择上次下载的填写内容（JSON文件）或者表格文件，再点“载入”。")
    data = file.read()
    try:
        answers = read_table(data, schema, file.filename) if is_table(file.filename, data) else read_json(data)
    except InvalidInput as error:
        raise NotAnswers("".join(fault.detail for fault in error.faults[:MOST_FILE_FAULTS])) from None
    except NotJson as error:
        kind = recognise(data)
        why = f"是{kind.name}" if kind else error
        wanted = "应为从本页下载的填写内容（JSON文件），或者接口使用的JSON"
        raise NotAnswers(f"这个文件读不出来（{why}）：{wanted}。") from None
    if not isinstance(answers, dict):
        raise NotAnswers("这个文件里不是一份文书的填写内容：最外层应为一组填写项。")
    if sum(1 for _ in _values(answers)) > MOST_FIELDS:
        raise NotAnswers(f"这个文件里的填写项超过{MOST_FIELDS}个，不能载入。")
    return answers


def _values(value: Any) -> Iterator[None]:
    yield None
    below = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    for one in below:
        yield from _values(one)


def unpack(
    form: QuestionsForm, schema: type[Questions], answers: dict[str, Any], others: Iterable[type[Questions]] = ()
) -> list[Fault | Finding]:
    """Fill the form and return the faults of the file; missing answers are not faults yet.

    What the document doesn't ask is told in one sentence, by the labels that the `others` have for it.
    """
    form.prefill(answers)
    try:
        load(schema, answers)
    except InvalidInput as error:
        strange = [fault.pointer for fault in error.faults if fault.code == "unknown"]
        wrong: list[Fault | Finding] = [fault for fault in error.faults if fault.code not in ("unknown", "required")]
        return [*wrong, *([_tell_strange(strange, others)] if strange else [])]
    return []


def _tell_strange(pointers: list[str], others: Iterable[type[Questions]]) -> Finding:
    """What the file contains and the document doesn't ask; a key that no document knows is only counted."""
    labels: dict[str, str] = {}
    for schema in others:
        for place, question in prepare_questions(schema).walk():
            labels.setdefault(place.rpartition("/")[2], question.label)
    known = dict.fromkeys(labels[key] for place in pointers if (key := place.rpartition("/")[2]) in labels)
    named = "、".join(f"“{label}”" for label in [*known][:MOST_NAMED])
    listed = f"{named}等{len(pointers)}项" if named and len(pointers) > min(len(known), MOST_NAMED) else named
    what = listed or f"{len(pointers)}项内容"
    message = (
        f"文件里的{what}不是这份文书的填写项，没有载入。请核对是不是选错了文件；确实要用的，请在下面相应的地方填写。"
    )
    return Finding(code="unknown", severity="warning", message=message)
