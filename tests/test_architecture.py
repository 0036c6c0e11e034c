"""The rules of the house that no other test sees: who may import whom, and what the machine may not know."""

from __future__ import annotations

import ast
import hashlib
import re
import subprocess
import sys
import tomllib
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from graphlib import CycleError, TopologicalSorter
from importlib.metadata import metadata, packages_distributions
from itertools import chain
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
GIPDOCS = sorted((ROOT / "gipdocs").rglob("*.py"))
PLUGINS = sorted((ROOT / "plugins").rglob("*.py"))
TESTS = sorted((ROOT / "tests").rglob("*.py"))

# What each part of gipdocs may import of the others. Arrows point down only; a new part needs a row here.
FLOOR = {"errors", "findings", "problemkinds"}
FILES = {"archives", "filekinds", "markup", "ooxml", "packing", "relationships", "strictjson", "stricttoml"}
GROUND = FLOOR | FILES | {"labels", "profile", "questions", "seals", "settings", "spreadsheets", "writing"}
MACHINE = GROUND | {"documents", "docx", "forms", "pdf"}
KNOWLEDGE = MACHINE | {"guide", "law", "letters", "published", "reports"}
SERVICE = KNOWLEDGE | {"access", "batch", "codes", "health", "passed", "register", "service", "store"}
ALLOWED = {
    "__init__": set(),
    "beginnings": set(),
    "findings": set(),
    "labels": set(),
    "errors": {"findings", "problemkinds"},
    "problemkinds": set(),
    "seals": FLOOR,
    "addresses": set(),
    "settings": FLOOR | {"addresses"},
    "store": FLOOR | {"settings"},
    "strictjson": FLOOR,
    "stricttoml": FLOOR | {"strictjson"},
    "archives": FLOOR,
    "packing": {"archives"},
    "filekinds": {"archives"},
    "markup": FLOOR,
    "ooxml": set(),
    "relationships": {"markup", "ooxml"},
    "writing": FLOOR,
    "spreadsheets": FLOOR | FILES | {"writing"},
    "questions": FLOOR | FILES | {"spreadsheets", "writing"},
    "profile": FLOOR | {"questions", "seals", "stricttoml", "writing"},
    "plots": {"ooxml", "writing"},
    "pdf": FLOOR | FILES | {"labels", "plots", "settings"},
    "drawing": FLOOR | FILES | {"pdf"},
    "typeset": FLOOR | FILES | {"drawing", "labels"},
    "docx": FLOOR | FILES | {"labels", "plots", "writing"},
    "forms": GROUND,
    "documents": GROUND | {"docx", "pdf"},
    "law": MACHINE,
    "letters": MACHINE | {"law"},
    "published": FLOOR | FILES | {"spreadsheets", "writing"},
    "reports": MACHINE | {"law", "published"},
    "guide": MACHINE | {"law", "published"},
    "register": MACHINE | {"access", "law", "letters", "reports", "store"},
    "batch": MACHINE | {"__init__", "access", "addresses", "law", "letters", "logs", "register", "service", "store"},
    "codes": FLOOR | FILES | {"questions", "reports"},
    "direct": FLOOR | {"drawing", "pdf", "typeset"},
    "passed": FLOOR | {"pdf", "settings"},
    "service": KNOWLEDGE | {"codes", "direct", "passed", "register", "store"},
    "health": KNOWLEDGE | {"access", "register", "service"},
    "access": FLOOR | {"settings", "store"},
    "listening": FLOOR | {"access", "settings", "store"},
    "faces": {"access", "documents", "register", "service", "settings"},
    "cookies": SERVICE | {"faces"},
    "keyed": SERVICE | {"faces", "forwarding"},
    "forwarding": {"settings"},
    "proxied": SERVICE | {"faces", "forwarding"},
    "doors": SERVICE | {"cookies", "faces", "keyed", "proxied"},
    "pacing": SERVICE | {"faces", "keyed"},
    "web": SERVICE | {"cookies", "faces", "notes", "tracing"},
    "api": SERVICE | {"faces", "tracing"},
    "headers": set(),
    "tracing": FLOOR | {"headers"},
    "tallies": set(),
    "traffic": {"notes", "tallies", "tracing"},
    "logs": FLOOR | {"tracing"},
    "application": SERVICE | {"faces", "forwarding", "headers", "tracing", "traffic", "web"},
    "app": SERVICE | {"api", "application", "doors", "faces", "keyed", "pacing", "tracing", "traffic", "web"},
    "early": SERVICE | {"api", "application", "doors", "faces", "traffic"},
    "gathering": set(),
    "preloading": {"__init__"},
    "patience": FLOOR | {"gathering", "headers", "tracing"},
    "serving": SERVICE | {"app", "early", "logs", "patience"},
    "notes": FLOOR | {"pdf"},
    "reloading": SERVICE | {"notes"},
    "cli": SERVICE | {"api", "app", "beginnings", "listening", "register", "reloading", "serving"},
}

