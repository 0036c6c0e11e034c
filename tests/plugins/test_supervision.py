"""The letters of supervision, and the reply to a suggestion to publish: what each check finds, and what they say."""

from __future__ import annotations

import re
from typing import Any

import pytest

from gipdocs.documents.registry import Registry
from gipdocs.law import Office

from .filled import LEFT_OUT, findings, text

NOTICE, COMPLAINT, SUGGESTION = "supervision-notice", "complaint-reply", "publication-suggestion-reply"
LETTERS = (NOTICE, COMPLAINT, SUGGESTION)
NOT_URGED = {"notice_on": LEFT_OUT, "notice_number": LEFT_OUT, "result": LEFT_OUT}
PROBLEM = {"facts": "没有编制政府信息公开目录", "rules": ["guide_published"], "mend": "编制并公布目录"}
TYPED = {NOTICE: "problems__0__facts", COMPLAINT: "findings", SUGGESTION: "findings"}
DECLINED = {"outcome": "declined", "publish_by": LEFT_OUT, "place": LEFT_OUT}

FAILING: list[tuple[str, str, str, dict[str, Any]]] = [
    (NOTICE, "rule-unnamed", "error", {"problems__0__rules": LEFT_OUT}),
    (NOTICE, "mending-short", "warning", {"mend_by": "2026-03-31"}),  # two working days after Friday 27 March
    (NOTICE, "mending-rest-day", "warning", {"mend_by": "2026-04-11"}),
    (NOTICE, "dates-out-of-order", "error", {"mend_by": "2026-03-26"}),
    (NOTICE, "dates-out-of-order", "error", {"report_by": "2026-04-09"}),
    (NOTICE, "dates-out-of-order", "error", {"found_on": "2026-03-30"}),
    (
        NOTICE,
        "informant-named",
        "warning",
        {"source": "complaint", "informant": "刘海燕", "problems__0__facts": "刘海燕提出的申请至今没有答复"},
    ),
    (COMPLAINT, "complaint-undone", "error", NOT_URGED),
    (COMPLAINT, "complaint-undone", "error", {**NOT_URGED, "outcome": "partly"}),
    (COMPLAINT, "competent-unnamed", "warning", {**NOT_URGED, "outcome": "not_ours"}),
    (COMPLAINT, "complaint-contradictory", "error", {"outcome": "unfounded", "notice_number": LEFT_OUT}),
    (COMPLAINT, "complaint-about-us", "error", {"agency": "聊城市机关事务管理局"}),
    (COMPLAINT, "dates-out-of-order", "error", {"received": "2026-03-30"}),
    (COMPLAINT, "dates-out-of-order", "error", {"notice_on": "2026-04-13"}),
    (SUGGESTION, "publication-day-missing", "error", {"publish_by": LEFT_OUT}),
    (SUGGESTION, "publication-day-missing", "error", {"outcome": "published"}),
    (SUGGESTION, "publication-day-missing", "error", {"outcome": "partly", "publish_by": LEFT_OUT}),
    (SUGGESTION, "publication-contradictory", "error", {"outcome": "declined"}),
    (SUGGESTION, "publication-late", "warning", {"publish_by": "2026-05-18"}),
    (SUGGESTION, "dates-out-of-order", "error", {"given_on": "2026-04-08"}),
    (SUGGESTION, "dates-out-of-order", "error", {"publish_by": "2026-04-14"}),
    (SUGGESTION, "name-not-full", "error", {"application__name": "张某某"}),
    *((id, "number-brackets", "error", {"number": "某公开[2026]12号"}) for id in LETTERS),
    *((id, "date-rest-day", "warning", {"date": day}) for id, day in ((NOTICE, "2026-03-28"), (COMPLAINT, "2026-04-11"), (SUGGESTION, "2026-04-18"))),
    *((id, "unfilled", "warning", {key: "经核查，涉及××份文件，情况属实，没有别的问题"}) for id, key in TYPED.items()),
    *((id, "personal-data", "warning", {key: "详情可以询问王某，电话13912345678"}) for id, key in TYPED.items()),
]  # fmt: skip


@pytest.mark.parametrize(("id", "code", "severity", "changes"), FAILING, ids=[f"{row[0]}-{row[1]}" for row in FAILING])
def test_a_check_finds_its_fault_and_nothing_else(
    registry: Registry, office: Office, id: str, code: str, severity: str, changes: dict[str, Any]
) -> None:
    assert findings(registry, id, office, **changes) == [(code, severity)]


PASSING: list[tuple[str, dict[str, Any]]] = [
    (NOTICE, {"problems__0__rules": LEFT_OUT, "problems__0__other_rule": "《某省政府信息公开办法》"}),
    (NOTICE, {"mend_by": "2026-04-01"}),  # the third working day
    (NOTICE, {"source": "complaint", "informant": "刘海燕"}),
    (NOTICE, {"source": "referral", "found_on": LEFT_OUT, "materials": LEFT_OUT}),
    (COMPLAINT, {**NOT_URGED, "outcome": "unfounded"}),
    (COMPLAINT, {**NOT_URGED, "result": "已经通报批评"}),
    (COMPLAINT, {**NOT_URGED, "outcome": "not_ours", "competent": "某某局"}),
    (SUGGESTION, DECLINED),
    (SUGGESTION, {"outcome": "published", "publish_by": LEFT_OUT, "published_on": "2026-04-14"}),
    (SUGGESTION, {"outcome": "partly"}),
    (SUGGESTION, {"publish_by": "2026-05-15"}),  # the twentieth working day after 15 April
]


