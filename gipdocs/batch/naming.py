"""The names of the files that come out of a batch: told apart by their place, and accepted by every system."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import PurePosixPath
from typing import Any

from gipdocs.batch.batches import Batch, BatchItem
from gipdocs.documents.build import file_name
from gipdocs.errors import Fault
from gipdocs.questions import Questions
from gipdocs.questions.choices import Choice
from gipdocs.questions.groups import Block, Rows
from gipdocs.questions.merging import merge
from gipdocs.service import ZONE
from gipdocs.store.tables import BatchItemRow, BatchRow

LONGEST = 200
"""So many bytes of UTF-8 a name has at most: a Chinese one has three a character, and systems take 255."""
DIGITS = 4
UNSEEN = {"Cc", "Cf", "Cs", "Zl", "Zp"}
"""Unicode's categories of characters that nobody sees, some of which turn the order of the others round."""
USUAL = "文书"
ALL = "批量文书"
STRANGE = "文件名只能取自文书里单独的一项，没有这样的一项，请写填写项的路径，例如/number。"
YES_NO = {True: "是", False: "否"}


def name_row(
    item: BatchItem | BatchItemRow, row: Batch | BatchRow, questions: Questions, *, digits: int = DIGITS
) -> str:
    """The name of a row's file: its place, and what its batch says that files are called by."""
    ending = f".{row.format}"
    wanted = (item.name.removesuffix(ending), _chosen(item, row, questions), PurePosixPath(item.filename).stem)
    return fit(f"{item.place:0{digits}}_", next(filter(None, map(clean, wanted)), USUAL), ending)


def digits_for(places: int) -> int:
    """With how many digits the places of a batch are written, so that names are sorted as the rows are."""
    return max(DIGITS, len(str(places)))


def name_whole(batch: Batch | BatchRow, ending: str, *, first: int = 1, last: int | None = None) -> str:
    """The name of one file with all the files of a batch, or with those from one place to another."""
    part = "" if first == 1 and last is None else f"（第{first}件{f'至第{last}件' if last else '起'}）"
    return fit("", clean(batch.title) or ALL, f"-{_day(batch.created_at)}{part}{ending}")


def clean(text: str) -> str:
    """A text as it may stand in a file's name on every system, on one line; what nobody sees becomes "_"."""
    seen = "".join("_" if unicodedata.category(char) in UNSEEN else char for char in text)
    return " ".join(file_name(seen).split()).strip(" .")


def fit(beginning: str, middle: str, ending: str) -> str:
    """The three parts of a name, the middle cut as far as LONGEST demands, and never within a character."""
    room = LONGEST - len((beginning + ending).encode())
    return beginning + middle.encode()[:room].decode(errors="ignore").rstrip(" .") + ending


def _day(moment: datetime) -> str:
    return f"{moment.astimezone(ZONE):%Y%m%d}"


def _chosen(item: BatchItem | BatchItemRow, row: Batch | BatchRow, questions: Questions) -> str:
    """The answers that the files are called by, as readers know them."""
    names: Sequence[str] = row.options.get("names", ())
    if not names:
        return ""
    answers = merge(row.base, item.answers)
    return "_".join(filter(None, (_answer(answers, questions, _keys(pointer)) for pointer in names)))


def _keys(pointer: str) -> list[str]:
    return [key.replace("~1", "/").replace("~0", "~") for key in pointer.removeprefix("/").split("/")]


def find_strange_names(names: Sequence[str], questions: Questions) -> Iterator[Fault]:
    """The pointers by which files are to be called that lead to no single answer."""
    for index, pointer in enumerate(names):
        if not _leads_to_answer(questions, _keys(pointer)):
            yield Fault(f"/names/{index}", "unknown", STRANGE)


def _leads_to_answer(questions: Questions, keys: Sequence[str]) -> bool:
    question = questions.fields.get(keys[0])
    if isinstance(question, Block):
        return not isinstance(question, Rows) and len(keys) > 1 and _leads_to_answer(question.questions(), keys[1:])
    return question is not None and len(keys) == 1


def _answer(answers: Any, questions: Questions, keys: Sequence[str]) -> str:
    """The answer at the end of a path; "" if there is none, or one that is no single text."""
    question = questions.fields.get(keys[0])
    value = answers.get(keys[0]) if isinstance(answers, Mapping) else None
    if len(keys) > 1:
        return _answer(value, question.questions(), keys[1:]) if isinstance(question, Block) else ""
    labels = question.options if isinstance(question, Choice) else {}
    return "、".join(labels.get(text, text) for text in _texts(value))


def _texts(value: Any) -> list[str]:
    if isinstance(value, bool):
        return [YES_NO[value]]
    if isinstance(value, list):
        return [text for one in value for text in _texts(one)]
    return [str(value)] if isinstance(value, str | int | float) else []
