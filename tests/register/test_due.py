"""What is due is found by urgency, without reading the events of every case; the feed names no person."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from time import process_time

import pytest

from gipdocs.access.actors import HERE
from gipdocs.register import cases
from gipdocs.register.due import GROUPS, DueItem, list_due
from gipdocs.register.feed import calendar_text
from gipdocs.register.register import Register
from gipdocs.service import Service
from gipdocs.store.engine import Store
from gipdocs.store.tables import CaseRow, EventRow
from tests.register.conftest import Day
from tests.register.making import event

pytestmark = pytest.mark.slow

Opened = Callable[..., str]


def item_of(register: Register) -> tuple[str, DueItem]:
    """The group of the only item, and the item."""
    ((group, found),) = [(name, items) for name, items in list_due(register).groups.items() if items]
    return group, found[0]


@pytest.mark.parametrize(
    ("today", "group", "left", "why"),
    [
        (date(2026, 4, 2), "overdue", -2, "已超过2个工作日。"),
        (date(2026, 3, 31), "today", 0, "今天是最后一日。"),
        (date(2026, 3, 26), "soon", 3, "还有3个工作日。"),
        (date(2026, 3, 20), "week", 7, "还有7个工作日。"),
        (date(2026, 3, 19), "later", 8, "还有8个工作日。"),
    ],
    ids=["overdue", "today", "soon", "week", "later"],
)
def test_a_case_stands_in_the_group_of_its_day(
    register: Register, opened: Opened, day: Day, today: date, group: str, left: int, why: str
) -> None:
    number, day.today = opened(), today
    found, item = item_of(register)
    assert (found, item.left, item.why) == (group, left, why)
    assert (item.number, item.what, item.label, item.day) == (number, "answer", "答复申请", date(2026, 3, 31))
    assert item.subject and item.officer == ""


def test_a_day_that_is_not_known_is_listed_with_the_reason(register: Register, opened: Opened) -> None:
    number = opened()
    cases.record(register, number, event("correction_asked", "2026-03-05"), by=HERE)
    group, item = item_of(register)
    assert (group, item.what, item.day, item.left) == ("pending", "correction", None, None)
    assert item.why == "还没有记录申请人收到文书之日，期限自收到之日起计算；请更正那条记录，补上这一日。"


def test_cases_are_listed_by_day_up_to_one(register: Register, opened: Opened, day: Day) -> None:
    first, second = opened(), opened()
    day.today = date(2026, 4, 20)
    cases.record(register, first, event("extended", "2026-03-30", working_days=20), by=HERE)
    due = list_due(register)
    assert [item.number for item in due.overdue] == [second] and [item.number for item in due.week] == [first]
    assert list_due(register, until=date(2026, 4, 1)).week == ()


def test_a_closed_case_is_due_only_by_a_challenge(register: Register, opened: Opened) -> None:
    number = opened()
    cases.record(register, number, event("answered", "2026-03-20", outcome="reply-granted"), by=HERE)
    assert item_of(register)[1].what == "serve"
    cases.record(register, number, event("posted", "2026-03-20", way="mail"), by=HERE)
    assert not any(list_due(register).groups.values())
    challenged = event("challenged", "2026-04-27", ref=1, kind="reconsideration")
    cases.record(register, number, challenged, by=HERE)
    group, item = item_of(register)
    assert (group, item.what) == ("week", "defence")


def test_the_list_is_plain_data(register: Register, opened: Opened) -> None:
    opened()
    plain = list_due(register).as_json()
    assert list(plain) == [*GROUPS, "drafts", "expired", "expired_by"]
    assert plain["overdue"][0]["day"] == "2026-03-31" and plain["expired"] == 0


def unfold(text: str) -> list[str]:
    """The lines of a calendar file, each checked for its end and its length."""
    assert text.endswith("\r\n") and "\n" not in text.replace("\r\n", "")
    lines = text.removesuffix("\r\n").split("\r\n")
    assert all(len(line.encode()) <= 75 for line in lines)
    return re.sub("\r\n[ \t]", "", text).removesuffix("\r\n").split("\r\n")


def events_in(text: str) -> list[dict[str, str]]:
    """The events of a calendar file by property; every other line must be one of the calendar's own."""
    lines = unfold(text)
    assert lines[0] == "BEGIN:VCALENDAR" and lines[-1] == "END:VCALENDAR" and lines[1] == "VERSION:2.0"
    body = "\n".join(lines[1:-1])
    found = re.findall(r"^BEGIN:VEVENT\n(.*?)\nEND:VEVENT$", body, re.MULTILINE | re.DOTALL)
    rest = re.sub(r"^BEGIN:VEVENT\n.*?\nEND:VEVENT$", "", body, flags=re.MULTILINE | re.DOTALL)
    assert all(re.fullmatch(r"(?:VERSION|PRODID|CALSCALE|METHOD|X-WR-CALNAME):.+|", line) for line in rest.split("\n"))
    return [dict(line.split(":", 1) for line in event.split("\n")) for event in found]


