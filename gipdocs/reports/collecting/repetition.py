"""Bodies of which several files came: the same report twice, or reports that differ, one of which a clerk must choose."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from gipdocs.errors import Fault, InvalidInput, token
from gipdocs.reports.collecting.addition import FEES
from gipdocs.reports.collecting.gaps import value_of
from gipdocs.reports.collecting.submissions import Submission


@dataclass(frozen=True, kw_only=True)
class Repetition:
    """Files of one body: `same` if their figures are equal; `taken` is the one that counts, "" as long as none does."""

    body: str
    files: tuple[str, ...]
    same: bool
    taken: str = ""

    def as_json(self) -> dict[str, Any]:
        """The files as the API prints them."""
        return {"body": self.body, "files": list(self.files), "same": self.same, "taken": self.taken or None}


def group_by_body(submissions: Iterable[Submission]) -> Mapping[str, tuple[Submission, ...]]:
    """The files that could be read, by body; one of an unknown body is by itself, unless it came twice."""
    groups: dict[str, list[Submission]] = {}
    for one in submissions:
        if one.record is None:
            continue
        alike = (label for label, files in groups.items() if not one.body and _is_copy(one, files[0]))
        groups.setdefault(next(alike, one.label), []).append(one)
    return {label: tuple(files) for label, files in groups.items()}


def choose(
    groups: Mapping[str, Sequence[Submission]], take: Mapping[str, str]
) -> tuple[list[Submission], list[Repetition]]:
    """The one file of each body that counts, and the bodies of which several came.

    Of equal ones the first counts, of different ones that which `take` names by body, or none. InvalidInput if `take`
    names a body or a file that isn't there.
    """
    if faults := [*_wrong(groups, take)]:
        raise InvalidInput(faults)
    counted, repeated = [], []
    for label, files in groups.items():
        same = all(_same_figures(one, files[0]) for one in files)
        wanted = take.get(label)
        taken = next((one for one in files if one.name == wanted), files[0] if same else None)
        counted += [taken] if taken else []
        if len(files) > 1:
            names = tuple(one.name for one in files)
            repeated.append(Repetition(body=label, files=names, same=same, taken=taken.name if taken else ""))
    return counted, repeated


def _wrong(groups: Mapping[str, Sequence[Submission]], take: Mapping[str, str]) -> Iterator[Fault]:
    for body, name in take.items():
        if name not in [one.name for one in groups.get(body, ())]:
            detail = "选定的文件不在这个单位报送的文件里，请核对单位名称和文件名。"
            yield Fault(f"/take/{token(body)}", "option", detail)


def _same_figures(one: Submission, other: Submission) -> bool:
    """Whether two files count the same in a sum; a fee that only one of them tells is no difference."""
    mine, theirs = (sent.record for sent in (one, other))
    assert mine and theirs
    fees = [tuple(getattr(record.processing_fee, key, None) for key in FEES) for record in (mine, theirs)]
    return (
        mine.amount_unit == theirs.amount_unit
        and {path: value_of(mine, path) for path in mine.cells}
        == {path: value_of(theirs, path) for path in theirs.cells}
        and all(here == there for here, there in zip(*fees, strict=True) if None not in (here, there))
    )


def _is_copy(one: Submission, other: Submission) -> bool:
    """Whether two files of unknown bodies have the same report in them."""
    return not other.body and one.record == other.record
