"""What is recorded as proved is proved anew in small, with this machine's LibreOffice."""

from __future__ import annotations

from collections import Counter
from contextlib import suppress
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import Any

import pytest

from gipdocs.pdf.typesetting import read_typesetting
from gipdocs.questions import fullest_sample, prepare_questions
from tests.offices import SAMPLE as SAMPLE_OFFICE
from tests.offices import office_of
from tests.typeset.payloads import UNCHANGED, NotBuilt, layouts, make, registry
from tests.typeset.prove import PAYLOADS, Result, jobs, main, recorded, run
from tests.typeset.record import read_record

SAMPLE = 3
"""So many documents of each proved layout."""
PROVED = {one.file: {proof.libreoffice: proof for proof in one.proofs} for one in read_record()}


def compared(layout: str, count: int, *, typesetter: str, kept: Path) -> Result:
    """What comes of so many documents of a layout."""
    result = Result()
    for job in islice(jobs(layout, count, typesetter=typesetter, kept=kept), count):
        result.add(run(job))
    return result


@pytest.mark.converter
@pytest.mark.parametrize("layout", PROVED)
def test_a_proved_layout_is_drawn_as_libreoffice_draws_it(layout: str, tmp_path: Path) -> None:
    proof = PROVED[layout].get(read_typesetting().libreoffice)
    if not proof:
        pytest.skip("proved with another version of LibreOffice")
    result = compared(layout, SAMPLE, typesetter="direct", kept=tmp_path)
    allowed = {"breaks"} if proof.either else set()  # as the other version, whose PDFs aren't at hand
    assert [told for kind, told in result.differing if kind not in allowed] == []
    assert result.payloads == SAMPLE and result.unconverted.total() == 0
    assert result.pages > 0 and result.unsupported.total() < SAMPLE


@pytest.mark.converter
def test_libreoffice_draws_a_document_twice_alike_and_is_asked_once_if_its_lines_are_kept(tmp_path: Path) -> None:
    result = compared("review-form.docx", 2, typesetter="libreoffice", kept=tmp_path)
    assert (result.payloads, result.differing) == (2, [])
    assert result.pages >= 2 and result.lines > 20
    before = made(tmp_path)
    compared("review-form.docx", 2, typesetter="none", kept=tmp_path)
    assert len(before) == 2 and made(tmp_path) == before


def made(folder: Path) -> dict[Path, int]:
    """The files below a folder, and when each was written."""
    return {path: path.stat().st_mtime_ns for path in folder.rglob("*") if path.is_file()}


def test_nothing_is_proved_with_fonts_that_are_not_converted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("GIPDOCS_FONTS", str(tmp_path))
    with pytest.raises(SystemExit):
        main(["--layout", "review-form.docx", "--payloads", "1"])
    assert "make setup" in capsys.readouterr().err


def test_a_seed_always_gives_the_same_document() -> None:
    entry = registry()["review-form"]
    one, two, other = (make(entry, seed, "review-form.docx") for seed in (1, 1, 2))
    assert one.payload == two.payload and one.built.content == two.built.content
    assert one.payload != other.payload


def test_the_first_seeds_give_the_sample_and_the_fullest_answers() -> None:
    entry = registry()["search-record"]
    sample, fullest = (make(entry, seed, "search-record.docx").payload for seed in range(UNCHANGED))
    questions = prepare_questions(entry.document.schema)
    assert sample.keys() == questions.sample(office_of(SAMPLE_OFFICE)).keys()
    assert fullest.keys() == fullest_sample(questions, office_of(SAMPLE_OFFICE)).keys()
    assert len(fullest["application"]) > len(sample["application"]) and fullest["searches"] == sample["searches"]


def test_a_seed_whose_document_has_another_layout_is_left_out() -> None:
    entry = registry()["envelope"]
    found = []
    for seed in range(6):
        with suppress(NotBuilt):
            found.append(make(entry, seed, "envelope-c4.docx").layout.split()[0])
    assert found == ["envelope-c4.docx"] * len(found) and 0 < len(found) < 6


def test_jobs_share_out_as_many_documents_as_are_asked(tmp_path: Path) -> None:
    for layout, count in (("review-form.docx", 500), ("review-form.docx", 3), ("letter.docx", 10)):
        some = list(jobs(layout, count, typesetter="direct", kept=tmp_path))
        each = -(-count // len(layouts()[layout]))
        assert sum(job.count for job in some) == each * len(layouts()[layout])
        assert len({(job.document, job.first) for job in some}) == len(some)


COMPARED = Result(payloads=PAYLOADS, versions={"0123456789ab"})


@pytest.mark.parametrize(
    ("change", "before", "after"),
    [
        ({}, False, True),
        ({"differing": [("text", "page 1")]}, True, False),
        ({"versions": {"0123456789ab", "ba9876543210"}}, True, False),
        ({"payloads": PAYLOADS - 1}, False, False),
        ({"payloads": PAYLOADS - 1}, True, True),
        ({"unconverted": Counter(late=1)}, False, False),
        ({"unsupported": Counter(shape=PAYLOADS)}, False, False),
        ({"unsupported": Counter(shape=PAYLOADS - 1)}, False, True),
    ],
    ids=[
        "proved",
        "a difference",
        "changed meanwhile",
        "too few",
        "too few and known",
        "unconverted",
        "all unsupported",
        "some unsupported",
    ],
)
def test_only_a_layout_without_a_difference_is_recorded(change: dict[str, Any], before: bool, after: bool) -> None:
    record = recorded([], "letter.docx", COMPARED) if before else []
    assert bool(recorded(record, "letter.docx", replace(COMPARED, **change))) is after
