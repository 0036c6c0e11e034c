"""The layouts that are proved: their documents come out of the typesetter as they come out of LibreOffice."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from pathlib import Path

PROVED = Path(__file__).with_name("proved.toml")
LAYOUT = re.compile(r"(?:^|; )template (.+?) ([0-9a-f]{12})(?=;|$)")

Layout = tuple[str, str]
"""A layout by the name of its file and its version, which is the hash of that file."""


@cache
def read_proved(record: Path = PROVED) -> frozenset[Layout]:
    """All proved layouts, as the record names them; a stranger's is never among them."""
    return frozenset(
        (one["file"], one["version"]) for one in tomllib.loads(record.read_text(encoding="utf-8")).get("layout", ())
    )


def read_layout(made_from: str) -> Layout | None:
    """The layout that a document's provenance names, as gipdocs.documents.build.origin words it; None if it names none."""
    found = LAYOUT.search(made_from)
    return (found[1], found[2]) if found else None
