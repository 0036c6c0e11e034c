"""The annual report holds every figure and paragraph of its record in its place, and refuses what contradicts itself."""

from __future__ import annotations

import json
from datetime import date
from io import BytesIO
from typing import Any

import pytest
from docx import Document as Docx

from gipdocs.errors import InvalidInput, Refused
from gipdocs.reports import check, complete, load, read
from gipdocs.service import Service
from gipdocs.writing import chinese_date
from tests.offices import TODAY
from tests.plugins.filled import LEFT_OUT, changed
from tests.reports.samples import ALL, BEFORE, DATA, SEEDS, given

pytestmark = pytest.mark.slow

ID = "annual-report"
FORMS: dict[str, Any] = json.loads((DATA / "forms.json").read_text("utf-8"))
COMPUTED = {"2019": {"table3.sum.natural_person": 1, "table3.sum.total": 1}}
"""Totals that a published report left blank."""
Printed = dict[tuple[int, int], tuple[str, int, int]]
"""Text, rows and columns of every cell of a table, by the row and column where it begins."""


def with_answers(name: str, **changes: Any) -> dict[str, Any]:
    """A given record with answers changed; `/` in a path is written `__`."""
    return dict(changed(given(name), {path.replace("__", "/"): value for path, value in changes.items()}))


def without_nothing(answers: dict[str, Any]) -> dict[str, Any]:
    """The answers without those that are left open."""
    return {key: value for key, value in answers.items() if value is not None}


def found(service: Service, answers: dict[str, Any]) -> dict[str, list[tuple[str, str]]]:
    """Severity and pointer of the findings, by code."""
    by_code: dict[str, list[tuple[str, str]]] = {}
    for one in service.check(ID, answers, today=TODAY):
        by_code.setdefault(one.code, []).append((one.severity, one.pointer))
    return by_code


def built(service: Service, name: str) -> bytes:
    draft = {"draft": True} if name == "hongze-2023" else {}
    return service.build(ID, {**given(name), **draft}, today=TODAY).content


# The tables, as the official forms draw them and as Word holds them.


def official(name: str, table: str) -> Printed:
    """What must stand in a table of a record: the labels of the form and the record's figures."""
    record = given(name)
    form = FORMS[record["table3"]["form_rows"] if table == "table3" else record["format"]]["tables"][table]
    cells: Printed = {}
    taken: set[tuple[int, int]] = set()
    for row, line in enumerate(form["rows"]):
        free = (column for column in range(form["columns"]) if (row, column) not in taken)
        for content, down, across in line:
            column = next(one for one in free if (row, one) not in taken)
            words = content if isinstance(content, str) else figure(name, content["key"])
            cells[row, column] = (words, down, across)
            taken |= {(row + i, column + k) for i in range(down) for k in range(across)}
    return cells


def figure(name: str, path: str) -> str:
    """A figure of a record as it is printed."""
    record = given(name)
    table, row, column = path.split(".")
    if path in COMPUTED.get(name, {}):
        return str(COMPUTED[name][path])
    place = record["table3"]["columns"].index(column) if table == "table3" else column
    value = (record[table]["rows"] if table == "table3" else record[table])[row][place]
    unit = record[table][row].get("amount_unit") if column == "amount" else None
    return "" if value is None else f"{value}{unit or ''}"


def in_word(table: Any) -> Printed:
    """The cells of a table by their merges; under a cell that begins one, the cells that continue it are empty."""
    cells: Printed = {}
    begun: dict[int, tuple[int, int]] = {}
    for row, line in enumerate(table._tbl.tr_lst):
        column = 0
        for cell in line.tc_lst:
            words = "\n".join(paragraph.text for paragraph in cell.p_lst)
            if cell.vMerge == "continue":
                merged, down, across = cells[begun[column]]
                assert (words, cell.grid_span) == ("", across)
                cells[begun[column]] = (merged, down + 1, across)
            else:
                cells[row, column] = (words, 1, cell.grid_span)
                begun.pop(column, None)
                if cell.vMerge == "restart":
                    begun[column] = (row, column)
            column += cell.grid_span
    return cells


@pytest.mark.parametrize("table", ["table2", "table3", "table4"])
@pytest.mark.parametrize("name", SEEDS)
def test_every_label_and_figure_stands_in_its_cell_of_the_official_grid(
    service: Service, name: str, table: str
) -> None:
    docx = Docx(BytesIO(built(service, name)))
    number = ["table2", "table3", "table4"].index(table)
    assert len(docx.tables) == 3
    assert in_word(docx.tables[number]) == official(name, table)


