"""The annual report's workbook says what its document says, and its tables fill the form again."""

from __future__ import annotations

from typing import Any

import pytest

from gipdocs import packing
from gipdocs.errors import InvalidInput
from gipdocs.questions.tables import read_table
from gipdocs.reports import read
from gipdocs.service import Service
from tests.offices import TODAY
from tests.reports.samples import ALL, given

pytestmark = pytest.mark.slow

ID = "annual-report"
TABLES = ("table2", "table3", "table4")


def built(service: Service, name: str, format: str, **changes: Any) -> bytes:
    draft = {"draft": True} if name == "hongze-2023" else {}
    return service.build(ID, {**given(name), **draft, **changes}, format, today=TODAY).content


@pytest.mark.parametrize("name", ALL)
def test_the_workbook_reads_back_as_the_document_does(service: Service, name: str) -> None:
    book, paper = (read(built(service, name, format)) for format in ("xlsx", "docx"))
    beside = {"described", "raw", "remarks"}
    for field in paper.__dataclass_fields__.keys() - beside:
        assert getattr(book, field) == getattr(paper, field), field
    assert {path: "".join(text.split()) for path, text in book.remarks.items()} == {
        path: "".join(text.split()) for path, text in paper.remarks.items()
    }


def test_a_draft_is_marked_and_reads_back_all_the_same(service: Service) -> None:
    draft, final = (read(built(service, "2023", "xlsx", draft=draft)) for draft in (True, False))
    assert "（草稿）".encode() in b"".join(_parts(built(service, "2023", "xlsx", draft=True)))
    assert (draft.title, draft.cells, draft.sections) == (final.title, final.cells, final.sections)


def _parts(book: bytes) -> list[bytes]:
    return list(packing.unpack(book).values())


def test_tables_alone_make_a_workbook(service: Service) -> None:
    answers = {key: given("2023")[key] for key in ("year", *TABLES)}
    again = read(service.build(ID, answers, "xlsx", today=TODAY).content)
    assert again.as_json()["table3"] == given("2023")["table3"]


@pytest.mark.parametrize("name", ["2019", "2023", "suqian-2024"])
def test_the_tables_of_a_workbook_are_answers(service: Service, name: str) -> None:
    schema = service.registry[ID].document.schema
    answers = read_table(built(service, name, "xlsx", draft=True), schema, "报送.xlsx")
    assert set(answers) <= {"year", "agency", "remarks", *TABLES}
    assert answers["year"] == given(name)["year"]
    rows, wanted = answers["table3"]["rows"], given(name)["table3"]["rows"]
    assert {key: row for key, row in rows.items() if None not in wanted[key]} == {
        key: row for key, row in wanted.items() if None not in row
    }


def test_what_is_no_workbook_of_tables_is_no_answer(service: Service) -> None:
    catalogue = service.build("catalogue", service.sample(service.registry["catalogue"]), "xlsx").content
    with pytest.raises(InvalidInput, match="没有找到年度报告的表格"):
        read_table(catalogue, service.registry[ID].document.schema, "目录.xlsx")
