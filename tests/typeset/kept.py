"""Keeps what LibreOffice drew of a document, so that a second proof asks only the typesetter."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from tempfile import NamedTemporaryFile

from pikepdf import Dictionary, Name, ObjectStreamMode, Pdf

from tests.typeset.lines import Page, read

OUTLINES = (Name.FontFile, Name.FontFile2, Name.FontFile3)
"""The greater part of a PDF, and nothing that is read."""


@dataclass(frozen=True)
class Kept:
    """A folder with what each version of LibreOffice drew, by the hash of the document."""

    folder: Path

    def find(self, docx: bytes, version: str) -> list[Page] | None:
        """What this version drew of a document, if it was kept."""
        try:
            return read(self._path(docx, version).read_bytes())
        except FileNotFoundError:
            return None

    def find_others(self, docx: bytes, version: str) -> Iterator[list[Page]]:
        """What each other version drew of a document, as far as it was kept."""
        for folder in sorted(self.folder.glob("*")):
            if folder.name != version and (pages := self.find(docx, folder.name)) is not None:
                yield pages

    def keep(self, docx: bytes, version: str, pdf: bytes) -> None:
        """Keep what this version drew; whoever reads meanwhile finds all of it or nothing."""
        path = self._path(docx, version)
        path.parent.mkdir(parents=True, exist_ok=True)
        with NamedTemporaryFile(dir=path.parent, delete=False) as file:
            file.write(without_outlines(pdf))
        Path(file.name).replace(path)

    def _path(self, docx: bytes, version: str) -> Path:
        key = sha256(docx).hexdigest()
        return self.folder / version / key[:2] / key[2:]


def without_outlines(pdf: bytes) -> bytes:
    """The PDF without its fonts' outlines and its tags, a tenth of its size."""
    target = BytesIO()
    with Pdf.open(BytesIO(pdf)) as opened:
        for thing in opened.objects:
            if isinstance(thing, Dictionary) and thing.get(Name.Type) == Name.FontDescriptor:
                for key in set(thing.keys()) & set(map(str, OUTLINES)):
                    del thing[key]
        for key in ("/StructTreeRoot", "/OutputIntents", "/Outlines"):
            if key in opened.Root:
                del opened.Root[key]
        opened.save(target, object_stream_mode=ObjectStreamMode.generate)
    return target.getvalue()
