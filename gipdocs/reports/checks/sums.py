"""Checks the tables of one report: the sums, and the limits of single figures."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal

from gipdocs.findings import Severity
from gipdocs.published.xlsx import WITHOUT_VALUE
from gipdocs.reports.arithmetic import Identity, compute_totals, identities
from gipdocs.reports.expressions import Number
from gipdocs.reports.grids import TABLE_NAMES
from gipdocs.reports.narrative import plain
from gipdocs.reports.record import NOTHING, Record
from gipdocs.reports.rules import State, Test, breach, held, unknown
from gipdocs.writing import quote

PRINTED = re.compile(r"(?P<sign>[+-]*)(?P<number>\d[\d,]{0,20}(?:\.\d{1,12})?)(?P<wan>万)?")
MOST_BLANK = 12
"""At most this many blank cells are named."""
SIGNED = re.compile(r"[+-]\d")


def check_tables(record: Record) -> Iterator[Test]:
    """Every test of tables 2, 3 and 4."""
    for identity in identities(record):
        yield _judge(identity, record)
    for table in record.tables:
        yield from _prints(record, table.key)
    yield from _stocks(record) if record.format == "2021" else _items(record)


def say(path: str, record: Record) -> str:
    """The place of a figure, in the words of this report's forms."""
    return record.figures[path].place


def _judge(identity: Identity, record: Record) -> Test:
    paths = (*identity.left, *identity.right)
    if record.unread.intersection(paths):
        return unknown(identity.rule)
    blanks = any(record.cells[path] is None for path in paths)
    left, right = (sum(record.cells[path] or 0 for path in side) for side in (identity.left, identity.right))
    if identity.rule == "T3-SUM" and identity.line == "total" and (filled := _row_totals(identity, record)):
        return _over_blank_rows(identity, record, filled)
    if left == right:
        return held(identity.rule, blanks=blanks)
    missing = record.cells[identity.total] is None
    state: State = "missing" if missing else "fail-blank" if blanks else "fail"
    figure = record.figures[identity.total]
    due = left - right if missing else left
    words = _sentence(identity, record, left, right)
    cure = f"请填写{due}。" if missing else "请核对各数后改正" + ("（空白按0计）。" if blanks else "。")
    numbers = (None if missing else right, due)
    return breach(identity.rule, f"{words}{cure}", figure.pointer, state=state, place=figure.place, numbers=numbers)


def _row_totals(identity: Identity, record: Record) -> dict[str, Number]:
    """The blank totals of rows that can be computed and are not 0."""
    filled = compute_totals(record)
    return {path: filled[path] for path in identity.left if filled.get(path)}


def _over_blank_rows(identity: Identity, record: Record, filled: Mapping[str, Number]) -> Test:
    """The column of totals, checked with the missing totals of its rows filled in."""
    figure, given = record.figures[identity.total], record.cells[identity.total]
    due = sum(filled.get(path) or record.cells[path] or 0 for path in identity.left)
    words = f"表三“总计”一列：第三项（一）至（六）中有{len(filled)}行的总计空白，按各行六类申请人之和补算后合计{due}，"
    if given is None:
        words += f"（七）总计空白。请补填各行总计，（七）总计填写{due}。"
    elif given == due:
        words += "与（七）总计相等。请补填各行总计。"
    else:
        words += f"（七）总计写为{given}，不相等。请补填各行总计后核对改正。"
    state: State = "missing" if given is None else "fail-blank"
    return breach(identity.rule, words, figure.pointer, state=state, place=figure.place, numbers=(given, due))


def _sentence(identity: Identity, record: Record, left: Number, right: Number) -> str:
    figure = record.figures[identity.total]
    empty = record.cells[identity.total] is None
    given = "空白" if empty else f"写为{right}，不相等"
    match identity.rule:
        case "T3-ROW":
            return f"表三{quote(figure.row_label)}一行：六类申请人合计{left}，总计{given}。"
        case "T3-SUM":
            return f"表三“{figure.column_label}”一列：第三项（一）至（六）合计{left}，（七）总计{given}。"
        case "T3-COL":
            handled = f"（七）总计空白，第四项为{right}" if empty else f"第三项（七）总计加第四项为{right}，不相等"
            return f"表三“{figure.column_label}”一列：第一项加第二项为{left}，{handled}。"
        case _:
            return f"表四{quote(figure.row_label)}：四种结果合计{left}，总计{given}。"


