"""The pictures of docs/pictures, taken from a running service with a few sample cases on a fixed day.

`setup/take-pictures` takes all of them, `setup/take-pictures NAME…` those with these names. A new picture is a row of
PICTURES; cases that it needs are made by `fill`.
"""

from __future__ import annotations

import logging
import os
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, fields
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from gipdocs.app import create_app
from gipdocs.law import Office
from gipdocs.service import Service
from gipdocs.settings import PROJECT, Settings
from tests.offices import TODAY
from tests.reports import county
from tests.web.conftest import ARGUMENTS, CHROMIUM, serve
from tests.web.test_cases import open_case, record, send

FOLDER = PROJECT / "docs" / "pictures"
LARGEST = 119_000
"""Bytes that a picture may have."""
COLOURS = (256, 128, 64, 32)
DESKTOP, PHONE = (1366, 768), (390, 844)
SHORT = (1366, 430)
"""Above the field for a file, whose button the browser names in its own language."""


def stay(page: Page) -> None:
    """Take the page as it opens."""


def see_the_letter(page: Page) -> None:
    page.frame_locator("aside iframe:not(.coming)").locator("p").first.wait_for()


def fill_the_phone(page: Page) -> None:
    page.tap("input[name=applicant_kind][value=citizen]")
    page.fill("#name", "张晓彤")
    page.evaluate("document.querySelector('#answers .step').scrollIntoView()")


def turn_to_table_3(page: Page) -> None:
    page.click("#progress button[data-part='4']")


def begin_a_case(page: Page) -> None:
    page.fill("#received", "2026-11-23")
    page.select_option("#channel", "in_person")
    page.check("input[name=application-applicant_kind][value=citizen]")
    page.fill("#application-name", "张晓彤")
    page.evaluate("document.querySelector('.carried').open = false; scrollTo(0, 0)")


def see_the_next_step(page: Page) -> None:
    page.evaluate("document.querySelector('#next').scrollIntoView()")
    page.fill("#posted-facts-mail_number", "1234567890123")


def gather_reports(page: Page) -> None:
    """Have the reports of a county read, and unfold one that is to be sent back."""
    files = [*county.files(), *((f"{county.BODIES[i]}上年.json", county.as_json(county.earlier(i))) for i in range(40))]
    kind = "application/octet-stream"
    page.set_input_files("#file", [{"name": name, "mimeType": kind, "buffer": data} for name, data in files])
    page.fill("#due", "\n".join(county.DUE))
    page.click("button[value=gather]")
    page.wait_for_selector(".counts")
    page.click(".wrong details.standing > summary")
    page.evaluate("document.activeElement.blur(); scrollTo(0, 0)")


@dataclass(frozen=True, kw_only=True)
class Picture:
    """What is to be seen: `path` is the page with `{case}` or another name of `fill`, `act` what is done on it first."""

    name: str
    path: str
    size: tuple[int, int] = DESKTOP
    act: Callable[[Page], None] = stay
    whole: bool = False
    """Take the whole page and not only what fits the window."""


WIZARD = "?withdrawn=no&correction=clear&kind=information"
PICTURES = (
    Picture(name="home", path="/"),
    Picture(name="form-on-a-phone", path="/documents/application-form", size=PHONE, act=fill_the_phone),
    Picture(name="desk", path="/desk/"),
    Picture(name="due", path="/desk/due"),
    Picture(name="case", path="/desk/cases/{case}"),
    Picture(name="judge", path=f"/desk/cases/{{case}}/judge{WIZARD}"),
    Picture(name="new-case", path="/desk/cases/new", act=begin_a_case),
    Picture(name="cancel", path="/desk/cases/{case}/records/1/cancel"),
    Picture(name="service", path="/desk/cases/{answered}", act=see_the_next_step),
    Picture(name="ledger", path="/desk/ledger", size=SHORT),
    Picture(name="letter", path="/desk/documents/reply-partial?sample", act=see_the_letter),
    Picture(name="report", path="/desk/documents/annual-report?sample", act=turn_to_table_3),
    Picture(name="collected-reports", path="/desk/reports", size=(1366, 1240), act=gather_reports),
)


class DatedService(Service):
    """A service for which today is always the same day, so that its pictures change with its pages alone."""

    def office(self, today: date | None = None) -> Office:
        return super().office(today or TODAY)


