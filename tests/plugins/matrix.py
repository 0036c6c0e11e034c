"""Cases for every letter to an applicant: each shape of the request with each course of the case, for each kind of applicant.

Every letter meets each shape with each course; applicants, turns and outcomes of further items take turns, so that each
pair of values comes up. The choice is the same in each run.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from random import Random
from typing import Any

from gipdocs.documents.build import examine
from gipdocs.documents.registry import Registry
from gipdocs.findings import Finding
from gipdocs.law import Office
from gipdocs.law.outcomes import GIVING, PARTIAL
from gipdocs.letters.case import address_form
from plugins.replies import REPLIES
from plugins.replies.items import NEEDS
from plugins.replies.outcomes import WITHHELD

from .filled import LEFT_OUT, changed

SEED = 20261129
NOTICES = (
    "receipt",
    "correction-notice",
    "extension-notice",
    "consultation-notice",
    "delay-notice",
    "fee-notice",
    "reason-notice",
)
SHAPES = ("one", "items", "joint", "applications", "each his own")
COURSES = ("plain", "corrected", "extended", "consulted", "decision", "judgment", "own")
APPLICANTS = ("citizen", "organisation", "agent", "guardian")
ANEW = {"decision", "judgment", "own"}
NEVER = {
    "receipt": {"extended", "consulted", *ANEW},
    "correction-notice": {"corrected", "extended", "consulted"},
    "extension-notice": {"extended", *ANEW},
    "reply-uncorrected": {"corrected"},
}
"""Courses after which a letter is not sent; the office cannot itself prolong a term that was ordered."""

OTHERS = {"citizen": [{"name": "王建国"}, {"name": "李桂芬"}], "organisation": [{"name": "乙物业服务有限公司"}]}
FURTHER = [
    {
        "number": "20260304002",
        "channel": "in_person",
        "received": "2026-03-04",
        "request": "2025年公务用车更新数量",
    },
    {
        "channel": "online",
        "received": "2026-03-04",
        "confirmed": "2026-03-05",
        "request": "2025年公务用车的维修记录。",
        "corrected": "2026-03-10",
        "corrected_request": "2025年公务用车定点维修的结算清单",
    },
]
AGAIN_BY = {
    "decision": {
        "what": "decision",
        "organ": "某某市人民政府",
        "number": "政复决字〔2026〕15号",
        "result": "quashed",
        "order": "redo",
        "ordered": 20,
    },
    "judgment": {
        "what": "judgment",
        "organ": "某某区人民法院",
        "number": "（2026）某1502行初3号",
        "result": "partly",
        "order": "redo",
        "ordered": 15,
    },
    "own": {"what": "own", "number": "聊机管公开〔2026〕30号"},
}
LATER: Mapping[str, Mapping[str, Any]] = {
    "reply-granted-inspection": {"time": "2026年9月14日至9月18日的工作日，每日上午9时至11时"},
    "reply-not-existing": {"searched_on": "2026-08-26"},
    "reply-uncorrected": {"served_on": "2026-08-20", "due": "2026-09-03"},
    "reply-withdrawn": {"withdrawn_on": "2026-08-28"},
    "consultation-notice": {"asked_on": "2026-08-28"},
    "delay-notice": {"explained_on": "2026-08-28", "answer_by": "2026-09-30"},
}
"""A letter's own days where the case is handled anew."""

