"""Heads of columns with misprints are kept as printed, and a word in place of a figure costs no other figure."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from gipdocs.findings import Finding
from gipdocs.reports import check, read
from gipdocs.reports.reading.rows import split
from gipdocs.reports.record import Record
from tests.reports.clean import clean
from tests.reports.printing import as_docx, as_html


def found(old: str, new: str, code: str) -> list[Finding]:
    """The findings of a rule about a page with one cell that is printed otherwise."""
    page = as_html(clean("2023"))
    assert f"<p>{old}</p>" in page
    return [one for one in check(read(page.replace(f"<p>{old}</p>", f"<p>{new}</p>", 1))) if one.code == code]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("社会公益组织", "社会公益组"),
        ("法律服务机构", "法律服务"),
        ("未经复议直接起诉", "未经复议直接起"),
        ("尚未审结", "尚未审"),
        ("本年制发件数", "本年"),
    ],
)
def test_a_head_with_a_misprint_is_told_beside_the_right_one(old: str, new: str) -> None:
    (finding,) = found(old, new, "F-LABEL")
    assert finding.message == f"“{new}”与格式不一致，应为“{old}”，请改正。"


@pytest.mark.parametrize("printed", [as_html, as_docx])
def test_right_heads_are_not_told(printed: Callable[[Record], bytes | str]) -> None:
    assert not [one for one in check(read(printed(clean("2023")))) if one.code == "F-LABEL"]


def test_a_word_after_a_figure_is_a_figures_misprint_and_not_the_label() -> None:
    row = split(("三、本年度办理结果", "（一）予以公开", "2", "0", "若干件", "0", "0", "0", "2"))
    assert row is not None and row.label == "（一）予以公开" and row.cells[2] == "若干件"