@pytest.mark.parametrize("name", SEEDS)
def test_every_paragraph_of_the_published_report_is_printed_in_its_order(service: Service, name: str) -> None:
    record = given(name)
    wanted = [record["title"], *record["preamble"].split("\n")]
    for section in record["sections"]:
        wanted.append(section["heading"])
        for item in section["items"]:
            wanted += [] if item["text"].startswith(item["head"]) else [item["head"]]
            wanted += item["text"].split("\n")
    if record.get("date"):
        wanted += [record["signature"], chinese_date(date.fromisoformat(record["date"]))]
    title, *printed = [paragraph.text for paragraph in Docx(BytesIO(built(service, name))).paragraphs]
    assert [title.replace("\n", ""), *filter(None, printed)] == [one for one in wanted if one.strip()]


def test_totals_left_blank_are_computed_and_told_and_other_blanks_stay(service: Service) -> None:
    seen = found(service, given("2019"))
    assert seen["TOTAL-FILLED"] == [("warning", "/table3/rows/sum/0")]
    assert seen["T3-BLANK"] == [("warning", "/table3")]
    cells = in_word(Docx(BytesIO(built(service, "2019"))).tables[1])
    assert sum(words == "" for words, _, _ in cells.values()) == 151


@pytest.mark.parametrize("name", ALL)
def test_a_record_comes_back_from_the_document_that_it_made(service: Service, name: str) -> None:
    wanted, again = complete(load(given(name))).record, read(built(service, name))
    assert (again.year, again.format, again.form_rows) == (wanted.year, wanted.format, wanted.form_rows)
    assert again.cells == wanted.cells and again.amount_unit == wanted.amount_unit
    assert again.date == wanted.date
    assert (again.title, again.preamble) == (wanted.title or again.title, wanted.preamble or again.preamble)
    sections = {section.no: section for section in again.sections}
    assert [sections[section.no] for section in wanted.sections] == list(wanted.sections)
    assert again.agency == wanted.agency and again.title and str(wanted.year) in again.title


# What the report refuses, and what it says.


def test_contradictory_tables_of_a_published_report_are_refused_but_printed_as_a_draft(service: Service) -> None:
    answers = given("hongze-2023")
    with pytest.raises(Refused) as refusal:
        service.build(ID, answers, today=TODAY)
    errors = [(one.code, one.pointer) for one in refusal.value.findings if one.severity == "error"]
    assert errors == [("T4-SUM", "/table4/reconsideration/total"), ("T4-SUM", "/table4/suit_after/total")]
    seen = found(service, {**answers, "draft": True})
    assert seen["T4-SUM"] == [("warning", pointer) for _, pointer in errors]


def test_the_report_of_shanghai_lacks_totals_and_contradicts_itself_in_words(service: Service) -> None:
    seen = found(service, given("shanghai-office-2019"))
    assert seen["TOTAL-FILLED"] == [("warning", "/table3/rows/granted/6")]
    assert {severity for severity, _ in seen["NARR"]} == {"warning"}


@pytest.mark.parametrize(
    ("path", "value", "code", "pointer"),
    [
        ("table3__rows__new__6", 4, "T3-ROW", "/table3/rows/new/6"),
        ("table3__rows__sum__0", 3, "T3-SUM", "/table3/rows/sum/0"),
        ("table3__rows__carried_out__0", 0, "T3-COL", "/table3/rows/sum/0"),
        ("table4__suit_after__total", 1, "T4-SUM", "/table4/suit_after/total"),
    ],
    ids=["row", "column", "rule of the form", "disputes"],
)
def test_a_total_that_contradicts_its_parts_is_refused(
    service: Service, path: str, value: int, code: str, pointer: str
) -> None:
    answers = with_answers("2023", **{path: value})
    assert ("error", pointer) in found(service, answers)[code]
    with pytest.raises(Refused):
        service.build(ID, answers, today=TODAY)


def test_both_faults_of_2023_are_told_with_the_place_of_the_claim_or_of_the_words(service: Service) -> None:
    seen = found(service, given("2023"))
    assert seen["NARR"] == [("warning", "/claims/0/value"), ("warning", "/claims/2/value")]
    seen = found(service, with_answers("2023", claims=LEFT_OUT))
    assert seen["NARR-TEXT"] == [("warning", "/sections/0/items/2/text")] * 2


