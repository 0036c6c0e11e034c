"""What all tests share: the service of the sample office on a fixed day, the marks, and each worker's own folder.

The marks say what a test needs, so that a part of the suite can be run: `converter` (LibreOffice), `browser` (Chromium),
`contract` (a document held to everything it owes), `slow`, `further` (one more example of a test that has had one),
`alone` (starts, measures or kills services). What a fixture or the number of an example tells is marked here; a test
that converts without one of these fixtures is marked by hand, or fails.
"""

from __future__ import annotations

import gc
import os
import re
import sys
from collections import Counter
from collections.abc import Callable, Generator, Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path
from threading import current_thread, main_thread
from typing import TYPE_CHECKING, Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from gipdocs.app import create_app
from gipdocs.documents.build import build
from gipdocs.documents.registry import Registry
from gipdocs.law import Office
from gipdocs.pdf.places import run_folder
from gipdocs.service import Service
from gipdocs.settings import AUTO, LIBREOFFICE, Settings
from tests.offices import COUNTY, SAMPLE, office_of

if TYPE_CHECKING:
    from gipdocs.store.engine import Store
    from tests.store.postgresql import Server

PROJECT = Path(__file__).resolve().parents[1]
TELLING = {
    "converter": {"converter", "pdfs", "pool", "printed", "sheets", "start_pool"},
    "browser": {"chromium"},
}
"""The fixtures by which a test shows what it needs."""
FIRST_EXAMPLES = 1
"""So many examples of one test tell most of what all of them tell."""
SECOND_ENGINE = "[postgresql"
"""What the embedded database has told is told again by the other one."""
MAY_CONVERT = {"converter", "browser", "alone"}


def pytest_configure(config: pytest.Config) -> None:
    """Give this run, or this worker of a run on several cores, pools and sockets of its own, no database, no runner of batches."""
    os.environ["GIPDOCS_RUN"] = str(run_folder() / os.environ.get("PYTEST_XDIST_WORKER", "tests"))
    os.environ["GIPDOCS_DATABASE"] = "none"
    os.environ["GIPDOCS_RUNNER"] = "none"
    os.environ["GIPDOCS_TYPESETTER"] = LIBREOFFICE  # the converter's tests need it; the typesetter's say what they want
    sys.addaudithook(_forbid_conversion)


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Don't even load a file whose tests are all left out by one of its marks."""
    left_out = set(re.findall(r"not (\w+)", config.option.markexpr))
    if not left_out or collection_path.suffix != ".py":
        return None
    marks = re.search(r"^pytestmark = (.+)$", collection_path.read_text(encoding="utf-8"), re.MULTILINE)
    return True if marks and left_out & set(re.findall(r"pytest\.mark\.(\w+)", marks[1])) else None


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what a test needs; those that need the machine come first, one after the other on the first worker."""
    examples = Counter[str]()
    for item in items:
        for mark, fixtures in TELLING.items():
            if fixtures & set(getattr(item, "fixturenames", ())):
                item.add_marker(mark)
        examples[test := item.nodeid.partition("[")[0]] += 1
        if examples[test] > FIRST_EXAMPLES or SECOND_ENGINE in item.nodeid:
            item.add_marker("further")
    items.sort(key=lambda item: item.get_closest_marker("alone") is None)


def pytest_collection_finish() -> None:
    """Take what was collected out of the garbage collector's sight: it lives to the end, and each look at it costs time."""
    gc.freeze()


def pytest_sessionfinish() -> None:
    """Keep the lines that `make coverage` counted, before whoever started this worker loses patience with it."""
    if "coverage" in sys.modules and (counting := sys.modules["coverage"].Coverage.current()):
        counting.save()


_running: list[pytest.Item] = []


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    """Know which test runs, for the watch on conversions."""
    _running[:] = [item]
    return (yield)


def _forbid_conversion(event: str, arguments: tuple[Any, ...]) -> None:
    """Stop a test that asks LibreOffice and isn't marked: it would make the quick tests slow."""
    asks = event == "socket.connect" and isinstance(arguments[1], str) and current_thread() is main_thread()
    if asks and _running and not MAY_CONVERT & {mark.name for mark in _running[0].iter_markers()}:
        raise RuntimeError("this test asks LibreOffice: mark it `converter`")


@pytest.fixture(scope="session")
def app() -> Iterator[Flask]:
    """The application with its documents, law and profile; its converter is closed at the end."""
    app = create_app(Settings(secret_key="test", typesetter=LIBREOFFICE))
    app.testing = False
    yield app
    app.extensions["gipdocs"].close()


@pytest.fixture(scope="session")
def service(app: Flask) -> Service:
    """The service behind the application."""
    found: Service = app.extensions["gipdocs"]
    return found


@pytest.fixture(scope="session")
def registry(service: Service) -> Registry:
    """The project's documents."""
    return service.registry


@pytest.fixture(scope="session")
def office() -> Office:
    """The sample office on a fixed day."""
    return office_of(SAMPLE)


@pytest.fixture(scope="session")
def county() -> Office:
    """Another office on that day."""
    return office_of(COUNTY)


@pytest.fixture(scope="session")
def sealed(office: Office) -> Office:
    """The sample office with a seal that its letters print."""
    from tests.geometry import seal  # loads what reads PDFs

    profile = replace(office.profile, seal=replace(office.profile.seal, picture=seal()))
    return Office(profile=profile, law=office.law, today=office.today)


@pytest.fixture(scope="session", params=[LIBREOFFICE, AUTO])
def printed(request: pytest.FixtureRequest, service: Service, sealed: Office) -> Iterator[Callable[[str], bytes]]:
    """Gives the PDF of a document's sample, under the seal; each is made once for all tests by each typesetter that draws it."""
    drawing = replace(service, settings=replace(service.settings, typesetter=request.param))

    @cache
    def pdf(id: str) -> bytes:
        if request.param == AUTO and not drawing.draws(id):
            pytest.skip("LibreOffice draws it")
        made = build(drawing.registry[id], drawing.sample(id), sealed, "pdf", converter=drawing.converter)
        assert made.provenance["typesetter"].startswith("direct" if request.param == AUTO else "libreoffice")
        return made.content

    yield pdf
    if "converter" in vars(drawing):
        drawing.converter.close()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A browser or another system."""
    return app.test_client()


@pytest.fixture(scope="session")
def postgresql() -> Iterator[Server]:
    """A PostgreSQL server of these tests' own."""
    from tests.store.postgresql import running_server  # loads a driver that few tests need

    with running_server() as server:
        yield server


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of a fresh database, once on each engine."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'store' / 'gipdocs.db'}"
    server: Server = request.getfixturevalue("postgresql")
    return server.database()


@pytest.fixture
def store(database: str) -> Iterator[Store]:
    """An open store, once on each engine."""
    from gipdocs.store.engine import open_store  # loads SQLAlchemy

    store = open_store(database)
    yield store
    store.close()
