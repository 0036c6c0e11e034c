"""An office on several machines: people and programs go on whichever part is killed, and nothing is lost or doubled."""

from __future__ import annotations

import json
import os
import secrets
import signal
import subprocess
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from io import BytesIO
from typing import Any
from zipfile import ZipFile

import pytest
from redis import Redis
from sqlalchemy import func, select

from bench.soak import text_of
from gipdocs.access.accounts import add_account
from gipdocs.access.actors import HERE
from gipdocs.access.keys import make_key
from gipdocs.access.permissions import ROLES
from gipdocs.access.proving import take_up
from gipdocs.pdf.broker import IN_SECONDS
from gipdocs.service import Service
from gipdocs.store import audit
from gipdocs.store.engine import Store, open_store
from gipdocs.store.tables import BatchFileRow, BatchItemRow, BatchRow, CaseRow, LetterRow
from tests.growth import GIPDOCS, NODES, PATIENCE_SECONDS, WEBS, PersistentCaller, Site, SwitchedBrowser, running_site
from tests.network import can_be_apart
from tests.pdf.processes import wait_for

pytestmark = [pytest.mark.slow, pytest.mark.alone, pytest.mark.converter]

PASSWORD = "kuangquanshui 台灯 7 号"
SCOPES = ("documents", "cases:read", "cases:write", "letters:issue", "batches")
CLERKS, LETTERS, ROWS = 2, 4, 30
"""So many at once; so many letters are seen after each kill; so many rows has a batch."""


def name_of(family: str, place: int) -> str:
    """A name that nobody else has, in signs that every font has."""
    return family + str(place).translate(str.maketrans("0123456789", "零一二三四五六七八九"))


@pytest.fixture(scope="module", params=["apart", "loopback"])
def site(request: pytest.FixtureRequest) -> Iterator[Site]:
    """The office: on networks of their own where this user may make them, and on one machine's loopback in any case."""
    if request.param == "apart" and not can_be_apart():
        pytest.skip("this user may make no networks")
    with running_site(apart=request.param == "apart") as site:
        yield site


@pytest.fixture(scope="module")
def store(site: Site) -> Iterator[Store]:
    """The office's database, as another program sees it."""
    store = open_store(site.database_url)
    yield store
    store.close()


@pytest.fixture(scope="module")
def caller(site: Site, store: Store) -> PersistentCaller:
    """A program with a key."""
    return PersistentCaller(site, make_key(store, "门户", "live", SCOPES, by=HERE))


@dataclass
class Clerk:
    """A program that opens cases, answers each with a letter and fetches its PDF, until told to stop."""

    name: str
    caller: PersistentCaller
    service: Service
    letters: dict[str, str] = field(default_factory=dict)
    """The numbers of letters that came right, by those of their cases."""
    faults: list[str] = field(default_factory=list)
    stop: threading.Event = field(default_factory=threading.Event)

    def work(self) -> None:
        """One case after the other."""
        while not self.stop.is_set() and not self.faults:
            try:
                self.answer(len(self.letters) + 1)
            except Exception as error:  # told by the test, in whose thread this isn't
                self.faults.append(f"{type(error).__name__}: {error}")

    def answer(self, place: int) -> None:
        """Open a case, issue its letter and check the PDF; what got no answer is asked again, as the API permits."""
        name = name_of(self.name, place)
        arrival = {"channel": "online", "received": "2026-03-02", "confirmed": "2026-03-03"}
        application = self.service.sample("application-form") | {"name": name}
        key = {"Idempotency_Key": f"{self.name}-{place}".encode().hex()}
        status, content = self.caller.ask("POST", "/cases", {"application": application, **arrival}, **key)
        assert status == 201, content
        case = json.loads(content)
        letter = self._issue(case, name)
        status, pdf = self.caller.ask("GET", f"/letters/{letter['id']}/file?format=pdf")
        assert status == 200, pdf
        text = text_of(pdf)
        assert f"{name}：" in text and letter["number"] in text, f"{letter['number']} is not {name}'s"
        self.letters[case["number"]] = letter["number"]

    def _issue(self, case: Any, name: str) -> Any:
        """The letter of a case: with the version of the case it is issued once, however often it is sent."""
        answers = self.service.sample("correction-notice")
        answers.pop("number")
        answers["application"] |= {"name": name}
        body, path = (
            {"document": "correction-notice", "answers": answers, "issue": True},
            f"/cases/{case['number']}/letters",
        )
        status, content = self.caller.ask("POST", path, body, If_Match=f'"{case["version"]}"')
        if status == 201:
            return json.loads(content)
        assert status == 412, content
        [letter] = json.loads(self.caller.ask("GET", path)[1])["letters"]
        return letter


