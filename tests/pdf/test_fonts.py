"""Which font draws what, and which characters nobody can draw."""

from __future__ import annotations

import os
import string
import subprocess
import sys
from pathlib import Path

import pytest
from fontTools.pens.areaPen import AreaPen  # type: ignore[import-untyped]  # has no types
from fontTools.ttLib import TTFont  # type: ignore[import-untyped]  # has no types

from gipdocs.errors import SetupError
from gipdocs.pdf import fonts
from gipdocs.pdf.places import find_cached

CHAINS = {
    "方正小标宋简体": ("FandolSong", "Bold"),
    "仿宋_GB2312": ("FandolFang", "Regular"),
    "楷体_GB2312": ("FandolKai", "Regular"),
    "黑体": ("FandolHei", "Regular"),
    "宋体": ("FandolSong", "Regular"),
    "Times New Roman": ("Liberation Serif", "Regular"),
}


def test_what_is_built_is_found_and_what_is_not_needs_a_place_that_can_be_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "prefix", str(tmp_path / "prefix"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("GIPDOCS_CACHE", raising=False)
    (tmp_path / "home" / "gipdocs" / "there").mkdir(parents=True)
    assert find_cached("there") == tmp_path / "home" / "gipdocs" / "there"
    assert find_cached("new") == tmp_path / "prefix" / "var" / "cache" / "gipdocs" / "new"
    (tmp_path / "file").touch()
    monkeypatch.setenv("GIPDOCS_CACHE", str(tmp_path / "file" / "below"))
    with pytest.raises(SetupError, match="GIPDOCS_CACHE"):
        find_cached("new")


@pytest.mark.parametrize(("name", "found"), CHAINS.items(), ids=CHAINS)
def test_each_official_name_leads_to_its_free_font(name: str, found: tuple[str, str]) -> None:
    environment = {**os.environ, "FONTCONFIG_FILE": str(fonts.ensure_configuration())}
    command = ["fc-match", "--format", "%{family[0]}|%{style[0]}", name]
    ended = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    assert tuple(ended.stdout.split("|")) == found


def test_libreoffice_sees_the_fonts_of_the_chains_and_no_others() -> None:
    named = {font for chain in fonts.CHAINS for font in chain.fonts}
    assert all(named & set(face.families) for face in fonts.find_installed())


def test_nothing_is_missing_on_this_machine() -> None:
    assert fonts.missing_fonts() == []


def test_a_font_that_is_not_there_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("GIPDOCS_FONTS", str(tmp_path))
    assert fonts.missing_fonts()[: len(fonts.FANDOL)] == list(fonts.FANDOL)


@pytest.mark.parametrize("font", CHAINS)
def test_every_chinese_font_can_draw_rare_names_by_its_fallbacks(font: str) -> None:
    assert fonts.missing_characters("䶮㛃𬭊堃玥祎赟翀𪚥𠀀𫝀", font=font) == []


def test_the_whole_official_character_set_can_be_drawn() -> None:
    """GBK, which holds GB2312, and the characters of GB18030 level 1 between U+3400 and U+9FEF."""
    gbk = [bytes([lead, trail]) for lead in range(0x81, 0xFF) for trail in range(0x40, 0xFF) if trail != 0x7F]
    han = {text for pair in gbk if (text := pair.decode("gbk", "ignore")) and "\u4e00" <= text <= "\u9fff"}
    assert len(han) == 20902
    extension_a = {chr(point) for point in range(0x3400, 0x4DB6)}
    assert fonts.missing_characters("".join(sorted(han | extension_a))) == []


def test_characters_without_a_font_are_named_once_and_in_order() -> None:
    assert fonts.missing_characters("甲\ue001乙\ue000\ue001") == ["\ue001", "\ue000"]


def test_what_cannot_be_seen_needs_no_font() -> None:
    assert fonts.missing_characters(" \t\n\u3000\u200b\u200d\ufe0f\U000e0100") == []


@pytest.mark.converter
def test_digits_and_letters_are_drawn_as_light_as_the_characters_beside_them_and_digits_half_as_wide() -> None:
    own = TTFont(fonts.folder() / "FandolFang-Regular.otf")
    drawn = TTFont(fonts.drawn_folder() / "FandolFang-Regular.ttf")
    assert _ink(drawn, string.ascii_letters) < 0.85 * _ink(own, string.ascii_letters)
    assert _ink(drawn, string.digits) < 0.9 * _ink(own, string.digits)
    assert _ink(drawn, "公开信息") == pytest.approx(_ink(own, "公开信息"), rel=0.01)
    assert {drawn["hmtx"][drawn.getBestCmap()[ord(digit)]][0] for digit in string.digits} == {500}


def _ink(font: TTFont, text: str) -> float:
    """How much of the paper a text blackens, in square units of the font."""
    pen, glyphs = AreaPen(), font.getGlyphSet()
    inked = 0.0
    for char in text:
        glyphs[font.getBestCmap()[ord(char)]].draw(pen)
        inked, pen.value = inked + abs(pen.value), 0
    return inked


def test_the_fonts_are_asked_for_once_until_one_of_them_changes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole, asked, run = fonts.folder(), [], subprocess.run

    def count(command: list[str], **how: object) -> object:
        asked.append(command[0])
        return run(command, **how)  # type: ignore[call-overload]

    own = tmp_path / "fonts"
    own.mkdir()
    monkeypatch.setenv("GIPDOCS_FONTS", str(own))
    monkeypatch.setenv("GIPDOCS_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(fonts, "SYSTEM_FOLDERS", ())
    monkeypatch.setattr(subprocess, "run", count)
    (tmp_path / "cache").mkdir()
    for name in ("FandolHei-Regular.otf", "FandolSong-Regular.otf"):
        (own / name).write_bytes((whole / name).read_bytes())
        ranked = [fonts.rank_fonts("宋体", "%{family}|") for _ in range(2)]
        assert ranked[0] == ranked[1] and name.partition("-")[0] in ranked[0]
    assert asked == ["fc-match", "fc-match"]
    (own / name).unlink()
    (own / name).write_bytes((whole / "FandolHei-Regular.otf").read_bytes())
    assert "FandolSong" not in fonts.rank_fonts("宋体", "%{family}|") and len(asked) == 3
