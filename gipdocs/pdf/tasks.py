"""What a node does: converts, with the pool of its machine, the documents that the broker passes on to it.

People's documents and those of batches come by two consumers, each with places of its own, so that nobody's document waits
behind a batch; the pool then lets it overtake those.
"""

from __future__ import annotations

import json
import logging
import os
import secrets
import signal
import socket
import threading
import time
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

from celery import Celery, bootsteps, signals
from redis import AuthenticationError

from gipdocs import __version__
from gipdocs.errors import (
    ConversionError,
    ConverterBusy,
    ConverterRefused,
    ConverterTimeout,
    GipdocsError,
    SetupError,
)
from gipdocs.pdf import broker
from gipdocs.pdf.admission.admit import admit
from gipdocs.pdf.admission.package import FILE_BYTES
from gipdocs.pdf.converter import HUNG_UP, Unwanted, report_setup_faults
from gipdocs.pdf.options import Options
from gipdocs.pdf.pool.client import LOOK_SECONDS, PoolClient
from gipdocs.pdf.pool.libreoffice_profile import find_program
from gipdocs.pdf.pool.measures import Measures
from gipdocs.pdf.typesetting import read_typesetting
from gipdocs.pdf.worker import frames

LOG = logging.getLogger(__name__)

BEAT_SECONDS = 3
"""How often a node says how it is."""

PAUSE_SECONDS = 1.0
"""How long a node that can't reach the broker waits before it tries again."""

LABEL_LENGTH = 80
SHOWN = (
    "ready",
    "fault",
    "workers",
    "working",
    "queue",
    "memory_mib",
    "layers",
    "answers",
    "failures",
    "restarts",
    "waiting_seconds",
    "working_seconds",
)
"""The parts of the pool's state that a node tells."""

WAY_SECONDS = 1.0
"""So long a batch's document waits at most for people's, so that a crowd can't stop a batch."""
UNABLE = ("broken", "unavailable", "unreachable", "stopped")
"""The kinds of errors by which a pool says that it can't convert anything now, whatever the document."""


