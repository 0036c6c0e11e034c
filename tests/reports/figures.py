"""Writes docs/faults.md: which faults were sown into right reports, by rule, and how many were found.

Run it as `python -m tests.reports.figures > docs/faults.md`.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator, Sequence

from gipdocs.findings import Finding
from gipdocs.reports import check
from gipdocs.reports.record import Record
from gipdocs.reports.rules import RULES
from tests.reports.sowing import Fault, Sown

HEAD = """# What the check of an annual report finds

Made by `python -m tests.reports.figures`; a test compares it. Faults that inspectors report, or that were found in published
reports, are sown one at a time into right reports, made of ten published ones. A fault counts as found if its own rule says
something that it did not say before. Each rule's severity is in [codes.md](codes.md).

"""


def is_found(one: Sown) -> bool:
    """Whether one of the fault's own rules tells something new about the wrong report."""
    before = {(finding.code, finding.message) for finding in check(one.right)}
    told = {finding.code for finding in check(one.wrong) if (finding.code, finding.message) not in before}
    return not told.isdisjoint(one.fault.rules)


def write_figures(sown: Sequence[Sown], right: Sequence[Record]) -> str:
    """The page, of these faults and of these right reports."""
    found, all_sown = Counter[Fault](), Counter[Fault]()
    for one in sown:
        all_sown[one.fault] += 1
        found[one.fault] += is_found(one)
    clean = [check(record) for record in right]
    total = f"Sown: {len(sown)}, of {len(all_sown)} kinds. Found: {found.total()}.\n\n"
    table = "\n".join(_table(all_sown, found))
    return f"{HEAD}{total}{_told_of_clean(clean)}\n{table}\n"


def _told_of_clean(clean: Sequence[Sequence[Finding]]) -> str:
    grave = sum(one.severity != "info" for found in clean for one in found)
    notes = [sum(one.severity == "info" for one in found) for found in clean]
    return (
        f"Right reports: {len(clean)}. False alarms (errors and warnings): {grave}. "
        f"Notes for information: at most {max(notes)} in one report.\n"
    )


def _table(sown: Counter[Fault], found: Counter[Fault]) -> Iterator[str]:
    yield "| rule | what it asks | fault sown | sown | found |"
    yield "|---|---|---|---|---|"
    order = list(RULES)
    for fault in sorted(sown, key=lambda one: (order.index(one.rules[0]), one.name)):
        rules = ", ".join(f"`{rule}`" for rule in fault.rules)
        yield f"| {rules} | {RULES[fault.rules[0]].title} | {fault.name} | {sown[fault]} | {found[fault]} |"


if __name__ == "__main__":
    from tests.reports.test_sowing import VARIANTS
    from tests.reports.test_sowing import sown as all_faults

    sys.stdout.write(write_figures(all_faults(), [made() for made in VARIANTS.values()]))
