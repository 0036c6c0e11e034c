"""All letters of a batch as one PDF: those that were made, in their order, each with a bookmark."""

from __future__ import annotations

from io import BytesIO

import pytest
from pikepdf import Pdf

from gipdocs.access.actors import HERE
from gipdocs.batch.batches import find_batch
from gipdocs.batch.merged import merge_pdfs, merged_name
from gipdocs.batch.ordering import remove
from gipdocs.errors import BatchExpired, FormatNotOffered, StepForbidden, UnknownBatch
from gipdocs.register.register import Register
from tests.batch.finished import SECRET, add_finished
from tests.pdf.plain_sheets import sheet, texts_of

LETTERS = [sheet("one", "two"), None, sheet("three"), sheet("four")]


@pytest.mark.parametrize(("duplex", "blank"), [(False, []), (True, [""])])
def test_the_letters_that_were_made_are_joined_in_their_order(
    register: Register, duplex: bool, blank: list[str]
) -> None:
    id = add_finished(register, LETTERS, title="年度告知")
    content = b"".join(merge_pdfs(register, id, by=HERE, duplex=duplex))
    assert texts_of(content) == ["one", "two", "three", *blank, "four", *blank]
    with Pdf.open(BytesIO(content)) as pdf, pdf.open_outline() as outline:
        assert [one.title for one in outline.root] == [f"{place:04}_接收回执（{SECRET}）" for place in (1, 3, 4)]
        assert str(pdf.open_metadata()["dc:title"]) == "年度告知"


def test_a_part_has_its_letters_only(register: Register) -> None:
    id = add_finished(register, LETTERS)
    assert texts_of(b"".join(merge_pdfs(register, id, by=HERE, first=2, last=3))) == ["three"]
    assert merged_name(find_batch(register, id, by=HERE), first=2, last=3) == "批量文书-20261201（第2件至第3件）.pdf"


def test_what_cannot_be_joined_is_refused_before_the_first_byte(register: Register) -> None:
    id = add_finished(register, LETTERS)
    with pytest.raises(UnknownBatch, match="没有生成的PDF"):
        merge_pdfs(register, id, by=HERE, first=2, last=2)
    with pytest.raises(FormatNotOffered, match="只有PDF"):
        merge_pdfs(register, add_finished(register, [b"1"], id="b" * 32, format="docx"), by=HERE)
    with pytest.raises(StepForbidden):
        merge_pdfs(register, add_finished(register, LETTERS, id="c" * 32, state="running"), by=HERE)
    remove(register, id, by=HERE)
    with pytest.raises(BatchExpired):
        merge_pdfs(register, id, by=HERE)


def test_a_batch_that_expires_on_the_way_leaves_a_pdf_without_an_end(register: Register) -> None:
    id = add_finished(register, [sheet("x")] * 200)
    pieces = merge_pdfs(register, id, by=HERE)
    got = [next(pieces) for _ in range(3)]
    remove(register, id, by=HERE)
    with pytest.raises(BatchExpired):
        got.extend(pieces)
    assert b"%%EOF" not in b"".join(got)[-1024:]
