"""A fault stays where it arose: with its document, or with the worker that is ill, and the pool says how it is."""

from __future__ import annotations

import asyncio
import gc
import os
import shutil
import signal
import time
import warnings
from collections.abc import Awaitable, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from gipdocs.errors import ConversionError, ConverterBusy
from gipdocs.pdf.checked import CheckedConverter
from gipdocs.pdf.options import Options
from gipdocs.pdf.places import run_folder
from gipdocs.pdf.pool import pool as workers
from gipdocs.pdf.pool.client import PoolClient
from gipdocs.pdf.pool.supervisor import LOG_NAME
from tests.pdf import samples
from tests.pdf.conftest import StartPool
from tests.pdf.moody import moody
from tests.pdf.processes import gone, wait_for

pytestmark = pytest.mark.alone

TRUTH_SECONDS = 10
"""So soon a pool that cannot convert must say so."""


def wait_until_idle(pool: PoolClient) -> None:
    """Wait until every worker that the pool wants has started."""
    wanted = pool.options.workers + pool.options.spares
    wait_for(lambda: (state := pool.state())["workers"] == wanted and not state["starting"], seconds=30)


def test_a_worker_that_fell_ill_over_a_document_gets_no_other_one(start_pool: StartPool, tmp_path: Path) -> None:
    pool = start_pool(workers=2, spares=1, python=moody(tmp_path))
    wait_until_idle(pool)
    with pytest.raises(ConversionError, match="两次都不能把这份文书转换为PDF"):
        pool.send(b"POISON", "毒文书")
    for number in range(20):
        assert pool.send(b"GOOD %d" % number, "样本").pdf.startswith(b"%PDF-")
    assert pool.state()["restarts"] == {"ill": 2}
    assert pool.state()["answers"] == {"failed": 1, "ok": 20}


def test_a_worker_that_is_not_ill_works_on_after_a_document_that_failed(start_pool: StartPool, tmp_path: Path) -> None:
    pool = start_pool(spares=1, python=moody(tmp_path))
    wait_until_idle(pool)
    before = pool.state()["processes"]
    for _ in range(3):
        with pytest.raises(ConversionError):
            pool.send(b"FAIL", "坏文书")
    assert pool.send(b"GOOD", "样本").pdf.startswith(b"%PDF-")
    assert (pool.state()["processes"], pool.state()["restarts"]) == (before, {})


def test_a_document_that_fails_is_tried_once_on_another_worker(start_pool: StartPool, tmp_path: Path) -> None:
    pool = start_pool(spares=1, python=moody(tmp_path))
    wait_until_idle(pool)
    assert pool.send(b"ONCE", "样本").pdf.startswith(b"%PDF-")
    assert pool.state()["answers"] == {"ok": 1}
    assert pool.state()["failures"] == {}


def test_with_a_single_worker_a_document_is_tried_again_by_that_one(start_pool: StartPool, tmp_path: Path) -> None:
    pool = start_pool(python=moody(tmp_path))
    wait_until_idle(pool)
    assert pool.send(b"ONCE", "样本").pdf.startswith(b"%PDF-")


def test_a_document_that_was_given_up_is_counted_and_logged_without_a_word_of_it(
    start_pool: StartPool, tmp_path: Path
) -> None:
    pool = start_pool(spares=1, python=moody(tmp_path))
    wait_until_idle(pool)
    label = f"type-{os.getpid()}-{time.monotonic_ns()}"
    with pytest.raises(ConversionError, match="这份文书"):
        pool.send("FAIL 王小明".encode(), label)
    assert pool.state()["failures"] == {"open": 1}
    assert CheckedConverter(pool).health().measures["failures"] == {"open": 1}
    lines = [line for line in (run_folder() / LOG_NAME).read_text().splitlines() if label in line]
    assert len(lines) == 1
    assert lines[0].endswith(f"a document of type '{label}' is given up: open")


def test_workers_that_live_and_convert_nothing_are_told_soon(start_pool: StartPool, tmp_path: Path) -> None:
    pool = start_pool(workers=2, spares=1, python=moody(tmp_path))
    converter = CheckedConverter(pool)
    wait_until_idle(pool)
    assert converter.health().ready
    (tmp_path / "fail").touch()
    wait_for(lambda: not converter.health().ready, seconds=TRUTH_SECONDS)
    wait_for(lambda: "没有启动成功" in converter.health().reason, seconds=TRUTH_SECONDS)
    with pytest.raises(ConverterBusy, match="暂时不可用"):
        pool.send(b"GOOD", "样本")
    (tmp_path / "fail").unlink()
    wait_for(lambda: converter.health().ready, seconds=30)


