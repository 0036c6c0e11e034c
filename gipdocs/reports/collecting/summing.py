"""The sum of many reports: a record of its own, each figure of which opens the parts that it is made of."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType

from gipdocs.reports.collecting.addition import Addition, Contribution, Named, add
from gipdocs.reports.collecting.assessment import find_previous
from gipdocs.reports.collecting.balances import (
    compare_totals,
    find_open_columns,
    find_unbalanced,
)
from gipdocs.reports.collecting.copying import find_likenesses
from gipdocs.reports.collecting.corrections import Correction, correct
from gipdocs.reports.collecting.gaps import OWN, UNCHOSEN, LeftOut
from gipdocs.reports.collecting.repetition import Repetition, choose, group_by_body
from gipdocs.reports.collecting.submissions import Collection, Submission
from gipdocs.reports.collecting.sum_findings import find_all
from gipdocs.reports.collecting.summed import SummedReport
from gipdocs.reports.kinds import agency_kind
from gipdocs.reports.record import Record
from gipdocs.writing import quote

__all__ = ["Contribution", "Correction", "LeftOut", "SummedReport", "sum_up"]

NO_OVERRIDE: Mapping[str, str] = MappingProxyType({})
SOURCE = "sum"
"""The kind of source of a record that is a sum."""


def sum_up(
    collection: Collection,
    *,
    agency: str,
    corrections: Sequence[Correction] = (),
    take: Mapping[str, str] = NO_OVERRIDE,
) -> SummedReport:
    """Add up the reports of a collection, figure by figure, as the report of `agency`; totals are reckoned anew.

    A body counts once. Of equal files the first is taken, of different ones that which `take` names by body; as long as
    it names none, none of them counts. A figure that can't be read is in no sum. InvalidInput for corrections and
    choices of what isn't there.
    """
    counted, repeated = choose(group_by_body(collection.submissions), take)
    own = [one for one in counted if _is_own(one, agency, collection)]
    counted = _in_order((one for one in counted if one not in own), collection.due)
    reports = [(one.label, one.record) for one in counted if one.record]
    added = add(reports, year=collection.year, agency=agency)
    record, corrected = correct(added.record, corrections)
    previous, why = _previous(collection, counted, agency)
    summed = SummedReport(
        record=replace(record, previous=previous, agency_kind=agency_kind(agency)),
        parts=added.parts,
        left_out=(*_whole_reports(own, repeated), *added.left_out),
        corrections=corrected,
        fees=added.fees,
        counted=tuple(counted),
        repeated=tuple(repeated),
        unbalanced=tuple(find_unbalanced(reports)),
        differing=tuple(compare_totals(added)),
        open_columns=tuple(find_open_columns(added, record)),
        likenesses=find_likenesses(reports),
    )
    findings = tuple(find_all(summed, collection, why))
    return replace(summed, record=_described(summed, collection), findings=findings)


def _in_order(counted: Iterable[Submission], due: Sequence[str]) -> list[Submission]:
    """The files in the order of the bodies that are due, then in that in which they came."""
    order = {body: i for i, body in enumerate(due)}
    return sorted(counted, key=lambda one: order.get(one.body, len(due)))


def _is_own(sent: Submission, agency: str, collection: Collection) -> bool:
    """Whether a report is that of the agency for which others are added up, and no part of the sum."""
    assert sent.record
    return agency in (sent.body, sent.record.agency) and agency not in collection.due


def _whole_reports(own: Sequence[Submission], repeated: Sequence[Repetition]) -> Iterator[LeftOut]:
    yield from (LeftOut(body=one.label, path="", reason=OWN) for one in own)
    for one in repeated:
        if not one.taken:
            yield LeftOut(body=one.body, path="", reason=UNCHOSEN.format(count=len(one.files)))


def _previous(collection: Collection, counted: Sequence[Submission], agency: str) -> tuple[Record | None, str]:
    """Last year's record, and in Chinese where it comes from or why there is none.

    It is the agency's own, if that was sent in, or the sum of last year's reports, if each body that counts has one.
    """
    own = next((one.record for one in collection.earlier if one.record and agency == one.record.agency), None)
    if own:
        return replace(own, previous=None), "上年数字取自所附的本机关上年报告。"
    before = [(one.label, _before(one, collection)) for one in counted]
    lacking = [body for body, record in before if record is None]
    if lacking or not before:
        words = (
            f"{len(lacking)}个单位没有上年报告，或者有几份不同的，例如{quote(lacking[0])}"
            if lacking
            else "没有计入任何单位"
        )
        return None, f"没有合成上年的汇总：{words}。上年结转等跨年关系没有核对。"
    return _added_before([(body, record) for body, record in before if record], collection.year - 1, agency)


def _before(sent: Submission, collection: Collection) -> Record | None:
    before = find_previous(sent, collection)
    return before if before and before.year == collection.year - 1 else None


def _added_before(reports: Sequence[Named], year: int, agency: str) -> tuple[Record | None, str]:
    added: Addition = add(reports, year=year, agency=agency)
    gaps = [gap for gap in added.left_out if not gap.harmless]
    if gaps:
        first = gaps[0]
        return None, f"没有合成上年的汇总：{quote(first.body)}上年报告的{first.place}等数字不能计入（{first.reason}）。"
    return added.record, f"上年数字是{len(reports)}个单位上年报告的合计。"


def _described(summed: SummedReport, collection: Collection) -> Record:
    """The record of a sum, which says of what it is the sum and what was left out and changed by hand."""
    told = [f"{collection.year}年度，由{len(summed.counted)}个单位的报告汇总。"]
    told += [f"{gap.body}{gap.place}没有计入：{gap.reason}。" for gap in summed.left_out if not gap.harmless]
    told += [one.sentence for one in summed.corrections]
    return replace(summed.record, described={"source": {"kind": SOURCE}, "anomalies": told})
