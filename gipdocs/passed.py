"""Remembers what has passed the checks of a start, so that the next start from the same files leaves them out.

A stamp in the cache folder stands for a state of all that the checks read, and for a day. Only one counts that this user
has written and nobody else can write.
"""

from __future__ import annotations

import hashlib
import os
import stat
import sys
import sysconfig
from collections.abc import Iterable, Iterator
from contextlib import suppress
from datetime import date
from itertools import chain
from pathlib import Path

from gipdocs.errors import SetupError
from gipdocs.pdf.places import find_cached
from gipdocs.settings import PROJECT, Settings

NAME = "passed-"
LAYOUTS = "doc_templates"
UNCHECKED = frozenset({"__pycache__", ".git", "static"})
"""Folders from which no check reads anything."""


def read_state(settings: Settings, today: date) -> str:
    """The state of the program, the plugins with their layouts and wordings, the office profile, the calendars, Python and
    its packages, on a day; "" if a file can't be read.
    """
    try:
        packages = sorted(os.listdir(sysconfig.get_path("purelib")))
        files = (part for path in _files(settings) for part in (os.fsencode(path), Path(path).read_bytes()))
        return make_state(chain(map(os.fsencode, (sys.executable, str(today), *packages)), files))
    except OSError:
        return ""


def make_state(parts: Iterable[bytes]) -> str:
    """The state of all that some checks read: 64 hexadecimal digits that change with any part, and with Python."""
    state = hashlib.sha256(sys.version.encode())
    for part in parts:
        state.update(b"%d:" % len(part) + part)
    return state.hexdigest()


def _files(settings: Settings) -> Iterator[str]:
    yield str(settings.agency)
    folders = [PROJECT / "gipdocs", PROJECT / LAYOUTS]
    for plugins in settings.plugins:
        folders += [plugins, plugins.parent / LAYOUTS]
    folders += [settings.calendars] if settings.calendars else []
    seen: set[tuple[int, int]] = set()
    for folder in dict.fromkeys(folders):
        for place, below, names in os.walk(folder, followlinks=True):
            found = os.stat(place)
            if (found.st_dev, found.st_ino) in seen:  # a link to a folder above would lead round for ever
                below.clear()
                continue
            seen.add((found.st_dev, found.st_ino))
            below[:] = sorted(name for name in {*below} - UNCHECKED if not name.startswith("."))
            yield from filter(os.path.isfile, (os.path.join(place, name) for name in sorted(names)))


def has_passed(state: str, today: date) -> bool:
    """Whether a stamp says that this state has passed today."""
    with suppress(OSError, SetupError):
        place = _place(state, today)
        found = place.lstat()
        own = stat.S_ISREG(found.st_mode) and found.st_uid == os.getuid() and not found.st_mode & 0o022
        return own and place.read_bytes() == state.encode()
    return False


def note_passed(state: str, today: date) -> None:
    """Write the stamp, and remove those of other days; if that can't be done, the next start checks everything."""
    with suppress(OSError, SetupError):
        place = _place(state, today)
        for other in place.parent.glob(f"{NAME}*"):
            if not other.name.startswith(f"{NAME}{today}-"):
                with suppress(OSError):  # it may be somebody else's
                    other.unlink()
        part = place.with_name(f"{place.name}.{os.getpid()}")
        part.unlink(missing_ok=True)
        with open(part, "xb", opener=_for_us) as file:
            file.write(state.encode())
        part.replace(place)


def _for_us(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def _place(state: str, today: date) -> Path:
    return find_cached(f"{NAME}{today}-{state[:12]}")
