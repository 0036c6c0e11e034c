"""Turns one row of a ledger into an application and the events that it tells."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from typing import Any

from gipdocs.errors import InvalidInput
from gipdocs.law import Office
from gipdocs.law.outcomes import PARTIAL, WITHDRAWN, Outcome
from gipdocs.letters.case import CITIZEN, ORGANISATION
from gipdocs.register import ledger_cells
from gipdocs.register.applications import COLUMNS as KINDS_OF_ORGANISATION
from gipdocs.register.applications import load_application
from gipdocs.register.cases import read_facts, to_json
from gipdocs.register.conflicts import find_conflicts
from gipdocs.register.history import CaseEvent
from gipdocs.register.ledger import column_labels, row_labels
from gipdocs.register.ledger_cells import Cell, UnreadableCell, choose, plain, step

UNDECIDED = frozenset(("办理中", "在办", "正在办理", "未办结", "待答复", "待送达"))
CONTACTS = ("phone", "address", "postcode", "email")
LONGEST_NUMBER = 40
EMPTY = Cell()
Finding = tuple[str, str]
"""The key of a column and what is wrong with its cell, without a full stop."""


class Words:
    """What the cells 办理结果, 年报统计行 and 申请人类别 may say, under the law of a day."""

    def __init__(self, outcomes: Mapping[str, Outcome]) -> None:
        self.outcomes = outcomes
        self.named: dict[str, str] = {}
        for outcome in reversed([*outcomes.values()]):
            said = f"{outcome.title}（{outcome.short}）"
            inner = outcome.name.partition("（")[2].removesuffix("）")
            for word in (inner, said, outcome.code, outcome.id, outcome.name, outcome.short):
                self.named[plain(word)] = outcome.id
        self.rows = {plain(word): path for path, label in row_labels().items() for word in _spellings(label)}
        self.read_kind = choose(
            column_labels(),
            natural_person=("公民", "个人"),
            enterprise=("企业", "公司"),
            research=("科研",),
            public_welfare=("公益",),
            legal_service=("法律服务", "律师"),
            other_org=("其他", "法人", "组织", "单位"),
        )

    def outcome(self, text: str) -> str | None:
        """The document of an outcome by its title, its short name, or the row of the report."""
        bare = plain(text)
        return self.named.get(bare) or self.of_row(self.rows.get(bare, ""))

    def of_row(self, path: str) -> str | None:
        """The usual outcome of a row: the one that is called like it, else the first."""
        label = row_labels().get(path, "").rpartition("—")[2]
        short = ledger_cells.ENUMERATED.sub("", label)
        found = [one for one in self.outcomes.values() if "".join(one.row) == path]
        named = [one for one in found if short and short in one.short]
        return next((one.id for one in (*named, *found)), None)


def _spellings(label: str) -> Iterator[str]:
    """（三）不予公开—4.保护第三方合法权益, 4.保护第三方合法权益, 保护第三方合法权益; without what stands in brackets."""
    last = label.rpartition("—")[2]
    for one in (label, last, ledger_cells.ENUMERATED.sub("", last)):
        yield one
        yield one.partition("（区分")[0]


@dataclass
class RowReading:
    """What a row tells; `faults` name the columns of the cells that are wrong, `answers` are those of the application."""

    cells: Mapping[str, Cell]
    office: Office
    words: Words
    faults: list[Finding] = field(default_factory=list)
    told: list[tuple[str, CaseEvent]] = field(default_factory=list)
    remark: str = ""
    answers: dict[str, Any] = field(default_factory=dict)

    def cell(self, key: str) -> Cell:
        """The cell of a column; empty if the ledger lacks the column."""
        return self.cells.get(key, EMPTY)

    @property
    def number(self) -> str:
        """The number of the case, as the ledger writes it."""
        return self.cell("number").text

    @cached_property
    def events(self) -> list[CaseEvent]:
        """The events in the order of the columns, with their places; to be asked when the row has been read."""
        return [replace(event, place=place) for place, (_, event) in enumerate(self.told, 1)]

    @cached_property
    def application(self) -> dict[str, Any]:
        """The answers to the application form that the row holds."""
        column = self.words.read_kind(self.cell("kind").text)
        types = {of: kind for kind, of in KINDS_OF_ORGANISATION.items()}
        kind: dict[str, Any] = {"applicant_kind": CITIZEN if column == "natural_person" else ORGANISATION}
        if column is None:
            self.faults.append(("kind", f"请填写申请人类别，可用的是：{'、'.join(column_labels().values())}"))
        elif column in types:
            kind["organisation_type"] = types[column]
        said = {"name": self.cell("applicant").text, "info_description": self.cell("content").text}
        contact = ledger_cells.read_contact(self.cell("contact"))
        return kind | {key: text for key, text in said.items() if text} | contact

    def read(self) -> RowReading:
        """Read every cell and check what it tells; returns itself."""
        if len(self.number) > LONGEST_NUMBER:
            self.faults.append(("number", f"申请编号最多{LONGEST_NUMBER}个字"))
        self._check_application()
        received = self._day("received")
        if received is None:
            if not any(key == "received" for key, _ in self.faults):
                self.faults.append(("received", "请填写收到日期"))
            return self
        self._arrival(received)
        for key, read in self._readers():
            self._take(key, read)
        self._ending()
        self._rest(received)
        if not self.faults:
            self._check_events()
        return self

    def _check_application(self) -> None:
        places = {"name": "applicant", "info_description": "content", **dict.fromkeys(CONTACTS, "contact")}
        try:
            self.answers = load_application(self.application)
        except InvalidInput as error:
            for fault in error.faults:
                key = places.get(fault.pointer.strip("/"), "kind")
                self.faults.append((key, fault.detail.rstrip("。")))

    def _day(self, key: str) -> date | None:
        found: list[date | None] = []
        self._try(key, lambda: found.append(ledger_cells.read_day(self.cell(key))))
        return found[0] if found else None

    def _try(self, key: str, act: Callable[[], Any]) -> None:
        try:
            act()
        except UnreadableCell as error:
            self.faults.append((key, str(error)))

    def _take(self, key: str, read: Callable[[], Iterable[CaseEvent]]) -> None:
        self._try(key, lambda: self.told.extend((key, self._checked(key, event)) for event in read()))

    def _checked(self, key: str, event: CaseEvent) -> CaseEvent:
        """The event with its facts as they are kept; a fault if they are refused."""
        try:
            return replace(event, facts=read_facts(event.kind, to_json(event.facts)))
        except InvalidInput as error:
            self.faults += [(key, fault.detail.rstrip("。")) for fault in error.faults]
            return event

    def _arrival(self, received: date) -> None:
        channel = ledger_cells.read_channel(self.cell("channel").text) if self.cell("channel").filled else "none"
        if channel is None:
            self.faults.append(("channel", "没有这种渠道，例如当面提交、邮寄、互联网渠道、传真"))
            return
        self._take("received", lambda: [step("received", received, channel=channel)])
        self._take("confirmed", lambda: self._days_of("confirmed", "confirmed"))
        handled = {key: self.cell(key).text for key in ("department", "officer") if self.cell(key).filled}
        if handled:
            self._take("officer", lambda: [step("assigned", received, **handled)])

    def _days_of(self, key: str, kind: str, **facts: Any) -> list[CaseEvent]:
        return [step(kind, day, **facts) for day in ledger_cells.read_days(self.cell(key))]

    def _readers(self) -> list[tuple[str, Callable[[], Iterable[CaseEvent]]]]:
        return [
            ("correction_asked", lambda: self._days_of("correction_asked", "correction_asked")),
            ("corrected", lambda: self._days_of("corrected", "corrected")),
            ("consulted", lambda: ledger_cells.read_consultations(self.cell("consulted"))),
            ("consulted_on", lambda: self._days_of("consulted_on", "consulted", ref=1, whom="third_party")),
            ("delivered_on", lambda: self._days_of("delivered_on", "delivered", ref=1)),
            ("opinion_on", lambda: self._days_of("opinion_on", "opinion", ref=1)),
            ("extended", lambda: ledger_cells.read_extensions(self.cell("extended"), self.cell("extension_days"))),
            ("fee", lambda: ledger_cells.read_fees(self.cell("fee"))),
            ("challenges", lambda: ledger_cells.read_challenges(self.cell("challenges"))),
        ]

    def _ending(self) -> None:
        """The answer and how it was served, or the withdrawal."""
        dated, posted = self._day("dated"), self._day("posted")
        outcome, items = self._outcome()
        if outcome is None:
            if (dated or posted) and not any(key in ("outcome", "row") for key, _ in self.faults):
                self.faults.append(("outcome", "有成文或者送达日期，请填写办理结果"))
            return
        if not (day := dated or posted):
            if not any(key in ("dated", "posted") for key, _ in self.faults):
                self.faults.append(("dated", "有办理结果，请填写成文日期；撤回的填写撤回之日"))
            return
        if outcome == WITHDRAWN:
            self._take("dated", lambda: [step("withdrawn", day)])
            return
        letter = {"number": self.cell("letter").text} if self.cell("letter").filled else {}
        self._take("dated", lambda: [step("answered", day, outcome=outcome, **items, **letter)])
        if posted:
            self._take("posted", lambda: [step("posted", posted, **self._service())])

    def _outcome(self) -> tuple[str | None, dict[str, list[str]]]:
        """The outcome and, if the row of the report says 部分公开 beside another one, that this was an item."""
        text, row = self.cell("outcome"), self.cell("row")
        outcome = self.words.outcome(text.text) if text.filled else None
        path = self.words.rows.get(plain(row.text)) if row.filled else None
        if row.filled and path is None:
            self.faults.append(("row", "不是年度报告表三的一行，例如（一）予以公开"))
        elif text.filled and outcome is None and path is None and plain(text.text) not in UNDECIDED:
            self.faults.append(("outcome", "没有这种办理结果，请写作答复文书的名称或者年度报告的统计行"))
        elif outcome and path and "".join(self.words.outcomes[outcome].row) != path:
            if path == "".join(self.words.outcomes[PARTIAL].row):
                return outcome, {"items": [PARTIAL]}
            self.faults.append(("row", "与办理结果不一致，请核对"))
        return outcome or (self.words.of_row(path) if path else None), {}

    def _service(self) -> dict[str, str]:
        text = self.cell("way").text
        number = ledger_cells.MAIL_NUMBER.search(text)
        way = ledger_cells.read_way(ledger_cells.IN_BRACKETS.sub("", text)) or "mail"
        return {"way": way, **({"mail_number": number[1]} if number else {})}

    def _rest(self, received: date) -> None:
        def read() -> list[CaseEvent]:
            events, self.remark = ledger_cells.read_remark(self.cell("remark"))
            return [*events, *([step("noted", received)] if self.remark else [])]

        self._take("remark", read)

    def _check_events(self) -> None:
        for fault in find_conflicts(self.events, self.office):
            place = fault.pointer.split("/")[1] if fault.pointer else ""
            key = self.told[int(place) - 1][0] if place else "received"
            self.faults.append((key, fault.detail.rstrip("。")))
