"""Reads a published guide from a DOCX, a web page or text: its paragraphs in order, and the addresses it links to."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property

import lxml.html

from gipdocs.published.blocks import LARGEST_FILE, LARGEST_TEXT, Block, Taken, refused
from gipdocs.published.docx import read_docx
from gipdocs.published.encodings import decoded
from gipdocs.published.html import SILENT, parse_page
from gipdocs.published.screen import INLINE

LOOKS_LIKE_HTML = re.compile(r"<(?:html|body|table|div|p|h\d|br|!doctype)[\s/>]", re.IGNORECASE)
URL = re.compile(r"https?://[\w./?=&%#:@~+,;!$*-]*[\w/=&#-]", re.ASCII)


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
        raise refused("too-large", f"文件超过{LARGEST_FILE // 2**20}MB，请另存为较小的文件。")
    guide = _read(data)
    if not guide.lines:
        raise refused("empty", "文件里没有文字，请核对文件。")
    return guide


def _read(data: bytes | str) -> Guide:
    if isinstance(data, bytes) and data.startswith(b"PK\x03\x04"):
        return _guide(map(_printed, read_docx(data)))
    if len(data) > LARGEST_TEXT:
        raise refused("too-large", f"文字超过{LARGEST_TEXT // 2**20}MB，不像是一份指南。")
    text = decoded(data)
    return _read_html(text) if LOOKS_LIKE_HTML.search(text) else _guide([text])


def _printed(block: Block) -> str:
    """A paragraph as it is, a table as a line for each of its rows."""
    return block if isinstance(block, str) else "\n".join(" ".join(row).replace("\n", " ") for row in block.rows)


def _guide(texts: Iterable[str], hrefs: tuple[str, ...] = ()) -> Guide:
    taken = Taken()
    printed = (line for text in texts for line in taken.text(text).splitlines() if line.strip())
    return Guide(tuple(Line(place, taken.paragraph(line.strip())) for place, line in enumerate(printed)), hrefs)


def _read_html(text: str) -> Guide:
    root = parse_page(text)
    walk = _Walk()
    walk.enter(root)
    return _guide(["".join(walk.pieces)], tuple(dict.fromkeys(_hrefs(root))))


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
