"""A layout that an office edited in Word or WPS either prints what it shows or is refused with the place and the cure."""

from __future__ import annotations

import shutil
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from docx import Document as Docx
from lxml import etree

from gipdocs import packing
from gipdocs.cli import main
from gipdocs.documents.build import build
from gipdocs.documents.registry import find
from gipdocs.docx.template import Template
from gipdocs.docx.values import Format, Noted
from gipdocs.errors import PluginError, TemplateError, TextLost
from gipdocs.law import Office
from gipdocs.relationships import rename_parts
from tests.documents.makers import RELATIONSHIPS, TYPES, WORD, layout, packed, rewritten, with_part

pytestmark = pytest.mark.slow

DATA = Path(__file__).parents[1] / "data" / "layouts"
W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
PAYLOAD = {"reader": "王小明", "day": "2099-12-01", "wanted": "2025年度部门预算"}
PROPERTIES = {"title": "预约单", "creator": "某局", "created": "2026-03-20"}
REVISED = "处有没有处理的修订，会随文书一起发出去，请在“审阅”中接受（或者拒绝）全部修订后再保存"
COMMENTED = "处有没有处理的批注，会随文书一起发出去，请在“审阅”中删除全部批注后再保存"
LOOKS_LIKE = "像是没有写对的占位符；占位符用半角花括号写成{{ 名称 }}"


def filled(path: Path, **context: Any) -> list[str]:
    """The paragraphs of the filled layout."""
    return [one.text for one in Docx(BytesIO(Template(path).fill(context, properties=PROPERTIES).content)).paragraphs]


def refusal(path: Path) -> str:
    with pytest.raises(TemplateError, match=path.name) as caught:
        Template(path)
    message = str(caught.value)
    assert "Jinja" not in message and "expected" not in message
    return message


def office_of(folder: Path, name: str) -> Path:
    """An office's own plugin folder, whose document has this layout."""
    plugins = folder / "plugins"
    plugins.mkdir()
    shutil.copy(DATA / "reading_appointment.py", plugins)
    (folder / "doc_templates").mkdir()
    shutil.copy(DATA / name, folder / "doc_templates" / "reading-appointment.docx")
    return plugins


@pytest.mark.parametrize("name", ["plain.docx", "document2.docx"])
def test_a_sound_layout_builds_with_every_word(tmp_path: Path, office: Office, name: str) -> None:
    entry = find([office_of(tmp_path, name)])["reading-appointment"]
    paragraphs = Docx(BytesIO(build(entry, PAYLOAD, office).content)).paragraphs
    assert [one.text for one in paragraphs] == [
        "政府信息查阅预约单",
        f"机关：{office.profile.name}",
        "查阅人：王小明",
        "日期：2099年12月1日",
        "内容：2025年度部门预算",
        "请王小明带好身份证。",
    ]
    assert "请王小明带好身份证。" in build(entry, PAYLOAD, office, "html").content.decode()


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("comment.docx", f"正文“日期：{{{{ day }}}}”、批注“内部：此处不宜写全名，{{{{ reader }}}}”{COMMENTED}"),
        ("comment-filled.docx", f"正文“日期：2026年12月1日”、批注“内部意见：此处不宜写全名”{COMMENTED}"),
        ("tracked.docx", f"正文“请您{{{{ reader }}}}带好身份证。”{REVISED}"),
        ("tracked-mid.docx", f"正文“日期：{{{{ day }}}}（上午）（下午）”{REVISED}"),
        ("tracked-replace.docx", f"正文“查阅人：{{{{ agency }}}}{{{{ reader }}}}”{REVISED}"),
        ("fullwidth-second.docx", f"正文“请｛｛ reader ｝｝带好身份证。”中的“｛｛ reader ｝｝”{LOOKS_LIKE}"),
        ("spaced-second.docx", f"正文“请{{ {{ reader }} }}带好身份证。”中的“{{ {{ reader }}”{LOOKS_LIKE}"),
        ("single-second.docx", f"正文“请{{reader}}带好身份证。”中的“{{reader}}带好身份”{LOOKS_LIKE}"),
        ("one-brace.docx", f"正文“查阅人：{{{{ reader }}”中的“{{{{ reader }}”{LOOKS_LIKE}"),
        (
            "p-with-text.docx",
            "正文“注意：{%p if day %}”中的{%p if day %}旁边还有别的文字，会和它一起丢失；请让它独占一段",
        ),
        ("tr-with-text.docx", "{%tr for r in rows %}旁边还有别的文字，会和它一起丢失；请让它独占表格的一行"),
        ("endnote-tag.docx", "尾注“见 {{ agency }}”中有占位符，那里不填写，请移到正文、页眉、页脚或者脚注里"),
    ],
    ids=lambda value: value.removesuffix(".docx") if value.endswith(".docx") else "",
)
def test_what_would_be_lost_or_leak_stops_the_start(tmp_path: Path, name: str, words: str) -> None:
    with pytest.raises(PluginError) as caught:
        find([office_of(tmp_path, name)])["reading-appointment"].compile()
    assert words in str(caught.value)


