"""Sends files through the real doors and says what each cost: `python -m tests.doors desk|command FOLDER`.

Runs as a process of its own, under a limit of memory. In FOLDER, `jobs.json` names the files, and
for a command how much memory it has to `spare`, in MiB, if not all; the answer is printed as
JSON: of each its status, what was said, the seconds of work, and in MiB how far the memory rose above its level at most
(`peak`) and how much of that was not given back (`kept`).
"""

from __future__ import annotations

import json
import os
import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path
from threading import Thread
from typing import Any

MIB = 2**20
SAFETY = 4096 * MIB
REPORT, TABLE = "/desk/documents/annual-report", "/desk/documents/catalogue"
Job = dict[str, Any]


def memory(key: str) -> float:
    """One of the figures of this process, VmRSS or VmHWM, in MiB."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith(f"{key}:"))


def desk(folder: Path, jobs: list[Job]) -> list[Job]:
    """Uploads, each in a thread of its own, as the service has them."""
    from gipdocs.app import create_app
    from gipdocs.settings import Settings
    from tests.web.browser import open_page

    client = create_app(Settings(secret_key="test")).test_client()
    pages = {url: open_page(client, url).form.value("csrf_token") for url in (REPORT, TABLE)}

    def upload(job: Job) -> Job:
        report = job["kind"] == "report"
        url, do, field = (REPORT, "bring:previous", ".file-previous") if report else (TABLE, "load", ".file")
        with (folder / job["file"]).open("rb") as file:
            data = {".do": do, field: (file, job["file"]), "csrf_token": pages[url]}
            response = client.post(url, data=data, content_type="multipart/form-data")
        return {"status": response.status_code, "said": response.text}

    return [_measured(job, upload) for job in jobs]


def _measured(job: Job, do: Callable[[Job], Job]) -> Job:
    done: Job = {}
    Path("/proc/self/clear_refs").write_text("5")  # the peak begins anew
    level, started = memory("VmRSS"), time.process_time()
    thread = Thread(target=lambda: done.update(do(job)))
    thread.start()
    thread.join()
    seconds = time.process_time() - started
    return done | {"seconds": seconds, "peak": memory("VmHWM") - level, "kept": memory("VmRSS") - level}


def command(folder: Path, jobs: list[Job]) -> list[Job]:
    """Commands, each in a process of its own that has loaded everything."""
    import gipdocs.app  # noqa: F401  # what a command would load itself counts for its level

    return [_forked(folder, job) for job in jobs]


def _forked(folder: Path, job: Job) -> Job:
    said = folder / "said"
    level = memory("VmRSS")
    child = os.fork()
    if not child:
        if "spare" in job:
            most = int((memory("VmSize") + job["spare"]) * MIB)
            resource.setrlimit(resource.RLIMIT_AS, (most, most))
        _run(job["arguments"], said, folder)
    _, status, used = os.wait4(child, 0)
    seconds, text = used.ru_utime + used.ru_stime, said.read_text(encoding="utf-8", errors="replace")
    peak = used.ru_maxrss / 1024 - level
    return {"status": os.waitstatus_to_exitcode(status), "said": text, "seconds": seconds, "peak": peak, "kept": 0.0}


def _run(arguments: list[str], said: Path, folder: Path) -> None:
    from gipdocs.cli import main

    opened = os.open(said, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    os.dup2(opened, 1)
    os.dup2(opened, 2)
    os.chdir(folder)
    try:
        status = main(arguments)
        sys.stdout.flush()
        sys.stderr.flush()
    except BaseException:
        import traceback

        traceback.print_exc()
        status = 70
    os._exit(status)


if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_AS, (SAFETY, SAFETY))
    place = Path(sys.argv[2])
    wanted = json.loads((place / "jobs.json").read_text(encoding="utf-8"))
    told = (desk if sys.argv[1] == "desk" else command)(place, wanted)
    sys.stdout.write(json.dumps(told, ensure_ascii=False))
