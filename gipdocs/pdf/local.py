"""One LibreOffice worker of this process alone."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import tempfile
import threading
from pathlib import Path
from typing import Any

from gipdocs.errors import ConversionError, ConverterTimeout
from gipdocs.pdf import profile
from gipdocs.pdf.converter import Health
from gipdocs.pdf.options import Options
from gipdocs.pdf.places import run_folder
from gipdocs.pdf.worker import frames

SCRIPT = Path(__file__).with_name("worker") / "__main__.py"


class LocalConverter:
    """Converts in a worker of its own, started at the first document and replaced when it dies."""

    def __init__(self, options: Options) -> None:
        self._options = options
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._folder: Path | None = None

    def convert(self, docx: bytes, *, label: str) -> bytes:
        """The PDF, made by the warm worker; tried once more when the worker has died."""
        with self._lock:
            try:
                head, pdf = self._exchange(docx, label)
            except (frames.Broken, OSError):
                self._end()
                head, pdf = self._exchange(docx, label)
        if not head.get("ok"):
            raise ConversionError(f"文书“{label}”转换为PDF时出错，请联系管理员。")
        return pdf

    def _exchange(self, docx: bytes, label: str) -> tuple[dict[str, Any], bytes]:
        process = self._process or self._start()
        assert process.stdin and process.stdout
        late = threading.Event()
        timer = threading.Timer(self._options.work_seconds, self._overrun, (late,))
        timer.start()
        try:
            frames.write(process.stdin, {"job": label, "cpu_seconds": int(self._options.work_seconds) + 1}, docx)
            answer = frames.read(process.stdout)
            idle = frames.read(process.stdout)
        except (frames.Broken, OSError):
            answer = idle = None
        finally:
            timer.cancel()
        if late.is_set():
            self._end()
            raise ConverterTimeout(f"文书“{label}”转换超过 {self._options.work_seconds:g} 秒，已停止。")
        if answer is None or idle is None:
            raise frames.Broken("the worker has died")
        return answer

    def _start(self) -> subprocess.Popen[bytes]:
        self._folder = Path(tempfile.mkdtemp(prefix="worker-", dir=run_folder()))
        shutil.copytree(profile.baked(), self._folder / "profile")
        options = {
            "program": str(profile.program()),
            "directory": str(self._folder),
            "start_seconds": self._options.start_seconds,
        }
        environment = {
            **profile.fonts_environment(),
            "PATH": "/usr/bin:/bin",
            "LANG": "C.UTF-8",
            "HOME": str(self._folder),
            "TMPDIR": str(self._folder),
        }
        self._process = subprocess.Popen(
            [self._options.python, "-I", str(SCRIPT), json.dumps(options)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=environment,
            start_new_session=True,
        )
        assert self._process.stdout
        if frames.read(self._process.stdout) is None:
            self._end()
            raise ConversionError("LibreOffice 没有启动成功，请运行 gipdocs doctor 查看原因。")
        return self._process

    def _overrun(self, late: threading.Event) -> None:
        late.set()
        self._kill()

    def _kill(self) -> None:
        if self._process is not None and self._process.poll() is None:
            os.killpg(self._process.pid, signal.SIGKILL)

    def _end(self) -> None:
        self._kill()
        if self._process is not None:
            self._process.communicate()
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)
        self._process = self._folder = None

    def health(self) -> Health:
        """Ready as long as LibreOffice is installed: the worker starts by itself."""
        return Health(ready=True, workers=1)

    def close(self) -> None:
        """End the worker."""
        with self._lock:
            self._end()
