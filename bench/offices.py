"""What the capacity on paper starts from: what was measured of the program, and offices with their machines."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


def _told(default: float, unit: str, what: str) -> Any:
    return field(default=default, metadata={"unit": unit, "what": what})


@dataclass(frozen=True, kw_only=True)
class Figures:
    """What was measured; milliseconds are those of one core."""

    letter_ms: float = _told(46.8, "ms", "a letter as PDF, all work from request to answer (42.7/s on 2 cores)")
    report_ms: float = _told(263, "ms", "an annual report as PDF, likewise (7.6/s on 2 cores)")
    web_ms: float = _told(10, "ms", "the part of both that stays on the web machine: filling, checking, finishing")
    page_ms: float = _told(20, "ms", "a page of the desk with its database")
    engine_ms: float = _told(5, "ms", "what the way through the engine adds")
    docx_kb: float = _told(9, "KB", "a letter's DOCX")
    pdf_kb: float = _told(82, "KB", "a letter's PDF")
    facts_kb: float = _told(8, "KB", "a letter's answers, its events and its rows of the audit trail")
    web_mib: float = _told(310, "MiB", "the web processes of one service, after use")
    place_mib: float = _told(170, "MiB", "a LibreOffice, after annual reports; replaced at 500 MiB")
    celery_mib: float = _told(50, "MiB", "a converter node's own process")


@dataclass(frozen=True, kw_only=True)
class Office:
    """Who works, how much, and on which machines; without nodes the web machines convert as well."""

    name: str
    bodies: float = _told(1, "", "public bodies; each is a service of its own")
    letters: float = _told(2_000, "", "letters a year")
    pdfs: float = _told(2, "", "PDFs that are made of a letter until it is right")
    pages: float = _told(15, "", "pages that are opened for a letter")
    surge: float = _told(2, "times", "so much more than the mean comes in the busiest week")
    reports: float = _told(1, "", "annual reports as PDF, all made in the last ten minutes before they are due")
    batch: float = _told(500, "", "rows of a batch")
    webs: float = _told(1, "", "web machines")
    web_cores: float = _told(1, "", "cores of each")
    nodes: float = _told(0, "", "converter nodes")
    node_cores: float = _told(2, "", "cores of each")


OFFICES = {
    "one-core": Office(name="one core, a county's bureau"),
    "two-cores": Office(name="two cores, a city's bureau", letters=20_000, reports=5, batch=5_000, web_cores=2),
    "four-machines": Office(
        name="four machines, a large bureau",
        letters=100_000,
        surge=3,
        reports=20,
        batch=10_000,
        webs=2,
        web_cores=2,
        nodes=2,
    ),
    "province": Office(
        name="a province",
        bodies=3_000,
        letters=400_000,
        surge=4,
        reports=9_000,
        batch=20_000,
        webs=12,
        web_cores=4,
        nodes=3,
        node_cores=4,
    ),
}
"""Four machines are two for the web and two that convert; database and broker are beside them."""
