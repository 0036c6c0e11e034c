"""Deadlines: dates reached by courts and by hand, events that move them, and what is refused."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from gipdocs.errors import InvalidInput
from gipdocs.law import Law, load_law
from gipdocs.law.clock import KINDS, ClockQuestions
from gipdocs.law.deadlines import Deadline, period_deadline, reckon, reckon_answers
from gipdocs.law.facts import Consultation
from gipdocs.questions import Rows
from tests.law.terms import annual_report_deadline, answer_deadline, suit_deadline

DATA = Path(__file__).resolve().parents[1] / "data" / "law"
VECTORS = json.loads((DATA / "vectors.json").read_text(encoding="utf-8"))["deadlines"]
REGULATION = "《中华人民共和国政府信息公开条例》"


def answer(law: Law, received: str, **more: Any) -> Deadline:
    return reckon({"kind": "answer", "received": received, **more}, law)


def refused(law: Law, body: object) -> dict[str, str]:
    """The refusal's sentences by pointer."""
    with pytest.raises(InvalidInput) as error:
        reckon(body, law)
    return {fault.pointer: fault.detail for fault in error.value.faults}


def dates(found: Deadline) -> tuple[str | None, str | None]:
    body = found.as_json()
    return body["last_day"], body["extension_notice_by"]


@pytest.mark.parametrize("vector", VECTORS, ids=[f"{row['kind']} {row['start']}" for row in VECTORS])
def test_every_vector_is_reproduced(vector: dict[str, Any], law: Law) -> None:
    start = vector["start"]
    bodies = {
        "answer": {"kind": "answer", "received": start},
        "answer_old_15": {"kind": "answer", "received": start},
        "third_party": {"kind": "third_party", "received": start},
        "fee_restart": {"kind": "answer", "received": "2025-03-03", "paid": start},
    }
    found = reckon(bodies[vector["kind"]], law)
    assert found.as_json()["last_day"] == vector["last_day"]
    assert found.counted == vector["working_days"]


@pytest.mark.parametrize(
    ("body", "last_day"),
    [
        ({"kind": "answer", "received": "2025-02-20"}, "2025-03-20"),
        ({"kind": "correction_notice", "channel": "online", "received": "2024-01-11", "confirmed": "2024-01-12"},
         "2024-01-23"),
        ({"kind": "correction_notice", "received": "2024-02-05"}, "2024-02-20"),
        ({"kind": "answer", "received": "2024-02-05", "extension": 20}, "2024-04-08"),
        ({"kind": "answer", "received": "2025-09-15", "extension": 20}, "2025-11-14"),
        ({"kind": "answer", "received": "2025-03-03"}, "2025-03-31"),
        ({"kind": "answer", "received": "2016-12-27", "extension": 15}, "2017-02-13"),
        ({"kind": "agency_consultation", "received": "2025-03-03"}, "2025-03-24"),
        ({"kind": "fee_payment", "received": "2025-03-10"}, "2025-04-08"),
        ({"kind": "proactive", "received": "2026-09-30"}, "2026-11-03"),
        ({"kind": "annual_report", "year": 2025, "agency_kind": "department"}, "2026-01-31"),
        ({"kind": "annual_report", "year": 2025, "agency_kind": "government"}, "2026-03-31"),
        ({"kind": "annual_report", "year": 2025, "agency_kind": "local_department"}, "2026-01-31"),
        ({"kind": "annual_report", "year": 2025, "agency_kind": "local_government"}, "2026-03-31"),
        ({"kind": "annual_report", "year": 2018, "agency_kind": "department"}, "2019-03-31"),
        ({"kind": "annual_report", "year": 2026, "agency_kind": "department"}, "2027-01-31"),
    ],
)  # fmt: skip
def test_worked_examples_end_on_their_day(body: dict[str, Any], last_day: str, law: Law) -> None:
    assert reckon(body, law).as_json()["last_day"] == last_day