def test_a_refused_layout_is_told_by_the_command(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("GIPDOCS_PLUGINS", str(office_of(tmp_path, "comment.docx")))
    assert main(["check", "reading-appointment"]) != 0
    assert COMMENTED in capsys.readouterr().err


RUN = "<w:r><w:t>一句话</w:t></w:r>"
WHO = 'w:id="7" w:author="赵律师"'


@pytest.mark.parametrize(
    "xml",
    [
        f"<w:ins {WHO}>{RUN}</w:ins>",
        f"<w:del {WHO}><w:r><w:delText>旧话</w:delText></w:r></w:del>{RUN}",
        f"<w:moveFrom {WHO}>{RUN}</w:moveFrom>",
        f"<w:moveTo {WHO}>{RUN}</w:moveTo>",
        f"<w:moveToRangeStart {WHO} w:name='x'/>{RUN}",
        f"<w:pPr><w:rPr><w:ins {WHO}/></w:rPr></w:pPr>{RUN}",
        f"<w:pPr><w:pPrChange {WHO}><w:pPr/></w:pPrChange></w:pPr>{RUN}",
        f"<w:pPr><w:sectPr><w:sectPrChange {WHO}/></w:sectPr></w:pPr>{RUN}",
        f"<w:r><w:rPr><w:b/><w:rPrChange {WHO}><w:rPr/></w:rPrChange></w:rPr><w:t>一句话</w:t></w:r>",
        f"<w:pPr><w:numPr><w:ins {WHO}/></w:numPr></w:pPr>{RUN}",
    ],
    ids=lambda xml: xml[1:60],
)
@pytest.mark.parametrize("part", ["body", "header", "footnotes"])
def test_every_kind_of_tracked_change_is_refused_wherever_it_is(tmp_path: Path, xml: str, part: str) -> None:
    path = layout(tmp_path, "占位")
    if part == "body":
        rewritten(path, "<w:r><w:t>占位</w:t></w:r>", xml)
        assert f"正文“{'一句话' if '旧话' not in xml else '旧话一句话'}”{REVISED}" in refusal(path)
    else:
        root = {"header": "hdr", "footnotes": "footnotes"}[part]
        held = f"<w:p>{xml}</w:p>"
        held = held if part == "header" else f'<w:footnote w:id="2">{held}</w:footnote>'
        with_part(path, f"word/{part}9.xml", f"<w:{root} {W}>{held}</w:{root}>", part)
        assert f"一句话”{REVISED}" in refusal(path)


@pytest.mark.parametrize("mark", ["tblPrChange", "trPrChange", "tcPrChange", "cellIns", "cellDel", "cellMerge"])
def test_a_tracked_change_of_a_table_is_refused(tmp_path: Path, mark: str) -> None:
    path = layout(tmp_path, rows=(("甲格", "乙格"),))
    changed = f"<w:{mark} {WHO}/>"
    before, after = {
        "tblPrChange": ("</w:tblPr>", f"{changed}</w:tblPr>"),
        "trPrChange": ("<w:tr>", f"<w:tr><w:trPr>{changed}</w:trPr>"),
    }.get(mark, ("</w:tcPr>", f"{changed}</w:tcPr>"))
    assert REVISED in refusal(rewritten(path, before, after))


def test_a_comment_that_nothing_refers_to_is_refused_and_an_empty_list_of_comments_is_not(tmp_path: Path) -> None:
    comment = '<w:comment w:id="0" w:author="赵"><w:p><w:r><w:t>内部</w:t></w:r></w:p></w:comment>'
    path = with_part(layout(tmp_path, "甲"), "word/comments.xml", f"<w:comments {W}>{comment}</w:comments>", "comments")
    assert f"批注“内部”{COMMENTED}" in refusal(path)
    path = with_part(layout(tmp_path, "甲"), "word/comments.xml", f"<w:comments {W}/>", "comments")
    assert filled(path) == ["甲"]


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("｛％ if day ％｝甲", "“｛％ if day ％｝”"),
        ("{％ if day ％}甲", "“{％ if day ％}”"),
        ("{｛ day ｝}", "“{｛ day ｝}”"),
        ("{\u200b{ day }}", "像是没有写对的占位符"),
        ("{　{ day }}", "像是没有写对的占位符"),
        ("﹛﹛ day ﹜﹜", "“﹛﹛ day ﹜﹜”"),
        ("｛day｝", "“｛day｝”"),
        ("｛姓名｝", "“｛姓名｝”"),
        ("{ day }", "“{ day }”"),
        ("day }}", "“}}”"),
        ("{# 甲", "“{# 甲”"),
        ("【day】", "“【day】”"),
        ("«day»", "“«day»”"),
        ("甲 { 乙", "有单独的花括号"),
        ("甲 } 乙", "有单独的花括号"),
    ],
)
def test_what_looks_like_a_placeholder_is_refused(tmp_path: Path, line: str, words: str) -> None:
    message = refusal(layout(tmp_path, "{{ day }}{{ 姓名 }}", line))
    assert words in message and "正文“" in message and "{{ 名称 }}" in message


