"""HTML from a filled DOCX, so that preview and file cannot differ: the same words in the same order."""

from __future__ import annotations

import base64
import re
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from html import escape
from io import BytesIO
from itertools import accumulate

from lxml import etree

from gipdocs.documents.svg import GROUP, group_svg

OOXML = "http://schemas.openxmlformats.org"
W = f"{{{OOXML}/wordprocessingml/2006/main}}"
A = f"{{{OOXML}/drawingml/2006/main}}"
WP = f"{{{OOXML}/drawingml/2006/wordprocessingDrawing}}"
EMBED = f"{{{OOXML}/officeDocument/2006/relationships}}embed"
CHOICE = f"{{{OOXML}/markup-compatibility/2006}}Choice"
FALLBACK = f"{{{OOXML}/markup-compatibility/2006}}Fallback"
EMU = 36_000
URL = re.compile(r"(https?://[\w./?=&%#:@~+,;!$*-]*[\w/=&#-])", re.ASCII)
PARSER = etree.XMLParser(resolve_entities=False, no_network=True)
STYLE = """
:root{color-scheme:light}body{margin:0 auto;max-width:42em;padding:2em 1.2em;color:#000;background:#fff;
font:1.05rem/1.8 FangSong,仿宋_GB2312,仿宋,STFangsong,serif}
h1,h2,h3,h4{line-height:1.6;margin:0;font-size:inherit;font-weight:normal;text-indent:2em}
h2{font-family:SimHei,黑体,sans-serif}h3{font-family:KaiTi,楷体_GB2312,楷体,serif}
.wide{max-width:76em}.wide table{font-size:.9rem;line-height:1.5}p{margin:0;overflow-wrap:anywhere}p.indent{text-indent:2em}p:empty{min-height:1em}
.center{text-align:center;text-indent:0}.right{text-align:right}.mark{color:#c00;text-align:center;font-size:1.9rem}
.title{font:1.5rem/1.6 "方正小标宋简体",SimSun,宋体,serif;text-align:center;text-indent:0;margin:.2em 0}
.mark{font-family:"方正小标宋简体",SimSun,宋体,serif;border-bottom:3px double #c00;margin-bottom:.6em}
table{border-collapse:collapse;width:100%;margin:.6em 0}td,th{border:1px solid #444;padding:.25em .4em;vertical-align:middle;
font-weight:normal;text-align:left}img{max-width:100%;height:auto}
figure{margin:.6em 0;text-align:center;overflow-x:auto}figure svg{min-width:36em;max-width:100%;height:auto}
"""


@dataclass(frozen=True)
class Source:
    """What the writer needs of the file besides the paragraph at hand."""

    styles: Mapping[str, tuple[str, int | None, str, bool]]  # id -> name, outline level, alignment, indented
    pictures: Mapping[str, str]  # relationship id -> data URI


def page(docx: bytes, *, title: str) -> str:
    """A whole page that needs nothing else."""
    with zipfile.ZipFile(BytesIO(docx)) as archive:
        wide = ' class="wide"' if b'w:orient="landscape"' in archive.read("word/document.xml") else ""
    return (
        f'<!DOCTYPE html><html lang="zh-CN"><head><meta charset="utf-8"><title>{escape(title)}</title>'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<style>{STYLE}</style></head><body{wide}>\n{body(docx)}\n</body></html>\n"
    )


def body(docx: bytes) -> str:
    """The document's content as semantic HTML: headings by outline level, tables with their spans.

    Every heading has an id for links from elsewhere: s2 is the second of the first level, s2-1 the first under it.
    """
    with zipfile.ZipFile(BytesIO(docx)) as archive:
        source = Source(_styles(archive), _pictures(archive))
        tree = etree.fromstring(archive.read("word/document.xml"), PARSER)
    return _anchored("\n".join(_blocks(tree[0], source)))


def _anchored(html: str) -> str:
    counts = [0] * 5

    def anchor(heading: re.Match[str]) -> str:
        level = int(heading[1]) - 2
        counts[level:] = [counts[level] + 1, *([0] * (len(counts) - level - 1))]
        return f'{heading[0]} id="s{"-".join(map(str, counts[: level + 1]))}"'

    return re.sub(r"<h([2-6])(?=[ >])", anchor, html)


def _styles(archive: zipfile.ZipFile) -> dict[str, tuple[str, int | None, str, bool]]:
    tree = etree.fromstring(archive.read("word/styles.xml"), PARSER)
    styles = {}
    for style in tree.iter(f"{W}style"):
        level = style.find(f"{W}pPr/{W}outlineLvl")
        name = style.find(f"{W}name")
        properties = style.find(f"{W}pPr")
        styles[style.get(f"{W}styleId", "")] = (
            name.get(f"{W}val", "") if name is not None else "",
            int(level.get(f"{W}val", "9")) if level is not None else None,
            _alignment(properties),
            _indented(properties),
        )
    return styles