def _prints(record: Record, table: str) -> Iterator[Test]:
    """Tests for cells without a plain number, and for blank cells."""
    short = f"T{table[-1]}"
    paths = [path for path in record.cells if path.startswith(f"{table}.")]
    odd = [path for path in paths if path in record.raw and is_misprint(record.raw[path], record.cells[path])]
    uncomputed = [path for path in odd if record.raw[path] == WITHOUT_VALUE]
    if uncomputed:
        words = f"{TABLE_NAMES[table]}有{len(uncomputed)}格是公式，文件里没有算出的数：{_listed(uncomputed, record)}。"
        yield breach(f"{short}-INT", f"{words}请用Excel或者WPS打开文件，保存后再报送。", f"/{table}", state="fail")
    for path in odd:
        if path not in uncomputed and not _is_signed(path, record):
            yield _not_a_number(f"{short}-INT", path, record)
    for path in filter(lambda path: _is_signed(path, record), paths):
        figure = record.figures[path]
        words = f"{figure.place}印为{quote(record.raw[path])}，带正负号的数像是“本年增/减”，请核对是否错列。"
        yield breach("T2-SHIFT", words, figure.pointer, place=figure.place)
    if not odd and (table != "table4" or record.hidden.isdisjoint(paths)):
        yield held(f"{short}-INT") if record.hidden.isdisjoint(paths) else unknown(f"{short}-INT")
    readable = [path for path in paths if path not in record.hidden]
    blank = [path for path in readable if record.cells[path] is None and path not in odd]
    if blank:
        of_those = f"可辨认的{len(readable)}格中" if len(readable) < len(paths) else ""
        words = f"{TABLE_NAMES[table]}{of_those}有{len(blank)}格空白：{_listed(blank, record)}。"
        yield breach(f"{short}-BLANK", f"{words}没有发生的请填0，不留空、不画线。", f"/{table}")


def _listed(paths: Sequence[str], record: Record) -> str:
    """The places of figures of one table, without the table's name."""
    places = [say(path, record)[2:] for path in paths[:MOST_BLANK]]
    return "、".join(places) + ("等" if len(paths) > MOST_BLANK else "")


def is_misprint(printed: str, value: Number | None) -> bool:
    """Whether the printed cell, apart from remarks, is neither blank nor the number that was read from it."""
    if value is None:
        return printed.strip() not in NOTHING
    found = PRINTED.search(re.sub(r"\s", "", plain(printed)))
    if found is None:
        return False
    number = Decimal(found["number"].replace(",", "")) * (-1 if found["sign"] == "-" else 1)
    return len(found["sign"]) > 1 or value not in (number, number * 10_000 if found["wan"] else number)


def _is_signed(path: str, record: Record) -> bool:
    """Whether a number of items has a sign, which only a change may have."""
    return path.endswith(".prev_items") and bool(SIGNED.match(plain(record.raw.get(path, "")).strip()))


def _not_a_number(rule: str, path: str, record: Record) -> Test:
    figure = record.figures[path]
    wanted = {"money": "不小于0的数", "signed": "整数", "count": "不小于0的整数"}[figure.kind]
    words = f"{figure.place}印为{quote(record.raw[path])}，应为{wanted}，请改正。"
    return breach(rule, words, figure.pointer, state="fail", place=figure.place)


def _stocks(record: Record) -> Iterator[Test]:
    """Table 2 of the 2021 form: stocks of rules and of normative documents."""
    for row in ("rules", "normative"):
        yield from _prior_stock(record, row)


