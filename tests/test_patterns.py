"""No pattern that meets a stranger's text takes time by the square of its length."""

from __future__ import annotations

import time

import pytest

from gipdocs.guide.judgement import MOST_FINDINGS, judge
from gipdocs.guide.reading import read as read_guide
from gipdocs.law import Office
from gipdocs.questions.characters import bare
from gipdocs.reports import check, load
from gipdocs.reports.checks.fee import NOTHING
from gipdocs.reports.expressions import parse
from gipdocs.reports.reading.story import read_story
from gipdocs.reports.record_questions import LONGEST
from tests.reports.samples import given, record

pytestmark = pytest.mark.slow

LONG = 100_000
MOST_SECONDS = 5.0
"""What goes once through the text takes a tenth of it, what goes through it again for every character a minute."""
STORMS = (
    *("1", " ", "　", "a", "中", "一", "十", "（", "(", "()", "[", "〔", "<", ".", "1.", "1,", "1 ", "中 ", "-", "1楼"),
    *(
        "1路1",
        "a@",
        "@a.",
        "http://.",
        "第1",
        "20",
        "1件",
        "机构是",
        "向",
        "无 ",
        "占1",
        "同比",
        "其中",
        "受理",
        "之日起",
    ),
    *("\n", "统计期限", "申请1", "图1", "大 中 "),
    *("1件其中", "1件(", "“1", "20-20", "电话1", "1月1日"),
)
LINES = ("\n1", "\n ", "\n一、")


@pytest.fixture
def started() -> float:
    return time.process_time()


@pytest.mark.parametrize("storm", STORMS)
def test_a_guide_of_one_storm_is_judged_in_the_time_of_its_length(storm: str, office: Office, started: float) -> None:
    guide = read_guide(f"向机构是：电话{storm * (LONG // len(storm))}!"[:LONG])
    assert len(judge(guide, office).findings) <= MOST_FINDINGS
    assert time.process_time() - started < MOST_SECONDS


@pytest.mark.parametrize("storm", [*STORMS, *LINES])
def test_a_report_with_a_storm_is_judged_in_the_time_of_its_length(storm: str, started: float) -> None:
    text = f"无{storm * (LONGEST // len(storm))}"[: LONGEST - 10_000] + "!"
    raw = given("2023")
    raw["sections"] = [{"no": no, "heading": f"{no}、", "items": []} for no in range(1, 7)]
    raw["sections"][5]["items"] = [{"text": text}]
    assert check(load(raw))
    assert time.process_time() - started < MOST_SECONDS


@pytest.mark.parametrize("storm", STORMS)
def test_a_fee_that_was_not_charged_is_found_in_the_time_of_its_length(storm: str, started: float) -> None:
    assert NOTHING.fullmatch(f"无{storm * (LONG // len(storm))}!") is None
    assert time.process_time() - started < MOST_SECONDS


def test_of_many_faults_of_a_guide_the_first_are_told_and_the_others_counted(office: Office) -> None:
    judgement = judge(read_guide("三、五、\n" * 1000), office)
    assert len(judgement.findings) == MOST_FINDINGS and judgement.untold > 100
    assert judgement.as_json()["untold"] == judgement.untold
    assert f"另有{judgement.untold}处没有列出" in judgement.explain()


@pytest.mark.parametrize("storm", STORMS)
def test_the_last_line_of_a_report_is_read_in_the_time_of_its_length(storm: str, started: float) -> None:
    line = f"无 {storm * (LONG // len(storm))}!".strip()
    story = read_story([("一、总体情况", None), (line, None)], record("2023").form)
    assert story.date is None
    with pytest.raises(ValueError, match="无法理解"):
        parse(line)
    with pytest.raises(ValueError, match="无法理解"):
        parse(f" {storm * (LONG // len(storm))}!")
    assert time.process_time() - started < MOST_SECONDS


@pytest.mark.parametrize("blank", [" ", "　", "\u200b", "a ", " \u200b"])
def test_a_name_with_blanks_inside_is_read_in_the_time_of_its_length(blank: str, started: float) -> None:
    name = bare(f" 张{blank * LONG}三 ")
    assert (name[0], name[-1]) == ("张", "三")
    assert time.process_time() - started < MOST_SECONDS
