"""The desk's search over cases and documents: as one types, or as a page.

What is typed may be a name. It is sent in the body of a request, never in an address, which browsers and proxies keep;
an address with `?q=` works too, for those who write one themselves.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import Blueprint, Response, request

from gipdocs.access.permissions import Permission
from gipdocs.documents.document import Document
from gipdocs.faces import actor, needs, service
from gipdocs.law.outcomes import Outcome
from gipdocs.web.pages import page
from gipdocs.web.shelves import ListedName, group_documents, name_documents

if TYPE_CHECKING:  # an installation without a database loads nothing of it
    from gipdocs.register.finding import FoundCase

search = Blueprint("search", __name__)
LONGEST, MOST_WORDS = 100, 8
FEW, MANY = 6, 50
"""So many cases, and so many documents, are shown below the field and on the page."""


@dataclass(frozen=True, kw_only=True)
class FoundDocument:
    """A document that a search has found: `why` is what matched, "" if its name shows it."""

    document: Document
    name: ListedName
    why: str


@dataclass(frozen=True, kw_only=True)
class SearchResults:
    """What a search has found, the best first; `more` says whether there is more of either."""

    asked: str
    cases: Sequence[FoundCase] = ()
    documents: Sequence[FoundDocument] = ()
    more: bool = False


@search.route("/search", methods=["GET", "POST"])
@needs(Permission.DOCUMENTS)
def show() -> Response:
    """The results for what was typed as a page, or, for a field with `.part`, as the list below it.

    A search changes nothing, so that it needs no proof of its origin.
    """
    asked = request.values.get("q", "").strip()[:LONGEST]
    part = ".part" in request.form
    found = find(asked, most=FEW if part else MANY)
    return page("found" if part else "search", found=found, part=part, states=_states())


def _states() -> dict[str, str]:
    if service().register is None:
        return {}
    from gipdocs.register.standing import STATES

    return STATES


def find(asked: str, *, most: int) -> SearchResults:
    """The cases and documents for a text, at most so many of each."""
    documents = find_documents(asked)
    cases, more = _find_cases(asked, most)
    return SearchResults(asked=asked, cases=cases, documents=documents[:most], more=more or len(documents) > most)


def _find_cases(asked: str, most: int) -> tuple[Sequence[FoundCase], bool]:
    register = service().register
    if register is None or not actor().may(Permission.READ_CASES):
        return (), False
    from gipdocs.register.finding import search_cases

    return search_cases(register, asked, most=most)


def find_documents(asked: str) -> list[FoundDocument]:
    """The documents in which every word of a text occurs, the best first.

    Titles count most, then the outcome that a document states, its summary, its id, what it must contain and the
    articles that it cites; last come titles that have the characters of the text in this order.
    """
    words = [_plain(word) for word in asked.split()[:MOST_WORDS]]
    outcomes = service().office().today_law.outcomes
    documents = [entry.document for entry in service().registry.values()]
    names = name_documents(group_documents(documents))
    ranked = []
    for document in documents if words else ():
        told = list(_texts(document, outcomes.get(document.id)))
        if places := _places(words, told):
            why = told[max(places)]
            ranked.append((sum(places), FoundDocument(document=document, name=names[document.id], why=_tell(*why))))
    ranked.sort(key=lambda pair: pair[0])
    return [found for _, found in ranked] or _abbreviated("".join(words), documents, names)


def _texts(document: Document, outcome: Outcome | None) -> Iterator[tuple[str, str]]:
    """What a document is found by, the best first, each with its label; the title's is ""."""
    yield "", document.title
    yield "结论", f"{outcome.short}，{outcome.name}" if outcome else ""
    yield "说明", document.summary
    yield "标识", document.id
    yield "应当写明", "；".join(outcome.elements) if outcome else ""
    yield "依据", outcome.cite() if outcome else ""


def _places(words: Sequence[str], told: Sequence[tuple[str, str]]) -> list[int]:
    """For each word, the first text that has it; [] if one of them occurs nowhere."""
    plain = [_plain(text) for _, text in told]
    places = [next((place for place, text in enumerate(plain) if word in text), None) for word in words]
    known = [place for place in places if place is not None]
    return known if len(known) == len(words) else []


def _tell(label: str, text: str) -> str:
    return f"{label}：{text}" if label else ""


def _abbreviated(text: str, documents: Sequence[Document], names: dict[str, ListedName]) -> list[FoundDocument]:
    """The documents whose title has all characters in this order: 延期告知 for 政府信息公开申请延期答复告知书."""
    if len(text) < 2:
        return []
    return [
        FoundDocument(document=one, name=names[one.id], why="")
        for one in documents
        if _is_abbreviation(text, _plain(one.title))
    ]


def _is_abbreviation(text: str, title: str) -> bool:
    rest = iter(title)
    return all(character in rest for character in text)


def _plain(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).lower().split())
