"""Fills a DOCX layout: sandboxed, strict, and checked so that nothing is lost.

docxtpl's syntax is compiled once per file. Filling renders the parts that have placeholders, copies the others
unchanged, and reads the result back: every emitted value in order, no placeholder left, sections unchanged.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import jinja2
from docxtpl import DocxTemplate
from jinja2.sandbox import ImmutableSandboxedEnvironment
from lxml import etree

from gipdocs import packing
from gipdocs.docx import syntax
from gipdocs.docx.attached import attach, next_note, with_notes
from gipdocs.docx.emitted import FIRST_ID, FORMAT, Emitted
from gipdocs.docx.layout import BODY, CORE, NOTES, WORD, bare, read_layout
from gipdocs.docx.mending import drop_empty_runs, mend, order_properties
from gipdocs.docx.tags import TAG, quote_briefly
from gipdocs.docx.values import Box, BoxText, Drawing, Format
from gipdocs.docx.verification import PARAGRAPH, read_all_text, read_sections, verify_body, verify_values
from gipdocs.errors import TemplateError, TextLost
from gipdocs.markup import parse_own
from gipdocs.ooxml import W, declare
from gipdocs.packing import Member

ELEMENT = re.compile(r"</?\w+:[^>]*>|<\?.*?\?>")
EMITTED = "_emitted"
NAMESPACE = declare("w")
PARAGRAPH_START = re.compile(r"<w:p[ >/]")
DRAFT = Drawing(
    alt="草稿",
    shapes=(
        Box(
            x_mm=28,
            y_mm=14,
            width_mm=24,
            height_mm=10,
            text=BoxText(lines=("草　稿",), font="黑体", size_pt=16, colour="808080"),
            line="808080",
            middle=True,
        ),
    ),
)


@jinja2.pass_context
def _finalize(context: jinja2.runtime.Context, value: Any) -> Any:
    return context[EMITTED].emit(value)


ENVIRONMENT = ImmutableSandboxedEnvironment(undefined=jinja2.StrictUndefined, autoescape=True, finalize=_finalize)


@dataclass(frozen=True)
class Filled:
    """A filled and checked layout: the file, and all its text, including that of drawings and headers."""

    content: bytes
    text: str


class Template:
    """A compiled layout: `names` are the context names that it uses, `version` its hash.

    `parts` are the attributes of these that it uses: see `syntax.Compiled`.
    """

    def __init__(self, path: Path, data: bytes | None = None) -> None:
        data = read_template(path) if data is None else data
        self.path = path
        layout = read_layout(path, data)
        self.members, self._labels = layout.members, layout.parts
        compiled = {name: self._compiled(name) for name in layout.parts}
        self._parts = {name: part.template for name, part in compiled.items()}
        self.names = frozenset().union(*(part.names for part in compiled.values()))
        self.parts = frozenset().union(*(part.parts for part in compiled.values()))
        self.version = hashlib.sha256(data).hexdigest()[:12]
        self._still = [
            Member.pack(name, data) for name, data in self.members.items() if name not in {*self._parts, CORE}
        ]
        self._styles = layout.styles
        self._sections = read_sections(parse_own(self.members[BODY]))

    def fill(
        self,
        context: Mapping[str, Any],
        *,
        properties: Mapping[str, str],
        body: Sequence[str | None] = (),
        draft: bool = False,
    ) -> Filled:
        """The layout with the context's values.

        `properties` go into docProps/core.xml; `body` are the wording's paragraphs, which the result must contain
        one after the other, interrupted only by what the layout puts at a place (None). TemplateError if the context
        lacks a name; TextLost if the result is not exactly what was to be printed.
        """
        changed: dict[str, bytes] = {CORE: _core(properties)}
        texts: list[str] = []
        notes: list[str] = []
        next_id = FIRST_ID
        for name, part in self._parts.items():
            emitted = Emitted(next_id=next_id, next_note=next_note(self.members.get(NOTES)) + len(notes))
            tree = self._render(name, part, {**context, EMITTED: emitted})
            self._apply_formats(tree, emitted.formats)
            drop_empty_runs(tree)
            texts.append(read_all_text(tree))
            verify_values(read_all_text(tree, twice=True), emitted.texts, self.path.name)
            next_id = emitted.next_id
            if name == BODY:
                if read_sections(tree) != self._sections:
                    raise TextLost(f"版式文件{self.path.name}填写后版面设置发生变化，文书没有生成。")
                verify_body(tree, body, self.path.name)
            changed[name] = etree.tostring(tree, xml_declaration=True, encoding="UTF-8", standalone=True)
            changed |= attach(name, {**self.members, **changed}, pictures=emitted.pictures, charts=emitted.charts)
            notes += emitted.notes
        if notes:
            changed[NOTES] = with_notes(changed.get(NOTES, self.members.get(NOTES)), notes, self.path.name)
            texts.append(read_all_text(parse_own(changed[NOTES])))
            verify_values(texts[-1], notes, self.path.name)
        if draft:
            changed[BODY] = _marked_draft(changed[BODY])
        still = [member for member in self._still if member.name not in changed]
        content = packing.write([*still, *(Member.pack(name, data) for name, data in changed.items())])
        return Filled(content, "\n".join(texts).replace(PARAGRAPH, "\n"))

    def _render(self, name: str, part: jinja2.Template, context: Mapping[str, Any]) -> etree._Element:
        try:
            filled = part.render(context)
        except syntax.FAILURES as error:
            line = self._line(name, context)
            told = syntax.explain(error, {key: value for key, value in context.items() if key != EMITTED}, line)
            place = self._place(name, line)
            raise TemplateError(f"版式文件{self.path.name}{place}填写不了：{told}。") from error
        try:
            tree = parse_own(filled.encode())
        except etree.XMLSyntaxError as error:
            raise TextLost(
                f"版式文件{self.path.name}填写后结构被破坏，文书没有生成；"
                "请检查条件和循环的开头与结尾是不是在同一个单元格、同一级段落里。"
            ) from error
        mend(tree)
        return tree

    def _apply_formats(self, tree: etree._Element, formats: Sequence[Format]) -> None:
        """Format the paragraphs that have a mark, and remove the marks."""
        if missing := next((one.style for one in formats if one.style and one.style not in self._styles), None):
            raise TemplateError(
                f"版式文件{self.path.name}没有文书要用的样式{missing}（另一种软件另存时会改掉样式的标识），"
                "请用WPS或者Word在原来的版式上修改。"
            )
        marks: list[Any] = list(tree.iter(etree.ProcessingInstruction))
        for mark in marks:
            if mark.target == FORMAT:
                formats[int(mark.text)].apply(next(mark.iterancestors(f"{W}p")))
        etree.strip_tags(tree, etree.ProcessingInstruction)

    def _compiled(self, name: str) -> syntax.Compiled:
        """A part as a template that holds every word of the part outside its tags."""
        xml = _plain(self.members[name])
        source = _patched(xml)
        try:
            compiled = syntax.compile_source(ENVIRONMENT, source)
        except jinja2.TemplateSyntaxError as error:
            raise TemplateError(
                f"版式文件{self.path.name}{self._place(name, self._line(name))}{syntax.explain(error)}。"
            ) from error
        before, after = bare(xml), bare("".join(_static(source)))
        if before != after:
            pairs = enumerate(zip(before, after, strict=False))
            place = quote_briefly(before[next((i for i, (was, left) in pairs if was != left), len(after)) :])
            raise TemplateError(f"版式文件{self.path.name}的文字{place}填写时会丢失，请检查它前后的占位符和语句。")
        return compiled

    def _line(self, name: str, context: Mapping[str, Any] | None = None) -> str:
        """The paragraph at which parsing a part or, with a context, filling it fails; empty if it doesn't."""
        source = _patched(PARAGRAPH_START.sub(r"\n\g<0>", _plain(self.members[name]).replace("\n", " ")))
        if context is not None:
            context = {**context, EMITTED: Emitted()}
        number = syntax.line_of_fault(ENVIRONMENT, source, context)
        return ELEMENT.sub("", source.split("\n")[number - 1]) if number else ""

    def _place(self, name: str, line: str) -> str:
        """What Word calls a part, and the paragraph in it."""
        return self._labels[name] + (f"{quote_briefly(line)}处" if line else "")


