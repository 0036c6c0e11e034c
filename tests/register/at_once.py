"""Attempts at the same thing at the same moment."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from gipdocs.errors import GipdocsError


def all_at_once(attempts: list[Callable[[], object]]) -> list[str]:
    """The names of what each attempt ended with, made in threads of their own at the same moment."""
    ready = Barrier(len(attempts))

    def run(attempt: Callable[[], object]) -> str:
        ready.wait()
        try:
            attempt()
        except GipdocsError as error:
            return type(error).__name__
        return "done"

    with ThreadPoolExecutor(len(attempts)) as pool:
        return sorted(pool.map(run, attempts))
