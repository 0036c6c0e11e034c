"""What stands in a cell beside its number, or instead of it, in reports as offices publish them."""

from __future__ import annotations

import io
import zipfile

import pytest

from gipdocs.reports import check, read
from gipdocs.reports.record import Record
from tests.reports.printing import as_docx, as_html, as_pasted
from tests.reports.samples import record
from tests.reports.test_reading import renamed_in

pytestmark = pytest.mark.slow

PATH = "table3.new.natural_person"
"""The first 3 in a table of the report of 2023."""


def in_word(old: str, new: str) -> Record:
    """The report of 2023 as Word prints it, the run of that cell changed."""
    page = as_docx(record("2023"))
    assert f"<w:r><w:t>{old}</w:t></w:r>".encode() in _body(page)
    first = _body(page).partition(f"<w:r><w:t>{old}</w:t></w:r>".encode())
    return read(renamed_in(page, {_body(page): first[0] + new.encode() + first[2]}))


def _body(page: bytes) -> bytes:
    return zipfile.ZipFile(io.BytesIO(page)).read("word/document.xml")


def on_page(cell: str) -> Record:
    """The report of 2023 as a page, that cell changed."""
    return read(as_html(record("2023")).replace("<p>3</p>", cell, 1))


RUN = "<w:r><w:rPr>{}</w:rPr><w:t>{}</w:t></w:r>"
THREE = RUN.format("", "3")


@pytest.mark.parametrize(
    "runs",
    [
        THREE + RUN.format('<w:vertAlign w:val="superscript"/>', "1"),
        RUN.format("<w:vanish/>", "4") + THREE,
        RUN.format("<w:strike/>", "4") + THREE,
        RUN.format("<w:dstrike/>", "4") + THREE,
        f"<w:del>{RUN.format('', '4')}</w:del>{THREE}",
        RUN.format("", "3\u200b"),
        RUN.format("", "3①"),
    ],
)
def test_a_number_in_word_is_read_without_what_is_no_part_of_it(runs: str) -> None:
    again = in_word("3", runs)
    assert again.cells == record("2023").cells
    assert not again.raw


@pytest.mark.parametrize(
    "cell",
    [
        "<p>3<sup>1</sup></p>",
        "<p><del>4</del><ins>3</ins></p>",
        '<p><span style="display:none">4</span>3</p>',
        "<select><option>3</option><option>5</option></select>",
        '<input type="text" value="3">',
        "<textarea>3</textarea>",
        "<svg><text>4</text></svg>3<script>4</script>",
        "3[1]",
    ],
)
def test_a_number_on_a_page_is_read_without_what_is_no_part_of_it(cell: str) -> None:
    again = on_page(cell)
    assert again.cells == record("2023").cells
    assert not again.raw


def test_two_numbers_in_a_cell_are_not_joined() -> None:
    line = "</w:p><w:p>"
    pasted = as_pasted(record("2023")).replace("\t3\t", '\t"3\n1"\t', 1)
    for again in (in_word("3", f"{THREE}{line}{RUN.format('', '1')}"), on_page("3<br>1"), read(pasted)):
        assert again.cells[PATH] is None
        assert again.raw == {PATH: "3 1"}
        messages = [finding.message for finding in check(again) if finding.code == "T3-INT"]
        assert messages == ["表三“一、本年新收政府信息公开申请数量”自然人印为“3 1”，应为不小于0的整数，请改正。"]
