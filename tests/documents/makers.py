"""Small layouts, wordings and plugins, made where a test needs them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from textwrap import dedent, indent

from docx import Document as Docx

from gipdocs import packing
from gipdocs.packing import Member

TYPES = "[Content_Types].xml"
RELATIONSHIPS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml"


def layout(folder: Path, *lines: str, name: str = "small.docx", rows: tuple[tuple[str, ...], ...] = ()) -> Path:
    """A DOCX whose paragraphs are the lines, with a table of `rows` after them."""
    docx = Docx()
    for line in lines:
        docx.add_paragraph(line)
    if rows:
        table = docx.add_table(rows=0, cols=len(rows[0]))
        for row in rows:
            for cell, text in zip(table.add_row().cells, row, strict=True):
                cell.text = text
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    docx.save(str(path))
    return path


def wording(folder: Path, text: str, name: str = "small.txt") -> Path:
    """A wording file with the text."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(dedent(text).lstrip("\n"), encoding="utf-8")
    return path


FIELDS = """
title = Text("标题", example="一则通知", required=True)
story = LongText("内容", example="第一段", help="写清楚")
"""
CONTEXT = """{"title": answers["title"], "story": answers.get("story", "")}"""


def source(
    *, fields: str = FIELDS, context: str = CONTEXT, before: str = "", questions: str = "Questions", **options: str
) -> str:
    """A plugin that declares small-note: its questions, the value of its context, and options of Document as code."""
    declared = {
        "id": '"small-note"',
        "title": '"小通知"',
        "group": '"其他"',
        "schema": "NoteQuestions",
        "template": '"small.docx"',
        "context": "context",
    }
    arguments = "".join(f"    {name}={value},\n" for name, value in (declared | options).items())
    return f"""
from gipdocs.documents.document import Document, Finding, Layouts
from gipdocs.questions import *
from gipdocs.questions.figures import *
from gipdocs.writing import amount, chinese_date, plain_number

class NoteQuestions({questions}):
{indent(dedent(fields).strip(), "    ")}

def context(answers, office):
    return {context}
{dedent(before)}
NOTE = Document(
{arguments})
"""


PLUGIN = source()
PICTURE = """
from time import perf_counter_ns

def picture(answers, office):
    title = answers["title"].replace("&", "&amp;").replace("<", "&lt;")
    story = answers.get("story", "").replace("&", "&amp;").replace("<", "&lt;")
    return f'<svg xmlns="http://www.w3.org/2000/svg"><text>{title}</text><text>{story}</text></svg>'.encode()
"""


def drawn(before: str = PICTURE) -> str:
    """The plugin with a format that it renders itself."""
    return source(before=before, formats='("docx", "html", "svg")', renderers='{"svg": picture}')


DRAWN = drawn()


def plugin(folder: Path, code: str = PLUGIN, name: str = "note.py") -> Path:
    """A plugin folder with one module and its layout; the folder."""
    plugins = folder / "strangers"
    plugins.mkdir(parents=True, exist_ok=True)
    (plugins / name).write_text(code, encoding="utf-8")
    if not (folder / "doc_templates" / "small.docx").exists():
        layout(folder / "doc_templates", "{{ title }}", "{{ story }}")
    return plugins


def rewritten(path: Path, before: str, after: str, *, part: str = "word/document.xml") -> Path:
    """The layout with another XML in one of its parts."""
    members = packing.read(path)
    assert before in members[part].decode()
    return packed(path, {**members, part: members[part].replace(before.encode(), after.encode())})


def packed(path: Path, members: Mapping[str, bytes]) -> Path:
    """The members as the file `path`."""
    path.write_bytes(packing.write(Member.pack(name, data) for name, data in members.items()))
    return path


def with_part(path: Path, name: str, data: str, kind: str = "") -> Path:
    """The layout with one more part, to which its body is related as a `kind`."""
    members = packing.read(path) | {name: data.encode()}
    if kind:
        rels = "word/_rels/document.xml.rels"
        target = f'<Relationship Id="rIdMore" Type="{RELATIONSHIPS}/{kind}" Target="/{name}"/></Relationships>'
        members[rels] = members[rels].replace(b"</Relationships>", target.encode())
        type = f'<Override PartName="/{name}" ContentType="{WORD}.{kind}+xml"/></Types>'
        members[TYPES] = members[TYPES].replace(b"</Types>", type.encode())
    return packed(path, members)
