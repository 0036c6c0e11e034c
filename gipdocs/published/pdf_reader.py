"""The process that opens a stranger's PDF: takes it from standard input, gives what is printed on its pages as JSON.

It imports nothing of gipdocs, and nothing at all once the file is open: from then on it may open no file, write none,
and has 20 seconds of processor time and 1 GiB of memory. A fault is told as a word; what went wrong is told to nobody.
Of each page it gives the lines of text outside tables and the cells of its tables, each with its place in points from
the upper left corner. Raised and lowered text stands between RAISE or LOWER and LEVEL.
"""

from __future__ import annotations

import codecs
import json
import logging
import os
import resource
import sys
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from gzip import GzipFile
from io import BytesIO, TextIOWrapper
from itertools import groupby, islice, pairwise
from pathlib import Path
from statistics import mode
from types import SimpleNamespace
from typing import Any

import pdfplumber
from pdfminer import cmapdb, pdftypes
from pdfminer.pdfpage import PDFPage
from pdfplumber import page as plumbing
from pdfplumber.page import Page
from pdfplumber.table import merge_edges
from pdfplumber.utils.geometry import filter_edges

SECONDS, MEMORY, POLITENESS = 20, 1 << 30, 10
MOST_PAGES, MOST_SIGNS, MOST_DRAWINGS, MOST_LINES = 200, 500_000, 2_000, 10_000
LARGEST_STREAM, LARGEST_WHOLE, LARGEST_CONTENT = 32 << 20, 128 << 20, 4 << 20
MOST_CROSSINGS = 1_000_000
"""The most places in which the lines of a page may cross."""
RAISE, LOWER, LEVEL = "\x01", "\x02", "\x03"
UNKNOWN = "\ufffd"
"""What stands for a character that the file doesn't name."""
UNPAINTED = (3, 7)
"""The ways of showing a text that leave no ink."""
MAPS = ("GB", "UniGB", "to-unicode-Adobe-GB1")
"""How the names of the tables begin by which fonts outside a file are read."""

Sign = dict[str, Any]
Box = tuple[float, float, float, float]
"""Left, top, right, bottom."""


class PdfNotRead(BaseException):
    """The file is not read; the word says why. No Exception, since the libraries catch those."""


def restrict() -> None:
    """Give up everything that reading doesn't need, and let others come first."""
    os.nice(POLITENESS)
    for what, most in (
        (resource.RLIMIT_CPU, SECONDS),
        (resource.RLIMIT_AS, MEMORY),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_NOFILE, 3),
    ):
        resource.setrlimit(what, (most, most))


def read(data: bytes) -> dict[str, Any]:
    """The pages of a PDF; PdfNotRead, or whatever the libraries raise for a damaged one."""
    with pdfplumber.open(BytesIO(data)) as pdf:
        if pdf.doc.encryption is not None:
            raise PdfNotRead("encrypted")
        if len(list(islice(PDFPage.create_pages(pdf.doc), MOST_PAGES + 1))) > MOST_PAGES:
            raise PdfNotRead("pages")
        return {"pages": [_read_page(page) for page in pdf.pages]}


def _read_page(page: Page) -> dict[str, Any]:
    if sum(len(stream.get_data()) for stream in page.page_obj.contents) > LARGEST_CONTENT:
        raise PdfNotRead("large")
    signs = _signs(page)
    tables, free = _tables(page, signs)
    told = {
        "width": float(page.width),
        "height": float(page.height),
        "pictures": _covered(page),
        "signs": len(signs),
        "unknown": sum(sign["text"] == UNKNOWN for sign in signs),
        "sideways": sum(not sign["upright"] for sign in page.chars),
        "halves": _has_halves(page, signs),
        "drawn": [*_drawn(page)],
        "lines": [_line(line) for line in _lines(free)],
        "tables": tables,
    }
    page.close()
    return told


def _covered(page: Page) -> float:
    """The share of the page that pictures cover, at most 1."""
    area = sum(float(picture["width"] * picture["height"]) for picture in page.images)
    return min(area / float(page.width * page.height), 1.0)


