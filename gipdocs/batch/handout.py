"""What somebody takes out of a batch: the rows from one place to another, read a few at a time while they are sent.

No transaction lasts from one row to the next: whoever fetches slowly keeps nobody waiting, and the database's log short.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from gipdocs.access.actors import Actor
from gipdocs.access.permissions import Permission
from gipdocs.batch.batches import BatchItem, find_row, refuse_expired
from gipdocs.batch.naming import digits_for, name_row
from gipdocs.batch.noting import note_download
from gipdocs.batch.states import STEPS
from gipdocs.errors import StepForbidden, UnknownBatch
from gipdocs.questions import prepare_questions
from gipdocs.register.register import Register
from gipdocs.store.tables import BatchFileRow, BatchItemRow, BatchRow, LetterRow

SOME = 100
"""So many rows are read at once, without their files."""
ENDED = ("done", "cancelled")


@dataclass(frozen=True, kw_only=True)
class Handout:
    """A batch whose rows from `first` to `last` are handed out; `title` is that of its document, `places` how many rows it has."""

    register: Register
    batch: BatchRow
    title: str
    first: int
    last: int
    places: int

    def rows(self) -> Iterator[tuple[BatchItemRow, str]]:
        """The rows in their order, each with the name of its file."""
        questions = prepare_questions(self.register.registry[self.batch.document].document.schema)
        digits, after = digits_for(self.places), self.first - 1
        while after < self.last:
            with self.register.store.reading() as session:
                rows = _next_rows(session, self.batch.id, after, self.last)
            for row in rows:
                yield row, name_row(row, self.batch, questions, digits=digits)
            after = rows[-1].place if rows else self.last

    def files(self) -> Iterator[tuple[BatchItemRow, str, str, bytes | None]]:
        """The rows with their states, the names and the contents of their files, None for a row that has none.

        The state of a file that was deleted is "gone", that of a letter that was declared void since is "void": it is not
        handed out with the others. Raises BatchExpired if the batch expires meanwhile, so that whatever is being made of
        them is not finished.
        """
        for row, name in self.rows():
            if row.state != "done":
                yield row, row.state, name, None
            elif self._is_void(row):
                yield row, "void", name, None
            else:
                content = self._content(row.place)
                yield row, "done" if content is not None else "gone", name, content

    def _is_void(self, row: BatchItemRow) -> bool:
        with self.register.store.reading() as session:
            return bool(find_void(session, [row.letter_id] if row.letter_id is not None else []))

    def _content(self, place: int) -> bytes | None:
        with self.register.store.reading() as session:
            file = session.get(BatchFileRow, (self.batch.id, place))
            if file is None:
                refuse_expired(session.get_one(BatchRow, self.batch.id))
            return file.content if file else None


def open_handout(
    register: Register, id: str, *, by: Actor, first: int = 1, last: int | None = None, partial: bool = False
) -> Handout:
    """A batch for handing out, which is noted; UnknownBatch, BatchExpired, StepForbidden while it isn't ended unless `partial`."""
    by.demand(Permission.BATCHES)
    with register.store.reading() as session:
        row = find_row(session, id, by=by)
        refuse_expired(row)
        if row.state not in ENDED and not partial:
            raise StepForbidden(
                "这个批次还没有办完，请等办完以后再下载，或者先下载已经生成的。", allowed=STEPS[row.state]
            )
        places = session.scalar(select(func.max(BatchItemRow.place)).where(BatchItemRow.batch_id == id)) or 0
    end = min(last or places, places)
    if not 1 <= first <= end:
        raise UnknownBatch(f"这个批次只有{places}件，请核对从第几件到第几件。")
    note_download(register, row, by=by)
    title = register.registry[row.document].document.title
    return Handout(register=register, batch=row, title=title, first=first, last=end, places=places)


def list_void(register: Register, rows: Iterable[BatchItem]) -> set[int]:
    """The letters of some rows, by id, that were declared void since."""
    with register.store.reading() as session:
        return find_void(session, [row.letter_id for row in rows if row.letter_id is not None])


def count_fileless(register: Register, id: str) -> Mapping[str, int]:
    """How many rows of a batch have their letter, but no file, by their state."""
    without = (BatchItemRow.batch_id == id, BatchItemRow.letter_id.is_not(None), BatchItemRow.state != "done")
    counted = select(BatchItemRow.state, func.count()).where(*without).group_by(BatchItemRow.state)
    with register.store.reading() as session:
        return dict(session.execute(counted).all())


def find_void(session: Session, letters: Collection[int]) -> set[int]:
    """Those of some letters, by id, that were declared void."""
    if not letters:
        return set()
    return {*session.scalars(select(LetterRow.id).where(LetterRow.id.in_(letters), LetterRow.state == "void"))}


def _next_rows(session: Session, id: str, after: int, last: int) -> list[BatchItemRow]:
    wanted = select(BatchItemRow).where(BatchItemRow.batch_id == id, BatchItemRow.place.between(after + 1, last))
    return [*session.scalars(wanted.order_by(BatchItemRow.place).limit(SOME))]
