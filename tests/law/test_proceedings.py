"""Clocks of reconsideration and suit: the agency's answer to them, its new reply after them, a consultation that came back.

The days were reckoned by hand from the State Council's notices for 2024 to 2026.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from gipdocs.errors import InvalidInput
from gipdocs.law import Law
from gipdocs.law.deadlines import Deadline, reckon

DATA = Path(__file__).resolve().parents[1] / "data" / "law"
ORDINARY = {"kind": "reconsideration_answer", "procedure": "ordinary"}
SIMPLE = {"kind": "reconsideration_answer", "procedure": "simple"}
DECIDED = {"kind": "redo", "by": "decision"}
JUDGED = {"kind": "redo", "by": "judgment"}
SUED = {"kind": "suit_answer"}
COURT_RULE = "《最高人民法院关于审理政府信息公开行政案件适用法律若干问题的解释》"


def read(name: str) -> dict[str, Any]:
    data: dict[str, Any] = json.loads((DATA / name).read_text(encoding="utf-8"))
    return data


def refused(law: Law, body: object) -> dict[str, str]:
    """The refusal's sentences by pointer."""
    with pytest.raises(InvalidInput) as error:
        reckon(body, law)
    return {fault.pointer: fault.detail for fault in error.value.faults}


def events(found: Deadline) -> list[tuple[str, str]]:
    return [(event.date.isoformat(), event.event) for event in found.events]


@pytest.mark.parametrize(
    ("body", "last_day"),
    [
        (ORDINARY | {"received": "2026-09-28"}, "2026-10-16"),  # National Day, Saturday 10-10 is worked
        (ORDINARY | {"received": "2025-01-24"}, "2025-02-13"),  # Spring Festival between two worked weekend days
        (ORDINARY | {"received": "2024-04-26"}, "2024-05-13"),  # Labour Day, Sunday 04-28 and Saturday 05-11 are worked
        (ORDINARY | {"received": "2026-12-16"}, "2026-12-30"),
        (SIMPLE | {"received": "2026-02-12"}, "2026-02-26"),  # Spring Festival, Saturday 02-14 is worked
        (SIMPLE | {"received": "2024-04-30"}, "2024-05-10"),
        (SIMPLE | {"received": "2025-02-28"}, "2025-03-07"),
        (JUDGED | {"received": "2026-03-02"}, "2026-03-30"),
        (JUDGED | {"received": "2025-09-15"}, "2025-10-17"),  # National Day, 09-28 and 10-11 are worked
        (JUDGED | {"received": "2025-08-01", "ordered": 60, "ordered_unit": "day"}, "2025-09-30"),
        (JUDGED | {"received": "2024-11-29", "ordered": 15}, "2024-12-20"),
        (DECIDED | {"received": "2026-02-10", "ordered": 15}, "2026-03-09"),  # Spring Festival, 02-14 and 02-28 worked
        (DECIDED | {"received": "2026-03-05", "ordered": 30, "ordered_unit": "day"}, "2026-04-07"),  # moved past Qingming
        (DECIDED | {"received": "2025-01-31", "ordered": 5}, "2025-02-10"),  # received within a holiday
        (SUED | {"received": "2026-09-18"}, "2026-10-08"),  # the 15th day falls into National Day
        (SUED | {"received": "2026-01-31"}, "2026-02-24"),  # and into Spring Festival
        (SUED | {"received": "2025-09-13"}, "2025-09-28"),  # a worked Sunday is a last day like another
        (SUED | {"received": "2025-03-31"}, "2025-04-15"),
        (SUED | {"received": "2025-12-31"}, "2026-01-15"),
    ],
)  # fmt: skip
def test_cases_reckoned_by_hand_end_on_their_day(body: dict[str, Any], last_day: str, law: Law) -> None:
    assert reckon(body, law).as_json()["last_day"] == last_day


