"""A program in LibreOffice's place that falls ill, hangs and recovers as it is told, by documents and by files."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

PROGRAM = """#!/usr/bin/python3
import hashlib, os, sys, time
from pathlib import Path
sys.path.append({root!r})
from gipdocs.pdf.worker import frames

here = Path({folder!r})
jobs, answers = sys.stdin.buffer, sys.stdout.buffer
frames.write(answers, {{"layers": {{}}}})
frames.write(answers, {{"ready": True, "soffice": os.getpid()}})
failing, drawing = False, b"1 0 Td"
while message := frames.read(jobs):
    head, docx = message
    if head.get("ask"):
        frames.write(answers, {{"lives": True}})
        continue
    job, words = head["job"], docx.split()
    while b"HANG" in words or (here / "hang").exists():
        time.sleep(60)
    if b"SLOW" in words:
        time.sleep(0.7)
    while b"SPIN" in words:
        pass
    once = b"ONCE" in words and not (here / "once").exists()
    if once:
        (here / "once").touch()
    if failing or once or b"FAIL" in words or b"POISON" in words or (here / "fail").exists():
        failing = failing or b"POISON" in words
        frames.write(answers, {{"job": job, "ok": False, "step": "open", "error": "ValueError"}})
    else:
        digest = hashlib.sha256(docx).hexdigest()
        said = {{"job": job, "ok": True, "input": digest, "seconds": 0.01}}
        frames.write(answers, said, b"%PDF-\\n" + drawing + b"\\n" + str(os.getpid()).encode())
    if b"TWIST" in words:
        drawing = b"2 0 Td"
    frames.write(answers, {{"idle": job}})
"""


def moody(folder: Path) -> str:
    """The path of the program, told by the files `hang`, `fail` and `once` in a folder.

    Documents are words: FAIL fails, ONCE fails the first time, POISON fails and so does everything after it, TWIST
    makes the worker draw everything otherwise after it, SLOW takes its time, HANG never ends, SPIN neither but uses
    the processor.
    """
    program = folder / "python"
    program.write_text(PROGRAM.format(root=str(ROOT), folder=str(folder)))
    program.chmod(0o700)
    return str(program)
