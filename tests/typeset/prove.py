"""Proves for each layout that the typesetter draws what LibreOffice draws, over hundreds of generated documents.

Run it as `python -m tests.typeset.prove [--layout letter.docx] [--payloads 500] [--kept FOLDER] [--write]`. It prints a
table and the first differences; with `--write`, layouts without a difference are recorded in gipdocs/typeset/proved.toml,
and those with one are struck out. What LibreOffice draws is kept in a folder, so that a second run asks only the
typesetter; a folder that several versions of LibreOffice have filled lets each document be as any of them draws it.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from functools import cache
from importlib import import_module
from itertools import chain, islice
from multiprocessing import get_context
from pathlib import Path
from tempfile import gettempdir
from time import monotonic

from gipdocs.drawing.placed import Unsupported
from gipdocs.errors import ConversionError, SetupError
from gipdocs.pdf import fonts
from gipdocs.pdf.admission.admit import admit
from gipdocs.pdf.options import Options
from gipdocs.pdf.pool.client import PoolClient
from gipdocs.pdf.typesetting import read_typesetting
from tests.typeset.comparison import KINDS, Difference, compare_versions, tell_kind
from tests.typeset.kept import Kept
from tests.typeset.lines import Page, lines, read
from tests.typeset.parting import is_as_parted
from tests.typeset.payloads import Case, NotBuilt, layouts, make, registry
from tests.typeset.record import Proof, Proved, fingerprint, read_record, with_proof, without, write_record

PAYLOADS, OF_EACH = 500, 32
"""So many documents of a layout are compared, and so many of each document if many documents share it."""
SLICES = 4
"""The seeds of a document are shared out to so many jobs."""
TURNS = 20
"""A job gives up after so many times the seeds that it should have needed."""
SHOWN = 5
FOLDER = Path(gettempdir()) / "gipdocs-proof"

Typeset = Callable[[bytes], bytes]


@dataclass(frozen=True, kw_only=True)
class Job:
    """Documents of one layout to be compared: `count` of them, from every fourth seed after `first`."""

    layout: str
    document: str
    first: int
    count: int
    typesetter: str
    kept: Path
    save: Path | None = None


@dataclass(kw_only=True)
class Result:
    """What came of documents: how many were compared, and those that differ, each with its gravest kind and a text that tells it.

    `parted` ones are the same but for the heights at which LibreOffice parts merged cells (`draw_parted`).
    """

    payloads: int = 0
    pages: int = 0
    lines: int = 0
    either: int = 0
    parted: int = 0
    refused: Counter[str] = field(default_factory=Counter)
    unsupported: Counter[str] = field(default_factory=Counter)
    unconverted: Counter[str] = field(default_factory=Counter)
    versions: set[str] = field(default_factory=set)
    differing: list[tuple[str, str]] = field(default_factory=list)

    def add(self, other: Result) -> None:
        """Add what came of other documents."""
        for name in ("payloads", "pages", "lines", "either", "parted"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        for name in ("refused", "unsupported", "unconverted"):
            getattr(self, name).update(getattr(other, name))
        self.versions |= other.versions
        self.differing += other.differing


def jobs(layout: str, count: int, *, typesetter: str, kept: Path, save: Path | None = None) -> Iterator[Job]:
    """The jobs that together compare so many documents of a layout, the same number of each document that has it."""
    entries = layouts()[layout]
    for entry in entries:
        of_each = -(-count // len(entries))
        for first in range(min(SLICES, of_each)):
            yield Job(
                layout=layout,
                document=entry.document.id,
                first=first,
                count=len(range(first, of_each, SLICES)),
                typesetter=typesetter,
                kept=kept,
                save=save,
            )


def run(job: Job) -> Result:
    """Compare the documents of a job."""
    result, entry = Result(), registry()[job.document]
    for seed in islice(range(job.first, 10**9, SLICES), TURNS * job.count):
        if result.payloads == job.count:
            break
        try:
            case = make(entry, seed, job.layout)
        except NotBuilt as error:
            result.refused[str(error)] += 1
            continue
        result.payloads += 1
        result.versions.add(case.layout.split()[1])
        _compare(case, job, result)
    return result


def _compare(case: Case, job: Job, result: Result) -> None:
    """Draw one document both ways, and note what came of it."""
    docx, kept, version = admit(case.built.content).docx, Kept(job.kept), read_typesetting().libreoffice
    try:
        wanted = wanted_pages(docx, kept, case.document)
    except ConversionError as error:
        result.unconverted[type(error).__name__] += 1
        return
    if job.typesetter == "none":
        return
    try:
        drawn = typesetter(job.typesetter)(docx)
        found = read(drawn)
    except Unsupported as error:
        result.unsupported[str(error)] += 1
        return
    except SetupError:
        raise
    except Exception as error:  # any fault of the typesetter is a difference, and the proof goes on
        result.differing.append(("failed", f"{_name(case)}: {type(error).__name__}: {error}"))
        return
    result.pages += len(found)
    result.lines += sum(len(lines(page)) for page in wanted)
    other, differences = compare_versions(wanted, kept.find_others(docx, version), found)
    result.either += other
    drawings = chain([wanted], kept.find_others(docx, version))  # read only where something differs
    if differences and job.typesetter == "direct" and any(is_as_parted(pages, docx) for pages in drawings):
        result.parted += 1
        return
    if differences:
        result.differing.append((tell_kind(wanted, found), _told(case, differences)))
        if job.save:
            _save(
                job.save / f"{job.layout}-{case.document}-{case.seed}",
                docx=docx,
                wanted=libreoffice(docx, case.document),
                found=drawn,
            )


def _save(path: Path, *, docx: bytes, wanted: bytes, found: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    for end, data in ((".docx", docx), (".wanted.pdf", wanted), (".found.pdf", found)):
        path.with_name(path.name + end).write_bytes(data)


def _told(case: Case, differences: Sequence[Difference]) -> str:
    more = f"\n  and {len(differences) - SHOWN} more" if len(differences) > SHOWN else ""
    return f"{_name(case)}\n" + "\n".join(f"  {one}" for one in differences[:SHOWN]) + more


def _name(case: Case) -> str:
    return f"{case.document} seed {case.seed}"


def wanted_pages(docx: bytes, kept: Kept, label: str) -> list[Page]:
    """What this machine's LibreOffice draws of an admitted document, from the folder or drawn now."""
    version = read_typesetting().libreoffice
    pages = kept.find(docx, version)
    if pages is None:
        pdf = libreoffice(docx, label)
        kept.keep(docx, version, pdf)
        pages = read(pdf)
    return pages


