"""Reads TOML within limits: the time and memory of Python's reader grow with the square of a key's parts."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

from gipdocs.strictjson import is_deep

LARGEST = 256 * 1024  # bytes
MOST_PARTS = 100
"""The most parts between the dots of one line."""
MOST_DOTS = 10_000
"""The most dots in the whole text."""
NESTED = "表、方括号或者花括号嵌套过深，请减少层次。"
TWICE = re.compile("overwrite|twice|mutate|already")
PLACE = re.compile(r"\(at line (\d+), column (\d+)\)")


class NotToml(Exception):
    """The text can't be read; the message is a Chinese sentence that says what is wrong and where."""


def read_file(path: Path) -> dict[str, Any]:
    """The table in a file, of which only the allowed size is read; NotToml as below, OSError if it can't be opened."""
    with path.open("rb") as file:
        return read_toml(file.read(LARGEST + 1))


def read_toml(data: bytes) -> dict[str, Any]:
    """The table of a TOML text in UTF-8; NotToml if it is not TOML or is too large."""
    if len(data) > LARGEST:
        raise NotToml(f"文件超过{LARGEST // 1024}KB，请分成几份，或者删去无关的内容。")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise NotToml(f"第{line}行不是UTF-8编码，请另存为UTF-8编码的文本。") from None
    _check_dots(text)
    try:
        table = tomllib.loads(text)
    except RecursionError:
        raise NotToml(NESTED) from None
    except tomllib.TOMLDecodeError as error:
        raise NotToml(_where(str(error))) from None
    except ValueError:  # the number is longer than Python converts to an int
        raise NotToml("有过长的数字，请核对。") from None
    if is_deep(table):
        raise NotToml(NESTED)
    return table


def _check_dots(text: str) -> None:
    """Refuse too many dots that may separate the parts of a key; of consecutive dots only one is counted."""
    for number, line in enumerate(text.split("\n"), 1):
        if line.count(".") >= MOST_PARTS and sum(map(bool, line.split("."))) > MOST_PARTS:
            raise NotToml(f"第{number}行有{MOST_PARTS}个以上的点号，请核对这一行的写法，或者把文字分成几行。")
    if text.count(".") > MOST_DOTS and sum(map(bool, text.split("."))) > MOST_DOTS:
        raise NotToml(f"文件里的点号超过{MOST_DOTS}个，请核对写法。")


def _where(error: str) -> str:
    place = PLACE.search(error)
    where = f"第{place[1]}行第{place[2]}个字符附近" if place else "文件末尾" if "end of document" in error else "文件"
    if TWICE.search(error):
        return f"{where}的一项写了两次，请删去重复的一项。"
    return f"{where}的写法不符合TOML，请检查引号、方括号和等号。"
