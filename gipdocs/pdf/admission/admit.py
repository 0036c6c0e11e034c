"""Admits a DOCX only if it contains nothing but text, tables and pictures and refers to nothing outside itself."""

from __future__ import annotations

import posixpath
import re
import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from lxml import etree

from gipdocs.errors import ConverterRefused
from gipdocs.markup import parse_own
from gipdocs.ooxml import CONTENT_TYPES, LINKS, W
from gipdocs.pdf import fonts
from gipdocs.pdf.admission.charts import replace_charts
from gipdocs.pdf.admission.drawings import DescribedDrawing, find_drawings
from gipdocs.pdf.admission.package import read_parts, write_parts
from gipdocs.pdf.admission.printed_text import Expected, expect, find_first_label, read_paragraphs

O = "{urn:schemas-microsoft-com:office:office}"  # noqa: E741  # the customary prefix
V = "{urn:schemas-microsoft-com:vml}"
PACKAGE, TYPES = f"{{{LINKS}}}", f"{{{CONTENT_TYPES}}}"

TYPES_PART = "[Content_Types].xml"
ROOT_RELATIONSHIPS = "_rels/.rels"

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml."
OFFICE = "application/vnd.openxmlformats-officedocument."
MAIN = WORD + "document.main+xml"
SHEET = OFFICE + "spreadsheetml.sheet"
CHART = OFFICE + "drawingml.chart+xml"

STORIES = {MAIN, *(WORD + kind + "+xml" for kind in ("header", "footer", "footnotes", "endnotes"))}
"""Parts with paragraphs."""

MARGINS = {WORD + "header+xml", WORD + "footer+xml"}
"""Parts printed in the margins of pages."""

LEFT_OUT = {
    SHEET,
    *(WORD + kind + "+xml" for kind in ("comments", "commentsExtended", "commentsExtensible", "commentsIds", "people")),
}
"""Parts that are dropped: a chart draws its own copy of its workbook's numbers, and reviewers' comments are not printed.
LibreOffice would open windows for the comments, and it has no screen."""

ALLOWED_TYPES = {
    *STORIES,
    *(WORD + kind + "+xml" for kind in ("styles", "settings", "webSettings", "fontTable", "numbering")),
    *(OFFICE + kind + "+xml" for kind in ("theme", "themeOverride", "extended-properties", "custom-properties")),
    CHART,
    OFFICE + "drawingml.chartshapes+xml",
    *(OFFICE + f"drawingml.diagram{kind}+xml" for kind in ("Data", "Layout", "Style", "Colors")),
    "application/vnd.ms-word.stylesWithEffects+xml",
    "application/vnd.ms-office.chartstyle+xml",
    "application/vnd.ms-office.chartcolorstyle+xml",
    "application/vnd.ms-office.drawingml.diagramDrawing+xml",
    "application/vnd.openxmlformats-package.core-properties+xml",
    "application/vnd.openxmlformats-package.relationships+xml",
    OFFICE + "customXmlProperties+xml",
    "application/xml",
    *LEFT_OUT,
    "image/png",
    "image/jpeg",
    "image/svg+xml",
}

ALLOWED_RELATIONSHIPS = {
    "officeDocument",
    "core-properties",
    "extended-properties",
    "custom-properties",
    "styles",
    "settings",
    "webSettings",
    "fontTable",
    "theme",
    "themeOverride",
    "numbering",
    "header",
    "footer",
    "footnotes",
    "endnotes",
    "comments",
    "commentsExtended",
    "commentsExtensible",
    "commentsIds",
    "people",
    "image",
    "hyperlink",
    "chart",
    "chartUserShapes",
    "chartStyle",
    "chartColorStyle",
    "package",
    "diagramData",
    "diagramLayout",
    "diagramQuickStyle",
    "diagramColors",
    "diagramDrawing",
    "customXml",
    "customXmlProps",
    "thumbnail",
    "stylesWithEffects",
}
"""The last segment of a relationship's type; `package` is a chart's workbook, which is dropped."""

LINK_SCHEMES = ("http://", "https://", "mailto:", "tel:", "#")

FORBIDDEN = {
    **dict.fromkeys([W + "object", O + "OLEObject", O + "OLELink"], "嵌入的对象（OLE）"),
    W + "control": "控件（ActiveX）",
    W + "altChunk": "外部文档块（altChunk）",
    W + "subDoc": "子文档",
    W + "attachedTemplate": "附加的模板",
    W + "mailMerge": "邮件合并的数据源",
    W + "frameset": "框架集",
}

