"""Pages that are placed by hand, for the tests of what draws them."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO

from PIL import Image, ImageDraw

from gipdocs.drawing import faces
from gipdocs.drawing.placed import Bar, Element, Ink, Page, Placed, PlacedPicture, PlacedPiece, PlacedText

WIDTH, HEIGHT = 595.3, 841.9
LEFT, TOP, MEASURE, LINE = 79.4, 105.0, 442.2, 29.0
RED = "FF0000"

TITLE = "政府信息公开申请答复书"
ADDRESSEE = "张䶮、王𫝀："
BODY = (
    "您好！本机关于2026年11月23日收到您提交的政府信息公开申请，申请公开“城区供水管网改造工程（二期）”的有关信息，编号为GK-2026-0118。"
    "经审查，根据《中华人民共和国政府信息公开条例》第三十六条第（二）项的规定，现将该信息提供给您，共３页。"
)


def run(
    font: str, size: float, text: str, *, x: float, y: float, extra: float = 0.0, **look: object
) -> list[PlacedText]:
    """A text in an official font as runs of one face each; `extra` is put after each character."""
    runs: list[PlacedText] = []
    for char in text:
        face, advance = faces.find(font, char)
        if not runs or runs[-1].look.face != face:
            runs.append(PlacedText(Ink(face, size, **look), x, y, "", []))  # type: ignore[arg-type]
        last = runs[-1]
        wide = advance * size * last.look.width / 100 + extra
        last.text, last.advances, x = last.text + char, [*last.advances, wide], x + wide
    return runs


def paragraph(font: str, size: float, text: str, *, y: float) -> list[PlacedText]:
    """A text broken wherever a line is full."""
    lines, x = [""], LEFT
    for char in text:
        x += faces.find(font, char)[1] * size
        if x > LEFT + MEASURE:
            lines, x = [*lines, ""], LEFT + faces.find(font, char)[1] * size
        lines[-1] += char
    return [one for number, line in enumerate(lines) for one in run(font, size, line, x=LEFT, y=y + number * LINE)]


def seal() -> bytes:
    """A red ring as a PNG that is transparent around it."""
    image = Image.new("RGBA", (120, 120), (0, 0, 0, 0))
    ImageDraw.Draw(image).ellipse((4, 4, 115, 115), outline=(255, 0, 0, 200), width=6)
    target = BytesIO()
    image.save(target, "PNG")
    return target.getvalue()


def letter(body: str = BODY, *, paragraphs: int = 6) -> Placed:
    """A letter of two pages: a red heading and a rule, a title, paragraphs, a table over both pages, a seal, page numbers."""
    root = Element("Document")
    first, second = Page(WIDTH, HEIGHT), Page(WIDTH, HEIGHT)
    for page, kind, drawn in _first_page(body, paragraphs, first, second):
        element = Element(kind)
        root.children.append(element)
        page.pieces.append(PlacedPiece(element, drawn))
    first.pieces.append(PlacedPiece(None, [Bar(LEFT, 190, MEASURE, 1.5, RED)]))
    _add_table(root, second)
    figure = Element("Figure", alt="样本机关的印章")
    root.children.append(figure)
    second.pieces.append(PlacedPiece(figure, [PlacedPicture(360, 560, 120, 120, seal())]))
    for number, page in enumerate((first, second), 1):
        page.pieces.append(PlacedPiece(None, list(run("宋体", 14, f"— {number} —", x=280, y=790))))
    return Placed([first, second], root)


def _first_page(body: str, paragraphs: int, first: Page, second: Page) -> Iterator[tuple[Page, str, list[PlacedText]]]:
    yield first, "P", run("方正小标宋简体", 36, "样本市样本机关", x=160, y=150, color=RED)
    yield first, "P", run("仿宋_GB2312", 16, "样函〔2026〕1号", x=230, y=182)
    yield first, "H1", run("方正小标宋简体", 22, TITLE, x=180, y=230)
    yield first, "P", run("仿宋_GB2312", 16, ADDRESSEE, x=LEFT, y=270)
    yield first, "H2", run("黑体", 16, "一、关于事项☑", x=LEFT + 32, y=300)
    yield first, "H3", run("楷体_GB2312", 16, "（一）获取方式", x=LEFT + 32, y=330)
    for number in range(paragraphs):
        page, place = (first, number) if number < 3 else (second, number - 3)
        top = 360 if page is first else TOP
        yield page, "P", paragraph("仿宋_GB2312", 16, f"{number + 1}. {body}", y=top + place * 5 * LINE)
    yield second, "H2", run("黑体", 16, "二、附件", x=LEFT + 32, y=TOP + 15 * LINE, width=80)


def _add_table(root: Element, page: Page) -> None:
    """A table with a heading over two columns, a column of names, and a cell over two rows."""
    table = Element("Table")
    root.children.append(table)
    cells = [
        [Element("TH", scope="Column", rows=2), Element("TH", scope="Column", columns=2)],
        [Element("TH", scope="Column"), Element("TH", scope="Column")],
        [Element("TH", scope="Row"), Element("TD"), Element("TD")],
    ]
    texts = [["项目", "件数"], ["本年", "上年"], ["答复", "12", "７"]]
    for row, (elements, words) in enumerate(zip(cells, texts, strict=True)):
        table.children.append(Element("TR", elements))
        for column, (cell, text) in enumerate(zip(elements, words, strict=True)):
            cell.children.append(Element("P"))
            x = LEFT + 140 * (column + (row == 1))
            page.pieces.append(PlacedPiece(cell.children[0], list(run("宋体", 10.5, text, x=x + 5, y=700 + row * 20))))
    page.pieces.append(PlacedPiece(None, [Bar(LEFT, 685 + row * 20, 420, 0.5) for row in range(4)]))
