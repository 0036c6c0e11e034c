"""The columns of a document's table: one for each question that a cell can answer, and some that answer none."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache

from gipdocs.documents.document import Document
from gipdocs.questions import Block, Question, Questions, Rows, StaffQuestions, prepare_questions
from gipdocs.questions.characters import INSIDE

FIRST_GROUPS = 3
"""So many groups of a question with rows have columns in a table that nobody has filled in yet."""
MOST_GROUPS = 200
"""A question with more rows than this makes a document that is a table itself."""
WRITTEN = ("text", "longtext", "email", "tel", "postcode", "date", "number", "decimal", "money", "lines")
IN_A_CELL = frozenset((*WRITTEN, "choice", "choices", "yesno"))
"""The kinds of question that one cell can answer."""
OWN_KEYS = tuple(StaffQuestions().fields)
"""The machine's own questions, which have the last columns."""
COUNT, CASE, NAME, PROBLEM = "count", "case", "name", "problem"
HEADINGS: Mapping[str, str] = {COUNT: "序号", CASE: "案件编号", NAME: "文件名", PROBLEM: "问题"}
"""The headings of the columns that answer no question."""
ALSO = {"申请编号": CASE}
"""Headings that are understood, too, unless a question has that label."""
DOTS = str.maketrans("・•‧･∙⋅●﹒．", "·" * 9)


@dataclass(frozen=True, kw_only=True)
class TableColumn:
    """A column: `key` is the pointer of its answer, or a word if it answers no question.

    `owed`: every row needs it; `within`: every row needs it that has anything in this group. `group` is the number of
    its group, 0 if its question is asked once.
    """

    key: str
    heading: str
    question: Question | None = None
    owed: bool = False
    within: bool = False
    group: int = 0

    @property
    def is_own(self) -> bool:
        """Whether it is one of the machine's own questions."""
        return self.key.split("/")[1:2] != [] and self.key.split("/")[1] in OWN_KEYS


Counted = Callable[[Rows, str], int]
"""How many groups a question with rows has; its pointer is given, too."""


def offers_table(document: Document) -> bool:
    """Whether a document can be made from the rows of a table: not if a question has rows in rows, or isn't for a cell."""
    return _fits(prepare_questions(document.schema))


def _fits(questions: Questions, *, in_rows: bool = False) -> bool:
    return all(
        _fits(question.questions(), in_rows=in_rows or isinstance(question, Rows))
        and not (isinstance(question, Rows) and (in_rows or question.most > MOST_GROUPS))
        if isinstance(question, Block)
        else question.kind in IN_A_CELL
        for _, question in questions.questions()
    )


def find_columns(schema: type[Questions], counted: Counted) -> list[TableColumn]:
    """The columns of all questions, in the order of the form, with as many groups as are counted; no heading occurs twice."""
    seen = dict.fromkeys(map(fold_heading, HEADINGS.values()))
    columns = []
    for column in _columns(prepare_questions(schema), counted):
        name, number = column.heading, 1
        while fold_heading(name) in seen:
            number += 1
            name = f"{column.heading}（{number}）"
        seen[fold_heading(name)] = None
        columns.append(replace(column, heading=name))
    return columns


@cache
def known_columns(schema: type[Questions]) -> Mapping[str, TableColumn]:
    """Every column that a table may have, by its pointer; callers must not change them."""
    return {column.key: column for column in find_columns(schema, lambda rows, _: rows.most)}


def find_heading(schema: type[Questions], pointer: str) -> str:
    """The heading of the column at a pointer, of the first column below it if it is that of a group; "" if there is none."""
    known = known_columns(schema)
    found = known.get(pointer) or next((one for key, one in known.items() if key.startswith(f"{pointer}/")), None)
    return found.heading if found else ""


def fold_heading(heading: str) -> str:
    """A heading without that in which people differ: blanks, width, case, the asterisk of what is required."""
    narrow = unicodedata.normalize("NFKC", INSIDE.sub("", heading).translate(DOTS))
    return "".join(narrow.replace("*", "").split()).casefold()


@dataclass(frozen=True, kw_only=True)
class _Group:
    """Where questions stand: their pointer and the beginning of their headings, and whether they must be answered."""

    pointer: str = ""
    label: str = ""
    owed: bool = True
    number: int = 0

    def heading(self, question: Question) -> str:
        return f"{self.label}·{question.label}" if self.label else question.label


def _columns(questions: Questions, counted: Counted, group: _Group = _Group()) -> Iterator[TableColumn]:
    for key, question in sorted(questions.questions(), key=lambda pair: not group.pointer and pair[0] in OWN_KEYS):
        pointer, heading = f"{group.pointer}/{key}", group.heading(question)
        owed = group.owed and question.required
        if isinstance(question, Rows):
            for i in range(counted(question, pointer)):
                needed = owed and i < max(question.least, 1)
                one = _Group(pointer=f"{pointer}/{i}", label=f"{heading}{i + 1}", owed=needed, number=i + 1)
                yield from _columns(question.questions(), counted, one)
        elif isinstance(question, Block):
            below = _Group(pointer=pointer, label=heading, owed=owed, number=group.number)
            yield from _columns(question.questions(), counted, below)
        elif question.kind in IN_A_CELL:
            yield TableColumn(
                key=pointer,
                heading=heading,
                question=question,
                owed=owed,
                within=question.required,
                group=group.number,
            )
