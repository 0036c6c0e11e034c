"""The remedy paragraph of every kind of agency and every outcome, on both sides of each day on which the law changed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest

from gipdocs.errors import ProfileError
from gipdocs.law import Law, Office
from gipdocs.law.remedies import derive_remedies, reconsideration_organs, remedy_paragraphs
from gipdocs.profile import OfficeChoices

from .test_outcomes import ROWS

SELF, SUPERIOR, GOVERNMENT, SEAT = "云岭某机关", "临江市水务局", "云岭县人民政府", "临江市南湾区人民政府"
COURT = "云岭县人民法院"
BASIC, MIDDLE = "基层人民法院", "中级人民法院"
KINDS = [
    # kind, organs from 2024 on, organs before, level of the court, whether the State Council may rule, article, article before
    ("local_department", GOVERNMENT, f"{GOVERNMENT}或者{SUPERIOR}", BASIC, False, "第二十四条第一款第一项", "第十二条第一款"),
    ("local_government", SUPERIOR, SUPERIOR, MIDDLE, False, "第二十四条第一款第二项", "第十三条第一款"),
    ("township", SUPERIOR, SUPERIOR, BASIC, False, "第二十四条第一款第二项", "第十三条第一款"),
    ("subdistrict", GOVERNMENT, GOVERNMENT, BASIC, False, "第二十四条第一款第三项", "第十五条第一款第一项"),
    ("provincial_government", SELF, SELF, MIDDLE, True, "第二十四条第二款", "第十四条"),
    ("state_department", SELF, SELF, MIDDLE, True, "第二十五条第一项", "第十四条"),
    ("vertical", SUPERIOR, SUPERIOR, BASIC, False, "第二十七条", "第十二条第二款"),
    ("customs", SUPERIOR, SUPERIOR, MIDDLE, False, "第二十七条", "第十二条第二款"),
    ("local_justice", f"{GOVERNMENT}或者{SUPERIOR}", f"{GOVERNMENT}或者{SUPERIOR}", BASIC, False, "第二十八条", "第十二条第一款"),
    ("authorized_organization", GOVERNMENT, SUPERIOR, BASIC, False, "第二十四条第一款第四项", "第十五条第一款第三项"),
    ("local_branch", GOVERNMENT, f"{SUPERIOR}或者{GOVERNMENT}", BASIC, False, "第二十四条第四款", "第十五条第一款第二项"),
    ("local_branch_by_district", f"{GOVERNMENT}或者{SEAT}", f"{SUPERIOR}或者{GOVERNMENT}", BASIC, False, "第二十四条第四款",
     "第十五条第一款第二项"),
    ("state_branch", SUPERIOR, SUPERIOR, BASIC, False, "第二十五条第二项", "第十五条第一款第二项"),
    ("state_body", SUPERIOR, SUPERIOR, BASIC, False, "第二十五条第三项", "第十五条第一款第三项"),
]  # fmt: skip
DAYS = [
    date(2019, 5, 15),
    date(2023, 12, 31),
    date(2024, 1, 1),
    date(2025, 5, 31),
    date(2025, 6, 1),
    date(2026, 11, 23),
]
BARRED = [row for row in ROWS if row[4] == "RECON_OR_SUE_COURT_BARRED"]
RECONSIDERATION, LITIGATION = "《中华人民共和国行政复议法》", "《中华人民共和国行政诉讼法》"
THEN = "对行政复议决定不服的，可以自收到行政复议决定书之日起15日内，依法向人民法院提起行政诉讼"
RULING = f"，也可以依照{RECONSIDERATION}第二十六条的规定向国务院申请裁决"


def first(against: str, paper: str, organs: str, *, ruling: bool) -> str:
    return (
        f"如对{against}不服，依照{RECONSIDERATION}第二十三条第一款第四项的规定，应当先申请行政复议，"
        f"自收到{paper}之日起60日内向{organs}提出；{THEN}{RULING if ruling else ''}。"
    )


def either(against: str, paper: str, organs: str, *, article: str, lawfully: str = "") -> str:
    return (
        f"如对{against}不服，依照{RECONSIDERATION}{article}、{LITIGATION}第四十六条第一款的规定，"
        f"可以自收到{paper}之日起60日内向{organs}申请行政复议，或者自收到{paper}之日起6个月内{lawfully}向{COURT}提起行政诉讼。"
    )


def only(paper: str, organs: str) -> str:
    return f"如对{paper}不服，依照{RECONSIDERATION}第二十条第一款的规定，可以自收到{paper}之日起60日内向{organs}申请行政复议。"


@pytest.fixture
def office_of(office_with: Callable[..., Office], office: Office) -> Callable[..., Office]:
    """An office of a kind, with settings."""

    def make(kind: str, **settings: str | bool) -> Office:
        names = {"name": SELF, "superior": SUPERIOR, "government": GOVERNMENT, "seat_government": SEAT}
        court = replace(office.profile.court, name=COURT)
        return office_with(kind=kind, court=court, settings=settings or None, **names)

    return make


@pytest.mark.parametrize("on", DAYS, ids=str)
@pytest.mark.parametrize(
    ("kind", "organs", "before", "court", "ruling", "article", "old"), KINDS, ids=[row[0] for row in KINDS]
)
def test_every_outcome_names_the_organs_and_the_court(
    kind: str,
    organs: str,
    before: str,
    court: str,
    ruling: bool,
    article: str,
    old: str,
    on: date,
    office_of: Callable[..., Office],
) -> None:
    office = office_of(kind)
    assert office.kind_on(on).court == court
    for id, code, _, _, remedy in ROWS:
        paper = "本告知书" if code.startswith(("CL", "QT")) else "本答复书"
        rest = f"{paper}的其他部分"
        if remedy == "NONE":
            expected = []
        elif on.year < 2024:
            expected = [either(paper, paper, before, article="第九条第一款")]
        else:
            expected = {
                "RECON_FIRST": [first(paper, paper, organs, ruling=ruling)],
                "RECON_OR_SUE": [either(paper, paper, organs, article="第二十条第一款")],
                "RECON_OR_SUE_COURT_BARRED": [either(paper, paper, organs, article="第二十条第一款", lawfully="依法")],
                "MIXED": [
                    first(f"{paper}中不予公开的部分", paper, organs, ruling=ruling),
                    either(rest, paper, organs, article="第二十条第一款"),
                ],
            }[remedy]
        made = derive_remedies(id, on=on, office=office)
        assert list(made.paragraphs) == expected
        named = f"{RECONSIDERATION}{article}" if on.year > 2023 else f"{RECONSIDERATION}（2017年修正）{old}"
        assert remedy == "NONE" or named in made.basis


def test_every_kind_and_its_rows_of_both_times_are_in_the_table(law: Law) -> None:
    assert {row[0] for row in KINDS} == set(law.agencies)
    for rows in law.agencies.values():
        assert [row.since for row in rows] == [date(2008, 5, 1), date(2024, 1, 1)]
        assert len({(row.label, row.report, row.court) for row in rows}) == 1


def test_a_branch_by_district_must_say_where_it_is(office_with: Callable[..., Office]) -> None:
    with pytest.raises(ProfileError, match=r"第二十四条第四款）.*请写明agency\.seat_government"):
        office_with(kind="local_branch_by_district")
    assert reconsideration_organs(office_with(kind="local_branch"), DAYS[-1]) == ("聊城市人民政府",)


class TestCourtBarred:
    """What courts do not docket since 2025-06-01 (法释〔2025〕8号第十条第二款): the office may leave out the suit."""

    @pytest.mark.parametrize(("id", "code"), [row[:2] for row in BARRED])
    def test_the_setting_leaves_only_reconsideration(
        self, id: str, code: str, office_of: Callable[..., Office]
    ) -> None:
        office = office_of("local_department", court_barred_remedy="reconsider_only")
        paper = "本告知书" if code.startswith("CL") else "本答复书"
        made = derive_remedies(id, on=date(2025, 6, 1), office=office)
        assert made.paragraphs == (only(paper, GOVERNMENT),)
        assert "court-barred-remedy" in [one.code for one in made.cautions]
        assert not any(one.code == "court-barred" for one in made.cautions)
        assert not any(LITIGATION in one for one in made.basis)
        [told] = [one for one in made.cautions if one.code == "court-barred-remedy"]
        assert told.basis.endswith("第十条第二款")

    @pytest.mark.parametrize("id", [row[0] for row in BARRED])
    def test_letters_of_before_keep_both_ways(self, id: str, office_of: Callable[..., Office]) -> None:
        office = office_of("local_department", court_barred_remedy="reconsider_only")
        [text] = remedy_paragraphs(id, on=date(2025, 5, 31), office=office)
        assert f"6个月内依法向{COURT}" in text

    @pytest.mark.parametrize(
        "id", [row[0] for row in ROWS if row[4] in ("RECON_FIRST", "RECON_OR_SUE", "MIXED", "NONE")]
    )
    def test_it_changes_nothing_else(self, id: str, office_of: Callable[..., Office]) -> None:
        only_one, both = office_of("township", court_barred_remedy="reconsider_only"), office_of("township")
        assert remedy_paragraphs(id, on=DAYS[-1], office=only_one) == remedy_paragraphs(id, on=DAYS[-1], office=both)

    def test_a_query_matter_that_needs_reconsideration_first_is_not_one_of_them(
        self, office_of: Callable[..., Office]
    ) -> None:
        settings = {"query_matter_remedy": "reconsider_first", "court_barred_remedy": "reconsider_only"}
        [text] = remedy_paragraphs("reply-query-matter", on=DAYS[-1], office=office_of("township", **settings))
        assert "应当先申请行政复议" in text

    def test_by_default_both_ways_stay_and_the_reason_is_told(self, law: Law) -> None:
        setting = law.remedies.settings["court_barred_remedy"]
        assert setting.default == OfficeChoices().court_barred_remedy == "reconsider_or_sue"
        assert "裁定不予立案，已经立案的裁定驳回起诉" in setting.help

    def test_an_unknown_choice_stops_the_start(self, office_of: Callable[..., Office]) -> None:
        with pytest.raises(
            ProfileError, match=r"settings\.court_barred_remedy应当是reconsider_or_sue或者reconsider_only"
        ):
            office_of("township", court_barred_remedy="sue_only")


class TestRefusedReconsideration:
    """行政复议法第三十四条: an office may also say what follows if reconsideration is refused or not answered."""

    REFUSED = (
        "行政复议机关决定不予受理、驳回申请，或者受理后超过行政复议期限不作答复的，"
        f"可以依照{RECONSIDERATION}第三十四条的规定，自收到决定书之日起或者行政复议期限届满之日起15日内，"
        "依法向人民法院提起行政诉讼。"
    )

    def test_the_setting_adds_it_to_what_needs_reconsideration_first(self, office_of: Callable[..., Office]) -> None:
        office = office_of("local_department", tell_refused_reconsideration=True)
        for row in ROWS:
            plain = remedy_paragraphs(row[0], on=DAYS[-1], office=office_of("local_department"))
            told = derive_remedies(row[0], on=DAYS[-1], office=office)
            if row[4] in ("RECON_FIRST", "MIXED"):
                assert list(told.paragraphs) == [plain[0] + self.REFUSED, *plain[1:]]
                assert f"{RECONSIDERATION}第三十四条" in told.basis
            else:
                assert list(told.paragraphs) == plain

    def test_before_2024_nothing_is_added(self, office_of: Callable[..., Office]) -> None:
        office = office_of("local_department", tell_refused_reconsideration=True)
        assert "不予受理" not in remedy_paragraphs("reply-withheld-law", on=date(2023, 12, 31), office=office)[0]


class TestRepeat:
    """法释〔2025〕8号第十条第二款第四项 bars only suits about what was disclosed already."""

    def test_after_an_answer_that_disclosed_nothing_the_applicant_may_sue(
        self, office_of: Callable[..., Office]
    ) -> None:
        office = office_of("local_department", court_barred_remedy="reconsider_only")
        made = derive_remedies("reply-repeat", on=DAYS[-1], office=office, disclosed=False)
        assert made.paragraphs == (either("本告知书", "本告知书", GOVERNMENT, article="第二十条第一款"),)
        assert made.cautions == ()

    def test_for_other_outcomes_it_makes_no_difference(self, office_of: Callable[..., Office]) -> None:
        office = office_of("local_department")
        for row in ROWS:
            if row[0] != "reply-repeat":
                known, not_known = (
                    remedy_paragraphs(row[0], on=DAYS[-1], office=office, disclosed=told) for told in (True, False)
                )
                assert known == not_known
