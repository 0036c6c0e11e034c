"""The pool under kills, overruns and crowds: every answer is right or an honest refusal, and nothing is left behind."""

from __future__ import annotations

import asyncio
import os
import resource
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from gipdocs.errors import ConversionError, ConverterBusy, ConverterTimeout
from gipdocs.pdf.checked import PROBE_SECONDS, CheckedConverter
from gipdocs.pdf.converter import Made
from gipdocs.pdf.options import Options, encode, workers_folder
from gipdocs.pdf.places import run_folder
from gipdocs.pdf.pool import pool as workers
from gipdocs.pdf.pool.client import SILENCES, STATE_SECONDS, PoolClient, default_socket
from gipdocs.pdf.pool.ownership import Ownership
from gipdocs.pdf.worker import frames
from tests.pdf import samples
from tests.pdf.conftest import StartPool
from tests.pdf.processes import alive, descendants, gone, wait_for

pytestmark = pytest.mark.alone

PDF = b"%PDF-"
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def slow() -> bytes:
    return samples.slow_letter()


@pytest.fixture
def threads() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(8)


def ready(pool: PoolClient) -> dict[str, object]:
    """The pool's state once every worker that it wants is there."""
    wanted = pool.options.workers + pool.options.spares
    return wait_for(lambda: state if len((state := pool.state())["processes"]) == wanted else None, seconds=20) or {}


def begin(pool: PoolClient, threads: ThreadPoolExecutor, docx: bytes) -> Future[bytes]:
    """A conversion in another thread that is being worked on."""
    before = pool.state()["working"]
    future = threads.submit(pool.send, docx, "慢文书")
    wait_for(lambda: pool.state()["working"] > before)
    time.sleep(0.2)
    return future


def busy_office(pool: PoolClient) -> int:
    """The LibreOffice process that uses the processor."""

    def used(process: int) -> int:
        fields = Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()
        return int(fields[11])

    offices = pool.state()["offices"]
    before = {office: used(office) for office in offices}
    time.sleep(0.15)
    return max(offices, key=lambda office: used(office) - before[office])


def seconds_of(action: Callable[[], object]) -> float:
    """How long an action takes."""
    started = time.monotonic()
    action()
    return time.monotonic() - started


def test_a_killed_libreoffice_costs_time_and_not_the_answer(
    start_pool: StartPool, threads: ThreadPoolExecutor, slow: bytes
) -> None:
    pool = start_pool()
    ready(pool)
    future = begin(pool, threads, slow)
    os.kill(busy_office(pool), signal.SIGKILL)
    assert future.result(20).pdf.startswith(PDF)
    assert pool.state()["restarts"] == {"died": 1}
    ready(pool)


def test_a_document_that_kills_two_workers_is_given_up_and_the_next_one_is_fine(
    start_pool: StartPool, threads: ThreadPoolExecutor, slow: bytes
) -> None:
    pool = start_pool(spares=1)
    ready(pool)
    future = begin(pool, threads, slow)
    for killed in (1, 2):
        os.kill(busy_office(pool), signal.SIGKILL)
        wait_for(lambda: pool.state()["restarts"].get("died") == killed)  # noqa: B023  # called at once
        time.sleep(0.2)
    with pytest.raises(ConversionError, match=r"这份文书使转换程序两次中断"):
        future.result(20)
    assert pool.send(samples.letter(), "样本").pdf.startswith(PDF)


def test_an_idle_worker_that_dies_is_replaced_before_anybody_needs_it(start_pool: StartPool) -> None:
    pool = start_pool(spares=1)
    first = ready(pool)["processes"]
    os.kill(pool.state()["offices"][0], signal.SIGKILL)
    wait_for(lambda: pool.state()["restarts"] == {"died": 1})
    assert ready(pool)["processes"] != first


def test_an_idle_worker_that_hangs_is_replaced_before_anybody_needs_it(start_pool: StartPool) -> None:
    pool = start_pool()
    [office] = ready(pool)["offices"]  # type: ignore[misc]
    os.kill(office, signal.SIGSTOP)
    wait_for(lambda: pool.state()["restarts"] == {"hung": 1})
    assert ready(pool)["offices"] != [office]
    assert gone([office])


