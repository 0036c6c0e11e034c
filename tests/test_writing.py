"""Writing: the forms of official documents, with cn2an as an oracle where it is right."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import cn2an
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gipdocs.writing import (
    amount,
    article,
    break_to_fit,
    capital_amount,
    chinese_date,
    circle_date,
    document_number_faults,
    numeral,
    plain_number,
    quantity,
    read_number,
    titled,
    weekday,
    width,
)


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("答复书", "《答复书》"),
        ("《答复书》", "《答复书》"),
        ("关于印发《办法》的通知", "《关于印发〈办法〉的通知》"),
        ("《甲》和《乙》", "《〈甲〉和〈乙〉》"),
    ],
)
def test_title_marks_do_not_stand_inside_each_other(name: str, written: str) -> None:
    assert titled(name) == written


def test_dates_have_no_leading_zeros() -> None:
    assert chinese_date(date(2026, 3, 1)) == "2026年3月1日"
    assert chinese_date(date(2026, 12, 31)) == "2026年12月31日"


@pytest.mark.parametrize(
    ("day", "text"),
    [
        (date(2026, 3, 1), "二〇二六年三月一日"),
        (date(2010, 10, 10), "二〇一〇年十月十日"),
        (date(2000, 11, 20), "二〇〇〇年十一月二十日"),
        (date(2019, 12, 31), "二〇一九年十二月三十一日"),
    ],
)
def test_dates_in_numerals_use_the_round_zero(day: date, text: str) -> None:
    assert circle_date(day) == text


@pytest.mark.slow
@given(st.dates(date(1949, 10, 1), date(2199, 12, 31)))
def test_dates_in_numerals_read_back_as_themselves(day: date) -> None:
    assert cn2an.transform(circle_date(day).replace("〇", "零"), "cn2an") == chinese_date(day)


def test_weekdays_are_named_as_in_chinese() -> None:
    assert [weekday(date(2026, 11, day)) for day in (23, 28, 29)] == ["星期一", "星期六", "星期日"]


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (0, "零"),
        (7, "七"),
        (10, "十"),
        (11, "十一"),
        (20, "二十"),
        (36, "三十六"),
        (100, "一百"),
        (101, "一百零一"),
        (110, "一百一十"),
        (1005, "一千零五"),
        (1050, "一千零五十"),
        (10000, "一万"),
        (10020, "一万零二十"),
        (100000, "十万"),
        (110000, "十一万"),
        (100000000, "一亿"),
        (291400005087, "二千九百一十四亿零五千零八十七"),
        (10**12, "一万亿"),
    ],
)
def test_numerals(number: int, words: str) -> None:
    assert numeral(number) == words


def oracle_is_wrong(number: int) -> bool:
    """cn2an drops the 零 over an empty 万 section: it reads 291400005087 as 二千九百一十四亿五千零八十七."""
    return number >= 10**8 and number // 10**4 % 10**4 == 0


@given(st.integers(0, 10**16 - 1) | st.integers(0, 10**6))
def test_numerals_agree_with_the_oracle(number: int) -> None:
    if not oracle_is_wrong(number):
        assert numeral(number) == cn2an.an2cn(number, "low")


@given(st.integers(0, 10**16 - 1))
def test_numerals_read_back_as_themselves(number: int) -> None:
    assert cn2an.cn2an(numeral(number), "smart") == number


@pytest.mark.parametrize("number", [-1, 10**16])
def test_numerals_end_at_both_sides(number: int) -> None:
    with pytest.raises(ValueError, match="only whole numbers"):
        numeral(number)


def test_articles_are_cited_in_numerals_without_brackets() -> None:
    assert article(36, item=2) == "第三十六条第二项"
    assert article(33, 2) == "第三十三条第二款"
    assert article(29, 2, 2) == "第二十九条第二款第二项"
    assert article(110) == "第一百一十条"


def test_counts_are_written_in_digits() -> None:
    assert quantity(12, "件") == "12件"
    assert quantity(1500, "页") == "1500页"
    with pytest.raises(ValueError, match="negative"):
        quantity(-1, "件")


@pytest.mark.parametrize(
    ("yuan", "words"),
    [
        ("0", "人民币零元整"),
        ("380", "人民币叁佰捌拾元整"),
        ("10", "人民币壹拾元整"),
        ("2700", "人民币贰仟柒佰元整"),
        ("1409.50", "人民币壹仟肆佰零玖元伍角整"),
        ("6007.14", "人民币陆仟零柒元壹角肆分"),
        ("1680.32", "人民币壹仟陆佰捌拾元零叁角贰分"),
        ("107000.53", "人民币壹拾万柒仟元零伍角叁分"),
        ("16409.02", "人民币壹万陆仟肆佰零玖元零贰分"),
        ("325.04", "人民币叁佰贰拾伍元零肆分"),
        ("0.50", "人民币伍角整"),
        ("0.05", "人民币伍分"),
        ("100000000", "人民币壹亿元整"),
        ("291400005087", "人民币贰仟玖佰壹拾肆亿零伍仟零捌拾柒元整"),
    ],
)
def test_sums_of_money_in_capitals(yuan: str, words: str) -> None:
    assert capital_amount(Decimal(yuan)) == words


@given(st.integers(1, 10**12))
def test_whole_sums_agree_with_the_oracle(yuan: int) -> None:
    if not oracle_is_wrong(yuan):
        assert capital_amount(yuan) == "人民币" + cn2an.an2cn(yuan, "rmb")


@given(st.integers(0, 10**14))
def test_two_sums_never_read_alike(cents: int) -> None:
    words = capital_amount(Decimal(cents) / 100)
    assert words != capital_amount(Decimal(cents + 1) / 100)
    assert words.startswith("人民币")
    assert words.endswith(("整", "分"))
    assert "零零" not in words


@pytest.mark.parametrize("yuan", [Decimal("-1"), Decimal("1.005"), -5])
def test_no_sum_is_written_for_what_is_none(yuan: Decimal | int) -> None:
    with pytest.raises(ValueError, match="not a sum"):
        capital_amount(yuan)


@given(st.sampled_from(["聊机管公开", "国办函", "鲁政办字"]), st.integers(1949, 2199), st.integers(1, 99999))
def test_a_right_document_number_has_no_fault(code: str, year: int, sequence: int) -> None:
    assert document_number_faults(f"{code}〔{year}〕{sequence}号") == []


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("聊机管〔2026〕第12号", ["number-prefix"]),
        ("聊机管〔2026〕012号", ["number-zero"]),
        ("清政公依〔2024〕第012号", ["number-prefix", "number-zero"]),
        ("聊机管〔2026〕0号", ["number-zero"]),
        ("聊机管[2026]12号", ["number-brackets"]),
        ("聊机管（2026）12号", ["number-brackets"]),
        ("聊机管【2026】12号", ["number-brackets"]),
        ("聊机管［2026］12号", ["number-brackets"]),
        ("聊机管〔26〕12号", ["number-year"]),
        ("聊机管〔1900〕12号", ["number-year"]),
        ("聊机管〔9999〕12号", ["number-year"]),
        ("聊机管2026-12号", ["number-year"]),
        ("聊机管〔２０２６〕12号", ["number-width"]),
        ("聊机管〔2026〕１２号", ["number-width"]),
        ("聊机管〔2026〕 12号", ["number-space"]),
        ("聊机管〔2026〕12号\n", ["number-space"]),
        ("聊机管〔2026〕12", ["number-form"]),
        ("〔2026〕12号", ["number-form"]),
        ("聊机管〔2026〕²号", ["number-form"]),
        ("", ["number-year"]),
    ],
)
def test_every_fault_of_a_document_number_is_named(text: str, codes: list[str]) -> None:
    faults = document_number_faults(text)
    assert [code for code, _ in faults] == codes
    assert all(detail.endswith("。") for _, detail in faults)


@pytest.mark.parametrize(
    ("code", "year", "sequence"), [("", 2026, 1), ("聊", 26, 1), ("聊", 2026, 0), ("聊 机", 2026, 1)]
)
def test_parts_that_make_no_number_are_faults(code: str, year: int, sequence: int) -> None:
    assert document_number_faults(f"{code}〔{year}〕{sequence}号")


@given(st.integers(0, 99))
def test_a_number_below_a_hundred_is_read_as_it_is_written(number: int) -> None:
    assert read_number(numeral(number)) == read_number(str(number)) == number


@pytest.mark.parametrize("text", ["", "一二", "十十", "廿", "一百", "1.5", "第三"])
def test_what_is_no_such_number_is_none(text: str) -> None:
    assert read_number(text) is None


@pytest.mark.parametrize(
    ("yuan", "written"),
    [(0, "0"), (380, "380"), (Decimal("380.00"), "380"), (Decimal("380.5"), "380.50"), (Decimal("0.05"), "0.05")],
)
def test_an_amount_has_two_decimals_or_none(yuan: Decimal | int, written: str) -> None:
    assert amount(yuan) == written


@pytest.mark.parametrize("wrong", [-1, Decimal("0.005")])
def test_what_is_no_sum_of_money_is_no_amount(wrong: Decimal | int) -> None:
    with pytest.raises(ValueError, match="not a sum"):
        amount(wrong)


@pytest.mark.parametrize(
    ("number", "written"),
    [(12, "12"), (100, "100"), (Decimal("12.50"), "12.5"), (Decimal("1E+3"), "1000"), (Decimal("-0.250"), "-0.25")],
)
def test_a_plain_number_has_no_idle_zeros(number: Decimal | int, written: str) -> None:
    assert plain_number(number) == written


def test_what_is_not_finite_is_not_written() -> None:
    with pytest.raises(ValueError, match="not a number"):
        plain_number(Decimal("NaN"))


@pytest.mark.parametrize(
    ("text", "room", "lines"),
    [
        ("", 3, [""]),
        ("公开指南", 2, ["公开", "指南"]),
        ("公开2026年", 3, ["公开20", "26年"]),
        ("阿·丹", 2, ["阿·", "丹"]),
        ("机关", 0.5, ["机", "关"]),
    ],
)
def test_a_text_is_broken_where_its_line_is_full(text: str, room: float, lines: list[str]) -> None:
    assert break_to_fit(text, room) == lines and all(width(line) <= room or len(line) == 1 for line in lines)
