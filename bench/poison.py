"""Documents of many clients with and without some among them that LibreOffice fails at: what those cost the others."""

from __future__ import annotations

import itertools
import time
import zipfile
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from io import BytesIO

from gipdocs.errors import ConversionError
from gipdocs.pdf.checked import CheckedConverter
from gipdocs.pdf.pool.client import PoolClient

JOBS, CLIENTS, EVERY = 500, 8, 20
ROUNDS = 2
LABEL = "poison"
MAIN = "word/document.xml"
COMMENT = b'<w:p><w:r><w:commentReference w:id="4711"/></w:r></w:p><w:sectPr'
"""A comment: LibreOffice without a screen opens no such document, and closes the frame that it was to open it in."""


@dataclass
class Run:
    """What came of the documents of one run, and the seconds it took."""

    answers: Counter[str] = field(default_factory=Counter)
    seconds: float = 0.0

    @property
    def rate(self) -> float:
        """Right documents a second."""
        return self.answers["right"] / self.seconds


def poisoned(docx: bytes) -> bytes:
    """A document that LibreOffice cannot open; to be sent past the guard, which would leave the comment out."""
    target = BytesIO()
    with zipfile.ZipFile(BytesIO(docx)) as source, zipfile.ZipFile(target, "w") as archive:
        for name in source.namelist():
            content = source.read(name)
            if name == MAIN:
                before, _, after = content.rpartition(b"<w:sectPr")
                content = before + COMMENT + after
            archive.writestr(name, content)
    return target.getvalue()


def compare(pool: PoolClient, files: Mapping[str, bytes], read: Callable[[bytes], str]) -> tuple[Run, Run]:
    """The same documents without poison and with one in twenty, in turn: each run of all rounds together."""
    converter = CheckedConverter(pool)
    expected = {name: read(converter.convert(docx, label=name)) for name, docx in files.items()}
    names = list(itertools.islice(itertools.cycle(files), JOBS))
    mixed = [LABEL if number % EVERY == EVERY // 2 else name for number, name in enumerate(names)]
    clean = [name for name in mixed if name != LABEL]
    bad = poisoned(next(iter(files.values())))

    def convert(name: str) -> str:
        try:
            pdf = pool.send(bad, LABEL).pdf if name == LABEL else converter.convert(files[name], label=name)
        except ConversionError:
            return "given up" if name == LABEL else "refused"
        return "right" if read(pdf) == expected.get(name) else "wrong"

    runs = Run(), Run()
    for _ in range(ROUNDS):
        for run, documents in zip(runs, (clean, mixed), strict=True):
            _work(run, documents, convert)
    return runs


def _work(run: Run, documents: Sequence[str], convert: Callable[[str], str]) -> None:
    started = time.monotonic()
    with ThreadPoolExecutor(CLIENTS) as clients:
        run.answers.update(clients.map(convert, documents))
    run.seconds += time.monotonic() - started