# The only places for a framework; a folder's name ends with a slash.
ONLY_IN = {
    "flask": (
        "gipdocs/app.py",
        "gipdocs/application.py",
        "gipdocs/cookies.py",
        "gipdocs/doors.py",
        "gipdocs/early.py",
        "gipdocs/faces.py",
        "gipdocs/keyed.py",
        "gipdocs/pacing.py",
        "gipdocs/proxied.py",
        "gipdocs/serving.py",
        "gipdocs/web/",
        "gipdocs/api/",
    ),
    "flask_limiter": ("gipdocs/pacing.py",),
    "limits": ("gipdocs/access/hits.py",),
    "werkzeug": ("gipdocs/app.py", "gipdocs/doors.py", "gipdocs/forwarding.py", "gipdocs/web/", "gipdocs/api/"),
    "flask_wtf": ("gipdocs/app.py", "gipdocs/web/"),
    "wtforms": ("gipdocs/forms/",),
    "docxtpl": ("gipdocs/docx/template.py",),
    "uno": ("gipdocs/pdf/worker/",),
    "authlib": ("gipdocs/web/oidc.py",),
    "argon2": ("gipdocs/access/passwords.py",),
    "sqlalchemy": ("gipdocs/access/", "gipdocs/batch/", "gipdocs/store/", "gipdocs/register/"),
    "alembic": ("gipdocs/store/",),
    "psycopg": (),
    "celery": ("gipdocs/pdf/broker.py", "gipdocs/pdf/tasks.py"),
    "kombu": ("gipdocs/pdf/broker.py",),
    "redis": ("gipdocs/pdf/broker.py", "gipdocs/pdf/engine.py", "gipdocs/pdf/tasks.py"),
}

PLUGINS_MAY_IMPORT = {
    f"gipdocs.{part}"
    for part in (
        "documents",
        "docx",
        "errors",
        "findings",
        "law",
        "letters",
        "questions",
        "reports",
        "spreadsheets",
        "writing",
    )
}

# Words by which the machine would betray that it knows a document, an article, an outcome or an agency.
KNOWLEDGE_WORDS = re.compile(
    r"条例|实施办法|依申请|主动公开"
    r"|第[〇零一二三四五六七八九十百]+[条款项]"
    r"|(?:答复|告知|通知|决定|补正|协助|征求意见|意见|送达|确认)(?:书|函|单|回证)"
    r"|申请表|申请人|登记表|年度报告|公开指南|基本目录|流程图|不予公开|予以公开|部分公开|国家秘密|信访|复议|诉讼"
    r"|聊城|山东|事务管理局|人民政府"
    r"|\b(?:application-form|annual-report|search-record|review-form|[a-z-]*-(?:reply|notice|consultation|receipt)"
    r"|reply-[a-z-]+)\b"
)

# An article, 款 or 项 by its number: only the law's data spell it. Rows of the official forms are called 项 too.
NUMBERED = "第[〇零一二三四五六七八九十百]+"
ARTICLE, NOT_A_ROW = re.compile(NUMBERED + "[条款项]"), re.compile(NUMBERED + "[条款]")
FORM_ROWS = (
    "gipdocs/reports/rules.py",
    "gipdocs/reports/checks/sums.py",
    "gipdocs/reports/collecting/balances.py",
)
READS_FORMS = "gipdocs/reports/reading/"
PRINTED_FORM = "annual-report.docx"
"""What tells or reads the headings of the official forms, which are printed as they were issued."""

