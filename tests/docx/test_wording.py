"""A wording file becomes paragraphs, strictly."""

from __future__ import annotations

from pathlib import Path

import pytest
from jinja2.meta import find_undeclared_variables

from gipdocs.docx.wording import ENVIRONMENT, Paragraph, load_wording
from gipdocs.errors import TemplateError
from tests.conftest import PROJECT
from tests.documents.makers import wording


def test_lines_become_paragraphs_with_their_styles(tmp_path: Path) -> None:
    path = wording(tmp_path, "{# 说明 #}\n# 一、事由\n{{ name }}：\n\n## （一）依据\n正文。\n")
    assert load_wording(path).fill({"name": "张三"}) == [
        Paragraph("一、事由", "h1"),
        Paragraph("张三：", "body"),
        Paragraph("（一）依据", "h2"),
        Paragraph("正文。", "last"),
    ]


def test_conditions_and_loops_stand_on_lines_of_their_own(tmp_path: Path) -> None:
    path = wording(tmp_path, "{% if told %}\n告知。\n{% endif %}\n{% for item in items %}\n{{ item }}\n{% endfor %}\n")
    texts = [paragraph.text for paragraph in load_wording(path).fill({"told": False, "items": ["甲", "乙"]})]
    assert texts == ["甲", "乙"]


def test_a_line_break_in_an_answer_begins_a_paragraph_of_the_same_style(tmp_path: Path) -> None:
    path = wording(tmp_path, "内容：{{ text }}。\n")
    assert [p.text for p in load_wording(path).fill({"text": "一\n\n# 二"})] == ["内容：一", "", "# 二。"]
    path.write_text("{{ text }}\n{{ text }}以后\n", encoding="utf-8")
    assert [p.text for p in load_wording(path).fill({"text": "\n一\n"})] == ["一", "一", "以后"]


def test_an_answer_that_looks_like_syntax_stays_text(tmp_path: Path) -> None:
    hostile = "{{ 7*7 }} {% if x %} <w:p> & ]]>"
    assert load_wording(wording(tmp_path, "{{ text }}\n")).fill({"text": hostile})[0].text == hostile


def test_a_placeholder_that_comes_out_empty_makes_no_paragraph(tmp_path: Path) -> None:
    assert load_wording(wording(tmp_path, "甲\n{{ text }}\n")).fill({"text": ""}) == [Paragraph("甲", "last")]


def test_a_zero_at_the_head_of_a_line_becomes_the_next_number_of_its_level(tmp_path: Path) -> None:
    path = wording(
        tmp_path,
        """
        # 〇、范围
        ## （〇）形式
        ### 0.公报
        （0）纸质
        （0）网页
        {% for item in items %}
        0.{{ item }}
        （0）其一
        {% endfor %}
        ## （〇）时限
        {% if told %}
        0.从略
        {% endif %}
        0.期限
        # 〇、救济
        ## （〇）途径
        """,
    )
    texts = [paragraph.text for paragraph in load_wording(path).fill({"items": ["网站\n续行", ""], "told": False})]
    assert texts == [
        "一、范围",
        "（一）形式",
        "1.公报",
        "（1）纸质",
        "（2）网页",
        "2.网站",
        "续行",
        "（1）其一",
        "（2）其一",
        "（二）时限",
        "1.期限",
        "二、救济",
        "（一）途径",
    ]


def test_a_numbered_line_keeps_its_style_and_a_fraction_or_an_answer_is_no_number(tmp_path: Path) -> None:
    path = wording(tmp_path, "### 0.公报\n{{ text }}\n0.5元\n")
    assert load_wording(path).fill({"text": "0.8元"}) == [
        Paragraph("1.公报", "h3"),
        Paragraph("0.8元", "body"),
        Paragraph("0.5元", "last"),
    ]


def test_a_heading_with_a_number_of_its_own_begins_the_count_below_it(tmp_path: Path) -> None:
    path = wording(tmp_path, "# {{ heading }}\n## （〇）形式\n0.公报\n# 二、其他\n## （〇）事项\n0.其一\n")
    texts = [paragraph.text for paragraph in load_wording(path).fill({"heading": "一、范围"})]
    assert texts == ["一、范围", "（一）形式", "1.公报", "二、其他", "（一）事项", "1.其一"]


