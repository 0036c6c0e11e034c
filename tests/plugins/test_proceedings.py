"""The office's papers when its act is attacked: terms, evidence, requests, and what each of them says."""

from __future__ import annotations

import re
from typing import Any

import pytest

from gipdocs.documents.build import examine
from gipdocs.documents.registry import Registry
from gipdocs.law import Office

from .filled import LEFT_OUT, findings, payload, text

ANSWER, DEFENCE, LIST, CORRECTION = (
    "reconsideration-answer",
    "suit-defence",
    "evidence-list",
    "self-correction-notice",
)
LETTERS = (ANSWER, DEFENCE, CORRECTION)
ACT = "本机关2026年3月20日作出的《政府信息公开申请答复书》（聊机管公开〔2026〕10号）"
ITEM = {"title": "邮件回执", "source": "邮政企业", "form": "copy", "proves": "答复书已经送达"}
NO_ACT = {"act_title": LEFT_OUT, "act_number": LEFT_OUT, "act_date": LEFT_OUT}
CORRECTED = {"kind": "corrected", "answer_by": LEFT_OUT}
SLIP = {"wrong": "第二段“2025年3月2日”", "right": "“2026年3月2日”"}

FAILING: list[tuple[str, str, str, dict[str, Any]]] = [
    # received on Thursday 9 April: five working days under the simple procedure, ten under the ordinary one
    (ANSWER, "late", "warning", {"date": "2026-04-17"}),
    (ANSWER, "late", "warning", {"date": "2026-04-24", "procedure": "ordinary"}),
    (ANSWER, "simple-procedure-unfounded", "warning", {"simple_ground": "none"}),
    (ANSWER, "simple-procedure-unfounded", "warning", {"simple_ground": LEFT_OUT}),
    (ANSWER, "dates-out-of-order", "error", {"act_date": "2026-04-10", "evidence": [{"title": "申请表"}]}),
    (ANSWER, "dates-out-of-order", "error", {"date": "2026-04-08"}),
    (ANSWER, "act-unnamed", "error", {"act_date": LEFT_OUT}),
    (ANSWER, "act-unnamed", "error", {"attacked": "other", **NO_ACT}),
    (ANSWER, "act-contradictory", "error", {"conduct": "公开某某合同的行为"}),
    (ANSWER, "request-unexplained", "error", {"request": "dismissed"}),
    (ANSWER, "request-unexplained", "error", {"request": "other"}),
    (ANSWER, "request-unfitting", "warning", {"request": "claim_rejected"}),
    (ANSWER, "request-unfitting", "warning", {"attacked": "silence"}),
    (ANSWER, "request-unfitting", "warning", {"corrected_on": "2026-04-13"}),
    *((id, "correction-undated", "error", {"corrected_number": "某公开〔2026〕11号"}) for id in (ANSWER, DEFENCE)),
    (ANSWER, "number-brackets", "error", {"number": "某公开[2026]12号"}),
    *((id, "evidence-after", "warning", {"evidence__1__obtained": "2026-03-23"}) for id in (ANSWER, DEFENCE, LIST)),
    (ANSWER, "evidence-during", "error", {"evidence__1__obtained": "2026-04-09"}),
    (DEFENCE, "evidence-during", "error", {"evidence__1__obtained": "2026-06-05"}),
    (LIST, "evidence-during", "error", {"evidence__1__obtained": "2026-04-10"}),
    # received on 4 June: fifteen days end on 19 June, 端午节, and so on Monday 22 June
    (DEFENCE, "late", "warning", {"date": "2026-06-23"}),
    (DEFENCE, "dates-out-of-order", "error", {"date": "2026-06-03"}),
    (DEFENCE, "request-unexplained", "error", {"request": "dismissed"}),
    (DEFENCE, "act-contradictory", "error", {"conduct": "公开某某合同的行为"}),
    (LIST, "evidence-page-missing", "error", {"evidence__1__first": LEFT_OUT}),
    (LIST, "evidence-page-missing", "error", {"evidence__1__first": LEFT_OUT, "evidence__1__last": LEFT_OUT}),
    (LIST, "evidence-page-missing", "error", {"rules__0__first": LEFT_OUT, "rules__0__last": 9}),
    (LIST, "evidence-page-order", "error", {"evidence__1__last": 2}),
    (LIST, "evidence-pages-overlap", "warning", {"evidence__1__first": 2}),
    (LIST, "evidence-pages-overlap", "warning", {"evidence__2__first": 5}),
    (LIST, "evidence-pages-overlap", "warning", {"rules__0__first": 6}),
    (LIST, "date-rest-day", "warning", {"date": "2026-04-18"}),
    (CORRECTION, "correction-unsaid", "error", {"kind": "partly"}),
    (CORRECTION, "correction-unsaid", "error", CORRECTED),
    (CORRECTION, "correction-unused", "error", {"part": "第二项"}),
    (CORRECTION, "correction-unused", "error", {"corrections": [SLIP]}),
    (CORRECTION, "correction-unused", "error", {"kind": "corrected", "corrections": [SLIP]}),
    (CORRECTION, "renewal-unsaid", "warning", {"answer_by": LEFT_OUT}),
    (CORRECTION, "renewal-late", "warning", {"answer_by": "2026-05-14"}),
    (CORRECTION, "dates-out-of-order", "error", {"answer_by": "2026-04-10"}),
    (CORRECTION, "dates-out-of-order", "error", {"earlier_on": "2026-04-14"}),
    (CORRECTION, "name-not-full", "error", {"application__name": "张某某"}),
    (
        CORRECTION,
        "conclusion-changed",
        "warning",
        {**CORRECTED, "corrections": [{"wrong": "不予公开", "right": "予以公开"}]},
    ),
    *((id, "date-rest-day", "warning", {"date": day}) for id, day in ((ANSWER, "2026-04-12"), (CORRECTION, "2026-04-18"))),
    (DEFENCE, "date-rest-day", "warning", {"date": "2026-06-13"}),
    *((id, "unfilled", "warning", {"facts": "申请人申请公开××信息，本机关没有制作该信息。"}) for id in (ANSWER, DEFENCE)),
    *((id, "personal-data", "warning", {"process": "申请人的联系电话为13912345678，本机关已经联系。"}) for id in (ANSWER, DEFENCE)),
    (CORRECTION, "old-regulation", "warning", {"reason": "原答复没有在15个工作日内作出答复"}),
]  # fmt: skip