def test_who_signs_in_at_one_web_machine_has_signed_in_at_the_other(site: Site, store: Store) -> None:
    take_up(store, add_account(store, "王芳", ROLES, by=HERE), PASSWORD, address="10.8.0.1")
    browser = SwitchedBrowser(site)
    first, second = WEBS
    assert browser.get(first, "/desk/")[0] == 303
    assert browser.get(second, "/desk/sign-in")[0] == 200
    assert browser.post(first, "/desk/sign-in", name="王芳", password=PASSWORD)[0] == 303
    for web in WEBS:
        status, page = browser.get(web, "/desk/")
        assert status == 200 and "王芳" in page
    browser.get(first, "/desk/account")
    status, page = browser.post(second, "/desk/sign-out")
    assert status == 303 and browser.get(first, "/desk/")[0] == 303


def test_a_case_that_is_opened_at_one_is_answered_at_the_other(
    site: Site, caller: PersistentCaller, service: Service
) -> None:
    first, second = (replace(caller, webs=[web]) for web in WEBS)
    clerk = Clerk("孙", first, service)
    body = {"application": service.sample("application-form"), "channel": "online", "received": "2026-03-02"}
    status, content = first.ask("POST", "/cases", body | {"confirmed": "2026-03-03"}, Idempotency_Key="ab12")
    assert status == 201
    again = second.ask("POST", "/cases", body | {"confirmed": "2026-03-03"}, Idempotency_Key="ab12")
    assert again == (status, content)
    letter = replace(clerk, caller=second)._issue(json.loads(content), service.sample("application-form")["name"])
    status, pdf = first.ask("GET", f"/letters/{letter['id']}/file?format=pdf")
    assert status == 200 and letter["number"] in text_of(pdf)


def test_the_office_goes_on_whatever_is_killed(
    site: Site, store: Store, caller: PersistentCaller, service: Service
) -> None:
    clerks = [
        Clerk(name, replace(caller, webs=webs), service) for name, webs in zip("赵钱", (WEBS, WEBS[::-1]), strict=True)
    ]
    threads = [threading.Thread(target=clerk.work, name=clerk.name) for clerk in clerks[:CLERKS]]
    for thread in threads:
        thread.start()
    try:
        _goes_on(clerks)
        _kill_each(site, clerks)
    finally:
        for clerk in clerks:
            clerk.stop.set()
        for thread in threads:
            thread.join()
    assert [clerk.faults for clerk in clerks] == [[], []]
    _compare(store, clerks)
    _check_register(site)
    with Redis.from_url(site.engine_url) as broker:  # an answer for somebody who was killed is soon gone
        left = [name for name in broker.keys("*") if name.startswith((b"in:", b"out:"))]
        assert all(0 < int(broker.ttl(name)) <= IN_SECONDS for name in left)


def _kill_each(site: Site, clerks: list[Clerk]) -> None:
    parts = site.parts
    for node in NODES:
        parts[node].kill()
        _goes_on(clerks)
    for node in NODES:
        parts[node].start()
    _goes_on(clerks)
    parts["broker"].kill()
    _goes_on(clerks)
    parts["broker"].start()
    _goes_on(clerks)
    for web in WEBS:
        parts[web].kill()
        _goes_on(clerks)
        parts[web].start()
        site.wait_for_web(web)
    parts["database"].kill(signal.SIGQUIT)  # at once, as if the power had failed
    parts["database"].start()
    _goes_on(clerks)


def _goes_on(clerks: list[Clerk]) -> None:
    """Each clerk has further letters that came right."""
    wanted = [len(clerk.letters) + LETTERS for clerk in clerks]

    def is_so() -> bool:
        assert [clerk.faults for clerk in clerks] == [[], []]
        return all(len(clerk.letters) >= count for clerk, count in zip(clerks, wanted, strict=True))

    wait_for(is_so, seconds=PATIENCE_SECONDS)