def test_the_example_of_the_api_is_answered_with_every_key(law: Law) -> None:
    body = {
        "kind": "answer", "channel": "online", "received": "2025-03-03", "confirmed": None, "corrected": None,
        "paid": None, "consultations": [{"sent": "2025-03-07", "delivered": None, "answered": "2025-03-20"}],
        "extension": 0, "posted": None,
    }  # fmt: skip
    found = reckon(body, law).as_json()
    assert found["last_day"] == "2025-04-14"
    assert (found["pending"], found["late"], found["reason"]) == (False, None, None)
    assert found["basis"] == [
        f"{REGULATION}第三十三条第二款",
        f"{REGULATION}第三十一条第三项",
        f"{REGULATION}第三十三条第三款",
    ]
    assert found["derivation"][0] == {
        "date": "2025-03-03", "counted": False, "n": None, "reason": "收到申请之日，期间开始的当日不计算在内",
    }  # fmt: skip
    assert found["derivation"][-1] == {"date": "2025-04-14", "counted": True, "n": 20, "reason": "工作日"}
    assert sum("征求意见期间" in step["reason"] for step in found["derivation"]) == 9
    assert "其间9个工作日不计入答复期限" in " ".join(event["text"] for event in found["events"])
    assert json.loads(json.dumps(found)) == found


class TestReceipt:
    """条例第三十一条: which day is 收到申请之日."""

    @pytest.mark.parametrize("channel", ["online", "fax", "ordinary_mail"])
    def test_confirmation_fixes_the_day_where_the_channel_asks_for_it(self, channel: str, law: Law) -> None:
        found = answer(law, "2025-03-03", channel=channel, confirmed="2025-03-05")
        assert found.received == date(2025, 3, 5)
        assert dates(found)[0] == "2025-04-02"

    @pytest.mark.parametrize("channel", ["in_person", "signed_mail", "none"])
    def test_confirmation_delays_nothing_elsewhere_and_the_answer_says_so(self, channel: str, law: Law) -> None:
        found = answer(law, "2025-03-03", channel=channel, confirmed="2025-03-05")
        assert dates(found)[0] == "2025-03-31"
        assert any("不因确认而推迟" in note for note in found.notes)

    def test_without_confirmation_the_arrival_counts_for_now(self, law: Law) -> None:
        found = answer(law, "2025-03-03", channel="online")
        assert dates(found)[0] == "2025-03-31"
        assert any("暂按收到日期计算" in note for note in found.notes)

    @pytest.mark.parametrize(
        ("channel", "item"), [("in_person", "一"), ("signed_mail", "二"), ("ordinary_mail", "二"), ("fax", "三")]
    )
    def test_the_basis_names_the_item_of_the_channel(self, channel: str, item: str, law: Law) -> None:
        assert f"{REGULATION}第三十一条第{item}项" in answer(law, "2025-03-03", channel=channel).basis


class TestRestart:
    """Correction and payment start a whole new term."""

    def test_a_correction_starts_twenty_new_days(self, law: Law) -> None:
        found = answer(law, "2025-03-03", corrected="2025-03-20")
        assert found.starts == date(2025, 3, 20)
        assert dates(found)[0] == "2025-04-18"
        assert found.derivation[0].reason.startswith("收到补正之日，期限重新计算")
        assert f"{REGULATION}第三十条" in found.basis

    def test_the_later_of_correction_and_payment_counts(self, law: Law) -> None:
        found = answer(law, "2025-03-03", corrected="2025-03-10", paid="2025-04-10")
        assert dates(found)[0] == "2025-05-12"
        assert "《政府信息公开信息处理费管理办法》第六条" in found.basis

    def test_a_correction_on_the_day_of_payment_is_a_payment(self, law: Law) -> None:
        found = answer(law, "2025-03-03", corrected="2025-04-10", paid="2025-04-10")
        assert found.derivation[0].reason.startswith("缴费完成之日")


