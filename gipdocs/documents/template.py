"""Fills a DOCX layout: sandboxed, strict, and checked so that nothing is lost.

docxtpl's syntax is compiled once per file; filling renders the parts that carry placeholders, copies the others
as they are, and reads the result back: every emitted value in its order, no placeholder left, sections unharmed.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import groupby
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import jinja2
from docxtpl import DocxTemplate
from jinja2.sandbox import ImmutableSandboxedEnvironment
from lxml import etree
from markupsafe import Markup

from gipdocs.documents import archive, syntax
from gipdocs.documents.archive import Member
from gipdocs.documents.attached import BREAK, attach, chart_link, next_note, picture_link, with_notes
from gipdocs.documents.layout import BODY, CORE, NOTES, bare, read_layout, words
from gipdocs.documents.mending import mend, ordered
from gipdocs.documents.tags import W, quoted
from gipdocs.documents.values import Box, Chart, Drawing, Format, Noted, Picture, Styled, Text
from gipdocs.errors import TemplateError, TextLost

TAG = re.compile(r"\{[{%#]|[}%#]\}")
ELEMENT = re.compile(r"</?\w+:[^>]*>|<\?.*?\?>")
FORMAT = "gipdocs-format"
EMITTED = "_emitted"
PARAGRAPH_START = re.compile(r"<w:p[ >/]")
PARAGRAPH = "\x1e"  # begins a paragraph in the text that is read back; no answer contains it
TEXT_END, TEXT_START = "</w:t>", '<w:t xml:space="preserve">'
TAB = f"{TEXT_END}<w:tab/>{TEXT_START}"
REFERENCE = '</w:r><w:r><w:rPr><w:rStyle w:val="FootnoteReference"/></w:rPr><w:footnoteReference w:id="{}"/></w:r><w:r>'
ALTERNATE = "{http://schemas.openxmlformats.org/markup-compatibility/2006}AlternateContent"
NOT_THE_LINE = {f"{W}drawing", f"{W}pict", f"{W}pPr", ALTERNATE}
DRAFT = Drawing(
    alt="草稿",
    shapes=(
        Box(
            x_mm=28,
            y_mm=14,
            width_mm=24,
            height_mm=10,
            text=Text(lines=("草　稿",), font="黑体", size_pt=16, colour="808080"),
            line="808080",
            middle=True,
        ),
    ),
)
PARSER = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)


@dataclass
class Emitted:
    """What one filling puts into one part."""

    texts: list[str] = field(default_factory=list)
    formats: list[Format] = field(default_factory=list)
    pictures: list[Picture] = field(default_factory=list)
    charts: list[Chart] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    next_id: int = 1000
    next_note: int = 1

    def emit(self, value: Any) -> Markup:
        """The XML of a value; the environment calls this for every placeholder."""
        if isinstance(value, jinja2.Undefined):
            str(value)  # raises, and names what is undefined
        if isinstance(value, Format):
            self.formats.append(value)
            return Markup(f"<?{FORMAT} {len(self.formats) - 1}?>")
        if isinstance(value, Picture | Drawing | Chart):
            return self._draw(value)
        if isinstance(value, Noted):
            return self.emit(value.text) + self._note(value.note)
        if isinstance(value, Styled):
            return self.emit(value.format) + self.emit(value.text)
        if isinstance(value, bool) or not isinstance(value, str | int):
            raise jinja2.UndefinedError(f"{type(value).__name__} cannot be printed")
        if text := str(value):
            self.texts.append(text)
        return Markup(escape(text).replace("\n", BREAK).replace("\t", TAB))

    def _note(self, text: str) -> Markup:
        self.notes.append(text)
        return Markup(TEXT_END + REFERENCE.format(self.next_note + len(self.notes) - 1) + TEXT_START)

    def _draw(self, value: Picture | Drawing | Chart) -> Markup:
        self.texts += [text for text in value.texts if text]
        link = None
        if isinstance(value, Picture):
            self.pictures.append(value)
            link = picture_link(len(self.pictures))
        elif isinstance(value, Chart):
            self.charts.append(value)
            link = chart_link(len(self.charts))
        xml = value.xml(self.next_id, link)
        self.next_id += value.ids
        return Markup(TEXT_END + xml + TEXT_START)


@jinja2.pass_context
def _finalize(context: jinja2.runtime.Context, value: Any) -> Any:
    return context[EMITTED].emit(value)


ENVIRONMENT = ImmutableSandboxedEnvironment(undefined=jinja2.StrictUndefined, autoescape=True, finalize=_finalize)


@dataclass(frozen=True)
class Filled:
    """A filled and checked layout: the file, and all its text, drawings and headers included."""

    content: bytes
    text: str


class Template:
    """A compiled layout: `names` are the context names that it uses, `version` its hash."""

    def __init__(self, path: Path) -> None:
        self.path = path
        layout = read_layout(path)
        self.members, self._labels = layout.members, layout.parts
        compiled = {name: self._compiled(name) for name in layout.parts}
        self._parts = {name: template for name, (template, _) in compiled.items()}
        self.names = frozenset().union(*(names for _, names in compiled.values()))
        self.version = hashlib.sha256(path.read_bytes()).hexdigest()[:12]
        self._still = [
            Member.pack(name, data) for name, data in self.members.items() if name not in {*self._parts, CORE}
        ]
        self._sections = _sections(etree.fromstring(self.members[BODY], PARSER))

    def fill(
        self,
        context: Mapping[str, Any],
        *,
        properties: Mapping[str, str],
        body: Sequence[str | None] = (),
        draft: bool = False,
    ) -> Filled:
        """The layout with the context's values.

        `properties` go into docProps/core.xml; `body` are the wording's paragraphs, which must stand in the result
        one after the other, but for what the layout puts at a place (None). TemplateError where the context lacks a
        name; TextLost where the result isn't exact.
        """
        changed: dict[str, bytes] = {CORE: _core(properties)}
        texts: list[str] = []
        notes: list[str] = []
        for name, part in self._parts.items():
            emitted = Emitted(next_note=next_note(self.members.get(NOTES)) + len(notes))
            tree = self._render(name, part, {**context, EMITTED: emitted})
            _apply_formats(tree, emitted.formats)
            texts.append(_everything(tree))
            _verify(texts[-1], emitted.texts, self.path.name)
            if name == BODY:
                self._verify_body(tree, body)
            changed[name] = etree.tostring(tree, xml_declaration=True, encoding="UTF-8", standalone=True)
            changed |= attach(name, {**self.members, **changed}, pictures=emitted.pictures, charts=emitted.charts)
            notes += emitted.notes
        if notes:
            changed[NOTES] = with_notes(changed.get(NOTES, self.members.get(NOTES)), notes, self.path.name)
            texts.append(_everything(etree.fromstring(changed[NOTES], PARSER)))
            _verify(texts[-1], notes, self.path.name)
        if draft:
            changed[BODY] = _marked_draft(changed[BODY])
        still = [member for member in self._still if member.name not in changed]
        content = archive.write([*still, *(Member.pack(name, data) for name, data in changed.items())])
        return Filled(content, "\n".join(texts).replace(PARAGRAPH, "\n"))

    def _verify_body(self, tree: etree._Element, body: Sequence[str | None]) -> None:
        """The sections are those of the layout, and the wording's paragraphs stand together from place to place."""
        if _sections(tree) != self._sections:
            raise TextLost(f"版式文件{self.path.name}填写后版面设置发生变化，文书没有生成。")
        paragraphs, end = [_text(paragraph) for paragraph in tree.iter(f"{W}p")] if body else [], 0
        for run in (list(texts) for is_place, texts in groupby(body, lambda text: text is None) if not is_place):
            places = range(end, len(paragraphs))
            start = next((i for i in places if paragraphs[i : i + len(run)] == run), None)
            if start is None:
                raise TextLost(f"版式文件{self.path.name}填写后正文与措辞文件不一致，文书没有生成。")
            end = start + len(run)

    def _render(self, name: str, part: jinja2.Template, context: Mapping[str, Any]) -> etree._Element:
        try:
            filled = part.render(context)
        except syntax.FAILURES as error:
            place, told = self._place(name, context), syntax.told(error, set(context) - {EMITTED})
            raise TemplateError(f"版式文件{self.path.name}{place}填写不了：{told}。") from error
        try:
            tree = etree.fromstring(filled.encode(), PARSER)
        except etree.XMLSyntaxError as error:
            raise TextLost(
                f"版式文件{self.path.name}填写后结构被破坏，文书没有生成；"
                "请检查条件和循环的开头与结尾是不是在同一个单元格、同一级段落里。"
            ) from error
        mend(tree)
        return tree

    def _compiled(self, name: str) -> tuple[jinja2.Template, frozenset[str]]:
        """A part as a template that holds every word of the part outside its tags, and the names that it uses."""
        source = _patched(self.members[name].decode())
        try:
            compiled = syntax.compiled(ENVIRONMENT, source)
        except jinja2.TemplateSyntaxError as error:
            raise TemplateError(f"版式文件{self.path.name}{self._place(name)}{syntax.told(error)}。") from error
        before, after = words(self.members[name]), bare("".join(_static(source)))
        if before != after:
            pairs = enumerate(zip(before, after, strict=False))
            place = quoted(before[next((i for i, (was, left) in pairs if was != left), len(after)) :])
            raise TemplateError(f"版式文件{self.path.name}的文字{place}填写时会丢失，请检查它前后的占位符和语句。")
        return compiled

    def _place(self, name: str, context: Mapping[str, Any] | None = None) -> str:
        """The paragraph at which a part can't be parsed or, with a context, can't be filled."""
        source = _patched(PARAGRAPH_START.sub(r"\n\g<0>", self.members[name].decode().replace("\n", " ")))
        if context is not None:
            context = {**context, EMITTED: Emitted()}
        number, lines = syntax.line_of_fault(ENVIRONMENT, source, context), source.split("\n")
        line = f"{quoted(ELEMENT.sub('', lines[number - 1]))}处" if number else ""
        return self._labels[name] + line


