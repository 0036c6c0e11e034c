"""Sees to it that a process works on the batches: starts the runner, and another one in place of one that was killed."""

from __future__ import annotations

import fcntl
import logging
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

from gipdocs.errors import GipdocsError, SetupError, locate
from gipdocs.pdf.places import fingerprint, run_folder
from gipdocs.register.register import Register
from gipdocs.settings import NO_DATABASE, PREFIX, PROJECT, Settings

LOG = logging.getLogger(__name__)

SWITCH, OFF = "GIPDOCS_RUNNER", "none"
"""The variable by which an operator, or a test, keeps this machine from starting runners."""
RUNNER = "import sys; sys.path.insert(0, sys.argv.pop(1)); from gipdocs.batch.runner import main; main()"
LOG_NAME = "batches.log"
LOG_BYTES = 1 << 20
"""A longer log is started afresh."""
LOOK_SECONDS = 6.0
"""How often a process of the service looks whether there is work that nobody does."""
LONGEST_PAUSE = 60.0
"""How long it waits at most if runners can't start."""

_started: list[subprocess.Popen[bytes]] = []
"""The runner that this process has started last."""


def wake(settings: Settings) -> None:
    """Have a runner work on the batches of this installation, unless one does already; returns at once."""
    if settings.database == NO_DATABASE or os.environ.get(SWITCH) == OFF or any(map(_lives, _started)):
        return
    try:
        runner = _start(settings)
    except (OSError, SetupError) as error:
        LOG.warning("the runner of batches was not started: %s", locate(error))
        return
    threading.Thread(target=runner.wait, daemon=True, name="runner of batches").start()
    _started[:] = [runner]


def _lives(process: subprocess.Popen[bytes]) -> bool:
    return process.poll() is None


def _start(settings: Settings) -> subprocess.Popen[bytes]:
    """The process, which stays when this one ends; what it is told stands in its environment, where only we can read it."""
    path = run_folder() / LOG_NAME
    append = path.exists() and path.stat().st_size < LOG_BYTES
    number = os.open(path, os.O_WRONLY | os.O_CREAT | (os.O_APPEND if append else os.O_TRUNC), 0o600)
    with open(number, "wb") as log:
        return subprocess.Popen(
            [sys.executable, "-P", "-c", RUNNER, str(PROJECT)],
            env={**os.environ, **environment_of(settings)},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )


def environment_of(settings: Settings) -> Mapping[str, str]:
    """The variables by which another process of this machine works for the same office, on the same database."""
    further = [str(folder.absolute()) for folder in settings.plugins if folder not in Settings.plugins]
    return {
        f"{PREFIX}AGENCY": str(settings.agency.absolute()),
        f"{PREFIX}PLUGINS": os.pathsep.join(further),
        f"{PREFIX}CALENDARS": str(settings.calendars.absolute()) if settings.calendars else "",
        f"{PREFIX}DATABASE": settings.database,
        f"{PREFIX}TYPESETTER": settings.typesetter,
    }


def watch(register: Register, settings: Settings) -> threading.Thread:
    """Wake a runner whenever there is work that nobody does, as after a start or a kill, until this process ends."""
    watcher = threading.Thread(target=_watch, args=(register, settings), daemon=True, name="watch over batches")
    watcher.start()
    return watcher


def _watch(register: Register, settings: Settings) -> None:
    pause = LOOK_SECONDS
    while True:
        try:
            if is_needed(register):
                wake(settings)
        except GipdocsError as error:  # a database that is busy or away will be asked again
            LOG.info("the batches can't be watched: %s", locate(error))
        except Exception as error:  # whatever it is, the watch must go on
            LOG.error("the batches can't be watched: %s at %s", type(error).__name__, locate(error))
        time.sleep(pause)
        pause = min(2 * pause, LONGEST_PAUSE) if any(map(_has_failed, _started)) else LOOK_SECONDS


def _has_failed(process: subprocess.Popen[bytes]) -> bool:
    """Whether it ended by itself with an error, as if the profile is broken; one that was killed has not."""
    return (process.poll() or 0) > 0


def is_needed(register: Register) -> bool:
    """Whether there is work that no runner does."""
    from gipdocs.batch.running import has_work  # loads what makes documents
    from gipdocs.store.turns import MAKING_BATCHES, is_claimed

    return has_work(register) and not is_claimed(register.store, MAKING_BATCHES)


@contextmanager
def noted(settings: Settings) -> Iterator[None]:
    """Lets `end_runner` find this process."""
    path = _note(settings)
    with path.open("a+") as note:
        fcntl.flock(note, fcntl.LOCK_EX)
        note.truncate(0)
        note.write(str(os.getpid()))
        note.flush()
        yield
        note.truncate(0)


def end_runner(settings: Settings) -> None:
    """Have this machine's runner finish the rows that it is making, and end; another version may go on after it."""
    with suppress(OSError, SetupError), _note(settings).open("r") as note:
        try:
            fcntl.flock(note, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:  # it lives
            with suppress(ValueError):
                os.kill(int(note.read()), signal.SIGTERM)


def _note(settings: Settings) -> Path:
    return run_folder() / f"batches-{fingerprint(settings.database)}.pid"
