"""The body of a letter: a text file, one paragraph a line, with placeholders and whole-line conditions.

`# ` begins a heading of the first level, `## ` and `### ` those of the second and third. `{# … #}` is a note to the
reader of the file. `{% include "_opening.txt" %}` on a line of its own inserts the lines of that file, which is beside
this one or in the project's own folder of wordings.
If a line begins with `〇、`, `（〇）`, `0.` or `（0）`, with or without the mark of a heading before it, the next number of
that level replaces the zero: 一、 （一） 1. （1）, so that conditions and loops can't break the numbering.
`> ` begins the caption of a picture or a table. `@name` on a line of its own is not a paragraph but a place: there the
layout puts the table or chart that has this name.
A line break in an answer begins a new paragraph of the same kind. A line that turns out empty makes no paragraph, and
neither does a break at its beginning or end.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby
from pathlib import Path
from typing import Any

import jinja2
from jinja2.sandbox import ImmutableSandboxedEnvironment

from gipdocs.docx import syntax
from gipdocs.docx.tags import find_lookalike, quote_briefly
from gipdocs.errors import TemplateError
from gipdocs.writing import numeral

# Marks that no answer can contain, since questions refuse control characters.
PARAGRAPH, STYLE = "\x1e", "\x1f"
PLACE = "place"
PREFIXES = {"# ": "h1", "## ": "h2", "### ": "h3", "> ": "caption", "@": PLACE}
HEADINGS = ("h1", "h2", "h3")
NUMBERS = {"〇、": "{}、", "（〇）": "（{}）", "0.": "{}.", "（0）": "（{}）"}
"""The marks that ask for the next number, and how it is written, highest level first (GB/T 9704-2012 7.3.3)."""
ZERO = re.compile(r"〇、|（〇）|0\.(?!\d)|（0）")
STATEMENT = re.compile(r"\s*\{%.*%\}\s*")
INCLUDE = re.compile(r"\s*\{%[-+]?\s*include\b(.*?)[-+]?%\}\s*")
INCLUDED = re.compile(r"\s*(?:\"(_[^\"/]+)\"|'(_[^'/]+)')\s*")
"""The name of an included file, as it is written in the statement."""
COMMENT = re.compile(r"\s*\{#.*#\}\s*")
REACHING = re.compile(r"\{[{%#][-+]|[-+][}%#]\}|\{%\s*set\b")
"""What can change the text before or after it: control of white space, and names that are set."""


@dataclass(frozen=True)
class Paragraph:
    """One paragraph of the body, or a place between two paragraphs, whose name is its `text`.

    `style` is body, h1, h2, h3, caption or place; it is last for the paragraph before the signature.
    """

    text: str
    style: str


def _emit(value: Any) -> Any:
    if isinstance(value, jinja2.Undefined):
        str(value)  # raises, and names what is undefined
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise syntax.NotPrintable(value)
    return value


ENVIRONMENT = ImmutableSandboxedEnvironment(
    undefined=jinja2.StrictUndefined, finalize=_emit, trim_blocks=True, keep_trailing_newline=True, autoescape=False
)


@dataclass(frozen=True)
class WordingLine:
    """One line of a wording file or of a `file` that it includes; `place` says in Chinese which."""

    file: Path
    place: str
    text: str


class Wording:
    """A compiled wording file: `names` are the context names it uses, `source` is its text, `version` its hash.

    `parts` are the attributes of these that it uses (see `syntax.Compiled`); `included` are the files that it includes.
    """

    def __init__(self, path: Path, lines: Sequence[WordingLine] | None = None) -> None:
        self._lines = read_wording(path) if lines is None else tuple(lines)
        self.included = tuple(dict.fromkeys(line.file for line in self._lines if line.file != path))
        self.source = source = "\n".join(line.text for line in self._lines)
        self.path, self.version = path, hashlib.sha256(source.encode()).hexdigest()[:12]
        try:
            compiled = _compiled(self._lines)
        except jinja2.TemplateError as error:
            raise TemplateError(f"措辞文件{path.name}{self._line().place}有错误：{syntax.explain(error)}。") from error
        self._templates = tuple(one.template for one in compiled)
        self.names = frozenset().union(*(one.names for one in compiled))
        self.parts = frozenset().union(*(one.parts for one in compiled))
        if fault := next(_faults(self._lines, self.names), None):
            raise TemplateError(f"措辞文件{path.name}{fault}。")

    def fill(self, context: Mapping[str, Any]) -> list[Paragraph]:
        """The paragraphs of the file, filled in with the context; TemplateError if it lacks a name."""
        try:
            filled = "".join(template.render(context) for template in self._templates)
        except syntax.FAILURES as error:
            line = self._line(context)
            told = syntax.explain(error, context, line.text)
            raise TemplateError(f"措辞文件{self.path.name}{line.place}填写不了：{told}。") from error
        pieces = [piece.split(STYLE, 2) for piece in filled.split(PARAGRAPH)[1:]]
        paragraphs = [
            Paragraph(text, style)
            for style, whole in _numbered([piece for piece in pieces if piece[2].strip()])
            for text in whole.strip("\n").split("\n")
        ]
        return [*paragraphs[:-1], Paragraph(paragraphs[-1].text, "last")] if paragraphs else []

    def _line(self, context: Mapping[str, Any] | None = None) -> WordingLine:
        """The line at which parsing the file or, with a context, filling it fails; empty if it doesn't."""
        number = syntax.line_of_fault(ENVIRONMENT, self.source, context)
        return self._lines[number - 1] if number else WordingLine(self.path, "", "")


