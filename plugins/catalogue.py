"""政府信息主动公开基本目录 (条例第十二条): a table of what is published, on what legal basis, when, by whom and where."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from copy import deepcopy
from itertools import groupby
from pathlib import Path
from typing import Any

from gipdocs.documents.document import Answers, Document, Finding
from gipdocs.docx.values import Format
from gipdocs.findings import doubt, note
from gipdocs.law import Office
from gipdocs.law.citations import Cited
from gipdocs.questions import (
    Date,
    LongText,
    Name,
    Questions,
    Rows,
    StaffQuestions,
    Text,
)
from gipdocs.questions.text import OWN_MARK
from gipdocs.spreadsheets.sheets import Column, Sheet
from gipdocs.writing import chinese_date

TITLE = "政府信息主动公开基本目录"
SAMPLE = tomllib.loads(
    (Path(__file__).resolve().parents[1] / "doc_templates" / "catalogue.toml").read_text(encoding="utf-8")
)["items"]
MOST_ROWS = 250
KEPT_ROWS = 6
COLUMNS = (
    Column(heading="序号", width=3, centred=True),
    Column(heading="一级事项", width=7, merged=True),
    Column(heading="二级事项", width=8, centred=True),
    Column(heading="公开内容", width=20),
    Column(heading="公开依据", width=18),
    Column(heading="公开时限", width=12),
    Column(heading="公开主体", width=9, centred=True),
    Column(heading="公开渠道", width=13),
)

# What every agency has to publish: the words for it in a catalogue, and the provision of the regulation.
OWED = {
    "机关职能": (("职能",), "proactive_functions"),
    "行政规范性文件": (("规范性文件",), "proactive_rules"),
    "财政预算、决算信息": (("预算", "决算"), "proactive_budget"),
    "政府信息公开指南": (("指南",), "guide"),
    "政府信息公开工作年度报告": (("年度报告", "年报"), "annual_report"),
}


def _sample(office: Any) -> Any:
    return deepcopy(SAMPLE)


class CatalogueRow(Questions):
    """One row; the default for time, body and channel is the law's term, the agency itself and its web sites."""

    category = Text(
        "一级事项", help="同一一级事项的各行连着写，表中合并为一格。", example="机构职能", required=True, longest=40
    )
    topic = Text("二级事项", example="机关职能", longest=60)
    content = LongText("公开内容", example="机关职能，机关简介，办公地址", required=True, longest=1000)
    basis = LongText(
        "公开依据",
        help="法律、法规、规章或者文件的名称和条款。",
        example=lambda office: office.today_law.cite("proactive_functions"),
        required=True,
        longest=1000,
    )
    term = LongText(
        "公开时限",
        help=Cited("不填的，按{proactive_term.short}印出法定时限。"),
        example="长期公开，发生变更的及时更新",
        longest=300,
    )
    body = Name("公开主体", help="不填的，印本机关名称。", example="办公室", longest=100)
    channel = LongText("公开渠道", help="不填的，印机关概况中的网站。", example="门户网站“机构职能”栏目", longest=300)


class CatalogueQuestions(StaffQuestions):
    """The rows of the catalogue, and the date of the edition."""

    items = Rows(
        "目录",
        CatalogueRow,
        help="可以在本页填写，也可以载入表格文件：表头写一级事项、二级事项、公开内容、公开依据、公开时限、公开主体、公开渠道。",
        example=_sample,
        required=True,
        least=1,
        most=MOST_ROWS,
    )
    date = Date("更新日期", help="印在标题下方；不填的不印。", example="2026-01-05")


def context(answers: Answers, office: Office) -> dict[str, Any]:
    """The names that catalogue.docx uses: rows in groups, so that a first-level cell is merged over its rows."""
    rows = [{"number": number, **row} for number, row in enumerate(_rows(answers, office), 1)]
    groups = [list(group) for _, group in groupby(rows, key=lambda row: row["category"])]
    return {
        "organ": office.profile.name,
        "note": _note(answers),
        "groups": [[{**row, "keep": _keep(i, len(group))} for i, row in enumerate(group, 1)] for group in groups],
    }


