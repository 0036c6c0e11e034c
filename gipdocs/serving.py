"""Starts the whole service under gunicorn, or a node that converts for other machines."""

from __future__ import annotations

import gc
import importlib
import logging
import sys
from pathlib import Path

from gunicorn.app.wsgiapp import WSGIApplication

from gipdocs.logs import make_formatter, wants_json
from gipdocs.pdf.opening import demand_libraries
from gipdocs.pdf.options import Options
from gipdocs.service import wake_converter
from gipdocs.settings import Settings, keep_secret_key

PROJECT = Path(__file__).resolve().parents[1]


def serve(settings: Settings, bind: str) -> None:
    """Run the whole service until a signal ends it; raises SetupError if it cannot be loaded.

    If LibreOffice is needed for all PDFs, it starts while the rest is being loaded; everything is loaded only once for all processes.
    """
    gc.disable()  # until everything is loaded, which stays until the end
    wake_converter(settings)
    keep_secret_key()
    sys.path.insert(0, str(PROJECT))
    importlib.import_module("wsgi")
    sys.argv = ["gunicorn", "-c", str(PROJECT / "gunicorn.conf.py"), "-b", bind]
    WSGIApplication("%(prog)s [OPTIONS] [APP_MODULE]", prog="gunicorn").run()


def serve_node(settings: Settings) -> None:
    """Convert for other machines until a signal ends it; SetupError if this machine, or the broker, lets it not."""
    with demand_libraries():
        from gipdocs.pdf.tasks import Node
    handler = logging.StreamHandler()
    handler.setFormatter(make_formatter(json=wants_json()))
    logging.basicConfig(level=logging.WARNING, handlers=[handler])
    logging.getLogger("gipdocs").setLevel(logging.INFO)
    logging.captureWarnings(True)
    Node(settings.engine, Options()).run()
