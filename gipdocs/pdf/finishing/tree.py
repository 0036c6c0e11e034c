"""The tree of tags of a PDF: what is below what, on which piece of which page, and how to move it."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from pikepdf import Array, Dictionary, Name, NumberTree, Object, Pdf

MARKED = re.compile(rb"/[^\s<>/]+<</MCID (\d+)>>BDC")
"""How LibreOffice begins a piece of a page that a tag refers to."""

PLACED = re.compile(rb"<</MCID (\d+)>>BDC(?:(?!EMC\b).)*?[\d.-]+ ([\d.-]+) T[dm]\b", re.S)
"""Such a piece with text in it: its number, and how high above the foot of the page its first text stands."""

Piece = tuple[int, int]
"""A piece of a page that a tag refers to: number of the page from 0, number of the piece on it."""

Position = tuple[int, float, float]
"""Where something stands, so that it sorts as it is read: page, points above its foot (negative), points from its left."""

Edges = tuple[float, float, float, float]
"""Left, lower, right and upper edge in points."""


class Tree:
    """The tags of an opened PDF, as LibreOffice writes them, with their pages.

    Elements are told apart by the number of their object: comparing them compares all that is below.
    """

    def __init__(self, pdf: Pdf) -> None:
        self.root = pdf.Root.StructTreeRoot
        self.pages = [page.obj for page in pdf.pages]
        self.numbers = {page.objgen: number for number, page in enumerate(self.pages)}
        self.owners = NumberTree(self.root.ParentTree)
        self.unread: dict[int, set[int]] = defaultdict(set)
        self._kinds: dict[str, list[Object]] = defaultdict(list)
        for element in below(self.root):
            self._kinds[str(element.S)].append(element)
        self._known_heights: dict[int, dict[int, float]] = {}

    def all(self, kind: Name) -> list[Object]:
        """The elements of a kind that LibreOffice wrote, in their order."""
        return self._kinds[str(kind)]

    def beside(self) -> list[Object]:
        """What LibreOffice puts beside the document: shapes behind the text, and those in the margins of pages."""
        roots = list(elements(self.root))
        beside = [one for one in roots if Name.Document != one.S]
        return beside if len(beside) < len(roots) else []

    def orphans(self) -> list[Piece]:
        """The pieces of pages whose element hangs nowhere: LibreOffice 25.2 leaves shapes of a header so."""
        known = {element.objgen for elements in self._kinds.values() for element in elements}
        return [
            (number, piece)
            for number, page in enumerate(self.pages)
            if Name.StructParents in page
            for piece, owner in enumerate(self.owners[int(page[Name.StructParents])])
            if isinstance(owner, Dictionary) and owner.objgen not in known
        ]

    def pieces(self, element: Object) -> list[Piece]:
        """The pieces of pages that belong to an element and to all below it."""
        return [piece for one in (element, *below(element)) for piece in self.own_pieces(one)]

    def own_pieces(self, element: Object) -> Iterator[Piece]:
        """The pieces of pages that an element holds itself."""
        for kid in kids(element):
            if isinstance(kid, int):
                yield self.numbers[element[Name.Pg].objgen], kid
            elif kid.get(Name.Type) == Name.MCR:
                yield self.numbers[(kid if Name.Pg in kid else element)[Name.Pg].objgen], int(kid.MCID)

    def assign(self, pieces: Iterable[Piece], owner: Object | None) -> None:
        """Tell the pages to which element these pieces belong; to none where they are ornament."""
        for page, piece in pieces:
            self.owners[int(self.pages[page][Name.StructParents])][piece] = owner
            if owner is None:
                self.unread[page].add(piece)

    def references(self, pieces: Iterable[Piece]) -> list[Object]:
        """What an element holds for pieces of whatever page."""
        return [Dictionary(Type=Name.MCR, Pg=self.pages[page], MCID=piece) for page, piece in pieces]

    def place(self, element: Object) -> Position:
        """Where the frame of an element stands, by its upper left corner."""
        left, _, _, upper = read_edges(element) or (0.0, 0.0, 0.0, 0.0)
        return self.page(element), -upper, left

    def page(self, element: Object) -> int:
        """The number of the page on which an element begins, 0 where it does not say."""
        return next((self.numbers[one.Pg.objgen] for one in (element, *below(element)) if Name.Pg in one), 0)

    def text_place(self, pieces: Iterable[Piece]) -> Position | None:
        """Where the first of these pieces that holds text stands."""
        for page, piece in sorted(pieces):
            if piece in (heights := self._heights(page)):
                return page, -heights[piece], 0.0
        return None

    def _heights(self, page: int) -> dict[int, float]:
        """How high the first text of each piece of a page stands."""
        if page not in self._known_heights:
            found = PLACED.findall(self.pages[page][Name.Contents].read_bytes())
            self._known_heights[page] = {int(number): float(height) for number, height in found}
        return self._known_heights[page]

    def paint(self) -> None:
        """Mark the pieces that are ornament in the pages, too."""
        for page, unread in self.unread.items():
            content = self.pages[page][Name.Contents]

            def mark(found: re.Match[bytes], unread: set[int] = unread) -> bytes:
                return b"/Artifact BMC" if int(found[1]) in unread else found[0]

            content.write(MARKED.sub(mark, content.read_bytes()))


def kids(element: Object) -> list[Object | int]:
    """Whatever an element holds: elements, references, numbers of pieces."""
    found = element.get(Name.K)
    return [] if found is None else list(found) if isinstance(found, Array) else [found]


def elements(parent: Object) -> Iterator[Object]:
    """The elements right below another one."""
    return (kid for kid in kids(parent) if isinstance(kid, Dictionary) and Name.S in kid)


def below(parent: Object) -> Iterator[Object]:
    """All elements below another one, in their order."""
    for kid in elements(parent):
        yield kid
        yield from below(kid)


def attributes(element: Object) -> list[Object]:
    """The dictionaries of attributes of an element."""
    found = element.get(Name.A)
    return [] if found is None else list(found) if isinstance(found, Array) else [found]


def read_edges(element: Object) -> Edges | None:
    """The rectangle of an element that has one."""
    found = next((one.BBox for one in attributes(element) if Name.BBox in one), None)
    if found is None:
        return None
    left, lower, right, upper = map(float, found)
    return left, lower, right, upper


def detach(element: Object) -> None:
    """Take an element out of the one that holds it."""
    replace(element, [])


def replace(element: Object, others: Sequence[Object]) -> None:
    """Put other elements where one stands, which may be among them."""
    parent = element[Name.P]
    same = [isinstance(kid, Dictionary) and kid.objgen == element.objgen for kid in kids(parent)]
    place = same.index(True)
    parent.K = Array([*kids(parent)[:place], *others, *kids(parent)[place + 1 :]])
    for one in others:
        one.P = parent


def adopt(parent: Object, others: Sequence[Object]) -> None:
    """Put elements behind everything that a parent holds."""
    parent.K = Array([*kids(parent), *others])
    for one in others:
        one.P = parent
