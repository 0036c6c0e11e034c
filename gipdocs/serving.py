"""Starts the whole service under gunicorn."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path

from gunicorn.app.wsgiapp import WSGIApplication

from gipdocs.pdf.opening import wake
from gipdocs.pdf.options import Options
from gipdocs.settings import keep_secret_key

PROJECT = Path(__file__).resolve().parents[1]


def serve(bind: str) -> None:
    """Run the whole service until a signal ends it; raises SetupError if it cannot be loaded.

    LibreOffice starts while the rest is being loaded; everything is loaded only once for all processes.
    """
    wake(Options())
    keep_secret_key()
    sys.path.insert(0, str(PROJECT))
    importlib.import_module("wsgi")
    sys.argv = ["gunicorn", "-c", str(PROJECT / "gunicorn.conf.py"), "-b", bind]
    WSGIApplication("%(prog)s [OPTIONS] [APP_MODULE]", prog="gunicorn").run()