def _drawn(page: Page) -> Iterator[Box]:
    """The places of pictures and of filled shapes, as charts have them."""
    yield from map(_box, page.images)
    for shape in (*page.rects, *page.curves):
        if shape["fill"] and not _is_rule(shape) and not _is_white(shape["non_stroking_color"]):
            yield _box(shape)


GUTTER, HALF_FULL = 0.015, 0.2
"""Shares: of the width of a page, on both sides of its middle; of its characters, in each half."""


def _has_halves(page: Page, signs: list[Sign]) -> bool:
    """Whether a page has text on its left and on its right, and nothing in its middle."""
    middle, gutter = float(page.width) / 2, GUTTER * float(page.width)
    things = [*signs, *page.lines, *page.rects, *page.curves]
    if not signs or any(one["x0"] < middle + gutter and one["x1"] > middle - gutter for one in things):
        return False
    share = sum(1 for sign in signs if sign["x0"] > middle) / len(signs)
    return HALF_FULL < share < 1 - HALF_FULL


def _signs(page: Page) -> list[Sign]:
    """The characters that can be seen, each once: some programs print bold text several times."""
    left, top, right, bottom = map(float, page.cropbox)
    shades = [box for box in page.rects if box["fill"] and not _is_white(box["non_stroking_color"])]
    found: list[Sign] = []
    for sign in page.dedupe_chars().chars:
        x, y = _middle(sign)
        if not (left <= x <= right and top <= y <= bottom and sign["upright"]):
            continue
        if _is_white(sign["non_stroking_color"]) and not any(_is_in(x, y, _box(shade)) for shade in shades):
            continue
        baseline = float(page.height) - sign["matrix"][5]
        found.append({**sign, "text": _text(sign["text"]), "baseline": baseline})
    if len(found) > MOST_SIGNS:
        raise PdfNotRead("large")
    return found


def _text(text: str) -> str:
    if text.startswith("(cid:"):
        return UNKNOWN
    return "".join(" " if letter < " " else letter for letter in text)


def _is_white(color: Any) -> bool:
    """Whether a color of one or three parts is that of paper."""
    parts = color if isinstance(color, tuple | list) else (color,)
    return len(parts) in (1, 3) and all(isinstance(part, int | float) and part >= 0.99 for part in parts)


def _middle(sign: Sign) -> tuple[float, float]:
    return (sign["x0"] + sign["x1"]) / 2, (sign["top"] + sign["bottom"]) / 2


def _box(thing: Sign) -> Box:
    return thing["x0"], thing["top"], thing["x1"], thing["bottom"]


def _is_in(x: float, y: float, box: Box) -> bool:
    left, top, right, bottom = box
    return left <= x <= right and top <= y <= bottom


THIN, SNAP = 4.0, 3
"""Points: a filled box up to this wide is a line, and there is no cell between edges so near to one another; pieces of a
line that are so near are one."""
LEAST_ENDS = 3
"""So many lines that end in the open at the same height or side show where the border of their table would be."""


def _tables(page: Page, signs: list[Sign]) -> tuple[list[dict[str, Any]], list[Sign]]:
    """The tables of a page, and the characters outside of them."""
    ruled = page.filter(_is_rule)
    told: list[dict[str, Any]] = []
    for table in _find_tables(ruled):
        cells = [cell for cell in table.cells if min(cell[2] - cell[0], cell[3] - cell[1]) > THIN]
        held, free = _sort_into(cells, signs)
        if _is_table(cells) and any(sign["text"].strip() for inside in held.values() for sign in inside):
            told.append({"box": table.bbox, "rows": [_row(row, held) for row in _rows(cells)]})
            signs = free
    return told, signs


