"""The groups of documents with a name for programs, as plugin folders list them in their `groups.toml`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from gipdocs.errors import SetupError
from gipdocs.stricttoml import NotToml, read_toml

NAME = "groups.toml"
KEY = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")


@dataclass(frozen=True, kw_only=True)
class DocumentGroup:
    """What a group is called by programs, and what it has."""

    key: str
    about: str


OTHER = DocumentGroup(key="other", about="其他文书")
"""A group that no file lists."""


def read_groups(plugins: Iterable[Path] = ()) -> dict[str, DocumentGroup]:
    """The groups by the name that users read; SetupError names a file that says something else than key and about."""
    found: dict[str, DocumentGroup] = {}
    for folder in plugins:
        found.update(_read(folder / NAME))
    return found


def _read(file: Path) -> Mapping[str, DocumentGroup]:
    if not file.is_file():
        return {}
    try:
        return {name: _group(file, name, told) for name, told in read_toml(file.read_bytes()).items()}
    except NotToml as error:
        raise SetupError(f"{file}：{error}") from None


def _group(file: Path, name: str, told: object) -> DocumentGroup:
    match told:
        case {"key": str(key), "about": str(about), **rest} if not rest and KEY.fullmatch(key):
            return DocumentGroup(key=key, about=about)
    raise SetupError(f"{file}里的“{name}”应写明key（小写字母、数字和连字符，例如replies）和about（一句话的说明）。")
