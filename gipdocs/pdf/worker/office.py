"""One LibreOffice process, and the bridge to what runs inside it."""

from __future__ import annotations

import functools
import os
import subprocess
import time
from pathlib import Path
from typing import Any

import uno  # type: ignore[import-not-found]  # comes with the system's Python, has no types
from com.sun.star.beans import NamedValue  # type: ignore[import-not-found]  # same

from gipdocs.pdf.worker import sandbox

INSIDE = "inside.py"
"""The module that runs inside, as a copy in the worker's folder, where LibreOffice may read it."""


def allocator() -> dict[str, str]:
    """What gives LibreOffice a faster memory allocator, where the system has one: a tenth of its time."""
    found = next(Path("/usr/lib").glob("*/libjemalloc.so.2"), None)
    return {"LD_PRELOAD": str(found)} if found else {}


class StartFailed(Exception):
    """LibreOffice did not come up."""


class Office:
    """A running soffice with a private profile and pipe inside `folder`; converts one document at a time."""

    def __init__(self, program: str, folder: Path, *, pipe: str, seconds: float) -> None:
        self.pipe = pipe
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
            env={**os.environ, **allocator()},
            preexec_fn=functools.partial(sandbox.die_with_parent, os.getpid()),
        )
        self.context = self._connect(time.monotonic() + seconds)
        self.services = self.context.ServiceManager
        self.conversion = self._inside(folder / INSIDE)

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

    def _inside(self, module: Path) -> Any:
        """The object inside LibreOffice that converts, brought there by its loader for Python."""
        loader = self.services.createInstanceWithContext("com.sun.star.loader.Python", self.context)
        factory = loader.activate("gipdocs.Conversion", "", module.as_uri(), None)
        return factory.createInstanceWithContext(self.context)

    def answers(self) -> bool:
        """Whether LibreOffice still lives and listens."""
        try:
            self.services.getImplementationName()
        except Exception:  # UNO's own exceptions
            return False
        return True

    def convert(self, docx: bytes) -> bytes:
        """The PDF of a document, which stays open until `put_away`."""
        return bytes(self.conversion.execute((NamedValue("docx", uno.ByteSequence(docx)),)).value)

    def put_away(self) -> None:
        """Close the document."""
        self.conversion.execute(())
