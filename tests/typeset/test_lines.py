"""What a PDF draws is read as it is seen, whatever operators draw it."""

from __future__ import annotations

import pytest

from tests.typeset.lines import Box, Line, lines, read
from tests.typeset.sheets import Sheet, Written, codes, make

TEXT = "聊城市"
SHOWN = f"<{codes(TEXT)}> Tj"


def drawn(content: str) -> bytes:
    return make(Sheet(content=content.encode()))


def test_a_line_has_its_text_its_baseline_and_both_its_ends() -> None:
    (page,) = read(
        make(Sheet((Written(79.5, 650.0, "2026年"), Written(150.0, 650.0, "公开 的"), Written(79.5, 621.0, "一"))))
    )
    assert lines(page) == [Line(650.0, 79.5, 206.0, "2026年公开的"), Line(621.0, 79.5, 95.5, "一")]
    assert {one.style.font for one in page.characters} == {"FandolFang"}


@pytest.mark.parametrize(
    "content",
    [
        f"BT /F1 16 Tf 80 600 Td {SHOWN} ET",
        f"BT /F1 1 Tf 16 0 0 16 80 600 Tm {SHOWN} ET",
        f"q 2 0 0 2 10 100 cm BT /F1 8 Tf 1 0 0 1 35 250 Tm {SHOWN} ET Q",
        f"BT /F1 16 Tf 80 610 Td 0 -10 Td {SHOWN} ET",
        f"BT /F1 16 Tf 10 TL 80 610 Td T* {SHOWN} ET",
        f"BT /F1 16 Tf 80 610 Td 0 -10 TD {SHOWN} ET",
        f"q BT /F2 9 Tf ET Q q BT /F1 16 Tf 80 600 Td [<{codes('聊')}> 0 <{codes('城市')}>] TJ ET Q",
        f"BT /F1 16 Tf 95 600 Td [937.5 <{codes(TEXT)}>] TJ ET",
        "BT /F1 16 Tf 80 600 Td (" + "".join(f"\\{int(codes(char), 16):03o}" for char in TEXT) + ") Tj ET",
        f"/Span <</MCID 0>> BDC BT /F1 16 Tf 80 600 Td {SHOWN} ET EMC",
        f"/Span <</ActualText <FEFF{TEXT.encode('utf-16-be').hex()}>>> BDC BT /F1 16 Tf 80 600 Td {SHOWN} ET EMC",
        f"% a remark\nBT /F1 16 Tf 80 600 Td {SHOWN} 3 Tr {SHOWN} ET",
    ],
)  # fmt: skip
def test_every_way_to_show_a_text_is_read_alike(content: str) -> None:
    (page,) = read(drawn(content))
    (line,) = lines(page)
    assert (line.text, round(line.y, 3), round(line.left, 3)) == (TEXT, 600, 80)
    assert {round(one.style.size, 1) for one in page.characters} == {16.0}


def test_narrow_and_spaced_characters_end_where_they_are_seen_to_end() -> None:
    (page,) = read(drawn(f"BT /F1 16 Tf 75 Tz 2 Tc 80 600 Td {SHOWN} ET"))
    (line,) = lines(page)
    assert (line.left, line.right) == (80, 80 + 0.75 * (3 * 16 + 2 * 2))
    assert {one.style.width for one in page.characters} == {75.0}


@pytest.mark.parametrize(
    "content",
    [
        "1 0 0 rg 60 700 480 2 re f",
        "1 0 0 RG 2 w 60 701 m 540 701 l S",
        "1 0 0 rg 300 700 m 60 700 l 60 702 l 540 702 l 540 700 l 300 700 l h f*",
        "1 0 0 rg 60 700 100 2 re 160 700 380 2 re f",
        "1 0 0 rg 60 700 300 2 re f 60 700 300 2 re f 300.2 700 239.8 2 re f",
        "1 1 1 rg 0 0 595 841 re f 1 0 0 rg 60 700 480 2 re f",
        "0 0 10 10 re W n 1 0 0 rg q .5 0 0 .5 0 0 cm 120 1400 960 4 re f Q",
    ],
)
def test_a_rule_is_one_bar_however_it_is_drawn(content: str) -> None:
    (page,) = read(drawn(content))
    assert page.boxes == [Box("bar", 60, 700, 540, 702, "ff0000")]


def test_grounds_shapes_and_frames_are_told_apart() -> None:
    content = "0.5 g 60 600 40 20 re 100 600 40 20 re f 0 G 1 w 10 10 m 20 30 40 30 50 10 c S 200 200 30 40 re S"
    (page,) = read(drawn(content))
    assert [(box.kind, box.color) for box in page.boxes] == [("bar", "000000")] * 4 + [
        ("ground", "808080"),
        ("shape", "000000"),
    ]
    assert Box("ground", 60, 600, 140, 620, "808080") in page.boxes


FRAME = "60 100 1 600 re 539 100 1 600 re f"


@pytest.mark.parametrize(
    "rule", ["60 400 480 .5 re f", "60.5 400 479 .5 re f", "61 400 478 .5 re f", "61.5 400 477 .5 re f"]
)
def test_where_a_rule_ends_inside_or_at_another_one_is_not_seen(rule: str) -> None:
    (page,) = read(drawn(f"{FRAME} {rule}"))
    assert Box("bar", 60.5, 400, 539.5, 400.5, "000000") in page.boxes


def test_a_rule_that_ends_before_another_one_is_seen() -> None:
    (page,) = read(drawn(f"{FRAME} 62.5 400 477 .5 re f"))
    assert Box("bar", 62.5, 400, 539.5, 400.5, "000000") in page.boxes
