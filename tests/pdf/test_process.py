"""What is left of a worker that could not be started, and what is said of it."""

from __future__ import annotations

import sys
from pathlib import Path

from tests.pdf.processes import run_as_mounter

START = """
import asyncio, os, sys
from pathlib import Path
sys.path.append({root!r})
from gipdocs.errors import SetupError
from gipdocs.pdf.pool import process
from gipdocs.pdf.options import Options

try:
    asyncio.run(process.start(Options(), Path({folder!r}), 0))
except SetupError as error:
    print(error)
print(os.listdir({folder!r}))
"""


def test_a_full_disk_is_told_in_one_sentence_and_not_kept_full(tmp_path: Path) -> None:
    code = START.format(root=str(Path(__file__).resolve().parents[2]), folder=str(tmp_path))
    small = f"mount -t tmpfs -o size=64k none {tmp_path}"
    said, left = run_as_mounter([sys.executable, "-c", code], first=small)
    assert said == f"运行目录 {tmp_path} 所在的磁盘或者内存盘已满：请腾出空间。"
    assert left == "[]"
