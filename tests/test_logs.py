"""A line of the log says what happened and where, and nothing of what was sent."""

from __future__ import annotations

import json
import logging
import sys
from typing import Any

import pytest
from gunicorn.config import Config

from gipdocs.logs import Log, make_formatter
from gipdocs.tracing import CURRENT, Trace

SECRET = "张三110105194912310021"
FIELDS = {
    "request_id": "job-7",
    "trace_id": "0af7651916cd43dd8448eb211c80319c",
    "method": "POST",
    "route": "/api/v1/documents/<id>",
    "document": "receipt",
    "format": "problem",
    "status": 422,
    "outcome": "invalid-input",
    "codes": {"required": 2, "type": 1},
    "typesetter": "",
    "bytes": 661,
    "ms": 4,
}


def record(name: str, message: str, *arguments: object, **more: Any) -> logging.LogRecord:
    """A record of that logger, at a fixed moment, by process 7."""
    made = logging.LogRecord(name, logging.WARNING, "/x/module.py", 12, message, arguments, more.pop("exc_info", None))
    made.created, made.process = 1764521024.25, 7
    vars(made).update(more)
    return made


def test_a_request_is_one_json_object() -> None:
    line = make_formatter(json=True).format(record("gunicorn.access", "request", fields=FIELDS))
    found = json.loads(line)
    assert "\n" not in line and found.pop("time")[19:].startswith(".250") and FIELDS.items() <= found.items()
    assert found.keys() - FIELDS.keys() == {"level", "pid", "logger", "event"} and found["pid"] == 7


def test_what_cannot_be_rendered_is_not_printed(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(logging, "raiseExceptions", True)
    log = Log(Config())
    log.error("%d", SECRET)
    assert SECRET not in "".join(capsys.readouterr())


def test_the_time_of_a_line_has_its_zone() -> None:
    from datetime import datetime

    line = make_formatter(json=True).format(record("gipdocs.x", "started"))
    assert datetime.fromisoformat(json.loads(line)["time"]).timestamp() == 1764521024.25


def test_a_request_is_one_line_of_text() -> None:
    line = make_formatter(json=False).format(record("gunicorn.access", "request", fields=FIELDS))
    assert line.partition("] ")[2] == (
        "POST /api/v1/documents/<id> 422 661 bytes 4 ms outcome=invalid-input document=receipt format=problem "
        "codes=required:2,type:1 request_id=job-7 trace_id=0af7651916cd43dd8448eb211c80319c pid=7"
    )


@pytest.mark.parametrize("form", [True, False], ids=["json", "text"])
@pytest.mark.parametrize("name", ["gipdocs", "gipdocs.pdf.checked", "gunicorn.error", "pypdf._reader"])
def test_an_error_is_told_by_its_kind_and_place_alone(form: bool, name: str) -> None:
    try:
        raise ValueError(SECRET)
    except ValueError:
        line = make_formatter(json=form).format(record(name, "it failed", exc_info=sys.exc_info()))
    assert "ValueError at" in line and "test_logs.py" in line
    assert SECRET not in line and "Traceback" not in line and "\n" not in line


@pytest.mark.parametrize("form", [True, False], ids=["json", "text"])
def test_of_what_other_libraries_say_only_the_place_is_told(form: bool) -> None:
    line = make_formatter(json=form).format(record("pypdf._reader", "strange text %s", SECRET))
    assert "module:12" in line and SECRET not in line and "strange" not in line


@pytest.mark.parametrize("form", [True, False], ids=["json", "text"])
def test_what_happens_within_a_request_has_its_ids(form: bool) -> None:
    before = CURRENT.set(Trace(id="job-8"))
    try:
        line = make_formatter(json=form).format(record("gipdocs.x", "document %s", "receipt"))
    finally:
        CURRENT.reset(before)
    assert ('"request_id": "job-8"' if form else "request_id=job-8") in line and "document receipt" in line