@pytest.mark.parametrize(("id", "code", "severity", "changes"), FAILING, ids=[f"{row[0]}-{row[1]}" for row in FAILING])
def test_a_check_finds_its_fault_and_nothing_else(
    registry: Registry, office: Office, id: str, code: str, severity: str, changes: dict[str, Any]
) -> None:
    assert findings(registry, id, office, **changes) == [(code, severity)]


PASSING: list[tuple[str, dict[str, Any]]] = [
    (ANSWER, {"date": "2026-04-16"}),
    (ANSWER, {"date": "2026-04-23", "procedure": "ordinary", "simple_ground": LEFT_OUT}),
    *((ANSWER, {"simple_ground": ground}) for ground in ("information", "on_the_spot", "small", "agreed")),
    (ANSWER, {"attacked": "silence", "request": "claim_rejected"}),
    (ANSWER, {"attacked": "silence", "request": "lawful", "corrected_on": "2026-04-13", **NO_ACT}),
    (ANSWER, {"attacked": "other", "conduct": "公开某某合同的行为", **NO_ACT}),
    (ANSWER, {"act_number": LEFT_OUT}),
    (ANSWER, {"evidence__1__obtained": LEFT_OUT}),
    (DEFENCE, {"date": "2026-06-22"}),
    (DEFENCE, {"attacked": "silence", **NO_ACT}),
    (DEFENCE, {"request": "barred_unreconsidered"}),
    (LIST, {"evidence": [{**ITEM, "form": "disc"}, {**ITEM, "form": "object"}], "rules": LEFT_OUT}),
    (LIST, {"evidence__0__last": LEFT_OUT}),
    (LIST, {"received": LEFT_OUT, "act_date": LEFT_OUT, "evidence__0__obtained": "2026-04-20"}),
    (CORRECTION, {"answer_by": LEFT_OUT, "renewed_number": "聊机管公开〔2026〕13号"}),
    (CORRECTION, {"kind": "partly", "part": "第二项的答复"}),
    (CORRECTION, {**CORRECTED, "corrections": [SLIP]}),
    (CORRECTION, {**CORRECTED, "corrections": [{"wrong": "该信息不存在存", "right": "该信息不存在"}]}),
    (CORRECTION, {"answer_by": "2026-05-13"}),  # the twentieth working day after 13 April
]