@contextmanager
def dated_app(folder: Path) -> Iterator[Flask]:
    """The application on a fixed day, with an empty register in a folder."""
    app = create_app(Settings(secret_key="pictures", database=f"sqlite:///{folder}/pictures.db"))
    first: Service = app.extensions["gipdocs"]
    values = {field.name: getattr(first, field.name) for field in fields(Service)}
    app.extensions["gipdocs"] = dated = DatedService(**values)
    yield app
    dated.close()
    first.close()


def fill(client: FlaskClient, service: Service) -> Mapping[str, str]:
    """Open the sample cases; returns the numbers of those that are shown, by the names that paths have for them."""
    first = open_case(client, service, received="2026-10-28", confirmed="2026-10-28")
    record(client, first, "assigned", facts__officer="孙静", day="2026-10-29")
    answer = send(client, f"/desk/cases/{first}/letters/receipt", {"date": "2026-10-29"}, "issue")
    assert answer.status_code == 303, answer.text
    more: tuple[dict[str, Any], ...] = (
        {"name": "李建国", "info_title": "2025年度公务用车维修费用支出明细", "received": "2026-11-16"},
        {"name": "王秀兰", "info_title": "办公用房维修改造项目招标文件", "received": "2026-10-21"},
        {"name": "赵永强", "info_title": "机关食堂食材采购合同", "received": "2026-11-20"},
    )
    for changes in more:
        open_case(client, service, **changes, confirmed=changes["received"])
    return {"case": first, "answered": answered(client, service)}


def answered(client: FlaskClient, service: Service) -> str:
    """A case whose reply was issued and is to be served; returns its number."""
    case = open_case(
        client, service, name="周敏", info_title="2025年会议费支出明细", received="2026-11-02", confirmed="2026-11-02"
    )
    reply = {
        "provided-0": "2025年会议费支出明细",
        "medium": "paper",
        "delivery": "mail",
        "reviewed": "true",
        "service": "mail",
    }
    issued = send(client, f"/desk/cases/{case}/letters/reply-granted", reply | {"date": "2026-11-20"}, "issue")
    assert issued.status_code == 303, issued.text
    return case


def shrink(png: bytes) -> bytes:
    """The picture with as many colours as it may have; ValueError if it is too large with the fewest."""
    picture = Image.open(BytesIO(png)).convert("RGB")
    for colours in COLOURS:
        file = BytesIO()
        picture.quantize(colours, dither=Image.Dither.NONE).save(file, "PNG", optimize=True)
        if file.tell() <= LARGEST:
            return file.getvalue()
    raise ValueError("the picture is too large; take less of the page")


def main(names: list[str]) -> None:
    """Take the named pictures, or all."""
    wanted = [picture for picture in PICTURES if not names or picture.name in names]
    if unknown := set(names) - {picture.name for picture in PICTURES}:
        raise SystemExit(f"no such picture: {', '.join(sorted(unknown))}")
    if CHROMIUM is None:
        raise SystemExit("Chromium is not installed")
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    FOLDER.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as temporary:
        os.environ.setdefault("GIPDOCS_RUN", temporary)
        with dated_app(Path(temporary)) as app, sync_playwright() as playwright, contextmanager(serve)(app) as address:
            cases = fill(app.test_client(), app.extensions["gipdocs"])
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
            for picture in wanted:
                (FOLDER / f"{picture.name}.png").write_bytes(shrink(take(browser, picture, address, cases)))
            browser.close()


def take(browser: Browser, picture: Picture, address: str, cases: Mapping[str, str]) -> bytes:
    width, height = picture.size
    phone: dict[str, Any] = {"has_touch": True, "is_mobile": True} if picture.size == PHONE else {}
    context = browser.new_context(
        viewport={"width": width, "height": height}, reduced_motion="reduce", locale="zh-CN", **phone
    )
    page = context.new_page()
    page.set_default_timeout(15_000)
    page.goto(address + picture.path.format(**cases), wait_until="networkidle")
    picture.act(page)
    page.evaluate("document.activeElement.blur()")
    png = page.screenshot(full_page=picture.whole)
    context.close()
    return png


if __name__ == "__main__":
    main(sys.argv[1:])
