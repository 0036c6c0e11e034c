"""Every DOCX that goes out satisfies the schema of WordprocessingML, also where an office's layout was emptied."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from docx import Document as Docx
from openxml_audit import OpenXmlValidator

from gipdocs import packing
from gipdocs.documents.build import examine, fill, origin
from gipdocs.documents.registry import find
from gipdocs.docx.template import Template
from gipdocs.law import Office
from gipdocs.settings import PROJECT
from tests.docx.test_layouts import DATA, W

from .makers import layout, rewritten, with_part

pytestmark = pytest.mark.slow

IDS = list(find([PROJECT / "plugins"]))
PROPERTIES = {"title": "题", "creator": "某局", "created": "2026-03-20"}
NOT_NEEDED = {("Sem_MissingRelationshipType", "theme")}
"""The checker wants a theme. The standard makes it optional (ECMA-376 part 1, 15.2.14), Word opens a file without one, and
our styles name every font themselves."""


@pytest.fixture(scope="module")
def validator() -> OpenXmlValidator:
    return OpenXmlValidator(max_errors=1000)


def faults(validator: OpenXmlValidator, content: bytes, folder: Path) -> list[str]:
    path = folder / "filled.docx"
    path.write_bytes(content)
    return [
        f"{error.part_uri} {error.path}: {error.description}"
        for error in validator.validate(path).errors
        if not any(error.id == id and f"/{part}'" in error.description for id, part in NOT_NEEDED)
    ]


def payloads(schema: Any, office: Office) -> Iterator[Mapping[str, Any]]:
    """The sample, all questions answered, and the same as a draft where the document has drafts."""
    yield schema.sample(office)
    fullest = {key: value for key, value in schema.sample(office, full=True).items() if key != "overrides"}
    yield fullest | ({"draft": False} if "draft" in schema.fields else {})
    if "draft" in schema.fields:
        yield fullest | {"draft": True}


@pytest.mark.parametrize("id", IDS)
def test_a_document_satisfies_the_schema(  # type: ignore[no-untyped-def]
    service, office: Office, id: str, validator: OpenXmlValidator, tmp_path: Path
) -> None:
    entry = service.registry[id]
    for payload in payloads(entry.document.schema(), office):
        answers, _ = examine(entry, payload, office)
        assert faults(validator, fill(entry, answers, office, origin(entry, office))[0].content, tmp_path) == []


def filled(path: Path, **context: Any) -> bytes:
    return Template(path).fill(context, properties=PROPERTIES).content


def added(validator: OpenXmlValidator, content: bytes, path: Path) -> list[str]:
    """The faults of what was filled that its layout, made by another program, does not have itself."""
    own = faults(validator, path.read_bytes(), path.parent)
    return [fault for fault in faults(validator, content, path.parent) if fault not in own]


@pytest.mark.parametrize(
    ("name", "paragraphs", "rows"),
    [("cell-p-if-false.docx", [], [["", "x"]]), ("tr-loop-empty.docx", ["目录", "完"], None)],
    ids=["a cell without a paragraph", "a table without a row"],
)
def test_an_emptied_layout_is_mended(
    validator: OpenXmlValidator, tmp_path: Path, name: str, paragraphs: list[str], rows: list[list[str]] | None
) -> None:
    path = Path(shutil.copy(DATA / name, tmp_path))
    content = filled(path, note="", rows=[])
    assert added(validator, content, path) == []
    docx = Docx(BytesIO(content))
    assert [one.text for one in docx.paragraphs] == paragraphs
    tables = [[[cell.text for cell in row.cells] for row in table.rows] for table in docx.tables]
    assert tables == ([rows] if rows else [])


def test_a_row_without_a_cell_is_taken_out(validator: OpenXmlValidator, tmp_path: Path) -> None:
    path = layout(tmp_path, "前", rows=(("{%tc for c in cells %}", "{{ c }}", "{%tc endfor %}"),))
    rewritten(path, "<w:sectPr", "<w:p/><w:sectPr")
    content = filled(path, cells=[])
    assert added(validator, content, path) == []
    assert Docx(BytesIO(content)).tables == []


def table(text: str) -> str:
    """A table of one cell with these paragraphs."""
    paragraphs = "".join(f"<w:p><w:r><w:t>{one}</w:t></w:r></w:p>" for one in text.split("|"))
    grid = '<w:tblPr><w:tblW w:w="0" w:type="auto"/></w:tblPr><w:tblGrid><w:gridCol w:w="900"/></w:tblGrid>'
    cell = '<w:tc><w:tcPr><w:tcW w:w="900" w:type="dxa"/></w:tcPr>'
    return f"<w:tbl>{grid}<w:tr>{cell}{paragraphs}</w:tc></w:tr></w:tbl>"


def test_two_tables_whose_paragraph_between_is_gone_stay_two(validator: OpenXmlValidator, tmp_path: Path) -> None:
    path = layout(tmp_path, "前", "{%p if note %}", "{{ note }}", "{%p endif %}")
    rewritten(path, "<w:p><w:r><w:t>{%p if", f"{table('甲')}<w:p><w:r><w:t>{{%p if")
    rewritten(path, "<w:sectPr", f"{table('乙')}<w:p/><w:sectPr")
    content = filled(path, note="")
    assert added(validator, content, path) == []
    body = Docx(BytesIO(content)).element.body
    assert [child.tag.rpartition("}")[2] for child in body] == ["p", "tbl", "p", "tbl", "p", "sectPr"]


def test_a_cell_whose_last_paragraph_is_gone_ends_with_one(validator: OpenXmlValidator, tmp_path: Path) -> None:
    outer = table("甲|{%p if note %}|{{ note }}|{%p endif %}").replace("<w:p>", f"{table('内')}<w:p>", 1)
    path = rewritten(layout(tmp_path, "前"), "<w:sectPr", f"{outer}<w:p/><w:sectPr")
    rewritten(path, "<w:p><w:r><w:t>甲</w:t></w:r></w:p>", "")
    content = filled(path, note="")
    assert added(validator, content, path) == []
    (held,) = Docx(BytesIO(content)).tables
    assert [child.tag.rpartition("}")[2] for child in held.cell(0, 0)._tc] == ["tcPr", "tbl", "p"]


@pytest.mark.parametrize(("kind", "root"), [("header", "hdr"), ("footer", "ftr")], ids=["a header", "a footer"])
def test_an_emptied_part_keeps_a_paragraph(validator: OpenXmlValidator, tmp_path: Path, kind: str, root: str) -> None:
    lines = "".join(
        f"<w:p><w:r><w:t>{one}</w:t></w:r></w:p>" for one in ("{%p if note %}", "{{ note }}", "{%p endif %}")
    )
    path = with_part(layout(tmp_path, "甲"), f"word/{kind}7.xml", f"<w:{root} {W}>{lines}</w:{root}>", kind)
    content = filled(path, note="")
    assert added(validator, content, path) == []
    held = packing.read(tmp_path / "filled.docx")[f"word/{kind}7.xml"].decode()
    assert held.count("<w:p/>") == 1


def test_an_emptied_text_box_and_body_keep_a_paragraph(validator: OpenXmlValidator, tmp_path: Path) -> None:
    path = layout(tmp_path, "{%p if note %}", "{{ note }}", "{%p endif %}")
    content = filled(path, note="")
    assert added(validator, content, path) == []
    assert [one.text for one in Docx(BytesIO(content)).paragraphs] == [""]
    inner = "".join(
        f"<w:p><w:r><w:t>{one}</w:t></w:r></w:p>" for one in ("{%p if note %}", "{{ note }}", "{%p endif %}")
    )
    box = (
        '<w:r><w:pict><v:shape xmlns:v="urn:schemas-microsoft-com:vml"><v:textbox><w:txbxContent>'
        f"{inner}</w:txbxContent></v:textbox></v:shape></w:pict></w:r>"
    )
    path = rewritten(layout(tmp_path, "甲"), "</w:r></w:p>", f"</w:r>{box}</w:p>")
    content = filled(path, note="")
    assert added(validator, content, path) == []
    assert b"<w:txbxContent><w:p/></w:txbxContent>" in packing.read(tmp_path / "filled.docx")["word/document.xml"]


@pytest.mark.parametrize("tag", ["{% vm %}", "{%vm%}"])
def test_the_properties_of_a_cell_stand_in_the_schemas_order(
    validator: OpenXmlValidator, tmp_path: Path, tag: str
) -> None:
    path = layout(
        tmp_path,
        "前",
        rows=(("{%tr for r in rows %}", ""), (f"{tag}甲", "{{ r }}"), ("{%tr endfor %}", "")),
    )
    rewritten(path, "</w:tcPr>", '<w:shd w:val="clear" w:fill="FFFFFF"/><w:vAlign w:val="center"/></w:tcPr>')
    rewritten(path, "<w:sectPr", "<w:p/><w:sectPr")
    assert added(validator, filled(path, rows=["一", "二"]), path) == []