@pytest.mark.parametrize(("id", "changes"), PASSING)
def test_what_is_in_order_gives_no_finding(
    registry: Registry, office: Office, id: str, changes: dict[str, Any]
) -> None:
    assert findings(registry, id, office, **changes) == []


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        (
            {},
            [
                "2026年3月24日，本机关在日常指导和监督检查中发现，你单位存在下列问题：",
                "不符合《中华人民共和国政府信息公开条例》第三十三条的规定。整改要求：立即对该申请作出答复",
                "依照《中华人民共和国政府信息公开条例》第四十七条第一款的规定，请你单位于2026年4月10日前（含当日）完成整改，"
                "并于2026年4月15日前（含当日）将整改的措施和结果书面报告本机关。",
            ],
        ),
        (
            {"source": "complaint", "found_on": LEFT_OUT},
            [
                "\n根据公民、法人或者其他组织提出的情况，本机关查证属实，你单位存在下列问题：",
                "依照《中华人民共和国政府信息公开条例》第四十七条第二款的规定，请你单位",
            ],
        ),
        ({"source": "referral"}, ["在办理上级机关交办、有关单位移送的事项中查明，你单位"]),
        (
            {"problems": [PROBLEM, PROBLEM | {"rules": ["fee", "answers"], "other_rule": "《某省规定》"}]},
            ["1.没有编制政府信息公开目录。", "第十二条第一款的规定。", "2.没有编制", "第四十二条、第三十六条、《某省规定》的规定。"],
        ),
    ],
)  # fmt: skip
def test_the_notice_names_problem_rule_cure_and_days(
    registry: Registry, office: Office, changes: dict[str, Any], words: list[str]
) -> None:
    shown = text(registry, NOTICE, office, **changes)
    assert [word for word in words if word not in shown] == []


def test_the_notice_does_not_print_who_complained(registry: Registry, office: Office) -> None:
    assert "刘海燕" not in text(registry, NOTICE, office, source="complaint", informant="刘海燕")


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({}, ["你反映的问题属实。", "第四十七条第二款的规定，本机关已于2026年3月27日向聊城市某某局发出督促整改通知书（聊机管公开〔2026〕9号）。"]),
        ({"outcome": "partly"}, ["你反映的问题部分属实。"]),
        ({**NOT_URGED, "outcome": "unfounded"}, ["你反映的问题不属实。"]),
        ({**NOT_URGED, "outcome": "not_ours", "competent": "某某局"}, ["不属于本机关处理。", "你反映的问题，可以向下列机关提出：某某局。"]),
        ({}, ["《中华人民共和国政府信息公开条例》第五十一条的规定，在法定期限内申请行政复议或者提起行政诉讼。"]),
    ],
)  # fmt: skip
def test_the_complaint_is_answered_by_what_was_found(
    registry: Registry, office: Office, changes: dict[str, Any], words: list[str]
) -> None:
    shown = text(registry, COMPLAINT, office, **changes)
    assert [word for word in words if word not in shown] == []
    assert ("督促整改通知书" in shown) == ("notice_on" not in changes)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({}, "第四十四条第二款的规定，本机关决定将上述信息纳入主动公开的范围。\n本机关将于2026年4月24日前（含当日）公开上述信息。"),
        (
            {"outcome": "published", "publish_by": LEFT_OUT, "published_on": "2026-04-14"},
            "\n上述信息已于2026年4月14日公开。\n公开的位置：本机关门户网站“政府信息公开”专栏。",
        ),
        ({"outcome": "partly"}, "本机关将于2026年4月24日前（含当日）公开属于主动公开范围的部分。"),
        (DECLINED, "因此，上述信息不属于《中华人民共和国政府信息公开条例》第四十四条第二款规定的应当主动公开的情形"),
        ({}, "你建议将本机关于2026年3月20日就你的申请作出的答复（聊机管公开〔2026〕10号）所提供的下列政府信息纳入"),
        ({"place": "http://example.com/art/1.html"}, "公开的位置：http://example.com/art/1.html\n"),
    ],
)  # fmt: skip
def test_a_suggestion_is_answered_by_day_and_place_or_by_reason(
    registry: Registry, office: Office, changes: dict[str, Any], words: str
) -> None:
    assert words in text(registry, SUGGESTION, office, **changes)


@pytest.mark.parametrize("id", [COMPLAINT, SUGGESTION])
def test_an_organisation_is_你单位(registry: Registry, office: Office, id: str) -> None:
    kind = "complainant_kind" if id == COMPLAINT else "application__applicant_kind"
    shown = text(registry, id, office, **{kind: "organisation"})
    assert "你单位" in shown and "你" not in shown.replace("你单位", "")


@pytest.mark.parametrize("id", LETTERS)
def test_no_sentence_ends_twice(registry: Registry, office: Office, id: str) -> None:
    key = "problems__0__facts" if id == NOTICE else "findings"
    shown = text(registry, id, office, **{key: "经核对档案，反映的情况属实。"})
    assert "情况属实。" in shown and not re.search("。。|；。|。；|，。", shown)
