"""Another system is told that a batch has ended: signed, without names, at permitted addresses, five times at most."""

from __future__ import annotations

import hmac
import json
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread

import pytest

from gipdocs.access.actors import HERE
from gipdocs.batch import webhook
from gipdocs.batch.ordering import cancel, order, remove, resume
from gipdocs.batch.orders import Order, OrderedRow
from gipdocs.batch.running import run_until_idle
from gipdocs.batch.webhook import MOST_TRIES, deliver_due, schedule, sign
from gipdocs.errors import InvalidInput
from gipdocs.register.register import Register
from gipdocs.service import Service
from gipdocs.settings import Settings, read_hook_secret
from gipdocs.store.tables import BatchRow
from gipdocs.store.types import now
from tests.batch.finished import SECRET, add_finished

HOOK_SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
ON_SQLITE = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


class Receiver:
    """A server that keeps what it is sent, and answers as it is told."""

    def __init__(self) -> None:
        self.got: list[tuple[str, dict[str, str], bytes]] = []
        self.status, self.headers = 204, dict[str, str]()
        self.waits: Event | None = None
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                receiver.got.append((self.path, {key.lower(): value for key, value in self.headers.items()}, body))
                if receiver.waits is not None:
                    receiver.trickle(self.wfile.write)
                    return
                self.send_response(receiver.status)
                for key, value in receiver.headers.items():
                    self.send_header(key, value)
                self.end_headers()

            def log_message(self, format: str, *args: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = False
        self.url = f"http://127.0.0.1:{self.server.server_port}/hooks"
        self.thread = Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.01})
        self.thread.start()

    def trickle(self, write: Callable[[bytes], object]) -> None:
        """Send a byte now and then, so that no single wait is long."""
        assert self.waits is not None
        try:
            write(b"HTTP/1.1 ")
            while not self.waits.wait(0.05):
                write(b" ")
        except OSError:
            self.waits.set()

    def close(self) -> None:
        """End the server and its threads."""
        if self.waits is not None:
            self.waits.set()
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    found = Receiver()
    yield found
    found.close()


@pytest.fixture
def settings(receiver: Receiver, office: Service) -> Settings:
    return replace(
        office.settings, webhooks=(receiver.url,), webhook_secret=HOOK_SECRET, url="https://xxgk.example.gov.cn"
    )


def ended(register: Register, url: str, **columns: object) -> str:
    """A batch that has ended, and whose end is to be told."""
    id = add_finished(register, [b"1", None], title=SECRET, webhook_url=url, **columns)
    with register.store.writing() as session:
        schedule(session, session.get_one(BatchRow, id))
    return id


def row_of(register: Register, id: str) -> BatchRow:
    with register.store.reading() as session:
        return session.get_one(BatchRow, id)


def bring_forward(register: Register, id: str) -> timedelta:
    """Let the next try be due; how long it would have waited."""
    with register.store.writing() as session:
        row = session.get_one(BatchRow, id)
        assert row.webhook_next is not None
        waited, row.webhook_next = row.webhook_next - now(), now()
        return waited


