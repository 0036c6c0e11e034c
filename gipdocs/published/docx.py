"""Reads paragraphs and tables from a DOCX made by any program."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from itertools import islice

from lxml import etree

from gipdocs.archives import Archive, ArchiveRefused, Limits
from gipdocs.errors import InvalidInput
from gipdocs.markup import MarkupRefused, parse_xml
from gipdocs.ooxml import FALLBACK, W
from gipdocs.published.blocks import LARGEST_PART, LARGEST_UNPACKED, Block, PrintedTable, Taken, is_layout, refuse_file
from gipdocs.published.encodings import refuse_strangers
from gipdocs.published.marks import lower_digits, raise_digits
from gipdocs.published.numbering import Numbering, read_numbering
from gipdocs.published.styles import OFF, SWITCHES, Look, Styles, is_on, read_styles
from gipdocs.relationships import PACKAGE, NotThisFormat, find_linked, find_main_part

BOX = f"{W}txbxContent"
BREAKS = {f"{W}tab": "\t", f"{W}br": "\n", f"{W}cr": "\n", f"{W}noBreakHyphen": "-"}
LEFT_OUT = (f"{W}del", f"{W}moveFrom", f"{W}rt", FALLBACK)
"""Deleted text, ruby annotations, and the second copy of a text box."""
NOTE_TAGS = (f"{W}footnoteReference", f"{W}endnoteReference")
SHIFTS: Mapping[str | None, Callable[[str], str]] = {"superscript": raise_digits, "subscript": lower_digits}
LIMITS = Limits(member=LARGEST_UNPACKED, total=LARGEST_UNPACKED)


def read_docx(data: bytes) -> list[Block]:
    """Paragraphs and tables of the body in order; a footnote follows its number in brackets.

    Automatic numbers are part of their paragraphs; text that is hidden, struck out or deleted is left out.

    Raises InvalidInput for a file that is not a DOCX or is too large.
    """
    refuse_strangers(data)
    try:
        archive = Archive(data, LIMITS)
        main = find_main_part(partial(_member, archive)) if PACKAGE in archive else "word/document.xml"
        body = parse_xml(_member(archive, main)).find(f"{W}body")
        if body is None:
            raise refuse_file("file", "DOCX文件里没有正文，请核对文件。")
        reader = _Reader()
        reader.read_parts(archive, main)
        return list(reader.blocks(body))
    except NotThisFormat as error:
        raise refuse_file("file", f"这个文件{error}。") from error
    except (ArchiveRefused, MarkupRefused) as error:
        raise _unfit(error) from error
    except (KeyError, etree.XMLSyntaxError, RecursionError) as error:
        raise refuse_file("file", "这不是可以打开的DOCX文件，请用WPS或者Word另存为.docx后再试。") from error


def _unfit(error: ArchiveRefused | MarkupRefused) -> InvalidInput:
    if isinstance(error, MarkupRefused) or error.reason in ("large", "many"):
        return refuse_file("too-large", f"{error}，请删去无关的内容，另存为较小的文件后再试。")
    if error.reason == "encrypted":
        return refuse_file("file", f"{error}，请先取消密码，再另存为.docx后再试。")
    return refuse_file("file", f"这不是可以打开的DOCX文件（{error}），请用WPS或者Word另存为.docx后再试。")


def _member(archive: Archive, name: str) -> bytes:
    if archive.size(name) > LARGEST_PART:
        raise ArchiveRefused("large")
    return archive[name]


@dataclass
class _Reader:
    """Reads one file: `notes` are the texts of its footnotes by their id."""

    notes: Mapping[str, str] = field(default_factory=dict)
    styles: Styles = field(default_factory=Styles)
    numbering: Numbering = field(default_factory=Numbering)
    taken: Taken = field(default_factory=Taken)
    line: tuple[etree._Element | None, int] = (None, 0)

    def read_parts(self, archive: Archive, main: str) -> None:
        """Read what the text refers to: its styles, its lists, then its footnotes."""
        for root in _parts(archive, main, "styles"):
            self.styles = read_styles(root)
        for root in _parts(archive, main, "numbering"):
            self.numbering = read_numbering(root)
        for root in _parts(archive, main, "footnotes"):
            found = root.iter(f"{W}footnote")
            self.notes = {note.get(f"{W}id", ""): "".join(self.lines(note)).strip() for note in found}

    def blocks(self, element: etree._Element) -> Iterator[Block]:
        for child in element:
            if child.tag == f"{W}p":
                yield from (self.taken.paragraph(line) for line in self.text(child).split("\n") if line.strip())
                for box in _boxes(child):
                    yield from self.blocks(box)
            elif child.tag == f"{W}tbl" and not _lays_out(child):
                yield self.grid(child)
            elif child.tag not in LEFT_OUT:
                yield from self.blocks(child)

    def lines(self, element: etree._Element) -> Iterator[str]:
        """The text of each paragraph in a cell or a note, including its text boxes."""
        for child in element:
            if child.tag == f"{W}p":
                yield self.text(child)
                for box in _boxes(child):
                    yield from self.lines(box)
            elif child.tag not in LEFT_OUT:
                yield from self.lines(child)

    def text(self, paragraph: etree._Element) -> str:
        label = self.numbering.label(paragraph, self.styles)
        text = "".join(self.taken.text(piece) for piece in self.pieces(paragraph, paragraph))
        return self.taken.text(label) + text if text.strip() else text

    def pieces(
        self, element: etree._Element, paragraph: etree._Element, shift: Callable[[str], str] = str
    ) -> Iterator[str]:
        """The visible text of a paragraph; `shift` raises or lowers the digits of a run, so that they are not read as a number."""
        for child in element:
            if child.tag in LEFT_OUT or child.tag == BOX:
                continue
            if child.tag == f"{W}r":
                look = self.styles.look(child, paragraph)
                if not any(look.get(switch) for switch in SWITCHES):
                    yield from self.pieces(child, paragraph, self.shift(child, paragraph, look))
            elif child.tag == f"{W}t":
                yield "" if _marks_a_note(element) else shift(child.text or "")
            elif child.tag in BREAKS:
                yield BREAKS[child.tag]
            elif child.tag == f"{W}footnoteReference":
                note = self.notes.get(child.get(f"{W}id", ""), "")
                yield f"（{note}）" if note else ""
            elif isinstance(child.tag, str):
                yield from self.pieces(child, paragraph, shift)

    def shift(self, run: etree._Element, paragraph: etree._Element, look: Look) -> Callable[[str], str]:
        """How to write the digits of a run that is raised or lowered, by its alignment or compared with the first run."""
        if look.get("vertAlign") in SHIFTS or "position" not in look:
            return SHIFTS.get(look.get("vertAlign"), str)
        line, height = self.line_of(paragraph), self.styles.height(run, paragraph)
        return raise_digits if height > line else lower_digits if height < line else str

    def line_of(self, paragraph: etree._Element) -> int:
        """The height of the first run that has text."""
        if self.line[0] is not paragraph:
            first = next((text.getparent() for text in paragraph.iter(f"{W}t")), None)
            self.line = (paragraph, 0 if first is None else self.styles.height(first, paragraph))
        return self.line[1]

    def grid(self, table: etree._Element) -> PrintedTable:
        rows = (row for row in table.iter(f"{W}tr") if next(row.iterancestors(f"{W}tbl")) is table)
        return PrintedTable(tuple(self.taken.row(tuple(self.cells(row))) for row in rows if not _is_gone(row)))

    def cells(self, row: etree._Element) -> Iterator[str]:
        """The texts of the cells that begin in this row, one paragraph per line."""
        for cell in row.iter(f"{W}tc"):
            if next(cell.iterancestors(f"{W}tr")) is row and not _continues(cell):
                yield "\n".join(line for line in self.lines(cell) if line.strip())


def _parts(archive: Archive, main: str, kind: str) -> Iterator[etree._Element]:
    """The roots of the parts of a kind that the text refers to, or of the one with the usual name."""
    parts = {link.target for link in find_linked(archive, main) if link.kind == kind}
    for name in (parts or {f"word/{kind}.xml"}) & set(archive):
        yield parse_xml(_member(archive, name))


def _marks_a_note(run: etree._Element) -> bool:
    """Whether the text of a run is a note mark instead of an automatic number."""
    return any(mark.get(f"{W}customMarkFollows", "0") not in OFF for tag in NOTE_TAGS for mark in run.iter(tag))


def _lays_out(table: etree._Element) -> bool:
    """Whether the table is only used for layout."""
    inner = (one for one in table.iter(f"{W}tbl") if one is not table)
    return is_layout(
        _count_cells(table),
        ((_count_cells(one), "".join(text.text or "" for text in one.iter(f"{W}t"))) for one in inner),
    )


def _count_cells(table: etree._Element) -> int:
    return sum(1 for _ in islice(table.iter(f"{W}tc"), 2))


def _is_gone(row: etree._Element) -> bool:
    """Whether a row is hidden, or deleted with changes tracked."""
    properties = row.find(f"{W}trPr")
    if properties is None:
        return False
    return is_on(properties.find(f"{W}hidden")) or properties.find(f"{W}del") is not None


def _boxes(paragraph: etree._Element) -> Iterator[etree._Element]:
    """Text boxes anchored in a paragraph, each once."""
    for box in paragraph.iter(BOX):
        if next(box.iterancestors(FALLBACK), None) is None and next(box.iterancestors(BOX), None) is None:
            yield box


def _continues(cell: etree._Element) -> bool:
    """Whether the cell is the lower or right part of a merged one, or deleted."""
    if cell.find(f"{W}tcPr/{W}cellDel") is not None:
        return True
    for tag in ("vMerge", "hMerge"):
        merge = cell.find(f"{W}tcPr/{W}{tag}")
        if merge is not None and merge.get(f"{W}val", "continue") != "restart":
            return True
    return False
