"""卷内目录和备考表 (条例第四十五条): what a closed case's file contains, page by page, and who filed and checked it."""

from __future__ import annotations

import re
from typing import Any

from gipdocs.documents.document import Answers, Document, Finding
from gipdocs.findings import doubt, fault, note
from gipdocs.law import Office
from gipdocs.questions import (
    Choice,
    Date,
    DocumentNumber,
    LongText,
    Name,
    Number,
    Questions,
    Rows,
    StaffQuestions,
    Text,
    Title,
)
from gipdocs.writing import chinese_date, quantity

from .course import OUTCOME_OPTIONS, head, paragraphs, reference_question

TITLE = "卷内目录和备考表"
BASIS = "registration"
RETENTION = {"permanent": "永久", "thirty": "定期30年", "ten": "定期10年"}
MOST_PAGES = 100_000
ESSENTIAL = {
    "申请": re.compile(r"申请(表|书|信|材料)?(（.*）|$)|代填"),
    "答复书或者告知书": re.compile("答复书|告知书"),
    "送达的凭证": re.compile("送达|回证|邮寄|邮件|签收|凭证"),
}
"""What every closed file has: its name, and the titles by which it is recognised."""


class PaperQuestions(Questions):
    """One paper of the file."""

    author = Text("责任者", help="制作文件的单位或者个人。", example="张晓彤", longest=60)
    number = DocumentNumber(
        "文号",
        help="没有文号的不填。",
        example=lambda office: f"{office.profile.document_code}〔2026〕12号",
        longest=60,
        case="letter.number",
    )
    title = Title("题名", example="政府信息公开申请表", required=True, longest=150, case="letter.title")
    day = Date("文件日期", example="2026-03-02", case="letter.date")
    first = Number("起始页", example=1, least=1, most=MOST_PAGES, required=True)
    last = Number("终止页", help="只有一页的不填。", example=2, least=1, most=MOST_PAGES)
    remark = Text("备注", help="例如复印件、电子文件。", example="复印件", longest=40)


class FileIndexQuestions(StaffQuestions):
    """The papers in the order in which they are bound."""

    volume = Text(
        "案卷题名",
        example="张晓彤申请公开2025年市级党政机关公务用车调配更新计划",
        required=True,
        longest=100,
        case="case.title",
    )
    volume_number = Text("案卷号", example="2026-012", longest=40)
    application_no = reference_question()
    papers = Rows(
        "卷内文件",
        PaperQuestions,
        help="按装订的顺序，一件一行。",
        least=1,
        most=200,
        required=True,
        example=lambda office: [
            {"author": "张晓彤", "title": "政府信息公开申请表", "day": "2026-03-02", "first": 1, "last": 2},
            {
                "author": office.profile.name,
                "title": "政府信息公开审查呈批单",
                "day": "2026-03-16",
                "first": 3,
            },
            {
                "author": office.profile.name,
                "number": f"{office.profile.document_code}〔2026〕12号",
                "title": "政府信息公开申请答复书",
                "day": "2026-03-20",
                "first": 4,
                "last": 5,
            },
            {
                "author": office.profile.name,
                "title": "政府信息公开文书送达回证",
                "day": "2026-03-20",
                "first": 6,
                "remark": "附邮件收据",
            },
        ],
        case="letters",
    )
    outcome = Choice("办理结果", options=OUTCOME_OPTIONS, example="reply-granted", case="answer.outcome")
    retention = Choice("保管期限", options=RETENTION, help="按本机关文书档案保管期限表填写。", example="thirty")
    condition = LongText(
        "本卷情况说明",
        help="缺损、修改、补充、移出、销毁，以及复印件、电子文件的存放位置。",
        example="卷内文件齐全，没有缺损。",
        longest=2000,
    )
    filed_by = Name("立卷人", example="孙静", longest=50)
    checked_by = Name("检查人", example="周敏", longest=50)
    date = Date("立卷日期", example="2026-04-10", required=True, open_in_draft=True, case="letter.date")


def context(answers: Answers, office: Office) -> dict[str, Any]:
    """The papers as rows of the index, and how many pieces and pages there are."""
    papers, outcome = answers["papers"], office.law_of(answers).outcomes.get(answers.get("outcome", ""))
    return {
        **head(answers, office),
        "volume": answers["volume"],
        "volume_number": answers.get("volume_number", ""),
        "papers": [_paper(order, row) for order, row in enumerate(papers, 1)],
        "pieces": quantity(len(papers), "件"),
        "total": quantity(max(_last(row) for row in papers), "页"),
        "outcome": outcome.short if outcome else "",
        "retention": RETENTION.get(answers.get("retention", ""), ""),
        "condition": paragraphs(answers.get("condition", "")),
        "filed_by": answers.get("filed_by", ""),
        "checked_by": answers.get("checked_by", ""),
    }


def _paper(order: int, row: Answers) -> dict[str, str]:
    first, last = row["first"], _last(row)
    return {
        "order": str(order),
        **{key: row.get(key, "") for key in ("author", "number", "title", "remark")},
        "day": chinese_date(row["day"]).replace("年", "年\n") if "day" in row else "",
        "pages": str(first) if first == last else f"{first}-{last}",
    }


def _last(row: Answers) -> int:
    return int(row.get("last", row["first"]))


def check_pages(answers: Answers, office: Office) -> list[Finding]:
    """Checks that the pages run from 1 on without a gap and without being counted twice."""
    found, expected = [], 1
    for i, row in enumerate(answers["papers"]):
        first, last, pointer = row["first"], _last(row), f"/papers/{i}/first"
        if last < first:
            found.append(fault("page-range", "终止页不能小于起始页，请核对。", f"/papers/{i}/last"))
        elif first > expected:
            gap = f"第{expected}页" if first - expected == 1 else f"第{expected}页至第{first - 1}页"
            found.append(doubt("pages-gap", f"{gap}没有编入目录，请核对页号。", pointer))
        elif first < expected:
            found.append(doubt("pages-twice", f"第{first}页已经编给前面的文件，请核对页号。", pointer))
        expected = max(expected, last + 1)
    return found


def check_days(answers: Answers, office: Office) -> list[Finding]:
    """Warns of a paper that is dated after the file was closed."""
    dated = answers.get("date")
    return [
        doubt("paper-after-filing", "文件日期晚于立卷日期，请核对。", f"/papers/{i}/day")
        for i, row in enumerate(answers["papers"])
        if dated and row.get("day", dated) > dated
    ]


def check_complete(answers: Answers, office: Office) -> list[Finding]:
    """Notes what a closed file usually contains and this index, by its titles, does not."""
    titles = [row["title"] for row in answers["papers"]]
    missing = [what for what, pattern in ESSENTIAL.items() if not any(map(pattern.search, titles))]
    if not missing:
        return []
    message = f"目录里没有看到{'、'.join(missing)}，请核对案卷是否齐全。"
    return [note("file-incomplete", message, "/papers", basis=office.cite(BASIS, of=answers))]


FILE_INDEX = Document(
    id="file-index",
    title=TITLE,
    group="程序",
    summary="办结归档时填写：卷内文件逐件编目，件数、页数由系统计算；备考表写明本卷情况、立卷人和检查人。",
    schema=FileIndexQuestions,
    template="file-index.docx",
    context=context,
    checks=(check_pages, check_days, check_complete),
)
