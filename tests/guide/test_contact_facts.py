"""The same telephone, address or hour is recognised in other spellings, and another one is not."""

from __future__ import annotations

import pytest

from gipdocs.guide import contact_facts


@pytest.mark.parametrize(
    ("told", "known", "same"),
    [
        ("0635-6068810", "0635-6068810", True),
        ("(0635)6068810", "0635-6068810", True),
        ("06356068810", "0635-6068810", True),
        ("6068810", "0635-6068810", True),
        ("0635-6068811", "0635-6068810", False),
        ("0634-6068810", "0635-6068810", False),
        ("6068810", "", False),
    ],
)
def test_telephones(told: str, known: str, same: bool) -> None:
    assert contact_facts.PHONE.findall(f"电话:{told}") == [told]
    assert contact_facts.same_phone(told, known) is same


@pytest.mark.parametrize("text", ["2026年11月23日", "编号20260302001", "252000", "1234567", "身份证11010519491231002X"])
def test_other_digits_are_no_telephone(text: str) -> None:
    assert contact_facts.PHONE.findall(text) == []


@pytest.mark.parametrize(
    ("told", "known", "same"),
    [
        ("聊城市东昌府区花园路22号", "聊城市东昌府区花园路22号", True),
        ("花园路22号", "聊城市东昌府区花园路22号", True),
        ("本局位于花园路22号", "聊城市东昌府区花园路22号", True),
        ("花园北路22号", "聊城市东昌府区花园路22号", False),
        ("东花园路22号", "聊城市东昌府区花园路22号", False),
        ("花园路122号", "聊城市东昌府区花园路22号", False),
        ("聊城江北水城旅游度假区文汇路16号", "聊城市江北水城旅游度假区文汇路16号", True),
        ("东市街5号", "某县东市街5号", True),
        ("市民中心3层", "市民中心3层", True),
        ("市民中心4层", "市民中心3层", False),
    ],
)
def test_addresses(told: str, known: str, same: bool) -> None:
    assert contact_facts.same_address(told, known) is same


def test_hours_and_seasons() -> None:
    text = "上午08:30-12:00下午14:30至18:00(5月1日-9月30日);10月1日至次年4月30日"
    assert contact_facts.find_periods(text) == {"8:30-12:00", "14:30-18:00"}
    assert contact_facts.find_seasons(text) == {(5, 1, 9, 30), (10, 1, 4, 30)}
