"""Every page of the service in the states in which people meet it, for tests of what all pages owe."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flask import Flask
from playwright.sync_api import Page

from gipdocs.access import keys
from gipdocs.access.actors import HERE
from gipdocs.app import create_app
from gipdocs.batch import ordering
from gipdocs.batch.orders import Order, OrderedRow
from gipdocs.batch.running import run_until_idle
from gipdocs.service import Service
from gipdocs.settings import Settings
from gipdocs.store.tables import BatchItemRow, BatchRow
from gipdocs.store.types import now
from tests.pictures import dated_app, fill
from tests.reports import county
from tests.web.people import NAMES, sign_in, store_of
from tests.web.test_cases import open_case, send

FRAME = "aside iframe:not(.coming)"


def stay(page: Page) -> None:
    """Look at the page as it opens."""


def check(page: Page) -> None:
    """Press the button that checks, and wait for what is said."""
    page.locator("#answers .actions button[value=check]").first.click()
    page.wait_for_selector(".summary, .notice")
    page.wait_for_load_state()


def fill_badly(page: Page) -> None:
    """Give a text that is too long and ask for a check."""
    field = page.locator("#answers input[type=text]:visible, #answers input:not([type]):visible").first
    field.fill("字" * 400)
    check(page)


def prepare_download(page: Page) -> None:
    page.click("text=下载以后怎么办")


def open_drawer(page: Page) -> None:
    page.click(".sides [data-side=letter]")
    page.frame_locator(FRAME).locator("p").first.wait_for()


def warn(page: Page) -> None:
    """Make a letter late, so that it comes with warnings."""
    page.fill("#date", "2027-03-02")
    check(page)


def send_too_much(page: Page) -> None:
    """Send more than the service takes."""
    page.evaluate("document.querySelector('#answers textarea').value = '字'.repeat(800_000)")
    page.locator("#answers .actions button[value=check]").first.click()
    page.wait_for_selector("main h1:not(:has-text('申请表'))")


def lose_cookies(page: Page) -> None:
    """Send the form from a browser that has lost its cookies."""
    page.context.clear_cookies()
    check(page)


def unfold(page: Page) -> None:
    """Open all that is folded."""
    page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true })")


def gather(*then: str) -> Callable[[Page], None]:
    """Choose some reports, have them read, and press further buttons."""

    def act(page: Page) -> None:
        files = [county.printed(0), county.printed(county.TWICE), county.printed(9), ("坏.docx", b"PK\3\4")]
        files += [(f"重报{name}", content) for name, content in [county.printed(10, "html")]]
        files += [("上年.json", county.as_json(county.earlier(0))), county.printed(10)]
        chosen = [{"name": name, "mimeType": "application/octet-stream", "buffer": content} for name, content in files]
        page.set_input_files("#file", chosen)  # type: ignore[arg-type]  # as Playwright's FilePayload
        page.fill("#due", "\n".join(county.DUE[:12]))
        page.click("button[value=gather]")
        page.wait_for_selector(".counts")
        unfold(page)
        for value in then:
            page.locator(f"button[value='{value}']:not(.default)").first.click()
            page.wait_for_load_state("networkidle")
            unfold(page)

    return act


def correct_without_reason(page: Page) -> None:
    """Correct a figure of a sum and forget the reason."""
    gather("sum")(page)
    page.click("a[href='#at-table3.granted.total']")
    page.fill("[name='given-table3.granted.total']", "7")
    page.locator("section:target button").click()
    page.wait_for_selector(".notice.bad")


def press(selector: str) -> Callable[[Page], None]:
    """Press what a selector finds."""

    def act(page: Page) -> None:
        page.locator(selector).first.click()
        page.wait_for_load_state("networkidle")

    return act


@dataclass(frozen=True)
class State:
    """A page and what is done on it; `place` may name a `{case}` or `{letter}` of the sample."""

    name: str
    place: str
    act: Callable[[Page], None] = stay
    size: tuple[int, int] = (1366, 768)


FORM, REPORT = "/documents/application-form", "/desk/documents/annual-report"
CITIZENS = (
    State("home", "/"),
    State("form", FORM),
    State("refused form", FORM, fill_badly),
    State("checked form", FORM, check),
    State("form after the download", FORM, prepare_download),
    State("correction of a record", "/documents/record-correction-application"),
    State("withdrawal", "/documents/withdrawal-application", check),
    State("envelope", "/documents/envelope"),
    State("guide to read", "/documents/guide/blank.html"),
    State("flow chart to read", "/documents/flowchart/blank.html"),
    State("too large a form", FORM, send_too_much),
    State("form without its cookie", FORM, lose_cookies),
    State("no such form", "/documents/nothing"),
    State("not for citizens", "/documents/reply-partial"),
)
DESK = (
    State("desk", "/desk/"),
    State("law", "/desk/law"),
    State("deadline", "/desk/deadlines?kind=suit_answer&received=2026-03-02"),
    State("deadlines", "/desk/deadlines"),
    State("judge", "/desk/judge"),
    State("judge, further on", "/desk/judge?withdrawn=no&correction=clear&kind=information"),
    State("judge, at the end", "/desk/judge?withdrawn=no&correction=clear&kind=petition"),
    State("empty letter", "/desk/documents/reply-partial"),
    State("letter with its preview", "/desk/documents/reply-partial?sample"),
    State("letter in a drawer", "/desk/documents/reply-partial?sample", open_drawer, (900, 614)),
    State("refused letter", "/desk/documents/reply-partial", check),
    State("letter with warnings", "/desk/documents/extension-notice?sample", warn),
    State("rows of rows", "/desk/documents/registration?sample"),
    State("fee notice", "/desk/documents/fee-notice?sample", check),
    State("catalogue", "/desk/documents/catalogue?sample"),
    State("report", REPORT),
    State("refused report", REPORT, check),
    State("table 3 of the report", f"{REPORT}?sample", press("#progress [data-part='4']")),
    State("whole report", f"{REPORT}?sample", press("#progress [data-part='all']")),
    State("reports to be gathered", "/desk/reports"),
    State("no report chosen", "/desk/reports", press("button[value=gather]")),
    State("gathered reports", "/desk/reports", gather()),
    State("sum of reports", "/desk/reports", gather("sum")),
    State("refused correction of a sum", "/desk/reports", correct_without_reason),
    State("two years of a report", "/desk/reports", gather("years:0")),
    State("two years without last year's", "/desk/reports", gather("years")),
    State("no such page", "/desk/nothing"),
    State("wrong day", "/desk/law?on=nonsense"),
)
ENGINEERS = (
    State("api", "/api/docs", press("summary")),
    State("api, all unfolded", "/api/docs", unfold),
    State("kinds of problem", "/api/problems", unfold),
    State("kind of problem", "/api/problems/refused"),
)
CASES = (
    State("cases", "/desk/cases"),
    State("no cases found", "/desk/cases?q=nothing"),
    State("due", "/desk/due"),
    State("new case", "/desk/cases/new"),
    State("refused new case", "/desk/cases/new", press(".actions button[value=open]")),
    State("case", "/desk/cases/{case}"),
    State("late case", "/desk/cases/{late}"),
    State("application of a case", "/desk/cases/{case}/application"),
    State("recording", "/desk/cases/{case}/record/note"),
    State("files of a case", "/desk/cases/{case}/files"),
    State("choice of a letter", "/desk/cases/{case}/letters"),
    State("judge in a case", "/desk/cases/{case}/judge?withdrawn=no&correction=clear&kind=information"),
    State("letter in a case", "/desk/cases/{case}/letters/reply-granted"),
    State("refused letter in a case", "/desk/cases/{case}/letters/reply-granted", press(".actions [value=check]")),
    State("draft", "/desk/cases/{late}/letters/extension-notice"),
    State("submitted letter", "/desk/cases/{late}/letters/receipt"),
    State("declaring a letter void", "/desk/letters/{letter}/void"),
    State("ledger", "/desk/ledger"),
    State("statistics", "/desk/statistics/2026"),
    State("audit trail", "/desk/audit"),
    State("last hash of the audit trail", "/desk/audit", press("details.derived summary")),
    State("audit trail with an unclear day", "/desk/audit?since=31"),
    State("how long a case is kept", "/desk/cases/{case}/keep"),
    State("no such case", "/desk/cases/2026-9999"),
)
BATCHES = (
    State("batches", "/desk/batches"),
    State("order of a batch", "/desk/documents/reply-granted/batch", unfold),
    State("refused order of a batch", "/desk/documents/reply-granted/batch", press(".ways button[value=order]")),
    State("batch being checked", "/desk/batches/{checking}"),
    State("batch with faults and warnings", "/desk/batches/{draft}"),
    State("batch under way", "/desk/batches/{running}"),
    State("finished batch", "/desk/batches/{done}"),
    State("deleting a batch", "/desk/batches/{done}/remove"),
    State("deleted batch", "/desk/batches/{expired}"),
)


def add_account(page: Page) -> None:
    """Add an account and see its link."""
    page.fill("#name", "冯静")
    page.check("input[name=roles][value=clerk]")
    page.click("main form .actions button")
    page.wait_for_selector("#code")


def make_key(page: Page) -> None:
    """Make a key and see it."""
    page.fill("#name", "办公系统")
    page.check("input[name=scopes][value=documents]")
    page.click("main form .actions button")
    page.wait_for_selector("#key")


REFUSED = press("main form .actions button")
ADMINISTRATION = (
    State("administrator's desk", "/desk/"),
    State("accounts", "/desk/accounts"),
    State("refused account", "/desk/accounts", REFUSED),
    State("link of an account", "/desk/accounts", add_account),
    State("account", "/desk/accounts/1"),
    State("keys", "/desk/keys"),
    State("refused key", "/desk/keys", REFUSED),
    State("new key", "/desk/keys", make_key),
    State("revoking a key", "/desk/keys/{key}/revoke"),
    State("administrator's trail", "/desk/audit"),
)
"""The pages of an installation with accounts that only its administrators see."""


def manned_app(folder: Path) -> Iterator[tuple[Flask, dict[str, str]]]:
    """The application with an account of each role and a key, and what to write for the names in a place."""
    app = create_app(Settings(secret_key="test", database=f"sqlite:///{folder}/register.db", access="accounts"))
    for role in NAMES:
        sign_in(app, role)
    keys.make_key(store_of(app), "门户网站", "live", ["documents"], networks=["10.1.0.0/16"], by=HERE)
    yield app, {"key": keys.list_keys(store_of(app))[0].id}
    app.extensions["gipdocs"].close()


def filled_app(folder: Path) -> Iterator[tuple[Flask, dict[str, str]]]:
    """The application with sample cases, and what to write for the names in a place."""
    with dated_app(folder) as app:
        client, service = app.test_client(), app.extensions["gipdocs"]
        assert isinstance(service, Service)
        case = fill(client, service)["case"]
        late = open_case(client, service, received="2026-10-12", confirmed="2026-10-12")
        kept = send(client, f"/desk/cases/{late}/letters/extension-notice", {"reason": "检索工作量较大"}, "draft")
        sent = send(client, f"/desk/cases/{late}/letters/receipt", {"date": "2026-10-13"}, "submit")
        assert (kept.status_code, sent.status_code) == (303, 303)
        letter = re.search(r"/desk/letters/(\d+)/void", client.get(f"/desk/cases/{case}").text)
        assert letter
        yield app, {"case": case, "late": late, "letter": letter[1], **dict(order_batches(service))}


def order_batches(service: Service) -> Iterator[tuple[str, str]]:
    """Batches in each of their states, by its name."""
    register, right = service.register, service.sample("reply-granted")
    assert register is not None
    late, wrong = {**right, "date": "2026-06-02"}, {**right, "date": "2026-02-30"}

    def order(*answers: dict[str, Any], start: bool = True) -> str:
        rows = [OrderedRow(answers=one, line=line) for line, one in enumerate(answers, 3)]
        wanted = Order(document="reply-granted", format="docx", rows=rows, start=start, source_name="三月.xlsx")
        return ordering.order(register, wanted, by=HERE)

    yield "draft", order(right, late, wrong, start=False)
    yield "done", order(right, right)
    yield "running", (running := order(right, right, start=False))
    yield "expired", (expired := order(right))
    run_until_idle(service)
    ordering.remove(register, expired, by=HERE)
    with register.store.writing() as session:
        batch = session.get_one(BatchRow, running)
        batch.state, batch.started_at = "running", now()
        session.get_one(BatchItemRow, (running, 1)).state = "refused"
        session.get_one(BatchItemRow, (running, 1)).faults = [
            {"pointer": "/date", "code": "x", "detail": "请核对日期。"}
        ]
    yield "checking", order(right, start=False)
