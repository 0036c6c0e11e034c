"""Rows that a page break has cut are made whole, but rows of their own are never joined."""

from __future__ import annotations

import pytest

from gipdocs.reports.reading.page_breaks import Row, join_cut_rows

WHOLE: Row = ("（一）予以公开", "2", "0")


@pytest.mark.parametrize(
    ("upper", "lower", "joined"),
    [
        (("（一）予以", "2", "0"), ("公开", "", ""), ("（一）予以公开", "2", "0")),
        (("（一）予", "", ""), ("以公开", "2", "0"), ("（一）予以公开", "2", "0")),
    ],
    ids=["figures above", "figures below"],
)
def test_halves_of_a_label_of_the_form_are_joined(upper: Row, lower: Row, joined: Row) -> None:
    assert join_cut_rows([upper, lower]) == (joined,)


@pytest.mark.parametrize(
    ("upper", "lower"),
    [
        (WHOLE, ("（三）不予公开", "", "")),
        (("其他", "", ""), ("结果", "2", "0")),
        (("某某", "2", "0"), ("自填", "", "")),
        (WHOLE, ("", "3", "0")),
    ],
    ids=["two labels", "a label of its own above", "no label of the form", "as many figures below"],
)
def test_rows_of_their_own_are_not_joined(upper: Row, lower: Row) -> None:
    assert join_cut_rows([upper, lower]) == (upper, lower)
