"""A layout is unpacked by the reader of all archives, and its refusal names the layout."""

from __future__ import annotations

from pathlib import Path

import pytest

from gipdocs import packing
from gipdocs.docx.layout import read_layout
from gipdocs.errors import TemplateError
from gipdocs.packing import Member
from tests.bombs import encrypted, lying


def test_what_was_packed_is_read_back(tmp_path: Path) -> None:
    members = {"[Content_Types].xml": b"<Types/>", "word/document.xml": "正文".encode() * 1000}
    path = tmp_path / "letter.docx"
    path.write_bytes(packing.write(Member.pack(name, data) for name, data in members.items()))
    assert packing.read(path) == members


@pytest.mark.parametrize(
    ("data", "words"),
    [(b"", "压缩包打不开"), (encrypted(), "密码"), (lying(2**20, method=8), "大小不符")],
    ids=["nothing", "a password", "a part that lies"],
)
def test_a_layout_that_is_none_is_named_with_the_cure(data: bytes, words: str, tmp_path: Path) -> None:
    path = tmp_path / "letter.docx"
    path.write_bytes(data)
    with pytest.raises(TemplateError, match=rf"letter\.docx.*{words}.*另存为"):
        read_layout(path, data)
