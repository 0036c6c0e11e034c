"""The free font that stands in for each official one, and the characters that none of them can draw."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import threading
import unicodedata
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from xml.sax.saxutils import escape

from gipdocs.errors import SetupError
from gipdocs.pdf.places import find_cached, fingerprint

SYSTEM_FOLDERS = (Path("/usr/share/fonts"), Path("/usr/local/share/fonts"))

FALLBACKS = ("LXGW WenKai Light", "Noto Serif CJK SC", "Noto Sans CJK SC", "HanaMinA", "HanaMinB")
"""Tried in this order for a character that the first font of a chain lacks: the Fandol fonts lack characters of everyday
names, and only HanaMinA has the ballot boxes ☐ and ☑."""

FANDOL = (
    "FandolFang-Regular.otf",
    "FandolHei-Regular.otf",
    "FandolKai-Regular.otf",
    "FandolSong-Bold.otf",
    "FandolSong-Regular.otf",
)
"""The files that set-up puts into `folder()`."""

LATIN = {"FandolFang-Regular.otf": "FandolSong-Regular.otf"}
"""The font that lends a converted font its digits, Latin letters and ASCII signs: its own are much heavier than its Han
characters. In both fonts a digit is half as wide as a Han character, so no line becomes longer."""


@dataclass(frozen=True, kw_only=True)
class Chain:
    """The free fonts that stand in for an official one, best first; `names` are its names in documents."""

    names: tuple[str, ...]
    fonts: tuple[str, ...]
    bold: bool = False


BODY = "仿宋_GB2312"

CHAINS = (
    Chain(
        names=("方正小标宋简体", "方正小标宋_GBK", "FZXiaoBiaoSong-B05S"),
        fonts=("FandolSong", "Noto Serif CJK SC", *FALLBACKS),
        bold=True,
    ),
    Chain(names=(BODY, "仿宋", "FangSong", "FangSong_GB2312"), fonts=("FandolFang R", "FandolFang", *FALLBACKS)),
    Chain(names=("楷体_GB2312", "楷体", "KaiTi", "KaiTi_GB2312"), fonts=("FandolKai", "LXGW WenKai", *FALLBACKS)),
    Chain(names=("黑体", "SimHei"), fonts=("FandolHei", "Noto Sans CJK SC", *FALLBACKS)),
    Chain(names=("宋体", "SimSun", "NSimSun"), fonts=("FandolSong", "Noto Serif CJK SC", *FALLBACKS)),
    Chain(names=("Times New Roman",), fonts=("Liberation Serif", *FALLBACKS)),
    Chain(names=("Arial", "Calibri"), fonts=("Liberation Sans", *FALLBACKS)),
)


def folder() -> Path:
    """Where set-up puts the Fandol fonts; the environment variable GIPDOCS_FONTS overrides it."""
    return Path(os.environ.get("GIPDOCS_FONTS") or Path(sys.prefix) / "share" / "gipdocs" / "fonts").absolute()


def drawn_folder() -> Path:
    """The folder of Fandol fonts that LibreOffice sees: the converted ones if they exist, else the originals."""
    converted = converted_folder()
    return converted if converted.is_dir() else folder()


def converted_folder() -> Path:
    """Where the converted fonts are; the name changes with the source files and with the conversion."""
    sizes = [(folder() / name).stat().st_size for name in FANDOL if (folder() / name).is_file()]
    return find_cached(f"truetype-{fingerprint(folder(), LATIN, *sizes)}")


def missing_fonts() -> list[str]:
    """The file names and families that set-up should have installed and that are missing."""
    files = [name for name in FANDOL if not (folder() / name).is_file()]
    known = {family for face in find_installed() for family in face.families}
    needed = dict.fromkeys((*FALLBACKS, "Liberation Serif"))
    return files + [family for family in needed if family not in known]


def _configure(cache: Path) -> str:
    """The text of a fontconfig file that admits only the fonts of the chains, so that every machine draws the same."""
    families = dict.fromkeys(font for chain in CHAINS for font in chain.fonts)
    accepted = "".join(f"<pattern>{_patelt('family', family)}</pattern>" for family in families)
    folders = "\n".join(f"  <dir>{escape(str(path))}</dir>" for path in (*SYSTEM_FOLDERS, drawn_folder()))
    rules = "\n".join(_rule(name, chain) for chain in CHAINS for name in chain.names)
    return f"""<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd">
<fontconfig>
{folders}
  <cachedir>{escape(str(cache))}</cachedir>
  <selectfont>
    <acceptfont>{accepted}</acceptfont>
    <rejectfont><pattern><patelt name="scalable"><bool>true</bool></patelt></pattern></rejectfont>
    <rejectfont><pattern><patelt name="scalable"><bool>false</bool></patelt></pattern></rejectfont>
  </selectfont>
  <!-- The bold face declares the weight of the regular one. -->
  <match target="scan">
    <test name="fullname" compare="eq"><string>FandolSong Bold</string></test>
    <edit name="weight" mode="assign"><const>bold</const></edit>
  </match>
{rules}
  <match target="pattern">
    <edit name="family" mode="append_last" binding="weak">{_strings(FALLBACKS)}</edit>
  </match>
