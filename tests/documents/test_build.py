"""build(): findings, overrides, drafts, formats and provenance."""

from __future__ import annotations

import zipfile
from io import BytesIO
from pathlib import Path
from types import SimpleNamespace

import pytest

from gipdocs.documents.build import build, examine
from gipdocs.documents.document import Layouts
from gipdocs.documents.registry import Entry, find
from gipdocs.errors import FormatNotOffered, InvalidInput, PluginError, Refused, TextLost
from gipdocs.law import Office

from .makers import DRAWN, PICTURE, drawn, layout, plugin, source

CHECKED = source(
    questions="StaffQuestions",
    checks="(check,)",
    before="""
    def check(answers, office):
        if answers["title"] == "坏":
            return [Finding(code="bad-title", severity="error", message="标题不妥。", pointer="/title", overridable=True)]
        if answers["title"] == "很坏":
            return [Finding(code="worse-title", severity="error", message="标题不妥。", pointer="/title")]
        return [Finding(code="hint", severity="warning", message="请核对。")] if answers["title"] == "提醒" else []
    """,
)


@pytest.fixture
def entry(tmp_path: Path) -> Entry:
    return find([plugin(tmp_path, CHECKED)])["small-note"]


def test_a_warning_goes_out_with_the_document(entry: Entry, office: Office) -> None:
    built = build(entry, {"title": "提醒"}, office)
    assert [finding.code for finding in built.findings] == ["hint"]
    assert built.content.startswith(b"PK")


def test_an_error_refuses_the_document(entry: Entry, office: Office) -> None:
    with pytest.raises(Refused) as caught:
        build(entry, {"title": "坏"}, office)
    assert [finding.code for finding in caught.value.findings] == ["bad-title"]


def test_an_override_with_its_reason_lets_an_overridable_finding_pass(entry: Entry, office: Office) -> None:
    payload = {"title": "坏", "overrides": [{"code": "bad-title", "reason": "负责人已经同意"}]}
    built = build(entry, payload, office)
    assert [(one.severity, one.override_reason) for one in built.findings] == [("info", "负责人已经同意")]
    assert "负责人已经同意" not in build(entry, payload, office, "html").content.decode()


def test_a_finding_that_may_not_be_overridden_stays_an_error(entry: Entry, office: Office) -> None:
    with pytest.raises(Refused):
        build(entry, {"title": "很坏", "overrides": [{"code": "worse-title", "reason": "负责人已经同意"}]}, office)


def test_an_override_needs_a_reason(entry: Entry, office: Office) -> None:
    with pytest.raises(InvalidInput) as caught:
        examine(entry, {"title": "坏", "overrides": [{"code": "bad-title"}]}, office)
    assert [fault.pointer for fault in caught.value.faults] == ["/overrides/0/reason"]


def test_an_answer_that_the_layout_leaves_out_is_an_error(tmp_path: Path, office: Office) -> None:
    code = source(context="{'title': answers['title'], 'story': ''}")
    with pytest.raises(TextLost, match="内容"):
        build(find([plugin(tmp_path, code)])["small-note"], {"title": "甲", "story": "不能丢的一段"}, office)


def test_a_draft_says_so_in_name_and_file(entry: Entry, office: Office) -> None:
    built = build(entry, {"title": "甲", "draft": True}, office)
    assert built.filename == "小通知（草稿）.docx"


def test_provenance_names_every_version_and_travels_in_the_file(entry: Entry, office: Office) -> None:
    built = build(entry, {"title": "甲"}, office)
    assert {"document", "gipdocs", "template", "profile", "outcomes", "remedies"} <= set(built.provenance)
    core = zipfile.ZipFile(BytesIO(built.content)).read("docProps/core.xml").decode()
    assert built.provenance["template"] in core


def test_a_format_that_is_not_offered_is_refused(entry: Entry, office: Office) -> None:
    with pytest.raises(FormatNotOffered, match="odt"):
        build(entry, {"title": "甲"}, office, "odt")


def test_html_has_the_words_of_the_file(entry: Entry, office: Office) -> None:
    page = build(entry, {"title": "A & <B>", "story": "一\n二"}, office, "html").content.decode()
    assert "A &amp; &lt;B&gt;" in page and "一<br>二" in page


def test_a_leniently_accepted_number_is_reported(tmp_path: Path, office: Office) -> None:
    code = source(
        fields="""
        title = Text("标题", example="一则通知", required=True)
        story = Phone("内容", example="110", lenient=True)
        """
    )
    _, findings = examine(find([plugin(tmp_path, code)])["small-note"], {"title": "甲", "story": "12"}, office)
    assert [(one.code, one.severity, one.pointer) for one in findings] == [("doubtful-value", "info", "/story")]


