"""The broker between those who want documents converted and the nodes that do it: Valkey or Redis, used by Celery.

Celery carries a key, the broker beside it the bytes (`in:KEY` the DOCX, `out:KEY` the answer), so that no result backend is
needed and a document is taken back by deleting it. Machines of one typesetting share two queues, `now-MARK` for people who
wait and `batch-MARK` for the rest, so that no document comes to a node that would break its lines elsewhere.
"""

from __future__ import annotations

import re
import ssl
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from celery import Celery
from kombu.entity import Queue
from kombu.exceptions import OperationalError
from redis import Redis, RedisError
from redis.backoff import NoBackoff
from redis.retry import Retry

NOW, BATCH = "now", "batch"
TASK = "convert"
IN, OUT, NODE = "in:", "out:", "node:"
DOUBTS = ":doubts"
IN_SECONDS, OUT_SECONDS, NODE_SECONDS = 90, 60, 10
"""How long a document, an answer and the state of a node stay if nobody fetches, deletes or renews them."""

QUEUE_SECONDS = 600
"""How long a queue that nobody works off any more stays; what lies in it has long been given up."""

KEY = re.compile(r"[0-9a-f]{32}")
CONNECT_SECONDS, ANSWER_SECONDS = 1.0, 2.0
BROKER_ERRORS = (RedisError, OperationalError, OSError)
"""Everything by which a broker that is away, full or closed to us makes itself felt."""

TRANSPORT = {
    "visibility_timeout": 60,  # longer than a document may take
    "unacked_restore_interval": 5,
    "unacked_restore_throttle": 1,  # otherwise what a killed node had stays with it for minutes
    "queue_order_strategy": "priority",
    "socket_timeout": 5,
    "socket_connect_timeout": 2,
}
SETTINGS = {
    "task_acks_late": True,
    "worker_prefetch_multiplier": 1,
    "worker_disable_prefetch": True,
    "task_ignore_result": True,
    "task_serializer": "json",
    "accept_content": ["json"],
    "broker_connection_retry_on_startup": True,
    "broker_connection_max_retries": None,
    "broker_transport_options": TRANSPORT,
    "worker_hijack_root_logger": False,
    "worker_redirect_stdouts": False,
}


def connect(url: str) -> Redis:
    """A client of the broker, safe to use from many threads and not after a fork; it fails at once, and never waits long."""
    return Redis.from_url(
        url, socket_timeout=ANSWER_SECONDS, socket_connect_timeout=CONNECT_SECONDS, retry=Retry(NoBackoff(), 0)
    )


def make_app(url: str, mark: str = "") -> Celery:
    """Celery's side of the broker; not to be used after a fork. With a mark, it works off that typesetting's queues."""
    app = Celery("gipdocs", broker=_as_celery_spells_it(url), set_as_current=False)
    app.conf.update(SETTINGS)
    if url.startswith("rediss:"):
        app.conf.broker_use_ssl = {"ssl_cert_reqs": ssl.CERT_REQUIRED, **dict(parse_qsl(urlsplit(url).query))}
    if mark:
        app.conf.task_queues = [Queue(name_queue(kind, mark)) for kind in (NOW, BATCH)]  # type: ignore[no-untyped-call]
    return app


def name_queue(kind: str, mark: str) -> str:
    """The queue for the nodes of one typesetting."""
    return f"{kind}-{mark}"


def _as_celery_spells_it(url: str) -> str:
    """A Unix socket as `redis+socket://`; the options of TLS are given apart."""
    parts = urlsplit(url)
    if parts.scheme == "unix":
        number = dict(parse_qsl(parts.query)).get("db", "0")
        return f"redis+socket://{parts.netloc}{parts.path}?{urlencode({'virtual_host': number})}"
    return urlunsplit(parts._replace(query=""))


def count(value: Any) -> int:
    """A number that the broker gave."""
    return int(value or 0)
