"""Reads paragraphs and tables from a PDF, which is opened in a process of its own that can do nothing else."""

from __future__ import annotations

import json
import re
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import BoundedSemaphore
from typing import Any

from gipdocs.errors import InvalidInput, ReaderBusy
from gipdocs.published.blocks import Block, refuse_file
from gipdocs.published.pages import read_pages

READER = (Path(__file__).parent / "pdf_reader.py").read_text(encoding="utf-8")
"""The program of that process, as it was when this one began."""
SECONDS = 60
"""The longest a reader may take by the clock; it has less processor time."""
AT_ONCE, PATIENCE = 2, 120.0
"""So many readers at once for one process of the service, and the seconds that another file waits for one."""
_free = BoundedSemaphore(AT_ONCE)
OTHERWISE = "请改交DOCX或者网页"
REASONS: Mapping[str, tuple[str, str]] = {
    "encrypted": ("file", f"PDF加了密码或者限制了权限，不能读取，请取消密码和限制后再试，或者{OTHERWISE[1:]}。"),
    "pages": ("too-large", "PDF超过200页，不能读取，请只交要读取的那份文件，不含附件。"),
    "objects": ("too-large", f"PDF里的图形过于庞杂，不能读取，{OTHERWISE}。"),
    "lines": ("too-large", f"PDF的一页上线条过多，看不出表格，不能读取，{OTHERWISE}。"),
    "large": ("too-large", f"PDF里的内容解压后过大，不能读取，{OTHERWISE}。"),
    "time": ("too-large", f"PDF过于复杂，在规定的时间里读不完，{OTHERWISE}。"),
    "damaged": ("file", f"PDF打不开，可能已经损坏，请重新下载或者另存后再试，也可以{OTHERWISE[1:]}。"),
}
SCAN = f"这份PDF是扫描件，页面是图片，读不出文字，请改交由文字编辑软件直接导出的PDF，或者{OTHERWISE[1:]}。"
WORDLESS = f"这份PDF里没有可以读取的文字，可能已经转成图形，请改交由文字编辑软件直接导出的PDF，或者{OTHERWISE[1:]}。"
GARBLED = f"这份PDF的字体没有注明各字形是什么字，读出来是乱码，{OTHERWISE}。"
SIDEWAYS = f"这份PDF里的文字是横放的，不能读取，请把页面转正后另存，或者{OTHERWISE[1:]}。"
TWO_UP = f"这份PDF的一页上并排印有两页，分不清先后，不能读取，请改交一页一面的PDF，或者{OTHERWISE[1:]}。"


def read_pdf(data: bytes) -> tuple[list[Block], tuple[str, ...]]:
    """Paragraphs and tables in order, and a note about each page that was not read.

    Raises InvalidInput for a file that can't be read, and ReaderBusy if too many others are being read.
    """
    pages = _read_apart(data)
    _refuse_unreadable(pages)
    return read_pages(pages), tuple(_describe_unread(pages))


def _read_apart(data: bytes) -> Sequence[Mapping[str, Any]]:
    """What the reading process says of each page; it has little time and memory, and no files."""
    command = [sys.executable, "-I", "-c", READER]
    try:
        with _turn():
            done = subprocess.run(
                command, input=data, capture_output=True, timeout=SECONDS, env={}, cwd="/", check=False
            )
    except subprocess.TimeoutExpired:
        raise _refusal("time") from None
    if done.returncode in (-signal.SIGXCPU, -signal.SIGKILL):
        raise _refusal("time")
    try:
        told = json.loads(done.stdout) if done.returncode == 0 else {}
    except ValueError:
        told = {}
    if "pages" not in told:
        raise _refusal(told.get("refused", "damaged"))
    pages: Sequence[Mapping[str, Any]] = told["pages"]
    return pages


def _refusal(reason: str) -> InvalidInput:
    return refuse_file(*REASONS.get(reason, REASONS["damaged"]))


@contextmanager
def _turn() -> Iterator[None]:
    if not _free.acquire(timeout=PATIENCE):
        raise ReaderBusy("现在同时读取的PDF过多，请稍候再试，或者改交DOCX。")
    try:
        yield
    finally:
        _free.release()


PICTURE, FEW = 0.5, 20
"""The share of a page that a scan covers at least, and the characters that a page with text has."""
UNKNOWN, CHINESE, HALF = 0.02, 0.2, 0.5
"""Shares: of characters without a name, of Chinese among the letters, of pages."""


def _is_picture(page: Mapping[str, Any]) -> bool:
    return bool(page["pictures"] >= PICTURE and page["signs"] < FEW)


def _is_turned(page: Mapping[str, Any]) -> bool:
    return bool(page["sideways"] > page["signs"])


def _describe_unread(pages: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    for number, page in enumerate(pages, 1):
        if _is_picture(page):
            yield f"PDF的第{number}页是图片，上面的文字没有读取。"
        elif _is_turned(page):
            yield f"PDF的第{number}页上的文字是横放的，没有读取，请把页面转正后再试。"


def _refuse_unreadable(pages: Sequence[Mapping[str, Any]]) -> None:
    """Raise InvalidInput if most of the pages have no text that can be read."""
    signs = sum(page["signs"] for page in pages)
    if sum(map(_is_picture, pages)) > HALF * len(pages):
        raise refuse_file("file", SCAN)
    if sum(map(_is_turned, pages)) > HALF * len(pages):
        raise refuse_file("file", SIDEWAYS)
    if not signs:
        raise refuse_file("file", WORDLESS)
    letters = re.sub(r"[\s\d\W]", "", "".join(_texts(pages)))
    chinese = len(re.findall(r"[\u2e80-\u9fff\uf900-\ufaff]", letters))
    if sum(page["unknown"] for page in pages) > UNKNOWN * signs or chinese < CHINESE * len(letters):
        raise refuse_file("file", GARBLED)
    if sum(map(_is_two_up, pages)) > HALF * len(pages):
        raise refuse_file("file", TWO_UP)


def _texts(pages: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    for page in pages:
        yield from (line["text"] for line in page["lines"])
        cells = (cell for table in page["tables"] for row in table["rows"] for cell in row)
        yield from (line["text"] for cell in cells for line in cell["lines"])


def _is_two_up(page: Mapping[str, Any]) -> bool:
    """Whether a wide page has two halves."""
    return bool(page["width"] > page["height"] and page["halves"])
