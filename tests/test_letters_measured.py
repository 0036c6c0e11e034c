"""Every letter's sample lies within the tolerances of GB/T 9704-2012, under a seal, and batches stay whole."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from gipdocs.documents.registry import find
from gipdocs.settings import PROJECT
from tests import geometry

pytestmark = pytest.mark.converter

LETTERS = [id for id, entry in find([PROJECT / "plugins"]).items() if entry.document.templates[0] == "letter.docx"]


@pytest.mark.parametrize("id", LETTERS)
def test_a_sample_letter_measures_right(id: str, printed: Callable[[str], bytes]) -> None:
    assert [row for row in geometry.letter(printed(id)) if not row.ok] == []