ALLOWED_FIELDS = {
    "PAGE",
    "NUMPAGES",
    "SECTION",
    "SECTIONPAGES",
    "TOC",
    "REF",
    "PAGEREF",
    "NOTEREF",
    "HYPERLINK",
    "SEQ",
    "STYLEREF",
    "DATE",
    "TIME",
    "CREATEDATE",
    "SAVEDATE",
    "TITLE",
    "AUTHOR",
    "SUBJECT",
    "KEYWORDS",
    "DOCPROPERTY",
    "FORMTEXT",
    "FORMCHECKBOX",
    "FORMDROPDOWN",
}

NEUTRALISED = (
    *(W + name for name in ("overflowPunct", "autoSpaceDE", "autoSpaceDN")),
    *(W + name for name in ("commentRangeStart", "commentRangeEnd", "commentReference")),
)
"""Removed: properties that LibreOffice inverts or ignores, so that every style inherits the worker's setting; and the
anchors of dropped comments."""

LANGUAGES = {W + "val": "en-US", W + "eastAsia": "zh-CN"}
"""If Latin letters and digits counted as Chinese, LibreOffice would break numbers and addresses anywhere."""

PARAGRAPH_CHARACTERS = 50_000
TEXT_CHARACTERS = 2_000_000
TABLE_DEPTH = 20
ELEMENTS = 500_000
PIXELS = 25_000_000
"""The limit for all pictures together: two pages at 300 dots an inch, which LibreOffice can still hand over unpacked."""


@dataclass(frozen=True)
class Admitted:
    """A rewritten DOCX that may be converted, the text its PDF must contain, and what LibreOffice omits from the PDF.

    `created` and `made_from` (the description, which gives the provenance) are those of docProps, or empty; `drawings`
    are in document order.
    """

    docx: bytes
    expected: Expected
    created: str
    made_from: str
    drawings: tuple[DescribedDrawing, ...]


def admit(docx: bytes) -> Admitted:
    """Check a DOCX and rewrite it; raises ConverterRefused with a sentence that names the forbidden content."""
    parts = read_parts(docx)
    types = _read_types(parts)
    main = _check_relationships(parts, types)
    stories = {name: _parse(name, parts[name]) for name, type in types.items() if type in STORIES}
    _check_pixels(parts, types)
    charts = {name: _parse(name, parts[name]) for name, type in types.items() if type == CHART}
    labels = replace_charts(parts, types, stories=stories, charts=charts)
    for name, type in types.items():
        parts[name] = _write(stories[name]) if name in stories else _check_other(name, type, parts[name])
    for name in [name for name in parts if _is_left_out(name, types)]:
        del parts[name]
    texts = {name: read_paragraphs(story) for name, story in stories.items()}
    _check_characters([text for story in texts.values() for text in story])
    labels += [find_first_label(chart) for name, chart in charts.items() if name in types]
    return Admitted(
        docx=write_parts(parts),
        expected=expect(texts[main], labels),
        created=_read_property(parts, "created"),
        made_from=_read_property(parts, "description"),
        drawings=tuple(_drawings(stories, types)),
    )


def _drawings(stories: dict[str, etree._Element], types: dict[str, str]) -> Iterator[DescribedDrawing]:
    for name in sorted(stories, key=lambda name: types[name] != MAIN):
        yield from find_drawings(stories[name], margin=types[name] in MARGINS)


def _read_types(parts: dict[str, bytes]) -> dict[str, str]:
    """The content type of every part; raises ConverterRefused for a type that we never write."""
    if TYPES_PART not in parts or ROOT_RELATIONSHIPS not in parts:
        raise ConverterRefused("文件不是 DOCX，不能转换：缺少内容类型或者关系部件。")
    root = _parse(TYPES_PART, parts[TYPES_PART])
    defaults = {one.get("Extension", "").lower(): one.get("ContentType", "") for one in root.iter(TYPES + "Default")}
    overrides = {
        one.get("PartName", "").lstrip("/"): one.get("ContentType", "") for one in root.iter(TYPES + "Override")
    }
    types = {
        name: overrides.get(name) or defaults.get(name.rpartition(".")[2].lower(), "")
        for name in parts
        if name != TYPES_PART
    }
    for name, type in types.items():
        if type not in ALLOWED_TYPES:
            raise ConverterRefused(f"文件里有不允许的部件 {name}（{type or '类型不明'}），不能转换。")
    return types


def _check_relationships(parts: dict[str, bytes], types: dict[str, str]) -> str:
    """Refuse references to anything outside; returns the name of the main part."""
    main = ""
    for name in [name for name in parts if name.endswith(".rels") and not _is_left_out(name, types)]:
        root = _parse(name, parts[name])
        for one in list(root.iter(PACKAGE + "Relationship")):
            kind = one.get("Type", "").rpartition("/")[2]
            target = _resolve_target(name, kind, one, parts)
            if name == ROOT_RELATIONSHIPS and kind == "officeDocument":
                main = target
            if _is_left_out(target, types):
                root.remove(one)
        parts[name] = etree.tostring(root)
    if types.get(main) != MAIN:
        raise ConverterRefused("文件不是 Word 文档（DOCX），不能转换：主体部件的类型不对。")
    return main


