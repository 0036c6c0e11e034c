"""Fees: the table values, the steps shown, and what is refused."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gipdocs.errors import InvalidInput
from gipdocs.law import Law, load_law
from gipdocs.law.fees import charge, fee

from .conftest import TODAY

DATA = Path(__file__).resolve().parents[1] / "data" / "law"
VECTORS = json.loads((DATA / "vectors.json").read_text(encoding="utf-8"))["fees"]
LAW = load_law()
METHOD = "《政府信息公开信息处理费管理办法》"


def refused(body: object) -> dict[str, str]:
    with pytest.raises(InvalidInput) as error:
        charge(body, LAW, on=TODAY)
    return {fault.pointer: fault.detail for fault in error.value.faults}


def by_steps_of_ten(pieces: int) -> int:
    """The per-piece price said differently: one piece after the other."""
    return sum(0 if n <= 10 else 100 if n <= 30 else 200 + (n - 31) // 10 * 100 for n in range(1, pieces + 1))


@pytest.mark.parametrize(("count", "yuan"), VECTORS["by_piece"].items())
def test_every_vector_per_piece(count: str, yuan: int, law: Law) -> None:
    assert charge({"method": "piece", "count": int(count)}, law, on=TODAY).yuan == yuan


@pytest.mark.parametrize(("count", "yuan"), VECTORS["by_page"].items())
def test_every_vector_per_page(count: str, yuan: int, law: Law) -> None:
    assert charge({"method": "page", "count": int(count), "already": 0}, law, on=TODAY).yuan == yuan


@pytest.mark.parametrize(
    ("method", "count", "yuan"),
    [
        ("piece", 0, 0),
        ("piece", 11, 100),
        ("piece", 30, 2000),
        ("piece", 35, 3000),
        ("piece", 41, 4300),
        ("page", 31, 10),
        ("page", 200, 2700),
        ("page", 250, 4700),
    ],
)
def test_the_values_of_the_table(method: str, count: int, yuan: int, law: Law) -> None:
    assert fee(method, count, law=law.on(TODAY)).yuan == yuan


def test_pieces_before_move_the_start(law: Law) -> None:
    found = fee("piece", 5, already=28, law=law.on(TODAY))
    assert found.yuan == 2 * 100 + 3 * 200
    assert [step.as_json() for step in found.steps] == [
        {"from": 29, "to": 30, "count": 2, "rate": 100, "yuan": 200},
        {"from": 31, "to": 33, "count": 3, "rate": 200, "yuan": 600},
    ]


def test_the_steps_of_the_example(law: Law) -> None:
    body = charge({"method": "piece", "count": 35, "already": 0}, law, on=TODAY).as_json()
    assert body["yuan"] == 3000
    assert [step["yuan"] for step in body["steps"]] == [0, 2000, 1000]
    assert body["basis"] == [
        "《中华人民共和国政府信息公开条例》第四十二条第一款",
        f"{METHOD}第三条",
        f"{METHOD}第四条",
    ]
    assert json.loads(json.dumps(body)) == body


@pytest.mark.slow
@given(st.integers(0, 300), st.integers(0, 300))
def test_the_sum_is_what_one_piece_after_the_other_costs(already: int, count: int) -> None:
    expected = by_steps_of_ten(already + count) - by_steps_of_ten(already)
    assert fee("piece", count, already=already, law=LAW.on(TODAY)).yuan == expected


@given(st.sampled_from(["piece", "page"]), st.integers(0, 2000))
def test_the_steps_cover_every_unit_once(method: str, count: int) -> None:
    numbers = [n for step in fee(method, count, law=LAW.on(TODAY)).steps for n in range(step.first, step.last + 1)]
    assert numbers == list(range(1, count + 1))


@pytest.mark.slow
@given(st.sampled_from(["piece", "page"]), st.integers(0, 2000))
def test_one_more_never_costs_less(method: str, count: int) -> None:
    assert fee(method, count, law=LAW.on(TODAY)).yuan <= fee(method, count + 1, law=LAW.on(TODAY)).yuan


@pytest.mark.parametrize(
    ("body", "pointer", "words"),
    [
        ([], "", "JSON对象"),
        ({"count": 3}, "/method", "请填写计收方式"),
        ({"method": "piece"}, "/count", "请填写"),
        ({"method": "weight", "count": 3}, "/method", "第三条"),
        ({"method": 1, "count": 3}, "/method", "piece（按件计收）、page（按量计收）"),
        ({"method": "piece", "count": -1}, "/count", f"{METHOD}第三条"),
        ({"method": "piece", "count": 1, "already": -1}, "/already", "在0和100000之间"),
        ({"method": "piece", "count": 1.0}, "/count", "整数"),
        ({"method": "piece", "count": "1"}, "/count", "整数"),
        ({"method": "piece", "count": True}, "/count", "整数"),
        ({"method": "piece", "count": 10**30}, "/count", "在0和100000之间"),
        ({"method": "page", "count": 40, "already": 3}, "/already", f"{METHOD}第五条"),
        ({"method": "page", "count": 40, "pages": 3}, "/pages", "没有这一项"),
    ],
)
def test_wrong_input_is_refused_where_it_is_wrong(body: object, pointer: str, words: str) -> None:
    sentences = refused(body)
    assert words in sentences[pointer]
    assert sentences[pointer].endswith("。")


def test_nothing_already_may_be_null() -> None:
    assert charge({"method": "page", "count": 68, "already": None}, LAW, on=TODAY).yuan == 380


def test_the_explanation_shows_every_step(law: Law) -> None:
    lines = fee("page", 68, law=law.on(TODAY)).explain().splitlines()
    assert lines[0].startswith("信息处理费：380元（按量计收，68页")
    assert "  第1至30页：30页，不收费" in lines
    assert "  第31至68页：38页×10元＝380元" in lines
    assert "此前已计28件" in fee("piece", 5, already=28, law=law.on(TODAY)).explain()


def test_a_changed_tariff_changes_the_sum(law: Law) -> None:
    rules = law.fees[-1]
    tariff = rules.tariffs["page"]
    free = replace(tariff, tiers=(replace(tariff.tiers[0], last=None),))
    changed = replace(law, fees=(replace(rules, tariffs={**rules.tariffs, "page": free}),))
    assert fee("page", 500, law=changed.on(TODAY)).yuan == 0


def test_every_fee_names_the_data_it_came_from(law: Law) -> None:
    found = fee("piece", 5, law=law.on(TODAY))
    assert found.rules["fees"] in found.explain()


def test_before_the_first_tariff_nothing_can_be_charged(law: Law) -> None:
    assert fee("page", 68, law=law.on(date(2021, 1, 1))).yuan == 380
    with pytest.raises(InvalidInput, match="自2021年1月1日起施行") as error:
        charge({"method": "page", "count": 68}, law, on=date(2020, 12, 31))
    assert [fault.code for fault in error.value.faults] == ["before-law"]


def test_the_day_decides_which_tariff_applies(law: Law) -> None:
    rules = law.fees[-1]
    free = replace(rules.tariffs["page"], tiers=(replace(rules.tariffs["page"].tiers[0], last=None),))
    later = replace(rules, since=date(2027, 1, 1), tariffs={**rules.tariffs, "page": free})
    changed = replace(law, fees=(rules, later))
    assert [fee("page", 68, law=changed.on(day)).yuan for day in (date(2026, 12, 31), date(2027, 1, 1))] == [380, 0]
