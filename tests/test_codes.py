"""Every code in the source is listed with its meaning, every listed code is used, and the page of codes is true."""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from gipdocs import health
from gipdocs.codes import read_finding_codes, render_page
from gipdocs.errors import SetupError
from gipdocs.questions.codes import CODES, FILES
from gipdocs.reports.rules import RULES

pytestmark = pytest.mark.slow
ROOT = Path(__file__).resolve().parents[1]
OURS = read_finding_codes([ROOT / "plugins"])
LISTED = {**CODES, **FILES, **OURS, **RULES}
AILMENTS = health.CODES
"""The codes of what a machine lacks, which docs/operations.md lists."""
# Codes of other kinds: how a spreadsheet shows a number, a line of the report or a mark before a paragraph.
OTHER_CODES = {"show", "show_text", "_sections", "Outcome"}
CODE = re.compile(r"[A-Za-z][A-Za-z0-9_-]*")


@cache
def sources() -> dict[Path, list[ast.AST]]:
    """Every module of ours with all its nodes."""
    paths = (path for part in ("gipdocs", "plugins") for path in sorted((ROOT / part).rglob("*.py")))
    return {path: list(ast.walk(ast.parse(path.read_text(encoding="utf-8")))) for path in paths}


def own_places(nodes: list[ast.AST]) -> dict[str, set[int | None]]:
    """The functions and classes that a module declares, with the places of their parameter or field `code`."""
    found = defaultdict[str, set[int | None]](set)
    for node in nodes:
        if isinstance(node, ast.FunctionDef):
            found[node.name] |= place_of_code(node)
        elif isinstance(node, ast.ClassDef):
            named = (one.target for one in node.body if isinstance(one, ast.AnnAssign))
            fields = [one.id for one in named if isinstance(one, ast.Name)]
            found[node.name] |= {fields.index("code")} if "code" in fields else set()
            for method in node.body:
                if isinstance(method, ast.FunctionDef) and method.name in ("__init__", "__new__"):
                    found[node.name] |= place_of_code(method)
    return {name: set() if name in OTHER_CODES else places for name, places in found.items()}


def place_of_code(function: ast.FunctionDef) -> set[int | None]:
    names = [one.arg for one in (*function.args.posonlyargs, *function.args.args) if one.arg not in ("self", "cls")]
    if "code" in names:
        return {names.index("code")}
    return {None} if "code" in [one.arg for one in function.args.kwonlyargs] else set()


@cache
def declared() -> dict[Path, dict[str, set[int | None]]]:
    return {path: own_places(nodes) for path, nodes in sources().items()}


@cache
def declared_anywhere() -> dict[str, set[int | None]]:
    names = {name for own in declared().values() for name in own}
    return {name: set().union(*(own.get(name, set()) for own in declared().values())) for name in names}


def places_known_in(path: Path) -> dict[str, set[int | None]]:
    """Where the functions that a module declares or imports take a code; those of a package as anywhere declared."""
    known = dict(declared_anywhere())
    for node in sources()[path]:
        if isinstance(node, ast.ImportFrom) and node.module:
            homes = [own for file, own in declared().items() if file.stem == node.module.rpartition(".")[2]]
            for name in (one.name for one in node.names):
                if places := [own[name] for own in homes if name in own]:
                    known[name] = set().union(*places)
    return known | declared()[path]


def spelled(node: ast.AST) -> Iterator[str]:
    """What an expression may be as text: literals, both ends of a choice, a pattern where something is put in."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str) and CODE.fullmatch(node.value):
        yield re.escape(node.value)
    elif isinstance(node, ast.IfExp):
        yield from (*spelled(node.body), *spelled(node.orelse))
    elif isinstance(node, ast.JoinedStr):
        parts = [re.escape(part.value) if isinstance(part, ast.Constant) else ".+" for part in node.values]
        text = "".join(parts)
        if CODE.fullmatch(text.replace(".+", "x").replace("\\", "")):
            yield text


def codes_in(path: Path) -> Iterator[tuple[int, str]]:
    """Line and pattern of every code that a module spells: in a call that takes one, or in a table looped over as `code`."""
    known = places_known_in(path)
    for node in sources()[path]:
        if isinstance(node, ast.Call):
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            places = known.get(name, set())
            given = [one.value for one in node.keywords if one.arg == "code" and places]
            given += [node.args[place] for place in places if place is not None and place < len(node.args)]
            if name == "getattr" and isinstance(node.args[1], ast.Constant) and node.args[1].value == "code":
                given += node.args[2:]
            yield from ((node.lineno, code) for one in given for code in spelled(one))
        elif isinstance(node, ast.For | ast.comprehension) and isinstance(node.target, ast.Tuple):
            names = [getattr(one, "id", "") for one in node.target.elts]
            rows = node.iter.elts if isinstance(node.iter, ast.Tuple | ast.List) and "code" in names else []
            for row in rows:
                if isinstance(row, ast.Tuple):
                    yield from ((row.lineno, code) for code in spelled(row.elts[names.index("code")]))


def strings() -> Iterator[str]:
    for nodes in sources().values():
        for node in nodes:
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                yield node.value


@cache
def spelt() -> list[tuple[Path, int, str]]:
    """Every code in the source, with its place."""
    return [(path, line, code) for path in sources() for line, code in codes_in(path)]


def test_every_code_in_the_source_is_listed() -> None:
    unlisted = [
        f"{path.relative_to(ROOT)}:{line}: {code}"
        for path, line, code in spelt()
        if not any(re.fullmatch(code, one) for one in {**LISTED, **AILMENTS})
    ]
    assert unlisted == []
    assert len(spelt()) > 150  # the walk finds them


def test_every_listed_code_is_used() -> None:
    said = set(strings())
    called = {code for _, _, code in spelt()}
    patterns = [code for code in called if ".+" in code]
    assert [code for code in OURS if code not in said and not any(re.fullmatch(one, code) for one in patterns)] == []
    # The table itself spells the codes of refused input, so these must be spelled in a call.
    assert [code for code in {**CODES, **FILES} if re.escape(code) not in called] == []


def test_codes_are_spelled_one_way_and_listed_once() -> None:
    assert [
        code
        for code in {**CODES, **FILES, **OURS}
        if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", code) and code != "NOT-TESTED"
    ] == []
    assert (CODES.keys() | FILES.keys()) & OURS.keys() == set()
    assert CODES.keys() & FILES.keys() == set()
    assert all(meaning and not meaning.endswith("。") for meaning in {**CODES, **FILES, **OURS}.values())


def test_the_page_of_codes_is_what_the_tables_say() -> None:
    told = (ROOT / "docs" / "codes.md").read_text(encoding="utf-8")
    assert told == render_page([ROOT / "plugins"]), "run: .venv/bin/python -m gipdocs.codes > docs/codes.md"


def test_a_folder_of_plugins_lists_its_own_codes(tmp_path: Path) -> None:
    assert read_finding_codes([tmp_path]) == read_finding_codes()
    (tmp_path / "codes.toml").write_text('borrowed-twice = "同一物品借了两次"\n', encoding="utf-8")
    assert read_finding_codes([tmp_path])["borrowed-twice"] == "同一物品借了两次"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('late = "又一次"\n', "别处已经列出"),
        ("borrowed = 3\n", "应为文字"),
        ("borrowed\n", "codes.toml"),
    ],
)
def test_a_wrong_list_of_codes_stops_the_start(tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / "codes.toml").write_text(text, encoding="utf-8")
    with pytest.raises(SetupError, match=said):
        read_finding_codes([tmp_path])
