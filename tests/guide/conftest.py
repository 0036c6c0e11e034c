"""Guides to be judged: the one that was published, and those that the two profiles give."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from gipdocs.documents.build import build
from gipdocs.documents.registry import find
from gipdocs.guide import check
from gipdocs.law import Office, load_law
from gipdocs.profile import load_profile
from gipdocs.settings import PROJECT

DATA = PROJECT / "tests" / "data"
TODAY = date(2026, 11, 23)
Judge = Callable[[str], list[str]]


def office_of(profile: Path) -> Office:
    return Office(profile=load_profile(profile), law=load_law(None), today=TODAY)


@pytest.fixture(scope="session")
def ours() -> Office:
    """The sample office."""
    return office_of(PROJECT / "agency.toml")


@pytest.fixture(scope="session")
def county() -> Office:
    """Another office: no fax, one season, mails welcome."""
    return office_of(DATA / "agencies" / "county-water.toml")


@pytest.fixture(scope="session")
def published() -> bytes:
    """The guide that an agency really published, faults and all."""
    return (DATA / "guide" / "published.txt").read_bytes()


def text_of(office: Office) -> str:
    """The guide that the office's profile gives, one paragraph a line."""
    page = build(find([PROJECT / "plugins"])["guide"], {}, office, "html").content.decode()
    return re.sub(r"<[^>]+>", "", page.partition("<body>")[2])


@pytest.fixture(scope="session")
def text(ours: Office) -> str:
    """Our guide as text."""
    return text_of(ours)


@pytest.fixture
def codes(ours: Office) -> Judge:
    """The codes of what is wrong with a guide of the sample office."""
    return lambda guide: [finding.code for finding in check(guide, ours).findings]
