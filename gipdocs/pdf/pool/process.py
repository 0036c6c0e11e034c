"""A worker as the supervisor sees it: a process group with its own folder."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import hashlib
import json
import logging
import os
import resource
import secrets
import shutil
import signal
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from gipdocs.errors import SetupError
from gipdocs.pdf import fonts
from gipdocs.pdf.options import Options
from gipdocs.pdf.pool import libreoffice_profile
from gipdocs.pdf.worker import INSIDE, frames

LOG = logging.getLogger(__name__)

PACKAGES = Path(__file__).parents[3]
WORKER = Path(__file__).parents[1] / "worker"
SOURCES = {
    path.relative_to(PACKAGES): path.read_bytes()
    for path in (PACKAGES / "gipdocs" / "__init__.py", WORKER.with_name("__init__.py"), *WORKER.glob("*.py"))
}
"""The workers' code as it was when this process started, so that an upgrade does not mix two versions."""

SCRIPT = WORKER.relative_to(PACKAGES) / "__main__.py"
CODE = "code"
FOLDER_PREFIX = "worker-"
PIPE_FOLDER = Path("/tmp")
DEAD_PROXY = {"http_proxy": "http://127.0.0.1:9", "https_proxy": "http://127.0.0.1:9", "no_proxy": ""}


class WorkerDied(Exception):
    """The worker ended, or broke the protocol."""


class ConversionFailed(Exception):
    """LibreOffice could not open the document, lay it out or write the PDF; `step` says which."""

    def __init__(self, step: str) -> None:
        self.step = step
        super().__init__(step)


@dataclass(eq=False)
class Worker:
    """A started LibreOffice.

    `soffice` is LibreOffice's process id, `served` the number of its documents, `heard` the time of its last message.
    It took its document at `begun`, and was last seen to work on it at `moved`, with `ticks` of processor time used; if
    it `hung`, it was killed. A `suspect` has failed at a document and may be ill. `proof` is the hash of its first proof
    letter.
    """

    process: asyncio.subprocess.Process
    folder: Path
    generation: int
    soffice: int = 0
    served: int = 0
    heard: float = 0.0
    begun: float = 0.0
    moved: float = 0.0
    ticks: int = 0
    hung: bool = False
    suspect: bool = False
    proof: str = ""
    layers: dict[str, bool] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """A name that no other worker has."""
        return self.folder.name

    async def wait_until_ready(self) -> None:
        """Wait for LibreOffice to answer."""
        sandbox, _ = await self._receive()
        office, _ = await self._receive()
        if "layers" not in sandbox or not office.get("ready"):
            raise WorkerDied("the worker did not say that it is ready")
        self.layers, self.soffice = sandbox["layers"], office["soffice"]

    async def convert(self, job: str, docx: bytes, *, cpu_seconds: int) -> tuple[bytes, float]:
        """The PDF, and the working time in seconds; raises WorkerDied or ConversionFailed."""
        self._limit_cpu(cpu_seconds)
        await self._send({"job": job}, docx)
        head, pdf = await self._receive()
        if head.get("job") != job:
            raise WorkerDied("the worker answered another job")
        self.served += 1
        if not head.get("ok"):
            LOG.info("worker %d can't %s a document: %s", self.process.pid, head.get("step"), head.get("error"))
            raise ConversionFailed(str(head.get("step")))
        if head.get("input") != hashlib.sha256(docx).hexdigest():
            raise WorkerDied("the worker converted something else")
        return pdf, float(head["seconds"])

    async def check_life(self) -> None:
        """Wait for an idle worker's sign of life; raises WorkerDied, and waits forever if it hangs."""
        await self._send({"ask": "life"}, b"")
        head, _ = await self._receive()
        if not head.get("lives"):
            raise WorkerDied("the worker gave another answer than a sign of life")

    async def wait_until_idle(self, job: str) -> None:
        """Wait for the worker to close the document of `job`."""
        head, _ = await self._receive()
        if head.get("idle") != job:
            raise WorkerDied("the worker is not idle after its job")

    def kill(self) -> None:
        """Kill the whole process group."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)

    async def end(self) -> None:
        """Kill the whole process group, wait for its end, and remove its files."""
        self.kill()
        if self.process.stdin:
            self.process.stdin.close()  # the pipe must not outlive the event loop
        await self.process.wait()
        clear(self.folder)

    def resident_mib(self) -> int:
        """LibreOffice's resident memory in MiB; zero if it has just died."""
        try:
            pages = int(Path(f"/proc/{self.soffice}/statm").read_text().split()[1])
        except OSError:
            return 0
        return pages * os.sysconf("SC_PAGE_SIZE") >> 20

    def engage(self) -> None:
        """Start watching its progress on a document."""
        self.begun = self.moved = time.monotonic()

    def stuck_seconds(self) -> float:
        """Seconds since LibreOffice was last seen to use the processor: if many, it hangs."""
        with contextlib.suppress(OSError):  # dead, which is noticed elsewhere
            if (ticks := self._used_ticks()) != self.ticks:
                self.ticks, self.moved = ticks, time.monotonic()
        return time.monotonic() - self.moved

    def _used_ticks(self) -> int:
        fields = Path(f"/proc/{self.soffice}/stat").read_text().rsplit(")", 1)[1].split()
        return int(fields[11]) + int(fields[12])

    def _limit_cpu(self, seconds: int) -> None:
        """Allow LibreOffice at most `seconds` of processor time from now on."""
        with contextlib.suppress(OSError, ValueError):  # dead, or the system allows less
            used = self._used_ticks() // os.sysconf("SC_CLK_TCK")
            hard = resource.prlimit(self.soffice, resource.RLIMIT_CPU)[1]
            resource.prlimit(self.soffice, resource.RLIMIT_CPU, (used + seconds + 1, hard))

    async def _send(self, head: dict[str, Any], body: bytes) -> None:
        assert self.process.stdin
        try:
            self.process.stdin.write(frames.pack(head, body))
            await self.process.stdin.drain()
        except OSError as error:
            raise WorkerDied("the worker does not listen") from error

    async def _receive(self) -> tuple[dict[str, Any], bytes]:
        assert self.process.stdout
        try:
            message = await receive(self.process.stdout)
        except frames.Broken as error:
            raise WorkerDied(str(error)) from error
        if message is None:
            raise WorkerDied("the worker has ended")
        self.heard = time.monotonic()
        return message


