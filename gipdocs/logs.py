"""What a running service logs, and how: one line a request, as text or as JSON, with nothing that was sent in it.

A line about a request has its route instead of its address. Of an error the log has kind and place, never the message, which
may quote an answer; of what other libraries log it has the place alone, for the same reason.
"""

from __future__ import annotations

import json
import logging
import os
import sys
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from gunicorn.config import Config
from gunicorn.glogging import Logger
from gunicorn.http.message import Request
from gunicorn.http.wsgi import Response

from gipdocs.errors import locate
from gipdocs.tracing import CURRENT, ENVIRON, Trace, name_method

OURS = ("gipdocs", "gunicorn")
REQUEST = "request"
Event = Mapping[str, Any]


def wants_json() -> bool:
    """Whether the log is to be JSON lines, by GIPDOCS_LOG; the settings check the variable."""
    return os.environ.get("GIPDOCS_LOG") == "json"


def make_formatter(*, json: bool) -> logging.Formatter:
    """Renders each record of a log as one line."""
    return LogLine(_as_json if json else _as_text)


class LogLine(logging.Formatter):
    """A record as one line, by what renders its event."""

    def __init__(self, render: Callable[[Event], str]) -> None:
        super().__init__()
        self._render = render

    def format(self, record: logging.LogRecord) -> str:
        """The line, without the text of errors and of strangers' messages."""
        return self._render(_add_ids(_make_event(record)))


class Log(Logger):  # type: ignore[misc]  # gunicorn has no types
    """gunicorn's logger, which also takes what the program and its libraries log."""

    def setup(self, cfg: Config) -> None:
        """Give every handler the one form of a line."""
        super().setup(cfg)
        formatter, root = make_formatter(json=wants_json()), logging.getLogger()
        self._set_handler(root, cfg.errorlog, formatter)
        logging.captureWarnings(True)
        logging.raiseExceptions = False  # what can't be rendered would be printed with all that it was to say
        logging.getLogger("gipdocs").setLevel(self.loglevel)
        for handler in [*self.error_log.handlers, *self.access_log.handlers]:
            handler.setFormatter(formatter)

    def exception(self, msg: str, *args: object, **kwargs: object) -> None:
        """Log that something has failed. gunicorn's own message may have the address of a request: it is cut."""
        self.error_log.error(msg.partition("%")[0].strip(), exc_info=sys.exc_info())

    def access(self, resp: Response, req: Request, environ: Mapping[str, Any], request_time: timedelta) -> None:
        """Log an answered request; called by gunicorn."""
        trace = environ.get(ENVIRON) or Trace()
        status, size = int(str(resp.status).split()[0]), getattr(resp, "sent", 0) or 0
        self.tell(trace, environ.get("REQUEST_METHOD", "-"), status, size, request_time)

    def tell(self, trace: Trace, method: str, status: int, size: int, spent: timedelta = timedelta()) -> None:
        """Log one request: its ids, route and outcome, the bytes of the answer, and how long it took."""
        if not self.access_log_enabled:
            return
        trace.end(status)
        fields = {
            "request_id": trace.id,
            "trace_id": trace.trace_id,
            "method": name_method(method),
            "route": trace.route,
            "document": trace.document,
            "format": trace.format,
            "status": status,
            "outcome": trace.outcome,
            "codes": dict(trace.codes),
            "typesetter": trace.typesetter,
            "bytes": size,
            "ms": round(spent.total_seconds() * 1000),
        }
        self.access_log.info(REQUEST, extra={"fields": fields})


def _make_event(record: logging.LogRecord) -> Event:
    """What happened, with time and process; of errors and strangers' messages the kind and the place."""
    error = record.exc_info[1] if record.exc_info else None
    said = record.getMessage() if record.name.partition(".")[0] in OURS else f"{record.module}:{record.lineno}"
    return {
        "time": datetime.fromtimestamp(record.created).astimezone().isoformat(timespec="milliseconds"),
        "level": record.levelname.lower(),
        "pid": record.process,
        "logger": record.name,
        "event": f"{said}: {type(error).__name__} at {locate(error)}" if error else said,
        **getattr(record, "fields", {}),
    }


def _add_ids(event: Event) -> Event:
    """The event with the ids of the request in which it happened."""
    if (trace := CURRENT.get()) and "request_id" not in event:
        return {**event, "request_id": trace.id, "trace_id": trace.trace_id}
    return event


def _as_json(event: Event) -> str:
    return json.dumps(event, ensure_ascii=False, default=repr)


def _as_text(event: Event) -> str:
    time = datetime.fromisoformat(event["time"])
    ids = "".join(f" {name}={event[name]}" for name in ("request_id", "trace_id") if name in event)
    if event["event"] != REQUEST or "route" not in event:
        head = f"[{time:%Y-%m-%d %H:%M:%S %z}] [{event['pid']}] [{event['level'].upper()}]"
        return f"{head} {event['event']}{ids}"
    codes = ",".join(f"{code}:{count}" for code, count in event["codes"].items())
    told = {name: event[name] for name in ("outcome", "document", "format", "typesetter")} | {"codes": codes}
    rest = "".join(f" {name}={value}" for name, value in told.items() if value)
    line = "[{t:%d/%b/%Y:%H:%M:%S %z}] {method} {route} {status} {bytes} bytes {ms} ms".format(t=time, **event)
    return f"{line}{rest}{ids} pid={event['pid']}"
