"""What happens to letters of many cases if something changes between their order, their check and their issue."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from io import BytesIO
from zipfile import ZipFile

import pytest
from sqlalchemy import update

from gipdocs.access.actors import HERE
from gipdocs.batch import ordering
from gipdocs.batch.archive import stream_archive
from gipdocs.batch.batches import find_batch
from gipdocs.batch.handout import count_fileless, list_void
from gipdocs.batch.letters import make_letter, order_submitted
from gipdocs.batch.merged import merge_pdfs
from gipdocs.batch.running import check_some, run_until_idle
from gipdocs.batch.sharing import asked_apart, asked_together
from gipdocs.documents.registry import Registry
from gipdocs.errors import StaleEdit, UnknownBatch
from gipdocs.register import drafts, letters
from gipdocs.register.cases import open_case, record
from gipdocs.register.checking import check_register
from gipdocs.register.issuing import issue, void
from gipdocs.register.reading import read_case
from gipdocs.register.register import Register
from gipdocs.service import Service
from gipdocs.store.emptying import empty_rows
from gipdocs.store.engine import Store
from gipdocs.store.tables import BatchItemRow, BatchRow
from tests.batch.killing import TODAY, serve
from tests.batch.test_letters import REPLY, SHARED, ordered, rows_of
from tests.register.lettering import letter_serials
from tests.register.making import event, open_sample

pytestmark = pytest.mark.slow

BEFORE_THE_END, AFTER_IT = date(2026, 3, 30), date(2026, 4, 1)
"""Days before and after the last one on which the sample applications can be answered in time."""


@pytest.fixture
def days() -> list[date]:
    """Today, which a test may move on."""
    return [TODAY]


@pytest.fixture
def register(store: Store, service: Service, days: list[date]) -> Iterator[Register]:
    yield Register(
        store=store,
        registry=service.registry,
        office=lambda: service.office(days[0]),
        converter=lambda: service.converter,
    )


@pytest.fixture
def ours(service: Service, store: Store, register: Register) -> Iterator[Service]:
    """The service with this register, which is found to be sound in the end."""
    yield serve(service, store, register)
    assert check_register(register).faults == ()


@pytest.fixture
def two(register: Register, service: Service) -> list[str]:
    return [open_sample(register, service, name=name) for name in ("张晓彤", "李桂芬")]


def states_of(register: Register, id: str) -> list[str]:
    return [row.state for row in rows_of(register, id)]


def checked(ours: Service, register: Register, numbers: Sequence[str], **more: object) -> str:
    """The id of a batch of letters whose check is over."""
    id = ordered(register, [*numbers], **more)
    run_until_idle(ours)
    return id


def started(ours: Service, register: Register, id: str) -> list[str]:
    """The states of a batch's rows after its start and end."""
    ordering.start(register, id, by=HERE)
    run_until_idle(ours)
    return states_of(register, id)


def test_two_batches_checked_at_once_submit_one_letter_a_case(
    register: Register, ours: Service, two: list[str]
) -> None:
    first, second = (checked(ours, register, two, submit=True) for _ in range(2))
    assert started(ours, register, first) == ["done", "done"]
    assert started(ours, register, second) == ["refused", "refused"]
    assert all("又有了一份《政府信息公开申请答复书" in row.faults[0]["detail"] for row in rows_of(register, second))
    assert [[one.state for one in letters.list_letters(register, number)] for number in two] == [["submitted"]] * 2


def test_two_batches_made_at_the_same_moment_submit_one_letter_a_case(
    register: Register, ours: Service, two: list[str]
) -> None:
    ids = [checked(ours, register, two[:1], submit=True) for _ in range(2)]
    with ThreadPoolExecutor(2) as threads:
        made = [threads.submit(make_letter, ours, id, 1) for id in ids]
        errors = [one.exception() for one in made]
    assert sorted(type(error).__name__ for error in errors) == ["NoneType", "StepForbidden"]
    assert [one.state for one in letters.list_letters(register, two[0])] == ["submitted"]