class TestConsultation:
    """条例第三十三条第三款: asking others doesn't count, each day once, no longer than they may take."""

    def test_parallel_consultations_are_taken_out_once(self, law: Law) -> None:
        one = {"sent": "2025-03-07", "answered": "2025-03-20"}
        other = {"sent": "2025-03-10", "answered": "2025-03-18"}
        assert dates(answer(law, "2025-03-03", consultations=[one, other]))[0] == "2025-04-14"

    def test_consultations_one_after_the_other_add_up(self, law: Law) -> None:
        one = {"sent": "2025-03-07", "answered": "2025-03-12"}
        other = {"sent": "2025-03-17", "answered": "2025-03-20"}
        assert dates(answer(law, "2025-03-03", consultations=[one, other]))[0] == "2025-04-09"

    def test_without_an_answer_it_ends_with_the_fifteenth_working_day(self, law: Law) -> None:
        found = answer(law, "2025-03-03", consultations=[{"sent": "2025-03-07", "delivered": "2025-03-10"}])
        ended = next(event for event in found.events if event.event == "consultation_ended")
        assert ended.date == date(2025, 3, 31)
        assert dates(found)[0] == "2025-04-23"

    def test_a_late_opinion_counts_only_to_the_fifteenth_working_day(self, law: Law) -> None:
        row = {"sent": "2025-03-07", "delivered": "2025-03-10", "answered": "2025-04-15"}
        found = answer(law, "2025-03-03", consultations=[row])
        assert dates(found)[0] == "2025-04-23"
        assert any("逾期提出意见" in note for note in found.notes)
        punctual = answer(law, "2025-03-03", consultations=[row | {"answered": "2025-03-31"}])
        assert dates(punctual)[0] == "2025-04-23"
        assert punctual.notes == ()

    def test_neither_delivered_nor_answered_leaves_it_open(self, law: Law) -> None:
        found = answer(law, "2025-03-03", consultations=[{"sent": "2025-03-07"}])
        assert found.pending
        assert found.first_unknown_day is None
        assert "2025年3月7日发出的征求意见书尚未收到意见" in found.reason
        assert found.counted == 4

    def test_an_open_one_sent_after_the_last_day_stops_nothing(self, law: Law) -> None:
        found = answer(law, "2025-03-03", consultations=[{"sent": "2025-04-07"}])
        assert dates(found)[0] == "2025-03-31"
        assert any("至2025年3月31日已经届满" in note for note in found.notes)

    def test_one_sent_on_the_last_day_itself_comes_too_late(self, law: Law) -> None:
        rows = [{"sent": "2025-03-31", "answered": "2025-04-10"}]
        found = answer(law, "2025-03-03", consultations=rows)
        assert dates(found)[0] == "2025-03-31"
        assert any("不再扣除" in note for note in found.notes)

    def test_one_sent_the_day_before_the_last_is_taken_out_whole(self, law: Law) -> None:
        rows = [{"sent": "2025-03-28", "answered": "2025-04-10"}]
        found = answer(law, "2025-03-03", consultations=rows)
        assert dates(found)[0] == "2025-04-11"
        assert not any("不再扣除" in note for note in found.notes)

    def test_one_answered_on_the_day_of_sending_takes_nothing_out(self, law: Law) -> None:
        row = {"sent": "2025-03-07", "answered": "2025-03-07"}
        assert dates(answer(law, "2025-03-03", consultations=[row]))[0] == "2025-03-31"

    def test_before_a_restart_it_takes_nothing_out(self, law: Law) -> None:
        row = {"sent": "2025-03-04", "answered": "2025-03-07"}
        with_one = answer(law, "2025-03-03", corrected="2025-03-20", consultations=[row])
        assert dates(with_one)[0] == "2025-04-18"

    def test_an_opinion_due_beyond_the_calendar_leaves_the_last_day_pending(self, law: Law) -> None:
        found = answer(law, "2026-12-01", consultations=[{"sent": "2026-12-14", "delivered": "2026-12-15"}])
        assert found.first_unknown_day == date(2027, 1, 1)