@pytest.mark.parametrize(
    ("name", "changes", "code", "pointer"),
    [
        ("2023", {"table3__rows__carried_in": [2, 0, 0, 0, 0, 0, 2]}, "XY-CARRY", "/table3/rows/carried_in/6"),
        ("2023", {"table2__normative__valid": 5}, "XY-VALID", "/table2/normative/valid"),
        ("2020", {}, "XY-TOTAL", "/table2/normative/total_public"),
    ],
    ids=["carried in", "in force", "public"],
)
def test_a_difference_from_last_year_is_doubted_until_a_remark_gives_the_reason(
    service: Service, name: str, changes: dict[str, Any], code: str, pointer: str
) -> None:
    answers = {**with_answers(name, **changes), "previous": given(BEFORE[name]), "draft": True}
    assert ("warning", pointer) in found(service, answers)[code]
    path = pointer[1:].replace("rows/", "").replace("/6", "/total").replace("/", ".")
    explained = {**answers, "remarks": {path: "机构改革划入"}}
    assert ("info", pointer) in found(service, explained)[code]
    assert read(service.build(ID, explained, today=TODAY).content).remarks == {path: "机构改革划入"}


def test_a_report_without_last_years_says_that_it_was_not_compared(service: Service) -> None:
    assert found(service, given("2023"))["previous-missing"] == [("info", "/previous")]
    assert "previous-missing" not in found(service, {**given("2023"), "previous": given("2022")})
    assert "previous-missing" not in found(service, given("2019"))


@pytest.mark.parametrize(
    ("answers", "code", "pointer"),
    [
        ({"narrative": {"publication": "另写一遍。"}}, "narrative-twice", "/narrative/publication"),
        ({"narrative": {"matters": "另写一项。"}}, "narrative-twice", "/narrative/matters"),
        ({"channels": [{"name": "门户网站", "count": 614}]}, "numbers-unprinted", "/channels"),
    ],
    ids=["part one", "part six", "channels"],
)
def test_what_would_not_be_printed_is_refused_even_in_a_draft(
    service: Service, answers: dict[str, Any], code: str, pointer: str
) -> None:
    assert found(service, {**given("2023"), **answers, "draft": True})[code] == [("error", pointer)]


def test_a_chart_with_nothing_to_show_is_told_and_not_printed(service: Service) -> None:
    rows = dict.fromkeys(given("2023")["table3"]["rows"], [0] * 7)
    answers = {**with_answers("2023", table3__rows=rows), "charts": ["channels", "applications", "results"]}
    assert found(service, answers)["chart-empty"] == [("warning", "/charts")] * 3
    assert "图1" not in "".join(p.text for p in Docx(BytesIO(service.build(ID, answers).content)).paragraphs)


def test_a_chart_without_numbers_is_called_by_its_name_alone(service: Service) -> None:
    rows = dict.fromkeys(given("2023")["table3"]["rows"], [0] * 7)
    answers = {**with_answers("2023", table3__rows=rows), "charts": ["applications"]}
    (told,) = (one.message for one in service.check(ID, answers, today=TODAY) if one.code == "chart-empty")
    assert told == "“各类申请人的申请数量”没有可以画的数字，这个图没有印。"


@pytest.mark.parametrize("number", ["（一）", "(1)", "一、", "2."])
def test_matters_with_numbers_of_their_own_are_told_to_leave_them_out(service: Service, number: str) -> None:
    sample = service.sample(ID)
    sample["narrative"]["matters"] = f"任务已经完成。\n{number}承办建议提案"
    seen = [one for one in service.check(ID, sample, today=TODAY) if one.pointer == "/narrative/matters"]
    assert [(one.code, one.message) for one in seen] == [
        ("matter-numbered", f"第2行开头写了“{number}”，序号自动编排，请删去。")
    ]


def test_two_forms_for_table_2_are_refused_once(service: Service) -> None:
    answers = {**given("2020"), "format": "2021"}
    with pytest.raises(InvalidInput) as refusal:
        service.check(ID, answers, today=TODAY)
    assert [fault.pointer for fault in refusal.value.faults] == ["/table2/format"]


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"agency": "聊城市财政局"}, "agency-other"),
        ({"agency": None, "title": "聊城市财政局2023年政府信息公开工作年度报告"}, "agency-other"),
        ({"agency": None, "title": None, "signature": "聊城市财政局"}, "agency-other"),
        ({"agency": None, "title": None, "signature": None}, "agency-unnamed"),
        ({"agency": None, "title": "2023年政府信息公开工作年度报告", "signature": None}, "agency-unnamed"),
        ({"preamble": "聊城市机关事务管理局2023年政府信息公开工作年度报告\n本报告依照规定编制。"}, "preamble-title"),
    ],
    ids=[
        "another agency",
        "another in the title",
        "another signature",
        "nobody",
        "nobody in the title",
        "title in the preamble",
    ],
)
def test_what_a_copied_record_brings_along_is_doubted(service: Service, changes: dict[str, Any], code: str) -> None:
    assert code not in found(service, given("2023"))
    answers = without_nothing({**given("2023"), **changes})
    assert [severity for severity, _ in found(service, answers)[code]] == ["warning"]


