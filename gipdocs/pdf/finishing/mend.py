"""Mends LibreOffice's tags for screen readers: header cells, descriptions of pictures, ornament, reading order."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence, Set
from itertools import islice

from pikepdf import Array, Dictionary, Name, Object, Pdf, String

from gipdocs.labels import name_cells
from gipdocs.pdf.admission.drawings import DescribedDrawing
from gipdocs.pdf.finishing.tree import Edges, Tree, adopt, attributes, detach, elements, read_edges, replace

EDGE = 2.0
"""How far a text may stick out of its picture, in points."""

NOTHING = DescribedDrawing(title="", description="", ornament=True)

SCOPES = {"row": Name.Row, "column": Name.Column}

HOLDERS_OF_BLOCKS = {"/Document", "/Part", "/Art", "/Sect", "/Div", "/TD", "/TH", "/LBody", "/Note", "/Figure"}
"""Elements that may hold paragraphs and frames; any other element with a frame in it is a paragraph."""


def mend(pdf: Pdf, drawings: Sequence[DescribedDrawing]) -> None:
    """Mend the tags of a PDF straight from LibreOffice; `drawings` are those of its document, in order."""
    if Name.StructTreeRoot in pdf.Root:
        tree = Tree(pdf)
        tree.assign(tree.orphans(), None)
        tree.fill(figure for figure in tree.all(Name.Figure) if Name.K not in figure)
        mark_header_cells(tree)
        describe(tree, drawings)
        bring_in(tree)
        put_in_order(tree)
        tree.paint()


def _make_ornament(tree: Tree, element: Object) -> None:
    tree.assign(tree.pieces(element), None)
    detach(element)


def mark_header_cells(tree: Tree) -> None:
    """Tag cells that label others as header cells (TH) with their scope."""
    for row in tree.all(Name.TR):
        cells = tree.written(row)
        styles = [str(next(iter(tree.written(cell)), Dictionary(S=Name.P)).S) for cell in cells]
        for cell, name in zip(cells, name_cells(styles), strict=True):
            if name:
                _give_scope(cell, SCOPES[name])


def _give_scope(cell: Object, scope: Name) -> None:
    cell.S = Name.TH
    found = attributes(cell)
    table = next((one for one in found if Name.Table == one.O), None)
    if table is None:
        cell.A = Array([*found, Dictionary(O=Name.Table, Scope=scope)])
    else:
        table.Scope = scope


def describe(tree: Tree, drawings: Sequence[DescribedDrawing]) -> None:
    """Give each figure the description of its drawing, and remove ornament from the tree.

    LibreOffice 7.4 drops the descriptions of charts and groups and tags each shape of a group separately; 25.2 makes
    one figure of a group and, if the group has no description, uses that of its first shape.
    """
    beside = {element.objgen for element in tree.beside()}
    for drawing, figures in _match(drawings, tree.all(Name.Figure), beside):
        if drawing.ornament:
            for figure in figures:
                _make_ornament(tree, figure)
        elif drawing.group:
            _unite(tree, figures, drawing)
        else:
            figures[0].Alt = String(drawing.description)


def _match(
    drawings: Sequence[DescribedDrawing], figures: Sequence[Object], beside: Set[tuple[int, int]]
) -> Iterator[tuple[DescribedDrawing, list[Object]]]:
    """Pair drawings with figures: first by a figure's description, then by order.

    Unmatched figures `beside` the document belong to the margins. If the numbers differ, all remaining figures become
    one that carries all remaining descriptions, so none is lost.
    """
    left, unmatched = list(figures), []
    for drawing in sorted(drawings, key=lambda one: one.margin):
        found = [i for i, figure in enumerate(left) if str(figure.get(Name.Alt, "")) in drawing.names]
        if found:
            yield drawing, [left.pop(found[0])]
        elif not drawing.margin:
            unmatched.append(drawing)
    if sum(drawing.parts for drawing in unmatched) < len(left):
        yield NOTHING, [figure for figure in left if figure.objgen in beside]
        left = [figure for figure in left if figure.objgen not in beside]
    sizes = [[drawing.parts for drawing in unmatched], [1 for _ in unmatched]]
    if fitting := [size for size in sizes if sum(size) == len(left)]:
        each = iter(left)
        yield from ((drawing, list(islice(each, size))) for drawing, size in zip(unmatched, fitting[0], strict=True))
    elif unnamed := [figure for figure in left if Name.Alt not in figure]:
        description = "".join(drawing.description for drawing in unmatched)
        yield (DescribedDrawing(title="", description=description, group=True) if description else NOTHING), unnamed


def _unite(tree: Tree, figures: Sequence[Object], drawing: DescribedDrawing) -> None:
    """Make one figure of a group. Its texts go inside if the description contains them all, else after it: none is lost."""
    figure, *others = figures
    texts = _find_texts_in(tree, figures)
    pieces = [piece for one in figures for piece in tree.pieces(one)]
    _set_edges(figure, _enclose(figures))
    for one in [*others, *texts]:
        detach(one)
    figure.K = Array(tree.references(pieces))
    figure.Alt = String(drawing.description)
    tree.assign(pieces, figure)
    if drawing.complete:
        adopt(figure, texts)
    else:
        replace(figure, [figure, *texts])


def _find_texts_in(tree: Tree, figures: Sequence[Object]) -> list[Object]:
    """The text frames inside these figures, in reading order."""
    hull, page = _enclose(figures), tree.page(figures[0])
    found = (one for one in tree.all(Name.Div) if tree.page(one) == page and _lies_within(read_edges(one), hull))
    return sorted(found, key=tree.place)


def _enclose(figures: Sequence[Object]) -> Edges:
    """The smallest rectangle around all the figures."""
    found = [edges for figure in figures if (edges := read_edges(figure))]
    if not found:
        return Edges(0.0, 0.0, 0.0, 0.0)
    left, lower, right, upper = zip(*found, strict=True)
    return Edges(min(left), min(lower), max(right), max(upper))


def _lies_within(inner: Edges | None, outer: Edges) -> bool:
    return inner is not None and (
        outer.left - EDGE <= inner.left < inner.right <= outer.right + EDGE
        and outer.lower - EDGE <= inner.lower < inner.upper <= outer.upper + EDGE
    )


def _set_edges(figure: Object, edges: Edges) -> None:
    for one in attributes(figure):
        if Name.BBox in one:
            one.BBox = Array([round(edge, 3) for edge in edges])


def bring_in(tree: Tree) -> None:
    """Move what is drawn behind the text into the document, before the first paragraph that begins below its top."""
    for element in tree.beside():
        document = next(one for one in elements(tree.root) if Name.Document == one.S)
        detach(element)
        own = tree.place(element)
        following = (one for one in elements(document) if (place := tree.text_place(tree.pieces(one))) and place > own)
        below = next(following, None)
        if below is None:
            adopt(document, [element])
        else:
            replace(below, [element, below])


def put_in_order(tree: Tree) -> None:
    """Put text frames where they are on the page: before or after the paragraph that anchors them."""
    held: dict[tuple[int, int], list[Object]] = defaultdict(list)
    for frame in tree.all(Name.Div):
        if read_edges(frame) and str(frame[Name.P].S) not in HOLDERS_OF_BLOCKS:
            held[frame[Name.P].objgen].append(frame)
    for frames in held.values():
        _release(tree, frames[0][Name.P], sorted(frames, key=tree.place))


def _release(tree: Tree, holder: Object, frames: Sequence[Object]) -> None:
    for one in frames:
        detach(one)
    own = tree.text_place(tree.pieces(holder))
    if own is None:
        adopt(holder, frames)
    else:
        before = [one for one in frames if tree.place(one) < own]
        replace(holder, [*before, holder, *frames[len(before) :]])
