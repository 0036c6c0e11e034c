"""What is added up and what isn't: a body counts once, an unknown figure never, and a change by hand says so."""

from __future__ import annotations

import copy
from decimal import Decimal
from typing import Any

import pytest

from gipdocs.errors import InvalidInput
from gipdocs.reports import load
from gipdocs.reports.collecting.corrections import Correction
from gipdocs.reports.collecting.submissions import Collection, Submission, arrange
from gipdocs.reports.collecting.summing import SummedReport, sum_up
from gipdocs.reports.record import Record
from tests.reports import county
from tests.reports.samples import given, record

AGENCY = "云岭县人民政府"
NEW = "table3.new.natural_person"
ALL_NEW = "table3.new.total"


def changed(i: int, path: str = "", value: Any = None, **keys: Any) -> Record:
    """A bureau's report with one cell of table 3 or 2 and some keys changed."""
    raw = copy.deepcopy(county.right(i).as_json()) | keys
    if path:
        table, row, column = path.split(".")
        cells = raw[table]["rows"][row] if table == "table3" else raw[table][row]
        cells[raw["table3"]["columns"].index(column) if table == "table3" else column] = value
    return load(raw)


def gathered(*records: Record, due: tuple[str, ...] = ()) -> Collection:
    """The reports as files a.json, b.json …"""
    files = [Submission(name=f"{'abcdefgh'[i]}.json", record=one) for i, one in enumerate(records)]
    return arrange(files, year=county.YEAR, due=due)


def summed(*records: Record, **more: Any) -> SummedReport:
    return sum_up(gathered(*records), agency=AGENCY, **more)


def codes(found: SummedReport, severity: str = "") -> list[str]:
    return [one.code for one in found.findings if not severity or one.severity == severity]


def value(i: int, path: str) -> Any:
    return county.right(i).cells[path]


def test_two_equal_files_of_a_body_count_once_and_are_told() -> None:
    found = summed(county.right(0), county.right(0), county.right(1))
    assert found.record.cells[NEW] == value(0, NEW) + value(1, NEW)
    assert found.repeated[0].same and found.repeated[0].taken == "a.json" and codes(found, "error") == []


def test_of_two_different_files_none_counts_until_one_is_chosen() -> None:
    two = (county.right(0), changed(0, NEW, 999), county.right(1))
    found = summed(*two)
    assert found.record.cells[NEW] == value(1, NEW) and codes(found, "error") == ["sum-twice"]
    assert [(gap.body, gap.path) for gap in found.left_out] == [(county.BODIES[0], "")]
    chosen = summed(*two, take={county.BODIES[0]: "b.json"})
    assert chosen.record.cells[NEW] == 999 + value(1, NEW) and codes(chosen, "error") == []
    assert chosen.repeated[0].taken == "b.json" and not chosen.repeated[0].same


def test_a_choice_of_a_file_that_did_not_come_is_refused() -> None:
    with pytest.raises(InvalidInput) as refusal:
        summed(county.right(0), take={county.BODIES[0]: "z.json", "别的单位": "a.json"})
    assert [fault.pointer for fault in refusal.value.faults] == [f"/take/{county.BODIES[0]}", "/take/别的单位"]


def test_a_blank_figure_is_told_with_what_the_totals_imply_and_not_counted() -> None:
    blank = changed(0, NEW)
    found = summed(blank, county.right(1))
    [gap] = found.left_out
    assert (gap.path, gap.reason, gap.implied) == (NEW, "空白", value(0, NEW)) and not gap.harmless
    assert found.record.cells[NEW] == value(1, NEW)
    assert [(one.body, one.value) for one in found.parts[NEW]] == [
        (county.BODIES[0], None),
        (county.BODIES[1], value(1, NEW)),
    ]
    [told] = [one for one in found.findings if one.code == "sum-left"]
    assert told.severity == "warning" and f"推算合计{value(0, NEW)}" in told.message


def test_a_blank_that_must_be_0_changes_nothing() -> None:
    path = next(path for path, cell in county.right(0).cells.items() if path.startswith("table3.d") and cell == 0)
    found = summed(changed(0, path), county.right(1))
    assert found.left_out[0].harmless and "sum-left" in codes(found, "info")


def test_blanks_for_which_nothing_is_left_are_0() -> None:
    raw = county.right(0).as_json()
    rows = {key: [cell or None for cell in cells] for key, cells in raw["table3"]["rows"].items()}
    found = summed(load(raw | {"table3": {"rows": rows}}), county.right(1))
    assert found.left_out and all(gap.harmless for gap in found.left_out)
    assert [gap.path for gap in found.left_out if gap.path.count(".") == 1]  # whole rows too
    assert dict(found.record.cells) == dict(summed(county.right(0), county.right(1)).record.cells)


