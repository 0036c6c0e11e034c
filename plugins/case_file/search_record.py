"""政府信息检索记录 (条例第三十六条第四项): where, with which keywords, for which period and by whom, with what result."""

from __future__ import annotations

from typing import Any

from gipdocs.documents.document import Answers, Document, Finding
from gipdocs.findings import doubt, fault
from gipdocs.law import Office
from gipdocs.letters.case import name_applicants, receipt_day
from gipdocs.letters.letter import PRINTED_REQUEST, application_block, check_request, clock_block
from gipdocs.letters.notices import check_facts
from gipdocs.questions import (
    Choice,
    Date,
    LongText,
    Name,
    Questions,
    Rows,
    StaffQuestions,
    Text,
)
from gipdocs.writing import chinese_date

from .course import asked, head, paragraphs, reference_question

TITLE = "政府信息检索记录"
BASIS = "answer_not_existing"
RESULTS = {"none": "未检索到", "found": "检索到", "similar": "检索到相近信息，不是所申请的信息"}


class SearchQuestions(Questions):
    """One search."""

    system = Text("检索的系统、档案或者场所", example="电子公文系统", required=True, longest=100)
    keywords = Text(
        "检索关键词和方法", help="写明用过的全部关键词。", example="公务用车；调配；更新计划", required=True
    )
    period = Text("信息的时间范围", example="2024年1月至2026年3月", required=True, longest=60)
    result = Choice("检索结果", options=RESULTS, example="none", required=True)
    found = Text(
        "检索到的信息",
        help="检索到的写明名称和文号。",
        example="市级公务用车管理办法",
        needed="检索到的必填",
        in_sample=False,
    )
    searcher = Name("检索人", example="孙静", required=True, longest=50)
    searched_on = Date("检索日期", example="2026-03-10", required=True)


class SearchRecordQuestions(StaffQuestions):
    """All searches for one application."""

    application = application_block(printed=("name", "others", *PRINTED_REQUEST))
    application_no = reference_question()
    clock = clock_block(printed=())
    searches = Rows(
        "检索经过",
        SearchQuestions,
        help="在一处用一组关键词检索一次，记一行。",
        least=1,
        most=60,
        required=True,
        example=[
            {
                "system": "电子公文系统",
                "keywords": "公务用车；调配；更新计划",
                "period": "2024年1月至2026年3月",
                "result": "none",
                "searcher": "孙静",
                "searched_on": "2026-03-10",
            },
            {
                "system": "档案室文书档案",
                "keywords": "车辆；调配；更新",
                "period": "2023年至2025年",
                "result": "similar",
                "found": "市级公务用车管理办法",
                "searcher": "孙静",
                "searched_on": "2026-03-11",
            },
        ],
    )
    inquiries = LongText(
        "询问核实情况",
        help="向承办过该事项的部门、人员询问的情况；没有的不填。",
        example="经询问资产管理科，该项计划没有制作过。",
        longest=2000,
    )
    conclusion = LongText(
        "检索结论",
        example="经上述检索和询问，没有检索到所申请公开的信息。",
        required=True,
        shortest=6,
        longest=2000,
    )
    reviewer = Name("复核人", example="周敏", in_sample=False, longest=50)
    date = Date("记录日期", example="2026-03-12", required=True, open_in_draft=True, case="letter.date")


def context(answers: Answers, office: Office) -> dict[str, Any]:
    """The names of the record, with one row of the table for each search."""
    return {
        **head(answers, office),
        "law": office.law_of(answers).citations,
        "name": "、".join(name_applicants(answers["application"])),
        "asked": asked(answers["application"]),
        "searches": [
            {
                "number": str(number),
                **{key: row[key] for key in ("system", "keywords", "period", "searcher")},
                "result": RESULTS[row["result"]] + (f"：{row['found']}" if "found" in row else ""),
                "day": chinese_date(row["searched_on"]).replace("年", "年\n"),
            }
            for number, row in enumerate(answers["searches"], 1)
        ],
        "inquiries": paragraphs(answers.get("inquiries", "")),
        "conclusion": paragraphs(answers["conclusion"]),
        "reviewer": answers.get("reviewer", ""),
    }


def check_days(answers: Answers, office: Office) -> list[Finding]:
    """Checks that each search was made after the application arrived and not after the date of the record."""
    received, dated = receipt_day(answers["clock"]) or answers["clock"]["received"], answers.get("date")
    found = []
    for i, row in enumerate(answers["searches"]):
        pointer, day = f"/searches/{i}/searched_on", row["searched_on"]
        if dated and day > dated:
            found.append(fault("dates-out-of-order", "检索日期不能晚于记录日期，请核对。", pointer))
        elif day < min(received, answers["clock"]["received"]):
            message = "检索日期早于收到申请的日期，不能证明针对这件申请作了检索，请核对。"
            found.append(doubt("search-before-receipt", message, pointer, basis=office.cite(BASIS, of=answers)))
    return found


def check_places(answers: Answers, office: Office) -> list[Finding]:
    """Checks that more than one place was searched: courts seldom accept the search of a single place as sufficient."""
    if len({row["system"].strip() for row in answers["searches"]}) > 1:
        return []
    message = "只检索了一处。以政府信息不存在答复的，应当证明在可能存放的各处都作了检索，请补充检索或者写明原因。"
    return [doubt("search-one-place", message, "/searches", basis=office.cite(BASIS, of=answers))]


def check_found(answers: Answers, office: Office) -> list[Finding]:
    """Checks that information that was found is named."""
    message = "检索到了信息的，请写明名称和文号。"
    return [
        fault("search-found-unnamed", message, f"/searches/{i}/found", basis=office.cite(BASIS, of=answers))
        for i, row in enumerate(answers["searches"])
        if row["result"] != "none" and "found" not in row
    ]


SEARCH_RECORD = Document(
    id="search-record",
    title=TITLE,
    group="程序",
    summary="答复政府信息不存在之前，记录检索的系统、关键词、时间范围、结果、检索人和日期，归入案卷。",
    schema=SearchRecordQuestions,
    template="search-record.docx",
    context=context,
    checks=(check_request, check_facts, check_days, check_places, check_found),
)
