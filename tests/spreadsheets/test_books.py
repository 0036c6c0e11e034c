"""A workbook is counted before it is opened: each limit holds, and one below it is read."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from gipdocs.spreadsheets.books import read_sheets
from gipdocs.spreadsheets.counting import MOST_COLUMNS, MOST_ROWS, BookRefused
from gipdocs.spreadsheets.plain import read_csv
from tests.bombs import STRINGS, before, book, laughs, merged

pytestmark = pytest.mark.slow


def row(content: str) -> Callable[[str], str]:
    return before("</sheetData>", f'<row r="2">{content}</row>')


def text(length: int) -> str:
    return f'<c t="inlineStr"><is><t>{"字" * length}</t></is></c>'


def sheets(number: int) -> Callable[[str], str]:
    kind = 'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" r:id="rId1"'
    return before("</sheets>", "".join(f'<sheet name="s{n}" sheetId="{n + 9}" {kind}/>' for n in range(number - 1)))


truth = '<c t="b"><v>1</v></c>'
REFUSED: dict[str, tuple[Callable[[], bytes], str]] = {
    "a merged row too low": (lambda: merged("A1:A5001"), "too-many-cells"),
    "a merged column too far": (lambda: merged("A1:CW1"), "too-many-cells"),
    "merged ranges over each other": (lambda: merged("A1:CV2501", 2), "too-many-cells"),
    "a row too low": (lambda: book(sheet=before("</sheetData>", '<row r="5001"><c/></row>')), "too-many-cells"),
    "a cell too low": (lambda: book(sheet=row('<c r="A5001"/>')), "too-many-cells"),
    "a cell too far": (lambda: book(sheet=row('<c r="CW2"/>')), "too-many-cells"),
    "a cell too many": (lambda: book(sheet=row("<c/>" * 101)), "too-many-cells"),
    "too much in a row": (lambda: book(sheet=row(f"<c>{'<v/>' * 5001}</c>")), "too-many-cells"),
    "a long comment": (lambda: book(sheet=before("<sheetData", f"<!--{' ' * 10_001}-->")), "too-many-cells"),
    "a long instruction": (lambda: book(sheet=before("<sheetData", f"<?x {'a' * 10_001}?>")), "too-many-cells"),
    "too many texts": (lambda: book(strings=STRINGS.format("<si/>" * 100_001)), "too-large"),
    "too many sheets": (lambda: book(workbook=sheets(51)), "too-large"),
    "a long tag": (lambda: book(sheet=before("<sheetData", f'<x a="{" " * 262_144}"/>')), "too-large"),
    "a document type": (lambda: book(strings=laughs(STRINGS.format(""))), "xlsx"),
    "too many characters": (
        lambda: book(sheet=before("</sheetData>", "".join(f"<row>{text(80_000)}</row>" for _ in range(26)))),
        "too-many-cells",
    ),
    "too many numbers": (
        lambda: book(sheet=before("</sheetData>", f"<row>{'<c><v>1</v></c>' * 100}</row>" * 1001)),
        "too-many-cells",
    ),
    "one sheet read too often": (
        lambda: book(workbook=sheets(50), sheet=before("</sheetData>", f"<row>{truth * 100}</row>" * 101)),
        "too-many-cells",
    ),
}
READ: dict[str, Callable[[], bytes]] = {
    "merged as far as may be": lambda: merged("A1:CV4900"),
    "a row as low as may be": lambda: book(sheet=before("</sheetData>", '<row r="5000"><c r="CV5000"/></row>')),
    "rows without cells below": lambda: book(sheet=before("</sheetData>", '<row r="1048576" ht="9"/>')),
    "a hundred thousand texts": lambda: book(strings=STRINGS.format("<si><t/></si>" * 49_000)),
    "a hundred thousand numbers": lambda: book(
        sheet=before("</sheetData>", f"<row>{'<c><v>1</v></c>' * 100}</row>" * 1000)
    ),
    "fifty sheets": lambda: book(workbook=sheets(50)),
    "a link of the whole sheet": lambda: book(
        sheet=before("<pageMargins", '<hyperlinks><hyperlink ref="A1:XFD1048576"/></hyperlinks>')
    ),
    "a size that is not true": lambda: book(sheet=lambda one: one.replace('ref="A1:C1"', 'ref="A1:XFD1048576"')),
}


@pytest.mark.parametrize(("make", "code"), REFUSED.values(), ids=REFUSED)
def test_what_is_too_much_is_refused(make: Callable[[], bytes], code: str) -> None:
    with pytest.raises(BookRefused) as caught:
        list(read_sheets(make()))
    assert caught.value.code == code


@pytest.mark.parametrize("make", READ.values(), ids=READ)
def test_what_is_just_not_too_much_is_read(make: Callable[[], bytes]) -> None:
    rows = next(read_sheets(make())).rows
    assert rows[0][0] == "公开事项"
    assert len(rows) <= MOST_ROWS and {len(row) for row in rows} <= {3, MOST_COLUMNS}


def test_a_sheet_that_is_too_large_stops_nobody_who_does_not_read_it() -> None:
    data = book(
        workbook=lambda text: text.replace('state="visible"', "").replace("<sheet ", '<sheet state="hidden" ', 1),
        sheet=before("</sheetData>", '<row r="5001"><c/></row>'),
    )
    assert [(sheet.hidden, sheet.rows) for sheet in read_sheets(data)] == [(True, [])]


def test_a_text_may_speak_of_a_table_but_a_page_is_none() -> None:
    assert read_csv("甲,乙\n1,请改<table>标签\n".encode()).rows == [["甲", "乙"], ["1", "请改<table>标签"]]
    with pytest.raises(BookRefused):
        read_csv(b"\n<HTML><TABLE><tr><td>1,2</td></tr></TABLE>")
