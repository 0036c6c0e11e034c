"""The names that annual-report.docx and its wording use."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from gipdocs.documents.document import Answers
from gipdocs.docx.values import Chart, Format, Noted, Styled
from gipdocs.law import Office
from gipdocs.letters.geometry import signature, title_lines
from gipdocs.reports import Record
from gipdocs.reports.expressions import Number
from gipdocs.reports.grids import FormTable
from gipdocs.reports.narrative import PROSE
from gipdocs.reports.sentences import (
    WE,
    dispute_names,
    fee_names,
    printed_figure,
    request_names,
)
from gipdocs.writing import chinese_date, numeral, quote

from .charts import Figure, by_aspect, channels_told, figures, interpretations_told
from .report import NARRATIVE, PARTS, Report, told

NOTICES = {
    "2019": "国务院办公厅政府信息与政务公开办公室关于政府信息公开工作年度报告有关事项的通知",
    "2021": "国务院办公厅政府信息与政务公开办公室关于印发〈中华人民共和国政府信息公开工作年度报告格式〉的通知",
}
"""The titles of the notices that prescribe the forms; the notices' numbers are in the forms' data."""
ALL_OF_US = "本行政区域各行政机关"
ACT_IN_SHORT = "《条例》"
AROUND = re.compile(r"^[一二三四五六七八九十]+、|[（(]单位[^）)]*[）)]$")
"""What surrounds the name in a heading: its number, and the unit of its table."""
ABOUT = {"publication": ("主动公开",), "requests": ("依申请", "申请")}
"""The keywords by which the office's own text names each aspect."""
NARROW = {6: Format(style="NarrowFigure"), 9: Format(style="NarrowestFigure")}
"""The styles that keep a number of at least this many characters on one line in tables 3 and 4."""
TABLED = (2, 3, 4)
"""The parts that have the table of the same number."""
PROBLEMS = 5
"""The part that consists only of the office's own words."""
OPENING = 60  # characters at the start of an item in which its aspect is looked for


def context(answers: Answers, office: Office) -> dict[str, Any]:
    """All names, for the wording and the layout."""
    return contents(Report(answers, office))


def contents(report: Report) -> dict[str, Any]:
    """All names of a report."""
    drawn = figures(report)
    return {
        "title": _title(report.title, report.agency),
        **_preamble(report),
        **{f"heading{no}": report.heading(no) for no in PARTS},
        **_given(report, drawn),
        "own1": report.is_ours(1),
        **_publication(report),
        **_requests(report),
        **_management(report),
        **_supervision(report),
        **_problems(report),
        **_matters(report),
        **{f"figures_{aspect}": named for aspect, named in by_aspect(drawn).items()},
        **_tables(report.record),
        "charts": _charts(drawn),
        **_signed(report),
    }


def _title(title: str, agency: str) -> list[str]:
    """The lines of the title, with separate lines for the agency's name, which is added if the title lacks it."""
    if not title.startswith(agency):
        return [*([] if agency in title else title_lines(agency)), *title_lines(title)]
    return [*title_lines(agency), *title_lines(title.removeprefix(agency))]


def _preamble(report: Report) -> dict[str, Any]:
    office, form = report.office.profile.office, report.prescribed
    own_last = [report.office.profile.sites[key] for key in sorted(report.office.profile.sites, key="own".__eq__)]
    site = own_last[-1] if own_last else None
    reached = (
        ("地址", office.address),
        ("邮政编码", office.postcode),
        ("联系电话", office.phone),
        ("传真", office.fax),
        ("电子邮箱", office.email),
    )
    written = report.answers.get("preamble", "")
    headings = [*map(report.heading, PARTS), *(part.heading for part in report.more)]
    return {
        "preamble": [line for line in written.split("\n") if line.strip()],
        "own_preamble": not written,
        "notice": NOTICES[form.key],
        "notice_number": form.basis,
        "parts": "".join(quote(AROUND.sub("", heading)) for heading in headings),
        "part_count": numeral(len(headings)),
        "number": f"{report.answers['year']}年度",
        "year": report.answers["year"],
        "we": ALL_OF_US if report.is_of_government else WE,
        "act": ACT_IN_SHORT if not written or ACT_IN_SHORT in written else report.law.citations["annual_report"].act,
        "law": report.law.citations,
        "with_site": site is not None and bool(site.url),
        "site_name": site.name if site else "",
        "site_url": site.url if site else "",
        "office_name": office.name,
        "contact": "；".join(f"{label}：{value}" for label, value in reached if value),
    }