def test_braces_and_brackets_that_are_no_placeholder_are_printed(tmp_path: Path) -> None:
    path = layout(tmp_path, "｛甲｝《条例》〔2026〕【说明】{{ '{' }}{{ day }}")
    assert filled(path, day="今天") == ["｛甲｝《条例》〔2026〕【说明】{今天"]


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        (("甲{#p 说明 #}",), "{#p 说明 #}旁边还有别的文字"),
        (("{%p if day %}{%p endif %}",), "旁边还有别的文字"),
        (("甲{%r if day %}乙{%r endif %}",), "{%r if day %}旁边还有别的文字"),
        (("{%tr for r in rows %}", "甲", "{%tr endfor %}"), "{%tr for r in rows %}不在表格里"),
        (("甲{% colspan n %}",), "{% colspan n %}在这里不能用"),
    ],
    ids=["note", "two in a paragraph", "run", "row outside a table", "attribute"],
)
def test_what_docxtpl_takes_away_with_a_tag_is_refused(tmp_path: Path, lines: tuple[str, ...], words: str) -> None:
    assert words in refusal(layout(tmp_path, *lines))


@pytest.mark.parametrize(
    "beside",
    [
        '<w:r><w:br w:type="page"/></w:r>',
        "<w:r><w:drawing/></w:r>",
        '<w:r><w:footnoteReference w:id="2"/></w:r>',
        '<w:r><w:sym w:font="Wingdings" w:char="F0FE"/></w:r>',
    ],
    ids=["page break", "picture", "footnote", "symbol"],
)
def test_what_is_no_text_beside_a_tag_is_refused_too(tmp_path: Path, beside: str) -> None:
    path = layout(tmp_path, "{%p if day %}", "甲", "{%p endif %}")
    rewritten(path, "<w:t>{%p if day %}</w:t></w:r>", f"<w:t>{{%p if day %}}</w:t></w:r>{beside}")
    assert "“{%p if day %}”中的{%p if day %}旁边还有图形、符号、域、脚注、分页或者分节" in refusal(path)


RUN = "<w:r><w:t xml:space='preserve'>{}</w:t></w:r>"
TORN = {
    "a symbol": "<w:r><w:sym w:font='Wingdings' w:char='F0FE'/></w:r>",
    "a note": "<w:r><w:footnoteReference w:id='2'/></w:r>",
    "a hyphen": "<w:r><w:noBreakHyphen/></w:r>",
}


@pytest.mark.parametrize("inside", TORN.values(), ids=TORN)
def test_what_stands_inside_a_tag_is_refused(tmp_path: Path, inside: str) -> None:
    torn = f"<w:p>{RUN.format('甲{{ rea')}{inside}{RUN.format('der }}')}</w:p>"
    message = refusal(with_block(layout(tmp_path, "这里"), torn))
    assert "夹着符号、脚注、图形、超链接等别的东西" in message and "“甲{{ reader }}”" in message


