"""The row of table three of the annual report in which a reply is counted."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from gipdocs.errors import Fault, InvalidInput
from gipdocs.law.outcomes import GIVING, PARTIAL, Remedy, Row
from gipdocs.law.rules import DatedLaw


def report_row(outcomes: Sequence[str], *, law: DatedLaw, recorded: str | None = None) -> Row:
    """The one row of table three for a reply to one or several items (ids in `outcomes`).

    区分处理 (条例第三十七条) counts only as 部分公开: an item that is a partial reply, or items of which some are
    given and others withheld. Otherwise it is the row that all items share, or that of `recorded`, the item that
    the clerk chose. InvalidInput if a choice is needed and missing.
    """
    if not outcomes:
        raise InvalidInput([Fault("/outcomes", "required", "请至少写明一项申请事项的办理结果。")])
    if PARTIAL in outcomes or is_mixed(outcomes, law=law):
        return law.outcome(PARTIAL).row
    rows = {law.outcome(one).row for one in outcomes}
    if recorded is not None and recorded in outcomes:
        return law.outcome(recorded).row
    if recorded is None and len(rows) == 1:
        return rows.pop()
    detail = "各项申请事项的办理结果不在年度报告的同一行，一件申请只计一行，请从中选定计入年度报告的办理结果。"
    raise InvalidInput([Fault("/recorded", "row-choice", detail)])


def is_mixed(outcomes: Iterable[str], *, law: DatedLaw) -> bool:
    """Whether some of the outcomes give information and others withhold it (条例第十四条至第十六条)."""
    classes = {"given" if one in GIVING else law.outcome(one).remedy for one in outcomes}
    return classes >= {"given", Remedy.RECON_FIRST}
