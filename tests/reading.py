"""Reads a PDF as a screen reader does: its tags, and what the pages say of their pieces."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from io import BytesIO

import pdfplumber
from pikepdf import Dictionary, Name, NumberTree, Object, OutlineItem, Pdf

from gipdocs.pdf.finishing.tree import Piece, Tree, attributes, below, elements, kids

PIECE = re.compile(rb"/(?:[^\s<>/]+ ?<</MCID (\d+)>> ?BDC|(Artifact) BMC)")


def all_tags(pdf: Pdf, *kinds: Name) -> list[Object]:
    """The elements of these kinds, or all, in the order in which they are read."""
    return [one for one in below(pdf.Root.StructTreeRoot) if not kinds or one.S in kinds]


def descriptions(pdf: Pdf) -> list[str]:
    """What each figure shows, "" for one that nobody described."""
    return [str(one.get(Name.Alt, "")) for one in all_tags(pdf, Name.Figure)]


def scope(cell: Object) -> str:
    """Row or Column for a cell that names others, "" for any other."""
    found = [str(one.Scope)[1:] for one in attributes(cell) if Name.Scope in one]
    assert (Name("/TH") == cell.S) == (len(found) == 1), f"{cell.S} with scopes {found}"
    return "".join(found)


def first_style(cell: Object) -> str:
    """The style of a cell's first paragraph, as its tag is called; "" for what is left of a cell on the next page."""
    return next((str(one.S)[1:] for one in elements(cell)), "")


def torn_links(pdf: Pdf) -> list[str]:
    """Where tags and pages disagree: a tagged piece without its tag, a tag without its piece, a tag that is not its own."""
    tree, owners = Tree(pdf), NumberTree(pdf.Root.StructTreeRoot.ParentTree)
    held = {piece: one.objgen for one in all_tags(pdf) for piece in tree.own_pieces(one)}
    uses = Counter(piece for one in all_tags(pdf) for piece in tree.own_pieces(one))
    found = [f"{piece} belongs to {count} elements" for piece, count in uses.items() if count > 1]
    for number, page in enumerate(pdf.pages):
        painted = {int(one[1]) for one in PIECE.finditer(page.Contents.read_bytes()) if one[1]}
        known = {piece for at, piece in held if at == number}
        found += [f"page {number}, piece {piece}: {painted ^ known}" for piece in painted ^ known]
        for piece, owner in enumerate(owners[int(page.StructParents)]):
            if isinstance(owner, Dictionary) and held.get((number, piece)) != owner.objgen:
                found.append(f"page {number}, piece {piece} is said to belong to {owner.S}")
    return found + [
        f"{one.S} hangs on another" for one in all_tags(pdf) for kid in elements(one) if kid.P.objgen != one.objgen
    ]


def artifacts(pdf: Pdf) -> int:
    """How many pieces of its pages are ornament, page numbers among them."""
    return sum(found[2] is not None for page in pdf.pages for found in PIECE.finditer(page.Contents.read_bytes()))


def read_aloud(content: bytes, *kinds: Name) -> list[str]:
    """The texts of the elements of these kinds, in the order in which a screen reader comes to them."""
    texts: dict[Piece, str] = defaultdict(str)
    with pdfplumber.open(BytesIO(content)) as opened:
        for number, page in enumerate(opened.pages):
            for char in page.chars:
                texts[number, char["mcid"]] += char["text"]
    with Pdf.open(BytesIO(content)) as pdf:
        tree = Tree(pdf)
        return ["".join(texts[piece] for piece in _in_order(tree, one)) for one in all_tags(pdf, *kinds)]


def _in_order(tree: Tree, parent: Object) -> Iterator[Piece]:
    for kid in kids(parent):
        if isinstance(kid, Dictionary) and Name.S in kid:
            yield from _in_order(tree, kid)
        else:
            yield from tree.own_pieces(Dictionary(Pg=parent.Pg, K=kid))


def bookmarks(pdf: Pdf) -> list[str]:
    """The titles of all bookmarks, each before those below it."""
    with pdf.open_outline() as outline:
        return list(_titles(outline.root))


def _titles(items: Iterable[OutlineItem]) -> Iterator[str]:
    for item in items:
        yield str(item.title)
        yield from _titles(item.children)
