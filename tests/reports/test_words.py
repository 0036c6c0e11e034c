"""What a finding tells another office: whole sentences, with the place in words, and nothing that only a program says."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from gipdocs.findings import Finding
from gipdocs.reports import check, load
from gipdocs.reports.record import Record
from tests.reports.clean import clean
from tests.reports.faults import FAULTS
from tests.reports.sowing import sow

ODD = {
    "a place in short": r"(?:^|[，。；])[一二三四五六](?:（[一二三四五]）)?[“有“自写]",
    "a negative share": r"-\d[\d.]*%",
    "two marks": r"[，。；：、][，。；：、]",
    "words of a program": r"[a-z_]{4,}|JSON|None|null|记录|单元格式|字段|数据库|\{|\}",
    "half-width marks": r"[\u4e00-\u9fff][,;:]|[,;:][\u4e00-\u9fff]",
    "no end": r"[^。）]$",
}
"""What no sentence to another office may have."""
RIGHT = tuple(
    clean(name) for name in ("2019", "2020", "2021", "2023", "suqian-2023", "suqian-2024", "shanghai-office-2019")
)


def told(report: Record) -> Iterator[Finding]:
    return (one for one in check(report) if one.severity != "info")


SENTENCES = sorted({one.message for sown in sow(2 * len(FAULTS), RIGHT, FAULTS) for one in told(sown.wrong)})


def test_enough_different_sentences_are_read() -> None:
    assert len(SENTENCES) >= 80


@pytest.mark.parametrize("odd", ODD.values(), ids=ODD)
def test_no_sentence_to_another_office_has(odd: str) -> None:
    assert [one for one in SENTENCES if re.search(odd, one)] == []


def test_growth_and_decline_are_told_in_words_and_once() -> None:
    raw = clean("suqian-2024").as_json()
    text = raw["sections"][0]["items"][1]["text"]
    raw["sections"][0]["items"][1]["text"] = re.sub(r"同比\w\w(?=\d)", "同比下降", text)
    (message,) = [one.message for one in check(load(raw)) if one.code == "NARR-GROWTH"]
    assert re.search(r"第一部分（二）“同比下降[\d.]+%”：按.+计算为增长[\d.]+%", message)


def test_a_quoted_sentence_keeps_its_marks() -> None:
    raw = clean("2023").as_json()
    raw["sections"][0]["items"][2]["text"] = "2021年，我局工作扎实推进。"
    assert any("“2021年，我…”" in one.message for one in check(load(raw)) if one.code == "S-YEAR")
