"""docs/plugins.md names what the code offers to plugins, nothing less and nothing more, and its examples run."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable
from dataclasses import MISSING, fields
from datetime import date
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from gipdocs import findings, letters, questions, writing
from gipdocs.documents.document import Document, Layouts, Part
from gipdocs.docx import values
from gipdocs.docx.template import load_template
from gipdocs.docx.wording import Wording
from gipdocs.questions import Question, Questions, figures
from gipdocs.register.names import NAMES

from .documents.makers import layout, wording

PAGE = (Path(__file__).resolve().parents[1] / "docs" / "plugins.md").read_text(encoding="utf-8")
NOT_ASKED = {"Question"}


def rows(heading: str, table: int = 0) -> list[list[str]]:
    """The cells of a table under a heading, its head left out."""
    (section,) = re.findall(rf"^#+ {heading}\n(.*?)(?=^#|\Z)", re.sub("```.*?```", "", PAGE, flags=re.S), re.M | re.S)
    tables = re.findall(r"(?:^\|.*\n)+", section, re.M)
    return [
        re.split(r"(?<=[`–\w.)]) \| ", line.strip("|\n ").strip(), maxsplit=2)
        for line in tables[table].splitlines()[2:]
    ]


def code(cell: str) -> str:
    return cell.strip().strip("`")


def called(cell: str) -> str:
    return re.split(r"\W", code(cell))[0]


def signature(function: Callable[..., Any]) -> str:
    """(answers, office, *, title): the names of the parameters as the page writes them."""
    parts: list[str] = []
    for one in inspect.signature(function).parameters.values():
        if one.kind is one.KEYWORD_ONLY and not any(part.startswith("*") for part in parts):
            parts.append("*")
        parts.append({one.VAR_POSITIONAL: "*", one.VAR_KEYWORD: "**"}.get(one.kind, "") + one.name)
    return f"({', '.join(parts)})"


@pytest.mark.parametrize(("heading", "declared"), [("Document", Document), ("Layouts", Layouts), ("Part", Part)])
def test_every_option_of_a_declaration_is_listed_with_its_default(heading: str, declared: Any) -> None:
    def default(one: Any) -> str:
        made = one.default_factory() if one.default_factory is not MISSING else one.default
        return "–" if made is MISSING else repr(made)

    listed = {code(name): code(default) for name, default, _ in rows(heading)}
    assert listed == {one.name: default(one) for one in fields(declared)}


def test_every_option_of_a_question_is_listed_with_its_default() -> None:
    taken = dict(list(inspect.signature(Question.__init__).parameters.items())[1:])
    listed = {code(name): code(default) for name, default, _ in rows("Questions", 1)}
    assert listed == {key: "–" if one.default is one.empty else repr(one.default) for key, one in taken.items()}


def test_every_name_of_a_case_is_listed_with_its_meaning() -> None:
    assert {code(name): meaning for name, meaning in rows("Case names")} == NAMES


def kinds() -> dict[str, type[Question]]:
    found = [one for module in (questions, figures) for one in vars(module).values()]
    return {one.__name__: one for one in found if isinstance(one, type) and issubclass(one, Question)}


def blocks() -> dict[str, Any]:
    """The names that the page's code blocks define, which run one after the other."""
    names: dict[str, Any] = {}
    for block in re.findall(r"^```python\n(.*?)^```", PAGE, re.M | re.S):
        exec(block, names)  # the page is ours
    return names


def test_every_kind_of_question_is_listed_and_takes_its_example() -> None:
    listed = {called(cell): code(cell) for cell, *_ in rows("Questions")}
    assert set(listed) == set(kinds()) - NOT_ASKED
    names = {**vars(questions), **vars(figures), **blocks()}
    for name, example in listed.items():
        question = eval(example, names)
        assert type(question).__name__ == name
        schema = type("OneQuestions", (Questions,), {"one": question, "id_kind": questions.Text("证件")})
        sample = schema().sample(None)
        assert questions.load(schema, sample)["one"] is not None, name


