"""The list of the bodies whose reports are expected, as an office keeps it: a text with a name a line, or a table."""

from __future__ import annotations

import re
from collections.abc import Iterable

from gipdocs.errors import Fault, InvalidInput
from gipdocs.published.encodings import decode
from gipdocs.spreadsheets.books import read_sheets
from gipdocs.spreadsheets.counting import BookRefused

HEADINGS = re.compile(r"(?:报送|应报|填报|编制)?(?:单位|机关|部门)(?:全称|名称)?|名称|全称")
"""What stands above the names in a table."""
NAME = re.compile(r"[\u4e00-\u9fff]{2}")
NUMBERED = re.compile(r"^\s*(?:[（(]?\d{1,3}[）)、.．]|[一二三四五六七八九十]{1,3}、)\s*")
SEPARATORS = re.compile(r"[,，\t;；]")


def read_due(data: bytes) -> tuple[str, ...]:
    """The full names in a text or a workbook (XLSX), in order, each once; InvalidInput if there are none.

    In a table they stand under a heading such as 单位名称, otherwise in the first column that has names.
    """
    rows = _sheet(data) if data.startswith(b"PK") else _lines(decode(data))
    names = tuple(dict.fromkeys(_names([[cell.strip() for cell in row] for row in rows])))
    if not names:
        raise _refuse("due-empty", "名单里没有读到单位的名称，请一行写一个单位的全称。")
    return names


def _lines(text: str) -> list[list[str]]:
    """The cells of each line, without what follows a #."""
    return [SEPARATORS.split(line.partition("#")[0]) for line in text.splitlines()]


def _sheet(data: bytes) -> list[list[str]]:
    """The rows of the first sheet that can be seen."""
    try:
        return next(([*sheet.rows] for sheet in read_sheets(data) if not sheet.hidden), [])
    except BookRefused as error:
        raise _refuse(error.code, str(error)) from error


def _names(rows: list[list[str]]) -> Iterable[str]:
    for number, row in enumerate(rows):
        for column, cell in enumerate(row):
            if HEADINGS.fullmatch(cell):
                return [
                    _bare(one[column]) for one in rows[number + 1 :] if len(one) > column and NAME.search(one[column])
                ]
    named = (next((cell for cell in row if NAME.search(cell)), "") for row in rows)
    return [_bare(cell) for cell in named if cell]


def _bare(name: str) -> str:
    """A name without the number before it."""
    return NUMBERED.sub("", name)


def _refuse(code: str, detail: str) -> InvalidInput:
    return InvalidInput([Fault("", code, detail)])
