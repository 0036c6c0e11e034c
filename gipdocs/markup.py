"""Parses XML and HTML that others wrote into trees, limited so that none takes much more memory than its text."""

from __future__ import annotations

import re
from codecs import BOM_UTF16_BE, BOM_UTF16_LE

import lxml.html
from lxml import etree

MOST_SIGNS = 400_000
"""The most characters in XML that begin an element, an attribute or an entity; a node takes some 200 bytes."""
MOST_NODES = 200_000
"""The most elements and attributes in HTML."""
MOST_ATTRIBUTES = 500
"""The most attributes of one HTML element; the parser's time grows with the square of their number."""
OWN, OWN_WITHOUT_BLANKS = (
    etree.XMLParser(resolve_entities=False, no_network=True, remove_blank_text=blank) for blank in (False, True)
)
XML_DECLARATION = re.compile(r"^\s*<\?xml[^>]*>")


class MarkupRefused(Exception):
    """The text would make too large a tree; the message is a Chinese clause without a full stop."""

    def __init__(self) -> None:
        super().__init__("文件里的段落、表格和格式标记过多")


def parse_xml(data: bytes) -> etree._Element:
    """The root of an XML text in UTF-8 or UTF-16; entities are not resolved.

    Raises MarkupRefused, before a tree is built, if it would be too large; etree.XMLSyntaxError if the text is not
    well-formed.
    """
    if data.startswith((BOM_UTF16_LE, BOM_UTF16_BE)):
        data = data.decode("utf-16", "replace").encode()
    if sum(map(data.count, (b"<", b"&", b"="))) > MOST_SIGNS:
        raise MarkupRefused
    # Any other encoding is read as if it were UTF-8: in it, the characters counted above could be other bytes.
    return etree.fromstring(data, etree.XMLParser(resolve_entities=False, no_network=True, encoding="utf-8"))


def parse_own(data: bytes | str, *, indented: bool = True) -> etree._Element:
    """The root of an XML part that this service wrote or has examined; without `indented`, blank texts are dropped."""
    return etree.fromstring(data, OWN if indented else OWN_WITHOUT_BLANKS)


def parse_html(text: str) -> lxml.html.HtmlElement:
    """The root of a web page; MarkupRefused as above, etree.ParserError or ValueError if there is no page."""
    text = XML_DECLARATION.sub("", text)
    if text.count("<") > 2 * MOST_NODES:
        raise MarkupRefused
    counting = etree.HTMLParser(target=_Count())  # type: ignore[arg-type]  # it only calls methods that exist
    etree.fromstring(text, counting)
    return lxml.html.document_fromstring(text)


class _Count:
    """Counts the nodes of a page as the parser meets them."""

    def __init__(self) -> None:
        self.nodes = 0

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        self.nodes += 1 + len(attributes)
        if self.nodes > MOST_NODES or len(attributes) > MOST_ATTRIBUTES:
            raise MarkupRefused

    def close(self) -> None:
        return None
