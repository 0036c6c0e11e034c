"""One report as it is printed: the record with its totals, its parts, and the reporting agency."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import Any

from gipdocs.documents.document import Answers, Finding
from gipdocs.law import DatedLaw, Office
from gipdocs.reports import Form, Record, complete, form_for, record_of
from gipdocs.reports.facts import compute_facts
from gipdocs.reports.narrative import PROSE, lines
from gipdocs.reports.record import Item, Section

KINDS = {
    "local_department": "department",
    "local_justice": "department",
    "authorized_organization": "department",
    "local_government": "government",
    "provincial_government": "government",
    "township": "township",
    "subdistrict": "township",
    "state_department": "ministry-level",
    "vertical": "central-branch",
    "customs": "central-branch",
}
"""The record's names for kinds of agency, by the law's names."""
PARTS = range(1, 7)
NARRATIVE = {
    1: ("publication", "requests", "management", "platforms", "supervision", "assessment"),
    5: ("problems", "improvements"),
    6: ("matters",),
}
"""The office's own texts that belong to each part."""


@dataclass(frozen=True)
class Report:
    """The answers as a report; anything that the record leaves open comes from the office."""

    answers: Answers
    office: Office

    @property
    def law(self) -> DatedLaw:
        """The law that the report cites: that of its date or, without a date, of today, but no later than its due year."""
        due = date(self.answers["year"] + 1, 12, 31)
        return self.office.law.on(self.answers.get("date") or min(self.office.today, due))

    @cached_property
    def _completed(self) -> Any:
        return complete(record_of(self.answers))

    @cached_property
    def record(self) -> Record:
        """The record with its totals, and with the agency that reports."""
        record: Record = self._completed.record
        return replace(record, agency=self.agency, agency_kind=record.agency_kind or self._kind)

    @property
    def filled(self) -> tuple[Finding, ...]:
        """The findings about totals that were filled in."""
        found: tuple[Finding, ...] = self._completed.findings
        return found

    @property
    def agency(self) -> str:
        """The agency whose report it is."""
        return self.answers.get("agency") or self.office.profile.name

    @property
    def _kind(self) -> str | None:
        """The kind of agency according to the profile: the office's own, or that of the government it reports for."""
        profile = self.office.profile
        if self.agency == profile.name:
            return KINDS.get(profile.kind)
        return "government" if self.agency == profile.government else None

    @property
    def is_of_government(self) -> bool:
        """Whether this is the report of a whole government."""
        return self._kind == "government"

    @property
    def prescribed(self) -> Form:
        """The form prescribed for the reported year."""
        return form_for(self._completed.record.year)

    @cached_property
    def facts(self) -> Mapping[str, Any]:
        """The numbers of the narrative, by name."""
        return compute_facts(self._completed.record)

    @property
    def words(self) -> Mapping[str, str]:
        """The office's own texts, by aspect."""
        narrative: Mapping[str, str] = self.answers.get("narrative", {})
        return narrative

    @cached_property
    def given(self) -> Mapping[int, tuple[int, Section]]:
        """The parts that the office wrote itself, by number, each with its index in the answers."""
        return {section.no: (i, section) for i, section in enumerate(self._completed.record.sections)}

    def items(self, no: int) -> tuple[Item, ...]:
        """What the office wrote under the headings of a part."""
        return self.given[no][1].items if no in self.given else ()

    def heading(self, no: int) -> str:
        """The heading of a part: the office's own, otherwise the form's."""
        own = self.given[no][1].heading if no in self.given else ""
        return own or self._completed.record.form.headings[no - 1]

    @property
    def more(self) -> tuple[Section, ...]:
        """Parts beyond the form's six, in their order."""
        return tuple(section for no, (_, section) in sorted(self.given.items()) if no not in PARTS)

    def is_ours(self, no: int) -> bool:
        """Whether a part in prose is generated from the numbers."""
        return no in PROSE and no not in self.given

    @property
    def signature(self) -> str:
        """The signatory; empty if the report has neither signature nor date."""
        return self.answers.get("signature") or (self.agency if "date" in self.answers else "")

    @property
    def title(self) -> str:
        """The title: the office's own, otherwise one made from agency and year."""
        return self.answers.get("title") or f"{self.agency}{self.answers['year']}年政府信息公开工作年度报告"


def told(item: Item) -> tuple[str, str]:
    """The heading of an item, if it is on a line of its own, and the text without blank lines."""
    printed = list(lines([item]))
    heading = printed[0].text if printed and printed[0].heading else ""
    return heading, "\n".join(line.text for line in printed if not line.heading)
