"""Git shows what changed in a Word file."""

import shutil
import subprocess
import sys
from pathlib import Path

import docx
import pytest

ROOT = Path(__file__).resolve().parents[2]
SCRIPT = ROOT / "setup" / "docx-as-text"


def write(path: Path, *paragraphs: str) -> None:
    document = docx.Document()
    for paragraph in paragraphs:
        document.add_paragraph(paragraph)
    document.save(str(path))


def as_text(path: Path) -> str:
    return subprocess.run([sys.executable, SCRIPT, path], capture_output=True, check=True, encoding="utf-8").stdout


def test_each_paragraph_is_a_line_with_its_style(tmp_path: Path) -> None:
    document = docx.Document()
    document.add_heading("标题")
    document.add_paragraph("正文“A & B”\t𬭊")
    document.add_table(1, 1).cell(0, 0).text = "格"
    document.save(str(tmp_path / "a.docx"))
    lines = as_text(tmp_path / "a.docx").splitlines()
    assert lines[:4] == ["== word/document.xml", "Heading1     标题", "             正文“A & B”\t𬭊", "             格"]


def test_a_changed_part_without_text_shows_too(tmp_path: Path) -> None:
    document = docx.Document()
    document.save(str(tmp_path / "a.docx"))
    document.styles["Normal"].font.bold = True
    document.save(str(tmp_path / "b.docx"))
    changed = set(as_text(tmp_path / "a.docx").splitlines()) ^ set(as_text(tmp_path / "b.docx").splitlines())
    assert {line.split()[1] for line in changed} == {"word/styles.xml"}


@pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")
def test_git_diff_shows_the_words_that_changed(tmp_path: Path) -> None:
    def git(*arguments: str) -> str:
        identity = ["-c", "user.name=test", "-c", "user.email=test@example.org"]
        command = ["git", *identity, "-c", f"diff.docx.textconv={sys.executable} {SCRIPT}", *arguments]
        return subprocess.run(command, cwd=tmp_path, capture_output=True, check=True, encoding="utf-8").stdout

    git("init", "--quiet")
    shutil.copy(ROOT / ".gitattributes", tmp_path)
    write(tmp_path / "letter.docx", "你单位：", "现予公开。")
    git("add", ".")
    git("commit", "--quiet", "--message", "one")
    write(tmp_path / "letter.docx", "你单位：", "不予公开。")
    changed = [line for line in git("diff").splitlines() if line[:1] in "+-" and line[:3] not in ("+++", "---", "-- ")]
    assert [line[0] + line[1:].strip() for line in changed if "word/" not in line] == ["-现予公开。", "+不予公开。"]