def test_the_signature_is_that_of_standard_webhooks() -> None:
    body = b'{"test": 2432232314}'
    signature = sign("msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, body, read_hook_secret(HOOK_SECRET))
    assert signature == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


@pytest.mark.parametrize(("state", "kind"), [("cancelled", "batch.cancelled"), ("done", "batch.done")])
def test_the_end_is_told_once_signed_and_without_names(
    register: Register, receiver: Receiver, settings: Settings, state: str, kind: str
) -> None:
    id = ended(register, f"{receiver.url}/gip?a=1", state=state)
    assert deliver_due(register, settings) and not deliver_due(register, settings)
    ((path, headers, body),) = receiver.got
    told, here = json.loads(body), f"https://xxgk.example.gov.cn/api/v1/batches/{id}"
    assert path == "/hooks/gip?a=1" and headers["content-type"] == "application/json"
    assert (told["type"], told["data"]["id"]) == (kind, id)
    assert told["data"]["counts"] == {"done": 1, "refused": 1} and told["timestamp"].endswith("Z")
    assert told["data"]["links"] == {"self": here, "rows": f"{here}/rows", "archive": f"{here}/archive"}
    assert SECRET not in body.decode() and "接收" not in body.decode()
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    key = b64decode(HOOK_SECRET.removeprefix("whsec_"))
    assert headers["webhook-signature"] == "v1," + b64encode(hmac.new(key, signed, sha256).digest()).decode()
    assert abs(datetime.now().timestamp() - int(headers["webhook-timestamp"])) < 60
    row = row_of(register, id)
    assert (row.webhook_tries, row.webhook_next) == (1, None)


def test_five_tries_with_growing_pauses_and_then_quiet(
    register: Register, receiver: Receiver, settings: Settings
) -> None:
    receiver.status = 500
    id, pauses = ended(register, receiver.url), list[float]()
    while deliver_due(register, settings):
        assert not deliver_due(register, settings)
        if row_of(register, id).webhook_next is not None:
            pauses.append(bring_forward(register, id).total_seconds())
    assert len(receiver.got) == MOST_TRIES == 5
    assert [round(one / 60) for one in pauses] == [1, 10, 60, 360]
    assert len({headers["webhook-id"] for _, headers, _ in receiver.got}) == 1
    assert (row_of(register, id).webhook_tries, row_of(register, id).webhook_next) == (5, None)


@ON_SQLITE
def test_the_next_end_of_a_batch_is_another_message(register: Register, receiver: Receiver, settings: Settings) -> None:
    id = ended(register, receiver.url)
    deliver_due(register, settings)
    with register.store.writing() as session:
        row = session.get_one(BatchRow, id)
        row.ended_at = now()
        schedule(session, row)
    assert deliver_due(register, settings)
    assert len({headers["webhook-id"] for _, headers, _ in receiver.got}) == 2


@ON_SQLITE
def test_a_redirect_is_not_followed(register: Register, receiver: Receiver, settings: Settings) -> None:
    receiver.status, receiver.headers = 302, {"Location": f"{receiver.url}/elsewhere"}
    id = ended(register, receiver.url)
    assert deliver_due(register, settings)
    assert [path for path, _, _ in receiver.got] == ["/hooks"] and row_of(register, id).webhook_next is not None


@ON_SQLITE
def test_a_proxy_of_the_environment_is_not_used(
    register: Register, receiver: Receiver, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    ended(register, receiver.url)
    assert deliver_due(register, settings) and len(receiver.got) == 1


@ON_SQLITE
def test_a_server_that_trickles_is_left(
    register: Register, receiver: Receiver, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(webhook, "SECONDS", 0.5)
    receiver.waits = Event()
    id = ended(register, receiver.url)
    assert deliver_due(register, settings)
    assert row_of(register, id).webhook_next is not None


@ON_SQLITE
def test_nobody_at_the_address_counts_as_a_try(
    register: Register, receiver: Receiver, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO", logger="gipdocs")
    nobody = replace(settings, webhooks=("http://127.0.0.1:9",))
    id = ended(register, "http://127.0.0.1:9/x")
    assert deliver_due(register, nobody) and row_of(register, id).webhook_tries == 1
    assert f"the end of batch {id} is not told: ConnectionRefusedError" in caplog.text and SECRET not in caplog.text


@ON_SQLITE
def test_an_address_that_is_not_permitted_any_more_is_not_called(
    register: Register, receiver: Receiver, settings: Settings
) -> None:
    id = ended(register, receiver.url)
    assert deliver_due(register, replace(settings, webhooks=()))
    assert receiver.got == [] and row_of(register, id).webhook_next is None


@ON_SQLITE
def test_a_batch_that_was_removed_or_goes_on_is_not_told_of(
    register: Register, receiver: Receiver, settings: Settings
) -> None:
    removed = ended(register, receiver.url)
    resumed = ended(register, receiver.url, id="b" * 32, rows={2: {"state": "failed"}})
    remove(register, removed, by=HERE)
    resume(register, resumed, by=HERE)
    assert not deliver_due(register, settings) and receiver.got == []


@ON_SQLITE
def test_an_order_names_a_permitted_address_or_is_refused(register: Register, receiver: Receiver) -> None:
    wanted = Order(document="receipt", format="docx", rows=[OrderedRow(answers={})], webhook="https://evil.example/")
    for prefixes in ((), (receiver.url,)):
        with pytest.raises(InvalidInput) as error:
            order(register, wanted, by=HERE, webhooks=prefixes)
        assert [(fault.pointer, fault.code) for fault in error.value.faults] == [("/webhook", "not-permitted")]
    too_long = replace(wanted, webhook=f"{receiver.url}/{'x' * 500}")
    with pytest.raises(InvalidInput):
        order(register, too_long, by=HERE, webhooks=(receiver.url,))


def test_a_batch_that_ends_is_told_of_by_itself(
    office: Service, register: Register, receiver: Receiver, settings: Settings
) -> None:
    wanted = Order(document="receipt", format="docx", webhook=receiver.url, start=False)
    rows = [OrderedRow(answers=office.sample("receipt"))]
    started = order(register, replace(wanted, rows=rows, start=True), by=HERE, webhooks=(receiver.url,))
    stopped = order(register, replace(wanted, rows=rows), by=HERE, webhooks=(receiver.url,))
    run_until_idle(office)
    cancel(register, stopped, by=HERE)
    while deliver_due(register, settings):
        pass
    told = {(json.loads(body)["type"], json.loads(body)["data"]["id"]) for _, _, body in receiver.got}
    assert told == {("batch.cancelled", stopped), ("batch.done", started)}
