"""Third parties: a letter says what they said and why it decides so, and claims neither a consultation nor an interest."""

from __future__ import annotations

from typing import Any

import pytest

from gipdocs.documents.registry import Registry
from gipdocs.law import Office
from gipdocs.service import Service

from .filled import LEFT_OUT, findings, text

GRANTED, WITHHELD, PARTIAL = "reply-granted-third-party", "reply-withheld-third-party", "reply-partial"
NOTICE = "third-party-disclosure-notice"
UNFOUNDED = (
    "第三方以合同价格属于商业秘密为由不同意公开。经审查，成交金额和单价已经随成交结果公告，"
    "不具备不为公众所知悉的特征，不属于商业秘密。"
)
RETURNED = [{"sent": "2026-03-05", "returned": "2026-03-16"}]
TOLD = {"third_party_notice": "聊机管公开〔2026〕11号", "third_party_notice_served": "2026-03-17"}
OPINIONS = [
    {"who": "20户", "said": "agreed"},
    {"who": "8户", "said": "objected"},
    {"who": "4户", "said": "silent"},
    {"who": "1户", "said": "unreachable"},
]
SEVERAL = [
    {"sent": "2026-02-10", "delivered": "2026-02-11", "answered": "2026-02-13"},
    {"sent": "2026-02-10", "delivered": "2026-02-11"},
    *RETURNED,
]
ASKED = {"what": "consultation", "number": "聊机管公开〔2026〕8号", "date": "2026-02-10"}
PERSONAL: dict[str, Any] = {
    "title": "明细表中各户的身份证号码、银行账号、联系电话",
    "outcome": WITHHELD,
    "kind": ["privacy"],
    "reason": "上述号码能够用来识别和联系特定的村民，公开后容易被用于诈骗。",
    "weighing": "各户的姓名、补偿面积和金额已经提供，能够满足对补偿款发放的监督。",
}


@pytest.fixture(scope="module")
def registry(service: Service) -> Registry:
    return service.registry


def both(registry: Registry, id: str, office: Office, **changes: Any) -> tuple[str, list[tuple[str, str]]]:
    return text(registry, id, office, **changes), findings(registry, id, office, **changes)


def test_an_unfounded_objection_is_told_without_a_public_interest(registry: Registry, office: Office) -> None:
    letter, found = both(registry, GRANTED, office, opinion="objected", ground="harmless", reason=UNFOUNDED, **TOLD)
    assert "书面征求了第三方的意见，第三方不同意公开。\n" in letter
    assert f"本机关认为，第三方没有提出合理理由，公开不会损害其合法权益。{UNFOUNDED}\n" in letter
    assert "公共利益" not in letter
    assert found == []


def test_a_public_interest_is_claimed_only_where_the_clerk_says_so(registry: Registry, office: Office) -> None:
    objected = {"opinion": "objected", "reason": UNFOUNDED, **TOLD}
    letter, found = both(registry, GRANTED, office, **objected, ground="public_interest")
    assert f"本机关认为，不公开会对公共利益造成重大影响。{UNFOUNDED}\n" in letter and found == []
    letter, found = both(registry, GRANTED, office, **objected)
    assert f"第三方不同意公开。\n{UNFOUNDED}\n" in letter and "公共利益" not in letter
    assert found == [("ground-missing", "warning")]


def test_silence_that_harms_nobody_needs_no_public_interest(registry: Registry, office: Office) -> None:
    letter, found = both(
        registry,
        GRANTED,
        office,
        opinion="silent",
        ground="harmless",
        reason=UNFOUNDED,
        clock__consultations=[{"sent": "2026-02-10", "delivered": "2026-02-11"}],
        clock__received="2026-02-09",
        clock__confirmed="2026-02-09",
        told=[ASKED],
    )
    assert "第三方逾期未提出意见，由本机关决定是否公开。\n本机关认为，公开不会损害第三方的合法权益。" in letter
    assert "公共利益" not in letter and "没有提出合理理由" not in letter
    assert found == []


def test_each_group_of_third_parties_has_its_own_opinion(registry: Registry, office: Office) -> None:
    mixed = {
        "opinion": "mixed",
        "opinions": OPINIONS,
        "clock__consultations": SEVERAL,
        "clock__received": "2026-02-09",
        "clock__confirmed": "2026-02-09",
        "told": [ASKED],
    }
    letter, found = both(registry, GRANTED, office, **mixed, ground="harmless", reason=UNFOUNDED, **TOLD)
    each = "20户同意公开，8户不同意公开，4户逾期未提出意见，1户的征求意见书因无法送达被退回。"
    assert f"本机关书面征求第三方的意见，结果是：{each}\n" in letter
    assert "不同意公开的第三方没有提出合理理由，公开不会损害第三方的合法权益。" in letter
    assert "第三方同意公开。" not in letter and found == []
    letter, found = both(registry, WITHHELD, office, **mixed)
    assert f"结果是：{each}" in letter and "本机关认为其理由合理" not in letter and found == []