@pytest.mark.parametrize(("id", "changes"), PASSING)
def test_what_is_in_order_gives_no_finding(
    registry: Registry, office: Office, id: str, changes: dict[str, Any]
) -> None:
    assert findings(registry, id, office, **changes) == []


@pytest.mark.parametrize(("code", "id"), [("evidence-during", ANSWER), ("evidence-page-missing", LIST)])
def test_evidence_allowed_later_and_papers_without_pages_can_be_insisted_on(
    registry: Registry, office: Office, code: str, id: str
) -> None:
    change: dict[str, Any] = (
        {"evidence__1__obtained": "2026-04-13"} if id == ANSWER else {"evidence__2__first": LEFT_OUT}
    )
    reason = [{"code": code, "reason": "行政复议机构同意补充，材料没有编页。"}]
    assert findings(registry, id, office, **change, overrides=reason) == [(code, "info")]


def told(registry: Registry, office: Office, id: str, **changes: Any) -> dict[str, str]:
    """The legal basis of each finding by its code."""
    _, found = examine(registry[id], payload(registry, id, office, **changes), office)
    return {one.code: one.basis for one in found}


@pytest.mark.parametrize(
    ("id", "changes", "articles"),
    [
        (ANSWER, {"date": "2026-04-17"}, ["第五十四条第一款", "第八十八条第二款", "第七十条"]),
        (ANSWER, {"date": "2026-04-24", "procedure": "ordinary"}, ["第四十八条", "第八十八条第二款", "第七十条"]),
        (ANSWER, {"simple_ground": "none"}, ["第五十三条第一款第四项、第五十三条第二款"]),
        (ANSWER, {"evidence__1__obtained": "2026-04-13"}, ["第四十六条第一款、第四十六条第二款"]),
        (DEFENCE, {"date": "2026-06-23"}, ["第六十七条第一款", "第三十四条第二款"]),
        (DEFENCE, {"evidence__1__obtained": "2026-06-05"}, ["第三十五条、第三十六条第二款"]),
        (LIST, {"evidence__2__first": LEFT_OUT}, ["《中华人民共和国行政复议法》第四十八条"]),
        (LIST, {"evidence__2__first": LEFT_OUT, "kind": "suit"}, ["《最高人民法院关于行政诉讼证据若干问题的规定》第十九条"]),
    ],
)  # fmt: skip
def test_a_finding_names_its_articles(
    registry: Registry, office: Office, id: str, changes: dict[str, Any], articles: list[str]
) -> None:
    (basis,) = told(registry, office, id, **changes).values()
    assert [one for one in articles if one not in basis] == []


def test_an_answer_dated_before_the_revised_law_is_refused(registry: Registry, office: Office) -> None:
    days = {"act_date": "2023-11-20", "received": "2023-12-18", "date": "2023-12-20", "evidence": [{"title": "申请表"}]}
    found = findings(registry, ANSWER, office, number="甲〔2023〕1号", procedure="ordinary", **days)
    assert found == [("article-not-in-force", "error")]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({}, [f"申请人张晓彤不服{ACT}，申请行政复议。", "本案适用简易程序。", "《中华人民共和国行政复议法》第五十四条第一款"]),
        ({"procedure": "ordinary"}, ["本案适用普通程序。", "《中华人民共和国行政复议法》第四十八条的规定，现提出书面答复"]),
        ({"claimants": ["王秀兰", "王建国"], "third_parties": ["某某公司"]}, ["申请人王秀兰、王建国不服", "第三人：某某公司。"]),
        ({"delivered": "record", "notice_number": LEFT_OUT}, ["本机关于2026年4月9日收到行政复议申请笔录复印件。"]),
        (
            {"attacked": "silence", "request": "claim_rejected", **NO_ACT},
            [
                "申请人张晓彤认为本机关没有在期限内答复其政府信息公开申请，申请行政复议。",
                "请依照《中华人民共和国行政复议法》第六十九条的规定，驳回申请人的行政复议请求。",
            ],
        ),
        ({"attacked": "silence", "request": "lawful"}, [f"申请人张晓彤认为本机关没有在期限内答复其政府信息公开申请（答复见{ACT}），"]),
        (
            {"attacked": "other", "conduct": "公开某某合同的行为", **NO_ACT},
            ["申请人张晓彤不服本机关公开某某合同的行为，", "综上，本机关公开某某合同的行为认定事实清楚"],
        ),
        ({}, [f"综上，{ACT}认定事实清楚，证据确凿，", "第六十八条的规定，予以维持。"]),
        (
            {"request": "dismissed", "request_text": "申请人在收到答复书60日以后才提出申请"},
            [
                "申请人在收到答复书60日以后才提出申请。\n综上，该行政复议申请不符合《中华人民共和国行政复议法》第三十条第一款规定的受理条件。",
                "请依照第三十三条的规定，驳回申请人的行政复议申请。",
            ],
        ),
        (
            {"request": "lawful", "corrected_on": "2026-04-13", "corrected_number": "聊机管公开〔2026〕11号"},
            ["本机关已于2026年4月13日自行纠正（聊机管公开〔2026〕11号），并告知申请人。\n请依法审查处理。"],
        ),
    ],
)  # fmt: skip
def test_the_answer_says_what_is_attacked_and_what_is_asked(
    registry: Registry, office: Office, changes: dict[str, Any], words: list[str]
) -> None:
    shown = text(registry, ANSWER, office, **changes)
    assert [word for word in words if word not in shown] == []


