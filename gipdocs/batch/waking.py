"""Starts the process that works on batches."""

from __future__ import annotations

from gipdocs.settings import Settings


def wake(settings: Settings) -> None:
    """Have a runner work on the batches of this installation, unless one does already; returns at once."""