def _pictures(archive: zipfile.ZipFile) -> dict[str, str]:
    name = "word/_rels/document.xml.rels"
    if name not in archive.namelist():
        return {}
    found = {}
    for link in etree.fromstring(archive.read(name), PARSER):
        if link.get("Type", "").endswith("/image") and link.get("TargetMode") != "External":
            target = "word/" + link.get("Target", "").removeprefix("/word/")
            kind = "jpeg" if target.endswith(("jpg", "jpeg")) else "png"
            data = base64.b64encode(archive.read(target)).decode()
            found[link.get("Id", "")] = f"data:image/{kind};base64,{data}"
    return found


def _alignment(properties: etree._Element | None) -> str:
    found = properties.find(f"{W}jc") if properties is not None else None
    value = found.get(f"{W}val", "") if found is not None else ""
    return {"center": "center", "right": "right", "end": "right"}.get(value, "")


def _indented(properties: etree._Element | None) -> bool:
    found = properties.find(f"{W}ind") if properties is not None else None
    return found is not None and int(found.get(f"{W}firstLine", "0")) > 0


def _blocks(parent: etree._Element, source: Source) -> Iterator[str]:
    for element in parent:
        if element.tag == f"{W}p":
            yield from _paragraph(element, source)
        elif element.tag == f"{W}tbl":
            yield _table(element, source)
        elif element.tag in (f"{W}sdt", f"{W}sdtContent"):
            yield from _blocks(element, source)


def _paragraph(paragraph: etree._Element, source: Source) -> Iterator[str]:
    yield from _boxes(paragraph, source)
    properties = paragraph.find(f"{W}pPr")
    named = properties.find(f"{W}pStyle") if properties is not None else None
    style = source.styles.get(named.get(f"{W}val", "") if named is not None else "Normal", ("", None, "", False))
    name, level, alignment, indented = style
    content = "".join(_inline(paragraph, source))
    side = _alignment(properties) or alignment
    tag = f"h{min(level + 2, 6)}" if level is not None else "p"
    kinds = [side, "indent" if (indented or _indented(properties)) and not side else ""]
    if "标题" in name and level is None:
        tag, kinds = "h1", ["title"]
    classes = " ".join(kind for kind in kinds if kind)
    yield f"<{tag}{f' class={chr(34)}{classes}{chr(34)}' if classes else ''}>{content}</{tag}>"


def _boxes(paragraph: etree._Element, source: Source) -> Iterator[str]:
    """The groups of shapes as pictures and the texts of drawings anchored in the paragraph, before its own."""
    yield from (f"<figure>{group_svg(group)}</figure>" for group in paragraph.iter(GROUP) if not _is_fallback(group))
    for box in paragraph.iter(f"{W}txbxContent"):
        if not _is_fallback(box) and next(box.iterancestors(GROUP), None) is None:
            for line in box.iter(f"{W}p"):
                colour = line.find(f"{W}r/{W}rPr/{W}color")
                mark = colour is not None and colour.get(f"{W}val") == "FF0000"
                kind = "mark" if mark else "center"
                yield f'<p class="{kind}">{"".join(_inline(line, source))}</p>'


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
        elif child.tag in (f"{W}r", f"{W}hyperlink", f"{W}ins", f"{W}smartTag", f"{W}sdt", f"{W}sdtContent"):
            yield from _inline(child, source)


def _linked(text: str) -> str:
    """The text, the addresses of web pages in it as links."""
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
        if uri := source.pictures.get(blip.get(EMBED, "")):
            yield f'<img src="{uri}" alt="{escape(alt)}" style="width:{width}mm">'


def _table(table: etree._Element, source: Source) -> str:
    rows = table.findall(f"{W}tr")
    grid = [[(cell, *_span(cell)) for cell in row.findall(f"{W}tc")] for row in rows]
    lines = []
    for i, row in enumerate(rows):
        head = row.find(f"{W}trPr/{W}tblHeader") is not None
        cells, column = [], 0
        for cell, across, merge in grid[i]:
            if merge != "continue":
                down = _down(grid, i, column) if merge == "restart" else 1
                cells.append(_cell(cell, source, "th" if head else "td", across=across, down=down))
            column += across
        lines.append(f"<tr>{''.join(cells)}</tr>")
    return "<table>\n" + "\n".join(lines) + "\n</table>"


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


def _cell(cell: etree._Element, source: Source, tag: str, *, across: int, down: int) -> str:
    scope = ' scope="row"' if tag == "th" and across > 1 and down == 1 else ' scope="col"' if tag == "th" else ""
    spans = (f' colspan="{across}"' if across > 1 else "") + (f' rowspan="{down}"' if down > 1 else "")
    blocks = list(_blocks(cell, source))
    only = re.fullmatch(r"<p(?: class=\"[a-z ]*\")?>(.*)</p>", blocks[0], re.S) if len(blocks) == 1 else None
    return f"<{tag}{scope}{spans}>{only[1] if only else ''.join(blocks)}</{tag}>"