# Words that tie the project to one machine or one package index.
MACHINE_PATHS = re.compile(r"(?<![\w.$}/-])/(?:work|root|opt|home|Users)/")
INDEX_HOSTS = re.compile(r"//(?:[\w-]+\.)*(?:pypi|registry|deb|mirrors?|files|archive|ports)\.")


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@cache
def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def statements(node: ast.AST) -> Iterator[ast.AST]:
    """Every statement in a node, at any depth; expressions hold none, so that most of a tree need not be walked."""
    for below in ast.iter_child_nodes(node):
        if not isinstance(below, ast.expr):
            yield below
            yield from statements(below)


@cache
def imports(path: Path) -> frozenset[str]:
    """The full names that a module imports, wherever in it: `from a.b import c` gives a.b.c."""
    return frozenset(_imports(path))


def _imports(path: Path) -> Iterator[str]:
    package = path.relative_to(ROOT).parent.parts
    for node in statements(tree_of(path)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            start = package[: len(package) - node.level + 1] if node.level else ()
            module = ".".join([*start, *([node.module] if node.module else [])])
            yield from (f"{module}.{alias.name}" for alias in node.names)


def part_of(path: Path) -> str:
    return path.relative_to(ROOT / "gipdocs").parts[0].removesuffix(".py")


def parts_imported(path: Path) -> set[str]:
    names = (name.split(".") for name in imports(path))
    return {name[1] for name in names if name[0] == "gipdocs" and len(name) > 1 and not name[1].startswith("__")}


def tracked() -> list[Path]:
    """The files that git knows, or pytest.skip where the project was unpacked without git."""
    if not (ROOT / ".git").exists():
        pytest.skip("not a git checkout")
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True, text=True).stdout
    return [path for name in listed.split("\0") if name and (path := ROOT / name).is_file()]