def test_a_tag_half_inside_a_hyperlink_is_refused(tmp_path: Path) -> None:
    half = f"<w:p>{RUN.format('{{ rea')}<w:hyperlink>{RUN.format('der }}')}</w:hyperlink></w:p>"
    whole = f"<w:p><w:hyperlink>{RUN.format('{{ reader }}')}</w:hyperlink></w:p>"
    assert "超链接" in refusal(with_block(layout(tmp_path, "这里"), half))
    sound = with_block(layout(tmp_path, "这里"), whole)
    assert Template(sound).names == {"reader"}


def test_another_file_inside_a_layout_is_refused(tmp_path: Path) -> None:
    chunk = '<w:altChunk xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" r:id="rId99"/>'
    message = refusal(with_block(layout(tmp_path, "这里"), chunk))
    assert "正文嵌有别的文件" in message


def test_text_that_would_be_printed_raw_is_refused(tmp_path: Path) -> None:
    assert "会使占位符原样印出" in refusal(layout(tmp_path, "{% raw %}{{ reader }}{% endraw %}"))


def with_block(path: Path, block: str) -> Path:
    """The layout with one more block at the head of its body."""
    return rewritten(path, "<w:body>", f"<w:body>{block}")


def test_text_beside_a_tag_for_cells_is_refused_and_a_tag_of_its_own_is_not(tmp_path: Path) -> None:
    assert "独占一个单元格" in refusal(
        layout(tmp_path, rows=(("{%tc for c in cells %}甲", "{{ c }}", "{%tc endfor %}"),))
    )
    path = layout(tmp_path, rows=(("{%tc for c in cells %}", "{{ c }}", "{%tc endfor %}"),))
    content = Template(path).fill({"cells": ["甲", "乙"]}, properties=PROPERTIES).content
    assert b"\xe4\xb9\x99" in archive_text(content)


def archive_text(content: bytes) -> bytes:
    return "".join(etree.fromstring(member(content)).itertext()).encode()


def member(content: bytes, name: str = "word/document.xml") -> bytes:
    with ZipFile(BytesIO(content)) as file:
        return file.read(name)


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("docProps/custom.xml", "<Properties><property><lpwstr>{{ day }}</lpwstr></property></Properties>"),
        (
            "word/charts/chart1.xml",
            "<c:chart xmlns:c='c' xmlns:a='a'><a:p><a:t>{{ </a:t><a:t>day }}</a:t></a:p></c:chart>",
        ),
        ("customXml/item9.xml", "<data value='{{ day }}'/>"),
        ("word/glossary/document.xml", f"<w:document {W}><w:p><w:r><w:t>｛｛ day ｝｝</w:t></w:r></w:p></w:document>"),
        ("word/_rels/header9.xml.rels", "<Relationships><Relationship Target='http://{{ day }}/'/></Relationships>"),
        ("word/endnotes.xml", f"<w:endnotes {W}><w:p><w:r><w:t>{{% if day %}}</w:t></w:r></w:p></w:endnotes>"),
    ],
    ids=lambda value: value if value.endswith((".xml", ".rels")) else "",
)
def test_a_placeholder_where_nothing_is_filled_is_refused(tmp_path: Path, name: str, data: str) -> None:
    message = refusal(with_part(layout(tmp_path, "{{ day }}"), name, data))
    assert "那里不填写，请移到正文、页眉、页脚或者脚注里" in message and "day" in message


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("<w:p>", '<w:p w:rsidR="{{ day }}">'),
        ("</w:r>", "</w:r><w:r><w:instrText>HYPERLINK {{ day }}</w:instrText></w:r>"),
    ],
    ids=["attribute", "field code"],
)
def test_a_placeholder_beside_the_text_is_refused(tmp_path: Path, before: str, after: str) -> None:
    assert "“{{ day }}”写在替代文字、链接、域代码、公式等处" in refusal(
        rewritten(layout(tmp_path, "甲"), before, after)
    )


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        (("甲", "乙{{ day，}}"), "正文“乙{{ day，}}”处有不能用的字符“，”"),
        (("{{ day other }}",), "应当写“}}”的地方写了“other”"),
        (("甲{{ }}",), "正文“甲{{ }}”处"),
        (("{{ day|bold }}",), "没有名为“bold”的过滤器"),
        (("{{ day is holy }}",), "没有名为“holy”的判断"),
        (("甲", "{%p if day %}", "乙", "丙"), "正文“{% if day %}”处{% if … %}没有用{% endif %}结束"),
        (("甲", "{%p endif %}"), "{% endif %}之前没有对应的{% if … %}"),
        (
            ("{%p if day %}", "{%p for r in rows %}", "{%p endif %}"),
            "{% endif %}之前的{% for … %}还没有用{% endfor %}结束",
        ),
        (("{% p if day %}", "甲"), "不认识语句“p”；如果想写{%p … %}"),
        (("{%pif day %}", "甲"), "不认识语句“pif”"),
        (("{% 如果 day %}",), "不能用语句“如果”；条件用if"),
        (("甲{% macro m() %}丢{% endmacro %}",), "不能用语句“macro”"),
        (("甲{% set m %}丢{% endset %}",), "不能用语句“set”"),
        (("甲{% include 'x' %}",), "不能用语句“include”"),
        (("甲乙", "丙{%- if day %}丁{% endif %}"), "文字“丙丁”填写时会丢失"),
    ],
)
def test_a_wrong_tag_is_told_in_chinese_with_its_paragraph(tmp_path: Path, lines: tuple[str, ...], words: str) -> None:
    assert words in refusal(layout(tmp_path, *lines))


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("乙{{ raeder }}", "正文“乙{{ raeder }}”处填写不了：用到的名称“raeder”文书没有给出，是不是“reader”"),
        ("乙{{ reader.size }}", "用到的“size”不存在"),
        ("乙{{ rows[3] }}", "用到的第3项不存在"),
        ("乙{{ reader + 1 }}", "正文“乙{{ reader + 1 }}”处填写不了：值的种类不对"),
        ("乙{{ rows }}", "“rows”的值不是文字（list），印不出来；几项内容的"),
        ("乙{{ reader.__class__ }}", "不能使用“__class__”"),
    ],
)
def test_what_cannot_be_filled_is_told_in_chinese_with_its_paragraph(tmp_path: Path, line: str, words: str) -> None:
    with pytest.raises(TemplateError) as caught:
        filled(layout(tmp_path, "甲", line), reader="王小明", rows=[])
    assert words in str(caught.value)


