"""行政诉讼答辩状 (行政诉讼法第六十七条): the office answers the claim before the court, reason by reason."""

from __future__ import annotations

from typing import Any

from gipdocs.documents.document import Answers, Document, Finding
from gipdocs.law import Office
from gipdocs.law.citations import Cited
from gipdocs.letters import (
    LAYOUT,
    acts_in_force,
    add_mark,
    check_rest_day,
    in_order,
    plain_letter_questions,
    to_others,
    typed_checks,
)
from gipdocs.questions import Date, LongText, Name, Question, Text
from gipdocs.writing import chinese_date

from .proceedings import (
    SUIT,
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

TITLE = "行政诉讼答辩状"
ATTACHED = ["证据清单", "作出行政行为的证据和所依据的规范性文件"]
# The grounds on which a suit about information is dismissed, by the citation of each.
GROUNDS = {
    "barred_unreconsidered": "应当先申请行政复议而没有申请",
    "barred_procedural": "起诉延长答复期限、要求补正等程序性告知",
    "barred_fee": "单独起诉收取信息处理费",
    "barred_repeat": "重复申请公开已经公开的信息，起诉不予重复处理的答复",
    "barred_query": "起诉按照法律、行政法规的规定查询的告知",
    "barred_making": "要求制作、加工、分析政府信息",
    "barred_petition": "以政府信息公开申请的形式进行信访、投诉、举报",
    "barred_publication": "要求提供公开出版物",
    "barred_without_effect": "对原告的权利义务不产生实际影响",
}
REQUESTS = {
    "upheld": "驳回诉讼请求",
    **{key: f"驳回起诉：{ground}" for key, ground in GROUNDS.items()},
    "dismissed": "驳回起诉：不符合起诉的其他条件",
    "lawful": "依法裁判（已经自行纠正）",
    "other": "其他",
}


def context(answers: Answers, office: Office) -> dict[str, Any]:
    """The suit and the act that it attacks, the parties, the reasons, and what the court is asked for."""
    number = answers.get("case_number", "")
    letter = to_others(answers, office, title=TITLE, addressee=answers["authority"], attachments=ATTACHED)
    return {
        **letter,
        **party_names(answers, office, SUIT),
        **reason_names(answers),
        "number": "",  # a paper of the proceedings, which is not numbered
        "role": "答辩人（被告）",
        "case_number": f"（案号：{number}）" if number else "",
        "received_on": chinese_date(answers["received"]),
        "reconsidered": add_mark(answers["reconsidered"]) if "reconsidered" in answers else "",
        "self_corrected": tell_correction(answers),
        "request": join_request(answers, _request(answers, office)),
    }


def _request(answers: Answers, office: Office) -> str:
    """What the court is asked for, with the article that lets it do so."""
    law, act, asked = office.law_of(answers).citations, name_act(answers), answers["request"]
    if asked == "upheld":
        lawful = f"{act}证据确凿，适用法律、法规正确，符合法定程序，" if act else ""
        rule = law["suit_claim_rejected"]
        return f"综上，{lawful}原告的诉讼请求不能成立。请求人民法院依照{rule}的规定，判决驳回原告的诉讼请求。"
    if asked in GROUNDS:
        barred = f"属于{GROUNDS[asked]}的情形"
        return f"综上，本案{barred}。请求人民法院依照{law[asked]}的规定，裁定驳回原告的起诉。"
    if asked == "dismissed":
        rule = law["suit_conditions"]
        return f"综上，原告的起诉不符合{rule}规定的条件。请求人民法院裁定驳回原告的起诉。"
    return "请求人民法院依法裁判。" if asked == "lawful" else ""


def check_law(answers: Answers, office: Office) -> list[Finding]:
    """Checks that the interpretation which names a ground of dismissal is in force on the defence's date."""
    cited = [office.law.acts["court_rule"]] if answers["request"] in GROUNDS else []
    return acts_in_force(cited, answers, office)


QUESTIONS: dict[str, Question] = {
    "authority": Name(
        "人民法院",
        help="填全称。",
        example=lambda office: office.profile.court.name,
        required=True,
        longest=100,
        case="challenge.organ",
    ),
    "case_number": Text("案号", example="（2026）某0102行初31号", longest=60),
    "received": Date(
        "收到起诉状副本的日期",
        help=Cited("提出答辩状、提交证据的期限自这一天起计算（{suit_answer.short}）。"),
        example="2026-06-04",
        required=True,
        case="challenge.received",
    ),
    **party_questions(SUIT),
    **act_questions(),
    "reconsidered": LongText(
        "行政复议的情况",
        help="经过行政复议的，写明复议决定的文号、日期和结果；没有经过行政复议的不填。",
        example="原告不服该答复，申请行政复议。复议机关于2026年5月20日作出行政复议决定（某政复决〔2026〕31号），维持该答复。",
        in_sample=False,
        longest=3000,
    ),
    **reason_questions(SUIT),
    **request_questions("答辩请求", REQUESTS),
}

SUIT_DEFENCE = Document(
    id="suit-defence",
    title=TITLE,
    group="救济",
    summary="被提起行政诉讼的，在期限内向人民法院提出答辩状，提交证据和所依据的规范性文件；本机关负责人应当出庭应诉。",
    schema=plain_letter_questions("SuitDefenceQuestions", QUESTIONS, numbered=False, date="2026-06-12"),
    template=LAYOUT,
    wording="suit-defence.txt",
    event="defended",
    context=context,
    checks=(
        check_law,
        check_rest_day,
        *typed_checks(QUESTIONS),
        in_order(
            "dates-out-of-order",
            ("act_date", "所针对的文书的日期"),
            ("received", "收到起诉状副本的日期"),
            ("corrected_on", "自行纠正的日期"),
            ("date", "成文日期"),
        ),
        check_answer_term(
            "suit_answer",
            "无正当理由逾期提供证据的，视为没有相应证据；请立即提交，有正当理由的向人民法院说明。",
            cites="suit_evidence_late",
        ),
        check_act,
        check_evidence(SUIT),
        check_request("dismissed", "other"),
        check_correction,
    ),
)
