"""What goes with the files of a batch: a list of its rows for spreadsheets, and a page that says what is there."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from io import StringIO

from gipdocs.batch.handout import ENDED, Handout
from gipdocs.batch.states import ROW_STATES
from gipdocs.service import ZONE
from gipdocs.store.tables import BatchItemRow
from gipdocs.writing import chinese_date

HEADINGS = (
    "序号",
    "表格行号",
    "案件编号",
    "文件",
    "状态",
    "提示代码",
    "问题代码",
    "问题说明",
    "SHA-256",
)
STATES: Mapping[str, str] = {**ROW_STATES, "gone": "文件已经删除", "void": "文书已经作废"}
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""Beginnings that a spreadsheet may take for a formula, those of full width too."""
MARK = "\ufeff"
"""By it, Excel and older editors know that a text is UTF-8."""


class Manifest:
    """The list of a batch's rows as CSV, as it grows."""

    def __init__(self) -> None:
        self._text = StringIO(newline="")
        self._writer = csv.writer(self._text)
        self._writer.writerow(HEADINGS)

    def add(self, row: BatchItemRow, state: str, file: str) -> None:
        """Add a row, with its state and the name of its file, "" if there is none."""
        cells = (
            str(row.place),
            str(row.line or ""),
            row.case_number or "",
            file,
            STATES[state],
            _codes(row.findings),
            _codes(row.faults),
            "".join(fault.get("detail", "") for fault in row.faults),
            row.sha256 or "",
        )
        self._writer.writerow(map(_safe, cells))

    def content(self) -> bytes:
        """The finished list."""
        return (MARK + self._text.getvalue()).encode(errors="replace")


def tell_contents(handout: Handout, states: Mapping[str, int]) -> bytes:
    """A page for whoever unpacks the files: what they are, how many were made and not, until when they are kept."""
    return (MARK + "\r\n".join(_lines(handout, states)) + "\r\n").encode(errors="replace")


def _lines(handout: Handout, states: Mapping[str, int]) -> Iterable[str]:
    batch, made = handout.batch, states.get("done", 0)
    total = sum(states.values())
    yield from ((batch.title, "") if batch.title else ())
    yield f"文书：{handout.title}（{batch.format.upper()}）"
    yield f"批次：{batch.id}"
    yield f"范围：第{handout.first}件至第{handout.last}件，共{total}件（整个批次{handout.places}件）"
    yield f"本压缩包里有{made}件文书。"
    if rest := "，".join(
        f"{STATES[state]}的{states[state]}件" for state in STATES if state != "done" and states.get(state)
    ):
        yield f"没有文书的{total - made}件：{rest}。"
    yield ""
    if batch.drafts_only:
        yield "这个批次是试用的，每件文书都标明“草稿”，不能对外使用。"
    if batch.state not in ENDED:
        yield "下载时这个批次还没有办完，办完以后请再下载一次。"
    yield "文件名开头的数字是这一件在批次中的序号。"
    yield "每一件的文件、状态、提示、问题和校验值列在manifest.csv里，可以用Excel、WPS打开。"
    if batch.expires_at:
        yield f"本系统保留这个批次至{chinese_date(batch.expires_at.astimezone(ZONE).date())}，届时文件和填写的内容一并自动删除。"


def _codes(told: Iterable[Mapping[str, str]]) -> str:
    """The codes of findings or faults, each once."""
    return " ".join(dict.fromkeys(one.get("code", "") for one in told))


def _safe(cell: str) -> str:
    return f"'{cell}" if cell.startswith(FORMULA) else cell
