"""Fills in parts of a form automatically: sums, zeros, pasted figures, data from a file."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any
from urllib.parse import quote_plus

from flask import current_app, request

from gipdocs.documents.registry import Entry
from gipdocs.errors import InvalidInput
from gipdocs.forms.controls import format_value
from gipdocs.forms.figure_controls import Carried, Figures
from gipdocs.forms.forms import Group, QuestionsForm
from gipdocs.forms.pasting import NotPasted, paste
from gipdocs.questions import Questions
from gipdocs.questions.figures import GridCell, Path
from gipdocs.questions.tables import read_table

NO_FILE = "没有选择文件。请先选择文件，再点“载入”。"
MENTIONED = 3
"""The number of cells that one sentence lists by name."""

Compute = Callable[[], Any]
"""Computes a grid's answer by its schema from the current form."""


def fill_in(entry: Entry, form: QuestionsForm, do: str, name: str) -> tuple[str, str] | None:
    """Perform the action of a question's button; returns the question's id and a sentence to show there, None if unknown."""
    field = next((one for one in form.everything() if getattr(one, "name", None) == name), None)
    if isinstance(field, Figures) and do in FIGURES:
        schema, key = entry.document.schema(), field.short_name
        return str(field.id), FIGURES[do](field, lambda: schema.compute(form.payload()).get(key))
    if isinstance(field, Figures) and do == "book":
        return str(field.id), _bring_book(entry.document.schema, form, field)
    if isinstance(field, Carried) and do in CARRIED:
        return str(field.id), CARRIED[do](field)
    return None


def unbrought(form: QuestionsForm) -> dict[str, str]:
    """Sentences about files that were chosen but not loaded, by the id of their question."""
    carried = (field for field in form.everything() if isinstance(field, Carried) and field.reader)
    chosen = ((field, request.form.get(f".file-{field.name}", "")) for field in carried)
    return {field.id: "选中的文件还没有载入，请重新选择，并点旁边的“载入”。" for field, file in chosen if file}


def _compute(field: Figures, compute: Compute) -> str:
    """Compute every sum; the sentence lists the values that changed."""
    if wrong := field.misprints():
        return _misprints(wrong)
    answer = compute()
    changed = field.differing(answer)
    told = [
        f"{cell.label}由{field.data[cell.path].strip()}改为{format_value(value)}" for cell, value in changed.items()
    ]
    field.fill(answer)
    field.put({cell.path: format_value(value) for cell, value in changed.items()})
    return "合计已经算出。" + (f"改动了{len(told)}处：{list_told(told, '；')}。" if told else "")


def _zeros(field: Figures, compute: Compute) -> str:
    field.fill(compute())  # sums first, since they need no zeros
    blanks = field.blanks()
    field.put(dict.fromkeys(blanks, "0"))
    return (f"{len(blanks)}个空格填了0。" if blanks else "没有空着的格子。") + _sums(field, compute)


def _paste(field: Figures, compute: Compute) -> str:
    text, start = request.form.get(f".pasted-{field.name}", ""), request.form.get(f".start-{field.name}", "")
    try:
        figures = paste(text, field.shape, _path(field, start))
    except NotPasted as problem:
        return str(problem)
    field.put(figures)
    return f"填入了{len(figures)}个数。{_sums(field, compute)}"


def _sums(field: Figures, compute: Compute) -> str:
    """Fill blank sums; the sentence lists existing ones that differ, which stay as they are."""
    if wrong := field.misprints():
        return _misprints(wrong)
    answer = compute()
    field.fill(answer)
    differing = field.differing(answer)
    if not differing:
        return "合计已经算出。"
    return f"{list_told([cell.label for cell in differing], '、')}与各项之和不符，没有改动，请核对，或者点“计算合计”。"


def _misprints(cells: Iterable[GridCell]) -> str:
    return f"{list_told([cell.label for cell in cells], '、')}不是数，改正以后才能算出合计。"