def test_every_option_of_a_kind_is_told_on_its_row() -> None:
    common = set(inspect.signature(Question.__init__).parameters) | {"more"}
    for cell, *told in rows("Questions"):
        own = {key for key in inspect.signature(kinds()[called(cell)].__init__).parameters if key not in common}
        inherited = {"longest", "shortest", "pattern", "cure"} if called(cell) != "Text" else set()
        assert {key for key in own - inherited if key not in f"{cell} {told}" and key != "schema"} == set()


def test_the_blocks_of_the_page_do_what_they_say() -> None:
    names = blocks()
    sample = names["SlipQuestions"]().sample(None)
    answers = questions.load(names["SlipQuestions"], sample)
    assert answers["papers"] == [{"title": "2025年度部门预算", "copies": 1}]
    assert names["check_copies"](answers, None) == []
    many = {"papers": [{"title": "甲", "copies": 9}]}
    assert [one.pointer for one in names["check_copies"](many, None)] == ["/papers/0/copies"]
    assert names["TEMPLATE"].choose({"story": "甲"}, None) == "slip-long.docx"


def test_the_layouts_and_the_wording_of_the_page_do_what_they_say(tmp_path: Path) -> None:
    paragraphs, table, words = (text.splitlines() for text in re.findall(r"^```text\n(.*?)^```", PAGE, re.M | re.S))
    context = {
        "remark": "略",
        "copies": True,
        "papers": [{"title": "预算"}, {"title": "决算"}],
        "law": {"answers": "《条例》"},
    }
    path = layout(tmp_path, *paragraphs, rows=tuple((cell,) for cell in table))
    assert load_template(path).fill(context, properties={"created": "2026-11-23"}).text.split() == [
        "备注：略",
        "预算",
        "决算",
    ]
    filled = Wording(wording(tmp_path, "\n".join(words))).fill(context)
    assert [one.text for one in filled] == [
        "一、查阅安排",
        "根据《条例》，可以复制下列材料：",
        "1.预算",
        "2.决算",
    ]


def test_every_value_of_a_context_is_listed_and_can_be_made() -> None:
    offered = {
        name
        for name, one in vars(values).items()
        if isinstance(one, type) and one.__module__ == values.__name__ and not name.startswith("_")
    }
    listed = {called(cell): code(cell) for cell, *_ in rows("Values beyond text")}
    assert set(listed) == offered
    png = BytesIO()
    Image.new("RGB", (1, 1)).save(png, "PNG")
    for name, example in listed.items():
        assert type(eval(example, {**vars(values), "PNG": png.getvalue()})).__name__ == name


@pytest.mark.parametrize(
    ("heading", "module", "offered"),
    [
        ("Letters", letters, letters.__all__),
        ("Findings", findings, ("doubt", "fault", "note")),
        (
            "Writing",
            writing,
            (
                "amount",
                "capital_amount",
                "chinese_date",
                "circle_date",
                "ends_with_address",
                "numeral",
                "plain_number",
                "quantity",
                "quote",
                "titled",
                "weekday",
            ),
        ),
    ],
)
def test_every_helper_is_listed_with_its_parameters(heading: str, module: Any, offered: list[str]) -> None:
    listed = {called(cell): code(cell) for cell, *_ in rows(heading)}
    assert set(listed) == set(offered)
    for name, written in listed.items():
        helper = getattr(module, name)
        if inspect.isfunction(helper):
            assert written == name + signature(helper)


def test_what_the_page_says_is_written_is_written() -> None:
    told = {called(cell): told for cell, *told in rows("Writing")}
    assert told["amount"] == [f"{writing.amount(Decimal('380.5'))}, {writing.amount(380)}"]
    assert told["plain_number"] == [writing.plain_number(Decimal("12.50"))]
    assert told["chinese_date"] == [writing.chinese_date(date(2026, 3, 1))]
    assert told["capital_amount"] == [writing.capital_amount(380)]