def test_a_block_that_begins_and_ends_in_different_cells_says_what_to_look_at(tmp_path: Path) -> None:
    path = layout(tmp_path, "甲{% if day %}", rows=(("乙{% endif %}",),))
    with pytest.raises(TextLost, match="同一个单元格"):
        filled(path, day="")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("word/document.xml", "word/document2.xml"),
        ("word/document.xml", "document.xml"),
        ("word/document.xml", "text/main.xml"),
        ("word/styles.xml", "word/styles2.xml"),
        ("docProps/core.xml", "docProps/core2.xml"),
    ],
)
def test_parts_are_found_by_their_relationships(tmp_path: Path, old: str, new: str) -> None:
    path = with_part(
        layout(tmp_path, "{{ day }}"),
        "word/letterhead7.xml",
        f"<w:hdr {W}><w:p><w:r><w:t>头{{{{ head }}}}</w:t></w:r></w:p></w:hdr>",
        "header",
    )
    packed(path, rename_parts(packing.read(path), {old: new}))
    result = Template(path).fill({"day": "今天", "head": "某局"}, properties=PROPERTIES)
    assert "今天" in result.text and "头某局" in result.text
    opened = Docx(BytesIO(result.content))
    assert opened.paragraphs[0].text == "今天" and opened.styles["Normal"] and opened.core_properties.title == "预约单"


def test_a_body_to_which_nothing_leads_is_left_out(tmp_path: Path) -> None:
    path = layout(tmp_path, "{{ day }}")
    packed(path, rename_parts(packing.read(path), {"word/document.xml": "word/document2.xml"}))
    type = f'<Override PartName="/word/document.xml" ContentType="{WORD}.document+xml"/></Types>'
    old = f"<w:document {W}><w:body><w:p/></w:body></w:document>".encode()
    members = packing.read(path) | {"word/document.xml": old}
    packed(path, members | {TYPES: members[TYPES].replace(b"</Types>", type.encode())})
    assert filled(path, day="今天") == ["今天"]


def strict(path: Path) -> Path:
    members = packing.read(path)
    data = members["_rels/.rels"].replace(
        RELATIONSHIPS.encode(), b"http://purl.oclc.org/ooxml/officeDocument/relationships"
    )
    return packed(path, {**members, "_rels/.rels": data})