def _resolve_target(source: str, kind: str, one: etree._Element, parts: dict[str, bytes]) -> str:
    """The name of the part that a relationship points to; empty for a link to a web page."""
    target = one.get("Target", "")
    if kind not in ALLOWED_RELATIONSHIPS:
        raise ConverterRefused(f"文件里有不允许的关系“{kind}”，不能转换：只能有文字、表格和图片。")
    if kind == "hyperlink":
        if target.lower().startswith(LINK_SCHEMES):
            return ""
        raise ConverterRefused("文件里的超链接不是网址或者邮箱，不能转换：请改正模板里的超链接。")
    if one.get("TargetMode", "Internal") != "Internal":
        raise ConverterRefused(f"文件引用了外部的内容（{kind}），不能转换：请把图片等内容直接插入文件。")
    folder = posixpath.dirname(posixpath.dirname(source))
    name = posixpath.normpath(target.lstrip("/") if target.startswith("/") else posixpath.join(folder, target))
    if name not in parts:
        raise ConverterRefused(f"文件引用了不存在的部件（{kind}），不能转换：它不完整。")
    return name


def _is_left_out(name: str, types: dict[str, str]) -> bool:
    """Whether a part is dropped, or holds the relationships of a dropped part."""
    return types.get(name.replace("/_rels/", "/").removesuffix(".rels")) in LEFT_OUT


def _parse(name: str, data: bytes) -> etree._Element:
    """Parse an XML part; refuses document types, entities, foreign encodings and forbidden content."""
    try:
        root = parse_own(data)
    except etree.XMLSyntaxError as error:
        raise ConverterRefused(f"文件的部件 {name} 不是完好的 XML，不能转换。") from error
    about: Any = root.getroottree().docinfo  # lxml's stubs lack doctype
    if about.doctype or (about.encoding or "UTF-8").upper() not in {"UTF-8", "ASCII", "US-ASCII"}:
        raise ConverterRefused(f"文件的部件 {name} 带有文档类型声明或者用了异常的编码，不能转换。")
    for element in root.iter(*FORBIDDEN):
        raise ConverterRefused(f"文件里有{FORBIDDEN[str(element.tag)]}，不能转换：只能有文字、表格和图片。")
    _check_fields(root)
    _check_vml(root)
    _check_size(root)
    _set_languages(root)
    for element in list(root.iter(*NEUTRALISED)):
        parent = element.getparent()
        if parent is not None:
            parent.remove(element)
    return root


def _set_languages(root: etree._Element) -> None:
    """Set the languages wherever the document names one, and in its defaults."""
    for defaults in root.iter(W + "rPrDefault"):
        properties = defaults.find(W + "rPr")
        properties = etree.SubElement(defaults, W + "rPr") if properties is None else properties
        if properties.find(W + "lang") is None:
            etree.SubElement(properties, W + "lang")
    for language in root.iter(W + "lang"):
        for name, value in LANGUAGES.items():
            language.set(name, value)


def _write(root: etree._Element) -> bytes:
    return etree.tostring(root, encoding="UTF-8", standalone=True)


def _check_fields(root: etree._Element) -> None:
    """Refuse fields that could fetch or start anything; page numbers and cross-references are allowed."""
    open_fields: list[str] = []
    for element in root.iter(W + "fldChar", W + "instrText", W + "fldSimple"):
        kind = element.get(W + "fldCharType")
        if element.tag == W + "fldSimple":
            _check_field(element.get(W + "instr", ""))
        elif element.tag == W + "instrText":
            if not open_fields:
                raise ConverterRefused("文件里的域代码不完整，不能转换：请在 Word 中重新插入模板里的域。")
            open_fields[-1] += element.text or ""
        elif kind == "begin":
            open_fields.append("")
        elif kind in ("separate", "end") and open_fields:
            _check_field(open_fields.pop())
            if kind == "separate":
                open_fields.append("PAGE")
    for instruction in open_fields:
        _check_field(instruction)


def _check_field(instruction: str) -> None:
    words = instruction.split()
    if words and words[0].upper() not in ALLOWED_FIELDS:
        raise ConverterRefused(f"文件里有不允许的域“{words[0]}”，不能转换：它会读取外部的内容或者执行命令。")
    if (
        words
        and words[0].upper() == "HYPERLINK"
        and re.search(r"\b(?:file|javascript|data|vnd[\w.]*|macro):", instruction, re.I)
    ):
        raise ConverterRefused("文件里的超链接不是网址或者邮箱，不能转换：请改正模板里的超链接。")


