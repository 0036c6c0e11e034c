"""Reads a published guide from a DOCX, a web page or text: its paragraphs in order, and the addresses it links to."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from gipdocs.published.blocks import Block, Taken, refused
from gipdocs.published.publication import read_published

URL = re.compile(r"https?://[\w./?=&%#:@~+,;!$*-]*[\w/=&#-]", re.ASCII)


def plain(text: str) -> str:
    """The text with half-width signs and without spaces, for comparing."""
    return "".join(unicodedata.normalize("NFKC", text).replace("∶", ":").split())


@dataclass(frozen=True)
class GuideLine:
    """A paragraph: its place, counted from 0, and its text as published."""

    place: int
    text: str

    @cached_property
    def plain(self) -> str:
        """The text as it is used in comparisons."""
        return plain(self.text)

    @cached_property
    def unlinked(self) -> str:
        """The plain text without web addresses, whose digits are not telephone numbers."""
        return URL.sub("", self.plain)

    @property
    def clauses(self) -> list[str]:
        """The sentences and their parts up to a semicolon, plain."""
        return [clause for clause in re.split("[。;]", self.plain) if clause]


@dataclass(frozen=True)
class Guide:
    """A guide as published: its paragraphs, and the addresses behind its links."""

    lines: tuple[GuideLine, ...]
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
    published = read_published(data, "一份指南")
    guide = _guide([published.text, *map(_printed, published.blocks)], published.hrefs)
    if not guide.lines:
        raise refused("empty", "文件里没有文字，请核对文件。")
    return guide


def _printed(block: Block) -> str:
    """A paragraph unchanged; a table as one line for each row."""
    return block if isinstance(block, str) else "\n".join(" ".join(row).replace("\n", " ") for row in block.rows)


def _guide(texts: Iterable[str], hrefs: tuple[str, ...]) -> Guide:
    taken = Taken()
    printed = (line for text in texts for line in taken.text(text).splitlines() if line.strip())
    return Guide(tuple(GuideLine(place, taken.paragraph(line.strip())) for place, line in enumerate(printed)), hrefs)
