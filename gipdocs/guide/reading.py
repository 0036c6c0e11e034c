"""Reads a published guide from a DOCX, a web page or text: its paragraphs in order, and the addresses it links to."""

from __future__ import annotations

import re
import unicodedata
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from io import BytesIO

import lxml.html
from lxml import etree

from gipdocs.documents import html as derived
from gipdocs.errors import Fault, InvalidInput

LARGEST_FILE = 20 * 2**20  # bytes
LARGEST_UNPACKED = 100 * 2**20
LARGEST_TEXT = 5 * 2**20
SILENT = {"script", "style", "noscript", "template", "head", "title", "select", "button", "svg", "iframe", "object"}
INLINE = {"a", "abbr", "b", "big", "cite", "code", "em", "font", "i", "ins", "label", "mark", "o:p", "q", "s", "small"}
INLINE |= {"span", "strong", "sub", "sup", "time", "u", "var", "wbr", "img"}
LOOKS_LIKE_HTML = re.compile(r"<(?:html|body|table|div|p|h\d|br|!doctype)[\s/>]", re.IGNORECASE)
URL = re.compile(r"https?://[\w./?=&%#:@~+,;!$*-]*[\w/=&#-]", re.ASCII)
BROKEN = (zipfile.BadZipFile, KeyError, IndexError, ValueError, NotImplementedError, RuntimeError, etree.XMLSyntaxError)


def plain(text: str) -> str:
    """The text with half-width signs and without spaces, for comparing."""
    return "".join(unicodedata.normalize("NFKC", text).replace("∶", ":").split())


@dataclass(frozen=True)
class Line:
    """A paragraph: its place, counted from 0, and its text as published."""

    place: int
    text: str

    @cached_property
    def plain(self) -> str:
        """The text as it is compared."""
        return plain(self.text)

    @cached_property
    def unlinked(self) -> str:
        """The plain text without web addresses, whose digits are no telephone."""
        return URL.sub("", self.plain)

    @property
    def clauses(self) -> list[str]:
        """The sentences and their parts up to a semicolon, plain."""
        return [clause for clause in re.split("[。;]", self.plain) if clause]


@dataclass(frozen=True)
class Guide:
    """A guide as published: its paragraphs, and the addresses behind its links."""

    lines: tuple[Line, ...]
    hrefs: tuple[str, ...] = ()

    @cached_property
    def plain(self) -> str:
        """All paragraphs, plain, one a line."""
        return "\n".join(line.plain for line in self.lines)

    @cached_property
    def links(self) -> dict[str, int | None]:
        """Every web address, printed or linked, with the place of the first paragraph that prints it."""
        printed = [(url, line.place) for line in self.lines for url in URL.findall(line.plain)]
        hrefs = [href for href in self.hrefs if URL.fullmatch(href)]
        return dict.fromkeys(hrefs) | dict(reversed(printed))


def read(data: bytes | str) -> Guide:
    """The guide in a DOCX, an HTML page or text (UTF-8, UTF-16, GB 18030); InvalidInput for anything else."""
    if len(data) > LARGEST_FILE:
        raise _refused("too_large", f"文件超过{LARGEST_FILE // 2**20}MB，请另存为较小的文件。")
    text = _text(data)
    guide = _read_html(text) if LOOKS_LIKE_HTML.search(text) else _guide(text.splitlines())
    if not guide.lines:
        raise _refused("empty", "文件里没有文字，请核对文件。")
    return guide


def _text(data: bytes | str) -> str:
    """The text of the file, of a DOCX as HTML."""
    if isinstance(data, bytes) and data.startswith(b"PK\x03\x04"):
        return _unpacked(data)
    if len(data) > LARGEST_TEXT:
        raise _refused("too_large", f"文字超过{LARGEST_TEXT // 2**20}MB，不像是一份指南。")
    return data if isinstance(data, str) else _decoded(data)


def _refused(code: str, detail: str) -> InvalidInput:
    return InvalidInput([Fault("", code, detail)])


def _guide(texts: list[str], hrefs: tuple[str, ...] = ()) -> Guide:
    kept = [text.strip() for text in texts if text.strip()]
    return Guide(tuple(Line(place, text) for place, text in enumerate(kept)), hrefs)


def _unpacked(docx: bytes) -> str:
    """The DOCX as HTML."""
    try:
        with zipfile.ZipFile(BytesIO(docx)) as archive:
            if sum(entry.file_size for entry in archive.infolist()) > LARGEST_UNPACKED:
                raise _refused("too_large", "文件解压后过大，请另存为较小的文件。")
        return derived.body(docx)
    except BROKEN as error:
        raise _refused("file", "这不是可以打开的DOCX文件，请用WPS或者Word另存为.docx后再试。") from error


def _decoded(data: bytes) -> str:
    if data.startswith((b"%PDF", b"\xd0\xcf\x11\xe0")):
        raise _refused("file", "不能读取PDF和旧版.doc文件，请用WPS或者Word另存为.docx后再试。")
    marked = data.startswith((b"\xff\xfe", b"\xfe\xff"))
    for encoding in ("utf-16",) if marked else ("utf-8-sig", "gb18030"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" not in text:
            return text
    raise _refused("file", "看不出文件的文字编码，请另存为.docx或者UTF-8编码的文本。")


def _read_html(text: str) -> Guide:
    try:
        root = lxml.html.document_fromstring(re.sub(r"^\s*<\?xml[^>]*>", "", text))
    except (etree.ParserError, ValueError) as error:
        raise _refused("empty", "文件里没有文字，请核对文件。") from error
    walk = _Walk()
    walk.enter(root)
    return _guide("".join(walk.pieces).split("\n"), tuple(dict.fromkeys(_hrefs(root))))


def _hrefs(root: lxml.html.HtmlElement) -> Iterator[str]:
    yield from (link.get("href", "").strip() for link in root.iter("a"))


@dataclass
class _Walk:
    """Gathers the text of a page; a block begins and ends a line, a table's row is one line."""

    pieces: list[str] = field(default_factory=list)

    def enter(self, element: lxml.html.HtmlElement, *, cell: bool = False) -> None:
        if not isinstance(element.tag, str) or element.tag in SILENT:
            return
        cell = cell or element.tag in ("td", "th")
        edge = "" if element.tag in INLINE else " " if cell else "\n"
        self.pieces += [edge, _one_line(element.text)]
        for child in element:
            self.enter(child, cell=cell)
            self.pieces.append(_one_line(child.tail))
        self.pieces.append(edge)


def _one_line(text: str | None) -> str:
    return " ".join((text or "").split())