def _keep(number: int, count: int) -> Format:
    """The format that keeps the rows of a small group on one page."""
    return Format(keep_next=number < count <= KEPT_ROWS)


def _rows(answers: Answers, office: Office) -> Iterator[dict[str, str]]:
    sites = "、".join(site.name for site in office.profile.sites.values())
    usual = {
        "topic": "",
        "term": f"自该信息形成或者变更之日起{office.law.limit('proactive', office.day_of(answers)).text}内",
        "body": office.profile.name,
        "channel": sites,
    }
    yield from ({**usual, **row} for row in answers["items"])


def _note(answers: Answers) -> str:
    dated = answers.get("date")
    return f"更新日期：{chinese_date(dated)}" if dated else ""


def xlsx(answers: Answers, office: Office) -> bytes:
    """The same table as a workbook, which can be read in again."""
    keys = ("category", "topic", "content", "basis", "term", "body", "channel")
    rows = [[str(i), *(row[key] for key in keys)] for i, row in enumerate(_rows(answers, office), 1)]
    draft = "（草稿）" if answers.get("draft") else ""
    sheet = Sheet(
        name=TITLE, title=office.profile.name + TITLE + draft, columns=COLUMNS, rows=rows, note=_note(answers)
    )
    return sheet.xlsx(author=office.author, created=office.day_of(answers))


def check_categories(answers: Answers, office: Office) -> list[Finding]:
    """Checks that the rows of a first-level item are together, and that no item occurs twice."""
    runs = [(category, list(rows)) for category, rows in groupby(enumerate(answers["items"]), key=_category)]
    found, seen = [], set[str]()
    for category, rows in runs:
        if category in seen:
            message = f"一级事项“{category}”分写在几处，目录中会成为几格，请把它的各行移到一起。"
            found.append(doubt("category-split", message, f"/items/{rows[0][0]}/category"))
        seen.add(category)
    return found + list(_repeated(answers["items"]))


def check_names(answers: Answers, office: Office) -> list[Finding]:
    """Checks that the names of items don't end with a punctuation mark."""
    labels = {"category": "一级事项", "topic": "二级事项"}
    return [
        doubt("name-punctuated", f"第{i + 1}行“{label}”的末尾有标点“{found[1]}”，请删去。", f"/items/{i}/{key}")
        for i, row in enumerate(answers["items"])
        for key, label in labels.items()
        if (found := OWN_MARK.search(row.get(key, "")))
    ]


def _category(numbered: tuple[int, Mapping[str, Any]]) -> str:
    return str(numbered[1]["category"])


def _repeated(rows: Sequence[Mapping[str, Any]]) -> Iterator[Finding]:
    first: dict[tuple[str, ...], int] = {}
    for i, row in enumerate(rows):
        key = (row["category"], row.get("topic", ""), row["content"])
        if key in first:
            message = f"第{i + 1}行与第{first[key] + 1}行的事项和内容相同，请删去一行。"
            yield doubt("row-repeated", message, f"/items/{i}/content")
        first.setdefault(key, i)


def check_owed(answers: Answers, office: Office) -> list[Finding]:
    """Checks that the catalogue has what every agency must publish on its own initiative."""
    written = "\n".join(f"{row['category']} {row.get('topic', '')} {row['content']}" for row in answers["items"])
    return [
        note(
            "owed-missing",
            f"目录里没有“{name}”，条例要求主动公开，请核对是否遗漏。",
            "/items",
            basis=office.cite(rule, of=answers),
        )
        for name, (words, rule) in OWED.items()
        if not any(word in written for word in words)
    ]


CATALOGUE = Document(
    id="catalogue",
    title=TITLE,
    group="公开",
    summary="本机关主动公开哪些政府信息，依据、时限、主体和渠道；可以从Excel、WPS表格读入，也可以生成表格。",
    schema=CatalogueQuestions,
    template="catalogue.docx",
    context=context,
    checks=(check_categories, check_names, check_owed),
    formats=("docx", "pdf", "html", "xlsx"),
    renderers={"xlsx": xlsx},
)