def test_a_worker_that_hung_a_moment_ago_costs_a_job_no_more_than_the_start_of_another() -> None:
    async def convert_with_a_hung_worker(folder: Path) -> tuple[str, dict[str, int]]:
        pool = workers.Pool(Options(workers=1, spares=0), folder)
        pool.open()
        while not pool.state()["ready"]:
            await asyncio.sleep(0.01)
        os.kill(pool.state()["offices"][0], signal.SIGSTOP)
        await asyncio.sleep(2 * workers.TRUSTED_SECONDS)
        answer = await pool.submit(samples.letter())
        await pool.close()
        return answer.outcome, pool.state()["restarts"]

    with TemporaryDirectory(dir=run_folder()) as folder:
        assert asyncio.run(convert_with_a_hung_worker(Path(folder))) == ("ok", {"hung": 1})


def test_a_killed_supervisor_costs_time_and_leaves_neither_process_nor_file(
    start_pool: StartPool, threads: ThreadPoolExecutor, slow: bytes
) -> None:
    pool = start_pool()
    ready(pool)
    process = int(pool.state()["pid"])
    family = descendants(process)
    folders = set(workers_folder(pool.socket).iterdir())
    assert len(family) == 2
    assert len(folders) == 1
    future = begin(pool, threads, slow)
    os.kill(process, signal.SIGKILL)
    wait_for(lambda: gone(family), seconds=2)
    assert future.result(20).pdf.startswith(PDF)
    assert pool.state()["pid"] != process
    assert not folders & set(workers_folder(pool.socket).iterdir())


def test_a_supervisor_that_hangs_is_told_soon_and_replaced(
    start_pool: StartPool, threads: ThreadPoolExecutor, tmp_path: Path
) -> None:
    pool = start_pool(socket=tmp_path / "转换.sock")
    process, family = int(ready(pool)["pid"]), descendants(pool.state()["pid"])  # type: ignore[call-overload]
    os.kill(process, signal.SIGSTOP)
    asked = [threads.submit(pool.state) for _ in range(SILENCES)]
    started = time.monotonic()
    assert all(isinstance(future.exception(), ConversionError) for future in asked)
    assert time.monotonic() - started < STATE_SECONDS + 0.5
    assert pool.send(samples.letter(), "样本").pdf.startswith(PDF)
    assert gone({process} | family)


def test_whoever_asks_for_health_meanwhile_gets_the_last_answer_at_once(
    start_pool: StartPool, threads: ThreadPoolExecutor
) -> None:
    pool = start_pool()
    converter = CheckedConverter(pool)
    wait_for(lambda: converter.health().ready)
    process = pool.state()["pid"]
    os.kill(process, signal.SIGSTOP)
    time.sleep(PROBE_SECONDS)
    asking = threads.submit(converter.health)
    time.sleep(0.1)
    assert seconds_of(converter.health) < 0.1
    os.kill(process, signal.SIGCONT)
    assert asking.result().ready


def test_work_that_takes_too_long_is_stopped_and_never_tried_again(start_pool: StartPool, slow: bytes) -> None:
    pool = start_pool(work_seconds=0.4)
    state = ready(pool)
    started = time.monotonic()
    with pytest.raises(ConverterTimeout, match=r"这份文书转换超过 0\.4 秒"):
        pool.send(slow, "慢文书")
    assert time.monotonic() - started < 1.5
    assert pool.state()["answers"] == {"overrun": 1}
    assert pool.send(samples.letter(), "样本").pdf.startswith(PDF)
    wait_for(lambda: any(not alive(process) for process in state["processes"]), seconds=2)  # type: ignore[attr-defined]


def test_a_full_queue_and_a_long_wait_are_refused_with_the_time_to_come_again(
    start_pool: StartPool, threads: ThreadPoolExecutor, slow: bytes
) -> None:
    pool = start_pool(queue_length=1, queue_seconds=0.2)
    ready(pool)
    working = begin(pool, threads, slow)
    waiting = threads.submit(pool.send, slow, "慢文书")
    wait_for(lambda: pool.state()["queue"] == 1)
    with pytest.raises(ConverterBusy, match="排队的文书太多") as full:
        pool.send(samples.letter(), "样本")
    with pytest.raises(ConverterBusy, match="排队时间太长") as late:
        waiting.result(5)
    assert full.value.retry_after >= 1
    assert late.value.retry_after >= 1
    assert working.result(20).pdf.startswith(PDF)
    assert pool.state()["answers"] == {"full": 1, "late": 1, "ok": 1}


