"""Filling a layout loses nothing, and says so where it would."""

from __future__ import annotations

import re
import zipfile
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from docx import Document as Docx
from docxtpl import DocxTemplate
from jinja2.sandbox import SandboxedEnvironment
from lxml import etree

from gipdocs.documents.contract import HOSTILE
from gipdocs.docx import tags
from gipdocs.docx.template import Template, load_template
from gipdocs.docx.values import (
    Box,
    BoxText,
    Chart,
    Drawing,
    Format,
    Noted,
    Picture,
    Series,
    Styled,
)
from gipdocs.errors import TemplateError, TextLost
from gipdocs.ooxml import MC
from tests.documents.makers import layout, with_part

PROPERTIES = {"title": "甲&乙", "creator": "某局", "subject": "", "created": "2026-03-20"}
PNG = (
    b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00\x1f\x15\xc4\x89"
    b"\x00\x00\x00\rIDATx\x9cc\xf8\xcf\xc0\xf0\x1f\x00\x05\x00\x01\xff\x89\x99=\x1d\x00\x00\x00\x00IEND\xaeB`\x82"
)


def filled(path: Path, **context: Any) -> Docx:
    return Docx(BytesIO(load_template(path).fill(context, properties=PROPERTIES).content))


def part(content: bytes, name: str) -> bytes:
    with zipfile.ZipFile(BytesIO(content)) as archive:
        return archive.read(name)


@pytest.mark.parametrize("text", [*HOSTILE, "甲\n乙", "甲\t乙", " 前后空格 ", "长" * 10_000])
def test_text_comes_out_as_typed(tmp_path: Path, text: str) -> None:
    docx = filled(layout(tmp_path, "前{{ text }}后", "末段"), text=text)
    assert [paragraph.text for paragraph in docx.paragraphs] == [f"前{text}后", "末段"]


def test_the_filled_xml_is_what_docxtpl_makes_of_the_same_template(tmp_path: Path) -> None:
    path = layout(
        tmp_path,
        "{{ title }}",
        "{%p for line in lines %}",
        "{{ loop.index }}.{{ line }}",
        "{%p endfor %}",
        rows=(("{%tr for row in rows %}", ""), ("{{ row.a }}", "{{ row.b }}"), ("{%tr endfor %}", "")),
    )
    context = {"title": "A & B <乙>", "lines": ["一", "二\n三"], "rows": [{"a": "1", "b": "2"}, {"a": "3", "b": "4"}]}
    oracle = DocxTemplate(path)
    oracle.render(context, jinja_env=SandboxedEnvironment(), autoescape=True)
    expected = BytesIO()
    oracle.save(expected)
    ours = load_template(path).fill(context, properties=PROPERTIES).content
    assert _canonical(part(ours, "word/document.xml")) == _canonical(part(expected.getvalue(), "word/document.xml"))


def _canonical(xml: bytes) -> bytes:
    tree = etree.fromstring(xml, etree.XMLParser(remove_blank_text=True))
    return etree.tostring(tree, method="c14n")


def test_the_same_input_gives_the_same_bytes(tmp_path: Path) -> None:
    template = load_template(layout(tmp_path, "{{ text }}"))
    first, second = (template.fill({"text": "甲"}, properties=PROPERTIES).content for _ in range(2))
    assert first == second


def test_nothing_is_left_of_a_placeholder_that_is_empty(tmp_path: Path) -> None:
    path = layout(tmp_path, "{{ empty }}", "前{{ empty }} 后", "{{ box }}{{ format }}{{ empty }}")
    box = Box(x_mm=1, y_mm=1, width_mm=20, height_mm=9, text=BoxText(lines=("框",), font="宋体", size_pt=12))
    docx = filled(path, empty="", box=Drawing(shapes=(box,), alt="图"), format=Format(before_pt=1))
    runs = [[etree.QName(child).localname for child in run] for run in docx.element.body.iter(f"{tags.W}r")]
    assert runs == [["t"], ["AlternateContent"], ["rPr", "t"]], "the last one stands in the box"
    assert [paragraph.text for paragraph in docx.paragraphs] == ["", "前 后", ""]


def test_what_readers_without_shapes_show_counts_once(tmp_path: Path) -> None:
    box = Box(x_mm=1, y_mm=1, width_mm=20, height_mm=9, text=BoxText(lines=("{{7*7}}",), font="宋体", size_pt=12))
    template = load_template(layout(tmp_path, "{{ box }}文"))
    text = template.fill({"box": Drawing(shapes=(box,), alt="图")}, properties=PROPERTIES).text
    assert text.strip() == "{{7*7}}文"