def test_a_blank_row_is_what_its_total_says() -> None:
    raw = county.right(0).as_json()
    raw["table3"]["rows"]["granted"][:6] = [None] * 6
    [gap] = summed(load(raw), county.right(1)).left_out
    assert (gap.path, gap.implied) == ("table3.granted", value(0, "table3.granted.total"))


def test_a_dash_is_told_as_it_was_printed() -> None:
    [gap] = summed(changed(0, "table2.penalty.decisions", raw={"table2.penalty.decisions": "—"})).left_out
    assert (gap.reason, gap.implied) == ("空白，印为“—”", None)


@pytest.mark.parametrize(("key", "reason"), [("raw", "印的不是数，印为“--3”"), ("not_visible", "来源中看不清")])
def test_a_figure_that_cannot_be_read_is_in_no_sum(key: str, reason: str) -> None:
    more: dict[str, Any] = {"raw": {NEW: "--3"}} if key == "raw" else {"not_visible": [NEW]}
    found = summed(changed(0, NEW, **more), county.right(1))
    assert [(gap.path, gap.reason) for gap in found.left_out] == [(NEW, reason)]
    assert found.record.cells[NEW] == value(1, NEW)


def test_a_table_that_cannot_be_read_is_told_once() -> None:
    raw = county.right(0).as_json() | {"not_visible": ["table4"]}
    del raw["table4"]
    [gap] = summed(load(raw), county.right(1)).left_out
    assert (gap.path, gap.place, gap.implied) == ("table4", "表四", None)


def test_rows_of_the_older_form_are_left_out_and_their_cases_told() -> None:
    raw = county.right(0).as_json()
    rows = raw["table3"]["rows"]
    old = {key: cells for key, cells in rows.items() if not key.startswith("o")} | {"other": [4, 0, 0, 0, 0, 0, 4]}
    raw["table3"] = {"form_rows": "2019", "rows": old}
    found = summed(load(raw), county.right(1))
    assert [gap.path for gap in found.left_out] == [
        *(f"table3.{row}.natural_person" for row in ("o1_no_correction", "o2_unpaid", "o3_other")),
        "table3.other",
    ]
    assert found.left_out[-1].implied == 4 and found.record.cells[NEW] == value(0, NEW) + value(1, NEW)


def test_reports_of_other_years_are_in_no_sum() -> None:
    found = summed(county.right(0), record("2021"))
    assert found.record.cells[NEW] == value(0, NEW) and "sum-year" in codes(found, "warning")


def test_totals_are_reckoned_anew_and_the_body_that_does_not_balance_is_named() -> None:
    wrong = changed(0, ALL_NEW, value(0, ALL_NEW) + 7)
    found = summed(wrong, county.right(1))
    assert found.record.cells[ALL_NEW] == value(0, ALL_NEW) + value(1, ALL_NEW)
    assert [one.value for one in found.parts[ALL_NEW]] == [value(0, ALL_NEW) + 7, value(1, ALL_NEW)]
    assert {(one.body, one.difference) for one in found.unbalanced if one.rule == "T3-ROW"} == {(county.BODIES[0], 7)}
    [total] = [one for one in found.differing if one.path == ALL_NEW]
    assert total.printed - total.computed == 7


def test_printed_totals_are_compared_only_if_every_body_has_printed_one() -> None:
    found = summed(changed(0, ALL_NEW), county.right(1))
    assert found.record.cells[ALL_NEW] == value(0, ALL_NEW) + value(1, ALL_NEW)
    assert found.differing == () and found.unbalanced == ()


def test_amounts_of_money_are_added_exactly() -> None:
    path = "table2.fee.amount_wan"
    found = summed(*(changed(i, path, amount) for i, amount in enumerate((0.1, 0.2, 12.345678))))
    assert found.record.cells[path] == Decimal("12.645678")
    assert load(found.record.as_json()).cells[path] == Decimal("12.645678")


@pytest.mark.parametrize(("units", "unit", "amount"), [(("元", "元"), "元", 30), (("元", "万元"), "元", 200_010)])
def test_amounts_in_different_units_are_added_in_yuan(units: tuple[str, str], unit: str, amount: int) -> None:
    reports = []
    for i, one in enumerate(units):
        raw = given("2020") | {"agency": county.BODIES[i]}
        raw["table2"]["procurement"] = {"projects": 1, "amount": (10, 20)[i], "amount_unit": one}
        reports.append(load(raw))
    files = [Submission(name=f"{i}", record=one) for i, one in enumerate(reports)]
    found = sum_up(arrange(files), agency=AGENCY).record
    assert (found.cells["table2.procurement.amount"], found.amount_unit) == (amount, unit)


def test_an_amount_without_a_unit_is_left_out() -> None:
    raw = given("2020")
    raw["table2"]["procurement"] = {"projects": 1, "amount": 10, "amount_unit": None}
    found = sum_up(arrange([Submission(name="a", record=load(raw))]), agency=AGENCY)
    assert "没有写明是元还是万元" in [gap.reason for gap in found.left_out]


