"""One reply for many cases: each letter has its own number, event and file, and none is issued twice."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, timedelta
from io import BytesIO
from random import Random
from typing import Any
from zipfile import ZipFile

import pytest
from sqlalchemy import func, select, update

from gipdocs.access import accounts, keys
from gipdocs.access.actors import HERE, Actor
from gipdocs.access.permissions import ROLES, Permission
from gipdocs.access.recalling import recall
from gipdocs.batch import batches, ordering
from gipdocs.batch.batches import BatchItem
from gipdocs.batch.letters import make_letter, order_letters, order_submitted
from gipdocs.batch.orders import Order, OrderedRow
from gipdocs.batch.running import check_some, end_finished, run_until_idle, start_due
from gipdocs.batch.trying import try_order
from gipdocs.errors import Forbidden, FormatNotOffered, InvalidInput, StepForbidden
from gipdocs.profile import NumberingChoices
from gipdocs.register import cases as book
from gipdocs.register import drafts, letters, reading
from gipdocs.register.amending import amend
from gipdocs.register.finding import Filter
from gipdocs.register.issuing import issue
from gipdocs.register.ledger import ledger_lines
from gipdocs.register.register import Register
from gipdocs.service import Service
from gipdocs.store import audit
from gipdocs.store.engine import Store
from gipdocs.store.tables import BatchItemRow, CaseRow, EventRow, LetterRow
from gipdocs.store.types import now
from tests.batch.killing import TODAY, serve
from tests.register.lettering import last_drawn, letter_numbers, letter_serials
from tests.register.making import event, open_sample

pytestmark = pytest.mark.slow

REPLY = "reply-granted"
SHARED = {"provided": ["2025年市区地图"], "reviewed": True}
NAMES = ("张晓彤", "李桂芬", "王建国", "赵敏", "钱多", "孙静")


@pytest.fixture
def register(store: Store, service: Service) -> Iterator[Register]:
    yield Register(
        store=store,
        registry=service.registry,
        office=lambda: service.office(TODAY),
        converter=lambda: service.converter,
    )


@pytest.fixture
def ours(service: Service, store: Store, register: Register) -> Service:
    """The service with this register."""
    return serve(service, store, register)


@pytest.fixture
def neighbours(register: Register, service: Service) -> Callable[[int], list[str]]:
    """Opens so many cases in which the same is asked, each by somebody else."""
    return lambda count: [
        open_sample(register, service, name=f"{NAMES[i % len(NAMES)]}{'甲乙丙丁戊己庚辛'[i // len(NAMES)]}")
        for i in range(count)
    ]


def ordered(register: Register, numbers: list[str], *, by: Actor = HERE, **more: Any) -> str:
    """The id of a batch of letters in DOCX."""
    return order_letters(register, REPLY, numbers, SHARED | more.pop("shared", {}), by=by, format="docx", **more)


def rows_of(register: Register, id: str) -> list[BatchItem]:
    return batches.list_rows(register, id, by=HERE)


def made(ours: Service, register: Register, id: str, *, by: Actor = HERE) -> list[BatchItem]:
    """The rows of a batch after its check, start and end."""
    run_until_idle(ours)
    ordering.start(register, id, by=by, skip_invalid=True)
    run_until_idle(ours)
    return rows_of(register, id)


def text_of(content: bytes) -> str:
    with ZipFile(BytesIO(content)) as docx:
        return docx.read("word/document.xml").decode()


def count_of(register: Register, table: type[EventRow] | type[LetterRow], *where: Any) -> int:
    with register.store.reading() as session:
        return session.scalar(select(func.count()).select_from(table).where(*where)) or 0


def is_sound(register: Register) -> bool:
    with register.store.reading() as session:
        return audit.verify(session) is None


def test_forty_cases_get_forty_letters_in_order(
    register: Register, ours: Service, neighbours: Callable[[int], list[str]]
) -> None:
    numbers = neighbours(40)
    id = ordered(register, numbers)
    rows = made(ours, register, id)
    assert [(row.case_number, row.state) for row in rows] == [(number, "done") for number in numbers]
    assert letter_serials(register) == [*range(1, 41)] and last_drawn(register) == 40
    assert count_of(register, EventRow, EventRow.kind == "answered") == 40
    issued = [letters.list_letters(register, number) for number in numbers]
    assert [one[0].number for one in issued] == letter_numbers(register)
    for number, row, (letter,) in zip(numbers, rows, issued, strict=True):
        name, content = batches.read_batch_file(register, id, row.place, by=HERE)
        applicant = reading.read_case(register, number, by=HERE).application["name"]
        assert letter.id == row.letter_id and letter.number in name
        assert applicant in text_of(content) and number in text_of(content)
    assert is_sound(register)


def test_a_letter_of_a_batch_is_what_one_issued_by_hand_is(register: Register, ours: Service, service: Service) -> None:
    one, other = (open_sample(register, service) for _ in range(2))
    made(ours, register, ordered(register, [one]))
    issue(register, other, REPLY, drafts.prefilled(register, other, REPLY, by=HERE) | SHARED, by=HERE)
    with register.store.reading() as session:
        by_batch, by_hand = ledger_lines(session, Filter(), register.office())
    told_apart = {key for key in by_batch if by_batch[key] != by_hand[key]}
    assert {str(by_batch[key]) for key in told_apart} <= {one, *letter_numbers(register)}
    assert letters.read_letter(register, 1, by=HERE).answers == letters.read_letter(register, 2, by=HERE).answers | {
        "number": letter_numbers(register)[0],
        "application_no": one,
    }


@pytest.mark.parametrize(
    ("shared", "pointer", "code"),
    [
        ({"application": {"name": "张晓彤"}}, "/base/application", "single"),
        ({"clock": {"received": "2026-03-02"}}, "/base/clock", "single"),
        ({"draft": True}, "/base/draft", "draft"),
        ({"number": "聊机管公开〔2026〕9号"}, "/base/number", "single"),
        ({"application_no": "2026-0001"}, "/base/application_no", "single"),
    ],
    ids=["applicant", "clock", "draft", "number", "case"],
)
def test_what_belongs_to_one_case_is_not_shared(
    register: Register, service: Service, shared: dict[str, Any], pointer: str, code: str
) -> None:
    number = open_sample(register, service)
    with pytest.raises(InvalidInput) as raised:
        ordered(register, [number], shared=shared)
    assert [(fault.pointer, fault.code) for fault in raised.value.faults] == [(pointer, code)]


def test_every_row_needs_a_case_of_its_own(register: Register, service: Service) -> None:
    number = open_sample(register, service)
    with pytest.raises(InvalidInput) as raised:
        ordered(register, [number, "2030-0001", number, ""])
    faults = [(fault.pointer, fault.code) for fault in raised.value.faults]
    assert faults == [("/items/1/case", "unknown"), ("/items/2/case", "repeated"), ("/items/3/case", "required")]
    with pytest.raises(FormatNotOffered):
        order_letters(register, REPLY, [number], SHARED, by=HERE, format="html")


def test_a_case_is_believed_rather_than_what_all_share_unless_its_row_says_otherwise(
    register: Register, ours: Service, service: Service
) -> None:
    mail, pickup = (open_sample(register, service, delivery=[way]) for way in ("mail", "pickup"))
    shared = {"delivery": "mail", "service": "mail"}
    id = ordered(register, [mail, pickup], shared=shared)
    run_until_idle(ours)
    first, second = rows_of(register, id)
    assert (first.state, second.state) == ("waiting", "invalid")
    assert {(fault["pointer"], fault["code"]) for fault in second.faults} == {
        ("/delivery", "mismatch"),
        ("/service", "mismatch"),
    }
    own = {pickup: {"delivery": "mail", "service": "mail"}}
    id = ordered(register, [mail, pickup], shared=shared, own=own)
    assert [row.state for row in made(ours, register, id)] == ["done", "done"]


def test_the_check_finds_what_an_issue_would_refuse_and_writes_nothing(
    register: Register, ours: Service, service: Service
) -> None:
    good, answered, drafted, withdrawn, poor = (open_sample(register, service) for _ in range(5))
    issue(register, answered, "reply-already-public", _answers(register, service, answered), by=HERE)
    drafts.save_draft(register, drafted, REPLY, {}, by=HERE)
    book.record(register, withdrawn, event("withdrawn", "2026-03-10"), by=HERE)
    before = _all_versions(register)
    id = ordered(register, [good, answered, drafted, withdrawn], shared={"date": "2026-04-30"})
    run_until_idle(ours)
    rows = rows_of(register, id)
    assert [row.state for row in rows] == ["waiting", "invalid", "invalid", "invalid"]
    assert [[fault["code"] for fault in row.faults] for row in rows[1:]] == [["closed"], ["repeated"], ["closed"]]
    assert [finding["severity"] for finding in rows[0].findings] == ["warning"]
    assert _all_versions(register) == before and last_drawn(register) == 1
    none = ordered(register, [poor], shared={"provided": []})
    run_until_idle(ours)
    assert [fault["pointer"] for fault in rows_of(register, none)[0].faults] == ["/provided"]


def _answers(register: Register, service: Service, number: str) -> dict[str, Any]:
    sample = service.sample("reply-already-public")
    return sample | drafts.known_answers(register, number, "reply-already-public") | {"number": ""}


def _all_versions(register: Register) -> list[tuple[str, int]]:
    with register.store.reading() as session:
        rows = session.scalars(select(CaseRow).order_by(CaseRow.id))
        return [(row.number or "", row.version) for row in rows]


def test_what_changed_since_the_check_is_refused_and_loses_no_number(
    register: Register, ours: Service, neighbours: Callable[[int], list[str]]
) -> None:
    numbers = neighbours(6)
    id = ordered(register, numbers)
    run_until_idle(ours)
    changed = reading.read_case(register, numbers[1], by=HERE)
    amend(register, numbers[1], dict(changed.application) | {"name": "张改名"}, by=HERE, version=changed.version)
    by_hand = drafts.prefilled(register, numbers[4], REPLY, by=HERE) | SHARED
    issue(register, numbers[4], REPLY, by_hand, by=HERE)
    ordering.start(register, id, by=HERE)
    run_until_idle(ours)
    rows = rows_of(register, id)
    assert [row.state for row in rows] == ["done", "refused", "done", "done", "refused", "done"]
    assert {fault["code"] for row in rows for fault in row.faults} == {"step-forbidden"}
    assert letter_serials(register) == [1, 2, 3, 4, 5] and last_drawn(register) == 5
    assert count_of(register, EventRow, EventRow.kind == "answered") == 5
    assert is_sound(register)


def test_a_runner_that_is_killed_after_an_issue_issues_no_second_letter(
    register: Register, ours: Service, database: str, neighbours: Callable[[int], list[str]]
) -> None:
    id = ordered(register, neighbours(3))
    run_until_idle(ours)
    ordering.start(register, id, by=HERE)
    register.store.close_connections()
    killed = subprocess.run([*PROGRAM, database, id, "first"], capture_output=True, text=True, check=False)
    assert killed.returncode == -9, killed.stderr
    (first, *_) = rows_of(register, id)
    assert (first.state, letter_serials(register)) == ("waiting", [1]) and first.letter_id
    rest(ours, register, id)
    assert letter_serials(register) == [1, 2, 3]


@pytest.mark.further
def test_a_runner_that_is_killed_at_any_moment_issues_no_letter_twice(
    register: Register, ours: Service, database: str, neighbours: Callable[[int], list[str]]
) -> None:
    numbers, random = neighbours(24), Random(7)
    id = ordered(register, numbers)
    run_until_idle(ours)
    ordering.start(register, id, by=HERE)
    register.store.close_connections()
    for _ in range(6):
        with subprocess.Popen([*PROGRAM, database, id, "all"], stdout=subprocess.PIPE, text=True) as runner:
            assert runner.stdout is not None and runner.stdout.readline() == "ready\n"
            time.sleep(random.uniform(0, 0.4))
            runner.kill()
        _end_leases(register)
    rest(ours, register, id)
    assert letter_serials(register) == [*range(1, 25)]


PROGRAM = (sys.executable, "-m", "tests.batch.killing")


def rest(ours: Service, register: Register, id: str) -> None:
    """Make what is left of a batch, and see that every row has one letter."""
    run_until_idle(ours)
    rows = rows_of(register, id)
    assert {row.state for row in rows} == {"done"} and len({row.letter_id for row in rows}) == len(rows)
    assert count_of(register, LetterRow) == len(rows)
    assert count_of(register, EventRow, EventRow.kind == "answered") == len(rows)
    assert is_sound(register)


def _end_leases(register: Register) -> None:
    with register.store.writing() as session:
        over = update(BatchItemRow).where(BatchItemRow.state == "working")
        session.execute(over.values(lease_until=now() - timedelta(seconds=1)))


def manager(register: Register, name: str = "李卫东", role: str = "manager") -> Actor:
    """An account with a role, as it acts."""
    accounts.add_account(register.store, name, [role], by=HERE)
    return recall(register.store, name, None)


@pytest.mark.parametrize("what", ["locked", "roles"])
def test_who_may_no_longer_issue_issues_no_further_letter(
    register: Register, ours: Service, neighbours: Callable[[int], list[str]], what: str
) -> None:
    boss = manager(register)
    id = ordered(register, neighbours(2), by=boss)
    run_until_idle(ours)
    ordering.start(register, id, by=boss)
    if what == "locked":
        accounts.lock(register.store, boss.name, by=HERE)
    else:
        accounts.set_roles(register.store, boss.name, ["clerk"], by=HERE)
    run_until_idle(ours)
    code = {"locked": "account-refused", "roles": "forbidden"}[what]
    assert [(row.state, row.faults[0]["code"]) for row in rows_of(register, id)] == [("refused", code)] * 2
    assert count_of(register, LetterRow) == 0


def test_a_revoked_key_issues_no_letter(
    register: Register, ours: Service, neighbours: Callable[[int], list[str]]
) -> None:
    scopes = ["batches", "letters:issue", "cases:read", "cases:write"]
    key = keys.make_key(register.store, "办公系统", "live", scopes, by=HERE)
    sender = keys.find_key(register.store, key, None)
    first, second = neighbours(2)
    id = ordered(register, [first], by=sender, start=True)
    run_until_idle(ours)
    assert [row.state for row in batches.list_rows(register, id, by=sender)] == ["done"]
    assert letters.list_letters(register, first)[0].made_by == "办公系统"
    id = ordered(register, [second], by=sender)
    run_until_idle(ours)
    ordering.start(register, id, by=sender)
    keys.revoke(register.store, sender.key or "", by=HERE)
    run_until_idle(ours)
    (row,) = batches.list_rows(register, id, by=HERE)
    assert (row.state, row.faults[0]["code"]) == ("refused", "unauthenticated")


def test_a_clerk_orders_no_letters_but_submits_them(
    register: Register, ours: Service, neighbours: Callable[[int], list[str]]
) -> None:
    clerk, boss, numbers = manager(register, "孙静", "clerk"), manager(register), neighbours(3)
    assert clerk.permissions == ROLES["clerk"].permissions
    with pytest.raises(Forbidden):
        ordered(register, numbers, by=clerk)
    id = ordered(register, numbers, by=clerk, submit=True)
    rows = made(ours, register, id, by=clerk)
    assert [row.state for row in rows] == ["done"] * 3
    kept = [letters.list_letters(register, number)[0] for number in numbers]
    assert [(one.state, one.submitted_by, one.number) for one in kept] == [("submitted", "孙静", "")] * 3
    assert count_of(register, EventRow, EventRow.kind == "answered") == 0
    drafts.approve(register, kept[0].id, by=boss)
    assert letters.list_letters(register, numbers[0])[0].approved_by == "李卫东"


def test_submitted_letters_are_issued_together_but_none_that_has_changed(
    register: Register, ours: Service, neighbours: Callable[[int], list[str]]
) -> None:
    clerk, boss, numbers = manager(register, "孙静", "clerk"), manager(register), neighbours(4)
    made(ours, register, ordered(register, numbers, by=clerk, submit=True), by=clerk)
    kept = [letters.list_letters(register, number)[0] for number in numbers]
    with pytest.raises(Forbidden):
        order_submitted(register, [one.id for one in kept], by=clerk)
    with pytest.raises(InvalidInput):
        order_submitted(register, [0], by=boss)
    (id,) = order_submitted(register, [one.id for one in kept], by=boss, format="docx")
    run_until_idle(ours)
    drafts.send_back(register, kept[1].id, by=boss, text="请核对")
    book.record(register, numbers[2], event("verified", "2026-04-20"), by=boss)
    ordering.start(register, id, by=boss)
    run_until_idle(ours)
    assert [row.state for row in rows_of(register, id)] == ["done", "refused", "refused", "done"]
    issued = [letters.list_letters(register, number)[0] for number in numbers]
    assert [one.state for one in issued] == ["issued", "draft", "submitted", "issued"]
    assert (issued[0].submitted_by, issued[0].approved_by) == ("孙静", "李卫东")
    assert letter_serials(register) == [1, 2] and is_sound(register)


def test_letters_made_at_once_are_numbered_in_the_order_of_their_rows(
    register: Register, ours: Service, neighbours: Callable[[int], list[str]]
) -> None:
    id = ordered(register, neighbours(6))
    run_until_idle(ours)
    with register.store.writing() as session:
        session.execute(update(BatchItemRow).where(BatchItemRow.batch_id == id).values(state="working"))
    with ThreadPoolExecutor(6) as threads:
        made_ones = [*threads.map(lambda place: make_letter(ours, id, place), range(6, 0, -1))]
    assert [one.letter_id for one in made_ones] == [row.letter_id for row in reversed(rows_of(register, id))]
    assert [
        "〔2026〕" + str(place) in one.built.filename for place, one in zip(range(6, 0, -1), made_ones, strict=True)
    ] == [True] * 6


def test_letters_are_started_only_by_whoever_has_ordered_them(
    register: Register, ours: Service, neighbours: Callable[[int], list[str]]
) -> None:
    boss, other = manager(register), manager(register, "周敏")
    id = ordered(register, neighbours(1), by=boss)
    run_until_idle(ours)
    with pytest.raises(StepForbidden, match="李卫东"):
        ordering.start(register, id, by=other)


def test_cancelling_leaves_what_is_issued_and_resuming_issues_the_rest_once(
    register: Register, ours: Service, neighbours: Callable[[int], list[str]]
) -> None:
    id = ordered(register, neighbours(3))
    run_until_idle(ours)
    ordering.cancel(register, id, by=HERE)
    run_until_idle(ours)
    assert [row.state for row in rows_of(register, id)] == ["cancelled"] * 3
    ordering.resume(register, id, by=HERE)
    run_until_idle(ours)
    assert [row.state for row in rows_of(register, id)] == ["waiting"] * 3  # nobody has let them go out yet
    ordering.start(register, id, by=HERE)
    run_until_idle(ours)
    assert letter_serials(register) == [1, 2, 3]


def test_typed_numbers_stand_in_the_rows(register: Register, service: Service) -> None:
    profile = replace(service.profile, numbering=NumberingChoices(mode="typed"))
    typed = replace(register, office=lambda: replace(register.office(), profile=profile))
    ours = serve(service, register.store, typed)
    one, other = (open_sample(typed, service) for _ in range(2))
    number = f"{service.profile.document_code}〔2026〕7号"
    with pytest.raises(InvalidInput) as raised:
        ordered(typed, [one, other], own={one: {"number": number}, other: {"number": number}})
    assert raised.value.faults[0].pointer == "/items/0/answers/number"
    id = ordered(typed, [one, other], own={one: {"number": number}})
    run_until_idle(ours)
    assert [(row.state, [fault["pointer"] for fault in row.faults]) for row in rows_of(typed, id)] == [
        ("waiting", []),
        ("invalid", ["/number"]),
    ]
    ordering.start(typed, id, by=HERE, skip_invalid=True)
    run_until_idle(ours)
    assert letter_numbers(typed) == [number]


@pytest.mark.converter
def test_a_letter_in_pdf_is_that_of_its_case(register: Register, ours: Service, service: Service) -> None:
    number = open_sample(register, service)
    id = order_letters(register, REPLY, [number], SHARED, by=HERE)
    (row,) = made(ours, register, id)
    name, content = batches.read_batch_file(register, id, 1, by=HERE)
    (letter,) = letters.list_letters(register, number)
    assert name.endswith(".pdf") and content.startswith(b"%PDF") and letter.pdf_hash == row.sha256
    assert letter.dated == date(2026, 4, 30)


def table_of(numbers: list[str]) -> bytes:
    """Lines of JSON with a case each."""
    return "\n".join(json.dumps({"answers": {}, "case": number}) for number in numbers).encode()


def test_in_a_table_too_every_row_needs_a_case_of_its_own(register: Register, ours: Service, service: Service) -> None:
    number = open_sample(register, service)
    source = table_of([number, "2030-0001", number])
    wanted = Order(document=REPLY, format="docx", purpose="letters", base=SHARED, source=source, source_name="t.ndjson")
    told = {2: ("/case", "unknown"), 3: ("/case", "repeated")}
    tried = try_order(ours, register, wanted, by=HERE)
    assert {row.place: (one["pointer"], one["code"]) for row in tried for one in row.faults} == told
    id = ordering.order(register, wanted, by=HERE)
    run_until_idle(ours)
    rows = rows_of(register, id)
    assert [row.state for row in rows] == ["waiting", "invalid", "invalid"]
    assert {row.place: (one["pointer"], one["code"]) for row in rows for one in row.faults} == told


def test_letters_are_tried_as_their_cases_stand_and_only_by_whoever_may_write_them(
    register: Register, ours: Service, service: Service
) -> None:
    good, withdrawn = (open_sample(register, service) for _ in range(2))
    book.record(register, withdrawn, event("withdrawn", "2026-03-10"), by=HERE)
    rows = [OrderedRow(answers={}, case=number) for number in (good, withdrawn)]
    wanted = Order(document=REPLY, format="docx", purpose="letters", base=SHARED, rows=rows)
    tried = try_order(ours, register, wanted, by=HERE)
    assert [[fault["code"] for fault in row.faults] for row in tried] == [[], ["closed"]]
    assert count_of(register, LetterRow) == 0
    stranger = Actor(name="统计系统", key="k", permissions=frozenset({Permission.BATCHES}))
    for submit in (False, True):
        with pytest.raises(Forbidden):
            try_order(ours, register, replace(wanted, submit=submit), by=stranger)


def test_what_can_no_longer_be_issued_is_left_out_when_a_batch_goes_on_and_it_ends(
    register: Register, ours: Service, neighbours: Callable[[int], list[str]]
) -> None:
    numbers = neighbours(2)
    id = ordered(register, numbers, start=True)
    check_some(ours, register)
    start_due(register)
    ordering.cancel(register, id, by=HERE)
    end_finished(register)
    by_hand = drafts.prefilled(register, numbers[0], REPLY, by=HERE) | SHARED
    issue(register, numbers[0], REPLY, by_hand, by=HERE)
    ordering.resume(register, id, by=HERE)
    run_until_idle(ours)
    assert [row.state for row in rows_of(register, id)] == ["invalid", "done"]
    assert batches.find_batch(register, id, by=HERE).state == "done"
