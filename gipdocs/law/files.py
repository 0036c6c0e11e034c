"""The files of data/: their text, their content, and the version that a document's provenance names."""

from __future__ import annotations

import tomllib
from hashlib import sha256
from importlib import resources
from typing import Any


def load_file(name: str) -> dict[str, Any]:
    """The content of data/NAME.toml."""
    return tomllib.loads(_text(name))


def version(name: str) -> str:
    """The date in the file and eight digits of its hash, so that the version changes whenever the content does."""
    text = _text(name)
    return f"{tomllib.loads(text)['version']}-{sha256(text.encode()).hexdigest()[:8]}"


def _text(name: str) -> str:
    return resources.files("gipdocs.law").joinpath(f"data/{name}.toml").read_text(encoding="utf-8")
