"""What a clerk has to know about a sum: who is missing, what doesn't count, what doesn't balance, what is there twice."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from gipdocs.findings import Finding, doubt, fault, note, order_by_gravity
from gipdocs.reports.collecting.balances import COLUMN, OpenColumn, Unbalanced, find_unbalanced, say_column
from gipdocs.reports.collecting.copying import Likeness
from gipdocs.reports.collecting.gaps import OWN, LeftOut
from gipdocs.reports.collecting.repetition import Repetition
from gipdocs.reports.collecting.submissions import Collection, Submission
from gipdocs.reports.collecting.summed import SummedReport
from gipdocs.reports.expressions import Number
from gipdocs.reports.forms import figures
from gipdocs.writing import quote

MOST_PLACES = 8
"""The most places that one finding lists; all of them are in the lists of the sum."""


def find_all(summed: SummedReport, collection: Collection, previous: str) -> list[Finding]:
    """Everything that is to be said of a sum, most severe first; `previous` is what is to be said of last year's."""
    found = [
        *_came(collection),
        *map(_repeated, summed.repeated),
        *_left_out(summed.left_out),
        *_unbalanced(summed.unbalanced),
        *map(_open, summed.open_columns),
        *map(_alike, summed.likenesses),
        *_named(summed.counted),
        *_corrected(summed),
        *_broken(summed),
        *_fee(summed),
        note("sum-previous", previous),
    ]
    return order_by_gravity(found)


def _came(collection: Collection) -> Iterator[Finding]:
    if missing := collection.missing:
        yield doubt(
            "sum-missing", f"应报送{len(collection.due)}个单位，{len(missing)}个没有报送：{'、'.join(missing)}。"
        )
    for one in collection.submissions:
        if one.faults:
            whose = f"（{one.body}）" if one.body else ""
            yield doubt("sum-unread", f"{quote(one.name)}{whose}读不出，没有计入：{one.faults[0].detail}")
    for one in collection.astray:
        words = f"{quote(one.name)}（{one.label}）是{one.year}年度的报告，不是{collection.year}年度，没有计入。"
        yield doubt("sum-year", words)


def _repeated(one: Repetition) -> Finding:
    files = "、".join(map(quote, one.files))
    if one.same:
        return note("sum-twice", f"{one.body}报送了{len(one.files)}份，数字相同，只计一份：{files}。")
    if one.taken:
        return note("sum-twice", f"{one.body}报送了不同的{len(one.files)}份：{files}，按选定的{quote(one.taken)}计入。")
    return fault(
        "sum-twice", f"{one.body}报送了{len(one.files)}份，数字不同：{files}。一份也没有计入，请选定用哪一份。"
    )


def _left_out(gaps: Sequence[LeftOut]) -> Iterator[Finding]:
    """One finding for each body, with the places; of files from which a clerk has to choose another finding tells."""
    inside = sorted((gap for gap in gaps if gap.path), key=lambda gap: (gap.harmless, gap.body))
    for (harmless, body), found in groupby(inside, key=lambda gap: (gap.harmless, gap.body)):
        places = _listed([f"{gap.place}（{gap.reason}{_implied(gap)}）" for gap in found])
        if harmless:
            yield note("sum-left", f"{body}有的数字没有计入，按该单位的总计推算为0，不影响汇总：{places}。")
        else:
            yield doubt("sum-left", f"{body}有的数字没有计入，汇总可能偏小：{places}。请该单位补正。")
    yield from (doubt("sum-left", f"{gap.body}的报告没有计入：{gap.reason}。") for gap in gaps if gap.reason == OWN)


def _implied(gap: LeftOut) -> str:
    return "" if gap.implied is None or gap.harmless else f"，按该单位的总计推算合计{gap.implied}"


def _listed(places: Sequence[str], unit: str = "处") -> str:
    more = f"等{len(places)}{unit}" if len(places) > MOST_PLACES else ""
    return "；".join(places[:MOST_PLACES]) + more


def _unbalanced(found: Sequence[Unbalanced]) -> Iterator[Finding]:
    for body, own in groupby(found, key=lambda one: one.body):
        those = list(own)
        printed = "" if all(one.rule == COLUMN for one in those) else "汇总按各分项计算，没有采用印出的总计。"
        yield doubt("sum-balance", f"{body}的数字不平：{_listed([one.sentence for one in those])}。{printed}")


def _open(one: OpenColumn) -> Finding:
    figure = figures()[one.path]
    words = f"汇总的表三{quote(figure.column_label)}一列不平：{say_column(one.received, one.settled)}"
    blame = [f"{each.body}（前者{_more(each.value or 0)}）" for each in one.bodies]
    by_hand = sum(each.value or 0 for each in one.bodies) != one.received - one.settled
    blame += ["人工更正的数"] if by_hand else []
    why = f"，出在{_listed(blame)}"
    return doubt("sum-open", f"{words}{why}。", figure.pointer)


def _more(value: Number) -> str:
    return f"多{value}" if value > 0 else f"少{-value}"


def _alike(one: Likeness) -> Finding:
    if one.kind == "figures":
        return doubt("sum-alike", f"{one.body}与{one.other}三张表的全部数字相同，请核对有没有交错文件。")
    words = f"{one.body}与{one.other}第一、五、六部分的叙述有{one.characters}字相同，占较短一份的{one.percent}%"
    return doubt("sum-copy", f"{words}（各单位共有的套话不计），请核对是否照抄。")


def _named(counted: Iterable[Submission]) -> Iterator[Finding]:
    for one in counted:
        if not one.note:
            continue
        certain = "认作" in one.note and "请核对" not in one.note
        words = f"{quote(one.name)}：{one.note}" + ("" if certain else "数字已经计入；不应计入的，请移走这份文件。")
        yield note("sum-body", words) if certain else doubt("sum-body", words)


def _corrected(summed: SummedReport) -> Iterator[Finding]:
    for one in summed.corrections:
        pointer = summed.record.figures[one.path].pointer
        yield note("sum-corrected", one.sentence, pointer)
        if one.stale:
            words = f"{summed.record.figures[one.path].place}更正时汇总为{one.expected}，现在为{one.computed}，请重新核对更正的数。"
            yield doubt("sum-stale", words, pointer)


def _broken(summed: SummedReport) -> Iterator[Finding]:
    """The totals of the sum that don't follow from their parts any more, because one or the other was changed by hand."""
    changed = {one.path for one in summed.corrections}
    for one in find_unbalanced([("", summed.record)]):
        if one.rule != COLUMN and changed & {one.path, *one.parts}:
            words = f"更正以后不平：{one.place}为{one.printed}，各分项之和为{one.computed}。请核对，有关的数一并更正。"
            yield doubt("sum-broken", words, summed.record.figures[one.path].pointer)


def _fee(summed: SummedReport) -> Iterator[Finding]:
    made = [one for key in summed.fees for one in summed.fees[key]]
    lacking = list(dict.fromkeys(one.body for one in made if one.value is None))
    if lacking:
        words = f"{len(lacking)}个单位没有报告信息处理费的金额或者件数，没有合计：{_listed(lacking, '个')}。"
        yield note("sum-fee", words, "/processing_fee")