async def receive(stream: asyncio.StreamReader) -> tuple[dict[str, Any], bytes] | None:
    """One message from a stream; None if it ended between two messages."""
    try:
        prefix = await stream.readexactly(frames.PREFIX.size)
    except asyncio.IncompleteReadError as error:
        if not error.partial:
            return None
        raise frames.Broken("a message ends in its prefix") from error
    except OSError as error:
        raise frames.Broken("the other side is gone") from error
    return await receive_rest(stream, prefix)


async def receive_rest(stream: asyncio.StreamReader, prefix: bytes) -> tuple[dict[str, Any], bytes]:
    """The rest of a message after its prefix."""
    head, body = frames.lengths(prefix)
    try:
        return frames.parse_head(await stream.readexactly(head)), await stream.readexactly(body)
    except (asyncio.IncompleteReadError, OSError) as error:
        raise frames.Broken("a message ends before its announced length") from error


async def start(options: Options, parent: Path, generation: int) -> Worker:
    """Start a worker with its own copy of the baked profile in a new folder under `parent`; it is not ready yet.

    Raises SetupError if the folder cannot be filled or the program cannot run, and leaves nothing behind.
    """
    baked = await asyncio.to_thread(
        libreoffice_profile.ensure_baked, hardened=options.hardened
    )  # may take a minute the first time
    folder = parent / (FOLDER_PREFIX + secrets.token_hex(4))
    try:
        folder.mkdir(mode=0o700)
        shutil.copytree(baked, folder / "profile")
        _write_sources(folder)
        process = await _run(options, folder)
    except BaseException as error:
        clear(folder)
        if isinstance(error, OSError):
            raise SetupError(_explain(error, options, parent)) from error
        raise
    return Worker(process=process, folder=folder, generation=generation)


def _write_sources(folder: Path) -> None:
    for name, source in SOURCES.items():
        path = folder / CODE / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(source)
    for inside in INSIDE:
        (folder / inside).write_bytes(SOURCES[SCRIPT.with_name(inside)])


async def _run(options: Options, folder: Path) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        options.python,
        "-I",
        str(folder / CODE / SCRIPT),
        json.dumps(_describe_start(options, folder)),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        env=_environment(folder) | (DEAD_PROXY if options.hardened else {}),
        start_new_session=True,
        limit=1 << 20,
    )


def _explain(error: OSError, options: Options, parent: Path) -> str:
    if f"[Errno {errno.ENOSPC}]" in str(error):  # copytree reports errors as text, without a number
        return f"运行目录 {parent} 所在的磁盘或者内存盘已满：请腾出空间。"
    return f"运行目录 {parent} 中不能启动转换程序：请检查目录是否可写、{options.python} 是否可以运行。"


def _describe_start(options: Options, folder: Path) -> dict[str, Any]:
    program = libreoffice_profile.find_program()
    return {
        "parent": os.getpid(),
        "folder": str(folder),
        "pipe": pipe_name(folder),
        "program": str(program),
        "readable": [str(path) for path in (fonts.drawn_folder(), fonts.ensure_configuration().parent, program.parent)],
        "runnable": [str(program), *map(str, _loaders())],
        "memory_bytes": options.memory_mib << 20,
        "start_seconds": options.start_seconds,
        "sandboxed": options.hardened,
    }


def _environment(folder: Path) -> dict[str, str]:
    return {
        **libreoffice_profile.fonts_environment(),
        "PATH": "/usr/bin:/bin",
        "LANG": "C.UTF-8",
        "TZ": "UTC",
        "HOME": str(folder),
        "TMPDIR": str(folder),
    }


def _loaders() -> Iterable[Path]:
    """The dynamic loader, which every program needs to start."""
    return {path.resolve() for folder in ("/lib64", "/lib") for path in Path(folder).glob("ld-linux*")}


def pipe_name(folder: Path) -> str:
    """The name of the pipe between a worker and its LibreOffice, derived from the folder's name."""
    return f"gipdocs-{folder.name}"


def clear(folder: Path) -> None:
    """Remove a worker's folder, and LibreOffice's sockets in /tmp, which are left if /tmp is not the folder itself."""
    digest = hashlib.md5((folder / "profile").as_uri().encode("utf-16-le"), usedforsecurity=False).digest()
    single = "SingleOfficeIPC_" + "".join(f"{byte:x}" for byte in digest)
    for name in (pipe_name(folder), single):
        with contextlib.suppress(OSError):
            (PIPE_FOLDER / f"OSL_PIPE_{os.getuid()}_{name}").unlink()
    shutil.rmtree(folder, ignore_errors=True)
