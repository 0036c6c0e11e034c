"""The nodes behind a broker: the same PDFs as from the own pool, nothing lost, and an own pool for when they are away."""

from __future__ import annotations

import base64
import json
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from redis import Redis
from redis.exceptions import NoPermissionError

from gipdocs.errors import ConversionError, ConverterBusy, ConverterRefused, ConverterTimeout
from gipdocs.pdf import broker as names
from gipdocs.pdf import engine as engines
from gipdocs.pdf.admission.package import FILE_BYTES
from gipdocs.pdf.checked import CheckedConverter
from gipdocs.pdf.converter import HUNG_UP, Converter, Made, Unwanted
from gipdocs.pdf.engine import Engine
from gipdocs.pdf.options import Options, encode
from gipdocs.pdf.pool.client import PoolClient, default_socket
from gipdocs.pdf.typesetting import Typesetting, read_typesetting
from gipdocs.pdf.worker import frames
from tests.pdf import samples
from tests.pdf.brokers import Broker, NodeProcess, running_broker, running_node
from tests.pdf.conftest import StartPool
from tests.pdf.processes import wait_for

pytestmark = [pytest.mark.converter, pytest.mark.alone]

PDF = b"%PDF-"
ROOT = Path(__file__).resolve().parents[2]
OpenEngine = Callable[..., Engine]


@pytest.fixture(scope="module")
def broker() -> Iterator[Broker]:
    with running_broker() as broker:
        yield broker


@pytest.fixture(scope="module")
def node(broker: Broker, pool: PoolClient) -> Iterator[NodeProcess]:
    with running_node(broker.url, pool) as node:
        yield node


@pytest.fixture
def open_engine(pool: PoolClient) -> Iterator[OpenEngine]:
    """Opens engines over the shared pool, which stands in for their nodes; closes them after the test."""
    opened: list[Engine] = []

    def open(url: str, **changes: object) -> Engine:
        opened.append(Engine(replace(pool.options, engine=url, **changes)))  # type: ignore[arg-type]
        return opened[-1]

    yield open
    for engine in opened:
        engine.close()


def ready(engine: Engine, nodes: int = 1) -> Engine:
    """The engine, once so many nodes are ready."""
    wait_for(lambda: sum(node["ready"] for node in engine.state()["engine"]["nodes"]) == nodes, seconds=60)
    return engine


@pytest.fixture
def engine(broker: Broker, node: NodeProcess, open_engine: OpenEngine) -> Engine:
    return ready(open_engine(broker.url))


def made_by_a_node(maker: str) -> bool:
    return " worker-" in maker


def test_a_node_gives_the_same_bytes_as_the_pool(converter: Converter, engine: Engine, broker: Broker) -> None:
    docx = samples.letter(samples.RARE)
    elsewhere = CheckedConverter(engine)
    assert elsewhere.convert(docx, label="样本") == converter.convert(docx, label="样本")
    assert made_by_a_node(engine.send(docx, "样本").maker)
    health = elsewhere.health()
    assert (health.ready, health.workers, health.layers) == (True, 2, converter.health().layers)
    assert [name for name in broker.left() if not name.startswith(names.NODE)] == []


def test_a_node_refuses_what_is_no_document_of_ours(engine: Engine) -> None:
    with pytest.raises(ConverterRefused, match="不是"):
        engine.send(b"<html>", "样本")


def test_a_node_notes_which_of_its_workers_made_a_wrong_pdf_before_the_second_try(
    engine: Engine, pool: PoolClient, broker: Broker
) -> None:
    made = engine.send(samples.letter(), "样本")
    before = pool.state()["failures"].get("wrong", 0)
    engine.doubt(made.maker, "样本", last=True)
    assert pool.state()["failures"]["wrong"] == before + 1
    engine.doubt("a-node-that-is-gone worker-0", "样本", last=True)
    assert pool.state()["failures"]["wrong"] == before + 1
    assert [name for name in broker.left() if name.startswith((names.IN, names.OUT))] == []


