"""The audit trail at the desk: who sees which part, what it is called, and that no citizen is in it."""

from __future__ import annotations

import ast
import re
import shutil
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

import gipdocs
from gipdocs.access.actors import Actor
from gipdocs.access.permissions import permissions_of
from gipdocs.access.trail import OF_ADMINISTRATION, PAGE
from gipdocs.app import create_app
from gipdocs.profile.keeping import fingerprint
from gipdocs.register import cases
from gipdocs.register.amending import amend
from gipdocs.register.drafts import discard, save_draft, send_back, submit
from gipdocs.register.issuing import issue, void
from gipdocs.register.ledger_import import import_ledger
from gipdocs.register.ledger_reading import read_ledger
from gipdocs.register.opening import open_application
from gipdocs.register.papers import add_file, read_file
from gipdocs.register.reading import read_case
from gipdocs.register.recording import record_event
from gipdocs.register.register import Register
from gipdocs.service import Service
from gipdocs.settings import Settings
from gipdocs.store import audit
from gipdocs.store.tables import AuditRow
from gipdocs.web.trail import ACTIONS, FAMILIES, SUBJECTS, tell_detail
from tests.web.browser import open_page
from tests.web.people import NAMES, sign_in, store_of
from tests.web.test_cases import open_case

pytestmark = pytest.mark.slow

NAMED = re.compile(r"(?:[a-z]+)\.[a-z_-]+")
NOTING = ("note", "note_each", "_note", "_note_refusal", "is_noted")
CANARY = "金丝雀"


