"""Payloads that try every corner of a layout: each seed of a document gives the same one every time.

The first two seeds give the sample and the fullest answers, as far as these agree; all others change some base's answers.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from copy import deepcopy
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cache
from random import Random
from typing import Any

from gipdocs.documents.build import Built, build
from gipdocs.documents.registry import Entry, Registry, find
from gipdocs.errors import GipdocsError, InvalidInput, Refused
from gipdocs.law import Office
from gipdocs.profile.values import Body, Seal
from gipdocs.questions import (
    Block,
    Choice,
    Choices,
    Date,
    DocumentNumber,
    Email,
    IdNumber,
    Lines,
    LongText,
    Money,
    Name,
    Number,
    Phone,
    Postcode,
    Question,
    Questions,
    Rows,
    Text,
    Title,
    Uscc,
    YesNo,
    fullest_sample,
    prepare_questions,
)
from gipdocs.questions.figures import Brought, Grid, Notes, Quantity
from gipdocs.settings import PROJECT
from tests.geometry import seal
from tests.offices import COUNTY, SAMPLE, office_of
from tests.reports.samples import ALL, BEFORE, given

from . import texts

DATA = PROJECT / "tests" / "data"
TRIES = 12
"""How often a refused payload is mended before it is given up."""
MOST_ROWS = 40
UNCHANGED = 2
"""So many seeds change nothing: they give the sample and the fullest answers."""
REPORTS = [{"record": given(year), "previous": given(before)} for year, before in BEFORE.items()]
"""Pairs of reports of two years that follow one another."""
ENVELOPES = {f"envelope-{size}.docx": {"size": size} for size in ("dl", "c5", "c4")}
TABLES = ("table2", "table3", "table4")


@dataclass(frozen=True)
class Case:
    """A document that was built: which one, from which seed, the payload, and the filled file."""

    document: str
    seed: int
    payload: Mapping[str, Any]
    built: Built

    @property
    def layout(self) -> str:
        """File and version of the layout, such as "letter.docx 74d391cf435e"."""
        return self.built.provenance["template"]


class NotBuilt(Exception):
    """Why a seed gives no document: what the checks refused, or another layout was chosen."""


@cache
def registry() -> Registry:
    """All documents of the project."""
    return find([PROJECT / "plugins"])


@cache
def layouts() -> dict[str, list[Entry]]:
    """The documents of each layout, by its file."""
    found: dict[str, list[Entry]] = {}
    for entry in registry().values():
        for file in entry.document.templates:
            found.setdefault(file, []).append(entry)
    return found


def make(entry: Entry, seed: int, layout: str) -> Case:
    """The document of a seed in this layout; NotBuilt if it is refused however it is mended."""
    random = Random(f"{entry.document.id}/{layout}/{seed}")
    office = _office(random, layout)
    writer = Writer(random, office, rate=random.choice((0.1, 0.4, 0.8)), drop=random.choice((0.0, 0.2, 0.6)))
    schema = prepare_questions(entry.document.schema)
    bases = [one | ENVELOPES.get(layout, {}) for one in _bases(entry, office)]
    base = bases[0] if seed < UNCHANGED else random.choice(bases)
    payload = bases[seed] if seed < UNCHANGED else writer.group(schema, base)
    if "draft" in schema.fields and seed >= UNCHANGED and random.random() < 0.1:
        payload["draft"] = True
    built, payload = _mended(entry, payload, base, office)
    if built.provenance["template"].split()[0] != layout:
        raise NotBuilt("another layout")
    return Case(entry.document.id, seed, payload, built)


def _mended(entry: Entry, payload: dict[str, Any], base: Mapping[str, Any], office: Office) -> tuple[Built, Any]:
    """The document, whatever was refused in the payload replaced by the base's answer or overridden."""
    for left in reversed(range(TRIES)):
        try:
            return build(entry, payload, office), payload
        except InvalidInput as error:
            kind, wrong = "invalid", [fault.pointer for fault in error.told]
        except Refused as error:
            found = [finding for finding in error.findings if finding.severity == "error"]
            kind, wrong = found[0].code, [finding.pointer for finding in found if not finding.overridable]
            overridden = [finding.code for finding in found if finding.overridable]
            payload = _override(payload, overridden)
            if not overridden and not any(wrong):
                wrong = [f"/{key}" for key in payload]
        except GipdocsError as error:
            raise NotBuilt(type(error).__name__) from error
        if not left:
            raise NotBuilt(kind)
        payload = _restored(payload, base, {pointer.split("/")[1] for pointer in wrong if pointer})
    raise AssertionError("unreachable")


