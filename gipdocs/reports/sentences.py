"""Sentences about a year's applications, disputes and fees: the names that their wording uses, and the sentences themselves.

The annual report prints those that follow from its tables; a register may know more of the year.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from gipdocs.documents.registry import LAYOUTS, PROJECT, WORDINGS
from gipdocs.docx.wording import Paragraph, Wording, compile_wording, read_wording
from gipdocs.law import Law
from gipdocs.reports.expressions import Number
from gipdocs.reports.facts import compute_facts
from gipdocs.reports.narrative import NUMERAL
from gipdocs.reports.record import ProcessingFee, Record
from gipdocs.writing import plain_number

WORDING = PROJECT / LAYOUTS / WORDINGS / "year-sentences.txt"
LINES = read_wording(WORDING) if WORDING.exists() else ()
"""Empty in an installation that has documents of its own alone."""
WE = "本机关"
APPLICATIONS = ("received", "received_natural_person", "received_organisations", "carried_in", "handled", "carried_out")
RESULTS = {
    "granted": "予以公开",
    "partial": "部分公开",
    "refused": "不予公开",
    "unable": "无法提供",
    "not_processed": "不予处理",
    "other": "其他处理",
}
"""Groups of results in the order of table 3."""
ENDS = {"upheld": "结果维持", "corrected": "结果纠正", "other": "其他结果", "pending": "尚未审结"}
"""What becomes of a dispute, in the order of table 4."""
ALL = {"结果维持": "结果均为维持", "结果纠正": "结果均为纠正", "其他结果": "均为其他结果", "尚未审结": "均尚未审结"}
"""How the ends of disputes are told if all of them are alike."""
DISPUTES = {"reconsideration": ("reconsideration",), "suit": ("suit_direct", "suit_after")}


@dataclass(frozen=True, kw_only=True)
class YearCourse:
    """What a register knows of a year beyond its tables.

    `channels` are the applications received by the way in which they came, empty if that isn't known of each of them.
    `closed_late` of the cases that were closed, and `left_late` of those carried over, were not answered in time; None
    if that isn't known of each of them. `termless` and `left_termless`: a term doesn't run for some of those that were
    closed, or carried over. `earlier` are the disputes of table 4 that were begun in an earlier year. `notices` are the cases in which a fee was asked, with
    the sum that was asked; None if an amount isn't known.
    """

    channels: Mapping[str, int] = field(default_factory=dict)
    closed_late: int | None = None
    left_late: int | None = None
    termless: bool = False
    left_termless: bool = False
    earlier: Mapping[str, int] = field(default_factory=dict)
    notices: int = 0
    noticed_yuan: Decimal | None = None


@dataclass(frozen=True, kw_only=True)
class YearSentences:
    """Sentences by what they are about: `requests`, `disputes`, `fee`; one paragraph a line.

    `whole` says everything. `additions` leaves out what the annual report itself writes from its tables.
    """

    whole: Mapping[str, str] = field(default_factory=dict)
    additions: Mapping[str, str] = field(default_factory=dict)


def compile_sentences() -> Wording | None:
    """Their wording as it was at the start, compiled once; None in an installation without it, TemplateError for a fault."""
    return compile_wording(WORDING, LINES) if LINES else None


def tell_year(record: Record, law: Law, day: date, course: YearCourse | None = None) -> YearSentences:
    """The sentences about the year of a record, as a report of a day writes them; nothing is said of a blank figure.

    Nothing is said at all in an installation without the wording.
    """
    wording = compile_sentences()
    if wording is None:
        return YearSentences()
    citations = law.on(min(day, date(record.year + 1, 12, 31))).citations
    course, fee = course or YearCourse(), fee_names(record.year, record.processing_fee, law)
    context = {
        "year": record.year,
        "we": WE,
        "act": citations["annual_report"].act,
        "law": citations,
        **request_names(record),
        **dispute_names(record),
        **fee,
        **_channel_names(course),
        **_time_names(record, course),
        **_earlier_names(course),
        **_notice_names(course, fee),
    }
    told = list(_sorted(wording.fill(context)))
    return YearSentences(whole=_joined(told), additions=_joined(one for one in told if one[1]))


def request_names(record: Record) -> dict[str, Any]:
    """The names about applications: what table 3 says of them, and which of the sentences fit."""
    known = compute_facts(record)
    facts = {name: known[name] for name in APPLICATIONS}
    complete = None not in facts.values()
    received, persons, organisations, before, _, after = (fact or 0 for fact in facts.values())
    any_received = complete and bool(received or before)
    found = [(label, count) for label, count in results(record) if count]
    return {
        **{name: printed_figure(fact) for name, fact in facts.items()},
        "all": "均" if received > 1 else "",
        "no_applications": complete and not any_received,
        "from_both": any_received and bool(persons and organisations),
        "from_persons": any_received and bool(received) and not organisations,
        "from_organisations": any_received and bool(received) and not persons,
        "only_carried_in": any_received and not received,
        "carried_in_and_out": any_received and bool(before and after),
        "carried_in_only": any_received and bool(before) and not after,
        "carried_out_only": any_received and bool(after) and not before,
        "nothing_carried": any_received and not (before or after),
        "with_results": any_received and bool(found),
        "results": told_in_pieces(found),
    }


def dispute_names(record: Record) -> dict[str, Any]:
    """The names about disputes; their results only if these add up to as many as there are."""
    known = compute_facts(record)
    disputes = {name: known[name] for name in ("reconsiderations", "suits")}
    complete = None not in disputes.values()
    reconsiderations, suits = disputes.values()
    return {
        **{name: printed_figure(fact) for name, fact in disputes.items()},
        **{f"{name}_results": _bracketed(record, parts) for name, parts in DISPUTES.items()},
        "no_disputes": complete and not any(disputes.values()),
        "with_disputes": complete and all(disputes.values()),
        "only_reconsiderations": complete and bool(reconsiderations) and not suits,
        "only_suits": complete and bool(suits) and not reconsiderations,
    }


def fee_names(year: int, fee: ProcessingFee | None, law: Law) -> dict[str, Any]:
    """The names about the 信息处理费, of which is reported what was collected while its rules were in force."""
    method = law.acts["fee_method"]
    yuan, cases = (fee.yuan, fee.cases) if fee else (None, None)
    tells = year >= method.since.year and yuan is not None
    return {
        "fee_method": f"{method.name}（{method.number}）",
        "fee_yuan": printed_figure(yuan),
        "fee_cases": printed_figure(cases),
        "no_fee": tells and not yuan,
        "with_fee": tells and bool(yuan) and not cases,
        "with_fee_cases": tells and bool(yuan) and bool(cases),
    }


def _earlier_names(course: YearCourse) -> dict[str, Any]:
    return {
        **{f"earlier_{name}s": course.earlier.get(name, 0) for name in DISPUTES},
        **{f"with_earlier_{name}s": bool(course.earlier.get(name)) for name in DISPUTES},
    }


def _notice_names(course: YearCourse, fee: Mapping[str, Any]) -> dict[str, Any]:
    """The names about notices of fees, which are told if the fee itself is."""
    tells = bool(course.notices) and course.noticed_yuan is not None
    return {
        "notices": course.notices,
        "noticed_yuan": "" if course.noticed_yuan is None else plain_number(course.noticed_yuan),
        "notices_paid": tells and (fee["with_fee"] or fee["with_fee_cases"]),
        "notices_unpaid": tells and fee["no_fee"],
    }


def _channel_names(course: YearCourse) -> dict[str, Any]:
    ways = [(way, count) for way, count in course.channels.items() if count]
    return {
        "one_channel": len(ways) == 1,
        "channel": ways[0][0] if ways else "",
        "several_channels": len(ways) > 1,
        "channels": told_in_pieces(ways),
    }


def _time_names(record: Record, course: YearCourse) -> dict[str, Any]:
    """The names about what was done in time: nothing is called in time as long as any case is late or unclear."""
    facts = compute_facts(record)
    handled, left = facts["handled"] or 0, facts["carried_out"] or 0
    done, rest = bool(handled) and course.closed_late == 0, bool(left) and course.left_late == 0
    return {
        "all_handled": "均" if handled > 1 else "",
        "all_in_time": done and not left and not course.termless,
        "closed_in_time": done and not rest and bool(left or course.termless),
        "closed_and_rest_in_time": done and rest,
        "only_rest": rest and not done,
        "rest_in_time": "没有超过法定期限" if course.left_termless else "尚在办理期限内",
        "closed_late": course.closed_late or 0,
        "with_closed_late": bool(handled and course.closed_late),
        "left_late": course.left_late or 0,
        "with_left_late": bool(left and course.left_late),
    }


def results(record: Record) -> list[tuple[str, Number]]:
    """The groups of results with their numbers; empty if one is unknown."""
    known = compute_facts(record)
    found = [(label, count) for name, label in RESULTS.items() if (count := known[name]) is not None]
    return found if len(found) == len(RESULTS) else []


def told_in_pieces(counts: Iterable[tuple[str, Number]]) -> str:
    """予以公开3件，部分公开1件."""
    return "，".join(f"{label}{count}件" for label, count in counts)


def printed_figure(value: Number | None) -> str:
    """A figure as it is printed, nothing for a blank one."""
    return "" if value is None else f"{value:f}" if not isinstance(value, int) else str(value)


def _bracketed(record: Record, suits: Iterable[str]) -> str:
    """（结果维持2件，尚未审结1件）, （结果均为维持）, （均尚未审结）; nothing if the results don't add up."""
    suits = tuple(suits)
    counts = [(label, sum(record.cells[f"table4.{suit}.{end}"] or 0 for suit in suits)) for end, label in ENDS.items()]
    total = sum(record.cells[f"table4.{suit}.total"] or 0 for suit in suits)
    found = [(label, count) for label, count in counts if count]
    if not found or sum(count for _, count in found) != total:
        return ""
    if len(found) > 1:
        return f"（{told_in_pieces(found)}）"
    return f"（{found[0][0] if total == 1 else ALL[found[0][0]]}）"


def _sorted(paragraphs: Iterable[Paragraph]) -> Iterator[tuple[str, bool, str]]:
    """What each paragraph is about, whether it says more than the tables, and its text without a number."""
    about, more = "", False
    for one in paragraphs:
        if one.style == "h1":
            about, more = one.text, False
        elif one.style == "h2":
            more = True
        elif one.text not in ("more", "fee"):  # the last heading has the style of the last paragraph
            yield about, more, NUMERAL.sub("", one.text, count=1)


def _joined(told: Iterable[tuple[str, bool, str]]) -> dict[str, str]:
    found: dict[str, list[str]] = {}
    for about, _, text in told:
        found.setdefault(about, []).append(text)
    return {about: "\n".join(texts) for about, texts in found.items()}
