"""The queue of documents, and the LibreOffice workers that convert them."""

from __future__ import annotations

import asyncio
import logging
import math
import time
from collections import deque
from collections.abc import Coroutine
from pathlib import Path
from typing import Any

from gipdocs.errors import GipdocsError
from gipdocs.pdf.options import Options
from gipdocs.pdf.pool import process, warm
from gipdocs.pdf.pool.jobs import Answer, Job
from gipdocs.pdf.pool.measures import Measures
from gipdocs.pdf.pool.process import ConversionFailed, Worker

LOG = logging.getLogger(__name__)

HOPELESS = 3
"""After this many failed starts in a row, waiting jobs fail immediately instead of timing out."""

LONGEST_PAUSE = 30.0
"""The longest pause between attempts to start a worker, in seconds."""

NOT_STARTED = "LibreOffice没有启动成功：请管理员运行gipdocs doctor查看缺少什么。"

TRUSTED_SECONDS = 0.1
"""A worker that has been silent for longer may hang, so it must give a sign of life before it gets a document."""

LIFE_SECONDS = 1.0
"""How long a worker may take to give a sign of life."""

PROOF_SECONDS = 8.0
"""How long a worker may take to close a document, or to prove itself again; usually a tenth of a second."""

STUCK_SECONDS = 3.0
"""A worker that has used no processor time on its document for this long is hung."""

SHOW_SECONDS = 0.5
"""How long a report of the state waits for a proof; the client waits two seconds."""

BLOCKED_SECONDS = 8.0
"""If every worker has been busy with one document for longer than this, the pool is blocked."""

SHOWN_SECONDS = 3.0
"""A report of the state relies on a conversion no older than this, in seconds."""

LOSSES = {"died", "hung", "ill", "overrun"}
"""Reasons for replacing a worker that count as a loss, not as routine."""

RESERVED_SECONDS = 2.0
"""So long after somebody's document a worker is kept free for that person's next one: patient clients get the others."""

BLOCKED = "全部转换程序都在处理特别费时的文书，请稍后再试。"

LABEL_LENGTH = 80
"""The part of a client's label that is logged, in characters."""


class WorkerIll(Exception):
    """A worker converts, but its output has changed."""


