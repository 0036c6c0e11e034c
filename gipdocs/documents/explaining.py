"""Explains in Chinese why a plugin failed, with the line in the plugin and, if it is known, the cure."""

from __future__ import annotations

import re
import sysconfig
from collections.abc import Iterable
from dataclasses import fields
from difflib import get_close_matches
from pathlib import Path

from gipdocs.documents.document import Document
from gipdocs.errors import GipdocsError

OURS = str(Path(__file__).resolve().parents[1])
PYTHONS, INSTALLED = sysconfig.get_path("stdlib"), sysconfig.get_path("purelib")
LONGEST = 60
"""How many characters of Python's message, or of a line of code, are quoted."""


def explain(error: BaseException) -> str:
    """The error as a Chinese sentence without a full stop, preceded by the place in the plugin: x.py第3行：…"""
    if isinstance(error, GipdocsError):
        told = str(error).rstrip("。")
    elif isinstance(error, SyntaxError):
        line = (error.text or "").strip()[:LONGEST]
        return f"{_place(error.filename, error.lineno)}“{line}”不合Python的语法，请检查括号、引号、冒号和缩进"
    else:
        told = _told(error)
    return _place(*_frame(error)) + told


def _place(file: str | None, line: int | None) -> str:
    return f"{Path(file).name}第{line}行：" if file and line else ""


def _frame(error: BaseException) -> tuple[str | None, int | None]:
    """File and line of the innermost frame in the plugin's code, rather than in gipdocs or a library."""
    frames, trace = [], error.__traceback__
    while trace:
        frames.append((trace.tb_frame.f_code.co_filename, trace.tb_lineno))
        trace = trace.tb_next
    installed = [(file, line) for file, line in frames if file.startswith(INSTALLED)]
    typed = [(file, line) for file, line in frames if not file.startswith(("<", OURS, PYTHONS, INSTALLED))]
    chosen = typed or installed
    return chosen[-1] if chosen else (None, None)


def _told(error: BaseException) -> str:
    text = str(error)
    if found := re.search(r"unexpected keyword argument '(\w+)'", text):
        known = [field.name for field in fields(Document)] if "Document" in text else []
        return f"没有“{found[1]}”这一项{_perhaps(found[1], known)}，请核对名称"
    if found := re.search(r"missing \d+ required [\w-]+ arguments?: (.+)", text):
        missing = re.findall(r"'(\w+)'", found[1])
        return f"缺少{'、'.join(missing)}，请补上"
    if isinstance(error, ModuleNotFoundError):
        return f"引用的模块“{error.name}”不存在，请核对名称，或者先安装"
    if isinstance(error, ImportError) and (found := re.search(r"cannot import name '(\w+)' from '([\w.]+)'", text)):
        return f"{found[2]}里没有“{found[1]}”，请核对名称"
    if isinstance(error, NameError):
        return f"用到的名称“{error.name}”没有定义，请核对名称或者引用它"
    if isinstance(error, AttributeError):
        return f"用到的“{error.name}”不存在，请核对名称"
    if isinstance(error, KeyError):
        return f"没有名为“{error.args[0]}”的项；可以不填的，用answers.get(…)取"
    return f"出错（{type(error).__name__}）{f'，Python的原话是“{text[:LONGEST]}”' if text else ''}"


def _perhaps(name: str, known: Iterable[str]) -> str:
    close = get_close_matches(name, list(known), 1)
    return f"，是不是“{close[0]}”" if close else ""
