"""Other ways from DOCX to PDF, each installed for the measurement alone and gone after it."""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import queue
import shutil
import signal
import socket
import subprocess
import time
import urllib.parse
from collections.abc import Mapping
from pathlib import Path
from typing import Protocol
from xmlrpc.client import Binary, ServerProxy

from bench.processes import family
from gipdocs.pdf.pool import libreoffice_profile

PATIENCE_SECONDS = 60.0
SYSTEM_PYTHON = "/usr/bin/python3"
CARBONE = "carbone@3"


OPTIONS = {"SelectPdfVersion": 2, "UseTaggedPDF": True, "PDFUACompliance": True, "ExportBookmarks": True}
"""Everybody makes the same kind of PDF, archival and tagged; only Carbone makes a plain one."""

TYPED = {
    name: {"type": "boolean" if isinstance(value, bool) else "long", "value": str(value).lower()}
    for name, value in OPTIONS.items()
}
"""The same as soffice's command line wants it."""


FILTER_OPTIONS = [f"{name}={str(value).lower()}" for name, value in OPTIONS.items()]
"""The same as unoserver wants it."""


class Absent(Exception):
    """A rival cannot be measured on this machine; the text says why."""


class Engine(Protocol):
    """Something that turns one of the measured documents into a PDF."""

    name: str

    def convert(self, document: str) -> bytes:
        """The PDF of a document by its name; may be called from several threads."""

    def processes(self) -> list[int]:
        """The processes that it runs, without those that they have started."""

    def close(self) -> None:
        """End everything."""


