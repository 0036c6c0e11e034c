"""A LibreOffice process, and the bridge to the code that runs inside it."""

from __future__ import annotations

import functools
import os
import subprocess
import time
from pathlib import Path
from typing import Any

import uno  # type: ignore[import-not-found]  # comes with the system's Python, has no types
from com.sun.star.beans import NamedValue  # type: ignore[import-not-found]  # same

from gipdocs.pdf.worker import INSIDE, sandbox

UNCOMPRESSED = {"VCL_DEBUG_DISABLE_PDFCOMPRESSION": "1"}
"""The PDF is compressed later, outside: LibreOffice would take three times as long."""


def find_allocator() -> dict[str, str]:
    """Environment variables for a faster memory allocator, if the system has one; it saves a tenth of the time."""
    found = next(Path("/usr/lib").glob("*/libjemalloc.so.2"), None)
    return {"LD_PRELOAD": str(found)} if found else {}


class StartFailed(Exception):
    """LibreOffice did not start."""


class LibreOffice:
    """A running soffice with a private profile and pipe inside `folder`."""

    def __init__(self, program: str, folder: Path, *, pipe: str, seconds: float, streams: tuple[int, int]) -> None:
        self.folder, self.pipe, self.streams = folder, pipe, streams
        self.process = subprocess.Popen(
            [
                program,
                f"-env:UserInstallation={(folder / 'profile').as_uri()}",
                "--headless",
                "--norestore",
                "--nologo",
                "--nodefault",
                "--nolockcheck",
                f"--accept=pipe,name={self.pipe};urp;StarOffice.ComponentContext",
            ],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            pass_fds=streams,
            env={**os.environ, **find_allocator(), **UNCOMPRESSED},
            preexec_fn=functools.partial(sandbox.die_with_parent, os.getpid()),
        )
        self.context = self._connect(time.monotonic() + seconds)

    def _connect(self, deadline: float) -> Any:
        local = uno.getComponentContext()
        resolver = local.ServiceManager.createInstanceWithContext("com.sun.star.bridge.UnoUrlResolver", local)
        while True:
            try:
                return resolver.resolve(f"uno:pipe,name={self.pipe};urp;StarOffice.ComponentContext")
            except Exception as error:  # UNO's own exceptions, which share no importable base
                if self.process.poll() is not None:
                    raise StartFailed(f"soffice ended with status {self.process.returncode}") from error
                if time.monotonic() > deadline:
                    raise StartFailed("soffice does not answer on its pipe") from error
                time.sleep(0.02)

    def serve(self) -> None:
        """Load the conversion into LibreOffice with its Python loader, and serve until the jobs end."""
        services = self.context.ServiceManager
        loader = services.createInstanceWithContext("com.sun.star.loader.Python", self.context)
        factory = loader.activate("gipdocs.Conversion", "", (self.folder / INSIDE[0]).as_uri(), None)
        given = {"folder": str(self.folder), "jobs": self.streams[0], "answers": self.streams[1]}
        arguments = tuple(NamedValue(name, value) for name, value in given.items())
        factory.createInstanceWithContext(self.context).execute(arguments)
