"""不予处理: petitions, repeated requests, publications, excessive requests (条例第三十九条、第三十六条第六项、第三十五条)."""

from __future__ import annotations

from typing import Any

from gipdocs.documents.document import Answers, Finding
from gipdocs.findings import doubt, fault
from gipdocs.law import Office
from gipdocs.law.acts import Article
from gipdocs.law.citations import Cited
from gipdocs.law.outcomes import Outcome
from gipdocs.letters.notices import add_mark, in_order
from gipdocs.letters.typed import Contact
from gipdocs.questions import (
    Choice,
    Choices,
    Date,
    DocumentNumber,
    LongText,
    Text,
    YesNo,
)
from gipdocs.writing import chinese_date

from .asking import Reason
from .evidence import ticked
from .outcomes import KINDS
from .row import Reply

EXPLAINED = {"given": "申请人说明了理由", "none": "申请人没有说明理由"}
EARLIER = {
    "disclosed": ("已经公开", "公开了所申请的政府信息"),
    "refused": ("不予公开", "决定不予公开"),
    "not_existing": ("信息不存在", "告知该政府信息不存在"),
    "other": ("其他处理", "告知了办理结果"),
}
"""What the earlier answer was: its label, and how the letter says it."""
DISCLOSED = "disclosed"
DEMANDS = {"confirm": "确认已经获取的信息", "reissue": "重新出具已经获取的信息"}
CITATIONS = {"choice_1": "关于政府信息含义的条款", "choice_2": "关于重复申请的条款"}
"""The articles among which the outcome lets the clerk choose, in the order of its data."""


def petition(answers: Answers, office: Office) -> dict[str, Any]:
    """What the request really is, and which channel it belongs to."""
    labels = KINDS["reply-petition"]
    return {
        "nature": "、".join(labels[key] for key in answers["nature"]),
        "reason": add_mark(answers["reason"]),
        **channel(answers),
    }


def channel(answers: Answers) -> dict[str, Any]:
    """The names of the sentence about the right channel, which the law allows the office to add."""
    return {"channelled": "channel" in answers, "channel": add_mark(answers.get("channel", ""))}


def repeated(answers: Answers, office: Office) -> dict[str, Any]:
    """The number and date of the earlier answer, and what it was."""
    return {
        "earlier_number": answers["earlier_number"],
        "earlier_date": chinese_date(answers["earlier_date"]),
        "earlier_outcome": EARLIER[answers["earlier_outcome"]][1],
    }


def check_unchanged(answers: Answers, office: Office) -> list[Finding]:
    """Doubts that an application is a repeated one if what withheld the information may have passed since."""
    if answers["earlier_outcome"] == DISCLOSED or answers.get("unchanged"):
        return []
    message = (
        "此前的答复没有公开所申请的信息，没有确认情况没有变化。期限届满、已经解密、事项已经办结或者信息已经形成的，"
        "不是重复申请，应当重新答复，请核对。"
    )
    return [doubt("repeat-facts-changed", message, "/unchanged", basis=office.cite("answer_repeated", of=answers))]


def publication(answers: Answers, office: Office) -> dict[str, Any]:
    """Which publication, and where to get it."""
    return {
        "publication": answers["publication"],
        "obtainable": "obtain_way" in answers,
        "obtain_way": add_mark(answers.get("obtain_way", "")),
    }


def too_many(answers: Answers, office: Office) -> dict[str, Any]:
    """The number and frequency of requests, the notice that asked for reasons, and why they are not reasonable."""
    return {
        "facts": add_mark(answers["facts"]),
        "notice_number": answers["notice_number"],
        "notice_date": chinese_date(answers["notice_date"]),
        **{f"explained_{key}": key == answers["explained"] for key in EXPLAINED},
        "on_a_day": f"于{chinese_date(answers['explained_on'])}" if "explained_on" in answers else "",
        "reason": add_mark(answers["reason"]),
    }


