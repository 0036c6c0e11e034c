"""Replaces a running service by the version on the disk, once that version has proved that it can serve.

On SIGHUP, the master process first loads the new version in a separate process. If that fails, nothing changes. If it
succeeds, the master re-executes itself, with the same process id and sockets, while the former workers go on serving;
they finish their requests and end once the new workers take over.
"""

from __future__ import annotations

import fcntl
import json
import logging
import os
import queue
import runpy
import signal
import subprocess
import sys
import time
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import asdict, replace
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import NoReturn

from gunicorn.app.wsgiapp import WSGIApplication
from gunicorn.arbiter import Arbiter

from gipdocs.errors import GipdocsError, SetupError, locate
from gipdocs.notes import Note, note_file, read_note, read_stat
from gipdocs.pdf.pool.code import FILES
from gipdocs.service import wake_converter
from gipdocs.settings import PROJECT, read_settings

LOG = logging.getLogger(__name__)

REHEARSAL_SECONDS = 120.0
"""How long the new version may take to load."""

GRACE_SECONDS = 5
"""How much longer than gunicorn's own limit former workers may take before they are killed."""

ANSWER_SECONDS = 300.0
"""How long a call for the new version waits for the outcome."""

HANDED_OVER = "HANDED_OVER_BY_GIPDOCS"
"""The variable by which a re-executed master learns its former workers and the path of its note."""

READY = "gipdocs: ready"
ENDING = frozenset({signal.SIGTERM, signal.SIGINT, signal.SIGQUIT})
START = "import sys; sys.path.insert(0, sys.argv.pop(1)); from gipdocs import reloading; reloading.{}()"


def call(port: int) -> Note:
    """Replace the service on a port of this machine by the version on the disk; returns once the outcome is known.

    The note says whether the new version was refused; if not, it answers every request from now on. Raises SetupError
    if no service runs on the port, or if it does not answer.
    """
    with note_file(port).with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # two calls at once each get their own answer
        if (before := _read_running(port)) is None:
            raise SetupError(
                f"没有找到在{port}端口运行的服务：请核对--port和环境变量GIPDOCS_RUN是否与启动服务时相同；服务没有运行的，直接启动即可。"
            )
        os.kill(before.pid, signal.SIGHUP)
        return _wait_for_decision(port, before)


def _wait_for_decision(port: int, before: Note) -> Note:
    deadline = time.monotonic() + ANSWER_SECONDS
    while time.monotonic() < deadline:
        if (note := _read_running(port)) is None:
            raise SetupError("服务在更换版本时停止了：请查看服务日志，改正后重新启动。")
        if note.attempts > before.attempts and not any(map(_child_of(note.pid), note.former)):
            return note
        time.sleep(0.1)
    raise SetupError(f"服务在{ANSWER_SECONDS:g}秒内没有答复：请查看服务日志。")


def _read_running(port: int) -> Note | None:
    """The note of the service running on the port, or None if there is none."""
    note = read_note(note_file(port))
    return note if note and note.started == read_stat(note.pid).get("started") else None


def is_resumed() -> bool:
    """Whether this master goes on with the sockets of a former version, and has not taken over yet."""
    return HANDED_OVER in os.environ


def prepare(server: Arbiter) -> None:
    """Make SIGHUP replace the whole service; for gunicorn's `on_starting`."""
    server.handle_hup = partial(_replace, server)


def take_over(server: Arbiter) -> None:
    """Record that this version serves now, and make the former workers finish; for gunicorn's `when_ready`."""
    handed = json.loads(os.environ.pop(HANDED_OVER, "{}"))
    server.former = former = tuple(handed.get("former", ()))
    if (file := _find_note(server)) is not None:
        before = (handed and read_note(file)) or Note(
            pid=os.getpid(), started=read_stat(os.getpid())["started"], attempts=-1
        )
        _write(file, replace(before, attempts=before.attempts + 1, refused="", former=former))
    if handed:
        _signal(former, signal.SIGTERM)
        signal.signal(signal.SIGALRM, lambda *_: _signal(former, signal.SIGKILL))
        signal.alarm(server.cfg.graceful_timeout + GRACE_SECONDS)
        _say("已换用新的版本 / the new version serves now")


def forget(server: Arbiter) -> None:
    """Remove this service's files from the run folder; for gunicorn's `on_exit`."""
    if (file := _find_note(server)) is not None:
        file.unlink(missing_ok=True)
        file.with_suffix(".lock").unlink(missing_ok=True)


def rehearse() -> None:
    """Load the version on the disk; print that it can serve, or why it cannot."""
    try:
        for name, source in FILES.items():
            compile(source, name, "exec")
        runpy.run_path(str(PROJECT / "gunicorn.conf.py"))
        import_module("wsgi")
        wake_converter(read_settings())
    except (Exception, SystemExit) as error:
        sys.stdout.write(_explain(error))
    else:
        sys.stdout.write(READY)