def _prior_stock(record: Record, row: str) -> Iterator[Test]:
    valid, issued, repealed = (f"table2.{row}.{field}" for field in ("valid", "issued", "repealed"))
    figures = _read(record, valid, issued, repealed)
    if figures is None:
        yield from [unknown("T2-PREV")] * (not record.unread.isdisjoint((valid, issued, repealed)))
        return
    now, new, gone = figures
    before = now - new + gone
    name, pointer = record.figures[valid].row_label, record.figures[valid].pointer
    if before < 0:
        words = f"表二“{name}”：现行有效{now}件，减本年制发{new}件、加本年废止{gone}件，上年底应为{before}件，不可能。"
        yield breach("T2-PREV", f"{words}请核对三个数。", pointer, state="fail", numbers=(now, new - gone))
    else:
        yield held("T2-PREV")
    if now == new > 1 and not gone:
        words = f"表二“{name}”现行有效件数与本年制发件数同为{now}，请确认现行有效件数是历年累计，不只是本年制发的。"
        yield breach("T2-ONLYNEW", words, pointer, numbers=(now, None))


def _items(record: Record) -> Iterator[Test]:
    """Table 2 of the 2019 form: documents made and disclosed, items of power, fees."""
    for row in ("rules", "normative"):
        yield from _disclosed(record, row)
    for row in ("licence", "other_services", "penalty", "coercion", "fee"):
        yield from _changes(record, row)
    path = "table2.procurement.amount"
    if record.cells[path] is not None and record.amount_unit is None:
        severity: Severity = "warning" if record.cells[path] else "info"
        words = f"{say(path, record)}{record.cells[path]}没有写单位，请注明“元”或者“万元”。"
        yield breach("T2-UNIT", words, record.figures[path].pointer, severity=severity)


def _disclosed(record: Record, row: str) -> Iterator[Test]:
    paths = [f"table2.{row}.{field}" for field in ("made", "disclosed", "total_public")]
    figures = _read(record, *paths)
    if figures is None:
        yield from [unknown("T2-TOTAL")] * (not record.unread.isdisjoint(paths))
        return
    made, disclosed, total = figures
    name, pointer = record.figures[paths[0]].row_label, record.figures[paths[2]].pointer
    if total < disclosed:
        words = f"表二“{name}”对外公开总数量{total}小于本年新公开数量{disclosed}，请核对。"
        yield breach("T2-TOTAL", words, pointer, state="fail", numbers=(total, disclosed))
    else:
        yield held("T2-TOTAL")
    if disclosed > made:
        words = f"表二“{name}”本年新公开数量{disclosed}大于本年新制作数量{made}，公开了以前年度文件的请说明。"
        yield breach("T2-MADE", words, record.figures[paths[1]].pointer, numbers=(disclosed, made))


def _changes(record: Record, row: str) -> Iterator[Test]:
    paths = [f"table2.{row}.{field}" for field in ("prev_items", "change")]
    figures = _read(record, *paths)
    if figures is None:
        yield from [unknown("T2-ITEMS")] * (not record.unread.isdisjoint(paths))
        return
    before, change = figures
    name, pointer = record.figures[paths[0]].row_label, record.figures[paths[1]].pointer
    if before + change < 0:
        words = f"表二“{name}”上一年项目数量{before}，本年减少{-change}，结果小于0，请核对。"
        yield breach("T2-ITEMS", words, pointer, state="fail", numbers=(change, -before))
    else:
        yield held("T2-ITEMS")
    decisions = record.cells.get(f"table2.{row}.decisions")
    if decisions and change and decisions == before + change:
        words = f"表二“{name}”处理决定数量{decisions}恰等于{before}与增减{change}之和，请确认填的是办件数，不是事项数。"
        yield breach("T2-MISREAD", words, record.figures[f"table2.{row}.decisions"].pointer, numbers=(decisions, None))


def _read(record: Record, *paths: str) -> tuple[Number, ...] | None:
    """The figures; None if one is blank or unreadable."""
    values = [value for path in paths if (value := record.cells[path]) is not None]
    return tuple(values) if len(values) == len(paths) else None