def check_explanation(answers: Answers, office: Office) -> list[Finding]:
    """Checks that the day of the applicant's explanation is given if, and only if, there was one."""
    if answers["explained"] == "given" and "explained_on" not in answers:
        message = "申请人说明了理由的，请填写收到说明的日期。"
        return [fault("explanation-day-missing", message, "/explained_on", basis=office.cite("excessive", of=answers))]
    if answers["explained"] == "none" and "explained_on" in answers:
        message = "选择了“申请人没有说明理由”，又填写了收到说明的日期，请核对。"
        return [fault("explanation-contradictory", message, "/explained", basis=office.cite("excessive", of=answers))]
    return []


def reconfirmed(answers: Answers, office: Office) -> dict[str, Any]:
    """What the applicant already has, how it was obtained, and what is now demanded."""
    return {
        "obtained": answers["obtained"],
        "obtained_how": answers["obtained_how"],
        "demand": DEMANDS[answers["demand"]],
        "no_information": answers["citation"] == "choice_1",
        "once_more": answers["citation"] == "choice_2",
    }


def chosen_citation(answers: Answers, outcome: Outcome) -> tuple[Article, ...]:
    """The article that the clerk chose, since the regulation has none of its own for this outcome."""
    return (outcome.choices[list(CITATIONS).index(answers["citation"])],)