class Pool:
    """Keeps some LibreOffices busy and others ready; runs in one event loop."""

    def __init__(self, options: Options, folder: Path) -> None:
        self.measures = Measures()
        self._options = options
        self._folder = folder
        self._queue: deque[Job] = deque()
        self._idle: list[Worker] = []
        self._alive: set[Worker] = set()
        self._ending: set[Worker] = set()
        self._busy: set[Worker] = set()
        self._patient: set[Worker] = set()
        self._reserved_until = 0.0
        self._asked = 0
        self._starting = 0
        self._generation = 0
        self._fault = ""
        self._failures = 0
        self._last_success = 0.0
        self._last_loss = 0.0
        self._closing = False
        self._tasks: set[asyncio.Task[None]] = set()
        self._proofs: dict[Worker, asyncio.Task[None]] = {}
        self._start_slots = asyncio.Semaphore(max(1, options.workers // 2))

    def open(self) -> None:
        """Start all missing workers, spares included."""
        wanted = self._options.workers + self._options.spares
        while len(self._alive) + self._starting < wanted and not self._closing:
            self._starting += 1
            self._run(self._add_worker())

    async def close(self) -> None:
        """End everything; waiting jobs get the answer `stopped`."""
        self._closing = True
        while self._queue:
            self._answer(self._queue.popleft(), Answer("stopped"))
        while self._tasks:  # a task that has just got what it waited for goes on, and may begin another one
            for task in self._tasks:
                task.cancel()
            await asyncio.gather(*self._tasks, return_exceptions=True)
        await asyncio.gather(*(worker.end() for worker in self._alive | self._ending))
        self._alive.clear()
        self._ending.clear()

    def submit(self, docx: bytes, label: str = "", *, patient: bool = False) -> asyncio.Future[Answer]:
        """A future for the answer; cancel it if the answer is no longer wanted. A `patient` one lets all others go first."""
        job = Job(docx, asyncio.get_running_loop().create_future(), label, patient)
        if self._closing:
            self._answer(job, Answer("stopped"))
        elif self._is_hopeless():
            self._answer(job, Answer("broken", reason=self._fault))
        elif len(self._queue) >= self._options.queue_length:
            self._answer(job, Answer("full", retry_after=self._retry_seconds()))
        else:
            self._queue.insert(len(self._queue) if patient else self._count_impatient(), job)
            if not patient:
                self._reserve()
            job.answer.add_done_callback(lambda _: self._forget(job))
            asyncio.get_running_loop().call_later(self._options.queue_seconds, self._expire, job)
            self._dispatch()
        return job.answer

    def doubt(self, name: str, label: str, *, last: bool) -> None:
        """A client reports a wrong PDF of this worker; with `last`, it has given the document up."""
        if last:
            self._give_up(label, "wrong")
        for worker in self._alive:
            worker.suspect = worker.suspect or worker.name == name
        self._prove_suspects()

    def examine(self) -> None:
        """Check the workers; to be called about every second.

        Idle workers must give a sign of life, and stuck ones are killed.
        """
        for worker in {*self._busy, *self._proofs}:
            if worker.stuck_seconds() > STUCK_SECONDS:
                worker.hung = True
                worker.kill()
        self._run(self._examine())

    async def _examine(self) -> None:
        """Check one after another, so that the last worker used is used next: its memory is warm."""
        for worker in list(self._idle):
            if worker in self._idle and _has_been_silent(worker):
                self._idle.remove(worker)
                await self._ask_for_life(worker)

    def renew(self) -> None:
        """Replace every worker in turn while the service goes on; only a new worker sees new fonts."""
        self._generation += 1
        self._retire_old()

    async def show(self) -> dict[str, Any]:
        """The present state; if nothing was converted lately, an idle worker first has to prove that it still can."""
        if self._last_success < max(self._last_loss, time.monotonic() - SHOWN_SECONDS):
            if self._idle and not self._proofs:
                self._begin_proof(self._idle[0])
            if self._proofs:
                await asyncio.wait(self._proofs.values(), timeout=SHOW_SECONDS, return_when=asyncio.FIRST_COMPLETED)
        return self.state()

    def state(self) -> dict[str, Any]:
        """The pool as plain data.

        `ready` means that a proven worker is alive and available, and that something was converted since the last
        worker was lost.
        """
        layers = next(iter(self._alive)).layers if self._alive else {}
        blocked = self._is_blocked()
        return {
            "ready": bool(self._alive) and not blocked and self._last_success >= self._last_loss,
            "fault": self._fault if self._is_hopeless() else BLOCKED * blocked,
            "workers": len(self._alive),
            "processes": sorted(worker.process.pid for worker in self._alive),
            "offices": sorted(worker.soffice for worker in self._alive),
            "working": len(self._busy),
            "starting": self._starting,
            "proving": len(self._proofs),
            "queue": len(self._queue),
            "layers": layers,
            "memory_mib": sum(worker.resident_mib() for worker in self._alive),
            **self.measures.as_data(),
        }

    def busy(self) -> bool:
        """Whether any document is waiting or being converted."""
        return bool(self._queue or self._busy)

    def _is_blocked(self) -> bool:
        since = time.monotonic() - BLOCKED_SECONDS
        return sum(worker.begun < since for worker in self._busy) >= self._options.workers

    def _run(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    def _retry_seconds(self) -> int:
        """When it makes sense to retry, in seconds."""
        return min(30, math.ceil((len(self._queue) + 1) * self.measures.working.mean() / self._options.workers))

    def _expire(self, job: Job) -> None:
        if job in self._queue:
            self._queue.remove(job)
            self._answer(job, Answer("late", retry_after=self._retry_seconds()))

    def _forget(self, job: Job) -> None:
        """Drop a job that was cancelled."""
        if job.answer.cancelled():
            self.measures.answers["cancelled"] += 1
            if job in self._queue:
                self._queue.remove(job)

    def _answer(self, job: Job, answer: Answer) -> None:
        if not job.answer.done():
            self.measures.answers[answer.outcome] += 1
            job.answer.set_result(answer)

    def _give_up(self, label: str, reason: str) -> None:
        """Count and log a document that cannot be converted, without its content."""
        self.measures.failures[reason] += 1
        LOG.warning("a document of type %r is given up: %s", label[:LABEL_LENGTH], reason)

    def _count_impatient(self) -> int:
        return sum(not job.patient for job in self._queue)

    def _reserve(self) -> None:
        """Keep a worker free for whoever has just sent a document: the next one mostly follows soon."""
        self._reserved_until = time.monotonic() + RESERVED_SECONDS
        asyncio.get_running_loop().call_later(RESERVED_SECONDS + 0.01, self._dispatch)

    def _may_begin(self, job: Job) -> bool:
        """Whether a worker is free.

        Those at work for patient clients, and spare ones for their place, don't count for others; of several workers, a
        patient client gets all but one while one is reserved.
        """
        if not job.patient:
            return len(self._busy - self._patient) < self._options.workers
        reserved = time.monotonic() < self._reserved_until
        return len(self._busy) < max(1, self._options.workers - reserved)

    def _dispatch(self) -> None:
        while len(self._queue) > self._asked:
            if self._closing or (found := self._match()) is None:
                return
            job, worker = found
            self._idle.remove(worker)
            if _has_been_silent(worker):  # the job waits for its sign of life, or for another worker
                self._asked += 1
                self._run(self._ask_for_life(worker, waited_for=True))
                continue
            self._queue.remove(job)
            self._patient = self._patient & self._busy | ({worker} if job.patient else set())
            self._busy.add(worker)
            worker.engage()
            if job.tried is None:
                self.measures.waiting.add(time.monotonic() - job.arrived)
            self._run(self._work(job, worker))

    def _match(self) -> tuple[Job, Worker] | None:
        """The first job with the most recently used worker; a worker that failed at it only if there is no other."""
        for job in filter(self._may_begin, self._queue):
            for worker in reversed(self._idle):
                if worker is not job.tried or len(self._alive) == 1:
                    return job, worker
        return None

    async def _ask_for_life(self, worker: Worker, *, waited_for: bool = False) -> None:
        try:
            await asyncio.wait_for(worker.check_life(), LIFE_SECONDS)
        except Exception as error:
            self._asked -= waited_for
            await self._replace(worker, "hung" if isinstance(error, TimeoutError) else "died")
        else:
            self._asked -= waited_for
            self._make_idle(worker)

    async def _work(self, job: Job, worker: Worker) -> None:
        seconds = self._options.work_seconds
        try:
            pdf, spent = await asyncio.wait_for(
                worker.convert(job.name, job.docx, cpu_seconds=math.ceil(seconds)), seconds
            )
        except TimeoutError:
            self._give_up(job.label, "overrun")
            self._answer(job, Answer("overrun"))
            await self._lose(worker, "overrun")
            return
        except ConversionFailed as failure:
            worker.suspect = True
            self._retry(job, worker, Answer("failed"), failure.step)
        except Exception as error:  # whatever a worker does, neither its place nor the answer may be lost
            LOG.info("worker %d fails: %s", worker.process.pid, type(error).__name__)
            self._retry(job, worker, Answer("died"), "died")
            await self._lose(worker, "hung" if worker.hung else "died")
            return
        else:
            self._last_success = time.monotonic()
            self.measures.working.add(spent)
            self._answer(job, Answer("ok", pdf, spent, worker=worker.name))
        self._busy.discard(worker)
        self._dispatch()
        await self._put_back(job, worker)

    def _retry(self, job: Job, worker: Worker, answer: Answer, reason: str) -> None:
        """Put the document back at the head of the queue, once: the fault may be the worker's."""
        if job.answer.done():
            return
        if job.tried is None:
            job.tried = worker
            self._queue.insert(self._count_impatient() if job.patient else 0, job)
        else:
            self._give_up(job.label, reason)
            self._answer(job, answer)

    async def _lose(self, worker: Worker, reason: str) -> None:
        self._busy.discard(worker)
        await self._replace(worker, reason)

    async def _put_back(self, job: Job, worker: Worker) -> None:
        try:
            await asyncio.wait_for(worker.wait_until_idle(job.name), PROOF_SECONDS)
        except Exception as error:
            await self._replace(worker, _reason_of_loss(error))
            return
        reason = self._reason_to_retire(worker)
        if reason and not self._starting:
            await self._replace(worker, reason)
        else:
            self._make_idle(worker)

    async def _prove_again(self, worker: Worker) -> None:
        """Keep a suspect worker only if it draws the proof letter as at its start; others serve meanwhile."""
        try:
            await asyncio.wait_for(self._prove(worker), PROOF_SECONDS)
        except Exception as error:
            self._proofs.pop(worker)
            await self._replace(worker, "hung" if worker.hung else _reason_of_loss(error))
        else:
            self._proofs.pop(worker)
            self._last_success, worker.suspect = time.monotonic(), False
            self._make_idle(worker)

    def _prove_suspects(self) -> None:
        """Make idle suspects prove themselves; busy ones follow once they are idle."""
        for worker in [worker for worker in self._idle if worker.suspect]:
            self._begin_proof(worker)

    def _begin_proof(self, worker: Worker) -> None:
        self._idle.remove(worker)
        worker.engage()
        self._proofs[worker] = self._run(self._prove_again(worker))

    def _reason_to_retire(self, worker: Worker) -> str:
        if worker.generation < self._generation:
            return "renewed"
        if worker.served >= self._options.recycle_jobs:
            return "recycled"
        return "memory" if worker.resident_mib() >= self._options.recycle_mib else ""

    def _retire_old(self) -> None:
        """Replace the next idle worker of an old generation; busy ones follow once they are idle."""
        old = next((worker for worker in self._idle if worker.generation < self._generation), None)
        if old is not None and not self._starting and not self._closing:
            self._idle.remove(old)
            self._run(self._replace(old, "renewed"))

    async def _replace(self, worker: Worker, reason: str) -> None:
        LOG.info("worker %d ends: %s", worker.process.pid, reason)
        self.measures.restarts[reason] += 1
        if reason in LOSSES:
            self._last_loss = time.monotonic()
        self._alive.discard(worker)
        self._ending.add(worker)
        self.open()
        self._dispatch()
        await worker.end()
        self._ending.discard(worker)

    def _make_idle(self, worker: Worker) -> None:
        self._idle.append(worker)
        self._prove_suspects()
        self._dispatch()
        self._retire_old()

    async def _watch(self, worker: Worker) -> None:
        """Notice the death of an idle worker."""
        await worker.process.wait()
        if worker in self._idle:
            self._idle.remove(worker)
            await self._replace(worker, "died")

    async def _add_worker(self) -> None:
        """Start a worker, however many attempts that takes."""
        pause = 0.25
        try:
            async with self._start_slots:
                while (worker := await self._try_to_start()) is None:
                    await asyncio.sleep(pause)
                    pause = min(2 * pause, LONGEST_PAUSE)
        finally:
            self._starting -= 1
        self._alive.add(worker)
        self._run(self._watch(worker))
        self._make_idle(worker)

    async def _try_to_start(self) -> Worker | None:
        """A new worker that has converted the proof letter, or None if that failed."""
        started = time.monotonic()
        try:
            worker = await process.start(self._options, self._folder, self._generation)
        except Exception as error:
            LOG.warning("%s", error, exc_info=not isinstance(error, GipdocsError))
            self._fail(str(error) if isinstance(error, GipdocsError) else NOT_STARTED)
            return None
        try:
            async with asyncio.timeout(self._options.start_seconds):
                await worker.wait_until_ready()
                await self._prove(worker)
        except BaseException as error:
            await worker.end()
            if not isinstance(error, Exception):
                raise
            LOG.warning("a worker has not proved itself: %s", type(error).__name__)
            self._fail(NOT_STARTED)
            return None
        self._fault, self._failures, self._last_success = "", 0, time.monotonic()
        LOG.info("worker %d ready after %.2f s", worker.process.pid, time.monotonic() - started)
        return worker

    async def _prove(self, worker: Worker) -> None:
        """Make a worker convert the proof letter; raises WorkerIll if it comes out different from its first one."""
        served = worker.served
        pdf, _ = await worker.convert("proof", warm.letter(), cpu_seconds=math.ceil(self._options.start_seconds))
        await worker.wait_until_idle("proof")
        proof = warm.hash_drawing(pdf)
        worker.served, worker.proof = served, worker.proof or proof
        if not pdf.startswith(b"%PDF-") or proof != worker.proof:
            raise WorkerIll("the proof is not the letter")

    def _is_hopeless(self) -> bool:
        return self._failures >= HOPELESS and not self._alive

    def _fail(self, fault: str) -> None:
        LOG.warning("a worker did not start: %s", fault)
        self._fault = fault
        self._failures += 1
        self.measures.restarts["not started"] += 1
        while self._queue and self._is_hopeless():
            self._answer(self._queue.popleft(), Answer("broken", reason=fault))


def _reason_of_loss(error: Exception) -> str:
    """Why a worker is replaced after a failure at a task that always works."""
    if isinstance(error, TimeoutError):
        return "hung"
    return "ill" if isinstance(error, ConversionFailed | WorkerIll) else "died"


def _has_been_silent(worker: Worker) -> bool:
    return time.monotonic() - worker.heard > TRUSTED_SECONDS
