"""The scripts of the pages share one global scope, so that each keeps its names to itself."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from gipdocs.settings import PROJECT

SCRIPTS = sorted((PROJECT / "gipdocs" / "web" / "static").glob("*.js"))


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.name)
def test_a_script_declares_nothing_outside_its_own_block(script: Path) -> None:
    text = re.sub(r"^//.*\n", "", script.read_text(encoding="utf-8"), flags=re.MULTILINE)
    outside = re.fullmatch(r'\s*"use strict";\s*\{\n(.*)^\}\s*', text, re.DOTALL | re.MULTILINE)
    assert outside, 'it begins with "use strict" and { and ends with }'
    depth = 0
    for line in re.sub(
        r'"(?:\\.|[^"\\\n])*"|`[^`]*`|/(?![/*])(?:\\.|\[[^\]]*\]|[^/\\\n])+/[a-z]*(?=[.,;)\s])', "", outside[1]
    ).splitlines():
        line = line.partition("//")[0]
        depth += line.count("{") - line.count("}")
        assert depth >= 0, f"the block ends before the file does: {line}"


def test_the_names_that_scripts_share_are_given_by_one_of_them() -> None:
    texts = {script.name: script.read_text(encoding="utf-8") for script in SCRIPTS}
    given: list[str] = []
    for text in texts.values():
        for names in re.findall(r"window\.gipdocs(?: =|,) \{ (.*?) \}", text):
            given += names.split(", ")
    assert len(given) == len(set(given))
    for name, text in texts.items():
        for names in re.findall(r"const \{ (.*?) \} = window\.gipdocs", text):
            assert set(names.split(", ")) <= set(given), name
