"""Plugins are found, and a broken one stops the start with its file and its fault."""

from __future__ import annotations

from pathlib import Path

import pytest

from gipdocs.documents.registry import Registry, find, find_one
from gipdocs.errors import PluginError, UnknownDocument

from .makers import layout, plugin, source


def compiled(folder: Path) -> Registry:
    """The documents of a folder, with their layouts and wordings."""
    registry = find([folder])
    for entry in registry.values():
        entry.compile()
    return registry


def test_a_strangers_plugin_is_found_beside_its_layout(tmp_path: Path) -> None:
    registry = find([plugin(tmp_path)])
    assert list(registry) == ["small-note"]
    assert registry["small-note"].templates[0].names == {"title", "story"}


def test_modules_of_a_folder_share_what_begins_with_an_underscore(tmp_path: Path) -> None:
    folder = plugin(tmp_path, source(title="TITLE", before="from ._shared import TITLE"))
    (folder / "_shared.py").write_text('TITLE = "共用的标题"\n', encoding="utf-8")
    assert find([folder])["small-note"].document.title == "共用的标题"


def test_an_unknown_document_is_an_error_of_its_own(tmp_path: Path) -> None:
    with pytest.raises(UnknownDocument, match="nowhere"):
        find([plugin(tmp_path)])["nowhere"]


BROKEN = {
    "typo": (source(tmeplate='"small.docx"'), "note.py第14行：没有“tmeplate”这一项，是不是“template”，请核对名称"),
    "missing": (
        "from gipdocs.documents.document import Document\nNOTE = Document(id='a')\n",
        "第2行：缺少title、group",
    ),
    "import": (source(before="from gipdocs.documents.document import Docment"), "里没有“Docment”，请核对名称"),
    "module": (source(before="import nowhere_at_all"), "引用的模块“nowhere_at_all”不存在"),
    "name": (source(checks="(chekc,)"), "用到的名称“chekc”没有定义"),
    "id": (source(id='"loan_slip"'), "文书“loan_slip”的声明：id由小写字母、数字组成，词之间用连字符，例如loan-slip"),
    "schema": (source(schema="str"), "schema应当是一个填写项的类"),
    "context": (source(context="{}").replace("context=context", "context=None"), "context应当是一个函数"),
    "checks": (source(checks="[context]"), "checks应当是函数的元组"),
    "layout": (source(template='"missing.docx"'), "missing.docx，请补上或者改正文书声明中的template"),
    "wording": (source(wording='"missing.txt"'), "missing.txt，请补上或者改正文书声明中的wording"),
    "no format": (source(formats="()"), "formats是空的"),
    "no renderer": (source(formats='("docx", "svg")'), "formats里的svg要在renderers里给出生成它的函数"),
    "unknown format": (source(formats='("gif",)', renderers='{"gif": print}'), "formats里的gif不认识，可用的是docx"),
    "contexts": (
        source(template='Layouts(files=("small.docx",), choose=print, contexts={"large.docx": print})'),
        "contexts里的large.docx不在files里",
    ),
    "to be read": (source(to_read="True"), "写了to_read=True的，还要写public=True"),
    "nothing declared": (source().replace("NOTE = Document(", "_NOTE = Document("), "没有声明文书"),
    "syntax": ("def context(:\n", "note.py第1行：“def context(:”不合Python的语法"),
    "value": (source(before="int('甲')"), "出错（ValueError），Python的原话是“"),
}


@pytest.mark.parametrize("fault", BROKEN)
def test_a_broken_plugin_stops_the_start_and_names_file_place_and_cure(tmp_path: Path, fault: str) -> None:
    code, words = BROKEN[fault]
    with pytest.raises(PluginError) as caught:
        compiled(plugin(tmp_path, code))
    assert "note.py" in str(caught.value) and words in str(caught.value)
    assert str(caught.value).endswith("。") and "。。" not in str(caught.value)


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("{{ title }", "正文“{{ title }”中的“{{ title }”像是没有写对的占位符；占位符用半角花括号写成{{ 名称 }}"),
        ("{{ title }}{% if story %}", "正文“{{ title }}{% if story %}”处{% if … %}没有用{% endif %}结束"),
        ("{{ title }}{% if %}", "正文“{{ title }}{% if %}”处"),
        ("{{ title | shout }}", "没有名为“shout”的过滤器"),
    ],
)
def test_a_tag_that_is_written_wrongly_is_named_with_its_paragraph_in_chinese(
    tmp_path: Path, line: str, words: str
) -> None:
    layout(tmp_path / "doc_templates", line, "{{ story }}")
    with pytest.raises(PluginError) as caught:
        compiled(plugin(tmp_path))
    assert "版式文件small.docx" in str(caught.value) and words in str(caught.value)
    assert "nexpected" not in str(caught.value) and "Jinja" not in str(caught.value)


def test_a_layout_is_compiled_when_it_is_first_used_and_stays_as_it_is(tmp_path: Path) -> None:
    folder = plugin(tmp_path)
    first, second = find([folder])["small-note"], find([folder])["small-note"]
    assert first.templates[0].names == {"title", "story"}
    layout(tmp_path / "doc_templates", "{% if %}")
    assert first.templates[0].names == {"title", "story"}
    with pytest.raises(PluginError, match=r"(?s)note\.py.*small\.docx"):
        second.compile()


def test_one_document_is_found_without_loading_the_others(tmp_path: Path) -> None:
    folder = plugin(tmp_path)
    (folder / "broken.py").write_text("import nowhere_at_all\n", encoding="utf-8")
    assert list(find_one("small-note", [folder])) == ["small-note"]
    with pytest.raises(PluginError, match="nowhere_at_all"):
        find([folder])


def test_one_document_is_found_wherever_its_id_is_spelled_or_put_together(tmp_path: Path) -> None:
    folder = plugin(tmp_path, source(id='"-".join(["small", "note"])'))
    package = folder / "family"
    package.mkdir()
    (package / "__init__.py").write_text("from .member import NOTE\n", encoding="utf-8")
    (package / "member.py").write_text(source(id='"other-note"'), encoding="utf-8")
    assert "small-note" in find_one("small-note", [folder])
    assert list(find_one("other-note", [folder])) == ["other-note"]


def test_two_plugins_with_one_id_stop_the_start_and_both_are_named(tmp_path: Path) -> None:
    plugin(tmp_path, name="first.py")
    with pytest.raises(PluginError, match=r"(?s)small-note.*first\.py.*second\.py"):
        find([plugin(tmp_path, name="second.py")])


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(PluginError, match="nowhere"):
        find([tmp_path / "nowhere"])


def test_a_broken_layout_is_named_with_its_plugin(tmp_path: Path) -> None:
    layout(tmp_path / "doc_templates", "{% if %}")
    with pytest.raises(PluginError, match=r"(?s)note\.py.*small\.docx"):
        compiled(plugin(tmp_path))
