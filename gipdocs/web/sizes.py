"""How large the blank documents are that citizens download; measured once for each edition of a document."""

from __future__ import annotations

from flask import Flask, current_app

from gipdocs.documents.build import Built, origin
from gipdocs.documents.registry import Entry
from gipdocs.errors import GipdocsError
from gipdocs.faces import service

SIZES = "gipdocs-sizes"
Edition = tuple[str, str, tuple[tuple[str, str], ...]]


def blank_file(entry: Entry, format: str) -> Built:
    """The document without a single answer, its size noted; see gipdocs.documents.build.build for what it raises."""
    built = service().build(entry.document.id, {}, format)
    _known()[_edition(entry, format)] = len(built.content)
    return built


def size(entry: Entry, format: str) -> str:
    """12 KB, 1.4 MB; nothing where it isn't known: a PDF is not converted only to be measured."""
    edition = _edition(entry, format)
    if edition not in _known() and format != "pdf":
        blank_file(entry, format)
    octets = _known().get(edition)
    return "" if octets is None else _words(octets)


def measure(app: Flask) -> None:
    """Measure what citizens may download blank, PDF too; what can't be made stays unmeasured."""
    with app.app_context():
        for entry in service().registry.values():
            for format in entry.document.formats if entry.document.public else ():
                try:
                    blank_file(entry, format)
                except GipdocsError:
                    continue


def _known() -> dict[Edition, int]:
    known: dict[Edition, int] = current_app.extensions.setdefault(SIZES, {})
    return known


def _edition(entry: Entry, format: str) -> Edition:
    return entry.document.id, format, tuple(sorted(origin(entry, service().office()).items()))


def _words(octets: int) -> str:
    return f"{octets / 2**20:.1f} MB" if octets >= 2**20 else f"{max(1, round(octets / 2**10))} KB"