def _check_vml(root: etree._Element) -> None:
    for element in root.iter(V + "*"):
        if any(etree.QName(name).localname in {"src", "href", "althref"} for name in element.attrib):
            raise ConverterRefused("文件里的旧式图形引用了外部的内容，不能转换：请把图片直接插入文件。")


def _check_size(root: etree._Element) -> None:
    if MANY(root):
        raise ConverterRefused("文件的内容太多，不能转换：请分成几个文件。")
    if DEEP(root):
        raise ConverterRefused(f"文件里的表格嵌套超过 {TABLE_DEPTH} 层，不能转换：请减少嵌套。")


MANY = etree.XPath(f"count(//*) > {ELEMENTS}")
DEEP = etree.XPath(f"boolean(//w:tbl[count(ancestor::w:tbl) >= {TABLE_DEPTH}])", namespaces={"w": W.strip("{}")})


def _check_characters(texts: Sequence[str]) -> None:
    """Refuse overlong paragraphs, and characters that would be printed as an empty box."""
    if max(map(len, texts), default=0) > PARAGRAPH_CHARACTERS or sum(map(len, texts)) > TEXT_CHARACTERS:
        raise ConverterRefused(
            f"文件里有超过 {PARAGRAPH_CHARACTERS} 字的段落或者总字数太多，不能转换：请分段或者缩短。"
        )
    missing = fonts.missing_characters("".join(texts))
    if missing:
        listed = "、".join(f"“{char}”（U+{ord(char):04X}）" for char in missing[:10])
        raise ConverterRefused(f"没有字体能印出{listed}，PDF 中会变成空框：请改字，或者下载 DOCX 后在 Word 中处理。")


def _check_other(name: str, type: str, data: bytes) -> bytes:
    """Check a part without paragraphs and return its admitted form."""
    if type == "image/svg+xml":
        _check_svg(name, data)
    elif type not in (*LEFT_OUT, *RASTER) and not name.endswith(".rels"):
        return _checked_part(name, data)
    return data


@lru_cache(maxsize=128)
def _checked_part(name: str, data: bytes) -> bytes:
    """Checked once: styles, settings and the like are the same in every document of a template."""
    return _write(_parse(name, data))


def _check_pixels(parts: dict[str, bytes], types: dict[str, str]) -> None:
    pixels = 0
    for name, type in types.items():
        size = RASTER[type](parts[name]) if type in RASTER else (0, 0)
        if size is None:
            raise ConverterRefused(f"文件里的图片 {name} 不是完好的 PNG 或 JPEG，不能转换：请更换图片。")
        pixels += size[0] * size[1]
    if pixels > PIXELS:
        raise ConverterRefused(f"文件里的图片合计超过 {PIXELS // 1_000_000} 百万像素，不能转换：请缩小图片。")


def _png_size(data: bytes) -> tuple[int, int] | None:
    if data[:8] != b"\x89PNG\r\n\x1a\n" or data[12:16] != b"IHDR" or len(data) < 24:
        return None
    width, height = struct.unpack("!II", data[16:24])
    return width, height


def _jpeg_size(data: bytes) -> tuple[int, int] | None:
    """Width and height from the frame header; None if there is none."""
    if data[:3] != b"\xff\xd8\xff":
        return None
    place = 2
    while place + 9 <= len(data) and data[place] == 0xFF:
        marker, length = data[place + 1], int.from_bytes(data[place + 2 : place + 4], "big")
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            height, width = struct.unpack("!HH", data[place + 5 : place + 9])
            return width, height
        place += 2 + length
    return None


RASTER = {"image/png": _png_size, "image/jpeg": _jpeg_size}
"""The reader of width and height for each kind of picture."""


def _check_svg(name: str, data: bytes) -> None:
    root = _parse(name, data)
    for element in root.iter():
        tag = str(element.tag).rpartition("}")[2] if isinstance(element.tag, str) else ""
        values = [element.text or "", *map(str, element.attrib.values())]
        links = [str(value) for key, value in element.attrib.items() if str(key).rpartition("}")[2] in {"href", "src"}]
        if (
            tag in {"", "script", "foreignObject", "image", "style"}
            or not all(link.startswith("#") for link in links)
            or any(re.search(r"url\(\s*['\"]?\s*[^#'\"\s]|@import", value) for value in values)
        ):
            raise ConverterRefused(f"文件里的矢量图 {name} 引用了别的内容，不能转换：请换成图片。")


def _read_property(parts: dict[str, bytes], name: str) -> str:
    """A document property; empty if it is not set."""
    core = parts.get("docProps/core.xml")
    found = _parse("docProps/core.xml", core).find(f"{{*}}{name}") if core else None
    return (found.text or "") if found is not None else ""
