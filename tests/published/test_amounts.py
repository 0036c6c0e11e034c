"""What others published is counted while it is read, as it would be printed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from gipdocs.errors import InvalidInput
from gipdocs.markup import MOST_ATTRIBUTES, MOST_NODES, MOST_SIGNS, MarkupRefused, parse_html, parse_xml
from gipdocs.published.blocks import MOST_CELLS, MOST_CHARACTERS, MOST_PARAGRAPHS, MOST_ROWS
from gipdocs.published.docx import read_docx
from gipdocs.published.html import read_page
from gipdocs.reports.reading.pasted import MOST_LINES, MOST_SEPARATORS, read_text
from tests.bombs import document, encrypted, footnote_copied, note_of_a_page_copied


def paragraph(text: str) -> str:
    return f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>"


def cells(rows: int, columns: int) -> str:
    row = f"<tr>{'<td>1</td>' * columns}</tr>"
    return f"<table>{row * rows}</table>"


REFUSED: dict[str, tuple[Callable[[], Any], str]] = {
    "a note that is copied": (lambda: read_docx(footnote_copied(6)), "文字超过"),
    "a note of a page that is copied": (lambda: read_page(note_of_a_page_copied().decode()), "文字超过"),
    "long paragraphs": (lambda: read_docx(document(paragraph("字" * (MOST_CHARACTERS + 1)))), "文字超过"),
    "many paragraphs": (lambda: read_docx(document(paragraph("字") * (MOST_PARAGRAPHS + 1))), "段"),
    "lines of one paragraph": (
        lambda: read_docx(document(f"<w:p>{'<w:r><w:t>字</w:t><w:br/></w:r>' * (MOST_PARAGRAPHS + 1)}</w:p>")),
        "段",
    ),
    "many rows": (lambda: read_docx(document(f"<w:tbl>{'<w:tr/>' * (MOST_ROWS + 1)}</w:tbl>")), "行"),
    "many tables": (lambda: read_docx(document("<w:tbl><w:tr/></w:tbl>" * (MOST_ROWS + 1))), "行"),
    "many cells": (lambda: read_page(cells(1, MOST_CELLS + 1)), "单元格"),
    "paragraphs of a page": (lambda: read_page("<p>字</p>" * (MOST_PARAGRAPHS + 1)), "段"),
    "texts of a page": (lambda: read_page(f"<p>{'字' * (MOST_CHARACTERS + 1)}</p>"), "文字超过"),
    "texts of cells": (lambda: read_page(f"<table><tr><td>{'字' * (MOST_CHARACTERS + 1)}</td></table>"), "文字超过"),
    "lines": (lambda: read_text("\n" * (MOST_LINES + 1)), "行"),
    "tabs": (lambda: read_text("\t" * (MOST_SEPARATORS + 1)), "制表符"),
    "rows of a text": (lambda: read_text("1\t2\n" * (MOST_ROWS + 1)), "行"),
    "paragraphs of a text": (lambda: read_text("字\n" * (MOST_PARAGRAPHS + 1)), "段"),
    "a text": (lambda: read_text("字" * (MOST_CHARACTERS + 1)), "文字超过"),
    "a password": (lambda: read_docx(encrypted()), "取消密码"),
}


@pytest.mark.slow
@pytest.mark.parametrize(("make", "words"), REFUSED.values(), ids=REFUSED)
def test_too_much_is_refused_with_what_it_is(make: Callable[[], Any], words: str) -> None:
    with pytest.raises(InvalidInput, match=words):
        make()


@pytest.mark.parametrize(
    "text",
    ["<a>" + "<b/>" * MOST_SIGNS + "</a>", "<a>" + "&b;" * MOST_SIGNS + "</a>", "<a " + 'b="" ' * MOST_SIGNS + "/>"],
    ids=["elements", "entities", "attributes"],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_xml_of_too_many_parts_is_refused_before_it_is_parsed(text: str, encoding: str) -> None:
    with pytest.raises(MarkupRefused):
        parse_xml(text.encode(encoding))


def test_xml_is_read_in_utf_8_and_utf_16() -> None:
    text = '<?xml version="1.0" encoding="{}"?><a>字</a>'
    assert [parse_xml(text.format(one).encode(one)).text for one in ("utf-8", "utf-16")] == ["字", "字"]


@pytest.mark.parametrize(
    "text",
    [
        "<p>" + "<br>" * MOST_NODES,
        "<p>" + "<" * (2 * MOST_NODES + 1),
        "<p " + " ".join(f"a{number}" for number in range(MOST_ATTRIBUTES + 1)) + ">",
        "<p " + " ".join(f'a{number}="<>"' for number in range(MOST_ATTRIBUTES + 1)) + ">",
        "".join(f"<p {' '.join(f'a{number}' for number in range(400))}>" for _ in range(500)),
    ],
    ids=["elements", "signs", "attributes", "quoted attributes", "attributes of many"],
)
def test_a_page_of_too_many_parts_is_refused(text: str) -> None:
    with pytest.raises(MarkupRefused):
        parse_html(text)