def test_a_text_box_that_word_wrote_for_both_kinds_of_readers_is_filled_in_both(tmp_path: Path) -> None:
    box = "<w:txbxContent><w:p><w:r><w:t>{{ text }}</w:t></w:r></w:p></w:txbxContent>"
    path = layout(tmp_path, "甲{{ text }}")
    docx = Docx(str(path))
    docx.paragraphs[0].runs[0]._element.append(
        etree.fromstring(
            f'<mc:AlternateContent xmlns:mc="{MC[1:-1]}" xmlns:w="{tags.W[1:-1]}" xmlns:v="urn:schemas-'
            'microsoft-com:vml" xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape">'
            f'<mc:Choice Requires="wps"><w:drawing><wps:txbx>{box}</wps:txbx></w:drawing></mc:Choice><mc:Fallback>'
            f"<w:pict><v:rect><v:textbox>{box}</v:textbox></v:rect></w:pict></mc:Fallback></mc:AlternateContent>"
        )
    )
    docx.save(str(path))
    filled = load_template(path).fill({"text": "乙"}, properties=PROPERTIES)
    assert part(filled.content, "word/document.xml").decode().count(">乙<") == 2
    assert filled.text.split() == ["甲乙", "乙"]


def test_drawings_in_header_and_body_are_numbered_through(tmp_path: Path) -> None:
    path, bar = layout(tmp_path, "{{ bars }}"), Box(x_mm=1, y_mm=1, width_mm=20, height_mm=1, fill="FF0000")
    docx = Docx(str(path))
    docx.sections[0].header.paragraphs[0].text = "{{ bars }}"
    docx.save(str(path))
    docx = filled(path, bars=Drawing(shapes=(bar, bar), alt="线"))
    parts = (docx.element.body, docx.sections[0].header._element)
    ids = [element.get("id") for part in parts for element in part.iter() if etree.QName(element).localname == "docPr"]
    assert len(ids) == len(set(ids)) == 4


def test_properties_are_escaped_once(tmp_path: Path) -> None:
    docx = filled(layout(tmp_path, "{{ text }}"), text="甲")
    assert (docx.core_properties.title, docx.core_properties.author) == ("甲&乙", "某局")


def test_pictures_and_drawings_stand_in_the_run_and_keep_its_text(tmp_path: Path) -> None:
    picture = Picture(data=PNG, width_mm=10, height_mm=10, alt="印章")
    box = Box(x_mm=1, y_mm=1, width_mm=20, height_mm=9, text=BoxText(lines=("框内<文字>",), font="宋体", size_pt=12))
    result = load_template(layout(tmp_path, "前{{ seal }}{{ box }}后")).fill(
        {"seal": picture, "box": Drawing(shapes=(box,), alt="图")}, properties=PROPERTIES
    )
    assert "框内<文字>" in result.text
    assert part(result.content, "word/media/document-picture1.png") == PNG
    assert Docx(BytesIO(result.content)).paragraphs[0].text == "前后"


CHART = Chart(kind="bars", categories=("甲", "乙"), series=(Series(name="件数", values=(1, 2)),), alt="甲1件，乙2件")


def test_a_chart_brings_its_parts_and_python_docx_opens_the_file(tmp_path: Path) -> None:
    path = layout(tmp_path, "前{{ first }}后", "{{ second }}", "{{ seal }}")
    picture = Picture(data=PNG, width_mm=10, height_mm=10, alt="印章")
    context = {"first": CHART, "second": CHART, "seal": picture}
    result = load_template(path).fill(context, properties=PROPERTIES).content
    package = Docx(BytesIO(result)).part.package
    types = {str(one.partname): one.content_type for one in package.iter_parts()}
    for number in (1, 2):
        assert types[f"/word/charts/document-chart{number}.xml"].endswith("drawingml.chart+xml")
        assert types[f"/word/embeddings/document-chart{number}.xlsx"].endswith("spreadsheetml.sheet")
    assert types["/word/media/document-picture1.png"] == "image/png"
    links = part(result, "word/_rels/document.xml.rels").decode()
    body = part(result, "word/document.xml").decode()
    for id in ("rIdChart1", "rIdChart2", "rIdPicture1"):
        assert f'Id="{id}"' in links and f'"{id}"' in body
    assert Docx(BytesIO(result)).paragraphs[0].text == "前后"
    assert load_template(path).fill(context, properties=PROPERTIES).content == result


NOTES = (
    '<w:footnotes xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:footnote w:id="-1"/>'
    '<w:footnote w:id="0"/></w:footnotes>'
)


def with_footnotes(path: Path) -> Path:
    """The layout with the part that Word makes for footnotes."""
    return with_part(path, "word/footnotes.xml", NOTES, "footnotes")


def test_a_noted_text_has_its_footnote(tmp_path: Path) -> None:
    path = with_footnotes(layout(tmp_path, "{{ one }}件", "{{ two }}"))
    context = {"one": Noted(text="22", note="其中<修订>\n16件"), "two": Noted(text="7", note="含1件 & 更多")}
    result = load_template(path).fill(context, properties=PROPERTIES)
    tree = etree.fromstring(part(result.content, "word/footnotes.xml"))
    ns = {"w": tree.nsmap["w"]}
    assert [note.get(f"{{{ns['w']}}}id") for note in tree] == ["-1", "0", "1", "2"]
    assert "".join(str(text) for text in tree[2].itertext()) == "其中<修订>16件"
    body = etree.fromstring(part(result.content, "word/document.xml"))
    assert [one.get(f"{{{ns['w']}}}id") for one in body.iterfind(".//w:footnoteReference", ns)] == ["1", "2"]
    assert Docx(BytesIO(result.content)).paragraphs[0].text == "22件"
    assert "其中<修订>\n16件" in result.text and "含1件 & 更多" in result.text


