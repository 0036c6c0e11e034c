"""行政复议答复书 (行政复议法第四十八条、第五十四条): the office answers the reconsideration organ, claim by claim."""

from __future__ import annotations

from typing import Any

from gipdocs.documents.document import Answers, Document, Finding
from gipdocs.findings import doubt
from gipdocs.law import Office
from gipdocs.law.citations import Cited
from gipdocs.law.remedies import reconsideration_organs
from gipdocs.letters import (
    LAYOUT,
    acts_in_force,
    check_number,
    check_rest_day,
    in_order,
    plain_letter_questions,
    to_others,
    typed_checks,
)
from gipdocs.questions import Choice, Date, DocumentNumber, Name, Question, Text
from gipdocs.writing import chinese_date

from .proceedings import (
    RECONSIDERATION,
    act_questions,
    check_act,
    check_answer_term,
    check_evidence,
    name_act,
    party_names,
    party_questions,
    reason_names,
    reason_questions,
)
from .requests import check_correction, check_request, join_request, request_questions, tell_correction

TITLE = "行政复议答复书"
ATTACHED = ["证据、依据目录", "作出行政行为的证据、依据和有关材料"]
PROCEDURES = {"ordinary": "普通程序", "simple": "简易程序"}
DELIVERED = {"copy": "行政复议申请书副本", "record": "行政复议申请笔录复印件"}
SIMPLE_GROUNDS = {
    "information": "属于政府信息公开案件",
    "on_the_spot": "行政行为是当场作出的",
    "small": "案件涉及款额三千元以下",
    "agreed": "当事人各方同意适用简易程序",
    "none": "都不是，或者看不出依据",
}
REQUESTS = {
    "upheld": "维持原答复",
    "claim_rejected": "驳回行政复议请求（不履行职责的主张不成立）",
    "dismissed": "驳回行政复议申请（不符合受理条件）",
    "lawful": "依法处理（已经自行纠正）",
    "other": "其他",
}


def context(answers: Answers, office: Office) -> dict[str, Any]:
    """The application and the act that it attacks, the parties, the reasons, and what the organ is asked for."""
    notice, number = answers.get("notice_number", ""), answers.get("case_number", "")
    letter = to_others(answers, office, title=TITLE, addressee=answers["authority"], attachments=ATTACHED)
    return {
        **letter,
        **party_names(answers, office, RECONSIDERATION),
        **reason_names(answers),
        "role": "被申请人",
        "case_number": f"（案号：{number}）" if number else "",
        "received_on": chinese_date(answers["received"]),
        "notice": f"行政复议答复通知书（{notice}）和" if notice else "",
        "delivered": DELIVERED[answers["delivered"]],
        **{key: key == answers["procedure"] for key in PROCEDURES},
        "self_corrected": tell_correction(answers),
        "request": join_request(answers, _request(answers, office)),
    }


def _request(answers: Answers, office: Office) -> str:
    """What the organ is asked for, with the article that lets it do so."""
    law, act = office.law_of(answers).citations, name_act(answers) or "本机关的行为"
    return {
        "upheld": f"综上，{act}认定事实清楚，证据确凿，适用依据正确，程序合法，内容适当。请依照{law['reconsideration_upheld']}"
        "的规定，予以维持。",
        "claim_rejected": "综上，申请人认为本机关不履行法定职责的主张不能成立。请依照"
        f"{law['reconsideration_claim_rejected']}的规定，驳回申请人的行政复议请求。",
        "dismissed": f"综上，该行政复议申请不符合{law['reconsideration_accepted']}规定的受理条件。请依照"
        f"{law['reconsideration_dismissed'].place}的规定，驳回申请人的行政复议申请。",
        "lawful": "请依法审查处理。",
        "other": "",
    }[answers["request"]]


def check_law(answers: Answers, office: Office) -> list[Finding]:
    """Checks that the law of 2023, with its two procedures, is in force on the answer's date."""
    return acts_in_force([office.law.acts["reconsideration"]], answers, office)