def test_the_agencys_own_report_is_no_part_of_its_sum() -> None:
    own = changed(2, agency=AGENCY)
    found = summed(own, county.right(0))
    assert found.record.cells == summed(county.right(0)).record.cells
    assert [(gap.body, gap.path) for gap in found.left_out] == [(AGENCY, "")]
    assert len(sum_up(gathered(own, due=(AGENCY,)), agency=AGENCY).counted) == 1


def test_a_change_by_hand_is_carried_out_and_says_so() -> None:
    found = summed(county.right(0), county.right(1), corrections=[Correction(path=NEW, given=500, reason="漏报补录")])
    [done] = found.corrections
    assert done.computed == value(0, NEW) + value(1, NEW) and found.record.cells[NEW] == 500
    others = sum(value(i, ALL_NEW) - value(i, NEW) for i in (0, 1))
    assert found.record.cells[ALL_NEW] == 500 + others, "totals follow"
    assert [one.value for one in found.parts[NEW]] == [value(0, NEW), value(1, NEW)]
    assert "sum-corrected" in codes(found) and "sum-stale" not in codes(found)
    assert any("人工更正为500：漏报补录" in line for line in found.record.as_json()["anomalies"])


def test_a_column_that_a_change_by_hand_leaves_open_says_so() -> None:
    found = summed(county.right(0), county.right(1), corrections=[Correction(path=NEW, given=500, reason="漏报补录")])
    assert {one.path for one in found.open_columns} == {"table3.sum.natural_person", "table3.sum.total"}
    told = [one.message for one in found.findings if one.code == "sum-open"]
    assert len(told) == 2 and all(words.endswith("出在人工更正的数。") for words in told)


def test_a_total_changed_without_its_parts_says_so() -> None:
    found = summed(county.right(0), corrections=[Correction(path=ALL_NEW, given=1, reason="电话更正")])
    [words] = [one.message for one in found.findings if one.code == "sum-broken"]
    assert f"总计为1，各分项之和为{value(0, ALL_NEW)}" in words
    parts = summed(county.right(0), corrections=[Correction(path=NEW, given=500, reason="漏报补录")])
    assert "sum-broken" not in codes(parts)


def test_a_column_that_does_not_balance_is_told_in_the_words_of_the_form() -> None:
    wrong = changed(0, NEW, value(0, NEW) + 2)
    [words] = [one.message for one in summed(wrong, county.right(1)).findings if one.code == "sum-balance"]
    received = value(0, NEW) + 2 + value(0, "table3.carried_in.natural_person")
    assert f"表三“自然人”一列第一项加第二项为{received}，第三项（七）加第四项为{received - 2}，后者少2" in words


def test_a_change_made_to_another_sum_is_to_be_looked_at_again() -> None:
    found = summed(county.right(0), corrections=[Correction(path=NEW, computed=3, given=500, reason="漏报补录")])
    assert found.corrections[0].expected == 3 and "sum-stale" in codes(found, "warning")


@pytest.mark.parametrize(
    ("correction", "pointer"),
    [
        (Correction(path="table3.nothing.total", given=1, reason="有误"), "/corrections/0/path"),
        (Correction(path=NEW, given=-1, reason="有误"), "/corrections/0/given"),
        (Correction(path=NEW, given=Decimal("1.5"), reason="有误"), "/corrections/0/given"),
        (Correction(path=NEW, given=1, reason=" "), "/corrections/0/reason"),
    ],
)
def test_a_change_that_makes_no_sense_is_refused(correction: Correction, pointer: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        summed(county.right(0), corrections=[correction])
    assert [fault.pointer for fault in refusal.value.faults] == [pointer]


def test_the_fee_is_added_up_only_if_everybody_has_told_it() -> None:
    assert summed(county.right(0), county.right(1)).record.processing_fee == county.right(0).processing_fee
    found = summed(county.right(0), changed(1, processing_fee=None))
    assert found.record.processing_fee is None and "sum-fee" in codes(found)


def test_a_body_that_is_on_no_list_counts_and_is_told() -> None:
    stranger = changed(0, agency="西山县财政局")
    found = sum_up(gathered(stranger, county.right(1), due=county.DUE), agency=AGENCY)
    assert len(found.counted) == 2 and "sum-body" in codes(found, "warning")


def test_last_years_sum_needs_the_report_of_every_body() -> None:
    both = summed(county.right(0), county.right(1))
    assert both.record.previous is not None and "合计" in both.findings[-1].message
    lacking = summed(
        county.right(0), load({**county.right(1).as_json(), "previous": None} | {"previous": {"year": 2020}})
    )
    assert lacking.record.previous is None
    assert any(one.code == "sum-previous" and county.BODIES[1] in one.message for one in lacking.findings)


def test_a_sum_of_nothing_is_blank() -> None:
    found = sum_up(arrange([], year=2024, due=county.DUE), agency=AGENCY)
    assert set(found.record.cells.values()) == {None} and "sum-missing" in codes(found)