def _compare(store: Store, clerks: list[Clerk]) -> None:
    """The register has each case and letter of the clerks once, and their numbers have no gap."""
    told = {case: number for clerk in clerks for case, number in clerk.letters.items()}
    with store.reading() as session:
        issued = select(CaseRow.number, LetterRow.number, LetterRow.serial).join(
            CaseRow, LetterRow.case_id == CaseRow.id
        )
        rows = session.execute(issued.where(LetterRow.state == "issued")).all()
        serials = session.scalars(select(CaseRow.serial)).all()
        assert audit.verify(session) is None
    found = {case: number for case, number, _ in rows}
    assert len(rows) == len(found) and told.items() <= found.items()
    assert len(found) - len(told) <= 1, "beside those of the clerks there is the one of another test"
    assert sorted(serial for _, _, serial in rows) == list(range(1, len(rows) + 1))
    assert sorted(serials) == list(range(1, len(rows) + 1))


def _check_register(site: Site) -> None:
    environment = {**os.environ, "GIPDOCS_DATABASE": site.database_url}
    checked = subprocess.run(
        [GIPDOCS, "register", "check"], env=environment, capture_output=True, text=True, check=False
    )
    assert checked.returncode == 0, checked.stdout + checked.stderr


def test_a_batch_goes_on_whichever_machine_works_on_it(
    site: Site, store: Store, caller: PersistentCaller, service: Service
) -> None:
    batch = _order(caller, service)
    first = wait_for(lambda: _at_work(site), seconds=PATIENCE_SECONDS)
    wait_for(lambda: _made(store, batch) >= 3, seconds=PATIENCE_SECONDS)
    os.kill(site.parts[first].runner, signal.SIGKILL)
    _is_finished(store, batch)
    status, content = replace(caller, webs=WEBS[1:]).ask("GET", f"/batches/{batch}/archive")
    assert status == 200
    with ZipFile(BytesIO(content)) as archive:
        texts = [text_of(archive.read(name)) for name in sorted(archive.namelist()) if name.endswith(".pdf")]
    assert len(texts) == ROWS
    for place, text in enumerate(texts, 1):
        assert f"{name_of('周', place)}：" in text


@pytest.mark.parametrize("site", ["apart"], indirect=True)
def test_a_batch_goes_on_when_its_machine_is_cut_off(
    site: Site, store: Store, caller: PersistentCaller, service: Service
) -> None:
    batch = _order(caller, service)
    first = wait_for(lambda: _at_work(site), seconds=PATIENCE_SECONDS)
    wait_for(lambda: _made(store, batch) >= 1, seconds=PATIENCE_SECONDS)
    site.places[first].unplug()
    try:
        _is_finished(store, batch)
    finally:
        site.places[first].plug_in()
    site.wait_for_web(first)


def _order(caller: PersistentCaller, service: Service) -> str:
    """A batch that is ordered at the first web machine and begins by itself."""
    items = [{"answers": {"application": {"name": name_of("周", place)}}} for place in range(1, ROWS + 1)]
    body = {"document": "receipt", "format": "pdf", "base": service.sample("receipt"), "items": items}
    status, content = replace(caller, webs=WEBS[:1]).ask("POST", "/batches", body, Idempotency_Key=secrets.token_hex(8))
    assert status == 202, content
    id: str = json.loads(content)["id"]
    return id


def _at_work(site: Site) -> str:
    """The web machine whose runner works, "" if there is none."""
    return next((name for name in WEBS if site.parts[name].runner), "")


def _made(store: Store, batch: str) -> int:
    with store.reading() as session:
        return (
            session.scalar(select(func.count()).where(BatchItemRow.batch_id == batch, BatchItemRow.state == "done"))
            or 0
        )


def _is_finished(store: Store, batch: str) -> None:
    """Every row has one file, its own."""

    def state() -> str:
        with store.reading() as session:
            return session.scalar(select(BatchRow.state).where(BatchRow.id == batch)) or ""

    wait_for(lambda: state() == "done", seconds=PATIENCE_SECONDS)
    with store.reading() as session:
        files = session.execute(
            select(BatchFileRow.place, BatchFileRow.content).where(BatchFileRow.batch_id == batch)
        ).all()
    assert sorted(place for place, _ in files) == list(range(1, ROWS + 1))
    for place, content in files:
        assert f"{name_of('周', place)}：" in text_of(content)
