"""Changes the application of a case: a slip of the pen, another address, the request as it was corrected."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from gipdocs.access.actors import Actor
from gipdocs.access.permissions import Permission
from gipdocs.errors import StepForbidden
from gipdocs.letters.case import CaseApplicationQuestions
from gipdocs.register.applications import VERIFIED_NOT_KEPT, describe_application, keep, load_application
from gipdocs.register.reading import find_row, note
from gipdocs.register.register import Register
from gipdocs.store.tables import CaseRow


class KeptApplicationQuestions(CaseApplicationQuestions):
    """The questions of an application whose answers a case keeps."""

    class Meta(CaseApplicationQuestions.Meta):
        exclude = VERIFIED_NOT_KEPT


def amend(register: Register, number: str, application: Any, *, by: Actor, version: int | None = None) -> None:
    """Replace the application of a case; letters that were issued stay as they are.

    The audit trail keeps which answers changed, not what they were. Raises InvalidInput, StaleEdit, StepForbidden,
    UnknownCase.
    """
    with register.store.writing() as session:
        row = find_row(session, number, version=version, hold=True)
        change_application(session, row, application, by=by)


def change_application(session: Session, row: CaseRow, application: Mapping[str, Any], *, by: Actor) -> None:
    """The same within a transaction."""
    by.demand(Permission.WRITE_CASES)
    if row.erased_on:
        raise StepForbidden("这个案件的个人信息已经删除，不能再修改申请内容。")
    before, after = dict(row.application), keep(application)
    for key, value in describe_application(load_application(application)).items():
        setattr(row, key, value)
    row.application = after
    changed = sorted(key for key in {*before, *after} if before.get(key) != after.get(key))
    note(session, by, "case.amended", row, keys=changed)
