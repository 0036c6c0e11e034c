"""The tag tree of a PDF: its elements, the page content they own, and how to move them."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from pikepdf import Array, Dictionary, Name, NumberTree, Object, Pdf

MARKED = re.compile(rb"/[^\s<>/]+<</MCID (\d+)>>BDC")
"""How LibreOffice begins a tagged piece of page content."""

PLACED = re.compile(rb"<</MCID (\d+)>>BDC(?:(?!EMC\b).)*?[\d.-]+ ([\d.-]+) T[dm]\b", re.S)
"""A tagged piece with text in it: its number, and the height of its first text above the foot of the page."""


CLIPPED = re.compile(
    rb"(?P<ornament>/Artifact BMC)|(?P<end>EMC|BDC)|(?:Q )?q ([\d.-]+) ([\d.-]+) ([\d.-]+) ([\d.-]+) re\s+W\* n"
)
"""What is read of a page to find pictures: its marks, and the places to which LibreOffice confines what it draws next."""

NOTHING_DRAWN = re.compile(rb"/Artifact BMC\s+EMC\s+(?=/Figure)")

NEAR = 1.0
"""How far the edges of a picture and of its tag may lie apart, in points."""


class Piece(NamedTuple):
    """A tagged piece of page content: the page, from 0, and its number on that page."""

    page: int
    number: int


class Position(NamedTuple):
    """A position that sorts in reading order: `down` is the negated height above the foot of the page, in points."""

    page: int
    down: float
    left: float


class Edges(NamedTuple):
    """The edges of a rectangle, in points from the lower left corner of the page."""

    left: float
    lower: float
    right: float
    upper: float


class Tree:
    """The tags and pages of an opened PDF as LibreOffice writes them.

    Elements are identified by object number, because `==` would compare everything below them.
    """

    def __init__(self, pdf: Pdf) -> None:
        self._pdf = pdf
        self.root = pdf.Root.StructTreeRoot
        self.pages = [page.obj for page in pdf.pages]
        self.numbers = {page.objgen: number for number, page in enumerate(self.pages)}
        self.owners = NumberTree(self.root.ParentTree)
        self.unread: dict[int, set[int]] = defaultdict(set)
        self._kinds: dict[str, list[Object]] = defaultdict(list)
        self._written: dict[tuple[int, int], list[Object]] = {}
        self._read(self.root)
        self._known_heights: dict[int, dict[int, float]] = {}

    def _read(self, parent: Object) -> None:
        """Note everything below an element."""
        self._written[parent.objgen] = written = list(elements(parent))
        for element in written:
            self._kinds[str(element.S)].append(element)
            self._read(element)

    def written(self, parent: Object) -> list[Object]:
        """The elements that LibreOffice wrote directly below another."""
        return self._written[parent.objgen]

    def all(self, kind: Name) -> list[Object]:
        """The elements of a kind that LibreOffice wrote, in order."""
        return self._kinds[str(kind)]

    def beside(self) -> list[Object]:
        """Elements that LibreOffice puts beside the document: shapes behind the text and in the margins."""
        roots = list(elements(self.root))
        beside = [one for one in roots if Name.Document != one.S]
        return beside if len(beside) < len(roots) else []

    def orphans(self) -> list[Piece]:
        """Pieces whose element is not in the tree: LibreOffice 25.2 does that to shapes in a header."""
        known = {element.objgen for elements in self._kinds.values() for element in elements}
        return [
            Piece(number, piece)
            for number, page in enumerate(self.pages)
            if Name.StructParents in page
            for piece, owner in enumerate(self.owners[int(page[Name.StructParents])])
            if isinstance(owner, Dictionary) and owner.objgen not in known
        ]

    def pieces(self, element: Object) -> list[Piece]:
        """The pieces of an element and of everything below it."""
        return [piece for one in (element, *below(element)) for piece in self.own_pieces(one)]

    def own_pieces(self, element: Object) -> Iterator[Piece]:
        """The pieces that an element owns directly."""
        for kid in kids(element):
            if isinstance(kid, int):
                yield Piece(self.numbers[element[Name.Pg].objgen], kid)
            elif kid.get(Name.Type) == Name.MCR:
                yield Piece(self.numbers[(kid if Name.Pg in kid else element)[Name.Pg].objgen], int(kid.MCID))

    def assign(self, pieces: Iterable[Piece], owner: Object | None) -> None:
        """Make an element the owner of these pieces; None makes them ornament."""
        for page, piece in pieces:
            self.owners[int(self.pages[page][Name.StructParents])][piece] = owner
            if owner is None:
                self.unread[page].add(piece)

    def references(self, pieces: Iterable[Piece]) -> list[Object]:
        """References to these pieces, valid in an element of any page."""
        return [Dictionary(Type=Name.MCR, Pg=self.pages[page], MCID=piece) for page, piece in pieces]

    def place(self, element: Object) -> Position:
        """The position of an element's frame: its upper left corner."""
        edges = read_edges(element) or Edges(0.0, 0.0, 0.0, 0.0)
        return Position(self.page(element), -edges.upper, edges.left)

    def page(self, element: Object) -> int:
        """The page on which an element begins, 0 if it does not say."""
        return next((self.numbers[one.Pg.objgen] for one in (element, *below(element)) if Name.Pg in one), 0)

    def text_place(self, pieces: Iterable[Piece]) -> Position | None:
        """The position of the first of these pieces with text in it."""
        for page, piece in sorted(pieces):
            if piece in (heights := self._heights(page)):
                return Position(page, -heights[piece], 0.0)
        return None

    def fill(self, figures: Iterable[Object]) -> None:
        """Give these figures, which have no content, the pictures in their places: LibreOffice 7.4 takes them for ornament."""
        waiting: dict[int, list[Object]] = defaultdict(list)
        for figure in figures:
            waiting[self.page(figure)].append(figure)
        for page, empty in waiting.items():
            self._fill(page, empty)

    def _fill(self, page: int, empty: list[Object]) -> None:
        content, owners, inside = self.pages[page][Name.Contents], self._owners(page), ""

        def mark(found: re.Match[bytes]) -> bytes:
            nonlocal inside
            if found["ornament"] or found["end"]:
                inside = "ornament" if found["ornament"] else ""
                return found[0]
            left, lower, width, height = map(float, found.groups()[2:])
            place = Edges(left, lower, left + width, lower + height)
            figure = next((one for one in empty if _is_near(read_edges(one), place)), None) if inside else None
            if figure is not None:
                empty.remove(figure)
                figure.K = number = len(owners)
                owners.append(figure)
                inside = "figure"
                return b"EMC\n/Figure<</MCID %d>>BDC\n%b" % (number, found[0])
            if inside == "figure":
                inside = "ornament"
                return b"EMC\n/Artifact BMC\n" + found[0]
            return found[0]

        content.write(NOTHING_DRAWN.sub(b"", CLIPPED.sub(mark, content.read_bytes())))

    def _owners(self, page: int) -> Object:
        """The owners of a page's pieces; LibreOffice makes no list for a page on which it tags nothing."""
        if Name.StructParents not in self.pages[page]:
            number = max(self.owners.keys(), default=-1) + 1
            self.pages[page][Name.StructParents] = number
            self.owners[number] = self._pdf.make_indirect(Array())
            self.root.ParentTreeNextKey = number + 1
        return self.owners[int(self.pages[page][Name.StructParents])]

    def _heights(self, page: int) -> dict[int, float]:
        """The height of the first text of each piece on a page."""
        if page not in self._known_heights:
            found = PLACED.findall(self.pages[page][Name.Contents].read_bytes())
            self._known_heights[page] = {int(number): float(height) for number, height in found}
        return self._known_heights[page]

    def paint(self) -> None:
        """Mark ornament in the page content, too."""
        for page, unread in self.unread.items():
            content = self.pages[page][Name.Contents]

            def mark(found: re.Match[bytes], unread: set[int] = unread) -> bytes:
                return b"/Artifact BMC" if int(found[1]) in unread else found[0]

            content.write(MARKED.sub(mark, content.read_bytes()))