def _override(payload: dict[str, Any], codes: list[str]) -> dict[str, Any]:
    had = payload.get("overrides") or []
    more = [{"code": code, "reason": "已向负责人报告并经同意。"} for code in dict.fromkeys(codes)]
    return payload | {"overrides": [*had, *more]} if more else payload


def _restored(payload: Mapping[str, Any], base: Mapping[str, Any], keys: set[str]) -> dict[str, Any]:
    """The payload with the base's answers to some questions."""
    kept = {key: value for key, value in payload.items() if key not in keys}
    return kept | {key: deepcopy(base[key]) for key in keys if key in base}


@cache
def _given() -> dict[str, list[dict[str, Any]]]:
    """Payloads of real cases, by document."""
    found: dict[str, list[dict[str, Any]]] = {}
    for folder in ("cases", "replies"):
        for path in sorted((DATA / folder).glob("*.*.json")):
            found.setdefault(path.stem.rpartition(".")[2], []).append(json.loads(path.read_text(encoding="utf-8")))
    return found


def _bases(entry: Entry, office: Office) -> list[dict[str, Any]]:
    """Answers that build: the sample, the fullest, and those of real cases."""
    schema = prepare_questions(entry.document.schema)
    more = list(_given().get(entry.document.id, []))
    if entry.document.id == "annual-report":
        reports = [{key: value for key, value in given(name).items() if key in schema.fields} for name in ALL]
        more += [*reports, *(one | {"charts": schema.sample(office)["charts"]} for one in reports)]
    if entry.document.id == "report-comparison":
        more += [deepcopy(pair) for pair in REPORTS]
    return [schema.sample(office), fullest_sample(schema, office), *more]


@dataclass
class Writer:
    """Changes answers: each with a probability of `rate`, and leaves out optional ones with one of `drop`."""

    random: Random
    office: Office
    rate: float
    drop: float

    def group(self, schema: Questions, base: Mapping[str, Any]) -> dict[str, Any]:
        """Other answers to these questions, from those of `base`."""
        changed = {}
        for key, question in schema.questions():
            if key in base and (question.required or self.random.random() >= self.drop):
                kept = base[key] in (None, "") or not self._changes(question)
                changed[key] = deepcopy(base[key]) if kept else self.answer(question, base[key])
        return changed | {key: deepcopy(base[key]) for key in base.keys() - schema.fields.keys()}

    def _changes(self, question: Question) -> bool:
        return isinstance(question, Block) or self.random.random() < self.rate

    def answer(self, question: Question, value: Any) -> Any:
        """Another answer to a question that is answered by `value`."""
        random = self.random
        match question:
            case Rows():
                return self._rows(question, value)
            case Block():
                return self.group(question.questions(), value) if isinstance(value, Mapping) else value
            case Lines():
                count = random.choice((1, 1, 2, 3, 5, 12, question.most))
                return [
                    self.text(question.line, "文")
                    for _ in range(max(question.least, min(count, question.most, MOST_ROWS)))
                ]
            case Choices():
                return random.sample(list(question.options), random.randint(1, len(question.options)))
            case Choice():
                return random.choice(list(question.options))
            case YesNo():
                return random.random() < 0.5
            case Date():
                return (date.fromisoformat(value) - timedelta(random.choice((0, 1, 7, 30)))).isoformat()
            case Number():
                return min(question.most, max(question.least, random.choice((0, 1, 9, 10, 99, 12345, 10**9))))
            case Money() | Quantity():
                return random.choice(("0", "0.5", "10", "380.50", "12345.67", "9999999.99"))
            case Grid() | Brought():
                return scaled(value, random.choice((1, 2, 10, 1000)))
            case Notes():
                return {key: self.text(question.line, text) for key, text in value.items()}
            case Text():
                return self.text(question, value)
        return deepcopy(value)

    def _rows(self, question: Rows, value: Any) -> Any:
        """Rows like those of `value`, as many, fewer or more."""
        if not value:
            return deepcopy(value)
        random = self.random
        count = len(value) if random.random() < 0.4 else random.choice((1, 2, 3, 4, 6, 12, question.most))
        count = max(question.least, min(count, question.most, max(len(value), MOST_ROWS)))
        rows = [value[i] if i < len(value) else random.choice(value) for i in range(count)]
        return [self.group(question.questions(), row) for row in rows]

    def text(self, question: Text, value: Any) -> str:
        """Another text of a question."""
        random, longest = self.random, question.longest
        match question:
            case Email():
                return texts.email(random, longest)
            case Phone():
                return random.choice(texts.PHONES)
            case Postcode():
                return f"{random.randint(100000, 859999)}"
            case Uscc() | IdNumber():
                return str(value)
            case DocumentNumber():
                return texts.number_of_document(random)
            case Name():
                return texts.name(random, longest)
            case Title():
                return texts.title(random, longest)
        if question.pattern or random.random() < 0.2:
            return texts.inserted(random, str(value), longest)
        return texts.paragraphs(random, longest) if isinstance(question, LongText) else texts.line(random, longest)


