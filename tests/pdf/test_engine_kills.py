"""Three hundred letters while everything on their way is killed: each comes once, and is itself."""

from __future__ import annotations

import itertools
import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pypdfium2
import pytest
from redis import Redis

from gipdocs.errors import ConverterBusy
from gipdocs.pdf import broker as names
from gipdocs.pdf.checked import CheckedConverter
from gipdocs.pdf.engine import Engine
from gipdocs.pdf.options import encode
from gipdocs.pdf.pool.client import PoolClient
from tests.pdf import samples
from tests.pdf.brokers import Broker, NodeProcess, running_broker, running_node
from tests.pdf.conftest import StartPool
from tests.pdf.processes import wait_for

pytestmark = [pytest.mark.converter, pytest.mark.alone, pytest.mark.slow]

LETTERS, CLIENTS = 300, 8
STEP = 25
MARK = re.compile("甲([0-9]{3})乙")
ROOT = Path(__file__).resolve().parents[2]
SENDER = """
import sys
from dataclasses import replace
from gipdocs.pdf.engine import Engine
from gipdocs.pdf.options import decode
from tests.pdf import samples

engine = Engine(replace(decode(sys.argv[2]), engine=sys.argv[1]))
while True:
    engine.send(samples.letter("别人的文书"), "样本")
"""


def text_of(pdf: bytes) -> str:
    with pypdfium2.PdfDocument(pdf) as opened:
        return "".join(opened[i].get_textpage().get_text_range() for i in range(len(opened)))


class Kills:
    """Kills one thing after another, each after so many answers, and puts another in its place."""

    def __init__(self, broker: Broker, pool: PoolClient) -> None:
        self._broker, self._pool = broker, pool
        self._nodes = [NodeProcess(broker.url, pool) for _ in range(2)]
        self._sender = self._start_sender()
        self._answers, self._lock = itertools.count(1), threading.Lock()
        self._kills = itertools.cycle([self._kill_node, self._kill_sender, self._kill_office, self._kill_broker])
        self.done = Counter[str]()

    def count(self) -> None:
        """Another letter has been answered."""
        if next(self._answers) % STEP:
            return
        with self._lock:
            kill = next(self._kills)
            kill()
            self.done[kill.__name__] += 1

    def _kill_node(self) -> None:
        self._nodes.pop(0).kill()
        self._nodes.append(NodeProcess(self._broker.url, self._pool))

    def _kill_sender(self) -> None:
        self._sender.kill()
        self._sender.communicate()
        self._sender = self._start_sender()

    def _kill_office(self) -> None:
        os.kill(wait_for(lambda: self._pool.state()["offices"], seconds=60)[0], signal.SIGKILL)

    def _kill_broker(self) -> None:
        self._broker.kill()
        self._broker.start()

    def _start_sender(self) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-c", SENDER, self._broker.url, encode(self._pool.options)]
        return subprocess.Popen(command, cwd=ROOT, stderr=subprocess.DEVNULL)

    def stop(self) -> None:
        """End everything in order."""
        self._sender.kill()
        self._sender.communicate()
        for node in self._nodes:
            node.end()


@pytest.fixture
def start_kills() -> Iterator[Callable[[Broker, PoolClient], Kills]]:
    started: list[Kills] = []

    def start(broker: Broker, pool: PoolClient) -> Kills:
        started.append(Kills(broker, pool))
        return started[-1]

    yield start
    for kills in started:
        kills.stop()


def test_three_hundred_letters_outlive_node_broker_sender_and_libreoffice(
    start_pool: StartPool, start_kills: Callable[[Broker, PoolClient], Kills]
) -> None:
    pool = start_pool(workers=2, spares=1)
    wait_for(lambda: pool.state()["workers"] == 3, seconds=60)
    with running_broker() as broker:
        engine = Engine(replace(pool.options, engine=broker.url))
        converter = CheckedConverter(engine)
        kills = start_kills(broker, pool)

        def convert(number: int) -> bytes:
            docx = samples.letter(f"甲{number:03d}乙")
            while True:
                try:
                    pdf = converter.convert(docx, label="样本")
                except ConverterBusy as error:
                    time.sleep(error.retry_after)
                else:
                    kills.count()
                    return pdf

        with ThreadPoolExecutor(CLIENTS) as threads:
            pdfs = list(threads.map(convert, range(LETTERS)))
        converter.close()
        kills.stop()
        assert [MARK.findall(text_of(pdf)) for pdf in pdfs] == [[f"{number:03d}"] for number in range(LETTERS)]
        assert sorted(kills.done.values()) == [3, 3, 3, 3]
        with Redis.from_url(broker.url) as client:
            left = [name for name in client.keys("*") if name.startswith((names.IN.encode(), names.OUT.encode()))]
            assert all(0 < int(client.ttl(name)) <= names.IN_SECONDS for name in left)  # killed senders' alone
            assert len(left) <= kills.done["_kill_sender"] + 1


def test_a_node_outlives_a_broker_that_froze_and_is_started_anew(start_pool: StartPool) -> None:
    pool = start_pool(workers=1, spares=0)
    with running_broker() as broker, running_node(broker.url, pool) as node:
        engine = Engine(replace(pool.options, engine=broker.url))

        def is_there() -> bool:
            return [one["ready"] for one in engine.state()["engine"]["nodes"]] == [True]

        def converts() -> bool:
            return " " in engine.send(samples.letter("甲"), "样本").maker  # of a node, and of its worker

        wait_for(is_there, seconds=60)
        assert converts()
        os.kill(broker.process.pid, signal.SIGSTOP)
        time.sleep(8)
        os.kill(broker.process.pid, signal.SIGCONT)
        wait_for(converts, seconds=60)
        broker.kill()
        broker.start()
        wait_for(is_there, seconds=60)
        wait_for(converts, seconds=60)
        assert node.process.poll() is None
        engine.close()
