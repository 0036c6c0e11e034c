"""Answers attached to a PDF: written with pikepdf, read in a process of its own that can do nothing else."""

from __future__ import annotations

import base64
import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from threading import BoundedSemaphore

from pikepdf import Array, AttachedFileSpec, Dictionary, Name, ObjectStreamMode, Pdf

from gipdocs.errors import FileRefused, ReaderBusy

ATTACHMENT = "answers.json"
READER = (Path(__file__).parent / "carried_reader.py").read_text(encoding="utf-8")
"""The program of that process, as it was when this one began."""
ARCHIVAL = {"pdfaid:part": "3", "pdfaid:conformance": "B"}
"""PDF/A-3b: the part of the standard that allows attachments of any kind."""
SECONDS = 10
"""The longest a reader may take by the clock; it has less processor time."""
AT_ONCE, PATIENCE = 2, 5.0
"""So many readers at once for one process of the service, and the seconds that another file waits for one."""
_free = BoundedSemaphore(AT_ONCE)
TO_DOCX = "请改交DOCX，或者照着它重新填写。"
REASONS = {
    "encrypted": f"PDF加了密码或者限制了权限，不能读取：{TO_DOCX}",
    "active": f"PDF里带有程序，不能读取：{TO_DOCX}",
    "pages": "PDF超过50页，不能读取：请只交填写的那份文件，不含附件。",
    "objects": f"PDF的内部结构过于庞大，不能读取：{TO_DOCX}",
    "attachments": f"PDF里附带的填写内容不止一份或者过大，不能读取：{TO_DOCX}",
    "large": f"PDF里的内容解压后过大，不能读取：{TO_DOCX}",
}
DAMAGED = f"PDF打不开，可能已经损坏，不能读取：{TO_DOCX}"


@dataclass(frozen=True)
class SeenPdf:
    """What a PDF shows as text, and the packed answers attached to it, None if there are none."""

    text: str
    carried: bytes | None


def attach_answers(pdf: bytes, carried: bytes) -> bytes:
    """The PDF with packed answers attached as its data, claiming PDF/A-3b; the same input gives the same bytes."""
    with Pdf.open(BytesIO(pdf)) as opened:
        about = {"filename": ATTACHMENT, "description": "", "mime_type": "application/json"}
        file = AttachedFileSpec(opened, carried, **about, creation_date="", mod_date="")
        file.obj.AFRelationship = Name.Data
        parameters = file.obj.EF.F.get(Name.Params, Dictionary())
        for moment in {Name.CreationDate, Name.ModDate} & set(parameters.keys()):
            del parameters[moment]
        opened.attachments[ATTACHMENT] = file
        opened.Root.AF = Array([opened.attachments[ATTACHMENT].obj])
        with opened.open_metadata(set_pikepdf_as_editor=False, update_docinfo=False) as metadata:
            for claim, value in ARCHIVAL.items():
                metadata[claim] = value
        target = BytesIO()
        opened.save(target, deterministic_id=True, object_stream_mode=ObjectStreamMode.generate)
    return target.getvalue()


def read_apart(pdf: bytes) -> SeenPdf:
    """What a stranger's PDF shows and carries; FileRefused says why it is not read, ReaderBusy that others come first.

    It is opened by another process, with little time and memory and without files, and only here turned into text.
    """
    try:
        with _turn():
            done = subprocess.run(
                [sys.executable, "-I", "-c", READER],
                input=pdf,
                capture_output=True,
                timeout=SECONDS,
                env={},
                cwd="/",
                check=False,
            )
    except subprocess.TimeoutExpired:
        raise FileRefused(REASONS["objects"]) from None
    try:
        told = json.loads(done.stdout) if done.returncode == 0 else {}
    except ValueError:
        told = {}
    if "text" not in told:
        raise FileRefused(REASONS.get(told.get("refused", ""), DAMAGED))
    carried = told["carried"]
    return SeenPdf(told["text"], None if carried is None else base64.b64decode(carried))


@contextmanager
def _turn() -> Iterator[None]:
    if not _free.acquire(timeout=PATIENCE):
        raise ReaderBusy("现在同时读取的PDF过多，请稍候再试，或者改交DOCX。")
    try:
        yield
    finally:
        _free.release()
