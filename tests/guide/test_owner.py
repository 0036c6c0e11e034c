"""A name is known without the places above its own, and the guide of another office by its title."""

from __future__ import annotations

import pytest

from gipdocs.guide import read
from gipdocs.guide.owner import find_other_owner, is_named, spellings


@pytest.mark.parametrize(
    ("name", "shorter"),
    [
        ("开封市龙亭区人民政府", ["龙亭区人民政府"]),
        ("河南省开封市龙亭区北郊乡人民政府", ["开封市龙亭区北郊乡人民政府", "龙亭区北郊乡人民政府", "北郊乡人民政府"]),
        ("云岭县大柳镇党政办公室", ["大柳镇党政办公室"]),
        ("聊城市东昌府区人民法院", ["东昌府区人民法院"]),
        ("山东省聊城市机关事务管理局", ["聊城市机关事务管理局"]),
        ("聊城市机关事务管理局", []),
        ("临江市市场监督管理局", []),
        ("临江市城乡建设局", []),
        ("云岭县城市管理局", []),
        ("云岭县乡村振兴局", []),
        ("内蒙古自治区水利厅", []),
    ],
)
def test_a_name_may_stand_without_the_places_above_its_own(name: str, shorter: list[str]) -> None:
    assert list(spellings(name)) == [name, *shorter]
    assert all(is_named(name, f"向{one}申请") for one in [name, *shorter])
    assert not is_named(name, "向有关机关申请")


OUR = "龙亭区人民政府"


@pytest.mark.parametrize(
    ("text", "other"),
    [
        ("龙亭区人民政府信息公开指南\n本机关", None),
        ("开封市龙亭区人民政府政府信息公开工作指南\n本机关", None),
        ("政府信息公开指南\n龙亭区人民政府是行政机关", None),
        ("龙亭区教育局政府信息公开指南\n龙亭区教育局受龙亭区人民政府领导", "龙亭区教育局"),
        ("区政府办公室信息公开指南\n龙亭区人民政府办公室。龙亭区人民政府。", None),
        ("祥符区人民政府信息公开指南\n本机关", "祥符区人民政府"),
        ("政府信息公开指南\n祥符区人民政府", ""),
    ],
)
def test_the_title_says_whose_guide_it_is_and_so_does_the_name_that_is_told_most(text: str, other: str | None) -> None:
    assert find_other_owner(read(text), f"开封市{OUR}") == other


def test_a_title_may_leave_out_the_name_of_the_own_place() -> None:
    assert (
        find_other_owner(read("市机关事务管理局政府信息公开指南\n本局办公室受理申请"), "聊城市机关事务管理局") is None
    )
    assert find_other_owner(read("市财政局政府信息公开指南\n本局办公室受理申请"), "聊城市机关事务管理局") == "市财政局"
