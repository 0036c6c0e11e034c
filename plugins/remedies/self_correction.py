"""撤销、更正原答复告知书: the office corrects its own reply (行政复议法第六十五条第二款第二项, 法释〔2018〕1号第八十一条)."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from gipdocs.documents.document import Answers, Document, Finding
from gipdocs.findings import doubt, fault
from gipdocs.law import Office
from gipdocs.law.citations import Cited
from gipdocs.law.outcomes import Remedy
from gipdocs.law.remedies import remedy_cautions, remedy_paragraphs
from gipdocs.letters import (
    LAYOUT,
    add_mark,
    address_form,
    application_block,
    case_number,
    check_name,
    check_number,
    check_regulation,
    check_rest_day,
    in_order,
    last_day,
    layout,
    plain_letter_questions,
    typed_checks,
)
from gipdocs.questions import Choice, Date, DocumentNumber, LongText, Question, Questions, Rows, Text
from gipdocs.writing import chinese_date, titled

ID = "self-correction-notice"
KINDS = {"revoked": "撤销原答复", "partly": "撤销原答复的一部分", "corrected": "更正原答复的文字"}
TITLES = {
    "revoked": "撤销政府信息公开申请答复告知书",
    "partly": "部分撤销政府信息公开申请答复告知书",
    "corrected": "更正政府信息公开申请答复告知书",
}
PENDING = {"none": "没有", "reconsideration": "行政复议", "suit": "行政诉讼"}
CONCLUSIONS = re.compile("不予公开|予以公开|部分公开|不存在|不属于本机关|不予(?:重复)?处理|不再处理|无法提供|不予提供")


class CorrectionQuestions(Questions):
    """One wrong passage and the right one."""

    wrong = LongText(
        "原文", help="照原答复抄录，写明在第几段。", example="第二段“2025年3月2日”", required=True, longest=2000
    )
    right = LongText("更正为", example="“2026年3月2日”", required=True, longest=2000)


def context(answers: Answers, office: Office) -> dict[str, Any]:
    """The reply, what is wrong with it, what becomes of it, and what follows; only a revocation opens remedies."""
    kind, number = answers["kind"], answers.get("earlier_number", "")
    part, by = answers.get("part", ""), answers.get("answer_by")
    renewed = answers.get("renewed_number", "")
    remedies = remedy_paragraphs(
        _remedy(answers), on=office.day_of(answers), office=office, served_online=answers["service"] == "online"
    )
    rows = answers.get("corrections", [])
    return {
        **layout(answers, office, title=TITLES[kind]),
        "law": office.law_of(answers).citations,
        "you": address_form(answers["application"]),
        "application_no": case_number(answers),
        "earlier_on": chinese_date(answers["earlier_on"]),
        "earlier": titled(answers["earlier_title"]) + (f"（{number}）" if number else ""),
        "reason": add_mark(answers["reason"]),
        "revoked": kind == "revoked",
        "partly": kind == "partly",
        "corrected": kind == "corrected",
        "changed": kind != "corrected",
        "part": add_mark(part) if part else "",
        "several": len(rows) > 1,
        "corrections": [{"wrong": row["wrong"], "right": add_mark(row["right"])} for row in rows],
        "answer_by": chinese_date(by) if by else "",
        "renewed": renewed,
        "pending": PENDING[answers["pending"]] if answers["pending"] != "none" else "",
        "in_reconsideration": answers["pending"] == "reconsideration",
        "in_suit": answers["pending"] == "suit",
        "remedies": "\n".join(remedies),
    }


def _remedy(answers: Answers) -> str | Remedy:
    """A corrected slip of the pen decides nothing; the original reply keeps its own remedies."""
    return Remedy.NONE if answers["kind"] == "corrected" else ID


def check_said(answers: Answers, office: Office) -> list[Finding]:
    """Checks that what is revoked or corrected is said, and nothing that the letter's kind does not have."""
    kind, needs = answers["kind"], {"partly": "part", "corrected": "corrections"}
    needed = needs.get(answers["kind"])
    found = []
    if needed and needed not in answers:
        message = f"选择了“{KINDS[kind]}”，请填写“{QUESTIONS[needed].label}”。"
        found.append(fault("correction-unsaid", message, f"/{needed}"))
    for key in needs.values():
        if key in answers and key != needed:
            message = f"选择了“{KINDS[kind]}”，请清空“{QUESTIONS[key].label}”。"
            found.append(fault("correction-unused", message, f"/{key}"))
    return found


