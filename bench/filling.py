"""Filling in process: validate, check, fill and verify, beside what docxtpl alone takes for the same layout."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from io import BytesIO

from docxtpl import DocxTemplate
from jinja2.sandbox import SandboxedEnvironment

from gipdocs.documents.document import BODY
from gipdocs.docx.values import Drawing, Format, Picture
from gipdocs.service import Service, open_service
from gipdocs.settings import Settings

ROUNDS = 50
LIMIT_MS = 6.0
LIMITS_MS = {"annual-report": 60.0}
"""What is allowed to a document with charts and three official tables."""


@dataclass(frozen=True)
class Row:
    """One document: medians in milliseconds of ours and of bare docxtpl."""

    id: str
    ours: float
    docxtpl: float

    @property
    def ratio(self) -> float:
        """How many times faster ours is."""
        return self.docxtpl / self.ours


def measure(service: Service | None = None) -> Iterator[Row]:
    """Every document in turn, ours and docxtpl interleaved."""
    service = service or open_service(Settings())
    for id in service.registry:
        payload = service.sample(id)
        context = _text_context(service, id)
        path = service.registry[id].templates[0].path
        ours, bare = [], []
        for _ in range(ROUNDS):
            ours.append(_timed(lambda: service.build(id, payload)))  # noqa: B023  # called at once
            bare.append(_timed(lambda: _docxtpl(path, context)))  # noqa: B023
        yield Row(id, statistics.median(ours), statistics.median(bare))


def _timed(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return (time.perf_counter() - start) * 1000


def _text_context(service: Service, id: str) -> dict[str, object]:
    """The document's context with what is not text left out, since docxtpl draws no such things."""
    entry, office = service.registry[id], service.office()
    answers = entry.document.schema().load(service.sample(id))
    context = entry.document.context(answers, office)
    if entry.wording:
        context[BODY] = entry.wording.fill(context)
    return {name: "" if isinstance(value, Drawing | Format | Picture) else value for name, value in context.items()}


def _docxtpl(path: object, context: dict[str, object]) -> bytes:
    template = DocxTemplate(path)
    template.render(context, jinja_env=SandboxedEnvironment(), autoescape=True)
    out = BytesIO()
    template.save(out)
    return out.getvalue()


def report() -> str:
    """A table for people."""
    rows = list(measure())
    lines = ["| 文书 | gipdocs ms | docxtpl ms | 倍数 |", "|---|---|---|---|"]
    lines += [f"| {row.id} | {row.ours:.1f} | {row.docxtpl:.1f} | {row.ratio:.1f} |" for row in rows]
    slow = [row.id for row in rows if row.ours > LIMITS_MS.get(row.id, LIMIT_MS)]
    own = "".join(f"，{id} {limit:.0f} ms" for id, limit in LIMITS_MS.items())
    return "\n".join([*lines, "", f"超过{LIMIT_MS:.0f} ms{own}：{'、'.join(slow) or '无'}"])
