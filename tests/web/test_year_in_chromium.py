"""From the register to the annual report in a real browser, as a clerk does it in January, on a desktop and on a phone."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page

from gipdocs.service import Service
from tests.register.year_of_cases import enter_2025
from tests.web.conftest import serve

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def address(register_app: Flask) -> Iterator[str]:
    """Where a browser finds the application with the cases of 2025."""
    service: Service = register_app.extensions["gipdocs"]
    assert service.register is not None
    enter_2025(service.register, service)
    yield from serve(register_app)


def bring(page: Page, part: int) -> None:
    """Turn to a part and fill it from the register."""
    page.click(f"#progress [data-part='{part}']")
    page.click(f"#part-{part} >> text=从台账带入")
    page.wait_for_selector(f"#part-{part} .ledger [role=status] >> text=已从台账带入2025年的数字")


def test_tables_and_sentences_come_from_the_register_and_lead_to_its_cases(chromium: Browser, address: str) -> None:
    for width in (1280, 390):
        context = chromium.new_context(viewport={"width": width, "height": 844})
        page = context.new_page()
        page.goto(f"{address}/desk/documents/annual-report")
        page.fill("#year", "2025")
        for part in (4, 5, 7):
            bring(page, part)
        assert (
            page.input_value("#table3-rows-sum-6") == "8" and page.input_value("#table4-reconsideration-total") == "3"
        )
        assert page.input_value("#processing_fee-yuan") == "400"

        page.click("#progress [data-part='4']")
        page.click("#part-4 .sources summary")
        with context.expect_page() as coming:
            page.click("#part-4 .sources a[href$='table3.granted.natural_person']")
        coming.value.wait_for_selector("text=共3件")
        coming.value.close()

        page.click("#progress [data-part='2']")
        page.fill("#narrative-requests", "开设了申请公开服务窗口。")
        page.click("#look-narrative-requests")
        page.click("#write-narrative-requests")
        page.wait_for_selector("#narrative-requests-offer [role=status] >> text=已经写入")
        written = page.input_value("#narrative-requests").splitlines()
        assert written[0] == "开设了申请公开服务窗口。" and "共8件" in written[1] and len(written) == 3
        assert page.is_visible("#part-2") and page.evaluate("document.documentElement.scrollWidth") <= width
        context.close()


def test_sentences_are_taken_over_without_javascript(chromium: Browser, address: str) -> None:
    context = chromium.new_context(viewport={"width": 390, "height": 844}, java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{address}/desk/documents/annual-report")
    page.fill("#year", "2025")
    page.click("#progress >> text=总体情况")
    page.click("#write-narrative-supervision")
    page.wait_for_selector("#narrative-supervision-offer >> text=已经写入")
    assert "2025年以前申请" in page.input_value("#narrative-supervision")
    assert page.is_visible("#part-2") and page.input_value("#year") == "2025"
    context.close()