def test_what_is_left_of_an_erased_case_is_told_when_its_batch_goes_on(
    register: Register, ours: Service, two: list[str]
) -> None:
    id = checked(ours, register, two)
    with register.store.writing() as session:
        empty_rows(session, BatchItemRow.case_number == two[0])
    assert started(ours, register, id) == ["cancelled", "done"]
    ordering.resume(register, id, by=HERE)
    run_until_idle(ours)
    erased, issued = rows_of(register, id)
    assert (erased.state, issued.state) == ("invalid", "done")
    assert "案件的个人信息已经删除" in erased.faults[0]["detail"]


def test_a_draft_that_somebody_has_begun_since_the_check_is_not_passed_over(
    register: Register, ours: Service, two: list[str]
) -> None:
    id = checked(ours, register, two)
    drafts.save_draft(register, two[0], REPLY, {"provided": ["另一份"]}, by=HERE)
    assert started(ours, register, id) == ["refused", "done"]
    assert [one.state for one in letters.list_letters(register, two[0])] == ["draft"]


def test_a_warning_that_nobody_has_seen_keeps_a_letter_back(
    register: Register, ours: Service, service: Service, two: list[str], days: list[date]
) -> None:
    days[0] = BEFORE_THE_END
    id = checked(ours, register, two, own={two[1]: {"date": "2026-03-30"}})
    assert [row.findings for row in rows_of(register, id)] == [(), ()]
    days[0] = AFTER_IT
    assert started(ours, register, id) == ["refused", "done"]
    late, _ = rows_of(register, id)
    assert "已经逾期" in late.faults[0]["detail"] and "这一件没有签发" in late.faults[0]["detail"]
    assert letter_serials(register) == [1]


def test_an_order_that_starts_by_itself_waits_for_nobody_to_see_a_warning(
    register: Register, ours: Service, two: list[str], days: list[date]
) -> None:
    days[0] = BEFORE_THE_END
    id = ordered(register, two, start=True)
    while check_some(ours, register):
        pass
    days[0] = AFTER_IT
    run_until_idle(ours)
    assert states_of(register, id) == ["done", "done"]


def test_what_is_resumed_waits_if_the_new_check_warns_anew(
    register: Register, ours: Service, two: list[str], days: list[date]
) -> None:
    days[0] = BEFORE_THE_END
    id = checked(ours, register, two)
    with register.store.writing() as session:
        row = session.get_one(BatchRow, id)
        row.state, row.started_at, row.wanted = "running", row.created_at, True
    ordering.cancel(register, id, by=HERE)
    run_until_idle(ours)
    days[0] = AFTER_IT
    ordering.resume(register, id, by=HERE)
    run_until_idle(ours)
    assert (find_batch(register, id, by=HERE).state, states_of(register, id)) == ("checked", ["waiting"] * 2)
    assert started(ours, register, id) == ["done", "done"]


def test_a_letter_that_answers_further_cases_is_issued_alone(
    register: Register, ours: Service, service: Service, two: list[str]
) -> None:
    joint = drafts.prefilled(register, two[0], REPLY, by=HERE, joined=[two[1]]) | SHARED
    id = checked(ours, register, [two[0]], own={two[0]: joint})
    (row,) = rows_of(register, id)
    assert (row.state, [fault["code"] for fault in row.faults]) == ("invalid", ["single"])
    assert two[1] in row.faults[0]["detail"]
    letter = drafts.submit_new(register, two[0], REPLY, joint, by=HERE)
    (id,) = order_submitted(register, [letter], by=HERE, format="docx")
    run_until_idle(ours)
    assert states_of(register, id) == ["invalid"]
    issue(register, two[0], REPLY, joint, by=HERE, letter=letter)


