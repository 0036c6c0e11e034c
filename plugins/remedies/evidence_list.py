"""证据、依据目录 in a reconsideration, 证据清单 in a suit (法释〔2002〕21号第十九条): what is submitted, and what it proves."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from typing import Any

from gipdocs.documents.document import Answers, Document, Finding
from gipdocs.findings import doubt, fault
from gipdocs.law import Office
from gipdocs.law.remedies import reconsideration_organs
from gipdocs.letters import check_rest_day, lines_question
from gipdocs.questions import Choice, Date, Name, Number, Questions, Rows, StaffQuestions, Text, Title
from gipdocs.writing import chinese_date, quote

from ..case_file.course import OPEN_DAY
from .proceedings import RECONSIDERATION, SUIT, check_evidence

KINDS = {"reconsideration": "行政复议", "suit": "行政诉讼"}
PROCEEDINGS = {"reconsideration": RECONSIDERATION, "suit": SUIT}
TITLES = {"reconsideration": "证据、依据目录", "suit": "证据清单"}
BASES = {"reconsideration": "reconsideration_answer", "suit": "suit_evidence_list"}
FORMS = {"original": "原件", "copy": "复印件", "disc": "光盘等电子载体", "object": "实物"}
PAGED = ("original", "copy")
MOST_PAGES = 100_000


class ItemQuestions(Questions):
    """One item of evidence."""

    title = Title("证据名称", example="政府信息公开申请表", required=True, longest=100)
    source = Text("来源", help="谁制作、提供，或者从哪里取得。", example="申请人提交", required=True, longest=60)
    form = Choice("形式", options=FORMS, example="copy", required=True)
    first = Number(
        "起始页",
        help="在证据材料中的页码；电子载体、实物不填。",
        example=1,
        needed="有页码的必填",
        least=1,
        most=MOST_PAGES,
    )
    last = Number("终止页", help="只有一页的不填。", example=2, least=1, most=MOST_PAGES)
    proves = Text("证明对象", example="申请人于2026年3月2日提出申请，以及申请的内容", required=True, longest=300)
    obtained = Date(
        "取得的日期",
        help="制作或者收到的日期，据此核对是否在作出该行为以前取得；不印在目录上。",
        example="2026-03-02",
        on_file=True,
    )


class RuleQuestions(Questions):
    """One law or document on which the act rests."""

    title = Text(
        "依据名称",
        help="法律、法规、规章或者规范性文件的全称，规范性文件写明文号。",
        example=lambda office: office.today_law.citations["answer_not_existing"].act,
        required=True,
        longest=150,
    )
    place = Text(
        "条款",
        example=lambda office: office.today_law.citations["answer_not_existing"].place,
        longest=100,
    )
    first = Number("起始页", example=7, needed="有页码的必填", least=1, most=MOST_PAGES)
    last = Number("终止页", example=8, in_sample=False, least=1, most=MOST_PAGES)


class EvidenceListQuestions(StaffQuestions):
    """The evidence and the rules, row by row, with their pages."""

    kind = Choice("用于", options=KINDS, example="reconsideration", required=True, case="challenge.proceeding")
    authority = Name(
        "行政复议机关、人民法院",
        help="填全称。",
        example=lambda office: reconsideration_organs(office, office.today)[0],
        required=True,
        longest=100,
        case="challenge.organ",
    )
    case_number = Text("案号", example="某政复〔2026〕31号", longest=60)
    claimants = lines_question(
        "申请人、原告", ["张晓彤"], help="一行一人。", of=Name, longest=100, case="case.applicants"
    )
    act_date = Date(
        "所针对的文书的日期", help="不印在目录上。", example="2026-03-20", on_file=True, case="answer.dated"
    )
    received = Date(
        "收到申请书副本、起诉状副本的日期",
        help="据此核对证据是否在此以前取得；不印在目录上。",
        example="2026-04-09",
        on_file=True,
        case="challenge.received",
    )
    evidence = Rows(
        "证据",
        ItemQuestions,
        help="一行一份，按材料的次序编页。",
        least=1,
        most=200,
        required=True,
        example=[
            {
                "title": "政府信息公开申请表",
                "source": "申请人提交",
                "form": "copy",
                "first": 1,
                "last": 2,
                "proves": "申请人于2026年3月2日提出申请，以及申请的内容",
                "obtained": "2026-03-02",
            },
            {
                "title": "政府信息检索记录",
                "source": "本机关制作",
                "form": "copy",
                "first": 3,
                "last": 5,
                "proves": "本机关在公文处理系统、机关档案室和承办科室作了检索，没有检索到所申请的信息",
                "obtained": "2026-03-10",
            },
            {
                "title": "政府信息公开申请答复书",
                "source": "本机关制作",
                "form": "copy",
                "first": 6,
                "proves": "本机关在期限内作出答复，答复的内容和救济途径的告知",
                "obtained": "2026-03-20",
            },
        ],
    )
    rules = Rows("依据", RuleQuestions, help="一行一件。", most=100)
    date = Date("提交日期", example="2026-04-15", required=True, open_in_draft=True, case="letter.date")


def context(answers: Answers, office: Office) -> dict[str, Any]:
    """The names of the form, with a row of each table for each item."""
    kind, dated = answers["kind"], answers.get("date")
    return {
        "organ_name": office.profile.name,
        "title": TITLES[kind],
        "date": chinese_date(dated) if dated else OPEN_DAY,
        "authority": answers["authority"],
        "proceeding": KINDS[kind],
        "case_number": answers.get("case_number", ""),
        "claimant": PROCEEDINGS[kind].claimant,
        "claimants": "、".join(answers["claimants"]),
        "items": [
            {
                "number": str(number),
                **{key: row[key] for key in ("title", "source", "proves")},
                "form": FORMS[row["form"]],
                "pages": _pages(row),
            }
            for number, row in enumerate(answers["evidence"], 1)
        ],
        "rules": [
            {"number": str(number), "title": row["title"], "place": row.get("place", ""), "pages": _pages(row)}
            for number, row in enumerate(answers.get("rules", []), 1)
        ],
    }


def _pages(row: Mapping[str, Any]) -> str:
    """3—5, or 6 for a single page; empty if no page was given."""
    return "—".join(str(row[key]) for key in ("first", "last") if key in row)


def check_pages(answers: Answers, office: Office) -> list[Finding]:
    """Checks that every paper has its pages, in order; what is not a paper needs none."""
    basis = office.cite(BASES[answers["kind"]], of=answers)
    found = []
    for key in ("evidence", "rules"):
        for i, row in enumerate(answers.get(key, [])):
            named, place = quote(row["title"]), f"/{key}/{i}"
            if "first" not in row and (row.get("form") in PAGED or "last" in row):
                message = f"{named}没有写明起始页，请填写；没有编页的，先编页。"
                found.append(fault("evidence-page-missing", message, f"{place}/first", basis=basis, overridable=True))
            elif row.get("last", MOST_PAGES) < row.get("first", 1):
                message = f"{named}的终止页小于起始页，请核对。"
                found.append(fault("evidence-page-order", message, f"{place}/last"))
    return found


def check_overlaps(answers: Answers, office: Office) -> list[Finding]:
    """Checks that no two papers stand on the same page."""
    rows = [
        (row["first"], max(row.get("last", 0), row["first"]), row["title"], f"/{key}/{i}/first")
        for key in ("evidence", "rules")
        for i, row in enumerate(answers.get(key, []))
        if "first" in row
    ]
    return [
        doubt("evidence-pages-overlap", f"{quote(title)}与{quote(before)}的页码重叠，请核对。", pointer)
        for (_, end, before, _), (start, _, title, pointer) in pairwise(sorted(rows))
        if start <= end
    ]


def check_obtained(answers: Answers, office: Office) -> list[Finding]:
    """Checks that the evidence was not collected during the proceedings."""
    return check_evidence(PROCEEDINGS[answers["kind"]])(answers, office)


EVIDENCE_LIST = Document(
    id="evidence-list",
    title="证据、依据目录（证据清单）",
    group="救济",
    summary="随行政复议答复书、行政诉讼答辩状提交：逐份写明证据的名称、来源、页码、证明对象，以及所依据的规定。",
    schema=EvidenceListQuestions,
    template="evidence-list.docx",
    context=context,
    checks=(check_rest_day, check_pages, check_overlaps, check_obtained),
)
