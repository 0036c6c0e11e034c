"""Who may do what in the register, at the one place where it is done: whatever face asks, the answer is the same."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from sqlalchemy import func, select

from gipdocs.access.actors import HERE, NOBODY, Actor
from gipdocs.access.permissions import ROLES, Permission, permissions_of
from gipdocs.errors import Forbidden
from gipdocs.register import cases
from gipdocs.register.amending import amend
from gipdocs.register.drafts import approve, discard, keep_draft, prefilled, save_draft, send_back, submit
from gipdocs.register.events import KINDS, permission_for
from gipdocs.register.finding import Filter
from gipdocs.register.issuing import issue, void
from gipdocs.register.ledger import export_ledger
from gipdocs.register.ledger_import import import_ledger
from gipdocs.register.ledger_reading import read_ledger
from gipdocs.register.letters import read_letter
from gipdocs.register.opening import open_application
from gipdocs.register.papers import add_file, make_pdf, read_file
from gipdocs.register.reading import read_case
from gipdocs.register.recording import correct_event, record_event
from gipdocs.register.register import Register
from gipdocs.register.retention import confirm_erasure, hold, propose_erasure
from gipdocs.service import Service
from gipdocs.store.tables import AuditRow, EventRow, LetterRow
from tests.register.making import event

pytestmark = pytest.mark.slow

PEOPLE = {role: Actor(name=role, permissions=permissions_of(frozenset({role}))) for role in ROLES} | {"": NOBODY}
READ, WRITE, ISSUE = {"clerk", "manager", "auditor"}, {"clerk", "manager"}, {"manager"}
DAY = {"day": "2026-03-05"}
EXTENDED = DAY | {"facts": {"working_days": 15}}
ACTS: dict[str, tuple[set[str], Callable[..., Any]]] = {
    "read a case": (READ, lambda r, n, by: read_case(r, n, by=by)),
    "read a letter": (READ, lambda r, n, by: read_letter(r, 1, by=by)),
    "read a file": (READ, lambda r, n, by: read_file(r, n, "0" * 64, by=by)),
    "make a PDF": (READ, lambda r, n, by: make_pdf(r, 99, by=by)),
    "fill in": (READ, lambda r, n, by: prefilled(r, n, "receipt", by=by)),
    "export the ledger": (READ, lambda r, n, by: export_ledger(r, Filter(), by=by)),
    "open": (WRITE, lambda r, n, by: open_application(r, opening(r), by=by)),
    "record": (WRITE, lambda r, n, by: record_event(r, n, "verified", DAY, by=by)),
    "correct": (WRITE, lambda r, n, by: cases.cancel(r, n, 4, by=by, text="记错")),
    "correct by another": (WRITE, lambda r, n, by: correct_event(r, n, 4, "assigned", DAY, by=by, reason="记错")),
    "amend": (WRITE, lambda r, n, by: amend(r, n, application(r), by=by)),
    "add a file": (WRITE, lambda r, n, by: add_file(r, n, "other", "a.txt", "text/plain", b"a", by=by)),
    "save": (WRITE, lambda r, n, by: save_draft(r, n, "receipt", {}, by=by)),
    "keep": (WRITE, lambda r, n, by: keep_draft(r, n, "reply-granted", {}, by=by)),
    "submit": (WRITE, lambda r, n, by: submit(r, 1, by=by)),
    "discard": (WRITE, lambda r, n, by: discard(r, 1, by=by)),
    "import": (WRITE, lambda r, n, by: import_ledger(r, ledger(), {}, by=by, dry_run=False)),
    "extend": (ISSUE, lambda r, n, by: record_event(r, n, "extended", EXTENDED, by=by)),
    "correct a decision": (ISSUE, lambda r, n, by: cases.cancel(r, n, 5, by=by, text="记错")),
    "approve": (ISSUE, lambda r, n, by: approve(r, 1, by=by)),
    "send back": (ISSUE, lambda r, n, by: send_back(r, 1, by=by, text="请改")),
    "issue": (ISSUE, lambda r, n, by: issue(r, n, "receipt", {"date": "2026-03-05"}, by=by)),
    "declare void": (ISSUE, lambda r, n, by: void(r, 1, by=by, reason="写错")),
    "hold": (ISSUE, lambda r, n, by: hold(r, n, date(2037, 1, 1), by=by, text="调阅")),
    "propose erasure": (ISSUE, lambda r, n, by: propose_erasure(r, n, by=by)),
    "confirm erasure": (ISSUE, lambda r, n, by: confirm_erasure(r, n, by=by)),
}
"""Each act with the roles that may do it: as the table of roles has it, not as the program does."""


def application(register: Register) -> dict[str, Any]:
    return {"applicant_kind": "citizen", "name": "张晓彤", "info_content": "一份清单"}


def opening(register: Register) -> dict[str, Any]:
    return {"received": "2026-03-02", "channel": "in_person", "application": application(register)}


def ledger() -> Any:
    return read_ledger("收到日期,申请人,申请人类别,申请内容\n2026-03-02,张三,公民,清单\n".encode(), "台账.csv")


@pytest.fixture
def number(register: Register, opened: Callable[..., str]) -> str:
    """A case with an assignment, a decision and a draft."""
    found = opened()
    cases.record(register, found, event("assigned", "2026-03-03", officer="孙静"), by=HERE)
    cases.record(register, found, event("extended", "2026-03-04", working_days=15), by=HERE)
    save_draft(register, found, "receipt", {}, by=HERE)
    return found


def counted(register: Register) -> tuple[int, ...]:
    with register.store.reading() as session:
        return tuple(
            session.scalar(select(func.count()).select_from(table)) or 0 for table in (EventRow, LetterRow, AuditRow)
        )


@pytest.mark.parametrize("act", ACTS)
def test_an_act_is_refused_to_everybody_else_and_leaves_no_trace(
    act: str, register: Register, number: str, service: Service
) -> None:
    may, do = ACTS[act]
    before = counted(register)
    for role, person in PEOPLE.items():
        if role not in may:
            with pytest.raises(Forbidden):
                do(register, number, person)
    assert counted(register) == before


@pytest.mark.parametrize("act", ACTS)
def test_an_act_is_not_refused_for_want_of_a_permission_to_those_who_may(
    act: str, register: Register, number: str
) -> None:
    may, do = ACTS[act]
    for role in sorted(may):
        try:
            do(register, number, PEOPLE[role])
        except Forbidden:
            raise
        except Exception:  # whatever else this case doesn't allow is another matter
            continue


def test_decisions_are_those_that_whoever_issues_letters_makes() -> None:
    deciding = {kind for kind in KINDS if permission_for(kind) is Permission.ISSUE}
    assert deciding == {"extended", "delayed", "returned", "approved", "held", "erased"}


def test_whoever_may_write_is_shown_what_was_written(register: Register, number: str) -> None:
    portal = Actor(name="门户", key="abcdefgh", permissions=frozenset({Permission.WRITE_CASES}))
    assert read_case(register, number, by=portal).number == number
    with pytest.raises(Forbidden, match="另发一把有这项权限的密钥"):
        issue(register, number, "receipt", {}, by=portal)