class TestExtension:
    """条例第三十三条第二款: once, at most 20 working days, told before the first term ends."""

    def test_the_last_day_for_telling_is_the_end_of_the_first_term(self, law: Law) -> None:
        assert dates(answer(law, "2024-02-05", extension=20)) == ("2024-04-08", "2024-03-08")
        assert dates(answer(law, "2024-02-05")) == ("2024-03-08", "2024-03-08")

    def test_it_is_known_while_the_extended_end_is_not(self, law: Law) -> None:
        found = answer(law, "2026-11-25", extension=20)
        assert found.pending
        assert found.extension_notice_by == date(2026, 12, 23)

    def test_the_period_names_both_parts(self, law: Law) -> None:
        assert answer(law, "2025-03-03", extension=10).period == "20个工作日，延长10个工作日"

    @pytest.mark.parametrize("days", [21, -1, 1000])
    def test_more_than_the_law_allows_is_refused_with_its_article(self, days: int, law: Law) -> None:
        sentence = refused(law, {"kind": "answer", "received": "2025-03-03", "extension": days})["/extension"]
        assert "不得超过20个工作日" in sentence
        assert f"{REGULATION}第三十三条第二款" in sentence

    def test_under_the_old_regulation_fifteen_is_the_most(self, law: Law) -> None:
        sentence = refused(law, {"kind": "answer", "received": "2017-03-03", "extension": 16})["/extension"]
        assert "15个工作日" in sentence
        assert "第二十四条第二款" in sentence


class TestLate:
    """国办公开办函〔2016〕235号: the day of posting decides, not the date of the letter."""

    def test_dated_in_time_but_posted_late_is_late(self, law: Law) -> None:
        assert answer(law, "2016-12-27", posted="2017-01-19").late is True
        assert answer(law, "2016-12-27", posted="2017-01-18").late is False
        assert any("送达" in basis for basis in answer(law, "2016-12-27", posted="2017-01-18").basis)

    def test_nothing_posted_is_neither(self, law: Law) -> None:
        assert answer(law, "2025-03-03").late is None

    def test_posted_on_the_day_of_receipt_is_in_time(self, law: Law) -> None:
        assert answer(law, "2025-03-03", posted="2025-03-03").late is False

    def test_while_pending_a_day_that_is_surely_in_time_is_not_late(self, law: Law) -> None:
        assert answer(law, "2026-12-20", posted="2026-12-31").late is False
        assert answer(law, "2026-12-20", posted="2027-01-01").late is False
        assert answer(law, "2026-12-20", posted="2027-01-02").late is None

    def test_while_a_consultation_is_open_only_earlier_days_are_surely_in_time(self, law: Law) -> None:
        rows = [{"sent": "2025-03-07"}]
        assert answer(law, "2025-03-03", consultations=rows, posted="2025-03-07").late is False
        assert answer(law, "2025-03-03", consultations=rows, posted="2025-06-02").late is None


class TestPending:
    """Past the last known year nothing is guessed."""

    def test_the_first_unknown_day_and_the_reason_are_named(self, law: Law) -> None:
        found = answer(law, "2026-12-20").as_json()
        assert (found["last_day"], found["pending"]) == (None, True)
        assert found["first_unknown_day"] == "2027-01-01"
        assert "2027年的放假安排尚未录入" in found["reason"]
        assert found["derivation"][-1]["date"] == "2026-12-31"

    def test_with_a_sample_overlay_the_day_is_known(self) -> None:
        found = answer(load_law(DATA / "calendar"), "2026-12-20")
        assert dates(found)[0] == "2027-01-18"
        assert found.rules["calendar-2027"] == "测试〔2026〕1号"

    def test_the_last_receipts_that_can_be_counted(self, law: Law) -> None:
        assert not answer(law, "2026-12-03").pending
        assert answer(law, "2026-12-04").pending
        assert answer(law, "2026-11-05", extension=20).last_day == date(2026, 12, 31)
        assert answer(law, "2026-11-06", extension=20).pending

    def test_a_last_day_at_the_very_end_comes_with_a_warning(self, law: Law) -> None:
        assert any("年末几日" in note for note in answer(law, "2026-12-03").notes)
        assert answer(law, "2025-12-03").notes == ()

    def test_a_receipt_past_the_end_names_the_first_day_after_it(self, law: Law) -> None:
        assert answer(law, "2027-03-01").first_unknown_day == date(2027, 3, 2)

    def test_a_fixed_date_needs_no_calendar(self, law: Law) -> None:
        assert annual_report_deadline(2030, "department", law=law).last_day == date(2031, 1, 31)

    def test_natural_days_are_pending_when_their_last_day_may_be_a_holiday(self, law: Law) -> None:
        found = reckon({"kind": "reconsideration", "received": "2026-11-20"}, law).as_json()
        assert (found["pending"], found["natural_last_day"]) == (True, "2027-01-19")
        assert found["first_unknown_day"] == "2027-01-19"
        assert "顺延" in found["reason"]


