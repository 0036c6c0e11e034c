"""What the pages for developers name is there: files, links, modules, commands and marks."""

from __future__ import annotations

import pkgutil
import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PAGES = ("CONTRIBUTING.md", "SECURITY.md", "docs/architecture.md", "docs/capacity.md", "docs/law.md", "docs/style.md")


def text(page: str) -> str:
    return (ROOT / page).read_text(encoding="utf-8")


def quoted(page: str) -> set[str]:
    return set(re.findall(r"`([^`\n]+)`", text(page)))


@pytest.mark.parametrize("page", PAGES)
def test_every_path_is_there(page: str) -> None:
    named = {word for word in quoted(page) if re.fullmatch(r"[\w.-]+(/[\w.-]*)+|[\w-]+\.(?:toml|md|yaml)", word)}
    homes = (ROOT, ROOT / "gipdocs" / "law" / "data")
    made = {word for word in named if word.startswith(".venv/")}
    assert {word for word in named - made if not any((home / word).exists() for home in homes)} == set()


@pytest.mark.parametrize("page", PAGES)
def test_every_link_leads_somewhere(page: str) -> None:
    targets = {target.partition("#")[0] for target in re.findall(r"\]\(([^)]+)\)", text(page))}
    assert {target for target in targets if not ((ROOT / page).parent / target).exists()} == set()


@pytest.mark.parametrize("page", PAGES)
def test_every_module_and_function_is_there(page: str) -> None:
    for name in sorted(word for word in quoted(page) if re.fullmatch(r"gipdocs(\.\w+)+", word)):
        assert pkgutil.resolve_name(name), name


@pytest.mark.parametrize("page", PAGES)
def test_every_make_command_is_a_target(page: str) -> None:
    targets = set(re.findall(r"^([a-z-]+):", text("Makefile"), re.MULTILINE))
    assert set(re.findall(r"\bmake ([a-z]+)(?=`|  )", text(page))) <= targets


def test_every_room_has_a_row_in_the_table_of_rooms() -> None:
    files = (path for path in (ROOT / "gipdocs").glob("*.py") if path.stem != "__init__")
    folders = (path.parent for path in (ROOT / "gipdocs").glob("*/__init__.py"))
    rooms = {f"gipdocs/{path.name}" for path in files} | {f"gipdocs/{path.name}/" for path in folders}
    assert rooms - quoted("docs/architecture.md") == set()


def test_every_mark_is_explained_and_left_out_of_the_quick_tests() -> None:
    options = tomllib.loads(text("pyproject.toml"))["tool"]["pytest"]["ini_options"]
    marks = {mark.partition(":")[0] for mark in options["markers"]}
    assert set(re.findall(r"^\| `(\w+)` \|", text("CONTRIBUTING.md"), re.MULTILINE)) == marks
    (quick,) = re.findall(r"^quick:.*\n\t(.*)$", text("Makefile"), re.MULTILINE)
    assert set(re.findall(r"not (\w+)", quick)) == marks
