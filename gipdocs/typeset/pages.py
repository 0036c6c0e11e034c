"""Puts lines and tables on pages, as LibreOffice does it for our documents. Lengths are in twips unless named otherwise."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from gipdocs.drawing.charts import MARK, read_chart
from gipdocs.drawing.placed import Bar, Element, Page, Placed, PlacedPicture, PlacedPiece, Unsupported
from gipdocs.typeset.lines import TWIPS, BrokenText, Line, break_lines
from gipdocs.typeset.reading import PAGE_NUMBER, Package, PageSetup, TextFormat, TextParagraph, TextShape, TextTable
from gipdocs.typeset.tables import LaidTable, bar

FULL_LINE = 28
"""Characters in a full line (GB/T 9704-2012 5.2.3); a shorter paragraph has only one line."""
LAST_LINES = 2
"""Lines of the last text that are kept with the signature, so that no page carries only that."""
MOST_PAGES = 12
"""LibreOffice has them on one long page before it parts them, and none can be longer."""


@dataclass(slots=True, eq=False)
class FlowDrawing:
    """A shape on its way to the pages: its tag, if it is more than ornament, and the text in it."""

    shape: TextShape
    owner: Element | None
    texts: list[tuple[BrokenText, Element]]


@dataclass(slots=True, eq=False)
class FlowBlock:
    """A paragraph, broken into lines, on its way to the pages, of which it begins on the first and ends on the other one."""

    paragraph: TextParagraph
    format: TextFormat
    lines: BrokenText
    owner: Element
    drawings: list[FlowDrawing] = field(default_factory=list)
    pages: tuple[int, int] = (0, 0)

    @property
    def least(self) -> int:
        """So many lines at least go to the next page together."""
        return LAST_LINES if self.format.widows else 1

    @property
    def first(self) -> int:
        """The height that must be free where it begins."""
        count = len(self.lines.lines)
        whole = self.format.keep_lines or self.format.keep_next or count <= self.least
        return self.format.line * (count if whole else 1)


def lay_out(package: Package) -> Placed:
    """All pages of a document."""
    return _Layout(package).placed()


class _Layout:
    def __init__(self, package: Package) -> None:
        self.sheet = package.sheet
        self.root = Element("Document")
        self.width = self.sheet.width - self.sheet.left - self.sheet.right
        self.headers, self.footers = package.margin("header"), package.margin("footer")
        self.blocks = [self._prepare(one) for one in package.blocks()]

    def _prepare(self, block: TextParagraph | TextTable) -> FlowBlock | LaidTable:
        if isinstance(block, TextTable):
            grid = LaidTable(block, self.sheet.left, self.width)
            self.root.children.append(grid.owner)
            return grid
        owner = Element(tag_of(block))
        drawings = [self._prepare_drawing(shape) for shape in block.shapes]
        if block.text.strip():
            self.root.children.append(owner)
        width = block.frame.width if block.frame else self.width
        return FlowBlock(block, block.format, break_lines(block.spans, block.format, width), owner, drawings)

    def _prepare_drawing(self, shape: TextShape) -> FlowDrawing:
        """A drawing; its tags stand before those of its paragraph."""
        owner = Element("Figure", alt=shape.alt) if shape.picture else None
        texts = [
            (break_lines(one.spans, one.format, shape.box.width), Element(tag_of(one))) for one in shape.paragraphs
        ]
        self.root.children += [owner] if owner else [element for _, element in texts]
        return FlowDrawing(shape, owner, texts)

    def placed(self) -> Placed:
        """Lay the blocks out; again, if the last lines of the text must be taken to the signature's page."""
        last = self._release_last_text()
        flow = _Flow(self)
        if last is not None and flow.parted(last):
            self._cut(last)
            flow = _Flow(self)
        if len(flow.pages) > MOST_PAGES:
            raise Unsupported("more pages than LibreOffice lays out at once")
        for number, page in enumerate(flow.pages, 1):
            page.pieces[:0] = self._margin(self.headers, number, page, header=True)
            page.pieces += self._margin(self.footers, number, page, header=False)
        return Placed(flow.pages, self.root)

    def _release_last_text(self) -> int | None:
        """Of the paragraphs kept together at the end, let the last one of running text go, as Word does.

        Its index, or None if there is none, or if it has so few lines that they move together.
        """
        for index in range(len(self.blocks) - 2, -1, -1):
            block = self.blocks[index]
            if not isinstance(block, FlowBlock) or not block.format.keep_next:
                return None
            if len(block.lines.text) > FULL_LINE and block.format.first >= 0:
                if len(block.lines.lines) <= LAST_LINES:
                    return None
                block.format = replace(block.format, keep_next=False, widows=True)
                return index
        return None

    def _cut(self, index: int) -> None:
        """Make the last lines a block of their own that is kept with what follows."""
        block = self.blocks[index]
        assert isinstance(block, FlowBlock)
        lines = block.lines
        rest = replace(lines, lines=lines.lines[-LAST_LINES:])
        lines.lines = lines.lines[:-LAST_LINES]
        format = replace(block.format, before=0, keep_next=True, new_page=False)
        tail = replace(block, format=format, lines=rest, drawings=[])
        block.format = replace(block.format, after=0)
        self.blocks.insert(index + 1, tail)

    def _margin(
        self, parts: Mapping[str, tuple[TextParagraph, ...]], number: int, page: Page, *, header: bool
    ) -> Iterator[PlacedPiece]:
        """The header or footer of a page, as ornament."""
        paragraphs = parts.get(_kind(self.sheet, number), ())
        height = sum(one.format.line for one in paragraphs)
        y = self.sheet.header if header else self.sheet.height - self.sheet.footer - height
        for one in paragraphs:
            spans = [replace(span, text=span.text.replace(PAGE_NUMBER, str(number))) for span in one.spans]
            lines = break_lines(spans, one.format, self.width)
            if len(lines.lines) > 1:
                raise Unsupported("header or footer of several lines")
            if one.text.strip():
                yield PlacedPiece(None, list(lines.runs(lines.lines, self.sheet.left, y)))
            for shape in one.shapes:
                if not shape.color:
                    raise Unsupported("drawing in a header or footer")
                yield from _pieces(FlowDrawing(shape, None, []), self.sheet.left, y)
            y += one.format.line