class TestReconsiderationAnswer:
    """行政复议法第四十八条、第五十四条: ten working days, five under the simple procedure."""

    def test_the_basis_says_that_the_days_are_working_days(self, law: Law) -> None:
        assert reckon(SIMPLE | {"received": "2025-03-03"}, law).basis == (
            "《中华人民共和国行政复议法》第五十四条第一款",
            "《中华人民共和国行政复议法》第八十八条第二款",
        )

    def test_until_2023_ten_days_were_natural_days_that_run_on(self, law: Law) -> None:
        found = reckon(ORDINARY | {"received": "2023-12-22"}, law)
        assert found.as_json()["natural_last_day"] == "2024-01-01"
        assert found.as_json()["last_day"] == "2024-01-02"
        assert found.basis[:2] == (
            "《中华人民共和国行政复议法》（2017年修正）第二十三条第一款",
            "《中华人民共和国行政复议法》（2017年修正）第四十条第一款",
        )
        assert found.notes == (
            "逾期不提出书面答复、不提交证据和依据的，视为没有证据、依据（行政复议法第二十八条第一款第四项）。",
        )

    def test_until_2023_there_was_no_simple_procedure(self, law: Law) -> None:
        sentence = refused(law, SIMPLE | {"received": "2023-12-31"})["/received"]
        assert "自2024年1月1日起施行" in sentence and "第五十四条第一款" in sentence

    def test_it_says_what_follows_from_silence(self, law: Law) -> None:
        notes = reckon(ORDINARY | {"received": "2025-03-03"}, law).notes
        assert notes == ("逾期不提出书面答复、不提交证据和依据的，视为没有证据、依据（行政复议法第七十条）。",)

    def test_the_day_of_handing_in_decides(self, law: Law) -> None:
        body = SIMPLE | {"received": "2025-03-03"}
        assert reckon(body | {"posted": "2025-03-10"}, law).late is False
        assert reckon(body | {"posted": "2025-03-11"}, law).late is True


class TestRedo:
    """A decision's term is its own; the Supreme Court gives twenty working days if a judgment names none."""

    def test_the_found_payload_is_asked_what_orders_the_reply(self, law: Law) -> None:
        body = read("redo-by-nothing.json")
        assert refused(law, body) == {"/by": "请写明“依据”：行政复议决定书（decision）或者人民法院的判决（judgment）。"}
        found = reckon(body | {"by": "judgment"}, law)
        assert found.as_json()["last_day"] == "2026-03-30"
        assert found.basis == (f"{COURT_RULE}第十一条",)
        assert "以判决书为准" in found.notes[0]

    def test_a_decision_without_a_term_leaves_it_open_and_says_why(self, law: Law) -> None:
        found = reckon(DECIDED | {"received": "2026-03-02", "posted": "2026-03-20"}, law)
        assert (found.last_day, found.late, found.period) == (None, None, "没有写明期限")
        assert found.reason.startswith("行政复议决定书没有写明重新答复的期限，法律也没有规定，不作推算。")
        assert "向行政复议机关核实" in found.reason
        assert "最后一日待定" in found.explain()

    def test_before_the_interpretation_a_judgment_without_a_term_leaves_it_open_too(self, law: Law) -> None:
        found = reckon(JUDGED | {"received": "2025-05-31"}, law)
        assert found.pending and "向人民法院核实" in found.reason
        assert not reckon(JUDGED | {"received": "2025-06-01"}, law).pending

    def test_an_ordered_term_goes_before_that_of_the_law(self, law: Law) -> None:
        found = reckon(JUDGED | {"received": "2025-09-15", "ordered": 10}, law)
        assert (found.period, found.as_json()["last_day"], found.notes) == ("10个工作日", "2025-09-28", ())
        assert found.basis == tuple(
            f"《中华人民共和国行政诉讼法》第{number}条" for number in ("七十", "七十二", "九十四")
        )

    def test_a_decision_is_kept_under_the_articles_of_its_day(self, law: Law) -> None:
        body = DECIDED | {"ordered": 20}
        assert (
            reckon(body | {"received": "2024-01-01"}, law).basis[-1] == "《中华人民共和国行政复议法》第七十七条第一款"
        )
        assert reckon(body | {"received": "2023-12-29"}, law).basis == (
            "《中华人民共和国行政复议法》（2017年修正）第二十八条第一款",
            "《中华人民共和国行政复议法》（2017年修正）第三十二条第一款",
        )

    def test_days_run_on_past_rest_days_by_the_law_of_their_author(self, law: Law) -> None:
        for body, moved in (
            (DECIDED, ["《中华人民共和国行政复议法》第八十八条第一款", "《中华人民共和国民事诉讼法》第八十五条第三款"]),
            (JUDGED, ["《最高人民法院关于适用〈中华人民共和国行政诉讼法〉的解释》第四十八条第三款"]),
        ):
            found = reckon(body | {"received": "2026-03-05", "ordered": 30, "ordered_unit": "day"}, law)
            assert list(found.basis[3:]) == moved

    def test_the_day_of_posting_decides_as_for_every_decision(self, law: Law) -> None:
        found = reckon(JUDGED | {"received": "2026-03-02", "posted": "2026-03-31"}, law)
        assert found.late is True
        assert "送达问题的解释" in found.basis[-1]

    @pytest.mark.parametrize(
        ("more", "pointer", "words"),
        [
            ({"ordered": 0}, "/ordered", "应在1和365之间"),
            ({"ordered": 366}, "/ordered", "应在1和365之间"),
            ({"ordered_unit": "week"}, "/ordered_unit", "working_day（工作日）"),
            ({"posted": "2026-03-01"}, "/posted", "第六十四条第一款"),
            ({"received": "2008-04-30"}, "/received", "自2008年5月1日起施行"),
            ({"by": "court"}, "/by", "judgment（人民法院的判决）"),
            ({"by": "judgment", "received": "2015-04-30"}, "/received", "《中华人民共和国行政诉讼法》第七十条"),
            ({"procedure": "simple"}, "/procedure", "不填“复议程序”"),
        ],
    )
    def test_wrong_input_is_refused_where_it_is_wrong(
        self, more: dict[str, Any], pointer: str, words: str, law: Law
    ) -> None:
        assert words in refused(law, DECIDED | {"received": "2026-03-02"} | more)[pointer]