def _given(report: Report, drawn: list[Figure]) -> dict[str, Any]:
    """The parts that the office wrote itself, paragraph by paragraph."""
    parts = {no: [_item(*told(item)) for item in report.items(no)] for no in PARTS}
    parts |= {no: list(_beside_table(parts[no], report.record.form.table(f"table{no}"))) for no in TABLED}
    if 1 in report.given:
        _place(parts[1], drawn)
    more = [(one.heading, [_item(*told(item)) for item in one.items]) for one in report.more]
    return {
        **{f"given{no}": items for no, items in parts.items()},
        **{f"unwritten{no}": _is_unwritten(report, no, parts[no]) for no in PROSE},
        "more_parts": [{"heading": head, "given": items, "unwritten": _is_blank(items)} for head, items in more],
    }


def _beside_table(items: list[dict[str, Any]], table: FormTable) -> Iterator[dict[str, Any]]:
    """The items without lines that the table itself prints, such as text copied together with its table has."""
    printed = {"", *(cell.text for row in table.rows for cell in row)}
    for item in items:
        heading = "" if item["heading"] in printed else item["heading"]
        text = "\n".join(line for line in item["text"].split("\n") if line.strip() not in printed)
        if heading or text:
            yield _item(heading, text)


def _is_unwritten(report: Report, no: int, items: list[dict[str, Any]]) -> bool:
    """Whether only the heading of a part would be printed; parts one and six always have text made from the numbers."""
    if report.is_ours(no):
        return no == PROBLEMS and not any(report.words.get(key) for key in NARRATIVE[no])
    return _is_blank(items)


def _is_blank(items: list[dict[str, Any]]) -> bool:
    return not any(item["heading"] or item["text"] or item["figures"] for item in items)


def _item(heading: str, text: str) -> dict[str, Any]:
    return {"heading": heading, "text": text, "figures": []}


def _place(items: list[dict[str, Any]], drawn: list[Figure]) -> None:
    """Put the charts after the item about their aspect, or after the last item if there is none."""
    for aspect, named in by_aspect(drawn).items():
        if named and not items:
            items.append(_item("", ""))
        openings = [f"{item['heading']}{item['text'][:OPENING]}" for item in items]
        about = [i for word in ABOUT[aspect] for i, opening in enumerate(openings) if word in opening]
        if named:
            items[about[0] if about else -1]["figures"] += named


def _publication(report: Report) -> dict[str, Any]:
    rows, interpreted = (report.answers.get(key, []) for key in ("channels", "interpretations"))
    return {
        "with_channels": bool(rows),
        "channels": channels_told(report),
        "with_interpretations": len(interpreted) > 1,
        "with_interpretation": len(interpreted) == 1,
        "interpretation": interpreted[0]["form"] if interpreted else "",
        "interpretations": interpretations_told(report),
        "interpretations_total": sum(row["count"] for row in interpreted),
        "publication": report.words.get("publication", ""),
    }


def _requests(report: Report) -> dict[str, Any]:
    return {**request_names(report.record), "requests": report.words.get("requests", "")}


def _management(report: Report) -> dict[str, Any]:
    facts = {name: report.facts[name] for name in (*_stock("rules"), *_stock("normative"))}
    cells = report.record.cells
    made, disclosed, public = (cells.get(f"table2.normative.{name}") for name in ("made", "disclosed", "total_public"))
    rules, normative = ([facts[name] for name in _stock(row)] for row in ("rules", "normative"))
    known = None not in normative
    return {
        **_changes("rules", "规章", rules),
        **_changes("normative", "行政规范性文件", normative),
        "documents_made": _told_or_not("规范性文件", ("新制作", made), ("新公开", disclosed)),
        "documents_public": f"对外公开的规范性文件总数为{printed_figure(public)}件"
        if public
        else "没有对外公开的规范性文件",
        "with_rules": None not in rules and any(rules),
        "with_normative": known and any(normative),
        "no_normative": known and not any(normative),
        "with_documents_made": None not in (made, disclosed, public),
        "management": report.words.get("management", ""),
        **_platforms(report),
    }