def test_a_patient_client_lets_all_others_go_first(
    start_pool: StartPool, threads: ThreadPoolExecutor, slow: bytes
) -> None:
    pool = start_pool(queue_seconds=60)
    ready(pool)
    patient = PoolClient(replace(pool.options, patient=True))
    assert patient.socket == pool.socket
    order: list[str] = []

    def send(client: PoolClient, name: str) -> Future[Made]:
        sent = threads.submit(client.send, samples.letter(), name)
        sent.add_done_callback(lambda _: order.append(name))
        return sent

    working = begin(pool, threads, slow)
    later = [send(patient, "later")]
    wait_for(lambda: pool.state()["queue"] == 1)
    later.append(send(pool, "sooner"))
    for sent in [working, *later]:
        assert sent.result(30).pdf.startswith(PDF)
    patient.close()
    assert order == ["sooner", "later"]


def test_nobody_waits_for_a_patient_client_while_a_spare_worker_stands_by(
    start_pool: StartPool, threads: ThreadPoolExecutor, slow: bytes
) -> None:
    pool = start_pool(spares=1)
    ready(pool)
    patient = PoolClient(replace(pool.options, patient=True))
    working = begin(patient, threads, slow)
    waiting = threads.submit(patient.send, samples.letter(), "后来的")
    wait_for(lambda: pool.state()["queue"] == 1)
    assert pool.send(samples.letter(), "样本").pdf.startswith(PDF)
    assert not working.done() and not waiting.done(), "the spare worker is for others"
    assert all(sent.result(30).pdf.startswith(PDF) for sent in (working, waiting))
    patient.close()


def test_the_work_of_a_client_that_has_gone_is_not_done(
    start_pool: StartPool, threads: ThreadPoolExecutor, slow: bytes
) -> None:
    pool = start_pool()
    ready(pool)
    working = begin(pool, threads, slow)
    with socket.socket(socket.AF_UNIX) as client:
        client.connect(str(pool.socket))
        client.sendall(frames.pack({"ask": "convert"}, slow))
        wait_for(lambda: pool.state()["queue"] == 1)
    wait_for(lambda: pool.state()["queue"] == 0)
    assert working.result(20).pdf.startswith(PDF)
    wait_for(lambda: pool.state()["answers"] == {"ok": 1, "cancelled": 1})


def test_what_is_no_message_ends_a_conversation_and_nothing_else(start_pool: StartPool) -> None:
    pool = start_pool()
    for nonsense in (b"GET / HTTP/1.0\r\n\r\n", b"\xff" * 64, frames.pack({"ask": "nonsense"})):
        ready(pool)
        with socket.socket(socket.AF_UNIX) as client:
            client.connect(str(pool.socket))
            client.settimeout(5)
            client.sendall(nonsense)
            assert client.recv(1) == b""
    assert pool.send(samples.letter(), "样本").pdf.startswith(PDF)


def test_a_worker_is_replaced_after_its_number_of_documents(start_pool: StartPool) -> None:
    pool = start_pool(recycle_jobs=2)
    ready(pool)
    for _ in range(6):
        assert pool.send(samples.letter(), "样本").pdf.startswith(PDF)
        ready(pool)
    assert pool.state()["restarts"]["recycled"] >= 2
    assert set(pool.state()["restarts"]) == {"recycled"}


def test_a_worker_that_holds_too_much_memory_is_replaced(start_pool: StartPool) -> None:
    pool = start_pool(recycle_mib=1)
    ready(pool)
    assert pool.send(samples.letter(), "样本").pdf.startswith(PDF)
    wait_for(lambda: pool.state()["restarts"] == {"memory": 1})


def test_a_hangup_signal_renews_every_worker(start_pool: StartPool) -> None:
    pool = start_pool()
    before = set(ready(pool)["processes"])  # type: ignore[call-overload]
    os.kill(pool.state()["pid"], signal.SIGHUP)
    wait_for(lambda: pool.state()["restarts"] == {"renewed": 1}, seconds=20)
    assert not before & set(ready(pool)["processes"])  # type: ignore[call-overload]


def test_a_pool_that_nobody_needs_ends_and_leaves_nothing(start_pool: StartPool) -> None:
    pool = start_pool(idle_seconds=0.5)
    ready(pool)
    process = pool.state()["pid"]
    family = descendants(process)
    time.sleep(1.2)
    assert alive(process), "it stays while a client is connected"
    pool.close()
    wait_for(lambda: gone({process} | family), seconds=5)
    wait_for(lambda: not list(pool.socket.parent.glob(f"{pool.socket.stem}.*")))


