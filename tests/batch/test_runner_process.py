"""The runner as a process: one for a database, started by whoever sees work, and replaced when it is killed."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from functools import partial
from itertools import cycle
from pathlib import Path

import pytest

from bench.processes import family, server_of
from gipdocs.access.actors import HERE
from gipdocs.batch.batches import find_batch, list_rows
from gipdocs.batch.making import MOST_TRIES
from gipdocs.batch.ordering import order
from gipdocs.batch.orders import Order, OrderedRow
from gipdocs.batch.waking import LOG_NAME, SWITCH, end_runner, environment_of, is_needed, wake
from gipdocs.register.register import Register
from gipdocs.service import Service, load_service
from gipdocs.settings import PREFIX, PROJECT, Settings, read_settings
from gipdocs.store.turns import MAKING_BATCHES, is_claimed
from tests.batch.making import assert_whole, start_runner, states
from tests.documents.makers import plugin, source
from tests.pdf.processes import alive, wait_for
from tests.test_serving import Server, ended

pytestmark = [pytest.mark.alone, pytest.mark.slow]

Ordered = Callable[..., str]
PATIENCE_SECONDS = 120.0
ROWS = 300
KILL_SECONDS = 3.0
FATAL = """
import os
import signal

def survive(answers, office):
    if answers["title"] == answers.get("story"):
        os.kill(os.getpid(), signal.SIGKILL)
    return []
"""
"""Ends the whole program at one kind of answers, as a fault in a library does."""
MOMENTS = {
    "checking": {"checks": "(survive,)"},
    "making": {
        "context": """{"title": answers["title"], "story": answers.get("story", "") + "".join(survive(answers, office))}"""
    },
}


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A run folder of this test's own, in which runners may be started."""
    folder = tmp_path / "run"
    folder.mkdir(mode=0o700)
    monkeypatch.setenv("GIPDOCS_RUN", str(folder))
    monkeypatch.delenv(SWITCH)
    return folder


def runner_of(run: Path) -> int:
    """The process that works on the batches, 0 if there is none."""
    for note in run.glob("batches-*.pid"):
        with suppress(ValueError):
            if alive(process := int(note.read_text())):
                return process
    return 0


def end(office: Service, run: Path) -> None:
    """End a runner, and wait for its end."""
    process = runner_of(run)
    end_runner(office.settings)
    if process:
        wait_for(lambda: not alive(process), seconds=PATIENCE_SECONDS)


def is_done(register: Register, id: str) -> bool:
    return find_batch(register, id, by=HERE).state == "done"


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_whoever_orders_wakes_one_runner(office: Service, register: Register, ordered: Ordered, run: Path) -> None:
    id = ordered(6)
    assert is_needed(register)
    wake(office.settings)
    wake(office.settings)
    wait_for(lambda: is_done(register, id), seconds=PATIENCE_SECONDS)
    assert_whole(register, id, 6)
    assert is_claimed(register.store, MAKING_BATCHES) and not is_needed(register)
    process = runner_of(run)
    assert os.getpriority(os.PRIO_PROCESS, process) > 0 and os.getsid(process) == process
    end(office, run)
    assert not is_claimed(register.store, MAKING_BATCHES)
    log = (run / LOG_NAME).read_text(encoding="utf-8")
    assert log.count("the runner begins") == log.count("the runner ends") == 1 and id in log
    assert not re.search("赵|Traceback", log)