def test_the_feed_has_an_all_day_event_for_each_day(register: Register, opened: Opened) -> None:
    number = opened()
    (found,) = events_in(calendar_text(register))
    assert found["SUMMARY"] == f"{number} 答复申请"
    assert found["DTSTART;VALUE=DATE"] == "20260331" and found["DTEND;VALUE=DATE"] == "20260401"
    assert re.fullmatch(r"\d{8}T\d{6}Z", found["DTSTAMP"])
    assert set(found) == {"UID", "DTSTAMP", "DTSTART;VALUE=DATE", "DTEND;VALUE=DATE", "SUMMARY", "TRANSP"}


def test_the_feed_moves_an_event_and_names_nobody(register: Register, opened: Opened) -> None:
    number = opened(info_title="关于张晓彤住宅的批复")
    (before,) = events_in(calendar_text(register))
    cases.record(register, number, event("extended", "2026-03-30", working_days=20), by=HERE)
    text = calendar_text(register)
    (after,) = events_in(text)
    assert before["UID"] == after["UID"] and before["DTSTART;VALUE=DATE"] != after["DTSTART;VALUE=DATE"]
    assert "张晓彤" not in "".join(unfold(text)) and "批复" not in "".join(unfold(text))


def test_a_long_name_with_marks_is_escaped_and_folded_between_characters(register: Register, opened: Opened) -> None:
    office = register.office()
    name = "机关事务、" * 30 + "；;,\\𬱖"
    renamed = replace(office, profile=replace(office.profile, name=name))
    opened()
    lines = unfold(calendar_text(replace(register, office=lambda: renamed)))
    (told,) = [line.partition(":")[2] for line in lines if line.startswith("X-WR-CALNAME:")]
    assert told.startswith("机关事务、") and "；\\;\\,\\\\𬱖政府信息公开" in told


def fill(store: Store, register: Register, count: int) -> None:
    """Put in so many cases, most of them closed, as copies of one; six events each."""
    with store.writing() as session:
        (pattern,) = session.query(CaseRow).all()
        columns = [column.key for column in CaseRow.__table__.columns if column.key not in ("id", "number")]
        shared = {key: getattr(pattern, key) for key in columns} | {"series": None, "year": None, "serial": None}
        closed = {"state": "closed", "due_on": None, "due_what": None, "closed_on": date(2026, 3, 30), "row": "granted"}
        days = [date(2026, 3, 2) + timedelta(days=n % 90) for n in range(count)]
        rows = [{**shared, "number": f"c{n}", **({"due_on": days[n]} if n % 20 == 0 else closed)} for n in range(count)]
        session.execute(CaseRow.__table__.insert(), rows)
        ids = [id for (id,) in session.query(CaseRow.id).where(CaseRow.id > pattern.id)]
        made = {"kind": "noted", "day": date(2026, 3, 3), "facts": {}, "made_by": "x"}
        session.execute(
            EventRow.__table__.insert(),
            [{**made, "case_id": id, "place": place} for id in ids for place in range(1, 7)],
        )


@pytest.mark.slow
def test_ten_thousand_cases_are_listed_without_reading_their_events(
    store: Store, register: Register, service: Service, opened: Opened
) -> None:
    opened()
    fill(store, register, 10_000)
    list_due(register)
    begun = process_time()
    due = list_due(register)
    assert process_time() - begun < 1.0  # 0.03 s on a machine of 2025
    assert sum(map(len, due.groups.values())) == 501
