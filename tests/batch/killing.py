"""A runner that is killed; run as a program: `python -m tests.batch.killing URL BATCH first|all`.

`first` issues the letter of the first row and kills itself before the row can say so; `all` works until it is killed.
"""

from __future__ import annotations

import os
import signal
import sys
from dataclasses import replace
from datetime import date

from gipdocs.batch.letters import make_letter
from gipdocs.batch.running import run_until_idle
from gipdocs.register.register import Register
from gipdocs.service import Service, load_service
from gipdocs.settings import Settings
from gipdocs.store.engine import Store, open_store

TODAY = date(2026, 4, 30)


def serve(service: Service, store: Store, register: Register) -> Service:
    """A service whose register is this one."""
    assert register.store is store
    ours = replace(service)
    vars(ours)["register"] = register
    return ours


def main(url: str, batch: str, what: str) -> None:
    service, store = load_service(Settings(secret_key="test")), open_store(url)
    register = Register(
        store=store,
        registry=service.registry,
        office=lambda: service.office(TODAY),
        converter=lambda: service.converter,
    )
    ours = serve(service, store, register)
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    if what == "all":
        run_until_idle(ours)
    else:
        make_letter(ours, batch, 1)
        os.kill(os.getpid(), signal.SIGKILL)
    store.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
