"""The office's own profile in a real browser: folded, followed by a letter, changed row by row."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from gipdocs.app import create_app
from gipdocs.profile.loading import load_profile
from gipdocs.settings import PROJECT, Settings
from tests.web.conftest import serve

pytestmark = pytest.mark.browser


@pytest.fixture
def office_file(tmp_path: Path) -> Path:
    return Path(shutil.copy(PROJECT / "agency.toml", tmp_path / "agency.toml"))


@pytest.fixture
def office_address(office_file: Path) -> Iterator[str]:
    app = create_app(Settings(secret_key="test", agency=office_file))
    yield from serve(app)
    app.extensions["gipdocs"].close()


def test_a_profile_is_made_ones_own_with_a_letter_beside_it(
    chromium: Browser, office_address: str, office_file: Path
) -> None:
    page = chromium.new_page(viewport={"width": 1366, "height": 768})
    page.goto(f"{office_address}/desk/")
    page.click("main .notice a")
    page.fill("#agency-name", "云岭县水务局")
    page.frame_locator("aside iframe:not(.coming)").get_by_text("云岭县水务局").first.wait_for()
    page.click("summary:has-text('其他公开形式')")
    page.click("button[value='remove:media-0']")
    page.locator("fieldset#media > fieldset.row").nth(3).wait_for(state="detached")
    page.click("summary:has-text('有管辖权的人民法院')")
    page.fill("#court-postcode", "12")
    page.click("button[value=save]")
    page.click(".summary a:has-text('邮政编码')")
    assert page.evaluate("location.hash") == "#court-postcode" and page.is_visible("#court-postcode")
    page.fill("#court-postcode", "252001")
    page.click("button[value=save]")
    page.wait_for_selector("h1:has-text('机关概况已经保存')")
    profile = load_profile(office_file)
    assert (profile.name, profile.court.postcode, len(profile.media)) == ("云岭县水务局", "252001", 3)
    page.goto(f"{office_address}/desk/profile")
    page.click("button:has-text('恢复')")
    page.wait_for_url("**/desk/**")
    assert load_profile(office_file).is_shipped
    page.close()


@pytest.mark.parametrize(("width", "height"), [(1366, 768), (1093, 614), (390, 844), (320, 640)])
def test_the_profile_never_scrolls_sideways(chromium: Browser, office_address: str, width: int, height: int) -> None:
    page = chromium.new_page(viewport={"width": width, "height": height})
    page.goto(f"{office_address}/desk/profile")
    page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
    assert page.evaluate("document.documentElement.scrollWidth") == width
    page.close()
