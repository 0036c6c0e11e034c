"""Thousands of letters as an office makes them: a table uploaded on the desk, stopped at 40 %, gone on with, fetched as a ZIP."""

from __future__ import annotations

import hashlib
import http.client
import json
import re
import time
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from http.cookies import SimpleCookie
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

from bench.processes import family, own_mib
from bench.service import Service
from gipdocs.batch.orders import OrderedRow
from gipdocs.batch.table import make_table
from gipdocs.service import Service as Loaded
from gipdocs.service import load_service
from gipdocs.settings import Settings

LETTERS = 5000
STOPPED_AT = 0.4
CHUNK = 1 << 20
PATIENCE_SECONDS = 1800.0
BOUNDARY = "----------------gipdocs-bench"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True, kw_only=True)
class Bulk:
    """Seconds until checked, of making, and of fetching; MiB of the web processes before, at most, and after; what was fetched."""

    checked: float
    made: float
    fetched: float
    memory: tuple[float, float, float]
    archive_mib: float
    files: int
    different: int


class Desk:
    """A browser at the desk: it keeps cookies, and sends forms with their token."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._cookies = SimpleCookie()

    def get(self, path: str) -> tuple[str, str]:
        """Address and text of a page, wherever it leads."""
        return self._ask("GET", path, b"", {})

    def post(self, path: str, fields: Mapping[str, str], file: tuple[str, bytes] | None = None) -> tuple[str, str]:
        """Address and text of the page to which a form leads."""
        token = re.search(r'name="csrf_token" value="([^"]+)"', self.get(path)[1])
        assert token is not None, path
        sent = {"csrf_token": token[1], **fields}
        if file is None:
            return self._ask("POST", path, urlencode(sent).encode(), "application/x-www-form-urlencoded")
        return self._ask("POST", path, _multipart(sent, *file), f"multipart/form-data; boundary={BOUNDARY}")

    def fetch(self, path: str) -> Iterator[bytes]:
        """A file, piece by piece."""
        with closing(self._connect()) as connection:
            connection.request("GET", path, headers=self._headers())
            answer = connection.getresponse()
            assert answer.status == 200, answer.status
            while piece := answer.read(CHUNK):
                yield piece

    def _ask(self, method: str, path: str, body: bytes, kind: Any) -> tuple[str, str]:
        headers = self._headers() | ({"Content-Type": kind} if kind else {})
        with closing(self._connect()) as connection:
            connection.request(method, path, body, headers)
            answer = connection.getresponse()
            for name, value in answer.getheaders():
                if name.lower() == "set-cookie":
                    self._cookies.load(value)
            text = answer.read().decode()
            if answer.status in (302, 303):
                return self.get(urlsplit(answer.headers["Location"]).path)
            assert answer.status == 200, (answer.status, path, re.sub(r"<[^>]*>|\s+", " ", text)[:500])
            return path, text

    def _connect(self) -> http.client.HTTPConnection:
        return http.client.HTTPConnection("127.0.0.1", self._port, timeout=120)

    def _headers(self) -> dict[str, str]:
        return {"Cookie": "; ".join(f"{key}={one.value}" for key, one in self._cookies.items())}


def measure(folder: Path, letter: str, payload: Mapping[str, Any], count: int = LETTERS) -> Bulk:
    """The whole job on a service and a database of its own."""
    database = f"sqlite:///{folder / 'bulk.db'}"
    service = Service(folder, {letter: payload}, GIPDOCS_DATABASE=database)
    with closing(service), closing(load_service(Settings(database=database))) as own:
        service.wait()
        service.convert(letter)
        desk = Desk(service.port)
        table = _table(own, letter, payload, count)
        before = _web_mib(service)
        began = time.monotonic()
        form = {".do": "order", ".format": "pdf"}
        place = f"/desk/documents/{letter}/batch"
        page, _ = desk.post(place, form | _hidden(desk.get(place)[1]), ("table.xlsx", table))
        api = "/api/v1" + page.removeprefix("/desk")
        _wait(desk, api, lambda batch: batch["state"] == "checked")
        checked = time.monotonic() - began
        seen = re.search(r'name="seen" value="(\d+)"', desk.get(page)[1])
        began = time.monotonic()
        desk.post(page, {"do": "start"} | ({"seen": seen[1]} if seen else {}))
        _wait(desk, api, lambda batch: batch["counts"].get("done", 0) >= STOPPED_AT * count)
        desk.post(page, {"do": "cancel"})
        _wait(desk, api, lambda batch: batch["state"] == "cancelled")
        desk.post(page, {"do": "resume"})
        _wait(desk, api, lambda batch: batch["state"] == "done")
        made, began, most, packed = time.monotonic() - began, time.monotonic(), before, BytesIO()
        for number, piece in enumerate(desk.fetch(f"{page}/archive.zip")):
            packed.write(piece)
            if number % 10 == 0:
                most = max(most, _web_mib(service))
        fetched, after = time.monotonic() - began, _web_mib(service)
        letters = [name for name in zipfile.ZipFile(packed).namelist() if name.endswith(".pdf")]
        with zipfile.ZipFile(packed) as archive:
            different = {hashlib.sha256(archive.read(name)).digest() for name in letters}
        return Bulk(
            checked=checked,
            made=made,
            fetched=fetched,
            memory=(before, most, after),
            archive_mib=len(packed.getbuffer()) / (1 << 20),
            files=len(letters),
            different=len(different),
        )


def report(found: Bulk) -> Iterator[str]:
    """What was measured, as lines of Markdown."""
    before, most, after = found.memory
    yield f"{found.files} letters from a table, {found.different} of them different, by the pages of the desk:"
    yield f"checked in {found.checked:.0f} s; made in {found.made / 60:.1f} min ({found.files / found.made:.1f} a second), stopped at"
    yield f"{STOPPED_AT:.0%} and gone on with; a ZIP of {found.archive_mib:.0f} MiB fetched in {found.fetched:.0f} s."
    yield f"Memory of the web processes (PSS): {before:.0f} MiB before, {most:.0f} at most while the ZIP went out, {after:.0f} after."
    yield ""


def _table(own: Loaded, letter: str, payload: Mapping[str, Any], count: int) -> bytes:
    rows = [
        OrderedRow(answers={**payload, "application": {**payload["application"], "name": f"申请人{number:05}"}})
        for number in range(count)
    ]
    return make_table(own.registry[letter], own.office(), filled=rows)


def _web_mib(service: Service) -> float:
    """What the web processes hold: not the pool, nor the runner, which they start as well."""
    return sum(own_mib(process) for process in family([service.process.pid]) if _is_web(process))


def _is_web(process: int) -> bool:
    try:
        return b"gipdocs.cli" in Path(f"/proc/{process}/cmdline").read_bytes()
    except OSError:
        return False


def _hidden(text: str) -> dict[str, str]:
    found = re.findall(r'<input type="hidden" name="(\.[a-z]+)" value="([^"]*)"', text)
    return dict(found)


def _multipart(fields: Mapping[str, str], name: str, content: bytes) -> bytes:
    parts = [
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{key}"\r\n\r\n{value}\r\n'.encode()
        for key, value in fields.items()
    ]
    head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\nContent-Type: {XLSX}\r\n\r\n'
    return b"".join([*parts, head.encode(), content, f"\r\n--{BOUNDARY}--\r\n".encode()])


def _wait(desk: Desk, path: str, condition: Any) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while True:
        batch = json.loads(desk.get(path)[1])
        if condition(batch):
            return
        if time.monotonic() > deadline or batch["state"] in ("draft", "expired"):
            raise RuntimeError(f"the batch is {batch['state']}: {batch['counts']}")
        time.sleep(1)
