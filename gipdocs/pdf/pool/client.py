"""The client of this machine's pool: finds or starts the supervisor and talks to it over a local socket."""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import select
import signal
import socket
import struct
import subprocess
import sys
import threading
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

from gipdocs.errors import ConversionError, ConverterBusy, ConverterTimeout
from gipdocs.pdf.converter import HUNG_UP, REPAIR_SECONDS, Made, Unwanted, drop_if_unwanted
from gipdocs.pdf.options import Options, encode
from gipdocs.pdf.places import fingerprint, run_folder
from gipdocs.pdf.pool.code import VERSION, unpack
from gipdocs.pdf.pool.ownership import START
from gipdocs.pdf.worker import frames

MARGIN_SECONDS = 5.0
"""How long the client waits beyond the pool's own limits."""

STATE_SECONDS = 2.0
"""How long the pool may take to report its state, which is cheap."""

LOOK_SECONDS = 0.25
"""How often the server is asked whether its client is still there."""

SILENCES = 3
"""After this many unanswered questions in a row, the supervisor counts as hung and is replaced."""

TRIES = 3

SUPERVISOR = """
import shutil, sys
sys.dont_write_bytecode = True
sys.path.insert(0, sys.argv.pop(1))
try:
    from gipdocs.pdf.pool.supervisor import main
finally:
    shutil.rmtree(sys.path.pop(0))
main()
"""
"""Starts the supervisor from the code unpacked in a folder, and removes the folder.

A separate program, because it runs an event loop of its own.
"""


class PoolConnection:
    """A connection to the supervisor; used by one thread at a time."""

    def __init__(self, path: Path, seconds: float) -> None:
        self.socket = socket.socket(socket.AF_UNIX)
        try:
            self.socket.settimeout(seconds)
            self.socket.connect(str(path))
        except OSError:
            self.socket.close()
            raise
        self.process = os.getpid()
        self._reader = self.socket.makefile("rb")

    def ask(self, head: dict[str, Any], body: bytes, seconds: float) -> tuple[dict[str, Any], bytes]:
        """Send a question and return its answer; raises OSError or Broken if the other side is gone."""
        self.socket.settimeout(seconds)
        self.socket.sendall(frames.pack(head, body))
        self._wait(time.monotonic() + seconds)
        answer = frames.read(self._reader)
        if answer is None:
            raise frames.Broken("the supervisor has closed")
        return answer

    def _wait(self, deadline: float) -> None:
        """Wait for data or the deadline; raises Unwanted if the client has hung up."""
        answer = select.poll()  # select() fails beyond 1023 descriptors, and a busy server has more
        answer.register(self.socket, select.POLLIN)
        while HUNG_UP.get() and time.monotonic() < deadline:
            drop_if_unwanted()
            if answer.poll(LOOK_SECONDS * 1000):
                return

    def kill_other(self) -> None:
        """Kill the process at the other end if it is a supervisor; its workers end with it."""
        peer = self.socket.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, struct.calcsize("3i"))
        process = struct.unpack("3i", peer)[0]
        with contextlib.suppress(OSError):
            if json.dumps(self.socket.getpeername()).encode() in Path(f"/proc/{process}/cmdline").read_bytes():
                os.kill(process, signal.SIGKILL)

    def close(self) -> None:
        """Hang up."""
        self._reader.close()
        self.socket.close()


