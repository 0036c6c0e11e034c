"""Compares a report with that of the year before."""

from __future__ import annotations

import re
from collections.abc import Iterator

from gipdocs.findings import Severity
from gipdocs.reports.checks.folding import fold
from gipdocs.reports.checks.jumps import check_jumps
from gipdocs.reports.checks.moved import check_moved
from gipdocs.reports.checks.slips import check_slips
from gipdocs.reports.checks.sums import say
from gipdocs.reports.claims import name_claim
from gipdocs.reports.expressions import Number
from gipdocs.reports.narrative import PROSE, part, whole
from gipdocs.reports.record import Record
from gipdocs.reports.rules import State, Test, breach, held, unknown
from gipdocs.reports.shared_runs import count_covered, find_runs
from gipdocs.writing import quote

ITEM_ROWS = ("licence", "other_services", "penalty", "coercion", "fee")
TOO_SIMILAR = 50  # per cent
RUN = 6
"""This many consecutive characters from last year's report count as repeated."""
JUMP = 2
SMALLEST_JUMP = 20
PENDING = re.compile(r"[上去]一?年|结转|未(?:审)?结")
"""Words of a remark that says whether suits of the year before are counted."""
FEWEST_SAME = 3
"""Identical tables are remarkable from this many figures above 0 on."""


def check_years(record: Record, previous: Record) -> Iterator[Test]:
    """Every test across the two years; if `previous` is the wrong report, only that is reported.

    What concerns several figures is one finding, at the first of them.
    """
    if words := refuse_year(record, previous):
        yield breach("XY-PREV", words, "/previous/year", numbers=(previous.year, record.year - 1))
        return
    if record.agency and previous.agency and record.agency != previous.agency:
        words = f"上年报告的机关是{quote(previous.agency)}，与本报告的{quote(record.agency)}不同，请确认是同一机关。"
        yield breach("XY-PREV", words, "/previous/agency")
    yield from fold(compare_figures(record, previous), record)
    yield from _identical(record, previous)
    yield from _jumps(record, previous)
    yield from _pending(record, previous)
    yield from _similar(record, previous)


def refuse_year(record: Record, previous: Record) -> str:
    """Why the other report can't be compared with this one: it is not that of the year before; "" if it is."""
    if previous.year == record.year - 1:
        return ""
    return f"本报告为{record.year}年度，所附上年报告为{previous.year}年度，跨年关系没有核对，请换成{record.year - 1}年度的报告。"


def compare_figures(record: Record, previous: Record) -> Iterator[Test]:
    """The tests of single figures against those of the year before, each at its own figure."""
    yield from _carried(record, previous)
    if record.format == previous.format == "2021":
        yield from _stocks(record, previous)
    if record.format == previous.format == "2019":
        yield from _totals(record, previous)
        yield from _items(record, previous)
    yield from _changed(record, previous)


def _changed(record: Record, previous: Record) -> Iterator[Test]:
    """Figures in another's place, then slips, then jumps; a figure is told about once."""
    told: set[str] = set()
    slips = check_slips(record, previous) if record.format == previous.format else ()
    for tests in (check_moved(record, previous), slips, check_jumps(record, previous)):
        new = [one for one in tests if not one.finding or one.finding.pointer not in told]
        told.update(one.finding.pointer for one in new if one.finding)
        yield from new


def _carried(record: Record, previous: Record) -> Iterator[Test]:
    nothing = all(value is None for path, value in previous.cells.items() if path.startswith("table3."))
    for column in record.row_form.columns:
        now, then = f"table3.carried_in.{column}", f"table3.carried_out.{column}"
        if nothing or now in record.unread or then in previous.unread:
            yield unknown("XY-CARRY")
            continue
        blanks = record.cells[now] is None or previous.cells[then] is None
        stated, due = record.cells[now] or 0, previous.cells[then] or 0
        words = f"{say(now, record)}为{stated}，上年报告“四、结转下年度继续办理”同列为{due}，两数应当相等"
        remarks = ("table3.carried_in.", "table3.carried_out.")
        yield _compared("XY-CARRY", record, now, words, numbers=(stated, due), remarks=remarks, blanks=blanks)


def _stocks(record: Record, previous: Record) -> Iterator[Test]:
    for row in ("rules", "normative"):
        valid, issued, repealed = (f"table2.{row}.{field}" for field in ("valid", "issued", "repealed"))
        before, new, gone, now = previous.cells[valid], *(record.cells[path] for path in (issued, repealed, valid))
        if before is None or new is None or gone is None or now is None:
            absent = before is None or _unread(record, previous, valid, issued, repealed)
            yield from [unknown("XY-VALID")] * absent
            continue
        due = before + new - gone
        words = f"{say(valid, record)}为{now}，按上年现行有效{before}件加本年制发{new}件减本年废止{gone}件应为{due}"
        yield _compared("XY-VALID", record, valid, words, numbers=(now, due), remarks=(f"table2.{row}.",))


def _totals(record: Record, previous: Record) -> Iterator[Test]:
    for row in ("rules", "normative"):
        total, disclosed = f"table2.{row}.total_public", f"table2.{row}.disclosed"
        now, new, before = record.cells[total], record.cells[disclosed], previous.cells[total]
        if before is None:
            yield unknown("XY-TOTAL")
        if now is None or new is None or before is None or now == before + new:
            continue
        words = (
            f"{say(total, record)}为{now}，按上年总数量{before}加本年新公开{new}应为{before + new}，请核对。"
            "2019年格式没有废止一列，因废止而减少的，请注明。"
        )
        explained = record.remarked(f"table2.{row}.")
        numbers = (now, before + new)
        severity: Severity = "info" if explained else "warning"
        yield breach("XY-TOTAL", words, record.figures[total].pointer, severity=severity, numbers=numbers)