def test_a_pool_that_was_woken_stays_as_long_as_its_client(start_pool: StartPool) -> None:
    pool = start_pool(idle_seconds=2)
    pool.wake()
    wait_for(pool.is_awake)
    time.sleep(3.5)
    assert pool.is_awake()
    pool.close()
    wait_for(lambda: not pool.is_awake())


def test_a_supervisor_whose_folder_was_removed_ends_and_takes_nothing_of_the_next_one(
    start_pool: StartPool, tmp_path: Path
) -> None:
    folder = tmp_path / "run"
    folder.mkdir(mode=0o700)
    older = start_pool(socket=folder / "pool.sock")
    process = int(ready(older)["pid"])  # type: ignore[call-overload]
    os.kill(process, signal.SIGSTOP)
    folder.rename(tmp_path / "away")
    folder.mkdir(mode=0o700)
    newer = PoolClient(older.options)
    ready(newer)
    os.kill(process, signal.SIGCONT)
    wait_for(lambda: gone([process]))
    assert {path.name for path in folder.iterdir()} >= {"pool.sock", "pool.owner", "pool.workers"}
    assert newer.send(samples.letter(), "样本").pdf.startswith(PDF)
    newer.close()


def test_a_lock_that_was_removed_while_it_was_taken_is_taken_anew(tmp_path: Path) -> None:
    path = tmp_path / "pool.sock"
    removed = Ownership.claim(path)
    assert removed
    path.with_suffix(".owner").unlink()
    assert not removed.holds()
    taken = Ownership.claim(path)
    assert taken and taken.holds()
    removed.remove_files()
    assert taken.holds() and Ownership.claim(path) is None
    with removed, taken:
        taken.remove_files()
    assert not list(tmp_path.iterdir())


def test_clients_that_start_at_once_get_one_pool(start_pool: StartPool) -> None:
    text = encode(start_pool().options)
    code = (
        "from gipdocs.pdf.pool.client import PoolClient; from gipdocs.pdf.options import decode;"
        f"pool = PoolClient(decode({text!r})); print(pool.state()['pid']); pool.close()"
    )
    running = [subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE) for _ in range(5)]
    assert len({process.communicate(timeout=30)[0] for process in running}) == 1