def _plain(data: bytes) -> str:
    """A part as XML without unnecessary entities in its text: LibreOffice writes &apos; and &quot;, even in tags."""
    return etree.tostring(parse_own(data), encoding="unicode")


def _patched(xml: str) -> str:
    """A part as a Jinja source, by docxtpl's rules for tags in Word."""
    source = TAG.sub(lambda tag: tag[0].replace("&amp;", "&"), DocxTemplate(None).patch_xml(xml))
    return order_properties(source)


def _static(source: str) -> Iterator[str]:
    """The pieces of a source outside its tags."""
    return (text for _, kind, text in ENVIRONMENT.lex(source) if kind == "data")


def _marked_draft(body: bytes) -> bytes:
    """The body with 草稿 at the top of its first page; not in the header, where LibreOffice separates a box from its text."""
    tree = parse_own(body)
    run = parse_own(f"<w:r {NAMESPACE}>{DRAFT.xml(FIRST_ID - DRAFT.ids)}</w:r>")
    paragraphs = list(tree.iter(f"{W}p"))
    next((one for one in paragraphs if one.find(f"{W}pPr/{W}framePr") is None), paragraphs[0]).append(run)
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
def _cached(path: Path, data: bytes) -> Template:
    return Template(path, data)


def read_template(path: Path) -> bytes:
    """The file of the layout at `path`; TemplateError if it can't be read."""
    try:
        return path.read_bytes()
    except FileNotFoundError:
        raise TemplateError(f"找不到版式文件{path}，请补上或者改正文书声明中的template。") from None
    except OSError as error:
        raise TemplateError(f"版式文件{path.name}读不了，请{WORD}。") from error


def load_template(path: Path, data: bytes | None = None) -> Template:
    """The compiled layout at `path`, compiled again only if the file has changed; TemplateError names the file.

    With `data`, which the file had when it was read, the file is not read again.
    """
    data = read_template(path) if data is None else data
    try:
        return _cached(path, data)
    except TemplateError:
        raise
    except Exception as error:  # whatever a damaged file makes its readers raise
        raise TemplateError(f"版式文件{path.name}不是完好的DOCX文件，请从备份恢复，或者用Word重新保存。") from error
