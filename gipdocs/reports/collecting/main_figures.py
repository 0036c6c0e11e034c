"""The main figures of a report, in which a table of many bodies shows each of them in one line."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from gipdocs.reports.collecting.gaps import AMOUNT, Cause, cause_of
from gipdocs.reports.expressions import Expression, Number, parse
from gipdocs.reports.facts import SUITS
from gipdocs.reports.grids import TABLE_NAMES
from gipdocs.reports.record import Record

FIGURES: tuple[tuple[str, str], ...] = (
    ("规章\n制发", "table2.rules.issued"),
    ("规章\n废止", "table2.rules.repealed"),
    ("规章\n现行有效", "table2.rules.valid"),
    ("规章\n新制作", "table2.rules.made"),
    ("规章\n新公开", "table2.rules.disclosed"),
    ("规章\n公开总数", "table2.rules.total_public"),
    ("规范性文件\n制发", "table2.normative.issued"),
    ("规范性文件\n废止", "table2.normative.repealed"),
    ("规范性文件\n现行有效", "table2.normative.valid"),
    ("规范性文件\n新制作", "table2.normative.made"),
    ("规范性文件\n新公开", "table2.normative.disclosed"),
    ("规范性文件\n公开总数", "table2.normative.total_public"),
    ("行政许可", "table2.licence.decisions"),
    ("行政处罚", "table2.penalty.decisions"),
    ("行政强制", "table2.coercion.decisions"),
    ("事业性收费\n（万元）", "table2.fee.amount_wan"),
    ("集中采购\n金额", AMOUNT),
    ("新收", "table3.new.total"),
    ("上年结转", "table3.carried_in.total"),
    ("予以公开", "table3.granted.total"),
    ("部分公开", "table3.partial.total"),
    ("不予公开", "table3.D.total"),
    ("无法提供", "table3.U.total"),
    ("不予处理", "table3.N.total"),
    ("其他处理", "table3.O.total"),
    ("办结总计", "table3.sum.total"),
    ("结转下年", "table3.carried_out.total"),
    ("行政复议", "table4.reconsideration.total"),
    ("行政诉讼", SUITS),
)
"""The headings of the main figures of both forms, and what they are made of."""
INSTEAD: dict[Cause, str] = {"form": "无此项", "blank": "空白", "unit": "单位不明"}
"""What stands in place of a figure that can't be counted; 读不出 for other causes."""


@dataclass(frozen=True, kw_only=True)
class MainFigure:
    """A column: its heading and what it is made of."""

    heading: str
    worth: Expression

    @property
    def table(self) -> str:
        """The table that the figure is from: 表二."""
        return TABLE_NAMES[self.worth.text.partition(".")[0]]

    def paths(self, record: Record) -> frozenset[str]:
        """The figures of a report that it is made of."""
        return frozenset(path for _, path in self.worth.paths(record.row_form))

    def show(self, record: Record) -> tuple[Number | str, bool]:
        """What a report gives for it, or why it gives nothing, and whether anything in it can't be counted."""
        paths = self.paths(record)
        causes = {cause for path in paths if (cause := cause_of(record, path))}
        found = record.worth(self.worth)
        if causes and (len(paths) == 1 or causes != {"blank"} or len(found.blank) == len(paths)):
            return INSTEAD.get(min(causes), "读不出"), True
        return found.number, bool(causes)

    def sum_of(self, record: Record) -> Number | str:
        """What a sum gives for it; "" if no body gives anything."""
        found = record.worth(self.worth)
        return "" if found.unknown or len(found.blank) == len(self.paths(record)) else found.number


def main_figures(record: Record) -> Iterator[MainFigure]:
    """Those that the form of a report has."""
    for heading, text in FIGURES:
        figure = MainFigure(heading=heading, worth=parse(text))
        if figure.paths(record) <= record.cells.keys():
            yield figure