def test_pdf_without_a_converter_says_what_to_do(entry: Entry, office: Office) -> None:
    with pytest.raises(FormatNotOffered, match="docx"):
        build(entry, {"title": "甲"}, office, "pdf")


def test_pdf_comes_from_the_converter_under_the_documents_id(entry: Entry, office: Office) -> None:
    asked: list[str] = []
    converter = SimpleNamespace(convert=lambda docx, *, label: asked.append(label) or b"%PDF-1.7")
    assert build(entry, {"title": "甲"}, office, "pdf", converter=converter).content == b"%PDF-1.7"  # type: ignore[arg-type]
    assert asked == ["small-note"]


def test_a_document_renders_a_format_of_its_own(tmp_path: Path, office: Office) -> None:
    built = build(find([plugin(tmp_path, DRAWN)])["small-note"], {"title": "甲&乙"}, office, "svg")
    assert (built.filename, built.media_type) == ("小通知.svg", "image/svg+xml")
    assert "<text>甲&amp;乙</text>" in built.content.decode()


@pytest.mark.parametrize(
    ("before", "after"),
    [('answers.get("story", "").replace', '"".replace'), ("</svg>", "")],
    ids=["lacks an answer", "is not well-formed"],
)
def test_a_file_that_a_document_rendered_wrongly_is_not_handed_out(
    tmp_path: Path, office: Office, before: str, after: str
) -> None:
    entry = find([plugin(tmp_path, drawn(PICTURE.replace(before, after)))])["small-note"]
    with pytest.raises(TextLost):
        build(entry, {"title": "甲", "story": "不能丢的一段"}, office, "svg")


SIZE = """
def size(answers, office):
    return "large.docx" if "story" in answers else "small.docx"
"""
CHOOSING = source(before=SIZE, template='Layouts(files=("small.docx", "large.docx"), choose=size)')


def test_a_document_chooses_its_layout_by_the_answers(tmp_path: Path, office: Office) -> None:
    layout(tmp_path / "doc_templates", "大：{{ title }}", "{{ story }}", name="large.docx")
    entry = find([plugin(tmp_path, CHOOSING)])["small-note"]
    assert "大：" not in build(entry, {"title": "甲"}, office, "html").content.decode()
    assert "大：" in build(entry, {"title": "甲", "story": "乙"}, office, "html").content.decode()


SIZES = '{"sizes": "、".join(answers.get("sizes", []))}'


def adding_to(more: str = SIZES) -> str:
    """The plugin whose large layout has more names, and a question that only this layout prints."""
    return source(
        fields="""
        title = Text("标题", example="一则通知", required=True)
        story = LongText("内容", example="第一段", help="写清楚")
        sizes = Lines("尺寸", example=["大"], in_sample=False, printed_by="sizes")
        """,
        before=f"def more(answers, office):\n    return {more}\n{SIZE}",
        template='Layouts(files=("small.docx", "large.docx"), choose=size, contexts={"large.docx": more})',
    )


def body(docx: bytes) -> str:
    return zipfile.ZipFile(BytesIO(docx)).read("word/document.xml").decode()


@pytest.fixture
def adding(tmp_path: Path) -> Entry:
    layout(tmp_path / "doc_templates", "大：{{ title }}", "{{ story }}", "{{ sizes }}", name="large.docx")
    return find([plugin(tmp_path, adding_to())])["small-note"]


def test_a_layout_adds_names_of_its_own_and_the_file_tells_which_was_used(adding: Entry, office: Office) -> None:
    small = build(adding, {"title": "甲"}, office)
    large = build(adding, {"title": "甲", "story": "乙", "sizes": ["丙"]}, office)
    assert (small.findings, large.findings) == ((), ())
    assert "丙" in body(large.content)
    assert small.provenance["template"].startswith("small.docx ")
    assert large.provenance["template"].startswith("large.docx ")


def test_an_answer_that_another_layout_prints_stays_on_file_and_a_warning_says_so(
    adding: Entry, office: Office
) -> None:
    built = build(adding, {"title": "甲", "sizes": ["丙"]}, office)
    assert "丙" not in body(built.content)
    assert [(found.code, found.severity, found.pointer) for found in built.findings] == [
        ("not-in-layout", "warning", "/sizes")
    ]


def test_names_are_given_to_layouts_only_that_the_document_has() -> None:
    with pytest.raises(PluginError, match=r"large\.docx"):
        Layouts(files=("small.docx",), choose=lambda *_: "small.docx", contexts={"large.docx": lambda *_: {}})
