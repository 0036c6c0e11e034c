"""Finds out how the text of a published file is encoded."""

from __future__ import annotations

from codecs import BOM_UTF16_BE, BOM_UTF16_LE

from gipdocs.filekinds import HEAD, explain_refusal
from gipdocs.published.blocks import refuse_file

WANTED = "“Word 文档(*.docx)”"


def refuse_strangers(data: bytes) -> None:
    """Raise InvalidInput for an unsupported kind of file; the message names the kind and says how to convert it."""
    if words := explain_refusal(data, ("docx",), WANTED):
        raise refuse_file("file", words)


def decode(data: bytes | str) -> str:
    """The text of a file in UTF-8, UTF-16 with its mark, or GB 18030; InvalidInput for any other file."""
    if isinstance(data, str):
        refuse_strangers(data[:HEAD].encode("utf-8", "replace"))
        return data.removeprefix("\ufeff")
    refuse_strangers(data)
    marked = data.startswith((BOM_UTF16_LE, BOM_UTF16_BE))
    for encoding in ("utf-16",) if marked else ("utf-8-sig", "gb18030"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" not in text:
            return text
    raise refuse_file("file", "看不出文件的文字编码，请另存为.docx或者UTF-8编码的文本。")