def test_what_lies_in_the_folder_of_whoever_starts_a_pool_is_not_run(
    start_pool: StartPool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in ("asyncio", "json", "gipdocs"):
        (tmp_path / f"{module}.py").write_text(f"open({str(tmp_path / 'run')!r}, 'w')")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PYTHONPATH", ".")
    pool = start_pool()
    ready(pool)
    assert not (tmp_path / "run").exists()
    assert os.readlink(f"/proc/{pool.state()['pid']}/cwd") == "/"


def test_an_upgrade_changes_nothing_for_a_pool_that_runs(start_pool: StartPool, tmp_path: Path) -> None:
    pool = start_pool()
    code = "from gipdocs.pdf.pool.client import PoolClient; from gipdocs.pdf.options import decode;"
    code += f"pool = PoolClient(decode({encode(pool.options)!r})); pool.state(); pool.close()"
    shutil.copytree(ROOT / "gipdocs", tmp_path / "gipdocs", ignore=shutil.ignore_patterns("__pycache__"))
    subprocess.run([sys.executable, "-c", code], cwd=tmp_path, check=True)
    office = ready(pool)["offices"][0]  # type: ignore[index]
    for script in (tmp_path / "gipdocs" / "pdf" / "worker").glob("*.py"):
        script.write_text("raise SystemExit")
    os.kill(office, signal.SIGKILL)
    wait_for(lambda: pool.state()["restarts"])
    ready(pool)
    assert pool.state()["restarts"] == {"died": 1}


@pytest.mark.parametrize("name", ["GIPDOCS_CACHE", "GIPDOCS_FONTS", "GIPDOCS_RUN"])
def test_other_folders_make_another_pool(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, name: str) -> None:
    before = default_socket(Options())
    tmp_path.chmod(0o700)
    monkeypatch.setenv(name, str(tmp_path))
    assert default_socket(Options()) != before


def test_connections_are_not_shared_over_a_fork(pool: PoolClient) -> None:
    pool.state()
    child = os.fork()
    if child == 0:
        os._exit(0 if pool.send(samples.letter(), "样本").pdf.startswith(PDF) else 1)
    assert pool.send(samples.letter("亲代"), "样本").pdf.startswith(PDF)
    assert os.waitpid(child, 0)[1] == 0


UNSTARTABLE = {"a program that ends": "/bin/false", "no program": "/nowhere/python", "not even a name": "\0"}


@pytest.mark.parametrize("python", UNSTARTABLE.values(), ids=UNSTARTABLE)
def test_a_pool_that_cannot_start_says_why_at_once_and_leaves_no_folder(start_pool: StartPool, python: str) -> None:
    pool = start_pool(python=python)
    health = CheckedConverter(pool).health()
    assert not health.ready
    assert health.reason.endswith("。") and len(health.reason) < 150
    started = time.monotonic()
    with pytest.raises(ConverterBusy, match="暂时不可用"):
        pool.send(samples.letter(), "样本")
    assert time.monotonic() - started < 5
    wait_for(lambda: not list(workers_folder(pool.socket).iterdir()))


NONSENSE = """#!/usr/bin/python3
import hashlib, os, sys
sys.path.append({root!r})
from gipdocs.pdf.worker import frames

jobs, answers = sys.stdin.buffer, sys.stdout.buffer
frames.write(answers, {{"layers": {{}}}})
frames.write(answers, {{"ready": True, "soffice": os.getpid()}})
while message := frames.read(jobs):
    job, digest = message[0].get("job"), hashlib.sha256(message[1]).hexdigest()
    seconds = {{"seconds": 0.1}} if job == "proof" else {{}}
    frames.write(answers, {{"lives": True, "job": job, "ok": True, "input": digest, **seconds}}, b"%PDF-")
    if job:
        frames.write(answers, {{"idle": job}})
"""


def test_workers_that_talk_nonsense_cost_neither_the_answer_nor_their_place(
    start_pool: StartPool, tmp_path: Path
) -> None:
    program = tmp_path / "python"
    program.write_text(NONSENSE.format(root=str(ROOT)))
    program.chmod(0o700)
    pool = start_pool(python=str(program))
    for died in (2, 4):
        with pytest.raises(ConversionError, match="两次中断"):
            pool.send(samples.letter(), "样本")
        wait_for(lambda: pool.state()["restarts"] == {"died": died})  # noqa: B023  # called at once
    ready(pool)


def test_a_worker_that_the_system_allows_less_time_still_converts(start_pool: StartPool) -> None:
    pool = start_pool()
    [office] = ready(pool)["offices"]  # type: ignore[misc]
    resource.prlimit(office, resource.RLIMIT_CPU, (10, 10))
    assert pool.send(samples.letter(), "样本").pdf.startswith(PDF)
    assert pool.state()["offices"] == [office]


def test_no_document_lies_on_any_disk_while_it_is_converted(
    start_pool: StartPool, threads: ThreadPoolExecutor, slow: bytes
) -> None:
    pool = start_pool()
    ready(pool)
    home = workers_folder(pool.socket)
    assert statfs_type(home) == "tmpfs"
    process = int(pool.state()["pid"])
    before = files(home)
    future = begin(pool, threads, slow)
    opened = {
        link
        for each in {process, *descendants(process)}
        for link in links(Path(f"/proc/{each}/fd"))
        if link.startswith("/") and not link.startswith(("/dev/", "/usr/", "/tmp/", str(home), "/proc/", "/sys/"))
    }
    assert {Path(name).suffix for name in opened} <= {".log", ".owner", ".ttf", ".ttc", ".otf"}
    future.result(20)
    wait_for(lambda: files(home) == before)


def files(folder: Path) -> set[str]:
    """The files outside profiles and LibreOffice's own certificate store."""
    found = {path.name for path in folder.rglob("*") if path.is_file() and "profile" not in path.parts}
    return {name for name in found if not name.endswith((".db", "pkcs11.txt"))}


def links(folder: Path) -> list[str]:
    found = []
    for link in folder.iterdir():
        try:
            found.append(os.readlink(link))
        except OSError:
            continue
    return found


def statfs_type(path: Path) -> str:
    return subprocess.run(["stat", "-f", "-c", "%T", path], capture_output=True, text=True, check=True).stdout.strip()
