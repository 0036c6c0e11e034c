"""What somebody orders: a document, a format, and either rows of answers or a table that has them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

MOST_ROWS = 10_000
MOST_BYTES = 20 * 1024 * 1024
"""The largest table, or body of a request with rows."""
MOST_VALUES = 1_000_000
"""The most values in rows that come as JSON: a hundred in each."""


@dataclass(frozen=True, kw_only=True)
class OrderedRow:
    """The answers in which one document differs from the others.

    `name` is what its file is called, "" for the usual; `case` the number of its case if letters are issued; `line` the row
    of the table that it came from, None without a table; `faults` what couldn't be read there, as {pointer, code, detail,
    column}.
    """

    answers: Mapping[str, Any]
    name: str = ""
    case: str | None = None
    line: int | None = None
    faults: Sequence[Mapping[str, Any]] = ()


@dataclass(frozen=True, kw_only=True)
class Order:
    """A batch as it is ordered; everything in it is still unchecked.

    `base` are the answers that all documents share. Either `rows` are given or `source`, a table (XLSX, CSV or NDJSON)
    whose name says which; `names` are the pointers of the answers that the files are named by. With `start`, it starts by
    itself once everything has been checked; with `skip_invalid`, even if some rows are wrong. `purpose` is "files" or
    "letters": letters are issued in their cases, or with `submit` written there and submitted for approval.
    `drafts` are the submitted letters that are issued, one for each row, as id and version.
    """

    document: str
    format: str
    purpose: str = "files"
    submit: bool = False
    drafts: Sequence[tuple[int, int]] = ()
    title: str = ""
    base: Mapping[str, Any] = field(default_factory=dict)
    rows: Sequence[OrderedRow] = ()
    source: bytes | None = None
    source_name: str = ""
    names: Sequence[str] = ()
    start: bool = True
    skip_invalid: bool = False
    webhook: str = ""