class TestNaturalDays:
    """Reconsideration and suit: natural days, and a last day of rest runs on to the next working day."""

    def test_sixty_days_after_the_day_of_receipt(self, law: Law) -> None:
        found = period_deadline("reconsideration", date(2025, 3, 3), law=law)
        assert found.last_day == date(2025, 5, 6)
        assert found.natural_last_day == date(2025, 5, 2)
        assert found.counted == 60
        assert [step.reason for step in found.derivation[-4:]][1:] == [
            "劳动节假期，顺延", "劳动节假期，顺延", "工作日，顺延后的最后一日",
        ]  # fmt: skip

    def test_the_basis_names_the_rule_of_running_on_only_when_it_was_needed(self, law: Law) -> None:
        moved = period_deadline("reconsideration", date(2025, 3, 3), law=law).basis
        assert moved == (
            "《中华人民共和国行政复议法》第二十条第一款",
            "《中华人民共和国行政复议法》第八十八条第一款",
            "《中华人民共和国民事诉讼法》第八十五条第三款",
        )
        kept = period_deadline("reconsideration", date(2025, 3, 10), law=law)
        assert kept.last_day == kept.natural_last_day == date(2025, 5, 9)
        assert kept.basis == moved[:1]

    def test_before_2024_the_basis_is_the_old_law(self, law: Law) -> None:
        found = period_deadline("reconsideration", date(2023, 3, 6), law=law)
        assert found.basis[0] == "《中华人民共和国行政复议法》（2017年修正）第九条第一款"

    def test_a_working_saturday_is_a_last_day_like_another(self, law: Law) -> None:
        found = suit_deadline(date(2025, 8, 31), after="letter", law=law)
        assert found.last_day == date(2026, 2, 28)
        assert "不是休息日，不顺延" in found.derivation[-1].reason

    @pytest.mark.parametrize(
        ("received", "last_day"),
        [
            (date(2025, 3, 3), date(2025, 9, 3)),
            (date(2024, 8, 30), date(2025, 2, 28)),
            (date(2023, 8, 31), date(2024, 2, 29)),
            (date(2025, 4, 5), date(2025, 10, 9)),
            (date(2014, 3, 3), date(2014, 6, 3)),
            (date(2025, 12, 31), date(2026, 6, 30)),
        ],
    )
    def test_six_months_end_on_the_same_day_of_the_month_or_its_last(
        self, received: date, last_day: date, law: Law
    ) -> None:
        assert suit_deadline(received, after="letter", law=law).last_day == last_day

    def test_the_month_without_such_a_day_is_explained(self, law: Law) -> None:
        found = suit_deadline(date(2023, 8, 31), after="letter", law=law)
        assert found.derivation[-1].reason == "满6个月，当月没有31日，以月末日为准"
        assert "《中华人民共和国民法典》第二百零二条" in found.basis
        assert found.counted == 6

    def test_after_a_decision_there_are_fifteen_days(self, law: Law) -> None:
        found = suit_deadline(date(2025, 9, 18), after="decision", law=law)
        assert found.natural_last_day == date(2025, 10, 3)
        assert found.last_day == date(2025, 10, 9)
        assert "《最高人民法院关于适用〈中华人民共和国行政诉讼法〉的解释》第四十八条第三款" in found.basis


