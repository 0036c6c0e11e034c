"""The register with ten thousand cases on each database: how long the server takes for what a clerk waits for."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import insert, select

from bench.rivals import Absent
from bench.service import timed
from gipdocs.app import create_app
from gipdocs.register.applications import describe_application, keep, load_application
from gipdocs.register.finding import Filter
from gipdocs.register.ledger import write_ledger
from gipdocs.register.numbers import CASES as SERIES
from gipdocs.register.register import Register
from gipdocs.register.settling import settle_all
from gipdocs.register.statistics import count_year
from gipdocs.service import Service
from gipdocs.settings import Settings
from gipdocs.store.numbers import raise_to
from gipdocs.store.tables import CaseRow, EventRow
from tests.store.postgresql import PACKAGES, running_server

CASES, EVENTS, ROUNDS = 10_000, 60_000, 9
OPEN, UNKNOWN = 20, 3
"""One case in so many is open, and of these one in so many waits for a day that isn't known."""
PAGE_MS, STATISTICS_MS, SETTLE_MS = 150.0, 2_000.0, 60_000.0
NAMES = ("张晓彤", "李桂芬", "王建国", "陈思远", "赵雅琴", "刘海峰", "周敏", "孙立新")
PAGES = {
    "list": "/desk/cases",
    "list, last page": "/desk/cases?page={last}",
    "list of a state and a year": "/desk/cases?state=closed&year={year}",
    "list of a name": "/desk/cases?q=李桂芬",
    "list of what is overdue": "/desk/cases?overdue=1",
    "what is due": "/desk/due",
    "a case": "/desk/cases/{number}",
    "list by the API": "/api/v1/cases",
    "what is due by the API": "/api/v1/due",
}
Told = tuple[str, int, dict[str, Any]]
"""An event: its kind, how many days after receipt, its facts."""
BEGINNING: tuple[Told, ...] = (
    ("received", 0, {"channel": "online"}),
    ("confirmed", 1, {"by": "phone"}),
    ("registered", 1, {}),
    ("assigned", 1, {"department": "办公室", "officer": "孙静"}),
)
ENDS: dict[str, tuple[Told, ...]] = {
    "closed": (("answered", 15, {"outcome": "reply-granted"}), ("posted", 16, {"way": "mail"})),
    "open": (("noted", 2, {}), ("noted", 3, {})),
    "unknown": (("noted", 2, {}), ("correction_asked", 3, {})),
}


@dataclass(frozen=True)
class Timing:
    """What was measured, the median in milliseconds, and what is allowed; None if no limit is set."""

    what: str
    ms: float
    limit_ms: float | None


@contextmanager
def databases(folder: Path) -> Iterator[dict[str, str]]:
    """The URLs of fresh databases by the engine's name; Absent if this machine has no PostgreSQL."""
    if not any(PACKAGES.glob("*/bin/postgres")):
        raise Absent("PostgreSQL is not installed")
    with running_server() as server:
        yield {"SQLite": f"sqlite:///{folder / 'register.db'}", "PostgreSQL": server.empty_database()}


def measure(url: str) -> list[Timing]:
    """Fill a fresh database and measure."""
    app = create_app(Settings(secret_key="bench", database=url))
    service: Service = app.extensions["gipdocs"]
    register = service.register
    assert register is not None
    try:
        fill(register, service)
        settled = Timing("settle every case", timed(partial(settle_all, register, every=True)), SETTLE_MS)
        return [*_pages(app.test_client(), register), *_counts(register), settled]
    finally:
        service.close()


def fill(register: Register, service: Service) -> None:
    """Put in the cases with six events each, as an import would, but still without the derived columns."""
    with register.store.writing() as session:
        rows = [_case(service, place) for place in range(1, CASES + 1)]
        session.execute(insert(CaseRow), rows)
        for year in {row["year"] for row in rows}:
            raise_to(session, SERIES, year, CASES)
        ids = {number: id for id, number in session.execute(select(CaseRow.id, CaseRow.number))}
        events = [event for place, row in enumerate(rows, 1) for event in _events(ids[row["number"]], row, place)]
        session.execute(insert(EventRow), events)


def _case(service: Service, place: int) -> dict[str, Any]:
    application = service.sample("application-form") | {"name": NAMES[place % len(NAMES)]}
    year = _received(place).year
    numbered = {"number": f"{year}-{place:04}", "series": SERIES, "year": year, "serial": place}
    described = describe_application(load_application(application))
    return {**numbered, **described, "application": keep(application), "version": 1, "created_by": "本机"}


def _received(place: int) -> date:
    """Open cases came in within the last month, closed ones in the two years before."""
    return date.today() - timedelta(days=place % 30 if place % OPEN == 0 else 60 + place % 700)


def _events(id: int, row: dict[str, Any], place: int) -> Iterator[dict[str, Any]]:
    received = _received(place)
    end = "closed" if place % OPEN else "open" if place // OPEN % UNKNOWN else "unknown"
    for number, (kind, days, facts) in enumerate((*BEGINNING, *ENDS[end]), 1):
        day = min(received + timedelta(days), date.today())
        facts = facts | ({"number": row["number"]} if kind == "registered" else {})
        yield {"case_id": id, "place": number, "kind": kind, "day": day, "facts": facts, "made_by": "本机"}


def _pages(client: FlaskClient, register: Register) -> Iterator[Timing]:
    with register.store.reading() as session:
        number = session.scalars(select(CaseRow.number).order_by(CaseRow.id.desc())).first()
    for what, pattern in PAGES.items():
        path = pattern.format(last=CASES // 50, year=date.today().year, number=number)
        yield Timing(what, _median(lambda: _ask(client, path)), PAGE_MS)  # noqa: B023  # called at once


def _ask(client: FlaskClient, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 200, f"{path}: {answer.status}"


def _counts(register: Register) -> Iterator[Timing]:
    year = date.today().year
    yield Timing("statistics of a year", _median(lambda: count_year(register, year)), STATISTICS_MS)
    yield Timing("export as a workbook", timed(lambda: write_ledger(register, Filter())), None)


def _median(work: Callable[[], object]) -> float:
    """Milliseconds, after once to warm up."""
    work()
    return statistics.median(timed(work) for _ in range(ROUNDS))
