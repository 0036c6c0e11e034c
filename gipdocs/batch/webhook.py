"""Tells other systems that a batch has ended, as Standard Webhooks says: signed, tried again, and nothing personal in it.

Only addresses under the operator's prefixes are called, when the batch is ordered and again when it has ended; redirects
are not followed, and no proxy of the environment is used. http.client does just that, and is what nodes are asked by too.
"""

from __future__ import annotations

import hmac
import json
import logging
from base64 import b64encode
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from socket import SHUT_RDWR
from threading import Timer

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from gipdocs import __version__
from gipdocs.addresses import CallableAddress, read_address
from gipdocs.batch.batches import describe
from gipdocs.errors import Fault, InvalidInput
from gipdocs.register.register import Register
from gipdocs.settings import Settings, read_hook_secret
from gipdocs.store.tables import BatchRow
from gipdocs.store.types import now

LOG = logging.getLogger(__name__)
LONGEST = 500
PAUSES = (timedelta(minutes=1), timedelta(minutes=10), timedelta(hours=1), timedelta(hours=6))
"""How long to wait after each try that failed; the first is made at once, and after the last pause comes the last try."""
MOST_TRIES = len(PAUSES) + 1
SECONDS = 10.0
"""So long one try may take, whatever the other side sends meanwhile."""
MOST_READ = 4096
REFUSAL = "完成通知的地址不在可以通知的地址之列，请改用管理员许可的地址，或者请管理员在GIPDOCS_WEBHOOKS里增加。"
ENDS = {"done": "batch.done", "cancelled": "batch.cancelled"}


@dataclass(frozen=True, kw_only=True)
class HookMessage:
    """What is sent to an address about a batch; `id` is the same for each try."""

    batch: str
    id: str
    url: str
    body: bytes


def check_webhook(prefixes: Sequence[str], url: str) -> None:
    """InvalidInput unless an address lies under one of the prefixes that the operator allows."""
    if len(url) > LONGEST or find_address(prefixes, url) is None:
        raise InvalidInput([Fault("/webhook", "not-permitted", REFUSAL)])


def find_address(prefixes: Sequence[str], url: str) -> CallableAddress | None:
    """An address as it may be called; None if it lies under no prefix, or could mean several things."""
    address, allowed = read_address(url), map(read_address, prefixes)
    return address if address and any(one and address.lies_under(one) for one in allowed) else None


def schedule(session: Session, row: BatchRow) -> None:
    """Have the end of a batch told, if somebody wants to know, in the transaction that ends it."""
    if row.webhook_url:
        first = update(BatchRow).where(BatchRow.id == row.id).values(webhook_tries=0, webhook_next=now())
        session.execute(first)


def deliver_due(register: Register, settings: Settings) -> bool:
    """Make the try that is due first; False if none is. It lasts up to SECONDS, and no transaction is open meanwhile."""
    message = _take_due(register, settings)
    if message is None:
        return False
    address = find_address(settings.webhooks, message.url)
    failure = "not-allowed" if address is None else post(address, message, read_hook_secret(settings.webhook_secret))
    if failure in ("", "not-allowed"):
        _settle(register, message.batch)
    if failure:
        LOG.info("the end of batch %s is not told: %s", message.batch, failure)
    return True


def sign(id: str, moment: int, body: bytes, key: bytes) -> str:
    """The signature of a message at a moment, in seconds since 1970."""
    signed = b".".join((id.encode(), str(moment).encode(), body))
    return "v1," + b64encode(hmac.digest(key, signed, sha256)).decode()


def post(address: CallableAddress, message: HookMessage, key: bytes) -> str:
    """Send a message; "" if it was accepted (2xx), otherwise the status or the kind of the failure."""
    moment = int(datetime.now(UTC).timestamp())
    headers = {
        "Content-Type": "application/json",
        "User-Agent": f"gipdocs/{__version__}",
        "webhook-id": message.id,
        "webhook-timestamp": str(moment),
        "webhook-signature": sign(message.id, moment, message.body, key),
    }
    try:
        with _connected(address) as connection:
            connection.request("POST", address.target, message.body, headers)
            answer = connection.getresponse()
            with suppress(OSError, HTTPException):  # the status has been told
                answer.read(MOST_READ)
    except (OSError, HTTPException, ValueError) as error:  # ValueError: a host that no name server can be asked for
        return type(error).__name__
    return "" if 200 <= answer.status < 300 else str(answer.status)


@contextmanager
def _connected(address: CallableAddress) -> Iterator[HTTPConnection]:
    """A connection that is cut after SECONDS, even if the other side sends a byte now and then."""
    kind = HTTPSConnection if address.scheme == "https" else HTTPConnection
    connection = kind(address.host.strip("[]"), address.port, timeout=SECONDS)
    timer = Timer(SECONDS, _cut, [connection])
    timer.daemon = True
    try:
        connection.connect()
        timer.start()
        yield connection
    finally:
        timer.cancel()
        connection.close()


def _cut(connection: HTTPConnection) -> None:
    with suppress(OSError, AttributeError):  # closed meanwhile
        connection.sock.shutdown(SHUT_RDWR)


def _take_due(register: Register, settings: Settings) -> HookMessage | None:
    """The message that is due first; its try counts from now on, even if this process ends in the middle of it."""
    with register.store.writing() as session:
        due = select(BatchRow).where(BatchRow.webhook_next <= now()).order_by(BatchRow.webhook_next).limit(1)
        row = session.scalar(due.with_for_update(skip_locked=True))
        if row is None:
            return None
        tries = row.webhook_tries + 1
        later = now() + PAUSES[tries - 1] if tries < MOST_TRIES else None
        counted = {"webhook_tries": tries, "webhook_next": later}
        message = _compose(session, row, settings) if row.webhook_url and row.state in ENDS else None
        session.execute(
            update(BatchRow).where(BatchRow.id == row.id).values(counted if message else {"webhook_next": None})
        )
        return message


def _settle(register: Register, id: str) -> None:
    """Let there be no further try."""
    with register.store.writing() as session:
        session.execute(update(BatchRow).where(BatchRow.id == id).values(webhook_next=None))


def _compose(session: Session, row: BatchRow, settings: Settings) -> HookMessage:
    ended, batch = row.ended_at or now(), describe(session, row)
    data = {"id": row.id, "counts": dict(batch.counts), "links": _links(row.id, settings)}
    told = {"type": ENDS[row.state], "timestamp": ended.isoformat().replace("+00:00", "Z"), "data": data}
    return HookMessage(
        batch=row.id,
        id=f"batch_{row.id}_{int(ended.timestamp())}",
        url=row.webhook_url or "",
        body=json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode(),
    )


def _links(id: str, settings: Settings) -> Mapping[str, str]:
    here = f"{settings.url.rstrip('/')}/api/v1/batches/{id}"
    return {"self": here, "rows": f"{here}/rows", "archive": f"{here}/archive"}