class TestAnnualReport:
    """条例第四十九条 gives a date: it doesn't run on."""

    def test_a_day_of_rest_is_only_pointed_out(self, law: Law) -> None:
        found = annual_report_deadline(2025, "department", law=law)
        assert found.last_day == date(2026, 1, 31)
        assert any("不顺延，请提前公布" in note for note in found.notes)

    def test_published_after_the_day_is_late(self, law: Law) -> None:
        assert annual_report_deadline(2024, "local_department", law=law, posted=date(2025, 2, 1)).late is True
        assert annual_report_deadline(2024, "local_department", law=law, posted=date(2025, 1, 31)).late is False


@pytest.mark.parametrize(
    ("body", "pointer", "words"),
    [
        ([], "", "JSON对象"),
        (None, "", "JSON对象"),
        ({}, "/kind", "请写明期限种类：answer"),
        ({"kind": "anwser"}, "/kind", "answer（答复申请）"),
        ({"kind": ["answer"]}, "/kind", "期限种类"),
        ({"kind": "answer"}, "/received", "请填写收到申请之日"),
        ({"kind": "answer", "received": "2025-3-3"}, "/received", "写作2026-03-01"),
        ({"kind": "answer", "received": "20250303"}, "/received", "写作2026-03-01"),
        ({"kind": "answer", "received": "2025-02-30"}, "/received", "没有2025-02-30这一天"),
        ({"kind": "answer", "received": "２０２５-03-03"}, "/received", "写作2026-03-01"),
        ({"kind": "answer", "received": "2025-03-03T00:00:00"}, "/received", "写作2026-03-01"),
        ({"kind": "answer", "received": 20250303}, "/received", "写作2026-03-01"),
        ({"kind": "answer", "received": "0001-01-01"}, "/received", "1990年至2199年"),
        ({"kind": "answer", "received": "9999-12-31"}, "/received", "1990年至2199年"),
        ({"kind": "answer", "received": "2008-04-30"}, "/received", "自2008年5月1日起施行"),
        ({"kind": "third_party", "received": "2019-05-14"}, "/received", "第三十二条"),
        ({"kind": "fee_payment", "received": "2020-12-31"}, "/received", "《政府信息公开信息处理费管理办法》第六条"),
        ({"kind": "answer", "received": "2025-03-03", "recieved": "x"}, "/recieved", "没有这一项"),
        ({"kind": "answer", "received": "2025-03-03", "a/b~": 1}, "/a~1b~0", "没有这一项"),
        ({"kind": "answer", "received": "2025-03-03", "extension": "5"}, "/extension", "整数"),
        ({"kind": "answer", "received": "2025-03-03", "extension": 5.0}, "/extension", "整数"),
        ({"kind": "answer", "received": "2025-03-03", "extension": True}, "/extension", "整数"),
        ({"kind": "answer", "received": "2025-03-03", "channel": "email"}, "/channel", "online（互联网渠道）"),
        ({"kind": "answer", "received": "2025-03-03", "posted": "2025-03-02"}, "/posted", "第三十三条第二款"),
        ({"kind": "answer", "received": "2025-03-03", "corrected": "2025-03-10", "posted": "2025-03-09"}, "/posted",
         "收到补正之日"),
        ({"kind": "answer", "received": "2025-03-03", "paid": "2025-03-10", "posted": "2025-03-09"}, "/posted",
         "缴费完成之日"),
        ({"kind": "answer", "received": "2025-03-03", "channel": "online", "confirmed": "2025-03-02"}, "/confirmed",
         "第三十一条第三项"),
        ({"kind": "answer", "received": "2025-03-03", "corrected": "2025-03-02"}, "/corrected", "第三十条"),
        ({"kind": "answer", "received": "2025-03-03", "channel": "online", "confirmed": "2025-03-05",
          "corrected": "2025-03-04"}, "/corrected", "收到申请之日"),
        ({"kind": "answer", "received": "2025-03-03", "paid": "2025-03-02"}, "/paid", "第六条"),
        ({"kind": "answer", "received": "2020-03-02", "paid": "2020-04-01"}, "/paid", "2021年1月1日起施行"),
        ({"kind": "answer", "received": "2017-03-02", "corrected": "2017-04-05"}, "/corrected", "2019年5月15日起施行"),
        ({"kind": "answer", "received": "2025-03-03", "consultations": {}}, "/consultations", "列表，每项是一组填写项"),
        ({"kind": "answer", "received": "2025-03-03", "consultations": ["x"]}, "/consultations/0", "一组填写项"),
        ({"kind": "answer", "received": "2025-03-03", "consultations": [{}]}, "/consultations/0/sent", "请填写"),
        ({"kind": "answer", "received": "2025-03-03", "consultations": [{"sent": "2025-03-04", "to": "x"}]},
         "/consultations/0/to", "没有这一项"),
        ({"kind": "answer", "received": "2025-03-03", "consultations": [{"sent": "2025-03-02"}]},
         "/consultations/0/sent", "第三十三条第三款"),
        ({"kind": "answer", "received": "2025-03-03",
          "consultations": [{"sent": "2025-03-05", "delivered": "2025-03-04"}]},
         "/consultations/0/delivered", "不能早于发出日期"),
        ({"kind": "answer", "received": "2025-03-03",
          "consultations": [{"sent": "2025-03-05", "delivered": "2025-03-07", "answered": "2025-03-06"}]},
         "/consultations/0/answered", "不能早于"),
        ({"kind": "answer", "received": "2025-03-03", "consultations": [{"sent": "2025-03-05"}] * 51},
         "/consultations", "应有0至50项，现在是51项"),
        ({"kind": "third_party", "received": "2025-03-03", "extension": 5}, "/extension", "的，不填“延长的工作日数”"),
        ({"kind": "third_party", "received": "2025-03-03", "channel": "online"}, "/channel", "期限种类选“第三方提出意见”的，不填“收到渠道”"),
        ({"kind": "answer", "received": "2025-03-03", "year": 2025}, "/year", "不填“报告年度”，请清空这一项"),
        ({"kind": "suit", "received": "2025-03-03"}, "/after", "letter"),
        ({"kind": "suit", "received": "2025-03-03", "after": "appeal"}, "/after", "decision"),
        ({"kind": "reconsideration", "received": "2025-03-03", "posted": "2025-03-02"}, "/posted", "第二十条第一款"),
        ({"kind": "annual_report"}, "/year", "请填写报告年度"),
        ({"kind": "annual_report", "year": 2025}, "/agency_kind", "政府部门（department）"),
        ({"kind": "annual_report", "year": 2025, "agency_kind": "school"}, "/agency_kind", "机关类别"),
        ({"kind": "annual_report", "year": 2007, "agency_kind": "department"}, "/year", "应在2008和2198之间。"),
        ({"kind": "annual_report", "year": "2025", "agency_kind": "department"}, "/year", "整数"),
        ({"kind": "annual_report", "year": 2025, "agency_kind": "department", "posted": "2025-12-31"}, "/posted",
         "第四十九条第一款"),
    ],
)  # fmt: skip
def test_wrong_input_is_refused_where_it_is_wrong(body: object, pointer: str, words: str, law: Law) -> None:
    sentences = refused(law, body)
    assert set(sentences) >= {pointer}
    assert words in sentences[pointer]
    assert sentences[pointer].endswith("。")