@pytest.mark.parametrize("id", [GRANTED, WITHHELD])
def test_a_letter_that_came_back_is_not_called_silence(id: str, registry: Registry, office: Office) -> None:
    changes = {"opinion": "unreachable", "clock__consultations": RETURNED}
    if id == GRANTED:
        changes |= {"ground": "harmless", "reason": UNFOUNDED}
    letter, found = both(registry, id, office, **changes)
    assert "征求意见书因无法送达被退回。" in letter and "逾期未提出意见" not in letter
    assert found == []
    silent = findings(registry, id, office, **{**changes, "opinion": "silent"})
    assert silent == [("third-party-never-asked", "error")]
    undated = findings(registry, id, office, **{**changes, "clock__consultations": [{"sent": "2026-03-05"}]})
    assert ("consultation-not-returned", "error") in undated


def test_personal_identifiers_are_masked_without_a_consultation(registry: Registry, office: Office) -> None:
    letter, found = both(registry, PARTIAL, office, items=[PERSONAL])
    assert "征求" not in letter and "第三十二条" not in letter
    assert (
        "涉及第三方的个人隐私，能够识别特定的第三方，公开会对其合法权益造成损害，本机关作区分处理，予以隐去。" in letter
    )
    basis = "根据《中华人民共和国政府信息公开条例》第十五条、第三十六条第三项、第三十七条的规定，本机关决定不予公开。"
    assert basis in letter and found == []


def test_a_consultation_is_told_of_the_part_that_it_concerned(registry: Registry, office: Office) -> None:
    price = {**PERSONAL, "title": "报价成本构成", "kind": ["trade_secret"]}
    asked = [{"sent": "2026-03-05", "delivered": "2026-03-06", "answered": "2026-03-16"}]
    rows = [price, {**PERSONAL, "asked": "masked"}]
    letter, found = both(registry, PARTIAL, office, items=rows, clock__consultations=asked)
    assert letter.count("本机关书面征求了第三方的意见") == 1 and letter.count("予以隐去") == 1
    assert found == []
    assert findings(registry, PARTIAL, office, items=[price]) == [("third-party-not-consulted", "error")]
    assert findings(registry, PARTIAL, office, items=[{**price, "asked": "masked"}]) == [
        ("masked-not-personal", "error")
    ]


def test_several_interests_stand_in_one_refusal(registry: Registry, office: Office) -> None:
    safety = text(registry, "reply-withheld-safety", office, kind=["social_stability", "public_security"])
    assert "可能危及公共安全、社会稳定" in safety
    third = text(registry, WITHHELD, office, kind=["trade_secret", "privacy"])
    assert "涉及第三方的商业秘密、个人隐私，" in third
    assert "涉及第三方的商业秘密，" in text(registry, WITHHELD, office, kind="trade_secret")  # one alone needs no list
    item = {**PERSONAL, "kind": ["privacy", "trade_secret"], "asked": "consulted"}
    assert "涉及第三方的商业秘密、个人隐私，" in text(registry, PARTIAL, office, items=[item])


def test_a_disclosure_over_an_objection_comes_after_the_notice(registry: Registry, office: Office) -> None:
    objected: dict[str, Any] = {"opinion": "objected", "ground": "harmless", "reason": UNFOUNDED}
    late = findings(registry, GRANTED, office, **objected, **{**TOLD, "third_party_notice_served": "2026-03-20"})
    assert late == [("disclosed-before-notice", "warning")]
    unserved = findings(registry, GRANTED, office, **objected, third_party_notice="聊机管公开〔2026〕11号")
    assert unserved == [("third-party-notice-unserved", "warning")]


def test_the_notice_says_why_and_from_when(registry: Registry, office: Office) -> None:
    letter, found = both(registry, NOTICE, office, ground="harmless")
    assert "经审查，本机关认为你单位没有提出合理理由，公开相关信息不会损害你单位的合法权益。" in letter
    assert "公共利益" not in letter and found == []
    assert "本机关将自2026年3月30日起向申请人提供上述信息。\n" in letter
    silent = {"opinion": "silent", "opinion_on": LEFT_OUT, "date": "2026-03-30", "disclose_from": "2026-04-10"}
    letter, found = both(registry, NOTICE, office, ground="harmless", **silent)
    assert "经审查，本机关认为公开相关信息不会损害你单位的合法权益。" in letter and found == []
    assert "不公开相关信息可能对公共利益造成重大影响。" in text(registry, NOTICE, office, ground="public_interest")
    early = findings(registry, NOTICE, office, disclose_from="2026-03-20")
    assert early == [("disclosed-before-notice", "warning")]


def test_consent_is_not_told_beside_a_reason_that_tells_of_objections(registry: Registry, office: Office) -> None:
    reason = "涉及的32户中，20户同意公开，8户不同意公开，4户逾期未提出意见。"
    assert ("opinions-contradictory", "warning") in findings(registry, GRANTED, office, reason=reason)
    assert findings(registry, GRANTED, office, reason="合同的履行使用财政资金，成交金额已经公告。") == []
