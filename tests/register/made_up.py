"""A made-up case, from its receipt to a suit, as it stood on any day."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from gipdocs.law import Office
from gipdocs.register.history import CaseEvent, History
from gipdocs.register.prefill import IssuedLetter, collect
from gipdocs.register.standing import stand

IDENTITY = "110101199003074506"
APPLICATION: Mapping[str, Any] = {
    "applicant_kind": "citizen",
    "name": "李桂芬",
    "id_kind": "resident",
    "id_number": IDENTITY,
    "phone": "13700137000",
    "postcode": "252000",
    "address": "解放路2号",
    "others": [{"applicant_kind": "citizen", "name": "赵敏", "id_kind": "resident", "id_number": IDENTITY}],
    "info_title": "2025年办公用房维修项目清单",
    "delivery": ["mail"],
    "applied_on": "2026-03-02",
}
CORRECTION, REASONS, FEE, CONSULTATION, EXTENSION, ANSWER = range(1, 7)


def _day(text: str) -> date:
    return date.fromisoformat(f"2026-{text}")


LETTERS = tuple(
    IssuedLetter(id=id, document=document, title=title, number=f"聊事公开〔2026〕{id}号", dated=_day(day))
    for id, document, title, day in (
        (CORRECTION, "correction-notice", "政府信息公开申请补正告知书", "03-05"),
        (REASONS, "reason-notice", "政府信息公开申请说明理由告知书", "03-11"),
        (FEE, "fee-notice", "政府信息公开信息处理费收费通知书", "03-16"),
        (CONSULTATION, "third-party-consultation", "政府信息公开征求意见书（第三方）", "03-20"),
        (EXTENSION, "extension-notice", "政府信息公开申请延期答复告知书", "04-01"),
        (ANSWER, "reply-granted", "政府信息公开申请答复书", "05-08"),
    )
)
COURSE: tuple[tuple[str, str, dict[str, Any], int | None], ...] = (
    ("03-02", "received", {"channel": "online"}, None),
    ("03-03", "confirmed", {"by": "phone"}, None),
    ("03-03", "registered", {"number": "2026-0012"}, None),
    ("03-03", "assigned", {"department": "房产管理科", "officer": "周敏"}, None),
    ("03-05", "correction_asked", {"period": 10, "received": _day("03-06")}, CORRECTION),
    ("03-10", "corrected", {}, None),
    ("03-11", "reasons_asked", {"period": 8, "received": _day("03-12")}, REASONS),
    ("03-13", "reasons_given", {}, None),
    ("03-16", "fee_asked", {"yuan": Decimal("380.00"), "received": _day("03-17")}, FEE),
    ("03-18", "paid", {}, None),
    ("03-20", "consulted", {"ref": 1, "whom": "third_party"}, CONSULTATION),
    ("03-23", "delivered", {"ref": 1}, None),
    ("03-27", "opinion", {"ref": 1, "stance": "agrees"}, None),
    ("04-01", "extended", {"working_days": 15, "approved_by": "李卫东"}, EXTENSION),
    ("05-07", "judged", {"outcome": "reply-granted"}, None),
    ("05-08", "answered", {"outcome": "reply-granted"}, ANSWER),
    ("05-08", "posted", {"way": "mail", "mail_number": "1098765432109"}, None),
    ("06-01", "challenged", {"ref": 1, "kind": "reconsideration", "organ": "云岭县人民政府", "procedure": "ordinary"}, None),
    ("06-08", "defended", {"ref": 1}, None),
    ("07-20", "decided", {"ref": 1, "result": "other", "orders": "redo", "ordered": 20, "ordered_unit": "working_day"}, None),
    ("08-10", "reanswered", {"outcome": "reply-partial"}, None),
    ("08-10", "posted", {"way": "in_person"}, None),
    ("09-01", "challenged", {"ref": 2, "kind": "suit_after", "organ": "云岭县人民法院"}, None),
    ("09-30", "archived", {"pages": 23}, None),
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Case:
    """The case as it stood."""

    history: History
    values: dict[str, Any]
    letters: tuple[IssuedLetter, ...]

    def again(self, events: Sequence[CaseEvent], office: Office) -> dict[str, Any]:
        """The values of the same case with other events."""
        return collect(APPLICATION, History(events), stand(events, office), letters=self.letters)


def case_on(
    day: str,
    office: Office,
    *,
    leave_out: tuple[str, ...] = (),
    more_letters: tuple[IssuedLetter, ...] = (),
    earlier: Mapping[str, Any] | None = None,
) -> Case:
    """The case with everything that had happened by the end of a day (05-08), but for some kinds of event."""
    told = [one for one in COURSE if one[0] <= day and one[1] not in leave_out]
    events = [
        CaseEvent(place=place, kind=kind, day=_day(when), facts=facts, letter=letter)
        for place, (when, kind, facts, letter) in enumerate(told, 1)
    ]
    there = {event.letter for event in events}
    letters = (*(letter for letter in LETTERS if letter.id in there), *more_letters)
    standing = stand(events, office)
    values = collect(APPLICATION, History(events), standing, letters=letters, earlier=earlier)
    return Case(history=History(events), values=values, letters=letters)
