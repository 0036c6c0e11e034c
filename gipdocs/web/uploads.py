"""Takes the answers out of an uploaded file: a form that was handed in (DOCX, PDF), or saved answers (JSON, tables).

Nothing is stored. A file that belongs to a case yet to be opened travels with the page, in the browser.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from werkzeug.datastructures import FileStorage

from gipdocs.documents.carried import HandedIn, is_carrier
from gipdocs.documents.document import Finding
from gipdocs.errors import FileRefused, ReaderBusy
from gipdocs.faces import service
from gipdocs.questions import Block, Questions, Rows, prepare_questions
from gipdocs.web.carried import NotAnswers, read_answers

LARGEST_TRAVELLING = 1 << 20
"""The most bytes of a file that travels with the page."""
LONGEST_NAME = 200
FROM_TEXT = "文件里没有附带的填写内容，下面是按文件上看得见的文字填写的，请逐项核对。"


@dataclass(frozen=True)
class TravellingFile:
    """A file that was handed in, as it travels with the page: its name and its bytes in base64."""

    name: str
    packed: str

    @property
    def content(self) -> bytes:
        """The file; empty if the page sent something else back."""
        try:
            return base64.b64decode(self.packed, validate=True)
        except ValueError:
            return b""


@dataclass(frozen=True)
class Upload:
    """The answers in a file as the asking document takes them, what is to be said about them, and the file itself.

    `said` are remarks beside questions, `told` replaces the page's usual sentence, `paper` is None for saved answers and
    for a file that is `too_large` to travel.
    """

    answers: dict[str, Any]
    said: tuple[Finding, ...] = ()
    told: str = ""
    paper: TravellingFile | None = None
    too_large: bool = False


def take(file: FileStorage | None, schema: type[Questions], *, saved: bool = True) -> Upload:
    """The answers in an uploaded file for a document's questions; NotAnswers says what is wrong with it.

    Without `saved`, forms alone are taken, no saved answers.
    """
    name = (file.filename or "") if file is not None else ""
    data = file.read() if file is not None and name else b""
    if not name and not saved:
        raise NotAnswers("没有选择文件。请先选择以前从本页下载的DOCX或者PDF，再点“载入”。")
    if saved and not is_carrier(name, data):
        if file is not None:
            file.stream.seek(0)
        answers, _ = fit(schema, read_answers(file, schema))
        return Upload(answers)
    try:
        carried = service().read(data, name)
    except (FileRefused, ReaderBusy) as error:
        raise NotAnswers(str(error)) from None
    return _upload(schema, carried, name, data)


def _upload(schema: type[Questions], carried: HandedIn, name: str, data: bytes) -> Upload:
    answers, block = fit(schema, carried.payload)
    said = tuple(replace(one, pointer=_below(one.pointer, block)) for one in carried.differences)
    told = "" if carried.source == "carried" else FROM_TEXT
    if len(data) > LARGEST_TRAVELLING:
        return Upload(answers, said, told, too_large=True)
    return Upload(answers, said, told, TravellingFile(name[-LONGEST_NAME:], base64.b64encode(data).decode()))


def _below(pointer: str, block: str) -> str:
    return f"/{block}{pointer}" if block and pointer else pointer


def fit(schema: type[Questions], answers: Mapping[str, Any]) -> tuple[dict[str, Any], str]:
    """The answers as a schema takes them, and the block into which they were put, "" for none.

    A form's answers lie side by side; a document that asks for the whole form as one block of its questions gets them
    there.
    """
    questions = dict(prepare_questions(schema).questions())
    known = {
        key: len(answers.keys() & dict(block.questions().questions()).keys())
        for key, block in questions.items()
        if isinstance(block, Block) and not isinstance(block, Rows)
    }
    best = max(known, key=known.__getitem__, default="")
    if best and known[best] > len(answers.keys() & questions.keys()):
        return {best: dict(answers)}, best
    return dict(answers), ""