def _kind(sheet: PageSetup, number: int) -> str:
    if number == 1 and sheet.title:
        return "first"
    return "even" if sheet.alternating and number % 2 == 0 else "default"


def tag_of(paragraph: TextParagraph) -> str:
    """The tag of a paragraph: a heading's, if it is one of a level that has one."""
    return f"H{paragraph.format.level}" if 1 <= paragraph.format.level <= 6 else "P"


def _pieces(drawing: FlowDrawing, left: float, top: float) -> Iterator[PlacedPiece]:
    """What is drawn of a shape whose column and paragraph begin at a place."""
    shape = drawing.shape
    x = shape.box.x + (0 if shape.from_page[0] else left)
    y = shape.box.y + (0 if shape.from_page[1] else top)
    box = x, y, x + shape.box.width, y + shape.box.height
    if shape.picture.startswith(MARK):
        chart = read_chart(shape.picture, x / TWIPS, y / TWIPS, shape.box.width / TWIPS)
        yield PlacedPiece(drawing.owner, list(chart))
    elif shape.picture:
        size = shape.box.width / TWIPS, shape.box.height / TWIPS
        yield PlacedPiece(drawing.owner, [PlacedPicture(x / TWIPS, y / TWIPS, *size, shape.picture)])
    elif shape.color:
        yield PlacedPiece(None, [bar(*box, shape.color)])
    else:
        if shape.outline:
            yield PlacedPiece(None, list(_outline(box, shape)))
        free = shape.box.height - sum(lines.height for lines, _ in drawing.texts)
        if free < 0:
            raise Unsupported("text longer than its box")
        y += free / 2 if shape.middle else 0
        for lines, owner in drawing.texts:
            yield PlacedPiece(owner, list(lines.runs(lines.lines, x, y)))
            y += lines.height


def _outline(box: tuple[float, float, float, float], shape: TextShape) -> Iterator[Bar]:
    """The sides of a box, half of their thickness on either side of its edge."""
    left, top, right, bottom = box
    half = shape.thickness / 2
    for y in (top, bottom):
        yield bar(left - half, y - half, right + half, y + half, shape.outline)
    for x in (left, right):
        yield bar(x - half, top - half, x + half, bottom + half, shape.outline)