def check_simple(answers: Answers, office: Office) -> list[Finding]:
    """Checks that the case is of a kind for which the simple procedure is allowed; its term binds all the same."""
    ground, simple = answers.get("simple_ground"), answers["procedure"] == "simple"
    if not simple or (ground and ground != "none"):
        return []
    basis = office.cite("reconsideration_simple", "reconsideration_simple_agreed", of=answers)
    message = (
        "答复通知书写明适用简易程序，但是没有写明适用的情形。除政府信息公开等几类案件外，要当事人各方同意才可以适用；"
        "请先按简易程序的期限答复，并就适用程序向行政复议机构提出意见。"
    )
    return [doubt("simple-procedure-unfounded", message, "/simple_ground", basis=basis)]


def check_request_fits(answers: Answers, office: Office) -> list[Finding]:
    """Checks that what is asked for fits what is attacked, and the office's own correction."""
    asked, silence = answers["request"], answers["attacked"] == "silence"
    if asked == "claim_rejected" and not silence:
        said = "驳回行政复议请求，适用于申请人认为不履行法定职责而理由不成立的案件；针对答复的，一般请求维持"
    elif asked == "upheld" and silence:
        said = "申请人主张的是没有答复，没有可以维持的答复"
    elif asked == "upheld" and "corrected_on" in answers:
        said = "已经自行纠正了原答复，又请求维持，前后矛盾；可以请求依法处理"
    else:
        return []
    basis = office.cite(f"reconsideration_{asked}", of=answers)
    return [doubt("request-unfitting", f"{said}，请核对。", "/request", basis=basis)]


QUESTIONS: dict[str, Question] = {
    "authority": Name(
        "行政复议机关",
        help="填全称。",
        example=lambda office: reconsideration_organs(office, office.today)[0],
        required=True,
        longest=100,
        case="challenge.organ",
    ),
    "case_number": Text("复议案号", example="某政复〔2026〕31号", in_sample=False, longest=60),
    "notice_number": DocumentNumber("答复通知书的文号", example="某政复答〔2026〕31号", longest=60),
    "delivered": Choice("收到的是", options=DELIVERED, example="copy", required=True),
    "received": Date(
        "收到的日期",
        help="收到行政复议申请书副本或者申请笔录复印件的日期，答复的期限自这一天起计算。",
        example="2026-04-09",
        required=True,
        case="challenge.received",
    ),
    "procedure": Choice(
        "适用的程序",
        options=PROCEDURES,
        help=Cited(
            "照答复通知书填写；简易程序的答复期限较短（{reconsideration_answer.short}、{reconsideration_simple_answer.place}）。"
        ),
        example="simple",
        required=True,
        case="challenge.procedure",
    ),
    "simple_ground": Choice(
        "适用简易程序的情形",
        options=SIMPLE_GROUNDS,
        help="据此核对是否可以适用，不印在文书上。",
        example="information",
        only_if=("procedure", ("simple",)),
        on_file=True,
    ),
    **party_questions(RECONSIDERATION),
    **act_questions(),
    **reason_questions(RECONSIDERATION),
    **request_questions("请求", REQUESTS),
}

RECONSIDERATION_ANSWER = Document(
    id="reconsideration-answer",
    title=TITLE,
    group="救济",
    summary="被申请行政复议的，在期限内向行政复议机关提出书面答复，提交证据、依据；逾期的，视为没有证据、依据。",
    schema=plain_letter_questions("ReconsiderationAnswerQuestions", QUESTIONS, date="2026-04-15"),
    template=LAYOUT,
    wording="reconsideration-answer.txt",
    event="defended",
    context=context,
    checks=(
        check_law,
        check_number,
        check_rest_day,
        *typed_checks(QUESTIONS),
        in_order(
            "dates-out-of-order",
            ("act_date", "所针对的文书的日期"),
            ("received", "收到行政复议申请书副本的日期"),
            ("corrected_on", "自行纠正的日期"),
            ("date", "成文日期"),
        ),
        check_answer_term(
            "reconsideration_answer",
            "不按期提出书面答复、提交证据和依据的，视为该行政行为没有证据、依据；请立即提交，并向行政复议机构说明原因。",
            cites="reconsideration_no_answer",
            asked=("procedure",),
        ),
        check_simple,
        check_act,
        check_evidence(RECONSIDERATION),
        check_request("dismissed", "other"),
        check_correction,
        check_request_fits,
    ),
)
