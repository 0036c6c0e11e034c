"""What a form fills in by itself: sums, zeros, pasted figures, and data from a file."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import request

from gipdocs.documents.build import questions
from gipdocs.documents.figure_controls import Carried, Figures
from gipdocs.documents.figures import Path
from gipdocs.documents.forms import QuestionsForm, everything, payload
from gipdocs.documents.pasting import NotPasted, paste
from gipdocs.documents.registry import Entry
from gipdocs.errors import InvalidInput


def fill_in(entry: Entry, form: QuestionsForm, do: str, name: str) -> tuple[str, str] | None:
    """Do what a button beside a question says; the id of the question and what to say there, None where there is none."""
    field = next((one for one in everything(form) if getattr(one, "name", None) == name), None)
    work = WORK.get((do, type(field)))
    if field is None or work is None:
        return None
    said = work(field)
    if isinstance(field, Figures):
        said += _compute(entry, form, field)
    return str(field.id), said


def unbrought(form: QuestionsForm) -> dict[str, str]:
    """What to say of files that were chosen and then not brought in, by the id of their question."""
    carried = (field for field in everything(form) if isinstance(field, Carried) and field.reader)
    chosen = ((field, request.form.get(f".file-{field.name}", "")) for field in carried)
    return {field.id: "选中的文件还没有载入，请重新选择，并点旁边的“载入”。" for field, file in chosen if file}


def _compute(entry: Entry, form: QuestionsForm, field: Figures) -> str:
    """Take over what the schema makes of the answers; what has no place among them stays as it was typed."""
    schema = questions(entry.document)()
    answers = schema.compute(payload(form))
    for _, grid in form.named():
        if isinstance(grid, Figures):
            grid.update(answers.get(grid.short_name))
    return "有的格子里不是数，改正以后才能算出合计。" if field.misprints() else "合计已经算出。"


def _zeros(field: Figures) -> str:
    blanks = field.blanks()
    field.put(dict.fromkeys(blanks, "0"))
    return f"{len(blanks)}个空格填了0。" if blanks else "没有空着的格子。"


def _paste(field: Figures) -> str:
    text, start = request.form.get(f".pasted-{field.name}", ""), request.form.get(f".start-{field.name}", "")
    try:
        figures = paste(text, field.shape, _path(field, start))
    except NotPasted as problem:
        return str(problem)
    field.put(figures)
    return f"填入了{len(figures)}个数。"


def _path(field: Figures, control: str) -> Path | None:
    return next((cell.made_of.path for cell in field.fields() if cell.name == control), None)


def _bring(field: Carried) -> str:
    file = request.files.get(f".file-{field.name}")
    if field.reader is None or file is None or not file.filename:
        return "没有选择文件。请先选择文件，再点“载入”。"
    try:
        field.show(field.reader(file.read()))
    except InvalidInput as error:
        return f"这个文件没有载入：{error.faults[0].detail}"
    return "载入了，请核对后继续。"


def _drop(field: Carried) -> str:
    field.data = ""
    return "这份内容已经取下。"


WORK: dict[tuple[str, Any], Callable[[Any], str]] = {
    ("compute", Figures): lambda field: "",
    ("zeros", Figures): _zeros,
    ("paste", Figures): _paste,
    ("bring", Carried): _bring,
    ("drop", Carried): _drop,
}
