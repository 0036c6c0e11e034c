"""建议纳入主动公开的答复 (条例第四十四条第二款): whether information given to one applicant is published for all."""

from __future__ import annotations

from typing import Any

from gipdocs.documents.document import Answers, Document, Finding
from gipdocs.findings import doubt, fault
from gipdocs.law import Office
from gipdocs.law.citations import Cited
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
    items,
    last_day,
    layout,
    lines_question,
    plain_letter_questions,
    typed_checks,
)
from gipdocs.questions import Choice, Date, DocumentNumber, LongText, Question, Text, Title
from gipdocs.writing import chinese_date

ID = "publication-suggestion-reply"
TITLE = "关于建议纳入主动公开范围的答复"
BASIS = "proactive_suggested"
OUTCOMES = {
    "published": "属于主动公开范围，已经公开",
    "promised": "属于主动公开范围，将要公开",
    "partly": "其中一部分属于主动公开范围",
    "declined": "不属于主动公开范围",
}


def context(answers: Answers, office: Office) -> dict[str, Any]:
    """The suggestion, what was found on examining it, and when and where the information is published."""
    number, given = answers.get("given_number", ""), answers.get("given_on")
    on, by = answers.get("published_on"), answers.get("publish_by")
    place, outcome = answers.get("place", ""), answers["outcome"]
    return {
        **layout(answers, office, title=TITLE),
        "law": office.law_of(answers).citations,
        "you": address_form(answers["application"]),
        "application_no": case_number(answers),
        "suggested_on": chinese_date(answers["suggested_on"]),
        "given": f"于{chinese_date(given)}" if given else "",
        "given_number": f"（{number}）" if number else "",
        "information": items(answers["information"]),
        "reason": add_mark(answers["reason"]) if "reason" in answers else "",
        "findings": add_mark(answers["findings"]),
        "owed": outcome in ("published", "promised"),
        "partly": outcome == "partly",
        "declined": outcome == "declined",
        "published_on": chinese_date(on) if on else "",
        "publish_by": chinese_date(by) if by else "",
        "published": "属于主动公开范围的部分" if outcome == "partly" else "上述信息",
        "place": place if "://" in place or not place else add_mark(place),
    }


def check_time(answers: Answers, office: Office) -> list[Finding]:
    """Checks that what is to be published has a day, and what is not has none."""
    outcome, basis = answers["outcome"], office.cite(BASIS, of=answers)
    days = [key for key in ("published_on", "publish_by") if key in answers]
    if outcome == "declined":
        message = "答复不属于主动公开范围的，请清空公开的日期。"
        return [fault("publication-contradictory", message, f"/{key}", basis=basis) for key in days]
    needed = {"published": "published_on", "promised": "publish_by"}.get(outcome)
    if not days or (needed and needed not in days):
        key = needed or "publish_by"
        message = "属于主动公开范围的，应当及时主动公开，请填写公开的日期。"
        return [fault("publication-day-missing", message, f"/{key}", basis=basis)]
    return []


def check_soon(answers: Answers, office: Office) -> list[Finding]:
    """Checks that the promised day is within the term of proactive disclosure, counted from the letter."""
    dated, by = answers.get("date"), answers.get("publish_by")
    end = last_day(office, dated, office.law.limit("proactive", dated).length) if dated else None
    if by is None or end is None or by <= end:
        return []
    message = f"拟定的公开日期晚于自答复之日起算的一般公开期限（至{chinese_date(end)}）。应当及时主动公开，请尽量提前。"
    return [doubt("publication-late", message, "/publish_by", basis=office.cite(BASIS, "proactive_term", of=answers))]


QUESTIONS: dict[str, Question] = {
    "suggested_on": Date("收到建议的日期", example="2026-04-07", required=True),
    "information": lines_question(
        "建议公开的政府信息",
        ["2025年市级党政机关公务用车调配更新计划"],
        help="本机关已经依申请提供的信息，一行一件。",
        of=Title,
    ),
    "given_on": Date("依申请提供的日期", help="就该信息作出答复的日期。", example="2026-03-20", case="answer.dated"),
    "given_number": DocumentNumber(
        "该答复的文号",
        example=lambda office: f"{office.profile.document_code}〔2026〕10号",
        longest=60,
        case="answer.number",
    ),
    "reason": LongText(
        "申请人的理由",
        help="接在“认为”之后；没有写明理由的不填。",
        example="该计划涉及财政资金的使用，需要公众广泛知晓",
        longest=3000,
    ),
    "findings": LongText(
        "审核的情况",
        help=Cited(
            "写明是否涉及公众利益调整、需要公众广泛知晓或者参与决策（{proactive.short}），是否含有不应当公开的内容；"
            "不属于主动公开范围的，写明理由。"
        ),
        example="该计划反映市级党政机关财政资金的使用情况，需要公众广泛知晓，不含国家秘密、商业秘密、个人隐私等不应当公开的内容。",
        required=True,
        shortest=10,
        longest=3000,
    ),
    "outcome": Choice("审核结论", options=OUTCOMES, example="promised", required=True),
    "published_on": Date(
        "已经公开的日期",
        example="2026-04-14",
        in_sample=False,
        only_if=("outcome", ("published", "partly")),
    ),
    "publish_by": Date(
        "将要公开的最后日期",
        help=Cited("应当及时公开，一般不超过主动公开的期限（{proactive_term.short}）。"),
        example="2026-04-24",
        needed=True,
        only_if=("outcome", ("promised", "partly")),
    ),
    "place": Text(
        "公开的位置",
        help="写明网站、栏目，已经公开的写明网址；没有确定的不填。",
        example="本机关门户网站“政府信息公开”专栏",
        longest=300,
    ),
}

PUBLICATION_SUGGESTION_REPLY = Document(
    id=ID,
    title="建议纳入主动公开的答复",
    group="答复",
    summary="申请人建议把依申请公开的信息纳入主动公开范围的，经审核，及时主动公开，或者说明为什么不属于主动公开范围。",
    schema=plain_letter_questions(
        "PublicationSuggestionReplyQuestions",
        QUESTIONS,
        application=application_block(printed=("applicant_kind", "name", "others")),
        date="2026-04-15",
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
            ("given_on", "依申请提供的日期"),
            ("suggested_on", "收到建议的日期"),
            ("date", "成文日期"),
            ("publish_by", "将要公开的最后日期"),
        ),
        in_order("dates-out-of-order", ("published_on", "已经公开的日期"), ("date", "成文日期")),
        check_time,
        check_soon,
    ),
)