def of_a_spreadsheet(path: Path) -> Path:
    return packed(path, packing.read(path) | {"word/document.xml": b"<workbook xmlns='x'/>"})


def without(name: str) -> Any:
    return lambda path: packed(path, {key: data for key, data in packing.read(path).items() if key != name})


def holding(data: bytes) -> Any:
    def write(path: Path) -> Path:
        path.write_bytes(data)
        return path

    return write


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (strict, "Strict Open XML"),
        (of_a_spreadsheet, "不是Word文档"),
        (without("word/document.xml"), "找不到正文"),
        (without("_rels/.rels"), "找不到正文"),
        (holding(b"\xd0\xcf\x11\xe0 an old file"), "旧版.doc格式或者设了密码"),
        (holding(b"PK\x03\x04 torn"), "不是DOCX文件或者已经损坏"),
        (holding(b""), "不是DOCX文件或者已经损坏"),
    ],
    ids=["strict", "spreadsheet", "no body", "no relationships", "old or encrypted", "torn", "empty"],
)
def test_a_file_that_cannot_be_read_says_how_to_save_it(tmp_path: Path, change: Any, words: str) -> None:
    message = refusal(change(layout(tmp_path, "甲")))
    assert words in message and "另存为“Word 文档(*.docx)”" in message


@pytest.mark.parametrize("name", ["word/document.xml", "word/styles.xml", "word/comments.xml", "_rels/.rels"])
def test_a_torn_part_says_how_to_save_the_file(tmp_path: Path, name: str) -> None:
    path = layout(tmp_path, "甲")
    assert "另存为" in refusal(packed(path, packing.read(path) | {name: b"<w:comments><w:comment>"}))


def test_the_lock_file_that_word_leaves_beside_an_open_layout_is_not_read(tmp_path: Path, office: Office) -> None:
    plugins = office_of(tmp_path, "plain.docx")
    (tmp_path / "doc_templates" / "~$ading-appointment.docx").write_bytes(b"\x03abc\x00" * 32)
    assert build(find([plugins])["reading-appointment"], PAYLOAD, office).content.startswith(b"PK")


def test_a_body_that_a_program_wrote_in_a_way_of_its_own_is_refused(tmp_path: Path) -> None:
    path = layout(tmp_path, "{{ day }}")
    data = packing.read(path)["word/document.xml"].replace(b"<w:", b"<x:").replace(b"</w:", b"</x:")
    data = data.replace(b" w:", b" x:").replace(b"xmlns:w=", b"xmlns:x=")
    assert "不是通常的写法" in refusal(packed(path, packing.read(path) | {"word/document.xml": data}))


@pytest.mark.parametrize(
    ("condition", "kind"),
    [
        ("kind == &apos;甲&apos;", "甲"),
        ("kind == &quot;甲&quot;", "甲"),
        ("kind == '甲&amp;乙'", "甲&乙"),
        ("2 &lt; 3", ""),
    ],
)
def test_a_tag_is_read_however_the_program_that_saved_it_wrote_its_signs(
    tmp_path: Path, condition: str, kind: str
) -> None:
    path = rewritten(layout(tmp_path, "甲“引”'号'{% if X %}乙{% endif %}"), "{% if X %}", f"{{% if {condition} %}}")
    assert filled(path, kind=kind) == ["甲“引”'号'乙"]


def test_a_style_that_another_program_renamed_is_missed(tmp_path: Path) -> None:
    path = layout(tmp_path, "{{ form }}甲")
    with pytest.raises(TemplateError, match="没有文书要用的样式ChartTitle"):
        filled(path, form=Format(style="ChartTitle"))
    assert filled(path, form=Format(style="Heading1")) == ["甲"]


def test_the_mark_of_a_note_is_raised_also_where_a_layout_lost_its_style(tmp_path: Path) -> None:
    notes = f'<w:footnotes {W}><w:footnote w:id="0"><w:p/></w:footnote></w:footnotes>'
    path = with_part(layout(tmp_path, "{{ number }}"), "word/footnotes.xml", notes, "footnotes")
    content = Template(path).fill({"number": Noted(text="22", note="约数")}, properties=PROPERTIES).content
    raised = b'<w:vertAlign w:val="superscript"/></w:rPr><w:footnoteRe'
    assert all(raised in member(content, name) for name in ("word/document.xml", "word/footnotes.xml"))
