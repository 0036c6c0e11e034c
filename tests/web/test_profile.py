"""The office's own profile at the desk, without JavaScript: filled in, refused, previewed, saved, restored."""

from __future__ import annotations

import json
import os
import re
import shutil
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from gipdocs.app import create_app
from gipdocs.notes import Note, read_stat
from gipdocs.profile import load_profile
from gipdocs.profile.loading import parse_profile
from gipdocs.settings import PROJECT, Settings
from tests.web.browser import Page, open_page
from tests.web.valid import faults

pytestmark = pytest.mark.slow

PROFILE = "/desk/profile"
SHIPPED = PROJECT / "agency.toml"


@pytest.fixture(scope="module")
def profile_app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """An installation with a profile of its own."""
    file = tmp_path_factory.mktemp("office") / "agency.toml"
    shutil.copy(SHIPPED, file)
    app = create_app(Settings(secret_key="test", agency=file))
    yield app
    app.extensions["gipdocs"].close()


@pytest.fixture
def file(profile_app: Flask) -> Path:
    """The file of the profile, as it was shipped, without former versions."""
    path: Path = profile_app.extensions["gipdocs"].settings.agency
    for old in path.parent.glob("*"):
        old.unlink()
    return Path(shutil.copy(SHIPPED, path))


@pytest.fixture
def desk(profile_app: Flask, file: Path) -> FlaskClient:
    return profile_app.test_client()


def kept(file: Path) -> list[Path]:
    return sorted(file.parent.glob("agency.toml.*"))


def answers(file: Path) -> dict[str, Any]:
    return parse_profile(file.read_bytes(), file)


def beside(page: Page, id: str) -> str:
    """What stands beside a question."""
    return page.response.text.partition(f'id="{id}-remarks"')[2].partition("</ul>")[0]


def test_the_form_has_the_whole_file_and_saves_it_unchanged(desk: FlaskClient, file: Path) -> None:
    before, page = answers(file), open_page(desk, PROFILE)
    assert page.response.status_code == 200 and faults(page.response.text) == []
    saved = page.press("save")
    assert saved.status_code == 303 and "/desk/profile/wait" in saved.location
    assert answers(file) == before and file.read_bytes() != SHIPPED.read_bytes()
    assert [one.read_bytes() for one in kept(file)] == [SHIPPED.read_bytes()]
    assert not load_profile(file).is_shipped


def test_what_is_changed_is_in_the_file_and_nothing_else_is(desk: FlaskClient, file: Path) -> None:
    before, page = answers(file), open_page(desk, PROFILE)
    name = '云岭县<水务局>"& 测试'
    assert page.press("save", {"agency-name": name, "hours-0-key": "平时"}).status_code == 422
    hours = {
        f"{one}-hours": "平时"
        for one in ("office", "supervisor", "reconsideration", "reading_points-0", "reading_points-1")
    }
    assert page.press("save", {"agency-name": name, "hours-0-key": "平时", **hours}).status_code == 303
    after = answers(file)
    assert after["agency"].pop("name") == name and before["agency"].pop("name")
    assert after["hours"]["平时"] == before["hours"]["standard"] and load_profile(file).office.times
    assert after["agency"] == before["agency"] and after["media"] == before["media"]


def test_rows_and_named_groups_are_added_and_removed(desk: FlaskClient, file: Path) -> None:
    page = open_page(desk, PROFILE).then("add:hours").then("add:hours-2-group-seasons")
    typed: dict[str, str | list[str]] = {
        "hours-2-key": "周末",
        "hours-2-group-seasons-0-from": "01-01",
        "hours-2-group-seasons-0-to": "12-31",
        "hours-2-group-seasons-0-periods-0": "9:00-11:00",
    }
    page = page.then("add:hours-2-group-seasons-0-periods", {})
    assert page.press("save", typed).status_code == 303
    assert answers(file)["hours"]["周末"] == {"seasons": [{"from": "01-01", "to": "12-31", "periods": ["9:00-11:00"]}]}
    page = open_page(desk, PROFILE).then("remove:hours-2").then("remove:media-0")
    assert page.press("save").status_code == 303
    assert list(answers(file)["hours"]) == ["standard", "court"] and len(answers(file)["media"]) == 3