def _patched(xml: str) -> str:
    """A part as a Jinja source, by docxtpl's rules for tags in Word."""
    return ordered(DocxTemplate(None).patch_xml(xml))


def _static(source: str) -> Iterator[str]:
    """The pieces of a source that stand outside its tags."""
    return (text for _, kind, text in ENVIRONMENT.lex(source) if kind == "data")


def _text(paragraph: etree._Element) -> str:
    """The text of a paragraph, without that of text boxes anchored in it."""
    return "".join(_pieces(paragraph))


def _pieces(element: etree._Element) -> Iterator[str]:
    for child in element:
        if child.tag == f"{W}t":
            yield child.text or ""
        elif child.tag == f"{W}br":
            yield "\n"
        elif child.tag == f"{W}tab" and element.tag == f"{W}r":
            yield "\t"
        elif child.tag not in NOT_THE_LINE:
            yield from _pieces(child)


def _everything(tree: etree._Element) -> str:
    """All text in the order of the file; where Word is offered a choice, the first."""
    pieces: list[str] = []
    for element in tree.iter(f"{W}t", f"{W}br", f"{W}tab", f"{W}p"):
        if element.tag == f"{W}t":
            pieces.append(element.text or "")
        elif element.tag == f"{W}br":
            pieces.append("\n")
        elif element.tag == f"{W}tab":
            if (parent := element.getparent()) is not None and parent.tag == f"{W}r":
                pieces.append("\t")
        else:
            pieces.append(PARAGRAPH)
    return "".join(pieces)


