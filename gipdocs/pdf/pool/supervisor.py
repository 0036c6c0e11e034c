"""The process that owns the pool: listens on a local socket, ends after a while without clients."""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import fcntl
import logging
import os
import shutil
import signal
import socket
import struct
import sys
from pathlib import Path
from typing import IO, Any

from gipdocs.pdf.options import Options, decode, workers_folder
from gipdocs.pdf.pool import code, process
from gipdocs.pdf.pool.pool import Pool
from gipdocs.pdf.pool.process import receive, receive_rest
from gipdocs.pdf.worker import frames

LOG = logging.getLogger(__name__)

LOG_NAME = "pools.log"
LOG_BYTES = 1 << 20
"""A longer log is started afresh."""


class Supervisor:
    """Serves one pool behind one socket."""

    def __init__(self, options: Options, path: Path, lock: IO[str]) -> None:
        self._options = options
        self._path = path
        self._lock = lock
        self._folder = workers_folder(path)
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
        if _holds(self._lock, self._path):
            self._path.unlink(missing_ok=True)
        watch.cancel()
        server.close()
        await pool.close()
        await asyncio.sleep(0.05)  # let the last answers be sent
        _leave(self._path, self._lock)

    async def _watch_idleness(self, pool: Pool) -> None:
        """End after idle time, or if the folder was removed: no new client can connect, or it gets another supervisor."""
        idle = 0.0
        step = min(1.0, self._options.idle_seconds / 4)
        while idle < self._options.idle_seconds and self._path.exists() and _holds(self._lock, self._path):
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
        job = pool.submit(body, str(head.get("label", "")))
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


def _own(path: Path) -> IO[str] | None:
    """The lock that says who serves a socket, or None when somebody else does."""
    while True:
        lock = path.with_suffix(".owner").open("w")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            lock.close()
            return None
        if _holds(lock, path):
            return lock
        lock.close()  # its last owner has removed it meanwhile


def _holds(lock: IO[str], path: Path) -> bool:
    """Whether a lock is still the one that says who serves a socket: its file may have been removed and made anew."""
    try:
        return os.path.samestat(os.fstat(lock.fileno()), path.with_suffix(".owner").stat())
    except OSError:
        return False


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
        other = folder.with_suffix(path.suffix)
        lock = None if other == path else _own(other)
        if other == path or lock is not None:
            for left in folder.glob(process.FOLDER_PREFIX + "*"):
                process.clear(left)
        if lock is not None:
            other.unlink(missing_ok=True)
            _leave(other, lock)
            lock.close()
    code.sweep(path.parent)
    workers_folder(path).mkdir(mode=0o700, exist_ok=True)


def _leave(path: Path, lock: IO[str]) -> None:
    """Remove everything that belongs to a socket, the lock that says who serves it last; nothing that is not ours."""
    if not _holds(lock, path):
        return
    shutil.rmtree(workers_folder(path), ignore_errors=True)
    for suffix in (".start", ".owner"):
        path.with_suffix(suffix).unlink(missing_ok=True)


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
    lock = _own(options.socket)
    if lock is None:
        return
    with lock, _listen(options.socket) as listener:
        _tidy(options.socket)
        _detach(options.socket)
        logging.basicConfig(level=logging.INFO, format="%(asctime)s %(process)d %(message)s")
        with contextlib.suppress(KeyboardInterrupt):
            asyncio.run(Supervisor(options, options.socket, lock).serve(listener))
