"""The sizes of the blank documents for citizens, measured once for each edition of a document."""

from __future__ import annotations

from flask import Flask, current_app

from gipdocs.documents.build import Built, origin
from gipdocs.documents.registry import Entry
from gipdocs.errors import GipdocsError
from gipdocs.faces import service

SIZES = "gipdocs-sizes"
Edition = tuple[str, str, tuple[tuple[str, str], ...]]


def blank_file(entry: Entry, format: str) -> Built:
    """The document without any answers; records its size, raises what gipdocs.documents.build.build raises."""
    built = service().build(entry, {}, format)
    _known()[_edition(entry, format)] = len(built.content)
    return built


def size(entry: Entry, format: str) -> str:
    """The size as 12 KB or 1.4 MB; empty if unknown, since a PDF is not converted only to be measured."""
    edition = _edition(entry, format)
    if edition not in _known() and format != "pdf":
        blank_file(entry, format)
    octets = _known().get(edition)
    return "" if octets is None else tell_size(octets)


def measure(app: Flask) -> None:
    """Measure every blank document for citizens, PDFs too unless LibreOffice would start for them; skip those that cannot be built."""
    with app.app_context():
        for entry in service().registry.values():
            for format in entry.document.formats if entry.document.public else ():
                if format == "pdf" and service().spares_libreoffice and not service().draws(entry):
                    continue
                try:
                    blank_file(entry, format)
                except GipdocsError:
                    continue


def _known() -> dict[Edition, int]:
    known: dict[Edition, int] = current_app.extensions.setdefault(SIZES, {})
    return known


def _edition(entry: Entry, format: str) -> Edition:
    return entry.document.id, format, tuple(sorted(origin(entry, service().office()).items()))


def tell_size(octets: int) -> str:
    """A size as 12 KB or 1.4 MB."""
    return f"{octets / 2**20:.1f} MB" if octets >= 2**20 else f"{max(1, round(octets / 2**10))} KB"
