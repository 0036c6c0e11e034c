"""Jinja's errors in a layout or a wording, in the language of the office and with the line.

To get the line, callers pass the source with one paragraph a line.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from difflib import get_close_matches
from io import StringIO
from typing import Any

import jinja2
from jinja2 import nodes
from jinja2.compiler import CodeGenerator, Frame
from jinja2.exceptions import SecurityError
from jinja2.idtracking import VAR_LOAD_RESOLVE

FAILURES = (jinja2.TemplateError, TypeError, ValueError, ArithmeticError, LookupError, RecursionError, MemoryError)
"""What filling can raise if a tag is wrong or a value isn't what the tag expects."""
SWALLOWING = {
    nodes.Macro: "macro",
    nodes.CallBlock: "call",
    nodes.FilterBlock: "filter",
    nodes.AssignBlock: "set",
    nodes.Block: "block",
    nodes.Extends: "extends",
    nodes.Include: "include",
    nodes.Import: "import",
    nodes.FromImport: "from",
}
"""Statements that move text to another place, so that it would be impossible to verify that no word is lost."""
STATEMENT = re.compile(r"\{%[-+]?\s*(if|for|endif|endfor)\b")
PREFIXES = ("tr", "tc", "p", "r")
WORDS = {
    "end of print statement": "}}",
    "end of statement block": "%}",
    "begin of print statement": "{{",
    "begin of statement block": "{%",
    "end of template": "末尾",
}
SENTENCES = (
    (r"unexpected char '(.+)' at \d+", "有不能用的字符“{0}”（括号、引号、逗号请用半角）"),
    (r"unexpected '(.+)'", "“{0}”多余或者没有成对"),
    (r"Expected an expression, got '(.+)'", "“{0}”之前没有写完"),
    (r"expected token '(.+)', got '(.+)'", "应当写“{0}”的地方写了“{1}”"),
    (r"No filter named '(.+)'", "没有名为“{0}”的过滤器"),
    (r"No test named '(.+)'", "没有名为“{0}”的判断"),
    (r"Missing end of (?:comment|raw)", "没有写完"),
    (r"access to attribute '(.+)' of '.+' object is unsafe", "不能使用“{0}”"),
    (r"has no attribute '(.+)'", "用到的“{0}”不存在"),
    (r"has no element (\S+)", "用到的第{0}项不存在"),
)


PRINTABLE_BY: tuple[tuple[type | tuple[type, ...], str], ...] = (
    (bool, "“是”“否”不能直接印，用{% if … %}写成句子，或者在context里换成文字"),
    (type(None), "没有内容的，在context里给空文字"),
    ((Decimal, float), "金额用gipdocs.writing的amount写成文字，其他的数用plain_number"),
    (date, "日期用gipdocs.writing的chinese_date写成文字"),
    ((list, tuple), "几项内容的，用{% for … %}逐项写，或者在context里连成文字"),
    (Mapping, "一组内容的，写明印其中哪一项，例如{{ 名称.项 }}"),
    (object, "请在context里换成文字"),
)
"""What to do with a value that is neither text nor a whole number."""


class NotPrintable(jinja2.TemplateError):
    """The `value` of a placeholder is neither text nor a whole number."""

    def __init__(self, value: Any) -> None:
        self.value = value
        super().__init__(f"{type(value).__name__} cannot be printed")


@dataclass(frozen=True)
class Compiled:
    """A source as a template, and the names that it uses.

    `parts` say how it uses them: `{{ law.review.place }}` and `{{ law["review"].place }}` are ("law", "review", "place");
    a name used as a whole, as in `{% for key in law %}`, is ("law",).
    """

    template: jinja2.Template
    names: frozenset[str]
    parts: frozenset[tuple[str, ...]]


class NamingGenerator(CodeGenerator):
    """Generates a template's code and collects the `names` that the code takes from the context.

    `jinja2.meta.find_undeclared_variables` finds the same names, but generates the code a second time.
    """

    def __init__(self, environment: jinja2.Environment) -> None:
        self.code = StringIO()
        self.names: set[str] = set()
        super().__init__(environment, None, None, self.code)

    def enter_frame(self, frame: Frame) -> None:
        super().enter_frame(frame)
        taken = {name for action, name in frame.symbols.loads.values() if name and action == VAR_LOAD_RESOLVE}
        self.names |= taken - self.environment.globals.keys()


def compile_source(environment: jinja2.Environment, source: str) -> Compiled:
    """The source, compiled; TemplateSyntaxError also for statements that a layout or a wording may not use."""
    tree = environment.parse(source)
    if (found := next(tree.find_all(tuple(SWALLOWING)), None)) is not None:
        raise jinja2.TemplateSyntaxError(f"Encountered unknown tag '{SWALLOWING[type(found)]}'.", found.lineno)
    chains = frozenset(_chains(tree))
    generator = NamingGenerator(environment)
    generator.visit(tree)
    code = compile(generator.code.getvalue(), "<template>", "exec")
    template = jinja2.Template.from_code(environment, code, environment.make_globals(None))
    return Compiled(template, frozenset(generator.names), chains)