</fontconfig>
"""


def ensure_configuration() -> Path:
    """Write the configuration, with its cache beside it, where LibreOffice and the font commands read it; the path."""
    place = find_cached(f"fonts-{fingerprint(_configure(Path()))}")
    file = place / "fonts.conf"
    if not file.is_file():
        draft = place / f"fonts.conf.{os.getpid()}"
        try:
            place.mkdir(exist_ok=True)
            draft.write_text(_configure(place), encoding="utf-8")
            draft.replace(file)
        except OSError as error:
            raise SetupError(f"缓存目录 {place} 不能写入：请用环境变量 GIPDOCS_CACHE 另指定一个可写的目录。") from error
    return file


def _patelt(name: str, value: str) -> str:
    return f'<patelt name="{name}"><string>{escape(value)}</string></patelt>'


def _strings(values: Iterable[str]) -> str:
    return "".join(f"<string>{escape(value)}</string>" for value in dict.fromkeys(values))


def _rule(name: str, chain: Chain) -> str:
    weight = '<edit name="weight" mode="assign" binding="strong"><const>bold</const></edit>' if chain.bold else ""
    return f"""  <match target="pattern">
    <test name="family" compare="eq" qual="any"><string>{escape(name)}</string></test>
    <edit name="family" mode="assign" binding="strong">{_strings(chain.fonts)}</edit>{weight}
  </match>"""


def missing_characters(text: str, *, font: str = BODY) -> list[str]:
    """The characters of `text` that no font in the chain of `font` can draw, each once and in order."""
    return [char for char in dict.fromkeys(text) if not _is_invisible(char) and not _is_drawn(ord(char), font)]


def _is_invisible(char: str) -> bool:
    return unicodedata.category(char) in {"Cc", "Cf", "Zs", "Zl", "Zp"} or _selects_variant(char)


def _selects_variant(char: str) -> bool:
    return "\ufe00" <= char <= "\ufe0f" or "\U000e0100" <= char <= "\U000e01ef"


@dataclass(frozen=True)
class Face:
    """An installed font: its families, and the first and last code points of the ranges that it draws."""

    families: tuple[str, ...]
    starts: tuple[int, ...]
    ends: tuple[int, ...]

    def draws(self, point: int) -> bool:
        """Whether it has a glyph for the code point."""
        place = bisect_right(self.starts, point) - 1
        return place >= 0 and point <= self.ends[place]


@cache
def _find_chain(font: str) -> tuple[Face, ...]:
    """The installed faces in the chain of an official font."""
    wanted = next(chain.fonts for chain in CHAINS if font in chain.names)
    return tuple(face for face in find_installed() if not set(wanted).isdisjoint(face.families))


@cache
def _is_drawn(point: int, font: str) -> bool:
    return any(face.draws(point) for face in _find_chain(font))


@cache
def find_installed() -> tuple[Face, ...]:
    """Every installed font that a chain names."""
    return tuple(_read_face(line) for line in list_fonts("%{family}|%{charset}\n").splitlines())


def _read_face(line: str) -> Face:
    families, _, ranges = line.partition("|")
    pairs = [part.partition("-") for part in ranges.split()]
    starts = tuple(int(first, 16) for first, _, _ in pairs)
    ends = tuple(int(last or first, 16) for first, _, last in pairs)
    return Face(tuple(families.split(",")), starts, ends)


def list_fonts(format: str) -> str:
    """Every installed font that a chain names, in a format of fc-list; SetupError without fontconfig."""
    return _ask(["fc-list", "--format", format])


def rank_fonts(name: str, format: str) -> str:
    """The fonts that draw Chinese text for which a document names a font, best first, in a format of fc-match."""
    return _ask(["fc-match", "--sort", "--format", format, name.replace("-", r"\-") + ":lang=zh-cn"])


def _ask(command: list[str]) -> str:
    """The answer of a font command, which is kept beside the configuration until a font changes."""
    configuration = ensure_configuration()
    kept = configuration.with_name(f"asked-{fingerprint(*command, *_installed())}")
    with suppress(OSError, UnicodeDecodeError):
        return kept.read_text(encoding="utf-8")
    environment = {**os.environ, "FONTCONFIG_FILE": str(configuration)}
    try:
        answer = subprocess.run(command, capture_output=True, text=True, check=True, env=environment).stdout
    except (OSError, subprocess.CalledProcessError) as error:
        raise SetupError("查不到本机字体：请安装 fontconfig 软件包（提供 fc-list 命令）后重试。") from error
    with suppress(OSError):
        if not answer:  # fontconfig's own cache may have been in the way
            return answer
        draft = kept.with_name(f"{kept.name}.{os.getpid()}.{threading.get_ident()}")
        draft.write_text(answer, encoding="utf-8")
        draft.replace(kept)
    return answer


def _installed() -> Iterator[str]:
    """What changes with the fonts on this machine, and with the commands that know them."""
    for command in ("fc-list", "fc-match"):
        found = shutil.which(command)
        yield f"{found} {os.stat(found).st_mtime_ns}" if found else command
    for folder in (*SYSTEM_FOLDERS, drawn_folder()):
        for place, _, names in os.walk(folder, followlinks=True):
            for path in sorted(os.path.join(place, name) for name in names):
                with suppress(OSError):
                    state = os.stat(path)
                    yield f"{path} {state.st_size} {state.st_mtime_ns}"