def test_of_two_runners_one_works(office: Service, register: Register, ordered: Ordered, run: Path) -> None:
    id = ordered(40)
    runners = [start_runner(office.settings, run / f"{number}.log") for number in range(2)]
    wait_for(lambda: any(runner.poll() == 0 for runner in runners), seconds=PATIENCE_SECONDS)
    wait_for(lambda: is_done(register, id), seconds=PATIENCE_SECONDS)
    end(office, run)
    assert [runner.wait(30) for runner in runners] == [0, 0]
    assert sorted(len((run / f"{number}.log").read_text()) > 0 for number in range(2)) == [False, True]
    assert_whole(register, id, 40)


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_runner_without_work_ends_by_itself(
    office: Service, register: Register, run: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    runner = start_runner(office.settings, run / "log")
    assert runner.wait(PATIENCE_SECONDS) == 0
    assert not is_claimed(register.store, MAKING_BATCHES)


def test_another_process_gets_the_same_settings(run: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = Settings(
        database=f"sqlite:///{tmp_path}/a.db", plugins=(*Settings.plugins, tmp_path), calendars=tmp_path
    )
    for name, value in environment_of(settings).items():
        monkeypatch.setenv(name, value)
    read = read_settings()
    names = ("agency", "plugins", "calendars", "database")
    assert [getattr(read, name) for name in names] == [getattr(settings, name) for name in names]
    assert set(environment_of(settings)) <= {f"{PREFIX}{name.upper()}" for name in Settings.__dataclass_fields__}


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_runner_that_can_not_start_says_why(database: str, run: Path, tmp_path: Path) -> None:
    agency = tmp_path / "agency.toml"
    agency.write_text("name = 1\n", encoding="utf-8")
    runner = start_runner(Settings(database=database, agency=agency), run / "log")
    assert runner.wait(PATIENCE_SECONDS) == 1
    said = (run / "log").read_text(encoding="utf-8")
    assert "the runner ends" in said and "agency.toml" in said and "Traceback" not in said


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
@pytest.mark.parametrize("moment", sorted(MOMENTS))
def test_a_row_that_kills_the_runner_stops_no_other(moment: str, database: str, run: Path, tmp_path: Path) -> None:
    folder = plugin(tmp_path, source(before=FATAL, **MOMENTS[moment]))
    settings = Settings(database=database, plugins=(PROJECT / "plugins", folder))
    service = load_service(settings)
    register = service.register
    assert register is not None
    rows = [OrderedRow(answers={"title": f"第{place}号", "story": "第5号"}) for place in range(1, 9)]
    id = order(register, Order(document="small-note", format="docx", rows=rows), by=HERE)
    codes = []
    while not is_done(register, id):
        runner = start_runner(settings, run / "log")
        wait_for(partial(is_over, runner, register, id), seconds=PATIENCE_SECONDS)
        codes.append(runner.poll())
        end(service, run)
        runner.wait(30)
    assert codes == [-signal.SIGKILL] * MOST_TRIES + [None]
    assert states(register, id) == {"done": 7, "failed": 1}
    assert [item.place for item in list_rows(register, id, by=HERE, states=["failed"])] == [5]
    service.close()


def is_over(runner: subprocess.Popen[bytes], register: Register, id: str) -> bool:
    return runner.poll() is not None or is_done(register, id)


@pytest.fixture
def serve(tmp_path: Path, run: Path, office: Service) -> Iterator[Callable[[], Server]]:
    """Starts the service, again and again, in one run folder; everything is ended in the end."""
    servers: list[Server] = []

    def start() -> Server:
        folder = tmp_path / f"server-{len(servers)}"
        folder.mkdir()
        database = office.settings.database
        servers.append(Server(folder, GIPDOCS_DATABASE=database, GIPDOCS_RUN=str(run), GIPDOCS_RUNNER=""))
        servers[-1].run = run
        return servers[-1]

    yield start
    with ExitStack() as stack:
        for server in servers:
            stack.enter_context(ended(server))
        for server in servers:
            with suppress(ProcessLookupError):
                os.killpg(server.process.pid, signal.SIGKILL)
        end(office, run)


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_start_goes_on_with_what_a_killed_service_left_behind(
    office: Service, register: Register, ordered: Ordered, run: Path, serve: Callable[[], Server]
) -> None:
    server = serve()
    assert server.ask("GET", "/desk/")[0] == 200
    id = ordered(200)
    wait_for(lambda: states(register, id)["done"] > 3, seconds=PATIENCE_SECONDS)
    for process in (server.process.pid, runner_of(run)):
        os.killpg(process, signal.SIGKILL)
    server.process.wait()
    before = states(register, id)
    assert before["waiting"] and find_batch(register, id, by=HERE).state == "running"
    assert serve().ask("GET", "/desk/")[0] == 200
    wait_for(lambda: is_done(register, id), seconds=PATIENCE_SECONDS)
    assert_whole(register, id, 200)


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_service_that_ends_takes_its_runner_along_and_a_killed_one_does_not(
    office: Service, register: Register, ordered: Ordered, run: Path, serve: Callable[[], Server]
) -> None:
    server = serve()
    assert server.ask("GET", "/desk/")[0] == 200
    id = ordered(400)
    wait_for(lambda: states(register, id)["done"] > 3, seconds=PATIENCE_SECONDS)
    server.end()
    wait_for(lambda: not runner_of(run), seconds=PATIENCE_SECONDS)
    assert states(register, id).keys() == {"done", "waiting"}
    server = serve()
    runner = wait_for(lambda: runner_of(run), seconds=PATIENCE_SECONDS)
    os.killpg(server.process.pid, signal.SIGKILL)
    server.process.wait()
    done = states(register, id)["done"]
    wait_for(lambda: states(register, id)["done"] > done + 10, seconds=PATIENCE_SECONDS)
    assert runner_of(run) == runner


@pytest.mark.converter
@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_whatever_is_killed_meanwhile_every_row_gets_its_file(
    office: Service, register: Register, ordered: Ordered, run: Path, serve: Callable[[], Server]
) -> None:
    server = serve()
    assert server.ask("GET", "/desk/")[0] == 200
    id, killed = ordered(ROWS, format="pdf"), Counter[str]()
    victims = cycle(("runner", "offices", "runner", "service"))
    while is_fresh(register, id):
        done = states(register, id)["done"]
        time.sleep(KILL_SECONDS)
        wait_for(partial(has_more, register, id, done), seconds=PATIENCE_SECONDS)
        match next(victims):
            case "runner" if process := runner_of(run):
                os.kill(process, signal.SIGKILL)
                killed["runner"] += 1
            case "offices":
                killed["offices"] += sum(map(kill_offices, run.glob("pool-*.sock")))
            case "service":
                os.killpg(server.process.pid, signal.SIGKILL)
                server.process.wait()
                killed["service"] += 1
                server = serve()
    wait_for(lambda: is_done(register, id), seconds=5 * PATIENCE_SECONDS)
    assert_whole(register, id, ROWS)
    assert min(killed[kind] for kind in ("runner", "offices", "service")) > 0


def has_more(register: Register, id: str, done: int) -> bool:
    """Whether more rows are done, or none is left that nobody has begun to make."""
    return states(register, id)["done"] >= done + 10 or not is_fresh(register, id)


def is_fresh(register: Register, id: str) -> bool:
    """Whether there are rows still that nobody has begun to make."""
    unmade = list_rows(register, id, by=HERE, states=["unchecked", "waiting"], most=ROWS)
    return any(not item.tries for item in unmade)


def kill_offices(socket: Path) -> int:
    """Kill the LibreOffices of a pool; how many there were."""
    processes = family([supervisor]) if (supervisor := server_of(socket)) else []
    offices = [process for process in processes if name_of_process(process) == "soffice.bin"]
    for process in offices:
        with suppress(ProcessLookupError):
            os.kill(process, signal.SIGKILL)
    return len(offices)


def name_of_process(process: int) -> str:
    try:
        return Path(f"/proc/{process}/comm").read_text(encoding="utf-8").strip()
    except OSError:
        return ""