def test_places_and_lines_under_pictures_are_marked(tmp_path: Path) -> None:
    path = wording(tmp_path, "甲\n@table\n> 图{{ number }}　{{ title }}\n@{{ nothing }}\n@{{ place }}\n乙\n")
    context = {"number": 1, "title": "@ > #", "nothing": "", "place": "chart"}
    assert load_wording(path).fill(context) == [
        Paragraph("甲", "body"),
        Paragraph("table", "place"),
        Paragraph("图1　@ > #", "caption"),
        Paragraph("chart", "place"),
        Paragraph("乙", "last"),
    ]


def test_names_are_those_of_the_file_and_of_the_files_it_includes(tmp_path: Path) -> None:
    wording(tmp_path, "{{ shared }}\n", name="_shared.txt")
    path = wording(tmp_path, '{% include "_shared.txt" %}\n{{ own }}\n')
    assert load_wording(path).names == {"shared", "own"}


@pytest.mark.parametrize(
    ("shared", "own"),
    [
        ("甲{{ shared }}\n", '{% if told %}\n{% include "_shared.txt" %}\n{% endif %}\n'),
        ("{{ item }}{{ shared }}\n", '{% for item in items %}\n{% include "_shared.txt" %}\n{% endfor %}\n'),
        ("{% for item in items %}\n", '{% include "_shared.txt" %}\n{{ item }}{{ shared }}\n{% endfor %}\n'),
        ("{% set item = shared %}\n", '甲\n{% include "_shared.txt" %}\n{{ item }}\n'),
        ("{{ shared }}\n", '{% set shared = "丁" %}\n{% include "_shared.txt" %}\n{{ told }}\n'),
        ("{% if shared -%}\n甲\n{% endif -%}\n", '乙\n{% include "_shared.txt" %}\n丙{{ told }}\n'),
    ],
    ids=["in condition", "in loop", "begins loop", "sets name", "prints set name", "white space"],
)
def test_an_included_file_means_what_its_lines_would_mean_in_its_place(tmp_path: Path, shared: str, own: str) -> None:
    wording(tmp_path, shared, name="_shared.txt")
    included = load_wording(wording(tmp_path, own))
    typed = load_wording(wording(tmp_path, own.replace('{% include "_shared.txt" %}\n', shared), name="typed.txt"))
    context = {"told": "是", "items": ["乙", "丙"], "shared": "共用"}
    assert included.fill(context) == typed.fill(context)
    assert (included.names, included.parts) == (typed.names, typed.parts)


def test_what_is_included_lies_beside_the_file_or_in_a_shared_folder(tmp_path: Path) -> None:
    path = wording(tmp_path / "own", '{% include "_opening.txt" %}\n{% include "_end.txt" %}\n')
    wording(tmp_path / "own", "自己的结尾\n", "_end.txt")
    shared = wording(tmp_path / "shared", "共用的开头\n", "_opening.txt").parent
    wording(shared, "共用的结尾\n", "_end.txt")
    assert [one.text for one in load_wording(path, (shared,)).fill({})] == ["共用的开头", "自己的结尾"]
    wording(shared, "改过的开头有几个字\n", "_opening.txt")
    assert load_wording(path, (shared,)).fill({})[0].text == "改过的开头有几个字"
    with pytest.raises(TemplateError, match=r"small\.txt第1行引用的_opening\.txt不存在"):
        load_wording(path)


def test_a_changed_include_is_read_again(tmp_path: Path) -> None:
    shared = wording(tmp_path, "旧\n", name="_shared.txt")
    path = wording(tmp_path, '{% include "_shared.txt" %}\n')
    before = load_wording(path)
    shared.write_text("新的一句\n", encoding="utf-8")
    assert load_wording(path).fill({})[0].text == "新的一句"
    assert load_wording(path).version != before.version


@pytest.mark.parametrize(
    "path", sorted((PROJECT / "doc_templates" / "wording").glob("*.txt")), ids=lambda path: path.stem
)
def test_the_names_of_a_wording_are_those_that_jinja_finds(path: Path) -> None:
    wording = load_wording(path)
    assert wording.names == find_undeclared_variables(ENVIRONMENT.parse(wording.source))


