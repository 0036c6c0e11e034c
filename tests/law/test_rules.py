"""The law as one value: dated limits for whoever prints them, versions that follow the data, offices it knows."""

from __future__ import annotations

import tomllib
from dataclasses import replace
from datetime import date
from importlib import resources

import pytest

from gipdocs.errors import InvalidInput, ProfileError
from gipdocs.law import Law, Office, load_law
from gipdocs.law.acts import cite, cites
from gipdocs.law.rules import FILES
from gipdocs.profile import OfficeChoices, Profile

from .conftest import DATA, TODAY

LIMITS = [
    ("answer", "20个工作日", "《中华人民共和国政府信息公开条例》第三十三条第二款"),
    ("extension", "20个工作日", "《中华人民共和国政府信息公开条例》第三十三条第二款"),
    ("correction_notice", "7个工作日", "《中华人民共和国政府信息公开条例》第三十条"),
    ("third_party", "15个工作日", "《中华人民共和国政府信息公开条例》第三十二条"),
    ("agency_consultation", "15个工作日", "《中华人民共和国政府信息公开条例》第三十四条"),
    ("fee_payment", "20个工作日", "《政府信息公开信息处理费管理办法》第六条"),
    ("proactive", "20个工作日", "《中华人民共和国政府信息公开条例》第二十六条"),
    ("reconsideration", "60日", "《中华人民共和国行政复议法》第二十条第一款"),
    ("suit_letter", "6个月", "《中华人民共和国行政诉讼法》第四十六条第一款"),
    ("suit_decision", "15日", "《中华人民共和国行政诉讼法》第四十五条"),
    (
        "reconsideration_answer_ordinary",
        "10个工作日",
        "《中华人民共和国行政复议法》第四十八条、第八十八条第二款",
    ),
    (
        "reconsideration_answer_simple",
        "5个工作日",
        "《中华人民共和国行政复议法》第五十四条第一款、第八十八条第二款",
    ),
    ("suit_refused", "15日", "《中华人民共和国行政复议法》第三十四条"),
    ("suit_answer", "15日", "《中华人民共和国行政诉讼法》第六十七条第一款"),
    (
        "redo_judgment",
        "20个工作日",
        "《最高人民法院关于审理政府信息公开行政案件适用法律若干问题的解释》第十一条",
    ),
    ("annual_report_department", "1月31日", "《中华人民共和国政府信息公开条例》第四十九条第一款"),
    ("annual_report_government", "3月31日", "《中华人民共和国政府信息公开条例》第四十九条第二款"),
]


@pytest.mark.parametrize(("key", "text", "article"), LIMITS, ids=[row[0] for row in LIMITS])
def test_every_limit_of_today_has_its_length_and_article(key: str, text: str, article: str, law: Law) -> None:
    limit = law.on(TODAY).limit(key)
    assert (limit.text, cite(limit.articles)) == (text, article)
    assert limit.label


def test_no_limit_is_untested(law: Law) -> None:
    assert set(law.limits) == {row[0] for row in LIMITS}


@pytest.mark.parametrize(
    ("key", "day", "text"),
    [
        ("answer", date(2019, 5, 14), "15个工作日"),
        ("answer", date(2019, 5, 15), "20个工作日"),
        ("extension", date(2019, 5, 14), "15个工作日"),
        ("reconsideration_answer_ordinary", date(2023, 12, 31), "10日"),
        ("reconsideration_answer_ordinary", date(2024, 1, 1), "10个工作日"),
        ("suit_letter", date(2015, 4, 30), "3个月"),
        ("suit_letter", date(2015, 5, 1), "6个月"),
        ("annual_report_department", date(2019, 1, 1), "3月31日"),
        ("annual_report_department", date(2020, 1, 1), "1月31日"),
    ],
)
def test_the_day_decides_which_row_applies(key: str, day: date, text: str, law: Law) -> None:
    assert law.limit(key, day).text == text


def test_before_the_first_row_there_is_no_limit(law: Law) -> None:
    assert law.limit_or_none("correction_notice", date(2019, 5, 14)) is None
    with pytest.raises(InvalidInput, match="第三十条"):
        law.limit("correction_notice", date(2019, 5, 14))


