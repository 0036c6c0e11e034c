"""The numbers of a narrative by name: printed by the wording, and compared with published sentences."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from gipdocs.reports.expressions import Expression, Number, parse
from gipdocs.reports.record import Record

SUITS = "table4.suit_direct.total+table4.suit_after.total"
CLOSED_SUITS = f"{SUITS}-table4.suit_direct.pending-table4.suit_after.pending"
SOURCES: Mapping[str, str] = {
    "received": "table3.new.total",
    "received_natural_person": "table3.new.natural_person",
    "received_organisations": "table3.new.total-table3.new.natural_person",
    "carried_in": "table3.carried_in.total",
    "to_handle": "table3.new.total+table3.carried_in.total",
    "to_handle_natural_person": "table3.new.natural_person+table3.carried_in.natural_person",
    "to_handle_organisations": "table3.new.total-table3.new.natural_person"
    "+table3.carried_in.total-table3.carried_in.natural_person",
    "handled": "table3.sum.total",
    "carried_out": "table3.carried_out.total",
    "granted": "table3.granted.total",
    "partial": "table3.partial.total",
    "granted_or_partial": "table3.granted.total+table3.partial.total",
    "refused": "table3.D.total",
    "unable": "table3.U.total",
    "not_processed": "table3.N.total",
    "other": "table3.O.total",
    "reconsiderations": "table4.reconsideration.total",
    "reconsiderations_closed": "table4.reconsideration.total-table4.reconsideration.pending",
    "suits": SUITS,
    "suits_closed": CLOSED_SUITS,
    "reconsiderations_and_suits": f"table4.reconsideration.total+{SUITS}",
    "reconsiderations_and_suits_lost": "table4.reconsideration.corrected+table4.suit_direct.corrected"
    "+table4.suit_after.corrected",
    "not_upheld": f"table4.reconsideration.total+{SUITS}-table4.reconsideration.upheld-table4.suit_direct.upheld"
    "-table4.suit_after.upheld",
    "rules_issued": "table2.rules.issued",
    "rules_repealed": "table2.rules.repealed",
    "rules_valid": "table2.rules.valid",
    "rules_made": "table2.rules.made",
    "normative_issued": "table2.normative.issued",
    "normative_repealed": "table2.normative.repealed",
    "normative_valid": "table2.normative.valid",
    "normative_made": "table2.normative.made",
    "normative_disclosed": "table2.normative.disclosed",
    "normative_total_public": "table2.normative.total_public",
    "licences": "table2.licence.decisions",
    "penalties": "table2.penalty.decisions",
    "coercions": "table2.coercion.decisions",
}


@cache
def source(name: str) -> Expression:
    """The figures that make up a named number."""
    return parse(SOURCES[name])


def compute_facts(record: Record) -> dict[str, Number | None]:
    """Every named number of a report; None if a figure is blank, unreadable or not in its form."""
    found: dict[str, Number | None] = {}
    for name in SOURCES:
        worth = record.worth(source(name))
        found[name] = None if worth.blank or worth.unknown else worth.number
    return found