def test_a_draft_is_issued_for_the_case_that_was_checked(register: Register, ours: Service, two: list[str]) -> None:
    answers = drafts.prefilled(register, two[0], REPLY, by=HERE) | SHARED
    letter = drafts.submit_new(register, two[0], REPLY, answers, by=HERE)
    version = read_case(register, two[0], by=HERE).version
    record(register, two[0], event("verified", "2026-04-20"), by=HERE)
    with pytest.raises(StaleEdit):
        issue(register, two[0], REPLY, answers, by=HERE, letter=letter, of_case=version)
    issue(register, two[0], REPLY, answers, by=HERE, letter=letter, of_case=version + 1)


def test_a_void_letter_is_not_handed_out_with_the_others(register: Register, ours: Service, two: list[str]) -> None:
    id = checked(ours, register, two)
    started(ours, register, id)
    first, second = rows_of(register, id)
    void(register, first.letter_id or 0, by=HERE, reason="内容有误")
    assert list_void(register, [first, second]) == {first.letter_id}
    with ZipFile(BytesIO(b"".join(stream_archive(register, id, by=HERE)))) as archive:
        names, manifest = archive.namelist(), archive.read("manifest.csv").decode()
        assert "没有文书的1件：文书已经作废的1件" in archive.read("README.txt").decode()
    assert [name[:4] for name in names] == ["0002", "mani", "READ"]
    assert f"1,,{two[0]},,文书已经作废," in manifest


def test_the_one_pdf_is_refused_if_all_its_letters_are_void(register: Register, ours: Service, two: list[str]) -> None:
    id = checked(ours, register, two[:1])
    started(ours, register, id)
    with register.store.writing() as session:
        session.execute(update(BatchRow).values(format="pdf"))
    void(register, rows_of(register, id)[0].letter_id or 0, by=HERE, reason="内容有误")
    with pytest.raises(UnknownBatch):
        merge_pdfs(register, id, by=HERE)


def test_letters_without_their_file_are_told_apart_from_those_not_issued(
    register: Register, ours: Service, two: list[str]
) -> None:
    id = checked(ours, register, two)
    make_letter(ours, id, 1)
    with register.store.writing() as session:
        session.execute(update(BatchRow).values(state="cancelled"))
        session.execute(update(BatchItemRow).values(state="cancelled"))
    assert count_fileless(register, id) == {"cancelled": 1}
    ordering.resume(register, id, by=HERE)
    run_until_idle(ours)
    assert started(ours, register, id) == ["done", "done"]
    assert count_fileless(register, id) == {} and letter_serials(register) == [1, 2]


def test_a_batch_over_new_year_is_numbered_in_the_year_of_each_letter(
    register: Register, ours: Service, service: Service, two: list[str], days: list[date]
) -> None:
    days[0] = date(2026, 12, 31)
    id = checked(ours, register, two, own={two[0]: {"date": "2026-12-31"}})
    days[0] = date(2027, 1, 4)
    assert started(ours, register, id) == ["done", "done"]
    code = service.profile.document_code
    numbers = [letters.list_letters(register, number)[0].number for number in two]
    assert numbers == [f"{code}〔2026〕1号", f"{code}〔2027〕1号"]


def test_a_code_is_asked_for_each_case(registry: Registry) -> None:
    document = registry["fee-notice"].document
    assert "payment_code" in dict(asked_apart(document, numbered=False))
    assert "payment_code" not in dict(asked_together(document))


def test_each_letter_is_warned_of_by_its_own_term(
    register: Register, ours: Service, service: Service, days: list[date]
) -> None:
    application = service.sample("application-form")
    numbers = [
        open_case(register, application, [event("received", day, channel="online"), event("confirmed", day)], by=HERE)
        for day in ("2026-03-02", "2026-04-20")
    ]
    id = checked(ours, register, numbers)
    assert [[one["code"] for one in row.findings] for row in rows_of(register, id)] == [["late"], []]
    assert started(ours, register, id) == ["done", "done"]
