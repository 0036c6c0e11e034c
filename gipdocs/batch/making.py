"""Makes one row of a batch, whatever comes of it."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from gipdocs.documents.build import Built
from gipdocs.errors import (
    ConversionError,
    ConverterBusy,
    ConverterRefused,
    GipdocsError,
    SetupError,
    StaleEdit,
    StoreBusy,
    StoreDamaged,
    StoreFull,
    TextLost,
    locate,
)
from gipdocs.problemkinds import PROBLEM_KINDS
from gipdocs.service import Service

LOG = logging.getLogger(__name__)

MOST_TRIES = 3
"""So many times a row is tried that fails for reasons that may pass, or at which the whole program ended."""
PAUSE_SECONDS = 5
"""When it is tried again whether the database's disk has room, or the database has been restored."""
UNEXPECTED = "生成这一件时程序出错，没有生成。请联系管理员，按批次的编号和这一件的序号查看日志。"
FATAL = f"生成这一件时程序{MOST_TRIES}次中断，没有再试。请联系管理员检查这一件的内容。"


@dataclass(frozen=True, kw_only=True)
class BatchTask:
    """A row that is to be made, as plain data; `answers` are all of them, `tries` counts this one too.

    The row is this task's own as long as it is `working` and has so many tries.
    """

    batch: str
    place: int
    tries: int
    document: str
    format: str
    purpose: str
    answers: Mapping[str, Any]
    case_number: str | None
    drafts_only: bool
    ordered_by: str
    key_id: str | None


@dataclass(frozen=True, kw_only=True)
class Product:
    """What a row became: its file, and the letter if one was issued."""

    built: Built
    letter_id: int | None = None


@dataclass(frozen=True, kw_only=True)
class Failure:
    """Why a row was not made: `state` is refused, failed, or waiting if it is to be tried again.

    `pause` is how many seconds nothing should be tried; such a try doesn't count.
    """

    state: str
    faults: tuple[Mapping[str, Any], ...] = ()
    pause: int = 0


Outcome = Product | Failure
BatchMaker = Callable[[Service, BatchTask], Product]


def make_file(service: Service, task: BatchTask) -> Product:
    """The document, which nobody keeps but the batch; raises what `Service.build` raises."""
    return Product(built=service.build(task.document, task.answers, task.format, draft=task.drafts_only))


MAKERS: Mapping[str, BatchMaker] = {"files": make_file}
"""What makes a row, by the purpose of its batch. A maker may be called again for a row that it has already made."""


def attempt(service: Service, task: BatchTask) -> Outcome:
    """Make a row; whatever is raised is only this row's failure."""
    try:
        return MAKERS[task.purpose](service, task)
    except Exception as error:
        return judge(error, task)


def judge(error: Exception, task: BatchTask) -> Failure:
    """What an error means for its row: one that may pass gives it another try, others end it."""
    if not isinstance(error, GipdocsError):  # it may repeat what was typed
        LOG.error("batch %s, row %d: %s at %s", task.batch, task.place, type(error).__name__, locate(error))
        return broken(UNEXPECTED)
    if isinstance(error, ConverterBusy | StoreBusy):
        return Failure(state="waiting", pause=max(1, error.retry_after))
    if isinstance(error, StoreDamaged | StoreFull):
        return Failure(state="waiting", pause=PAUSE_SECONDS)
    if isinstance(error, ConversionError | StaleEdit) and not isinstance(error, ConverterRefused):
        return Failure(state="waiting") if task.tries < MOST_TRIES else Failure(state="failed", faults=tell(error))
    ours = isinstance(error, ConverterRefused | TextLost | SetupError)
    return Failure(state="failed" if ours else "refused", faults=tell(error))


def tell(error: GipdocsError) -> tuple[Mapping[str, Any], ...]:
    """An error as a row keeps it: each fault by pointer, code and detail."""
    kept = ("pointer", "code", "detail")
    if told := error.as_json().get("errors"):
        return tuple({key: fault[key] for key in kept} for fault in told)
    return ({"pointer": "", "code": error.problem_kind.slug, "detail": str(error)},)


def broken(detail: str) -> Failure:
    """The failure of a row at which the program itself fails."""
    code = PROBLEM_KINDS["internal-error"].slug
    return Failure(state="failed", faults=({"pointer": "", "code": code, "detail": detail},))
