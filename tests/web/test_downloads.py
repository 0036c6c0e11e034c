"""The name of a file to keep arrives as it is, and says nothing else to the browser."""

from __future__ import annotations

from urllib.parse import unquote

import pytest
from werkzeug.http import parse_options_header

from gipdocs.documents.build import Built
from gipdocs.service import Service
from gipdocs.web.downloads import document_file


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("小案卷.docx", "小案卷.docx"),
        ("甲;filename=b.exe.docx", "甲;filename=b.exe.docx"),
        ("甲'乙, 丙=丁%41.docx", "甲'乙, 丙=丁%41.docx"),
        ("a&b 𠮷.docx", "a&b 𠮷.docx"),
        ('a"b.docx', "a_b.docx"),
        ("../a\\b\r\nSet-Cookie: c.docx", ".._a_b__Set-Cookie_ c.docx"),
    ],
)
def test_any_name_is_one_name(service: Service, name: str, kept: str) -> None:
    built = Built(filename=name, media_type="a/b", content=b"x", findings=(), provenance={})
    header = document_file(service.registry["receipt"].document, built).headers["Content-Disposition"]
    assert header.isascii() and header.count(";") == 2
    kind, options = parse_options_header(header)
    assert kind == "attachment" and options == {"filename": kept}
    assert unquote(header.rpartition("''")[2]) == kept and 'filename="receipt.docx";' in header
