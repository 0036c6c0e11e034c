"""What holds for the figures of any register: the form's sums, the chain of years, and an independent count."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from itertools import groupby, pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from gipdocs.access.actors import HERE
from gipdocs.law import Office
from gipdocs.register import cases, statistics
from gipdocs.register.history import CaseEvent, History
from gipdocs.register.register import Register
from gipdocs.register.standing import stand
from gipdocs.register.statistics import as_record
from gipdocs.register.year_account import account
from gipdocs.reports import judge, load
from gipdocs.reports.forms import load_forms
from gipdocs.store.tables import COLUMN_KEYS, CaseRow
from tests.offices import SAMPLE, office_of
from tests.register.histories import histories, with_mistake

pytestmark = pytest.mark.slow


def mistaken(events: list[CaseEvent]) -> CaseEvent:
    """Something that would change the figures, on the day of the last event."""
    closed = any(event.kind in ("posted", "withdrawn") for event in events)
    kind, facts = ("challenged", {"ref": 9, "kind": "suit_direct"}) if closed else ("withdrawn", {})
    return CaseEvent(place=0, kind=kind, day=events[-1].day, facts=facts)


OFFICE = office_of(SAMPLE)
LATER = replace(OFFICE, today=date(2031, 1, 6))
YEARS = range(2020, 2030)
KEPT = st.tuples(st.sampled_from(COLUMN_KEYS), histories(OFFICE))
CANCELLED = KEPT.map(lambda kept: (kept[0], with_mistake(kept[1], mistaken(kept[1]))))
REGISTERS = st.lists(KEPT | CANCELLED, max_size=6)
ROWS = {
    "reply-granted": "granted",
    "reply-partial": "partial",
    "reply-withheld-process": "d6_process",
    "reply-not-existing": "u1_not_held",
    "reply-repeat": "n2_repeat",
    "reply-other": "o3_other",
    "reply-withdrawn": "o3_other",
}
"""The rows of the form in force since 2021."""
FEW = settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
Kept = tuple[str, list[CaseEvent]]


def challenged(kept: list[Kept], year: int) -> Counter[tuple[str, str]]:
    """Table four, counted in the same way."""
    cells: Counter[tuple[str, str]] = Counter()
    for _, events in kept:
        gone = {event.cancels for event in events}
        live = [event for event in events if event.place not in gone and event.day.year <= year]
        decided = {event.facts["ref"]: event for event in live if event.kind == "decided"}
        for event in live:
            end = decided.get(event.facts.get("ref", 0))
            if event.kind == "challenged" and not (end and end.day.year < year):
                cells[event.facts["kind"], end.facts["result"] if end else "pending"] += 1
    return cells


class Undone(Exception):
    """Ends a transaction without writing."""


@contextmanager
def filled(register: Register, kept: list[Kept], office: Office) -> Iterator[Session]:
    """A transaction in which the register holds these cases; nothing of it is kept."""
    try:
        with register.store.writing() as session:
            for number, (column, events) in enumerate(kept, 1):
                row = CaseRow(number=str(number), application={}, column_key=column, subject="", created_by="本机")
                session.add(row)
                session.flush()
                for _, batch in groupby(events, key=lambda event: event.cancels is not None):
                    cases.add_events(session, row, batch, office, by=HERE)
            yield session
            raise Undone
    except Undone:
        pass


def counted(kept: list[Kept], year: int) -> Counter[tuple[str, str]]:
    """Table three as somebody would count it who reads the histories one by one."""
    cells: Counter[tuple[str, str]] = Counter()
    for column, events in kept:
        gone = {event.cancels for event in events}
        days = {event.kind: event.day for event in events if event.place not in gone}
        received = max(days["received"], days.get("confirmed", days["received"]))
        closed = days.get("withdrawn") or ("answered" in days and days.get("posted")) or None
        if received.year == year:
            cells["new", column] += 1
        if received.year < year and not (closed and closed.year < year):
            cells["carried_in", column] += 1
        if received.year <= year and not (closed and closed.year <= year):
            cells["carried_out", column] += 1
        if closed and closed.year == year:
            outcomes = [
                event.facts["outcome"]
                for event in events
                if event.place not in gone
                and (event.kind == "answered" or (event.kind == "reanswered" and event.day.year == year))
            ]
            row = "reply-withdrawn" if "withdrawn" in days else outcomes[-1]
            cells[ROWS[row], column] += 1
            cells["sum", column] += 1
    return cells


@FEW
@given(REGISTERS)
def test_the_figures_of_every_year_hold(register: Register, kept: list[Kept]) -> None:
    with filled(register, kept, OFFICE) as session:
        figures = [statistics.count(session, year) for year in YEARS]
    for one in figures:
        assert one.balanced
        columns = one.form.applicants
        if one.form.key == max(load_forms()):
            found = {
                (row, column): number
                for row, cells in one.table3.items()
                for column, number in zip(columns, cells, strict=False)
                if number
            }
            assert found == +counted(kept, one.year)
        assert all(cells[-1] == sum(cells[:-1]) for cells in one.table3.values())
        results = {(suit, result): cell for suit, cells in one.table4.items() for result, cell in cells.items() if cell}
        assert {key: cell for key, cell in results.items() if key[1] != "total"} == challenged(kept, one.year)
        assert all(cells["total"] == sum(cells.values()) - cells["total"] for cells in one.table4.values())
    for before, after in pairwise(figures):
        assert before.table3["carried_out"] == after.table3["carried_in"]


@FEW
@given(REGISTERS)
def test_the_sentences_of_every_year_say_what_its_tables_and_its_cases_say(
    register: Register, kept: list[Kept]
) -> None:
    with filled(register, kept, OFFICE) as session:
        accounts = [account(session, year, LATER) for year in YEARS]
    for one in accounts:
        said = one.sentences.whole
        assert bool(said) == one.is_known
        if not said:
            continue
        sections = [
            {"no": 1, "items": [{"head": "（一）依申请公开", "text": said["requests"]}]},
            {"no": 4, "items": [{"text": said["disputes"]}]},
            {"no": 6, "items": [{"text": said.get("fee", "无。")}]},
        ]
        record = load(as_record(one.figures) | {"sections": sections})
        wrong = [one for one in judge(record).findings if one.code in ("NARR-TEXT", "NARR-PARTS", "S-UNIT", "S-YEAR")]
        assert wrong == [], said
        assert sum(one.course.channels.values()) == one.figures.table3["new"][-1]
        assert_on_time(said["requests"], [History(events) for _, events in kept], one.figures.year)


def assert_on_time(said: str, histories: list[History], year: int) -> None:
    """What the sentences call in time is so, case by case."""
    end = date(year, 12, 31)
    standings = [stand(history.events, OFFICE) for history in histories]
    late = [one.late for one in standings if one.closed_on and one.closed_on.year == year]
    if re.search("在法定期限内办结|已经办结的申请[^，。]*没有超过法定期限", said):
        assert late and not any(late)
    if found := re.search(r"已经办结的申请中，有(\d+)件超过", said):
        assert int(found[1]) == sum(late)
    if re.search("结转下年度的申请(?:尚在办理期限内|没有超过法定期限)", said):
        left = [
            stand(history.until(end).events, OFFICE)
            for history, one in zip(histories, standings, strict=True)
            if one.received_on and one.received_on <= end and not (one.closed_on and one.closed_on <= end)
        ]
        assert left and all(one.answer_by is None or one.answer_by > end for one in left)


@FEW
@given(REGISTERS, st.integers(2021, 2026))
def test_what_happens_later_changes_no_earlier_year(register: Register, kept: list[Kept], year: int) -> None:
    pairs = [((column, _until(events, year)), (column, events)) for column, events in kept]
    settled = [pair for pair in pairs if pair[0][1] and not _is_confirmed_later(pair[1][1], year)]
    with filled(register, [before for before, _ in settled], OFFICE) as session:
        expected = statistics.count(session, year)
    with filled(register, [after for _, after in settled], OFFICE) as session:
        assert statistics.count(session, year) == expected


def _until(events: list[CaseEvent], year: int) -> list[CaseEvent]:
    return [event for event in events if event.day.year <= year]


def _is_confirmed_later(events: list[CaseEvent], year: int) -> bool:
    """Whether a case is confirmed after the year in which it arrived, which by law moves the day of receipt."""
    return any(event.kind == "confirmed" and event.day.year > year for event in events)