def noted_actions() -> set[str]:
    """Every action that is spelled where something is noted."""
    found: set[str] = set()
    for path in sorted(Path(gipdocs.__file__).parent.rglob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        if "audit" not in path.read_text(encoding="utf-8") and "note(" not in path.read_text(encoding="utf-8"):
            continue
        for call in ast.walk(tree):
            if isinstance(call, ast.Call) and getattr(call.func, "id", getattr(call.func, "attr", "")) in NOTING:
                given = [*call.args, *(one.value for one in call.keywords)]
                words = (one.value for one in given if isinstance(one, ast.Constant) and isinstance(one.value, str))
                found |= {word for word in words if NAMED.fullmatch(word)}
    return found


def test_every_action_that_is_noted_has_its_words() -> None:
    found = noted_actions()
    assert {"case.read", "letter.issued", "account.locked", "key.made", "session.refused"} <= found
    assert found - set(ACTIONS) == set()
    assert set(ACTIONS) - found == {audit.CUT, "ledger.imported"}  # by a constant


def test_every_action_is_about_a_kind_of_subject_that_has_its_word() -> None:
    assert set(OF_ADMINISTRATION) <= set(SUBJECTS)
    assert {action.partition(".")[0] for action in ACTIONS} - set(SUBJECTS) == {"session", "file"}


def table_of(html: str) -> list[str]:
    rows = re.findall(r"<tr>\s*(<td>.*?)</tr>", html, re.DOTALL)
    return [re.sub(r"\s+", " ", re.sub("<[^>]+>", "|", row)) for row in rows]


def test_an_auditor_sees_everything_and_an_administrator_his_part(accounts_app: Flask, service: Service) -> None:
    number = open_case(sign_in(accounts_app, "clerk"), service)
    everything = "\n".join(table_of(sign_in(accounts_app, "auditor").get("/desk/audit").text))
    part = "\n".join(table_of(sign_in(accounts_app, "administrator").get("/desk/audit").text))
    assert "登记案件" in everything and number in everything and "增加账号" in everything
    assert "增加账号" in part and "登录" in part and "案件" not in part and number not in part
    options = re.findall('<option value="([a-z._-]+)"', sign_in(accounts_app, "administrator").get("/desk/audit").text)
    assert {option.partition(".")[0] for option in options} == {*FAMILIES}


def test_rows_are_found_by_person_action_subject_and_day(accounts_app: Flask, service: Service) -> None:
    clerk, auditor = sign_in(accounts_app, "clerk"), sign_in(accounts_app, "auditor")
    number = open_case(clerk, service)
    clerk.get(f"/desk/cases/{number}")

    def found(query: str) -> list[str]:
        return table_of(auditor.get(f"/desk/audit?{query}").text)

    assert [row for row in found(f"subject={number}") if NAMES["clerk"] not in row] == []
    assert len(found(f"subject={number}&action=case.read")) == 1
    assert found(f"subject={number}&actor={NAMES['manager']}") == []
    today = service.office().today
    assert len(found(f"subject={number}&since={today}&until={today}")) == len(found(f"subject={number}"))
    assert found(f"subject={number}&until=2020-01-01") == []
    wrong = auditor.get("/desk/audit?since=31月")
    assert wrong.status_code == 422 and "从哪一天：" in wrong.text and 'value="31月"' in wrong.text


def test_older_rows_are_on_further_pages(accounts_app: Flask) -> None:
    auditor = sign_in(accounts_app, "auditor")
    with store_of(accounts_app).writing() as session:
        same = {"actor": "某系统", "action": "case.moved", "subject_kind": "case"}
        audit.note_each(session, {f"x{number}": {} for number in range(PAGE + 5)}, **same)
    first = auditor.get("/desk/audit?actor=某系统")
    assert len(table_of(first.text)) == PAGE and f"x{PAGE + 4}" in first.text
    (older,) = re.findall(r'href="([^"]*below=[^"]*)"', first.text)
    second = auditor.get(older.replace("&amp;", "&"))
    assert len(table_of(second.text)) == 5 and "x0|" in "\n".join(table_of(second.text))
    assert "最新的" in second.text and "更早的" not in second.text


def test_details_are_told_in_words() -> None:
    detail = {"kind": "posted", "place": 4, "roles": ["clerk"], "docx_hash": "a1" * 32, "empty": [], "alone": False}
    assert list(tell_detail(detail)) == [
        "种类：送达",
        "第几条：4",
        "角色：经办",
        "文件校验值：a1a1a1a1a1a1……",
        "一人办理：否",
    ]


def test_the_hash_of_the_last_row_is_there_to_be_noted(accounts_app: Flask) -> None:
    auditor = sign_in(accounts_app, "auditor")
    with store_of(accounts_app).reading() as session:
        head = audit.read_head(session)
    assert head and head.hash in auditor.get("/desk/audit").text
    assert head.hash not in sign_in(accounts_app, "administrator").get("/desk/audit").text


@pytest.mark.parametrize("below", [10**30, -(10**30)])
def test_a_row_beyond_all_bounds_is_no_fault(desk: FlaskClient, below: int) -> None:
    assert desk.get(f"/desk/audit?below={below}").status_code == 200


def test_an_installation_without_accounts_has_the_trail_too(register_app: Flask, service: Service) -> None:
    desk = register_app.test_client()
    number = open_case(desk, service)
    shown = desk.get("/desk/audit").text
    assert number in shown and "本机" in shown and 'aria-current="page">操作记录' in shown
    assert ">账号</a>" not in shown and desk.get("/desk/accounts").status_code == 404


@pytest.fixture
def register(register_app: Flask) -> Register:
    service: Service = register_app.extensions["gipdocs"]
    assert service.register is not None
    return service.register


def test_no_citizen_is_in_the_trail_of_a_whole_case(register: Register, service: Service, desk: FlaskClient) -> None:
    """Everything that may be typed in the story of a case holds a word; no row of the trail has it."""
    clerk = Actor(name="孙静", address="10.0.0.9", permissions=permissions_of(frozenset({"manager"})))
    application = marked(service.sample("application-form"))
    payload = {"received": "2026-03-02", "channel": "online", "confirmed": "2026-03-03", "application": application}
    number = open_application(register, payload, by=clerk)
    note = f"{CANARY}来电，电话13800138000"
    assigned = {"day": "2026-03-03", "facts": {"department": CANARY, "officer": "孙静"}, "note": note}
    record_event(register, number, "assigned", assigned, by=clerk)
    amend(register, number, application | {"info_description": f"{CANARY}改过"}, by=clerk)
    cases.cancel(register, number, 4, by=clerk, text=note)
    hash = add_file(register, number, "application", f"{CANARY}.pdf", "application/pdf", CANARY.encode(), by=clerk)
    read_file(register, number, hash, by=clerk)
    letter = save_draft(register, number, "receipt", {"anything": CANARY}, by=clerk)
    discard(register, letter, by=clerk)
    answers = service.sample("receipt") | {"number": None, "date": "2026-03-03"}
    answers = {key: value for key, value in answers.items() if value is not None}
    letter = save_draft(register, number, "receipt", answers, by=clerk)
    submit(register, letter, by=clerk)
    send_back(register, letter, by=clerk, text=note)
    issued = issue(register, number, "receipt", answers, by=clerk, letter=letter)
    void(register, issued.letter, by=clerk, reason=note)
    ledger = f"收到日期,申请人,申请人类别,申请内容,备注\n2026-03-02,{CANARY},公民,{CANARY},{note}\n"
    import_ledger(register, read_ledger(ledger.encode(), "台账.csv"), {}, by=clerk, dry_run=False)
    read_case(register, number, by=clerk)
    assert CANARY in desk.get(f"/desk/cases/{number}").text
    desk.post("/desk/search", data={"q": CANARY})
    assert desk.get(f"/desk/ledger.xlsx?text={CANARY}").status_code == 200
    with register.store.reading() as session:
        rows = [repr(vars(row)) for row in session.scalars(select(AuditRow))]
    assert (
        len(rows) > 15 and any("letter.void" in row for row in rows) and any("ledger.exported" in row for row in rows)
    )
    assert [row for row in rows if CANARY in row or "张晓彤" in row or "13800138000" in row] == []


def marked(application: dict[str, object]) -> dict[str, object]:
    """An application with the word in every text that takes any."""
    free = ("name", "address", "info_title")
    return {
        key: f"{CANARY}{value}" if key in free and isinstance(value, str) else value
        for key, value in application.items()
    }


@pytest.fixture
def desk(register_app: Flask) -> FlaskClient:
    return register_app.test_client()


def test_a_changed_profile_is_noted_with_its_version(tmp_path: Path) -> None:
    agency = tmp_path / "agency.toml"
    shutil.copy(Settings().agency, agency)
    app = create_app(Settings(secret_key="test", agency=agency, database=f"sqlite:///{tmp_path}/register.db"))
    assert open_page(app.test_client(), "/desk/profile").press("save").status_code == 303
    with store_of(app).reading() as session:
        (row,) = session.scalars(select(AuditRow).where(AuditRow.subject_kind == "profile"))
    assert (row.actor, row.action, row.subject_id) == ("本机", "profile.changed", fingerprint(agency.read_bytes()))
    app.extensions["gipdocs"].close()