@pytest.mark.parametrize(
    ("request_", "words"),
    [
        ("upheld", f"综上，{ACT}证据确凿，适用法律、法规正确，符合法定程序，原告的诉讼请求不能成立。"),
        ("upheld", "请求人民法院依照《中华人民共和国行政诉讼法》第六十九条的规定，判决驳回原告的诉讼请求。"),
        ("barred_unreconsidered", "第十条第二款第一项的规定，裁定驳回原告的起诉。"),
        ("barred_procedural", "第十条第二款第二项"),
        ("barred_fee", "第十条第二款第三项"),
        ("barred_repeat", "第十条第二款第四项"),
        ("barred_query", "第十条第二款第五项"),
        ("barred_making", "第十条第二款第六项"),
        ("barred_petition", "第十条第二款第七项"),
        ("barred_publication", "第十条第二款第八项"),
        ("barred_without_effect", "综上，本案属于对原告的权利义务不产生实际影响的情形。"),
        ("lawful", "请求人民法院依法裁判。"),
    ],
)
def test_the_defence_asks_with_the_article_of_its_request(
    registry: Registry, office: Office, request_: str, words: str
) -> None:
    assert words in text(registry, DEFENCE, office, request=request_)


def test_grounds_of_dismissal_are_not_cited_before_their_interpretation(registry: Registry, office: Office) -> None:
    days = {"act_date": "2025-02-20", "received": "2025-05-06", "date": "2025-05-14", "evidence": [{"title": "申请表"}]}
    assert findings(registry, DEFENCE, office, request="barred_fee", **days) == [("article-not-in-force", "error")]
    assert findings(registry, DEFENCE, office, **days) == []


def test_a_defence_has_no_number_and_says_whether_there_was_a_reconsideration(
    registry: Registry, office: Office
) -> None:
    shown = text(registry, DEFENCE, office)
    assert re.findall(r"〔\d{4}〕\d+号", shown) == ["〔2026〕10号", "〔2026〕10号"] and "行政复议" not in shown
    shown = text(registry, DEFENCE, office, reconsidered="复议机关维持了该答复")
    assert "二、行政复议的情况\n复议机关维持了该答复。" in shown and "三、办理申请的经过" in shown


@pytest.mark.parametrize(("id", "who"), [(ANSWER, "申请人"), (DEFENCE, "原告")])
def test_several_claims_are_answered_one_by_one(registry: Registry, office: Office, id: str, who: str) -> None:
    claim = {"said": "没有说明理由", "answer": "答复书已经写明理由。"}
    alone = text(registry, id, office)
    assert f"\n{who}提出：" in alone and f"1.{who}" not in alone
    both = text(registry, id, office, claims=[claim, claim])
    assert f"1.{who}提出：没有说明理由。\n本机关认为：答复书已经写明理由。\n2.{who}提出：没有说明理由。" in both


