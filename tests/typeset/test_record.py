"""The record of proved layouts says what was compared, and tells when that no longer counts."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tests.typeset.payloads import layouts
from tests.typeset.record import Proof, Proved, fingerprint, read_record, with_proof, without, write_record

PROGRAM = '''"""What it is for."""
WIDE = 3  # points
def draw(text: str) -> str:
    """The text, drawn."""
    return f"{text} {WIDE}"
'''
OLDER = Proof(libreoffice="7.4.7.2", payloads=500, unsupported=3, pages=900, lines=9000, reasons={'a "shape"': 3})
NEWER = replace(OLDER, libreoffice="25.2.3.2", either=4, parted=2, reasons={})
LETTER = Proved(file="letter.docx", version="0123456789ab", typesetter="abcdef012345", proofs=(OLDER,))
RECORDED = read_record()


@pytest.mark.parametrize("layout", RECORDED, ids=[one.file for one in RECORDED])
def test_every_recorded_layout_was_proved_as_it_and_the_typesetter_are_now(layout: Proved) -> None:
    entry = next(iter(layouts()[layout.file]))
    now = (entry.layouts[layout.file].version, fingerprint())
    assert (layout.version, layout.typesetter) == now, (
        f"layout or typesetter were changed: python -m tests.typeset.prove --layout {layout.file} --write"
    )
    assert all(proof.payloads >= 500 and proof.unsupported < proof.payloads for proof in layout.proofs)


def test_a_record_is_read_as_it_was_written(tmp_path: Path) -> None:
    record = [replace(LETTER, proofs=(NEWER, OLDER)), replace(LETTER, file="review-form.docx")]
    write_record(record, tmp_path / "proved.toml")
    assert read_record(tmp_path / "proved.toml") == record
    assert read_record(tmp_path / "none.toml") == []


@pytest.mark.parametrize(
    ("change", "proofs"),
    [
        ({}, (NEWER, OLDER)),
        ({"version": "ba9876543210"}, (NEWER,)),
        ({"typesetter": "543210fedcba"}, (NEWER,)),
    ],
    ids=["the same", "another layout", "another typesetter"],
)
def test_proofs_of_several_versions_count_only_for_the_same_layout_and_typesetter(
    change: dict[str, str], proofs: tuple[Proof, ...]
) -> None:
    (found,) = with_proof([LETTER], replace(LETTER, proofs=(NEWER,), **change))
    assert found.proofs == proofs


def test_a_proof_replaces_the_same_versions_and_a_fault_strikes_the_layout_out() -> None:
    again = replace(LETTER, proofs=(replace(OLDER, payloads=600),))
    assert with_proof([LETTER], again) == [again]
    assert without([LETTER], "letter.docx") == []


@pytest.mark.parametrize(
    ("before", "after", "same"),
    [
        ("What it is for", "What it does", True),
        ("  # points", "", True),
        ("The text, drawn.", "A drawn text.", True),
        ("\ndef", "\n\n\ndef", True),
        ("WIDE = 3", "WIDE = 4", False),
        ('f"{text} {WIDE}"', 'f"{text}{WIDE}"', False),
        ('    return f"{text} {WIDE}"\n', '    return "text"\n', False),
    ],
)
def test_the_fingerprint_changes_with_the_program_alone(tmp_path: Path, before: str, after: str, same: bool) -> None:
    (tmp_path / "one.py").write_text(PROGRAM)
    known = fingerprint(tmp_path)
    assert before in PROGRAM
    (tmp_path / "one.py").write_text(PROGRAM.replace(before, after))
    assert (fingerprint(tmp_path) == known) is same


def test_the_fingerprint_changes_with_the_names_of_the_files(tmp_path: Path) -> None:
    (tmp_path / "one.py").write_text(PROGRAM)
    known = fingerprint(tmp_path)
    (tmp_path / "one.py").rename(tmp_path / "two.py")
    assert fingerprint(tmp_path) != known
