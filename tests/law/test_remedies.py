"""Remedies: what all outcomes print on both sides of 2024-01-01, for every kind of agency and way of service."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest

from gipdocs.errors import InvalidInput
from gipdocs.law import Law, Office
from gipdocs.law.outcomes import Remedy
from gipdocs.law.remedies import (
    combined_class,
    derive_remedies,
    reconsideration_organs,
    remedy_cautions,
    remedy_class,
    remedy_paragraphs,
)
from gipdocs.profile import Body, Profile

from .test_outcomes import ROWS

BEFORE, AFTER, TODAY = date(2023, 12, 31), date(2024, 1, 1), date(2026, 11, 23)
OUTCOMES = [row[0] for row in ROWS]
CLASSES = {row[0]: row[4] for row in ROWS}
FIRST = [id for id in OUTCOMES if CLASSES[id] == "RECON_FIRST"]
BARRED = [id for id in OUTCOMES if CLASSES[id] == "RECON_OR_SUE_COURT_BARRED"]
EITHER = [id for id in OUTCOMES if CLASSES[id] == "RECON_OR_SUE"]
COURT = "聊城市东昌府区人民法院"
PROCEDURAL = [
    "registration",
    "receipt",
    "correction-notice",
    "reason-notice",
    "extension-notice",
    "delay-notice",
    "third-party-consultation",
    "consultation-notice",
    "agency-consultation",
    "assistance-request",
    "fee-notice",
    "search-record",
    "review-form",
    "service-receipt",
    "reconsideration-answer",
    "evidence-list",
    "suit-defence",
    "publication-suggestion-reply",
    "supervision-notice",
    "complaint-reply",
    "receipt-confirmation",
    "oral-application",
    "transfer-note",
    "file-index",
    "determination-request",
    "withdrawal-application",
    "record-correction-application",
]


def test_the_classes_are_seven_first_five_barred_one_mixed_one_none() -> None:
    assert (len(FIRST), len(BARRED), len(EITHER)) == (7, 5, 14)
    assert [CLASSES[id] for id in OUTCOMES].count("MIXED") == 1
    assert [id for id in OUTCOMES if CLASSES[id] == "NONE"] == ["reply-withdrawn"]


@pytest.mark.parametrize("id", FIRST)
def test_from_2024_withholding_says_reconsideration_first_and_offers_no_direct_suit(id: str, office: Office) -> None:
    [text] = remedy_paragraphs(id, on=AFTER, office=office)
    assert "应当先申请行政复议" in text
    assert "《中华人民共和国行政复议法》第二十三条第一款第四项" in text
    assert "自收到本答复书之日起60日内向聊城市人民政府提出" in text
    assert "自收到行政复议决定书之日起15日内，依法向人民法院提起行政诉讼" in text
    assert "或者" not in text
    assert "6个月" not in text
    assert COURT not in text
    assert "山东省机关事务管理局" not in text


@pytest.mark.parametrize("id", [*EITHER, *BARRED])
def test_from_2024_the_others_offer_both_ways_and_one_organ(id: str, office: Office, law: Law) -> None:
    [text] = remedy_paragraphs(id, on=AFTER, office=office)
    paper = law.on(AFTER).outcome(id).paper
    assert f"自收到本{paper}之日起60日内向聊城市人民政府申请行政复议，或者自收到本{paper}之日起6个月内" in text
    assert f"向{COURT}提起行政诉讼" in text
    assert "第二十条第一款、《中华人民共和国行政诉讼法》第四十六条第一款" in text
    assert "先申请" not in text
    assert "山东省机关事务管理局" not in text


@pytest.mark.parametrize("id", BARRED)
def test_where_courts_do_not_docket_the_letter_keeps_both_ways_and_the_clerk_is_warned(id: str, office: Office) -> None:
    assert f"6个月内依法向{COURT}" in remedy_paragraphs(id, on=TODAY, office=office)[0]
    [warning] = [one for one in remedy_cautions(id, on=TODAY, office=office) if one.code == "court-barred"]
    assert warning.severity == "warning"
    assert "一般不予立案" in warning.message
    assert "法释〔2025〕8号" in warning.basis


@pytest.mark.parametrize("id", [*EITHER, *FIRST, "reply-partial", "reply-withdrawn"])
def test_the_others_come_without_that_warning(id: str, office: Office) -> None:
    assert remedy_cautions(id, on=TODAY, office=office) == []


def test_the_warning_begins_with_letters_that_may_be_sued_over_under_the_new_rule(office: Office) -> None:
    assert remedy_cautions("reply-repeat", on=date(2024, 11, 30), office=office) == []
    assert [one.code for one in remedy_cautions("reply-repeat", on=date(2024, 12, 1), office=office)] == [
        "court-barred"
    ]


@pytest.mark.parametrize("id", [id for id in OUTCOMES if id != "reply-withdrawn"])
def test_before_2024_every_letter_offers_both_ways_and_two_organs(id: str, office: Office, law: Law) -> None:
    [text] = remedy_paragraphs(id, on=BEFORE, office=office)
    paper = law.on(AFTER).outcome(id).paper
    assert text == (
        f"如对本{paper}不服，依照《中华人民共和国行政复议法》第九条第一款、《中华人民共和国行政诉讼法》第四十六条第一款的规定，"
        f"可以自收到本{paper}之日起60日内向聊城市人民政府或者山东省机关事务管理局申请行政复议，"
        f"或者自收到本{paper}之日起6个月内向{COURT}提起行政诉讼。"
    )


@pytest.mark.parametrize("on", [BEFORE, AFTER, TODAY])
@pytest.mark.parametrize("served_online", [False, True])
def test_a_withdrawn_application_and_procedural_letters_have_none(
    on: date, served_online: bool, office: Office
) -> None:
    for id in ("reply-withdrawn", *PROCEDURAL):
        made = derive_remedies(id, on=on, office=office, served_online=served_online)
        assert (made.remedy, made.paragraphs, made.cautions, made.basis) == (Remedy.NONE, (), (), ())


@pytest.mark.parametrize("id", ["third-party-disclosure-notice", "rectification-reply", "self-correction-notice"])
def test_three_other_letters_may_be_challenged(id: str, office: Office) -> None:
    [text] = remedy_paragraphs(id, on=TODAY, office=office)
    assert text.startswith("如对本告知书不服")
    assert "60日内向聊城市人民政府申请行政复议，或者自收到本告知书之日起6个月内" in text


class TestPartial:
    """部分公开: reconsideration first for what is withheld under 第十四条至第十六条, either way for the rest."""

    def test_both_parts_are_named(self, office: Office) -> None:
        first, rest = remedy_paragraphs("reply-partial", on=AFTER, office=office)
        assert first.startswith("如对本答复书中不予公开的部分不服")
        assert "应当先申请行政复议" in first
        assert COURT not in first
        assert rest.startswith("如对本答复书的其他部分不服")
        assert f"向{COURT}提起行政诉讼" in rest

    @pytest.mark.parametrize(
        "withheld",
        [["reply-not-gov-info"], ["reply-not-existing", "reply-not-ours"], ["reply-query-matter"]],
    )
    def test_a_part_that_rests_on_other_grounds_leaves_either_way(self, withheld: list[str], office: Office) -> None:
        made = derive_remedies("reply-partial", on=AFTER, office=office, withheld=withheld)
        assert made.remedy is Remedy.RECON_OR_SUE
        assert len(made.paragraphs) == 1

    def test_one_ground_of_withholding_is_enough_for_mixed(self, office: Office) -> None:
        withheld = ["reply-not-existing", "reply-withheld-internal"]
        assert remedy_class("reply-partial", on=AFTER, office=office, withheld=withheld) is Remedy.MIXED

    def test_a_query_matter_counts_as_the_profile_decides(self, office_with: Callable[..., Office]) -> None:
        office = office_with(settings={"query_matter_remedy": "reconsider_first"})
        withheld = ["reply-query-matter"]
        assert remedy_class("reply-partial", on=AFTER, office=office, withheld=withheld) is Remedy.MIXED

    def test_the_grounds_must_be_outcomes(self, office: Office) -> None:
        with pytest.raises(InvalidInput, match="没有这种办理结果"):
            remedy_class("reply-partial", on=AFTER, office=office, withheld=["article-14"])


@pytest.mark.parametrize(
    ("items", "remedy"),
    [
        (["reply-granted", "reply-not-existing"], "RECON_OR_SUE"),
        (["reply-withheld-law", "reply-withheld-safety"], "RECON_FIRST"),
        (["reply-granted", "reply-withheld-law"], "MIXED"),
        (["reply-partial", "reply-withheld-law"], "MIXED"),
        (["reply-partial", "reply-granted"], "MIXED"),
        (["reply-repeat", "reply-petition"], "RECON_OR_SUE_COURT_BARRED"),
        (["reply-repeat", "reply-granted"], "RECON_OR_SUE"),
        (["reply-withdrawn", "reply-withheld-law"], "RECON_FIRST"),
        (["reply-withdrawn"], "NONE"),
        ([], "NONE"),
    ],
)
def test_one_letter_for_several_items_takes_what_they_have_in_common(
    items: list[str], remedy: str, office: Office
) -> None:
    assert combined_class(items, on=AFTER, office=office) is Remedy(remedy)


class TestQueryMatter:
    """条例第三十六条第七项 is open: the profile decides, and the clerk is told."""

    def test_by_default_both_ways_stay_open(self, office: Office) -> None:
        assert office.law.remedies.settings["query_matter_remedy"].default == "reconsider_or_sue"
        assert remedy_class("reply-query-matter", on=AFTER, office=office) is Remedy.RECON_OR_SUE_COURT_BARRED

    def test_the_profile_may_ask_for_reconsideration_first(self, office_with: Callable[..., Office]) -> None:
        office = office_with(settings={"query_matter_remedy": "reconsider_first"})
        assert "应当先申请行政复议" in remedy_paragraphs("reply-query-matter", on=AFTER, office=office)[0]
        assert remedy_class("reply-query-matter", on=BEFORE, office=office) is Remedy.RECON_OR_SUE
        codes = [one.code for one in remedy_cautions("reply-query-matter", on=TODAY, office=office)]
        assert codes == ["query-matter-remedy"]

    def test_the_reason_for_the_default_is_told(self, office: Office) -> None:
        setting = office.law.remedies.settings["query_matter_remedy"]
        assert "第十四条至第十六条" in setting.help
        assert set(setting.choices) == {"reconsider_or_sue", "reconsider_first"}

    def test_the_clerk_is_told_that_it_is_open(self, office: Office) -> None:
        codes = [one.code for one in remedy_cautions("reply-query-matter", on=TODAY, office=office)]
        assert codes == ["court-barred", "query-matter-remedy"]


class TestOnline:
    """行政复议法第二十二条第二款: served through the internet, the letter names the online channel."""

    @pytest.mark.parametrize("id", [*FIRST, *EITHER, *BARRED, "reply-partial"])
    def test_every_letter_served_online_ends_with_the_channel(self, id: str, office: Office) -> None:
        plain = remedy_paragraphs(id, on=AFTER, office=office)
        *rest, last = remedy_paragraphs(id, on=AFTER, office=office, served_online=True)
        assert rest == plain
        assert "《中华人民共和国行政复议法》第二十二条第二款" in last
        assert last.endswith("提交行政复议申请书的互联网渠道为：“掌上复议”小程序。")

    def test_a_full_stop_of_the_profile_is_not_doubled(self, office_with: Callable[..., Office]) -> None:
        office = office_with(reconsideration=Body(name="行政复议办公室", online="“掌上复议”小程序。"))
        assert remedy_paragraphs("reply-granted", on=AFTER, office=office, served_online=True)[-1].endswith("小程序。")

    def test_before_2024_there_was_no_such_duty(self, office: Office) -> None:
        assert len(remedy_paragraphs("reply-granted", on=BEFORE, office=office, served_online=True)) == 1

    def test_without_a_channel_in_the_profile_the_clerk_is_stopped(self, office_with: Callable[..., Office]) -> None:
        office = office_with(reconsideration=Body(name="聊城市政府行政复议办公室"))
        made = derive_remedies("reply-granted", on=AFTER, office=office, served_online=True)
        assert len(made.paragraphs) == 1
        [caution] = made.cautions
        assert (caution.code, caution.severity, caution.overridable) == ("online-channel-missing", "error", True)
        assert remedy_cautions("reply-granted", on=AFTER, office=office) == []


@pytest.mark.parametrize(
    ("kind", "organs", "organs_before", "court"),
    [
        ("local_department", ("政府",), ("政府", "上级"), "基层人民法院"),
        ("local_government", ("上级",), ("上级",), "中级人民法院"),
        ("township", ("上级",), ("上级",), "基层人民法院"),
        ("subdistrict", ("政府",), ("政府",), "基层人民法院"),
        ("provincial_government", ("本机关",), ("本机关",), "中级人民法院"),
        ("state_department", ("本机关",), ("本机关",), "中级人民法院"),
        ("vertical", ("上级",), ("上级",), "基层人民法院"),
        ("customs", ("上级",), ("上级",), "中级人民法院"),
        ("local_justice", ("政府", "上级"), ("政府", "上级"), "基层人民法院"),
        ("authorized_organization", ("政府",), ("上级",), "基层人民法院"),
    ],
)
def test_the_kind_of_agency_decides_organ_and_court(
    kind: str,
    organs: tuple[str, ...],
    organs_before: tuple[str, ...],
    court: str,
    office_with: Callable[..., Office],
) -> None:
    office = office_with(kind=kind, name="本机关", government="政府", superior="上级")
    assert reconsideration_organs(office, AFTER) == organs
    assert reconsideration_organs(office, BEFORE) == organs_before
    assert office.kind.court == court
    for id in ("reply-granted", "reply-withheld-law"):
        assert f"向{'或者'.join(organs)}" in remedy_paragraphs(id, on=AFTER, office=office)[0]


@pytest.mark.parametrize("kind", ["provincial_government", "state_department"])
def test_who_decides_on_itself_leaves_the_ruling_of_the_state_council(
    kind: str, office_with: Callable[..., Office]
) -> None:
    [text] = remedy_paragraphs("reply-withheld-law", on=AFTER, office=office_with(kind=kind))
    assert "也可以依照《中华人民共和国行政复议法》第二十六条的规定向国务院申请裁决" in text


def test_every_kind_of_agency_is_tested(law: Law) -> None:
    assert len(law.agencies) == 14


def test_the_letter_may_call_itself_otherwise(office: Office) -> None:
    [text] = remedy_paragraphs("rectification-reply", on=TODAY, office=office, paper="更正决定书")
    assert text.startswith("如对本更正决定书不服")
    assert "自收到本更正决定书之日起" in text


def test_a_class_may_be_given_instead_of_an_outcome(office: Office, law: Law) -> None:
    by_class = remedy_paragraphs("RECON_FIRST", on=AFTER, office=office)
    assert by_class == remedy_paragraphs(Remedy.RECON_FIRST, on=AFTER, office=office)
    assert by_class == remedy_paragraphs(law.on(AFTER).outcome("reply-withheld-law"), on=AFTER, office=office)


def test_an_unknown_document_is_refused(office: Office) -> None:
    with pytest.raises(InvalidInput, match="没有这种办理结果"):
        remedy_paragraphs("reply-maybe", on=AFTER, office=office)


def test_a_letter_from_before_the_regulation_has_no_text(office: Office) -> None:
    with pytest.raises(InvalidInput, match="2008"):
        remedy_paragraphs("reply-granted", on=date(2008, 4, 30), office=office)


def test_before_may_2015_a_suit_had_three_months(office: Office) -> None:
    [text] = remedy_paragraphs("reply-granted", on=date(2015, 4, 30), office=office)
    assert "自收到本答复书之日起3个月内" in text
    assert "《中华人民共和国行政诉讼法》第三十九条" in text


def test_a_changed_limit_changes_the_text(profile: Profile, law: Law) -> None:
    longer = tuple(replace(limit, length=90) for limit in law.limits["reconsideration"])
    office = Office(profile, replace(law, limits={**law.limits, "reconsideration": longer}), TODAY)
    for id in (*FIRST, *EITHER, *BARRED, "reply-partial"):
        for text in remedy_paragraphs(id, on=TODAY, office=office):
            assert "90日" in text
            assert "60日" not in text


def test_a_name_with_braces_is_printed_as_it_is(office_with: Callable[..., Office]) -> None:
    [text] = remedy_paragraphs("reply-withheld-law", on=AFTER, office=office_with(government="{court}政府{0}"))
    assert "向{court}政府{0}提出" in text


def test_every_letter_can_say_what_it_was_computed_from(office: Office) -> None:
    made = derive_remedies("reply-withheld-law", on=AFTER, office=office)
    assert set(made.rules) == {"remedies", "limits", "agencies", "outcomes", "citations", "acts"}
    assert made.basis == (
        "《中华人民共和国行政复议法》第二十三条第一款第四项",
        "《中华人民共和国行政复议法》第二十条第一款",
        "《中华人民共和国行政复议法》第二十四条第一款第一项",
        "《中华人民共和国行政诉讼法》第四十五条",
    )
    old = derive_remedies("reply-withheld-law", on=BEFORE, office=office).basis
    assert "《中华人民共和国行政复议法》（2017年修正）第十二条第一款" in old