ROWS = (
    Reply(
        id="reply-petition",
        about="request",
        demands=lambda answers: True,
        summary="以政府信息公开申请的形式进行信访、投诉、举报等活动的，告知不作为政府信息公开申请处理。",
        asks="某单位违规使用公务用车的处理情况，并请依法查处、书面答复",
        questions={
            "nature": Choices(
                "申请实际上属于",
                options=KINDS["reply-petition"],
                help="可以选择几项。",
                example=["report"],
                required=True,
            ),
            "reason": Reason(
                "认定的理由",
                help="写明申请中反映了什么、要求机关做什么，为什么不是申请获取信息。",
                example="申请反映有关单位工作人员违规使用公务用车，要求本机关调查处理并答复结果，没有指向本机关已经制作或者获取的信息。",
                required=True,
            ),
            "channel": Contact(
                "相应的渠道",
                help=Cited("可以告知（{petitions.short}）：受理的单位、电话、地址或者网址。"),
                example="12345政务服务便民热线，或者有管理权限的纪检监察机关",
            ),
        },
        words=petition,
    ),
    Reply(
        id="reply-repeat",
        about="request",
        summary="已经就申请人的申请作出答复，申请人重复申请公开相同政府信息的，告知不予重复处理。",
        questions={
            "earlier_number": DocumentNumber(
                "此前答复的文号",
                example=lambda office: f"{office.profile.document_code}〔2026〕5号",
                required=True,
                longest=60,
                case="earlier.number",
            ),
            "earlier_date": Date("此前答复的日期", example="2026-02-05", required=True, case="earlier.dated"),
            "earlier_outcome": Choice(
                "此前答复的结果",
                options={key: label for key, (label, _) in EARLIER.items()},
                help=Cited(
                    "此前已经公开的，人民法院对不予重复处理裁定不予立案（{barred_repeat.number}{barred_repeat.place}）；"
                    "此前没有公开的，申请人可以就不予重复处理申请行政复议或者提起行政诉讼。救济途径由此确定。"
                ),
                example=DISCLOSED,
                required=True,
            ),
            "unchanged": YesNo(
                "已核对此前不公开的情况没有变化",
                help="期限届满、已经解密、事项已经办结等，情况有变化的不是重复申请；不印在告知书上。",
                example=True,
                in_sample=False,
                on_file=True,
                only_if=("earlier_outcome", ("refused", "not_existing", "other")),
            ),
            "compared": YesNo(
                "已核对申请人和所申请的信息均相同",
                help="申请人不同，或者所申请的信息不完全相同的，不是重复申请；不印在告知书上。",
                needed=True,
                example=True,
                on_file=True,
            ),
        },
        words=repeated,
        discloses=lambda answers: bool(answers["earlier_outcome"] == DISCLOSED),
        checks=(
            check_unchanged,
            ticked(
                "compared",
                "repeat-not-compared",
                "只有同一申请人申请相同的政府信息才是重复申请。请核对后确认“已核对申请人和所申请的信息均相同”。",
                cites=("answer_repeated",),
            ),
            in_order(
                "earlier-reply-order",
                ("earlier_date", "此前答复的日期"),
                ("receipt", "收到本次申请之日"),
                cites=("answer_repeated",),
            ),
        ),
    ),
    Reply(
        id="reply-publication",
        about="request",
        summary="要求提供政府公报、报刊、书籍等公开出版物的，告知获取的途径。",
        asks="政府公报2025年第4期",
        questions={
            "publication": Text(
                "公开出版物的名称", help="不必加书名号。", example="政府公报2025年第4期", required=True
            ),
            "obtain_way": Contact(
                "获取的途径",
                help=Cited("可以告知（{publications.short}）：出版、发行或者免费领取、阅览的地方。"),
                example="在政务服务中心政府信息查阅点免费领取，或者在政府网站“政府公报”栏目阅览",
            ),
        },
        words=publication,
    ),
    Reply(
        id="reply-mass-repeat",
        summary="申请的数量、频次明显超过合理范围，要求说明理由后，认为理由不合理的，告知不予处理。",
        asks="2026年2月市级党政机关公务用车维修记录",
        several=False,
        questions={
            "facts": LongText(
                "申请的数量、频次",
                help="写明起止时间、件数、内容的重复情况，与说明理由告知书一致。",
                example="2025年12月10日至2026年3月2日，你向本机关提出政府信息公开申请42件，其中38件针对同一批公务用车的维修事项。",
                required=True,
                shortest=15,
                longest=2000,
            ),
            "notice_number": DocumentNumber(
                "说明理由告知书的文号",
                example=lambda office: f"{office.profile.document_code}〔2026〕9号",
                required=True,
                longest=60,
                case="reasons.number",
            ),
            "notice_date": Date("说明理由告知书的日期", example="2026-03-05", required=True, case="reasons.dated"),
            "explained": Choice("申请人的说明", options=EXPLAINED, example="given", required=True),
            "explained_on": Date(
                "收到说明的日期",
                example="2026-03-11",
                needed=True,
                only_if=("explained", ("given",)),
                case="reasons.given",
            ),
            "reason": Reason(
                "认为理由不合理的说明",
                help="写明申请人的理由是什么，为什么不合理；没有说明的，写明根据现有情况怎样判断。",
                example="说明称每日核对维修记录是为了监督，但所涉车辆的年度维修费用和定点企业已经分别答复，"
                "逐日重复申请没有新的监督内容，超出了合理需要。",
                required=True,
            ),
        },
        words=too_many,
        checks=(
            check_explanation,
            in_order(
                "explanation-order",
                ("notice_date", "说明理由告知书的日期"),
                ("explained_on", "收到说明的日期"),
                ("date", "成文日期"),
                cites=("excessive",),
            ),
        ),
    ),
    Reply(
        id="reply-reconfirm",
        about="request",
        demands=lambda answers: True,
        summary="要求确认或者重新出具已经获取的信息的，告知不予处理。条例没有专条，由承办人选择所引的条款。",
        asks="对已经提供的2025年市级党政机关公务用车调配更新计划重新盖章出具",
        questions={
            "demand": Choice("申请人的要求", options=DEMANDS, example="reissue", required=True),
            "obtained": Text(
                "此前已经获取的信息",
                example="2025年市级党政机关公务用车调配更新计划",
                required=True,
            ),
            "obtained_how": Text(
                "获取的时间和途径",
                help="写作“于某日通过某途径”，例如答复书的日期和文号。",
                example=lambda office: f"于2026年2月5日通过本机关的答复书（{office.profile.document_code}〔2026〕5号）",
                required=True,
            ),
            "citation": Choice(
                "引用的条款",
                options=CITATIONS,
                help=Cited(
                    "条例没有专门条款。要求确认、证明的，一般引{information.place}；要求重新提供相同信息的，一般引{answer_repeated.place}。"
                ),
                example="choice_2",
                required=True,
            ),
        },
        words=reconfirmed,
        cited=chosen_citation,
    ),
)
