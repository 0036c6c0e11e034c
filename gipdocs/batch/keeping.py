"""What no database keeps: it is refused when a batch is ordered, with its place, rather than lost or altered later."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator
from itertools import chain
from typing import Any

from gipdocs.batch.orders import Order
from gipdocs.errors import Fault, token
from gipdocs.questions.characters import plain

UNKEPT = re.compile("[\x00\ud800-\udfff]")
"""NUL, which is the end of a text elsewhere, and halves of characters."""
LONGEST = {"title": 200, "name": 200, "case": 40, "webhook": 500}
LABELS = {"title": "批次的名称", "name": "文件的名称", "case": "案件的编号", "webhook": "完成通知的地址"}


def find_unkept(wanted: Order) -> Iterator[Fault]:
    """Each text of an order that is too long or can't be stored, and each number that is none."""
    yield from _texts("", {"title": wanted.title, "webhook": wanted.webhook, "source_name": wanted.source_name})
    yield from _values("/base", wanted.base)
    yield from _values("/names", [*wanted.names])
    for index, row in enumerate(wanted.rows):
        yield from _texts(f"/items/{index}", {"name": row.name, "case": row.case or ""})
        yield from _values(f"/items/{index}/answers", row.answers)


def _texts(pointer: str, texts: dict[str, str]) -> Iterator[Fault]:
    for name, text in texts.items():
        if len(text) > LONGEST.get(name, len(text)):
            yield Fault(f"{pointer}/{name}", "too-long", f"{LABELS[name]}最多{LONGEST[name]}个字，请写短一些。")
        yield from _values(f"{pointer}/{name}", text)


def _values(pointer: str, value: Any) -> Iterator[Fault]:
    if not _is_kept(value):
        yield from _find(pointer, value)


def _is_kept(value: Any) -> bool:
    """Whether all of it can be kept, or seems not to; quick, as a batch may have many rows."""
    try:
        text = json.dumps(value, ensure_ascii=False, allow_nan=False)
        text.encode()
    except ValueError:
        return False
    return "\\u0000" not in text


def _find(pointer: str, value: Any) -> Iterator[Fault]:
    if isinstance(value, dict):
        below = ((str(key), one) for key, one in value.items())
        yield from chain.from_iterable(_find_below(pointer, key, one) for key, one in below)
    elif isinstance(value, list):
        yield from chain.from_iterable(_find(f"{pointer}/{index}", one) for index, one in enumerate(value))
    elif isinstance(value, str) and (found := UNKEPT.search(value)):
        detail = f"内容里有不能保存的字符{plain(found[0])}，请删去。"
        yield Fault(pointer, "character", detail)
    elif isinstance(value, float) and not math.isfinite(value):
        yield Fault(pointer, "range", "这个数过大，不能保存，请改正。")


def _find_below(pointer: str, key: str, value: Any) -> Iterator[Fault]:
    if UNKEPT.search(key):
        yield Fault(f"{pointer}/{token(plain(key))}", "character", "名称里有不能保存的字符，请删去。")
    else:
        yield from _find(f"{pointer}/{token(key)}", value)