def test_a_layout_without_footnotes_says_so(tmp_path: Path) -> None:
    with pytest.raises(TemplateError, match="脚注"):
        filled(layout(tmp_path, "{{ one }}"), one=Noted(text="22", note="约数"))
    with pytest.raises(ValueError, match="footnote"):
        Noted(text="22", note=" ")


def test_a_format_shapes_its_paragraph_and_prints_nothing(tmp_path: Path) -> None:
    docx = filled(layout(tmp_path, "{{ form }}署名{{ name }}"), form=Format(right_chars=4, align="right"), name="某局")
    paragraph = docx.paragraphs[0]
    assert paragraph.text == "署名某局"
    assert paragraph.paragraph_format.right_indent is not None


def test_a_styled_text_prints_its_text_and_its_note_and_shapes_its_paragraph(tmp_path: Path) -> None:
    right = Format(align="right")
    context = {"one": Styled(text="甲", format=right), "two": Styled(text=Noted(text="乙", note="注"), format=right)}
    docx = filled(with_footnotes(layout(tmp_path, "{{ one }}", "{{ two }}")), **context)
    assert [(one.text, one.alignment) for one in docx.paragraphs[:2]] == [("甲", 2), ("乙", 2)]


def test_a_draft_is_marked_in_its_file(tmp_path: Path) -> None:
    template = load_template(layout(tmp_path, "{{ text }}"))
    marked = template.fill({"text": "甲"}, properties=PROPERTIES, draft=True).content
    with zipfile.ZipFile(BytesIO(marked)) as archive:
        assert any("草　稿" in archive.read(name).decode() for name in archive.namelist() if name.endswith(".xml"))


@pytest.mark.parametrize(
    "line",
    [
        "{{ unknown }}",
        "{{ text.__class__.__name__ }}",
        "{{ '{0.__class__.__name__}'.format(text) }}",
        "{{ names.append('乙') or names[1] }}",
        "{{ empty }}",
        "{{ flag }}",
    ],
    ids=["unknown name", "inside of Python", "inside by format", "change", "none", "truth value"],
)
def test_what_cannot_be_printed_is_an_error_that_names_the_file(tmp_path: Path, line: str) -> None:
    with pytest.raises(TemplateError, match=r"small\.docx"):
        filled(layout(tmp_path, line), text="甲", names=["甲"], none=None, flag=True)


@pytest.mark.parametrize("line", ["{{ text", "{% if %}", "{{ text }} {% endfor %}"])
def test_a_broken_layout_is_an_error_that_names_the_file(tmp_path: Path, line: str) -> None:
    with pytest.raises(TemplateError, match=r"small\.docx"):
        Template(layout(tmp_path, line))


def test_a_layout_that_is_no_docx_or_is_missing_is_named(tmp_path: Path) -> None:
    (tmp_path / "torn.docx").write_bytes(b"PK\x03\x04torn")
    for name in ("torn.docx", "nowhere.docx"):
        with pytest.raises(TemplateError, match=name):
            load_template(tmp_path / name)


def test_a_body_that_differs_from_the_wording_is_refused(tmp_path: Path) -> None:
    template = load_template(layout(tmp_path, "{%p for p in paragraphs %}", "{{ p }}", "{%p endfor %}"))
    template.fill({"paragraphs": ["甲", "乙"]}, properties=PROPERTIES, body=["甲", "乙"])
    with pytest.raises(TextLost):
        template.fill({"paragraphs": ["甲", "丙"]}, properties=PROPERTIES, body=["甲", "乙"])


def test_a_body_may_be_interrupted_only_at_its_places(tmp_path: Path) -> None:
    lines = ("{{ texts[0] }}", "表中的字", "{{ texts[1] }}", "{{ texts[2] }}")
    template = load_template(layout(tmp_path, *lines))
    context = {"texts": ["甲", "乙", "丙"]}
    template.fill(context, properties=PROPERTIES, body=["甲", None, "乙", "丙"])
    for body in (["甲", "乙", None, "丙"], ["甲", None, "丙", "乙"], ["乙", None, "甲"]):
        with pytest.raises(TextLost):
            template.fill(context, properties=PROPERTIES, body=body)


def test_a_placeholder_left_over_is_refused_though_typed_ones_are_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tags, "RAW", re.compile("(?!)"))  # what would leave one over isn't even read otherwise
    path = layout(tmp_path, "{{ text }}", "{% raw %}{{ left }}{% endraw %}")
    with pytest.raises(TextLost, match="占位符"):
        filled(path, text="{{ typed }}")
