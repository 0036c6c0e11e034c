"""What is in the files of a batch, and processes that work on batches."""

from __future__ import annotations

import os
import subprocess
import sys
from collections import Counter
from io import BytesIO
from pathlib import Path

from docx import Document as read_docx
from pypdfium2 import PdfDocument

from gipdocs.access.actors import HERE
from gipdocs.batch.batches import find_batch, list_rows, read_batch_file
from gipdocs.batch.orders import MOST_ROWS
from gipdocs.batch.waking import RUNNER, environment_of
from gipdocs.register.register import Register
from gipdocs.settings import PROJECT, Settings
from tests.batch.conftest import name_of


def states(register: Register, id: str) -> Counter[str]:
    """How many rows of a batch are in which state."""
    return Counter({**find_batch(register, id, by=HERE).counts})


def text_of(register: Register, id: str, place: int) -> str:
    """The text of a row's file."""
    filename, content = read_batch_file(register, id, place, by=HERE)
    if filename.endswith(".pdf"):
        with PdfDocument(content) as pdf:
            return "".join(page.get_textpage().get_text_range() for page in pdf)
    document = read_docx(BytesIO(content))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([paragraph.text for paragraph in document.paragraphs] + cells)


def assert_whole(register: Register, id: str, count: int) -> None:
    """A finished batch has the right file for each of so many rows."""
    batch = find_batch(register, id, by=HERE)
    assert (batch.state, batch.counts) == ("done", {"done": count})
    items = list_rows(register, id, by=HERE, most=MOST_ROWS)
    assert [item.place for item in items] == [*range(1, count + 1)]
    wrong = [item.place for item in items if name_of(item.place) not in text_of(register, id, item.place)]
    assert not wrong


def start_runner(settings: Settings, log: Path, **environment: str) -> subprocess.Popen[bytes]:
    """A runner as the service starts it."""
    with log.open("ab") as stream:
        return subprocess.Popen(
            [sys.executable, "-P", "-c", RUNNER, str(PROJECT)],
            env={**os.environ, **environment_of(settings), **environment},
            stdout=stream,
            stderr=stream,
            start_new_session=True,
        )