def _lines(path: Path, folders: Iterable[Path]) -> Iterator[WordingLine]:
    """The lines of the file; an include is replaced by the lines of that file, in the first of `folders` that has it."""
    for number, text in enumerate(_read(path), 1):
        if statement := INCLUDE.fullmatch(text):
            yield from _included(statement[1], f"措辞文件{path.name}第{number}行", folders)
        else:
            yield WordingLine(path, f"第{number}行", text)


def _included(written: str, place: str, folders: Iterable[Path]) -> Iterator[WordingLine]:
    """The lines of the file that a statement at `place` includes; it may not include others itself."""
    if (named := INCLUDED.fullmatch(written)) is None:
        raise TemplateError(
            f'{place}的引用没有写对：应写作{{% include "_名称.txt" %}}，文件名以下划线开头，外面加半角引号，不写目录。'
        )
    name = named[1] or named[2]
    other = next((file for folder in folders if (file := folder / name).is_file()), None)
    if other is None:
        raise TemplateError(f"{place}引用的{name}不存在，请补上或者改正文件名。")
    for number, text in enumerate(_read(other), 1):
        if INCLUDE.fullmatch(text):
            raise TemplateError(
                f"{place}引用的{name}第{number}行又引用了别的文件；被引用的文件不能再引用，请把内容直接写进去。"
            )
        yield WordingLine(other, f"引用的{name}第{number}行", text)


def _read(path: Path) -> list[str]:
    try:
        return path.read_text(encoding="utf-8-sig").splitlines()
    except UnicodeDecodeError as error:
        raise TemplateError(f"措辞文件{path.name}的编码不是UTF-8，请另存为UTF-8编码的文本文件。") from error


def _compiled(lines: Iterable[WordingLine]) -> Sequence[syntax.Compiled]:
    """The lines, compiled file by file, so that a file that many include is compiled once.

    They are compiled as one if a file does not stand alone, as within a condition of the other; TemplateError if that fails.
    """
    files = ["".join(_marked(line.text) for line in of_file) for _, of_file in groupby(lines, lambda line: line.file)]
    whole = "".join(files)
    if not REACHING.search(whole):
        with suppress(jinja2.TemplateError):
            return [_compiled_text(text) for text in files]
    return [_compiled_text(whole)]


@lru_cache(maxsize=256)
def _compiled_text(text: str) -> syntax.Compiled:
    return syntax.compile_source(ENVIRONMENT, text)


def _faults(lines: Iterable[WordingLine], names: Collection[str]) -> Iterator[str]:
    """Faults, each with its line, for statements within a line and for near misses of placeholders."""
    for line in lines:
        if STATEMENT.fullmatch(line.text) or COMMENT.fullmatch(line.text):
            continue
        if "{%" in line.text:
            yield f"{line.place}{quote_briefly(line.text)}中的语句{{% … %}}要独占一行"
        elif fault := find_lookalike(line.text, names):
            yield f"{line.place}{quote_briefly(line.text)}{fault}"


def _numbered(pieces: Sequence[Sequence[str]]) -> Iterator[tuple[str, str]]:
    """Style and text of each piece, with its number if it asks for one, which restarts the counts of the levels below.

    A heading with a typed number restarts them as well.
    """
    counts = [0] * len(NUMBERS)
    for style, wanted, text in pieces:
        if wanted:
            level = list(NUMBERS).index(wanted)
            counts[level:] = [counts[level] + 1, *([0] * (len(counts) - level - 1))]
            count = counts[level] if "0" in wanted else numeral(counts[level])
            yield style, NUMBERS[wanted].format(count) + text
        else:
            if style in HEADINGS:
                below = HEADINGS.index(style) + 1
                counts[below:] = [0] * (len(counts) - below)
            yield style, text


def _marked(line: str) -> str:
    """The line, before it is filled, with marks for its style and for the number that it asks for."""
    if STATEMENT.fullmatch(line) or COMMENT.fullmatch(line):
        return line.strip() + "\n" if STATEMENT.fullmatch(line) else ""
    if not line.strip():
        return ""
    prefix = next((prefix for prefix in PREFIXES if line.startswith(prefix)), "")
    text = line.removeprefix(prefix).strip()
    wanted = zero[0] if (zero := ZERO.match(text)) else ""
    return PARAGRAPH + STYLE.join([PREFIXES.get(prefix, "body"), wanted, text.removeprefix(wanted)])


@lru_cache(maxsize=256)
def _cached(path: Path, lines: tuple[WordingLine, ...]) -> Wording:
    return Wording(path, lines)


def load_wording(path: Path, shared: tuple[Path, ...] = ()) -> Wording:
    """The compiled wording file at `path`, compiled again only if its lines have changed; see read_wording."""
    return compile_wording(path, read_wording(path, shared))


def compile_wording(path: Path, lines: tuple[WordingLine, ...]) -> Wording:
    """The wording file at `path` with the lines that it had when it was read; TemplateError names the file."""
    return _cached(path, lines)


def read_wording(path: Path, shared: tuple[Path, ...] = ()) -> tuple[WordingLine, ...]:
    """The lines of the wording file at `path` and of those that it includes; TemplateError names the file.

    Included files are looked for in its own folder, then in the folders `shared`.
    """
    if not path.is_file():
        raise TemplateError(f"找不到措辞文件{path}，请补上或者改正文书声明中的wording。")
    try:
        return tuple(_lines(path, (path.parent, *shared)))
    except (OSError, UnicodeDecodeError) as error:
        raise TemplateError(f"措辞文件{path.name}读不出来，请核对读取权限，并另存为UTF-8编码的文本。") from error