def test_the_list_names_the_parties_as_its_proceedings_do(registry: Registry, office: Office) -> None:
    shown = text(registry, LIST, office)
    assert "证据、依据目录" in shown and "申请人" in shown and "1—2" in shown and "第三十六条第四项" in shown
    shown = text(registry, LIST, office, kind="suit")
    assert "证据清单" in shown and "行政诉讼案号" in shown and "原告" in shown


def test_a_list_without_rules_has_no_table_for_them(registry: Registry, office: Office) -> None:
    assert "依据名称" in text(registry, LIST, office)
    assert "依据名称" not in text(registry, LIST, office, rules=LEFT_OUT)


def test_what_is_not_a_paper_is_listed_without_pages(registry: Registry, office: Office) -> None:
    assert "光盘等电子载体\n\n" in text(registry, LIST, office, evidence=[{**ITEM, "form": "disc"}])


@pytest.mark.parametrize(
    ("changes", "title", "words"),
    [
        ({}, "撤销政府信息公开申请答复告知书", ["本机关决定自行撤销该答复。", "本机关将于2026年4月24日前（含当日）对你的申请重新作出答复。"]),
        (
            {"kind": "partly", "part": "关于附件的答复"},
            "部分撤销政府信息公开申请答复告知书",
            ["自行撤销该答复的一部分，其他部分不变。\n撤销的部分：关于附件的答复。"],
        ),
        (
            {**CORRECTED, "corrections": [SLIP]},
            "更正政府信息公开申请答复告知书",
            ["结论和其他内容不变：\n原文为：第二段“2025年3月2日”\n更正为：“2026年3月2日”。", "本告知书是该答复的组成部分。"],
        ),
        (
            {"answer_by": LEFT_OUT, "renewed_number": "聊机管公开〔2026〕13号"},
            "撤销政府信息公开申请答复告知书",
            ["已对你的申请重新作出答复（聊机管公开〔2026〕13号），随本告知书一并送达。"],
        ),
        (
            {"pending": "reconsideration"},
            "撤销政府信息公开申请答复告知书",
            ["该答复正在行政复议中，本告知书同时提交行政复议机关。", "依照《中华人民共和国行政复议法》第六十五条第二款第二项的规定处理。"],
        ),
        (
            {"pending": "suit"},
            "撤销政府信息公开申请答复告知书",
            ["《最高人民法院关于适用〈中华人民共和国行政诉讼法〉的解释》第八十一条的规定，本告知书同时提交人民法院。"],
        ),
    ],
)  # fmt: skip
def test_a_reply_is_revoked_or_corrected_and_the_applicant_told_what_follows(
    registry: Registry, office: Office, changes: dict[str, Any], title: str, words: list[str]
) -> None:
    shown = text(registry, CORRECTION, office, **changes)
    assert title in shown and [word for word in words if word not in shown] == []


def test_only_a_revocation_opens_remedies_of_its_own(registry: Registry, office: Office) -> None:
    revoked = text(registry, CORRECTION, office)
    assert "60日内向聊城市人民政府申请行政复议，或者自收到本告知书之日起6个月内" in revoked
    corrected = text(registry, CORRECTION, office, **CORRECTED, corrections=[SLIP])
    assert "6个月" not in corrected and "以更正后的答复所告知的为准" in corrected
    pending = text(registry, CORRECTION, office, **CORRECTED, corrections=[SLIP], pending="reconsideration")
    assert "撤回行政复议申请" not in pending and "本告知书同时提交行政复议机关" in pending


def test_a_corrected_organisation_is_你单位(registry: Registry, office: Office) -> None:
    organisation = {"application__applicant_kind": "organisation", "application__name": "某某科技有限公司"}
    shown = text(registry, CORRECTION, office, **organisation, pending="suit")
    assert "你" not in shown.replace("你单位", "")


@pytest.mark.parametrize("id", LETTERS)
def test_no_sentence_ends_twice(registry: Registry, office: Office, id: str) -> None:
    keys = {"reason": "原答复认定事实不清。"} if id == CORRECTION else {
        "process": "本机关收到申请以后，在期限内作出了答复。", "facts": "本机关没有制作、也没有获取该信息。", "basis": "依照有关规定作出。",
    }  # fmt: skip
    shown = text(registry, id, office, **keys)
    assert not re.search("。。|；。|。；|，。", shown)
