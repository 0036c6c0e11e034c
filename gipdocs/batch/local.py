"""A batch without a database: its rows checked in memory, its files written into a folder one by one.

The folder has a manifest, by which a second run makes only what is missing or has changed.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import asdict, dataclass, field
from datetime import date
from hashlib import sha256
from pathlib import Path
from threading import Event, Lock
from typing import Any

from gipdocs.batch.orders import OrderedRow
from gipdocs.documents.build import Built, file_name, origin
from gipdocs.documents.document import Finding
from gipdocs.documents.registry import Entry
from gipdocs.errors import MOST_TOLD, ConversionError, ConverterBusy, InvalidInput, Refused, TextLost
from gipdocs.questions.merging import merge
from gipdocs.service import Service, converter_options

MANIFEST = "manifest.csv"
COLUMNS = ("row", "file", "state", "findings", "sha256", "made_from")
MOST_TRIES = 20
"""So often a row is tried while the converter is busy."""
FOR_EACH_NODE = 4
"""So many documents are made at once for each machine that converts."""
LONGEST_STEM = 60
"""Characters of a file's name; in UTF-8 three times as many bytes, of which systems accept 255."""


@dataclass(frozen=True, kw_only=True)
class CheckedRow:
    """A row with what its checks have found; one with `faults` can't be made. `place` counts from 1."""

    place: int
    row: OrderedRow
    answers: Mapping[str, Any]
    findings: tuple[Finding, ...] = ()
    faults: tuple[Mapping[str, Any], ...] = ()

    @property
    def number(self) -> int:
        """The row as its owner counts: that of the table, if there is one."""
        return self.place if self.row.line is None else self.row.line


@dataclass(frozen=True, kw_only=True)
class MadeRow:
    """What has become of a row, as the manifest keeps it."""

    row: int
    file: str = ""
    state: str
    findings: str = ""
    sha256: str = ""
    made_from: str = ""


def check_rows(
    service: Service,
    entry: Entry,
    rows: Iterable[OrderedRow],
    *,
    base: Mapping[str, Any],
    today: date | None = None,
    draft: bool = False,
) -> Iterator[CheckedRow]:
    """Check the rows of a table or list one after the other, as drafts if nothing else is made of them."""
    for place, row in enumerate(rows, 1):
        answers = merge(base, row.answers)
        if row.faults:
            yield CheckedRow(place=place, row=row, answers=answers, faults=tuple(map(dict, row.faults)))
            continue
        findings, faults = _examine(service, entry, answers, today, draft=draft)
        yield CheckedRow(place=place, row=row, answers=answers, findings=findings, faults=faults)


def _examine(
    service: Service, entry: Entry, answers: Mapping[str, Any], today: date | None, *, draft: bool
) -> tuple[tuple[Finding, ...], tuple[Mapping[str, Any], ...]]:
    try:
        findings = service.check(entry, answers, today=today, draft=draft)
    except InvalidInput as error:
        return (), tuple(asdict(fault) for fault in error.faults)
    return findings, show_errors(findings)


def show_errors(findings: Iterable[Finding]) -> tuple[dict[str, Any], ...]:
    """The findings because of which a row can't be made, as its faults."""
    errors = (one for one in findings if one.severity == "error")
    return tuple({"pointer": one.pointer, "code": one.code, "detail": one.message} for one in errors)


def sum_up(checked: Sequence[CheckedRow]) -> dict[str, Any]:
    """What checking some rows has found, as API and command line tell it: nothing of their answers."""
    faults = [{"row": row.number, **show_fault(fault)} for row in checked for fault in row.faults]
    doubtful = [row for row in checked if not row.faults and any(one.severity == "warning" for one in row.findings)]
    return {
        "rows": len(checked),
        "invalid": sum(bool(row.faults) for row in checked),
        "warnings": len(doubtful),
        "errors": faults[:MOST_TOLD],
        "error_count": len(faults),
    }


def show_fault(fault: Mapping[str, Any]) -> dict[str, Any]:
    """A fault of a row as it is told: `column` only if it is known."""
    return {key: fault[key] for key in ("column", "pointer", "code", "detail") if fault.get(key) is not None}