ITEMS: Mapping[str, tuple[Mapping[str, Any], ...]] = {
    "reply-already-public": (
        {"title": "2025年公务用车预算", "pointer": "门户网站“财政预决算”专栏"},
        {"title": "2025年公务用车决算", "pointer": "http://www.example.gov.cn/art/2025/8/1/art_1_2.html"},
    ),
    "reply-granted": (
        {"title": "2025年公务用车保险合同", "provided": ["2025年公务用车保险合同"]},
        {"title": "2025年公务用车加油合同", "provided": ["2025年公务用车加油合同", "2025年公务用车加油补充协议"]},
    ),
    "reply-granted-inspection": (
        {
            "title": "公务用车档案册",
            "pointer": "机关档案室，2026年9月1日至9月4日每日上午9时至11时，联系人王海燕，电话0635-6068810",
        },
        {
            "title": "公务用车图纸",
            "pointer": "机关档案室，2026年9月1日上午9时，联系人王海燕",
            "reason": "图纸幅面大，逐张复制成本过高，本机关没有按照所申请的形式提供。",
        },
    ),
    "reply-granted-third-party": (
        {
            "title": "2025年公务用车租赁合同",
            "reason": "第三方于2026年3月16日书面回复，同意公开。",
            "provided": ["2025年公务用车租赁合同"],
        },
    ),
    PARTIAL: (
        {
            "title": "2025年驾驶员名册",
            "provided": ["2025年驾驶员名册（隐去身份证号码）"],
            "withheld": "各人的身份证号码",
            "ground": "reply-withheld-third-party",
            "kind": ["privacy"],
            "asked": "masked",
            "reason": "身份证号码能够识别特定自然人，与公务用车的管理没有关系。",
            "weighing": "隐去号码不影响公众了解驾驶员的配备情况。",
        },
        {
            "title": "2025年调度台账",
            "provided": ["2025年调度台账（第1页至第8页）"],
            "withheld": "附页",
            "ground": "reply-not-gov-info",
            "reason": "附页是车队党支部的活动安排，不是在行政管理中形成的。",
        },
        {
            "title": "2025年调度方案",
            "provided": ["2025年调度方案（第二部分除外）"],
            "withheld": "第二部分的讨论意见",
            "ground": "reply-withheld-process",
            "kind": ["discussion"],
            "reason": "该部分记载拟订方案时的不同意见，不是最终决定。",
            "weighing": "公开会使今后的讨论有所顾虑，方案已经公开，不影响公众了解结果。",
        },
    ),
    "reply-withheld-state-secret": (
        {
            "title": "保密车辆编制表",
            "reason": "该表由具有定密权限的单位依法确定为国家秘密，尚未解密。",
            "separation": "whole",
        },
    ),
    "reply-withheld-law": (
        {
            "title": "评标委员会名单",
            "kind": ["law"],
            "basis": "《中华人民共和国招标投标法》第三十七条第五款",
            "reason": "该项目的中标结果尚未确定，名单应当保密。",
            "separation": "whole",
        },
    ),
    "reply-withheld-safety": (
        {
            "title": "车库安防图",
            "kind": ["public_security"],
            "reason": "该图标明监控设备的位置和盲区，公开后可能被用于实施违法犯罪。",
            "separation": "inseparable",
        },
    ),
    "reply-withheld-third-party": (
        {
            "title": "报价成本构成",
            "kind": ["trade_secret"],
            "asked": "consulted",
            "reason": "第三方不同意公开，其所说的成本构成不为公众所知悉，理由合理。",
            "weighing": "合同总额已经公开，能够满足公众监督的需要。",
            "separation": "whole",
        },
        {
            "title": "投诉人的联系电话",
            "kind": ["privacy"],
            "asked": "masked",
            "reason": "联系电话能够识别特定自然人，与投诉的处理结果没有关系。",
            "weighing": "隐去电话不影响公众了解投诉的处理情况。",
            "separation": "whole",
        },
    ),
    "reply-withheld-internal": (
        {
            "title": "值班安排",
            "kind": ["workflow"],
            "reason": "该安排只用于车队内部的交接班，不对外产生影响。",
            "weighing": "公开没有相应的公共利益，反而干扰日常管理。",
            "separation": "whole",
        },
    ),
    "reply-withheld-process": (
        {
            "title": "更新计划的请示",
            "kind": ["request"],
            "reason": "该请示是报请上级审批时形成的材料，正式的计划已经另行印发。",
            "weighing": "公开会影响请示工作的开展，不公开不影响公众了解结果。",
            "separation": "whole",
        },
    ),
    "reply-withheld-enforcement": (
        {
            "title": "节能检查笔录",
            "reason": "该笔录是节能监督检查时制作的证据材料，已经归入案卷。",
            "weighing": "公开会影响今后的调查取证，检查结果已经公开。",
            "separation": "whole",
            "pointer": "向本机关办公室提出，电话0635-6068810",
        },
        {
            "title": "节能检查照片",
            "reason": "该组照片是节能监督检查时拍摄的证据材料，归入案卷保管。",
            "weighing": "公开会暴露被检查单位的内部布局，检查的结论已经公开。",
            "separation": "inseparable",
        },
    ),
    "reply-query-matter": (
        {
            "title": "车库的不动产登记资料",
            "basis": "《不动产登记暂行条例》第二十七条",
            "pointer": "不动产登记服务窗口，可以拨打12345咨询",
        },
    ),
    "reply-not-existing": (
        {"title": "2018年更新计划", "reason": "经检索公文处理系统和机关档案室2018年度文书档案，没有找到所申请的计划。"},
        {"title": "2017年更新计划", "reason": "本机关2019年成立，该年度的车辆由原单位管理，没有编制更新计划。"},
    ),
    "reply-not-ours": (
        {
            "title": "车辆购置拨款批复",
            "reason": "该批复由财政部门制作，本机关没有制作，也没有获取。",
            "pointer": "某某市财政局，可以拨打12345转接",
        },
        {"title": "驾驶员社保批复", "reason": "本机关没有制作该批复，也没有从其他机关获取。", "pointer": "无法确定"},
        {
            "title": "车辆号牌批复",
            "reason": "本机关只负责编制管理，没有制作该批复。",
            "pointer": "无法确定由哪一机关制作该批复",
        },
    ),
    "reply-archived": (
        {"title": "1998年分配方案", "pointer": "某某市档案馆，可以拨打12345咨询"},
        {
            "title": "1997年分配方案",
            "reason": "该方案随1997年度文书档案于2018年移交。",
            "pointer": "某某市档案馆，可以拨打12345咨询",
        },
    ),
    "reply-needs-making": (
        {
            "title": "油耗比较分析",
            "reason": "本机关只有逐月的加油记录，形成分析需要逐条汇总、换算和比较。",
            "separation": "inseparable",
        },
    ),
    "reply-still-unclear": (
        {"title": "有关的全部材料", "reason": "补正材料只写明“近年来的材料”，没有指明名称、年度或者事项。"},
    ),
    "reply-petition": (
        {
            "title": "查处某单位违规用车",
            "kind": ["report"],
            "reason": "该项内容要求本机关调查处理，没有指向已有的信息。",
        },
        {
            "title": "对某驾驶员的投诉",
            "kind": ["complaint"],
            "reason": "该项内容反映服务态度，要求本机关处理。",
            "pointer": "12345政务服务便民热线",
        },
    ),
    "reply-repeat": ({"title": "2024年更新计划", "pointer": "聊机管公开〔2026〕5号，2026年2月5日"},),
    "reply-publication": ({"title": "政府公报2025年第4期", "pointer": "在政务服务中心政府信息查阅点免费领取"},),
    "reply-withdrawn": ({"title": "2023年更新计划", "pointer": "2026年3月10日，以书面形式"},),
    "reply-not-gov-info": (
        {
            "title": "更新车辆的条件是什么",
            "kind": ["consultation"],
            "reason": "该项内容要求本机关解释政策，没有指向已有的信息。",
            "pointer": "本机关车辆管理科，电话0635-6068810",
        },
        {
            "title": "民主生活会记录",
            "kind": ["information"],
            "reason": "该记录是党组织开展组织生活时形成的党务材料。",
        },
        {"title": "请出具说明", "reason": "该项内容要求本机关另行出具说明，没有指向已有的信息。"},
    ),
}
"""Further items of a request, by outcome."""

