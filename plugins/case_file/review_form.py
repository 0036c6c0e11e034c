"""政府信息公开审查呈批单 (条例第十七条): what is proposed and why, with room for every opinion before approval."""

from __future__ import annotations

from typing import Any

from gipdocs.documents.document import Answers, Document, Finding
from gipdocs.findings import fault
from gipdocs.law import Office
from gipdocs.letters.case import name_applicants
from gipdocs.letters.letter import (
    PRINTED_REQUEST,
    answer_deadline,
    application_block,
    check_date,
    check_request,
    clock_block,
)
from gipdocs.letters.notices import check_facts, in_term
from gipdocs.questions import (
    Choice,
    Choices,
    Date,
    Lines,
    LongText,
    Name,
    StaffQuestions,
    Text,
    Title,
)

from ..replies.outcomes import GIVEN, THIRD_PARTY, WITHHELD
from .course import (
    OUTCOME_OPTIONS,
    asked,
    boxes,
    course,
    head,
    paragraphs,
    received,
    reference_question,
    until,
)

TITLE = "政府信息公开审查呈批单"
NOT_EXISTING, PARTIAL = "reply-not-existing", "reply-partial"
CONSIDERED = {
    "searched": "已经检索，检索记录附后",
    "separated": "已经考虑区分处理",
    "third_party": "涉及第三方，已经征求意见",
    "agencies": "涉及其他机关，已经协商、征求意见",
    "personal": "已经核对拟公开内容中的个人信息",
}
SECRECY = {
    "disclosable": "不涉及国家秘密",
    "secret": "属于国家秘密",
    "unsure": "不能确定，报请确定",
}


class ReviewFormQuestions(StaffQuestions):
    """Filled in by the clerk who handles the case; the opinions are written and signed by hand."""

    application = application_block(printed=("name", "others", *PRINTED_REQUEST))
    application_no = reference_question()
    clock = clock_block(printed=None)
    department = Text("承办部门", example="资产管理科", longest=60, case="case.department")
    outcome = Choice(
        "拟处理结果",
        options=OUTCOME_OPTIONS,
        help="依据的条款由此确定。",
        example="reply-granted",
        required=True,
        case="judgement.outcome",
    )
    reasoning = LongText(
        "研判过程",
        help="一步一段；在案件里研判过的，由研判带入。没有逐题研判的不填。",
        example="补不补：申请的内容明确，要件齐全，无须补正。\n谁负责：该信息由本机关制作或者最初获取。",
        in_sample=False,
        longest=4000,
        case="judgement.reasoning",
    )
    proposal = LongText(
        "处理意见和理由",
        help="写明信息的内容、公开属性和理由；部分公开的，写明哪些部分不公开。",
        example="所申请的文件由本机关制作，已经印发执行，不涉及国家秘密、商业秘密、个人隐私，建议以纸质形式提供。",
        required=True,
        shortest=10,
        longest=4000,
    )
    considered = Choices(
        "审查要点",
        options=CONSIDERED,
        help="做过的勾选，没有的不勾。",
        example=["searched", "separated", "personal"],
    )
    secrecy = Choice(
        "保密审查意见",
        options=SECRECY,
        help="由保密审查人员在纸面上勾选、签名的，不填。",
        example="disclosable",
        in_sample=False,
    )
    materials = Lines(
        "附件", help="拟发出的文书、拟提供的信息等。", example=["答复书（送审稿）", "拟提供的文件"], of=Title
    )
    drafter = Name("承办人", example="孙静", longest=50, case="case.officer")
    date = Date("呈批日期", example="2026-03-16", required=True, open_in_draft=True, case="letter.date")


def context(answers: Answers, office: Office) -> dict[str, Any]:
    """The case, the proposal with the article that follows from its outcome, and the boxes of the review."""
    end, outcome = answer_deadline(answers, office), office.law_of(answers).outcomes[answers["outcome"]]
    return {
        **head(answers, office),
        "name": "、".join(name_applicants(answers["application"])),
        "asked": asked(answers["application"]),
        "received_on": received(answers["clock"]),
        "answer_by": until(end),
        "course": course(end),
        "department": answers.get("department", ""),
        "outcome": outcome.short,
        "articles": outcome.cite(),
        "reasoning": paragraphs(answers.get("reasoning", "")),
        "proposal": paragraphs(answers["proposal"]),
        "considered": boxes(CONSIDERED, answers.get("considered", [])),
        "secrecy": boxes(SECRECY, [answers["secrecy"]] if "secrecy" in answers else []),
        "materials": answers.get("materials", []),
        "drafter": answers.get("drafter", ""),
    }


def check_considered(answers: Answers, office: Office) -> list[Finding]:
    """Checks that everything was done that the law requires before this outcome is approved."""
    outcome, done = answers["outcome"], answers.get("considered", [])
    wanted = [
        (
            outcome in WITHHELD and "separated" not in done,
            "separation-not-considered",
            "不予公开之前，应当考虑能否区分处理；能够区分的，提供可以公开的内容。请审查后勾选，或者改为部分公开。",
            office.cite("separation", of=answers),
        ),
        (
            outcome in THIRD_PARTY and "third_party" not in done,
            "third-party-not-consulted",
            "涉及第三方合法权益的，应当先书面征求第三方的意见，请征求后勾选。",
            office.cite("third_party", of=answers),
        ),
        (
            outcome == NOT_EXISTING and "searched" not in done,
            "search-missing",
            "答复政府信息不存在的，应当先检索并附检索记录，请检索后勾选。",
            office.cite("answer_not_existing", of=answers),
        ),
    ]
    return [
        fault(code, message, "/considered", basis=basis, overridable=True)
        for missing, code, message, basis in wanted
        if missing
    ]


def check_secrecy(answers: Answers, office: Office) -> list[Finding]:
    """Checks that only information cleared by the secrecy review is given out."""
    opinion = answers.get("secrecy", "disclosable")
    kept_back = answers["outcome"] == PARTIAL and opinion == "secret"
    if answers["outcome"] not in GIVEN or opinion == "disclosable" or kept_back:
        return []
    message = f"保密审查意见为“{SECRECY[opinion]}”，不能提供所申请的信息，请改变处理结果或者先报请确定。"
    return [
        fault("secrecy-not-cleared", message, "/secrecy", basis=office.cite("never_disclosed", "review", of=answers))
    ]


REVIEW_FORM = Document(
    id="review-form",
    title=TITLE,
    group="程序",
    summary="答复发出前送审：拟处理结果和依据、理由、审查要点，留有保密审查、合法性审核和各级负责人签署意见的位置。",
    schema=ReviewFormQuestions,
    template="review-form.docx",
    context=context,
    checks=(
        check_request,
        check_date,
        check_facts,
        in_term("late", "仍应答复，请尽快审批、送达。", cites=("answer_in_time",)),
        check_considered,
        check_secrecy,
    ),
)