def resume() -> None:
    """Serve with the version on the disk, as the re-executed master."""
    try:
        application = WSGIApplication("%(prog)s [OPTIONS] [APP_MODULE]", prog="gunicorn")
        application.wsgi()
    except (Exception, SystemExit) as error:  # the files have changed again since the rehearsal
        _hold_out(_explain(error))
    application.run()


def _replace(server: Arbiter) -> None:
    """Handle SIGHUP: the new version takes over, or the old one goes on and says why."""
    _say("正在检查新的版本 / looking at the new version")
    refused, file = _run_rehearsal(), _find_note(server)
    ending = is_ending(server)
    if refused:
        _refuse(file, refused)
    elif not ending:
        former = [*server.WORKERS, *filter(_child_of(os.getpid()), server.former)]
        os.environ["GUNICORN_PID"] = str(os.getpid())
        os.environ["GUNICORN_FD"] = ",".join(str(listener.fileno()) for listener in server.LISTENERS)
        os.environ[HANDED_OVER] = json.dumps({"former": former, "note": file and str(file)})
        _restart()


def _run_rehearsal() -> str:
    """Why the version on the disk cannot serve; "" if it can."""
    command = [sys.executable, "-P", "-c", START.format("rehearse"), str(PROJECT)]
    try:
        ran = subprocess.run(command, capture_output=True, text=True, timeout=REHEARSAL_SECONDS, check=False)
    except (OSError, subprocess.TimeoutExpired) as error:
        return f"不能装入：{error}。"
    output = ran.stdout.strip()
    return "" if output == READY else output or "\n".join(ran.stderr.strip().splitlines()[-4:]) or "装入时被系统终止。"


def is_ending(server: Arbiter) -> bool:
    """Whether an ending signal has arrived meanwhile; queued signals keep their order, repeated ones count once."""
    waiting: list[int] = []
    with suppress(queue.Empty):
        while True:
            waiting.append(server.SIG_QUEUE.get_nowait())
    for number in dict.fromkeys(waiting):
        server.SIG_QUEUE.put_nowait(number)
    return not ENDING.isdisjoint(waiting)


def _restart() -> NoReturn:
    signal.alarm(0)  # the alarm would outlive this program, but not its handler
    signal.signal(signal.SIGHUP, signal.SIG_IGN)  # until the new program can handle it
    signal.pthread_sigmask(signal.SIG_SETMASK, ())
    command = [sys.executable, "-P", "-c", START.format("resume"), str(PROJECT), *sys.argv[1:]]
    os.execv(sys.executable, command)


def _hold_out(reason: str) -> NoReturn:
    """Let the former workers serve until the next call for a new version, or until the service has to end."""
    handed = json.loads(os.environ[HANDED_OVER])
    wanted = {signal.SIGHUP, *ENDING}
    signal.pthread_sigmask(signal.SIG_BLOCK, wanted)
    signal.signal(signal.SIGHUP, signal.SIG_DFL)  # sigwait() never gets an ignored signal
    _refuse(handed["note"] and Path(handed["note"]), reason)
    if signal.sigwait(wanted) == signal.SIGHUP:
        _restart()
    _signal(handed["former"], signal.SIGTERM)
    with suppress(ChildProcessError):
        while True:
            os.wait()
    sys.exit(0)


def _refuse(file: Path | None, reason: str) -> None:
    _say(f"新的版本不能使用，仍用原来的版本 / the new version is refused, the old one serves on:\n{reason}")
    if file and (before := read_note(file)):
        _write(file, replace(before, attempts=before.attempts + 1, refused=reason, former=()))


def _explain(error: BaseException) -> str:
    return str(error) if isinstance(error, GipdocsError) else f"{type(error).__name__}：{error}（{locate(error)}）"


def _find_note(server: Arbiter) -> Path | None:
    """The path of a server's note; None if it cannot write one. On a Unix socket, the port of the settings names it."""
    ports = [address[1] for address in server.cfg.address if isinstance(address, tuple)]
    with suppress(SetupError):
        return note_file(ports[0] if ports else read_settings().port)
    return None


def _write(file: Path, note: Note) -> None:
    """Write the whole note or nothing; if there is no room for it, the service goes on without."""
    part = file.with_suffix(".part")
    with suppress(OSError):
        part.write_text(json.dumps(asdict(note), ensure_ascii=False), encoding="utf-8")
        part.replace(file)


def _child_of(parent: int) -> partial[bool]:
    return partial(lambda parent, pid: read_stat(pid).get("parent") == parent, parent)


def _signal(processes: Iterable[int], number: signal.Signals) -> None:
    for pid in filter(_child_of(os.getpid()), processes):
        with suppress(ProcessLookupError):
            os.kill(pid, number)


def _say(text: str) -> None:
    LOG.warning(text)