def _find_tables(page: Page) -> Iterator[Any]:
    """The tables of a page, with the borders that it leaves out: at a page break, or on both sides."""
    longer = filter_edges(page.edges, min_length=1)
    edges = filter_edges(merge_edges(longer, SNAP, SNAP, SNAP, SNAP), min_length=SNAP)
    if _count_crossings(edges) > MOST_CROSSINGS:
        raise PdfNotRead("lines")
    settings: dict[str, Any] = {}
    for way, name in (("h", "horizontal"), ("v", "vertical")):
        lines = [*(edge for edge in edges if edge["orientation"] == way), *_left_out(edges, way)]
        if len(lines) < 2:
            return
        settings |= {f"{name}_strategy": "explicit", f"explicit_{name}_lines": lines}
    yield from page.find_tables(settings)


def _left_out(edges: Iterable[Sign], way: str) -> Iterator[Sign]:
    """The edges in one direction in which those of the other direction should end, with their neighbours that do."""
    own = [one for one in edges if one["orientation"] == way]
    others = [one for one in edges if one["orientation"] != way]
    along, across = ("x0", ("top", "bottom")) if way == "h" else ("top", ("x0", "x1"))
    ends = sorted((round(one[end] / THIN), one[along], one[end]) for one in others for end in across)
    for _, group in groupby(ends, key=lambda end: end[0]):
        near = [(place, end, _is_open(end, place, own, way)) for _, place, end in group]
        if len(near) >= LEAST_ENDS:
            yield from (
                _edge(way, end, (place, after))
                for (place, end, is_open), (after, _, is_next_open) in pairwise(near)
                if is_open or is_next_open
            )


def _is_open(end: float, place: float, edges: Iterable[Sign], way: str) -> bool:
    """Whether a line ends where there is no edge in the other direction."""
    at, start, stop = ("top", "x0", "x1") if way == "h" else ("x0", "top", "bottom")
    return not any(abs(one[at] - end) <= THIN and one[start] - THIN <= place <= one[stop] + THIN for one in edges)


def _edge(way: str, at: float, places: Sequence[float]) -> Sign:
    start, stop = min(places), max(places)
    left, top, right, bottom = (start, at, stop, at) if way == "h" else (at, start, at, stop)
    size = {"width": right - left, "height": bottom - top, "orientation": way, "object_type": "line_edge"}
    return {"x0": left, "x1": right, "top": top, "bottom": bottom, **size}


def _is_table(cells: Sequence[Box]) -> bool:
    """Whether cells stand side by side: one above the other, they are framed text."""
    return any(len(row) > 1 for row in _rows(cells))


def _is_rule(thing: Sign) -> bool:
    """Whether something printed may be a border: no background, and nothing in the color of paper."""
    kind = thing["object_type"]
    if kind not in ("line", "rect", "curve"):
        return False
    if thing.get("stroke"):
        return not _is_white(thing.get("stroking_color"))
    thin = min(float(thing["width"]), float(thing["height"])) <= THIN
    return thin and not _is_white(thing.get("non_stroking_color"))


def _count_crossings(edges: Iterable[Sign]) -> int:
    upright = Counter(edge["orientation"] == "v" for edge in edges)
    return upright[True] * upright[False]


def _sort_into(cells: Iterable[Box], signs: Iterable[Sign]) -> tuple[dict[Box, list[Sign]], list[Sign]]:
    """The characters in each cell, and those in none; where cells lie one over the other, they are in the smallest."""
    by_size = sorted(cells, key=lambda one: (one[2] - one[0]) * (one[3] - one[1]))
    held: dict[Box, list[Sign]] = {}
    free: list[Sign] = []
    for sign in signs:
        x, y = _middle(sign)
        cell = next((one for one in by_size if _is_in(x, y, one)), None)
        (free if cell is None else held.setdefault(cell, [])).append(sign)
    return held, free


def _rows(cells: Iterable[Box]) -> Iterator[list[Box]]:
    """The cells by the rows in which they begin."""
    row: list[Box] = []
    for cell in sorted(cells, key=lambda one: (one[1], one[0])):
        if row and cell[1] - row[0][1] > THIN:
            yield sorted(row)
            row = []
        row.append(cell)
    if row:
        yield sorted(row)


