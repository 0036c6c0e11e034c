"""不予公开: refusals under 条例第十四条至第十六条, and matters that have their own inquiry procedure (第三十六条第七项)."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from gipdocs.documents.document import Answers, Finding
from gipdocs.findings import fault
from gipdocs.law import Office
from gipdocs.law.citations import Cited
from gipdocs.letters.notices import add_mark, in_order
from gipdocs.letters.typed import Contact
from gipdocs.questions import (
    Choice,
    Choices,
    Date,
    Name,
    Question,
    Text,
    YesNo,
)

from .asking import SEPARATIONS, Reason, separation_question, weighing_question
from .evidence import ticked
from .given import CONSULTED
from .outcomes import KINDS, name_kinds
from .ranks import check_law
from .row import Reply
from .third_parties import AGREED, OBJECTED, check_opinions, opinion_questions, opinion_words

LEVELS = {"top_secret": "绝密", "secret": "机密", "confidential": "秘密"}
CITED = re.compile(
    r"第[零一二三四五六七八九十百]+条(?:之[一二三四五六七八九十]+)?(?:[、和]?第[零一二三四五六七八九十百]+[条款项])*"
)


def _kind(id: str, label: str, example: str) -> Choice:
    return Choice(label, options=KINDS[id], example=example, required=True)


def _kinds(id: str, label: str, example: str) -> Choices:
    return Choices(label, options=KINDS[id], help="可以选择几项。", example=[example], required=True)


def refused(answers: Answers, office: Office) -> dict[str, Any]:
    """What all refusals say: the reason, and the result of considering separation."""
    separation = answers.get("separation", "")
    return {"reason": add_mark(answers["reason"]), **{key: key == separation for key in SEPARATIONS}}


def of_a_kind(id: str) -> Any:
    """The words of a refusal that names the kind of information it is about."""

    def words(answers: Answers, office: Office) -> dict[str, Any]:
        return {**refused(answers, office), "kind": name_kinds(id, answers["kind"])}

    return words


def weighed(id: str) -> Any:
    """The words of a refusal by discretion, with the considerations for using it, and the kind if there is one."""

    def words(answers: Answers, office: Office) -> dict[str, Any]:
        kind = {"kind": name_kinds(id, answers["kind"])} if id in KINDS else {}
        return {**refused(answers, office), **kind, "weighing": add_mark(answers["weighing"])}

    return words


def forbidden(answers: Answers, office: Office) -> dict[str, Any]:
    """The law that forbids disclosure, by name and article."""
    return {
        **of_a_kind("reply-withheld-law")(answers, office),
        "law_name": titled(answers["law"]),
        "law_article": answers["law_article"],
    }


def titled(name: str) -> str:
    """The name of a law in 《》, which are added if it has none."""
    return name if name.startswith("《") else f"《{name}》"


def check_law_article(answers: Answers, office: Office) -> list[Finding]:
    """Checks that the article is cited in the usual form: 条, with 款 and 项 if there are any."""
    if CITED.fullmatch(answers["law_article"]):
        return []
    form = office.cite("tender_secrecy", of=answers).place
    message = f"条款应当写作“{form}”的形式，几条之间用顿号隔开。"
    return [
        fault("law-article-form", message, "/law_article", basis=office.cite("answers", of=answers), overridable=True)
    ]


def third_party_right(answers: Answers, office: Office) -> dict[str, Any]:
    """The kind of right, what the third parties said, and how the public interest was weighed."""
    return {**weighed("reply-withheld-third-party")(answers, office), **opinion_words(answers, without=(AGREED,))}


def enforcement_file(answers: Answers, office: Office) -> dict[str, Any]:
    """Which case file, and where a party to the case may ask to read it."""
    return {
        **weighed("reply-withheld-enforcement")(answers, office),
        "case": answers["case"],
        "file_open": "file_access" in answers,
        "file_access": add_mark(answers.get("file_access", "")),
    }


def inquiry(answers: Answers, office: Office) -> dict[str, Any]:
    """The rule that governs the inquiry, and where to inquire."""
    return {
        "law_name": titled(answers["law"]),
        "law_article": answers["law_article"],
        "query_office": answers["query_office"],
        "query_way": add_mark(answers["query_way"]),
    }


def check_secrecy_term(answers: Answers, office: Office) -> list[Finding]:
    """Checks that information is not refused as a secret if it is no longer secret on the letter's date."""
    until: date | None = answers.get("secret_until")
    if until is None or office.day_of(answers) <= until:
        return []
    message = "保密期限在成文日期前已经届满，不能再以国家秘密为由不予公开；期限已经延长的，请填写延长后的日期。"
    return [
        fault(
            "secrecy-expired",
            message,
            "/secret_until",
            basis=office.cite("never_disclosed", of=answers),
            overridable=True,
        )
    ]


