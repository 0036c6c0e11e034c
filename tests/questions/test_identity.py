"""Numbers of persons, organisations and telephones."""

from __future__ import annotations

from datetime import date

import pytest
from stdnum.cn import ric

from gipdocs.questions.identity import ID_KINDS, identity_fault, phone_fault, postcode_fault, uscc_fault


def with_check_digit(number: str) -> str:
    """The number of 17 digits with the one that belongs behind it."""
    return number + ric.calc_check_digit(number + "0")


PROVINCES = [
    with_check_digit(f"{code}0101199003078{code}5"[:17]) for code in (11, 15, 21, 23, 31, 37, 41, 46, 50, 54, 61, 65)
]
RIGHT = {
    "resident": ["11010519491231002X", "110101199003078515", *PROVINCES],
    "passport": ["E12345678", "EA1234567", "P1234567"],
    "hk_macao_permit": ["H12345678", "M1234567890"],
    "taiwan_permit": ["12345678", "1234567890(B)"],
    "hmt_residence": ["810000199408230021", "830000199201300022"],
    "foreign_permanent": ["FRA110081051805", "911124198108030024"],
    "officer": ["军字第1234567号"],
    "other": ["任意写法 12-3"],
}
WRONG = {
    "resident": [
        "110105194912310021",
        "11010519490230002X",
        "11010518000101002X",
        "810000199408230021",
        "710000199001010015",
        "911156199001010010",
        "000000199001010011",
        "990000199001010012",
        "160000199001010014",
        "560000199001010018",
        "1101",
        "１１０１０５",
    ],
    "passport": ["e1234567", "12"],
    "hk_macao_permit": ["C12345678", "H123"],
    "taiwan_permit": ["1234567", "１２３４５６７８"],
    "hmt_residence": ["11010519491231002X", "810000199408230022"],
    "foreign_permanent": ["911124198108030020", "FR110081051805"],
    "officer": ["1234567"],
}


def test_every_kind_has_cases() -> None:
    assert set(RIGHT) == set(ID_KINDS)


@pytest.mark.parametrize(("kind", "number"), [(kind, number) for kind, numbers in RIGHT.items() for number in numbers])
def test_a_right_number_has_no_fault(kind: str, number: str) -> None:
    assert identity_fault(kind, number) is None


@pytest.mark.parametrize(("kind", "number"), [(kind, number) for kind, numbers in WRONG.items() for number in numbers])
def test_a_wrong_number_has_a_fault_in_chinese(kind: str, number: str) -> None:
    assert "核对" in (identity_fault(kind, number) or "")


def test_nobody_is_born_after_today() -> None:
    assert identity_fault("resident", "110101199003078515", today=date(1980, 1, 1))


@pytest.mark.parametrize(
    "number", ["13800138000", "0635-6068810", "0635-6068810转801", "400-810-8888", "+86 635 6068810"]
)
def test_telephones_as_written_in_china_are_right(number: str) -> None:
    assert phone_fault(number) is None


@pytest.mark.parametrize("number", ["12", "1380013800", "电话", "0635-6068810转", "１３８００１３８０００"])
def test_other_telephones_are_not(number: str) -> None:
    assert phone_fault(number)


def test_codes_of_organisations_and_posts() -> None:
    assert uscc_fault("91110000600037341L") is None
    assert uscc_fault("91110000600037341M") and uscc_fault("9111000060003734IL")
    assert postcode_fault("252000") is None and postcode_fault("２５２０００") and postcode_fault("2520")


@pytest.mark.parametrize(
    ("number", "words"),
    [
        ("710000199001010015", "前两位“71”不是发证地的省级代码"),
        ("911156199001010010", "9开头的18位号码是外国人永久居留身份证"),
        ("830000199201300022", "81、82、83开头的是港澳台居民居住证"),
    ],
)
def test_a_number_that_the_police_do_not_give_to_residents_is_told_apart(number: str, words: str) -> None:
    assert words in (identity_fault("resident", number) or "")