def _row(cells: list[Box], held: dict[Box, list[Sign]]) -> list[dict[str, Any]]:
    told = []
    for cell in cells:
        lines = _lines(held.get(cell, ()))
        told.append({"box": cell, "lines": [_line(line) for line in lines]})
    return told


SAME_LINE, WIDE_GAP, DIGIT_GAP, SMALL = 0.45, 0.8, 0.25, 0.8
"""In sizes of a character: how far letters of one line differ in height; gaps that are spaces; a mark's size."""
CLOSING, OPENING = "，。；：、！？）》”’〉】〕％%,.;:!?)]}", "（《“‘〈【〔([{"


def _lines(signs: Iterable[Sign]) -> list[list[Sign]]:
    """The characters line by line, from above, each line from the left, without blanks at its ends."""
    lines: list[list[Sign]] = []
    for sign in sorted(signs, key=lambda one: (one["baseline"], one["x0"])):
        if lines and sign["baseline"] - lines[-1][0]["baseline"] <= SAME_LINE * max(sign["size"], lines[-1][0]["size"]):
            lines[-1].append(sign)
        else:
            lines.append([sign])
    return [line for found in lines if (line := _trimmed(sorted(found, key=lambda one: one["x0"])))]


def _trimmed(line: list[Sign]) -> list[Sign]:
    inked = [i for i, sign in enumerate(line) if sign["text"].strip()]
    return line[inked[0] : inked[-1] + 1] if inked else []


def _line(line: list[Sign]) -> dict[str, Any]:
    """A line: `lead` and `first` are the widths of its first word, which stays on one line, and its first character."""
    size, baseline = _usual(line)
    return {
        "text": _words(line),
        "left": line[0]["x0"],
        "right": line[-1]["x1"],
        "inner": next((sign["x1"] for sign in reversed(line) if sign["text"] not in CLOSING), line[-1]["x1"]),
        "baseline": baseline,
        "size": size,
        "lead": _lead(line),
        "first": line[0]["x1"] - line[0]["x0"],
    }


def _usual(line: list[Sign]) -> tuple[float, float]:
    """The size and the height of most characters of a line."""
    return mode((round(sign["size"], 1), round(sign["baseline"], 1)) for sign in line)


def _lead(line: list[Sign]) -> float:
    end = 0
    while end < len(line) - 1 and line[end]["text"] in OPENING:
        end += 1
    while end < len(line) - 1 and _is_latin(line[end]["text"]) and _is_latin(line[end + 1]["text"]):
        end += 1
    while end < len(line) - 1 and line[end + 1]["text"] in CLOSING:
        end += 1
    return float(line[end]["x1"] - line[0]["x0"])


def _is_latin(text: str) -> bool:
    return text.isascii() and not text.isspace()


def _words(line: list[Sign]) -> str:
    """The text of a line, with a blank for each gap, and the marks around raised and lowered characters."""
    size, baseline = _usual(line)
    pieces, level = [], LEVEL
    for before, sign in zip([None, *line], line, strict=False):
        if before is not None and _is_gap(before, sign):
            pieces.append(" ")
        small = sign["size"] < SMALL * size and not sign["text"].isspace()
        shift = (baseline - sign["baseline"]) / size if small else 0
        now = RAISE if shift > 0.1 else LOWER if shift < -0.05 else LEVEL
        pieces.append((now if now != level else "") + sign["text"])
        level = now
    return "".join([*pieces, LEVEL if level != LEVEL else ""]).strip()


def _is_gap(before: Sign, sign: Sign) -> bool:
    """Whether there is a blank between two characters that isn't printed as one."""
    gap, size = sign["x0"] - before["x1"], min(before["size"], sign["size"])
    if before["text"].isspace() or sign["text"].isspace():
        return False
    tight = _is_latin(before["text"]) and _is_latin(sign["text"])
    return bool(gap > (DIGIT_GAP if tight else WIDE_GAP) * size)


