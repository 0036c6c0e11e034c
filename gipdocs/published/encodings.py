"""Finds out how the text of a published file is encoded."""

from __future__ import annotations

from gipdocs.published.blocks import refused


def decoded(data: bytes) -> str:
    """The text of a file in UTF-8, UTF-16 with its mark, or GB 18030; InvalidInput for what is no text."""
    if data.startswith((b"%PDF", b"\xd0\xcf\x11\xe0")):
        raise refused("file", "不能读取PDF和旧版.doc文件，请用WPS或者Word另存为.docx后再试。")
    marked = data.startswith((b"\xff\xfe", b"\xfe\xff"))
    for encoding in ("utf-16",) if marked else ("utf-8-sig", "gb18030"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" not in text:
            return text
    raise refused("file", "看不出文件的文字编码，请另存为.docx或者UTF-8编码的文本。")