def _chains(tree: nodes.Node) -> Iterator[tuple[str, ...]]:
    """The chains of attributes in a tree, each in its full length."""
    for node in tree.iter_child_nodes():
        if chain := _chain(node):
            yield chain
        else:
            yield from _chains(node)


def _chain(node: nodes.Node) -> tuple[str, ...]:
    """The names in a chain of attributes that begins with a plain name; empty for anything else."""
    if isinstance(node, nodes.Name):
        return (node.name,) if node.ctx == "load" else ()
    if isinstance(node, nodes.Getattr):
        attribute: object = node.attr
    elif isinstance(node, nodes.Getitem) and isinstance(node.arg, nodes.Const):
        attribute = node.arg.value
    else:
        return ()
    above = _chain(node.node)
    return (*above, attribute) if above and isinstance(attribute, str) else ()


def line_of_fault(environment: jinja2.Environment, source: str, context: Mapping[str, Any] | None = None) -> int | None:
    """The line, counted from 1, at which parsing the source or, with a context, filling it fails; None if it doesn't."""
    try:
        template = compile_source(environment, source).template
        if context is not None:
            template.render(context)
    except FAILURES as error:
        return _line_of(error, source)
    return None


def _line_of(error: Exception, source: str) -> int | None:
    if isinstance(error, jinja2.TemplateSyntaxError):
        return _unclosed(source) if "nexpected end of template" in (error.message or "") else error.lineno
    found, trace = None, error.__traceback__
    while trace:
        if "__jinja_template__" in trace.tb_frame.f_globals or trace.tb_frame.f_code.co_filename.startswith("<"):
            found = trace.tb_lineno
        trace = trace.tb_next
    return found


def explain(error: Exception, context: Mapping[str, Any] | None = None, line: str = "") -> str:
    """The fault in Chinese, with the cure if it is known; `context` and the faulty `line` help to find the name."""
    if isinstance(error, NotPrintable):
        return _unprintable(error.value, context or {}, line)
    text = (error.message if isinstance(error, jinja2.TemplateError) else "") or str(error)
    if not isinstance(error, jinja2.TemplateError | SecurityError):
        return f"值的种类不对，算不出来（{type(error).__name__}）"
    if found := re.fullmatch(r"'(.+)' is undefined", text):
        close = get_close_matches(found[1], list(context or ()), 1)
        return f"用到的名称“{found[1]}”文书没有给出" + (f"，是不是“{close[0]}”" if close else "")
    if found := re.search(r"unknown tag '(\w+)'", text):
        return _unknown(found[1], text)
    if found := re.search(r"nexpected end of template.*needs to be closed is '(\w+)'", text):
        return f"{{% {found[1]} … %}}没有用{{% end{found[1]} %}}结束"
    for pattern, sentence in SENTENCES:
        if found := re.search(pattern, text):
            return sentence.format(*(WORDS.get(word, word) for word in found.groups()))
    return "占位符或者语句的写法有误"


def _unprintable(value: Any, context: Mapping[str, Any], line: str) -> str:
    """A sentence with the context's name for the value, preferably one that the line uses, and what to do about it."""
    places = [place for place in _places(context, value) if re.match(r"\w+", place)]
    used = [place for place in places if re.search(rf"\b{re.split(r'[.第]', place)[-1]}\b", line)]
    name = next(iter(used or places), "")
    cure = next(cure for kind, cure in PRINTABLE_BY if isinstance(value, kind))
    return (
        f"“{name}”的值不是文字（{type(value).__name__}），印不出来；{cure}"
        if name
        else (f"占位符的值不是文字（{type(value).__name__}），印不出来；{cure}")
    )


def _places(data: Any, value: Any, place: str = "") -> Iterator[str]:
    """Where in the context the value itself is: rows.amount if it is the amount of any row."""
    if data is value and place:
        yield place
    elif isinstance(data, Mapping):
        for key, below in data.items():
            yield from _places(below, value, f"{place}.{key}" if place else str(key))
    elif isinstance(data, list | tuple):
        for below in data:
            yield from _places(below, value, place)


def _unknown(word: str, text: str) -> str:
    """The message for a statement that Jinja doesn't know, or doesn't expect at this place."""
    if word.startswith("end") or word in ("else", "elif"):
        open_block = re.search(r"needs to be closed is '(\w+)'", text)
        first = word.removeprefix("end") if word.startswith("end") else "if"
        if open_block:
            return f"{{% {word} %}}之前的{{% {open_block[1]} … %}}还没有用{{% end{open_block[1]} %}}结束"
        return f"{{% {word} %}}之前没有对应的{{% {first} … %}}"
    if prefix := next((prefix for prefix in PREFIXES if word.startswith(prefix)), ""):
        return f"不认识语句“{word}”；如果想写{{%{prefix} … %}}，{{%与{prefix}之间不留空格，{prefix}之后空一格"
    return f"不能用语句“{word}”；条件用if、elif、else、endif，循环用for、endfor"


def _unclosed(source: str) -> int | None:
    """The line of the innermost condition or loop that isn't closed."""
    open_at: list[int] = []
    for number, line in enumerate(source.split("\n"), 1):
        for found in STATEMENT.finditer(line):
            if not found[1].startswith("end"):
                open_at.append(number)
            elif open_at:
                open_at.pop()
    return open_at[-1] if open_at else None
