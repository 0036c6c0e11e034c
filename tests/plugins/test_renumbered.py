"""A revision gives articles other numbers: letters from before the day say what they said, those after it the new ones."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from gipdocs.documents.build import examine, fill, origin
from gipdocs.documents.openapi import json_schema
from gipdocs.documents.registry import Registry
from gipdocs.law import Office
from gipdocs.questions import fullest_sample
from gipdocs.service import Service
from gipdocs.writing import numeral
from tests.law.renumbered import renumbered

from .filled import changed, text

pytestmark = pytest.mark.slow
LAST, FIRST = date(2026, 12, 31), date(2027, 1, 1)
MOVED = 100
NUMBER = r"第([零一二三四五六七八九十百]+)条"
CITED = re.compile(rf"《中华人民共和国政府信息公开条例》{NUMBER}|(?<![本法行])条例》?{NUMBER}")
NUMBERS = {numeral(n): numeral(n + MOVED) for n in range(1, 57)}
CATALOGUE = "catalogue"
"""Its rows are typed by the office, articles and all."""


@pytest.fixture(scope="module")
def registry(service: Service) -> Registry:
    return service.registry


def revised(office: Office, since: date, *, only: int | None = None, to: int = 0) -> Office:
    """The office under a regulation whose article `only` has another number from a day on, or all of them 100 more."""
    law = renumbered(office.law, since, lambda n: (to if n == only else n) if only else n + MOVED)
    return replace(office, law=law)


def both(registry: Registry, id: str, office: Office) -> list[str]:
    """The document as its sample and its fullest answers make it."""
    schema = registry[id].document.schema()
    payloads = (schema.sample(office), fullest_sample(schema, office))
    return [printed(registry, id, payload, office) for payload in payloads]


def printed(registry: Registry, id: str, payload: Any, office: Office) -> str:
    entry = registry[id]
    answers, _ = examine(entry, payload, office)
    return fill(entry, answers, office, origin(entry, office))[0].text


def articles(said: str) -> list[str]:
    """The numbers of the regulation's articles that a text cites first after its name."""
    return [one or other for one, other in CITED.findall(said)]


def test_every_document_cites_the_numbers_of_its_day_and_changes_in_nothing_else(
    registry: Registry, office: Office
) -> None:
    quoting = replace(office.profile.settings, quote_articles=True)
    office = replace(office, profile=replace(office.profile, settings=quoting))
    before, after = revised(office, date(2027, 1, 1)), revised(office, date(2019, 5, 16))
    back = re.compile("|".join(f"第{new}条" for new in NUMBERS.values()))
    old = {f"第{new}条": f"第{number}条" for number, new in NUMBERS.items()}
    for id in registry:
        said = both(registry, id, office)
        assert both(registry, id, before) == said, id
        moved = both(registry, id, after)
        assert [back.sub(lambda found: old[found[0]], one) for one in moved] == said, id
        if id != CATALOGUE:
            assert [articles(one) for one in moved] == [[NUMBERS[n] for n in articles(one)] for one in said], id


def test_separation_moves_from_article_37_to_38_on_one_day(registry: Registry, office: Office) -> None:
    office_then = revised(office, FIRST, only=37, to=38)
    citing = []
    for id, entry in registry.items():
        if "date" not in entry.document.schema().fields or id in (CATALOGUE, "annual-report", "flowchart", "guide"):
            continue
        assert text(registry, id, office_then, date=LAST.isoformat()) == text(
            registry, id, office, date=LAST.isoformat()
        )
        now = text(registry, id, office, date=FIRST.isoformat())
        then = text(registry, id, office_then, date=FIRST.isoformat())
        assert then == now.replace("公开条例》第三十七条", "公开条例》第三十八条"), id
        citing += [id] if then != now else []
    assert {"reply-partial", "reply-withheld-internal", "reply-needs-making"} <= set(citing)
    assert len(citing) == 9


def test_checks_cite_the_numbers_of_the_letters_day(registry: Registry, office: Office) -> None:
    then = revised(office, FIRST, only=37, to=38)
    payload = registry["reply-withheld-internal"].document.schema().sample(office)
    for day, number in ((LAST, "第三十七条"), (FIRST, "第三十八条")):
        answers = changed({key: value for key, value in payload.items() if key != "separation"}, {"date": str(day)})
        _, found = examine(registry["reply-withheld-internal"], answers, then)
        (basis,) = (one.basis for one in found if one.code == "separation-not-considered")
        assert basis == f"《中华人民共和国政府信息公开条例》{number}"


def test_no_finding_and_no_help_keeps_an_old_number(registry: Registry, office: Office) -> None:
    after = revised(office, date(2019, 5, 16))
    for id, entry in registry.items():
        schema = entry.document.schema()
        payload: dict[str, Any] = {"date": "2026-06-05"} if "date" in schema.fields else {}
        _, found = examine(entry, {**schema.sample(after), **payload}, after)
        said = [one.basis + one.message for one in found]
        if id != CATALOGUE:
            said.append(json.dumps(json_schema(entry.document, after), ensure_ascii=False))
        assert {n for one in said for n in articles(one)} <= set(NUMBERS.values()), id


def test_a_letter_of_the_year_before_last_says_what_it_said(registry: Registry, office: Office) -> None:
    days = {
        "date": "2023-11-20",
        "clock__received": "2023-11-06",
        "clock__confirmed": "2023-11-06",
    }
    said = text(registry, "reply-withheld-internal", office, **days)
    assert text(registry, "reply-withheld-internal", revised(office, FIRST), **days) == said
    assert "依照《中华人民共和国行政复议法》第九条第一款、《中华人民共和国行政诉讼法》第四十六条第一款的规定" in said
    assert "应当先申请行政复议" not in said
    assert "应当先申请行政复议" in text(registry, "reply-withheld-internal", office)
