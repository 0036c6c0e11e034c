"""One worker: takes DOCX on its standard input and gives PDF on its standard output, one job after another."""

from __future__ import annotations

import hashlib
import json
import os
import sys
import threading
import time
from pathlib import Path
from typing import IO, Any

sys.path.append(str(Path(__file__).resolve().parents[3]))

from gipdocs.pdf.worker import frames, sandbox
from gipdocs.pdf.worker.office import Office


def protocol_streams() -> tuple[IO[bytes], IO[bytes]]:
    """Private copies of standard input and output, so that nothing that prints can break a message."""
    jobs = os.fdopen(os.dup(0), "rb")
    answers = os.fdopen(os.dup(1), "wb")
    nothing = os.open(os.devnull, os.O_RDWR)
    os.dup2(nothing, 0)
    os.dup2(nothing, 1)
    return jobs, answers


def convert(office: Office, job: str, docx: bytes, answers: IO[bytes]) -> None:
    """Answer one job, and only then put the document away: nobody waits for that."""
    started = time.monotonic()
    try:
        pdf = office.convert(docx)
    except Exception as error:  # UNO's own exceptions; a worker must answer whatever happens
        if not office.answers():
            os._exit(1)  # LibreOffice has died: no fault of the document, perhaps
        frames.write(answers, {"job": job, "ok": False, "error": type(error).__name__})
    else:
        seconds = time.monotonic() - started
        digest = hashlib.sha256(docx).hexdigest()
        frames.write(answers, {"job": job, "ok": True, "input": digest, "seconds": seconds}, pdf)
    office.put_away()


def end_with(office: Office) -> None:
    """Do not outlive LibreOffice: whoever waits for this worker must notice at once."""
    office.process.wait()
    os._exit(1)


def settle(options: dict[str, Any]) -> dict[str, bool]:
    """Go behind the sandbox, into the folder as it is seen from there."""
    sandbox.die_with_parent(options["parent"])
    cell = sandbox.Cell(
        folder=Path(options["folder"]),
        readable=[Path(path) for path in options["readable"]],
        runnable=[Path(path) for path in options["runnable"]],
        memory_bytes=options["memory_bytes"],
    )
    layers = sandbox.enter(cell) if options["sandboxed"] else {}
    home = cell.home()
    os.environ.update(HOME=str(home), TMPDIR=str(home))
    os.chdir(home)
    return layers


def main() -> None:
    """Start LibreOffice, then serve until the input ends."""
    options = json.loads(sys.argv[1])
    jobs, answers = protocol_streams()
    layers = settle(options)
    office = Office(options["program"], Path.cwd(), pipe=options["pipe"], seconds=options["start_seconds"])
    threading.Thread(target=end_with, args=(office,), daemon=True).start()
    frames.write(answers, {"ready": True, "soffice": office.process.pid, "layers": layers})
    while (message := frames.read(jobs)) is not None:
        head, docx = message
        convert(office, head["job"], docx, answers)
        frames.write(answers, {"idle": head["job"]})
    office.process.kill()


if __name__ == "__main__":
    main()