def _bring_book(schema: type[Questions], form: QuestionsForm, field: Figures) -> str:
    """Fill all grids of the form from a table file; the sentences say what was changed, what differs, what is missing."""
    file = request.files.get(f".file-{field.name}")
    if file is None or not file.filename:
        return NO_FILE
    try:
        answers = read_table(file.read(), schema, file.filename)
    except InvalidInput as error:
        return f"这个文件没有载入：{''.join(fault.detail for fault in error.faults[:MENTIONED])}"
    grids = {key: one for key, one in form.named() if isinstance(one, Figures)}
    beside = ((form.find(key), value) for key, value in answers.items() if key not in grids)
    differing = [one for other, value in beside if other is not None for one in bring_in(other, value)]
    return "".join([*_fill_grids(grids, answers), *(f"{one}。" for one in differing)])


def _fill_grids(grids: Mapping[str, Figures], answers: Mapping[str, Any]) -> Iterator[str]:
    """Fill the grids, unless one is of another shape than its answer; what was typed gives way and is told."""
    given = {key: grid for key, grid in grids.items() if key in answers}
    if unfit := [grid for key, grid in given.items() if not grid.suits(answers[key])]:
        yield f"这个文件没有载入：{_name(unfit)}是另一种格式的，请核对报告的年度和格式。"
        return
    changed = [one for key, grid in given.items() for one in bring_in(grid, answers[key], replace=True)]
    yield f"载入了{_name(given.values())}，请核对。"
    if missing := [grid for key, grid in grids.items() if key not in given]:
        yield f"文件里没有{_name(missing)}。"
    if changed:
        yield f"改动了{len(changed)}处：{list_told(changed, '；')}。"


def _name(grids: Iterable[Figures]) -> str:
    """The names of grids, without what stands behind a wide space in their labels."""
    return "、".join(f"“{one.label.text.partition(chr(0x3000))[0]}”" for one in grids)


def bring_in(field: Any, value: Any, *, replace: bool = False) -> list[str]:
    """Put an answer into what is blank; what was typed and differs is told, and stays unless it is to be replaced."""
    if isinstance(field, Figures):
        return _bring_figures(field, value, replace=replace)
    if isinstance(field, Group):
        told = [
            bring_in(one, value.get(key), replace=replace)
            for key, one in field.form.named()
            if isinstance(value, Mapping)
        ]
        return [one for listed in told for one in listed]
    typed = field.answer()
    if value is None or (typed is not None and format_value(typed) == format_value(value)):
        return []
    if typed is None or replace:
        field.show(value)
    return [_differs(field.label.text, typed, value, replace=replace)] if typed is not None else []


def _bring_figures(field: Figures, value: Any, *, replace: bool) -> list[str]:
    differing = field.differing(value)
    told = [
        _differs(cell.label, field.data[cell.path].strip(), one, replace=replace) for cell, one in differing.items()
    ]
    field.fill(value)
    if replace:
        field.put({cell.path: format_value(one) for cell, one in differing.items()})
    return told


def _differs(label: str, typed: Any, given: Any, *, replace: bool) -> str:
    had, gets = format_value(typed), format_value(given)
    return f"{label}由{had}改为{gets}" if replace else f"{label}填的是{had}，带入的是{gets}"


def list_told(told: list[str], between: str) -> str:
    """The first few sentences of a list, and how many there are."""
    return between.join(told[:MENTIONED]) + (f"等{len(told)}处" if len(told) > MENTIONED else "")


def _path(field: Figures, control: str) -> Path | None:
    return next((cell.made_of.path for cell in field.fields() if cell.name == control), None)


def _bring(field: Carried) -> str:
    file = request.files.get(f".file-{field.name}")
    if field.reader is None or file is None or not file.filename:
        return NO_FILE
    try:
        brought = field.reader(file.read())
    except InvalidInput as error:
        return f"这个文件没有载入：{error.faults[0].detail}"
    if len(quote_plus(json.dumps(brought, ensure_ascii=False))) > current_app.config["MAX_CONTENT_LENGTH"] // 2:
        return "这个文件没有载入：内容太多，放不进填写页。请删去其中的叙述，只留表格，再载入。"
    field.show(brought)
    return "载入了，请核对后继续。"


def _drop(field: Carried) -> str:
    field.data = ""
    return "这份内容已经取下。"


FIGURES: dict[str, Callable[[Figures, Compute], str]] = {"compute": _compute, "zeros": _zeros, "paste": _paste}
CARRIED: dict[str, Callable[[Carried], str]] = {"bring": _bring, "drop": _drop}