def free_port() -> int:
    """A port of this machine that nobody uses."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def environment() -> dict[str, str]:
    """The same fonts for everybody."""
    return {**os.environ, **libreoffice_profile.fonts_environment()}


def run(command: list[str], folder: Path) -> None:
    """Install something; raises Absent with its last line when that fails."""
    try:
        ended = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=300, check=False)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise Absent(str(error)) from error
    if ended.returncode:
        raise Absent((ended.stderr.strip() or ended.stdout.strip()).rpartition("\n")[2][:120])


def stop(process: subprocess.Popen[bytes]) -> None:
    """End a process and all that it has started, in whatever group."""
    for member in family([process.pid]):
        with contextlib.suppress(ProcessLookupError):
            os.kill(member, signal.SIGKILL)
    process.wait()


class ColdSoffice:
    """A new soffice for each document, as users of docxtpl do it; each slot has a profile that was used before."""

    name = "cold soffice"

    def __init__(self, folder: Path, documents: Mapping[str, bytes], *, slots: int = 16) -> None:
        self._files = {}
        for name, docx in documents.items():
            self._files[name] = folder / f"{name}.docx"
            self._files[name].write_bytes(docx)
        self._slots: queue.Queue[Path] = queue.Queue()
        for number in range(slots):
            slot = folder / f"cold-{number}"
            shutil.copytree(libreoffice_profile.ensure_baked(hardened=False), slot / "profile")
            self._slots.put(slot)

    def convert(self, document: str) -> bytes:
        """One start, one document, one end."""
        slot = self._slots.get()
        try:
            subprocess.run(
                [
                    "soffice",
                    f"-env:UserInstallation={(slot / 'profile').as_uri()}",
                    "--headless",
                    "--convert-to",
                    f"pdf:writer_pdf_Export:{json.dumps(TYPED)}",
                    "--outdir",
                    str(slot),
                    str(self._files[document]),
                ],
                env=environment(),
                capture_output=True,
                timeout=PATIENCE_SECONDS,
                check=True,
            )
            return (slot / f"{document}.pdf").read_bytes()
        finally:
            self._slots.put(slot)

    def processes(self) -> list[int]:
        """None stays."""
        return []

    def close(self) -> None:
        """Nothing to end."""


class Unoserver:
    """As many unoservers as there are cores, each with a port and a profile of its own, asked in turn."""

    name = "unoserver"

    def __init__(self, folder: Path, documents: Mapping[str, bytes], *, servers: int) -> None:
        self._documents = documents
        place = folder / "unoserver"
        run([SYSTEM_PYTHON, "-m", "venv", "--system-site-packages", str(place)], folder)
        run([str(place / "bin" / "pip"), "install", "--quiet", "unoserver"], folder)
        self._processes = []
        self._ports: queue.Queue[int] = queue.Queue()
        for number in range(servers):
            port = free_port()
            command = [
                str(place / "bin" / "unoserver"),
                "--port",
                str(port),
                "--uno-port",
                str(free_port()),
                "--user-installation",
                str(folder / f"uno-{number}"),
            ]
            quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
            self._processes.append(subprocess.Popen(command, env=environment(), start_new_session=True, **quiet))
            self._ports.put(port)
        for _ in range(servers):
            port = self._ports.get()
            self._wait_for(port)
            self._ports.put(port)

    def _wait_for(self, port: int) -> None:
        deadline = time.monotonic() + PATIENCE_SECONDS
        while True:
            try:
                with ServerProxy(f"http://127.0.0.1:{port}", allow_none=True) as proxy:
                    proxy.info()
                    return
            except OSError as error:
                if time.monotonic() > deadline:
                    raise Absent("unoserver does not answer") from error
                time.sleep(0.1)

    def convert(self, document: str) -> bytes:
        """Over XML-RPC, bytes in and out, at the first server that is free."""
        port = self._ports.get()
        try:
            with ServerProxy(f"http://127.0.0.1:{port}", allow_none=True) as proxy:
                docx = Binary(self._documents[document])
                answer = proxy.convert(None, docx, None, "pdf", None, FILTER_OPTIONS, False, None, None)
                return bytes(answer.data)  # type: ignore[union-attr]
        finally:
            self._ports.put(port)

    def processes(self) -> list[int]:
        """Its servers."""
        return [process.pid for process in self._processes]

    def close(self) -> None:
        """End the servers."""
        for process in self._processes:
            stop(process)


CARBONE_SERVER = """
const http = require('http'), fs = require('fs'), carbone = require('carbone');
const [port, factories] = process.argv.slice(2).map(Number);
carbone.set({ factories, startFactory: true, attempts: 2 });
http.createServer((request, response) => {
  const file = decodeURIComponent(request.url.slice(1));
  carbone.render(file, {}, { convertTo: 'pdf' }, (error, pdf) => {
    response.writeHead(error ? 500 : 200);
    response.end(error ? String(error) : pdf);
  });
}).listen(port, '127.0.0.1');
"""


class Carbone:
    """Carbone's community edition on Node, with as many LibreOffices as there are cores."""

    name = "Carbone"

    def __init__(self, folder: Path, documents: Mapping[str, bytes], *, factories: int) -> None:
        if shutil.which("node") is None or shutil.which("npm") is None:
            raise Absent("Node is not installed")
        place = folder / "carbone"
        place.mkdir()
        self._files = {}
        for name, docx in documents.items():
            self._files[name] = place / f"{name}.docx"
            self._files[name].write_bytes(docx)
        (place / "package.json").write_text("{}")
        run(["npm", "install", "--no-audit", "--no-fund", "--silent", CARBONE], place)
        (place / "server.js").write_text(CARBONE_SERVER)
        self._port = free_port()
        command = ["node", "server.js", str(self._port), str(factories)]
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        path = f"{libreoffice_profile.find_program().parent}:/usr/bin:/bin"  # it looks for soffice.bin, and for the Python that speaks UNO
        settings = {**environment(), "PATH": path, "TMPDIR": str(place)}
        self._process = subprocess.Popen(command, cwd=place, env=settings, start_new_session=True, **quiet)
        deadline = time.monotonic() + PATIENCE_SECONDS
        while True:
            try:
                self.convert(next(iter(documents)))
                return
            except OSError as error:
                if time.monotonic() > deadline:
                    self.close()
                    raise Absent("Carbone does not answer") from error
                time.sleep(0.2)

    def convert(self, document: str) -> bytes:
        """Over its own HTTP server of ten lines; the file is read from disk by Carbone itself."""
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=PATIENCE_SECONDS)
        try:
            connection.request("GET", "/" + urllib.parse.quote(str(self._files[document]), safe=""))
            answer = connection.getresponse()
            body = answer.read()
        finally:
            connection.close()
        if answer.status != 200:
            raise OSError(body[:200].decode(errors="replace"))
        return body

    def processes(self) -> list[int]:
        """The Node process."""
        return [self._process.pid]

    def close(self) -> None:
        """End it and its LibreOffices."""
        stop(self._process)