GROUPS = [
    {"who": "20户", "said": "agreed"},
    {"who": "8户", "said": "objected"},
    {"who": "4户", "said": "silent"},
    {"who": "1户", "said": "unreachable"},
]
OVER = {
    "ground": "harmless",
    "reason": "合同的成交金额和单价已经随成交结果公告，不是不为公众所知悉的信息。",
    "third_party_notice": "聊机管公开〔2026〕11号",
    "third_party_notice_served": "2026-03-12",
}
HELD = [{"sent": "2026-03-05", "delivered": "2026-03-06", "answered": "2026-03-16"}]
RETURNED = [{"sent": "2026-03-05", "returned": "2026-03-13"}]
TURNS: Mapping[str, tuple[Mapping[str, Any], ...]] = {
    "reply-already-public": (
        {},
        {
            "published": [
                {"title": "2026年部门预算", "place": "门户网站“财政预决算”专栏", "published_on": "2026-01-28"},
                {"title": "2025年部门决算", "url": "http://www.example.gov.cn/art/2025/8/1/art_1_2.html"},
            ]
        },
    ),
    "reply-granted": (
        {},
        {"medium": "email", "delivery": "email"},
        {"delivery": "pickup", "pickup_until": "2026-09-30"},
        {
            "provided": ["2025年公务用车调配计划", "2025年公务用车更新计划"],
            "medium": "cd",
            "other_form_reason": "所申请的信息为大幅面图纸，按申请的形式提供成本过高",
        },
    ),
    "reply-granted-inspection": ({}, {"other_form_reason": LEFT_OUT}),
    "reply-granted-third-party": (
        {},
        {"opinion": "objected", **OVER},
        {"opinion": "silent", **OVER},
        {"opinion": "unreachable", **OVER, "clock/consultations": RETURNED},
        {"opinion": "mixed", "opinions": GROUPS, **OVER, "clock/consultations": [*HELD, *RETURNED]},
        {
            "opinion": "objected",
            **OVER,
            "ground": "public_interest",
            "reason": "该合同涉及财政资金的使用，不公开会使公众无从监督。",
        },
        {"opinion": "mixed", "opinions": GROUPS[:2], **OVER, "ground": "public_interest"},
    ),
    PARTIAL: ({}, {"delivery": "pickup"}, {"medium": "email", "delivery": "email"}),
    "reply-withheld-law": ({}, {"kind": "regulation", "law": "政府采购法实施条例", "law_article": "第四十三条"}),
    "reply-withheld-safety": ({}, {"kind": ["public_security", "social_stability"], "separation": "inseparable"}),
    "reply-withheld-third-party": (
        {},
        {"opinion": "silent", "kind": ["trade_secret", "privacy"]},
        {"opinion": "unreachable", "clock/consultations": RETURNED, "separation": "inseparable"},
        {"opinion": "mixed", "opinions": GROUPS[1:], "clock/consultations": [*HELD, *RETURNED]},
    ),
    "reply-withheld-internal": ({}, {"kind": "personnel", "separation": "inseparable"}),
    "reply-withheld-process": ({}, {"kind": "draft"}, {"kind": "negotiation"}, {"kind": "request"}),
    "reply-withheld-enforcement": ({}, {"file_access": LEFT_OUT, "separation": "inseparable"}),
    "reply-query-matter": ({}, {"query_way": "网上查询：https://www.example.gov.cn/bdc/cx"}),
    "reply-not-existing": ({}, {"explanation": "本机关2019年3月成立，该事项当年由原承办单位办理，没有形成年度计划"}),
    "reply-not-ours": (
        {},
        {"responsible": "unknown", "responsible_agency": LEFT_OUT, "responsible_contact": LEFT_OUT},
    ),
    "reply-petition": ({}, {"nature": ["petition", "complaint"], "channel": LEFT_OUT}),
    "reply-repeat": (
        {},
        {"earlier_outcome": "refused", "unchanged": True},
        {"earlier_outcome": "not_existing", "unchanged": True},
        {"earlier_outcome": "other", "unchanged": True},
    ),
    "reply-publication": ({}, {"obtain_way": LEFT_OUT}),
    "reply-mass-repeat": (
        {},
        {
            "explained": "none",
            "explained_on": LEFT_OUT,
            "reason": "所涉车辆的年度维修费用已经分别答复，逐日重复申请没有新的监督内容。",
        },
    ),
    "reply-reconfirm": ({}, {"demand": "confirm", "citation": "choice_1"}),
    "reply-uncorrected": (
        {},
        {"elements": ["identity"]},
        {"elements": ["form"]},
        {"elements": ["identity", "agent"]},
        {"elements": ["identity", "content", "form", "agent"]},
    ),
    "reply-withdrawn": ({}, {"way": "in_person"}, {"way": "email"}, {"way": "online"}),
    "reply-not-gov-info": (
        {},
        {
            "nature": "consultation",
            "reason": "申请要求本机关解释车辆更新的条件，没有指向已有的信息。",
            "channel": "本机关车辆管理科，电话0635-6068810",
        },
        {"nature": LEFT_OUT, "channel": LEFT_OUT, "reason": "申请要求本机关另行出具说明，没有指向已有的信息。"},
    ),
    "correction-notice": (
        {},
        {"handed_on": "2026-09-08"},
        {
            "points": [
                {"element": "identity", "matter": "没有附身份证明。", "guidance": "可以附居民身份证的复印件。"},
                {
                    "element": "form",
                    "matter": "没有写明获取信息的方式。",
                    "guidance": "可以写明邮寄、自行领取等方式。",
                },
            ]
        },
    ),
    "consultation-notice": (
        {},
        {"asked": "third_party", "agencies": LEFT_OUT},
        {"asked": "both"},
        {"asked": "agency", "agencies": LEFT_OUT},
    ),
    "delay-notice": ({}, {"asked_number": "聊机管公开〔2026〕9号"}),
    "fee-notice": (
        {},
        {"filed": 3},
        {"already": 5, "handed_on": "2026-09-08"},
        {"method": "page", "count": 68},
    ),
    "reason-notice": ({}, {"questions": ["多次提出申请的理由"], "handed_on": "2026-09-08"}),
}
"""Ways to answer a letter's own questions."""
ADDRESSED = {"reply-mass-repeat": "2025年12月10日至2026年3月2日，收到的42件申请中有38件针对同一批公务用车的维修事项。"}
"""Facts whose example addresses one citizen, said without an address."""