class OnceAnothers(Engine):
    """An engine of which the first answer is another document's."""

    tried = 0

    def send(self, docx: bytes, label: str) -> Made:
        self.tried += 1
        return super().send(docx if self.tried > 1 else samples.letter("别人的文书"), label)


def test_a_pdf_that_is_wrong_is_made_once_more(broker: Broker, node: NodeProcess, pool: PoolClient) -> None:
    engine = OnceAnothers(replace(pool.options, engine=broker.url))
    converter = CheckedConverter(ready(engine))
    assert converter.convert(samples.letter("自己的文书"), label="样本").startswith(PDF)
    assert engine.tried == 2
    converter.close()


def test_what_nobody_waits_for_any_more_is_not_converted(engine: Engine, pool: PoolClient, broker: Broker) -> None:
    before = pool.state()["answers"].get("cancelled", 0)
    gone = threading.Event()
    token = HUNG_UP.set(gone.is_set)
    try:
        with ThreadPoolExecutor() as threads:  # whose threads have a context of their own
            threads.submit(lambda: (wait_for(lambda: pool.state()["working"], seconds=30), gone.set()))
            with pytest.raises(Unwanted):
                engine.send(samples.slow_letter(), "慢文书")
    finally:
        HUNG_UP.reset(token)
    wait_for(lambda: pool.state()["answers"].get("cancelled", 0) == before + 1)
    assert [name for name in broker.left() if name.startswith((names.IN, names.OUT))] == []


@pytest.mark.parametrize("patient", [False, pytest.param(True, marks=pytest.mark.further)], ids=["now", "batch"])
def test_a_node_that_is_told_to_end_finishes_what_it_has_and_logs_nothing_of_it(
    patient: bool, pool: PoolClient, open_engine: OpenEngine
) -> None:
    with running_broker() as broker, running_node(broker.url, pool) as node, ThreadPoolExecutor() as threads:
        engine = ready(open_engine(broker.url, patient=patient))
        answer = threads.submit(engine.send, samples.slow_letter(), "慢文书")
        wait_for(lambda: pool.state()["working"])
        log = node.end()
        assert node.process.returncode == 0
        assert made_by_a_node(answer.result(30).maker)
        assert set(broker.left()) <= {
            queue_of(names.BATCH if patient else names.NOW)
        }  # on a slow machine it was sent once more
        assert "慢文书" not in log and "Traceback" not in log


def test_a_killed_node_costs_no_answer(pool: PoolClient, open_engine: OpenEngine) -> None:
    marks = [f"甲{number:03d}乙" for number in range(16)]
    answered = threading.Semaphore(0)
    with running_broker() as broker, running_node(broker.url, pool) as first, running_node(broker.url, pool):
        engine = ready(open_engine(broker.url), nodes=2)
        converter = CheckedConverter(engine)

        def convert(mark: str) -> bytes:
            pdf = converter.convert(samples.letter(mark), label="样本")
            answered.release()
            return pdf

        with ThreadPoolExecutor(4) as threads:
            futures = [threads.submit(convert, mark) for mark in marks]
            for _ in range(4):
                assert answered.acquire(timeout=60)
            first.kill()
            assert all(future.result(60).startswith(PDF) for future in futures)


class Closed:
    """A server that hangs up on whoever comes, and counts them."""

    def __init__(self) -> None:
        self.asked = 0
        self._server = socket.create_server(("127.0.0.1", 0))
        self.url = f"redis://127.0.0.1:{self._server.getsockname()[1]}/0"
        self._thread = threading.Thread(target=self._hang_up)
        self._thread.start()

    def _hang_up(self) -> None:
        with suppress(OSError):
            while True:
                connection, _ = self._server.accept()
                self.asked += 1
                connection.close()

    def close(self) -> None:
        self._server.shutdown(socket.SHUT_RDWR)
        self._server.close()
        self._thread.join()


