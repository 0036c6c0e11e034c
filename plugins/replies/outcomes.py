"""The outcomes of the law by document id, and the kinds of information that some of their articles distinguish."""

from __future__ import annotations

from collections.abc import Mapping

from gipdocs.law.outcomes import Declared, Remedy, load_outcomes

DECLARED: Mapping[str, Declared] = load_outcomes()
"""The outcomes and their titles; for articles and report row, use the law of the letter's date instead."""

KINDS: Mapping[str, Mapping[str, str]] = {
    "reply-withheld-law": {"law": "法律", "regulation": "行政法规"},
    "reply-withheld-safety": {
        "state_security": "国家安全",
        "public_security": "公共安全",
        "economic_security": "经济安全",
        "social_stability": "社会稳定",
    },
    "reply-withheld-third-party": {
        "trade_secret": "商业秘密",
        "privacy": "个人隐私",
        "other_right": "其他合法权益",
    },
    "reply-withheld-internal": {"personnel": "人事管理", "logistics": "后勤管理", "workflow": "内部工作流程"},
    "reply-withheld-process": {
        "discussion": "讨论记录",
        "draft": "过程稿",
        "negotiation": "磋商信函",
        "request": "请示报告",
    },
    "reply-not-gov-info": {"consultation": "咨询", "information": "其他信息"},
    "reply-petition": {"petition": "信访", "complaint": "投诉", "report": "举报"},
}
"""The kinds of information or request that an article distinguishes: document id -> value -> the article's word."""


def name_kinds(id: str, chosen: str | list[str]) -> str:
    """公共安全、社会稳定: the article's words for the chosen kinds, in the article's order."""
    return "、".join(label for key, label in KINDS[id].items() if key in chosen)


WITHHELD = tuple(key for key, outcome in DECLARED.items() if outcome.remedy is Remedy.RECON_FIRST)
"""The refusals of 条例第十四条 to 第十六条."""
THIRD_PARTY = ("reply-granted-third-party", "reply-withheld-third-party")
GIVEN = ("reply-granted", "reply-granted-inspection", "reply-granted-third-party", "reply-partial")
NOT_GOV_INFO = "reply-not-gov-info"
