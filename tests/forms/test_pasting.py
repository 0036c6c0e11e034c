"""Figures copied out of a spreadsheet find their places, or nothing is put anywhere."""

from __future__ import annotations

import pytest

from gipdocs.forms.pasting import NotPasted, paste
from gipdocs.questions.figures import GridCell, Path, Shape


def label(text: str, rows: int = 1, columns: int = 1) -> GridCell:
    return GridCell(text=text, rows=rows, columns=columns, scope="row")


def figure(*path: str | int, columns: int = 1) -> GridCell:
    return GridCell(path=path, label="".join(map(str, path)), columns=columns)


GRID = Shape(
    rows=(
        (label("（说明）", rows=2, columns=2), label("人数", columns=3)),
        (label("男"), label("女"), label("合计")),
        (label("一、新收（含“转来”）", columns=2), figure("a", 0), figure("a", 1), figure("a", 2)),
        (label("二、办结", rows=2), label("1.予以公开"), figure("b", 0), figure("b", 1), figure("b", 2)),
        (label("2.其他"), figure("c", 0), figure("c", 1), figure("c", 2)),
    ),
    head_rows=2,
)
WIDE = Shape(
    rows=(
        (label("名称"), figure("a", columns=2), figure("b", columns=2)),
        (label("费用"), figure("c", columns=4)),
    )
)
ALL = {("a", 0): "1", ("a", 1): "2", ("a", 2): "3", ("b", 0): "4", ("b", 1): "5", ("b", 2): "9"}


def test_bare_figures_are_laid_down_from_the_first_or_from_where_the_cursor_stands() -> None:
    assert paste("1\t2\t3\n4\t5\t9", GRID) == ALL
    assert paste("1\t2\r\n4\t5\r\n", GRID, ("b", 1)) == {
        ("b", 1): "1",
        ("b", 2): "2",
        ("c", 1): "4",
        ("c", 2): "5",
    }


@pytest.mark.parametrize(
    "copied",
    [
        "（说明）\t\t人数\t\t\n\t\t男\t女\t合计\n一、新收（含“转来”）\t\t1\t2\t3\n二、办结\t1.予以公开\t4\t5\t9\n\t2.其他\t\t\t",
        '一、新收(含"转来")\t1\t2\t3\n1．予以公开\t4\t5\t9',
        "1.予以公开\t4\t5\t9\n一、新收 （含“转来”）\t1\t2\t3",
        '"（说明）\n两行"\t\t人数\n一、新收（含“转来”）\t\t1\t2\t3\n\t1.予以公开\t4\t5\t9',
    ],
    ids=["whole-with-merged-cells", "names-without-merged-cells", "another-order", "line-break-in-a-cell"],
)
def test_rows_are_found_by_their_names(copied: str) -> None:
    assert paste(copied, GRID, ("c", 2)) == ALL


def test_blank_cells_are_left_as_they_are() -> None:
    assert paste("\t2\t\n\t\t\n7", GRID) == {("a", 1): "2", ("c", 0): "7"}
    assert paste("甲\t乙\n\n4\t5", GRID) == {("b", 0): "4", ("b", 1): "5"}


@pytest.mark.parametrize("sign", ["/", "—", "无", "1,234", "12.5", "22（其中修订16件）", "3件", "−", "-7"])
def test_what_stands_for_a_figure_is_put_in_as_it_is(sign: str) -> None:
    expected: dict[Path, str] = {("a", 0): sign}
    assert paste(f"{sign}\t", GRID) == expected


def test_what_is_no_figure_stays_in_its_own_cell() -> None:
    assert paste("1.5\t=A1\t7", GRID) == {("a", 0): "1.5", ("a", 1): "=A1", ("a", 2): "7"}
    assert paste("1.予以公开\t4\t待核\t", GRID) == {("b", 0): "4", ("b", 1): "待核"}
    assert paste("1.予以公开\t待核\t\t", GRID) == {("b", 0): "待核"}
    assert paste("4①\t１２\t5²", GRID) == {("a", 0): "4①", ("a", 1): "１２", ("a", 2): "5²"}


def test_merged_figures_take_the_blanks_behind_them_along() -> None:
    spread = {("a",): "1", ("b",): "2", ("c",): "3.5"}
    assert paste("名称\t1\t\t2\t\n费用\t3.5\t\t\t", WIDE) == spread
    assert paste("1\t2\n3.5", WIDE) == spread
    assert paste("名称\t\t\t2\t\n\t\t\t\t", WIDE) == {("b",): "2"}


@pytest.mark.parametrize(
    ("copied", "start", "words"),
    [
        ("", None, "没有可以粘贴的内容"),
        (" \t \n", None, "没有可以粘贴的内容"),
        ("男\t女\n甲\t乙", None, "没有数字"),
        ("1\t2\t3\t4", None, "有4格，表格从这里往右只有3格"),
        ("1\t2", ("a", 2), "只有1格"),
        ("1\n2\n3\n4", None, "有4行，从这里往下只有3行"),
        ("1\n2", ("c", 0), "只有1行"),
        ("一、新收（含“转来”）\t1\n三、作废\t2", None, "没有名称为“三、作废”的行"),
        ("1.予以公开\t1\t2\t3\t4", None, "“1.予以公开”这一行有4格"),
        ("规章\t1\t0\t2", None, "没有名称为“规章”的行"),
        ("1.予以公开\t1\t2\t3\n4\t5\t6", None, "第2行没有名称"),
        ('"' + "x" * 200_000, None, "不像是表格里复制来的"),
    ],
)
def test_nothing_is_put_anywhere_when_a_figure_has_no_place(copied: str, start: Path | None, words: str) -> None:
    with pytest.raises(NotPasted, match=words):
        paste(copied, GRID, start)
