"""Loads the whole program at once, so that a running service is of one version throughout."""

from __future__ import annotations

import importlib
import importlib.util
import os
import pkgutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cache
from typing import Any

import gipdocs

NEVER = ("gipdocs.pdf.worker.", "gipdocs.store.migrations.")
"""What runs under the system's Python, which has UNO, and what Alembic runs: neither can be imported here."""
WITH_DATABASE = ("gipdocs.register", "gipdocs.store", "sqlalchemy")
"""What only an installation with a register of cases loads, and whatever needs it."""
WITH_ENGINE = ("celery", "kombu", "redis")
"""What only an installation loads in which other machines convert."""


class Absent(ImportError):
    """A module was asked for that this installation does without."""


@cache
def import_everything() -> None:
    """Import every module now: one loaded later could come from a newer version on the disk.

    An installation without a database goes without the modules of the register, and without those that need them; so
    does one without an engine, or without its libraries, which its first use then tells.
    """
    unused = (() if _has_database() else WITH_DATABASE) + (() if _has_engine() else WITH_ENGINE)
    with _without(unused):
        for module in pkgutil.walk_packages(gipdocs.__path__, "gipdocs."):
            if not module.name.startswith(NEVER):
                with suppress(Absent):
                    importlib.import_module(module.name)


def has_everything() -> bool:
    """Whether every module has been imported, so that processes forked from this one share them."""
    return bool(import_everything.cache_info().currsize)


def _has_database() -> bool:
    """Whether the settings name a database; the citizens' counter alone has none."""
    return os.environ.get("GIPDOCS_DATABASE") != "none" and os.environ.get("GIPDOCS_DOORS", "").split() != ["citizen"]


def _has_engine() -> bool:
    return bool(os.environ.get("GIPDOCS_ENGINE")) and all(map(importlib.util.find_spec, WITH_ENGINE))


@contextmanager
def _without(names: tuple[str, ...]) -> Iterator[None]:
    """Refuse modules whose names begin so."""
    guard = _Guard(names)
    sys.meta_path.insert(0, guard)
    try:
        yield
    finally:
        sys.meta_path.remove(guard)


class _Guard:
    def __init__(self, names: tuple[str, ...]) -> None:
        self.names = names

    def find_spec(self, fullname: str, path: Any = None, target: Any = None) -> None:
        """Refuses a module before any other finder looks for it; None lets the others look."""
        if self.names and fullname.startswith(self.names):
            raise Absent(fullname)