@cache
def modules() -> Mapping[str, Path]:
    """Every module of ours by its full name; a package by its own."""
    paths = [*GIPDOCS, *PLUGINS, ROOT / "wsgi.py"]
    return {".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): path for path in paths}


@cache
def arrows() -> Mapping[str, frozenset[str]]:
    """Which modules of ours each of them imports: at its head, in a function, by name or for types only."""
    return {
        name: frozenset(map(module_of, {*imports(path), *imported_by_name(path)})) - {"", name}
        for name, path in modules().items()
    }


def module_of(name: str) -> str:
    """The module of ours that an imported name is or lies in; empty for a stranger's."""
    while name and name not in modules():
        name = name.rpartition(".")[0]
    return name


def imported_by_name(path: Path) -> set[str]:
    if "import_module" not in path.read_text(encoding="utf-8"):
        return set()
    calls = (node for node in ast.walk(tree_of(path)) if isinstance(node, ast.Call))
    return {
        call.args[0].value
        for call in calls
        if isinstance(call.func, ast.Name | ast.Attribute)
        and (call.func.id if isinstance(call.func, ast.Name) else call.func.attr) == "import_module"
        and isinstance(call.args[0], ast.Constant)
        and isinstance(call.args[0].value, str)
    }


def circle(graph: Mapping[str, Iterable[str]]) -> list[str]:
    """What leads back to itself, in order; empty if nothing does."""
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        return list(error.args[1])
    return []


def rooms(package: str) -> dict[str, set[str]]:
    """The arrows between what lies in a package, each package in it as one room."""
    graph: dict[str, set[str]] = {}
    for name, targets in arrows().items():
        if room := room_of(name, package):
            found = {room_of(target, package) for target in targets}
            graph.setdefault(room, set()).update(found - {"", room})
    return graph


def room_of(name: str, package: str) -> str:
    inside = name.removeprefix(package + ".")
    return "" if inside == name else f"{package}.{inside.partition('.')[0]}"


def public_classes() -> Mapping[str, list[str]]:
    """Where each public class of gipdocs stands, by its name; classes inside others are theirs alone."""
    found: dict[str, list[str]] = {}
    for path in GIPDOCS:
        for node in tree_of(path).body:
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                found.setdefault(node.name, []).append(name_of(path))
    return found


def lines_with(pattern: re.Pattern[str], paths: list[Path]) -> list[str]:
    found = []
    for path in paths:
        try:
            lines = path.read_text(encoding="utf-8").splitlines()
        except UnicodeDecodeError:
            continue
        found += [
            f"{name_of(path)}:{number}: {line.strip()}" for number, line in enumerate(lines, 1) if pattern.search(line)
        ]
    return found


def declared_for_the_service() -> set[str]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    further = project["optional-dependencies"].values()
    return {distribution(line) for line in [*project["dependencies"], *chain.from_iterable(further)]}


def declared_for_the_tests() -> set[str]:
    lines = (ROOT / "requirements" / "test.in").read_text(encoding="utf-8").splitlines()
    return {distribution(line) for line in lines if line and not line.startswith("#")}


def distribution(requirement: str) -> str:
    return re.sub(r"[-_.]+", "-", re.split(r"[\s\[<>=!~;]", requirement, maxsplit=1)[0]).lower()


@cache
def installed() -> Mapping[str, list[str]]:
    """Which distributions bring an importable name."""
    return packages_distributions()


def third_party(path: Path) -> set[str]:
    """The distributions, by their index names, that a module imports directly."""
    roots = {name.partition(".")[0] for name in imports(path)} - set(sys.stdlib_module_names)
    return {distribution(installed()[root][0]) for root in roots if root in installed()} - {"gipdocs"}


@pytest.mark.parametrize("path", GIPDOCS, ids=name_of)
def test_imports_point_down_only(path: Path) -> None:
    part = part_of(path)
    assert part in ALLOWED, f"gipdocs.{part} is new: give it a row in ALLOWED"
    assert parts_imported(path) <= ALLOWED[part] | {part}


def test_no_module_imports_itself_by_way_of_others() -> None:
    assert circle(arrows()) == []


@pytest.mark.parametrize("package", [name for name, path in modules().items() if path.name == "__init__.py"])
def test_no_room_of_a_package_imports_itself_by_way_of_others(package: str) -> None:
    assert circle(rooms(package)) == []


def test_no_name_stands_for_two_public_classes() -> None:
    assert {name: places for name, places in public_classes().items() if len(places) > 1} == {}


@pytest.mark.parametrize("framework", ONLY_IN)
def test_a_framework_stays_in_its_place(framework: str) -> None:
    users = [
        name_of(path) for path in GIPDOCS + PLUGINS if framework in {name.partition(".")[0] for name in imports(path)}
    ]
    assert [user for user in users if not user.startswith(ONLY_IN[framework])] == []


@pytest.mark.parametrize("path", PLUGINS, ids=name_of)
def test_a_plugin_imports_only_the_contract(path: Path) -> None:
    allowed = set(sys.stdlib_module_names) | {"marshmallow", "plugins"}
    strangers = {name for name in imports(path) if name.partition(".")[0] not in allowed}
    assert {name for name in strangers if ".".join(name.split(".")[:2]) not in PLUGINS_MAY_IMPORT} == set()


@pytest.mark.parametrize(
    "part", ["documents", "docx", "drawing", "forms", "pdf", "questions", "spreadsheets", "typeset"]
)
def test_the_machine_names_no_document_article_outcome_or_agency(part: str) -> None:
    assert lines_with(KNOWLEDGE_WORDS, [path for path in GIPDOCS if part_of(path) == part]) == []


def strings(path: Path) -> Iterator[tuple[int, str]]:
    """Line and value of every string of a module that isn't a docstring, of the texts in f-strings too."""
    tree = tree_of(path)
    documented = {id(node.value) for node in statements(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in documented:
            yield node.lineno, node.value


def test_no_module_spells_an_article() -> None:
    found = []
    for path in GIPDOCS + PLUGINS:
        pattern = NOT_A_ROW if name_of(path) in FORM_ROWS else ARTICLE
        if not name_of(path).startswith(READS_FORMS) and "第" in path.read_text(encoding="utf-8"):
            found += [f"{name_of(path)}:{line}: {text}" for line, text in strings(path) if pattern.search(text)]
    assert found == []


def test_no_wording_and_no_layout_spells_an_article() -> None:
    templates = ROOT / "doc_templates"
    assert lines_with(ARTICLE, sorted(templates.rglob("*.txt"))) == []
    for path in sorted(templates.glob("*.docx")):
        with zipfile.ZipFile(path) as layout:
            parts = [layout.read(name).decode() for name in layout.namelist() if name.endswith(".xml")]
        text = "\n".join(re.sub(r"<[^>]*>", "", part.replace("</w:p>", "\n")) for part in parts)
        assert path.name == PRINTED_FORM or ARTICLE.findall(text) == [], path.name


def test_no_tracked_file_names_a_machine_path_or_a_package_index() -> None:
    ours = [path for path in tracked() if "vendor" not in path.parts]
    assert lines_with(MACHINE_PATHS, ours) + lines_with(INDEX_HOSTS, ours) == []


@pytest.mark.parametrize("name", ["engine", "oidc", "postgresql", "run", "test", "uv"])
def test_every_requirement_is_pinned_with_hashes_and_names_no_index(name: str) -> None:
    text = (ROOT / "requirements" / f"{name}.txt").read_text(encoding="utf-8")
    entries = [entry for entry in re.split(r"\n(?=\S)", text) if not entry.startswith("#")]
    assert entries
    assert [
        entry.splitlines()[0] for entry in entries if not re.match(r"[\w.-]+==[^\s]+ .*\\\n\s+--hash=sha256:", entry)
    ] == []
    assert "://" not in text


@pytest.mark.parametrize("name", ["engine.txt", "oidc.txt", "postgresql.txt", "run.txt"])
def test_the_tests_run_with_the_versions_that_the_service_runs_with(name: str) -> None:
    def pins(name: str) -> set[str]:
        return set(
            re.findall(r"^[\w.-]+==\S+", (ROOT / "requirements" / name).read_text(encoding="utf-8"), re.MULTILINE)
        )

    assert pins(name) <= pins("test.txt")


def test_what_the_service_imports_is_declared() -> None:
    imported = set().union(*map(third_party, [*GIPDOCS, *PLUGINS]))
    assert imported - declared_for_the_service() == set()


@pytest.mark.slow
def test_what_the_tests_import_is_declared() -> None:
    imported = set().union(*map(third_party, TESTS))
    assert imported - declared_for_the_service() - declared_for_the_tests() == set()


def test_no_dependency_of_the_service_is_under_the_agpl() -> None:
    pinned = re.findall(r"^([\w.-]+)==", (ROOT / "requirements" / "run.txt").read_text(encoding="utf-8"), re.MULTILINE)
    fields = ("License", "License-Expression", "Classifier")
    licences = {name: " ".join(str(metadata(name).get_all(field)) for field in fields) for name in pinned}
    assert [name for name, licence in licences.items() if re.search("AGPL|Affero", licence)] == []


def test_every_dependency_of_the_service_is_listed_with_its_licence() -> None:
    pinned = re.findall(r"^([\w.-]+)==", (ROOT / "requirements" / "run.txt").read_text(encoding="utf-8"), re.MULTILINE)
    listed = set(re.findall(r"[\w.-]+", (ROOT / "THIRD-PARTY.md").read_text(encoding="utf-8")))
    assert set(pinned) - listed == set()


def test_vendored_files_are_as_published() -> None:
    rows = re.findall(
        r"^\| `(.+?)` .*`(\w{64})` \|$", (ROOT / "THIRD-PARTY.md").read_text(encoding="utf-8"), re.MULTILINE
    )
    vendored = {name_of(path) for path in ROOT.glob("gipdocs/*/static/vendor/*") if path.suffix in {".js", ".css"}}
    assert {name for name, _ in rows} == vendored
    assert {name: hashlib.sha256((ROOT / name).read_bytes()).hexdigest() for name in vendored} == dict(rows)