@pytest.mark.parametrize(
    ("name", "typed", "place", "told"),
    [
        ("agency-name", "", "agency-name", "请填写“机关名称”"),
        ("agency-kind", "club", "agency-kind", "机关类别"),
        ("agency-kind", "local_branch_by_district", "agency-kind", "所在地人民政府"),
        ("settings-correction_working_days", "很多", "settings-correction_working_days", "补正期限"),
        ("hours-0-key", "court", "hours", "每组有自己的名称"),
        ("hours-0-key", "", "hours", "每组有自己的名称"),
        ("hours-1-group-seasons-0-periods-0", "8点", "hours-1-group-seasons-0-periods-0", "8:30-12:00"),
        ("office-postcode", "12", "office-postcode", "6位"),
        ("office-hours", "没有", "office-hours", "没有名为“没有”的办公时间"),
        ("channels-mail-open", "false", "channels-mail", "不能关闭"),
        ("channels-online-url", "", "channels-online-url", "写明网址"),
        ("channels-fax-open", "true", "channels-fax", ""),
        ("sites-0-group-url", "jgsw", "sites-0-group-url", "http://"),
        ("seal-diameter_mm", "很大", "seal-diameter_mm", "数字"),
        ("seal-picture", "nowhere.png", "seal-picture", "找不到"),
        ("media-1-url", "x", "media-1-url", "http://"),
        ("guide-revised", "2026-13-01", "guide-revised", "日期"),
        ("numbering-letter", "第号", "numbering-letter", "{serial}"),
    ],
)
def test_a_fault_stands_beside_its_question_and_nothing_is_written(
    desk: FlaskClient, file: Path, name: str, typed: str, place: str, told: str
) -> None:
    page = open_page(desk, PROFILE)
    if not told:
        assert page.press("save", {name: typed}).status_code == 303  # the office has a fax, which the form knows
        return
    refused = page.then("save", {name: typed})
    assert refused.response.status_code == 422 and told in beside(refused, place), refused.form.text[:900]
    assert f'href="#{place}"' in refused.response.text and "处需要改正，还没有保存" in refused.form.text
    opened = refused.response.text.rpartition(f'id="{place}"')[0].rpartition('<details class="section"')[2]
    assert opened.startswith(" open")
    assert file.read_bytes() == SHIPPED.read_bytes() and kept(file) == []


def test_the_second_of_two_is_told_and_overwrites_nothing(desk: FlaskClient, file: Path) -> None:
    first, second = open_page(desk, PROFILE), open_page(desk, PROFILE)
    assert first.press("save", {"agency-short_name": "甲局"}).status_code == 303
    refused = second.press("save", {"agency-short_name": "乙局"})
    assert refused.status_code == 409 and "已经被他人修改" in refused.text and "乙局" in refused.text
    assert answers(file)["agency"]["short_name"] == "甲局" and len(kept(file)) == 1


def test_a_former_version_is_listed_and_restored(desk: FlaskClient, file: Path) -> None:
    open_page(desk, PROFILE).press("save", {"agency-short_name": "甲局"})
    page = open_page(desk, PROFILE)
    assert kept(file)[0].name in page.response.text and faults(page.response.text) == []
    data = {"csrf_token": page.form.value("csrf_token"), ".version": page.form.value(".version")}
    assert desk.post(f"{PROFILE}/restore", data=data | {"name": "../agency.toml"}).status_code == 422
    stale = desk.post(f"{PROFILE}/restore", data=data | {"name": kept(file)[0].name, ".version": "x"})
    assert stale.status_code == 409 and answers(file)["agency"]["short_name"] == "甲局"
    assert desk.post(f"{PROFILE}/restore", data={"name": kept(file)[0].name}).status_code == 400
    assert desk.post(f"{PROFILE}/restore", data=data | {"name": kept(file)[0].name}).status_code == 303
    assert file.read_bytes() == SHIPPED.read_bytes() and len(kept(file)) == 2


def test_a_broken_former_version_is_not_restored(desk: FlaskClient, file: Path) -> None:
    broken = file.with_name("agency.toml.2026-01-01T000000")
    broken.write_text("[agency]\nname = 1\n", encoding="utf-8")
    page = open_page(desk, PROFILE)
    data = {"csrf_token": page.form.value("csrf_token"), ".version": page.form.value(".version")}
    refused = desk.post(f"{PROFILE}/restore", data=data | {"name": broken.name})
    assert refused.status_code == 422 and "没有恢复" in refused.text
    assert file.read_bytes() == SHIPPED.read_bytes()


def test_what_the_form_does_not_know_is_told_and_stays_in_the_former_version(desk: FlaskClient, file: Path) -> None:
    file.write_text(SHIPPED.read_text(encoding="utf-8") + "\n[pigeon]\nname = '信鸽'\n", encoding="utf-8")
    page = open_page(desk, PROFILE)
    assert "文件里有本页没有的内容：pigeon。" in page.form.text
    assert page.press("save").status_code == 303
    assert "pigeon" not in answers(file) and "信鸽" in kept(file)[0].read_text(encoding="utf-8")


