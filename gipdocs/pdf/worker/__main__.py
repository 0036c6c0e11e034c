"""One worker: takes DOCX on its standard input and gives PDF on its standard output, one job after another."""

from __future__ import annotations

import hashlib
import json
import os
import sys
import time
from pathlib import Path
from typing import IO, Any

sys.path.append(str(Path(__file__).resolve().parents[3]))

from gipdocs.pdf.worker import frames  # the path above makes it importable
from gipdocs.pdf.worker.office import Office  # same


def protocol_streams() -> tuple[IO[bytes], IO[bytes]]:
    """Private copies of standard input and output, so that nothing that prints can break a message."""
    jobs = os.fdopen(os.dup(0), "rb")
    answers = os.fdopen(os.dup(1), "wb")
    nothing = os.open(os.devnull, os.O_RDWR)
    os.dup2(nothing, 0)
    os.dup2(nothing, 1)
    return jobs, answers


def convert(office: Office, head: dict[str, Any], docx: bytes, answers: IO[bytes]) -> None:
    """Answer one job, and only then put the document away: nobody waits for that."""
    started = time.monotonic()
    office.limit_cpu(head["cpu_seconds"])
    document = None
    try:
        document = office.open(docx)
        office.cure(document)
        pdf = office.store(document)
    except Exception as error:  # UNO's own exceptions; a worker must answer whatever happens
        frames.write(answers, {"job": head["job"], "ok": False, "error": type(error).__name__})
        return
    finally:
        if document is not None and sys.exc_info()[0] is not None:
            document.close(True)
    seconds = time.monotonic() - started
    digest = hashlib.sha256(docx).hexdigest()
    frames.write(answers, {"job": head["job"], "ok": True, "input": digest, "seconds": seconds}, pdf)
    document.close(True)


def main() -> None:
    """Start LibreOffice, then serve until the input ends."""
    options = json.loads(sys.argv[1])
    jobs, answers = protocol_streams()
    office = Office(options["program"], Path(options["directory"]), seconds=options["start_seconds"])
    frames.write(answers, {"ready": True, "soffice": office.process.pid})
    while (message := frames.read(jobs)) is not None:
        head, docx = message
        convert(office, head, docx, answers)
        frames.write(answers, {"idle": True, "resident": office.resident()})
    office.process.kill()


if __name__ == "__main__":
    main()
