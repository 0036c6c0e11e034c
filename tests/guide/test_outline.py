"""Numbers are followed through four levels, and a wrong one is told with the one that was meant."""

from __future__ import annotations

import pytest

from gipdocs.guide import read
from gipdocs.guide.outline import check_numbers, find_numbered


@pytest.mark.parametrize(
    ("lines", "meant"),
    [
        ("一、甲 （一）乙 1.丙 （1）丁 （2）戊 2.己 （1）庚 （二）辛 1、壬 二、癸 （一）子", []),
        ("一、甲 1.乙 2.丙 1.丁 2.戊", []),
        ("一、甲 （一）乙 1.丙 2.丁 2.戊", ["3."]),
        ("一、甲 （一）乙 1.丙 2.丁 3.戊 2.己 1.庚", ["（二）"]),
        ("一、甲 三、乙 四、丙", ["二、"]),
        ("一、甲 一、乙", ["二、"]),
        ("一、甲 （二）乙", ["二、"]),
        ("一、甲 （一）乙 （一）丙", ["（二）"]),
        ("一、甲 3.乙", ["1."]),
        ("九、甲 十、乙 十一、丙", ["一、"]),
        ("五、甲 附件：1.乙 2.丙", ["一、"]),
        ("2023年 12.5% 1.5元 0.5", []),
    ],
)
def test_a_number_follows_the_one_before(lines: str, meant: list[str]) -> None:
    found = list(check_numbers(read(lines.replace(" ", "\n"))))
    assert [one.message.partition("疑为“")[2].partition("”")[0] for one in found] == meant
    assert {one.code for one in found} <= {"number-broken"}


def test_a_numbered_paragraph_has_level_and_number() -> None:
    guide = read("十二、甲\n（三）乙\n4．丙\n（5）丁\n附件：1.戊\n其他")
    assert [(one.level, one.number) for one in find_numbered(guide)] == [(0, 12), (1, 3), (2, 4), (3, 5), (2, 1)]