@pytest.mark.parametrize(
    ("text", "context"),
    [
        ("{{ unknown }}", {}),
        ("{{ none }}", {"none": None}),
        ("{{ flag }}", {"flag": True}),
        ("{{ text.__class__.__name__ }}", {"text": ""}),
        ("{{ '{0.__class__.__name__}'.format(text) }}", {"text": ""}),
        ("{{ names.append('乙') or names[1] }}", {"names": ["甲"]}),
        ("正文{% if x %}甲{% endif %}", {"x": True}),
        ("{% if x %}\n甲\n", {"x": True}),
        ('{% include "_nowhere.txt" %}', {}),
    ],
    ids=[
        "unknown name",
        "none",
        "truth value",
        "inside of Python",
        "inside by format",
        "change",
        "statement inside a line",
        "unclosed",
        "missing include",
    ],
)
def test_what_cannot_be_printed_is_an_error_that_names_the_file(
    tmp_path: Path, text: str, context: dict[str, object]
) -> None:
    with pytest.raises(TemplateError, match=r"small\.txt"):
        load_wording(wording(tmp_path, text)).fill(context)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("甲\n乙{{ day，}}\n", "第2行有错误：有不能用的字符“，”"),
        ("甲\n\n{% if told %}\n乙\n", "第3行有错误：{% if … %}没有用{% endif %}结束"),
        ("{# 说明 #}\n甲\n{% endif %}\n", "第3行有错误：{% endif %}之前没有对应的{% if … %}"),
        ("甲\n正文{% if x %}乙{% endif %}\n", "第2行“正文{% if x %}乙{% endif %}”中的语句{% … %}要独占一行"),
        ("甲\n{{ name }}｛｛ name ｝｝\n", "第2行“{{ name }}｛｛ name ｝｝”中的“｛｛ name ｝｝”像是没有写对的占位符"),
        ("甲\n{{ name }\n", "第2行有错误"),
        ("甲\n{name}\n", "第2行“{name}”中的“{name}”像是没有写对的占位符"),
        ("甲\n{% macro m() %}\n乙\n{% endmacro %}\n", "第2行有错误：不能用语句“macro”"),
        ('甲\n{% include "_shared.txt" %}\n', "引用的_shared.txt第2行有错误"),
        ('甲\n{% include "slip.txt" %}\n', '第2行的引用没有写对：应写作{% include "_名称.txt" %}，文件名以下划线开头'),
        ('甲\n{% include "../_shared.txt" %}\n', "第2行的引用没有写对"),
        ("甲\n{% include _shared.txt %}\n", "第2行的引用没有写对"),
        ('甲\n{% include "_nested.txt" %}\n', "第2行引用的_nested.txt第1行又引用了别的文件"),
        ("甲\n{%- include '_nowhere.txt' -%}\n", "第2行引用的_nowhere.txt不存在"),
    ],
    ids=lambda value: value[-12:],
)
def test_a_wrong_line_is_told_in_chinese_with_its_number(tmp_path: Path, text: str, words: str) -> None:
    wording(tmp_path, "丙\n{{ | }}\n", name="_shared.txt")
    wording(tmp_path, '{% include "_shared.txt" %}\n', name="_nested.txt")
    with pytest.raises(TemplateError, match=r"small\.txt") as caught:
        load_wording(wording(tmp_path, text))
    assert words in str(caught.value)


def test_a_name_that_is_not_given_is_told_with_its_line_and_the_name_that_was_meant(tmp_path: Path) -> None:
    path = wording(tmp_path, "甲\n> 乙\n丙{{ raeder }}\n")
    with pytest.raises(TemplateError, match=r"第3行填写不了：用到的名称“raeder”文书没有给出，是不是“reader”"):
        load_wording(path).fill({"reader": "王小明"})


def test_a_file_from_notepad_is_read_or_says_how_to_save_it(tmp_path: Path) -> None:
    path = tmp_path / "small.txt"
    path.write_bytes("甲\r\n乙\r\n".encode("utf-8-sig"))
    assert [one.text for one in load_wording(path).fill({})] == ["甲", "乙"]
    path.write_bytes("甲乙丙".encode("gbk"))
    with pytest.raises(TemplateError, match="另存为UTF-8"):
        load_wording(path)