@pytest.mark.parametrize(
    "changes",
    [
        {"agency": None},
        {"agency": None, "title": "2023年聊城市机关事务管理局政府信息公开工作年度报告", "signature": None},
        {"agency": "聊城市人民政府", "title": None, "signature": None},
        {"agency": None, "title": None, "signature": None, "preamble": None, "sections": [], "claims": []},
    ],
    ids=["title and signature", "title", "government", "typed here"],
)
def test_a_record_of_this_office_may_leave_its_name_out(service: Service, changes: dict[str, Any]) -> None:
    assert not {"agency-other", "agency-unnamed"} & set(found(service, without_nothing({**given("2023"), **changes})))


@pytest.mark.parametrize("items", [[], [{"head": "", "text": ""}], [{"head": "（一）", "text": ""}]])
@pytest.mark.parametrize("part", [1, 5, 6])
@pytest.mark.parametrize("name", ["2019", "2022"])
def test_a_bare_heading_is_told(service: Service, name: str, part: int, items: list[dict[str, str]]) -> None:
    answers = given(name)
    answers["sections"][part - 1]["items"] = items
    doubts = found(service, answers)["S-EMPTY"]
    assert ("warning", f"/sections/{part - 1}/items" + ("/0/text" if items and items[0]["head"] else "")) in doubts


@pytest.mark.parametrize("name", ["2019", "2020"])
def test_a_record_without_problems_and_their_remedy_is_told(service: Service, name: str) -> None:
    answers = given(name)
    answers["sections"] = [one for one in answers["sections"] if one["no"] not in (5, 6)]
    seen = found(service, answers)
    assert seen["S-PROBLEM"] == [("warning", "/narrative")]
    assert seen["S-EMPTY"] == [("warning", "/narrative")]


@pytest.mark.parametrize(("preamble", "told"), [("本报告依照规定编制。", False), (None, True)])
def test_whose_address_the_preamble_gives_is_told(service: Service, preamble: str | None, told: bool) -> None:
    answers = without_nothing({**given("2023"), "agency": "聊城市财政局", "preamble": preamble})
    (message,) = (one.message for one in service.check(ID, answers, today=TODAY) if one.code == "agency-other")
    assert ("前言里的网站、地址、电话是本机关的" in message) == told


@pytest.mark.parametrize(
    ("changes", "pointers"),
    [
        ({"channels": [{"name": "门户网站", "count": 486, "unit": "12"}]}, ["/channels/0/unit"]),
        (
            {"channels": [{"name": "微信公众号", "count": 4}, {"name": "微信 公众号", "count": 5, "unit": "篇"}]},
            ["/channels/1/name"],
        ),
        (
            {"interpretations": [{"form": "图解", "count": 4}, {"form": "图解", "count": 5}]},
            ["/interpretations/1/form"],
        ),
    ],
    ids=["digits for a unit", "one channel twice", "one form twice"],
)
def test_counts_that_would_print_unclearly_are_refused(
    service: Service, changes: dict[str, Any], pointers: list[str]
) -> None:
    with pytest.raises(InvalidInput) as refusal:
        service.check(ID, {**service.sample(ID), **changes}, today=TODAY)
    assert [fault.pointer for fault in refusal.value.faults] == pointers


def test_a_name_that_ends_in_a_digit_is_doubted(service: Service) -> None:
    changes = {"channels": [{"name": "频道2", "count": 48}], "interpretations": [{"form": "图解１", "count": 4}]}
    seen = found(service, {**service.sample(ID), **changes})
    assert seen["name-digit"] == [("warning", "/channels/0/name"), ("warning", "/interpretations/0/form")]
    assert "name-digit" not in found(service, service.sample(ID))


