"""Every code in the service's answers, with its Chinese meaning; `python -m gipdocs.codes` prints them as a page."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from gipdocs.errors import SetupError
from gipdocs.problemkinds import KINDS
from gipdocs.questions.codes import CODES, FILES
from gipdocs.stricttoml import NotToml, read_toml

NAME = "codes.toml"
OURS = Path(__file__).parent
HEAD = """# Codes

Every problem has a kind, every refusal and every finding a code: stable words for programs. The sentence beside them may be
worded better from one version to the next, the word stays. A code that is not listed here comes from a document of your own; its
folder of plugins lists it in a file `codes.toml`.
"""
INPUT = "Refused input: `errors[].code` of a problem of kind `invalid-input` or `invalid-parameter`"
IN_FILES = "Refused files: tables with answers, reports and guides to check"
FINDINGS = "Findings of the checks of a document or a guide: `findings[].code`"
RULE_CODES = "Findings about an annual report: `code` names the rule that is not kept"


def read_finding_codes(plugins: Iterable[Path] = ()) -> dict[str, str]:
    """The meanings of the findings' codes: our own, and those that plugin folders list in their `codes.toml`.

    SetupError names a file that is not a table of meanings, or that lists a code already listed by another file.
    """
    files = [*sorted(OURS.glob(f"*/{NAME}")), *(folder / NAME for folder in plugins)]
    found: dict[str, str] = {}
    for file in files:
        for code, meaning in _read(file).items():
            if code in found:
                raise SetupError(f"{file}里的代码“{code}”别处已经列出，请改用另一个代码，或者删去这一行。")
            found[code] = meaning
    return found


def render_page(plugins: Iterable[Path]) -> str:
    """All codes as a page of Markdown, grouped by subject."""
    from gipdocs.reports.rules import RULES  # everything that checks reports comes with them

    rules = {id: rule.title for id, rule in RULES.items()}
    sections = {
        INPUT: CODES,
        IN_FILES: FILES,
        FINDINGS: dict(sorted(read_finding_codes(plugins).items())),
        RULE_CODES: rules,
    }
    kinds = {kind.slug: f"{kind.status} | {kind.title} | {kind.english}" for kind in KINDS}
    problems = _section("Kinds of problem: the end of a problem's `type`", kinds, "kind | status | title | meaning")
    return "\n".join([HEAD, *problems, *(line for title, codes in sections.items() for line in _section(title, codes))])


def _section(title: str, codes: Mapping[str, str], columns: str = "code | meaning") -> Iterator[str]:
    yield from (f"## {title}", "", f"| {columns} |", "|---" * (columns.count("|") + 1) + "|")
    yield from (f"| `{code}` | {meaning} |" for code, meaning in codes.items())
    yield ""


def _read(file: Path) -> dict[str, str]:
    if not file.is_file():
        return {}
    try:
        codes = read_toml(file.read_bytes())
    except NotToml as error:
        raise SetupError(f"{file}：{error}") from None
    if strange := [code for code, meaning in codes.items() if not isinstance(meaning, str)]:
        raise SetupError(f'{file}里“{strange[0]}”的含义应为文字，例如late = "已经逾期"。')
    return codes


if __name__ == "__main__":
    sys.stdout.write(render_page([OURS.parent / "plugins"]))
