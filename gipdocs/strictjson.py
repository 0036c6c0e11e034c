"""Reads JSON strictly: accepting duplicate keys, or NaN and the like, would lose what was sent."""

from __future__ import annotations

import json
import re
from codecs import BOM_UTF16_BE, BOM_UTF16_LE
from typing import Any

MOST_VALUES = 300_000
"""The most values in a text; a value of two bytes may take a hundred bytes of memory."""
DEEPEST = 100
UTF_16 = re.compile(rb"\x00[\t\n\r -~]|[\t\n\r -~]\x00")
"""How a JSON text in UTF-16 begins if it has no byte order mark: with a character of ASCII."""


class NotJson(ValueError):
    """The text can't be read; the message is a Chinese clause without a full stop that says what is wrong and where."""


def read_json(data: bytes | str, *, most: int = MOST_VALUES) -> Any:
    """The value of a UTF-8 JSON text, with or without a byte order mark; NotJson if it isn't one value or is too large.

    It may contain `most` values.
    """
    text = data if isinstance(data, str) else _decoded(data)
    if not text.strip():
        raise NotJson("没有内容")
    if sum(map(text.count, ",[{")) > most:
        raise NotJson(f"内容超过{most}项")
    try:
        value = json.loads(text, object_pairs_hook=_unique, parse_constant=_refuse)
    except RecursionError:
        raise NotJson(f"括号嵌套超过{DEEPEST}层") from None
    except json.JSONDecodeError as error:
        raise NotJson(f"第{error.lineno}行第{error.colno}个字符附近的写法有误") from None
    except NotJson:
        raise
    except ValueError:  # the number is longer than Python converts to an int
        raise NotJson("有过长的数字") from None
    if is_deep(value):
        raise NotJson(f"括号嵌套超过{DEEPEST}层")
    return value


def _decoded(data: bytes) -> str:
    if data.startswith((BOM_UTF16_LE, BOM_UTF16_BE)) or UTF_16.match(data):
        raise NotJson("文字编码是UTF-16，不是UTF-8")
    if b"\x00" in data:
        raise NotJson("内容不是文字")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise NotJson(f"第{line}行的文字编码不是UTF-8") from None


def is_deep(value: Any) -> bool:
    """Whether plain data is nested too deeply for recursive functions."""
    level = [value]
    for _ in range(DEEPEST):
        level = [below for one in level if isinstance(one, dict | list) for below in _below(one)]
        if not level:
            return False
    return True


def _below(value: dict[str, Any] | list[Any]) -> list[Any]:
    return list(value.values()) if isinstance(value, dict) else value


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise NotJson("同一层里有重复的名称")
    return found


def _refuse(name: str) -> None:
    raise NotJson(f"“{name}”不是JSON的数字")
