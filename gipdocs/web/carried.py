"""Reads answers from a file that a clerk saved earlier; the server keeps no cases."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from werkzeug.datastructures import FileStorage

from gipdocs.documents.document import Finding
from gipdocs.errors import Fault, InvalidInput
from gipdocs.filekinds import recognise
from gipdocs.forms.controls import format_value
from gipdocs.forms.forms import QuestionsForm
from gipdocs.questions import Questions, load
from gipdocs.questions.tables import is_table, read_table
from gipdocs.strictjson import NotJson, read_json
from gipdocs.web.guard import MOST_FIELDS

MOST_FILE_FAULTS = 10
"""The number of faults reported for one file."""


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


def unpack(form: QuestionsForm, schema: type[Questions], answers: dict[str, Any]) -> list[Fault | Finding]:
    """Fill the form and return the faults of the file; missing answers are not faults yet."""
    form.prefill(answers)
    try:
        load(schema, answers)
    except InvalidInput as error:
        return [_strange(fault) if fault.code == "unknown" else fault for fault in error.faults if _is_wrong(fault)]
    return []


def _is_wrong(fault: Fault) -> bool:
    return fault.code != "required"


def _strange(fault: Fault) -> Finding:
    message = f"文件里的“{format_value(fault.pointer.removeprefix('/'))}”不是这份文书的填写项，没有载入。"
    return Finding(code=fault.code, severity="info", message=message, pointer=fault.pointer)
