"""Documents filled for a test: a sample with some answers changed, its text, and what the checks find."""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from datetime import date
from typing import Any

from gipdocs.documents.build import examine, fill, origin
from gipdocs.documents.registry import Registry
from gipdocs.law import Office, load_law
from gipdocs.questions import prepare_questions

LEFT_OUT = object()


def changed(data: Any, changes: Mapping[str, Any]) -> Any:
    """A copy of the data with other answers: `{"clock/received": …}`; LEFT_OUT takes an answer away."""
    data = deepcopy(data)
    for path, value in changes.items():
        *above, key = (int(part) if part.isdigit() else part for part in path.split("/"))
        place = data
        for part in above:
            place = place[part]
        if value is LEFT_OUT:
            del place[key]
        else:
            place[key] = value
    return data


def payload(registry: Registry, id: str, office: Office, **changes: Any) -> Any:
    """The document's sample with answers changed; `/` in a path is written `__`."""
    sample = prepare_questions(registry[id].document.schema).sample(office)
    return changed(sample, {path.replace("__", "/"): value for path, value in changes.items()})


def text(registry: Registry, id: str, office: Office, **changes: Any) -> str:
    """All text of the filled document, whatever its checks say."""
    entry = registry[id]
    answers, _ = examine(entry, payload(registry, id, office, **changes), office)
    return fill(entry, answers, office, origin(entry, office))[0].text


def findings(registry: Registry, id: str, office: Office, **changes: Any) -> list[tuple[str, str]]:
    """Code and severity of everything that the checks find."""
    _, found = examine(registry[id], payload(registry, id, office, **changes), office)
    return [(one.code, one.severity) for one in found]


OUTCOMES = load_law().on(date(2026, 11, 23)).outcomes
"""What the law says of every outcome on the day of the tests."""