def scaled(data: Any, factor: int, *, figures: bool = False) -> Any:
    """A record whose figures are all so many times as great, so that they still agree; years and the like stay."""
    if isinstance(data, Mapping):
        whole = not any(key in data for key in TABLES)
        return {key: scaled(one, factor, figures=figures or whole or key in TABLES) for key, one in data.items()}
    if isinstance(data, list):
        return [scaled(one, factor, figures=figures) for one in data]
    return data * factor if figures and isinstance(data, int) and not isinstance(data, bool) else data


def _office(random: Random, layout: str) -> Office:
    """One of two offices, mostly with other names, addresses and numbers, with or without a seal."""
    office = _plain_office(random.random() < 0.3)
    profile = office.profile
    chosen = layout.removesuffix(".docx")
    settings = replace(
        profile.settings,
        layout=chosen if chosen in ("letter", "document") else random.choice(("letter", "document")),
        quote_articles=random.random() < 0.3,
        tell_refused_reconsideration=random.random() < 0.3,
        query_matter_remedy=random.choice(("reconsider_or_sue", "reconsider_first")),
        court_barred_remedy=random.choice(("reconsider_or_sue", "reconsider_only")),
    )
    profile = replace(profile, settings=settings, seal=_seal(random))
    if random.random() < 0.6:
        name = texts.organ(random, random.randint(4, 45))
        profile = replace(
            profile,
            name=name,
            short_name=name[-random.randint(2, len(name)) :],
            document_code=texts.organ(random, random.randint(1, 12)),
            government=texts.organ(random, random.randint(5, 30)),
            superior=texts.organ(random, random.randint(5, 30)),
            self_name=random.choice(("本机关", "本局")),
            office=_body(random, profile.office),
            intake=_body(random, profile.intake),
            supervisor=_body(random, profile.supervisor),
            reconsideration=_body(random, profile.reconsideration),
            court=_body(random, profile.court),
            sites={key: _body(random, site) for key, site in profile.sites.items()},
            reading_points=tuple(_body(random, one) for one in profile.reading_points * random.randint(0, 4)),
            media=tuple(_body(random, one) for one in profile.media * random.randint(0, 3)),
            guide_scope=tuple(
                replace(one, name=texts.organ(random, random.randint(2, 20)), content=texts.line(random, 300))
                for one in profile.guide_scope
            ),
        )  # fmt: skip
    return Office(profile=profile, law=office.law, today=office.today)


@cache
def _plain_office(county: bool) -> Office:
    return office_of(COUNTY if county else SAMPLE)


@cache
def _picture() -> bytes:
    return seal()


def _seal(random: Random) -> Seal:
    if random.random() < 0.4:
        return Seal()
    pixels = random.choice(((200, 200), (200, 200), (200, 140), (120, 200)))
    return Seal(diameter_mm=random.choice((42.0, 42.0, 30.0, 45.0)), picture=_picture(), pixels=pixels)


def _body(random: Random, body: Body) -> Body:
    """A body with some of what it has written otherwise."""
    written: dict[str, Callable[[], str]] = {
        "name": lambda: texts.organ(random, random.randint(3, 60)),
        "address": lambda: texts.organ(random, random.randint(3, 60)) + f"{random.randint(1, 999)}号",
        "place": lambda: f"{random.randint(1, 9)}楼{random.randint(100, 999)}室",
        "phone": lambda: random.choice(texts.PHONES),
        "email": lambda: texts.email(random, 80),
        "url": lambda: texts.url(random),
        "account": lambda: texts.organ(random, random.randint(2, 20)),
    }
    had = [key for key in written if getattr(body, key) and random.random() < 0.6]
    others: Any = {key: written[key]() for key in had}  # each is a text
    return replace(body, **others)
