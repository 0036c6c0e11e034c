"""Narratives and figures that one body has from another are told, what all have from the same notice is not."""

from __future__ import annotations

import copy

from gipdocs.reports import load
from gipdocs.reports.collecting.addition import Named
from gipdocs.reports.collecting.copying import find_likenesses
from gipdocs.reports.record import Record
from tests.reports import county


def named(*records: Record) -> list[Named]:
    return [(one.agency or "", one) for one in records]


def told_by(i: int, of: int) -> Record:
    """A bureau's own figures in the words of another's narrative, with the name exchanged."""
    raw = copy.deepcopy(county.right(i).as_json())
    sections = copy.deepcopy(county.right(of).as_json()["sections"])
    for section in sections:
        for item in section["items"]:
            item["text"] = item["text"].replace(county.BODIES[of], county.BODIES[i])
    return load(raw | {"sections": sections})


def test_forty_bureaus_with_words_of_their_own_have_copied_nothing() -> None:
    assert find_likenesses(named(*map(county.right, range(40)))) == ()


def test_a_copied_narrative_is_told_with_both_bodies_and_the_characters() -> None:
    [found] = find_likenesses(named(*map(county.right, range(8)), told_by(8, 3)))
    assert (found.kind, found.body, found.other) == ("narrative", county.BODIES[3], county.BODIES[8])
    assert found.characters > 300 and found.percent > 90


def test_words_that_most_bodies_share_are_no_copy() -> None:
    shared = "根据县政府办公室的统一部署，本机关认真学习贯彻条例，健全工作机制，压实工作责任，规范办理流程。" * 8
    reports = []
    for i in range(6):
        raw = county.right(i).as_json()
        raw["sections"][0]["items"][2]["text"] += shared
        reports.append(load(raw))
    assert find_likenesses(named(*reports)) == ()


def test_equal_figures_of_two_bodies_are_told() -> None:
    raw = county.right(7).as_json()
    figures = {key: county.right(4).as_json()[key] for key in ("table2", "table3", "table4")}
    found = find_likenesses(named(*map(county.right, range(7)), load(raw | figures)))
    assert [(one.kind, one.body, one.other) for one in found] == [("figures", county.BODIES[4], county.BODIES[7])]


def test_nearly_empty_tables_may_be_alike() -> None:
    raw = county.right(7).as_json()
    for key in ("table2", "table3", "table4"):
        del raw[key]
    one = load(raw)
    assert find_likenesses([("甲局", one), ("乙局", load(raw | {"sections": []}))]) == ()