class Node:
    """This machine as one of those that convert for others."""

    def __init__(self, url: str, options: Options) -> None:
        self.name = f"{socket.gethostname()}-{secrets.token_hex(4)}"
        self._options = options
        self._pool, self._patient = PoolClient(options), PoolClient(replace(options, patient=True))
        self._client = broker.connect(url)
        self._typesetting = read_typesetting()
        self._program = find_program()
        self._stamp = _stamp(self._program)
        self._app = _make_app(url, self._typesetting.mark, options.workers + 1)
        self._consumer: Any = None  # Celery has no types
        self._leaving, self._ended = False, threading.Event()
        self._at_work: dict[str, object] = {}
        self._people: set[str] = set()
        self._app.task(name=broker.TASK)(self.convert)

    def run(self) -> None:
        """Convert until a signal comes, then finish what was begun; SetupError if the broker refuses the node."""
        self._check_access()
        self._await_pool(time.monotonic() + self._options.start_seconds)
        _connect_signals(self)
        attending = threading.Thread(target=self._attend)
        attending.start()
        try:
            _start_worker(self._app, self.name, 2 * (self._options.workers + 1))
        finally:
            self._ended.set()
            attending.join()
            self._pool.close()
            self._patient.close()
            self._client.close()
            self._app.close()

    def _await_pool(self, deadline: float) -> None:
        """Start the pool; one that can't convert may be mended, and takes no documents until then."""
        self._pool.wake()
        while not self._look()["ready"] and time.monotonic() < deadline:
            time.sleep(LOOK_SECONDS)

    def leave(self) -> None:
        """Take nothing new, and finish what was begun."""
        self._leaving = True

    def join(self, consumer: Any) -> None:
        """Celery is ready to receive."""
        self._consumer = consumer  # it stays the same when the broker comes back
        LOG.info("node %s converts, with LibreOffice %s", self.name, self._typesetting.libreoffice)

    def convert(self, key: str, label: str) -> None:
        """The one task: convert what lies under a key, and lay the answer beside it; once, if it was sent again meanwhile."""
        if self._at_work.setdefault(key, mine := object()) is not mine:
            return
        try:
            if self._is_of_batch():
                self._give_way()
            else:
                self._people.add(key)
            self._answer(key, label)
        finally:
            self._people.discard(key)
            del self._at_work[key]

    def _give_way(self) -> None:
        """Begin nothing of a batch while somebody's document is at work, which would share the cores with it."""
        deadline = time.monotonic() + WAY_SECONDS
        while self._people and time.monotonic() < deadline:
            time.sleep(WAY_SECONDS / 200)

    def _answer(self, key: str, label: str) -> None:
        docx = self._fetch(key)
        if docx is None:
            return  # nobody waits for it any more
        HUNG_UP.set(lambda: not self._client.exists(broker.IN + key))
        try:
            head, pdf = self._work(docx, label[:LABEL_LENGTH])
        except Unwanted:
            return
        with self._client.pipeline() as pipe:
            pipe.rpush(broker.OUT + key, frames.pack({**head, "node": self.name}, pdf))
            pipe.expire(broker.OUT + key, broker.OUT_SECONDS)
            pipe.delete(broker.IN + key)
            pipe.execute()

    def _fetch(self, key: str) -> bytes | None:
        """The document under a key, if there is one and it isn't larger than any of ours."""
        if broker.count(self._client.strlen(broker.IN + key)) > FILE_BYTES:
            LOG.warning("a document larger than any of ours is dropped")
            return None
        found = self._client.get(broker.IN + key)
        return found if isinstance(found, bytes) else None

    def _work(self, docx: bytes, label: str) -> tuple[dict[str, Any], bytes]:
        """Head and body of the answer."""
        try:
            with report_setup_faults():
                made = self._choose_client().send(admit(docx).docx, label)
        except Unwanted:
            raise
        except ConversionError as error:
            LOG.info("document %s is not converted: %s", label, error.kind)
            if error.kind in UNABLE:
                self._pause()
            return _describe(error), b""
        return {"outcome": "ok", "worker": made.maker}, made.pdf

    def _choose_client(self) -> PoolClient:
        """The pool's client for the current task: what comes from the queue of batches lets people's documents go first."""
        return self._patient if self._is_of_batch() else self._pool

    def _is_of_batch(self) -> bool:
        queue = str(self._app.current_worker_task.request.delivery_info.get("routing_key"))
        return queue.startswith(f"{broker.BATCH}-")

    def _attend(self) -> None:
        """Say every few seconds how the node is, and note at once which of its workers is in doubt."""
        while not self._ended.is_set():
            try:
                self._tell(leaving := self._leaving)
                self._note_doubts(time.monotonic() + BEAT_SECONDS, leaving)
            except broker.BROKER_ERRORS as error:
                LOG.info("the broker can't be reached: %s", type(error).__name__)
                self._ended.wait(PAUSE_SECONDS)
            except Exception:  # a node that is silent gets no documents, so that this must go on
                LOG.exception("the node can't say how it is")
                self._ended.wait(PAUSE_SECONDS)
        try:
            self._client.delete(broker.NODE + self.name)
        except broker.BROKER_ERRORS:
            return  # it ends by itself

    def _tell(self, leaving: bool) -> None:
        if _stamp(self._program) != self._stamp:
            LOG.warning("LibreOffice has changed: the node ends, and has to be started anew")
            os.kill(os.getpid(), signal.SIGTERM)
        state = self._look()
        (self._resume if state["ready"] else self._pause)()
        state["ready"] = state["ready"] and self._consumer is not None and not leaving
        told = {
            "name": self.name,
            "version": __version__,
            "libreoffice": self._typesetting.libreoffice,
            "fonts": self._typesetting.fonts,
            "mark": self._typesetting.mark,
            "capacity": self._options.workers,
            "pool": state,
        }
        self._client.set(broker.NODE + self.name, json.dumps(told, ensure_ascii=False), ex=broker.NODE_SECONDS)

    def _look(self) -> dict[str, Any]:
        try:
            state = self._pool.state()
        except GipdocsError as error:
            empty = dict.fromkeys(("workers", "working", "queue", "memory_mib"), 0)
            return {"ready": False, "fault": str(error), "layers": {}, **empty, **Measures().as_data()}
        return {name: state[name] for name in SHOWN}

    def _note_doubts(self, until: float, leaving: bool) -> None:
        """Wait for doubts until then, or until there is something else to tell."""
        while not self._ended.is_set() and self._leaving == leaving and (left := until - time.monotonic()) > 0:
            found = self._client.blpop([broker.NODE + self.name + broker.DOUBTS], timeout=min(left, 1.0))
            if found:
                self._note_doubt(found[1])

    def _note_doubt(self, text: bytes | str) -> None:
        try:
            said = json.loads(text)
            key, worker, label, last = str(said["key"]), str(said["worker"]), str(said["label"]), bool(said["last"])
        except (ValueError, LookupError, TypeError, RecursionError):
            LOG.warning("a doubt that nobody of ours has sent is dropped")
            return
        self._pool.doubt(worker, label[:LABEL_LENGTH], last=last)
        if broker.KEY.fullmatch(key):
            with self._client.pipeline() as pipe:
                pipe.rpush(broker.OUT + key, b"")
                pipe.expire(broker.OUT + key, broker.OUT_SECONDS)
                pipe.execute()

    def _pause(self) -> None:
        """Take no more documents: whoever fails at once would otherwise get them all."""
        if self._receives() is True:
            LOG.warning("node %s takes no documents until its pool can convert", self.name)
            self._consumer.call_soon(self._tell_consumers, "cancel")

    def _resume(self) -> None:
        if self._receives() is False:
            LOG.info("node %s takes documents again", self.name)
            self._consumer.call_soon(self._tell_consumers, "consume")

    def _tell_consumers(self, act: str) -> None:
        """Runs in Celery's own thread, for the consumers that it has by then."""
        for consumer in filter(None, self._consumers()):
            getattr(consumer, act)()

    def _receives(self) -> bool | None:
        """Whether Celery receives documents; None while it is starting, connecting again, or ending."""
        consumers = self._consumers()
        return all(consumer.consuming_from(*consumer.queues) for consumer in consumers) if all(consumers) else None

    def _consumers(self) -> list[Any]:
        return [self._consumer.task_consumer, self._consumer.batch_consumer] if self._consumer else [None]

    def _check_access(self) -> None:
        """Raise SetupError for a broker that refuses us; one that is away may come."""
        try:
            self._client.ping()
        except AuthenticationError as error:
            raise SetupError("GIPDOCS_ENGINE所指的服务器拒绝了用户名或者密码：请核对后重新启动节点。") from error
        except broker.BROKER_ERRORS:
            LOG.warning("the broker can't be reached yet")