class SeenAggregator(plumbing.PDFPageAggregatorWithMarkedContent):
    """Notes what a page paints: no text without ink, and not too many drawings and lines."""

    drawings = lines = 0
    unseen = False

    def paint_path(self, *of: Any, **more: Any) -> None:
        self.lines += 1
        if self.lines > MOST_LINES:
            raise PdfNotRead("lines")
        super().paint_path(*of, **more)

    def render_string(self, textstate: Any, *rest: Any) -> None:
        self.unseen = textstate.render in UNPAINTED
        super().render_string(textstate, *rest)

    def render_char(self, *of: Any, **more: Any) -> float:
        advance = super().render_char(*of, **more)
        if self.unseen:
            self.cur_item._objs.pop()
        return advance

    def begin_figure(self, *of: Any) -> None:
        self.drawings += 1
        if self.drawings > MOST_DRAWINGS:
            raise PdfNotRead("objects")
        super().begin_figure(*of)


class BoundedUnpacker:
    """Unpacks streams up to a limit, each and all together; takes the place of zlib for the library."""

    error = zlib.error
    ways = ((zlib.MAX_WBITS, 0), (-zlib.MAX_WBITS, 2))
    """With and without its head and its checksum, which some programs write wrongly."""

    def __init__(self) -> None:
        self.total = 0

    def decompress(self, data: bytes) -> bytes:
        """The whole stream; PdfNotRead if it is too large, or ends too early."""
        most = min(LARGEST_STREAM, LARGEST_WHOLE - self.total)
        for window, start in self.ways:
            unpacker = zlib.decompressobj(window)
            try:
                unpacked = unpacker.decompress(data[start:], most + 1)
            except zlib.error:
                continue
            if len(unpacked) > most:
                raise PdfNotRead("large")
            if unpacker.eof or not data:
                self.total += len(unpacked)
                return unpacked
        raise PdfNotRead("damaged")


def hold_maps() -> None:
    """Read the tables of Chinese fonts that are not in the file itself: later no file can be opened."""
    folder = Path(cmapdb.__file__).parent / "cmap"
    held = {path.name: path.read_bytes() for path in folder.iterdir() if path.name.startswith(MAPS)}

    def unpack(path: str, *_: str, **__: str) -> TextIOWrapper:
        return TextIOWrapper(GzipFile(fileobj=BytesIO(held.get(Path(path).name, b""))), "utf-8")

    vars(cmapdb)["gzip"] = SimpleNamespace(open=unpack)


def guard_libraries() -> None:
    """Put our limits into the libraries."""
    vars(pdftypes)["zlib"] = BoundedUnpacker()
    vars(plumbing)["PDFPageAggregatorWithMarkedContent"] = SeenAggregator
    logging.disable()


CODECS = ("ascii", "cp1252", "gb18030", "latin-1", "utf-16", "utf-16-be", "utf-16-le", "utf-32-be")
BLANK = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
    b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 99 99]/Contents 4 0 R/Resources<</Font<</F 5 0 R>>>>>>endobj\n"
    b"4 0 obj<</Length 46>>stream\nBT /F 9 Tf (x) Tj ET 0 0 m 9 9 l S 1 1 8 8 re f\nendstream endobj\n"
    b"5 0 obj<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>endobj\ntrailer<</Root 1 0 R>>\n"
)


def load_everything() -> None:
    """Load what the libraries load only when it is first needed: later they could not."""
    for codec in CODECS:
        codecs.lookup(codec)
    hold_maps()
    guard_libraries()
    read(BLANK)


def main() -> None:
    """Read one file and tell what is printed in it."""
    data = sys.stdin.buffer.read()
    os.environ.clear()
    load_everything()
    restrict()
    try:
        told = read(data)
    except PdfNotRead as error:
        told = {"refused": str(error)}
    except MemoryError:
        told = {"refused": "large"}
    except Exception:  # whatever a damaged file makes its readers raise
        told = {"refused": "encrypted" if b"/Encrypt" in data else "damaged"}
    sys.stdout.write(json.dumps(told))


if __name__ == "__main__":
    main()
