"""The cells of a table are as wide as those of LibreOffice, to the twip: it was tried which texts have room in them."""

from __future__ import annotations

import pytest

from gipdocs.typeset.tables import place_columns


@pytest.mark.parametrize(
    ("columns", "width", "places"),
    [
        ((2041, 2721, 1587, 2494), 8844, [0, 2040, 4761, 6349, 8844]),
        ((1701, 2976, 1701, 2976), 9355, [0, 1700, 4677, 6377, 9355]),
        ((510, 2268, 1474, 964, 907, 3231), 9355, [0, 509, 2778, 4252, 5215, 6123, 9355]),
        ((510, 2041, 1814, 1417, 1644, 1927), 9355, [0, 509, 2550, 4365, 5782, 7426, 9353]),
    ],
)
def test_columns_stand_where_libreoffice_has_them(columns: tuple[int, ...], width: int, places: list[int]) -> None:
    assert place_columns(columns, width) == places