@pytest.mark.parametrize(
    ("fee", "matters", "told"),
    [
        ({"yuan": 0, "cases": 3}, "已经公开。", {"FEE-CASES": [("error", "/processing_fee/cases")]}),
        ({"yuan": 150}, "已经公开。\n本年度未收取信息处理费。", {"FEE-SAID": [("warning", "/narrative/matters")]}),
        ({"yuan": 0}, "本年度收取信息处理费20元。", {"FEE-SAID": [("warning", "/narrative/matters")]}),
        ({"yuan": 150, "cases": 1}, "已经公开。", {}),
    ],
    ids=["cases without amount", "not charged", "charged", "agrees"],
)
def test_the_fee_is_told_once_and_in_one_way(
    service: Service, fee: dict[str, int], matters: str, told: dict[str, Any]
) -> None:
    sample = service.sample(ID)
    seen = found(service, {**sample, "processing_fee": fee, "narrative": {**sample["narrative"], "matters": matters}})
    assert {code: places for code, places in seen.items() if code.startswith("FEE")} == told


# What the checker says of a report that was built here.

WRITTEN: dict[str, dict[str, Any]] = {
    "sample": {},
    "no fee": {"processing_fee": {"yuan": 0}},
    "a fee in yuan": {"processing_fee": {"yuan": 380}},
    "one interpretation": {"interpretations": [{"form": "图解", "count": 3}]},
    "rules": {
        "table2/rules": {"issued": 2, "repealed": 1, "valid": 12},
        "agency": "聊城市人民政府",
        "narrative/assessment": "工作考核、社会评议的结果良好，没有责任追究的情形。",
        "agency_kind": "government",
        "level": "prefecture-city",
    },
    "disputes": {
        "table4/reconsideration": {"upheld": 3, "corrected": 1, "other": 0, "pending": 0, "total": 4},
        "table4/suit_after": {"upheld": 1, "corrected": 0, "other": 0, "pending": 1, "total": 2},
    },
    "organisations only": {
        "table3/rows/new": [0, 5, 0, 0, 0, 0, 5],
        "table3/rows/sum": [1, 4, 0, 0, 0, 0, 5],
        "table3/rows/granted": [0, 3, 0, 0, 0, 0, 3],
        "table3/rows/u1_not_held": [0, 1, 0, 0, 0, 0, 1],
        "table3/rows/carried_out": [0, 1, 0, 0, 0, 0, 1],
    },
}


@pytest.mark.parametrize("format", ["docx", "html"])
@pytest.mark.parametrize("name", WRITTEN)
def test_a_report_that_was_built_here_gives_the_checker_nothing_to_say(
    service: Service, name: str, format: str
) -> None:
    written = service.build(ID, changed(service.sample(ID), WRITTEN[name]), format, today=TODAY).content
    again = read(written if format == "docx" else written.decode())
    assert [one.message for one in check(again)] == []


def test_a_report_on_the_form_of_2019_gives_the_checker_nothing_to_say_of_its_sentences(service: Service) -> None:
    answers = with_answers("2020", sections=LEFT_OUT, preamble=LEFT_OUT, claims=LEFT_OUT, draft=True)
    told = {one.code for one in check(read(service.build(ID, answers, today=TODAY).content))}
    assert not {code for code in told if code.startswith("NARR") or code == "S-BROKEN"}


def test_what_our_sentences_state_comes_back_from_the_document(service: Service) -> None:
    again = read(service.build(ID, service.sample(ID), today=TODAY).content)
    assert again.processing_fee and (again.processing_fee.yuan, again.processing_fee.cases) == (150, 1)
    assert {claim.key: claim.value for claim in again.claims} == {
        "channel:门户网站": 486,
        "channel:政府信息公开平台": 132,
        "channel:微信公众号": 257,
        "interpretations": 13,
        "interpretation:文字解读": 6,
        "interpretation:图解": 5,
        "interpretation:问答": 2,
    }
    assert "图1" not in "".join(item.text for section in again.sections for item in section.items)


@pytest.mark.parametrize(
    ("printed", "wrong", "code"),
    [
        ("自然人提出4件", "自然人提出3件", "NARR-TEXT"),
        ("法人或者其他组织提出1件", "法人或者其他组织提出2件", "NARR-TEXT"),
        ("政策解读材料13件", "政策解读材料14件", "NARR"),
        ("信息处理费共150元", "信息处理费共155元", "FEE-10"),
    ],
)
def test_a_sentence_of_ours_that_was_changed_by_hand_is_caught(
    service: Service, printed: str, wrong: str, code: str
) -> None:
    page = service.build(ID, service.sample(ID), "html", today=TODAY).content.decode()
    assert printed in page
    assert code in {one.code for one in check(read(page.replace(printed, wrong)))}