class TestSuitAnswer:
    """行政诉讼法第六十七条第一款: fifteen days from the copy of the complaint, rest days included."""

    def test_a_last_day_of_rest_runs_on_and_says_by_which_rule(self, law: Law) -> None:
        found = reckon(SUED | {"received": "2026-09-18"}, law)
        assert found.as_json()["natural_last_day"] == "2026-10-03"
        assert found.basis == (
            "《中华人民共和国行政诉讼法》第六十七条第一款",
            "《最高人民法院关于适用〈中华人民共和国行政诉讼法〉的解释》第四十八条第三款",
        )
        assert found.notes == ("无正当理由逾期提供证据的，视为没有相应证据（行政诉讼法第三十四条第二款）。",)

    def test_before_the_revised_act_it_is_not_reckoned(self, law: Law) -> None:
        assert "自2015年5月1日起施行" in refused(law, SUED | {"received": "2015-04-30"})["/received"]


class TestReturned:
    """A consultation that couldn't be delivered ends on the day on which it came back."""

    def test_the_found_payload_is_open_and_asks_for_the_day_of_return(self, law: Law) -> None:
        body = read("consultation-without-an-end.json")
        assert "征求意见书退回" in reckon(body, law).reason
        [row] = body["consultations"]
        found = reckon(body | {"consultations": [row | {"returned": "2026-03-12"}]}, law)
        assert found.as_json()["last_day"] == "2026-04-07"
        assert events(found)[2:] == [("2026-03-12", "consultation_returned"), ("2026-03-12", "consultation_ended")]
        assert "其间5个工作日不计入答复期限" in found.events[-1].text
        assert [note for note in found.notes if "不能视为逾期未提出意见" in note]

    def test_the_day_of_return_itself_does_not_count(self, law: Law) -> None:
        rows = [{"sent": "2026-03-05", "returned": "2026-03-12"}]
        steps = reckon({"kind": "answer", "received": "2026-03-02", "consultations": rows}, law).derivation
        counted = {step.date.isoformat(): step.counted for step in steps}
        assert (counted["2026-03-05"], counted["2026-03-12"], counted["2026-03-13"]) == (True, False, True)

    def test_one_that_is_sent_again_is_a_second_consultation(self, law: Law) -> None:
        rows = [
            {"sent": "2025-03-07", "returned": "2025-03-12"},
            {"sent": "2025-03-13", "delivered": "2025-03-14", "answered": "2025-03-20"},
        ]
        found = reckon({"kind": "answer", "received": "2025-03-03", "consultations": rows}, law)
        assert found.as_json()["last_day"] == "2025-04-11"

    @pytest.mark.parametrize(
        ("row", "words"),
        [
            ({"returned": "2026-03-04"}, "不能早于发出日期（《中华人民共和国政府信息公开条例》第三十三条第三款）"),
            ({"returned": "2026-03-12", "delivered": "2026-03-09"}, "不能同时填写对方收到日期"),
            ({"returned": "2026-03-12", "answered": "2026-03-11"}, "另填一次征求意见"),
        ],
    )
    def test_a_contradiction_is_refused(self, row: dict[str, str], words: str, law: Law) -> None:
        rows = [{"sent": "2026-03-05"} | row]
        sentences = refused(law, {"kind": "answer", "received": "2026-03-02", "consultations": rows})
        assert words in sentences["/consultations/0/returned"]
