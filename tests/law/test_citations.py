"""What is cited: each rule of data/citations.toml is cited somewhere, and nothing cites a rule that isn't there."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path
from string import Formatter

import pytest

from gipdocs.law import Law
from gipdocs.law.citations import Citation

from .conftest import TODAY

ROOT = Path(__file__).resolve().parents[2]
SOURCES = [path for folder in ("gipdocs", "plugins") for path in sorted((ROOT / folder).rglob("*.py"))]
WORDINGS = sorted((ROOT / "doc_templates" / "wording").glob("*.txt"))
CALLS = {"cite"}
KEYWORDS = {"cites"}
TEXTS = {"Cited"}
"""Calls whose arguments, keywords and texts name citations."""


def cited() -> Iterator[tuple[str, str]]:
    """Every key that is cited, with the file that cites it; keys that a table or a constant holds are not in it."""
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            yield from ((key, path.name) for key in _of(node))
    for path in WORDINGS:
        yield from ((key, path.name) for key in re.findall(r"\blaw\.(\w+)", path.read_text(encoding="utf-8")))


def _of(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Call):
        name = getattr(node.func, "attr", getattr(node.func, "id", ""))
        if name in CALLS:
            yield from _strings(*node.args)
        if name in TEXTS:
            yield from (field.partition(".")[0] for text in _strings(*node.args) for _, field, _, _ in _fields(text))
        yield from (key for one in node.keywords if one.arg in KEYWORDS for key in _strings(one.value))
    if isinstance(node, ast.Subscript) and getattr(node.value, "attr", "") == "citations":
        yield from _strings(node.slice)


def _fields(text: str) -> Iterator[tuple[str, str, str, str]]:
    yield from (one for one in Formatter().parse(text) if one[1])  # type: ignore[misc]  # a field has a name


def _strings(*nodes: ast.AST) -> Iterator[str]:
    for node in nodes:
        parts = node.elts if isinstance(node, ast.Tuple) else [node]
        yield from (one.value for one in parts if isinstance(one, ast.Constant) and isinstance(one.value, str))


@pytest.mark.slow
def test_every_rule_that_is_cited_is_in_the_data(law: Law) -> None:
    found = list(cited())
    assert len(found) > 150
    assert sorted({(key, file) for key, file in found if key not in law.citations}) == []


def test_every_rule_in_the_data_is_cited(law: Law) -> None:
    texts = "\n".join(path.read_text(encoding="utf-8") for path in [*SOURCES, *WORDINGS])
    spelled = set(re.findall(r"[\"'{.]([a-z_0-9]+)", texts)) | {f"reconsideration_{key}" for key in ("first", "ruling")}
    assert sorted(set(law.citations) - spelled) == []


def test_no_two_rules_are_the_same_article(law: Law) -> None:
    places = [(row.article.act.key, row.article.place) for (*_, row) in law.citations.values()]
    assert [place for place in places if places.count(place) > 1] == []


def test_every_rule_says_what_it_is_about(law: Law) -> None:
    assert all(row.about for rows in law.citations.values() for row in rows)


def test_an_article_of_which_several_parts_are_cited_can_be_named_once(law: Law) -> None:
    today = law.on(TODAY)
    assert today.cite("answer_at_once", "answer_in_time").abridged == "第三十三条第一款、第二款"
    assert today.cite("answer_in_time", "joint_agencies").abridged == "第三十三条第二款、第三十四条"
    assert today.cite("correction", "correction").abridged == "第三十条、第三十条"
    assert Citation(()).abridged == ""


def test_a_citation_can_be_copied(law: Law) -> None:
    citation = law.on(TODAY).cite("correction")
    assert deepcopy({"basis": citation})["basis"].short == citation.short == "条例第三十条"
