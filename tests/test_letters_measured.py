"""Every letter's sample lies within the tolerances of GB/T 9704-2012, under a seal, and batches stay whole."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from gipdocs.documents.build import build
from gipdocs.documents.registry import find
from gipdocs.law import Office
from gipdocs.pdf.converter import Converter
from gipdocs.pdf.converters import open_converter
from gipdocs.service import Service
from gipdocs.settings import PROJECT
from tests import geometry
from tests.test_geometry import seal

LETTERS = [id for id, entry in find([PROJECT / "plugins"]).items() if entry.template_path.name == "letter.docx"]


@pytest.fixture(scope="module")
def converter() -> Iterator[Converter]:
    opened = open_converter()
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def sealed(office: Office) -> Office:
    profile = replace(office.profile, seal=replace(office.profile.seal, picture=seal()))
    return Office(profile=profile, law=office.law, today=office.today)


@pytest.mark.parametrize("id", LETTERS)
def test_a_sample_letter_measures_right(id: str, service: Service, sealed: Office, converter: Converter) -> None:
    pdf = build(service.registry[id], service.sample(id), sealed, "pdf", converter=converter).content
    assert [row for row in geometry.letter(pdf) if not row.ok] == []