def check_followed(answers: Answers, office: Office) -> list[Finding]:
    """Checks that a revoked reply is followed by another one, and soon; a corrected one needs none."""
    dated, by = answers.get("date"), answers.get("answer_by")
    basis = office.cite("answer_in_time", of=answers)
    if answers["kind"] == "corrected":
        message = "更正文字的，不需要重新答复，请清空重新答复的日期和文号；要改变结论的，请选择撤销。"
        keys = [key for key in ("answer_by", "renewed_number") if key in answers]
        return [fault("correction-unused", message, f"/{key}") for key in keys]
    if by is None and "renewed_number" not in answers:
        message = "没有写明何时重新答复。撤销以后，申请仍然需要答复的，请填写日期，或者填写一并送达的新答复的文号。"
        return [doubt("renewal-unsaid", message, "/answer_by", basis=basis)]
    end = last_day(office, dated, office.law.limit("answer", dated).length) if dated else None
    if by is None or end is None or by <= end:
        return []
    message = f"重新答复的日期超过了答复申请的一般期限（自成文日期起算至{chinese_date(end)}），请尽量提前。"
    return [doubt("renewal-late", message, "/answer_by", basis=basis)]


def check_conclusion(answers: Answers, office: Office) -> list[Finding]:
    """Checks that a correction of words leaves the conclusion as it was; a change of it needs a revocation."""
    found = []
    for i, row in enumerate(answers.get("corrections", [])):
        before, after = (set(CONCLUSIONS.findall(row[key])) for key in ("wrong", "right"))
        if before != after and answers["kind"] == "corrected":
            message = "更正改变了原答复的结论。改变结论的，应当撤销原答复、重新作出答复，请核对。"
            found.append(doubt("conclusion-changed", message, f"/corrections/{i}/right"))
    return found


def check_remedies(answers: Answers, office: Office) -> list[Finding]:
    """Reports what the clerk should know about the remedies that the letter prints."""
    online = answers["service"] == "online"
    found = remedy_cautions(_remedy(answers), on=office.day_of(answers), office=office, served_online=online)
    return [replace(one, pointer="/service") for one in found]


QUESTIONS: dict[str, Question] = {
    "earlier_title": Text(
        "原答复的名称",
        help="不加书名号。",
        example="政府信息公开申请答复书",
        required=True,
        longest=100,
        case="answer.title",
    ),
    "earlier_number": DocumentNumber(
        "原答复的文号",
        example=lambda office: f"{office.profile.document_code}〔2026〕10号",
        longest=60,
        case="answer.number",
    ),
    "earlier_on": Date("原答复的日期", example="2026-03-20", required=True, case="answer.dated"),
    "kind": Choice(
        "怎样纠正",
        options=KINDS,
        help="只是笔误、计算错误等，不改变结论的，更正文字；改变结论的，撤销后重新答复。",
        example="revoked",
        required=True,
    ),
    "reason": LongText(
        "纠正的原因",
        help="接在“经核查，”之后，写明错在哪里。",
        example="该答复书认定所申请的信息不存在，但是检索时遗漏了机关档案室2024年度的文书档案，认定事实不清",
        required=True,
        shortest=8,
        longest=3000,
    ),
    "part": LongText(
        "撤销的部分",
        help="写明是哪一项、哪一部分。",
        example="关于公务用车更新计划附件的答复。",
        in_sample=False,
        only_if=("kind", ("partly",)),
        longest=2000,
    ),
    "corrections": Rows("更正的文字", CorrectionQuestions, most=30, in_sample=False, only_if=("kind", ("corrected",))),
    "answer_by": Date(
        "重新答复的最后日期",
        help=Cited("撤销以后另行答复的填写；没有专门的期限，参照答复申请的期限（{answer_in_time.short}）。"),
        example="2026-04-24",
        only_if=("kind", ("revoked", "partly")),
    ),
    "renewed_number": DocumentNumber(
        "一并送达的新答复的文号",
        help="重新作出的答复与本告知书一并送达的填写。",
        example=lambda office: f"{office.profile.document_code}〔2026〕13号",
        in_sample=False,
        only_if=("kind", ("revoked", "partly")),
        longest=60,
    ),
    "pending": Choice(
        "原答复是否在复议、诉讼中",
        options=PENDING,
        help="在行政复议、行政诉讼中的，本告知书同时提交行政复议机关、人民法院。",
        example="none",
        required=True,
        case="challenge.proceeding",
    ),
}

SELF_CORRECTION_NOTICE = Document(
    id=ID,
    title="撤销、更正原答复告知书",
    group="救济",
    summary="发现原答复有错误，自行撤销或者更正的，告知申请人错在哪里、怎样纠正、何时重新答复。",
    schema=plain_letter_questions(
        "SelfCorrectionNoticeQuestions",
        QUESTIONS,
        application=application_block(printed=("applicant_kind", "name", "others")),
        remedies=True,
        date="2026-04-13",
    ),
    template=LAYOUT,
    wording=f"{ID}.txt",
    context=context,
    checks=(
        check_regulation,
        check_name,
        check_number,
        check_rest_day,
        *typed_checks(QUESTIONS),
        in_order(
            "dates-out-of-order",
            ("earlier_on", "原答复的日期"),
            ("date", "成文日期"),
            ("answer_by", "重新答复的最后日期"),
        ),
        check_said,
        check_followed,
        check_conclusion,
        check_remedies,
    ),
)