def law_questions(what: str, example: str) -> dict[str, Question]:
    """Questions for a 法律 or 行政法规 and its article; `example` is the key of a citation."""
    return {
        "law": Text(
            f"{what}的名称",
            help="写全称。规章、地方性法规和文件不能作为依据。",
            example=lambda office: office.today_law.cite(example).act,
            required=True,
            longest=100,
        ),
        "law_article": Text(
            "条款",
            help=Cited("写到条、款、项，例如“{tender_secrecy.place}”。"),
            example=lambda office: office.today_law.cite(example).place,
            required=True,
            longest=60,
        ),
    }


NO_DUTY = YesNo(
    "已核对没有应当公开的规定",
    help=Cited("法律、法规、规章规定这类信息应当公开的，从其规定（{process.short}）；不印在答复书上。"),
    example=True,
    on_file=True,
    needed=True,
)
check_duty = ticked(
    "no_duty",
    "duty-not-checked",
    "法律、法规、规章规定应当公开的，不能不予公开。请核对后确认“已核对没有应当公开的规定”。",
    cites=("process",),
)

ROWS = (
    Reply(
        id="reply-withheld-state-secret",
        summary="信息依法确定为国家秘密，不予公开。答复书不透露信息的内容、密级和保密期限。",
        asks="市级党政机关保密会议场所建设方案",
        questions={
            "reason": Reason(
                "确定为国家秘密的说明",
                help=Cited(
                    "写明由有权的机关、单位依法确定并在保密期限内，不写信息的内容。"
                    "不能确定是否属于国家秘密的，应当先报保密行政管理部门确定（{review_referred.short}）。"
                ),
                example="该方案由具有定密权限的单位依照《中华人民共和国保守国家秘密法》规定的程序确定为国家秘密，尚未解密。",
                required=True,
            ),
            "separation": separation_question(),
            "level": Choice(
                "密级", options=LEVELS, help="留存备查，不印在答复书上。", example="confidential", on_file=True
            ),
            "secret_until": Date(
                "保密期限届满日期",
                help="以解密时间、条件确定的不填；留存备查，不印在答复书上。",
                example="2035-06-30",
                on_file=True,
            ),
            "secrecy_review": Text(
                "保密审查记录的编号",
                help="审查呈批单等记录的编号或者存放位置；留存备查，不印在答复书上。",
                example="保密审查〔2026〕3号",
                required=True,
                on_file=True,
                longest=100,
            ),
            "secrecy_reviewed_on": Date("保密审查的日期", example="2026-03-12", required=True, on_file=True),
        },
        words=refused,
        checks=(
            check_secrecy_term,
            in_order(
                "review-after-letter",
                ("secrecy_reviewed_on", "保密审查的日期"),
                ("date", "成文日期"),
                cites=("review_secrecy",),
            ),
        ),
    ),
    Reply(
        id="reply-withheld-law",
        summary="其他法律、行政法规禁止公开的信息，不予公开。",
        asks="市级机关物业服务采购项目已获取招标文件的潜在投标人名单",
        questions={
            "kind": _kind("reply-withheld-law", "禁止公开的依据", "law"),
            **law_questions("法律、行政法规", "tender_secrecy"),
            "reason": Reason(
                "属于禁止公开的理由",
                help="写明该信息是什么、为什么属于这一条款所指的信息。",
                example="该项目的评标工作尚未结束，申请公开的名单载明全部潜在投标人的名称和数量，属于招标人不得向他人透露的情况。",
                required=True,
            ),
            "separation": separation_question(),
        },
        words=forbidden,
        checks=(check_law("reply-withheld-law"), check_law_article),
    ),
    Reply(
        id="reply-withheld-safety",
        summary="公开后可能危及国家安全、公共安全、经济安全、社会稳定的信息，不予公开。",
        asks="市级党政机关集中办公区安防监控点位分布图",
        questions={
            "kind": _kinds("reply-withheld-safety", "可能危及的利益", "public_security"),
            "reason": Reason(
                "可能危及的理由",
                help="写明公开后会发生什么、怎样危及，证据留存备查。",
                example="该图标明全部监控设备的位置、朝向和盲区，公开后可能被用于规避监控、实施违法犯罪，直接影响办公区"
                "工作人员和来访群众的人身、财产安全。",
                required=True,
            ),
            "separation": separation_question(),
        },
        words=of_a_kind("reply-withheld-safety"),
    ),
    Reply(
        id="reply-withheld-third-party",
        summary="公开会对第三方合法权益造成损害的信息，征求第三方意见后不予公开。答复书不写第三方的名称和个人信息。",
        asks="2025年市级机关公务用车保险服务中标人的报价成本构成",
        questions={
            "kind": _kinds("reply-withheld-third-party", "涉及的第三方权益", "trade_secret"),
            **opinion_questions(OBJECTED, without=(AGREED,)),
            "reason": Reason(
                "不予公开的理由",
                help="写明公开会怎样损害第三方的合法权益；第三方提出理由的，写明其理由为什么合理。不写第三方的名称和个人信息。",
                example="报价成本构成反映中标人的经营成本和定价方法，不为公众所知悉，中标人采取了保密措施，公开后会削弱其在"
                "同类采购中的竞争地位。",
                required=True,
            ),
            "weighing": Reason(
                "对公共利益的衡量",
                help=Cited("写明不公开是否会对公共利益造成重大影响（{third_party_harm.short}）。"),
                example="该项目的中标结果和合同金额已经公开，能够满足公众对财政资金使用的监督，不公开成本构成不会对公共利益"
                "造成重大影响。",
                required=True,
            ),
            "separation": separation_question(),
        },
        words=third_party_right,
        checks=(check_opinions,),
        clock={"consultations": CONSULTED},
    ),
    Reply(
        id="reply-withheld-internal",
        summary="人事管理、后勤管理、内部工作流程等内部事务信息，裁量后不予公开。",
        asks="2025年本机关办公用品领用登记台账",
        questions={
            "kind": _kind("reply-withheld-internal", "属于哪一类内部事务", "logistics"),
            "reason": Reason(
                "属于内部事务信息的理由",
                help="写明该信息记载什么、只在内部使用、不对外产生影响。后勤管理的信息最易引起争议，对外支出、采购的结果不在此列。",
                example="该台账逐日记载本机关工作人员领用纸张、笔墨等低值易耗品的名称和数量，只用于内部库存管理，"
                "不对公民、法人和其他组织产生影响。",
                required=True,
            ),
            "weighing": weighing_question(
                "办公用品的采购预算和决算已经公开，能够满足公众监督的需要；公开逐人逐日的领用记录没有相应的公共利益，"
                "反而干扰日常管理。"
            ),
            "separation": separation_question(),
        },
        words=weighed("reply-withheld-internal"),
    ),
    Reply(
        id="reply-withheld-process",
        summary="讨论记录、过程稿、磋商信函、请示报告等过程性信息，裁量后不予公开。",
        asks="2025年市级党政机关公务用车调配更新计划的讨论记录",
        questions={
            "kind": _kind("reply-withheld-process", "属于哪一类过程性信息", "discussion"),
            "reason": Reason(
                "属于过程性信息的理由",
                help="写明该信息在什么工作中形成、处于什么阶段、是否已有正式的结果。",
                example="该记录形成于拟订更新计划的内部会议，记载与会人员就分配标准发表的不同意见，不是最终决定，"
                "正式的计划已经另行印发。",
                required=True,
            ),
            "weighing": weighing_question(
                "公开会使工作人员在今后的讨论中顾虑表达意见，影响决策质量；正式的计划已经公开，不公开讨论过程不影响公众了解结果。"
            ),
            "separation": separation_question(),
            "no_duty": NO_DUTY,
        },
        words=weighed("reply-withheld-process"),
        checks=(check_duty,),
    ),
    Reply(
        id="reply-withheld-enforcement",
        summary="行政执法案卷信息，裁量后不予公开。",
        asks="2025年第3号公共机构节能监督检查案卷",
        questions={
            "case": Text(
                "执法案卷的名称",
                help="写明是哪一案卷，不写当事人的名称和个人信息。",
                example="2025年第3号公共机构节能监督检查案卷",
                required=True,
            ),
            "reason": Reason(
                "属于该案卷的理由",
                help="写明该信息是在哪一执法活动中收集、制作并归入案卷的。",
                example="申请公开的询问笔录和现场检查记录，是本机关开展节能监督检查时收集、制作的证据材料，已经归入案卷保管。",
                required=True,
            ),
            "weighing": weighing_question(
                "案卷中的调查材料涉及被检查单位的内部情况和工作人员的陈述，公开会影响今后的调查取证；"
                "检查结果已经依法公开，当事人可以依法查阅案卷。"
            ),
            "separation": separation_question(),
            "file_access": Contact(
                "查阅案卷的途径",
                help="不予公开不影响当事人、利害关系人按照行政处罚、行政复议、行政诉讼等程序查阅案卷；"
                "有这种途径的，写明依据哪一程序、向谁提出和联系方式。",
                example=lambda office: f"向{office.profile.office.name}提出，电话：{office.profile.office.phone}",
            ),
            "no_duty": NO_DUTY,
        },
        words=enforcement_file,
        checks=(check_duty,),
    ),
    Reply(
        id="reply-query-matter",
        summary="工商、不动产登记资料等信息，法律、行政法规对获取有特别规定的，告知申请人依照规定办理。",
        asks="市级党政机关办公楼的不动产登记资料",
        questions={
            **law_questions("有特别规定的法律、行政法规", "property_records"),
            "query_office": Name(
                "办理查询的单位",
                example=lambda office: f"{office.profile.region}不动产登记机构",
                required=True,
                longest=100,
            ),
            "query_way": Contact(
                "查询的途径",
                help="写明窗口的地址、电话、办公时间或者网上查询的网址，需要携带的材料；网址写在最后，后面不加标点。",
                example="持身份证明到不动产登记服务窗口申请查询，可以拨打12345政务服务便民热线咨询",
                required=True,
            ),
        },
        words=inquiry,
        checks=(check_law("reply-query-matter"), check_law_article),
    ),
)
