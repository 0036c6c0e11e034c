"""The data about remedies: dated sentences with slots, days on which the law changed, documents, open points."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from gipdocs.law.dated import group_by_key
from gipdocs.law.outcomes import Remedy


@dataclass(frozen=True, kw_only=True)
class RemedyText:
    """One sentence with slots, used from `since` on."""

    key: str
    label: str
    since: date
    text: str


@dataclass(frozen=True, kw_only=True)
class Setting:
    """A point that the law leaves open: its choices, the safer default and the reason for it."""

    key: str
    label: str
    default: str
    help: str
    choices: Mapping[str, Remedy]


@dataclass(frozen=True, kw_only=True)
class RemedyRules:
    """data/remedies.toml: sentences, the days on which the law changed, documents, open points."""

    texts: Mapping[str, tuple[RemedyText, ...]]
    reconsideration_first: date
    court_rule: date
    procedural: Mapping[str, Remedy]
    settings: Mapping[str, Setting]


def read_remedies(table: Mapping[str, Any]) -> RemedyRules:
    """The rules of data/remedies.toml."""
    return RemedyRules(
        texts=group_by_key(RemedyText(**row) for row in table["texts"]),
        procedural={key: Remedy(value) for key, value in table["procedural"].items()},
        settings={key: _setting(key, row) for key, row in table["settings"].items()},
        **table["turns"],
    )


def _setting(key: str, row: Mapping[str, Any]) -> Setting:
    choices = {name: Remedy(value) for name, value in row["choices"].items()}
    return Setting(**{**row, "key": key, "choices": choices})
