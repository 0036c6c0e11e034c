"""Starts the whole service under gunicorn, or a node that converts for other machines."""

from __future__ import annotations

import gc
import logging
import sys
from pathlib import Path

from flask import Flask
from gunicorn.app.wsgiapp import WSGIApplication

from gipdocs.early import can_be_early, create_early_app, is_early
from gipdocs.logs import make_formatter, wants_json
from gipdocs.pdf.opening import demand_libraries
from gipdocs.pdf.options import Options
from gipdocs.service import wake_converter
from gipdocs.settings import Settings, keep_secret_key

PROJECT = Path(__file__).resolve().parents[1]


def serve(settings: Settings, bind: str) -> None:
    """Run the whole service until a signal ends it; SetupError for what must be right before anything is answered.

    If LibreOffice is needed for all PDFs, it starts while the rest is being loaded. What isn't needed for the first documents is
    loaded beside them, see `pre_fork` in gunicorn.conf.py.
    """
    gc.disable()  # until everything is loaded, which stays until the end
    wake_converter(settings)
    keep_secret_key()
    application = create_early_app(settings) if can_be_early(settings) else _create_app(settings)
    sys.argv = ["gunicorn", "-c", str(PROJECT / "gunicorn.conf.py"), "-b", bind]
    Server(application).run()


def _create_app(settings: Settings, early: Flask | None = None) -> Flask:
    from gipdocs.app import create_app  # takes long to load

    return create_app(settings, early)


class Server(WSGIApplication):  # type: ignore[misc]  # gunicorn has no types
    """gunicorn, with an application that is there already; `first` is the age of the first process that has all of it."""

    first = 1

    def __init__(self, application: Flask) -> None:
        self._application = application
        super().__init__("%(prog)s [OPTIONS] [APP_MODULE]", prog="gunicorn")

    def load(self) -> Flask:
        """The application; called by gunicorn."""
        return self._application

    def complete(self) -> bool:
        """Have new processes answer with the whole application, if this one is early; SetupError if it can't be loaded."""
        early = is_early(self.wsgi())
        if early:
            self.callable = _create_app(self.wsgi().extensions["gipdocs"].settings, self.wsgi())
        return early


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
