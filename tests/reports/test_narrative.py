"""The narrative as lines of print, and back."""

from __future__ import annotations

import pytest

from gipdocs.reports.narrative import NarrativeLine, group, lines, passages, plain
from gipdocs.reports.record import Item
from tests.reports.samples import SEEDS, record


@pytest.mark.parametrize("name", SEEDS)
def test_printed_lines_group_into_the_same_items(name: str) -> None:
    for section in record(name).sections:
        assert group(line.text for line in lines(section.items)) == section.items


def test_a_heading_stands_alone_and_a_number_runs_into_its_text() -> None:
    items = (Item(head="（一）主动公开", text="甲。\n乙。"), Item(head="（二）", text="（二）丙。"))
    assert list(lines(items)) == [
        NarrativeLine(text="（一）主动公开", heading=True),
        NarrativeLine(text="甲。"),
        NarrativeLine(text="乙。"),
        NarrativeLine(text="（二）丙。"),
    ]


def test_a_heading_without_text_stays_an_item() -> None:
    assert group(["（二）依申请公开情况", "（三）政府信息管理"]) == (
        Item(head="（二）依申请公开情况"),
        Item(head="（三）政府信息管理"),
    )


def test_a_passage_knows_its_place() -> None:
    passage = next(one for one in passages(record("2023"), 1) if "申请2件" in one.text)
    assert (passage.where, passage.pointer) == ("一（二）", "/sections/0/items/2/text")


def test_plain_text_keeps_every_character_in_its_place() -> None:
    text = "共２件（其中１件）；占３％，“完”。"
    assert plain(text) == "共2件(其中1件);占3%,“完”。"
    assert len(plain(text)) == len(text)
