"""Plugins are found, and a broken one stops the start with its file and its fault."""

from __future__ import annotations

from pathlib import Path

import pytest

from gipdocs.documents.registry import find
from gipdocs.errors import PluginError, UnknownDocument

from .makers import PLUGIN, layout, plugin


def test_a_strangers_plugin_is_found_beside_its_layout(tmp_path: Path) -> None:
    registry = find([plugin(tmp_path)])
    assert list(registry) == ["small-note"]
    assert registry["small-note"].template.names == {"title", "story"}


def test_modules_of_a_folder_share_what_begins_with_an_underscore(tmp_path: Path) -> None:
    folder = plugin(tmp_path, PLUGIN.replace('"小通知"', "TITLE") + "\n", name="note.py")
    (folder / "_shared.py").write_text('TITLE = "共用的标题"\n', encoding="utf-8")
    source = (folder / "note.py").read_text(encoding="utf-8")
    (folder / "note.py").write_text("from ._shared import TITLE\n" + source, encoding="utf-8")
    assert find([folder])["small-note"].document.title == "共用的标题"


def test_an_unknown_document_is_an_error_of_its_own(tmp_path: Path) -> None:
    with pytest.raises(UnknownDocument, match="nowhere"):
        find([plugin(tmp_path)])["nowhere"]


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        ("template=", "tmeplate=", "tmeplate"),
        ("import Document", "import Docment", "Docment"),
        ('id="small-note"', 'id="Small Note"', "Small Note"),
        ("small.docx", "missing.docx", "missing.docx"),
        ('template="small.docx"', 'template="small.docx", wording="missing.txt"', "missing.txt"),
        ('template="small.docx"', 'template="small.docx", formats=("docx", "svg")', "svg without a renderer"),
        ('template="small.docx"', 'template="small.docx", formats=("gif",), renderers={"gif": print}', "known are"),
        ("NOTE = Document(", "_NOTE = Document(", "没有声明文书"),
        ("def context", "def context(", "SyntaxError"),
    ],
    ids=["typo", "import", "id", "layout", "wording", "no renderer", "unknown format", "nothing declared", "syntax"],
)
def test_a_broken_plugin_stops_the_start(tmp_path: Path, before: str, after: str, words: str) -> None:
    with pytest.raises(PluginError, match=words) as caught:
        find([plugin(tmp_path, PLUGIN.replace(before, after))])
    assert "note.py" in str(caught.value)


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
        find([plugin(tmp_path)])