def kids(element: Object) -> list[Object | int]:
    """Everything that an element holds: elements, references, numbers of pieces."""
    found = element.get(Name.K)
    return [] if found is None else list(found) if isinstance(found, Array) else [found]


def elements(parent: Object) -> Iterator[Object]:
    """The elements directly below another."""
    return (kid for kid in kids(parent) if isinstance(kid, Dictionary) and Name.S in kid)


def below(parent: Object) -> Iterator[Object]:
    """All elements below another, depth first."""
    for kid in elements(parent):
        yield kid
        yield from below(kid)


def attributes(element: Object) -> list[Object]:
    """The attribute dictionaries of an element."""
    found = element.get(Name.A)
    return [] if found is None else list(found) if isinstance(found, Array) else [found]


def read_edges(element: Object) -> Edges | None:
    """The rectangle of an element; None if it has none."""
    found = next((one.BBox for one in attributes(element) if Name.BBox in one), None)
    if found is None:
        return None
    return Edges(*map(float, found))


def _is_near(edges: Edges | None, others: Edges) -> bool:
    return edges is not None and all(abs(one - other) < NEAR for one, other in zip(edges, others, strict=True))


def detach(element: Object) -> None:
    """Remove an element from its parent."""
    replace(element, [])


def replace(element: Object, others: Sequence[Object]) -> None:
    """Replace an element by others, which may include it."""
    parent = element[Name.P]
    same = [isinstance(kid, Dictionary) and kid.objgen == element.objgen for kid in kids(parent)]
    place = same.index(True)
    parent.K = Array([*kids(parent)[:place], *others, *kids(parent)[place + 1 :]])
    for one in others:
        one.P = parent


def adopt(parent: Object, others: Sequence[Object]) -> None:
    """Append elements to a parent."""
    parent.K = Array([*kids(parent), *others])
    for one in others:
        one.P = parent
