"""Loads the whole program at once, so that a running service is of one version throughout."""

from __future__ import annotations

import importlib
import pkgutil

import gipdocs

FOREIGN = "gipdocs.pdf.worker."
"""The package that runs under the system's Python, which has UNO; this interpreter cannot import it."""


def import_everything() -> None:
    """Import every module now: one loaded later could come from a newer version on the disk."""
    for module in pkgutil.walk_packages(gipdocs.__path__, "gipdocs."):
        if not module.name.startswith(FOREIGN):
            importlib.import_module(module.name)