def test_a_lone_surrogate_in_a_key_can_be_printed(law: Law) -> None:
    pointers = refused(law, {"kind": "answer", "received": "2025-03-03", "\ud800": 1})
    assert [pointer.encode() for pointer in pointers] == [b"/\\ud800"]


def test_all_faults_of_form_come_at_once(law: Law) -> None:
    body = {"kind": "answer", "received": "x", "channel": "y", "extension": "z", "colour": 1}
    assert set(refused(law, body)) == {"/received", "/channel", "/extension", "/colour"}


@pytest.mark.parametrize("kind", KINDS)
def test_keys_that_say_nothing_are_accepted_for_every_clock(kind: str, law: Law) -> None:
    keys = {key for one in KINDS.values() for key in one.questions}
    empty: dict[str, Any] = dict.fromkeys(keys) | {"consultations": [], "extension": 0, "channel": "none"}
    needed: dict[str, Any] = {"annual_report": {"year": 2025, "agency_kind": "department"}}
    needed |= {"suit": {"after": "letter"}, "redo": {"by": "decision", "ordered": 15}}
    needed |= {"reconsideration_answer": {"procedure": "simple"}}
    own = {"received": "2025-03-03"} if kind != "annual_report" else {}
    own |= needed.get(kind, {})
    assert reckon(empty | {"kind": kind} | own, law).last_day