@dataclass(frozen=True)
class Case:
    """One letter of the matrix."""

    id: str
    shape: str
    course: str
    applicant: str
    turn: int
    outcomes: tuple[str, ...] = ()

    @property
    def anew(self) -> bool:
        """Whether the office answers after a quashing or a withdrawal."""
        return self.course in ANEW

    def payload(self, registry: Registry, office: Office) -> dict[str, Any]:
        """The answers of this case."""
        sample = registry[self.id].document.schema().sample(office)
        answers: dict[str, Any] = changed(sample, {**_applicant(self), **_turn(self)})
        answers = changed(answers, {**_shape(self), **_course(self, answers)})
        return answers

    def written(self, registry: Registry, office: Office) -> tuple[list[str], tuple[Finding, ...]]:
        """The paragraphs of the body, and what the checks find."""
        entry = registry[self.id]
        answers, found = examine(entry, self.payload(registry, office), office)
        assert entry.wording
        return [one.text for one in entry.wording.fill(entry.context(answers, office))], found

    def facts(self, answers: Mapping[str, Any]) -> set[str]:
        """What the letter may claim."""
        clock, rows = answers["clock"], answers.get("items", [])
        results = {self.id, *(row["outcome"] for row in rows)}
        claims = {
            "corrected": "corrected" in clock
            or self.shape in ("applications", "each his own")
            or self.id in ("correction-notice", "reply-uncorrected", "reply-still-unclear")
            or any(row["outcome"] == "reply-still-unclear" for row in rows),
            "extended": "extension" in clock or self.id in ("receipt", "extension-notice"),
            "consulted": "consultations" in clock or self.id == "consultation-notice",
            "again": "again" in answers,
            "public interest": answers.get("ground") == "public_interest",
            "several": "applications" in answers,
            "separated": PARTIAL in results or (not results.isdisjoint(GIVING) and not results.isdisjoint(WITHHELD)),
        }
        return {name for name, holds in claims.items() if holds}


