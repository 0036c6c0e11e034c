"""Writes the numbers of lists as Word and browsers print them: 一, 〇, 甲, 壹, ①, iv, b."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from gipdocs.writing import CAPITALS, CIRCLED, YEAR_DIGITS, numeral

STEMS = "甲乙丙丁戊己庚辛壬癸"
BRANCHES = "子丑寅卯辰巳午未申酉戌亥"
ROMAN = (
    *((1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl")),
    *((10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i")),
)
LARGEST = 9999
"""The largest number of a list in words; larger numbers are printed in digits."""
FULL_WIDTH = str.maketrans("0123456789", "０１２３４５６７８９")


def _one_of(signs: str) -> Callable[[int], str]:
    return lambda number: signs[number - 1] if 1 <= number <= len(signs) else str(number)


def _row(first: str, count: int) -> Callable[[int], str]:
    return _one_of("".join(chr(ord(first) + step) for step in range(count)))


def _roman(number: int) -> str:
    letters = ""
    for worth, sign in ROMAN:
        letters += sign * (number // worth)
        number %= worth
    return letters


def _letters(number: int) -> str:
    """a to z, then aa, bb."""
    return chr(ord("a") + (number - 1) % 26) * ((number - 1) // 26 + 1)


def _capital(number: int) -> str:
    """壹拾贰, with the 壹 that 十二 lacks."""
    words = numeral(number)
    return f"{'一' if words.startswith('十') else ''}{words}".translate(CAPITALS)


WRITTEN: Mapping[str, Callable[[int], str]] = {
    "chinese": numeral,
    "digits": lambda number: str(number).translate(YEAR_DIGITS),
    "capital": _capital,
    "stems": _one_of(STEMS),
    "branches": _one_of(BRANCHES),
    "circle": _one_of(CIRCLED),
    "in-brackets": _row("⑴", 20),
    "with-stop": _row("⒈", 20),
    "chinese-in-brackets": _row("㈠", 10),
    "two-digits": lambda number: f"{number:02}",
    "full-width": lambda number: str(number).translate(FULL_WIDTH),
    "lower-letter": _letters,
    "upper-letter": lambda number: _letters(number).upper(),
    "lower-roman": _roman,
    "upper-roman": lambda number: _roman(number).upper(),
}


def written(number: int, way: str | None) -> str:
    """The number written in a way of `WRITTEN`, or in digits."""
    write = WRITTEN.get(way or "")
    return write(number) if write and 1 <= number <= LARGEST else str(number)