@cache
def _pool(process: int) -> PoolClient:
    return PoolClient(Options(patient=True, queue_seconds=120))


def libreoffice(docx: bytes, label: str = "proof") -> bytes:
    """The PDF of an admitted document as this machine's LibreOffice makes it, unfinished."""
    return _pool(os.getpid()).send(docx, label).pdf


@cache
def typesetter(name: str) -> Typeset:
    """The function that draws: the project's own, or LibreOffice once more, to try the comparison itself."""
    if name == "libreoffice":
        return libreoffice
    typeset: Typeset = import_module("gipdocs.typeset").typeset
    return typeset


def number_of_payloads(layout: str, asked: int | None) -> int:
    """How many documents of a layout are compared."""
    return asked or max(PAYLOADS, OF_EACH * len(layouts()[layout]))


def prove(names: Iterable[str], asked: argparse.Namespace) -> Iterator[tuple[str, Result]]:
    """Each layout and what came of its documents, one layout after the other."""
    read_typesetting(), registry(), layouts()  # known to all processes
    with ProcessPoolExecutor(asked.cores, mp_context=get_context("fork")) as processes:
        for name in names:
            result, count = Result(), number_of_payloads(name, asked.payloads)
            some = jobs(name, count, typesetter=asked.typesetter, kept=asked.kept, save=asked.save)
            for part in processes.map(run, some):
                result.add(part)
            yield name, result