def test_rows_of_one_key_stand_in_order_of_time(law: Law) -> None:
    tables = (law.limits, law.counting_rules, law.outcomes, law.remedies.texts, law.citations, law.quotations)
    for rows in (*(rows for table in tables for rows in table.values()), law.fees):
        days = [row.since for row in rows]
        assert days == sorted(set(days))


def test_no_row_cites_an_act_that_was_not_yet_or_no_longer_in_force(law: Law) -> None:
    for rows in (*law.limits.values(), *law.counting_rules.values()):
        ends = [later.since for later in rows[1:]] + [date.max]
        for row, end in zip(rows, ends, strict=True):
            for article in row.articles:
                assert article.act.since <= row.since, (row.key, row.since, article.cite())
                assert article.act.until is None or article.act.until.toordinal() + 1 >= end.toordinal(), row.key


def test_an_older_edition_is_marked_for_readers_but_not_in_letters(law: Law) -> None:
    old = law.limits["answer"][0].articles
    assert cite(old) == "《中华人民共和国政府信息公开条例》第二十四条第二款"
    assert cites(old) == ("《中华人民共和国政府信息公开条例》（2007年公布）第二十四条第二款",)


def test_every_data_file_has_a_version_that_follows_its_content(law: Law) -> None:
    assert set(law.versions) == {*FILES, "calendar"}
    for name in FILES:
        text = resources.files("gipdocs.law").joinpath(f"data/{name}.toml").read_text(encoding="utf-8")
        stated, _, digest = law.versions[name].rpartition("-")
        assert stated == tomllib.loads(text)["version"]
        assert len(digest) == 8


def test_overlays_appear_among_the_versions() -> None:
    loaded = load_law(DATA / "calendar")
    assert loaded.versions["calendar-2027"] == "测试〔2026〕1号"
    assert loaded.rules("calendar")["calendar-2027"] == "测试〔2026〕1号"
    assert set(loaded.rules("fees")) == {"fees"}


def test_an_office_tells_its_author_and_every_version(office: Office, profile: Profile) -> None:
    assert office.author == profile.name
    assert office.versions == {**office.law.versions, "profile": profile.version}
    assert office.kind.label == "县级以上地方人民政府工作部门"


def test_a_kind_that_the_law_does_not_know_stops_the_start(office: Office, profile: Profile) -> None:
    with pytest.raises(ProfileError, match=r"agency\.kind写作“school”.*township（乡镇人民政府）"):
        Office(replace(profile, kind="school"), office.law, TODAY)


def test_a_setting_that_the_law_does_not_know_stops_the_start(office: Office, profile: Profile) -> None:
    with pytest.raises(ProfileError, match="reconsider_or_sue或者reconsider_first"):
        Office(replace(profile, settings=OfficeChoices(query_matter_remedy="ask")), office.law, TODAY)


def test_all_days_between_two_changes_share_one_law(law: Law) -> None:
    assert law.on(date(2024, 5, 1)) is law.on(date(2025, 5, 31))
    assert law.on(date(2023, 12, 31)) is not law.on(date(2024, 1, 1))
    assert not law.on(date(2023, 12, 31)).reconsideration_first
    assert law.on(date(2024, 1, 1)).reconsideration_first


def test_an_unknown_citation_names_the_file_in_which_it_is_missing(law: Law) -> None:
    with pytest.raises(KeyError, match=r"citations\.toml中没有separating"):
        law.on(TODAY).cite("separating")


def test_a_citation_has_every_form_in_which_texts_need_it(law: Law) -> None:
    citation = law.on(TODAY).cite("third_party_harm", "third_party")
    assert citation == "《中华人民共和国政府信息公开条例》第十五条、第三十二条"
    assert citation.place == "第十五条、第三十二条"
    assert citation.short == "条例第十五条、第三十二条"
    assert (citation.act, citation.number) == ("《中华人民共和国政府信息公开条例》", "国务院令第711号")