def _items(record: Record, previous: Record) -> Iterator[Test]:
    for row in ITEM_ROWS:
        items, change = f"table2.{row}.prev_items", f"table2.{row}.change"
        now, before, changed = record.cells[items], previous.cells[items], previous.cells[change]
        if now is None or before is None or changed is None:
            absent = before is None or changed is None or _unread(record, previous, items, change)
            yield from [unknown("XY-ITEMS")] * absent
            continue
        due = before + changed
        words = f"{say(items, record)}为{now}，按上年报告的上一年项目数量{before}加本年增/减{changed}应为{due}"
        yield _compared("XY-ITEMS", record, items, words, numbers=(now, due), remarks=(f"table2.{row}.",))


def _compared(
    rule: str,
    record: Record,
    path: str,
    words: str,
    *,
    numbers: tuple[Number, Number],
    remarks: tuple[str, ...],
    blanks: bool = False,
) -> Test:
    """Passes if equal; otherwise a warning, or information if one of the figures has a printed remark."""
    if numbers[0] == numbers[1]:
        return held(rule, blanks=blanks)
    figure = record.figures[path]
    if reason := record.remarked(*remarks):
        words = f"{words}。已注明原因：{reason}"
        return breach(rule, words, figure.pointer, severity="info", place=figure.place, numbers=numbers)
    words = f"{words}。请核对；确有原因的（机构改革、集中清理等），请在该数字后加注说明。"
    state: State = "fail-blank" if blanks else "fail"
    return breach(rule, words, figure.pointer, state=state, place=figure.place, numbers=numbers)


def _unread(record: Record, previous: Record, *paths: str) -> bool:
    return not (record.unread | previous.unread).isdisjoint(paths)


def _identical(record: Record, previous: Record) -> Iterator[Test]:
    positive = [value for value in record.cells.values() if value]
    if dict(record.cells) == dict(previous.cells) and len(positive) >= FEWEST_SAME:
        yield breach("XY-SAME", f"三张表的全部数字与{previous.year}年度完全相同，请确认没有误用上年数据。", "/table2")


def _jumps(record: Record, previous: Record) -> Iterator[Test]:
    before = {claim.key: claim.value for claim in previous.claims if claim.compare is None}
    for i, claim in enumerate(record.claims):
        then = before.get(claim.key)
        if claim.compare or not claim.value or not then or min(claim.value, then) < SMALLEST_JUMP:
            continue
        if max(claim.value, then) >= JUMP * min(claim.value, then):
            words = f"{name_claim(claim)}：上年为{then}，本年为{claim.value}，变化很大，请在文中说明原因或者统计口径。"
            yield breach("XY-JUMP", words, f"/claims/{i}/value", place=claim.where, numbers=(claim.value, then))


def _pending(record: Record, previous: Record) -> Iterator[Test]:
    left = {suit: then for suit in record.form.suits if (then := previous.cells[f"table4.{suit}.pending"])}
    if left:
        labels = [record.figures[f"table4.{suit}.total"] for suit in left]
        listed = "，".join(
            f"{quote(figure.row_label)}{then}件、本年总计{_shown(record, figure.path)}件"
            for figure, then in zip(labels, left.values(), strict=True)
        )
        words = f"表四上年尚未审结：{listed}。各地做法不一，本年总计含上年未结案件的，请加注说明。"
        if PENDING.search(explained := record.remarked("table4.")):
            words = f"表四上年尚未审结：{listed}。已注明：{explained}"
        numbers = (record.cells[labels[0].path], next(iter(left.values())))
        yield breach("XY-PENDING", words, labels[0].pointer, numbers=numbers)
    idle = [_received(one) for one in (record, previous)]
    suits = sum(record.cells[f"table4.{suit}.total"] or 0 for suit in record.form.suits)
    if suits and idle == [0, 0]:
        words = f"两年都没有收到申请，表四却有复议、诉讼{suits}件，请核对。"
        yield breach("T4-IDLE", words, "/table4", numbers=(suits, 0))


def _shown(record: Record, path: str) -> str:
    return "空白" if record.cells[path] is None else str(record.cells[path])


def _received(record: Record) -> Number | None:
    values = [record.cells[f"table3.{row}.total"] for row in ("new", "carried_in")]
    known = [value for value in values if value is not None]
    return sum(known) if len(known) == len(values) else None


def _similar(record: Record, previous: Record) -> Iterator[Test]:
    now, then = (_written(one) for one in (record, previous))
    if len(now) < RUN or len(then) < RUN:
        return
    percent = round(100 * count_covered(now, find_runs(then, RUN), RUN) / len(now))
    severe = percent > TOO_SIMILAR
    words = f"第一、五、六部分的叙述有{percent}%与{previous.year}年度连续{RUN}字以上相同" + (
        f"，超过{TOO_SIMILAR}%，有的地方按雷同扣分，请改写。" if severe else "。"
    )
    yield breach("XY-SIM", words, "/sections", severity="warning" if severe else "info", numbers=(percent, None))


def _written(record: Record) -> str:
    text = "".join(whole(section) for no in PROSE if (section := part(record, no)))
    return re.sub(r"[^\u4e00-\u9fff]", "", text)
