"""The process that owns the pool: listens on a local socket, ends after a while without clients."""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import logging
import os
import signal
import socket
import struct
import sys
from pathlib import Path
from typing import Any

from gipdocs.pdf.options import Options, decode, workers_folder
from gipdocs.pdf.pool import code, process
from gipdocs.pdf.pool.ownership import Ownership
from gipdocs.pdf.pool.pool import Pool
from gipdocs.pdf.pool.process import receive, receive_rest
from gipdocs.pdf.worker import frames

LOG = logging.getLogger(__name__)

LOG_NAME = "pools.log"
LOG_BYTES = 1 << 20
"""A longer log is started afresh."""


class Supervisor:
    """Serves one pool behind one socket."""

    def __init__(self, options: Options, ownership: Ownership) -> None:
        self._options = options
        self._ownership = ownership
        self._folder = workers_folder(ownership.path)
        self._clients = 0
        self._finished: asyncio.Event

    async def serve(self, listener: socket.socket) -> None:
        """Serve until a signal comes, the pool has been idle long enough, or the socket is no longer ours."""
        self._finished = asyncio.Event()
        pool = Pool(self._options, self._folder)
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self._finished.set)
        loop.add_signal_handler(signal.SIGHUP, pool.renew)
        server = await asyncio.start_unix_server(
            lambda reader, writer: self._converse(pool, reader, writer), sock=listener, limit=1 << 20
        )
        pool.open()
        watch = loop.create_task(self._watch_idleness(pool))
        await self._finished.wait()
        if self._ownership.holds():
            self._ownership.path.unlink(missing_ok=True)  # at once, so that new clients start another supervisor
        watch.cancel()
        server.close()
        await pool.close()
        await asyncio.sleep(0.05)  # let the last answers be sent
        self._ownership.remove_files()

    async def _watch_idleness(self, pool: Pool) -> None:
        """End after idle time, or if the folder was removed: no new client can connect, or it gets another supervisor."""
        idle = 0.0
        step = min(1.0, self._options.idle_seconds / 4)
        while idle < self._options.idle_seconds and self._ownership.path.exists() and self._ownership.holds():
            await asyncio.sleep(step)
            pool.examine()
            idle = 0.0 if self._clients or pool.busy() else idle + step
        self._finished.set()

    async def _converse(self, pool: Pool, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if not _same_user(writer):
            writer.close()
            return
        self._clients += 1
        try:
            await self._answer_all(pool, reader, writer)
        except (frames.Broken, OSError):
            LOG.debug("a client is gone")
        finally:
            self._clients -= 1
            writer.close()

    async def _answer_all(self, pool: Pool, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        message = await receive(reader)
        while message is not None:
            head, body = message
            following = asyncio.ensure_future(reader.readexactly(frames.PREFIX.size))
            try:
                answer = await self._answer(pool, head, body, following)
                if answer is None:
                    return
                writer.write(answer)
                await writer.drain()
                prefix = await following
            except asyncio.IncompleteReadError:
                return
            finally:
                following.cancel()
            message = await receive_rest(reader, prefix)

    async def _answer(
        self, pool: Pool, head: dict[str, Any], body: bytes, following: asyncio.Future[bytes]
    ) -> bytes | None:
        """The answer as bytes; None if the client has gone meanwhile, and its document is then not converted."""
        if head.get("ask") == "state":
            return frames.pack({"pid": os.getpid(), **await pool.show()})
        if head.get("ask") == "doubt":
            pool.doubt(str(head.get("maker")), str(head.get("label")), last=bool(head.get("last")))
            return frames.pack({})
        if head.get("ask") != "convert":
            raise frames.Broken("a client asks for something unknown")
        job = pool.submit(body, str(head.get("label", "")), patient=bool(head.get("patient")))
        waited: set[asyncio.Future[Any]] = {job, following}
        await asyncio.wait(waited, return_when=asyncio.FIRST_COMPLETED)
        if not job.done():
            job.cancel()
            return None
        answer = job.result()
        head = dataclasses.asdict(answer)
        pdf = head.pop("pdf")
        return frames.pack(head, pdf)


def _same_user(writer: asyncio.StreamWriter) -> bool:
    peer = writer.get_extra_info("socket")
    credentials = peer.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, struct.calcsize("3i"))
    return bool(struct.unpack("3i", credentials)[1] == os.getuid())


def _listen(path: Path) -> socket.socket:
    path.unlink(missing_ok=True)
    listener = socket.socket(socket.AF_UNIX)
    before = os.umask(0o177)
    try:
        listener.bind(str(path))
    finally:
        os.umask(before)
    listener.listen(128)
    return listener


def _tidy(path: Path) -> None:
    """Remove what killed supervisors left behind, for this pool and all others of this user."""
    for folder in path.parent.glob(f"*{workers_folder(path).suffix}"):
        if folder == workers_folder(path):
            _clear_workers(folder)
        elif ownership := Ownership.claim(folder.with_suffix(path.suffix)):
            with ownership:
                _clear_workers(folder)
                ownership.remove_files()
    code.sweep(path.parent)
    workers_folder(path).mkdir(mode=0o700, exist_ok=True)


def _clear_workers(folder: Path) -> None:
    for worker in folder.glob(process.FOLDER_PREFIX + "*"):
        process.clear(worker)


def _detach(path: Path) -> None:
    """Become a daemon that logs beside the socket, in one log for all pools; the parent sees exit status 0."""
    if os.fork():
        os._exit(0)
    os.setsid()
    os.chdir("/")
    log = path.with_name(LOG_NAME)
    append = log.exists() and log.stat().st_size < LOG_BYTES
    opened = os.open(log, os.O_WRONLY | os.O_CREAT | (os.O_APPEND if append else os.O_TRUNC), 0o600)
    nothing = os.open(os.devnull, os.O_RDONLY)
    for source, target in ((nothing, 0), (opened, 1), (opened, 2)):
        os.dup2(source, target)


def main() -> None:
    """Claim the socket named in the options, detach and serve; do nothing if it is already served."""
    options = decode(sys.argv[1])
    assert options.socket is not None
    ownership = Ownership.claim(options.socket)
    if ownership is None:
        return
    with ownership, _listen(options.socket) as listener:
        _tidy(options.socket)
        _detach(options.socket)
        logging.basicConfig(level=logging.INFO, format="%(asctime)s %(process)d %(message)s")
        with contextlib.suppress(KeyboardInterrupt):
            asyncio.run(Supervisor(options, ownership).serve(listener))