def _stock(row: str) -> tuple[str, str, str]:
    return f"{row}_issued", f"{row}_repealed", f"{row}_valid"


def _changes(row: str, what: str, counts: Sequence[Number | None]) -> dict[str, str]:
    """Documents issued, repealed and in force, without printing 0件."""
    issued, repealed, valid = counts
    return {
        f"{row}_changes": _told_or_not(what, ("制发", issued), ("废止", repealed)),
        f"{row}_stock": f"现行有效的{what}{printed_figure(valid)}件" if valid else f"没有现行有效的{what}",
    }


def _told_or_not(what: str, *deeds: tuple[str, Number | None]) -> str:
    """制发规章2件，没有废止规章; 没有制发、废止规章."""
    if not any(count for _, count in deeds):
        return f"没有{'、'.join(verb for verb, _ in deeds)}{what}"
    return "，".join(
        f"{verb}{what}{printed_figure(count)}件" if count else f"没有{verb}{what}" for verb, count in deeds
    )


def _platforms(report: Report) -> dict[str, Any]:
    names = "、".join(site.name for site in report.office.profile.sites.values())
    return {
        "with_platforms": bool(names),
        "platform_names": names,
        "platforms": report.words.get("platforms", ""),
    }


def _supervision(report: Report) -> dict[str, Any]:
    words = {key: report.words.get(key, "") for key in ("supervision", "assessment")}
    return {**dispute_names(report.record), **words}


def _problems(report: Report) -> dict[str, Any]:
    words = {key: report.words.get(key, "") for key in NARRATIVE[PROBLEMS]}
    return {**words, **{f"with_{key}": bool(text) and report.is_ours(PROBLEMS) for key, text in words.items()}}


def _matters(report: Report) -> dict[str, Any]:
    """The names about other matters; the fee is reported here unless the office wrote the part itself."""
    fee = report.record.processing_fee if report.is_ours(6) else None
    matters = [line for line in report.words.get("matters", "").split("\n") if line.strip()]
    return {
        **fee_names(report.answers["year"], fee, report.office.law),
        "matters": matters,
        "no_matters": report.is_ours(6) and not matters,
    }


def _tables(record: Record) -> dict[str, Any]:
    """The figures as they are printed, blank ones included, each with its remark as a footnote."""
    tables: dict[str, Any] = {"table2": {}, "table3": {}, "table4": {}}
    for path in record.figures:
        table, row, column = path.split(".")
        tables[table].setdefault(row, {})[column] = _printed(record, path)
    return {
        **tables,
        **{f"form{key}": record.format == key for key in NOTICES},
        **{f"rows{key}": record.form_rows == key for key in NOTICES},
    }


def _printed(record: Record, path: str) -> str | Noted | Styled:
    unit = record.amount_unit or "" if path == "table2.procurement.amount" else ""
    value = record.cells[path]
    text = "" if value is None else f"{printed_figure(value)}{unit}"
    remark = record.remarks.get(path)
    noted = Noted(text=text, note=remark) if remark else text
    long = [style for least, style in NARROW.items() if len(text) + bool(remark) >= least]
    return Styled(text=noted, format=long[-1]) if long and not path.startswith("table2") else noted


def _charts(drawn: list[Figure]) -> Mapping[str, Chart]:
    return {one.place: one.chart for one in drawn}


def _signed(report: Report) -> dict[str, Any]:
    day = report.answers.get("date")
    date = chinese_date(day) if day else ""
    signed = signature(report.signature, date, sealed=False)
    return {
        "signed": bool(report.signature or date),
        "organ": signed.organ,
        "organ_format": signed.organ_format,
        "date": date,
        "date_format": signed.date_format,
    }