class _Flow:
    """The pages as they fill; `y` is how far down the current one is full."""

    def __init__(self, layout: _Layout) -> None:
        self.layout = layout
        self.pages: list[Page] = []
        self.new_page()
        self._fill(layout.blocks)

    def new_page(self) -> None:
        """Begin a page. A header pushes the text down; a grid of lines stands in the middle of what it doesn't fill."""
        sheet = self.layout.sheet
        self.pages.append(Page(sheet.width / TWIPS, sheet.height / TWIPS))
        header = self.layout.headers.get(_kind(sheet, len(self.pages)), ())
        pushed = sheet.header + sum(one.format.line for one in header) if header else 0
        self.top = max(sheet.top, pushed)
        size = sheet.height - self.top - sheet.bottom
        if sheet.pitch:
            self.top += size % sheet.pitch // 2
            size -= size % sheet.pitch
        self.limit = self.top + size
        self.y: float = self.top
        self.fresh = True

    def parted(self, index: int) -> bool:
        """Whether a paragraph ends on another page than the next one begins on."""
        block, following = self.layout.blocks[index], self.layout.blocks[index + 1]
        assert isinstance(block, FlowBlock) and isinstance(following, FlowBlock)
        return block.pages[1] != following.pages[0]

    def _fill(self, blocks: Sequence[FlowBlock | LaidTable]) -> None:
        after = 0
        for index, block in enumerate(blocks):
            if isinstance(block, FlowBlock) and block.paragraph.frame:
                self._frame(block)
                continue
            gap = max(block.format.before, after)
            if block.format.new_page and not self.fresh:
                self.new_page()
                gap = block.format.before
            elif self.fresh and len(self.pages) > 1:
                gap = 0
            elif not self.fresh and self.y + gap + self._needed(blocks, index) > self.limit:
                self.new_page()
                gap = 0
            self.y += gap
            if isinstance(block, LaidTable):
                self._table(block)
            else:
                spaced = self.layout.sheet.pitch > 0 and blocks[0].format.before > 0
                self._paragraph(block, kept=spaced and index > 0 and blocks[index - 1].format.keep_next)
            after = block.format.after

    def _needed(self, blocks: Sequence[FlowBlock | LaidTable], index: int) -> int:
        """The height that must be free for a block to begin: with all that it has to stay with."""
        needed = blocks[index].first
        while blocks[index].format.keep_next and index + 1 < len(blocks):
            block, following = blocks[index], blocks[index + 1]
            if following.format.new_page:
                break
            needed += max(block.format.after, following.format.before) + following.first
            index += 1
        if needed > self.limit - self.top:
            raise Unsupported("more kept together than a page holds")
        return needed

    def _frame(self, block: FlowBlock) -> None:
        frame = block.paragraph.frame
        assert frame is not None
        if len(self.pages) > 1 or block.lines.height > frame.height:
            raise Unsupported("frame that doesn't stand on the first page")
        drawn = block.lines.runs(block.lines.lines, frame.x, frame.y)
        self.pages[-1].pieces.append(PlacedPiece(block.owner, list(drawn)))
        self.y = max(self.y, frame.y + frame.height)

    def _paragraph(self, block: FlowBlock, *, kept: bool) -> None:
        """Draw a paragraph; `kept` with the one before on a grid that begins with a space, it may want more room."""
        lines, pitch = block.lines.lines, block.format.line
        first, number = 0, len(self.pages)
        while True:
            room = int((self.limit - self.y) // pitch)
            rest = len(lines) - first
            count = rest if room >= rest else min(room, rest - block.least)
            if 0 < count < rest and block is self.layout.blocks[-1] and block.format.align == "right":
                raise Unsupported("signature that is parted")
            if count <= 0 or (count < rest and block.format.keep_lines):
                if self.fresh:
                    raise Unsupported("paragraph that fits on no page")
                self.new_page()
                number = number if first else len(self.pages)
                continue
            if kept and not first and count == 1 < rest and len(self.pages) == 1:
                raise Unsupported("one line at the end of the first page behind what is kept with it")
            self._draw(block, lines[first : first + count], shapes=not first)
            first += count
            if first == len(lines):
                block.pages = (number, len(self.pages))
                return
            self.new_page()

    def _draw(self, block: FlowBlock, lines: Sequence[Line], *, shapes: bool) -> None:
        left = self.layout.sheet.left
        for drawing in block.drawings if shapes else ():
            place = 0 if drawing.shape.behind else len(self.pages[-1].pieces)
            self.pages[-1].pieces[place:place] = _pieces(drawing, left, self.y)
        if drawn := list(block.lines.runs(lines, left, self.y)):
            self.pages[-1].pieces.append(PlacedPiece(block.owner, drawn))
        self.y += block.format.line * len(lines)
        self.fresh = False

    def _table(self, grid: LaidTable) -> None:
        start = 0
        while start < len(grid.heights):
            part = grid.part(start, self.limit - self.y)
            if part is None:
                if self.fresh:
                    raise Unsupported("row higher than a page")
                self.new_page()
                continue
            self.pages[-1].pieces += grid.pieces(part, self.y)
            self.y += part.height
            self.fresh = False
            start = part.end
            if start < len(grid.heights):
                self.new_page()
