"""The record of the layouts that are proved: gipdocs/typeset/proved.toml, and the fingerprint by which it tells its age."""

from __future__ import annotations

import ast
import json
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any

from gipdocs.settings import PROJECT

TYPESETTER, DRAWING = (PROJECT / "gipdocs" / name for name in ("typeset", "drawing"))
RECORD = TYPESETTER / "proved.toml"
HEAD = """# The layouts that the typesetter draws as LibreOffice does, and how that was proved: for each version of LibreOffice, so many
# generated documents were the same, character by character, `either` of them as another version draws them; `unsupported` ones
# LibreOffice draws.
# Written by `python -m tests.typeset.prove --write`; a test fails once layout or typesetter are no longer what it says.
"""


@dataclass(frozen=True, kw_only=True)
class Proof:
    """What was compared with one version of LibreOffice.

    `payloads` documents were built, `unsupported` of them were left to LibreOffice, for these `reasons`; of the others
    so many `pages` and `lines` were compared. `either` of them were not as this version draws them, but as another one does, and
    `parted` of them were the same but for the heights in merged cells that are parted between pages.
    """

    libreoffice: str
    payloads: int
    unsupported: int
    pages: int
    lines: int
    either: int = 0
    parted: int = 0
    reasons: Mapping[str, int] = field(default_factory=dict)


BESIDE = (PROJECT / "gipdocs" / "labels.py", PROJECT / "gipdocs" / "pdf" / "fonts.py")
"""What else decides how a document looks and is tagged."""


@dataclass(frozen=True, kw_only=True)
class Proved:
    """A layout of this version, proved with a typesetter of this fingerprint."""

    file: str
    version: str
    typesetter: str
    proofs: tuple[Proof, ...]


def fingerprint(*folders: Path) -> str:
    """Twelve hexadecimal digits that change with the program of the typesetter, but not with its comments and docstrings."""
    files = [path for folder in folders or (TYPESETTER, DRAWING) for path in sorted(folder.glob("*.py"))]
    told = [[path.name, _plain(_without_docstrings(path))] for path in [*files, *BESIDE]]
    return sha256(json.dumps(told).encode()).hexdigest()[:12]


def _without_docstrings(path: Path) -> ast.Module:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        body = getattr(node, "body", None)
        if isinstance(body, list):
            node.body = [one for one in body if not _is_text(one)]  # type: ignore[attr-defined]  # as just found
    return tree


def _is_text(node: ast.AST) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)


def _plain(node: Any) -> Any:
    """A syntax tree as plain data, the same for every version of Python: fields that are empty or new are left out."""
    if isinstance(node, ast.AST):
        told = {
            name: _plain(value) for name, value in ast.iter_fields(node) if value not in (None, []) and name != "kind"
        }
        return {"": type(node).__name__, **told}
    return [_plain(one) for one in node] if isinstance(node, list) else repr(node)


def read_record(path: Path = RECORD) -> list[Proved]:
    """The layouts that are proved; none without a record."""
    if not path.is_file():
        return []
    told = tomllib.loads(path.read_text(encoding="utf-8"))
    return [
        Proved(**{**layout, "proofs": tuple(Proof(**proof) for proof in layout["proofs"])})
        for layout in told.get("layouts", [])
    ]


def with_proof(record: Iterable[Proved], new: Proved) -> list[Proved]:
    """The record with another proof, beside those of other versions of LibreOffice if nothing else has changed."""
    kept = {one.file: one for one in record}
    old = kept.get(new.file)
    beside: tuple[Proof, ...] = ()
    if old and (old.version, old.typesetter) == (new.version, new.typesetter):
        versions = {proof.libreoffice for proof in new.proofs}
        beside = tuple(proof for proof in old.proofs if proof.libreoffice not in versions)
    proofs = tuple(sorted((*beside, *new.proofs), key=lambda proof: proof.libreoffice))
    kept[new.file] = Proved(file=new.file, version=new.version, typesetter=new.typesetter, proofs=proofs)
    return [kept[file] for file in sorted(kept)]


def without(record: Iterable[Proved], file: str) -> list[Proved]:
    """The record without a layout that is no longer proved."""
    return [one for one in record if one.file != file]


def write_record(record: Iterable[Proved], path: Path = RECORD) -> None:
    """Write the record."""
    path.write_text("\n".join([HEAD, *(line for one in record for line in _toml(one))]), encoding="utf-8")


def _toml(layout: Proved) -> Iterator[str]:
    yield "[[layouts]]"
    yield from (f'{key} = "{getattr(layout, key)}"' for key in ("file", "version", "typesetter"))
    for proof in layout.proofs:
        yield "[[layouts.proofs]]"
        yield f'libreoffice = "{proof.libreoffice}"'
        counts = ("payloads", "unsupported", "pages", "lines", "either", "parted")
        yield from (f"{key} = {getattr(proof, key)}" for key in counts)
        reasons = ", ".join(f"{json.dumps(why, ensure_ascii=False)} = {count}" for why, count in proof.reasons.items())
        yield f"reasons = {{ {reasons} }}" if reasons else "reasons = {}"
    yield ""
