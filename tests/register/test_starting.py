"""At the start open cases follow the law of the day, and a holiday plan that was announced later."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from multiprocessing import get_context
from pathlib import Path

import pytest
from sqlalchemy import select

from gipdocs.access.actors import HERE
from gipdocs.app import begin_serving, create_app
from gipdocs.errors import SetupError
from gipdocs.law import Office
from gipdocs.law.calendar import lay_over
from gipdocs.law.overlay import read_overlay
from gipdocs.register import cases, reading, settling
from gipdocs.register.due import list_due
from gipdocs.register.register import Register
from gipdocs.register.starting import begin_register
from gipdocs.service import Service
from gipdocs.settings import PROJECT, Settings
from gipdocs.store.engine import Store
from gipdocs.store.tables import AuditRow
from tests.register.conftest import Day
from tests.register.making import event, open_sample

pytestmark = pytest.mark.slow

Harm = Callable[[Register, str], None]
PLAN = PROJECT / "tests" / "data" / "law" / "calendar" / "2027.toml"


def under(register: Register, *, plan: bool) -> Register:
    """The register under a calendar that ends with 2026, or that knows the holiday plan of 2027 too."""

    def office() -> Office:
        found = register.office()
        calendar = found.law.calendar.until(date(2026, 12, 31))
        calendar = lay_over(calendar, read_overlay(PLAN)) if plan else calendar
        return replace(found, law=replace(found.law, calendar=calendar))

    return replace(register, office=office)


@pytest.fixture
def waiting(register: Register, day: Day) -> str:
    """A case of 21 December 2026, under a calendar without 2027."""
    day.today = date(2026, 12, 22)
    arrival = [event("received", "2026-12-21", channel="in_person")]
    return cases.open_case(
        under(register, plan=False), {"applicant_kind": "citizen", "name": "李桂芬"}, arrival, by=HERE
    )


def test_a_holiday_plan_that_is_announced_later_moves_the_open_cases(register: Register, waiting: str) -> None:
    before = list_due(under(register, plan=False))
    assert [item.why for item in before.pending if "2027年的放假安排尚未录入" in item.why] and not before.later
    later = under(register, plan=True)
    assert settling.settle_all(later).moved == (waiting,) and settling.settle_all(later).moved == ()
    assert [(item.number, item.day) for item in list_due(later).later] == [(waiting, date(2027, 1, 19))]
    with register.store.reading() as session:
        (moved,) = session.scalars(select(AuditRow).where(AuditRow.action == "case.moved")).all()
    assert (moved.subject_id, moved.detail) == (waiting, {"before": None, "after": "2027-01-19"})


def test_the_start_says_which_cases_have_moved(
    register: Register, waiting: str, caplog: pytest.LogCaptureFixture
) -> None:
    begin_register(under(register, plan=True))
    begin_register(under(register, plan=True))
    assert [record.getMessage() for record in caplog.records] == [
        f"规定、工作日历或者机关概况有变化，1件案件的期限已经变动：{waiting}"
    ]


def spoil(register: Register, number: str) -> None:
    """Give a case a record that nobody can read."""
    with register.store.writing() as session:
        row = reading.find_row(session, number)
        cases.add_events(session, row, [event("noted", "2026-12-22")], register.office(), by=HERE, text="李桂芬来电")
        session.connection().exec_driver_sql(
            "INSERT INTO events (case_id, place, kind, day, facts, made_at, made_by)"
            f" VALUES ({row.id}, 99, 'unheard', '2026-12-22', '{{}}', '2026-12-22 00:00:00', 'x')"
        )


def contradict(register: Register, number: str) -> None:
    """Give a case a row of the report that the database refuses to a closed case without a day."""
    with register.store.writing() as session:
        row = reading.find_row(session, number)
        session.connection().exec_driver_sql(
            "INSERT INTO events (case_id, place, kind, day, facts, made_at, made_by)"
            f" VALUES ({row.id}, 99, 'withdrawn', '2026-01-05', '{{}}', '2026-12-22 00:00:00', 'x')"
        )


@pytest.mark.parametrize(("harm", "kind"), [(spoil, "KeyError"), (contradict, "IntegrityError")])
def test_a_case_that_can_not_be_settled_stops_no_other_and_is_told(
    register: Register, service: Service, waiting: str, caplog: pytest.LogCaptureFixture, harm: Harm, kind: str
) -> None:
    former, later = under(register, plan=False), under(register, plan=True)
    arrival = [event("received", "2026-12-21", channel="in_person")]
    harmed, other = (
        cases.open_case(former, {"applicant_kind": "citizen", "name": "李桂芬"}, arrival, by=HERE) for _ in range(2)
    )
    harm(former, harmed)
    begin_register(later)
    moved, failed = caplog.records
    assert moved.getMessage().endswith(f"2件案件的期限已经变动：{waiting}、{other}")
    assert failed.levelno == logging.ERROR and "李桂芬" not in caplog.text
    assert failed.getMessage().startswith(f"有1件案件没有重新推算，仍是原来的期限：{harmed}（{kind}，")
    assert {item.number for item in list_due(later).later} == {waiting, other}
    assert list(settling.settle_all(later).failed) == [harmed]


def test_a_start_goes_on_without_its_database(
    register: Register, store: Store, waiting: str, caplog: pytest.LogCaptureFixture
) -> None:
    with store.writing() as session:
        session.connection().exec_driver_sql("ALTER TABLE events RENAME TO lost")
    begin_register(under(register, plan=True))
    (told,) = caplog.records
    assert told.levelno == logging.ERROR and told.getMessage().startswith("台账没有重新推算：")


def _begin(url: str, ready: object) -> None:
    """What each of several workers does that start at once."""
    from gipdocs.service import load_service

    service = load_service(Settings(database=url))
    register = service.register
    assert register
    ready.wait()  # type: ignore[attr-defined]  # a barrier of the other process
    settling.settle_all(under(register, plan=True))


@pytest.mark.slow
def test_workers_that_start_at_once_settle_once(database: str, store: Store, register: Register, waiting: str) -> None:
    context = get_context("spawn")
    ready = context.Barrier(3)
    workers = [context.Process(target=_begin, args=(database, ready)) for _ in range(3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(120)
    assert [worker.exitcode for worker in workers] == [0, 0, 0]
    with store.reading() as session:
        assert len(session.scalars(select(AuditRow).where(AuditRow.action == "case.moved")).all()) == 1


@pytest.mark.slow
def test_the_application_settles_once_it_serves_and_not_when_it_is_loaded(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    url = f"sqlite:///{tmp_path / 'gipdocs.db'}"
    first = create_app(Settings(secret_key="x", database=url)).extensions["gipdocs"]
    number = open_sample(first.register, first)
    with first.register.store.writing() as session:
        row = reading.find_row(session, number)
        row.law_versions, row.answer_by = "former", date(2026, 3, 1)
    first.close()
    app = create_app(Settings(secret_key="x", database=url))
    assert not caplog.records
    begin_serving(app)
    app.extensions["gipdocs"].close()
    assert [number in record.getMessage() for record in caplog.records if record.name.endswith("starting")] == [True]


def test_a_database_that_can_not_be_opened_stops_the_start(tmp_path: Path) -> None:
    (tmp_path / "gipdocs.db").mkdir()
    with pytest.raises(SetupError, match="数据库"):
        create_app(Settings(secret_key="x", database=f"sqlite:///{tmp_path / 'gipdocs.db'}"))