class PoolClient:
    """Sends documents to the pool, and starts the supervisor if it is not running.

    `options` are those of the supervisor, `socket` included.
    """

    def __init__(self, options: Options) -> None:
        self.socket = (options.socket or default_socket(options)).absolute()
        self.options = replace(options, socket=self.socket)
        self._asking = {"ask": "convert", "patient": options.patient}
        self._free: list[PoolConnection] = []
        self._lock = threading.Lock()
        self._closed = False
        self._silences = 0
        self._starting: subprocess.Popen[bytes] | None = None
        self._seconds = options.queue_seconds + 2 * options.work_seconds + MARGIN_SECONDS

    def send(self, docx: bytes, label: str) -> Made:
        """The PDF of a checked DOCX; errors as for `Converter.convert`."""
        try:
            head, pdf = self._ask(self._asking | {"label": label}, docx, self._seconds)
        except TimeoutError as error:
            raise ConverterTimeout("这份文书迟迟没有转换完，已停止等待。", kind="silent") from error
        except (OSError, frames.Broken) as error:
            raise ConversionError(
                "PDF转换服务中断，重试后仍未恢复：请查看服务日志，或者稍后再试。", kind="unreachable"
            ) from error
        return Made(self._judge(head, pdf), head["worker"])

    def doubt(self, maker: str, label: str, *, last: bool) -> None:
        """See `Transport.doubt`; does nothing if the supervisor is gone, since its workers went with it."""
        with contextlib.suppress(OSError, frames.Broken, ConversionError):
            self._ask({"ask": "doubt", "maker": maker, "label": label, "last": last}, b"", STATE_SECONDS)

    def state(self) -> dict[str, Any]:
        """The supervisor's state as plain data; raises ConversionError if it cannot be reached."""
        try:
            return self._ask({"ask": "state"}, b"", STATE_SECONDS)[0]
        except (OSError, frames.Broken) as error:
            raise ConversionError("PDF转换服务没有应答：请查看服务日志。") from error

    def wake(self) -> None:
        """Start the supervisor in the background if it is not running; callers wait for it and get its errors.

        It stays as long as this client, as it does once it has converted a document.
        """
        is_starting = self._starting is not None and self._starting.poll() is None
        if not is_starting and not self._holds():
            with contextlib.suppress(ConversionError):
                self._starting = subprocess.Popen(
                    self._command(),
                    cwd="/",
                    env=_environment(),
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.DEVNULL,
                    stderr=subprocess.DEVNULL,
                )
                threading.Thread(
                    target=self._hold_once_started, args=[self._starting], daemon=True, name="start of the converter"
                ).start()

    def _hold_once_started(self, starting: subprocess.Popen[bytes]) -> None:
        starting.wait()
        self._holds()

    def _holds(self) -> bool:
        """Whether the supervisor runs; it keeps a connection then."""
        try:
            connection = self._open()
        except OSError:
            return False
        self._hang_up()  # those may be another's that has ended
        self._keep(connection)
        return True

    def close(self) -> None:
        """Close all connections; the supervisor ends by itself if it has no more clients."""
        self._closed = True
        self._hang_up()

    def _hang_up(self) -> None:
        with self._lock:
            free, self._free = self._free, []
        for connection in free:
            connection.close()

    def _keep(self, connection: PoolConnection) -> None:
        """Keep a connection for the next question."""
        with self._lock:
            self._free.append(connection)
        if self._closed:
            self._hang_up()

    def _ask(self, head: dict[str, Any], body: bytes, seconds: float) -> tuple[dict[str, Any], bytes]:
        """Ask, and ask again if the supervisor has died, which is safe: a job is bytes in, bytes out."""
        for left in reversed(range(TRIES)):
            connection = self._connect()
            try:
                answer = connection.ask(head, body, seconds)
            except Unwanted:
                connection.close()  # tells the pool that nobody wants the document
                raise
            except (OSError, frames.Broken) as error:
                if isinstance(error, TimeoutError):
                    self._count_silence(connection)
                connection.close()
                self._hang_up()
                if isinstance(error, TimeoutError) or not left:
                    raise
                continue
            self._silences = 0
            self._keep(connection)
            return answer
        raise AssertionError("unreachable")

    def _count_silence(self, connection: PoolConnection) -> None:
        self._silences += 1
        if self._silences >= SILENCES:
            self._silences = 0
            connection.kill_other()

    def _connect(self) -> PoolConnection:
        with self._lock:
            while self._free:
                connection = self._free.pop()
                if connection.process == os.getpid():
                    return connection
                connection.close()  # inherited in a fork: the parent still uses it
        try:
            return self._open()
        except OSError:
            self._start()
            return self._open()

    def _open(self) -> PoolConnection:
        return PoolConnection(self.socket, STATE_SECONDS)

    def _start(self) -> None:
        """Start the supervisor; of several clients, only one does so."""
        with self.socket.with_suffix(START).open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            deadline = time.monotonic() + self.options.start_seconds
            while not self.is_awake():
                self._run_supervisor()
                if time.monotonic() > deadline:
                    raise ConversionError("PDF转换服务没有启动成功：请管理员运行gipdocs doctor查看缺少什么。")
                time.sleep(0.05)  # an old one may be about to end, and holds its lock until then

    def is_awake(self) -> bool:
        """Whether the supervisor is running."""
        try:
            self._open().close()
        except OSError:
            return False
        return True

    def _run_supervisor(self) -> None:
        try:
            started = subprocess.run(
                self._command(),
                cwd="/",
                env=_environment(),
                stdin=subprocess.DEVNULL,
                capture_output=True,
                timeout=self.options.start_seconds,
                check=False,
            )
        except subprocess.TimeoutExpired as error:
            raise ConversionError(f"PDF转换服务在 {self.options.start_seconds:g} 秒内没有启动：请稍后再试。") from error
        if started.returncode:
            reason = started.stderr.decode(errors="replace").strip().rpartition("\n")[2]
            raise ConversionError(f"PDF转换服务没有启动成功：{reason}")

    def _command(self) -> list[str]:
        try:
            code = unpack(self.socket.parent)
        except OSError as error:
            raise ConversionError(
                f"PDF转换服务没有启动成功：运行目录 {self.socket.parent} 写不了，请腾出空间。"
            ) from error
        return [sys.executable, "-P", "-c", SUPERVISOR, str(code), encode(self.options)]

    def _judge(self, head: dict[str, Any], pdf: bytes) -> bytes:
        match head["outcome"]:
            case "ok":
                return pdf
            case "full" | "late" | "stopped" as outcome:
                reason = {"full": "排队的文书太多", "late": "排队时间太长", "stopped": "转换服务正在重启"}[outcome]
                retry_after = max(1, head["retry_after"])
                raise ConverterBusy(f"{reason}，请在 {retry_after} 秒后再试。", retry_after=retry_after, kind=outcome)
            case "overrun":
                raise ConverterTimeout(
                    f"这份文书转换超过 {self.options.work_seconds:g} 秒，已停止：请检查是否有特别长的内容。"
                )
            case "broken":
                raise ConverterBusy(
                    f"PDF转换服务暂时不可用：{head['reason']}", retry_after=REPAIR_SECONDS, kind="broken"
                )
            case "died":
                raise ConversionError("这份文书使转换程序两次中断，没有生成PDF：请联系管理员。", kind="died")
        raise ConversionError("LibreOffice两次都不能把这份文书转换为PDF：请联系管理员检查这种文书的模板。")


def default_socket(options: Options) -> Path:
    """The socket for this user, installation, code version, folders and options: any difference means a separate pool."""
    return run_folder() / f"pool-{fingerprint(sys.prefix, VERSION, _folders(), encode(options))}.sock"


def _environment() -> dict[str, str]:
    """The environment for a process in another folder, with relative paths made absolute."""
    return {**os.environ, **_folders()}


def _folders() -> dict[str, str]:
    """The folders named in the environment; each set of folders has a pool of its own."""
    named = {name: os.environ.get(name) for name in ("GIPDOCS_CACHE", "GIPDOCS_FONTS")}
    return {name: str(Path(path).absolute()) for name, path in named.items() if path}
