"""Starts a server: the whole service, or a converter for other machines."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from gunicorn.app.base import BaseApplication
from gunicorn.app.wsgiapp import WSGIApplication

from gipdocs.logs import Log
from gipdocs.patience import PatientWorker
from gipdocs.pdf.nodes.application import node_application
from gipdocs.pdf.opening import wake
from gipdocs.pdf.options import Options
from gipdocs.service import converter_options
from gipdocs.settings import Settings, keep_secret_key

PROJECT = Path(__file__).resolve().parents[1]


def serve(settings: Settings, bind: str) -> None:
    """Run the whole service until a signal ends it; raises SetupError if it cannot be loaded.

    LibreOffice starts while the rest is being loaded; everything is loaded only once for all processes.
    """
    wake(converter_options(settings))
    keep_secret_key()
    sys.path.insert(0, str(PROJECT))
    importlib.import_module("wsgi")
    sys.argv = ["gunicorn", "-c", str(PROJECT / "gunicorn.conf.py"), "-b", bind]
    WSGIApplication("%(prog)s [OPTIONS] [APP_MODULE]", prog="gunicorn").run()


def serve_converter(settings: Settings, bind: str) -> None:
    """Offer this machine's converter to others until a signal ends it; clients need the token, if the settings have one."""
    options = Options(token=settings.converter_token or None)
    application = node_application(options)
    wake(options)
    threads = options.workers + options.queue_length + 2  # one thread per document, two more for health
    seconds = round(options.queue_seconds + 2 * options.work_seconds) + 10
    _Server(application, {"bind": bind, "worker_class": PatientWorker, "threads": threads, "timeout": seconds}).run()


CLOSED = {
    "control_socket_disable": True,
    "umask": 0o077,
    "forwarder_headers": "",
    "forwarded_allow_ips": "",
    "secure_scheme_headers": {},
    "logger_class": Log,
}
"""Settings that close gunicorn's control socket, keep headers from changing path and scheme, and the log from telling anything."""


class _Server(BaseApplication):  # type: ignore[misc]  # gunicorn has no types
    """A loaded application under gunicorn, without a request log."""

    def __init__(self, application: Callable[..., Any], settings: Mapping[str, Any]) -> None:
        self._application, self._settings = application, settings
        super().__init__(prog="gunicorn")

    def load_config(self) -> None:
        for name, value in {**self._settings, **CLOSED}.items():
            self.cfg.set(name, value)

    def load(self) -> Callable[..., Any]:
        return self._application
