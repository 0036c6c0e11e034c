"""Makes HTML from a filled DOCX, so that preview and file have the same words in the same order."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from itertools import accumulate
from pathlib import Path

from lxml import etree

from gipdocs.archives import Archive
from gipdocs.docx.html.svg import GROUP, SONG, group_svg
from gipdocs.labels import Named, name_cells
from gipdocs.markup import parse_own
from gipdocs.ooxml import EMU, FALLBACK, URIS, WP, A, C, R, W
from gipdocs.packing import LIMITS
from gipdocs.plots.drawing import draw, number
from gipdocs.plots.reading import read_plot
from gipdocs.relationships import read_links, rels_of
from gipdocs.writing import CIRCLED

CHART = f"{C}chart"
URL = re.compile(r"(https?://[\w./?=&%#:@~+,;!$*-]*[\w/=&#-])", re.ASCII)
WIDE = 8
"""The number of columns from which a table does not fit a narrow screen."""
HEADING = re.compile(r"heading ([1-9])", re.IGNORECASE)
"""The style names by which every program recognises headings; the first of them is the title."""
TITLES = ("标题", "Title")
RED = "FF0000"
CAPTIONS = ("图注", "caption")
"""The endings of the names of styles used for the caption under a picture."""
FIGURE = "</figure>"
TWIPS = 1440 / 25.4
"""Twips (the unit of a page's size) in a millimetre."""
STYLE = Path(__file__).with_name("page.css").read_text(encoding="utf-8")


@dataclass(frozen=True)
class ParagraphLook:
    """What a paragraph's style says, including what it inherits from the styles it is based on."""

    name: str = ""
    heading: int | None = None
    """1 for the title; None if it is not a heading."""
    alignment: str = ""
    indented: bool = False
    red: bool = False


@dataclass(frozen=True)
class Source:
    """What is needed from the file to write any of its paragraphs."""

    styles: Mapping[str, ParagraphLook]
    pictures: Mapping[str, str]  # relationship id -> data URI
    charts: Mapping[str, bytes]  # relationship id -> chart part
    notes: Mapping[str, tuple[str, str]]  # id -> number and text of a footnote


def render_page(docx: bytes, *, title: str) -> str:
    """A complete page that needs no other file."""
    document = Archive(docx, LIMITS)["word/document.xml"]
    wide = ' class="wide"' if b'w:orient="landscape"' in document else ""
    return (
        f'<!DOCTYPE html><html lang="zh-CN"><head><meta charset="utf-8"><title>{escape(title)}</title>'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<style>{STYLE}{_paper(parse_own(document))}</style></head><body{wide}>\n<main>\n{render_body(docx)}\n</main>\n</body></html>\n"
    )


def render_body(docx: bytes) -> str:
    """The document's content as semantic HTML: headings by outline level, tables with their spans.

    Every heading has an id that links can use: s2 is the second heading of the first level, s2-1 the first under it.
    """
    archive = Archive(docx, LIMITS)
    tree = parse_own(archive["word/document.xml"])
    source = Source(_styles(archive, tree), _pictures(archive), _charts(archive), _notes(archive))
    return _anchored("\n".join(_noted(tree[0], source)))


def _paper(document: etree._Element) -> str:
    """The CSS for printing: the paper size and margins of the document's last section."""
    size, margins = (document.find(f"{W}body/{W}sectPr/{W}{name}") for name in ("pgSz", "pgMar"))
    if size is None or margins is None:
        return ""
    width, height = (_millimetres(size, side) for side in ("w", "h"))
    edges = " ".join(_millimetres(margins, side) for side in ("top", "right", "bottom", "left"))
    return f"@page{{size:{width} {height};margin:{edges}}}\n"


def _millimetres(element: etree._Element, side: str) -> str:
    return f"{number(round(abs(int(element.get(f'{W}{side}', '0'))) / TWIPS, 1))}mm"


def _anchored(html: str) -> str:
    counts = [0] * 5

    def anchor(heading: re.Match[str]) -> str:
        level = int(heading[1]) - 2
        counts[level:] = [counts[level] + 1, *([0] * (len(counts) - level - 1))]
        return f'{heading[0]} id="s{"-".join(map(str, counts[: level + 1]))}"'

    return re.sub(r"<h([2-6])(?=[ >])", anchor, html)


def _styles(archive: Archive, body: etree._Element) -> dict[str, ParagraphLook]:
    tree = parse_own(archive["word/styles.xml"])
    declared = {style.get(f"{W}styleId", ""): style for style in tree.iter(f"{W}style")}
    lines = {id: list(_ancestry(style, declared)) for id, style in declared.items()}
    used = [_heading(lines.get(named.get(f"{W}val", ""), ()), below=0) for named in body.iter(f"{W}pStyle")]
    return {id: _declaration(line, below=int(used.count(1) > 1)) for id, line in lines.items()}


def _declaration(line: Sequence[etree._Element], below: int) -> ParagraphLook:
    colour = _nearest(line, "rPr/w:color")
    return ParagraphLook(
        name=_name(line[0]),
        heading=_heading(line, below),
        alignment=_alignment(_nearest(line, "pPr/w:jc")),
        indented=_indented(_nearest(line, "pPr/w:ind")),
        red=colour is not None and colour.get(f"{W}val") == RED,
    )


def _built_in(line: Sequence[etree._Element]) -> int | None:
    """The number of the built-in heading that a style is, or on which it is based."""
    return next((int(found[1]) for style in line if (found := HEADING.fullmatch(_name(style)))), None)


def _name(style: etree._Element) -> str:
    name = style.find(f"{W}name")
    return name.get(f"{W}val", "") if name is not None else ""


def _heading(line: Sequence[etree._Element], below: int) -> int | None:
    """The level of a heading, by its built-in heading, moved down by `below`; otherwise by name and outline level.

    A style without a level that is named like a title is the title, and the other levels begin under it.
    """
    if (built_in := _built_in(line)) is not None:
        return built_in + below
    found = _nearest(line, "pPr/w:outlineLvl")
    level = int(found.get(f"{W}val", "9")) if found is not None else 9
    if level < 9:
        return level + 2
    return 1 if line and any(name in _name(line[0]) for name in TITLES) else None


def _ancestry(style: etree._Element | None, declared: Mapping[str, etree._Element]) -> Iterator[etree._Element]:
    for _ in declared:
        if style is None:
            return
        yield style
        base = style.find(f"{W}basedOn")
        style = declared.get(base.get(f"{W}val", "")) if base is not None else None


def _nearest(line: Sequence[etree._Element], path: str) -> etree._Element | None:
    return next((found for style in line if (found := style.find(f"w:{path}", URIS)) is not None), None)


def _linked_parts(archive: Archive, kind: str) -> Iterator[tuple[str, str]]:
    """Relationship id and name of every part of a kind that the body links to."""
    body = "word/document.xml"
    if (name := rels_of(body)) in archive:
        yield from ((link.id, link.target) for link in read_links(archive[name], body) if link.kind == kind)


def _pictures(archive: Archive) -> dict[str, str]:
    found = {}
    for id, target in _linked_parts(archive, "image"):
        kind = "jpeg" if target.endswith(("jpg", "jpeg")) else "png"
        found[id] = f"data:image/{kind};base64,{base64.b64encode(archive[target]).decode()}"
    return found


def _charts(archive: Archive) -> dict[str, bytes]:
    return {id: archive[target] for id, target in _linked_parts(archive, "chart")}


def _notes(archive: Archive) -> dict[str, tuple[str, str]]:
    """The footnotes, without the separator lines, numbered in their order as they are in print."""
    found: dict[str, tuple[str, str]] = {}
    for _, target in _linked_parts(archive, "footnotes"):
        for note in parse_own(archive[target]).iter(f"{W}footnote"):
            if text := "".join(one.text or "" for one in note.iter(f"{W}t")).strip():
                number = CIRCLED[len(found)] if len(found) < len(CIRCLED) else f"[{len(found) + 1}]"
                found[note.get(f"{W}id", "")] = number, text
    return found


def _alignment(found: etree._Element | None) -> str:
    """The class for a `w:jc`."""
    value = found.get(f"{W}val", "") if found is not None else ""
    return {"center": "center", "right": "right", "end": "right"}.get(value, "")


def _indented(found: etree._Element | None) -> bool:
    """Whether a `w:ind` indents the first line."""
    return found is not None and int(found.get(f"{W}firstLine", "0")) > 0


def _noted(parent: etree._Element, source: Source) -> Iterator[str]:
    """The blocks, each followed by its footnotes; the caption under a figure becomes part of the figure."""
    caption = None
    for element in parent:
        if element is caption:
            continue
        blocks = list(_blocks([element], source))
        caption = _caption(element, source) if blocks and blocks[-1].endswith(FIGURE) else None
        if caption is not None:
            text = "".join(_inline(caption, source))
            blocks[-1] = f"{blocks[-1].removesuffix(FIGURE)}<figcaption>{text}</figcaption>{FIGURE}"
        yield from blocks
        yield from _footnotes([element] if caption is None else [element, caption], source)


def _caption(element: etree._Element, source: Source) -> etree._Element | None:
    """The next paragraph if its style is that of a caption."""
    below = element.getnext()
    is_caption = below is not None and below.tag == f"{W}p" and _style(below, source).name.endswith(CAPTIONS)
    return below if is_caption else None


def _footnotes(elements: Iterable[etree._Element], source: Source) -> Iterator[str]:
    marks = (mark.get(f"{W}id", "") for element in elements for mark in element.iter(f"{W}footnoteReference"))
    for id in (mark for mark in marks if mark in source.notes):
        sign, text = source.notes[id]
        back = f'<a href="#mark-{id}" role="doc-backlink">{sign}</a>'
        yield f'<p class="note" id="note-{id}" role="doc-footnote">{back}{escape(text)}</p>'


def _blocks(parent: Iterable[etree._Element], source: Source) -> Iterator[str]:
    for element in parent:
        if element.tag == f"{W}p":
            yield from _paragraph(element, source)
        elif element.tag == f"{W}tbl":
            yield _table(element, source)
        elif element.tag in (f"{W}sdt", f"{W}sdtContent"):
            yield from _blocks(element, source)


def _paragraph(paragraph: etree._Element, source: Source) -> Iterator[str]:
    yield from _boxes(paragraph, source)
    style = _style(paragraph, source)
    content = "".join(_inline(paragraph, source))
    if not content and next(paragraph.iter(CHART, GROUP), None) is not None:
        return
    tag = f"h{min(style.heading, 6)}" if style.heading else "p"
    classes = " ".join(_classes(paragraph, style))
    yield f"<{tag}{f' class={chr(34)}{classes}{chr(34)}' if classes else ''}>{content}</{tag}>"


def _classes(paragraph: etree._Element, style: ParagraphLook) -> Iterator[str]:
    side = _alignment(paragraph.find(f"{W}pPr/{W}jc")) or style.alignment
    if style.heading == 1:
        yield "title"
    elif style.red and side == "center":
        yield "mark"
    elif side:
        yield side
    elif style.indented or _indented(paragraph.find(f"{W}pPr/{W}ind")):
        yield "indent"


def _style(paragraph: etree._Element, source: Source) -> ParagraphLook:
    named = paragraph.find(f"{W}pPr/{W}pStyle")
    return source.styles.get(named.get(f"{W}val", "") if named is not None else "Normal", ParagraphLook())


def _boxes(paragraph: etree._Element, source: Source) -> Iterator[str]:
    """The groups of shapes as pictures, the charts, and the texts of boxes anchored in the paragraph, before its own text."""
    yield from (_figure(group_svg(group)) for group in paragraph.iter(GROUP) if not _is_fallback(group))
    yield from (_figure(_chart(drawing, source)) for drawing in _drawings_of_charts(paragraph))
    for box in paragraph.iter(f"{W}txbxContent"):
        if not _is_fallback(box) and next(box.iterancestors(GROUP), None) is None:
            for line in box.iter(f"{W}p"):
                colour = line.find(f"{W}r/{W}rPr/{W}color")
                mark = colour is not None and colour.get(f"{W}val") == RED
                kind = "mark" if mark else "center"
                yield f'<p class="{kind}">{"".join(_inline(line, source))}</p>'


def _figure(svg: str) -> str:
    """A figure, which keys can scroll sideways on a narrow screen."""
    return f'<figure tabindex="0">{svg}{FIGURE}'


def _is_fallback(element: etree._Element) -> bool:
    return next(element.iterancestors(FALLBACK), None) is not None


def _inline(element: etree._Element, source: Source) -> Iterator[str]:
    for child in element:
        if child.tag == f"{W}t":
            yield _linked(child.text or "")
        elif child.tag == f"{W}br":
            yield "<br>"
        elif child.tag == f"{W}tab" and element.tag == f"{W}r":
            yield "\t"
        elif child.tag == f"{W}drawing":
            yield from _images(child, source)
        elif child.tag == f"{W}footnoteReference" and (id := child.get(f"{W}id", "")) in source.notes:
            mark = f'<a href="#note-{id}" id="mark-{id}" role="doc-noteref">{source.notes[id][0]}</a>'
            yield f"<sup>{mark}</sup>"
        elif child.tag in (f"{W}r", f"{W}hyperlink", f"{W}ins", f"{W}smartTag", f"{W}sdt", f"{W}sdtContent"):
            yield from _inline(child, source)


def _linked(text: str) -> str:
    """The text as HTML, with the web addresses in it as links."""
    pieces = URL.split(text)
    return "".join(
        f'<a href="{escape(piece)}" rel="noreferrer">{escape(piece)}</a>' if i % 2 else escape(piece)
        for i, piece in enumerate(pieces)
    )


def _images(drawing: etree._Element, source: Source) -> Iterator[str]:
    properties, extent = drawing.find(f".//{WP}docPr"), drawing.find(f".//{WP}extent")
    alt = properties.get("descr", "") if properties is not None else ""
    width = round(int(extent.get("cx", "0")) / EMU) if extent is not None else 0
    for blip in drawing.iter(f"{A}blip"):
        if uri := source.pictures.get(blip.get(f"{R}embed", "")):
            yield f'<img src="{uri}" alt="{escape(alt)}" style="width:{width}mm">'


def _drawings_of_charts(paragraph: etree._Element) -> Iterator[etree._Element]:
    yield from (drawing for drawing in paragraph.iter(f"{W}drawing") if next(drawing.iter(CHART), None) is not None)


def _chart(drawing: etree._Element, source: Source) -> str:
    properties, extent, link = (next(drawing.iter(tag)) for tag in (f"{WP}docPr", f"{WP}extent", CHART))
    plot = read_plot(
        parse_own(source.charts[link.get(f"{R}id", "")]),
        width_mm=int(extent.get("cx", "0")) / EMU,
        height_mm=int(extent.get("cy", "0")) / EMU,
    )
    return draw(plot, family=SONG, id=properties.get("id", ""), alt=properties.get("descr", ""))


def _table(table: etree._Element, source: Source) -> str:
    rows = table.findall(f"{W}tr")
    grid = [[(cell, *_span(cell)) for cell in row.findall(f"{W}tc")] for row in rows]
    names = [_names([cell for cell, _, merge in row if merge != "continue"], source) for row in grid]
    labelled = any(name for row in names for name in row)
    lines = []
    for i, row in enumerate(rows):
        head = row.find(f"{W}trPr/{W}tblHeader") is not None and not labelled
        cells, column, of = [], 0, iter(names[i])
        for cell, across, merge in grid[i]:
            if merge != "continue":
                down = _down(grid, i, column) if merge == "restart" else 1
                cells.append(_cell(cell, source, names=next(of), head=head, across=across, down=down))
            column += across
        lines.append(f"<tr>{''.join(cells)}</tr>")
    body = "\n".join(lines)
    widths = [int(column.get(f"{W}w", "0")) for column in table.iterfind(f"{W}tblGrid/{W}gridCol")]
    merged = any(across > 1 for row in grid for _, across, _ in row)
    shares = "".join(f'<col style="width:{100 * width / (sum(widths) or 1):.1f}%">' for width in widths)
    columns = f"<colgroup>{shares}</colgroup>\n" if merged or len(widths) >= WIDE else ""
    found = table.find(f"{W}tblPr/{W}tblCaption")
    caption = escape(found.get(f"{W}val", "")) if found is not None else ""
    told = f"<caption>{caption}</caption>\n" if caption else ""
    whole = f"<table>\n{told}{columns}<tbody>\n{body}\n</tbody>\n</table>"
    return _wide(whole, caption) if len(widths) >= WIDE else whole


def _wide(whole: str, caption: str) -> str:
    """A table of many columns in an element of its own, so that it alone scrolls sideways on a narrow screen."""
    tag, name = ("section", f' aria-label="{caption}"') if caption else ("div", "")
    return f'<{tag} class="wide" tabindex="0"{name}>{whole}</{tag}>'


def _span(cell: etree._Element) -> tuple[int, str]:
    across = cell.find(f"{W}tcPr/{W}gridSpan")
    merge = cell.find(f"{W}tcPr/{W}vMerge")
    down = "" if merge is None else merge.get(f"{W}val", "continue")
    return int(across.get(f"{W}val", "1")) if across is not None else 1, down


def _down(grid: list[list[tuple[etree._Element, int, str]]], row: int, column: int) -> int:
    """How many rows a vertically merged cell that begins at row and column covers."""
    down = 1
    for below in grid[row + 1 :]:
        starts = accumulate((across for _, across, _ in below), initial=0)
        merges = {start: merge for start, (_, _, merge) in zip(starts, below, strict=False)}
        if merges.get(column) != "continue":
            break
        down += 1
    return down


def _names(cells: Sequence[etree._Element], source: Source) -> list[Named]:
    """What each cell of a row is the heading of, by the style of its first paragraph."""
    paragraphs = [cell.find(f"{W}p") for cell in cells]
    return name_cells(["" if paragraph is None else _style(paragraph, source).name for paragraph in paragraphs])


def _cell(cell: etree._Element, source: Source, *, names: Named, head: bool, across: int, down: int) -> str:
    """A cell as HTML: a header cell if its row repeats on each page, or if its style says what it is the heading of."""
    scopes = {
        "row": "rowgroup" if down > 1 else "row",
        "column": "colgroup" if across > 1 else "col",
        "": ("row" if across > 1 and down == 1 else "col") if head else "",
    }
    scope = scopes[names]
    tag = f'th scope="{scope}"' if scope else "td"
    spans = (f' colspan="{across}"' if across > 1 else "") + (f' rowspan="{down}"' if down > 1 else "")
    blocks = list(_blocks(cell, source))
    only = re.fullmatch(r"<p(?: class=\"([a-z ]*)\")?>(.*)</p>", blocks[0], re.S) if len(blocks) == 1 else None
    side = f' class="{only[1]}"' if only and only[1] in ("center", "right") else ""
    return f"<{tag}{side}{spans}>{only[2] if only else ''.join(blocks)}</{tag[:2]}>"
