"""One worker: enters the sandbox, starts LibreOffice inside it and hands over its own standard input and output."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

sys.path.append(str(Path(__file__).resolve().parents[3]))

from gipdocs.pdf.worker import frames, sandbox
from gipdocs.pdf.worker.libreoffice import LibreOffice


def take_streams() -> tuple[int, int]:
    """Private copies of standard input and output, so that a stray print cannot corrupt a message."""
    jobs, answers = os.dup(0), os.dup(1)
    nothing = os.open(os.devnull, os.O_RDWR)
    os.dup2(nothing, 0)
    os.dup2(nothing, 1)
    return jobs, answers


def enter_sandbox(options: dict[str, Any]) -> dict[str, bool]:
    """Enter the sandbox, and change to the worker's folder as seen from inside."""
    sandbox.die_with_parent(options["parent"])
    allowance = sandbox.Allowance(
        folder=Path(options["folder"]),
        readable=[Path(path) for path in options["readable"]],
        runnable=[Path(path) for path in options["runnable"]],
        memory_bytes=options["memory_bytes"],
    )
    layers = sandbox.enter(allowance) if options["sandboxed"] else {}
    home = allowance.home()
    os.environ.update(HOME=str(home), TMPDIR=str(home))
    os.chdir(home)
    return layers


def main() -> None:
    """Report the layers of the sandbox, then serve until the input or LibreOffice ends."""
    options = json.loads(sys.argv[1])
    jobs, answers = take_streams()
    layers = enter_sandbox(options)
    with os.fdopen(os.dup(answers), "wb") as stream:
        frames.write(stream, {"layers": layers})
    office = LibreOffice(
        options["program"],
        Path.cwd(),
        pipe=options["pipe"],
        seconds=options["start_seconds"],
        streams=(jobs, answers),
    )
    os.close(jobs)
    os.close(answers)  # so that the other side sees the end as soon as LibreOffice ends
    office.serve()
    office.process.kill()


if __name__ == "__main__":
    main()
