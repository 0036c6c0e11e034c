"""All letters of a batch as one PDF for the print shop, made while it is sent."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import select

from gipdocs.access.actors import Actor
from gipdocs.batch.batches import Batch
from gipdocs.batch.handout import Handout, open_handout
from gipdocs.batch.naming import name_whole
from gipdocs.errors import FormatNotOffered, UnknownBatch
from gipdocs.pdf.joining import join
from gipdocs.register.register import Register
from gipdocs.store.tables import BatchItemRow, LetterRow


def merge_pdfs(
    register: Register, id: str, *, by: Actor, first: int = 1, last: int | None = None, duplex: bool = False
) -> Iterator[bytes]:
    """One PDF of the letters that were made, in their order, each with a bookmark, piece by piece.

    With `duplex`, each letter begins on a new sheet: an empty page follows one with an odd number of pages. The same batch
    gives the same bytes. UnknownBatch, BatchExpired, StepForbidden (while it isn't ended), FormatNotOffered and Forbidden are
    raised at once; BatchExpired in the middle if the batch expires meanwhile, which leaves no readable PDF.
    """
    handout = open_handout(register, id, by=by, first=first, last=last)
    if handout.batch.format != "pdf":
        raise FormatNotOffered(f"这个批次生成的是{handout.batch.format}，只有PDF可以合成一个文件。")
    if not _has_files(handout):
        raise UnknownBatch(f"第{handout.first}件至第{handout.last}件没有生成的PDF，请回到批次查看原因。")
    return join(_letters(handout), title=handout.batch.title or handout.title, duplex=duplex)


def merged_name(batch: Batch, *, first: int = 1, last: int | None = None) -> str:
    """The name of the one PDF of a batch, or of a part of it."""
    return name_whole(batch, ".pdf", first=first, last=last)


def _letters(handout: Handout) -> Iterator[tuple[str, bytes]]:
    for _, _, name, content in handout.files():
        if content is not None:
            yield name.removesuffix(".pdf"), content


def _has_files(handout: Handout) -> bool:
    places = BatchItemRow.place.between(handout.first, handout.last)
    void = select(LetterRow.id).where(LetterRow.id == BatchItemRow.letter_id, LetterRow.state == "void")
    made = select(BatchItemRow.place).where(
        BatchItemRow.batch_id == handout.batch.id, places, BatchItemRow.state == "done", ~void.exists()
    )
    with handout.register.store.reading() as session:
        return session.scalar(made.limit(1)) is not None
