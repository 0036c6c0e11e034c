"""督促整改通知书 (条例第四十七条): the authority in charge tells an agency what is wrong and by when to mend it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from gipdocs.documents.document import Answers, Document, Finding
from gipdocs.findings import doubt, fault
from gipdocs.law import Office
from gipdocs.law.calendar import UnknownDay
from gipdocs.law.citations import Cited
from gipdocs.letters import (
    LAYOUT,
    add_mark,
    check_number,
    check_regulation,
    check_rest_day,
    find_typed,
    in_order,
    of_region,
    plain_letter_questions,
    to_others,
    typed_checks,
)
from gipdocs.questions import Choice, Choices, Date, Lines, LongText, Name, Question, Questions, Rows, Text, Title
from gipdocs.writing import chinese_date

TITLE = "政府信息公开工作督促整改通知书"
SOURCES = {
    "inspection": "日常指导和监督检查",
    "complaint": "公民、法人或者其他组织提出",
    "referral": "上级机关交办、有关单位移送",
}
FOUND = {
    "inspection": "本机关在日常指导和监督检查中发现",
    "complaint": "根据公民、法人或者其他组织提出的情况，本机关查证属实",
    "referral": "本机关在办理上级机关交办、有关单位移送的事项中查明",
}
BASES = {"inspection": "supervision_orders", "complaint": "supervision", "referral": "supervision_orders"}
# What agencies fail to do, by the citation of the rule that they break.
RULES = {
    "proactive_listed": "没有主动公开应当公开的信息",
    "proactive_term": "没有在期限内主动公开",
    "guide_published": "没有编制、公布或者及时更新公开指南、公开目录",
    "publication_channels": "公开的渠道不符合规定",
    "review": "没有按照规定作公开审查",
    "application_channels": "申请渠道不畅通",
    "correction": "要求补正不符合规定",
    "receipt": "确定收到申请之日不符合规定",
    "third_party": "征求第三方意见不符合规定",
    "answer_term": "没有在期限内答复",
    "answers": "答复不符合规定",
    "separation": "没有作区分处理",
    "not_applications": "不作为申请处理不符合规定",
    "form_of_giving": "提供的形式不符合规定",
    "fee": "收费不符合规定",
    "registration": "没有登记、审核、归档",
    "annual_report": "没有按期提交、公布年度报告",
    "annual_report_content": "年度报告的内容不符合规定",
}
LEAST_DAYS = 3  # working days within which something can be mended


class ProblemQuestions(Questions):
    """One thing that is wrong: the facts, the rules that it breaks, and how it is to be mended."""

    facts = LongText(
        "存在的问题",
        help="写明何时、何事，查明的情况；不写举报人的姓名。",
        example="2026年1月5日收到的政府信息公开申请，至3月20日没有答复，也没有告知延长答复期限",
        required=True,
        shortest=8,
        longest=3000,
    )
    rules = Choices(
        "违反的规定", options=RULES, help="可以选几项。", example=["answer_term"], needed="没有写明其他规定的必填"
    )
    other_rule = Text(
        "违反的其他规定",
        help="上面没有的，写明名称和条款。",
        example="《某省政府信息公开办法》",
        in_sample=False,
        longest=200,
    )
    mend = LongText(
        "整改要求",
        help="写明要做到什么。",
        example="立即对该申请作出答复，并清查其他未办结的申请",
        required=True,
        shortest=4,
        longest=2000,
    )


def context(answers: Answers, office: Office) -> dict[str, Any]:
    """How the problems came to light, each with its rule and cure, and the days to mend and to report."""
    letter = to_others(
        answers, office, title=TITLE, addressee=answers["agency"], attachments=answers.get("enclosed", [])
    )
    day = f"{chinese_date(answers['found_on'])}，" if "found_on" in answers else ""
    return {
        **letter,
        "found": day + FOUND[answers["source"]],
        "basis": office.cite(BASES[answers["source"]], of=answers),
        "several": len(answers["problems"]) > 1,
        "problems": [
            {
                "facts": add_mark(row["facts"]),
                "rules": "、".join(_rules(row, office, answers)),
                "mend": add_mark(row["mend"]),
            }
            for row in answers["problems"]
        ],
        "mend_by": chinese_date(answers["mend_by"]),
        "report_by": chinese_date(answers["report_by"]),
        "materials": "；".join(answers.get("materials", [])),
    }


def _rules(row: Answers, office: Office, answers: Answers) -> Iterator[str]:
    if row.get("rules"):
        yield office.cite(*row["rules"], of=answers)
    if "other_rule" in row:
        yield row["other_rule"]


def check_rules(answers: Answers, office: Office) -> list[Finding]:
    """Checks that each problem breaks a rule that is named."""
    message = "请选择违反的规定，或者写明违反的其他规定；没有违反规定的，不用督促整改通知书。"
    basis = office.cite(BASES[answers["source"]], of=answers)
    return [
        fault("rule-unnamed", message, f"/problems/{i}/rules", basis=basis)
        for i, row in enumerate(answers["problems"])
        if not row.get("rules") and "other_rule" not in row
    ]


def check_time_to_mend(answers: Answers, office: Office) -> list[Finding]:
    """Checks that there is time to mend, and that it ends on a working day."""
    dated, by = answers.get("date"), answers["mend_by"]
    calendar = office.law.calendar
    try:
        day, first = calendar.day(by), calendar.add(dated, LEAST_DAYS) if dated else by
    except UnknownDay:
        return []
    if not day.working:
        return [doubt("mending-rest-day", f"完成整改的最后日期不是工作日（{day.reason}），请核对。", "/mend_by")]
    if dated and dated <= by < first:
        message = f"整改时间不足{LEAST_DAYS}个工作日，请核对是否来得及；要求立即改正的，可以不改。"
        return [doubt("mending-short", message, "/mend_by")]
    return []


def check_informant(answers: Answers, office: Office) -> list[Finding]:
    """Checks that the notice does not tell the agency who complained."""
    name = answers.get("informant", "")
    message = "通知书里出现了提出情况的人的姓名、名称，不需要让被督促的机关知道的，请删去。"
    return [
        doubt("informant-named", message, pointer, basis=office.cite("complaint", of=answers))
        for pointer, _, text in find_typed(QUESTIONS, answers)
        if len(name) > 1 and name in text
    ]


QUESTIONS: dict[str, Question] = {
    "agency": Name("被督促的机关", help="填全称。", example=of_region("某某局"), required=True, longest=100),
    "source": Choice(
        "问题的来源",
        options=SOURCES,
        help=Cited("公民、法人或者其他组织提出的，查证属实后督促整改（{supervision.short}）。"),
        example="inspection",
        required=True,
    ),
    "informant": Name(
        "提出情况的人",
        help="据此核对通知书里没有写出其姓名、名称；不印在文书上。",
        example="刘海燕",
        in_sample=False,
        only_if=("source", ("complaint",)),
        on_file=True,
        longest=100,
    ),
    "found_on": Date("发现、查证的日期", example="2026-03-24"),
    "problems": Rows("问题和整改要求", ProblemQuestions, least=1, most=30, required=True),
    "mend_by": Date("完成整改的最后日期", example="2026-04-10", required=True),
    "report_by": Date("书面报告的最后日期", example="2026-04-15", required=True),
    "materials": Lines("随报告报送的材料", help="一行一件；没有的不填。", example=["已经作出的答复书复印件"], of=Title),
    "enclosed": Lines("附件", help="随通知书附送的材料。", example=["检查情况记录"], in_sample=False, of=Title),
}

SUPERVISION_NOTICE = Document(
    id="supervision-notice",
    title=TITLE,
    group="监督",
    summary="政府信息公开工作主管部门发现行政机关没有按照要求开展工作的，写明事实、违反的规定和期限，督促整改。",
    schema=plain_letter_questions("SupervisionNoticeQuestions", QUESTIONS, date="2026-03-27"),
    template=LAYOUT,
    wording="supervision-notice.txt",
    context=context,
    checks=(
        check_regulation,
        check_number,
        check_rest_day,
        *typed_checks(QUESTIONS),
        in_order(
            "dates-out-of-order",
            ("found_on", "发现、查证的日期"),
            ("date", "成文日期"),
            ("mend_by", "完成整改的最后日期"),
            ("report_by", "书面报告的最后日期"),
        ),
        check_rules,
        check_time_to_mend,
        check_informant,
    ),
)