def _describe(error: ConversionError) -> dict[str, Any]:
    """An error as the head of an answer."""
    outcome = "failed"
    if error.kind in UNABLE:
        outcome = "broken"
    elif isinstance(error, ConverterBusy):
        outcome = "busy"
    elif isinstance(error, ConverterTimeout):
        outcome = "overrun"
    elif isinstance(error, ConverterRefused):
        outcome = "refused"
    return {
        "outcome": outcome,
        "message": str(error),
        "kind": error.kind,
        "retry_after": getattr(error, "retry_after", 0),
    }


def _stamp(program: Path) -> int:
    """Changes with the program; 0 while it is missing, as during its upgrade."""
    try:
        return program.stat().st_mtime_ns
    except OSError:
        return 0


def _connect_signals(node: Node) -> None:
    signals.setup_logging.connect(_leave_logging_alone, weak=False)
    signals.worker_ready.connect(lambda sender, **_: node.join(sender), weak=False)
    signals.worker_shutting_down.connect(lambda **_: node.leave(), weak=False)


def _leave_logging_alone(**_: object) -> None:
    """Celery asks before it sets up a log of its own."""


def _make_app(url: str, mark: str, most: int) -> Celery:
    """Celery's side of a node, which holds at most so many documents of people, and so many of batches."""
    app = broker.make_app(url)
    app.conf.task_queues = [broker.make_queue(broker.NOW, mark)]

    class BatchStep(bootsteps.StartStopStep):  # type: ignore[misc]  # Celery has no types
        """Has Celery take from the queue of batches too, by a channel with places of its own."""

        requires = ("celery.worker.consumer:Tasks",)

        def __init__(self, consumer: Any, **_: Any) -> None:
            consumer.initial_prefetch_count, consumer.batch_consumer = most, None

        def start(self, consumer: Any) -> None:
            consumer.batch_consumer = app.amqp.TaskConsumer(
                consumer.connection.channel(),
                [broker.make_queue(broker.BATCH, mark)],
                on_message=consumer.create_task_handler(),
            )
            consumer.batch_consumer.qos(prefetch_count=most)
            consumer.batch_consumer.consume()

        def stop(self, consumer: Any) -> None:
            batch_consumer, consumer.batch_consumer = consumer.batch_consumer, None
            if batch_consumer and consumer.connection:
                with suppress(*consumer.connection.connection_errors, *consumer.connection.channel_errors):
                    batch_consumer.cancel()

    app.steps["consumer"].add(BatchStep)
    return app


def _start_worker(app: Celery, name: str, threads: int) -> None:
    worker = app.Worker(
        hostname=f"{broker.NODE}gipdocs@{name}",  # its keys with the broker begin with it
        pool="threads",
        concurrency=threads,
        without_gossip=True,
        without_mingle=True,
        loglevel=logging.WARNING,
        quiet=True,
    )
    worker.start()
    if worker.exitcode:
        raise SetupError("转换节点意外停止了：请查看日志，改正后重新启动；也可能是GIPDOCS_ENGINE的用户没有需要的权限。")
