"""The broker between those who want documents converted and the nodes that do it: Valkey or Redis, used by Celery.

Celery carries a key, the broker beside it the bytes (`in:KEY` the DOCX, `out:KEY` the answer), so that no result backend is
needed and a document is taken back by deleting it. Machines of one typesetting share two queues, `now-MARK` for people who
wait and `batch-MARK` for the rest, so that no document comes to a node that would break its lines elsewhere.
"""

from __future__ import annotations

import base64
import json
import logging
import re
import ssl
from queue import Empty
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from celery import Celery
from kombu.entity import Queue
from kombu.exceptions import OperationalError
from kombu.transport import TRANSPORT_ALIASES, redis
from redis import Redis, RedisError
from redis.backoff import NoBackoff
from redis.exceptions import OutOfMemoryError
from redis.retry import Retry

LOG = logging.getLogger(__name__)

NOW, BATCH = "now", "batch"
TASK = "convert"
IN, OUT, NODE = "in:", "out:", "node:"
DOUBTS = ":doubts"
IN_SECONDS, OUT_SECONDS, NODE_SECONDS = 90, 60, 10
"""How long a document, an answer and the state of a node stay if nobody fetches, deletes or renews them."""

QUEUE_SECONDS = 180
"""How long a queue that nobody works off any more stays; what lies in it has long been given up."""

UNUSED = ("eta", "expires", "group", "compression", "timelimit_hard", "retries", "stamps", "stamped_headers")
"""What Celery lets a message ask for, and none of ours does."""

KEY = re.compile(r"[0-9a-f]{32}")
CONNECT_SECONDS, ANSWER_SECONDS = 1.0, 2.0
BROKER_ERRORS = (RedisError, OperationalError, OSError)
"""Everything by which a broker that is away, full or closed to us makes itself felt."""

TRANSPORT = {
    "visibility_timeout": 60,  # longer than a document may take
    "unacked_restore_interval": 5,
    "unacked_restore_throttle": 1,  # otherwise what a killed node had stays with it for minutes
    "socket_timeout": 5,
    "socket_connect_timeout": 2,
}
SETTINGS = {
    "task_acks_late": True,
    "worker_enable_prefetch_count_reduction": False,
    "task_ignore_result": True,
    "task_serializer": "json",
    "accept_content": ["json"],
    "broker_connection_retry_on_startup": True,
    "broker_connection_max_retries": None,
    "broker_transport_options": TRANSPORT,
    "worker_hijack_root_logger": False,
    "worker_redirect_stdouts": False,
}


class GuardedQoS(redis.QoS):
    """Kombu's record of what is at work, which gives nothing back by a lost connection: that would end the node."""

    def restore_unacked(self, client: Any = None) -> None:
        if self.channel.connection.client is None:
            self._delivered.clear()  # the broker has kept it, and whoever waits sends it again
            return
        super().restore_unacked(client)  # type: ignore[no-untyped-call]  # kombu has no types


class GuardedChannel(redis.Channel):
    """Kombu's channel, which drops what isn't even JSON, and what a full broker can't note; either would end the node."""

    QoS = GuardedQoS

    def _brpop_read(self, **options: Any) -> Any:
        try:
            return super()._brpop_read(**options)  # type: ignore[no-untyped-call]  # kombu has no types
        except (ValueError, TypeError, RecursionError) as error:
            LOG.warning("what is no message is dropped: %s", type(error).__name__)
            raise Empty from error
        except OutOfMemoryError as error:  # whoever waits sends it again
            LOG.warning("the broker is full: a message is dropped")
            raise Empty from error


class GuardedTransport(redis.Transport):
    """Kombu's way to Valkey and Redis, by which only messages come through that `make_app` may have sent."""

    Channel = GuardedChannel

    def _deliver(self, message: Any, queue: str) -> None:
        if queue.startswith((f"{NOW}-", f"{BATCH}-")) and not _is_ours(message):
            LOG.warning("a message that nobody of ours has sent is dropped")
            return
        super()._deliver(message, queue)  # type: ignore[no-untyped-call]  # kombu has no types


TRANSPORT_ALIASES["gipdocs"] = f"{__name__}:{GuardedTransport.__name__}"


def _is_ours(message: Any) -> bool:
    """Whether a message is a call of our task with a key and a label, and asks for nothing else that Celery can do."""
    try:
        head, told = message["headers"], message["properties"]
        (key, label), named, further = json.loads(base64.b64decode(message["body"], validate=True))
        return (
            message["content-type"] == "application/json"
            and message["content-encoding"] == "utf-8"
            and (head["task"], told["body_encoding"], named) == (TASK, "base64", {})
            and all(isinstance(text, str) for text in (head["id"], told["delivery_tag"], key, label))
            and isinstance(told["delivery_info"], dict)
            and KEY.fullmatch(key) is not None
            and not any(further.values())
            and not any(head.get(name) for name in UNUSED)
        )
    except (ValueError, TypeError, LookupError, AttributeError, RecursionError):
        return False


def connect(url: str) -> Redis:
    """A client of the broker, safe to use from many threads and not after a fork; it fails at once, and never waits long."""
    return Redis.from_url(
        url, socket_timeout=ANSWER_SECONDS, socket_connect_timeout=CONNECT_SECONDS, retry=Retry(NoBackoff(), 0)
    )


def make_app(url: str) -> Celery:
    """Celery's side of the broker; not to be used after a fork."""
    app = Celery("gipdocs", broker=_as_celery_spells_it(url), set_as_current=False)
    app.conf.update(SETTINGS)
    if url.startswith("rediss:"):
        app.conf.broker_use_ssl = {"ssl_cert_reqs": ssl.CERT_REQUIRED, **dict(parse_qsl(urlsplit(url).query))}
    return app


def make_queue(kind: str, mark: str) -> Queue:
    """Celery's side of a queue."""
    return Queue(name_queue(kind, mark))  # type: ignore[no-untyped-call]  # as above


def name_queue(kind: str, mark: str) -> str:
    """The queue for the nodes of one typesetting."""
    return f"{kind}-{mark}"


def _as_celery_spells_it(url: str) -> str:
    """The address for our `GuardedTransport`; the options of TLS are given apart."""
    parts = urlsplit(url)
    if parts.scheme == "unix":
        number = dict(parse_qsl(parts.query)).get("db", "0")
        return f"gipdocs+socket://{parts.netloc}{parts.path}?{urlencode({'virtual_host': number})}"
    return urlunsplit(parts._replace(scheme="gipdocs", query=""))


def count(value: Any) -> int:
    """A number that the broker gave."""
    return int(value or 0)