def test_a_file_that_cannot_be_read_is_told_and_can_be_restored(desk: FlaskClient, file: Path) -> None:
    open_page(desk, PROFILE).press("save", {"agency-short_name": "甲局"})
    file.write_text("[agency\n", encoding="utf-8")
    page = open_page(desk, PROFILE)
    assert page.response.status_code == 503 and "读不出来" in page.form.text
    data = {"csrf_token": page.form.value("csrf_token"), ".version": page.form.value(".version")}
    assert desk.post(f"{PROFILE}/restore", data=data | {"name": kept(file)[0].name}).status_code == 303
    assert file.read_bytes() == SHIPPED.read_bytes()


def test_a_file_that_may_not_be_written_is_shown_locked(
    desk: FlaskClient, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = open_page(desk, PROFILE)
    allowed = os.access
    monkeypatch.setattr(os, "access", lambda path, mode: mode != os.W_OK and allowed(path, mode))
    locked = open_page(desk, PROFILE)
    assert "只读" in locked.form.text and '<fieldset class="whole" disabled>' in locked.response.text
    assert "save" not in locked.form.buttons and "gipdocs reload" in locked.form.text
    assert page.press("save").status_code == 503 and file.read_bytes() == SHIPPED.read_bytes()


def test_a_letter_shows_the_unsaved_profile(desk: FlaskClient, file: Path) -> None:
    page = open_page(desk, PROFILE)
    letters = re.findall(r'<option value="([a-z-]+)"', page.response.text.partition('id="document"')[2])
    shown = page.press("preview", {"agency-name": "云岭县水务局"}, "/preview")
    assert shown.status_code == 200 and "云岭县水务局" in shown.text
    other = page.press("preview", {"agency-name": "云岭县水务局", ".document": letters[-1]}, "/preview")
    assert other.status_code == 200 and other.text != shown.text and "云岭县水务局" in other.text
    refused = page.press("preview", {"agency-name": ""}, "/preview")
    assert refused.status_code == 422 and "请填写“机关名称”。" in refused.text
    assert file.read_bytes() == SHIPPED.read_bytes()


def test_an_expired_page_saves_nothing_and_loses_nothing(desk: FlaskClient, file: Path) -> None:
    page = open_page(desk, PROFILE)
    refused = page.press("save", {"csrf_token": "x", "agency-short_name": "甲局"})
    assert refused.status_code == 400 and "甲局" in refused.text and file.read_bytes() == SHIPPED.read_bytes()


def test_the_desk_says_that_the_profile_is_the_sample_and_where_to_make_ones_own(desk: FlaskClient) -> None:
    html = desk.get("/desk/").text
    assert "示例机关的概况" in html and 'href="/desk/profile"' in html


def test_the_desk_of_an_office_with_its_own_profile_says_nothing(tmp_path: Path) -> None:
    text = SHIPPED.read_text(encoding="utf-8").replace("聊城市机关事务管理局", "云岭县水务局")
    (tmp_path / "agency.toml").write_text(text, encoding="utf-8")
    app = create_app(Settings(secret_key="test", agency=tmp_path / "agency.toml"))
    assert "示例机关的概况" not in app.test_client().get("/desk/").text
    app.extensions["gipdocs"].close()


def test_a_service_that_cannot_be_asked_says_what_to_do(desk: FlaskClient) -> None:
    saved = open_page(desk, PROFILE).press("save", {"agency-short_name": "甲局"})
    told = desk.get(saved.location)
    assert told.status_code == 200 and "gipdocs reload" in told.text and 'http-equiv="refresh"' not in told.text
    assert "还没有使用" in desk.get(PROFILE).text


@pytest.mark.parametrize(("attempts", "refused"), [(1, ""), (2, "插件small.py：写错了。")])
def test_the_page_waits_for_the_service_and_tells_why_it_has_refused(
    desk: FlaskClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, attempts: int, refused: str
) -> None:
    open_page(desk, PROFILE).press("save", {"agency-short_name": "甲局"})
    tmp_path.chmod(0o700)
    monkeypatch.setenv("GIPDOCS_RUN", str(tmp_path))
    master = {"pid": os.getppid(), **read_stat(os.getppid())}
    note = Note(pid=master["pid"], started=master["started"], attempts=attempts, refused=refused)
    (tmp_path / "service-8000.json").write_text(json.dumps(asdict(note)), encoding="utf-8")
    told = desk.get(f"{PROFILE}/wait?done=saved&after=1").text
    assert ('http-equiv="refresh"' in told) is not bool(refused)
    assert refused in told and ("仍用原来的一份" in told) is bool(refused)