def write_table(results: Sequence[tuple[str, Result]], examples: int) -> Iterator[str]:
    """The lines of a table of all layouts, and below it the first differences of each, the gravest first."""
    counted = ("payloads", "refused", "unconverted", "unsupported", "pages", "lines", "parted", "either", "differing")
    yield f"| layout | {' | '.join(counted)} | of these |"
    yield "|---" * (len(counted) + 2) + "|"
    for name, one in results:
        counts = (size(getattr(one, key)) for key in counted)
        kinds = Counter(kind for kind, _ in one.differing)
        yield f"| {name} | {' | '.join(map(str, counts))} | {', '.join(f'{key} {n}' for key, n in kinds.items())} |"
    for name, one in results:
        for why, count in (*one.unsupported.most_common(), *one.unconverted.most_common()):
            yield f"{name} left out {count} ×: {why}"
        gravest = sorted(one.differing, key=lambda pair: ("failed", *KINDS).index(pair[0]))
        yield from (f"{name}: {told}" for _, told in gravest[:examples])


def size(counted: int | Counter[str] | list[tuple[str, str]]) -> int:
    """A number, or how many things were counted or listed."""
    return counted if isinstance(counted, int) else counted.total() if isinstance(counted, Counter) else len(counted)


def recorded(record: list[Proved], name: str, result: Result) -> list[Proved]:
    """The record with this layout proved; without it if anything differed; as it was if too little was compared."""
    if result.differing or len(result.versions) > 1:
        return without(record, name)
    if result.payloads - result.unconverted.total() < PAYLOADS or result.unsupported.total() == result.payloads:
        return record
    proof = Proof(
        libreoffice=read_typesetting().libreoffice,
        payloads=result.payloads,
        unsupported=result.unsupported.total(),
        pages=result.pages,
        lines=result.lines,
        either=result.either,
        parted=result.parted,
        reasons=dict(result.unsupported.most_common()),
    )
    (version,) = result.versions
    return with_proof(record, Proved(file=name, version=version, typesetter=fingerprint(), proofs=(proof,)))


def main(arguments: Sequence[str] | None = None) -> int:
    """Prove, print, record; 1 if anything differs."""
    parser = _parser()
    asked = parser.parse_args(arguments)
    if not fonts.converted_folder().is_dir():
        parser.error("the fonts are not converted yet, and LibreOffice would draw otherwise: make setup")
    names = asked.layout or list(layouts())
    started = monotonic()
    results = []
    for name, result in prove(names, asked):
        results.append((name, result))
        sys.stderr.write(
            f"{name}: {result.payloads} documents, {len(result.differing)} differ, {monotonic() - started:.0f} s\n"
        )
        if asked.write and asked.typesetter == "direct":
            write_record(recorded(read_record(), name, result))
    sys.stdout.writelines(f"{line}\n" for line in write_table(results, asked.examples))
    return int(any(result.differing for _, result in results))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.typeset.prove", description=__doc__.splitlines()[0])
    parser.add_argument(
        "--layout", action="append", choices=list(layouts()), help="this layout; may be repeated; all if none"
    )
    parser.add_argument(
        "--payloads", type=int, help=f"documents of a layout; {PAYLOADS}, or {OF_EACH} of each document"
    )
    parser.add_argument("--kept", type=Path, default=FOLDER, help="the folder that keeps what LibreOffice drew")
    parser.add_argument("--cores", type=int, default=len(os.sched_getaffinity(0)))
    parser.add_argument(
        "--typesetter",
        choices=("direct", "libreoffice", "none"),
        default="direct",
        help="libreoffice tries the comparison itself, none only fills the folder",
    )
    parser.add_argument("--examples", type=int, default=SHOWN, help="so many differing documents of a layout are told")
    parser.add_argument("--save", type=Path, help="a folder for the DOCX and both PDFs of each differing document")
    parser.add_argument("--write", action="store_true", help="record what is proved")
    return parser


if __name__ == "__main__":
    sys.exit(main())
