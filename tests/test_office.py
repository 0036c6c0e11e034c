"""The profile is read strictly, and every fault is reported at once with its key."""

from __future__ import annotations

from pathlib import Path

import pytest

from gipdocs.errors import ProfileError
from gipdocs.office import load_profile
from gipdocs.settings import PROJECT

COUNTY = PROJECT / "tests" / "data" / "agencies" / "county-water.toml"
SAMPLE = (PROJECT / "agency.toml").read_text(encoding="utf-8")


def faults(tmp_path: Path, text: str) -> str:
    path = tmp_path / "agency.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ProfileError) as caught:
        load_profile(path)
    return str(caught.value)


def test_the_sample_profile_holds_what_letters_need() -> None:
    profile = load_profile(PROJECT / "agency.toml")
    assert (profile.name, profile.government) == ("聊城市机关事务管理局", "聊城市人民政府")
    assert profile.court.hours[1].periods == ("8:30-12:00", "13:30-17:30")
    assert profile.channels["online"].open and not profile.channels["fax"].open
    assert profile.document_code_is_sample


@pytest.mark.parametrize(
    ("before", "after", "key"),
    [
        ('short_name = "', 'shrot_name = "', "agency.shrot_name"),
        ('short_name = "', 'shrot_name = "', "agency.short_name"),
        ('postcode = "252000"', 'postcode = "2520"', "office.postcode"),
        ('hours = "court"', 'hours = "nowhere"', "court.hours"),
        ('"8:30-12:00"', '"8.30-12"', "hours.standard.seasons.0.periods.0"),
        ("[channels.mail]\nopen = true", "[channels.mail]\nopen = false", "channels.mail"),
        ("[channels.mail]\nopen = true", "[channels.mail]\nopen = 1", "channels.mail.open"),
        ("[channels.fax]\nopen = false", "[channels.pigeon]\nopen = false", "channels.pigeon"),
        ('url = "http://jgsw', 'url = "jgsw', "sites.own.url"),
        ("diameter_mm = 42", "diameter_mm = 420", "seal.diameter_mm"),
        ("diameter_mm = 42", 'diameter_mm = 42\npicture = "seal.png"', "seal.picture"),
        ("correction_working_days = 15", "correction_working_days = 1.5", "settings.correction_working_days"),
        ('name = "聊城市东昌府区人民法院"', 'name = " "', "court.name"),
        ("[court]", "[kourt]", "court"),
        ('name = "规划计划"\n', "", "guide.scope.2.name"),
        ('revised = "2026-01-05"', 'revised = "2026年1月5日"', "guide.revised"),
    ],
)
def test_a_fault_names_its_key(tmp_path: Path, before: str, after: str, key: str) -> None:
    assert before in SAMPLE
    assert f"  {key}：" in faults(tmp_path, SAMPLE.replace(before, after, 1))


def test_all_faults_are_reported_at_once(tmp_path: Path) -> None:
    text = SAMPLE.replace('hours = "court"', 'hours = "nowhere"').replace('postcode = "252000"', 'postcode = "2520"')
    message = faults(tmp_path, text)
    assert message.count("postcode") == SAMPLE.count('postcode = "252000"') and "court.hours" in message


def test_a_file_that_is_no_toml_or_is_missing_is_named(tmp_path: Path) -> None:
    assert "agency.toml" in faults(tmp_path, "[agency\nname = 1")
    with pytest.raises(ProfileError, match="nowhere"):
        load_profile(tmp_path / "nowhere.toml")


def test_hours_are_told_with_the_days_of_each_season() -> None:
    profile = load_profile(PROJECT / "agency.toml")
    assert profile.office.times == (
        "8:30-12:00、14:30-18:00（5月1日至9月30日的工作日）；8:30-12:00、14:00-17:30（10月1日至次年4月30日的工作日）"
    )


def test_hours_of_the_whole_year_name_no_days_and_a_body_without_hours_has_none() -> None:
    profile = load_profile(COUNTY)
    assert profile.office.times == "9:00-12:00、13:00-17:00（工作日）" and profile.court.times == ""


def test_facts_are_every_text_of_the_profile_that_documents_print_with_its_key() -> None:
    facts = load_profile(PROJECT / "agency.toml").facts
    assert facts["0635-6068828"] == "office.fax" and facts["13:30-17:30"] == "court.hours"
    assert facts["聊城市机关事务管理局2楼213室"] == "reading_points.1.place"
    assert facts["http://www.liaocheng.gov.cn/channel_lc_lcsrmzfysqgk6896/"] == "channels.online.url"
    assert facts["聊城市机关事务管理局"] == "agency.name" and "" not in facts
    assert "政府信息公开申请接收点" not in facts


def test_a_profile_without_gazette_fax_or_scope_is_a_whole_profile() -> None:
    profile = load_profile(COUNTY)
    assert (profile.gazette, profile.office.fax, profile.guide_scope) == (None, "", ())
    assert [one.name for one in load_profile(PROJECT / "agency.toml").guide_scope][:2] == ["机构职能", "政策法规"]
