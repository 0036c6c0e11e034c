"""Guides to be judged: the one that was published, and those that the two profiles give."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from gipdocs.documents.build import build
from gipdocs.documents.registry import find
from gipdocs.guide import check
from gipdocs.law import Office
from gipdocs.settings import PROJECT

DATA = PROJECT / "tests" / "data"
Judge = Callable[[str], list[str]]


@pytest.fixture(scope="session")
def published() -> bytes:
    """The guide that an agency really published, faults and all."""
    return (DATA / "guide" / "published.txt").read_bytes()


def text_of(office: Office) -> str:
    """The guide that the office's profile gives, one paragraph a line."""
    page = build(find([PROJECT / "plugins"])["guide"], {}, office, "html").content.decode()
    return re.sub(r"<[^>]+>", "", page.partition("<body>")[2])


@pytest.fixture(scope="session")
def text(office: Office) -> str:
    """Our guide as text."""
    return text_of(office)


@pytest.fixture
def codes(office: Office) -> Judge:
    """The codes of what is wrong with a guide of the sample office."""
    return lambda guide: [finding.code for finding in check(guide, office).findings]