def _verify(text: str, emitted: Sequence[str], name: str) -> None:
    """Every emitted value stands in the text, in its order, and nothing between them is a placeholder."""
    position, gaps = 0, list[str]()
    for value in emitted:
        found = text.find(value, position)
        if found < 0:
            raise TextLost(f"版式文件{name}填写后少了一项内容，文书没有生成。")
        gaps.append(text[position:found])
        position = found + len(value)
    if TAG.search("\x1f".join([*gaps, text[position:]])):
        raise TextLost(f"版式文件{name}填写后仍有没有填写的占位符，文书没有生成。")


def _sections(tree: etree._Element) -> list[bytes]:
    return [etree.tostring(section, method="c14n") for section in tree.iter(f"{W}sectPr")]


def _apply_formats(tree: etree._Element, formats: Sequence[Format]) -> None:
    """Format the paragraphs that carry a mark, and take the marks out."""
    marks: list[Any] = list(tree.iter(etree.ProcessingInstruction))
    for mark in marks:
        if mark.target == FORMAT:
            formats[int(mark.text)].apply(next(mark.iterancestors(f"{W}p")))
    etree.strip_tags(tree, etree.ProcessingInstruction)


def _marked_draft(body: bytes) -> bytes:
    """The body with 草稿 at the top of its first page; LibreOffice tears a box and its text apart in a header."""
    tree = etree.fromstring(body, PARSER)
    run = etree.fromstring(f'<w:r xmlns:w="{W[1:-1]}">{DRAFT.xml(900)}</w:r>', PARSER)
    next(tree.iter(f"{W}p")).append(run)
    return etree.tostring(tree, xml_declaration=True, encoding="UTF-8", standalone=True)


def _core(properties: Mapping[str, str]) -> bytes:
    """docProps/core.xml from `title`, `creator`, `subject`, `keywords`, `description` and `created` (a day)."""
    dublin = "".join(
        f"<dc:{key}>{escape(properties[key])}</dc:{key}>"
        for key in ("title", "subject", "creator", "description")
        if properties.get(key)
    )
    moment = f"{properties['created']}T00:00:00Z"
    return (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
        '<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties"'
        ' xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/"'
        ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
        f"{dublin}<dc:language>zh-CN</dc:language><cp:keywords>{escape(properties.get('keywords', ''))}</cp:keywords>"
        f'<dcterms:created xsi:type="dcterms:W3CDTF">{moment}</dcterms:created>'
        f'<dcterms:modified xsi:type="dcterms:W3CDTF">{moment}</dcterms:modified></cp:coreProperties>'
    ).encode()


@lru_cache(maxsize=128)
def _cached(path: Path, mtime: int, size: int) -> Template:
    return Template(path)


def load_template(path: Path) -> Template:
    """The compiled layout at `path`, compiled again only when the file has changed; TemplateError names the file."""
    try:
        state = path.stat()
        return _cached(path, state.st_mtime_ns, state.st_size)
    except FileNotFoundError:
        raise TemplateError(f"找不到版式文件{path}，请补上或者改正文书声明中的template。") from None
    except TemplateError:
        raise
    except Exception as error:  # whatever a torn file makes of its readers
        raise TemplateError(f"版式文件{path.name}不是完好的DOCX文件，请从备份恢复，或者用Word重新保存。") from error