@dataclass
class FolderManifest:
    """The manifest of a folder. A row is added to its end as soon as its file is whole; `finish` puts all in order."""

    folder: Path
    known: dict[int, MadeRow] = field(default_factory=dict)
    lock: Lock = field(default_factory=Lock)

    @classmethod
    def open(cls, folder: Path) -> FolderManifest:
        """That of an earlier run, or a new one; makes the folder. A line that was cut off counts for nothing."""
        folder.mkdir(parents=True, exist_ok=True)
        manifest = cls(folder)
        if manifest.path.exists():
            text = manifest.path.read_text(encoding="utf-8-sig", errors="replace")
            for line in csv.DictReader(io.StringIO(text)):
                if (row := _as_made(line)) is not None:
                    manifest.known[row.row] = row
        manifest._write(manifest.known.values())
        return manifest

    @property
    def path(self) -> Path:
        """Its file."""
        return self.folder / MANIFEST

    def has(self, place: int, made_from: str) -> bool:
        """Whether the file of a row was made from the same, and is still what it was."""
        row = self.known.get(place)
        if row is None or row.made_from != made_from:
            return False
        try:
            return sha256((self.folder / row.file).read_bytes()).hexdigest() == row.sha256
        except OSError:
            return False

    def keep(self, place: int, built: Built, name: str, made_from: str) -> MadeRow:
        """Write the file of a row, and then its line; an earlier file of the row with another name goes."""
        write_whole(self.folder / name, built.content)
        before = self.known.get(place)
        if before is not None and before.file != name:
            (self.folder / before.file).unlink(missing_ok=True)
        codes = " ".join(sorted({finding.code for finding in built.findings}))
        digest = sha256(built.content).hexdigest()
        row = MadeRow(row=place, file=name, state="done", findings=codes, sha256=digest, made_from=made_from)
        with self.lock:
            self.known[place] = row
            with self.path.open("a", encoding="utf-8", newline="") as file:
                csv.DictWriter(file, COLUMNS).writerow(asdict(row))
        return row

    def finish(self, rows: Iterable[MadeRow]) -> None:
        """Write all rows in their order."""
        self._write(sorted(rows, key=lambda row: row.row))

    def _write(self, rows: Iterable[MadeRow]) -> None:
        text = io.StringIO(newline="")
        writer = csv.DictWriter(text, COLUMNS)
        writer.writeheader()
        writer.writerows(asdict(row) for row in rows)
        write_whole(self.path, b"\xef\xbb\xbf" + text.getvalue().encode())


def _as_made(line: Mapping[str | None, Any]) -> MadeRow | None:
    """A line of a manifest, None if it is none: cut off, or with a file somewhere else."""
    texts = {name: line.get(name) or "" for name in COLUMNS}
    if not (
        texts["row"].isascii() and texts["row"].isdigit() and len(texts["sha256"]) == len(texts["made_from"]) == 64
    ):
        return None
    if not texts["file"] or Path(texts["file"]).name != texts["file"]:
        return None
    return MadeRow(row=int(texts.pop("row")), **texts)


def write_whole(path: Path, content: bytes) -> None:
    """Write a file beside its place and then put it there, so that it is never seen in part."""
    part = path.with_name(f".{path.name}.part")
    try:
        part.write_bytes(content)
        part.replace(path)
    except BaseException:
        part.unlink(missing_ok=True)
        raise


@dataclass
class LocalRun:
    """Makes the rows of a batch that have no faults, several at once if others do the work, as they do for PDF."""

    service: Service
    entry: Entry
    format: str
    manifest: FolderManifest
    today: date | None = None
    stopped: Event = field(default_factory=Event)

    def split(self, rows: Sequence[CheckedRow]) -> tuple[list[CheckedRow], list[MadeRow]]:
        """Those that still have to be made, and those whose files an earlier run has made."""
        made = {row.place for row in rows if self.manifest.has(row.place, self._made_from(row))}
        return [row for row in rows if row.place not in made], [self.manifest.known[place] for place in sorted(made)]

    def make(self, rows: Sequence[CheckedRow]) -> Iterator[MadeRow]:
        """Make rows, and tell each as soon as it is made; what was begun is finished even if nobody asks for more."""
        width = max(4, len(str(max((row.place for row in rows), default=0))))
        executor = ThreadPoolExecutor(self.workers, thread_name_prefix="batch")
        try:
            for done in as_completed([executor.submit(self._make, row, width) for row in rows]):
                yield done.result()
        finally:
            self.stopped.set()
            executor.shutdown(cancel_futures=True)

    @property
    def workers(self) -> int:
        """How many rows are made at once: as many as are converted at once."""
        options = converter_options(self.service.settings)
        at_once = FOR_EACH_NODE if options.engine else options.workers
        return at_once if self.format == "pdf" else 1

    def _make(self, row: CheckedRow, width: int) -> MadeRow:
        try:
            built = self._build(row)
        except (InvalidInput, Refused) as error:
            return MadeRow(row=row.place, state="refused", findings=_codes(error.as_json().get("errors", ())))
        except (ConversionError, TextLost) as error:
            return MadeRow(row=row.place, state="failed", findings=error.problem_kind.slug)
        stem = _stem(row.row.name or built.filename.removesuffix(f".{self.format}"))
        name = f"{row.place:0{width}d}_{stem}.{self.format}"
        return self.manifest.keep(row.place, built, name, self._made_from(row))

    def _build(self, row: CheckedRow) -> Built:
        for left in reversed(range(MOST_TRIES)):
            try:
                return self.service.build(self.entry, row.answers, self.format, today=self.today)
            except ConverterBusy as error:
                if not left or self.stopped.wait(error.retry_after):
                    raise
        raise AssertionError  # the last try returns or raises

    def _made_from(self, row: CheckedRow) -> str:
        """The hash of everything on which a file depends: answers, name, format, and the versions of all the rest."""
        versions = origin(self.entry, self.service.office(self.today))
        parts = [versions, self.format, row.row.name, row.answers]
        return sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


def _stem(name: str) -> str:
    """A name as every system accepts it before the ending."""
    return file_name(name.encode("utf-8", "replace").decode())[:LONGEST_STEM].strip(" .")


def skipped(row: CheckedRow) -> MadeRow:
    """A row that wasn't made because it is wrong, as the manifest tells it."""
    return MadeRow(row=row.place, state="invalid", findings=_codes(row.faults))


def _codes(faults: Iterable[Mapping[str, Any]]) -> str:
    return " ".join(sorted({str(fault["code"]) for fault in faults}))