def test_workers_that_all_hang_are_told_soon(start_pool: StartPool, tmp_path: Path) -> None:
    pool = start_pool(workers=2, spares=1, python=moody(tmp_path))
    converter = CheckedConverter(pool)
    wait_until_idle(pool)
    assert converter.health().ready
    (tmp_path / "hang").touch()
    with ThreadPoolExecutor(4) as threads:
        waiting = [threads.submit(pool.send, b"GOOD", "样本") for _ in range(4)]
        wait_for(lambda: not converter.health().ready, seconds=TRUTH_SECONDS)
        (tmp_path / "hang").unlink()
        os.kill(pool.state()["pid"], signal.SIGTERM)
        assert all(isinstance(future.exception(30), ConversionError | None) for future in waiting)


def test_a_libreoffice_that_was_removed_is_told_soon_and_named(
    start_pool: StartPool, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    found = shutil.which("soffice")
    assert found
    link = tmp_path / "soffice"
    link.symlink_to(Path(found).resolve())
    monkeypatch.setenv("PATH", str(tmp_path))
    pool = start_pool()
    converter = CheckedConverter(pool)
    wait_until_idle(pool)
    link.unlink()
    os.kill(pool.state()["offices"][0], signal.SIGKILL)
    wait_for(lambda: "没有找到 LibreOffice" in converter.health().reason, seconds=TRUTH_SECONDS)
    assert not converter.health().ready


def in_a_loop(options: Options, what: Callable[[workers.Pool], Awaitable[None]]) -> None:
    """Do something with a pool in this process, whose limits a test can change."""

    async def work(folder: Path) -> None:
        pool = workers.Pool(options, folder)
        pool.open()
        while pool.state()["workers"] < options.workers + options.spares:
            await asyncio.sleep(0.01)
        try:
            async with asyncio.timeout(60):
                await what(pool)
        finally:
            await pool.close()
            assert list(folder.iterdir()) == []

    with TemporaryDirectory(dir=run_folder()) as folder, nothing_left_open():
        asyncio.run(work(Path(folder)))


@contextmanager
def nothing_left_open() -> Iterator[None]:
    """Fails if anything that ran inside leaves an open pipe to the garbage collector."""
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always", ResourceWarning)
        yield
        gc.collect()
    assert [str(one.message) for one in told] == []


def test_a_pool_that_closes_while_a_lost_worker_ends_leaves_nothing_behind(tmp_path: Path) -> None:
    lost: set[int] = set()

    async def lose(pool: workers.Pool) -> None:
        lost.update(pool.state()["processes"])
        assert (await pool.submit(b"SPIN")).outcome == "overrun"
        assert pool.state()["workers"] == 0

    in_a_loop(Options(workers=1, spares=0, work_seconds=0.5, python=moody(tmp_path)), lose)
    assert gone(lost)


def test_a_worker_that_hangs_over_a_document_is_ended_long_before_the_limit(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(workers, "STUCK_SECONDS", 0.5)

    async def hang(pool: workers.Pool) -> None:
        answer = pool.submit(b"HANG")
        while not answer.done():
            await asyncio.sleep(0.1)
            pool.examine()
        assert answer.result().outcome == "died"
        assert pool.measures.restarts["hung"] == 2
        assert (await pool.submit(b"GOOD")).outcome == "ok"

    in_a_loop(Options(workers=1, spares=1, work_seconds=60, python=moody(tmp_path)), hang)


def test_a_worker_that_works_hard_is_not_taken_for_one_that_hangs(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(workers, "STUCK_SECONDS", 0.5)

    async def spin(pool: workers.Pool) -> None:
        answer = pool.submit(b"SPIN")
        while not answer.done():
            await asyncio.sleep(0.1)
            pool.examine()
        assert answer.result().outcome == "overrun"
        assert pool.measures.failures == {"overrun": 1}
        assert not pool.measures.restarts["hung"]

    in_a_loop(Options(workers=1, spares=1, work_seconds=2, python=moody(tmp_path)), spin)


def test_a_pool_whose_workers_are_all_taken_for_long_is_not_ready_and_says_why(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(workers, "BLOCKED_SECONDS", 0.5)

    async def block(pool: workers.Pool) -> None:
        answer = pool.submit(b"SPIN")
        await asyncio.sleep(0.1)
        assert pool.state()["ready"]
        await asyncio.sleep(0.6)
        assert (pool.state()["ready"], pool.state()["fault"]) == (False, workers.BLOCKED)
        assert (await answer).outcome == "overrun"

    in_a_loop(Options(workers=1, spares=1, work_seconds=2, python=moody(tmp_path)), block)


def test_a_worker_whose_pdf_was_wrong_is_proved_anew(tmp_path: Path) -> None:
    async def twist(pool: workers.Pool) -> None:
        twisted = await pool.submit(b"TWIST")
        pool.doubt("worker-that-has-gone", "样本", last=True)
        pool.doubt(twisted.worker, "样本", last=False)
        while not pool.measures.restarts["ill"]:
            await asyncio.sleep(0.01)
        assert all([b"1 0 Td" in (await pool.submit(b"GOOD")).pdf for _ in range(5)])
        assert (pool.measures.restarts, pool.measures.failures) == ({"ill": 1}, {"wrong": 1})

    in_a_loop(Options(workers=1, spares=1, python=moody(tmp_path)), twist)


def test_a_document_waits_for_another_worker_than_the_one_that_failed_at_it(tmp_path: Path) -> None:
    async def wait(pool: workers.Pool) -> None:
        slow = pool.submit(b"SLOW")
        answer = await pool.submit(b"ONCE")
        assert (answer.outcome, answer.worker) == ("ok", (await slow).worker)

    in_a_loop(Options(workers=2, spares=0, python=moody(tmp_path)), wait)


def test_a_worker_is_kept_free_for_a_while_for_whoever_has_just_sent_a_document(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(workers, "RESERVED_SECONDS", 0.2)

    async def follow(pool: workers.Pool) -> None:
        await pool.submit(b"GOOD")
        batch = [pool.submit(b"SLOW", patient=True), pool.submit(b"GOOD", patient=True)]
        assert (pool.state()["working"], pool.state()["queue"]) == (1, 1)
        assert (await pool.submit(b"GOOD")).outcome == "ok"
        assert not batch[1].done(), "the next document of the same person has found a worker"
        assert (await batch[1]).outcome == "ok" and not batch[0].done()
        assert (await batch[0]).outcome == "ok"

    in_a_loop(Options(workers=2, spares=0, python=moody(tmp_path)), follow)


def test_a_worker_that_was_idle_for_long_does_not_count_as_hanging_when_it_begins(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(workers, "STUCK_SECONDS", 1.0)

    async def begin(pool: workers.Pool) -> None:
        worker = (await pool.submit(b"GOOD")).worker
        for number in range(6):
            await asyncio.sleep(1.1)
            answer = pool.submit(b"GOOD") if number % 2 else None
            if answer is None:
                pool.doubt(worker, "样本", last=False)
            while pool.state()["proving"] if answer is None else not answer.done():
                pool.examine()
                await asyncio.sleep(0)
            assert answer is None or answer.result().outcome == "ok"
        assert pool.measures.restarts == {}

    in_a_loop(Options(workers=1, spares=0, python=moody(tmp_path)), begin)


def test_after_a_loss_the_pool_is_ready_again_when_another_worker_has_shown_that_it_converts(tmp_path: Path) -> None:
    async def lose(pool: workers.Pool) -> None:
        assert (await pool.submit(b"SPIN")).outcome == "overrun"
        assert pool.state()["workers"] == 1 and not pool.state()["ready"]
        assert (await pool.show())["ready"]

    in_a_loop(Options(workers=1, spares=1, work_seconds=0.5, python=moody(tmp_path)), lose)


def test_a_worker_proves_itself_while_another_one_serves(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    async def doubt(pool: workers.Pool) -> None:
        made = await pool.submit(b"GOOD")
        (tmp_path / "hang").touch()
        pool.doubt(made.worker, "样本", last=False)
        await asyncio.sleep(0.2)
        (tmp_path / "hang").unlink()  # the suspect hangs in its proof, whoever comes next does not
        started = time.monotonic()
        assert (await pool.submit(b"GOOD")).worker not in ("", made.worker)
        assert time.monotonic() - started < workers.PROOF_SECONDS / 2
        while not pool.measures.restarts["hung"]:
            await asyncio.sleep(0.05)

    in_a_loop(Options(workers=1, spares=1, python=moody(tmp_path)), doubt)


def test_a_document_that_breaks_libreoffice_itself_leaves_the_next_one_whole(start_pool: StartPool) -> None:
    pool = start_pool(spares=1)
    wait_until_idle(pool)
    with pytest.raises(ConversionError, match="这份文书"):
        pool.send(samples.commented(), "批注")
    assert all(pool.send(samples.letter(), "样本").pdf.startswith(b"%PDF-") for _ in range(4))
    assert pool.state()["restarts"] == {}