def you(answers: Mapping[str, Any]) -> str:
    """The address that the letter should use."""
    return address_form(answers["application"])


def cases() -> list[Case]:
    """Every letter with each shape and course that it can have; the rest takes turns."""
    chance, found = Random(SEED), []
    for id in (*REPLIES, *NOTICES):
        for number, (shape, course) in enumerate(_pairs(id)):
            applicant = APPLICANTS[(number + number // len(APPLICANTS)) % len(APPLICANTS)]
            turn = number % len(TURNS.get(id, ({},)))
            outcomes = tuple(chance.sample(list(NEEDS), chance.randint(2, 4))) if shape == "items" else ()
            found.append(Case(id, shape, course, applicant, turn, outcomes))
    return found


def _pairs(id: str) -> Iterator[tuple[str, str]]:
    for shape in SHAPES:
        if shape == "items" and not (id in REPLIES and "items" in REPLIES[id].asked):
            continue
        if shape in ("applications", "each his own") and id == "receipt":
            continue
        for course in COURSES:
            if course not in NEVER.get(id, ()):
                yield shape, course


def _applicant(case: Case) -> dict[str, Any]:
    """The answers that say who applies."""
    if case.applicant == "organisation":
        kind = {"application/id_kind": LEFT_OUT, "application/id_number": LEFT_OUT}
        return {**kind, "application/applicant_kind": "organisation", "application/name": "甲咨询有限公司"}
    if case.applicant == "citizen":
        return {}
    named = {"application/agent_name": "陈大宝"}
    return {**named, "application/agent_kind": "guardian" if case.applicant == "guardian" else "entrusted"}


def _turn(case: Case) -> dict[str, Any]:
    told = {"facts": ADDRESSED[case.id]} if case.id in ADDRESSED else {}
    return {**told, **TURNS.get(case.id, ({},))[case.turn]}


def _shape(case: Case) -> dict[str, Any]:
    others = OTHERS["organisation" if case.applicant == "organisation" else "citizen"]
    if case.shape == "items":
        rows = [ITEMS[one][case.turn % len(ITEMS[one])] | {"outcome": one} for one in case.outcomes]
        held = ITEMS["reply-withheld-internal"][0] | {"outcome": "reply-withheld-internal", "title": "交接班记录"}
        more = [held] if case.id == PARTIAL else []
        return {"item": "2025年公务用车更新数量", "items": [*more, *rows], "reviewed": True}
    joint = {"application/others": others} if case.shape in ("joint", "each his own") else {}
    if case.shape not in ("applications", "each his own"):
        return joint
    mine = [{"applicant": others[0]["name"]}, {}] if case.shape == "each his own" else [{}, {}]
    rows = [row | by for row, by in zip(FURTHER, mine, strict=True)]
    return {**joint, "application_no": "20260302001", "applications": rows}


def _course(case: Case, answers: Mapping[str, Any]) -> dict[str, Any]:
    """The answers that say what happened before this letter."""
    clock: dict[str, Any] = {}
    if case.course == "corrected":
        clock = {
            **({"date": "2026-03-10"} if case.id == "receipt" else {}),
            "clock/corrected": "2026-03-09",
            "application/corrected_request": "2025年市级党政机关公务用车更新计划中的更新数量",
        }
    if case.course == "extended":
        told = [{"what": "extension", "number": "聊机管公开〔2026〕20号", "date": "2026-03-16"}]
        clock = {"clock/extension": 5, "told": told}
    consulted = case.course == "consulted" or any(
        row in case.outcomes for row in ("reply-granted-third-party", "reply-withheld-third-party")
    )
    if consulted and "consultations" not in answers["clock"] and "clock/consultations" not in clock:
        clock["clock/consultations"] = HELD
    if case.course == "consulted":
        clock["told"] = [{"what": "consultation", "number": "聊机管公开〔2026〕21号", "date": "2026-03-06"}]
    return {**clock, **(_again(case, answers) if case.anew else {})}


def _again(case: Case, answers: Mapping[str, Any]) -> dict[str, Any]:
    block: dict[str, Any] = {
        **AGAIN_BY[case.course],
        "date": "2026-08-17",
        "earlier_number": "聊机管公开〔2026〕6号",
        "earlier_date": "2026-04-13",
    }
    if case.course != "own":
        block |= {"received": "2026-08-18", "compared": "result"}
    return {"again": block, "date": "2026-09-07", "number": "聊机管公开〔2026〕40号", **LATER.get(case.id, {})}