def test_the_answers_of_a_letter_do_as_well_as_a_body(law: Law) -> None:
    clock = {"channel": "online", "received": date(2025, 3, 3), "confirmed": date(2025, 3, 5), "consultations": []}
    assert reckon_answers("answer", clock, law).last_day == date(2025, 4, 2)


def test_typed_facts_give_the_same_answer_as_a_body(law: Law) -> None:
    typed = answer_deadline(
        received=date(2025, 3, 3),
        law=law,
        channel="online",
        consultations=[Consultation(sent=date(2025, 3, 7), answered=date(2025, 3, 20))],
    )
    rows = [{"sent": "2025-03-07", "answered": "2025-03-20"}]
    assert typed == answer(law, "2025-03-03", channel="online", consultations=rows)


def test_typed_facts_are_checked_like_a_body(law: Law) -> None:
    with pytest.raises(InvalidInput, match="第三十三条第二款"):
        answer_deadline(received=date(2025, 3, 3), law=law, extension=21)
    with pytest.raises(InvalidInput, match="起诉的起算"):
        suit_deadline(date(2025, 3, 3), after="appeal", law=law)
    with pytest.raises(InvalidInput, match="机关类别"):
        annual_report_deadline(2025, "school", law=law)


def test_a_changed_limit_changes_the_day_and_every_sentence(law: Law) -> None:
    longer = tuple(replace(limit, length=25) for limit in law.limits["answer"])
    changed = replace(law, limits={**law.limits, "answer": longer})
    found = answer(changed, "2025-03-03")
    assert found.last_day == date(2025, 4, 8)
    assert found.period == "25个工作日"
    assert found.counted == 25
    assert "25个工作日" in found.explain()


def test_a_reader_can_follow_the_answer_day_by_day(law: Law) -> None:
    rows = [{"sent": "2025-03-28", "answered": "2025-04-02"}]
    text = answer(law, "2025-03-17", extension=3, consultations=rows, posted="2025-04-25").explain()
    for line in (
        "答复申请（20个工作日，延长3个工作日）：最后一日为2025年4月23日（星期三）",
        "需要延长的，最迟在2025年4月18日告知申请人。",
        "2025年4月25日送达或者交邮：已经逾期。",
        "  2025年3月17日 星期一  不计  收到申请之日，期间开始的当日不计算在内",
        "  2025年3月18日 星期二  第1日  工作日",
        "  2025年3月22日 星期六  不计  周末",
        "  2025年3月31日 星期一  不计  征求意见期间（2025年3月28日发出），不计入答复期限",
        "  2025年4月4日 星期五  不计  清明节假期",
    ):
        assert line in text.splitlines()


def test_a_pending_answer_says_where_it_stopped_and_why(law: Law) -> None:
    text = answer(law, "2026-12-20").explain()
    assert "最后一日待定" in text
    assert "到此为止：2027年的放假安排尚未录入" in text


def test_every_answer_names_the_data_it_came_from(law: Law) -> None:
    rules = answer(law, "2025-03-03").rules
    assert set(rules) == {"acts", "limits", "calendar"}
    assert all(version in answer(law, "2025-03-03").explain() for version in rules.values())


def test_every_key_of_the_clock_has_a_label_and_a_help() -> None:
    rows = ClockQuestions().fields["consultations"]
    assert isinstance(rows, Rows)
    asked = [*ClockQuestions().questions(), *rows.questions().questions()]
    asked += [pair for kind in KINDS.values() for pair in kind.questions.items() if pair[0] != "received"]
    for key, question in asked:
        assert question.label
        assert getattr(question.help, "text", question.help).endswith("。"), key
