"""Loads the whole program at once, so that a running service is of one version throughout."""

from __future__ import annotations

import importlib
import os
import pkgutil

import gipdocs

NEVER = ("gipdocs.pdf.worker.", "gipdocs.store.migrations.")
"""What runs under the system's Python, which has UNO, and what Alembic runs: neither can be imported here."""
WITH_DATABASE = ("gipdocs.store", "gipdocs.register", "gipdocs.web.case", "gipdocs.web.ledger", "gipdocs.api.case")
"""What only an installation with a register of cases needs."""


def import_everything() -> None:
    """Import every module now: one loaded later could come from a newer version on the disk."""
    left_out = NEVER if os.environ.get("GIPDOCS_DATABASE") != "none" else NEVER + WITH_DATABASE
    for module in pkgutil.walk_packages(gipdocs.__path__, "gipdocs."):
        if not module.name.startswith(left_out):
            importlib.import_module(module.name)