@pytest.fixture
def closed() -> Iterator[Closed]:
    server = Closed()
    yield server
    server.close()


def test_while_the_broker_is_away_the_own_pool_converts_and_nobody_waits_for_the_broker(
    closed: Closed, open_engine: OpenEngine
) -> None:
    engine = open_engine(closed.url)
    for _ in range(5):
        made = engine.send(samples.letter(), "样本")
        assert made.pdf.startswith(PDF) and not made_by_a_node(made.maker)
    assert closed.asked == 1
    health = CheckedConverter(engine).health()
    assert health.ready and health.engine["away"] == engines.AWAY


def test_without_libreoffice_of_its_own_the_machine_says_that_the_broker_is_away(
    closed: Closed, open_engine: OpenEngine, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    engine = open_engine(closed.url)
    read_typesetting()
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(ConverterBusy, match="GIPDOCS_ENGINE所指的服务器没有应答") as caught:
        engine.send(samples.letter(), "样本")
    assert (caught.value.kind, caught.value.retry_after) == ("unreachable", 10)
    health = CheckedConverter(engine).health()
    assert not health.ready and "没有应答" in health.reason


def test_a_wrong_password_is_told_and_ends_the_node(pool: PoolClient, open_engine: OpenEngine) -> None:
    with running_broker(requirepass="right") as broker:
        wrong = broker.url.replace("unix://", "unix://:wrong@")
        engine = open_engine(wrong)
        assert not made_by_a_node(engine.send(samples.letter(), "样本").maker)
        assert engine.state()["engine"]["away"] == engines.WRONG_PASSWORD
        with running_node(wrong, pool) as node:
            assert "拒绝了用户名或者密码" in node.process.communicate(timeout=60)[1]
            assert node.process.returncode != 0
        right = broker.url.replace("unix://", "unix://:right@")
        with running_node(right, pool):
            assert made_by_a_node(ready(open_engine(right)).send(samples.letter(), "样本").maker)


def stand_in(client: Redis, node: dict[str, Any], **changes: object) -> None:
    """Say of a node, which doesn't exist, that it is ready; for ever, so that a test has to remove it."""
    told = {**node, "name": "nobody", **changes}
    client.set(f"{names.NODE}{told['name']}", json.dumps(told))


@pytest.fixture
def told(engine: Engine, broker: Broker) -> dict[str, Any]:
    """What a node says of itself."""
    with Redis.from_url(broker.url) as client:
        found = [client.get(name) for name in client.keys(f"{names.NODE}*")]
    return next(json.loads(text) for text in found if text)


@pytest.fixture
def idle(told: dict[str, Any]) -> Iterator[Broker]:
    """A broker of which everybody believes that it has a node."""
    with running_broker() as broker, Redis.from_url(broker.url) as client:
        stand_in(client, told)
        yield broker


def queue_of(kind: str) -> str:
    return names.name_queue(kind, read_typesetting().mark)


def test_beyond_its_limit_the_queue_takes_nothing_and_says_when_to_come_back(
    idle: Broker, open_engine: OpenEngine
) -> None:
    engine = open_engine(idle.url)
    with Redis.from_url(idle.url) as client:
        client.rpush(queue_of(names.NOW), *[b"{}"] * (engines.MOST_WAITING + 1))
        with pytest.raises(ConverterBusy, match="排队的文书太多") as caught:
            engine.send(samples.letter(), "样本")
        assert caught.value.kind == "full" and 1 <= caught.value.retry_after <= 30
        assert client.llen(queue_of(names.NOW)) == engines.MOST_WAITING + 1
        assert client.keys(f"{names.IN}*") == []
        stand_in(client, json.loads(client.get(f"{names.NODE}nobody") or b""), name="another")
        wait_for(lambda: len(engine.state()["engine"]["nodes"]) == 2)
        assert engine.state()["queue"] == engines.MOST_WAITING + 1


@pytest.mark.parametrize(("waiting", "error"), [(0, ConverterTimeout), (1, ConverterBusy)], ids=["silent", "late"])
def test_a_document_that_nobody_answers_is_given_up_and_taken_back(
    waiting: int, error: type[ConversionError], idle: Broker, open_engine: OpenEngine
) -> None:
    engine = open_engine(idle.url, queue_seconds=0.0, work_seconds=0.0)
    engine._seconds = 0.5
    with Redis.from_url(idle.url) as client:
        stopped = threading.Event()
        eating = threading.Thread(target=eat, args=(idle.url, stopped, waiting))
        eating.start()
        with pytest.raises(error) as caught:
            engine.send(samples.letter(), "样本")
        stopped.set()
        eating.join()
        assert type(caught.value) is error
        assert client.keys(f"{names.IN}*") == []


def eat(url: str, stopped: threading.Event, left: int) -> None:
    """Take messages from the queue and drop them, all but so many."""
    with Redis.from_url(url) as client:
        while not stopped.wait(0.01):
            if int(client.llen(queue_of(names.NOW))) > left:
                client.rpop(queue_of(names.NOW))


def test_people_go_before_batches(idle: Broker, pool: PoolClient, open_engine: OpenEngine) -> None:
    order: list[str] = []

    def convert(engine: Engine, label: str) -> None:
        assert made_by_a_node(engine.send(samples.letter(label), label).maker)
        order.append(label)

    patient, hasty = open_engine(idle.url, patient=True), open_engine(idle.url)
    with Redis.from_url(idle.url) as client, ThreadPoolExecutor(13) as threads:
        futures = [threads.submit(convert, patient, "批量") for _ in range(12)]
        wait_for(lambda: client.llen(queue_of(names.BATCH)) == 12)
        futures.append(threads.submit(convert, hasty, "单件"))
        wait_for(lambda: client.llen(queue_of(names.NOW)) == 1)
        with running_node(idle.url, pool):
            client.expire(f"{names.NODE}nobody", 30)
            assert [future.result(60) for future in futures] == [None] * 13
    assert order.index("单件") <= 3  # with as many as the node converts at the same time


@pytest.mark.slow
def test_a_document_of_a_person_overtakes_those_of_a_batch_that_a_node_already_has(
    start_pool: StartPool, open_engine: OpenEngine
) -> None:
    pool = start_pool(workers=1, spares=1, queue_seconds=60)
    wait_for(lambda: pool.state()["workers"] == 2, seconds=60)
    with running_broker() as broker, running_node(broker.url, pool), ThreadPoolExecutor() as threads:
        patient, hasty = ready(open_engine(broker.url, patient=True)), open_engine(broker.url)
        letter = samples.letter(paragraphs=1500)
        batch = [threads.submit(patient.send, letter, "批量") for _ in range(3)]
        wait_for(lambda: pool.state()["working"] and pool.state()["queue"], seconds=60)
        assert made_by_a_node(hasty.send(samples.letter(), "单件").maker)
        assert sum(future.done() for future in batch) <= 1  # on a slow machine the first ends meanwhile
        assert all(made_by_a_node(future.result(120).maker) for future in batch)


def test_a_document_that_was_sent_again_is_converted_once(
    engine: Engine, node: NodeProcess, broker: Broker, pool: PoolClient
) -> None:
    before = pool.state()["answers"].get("ok", 0)
    with Redis.from_url(broker.url) as client:
        client.set(names.IN + "a" * 32, samples.slow_letter(), ex=names.IN_SECONDS)
        client.lpush(queue_of(names.NOW), message(), message(id="2"), message(id="3"))
        wait_for(lambda: not client.exists(queue_of(names.NOW), "unacked"), seconds=60)
        assert pool.state()["answers"]["ok"] == before + 1
        assert (client.llen(names.OUT + "a" * 32), client.exists(names.IN + "a" * 32)) == (1, 0)
        assert 0 < int(client.ttl(names.OUT + "a" * 32)) <= names.OUT_SECONDS
        client.delete(names.OUT + "a" * 32)


HOSTILE = {
    "no JSON": b"garbage",
    "no text": b"\xff\xfe",
    "an empty object": b"{}",
    "a list": b"[]",
    "nothing": b"null",
    "very deep": b"[" * 100_000,
}
TASKS = {
    "another task": {"task": "os.system"},
    "pickle": {"content-type": "application/x-python-serialize", "body": b"cos\nsystem\n(S'true'\ntR."},
    "too many arguments": {"body": b'[["a", "b", "c"], {}, {}]'},
    "a path for a key": {"body": b'[["../../etc/passwd", ""], {}, {}]'},
    "a number for a key": {"body": b"[[1, []], {}, {}]"},
    "no arguments": {"body": b"5"},
    "half a body": {"body": b"[["},
    "no id": {"id": None},
    "a time": {"eta": "tomorrow"},
    "compression": {"compression": "application/x-gzip", "body": b"x"},
    "what follows": {"body": b'[["%b", ""], {}, {"callbacks": [1]}]' % (b"a" * 32)},
    "nobody's document": {},
}


def message(**changes: Any) -> bytes:
    """A message as Celery writes it, with changes of its head or its parts."""
    body = changes.pop("body", b'[["%b", ""], {}, {}]' % (b"a" * 32))
    kind = changes.pop("content-type", "application/json")
    head = {"task": names.TASK, "id": "1", "lang": "py", "argsrepr": "", **changes}
    told = {
        "delivery_tag": str(head["id"]),
        "body_encoding": "base64",
        "delivery_info": {"exchange": "", "routing_key": ""},
    }
    return json.dumps(
        {
            "body": base64.b64encode(body).decode(),
            "content-type": kind,
            "content-encoding": "utf-8",
            "headers": head,
            "properties": told,
        }
    ).encode()


HOSTILE |= {name: message(**changes) for name, changes in TASKS.items()}


@pytest.mark.parametrize("hostile", HOSTILE.values(), ids=HOSTILE)
def test_a_message_that_nobody_of_ours_has_sent_harms_nothing(
    hostile: bytes, engine: Engine, node: NodeProcess, broker: Broker
) -> None:
    with Redis.from_url(broker.url) as client:
        client.lpush(queue_of(names.NOW), hostile)
        assert made_by_a_node(engine.send(samples.letter(), "样本").maker)
        assert node.process.poll() is None
        wait_for(lambda: not client.exists(queue_of(names.NOW), "unacked"))


@pytest.mark.parametrize("kind", [names.NOW, pytest.param(names.BATCH, marks=pytest.mark.further)])
def test_a_broker_that_is_full_does_not_end_the_node(
    kind: str, engine: Engine, node: NodeProcess, broker: Broker
) -> None:
    with Redis.from_url(broker.url) as client:
        node.process.send_signal(signal.SIGSTOP)
        client.lpush(queue_of(kind), message())
        client.config_set("maxmemory", 1000)
        node.process.send_signal(signal.SIGCONT)
        wait_for(lambda: not client.exists(queue_of(kind)))
        assert not made_by_a_node(engine.send(samples.letter(), "样本").maker)
        client.config_set("maxmemory", "512mb")
        wait_for(lambda: made_by_a_node(engine.send(samples.letter(), "样本").maker), seconds=60)
    assert node.process.poll() is None


BOMBS = {
    "no document": b"<html>",
    "too large": bytes(FILE_BYTES + 1),
    "a bomb": samples.altered(samples.letter(), {"word/bomb.xml": bytes(200 << 20)}),
}


@pytest.mark.parametrize("bomb", BOMBS.values(), ids=BOMBS)
def test_a_node_guards_itself_against_what_lies_with_the_broker(
    bomb: bytes, engine: Engine, node: NodeProcess, broker: Broker
) -> None:
    with Redis.from_url(broker.url) as client:
        client.set(names.IN + "a" * 32, bomb, ex=names.IN_SECONDS)
        client.lpush(queue_of(names.NOW), message())
        wait_for(lambda: not client.exists(queue_of(names.NOW), "unacked"), seconds=30)
        answer = client.lpop(names.OUT + "a" * 32)
        assert answer is None or engines._read_answer(answer)[0]["outcome"] == "refused"  # type: ignore[arg-type]
        client.delete(names.IN + "a" * 32)
    assert node.process.poll() is None
    assert made_by_a_node(engine.send(samples.letter(), "样本").maker)


FOREIGN = {
    "no frame": b"%PDF-",
    "an empty answer": b"",
    "a head that is no object": frames.PREFIX.pack(2, 0) + b"[]",
    "an outcome that is none": frames.pack({"outcome": "fine"}),
}


@pytest.mark.parametrize("answer", FOREIGN.values(), ids=FOREIGN)
def test_an_answer_that_is_none_is_refused(answer: bytes) -> None:
    with pytest.raises(ConversionError):
        engines._judge(*engines._read_answer(answer))


def documented(start: str) -> str:
    """The line of the documentation that begins so."""
    lines = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8").splitlines()
    return next(line for line in lines if line.startswith(start))


def test_the_documented_user_may_do_all_that_is_needed_and_no_more(pool: PoolClient, open_engine: OpenEngine) -> None:
    users = [
        documented("user default"),
        documented("user gipdocs").replace("PASSWORD", "secret"),
        "user admin on >admin ~* &* +@all",
    ]
    with running_broker(users="\n".join(users)) as broker:
        url = broker.url.replace("unix://", "unix://gipdocs:secret@")
        with running_node(url, pool) as node:
            engine = ready(open_engine(url))
            made = engine.send(samples.letter(), "样本")
            engine.doubt(made.maker, "样本", last=False)
            assert made_by_a_node(made.maker)
            node.end()
            assert node.process.returncode == 0
        with Redis.from_url(broker.url.replace("unix://", "unix://admin:admin@")) as client:
            assert client.acl_log() == []
            with Redis.from_url(url) as ours, pytest.raises(NoPermissionError):
                ours.get("anything")


def test_a_node_with_other_fonts_is_named_and_gets_no_documents(
    engine: Engine, broker: Broker, pool: PoolClient, tmp_path: Path
) -> None:
    with running_node(broker.url, pool, GIPDOCS_FONTS=str(tmp_path), GIPDOCS_CACHE=str(tmp_path)) as other:
        wait_for(lambda: len(engine.state()["engine"]["nodes"]) == 2, seconds=60)
        nodes = engine.state()["engine"]["nodes"]
        assert sorted((node["alike"], node["fonts_alike"]) for node in nodes) == [(False, False), (True, True)]
        with Redis.from_url(broker.url) as client:
            told = [json.loads(text) for name in client.keys(f"{names.NODE}*-*") if (text := client.get(name))]
        refused = next(node["name"] for node in told if node["mark"] != read_typesetting().mark)
        makers = {engine.send(samples.letter(), "样本").maker.partition(" ")[0] for _ in range(6)}
        assert makers and refused not in makers
        other.end()


def test_with_other_nodes_alone_the_machine_converts_itself_and_says_why(
    told: dict[str, Any], open_engine: OpenEngine
) -> None:
    with running_broker() as broker, Redis.from_url(broker.url) as client:
        engine = open_engine(broker.url)
        stand_in(client, told, mark="0" * 12, libreoffice="1.0")
        assert not made_by_a_node(engine.send(samples.letter(), "样本").maker)
        assert engine.state()["engine"]["away"] == engines.OTHER_NODES
        assert [node["alike"] for node in engine.state()["engine"]["nodes"]] == [False]
        assert broker.left() == ["node:nobody"]


LIBREOFFICES = [("甲", "7.4", 2), ("乙", "25.2", 1), ("丙", "25.2", 2), ("丁", "24.8", 9)]


def test_without_libreoffice_of_its_own_a_machine_takes_that_of_most_nodes_with_its_fonts() -> None:
    nodes = [
        {"name": name, "mark": version, "fonts": "other" if name == "丁" else "own", "capacity": capacity}
        for name, version, capacity in LIBREOFFICES
    ]
    assert engines.find_mark(nodes, Typesetting("", "own")) == "25.2"
    assert engines.find_mark(nodes, Typesetting("", "third")) == ""
    assert engines.find_mark(nodes, Typesetting("7.4", "own")) == Typesetting("7.4", "own").mark


@pytest.mark.parametrize("text", [b"garbage", b"[]", b"{}", b'{"pool": {}}', b"[" * 100_000], ids=range(5))
def test_what_no_node_says_of_itself_is_no_node(text: bytes, engine: Engine, broker: Broker) -> None:
    with Redis.from_url(broker.url) as client:
        client.set(f"{names.NODE}foreign", text, ex=30)
        assert all(node["name"] != "foreign" for node in engine.state()["engine"]["nodes"])
        assert made_by_a_node(engine.send(samples.letter(), "样本").maker)
        client.delete(f"{names.NODE}foreign")


def test_by_tls_the_brokers_certificate_is_checked(pool: PoolClient, open_engine: OpenEngine, tmp_path: Path) -> None:
    key, certificate = tmp_path / "key.pem", tmp_path / "cert.pem"
    subprocess.run(
        [
            *(
                "openssl",
                "req",
                "-x509",
                "-newkey",
                "ec",
                "-pkeyopt",
                "ec_paramgen_curve:P-256",
                "-nodes",
                "-days",
                "2",
            ),
            *("-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"),
            *("-keyout", str(key), "-out", str(certificate)),
        ],
        check=True,
        capture_output=True,
    )
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    tls = {"tls-port": str(port), "tls-cert-file": str(certificate), "tls-key-file": str(key)}
    tls |= [documented("tls-auth-clients").split()]
    with running_broker(**tls):
        url = f"rediss://localhost:{port}/0"
        assert not made_by_a_node(open_engine(url).send(samples.letter(), "样本").maker)  # nobody vouches for it
        trusted = f"{url}?ssl_ca_certs={certificate}"
        with running_node(trusted, pool):
            assert made_by_a_node(ready(open_engine(trusted)).send(samples.letter(), "样本").maker)


def test_a_fork_has_connections_of_its_own(engine: Engine) -> None:
    docx = samples.letter()
    converter = CheckedConverter(engine)  # from LibreOffice itself each PDF has another number and moment
    made = converter.convert(docx, label="样本")
    child = os.fork()
    if not child:
        os._exit(converter.convert(docx, label="样本") != made)
    assert os.waitpid(child, 0)[1] == 0
    assert converter.convert(docx, label="样本") == made


WITHOUT_LIBRARIES = """
import sys
sys.modules["celery"] = None
from gipdocs.pdf.opening import open_converter
from gipdocs.pdf.options import Options
open_converter(Options(engine="redis://127.0.0.1:9/0"))
"""


def test_without_its_libraries_the_engine_says_what_to_install() -> None:
    ended = subprocess.run([sys.executable, "-c", WITHOUT_LIBRARIES], capture_output=True, text=True, check=False)
    assert "SetupError" in ended.stderr and "requirements/engine.txt" in ended.stderr


def test_the_address_of_the_engine_is_in_no_text_and_in_no_command_line() -> None:
    options = Options(engine="redis://:secret@127.0.0.1:9/0", patient=True)
    assert "secret" not in repr(options) + encode(options)
    assert default_socket(options) == default_socket(Options())
