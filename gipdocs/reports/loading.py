"""Loads a report's record from plain data: strict for what counts, patient with what only describes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import fields
from decimal import Decimal
from typing import Any

from gipdocs.errors import InvalidInput, named, token
from gipdocs.reports.collector import LARGEST, amount
from gipdocs.reports.expressions import Number
from gipdocs.reports.forms import FIRST_YEAR, Form, form_for, forms
from gipdocs.reports.grids import Figure
from gipdocs.reports.record import SCHEMA, Record
from gipdocs.reports.telling import NarrativeReader

BUILDING = frozenset(("draft", "overrides", "charts", "narrative", "channels", "interpretations"))
"""What is answered beside the record when its document is built."""
DESCRIPTIVE = BUILDING | {
    *("id", "region", "source", "labels_as_printed", "extra_rows", "anomalies", "verdict", "notes", "format_note"),
}
TEXTS = ("agency", "agency_kind", "level", "title", "preamble", "signature")
INNER = {"cells", "amount_unit", "form_rows", "hidden", "described"}
"""Attributes of a record that its tables give."""
KEYS = DESCRIPTIVE | {field.name for field in fields(Record)} - INNER | {"schema", "table2", "table3", "table4"}
LAST_YEAR = 2199
UNITS = ("元", "万元")


def load(raw: Mapping[str, Any], pointer: str = "") -> Record:
    """The record in `raw`, JSON data or answers that a schema has loaded (dates and Decimals are accepted).

    Raises InvalidInput with every fault at once, each with its JSON pointer under `pointer`. Unknown keys are
    refused; totals and whole tables may be absent: what is absent is blank.
    """
    loading = _Loading()
    record = loading.record(raw, pointer)
    if loading.faults or record is None:
        raise InvalidInput(loading.faults)
    return record


class _Loading(NarrativeReader):
    """Reads one record and collects its faults; a method returns what it could read of its part."""

    def record(self, raw: Any, at: str) -> Record | None:
        data = self.group(raw, at, KEYS)
        if data.get("schema", SCHEMA) != SCHEMA:
            self.refuse(f"{at}/schema", "option", f"记录的版本应为“{SCHEMA}”，请用相同版本的系统生成记录。")
        year, form = self.year_and_form(data, at)
        if year is None or form is None:
            return None
        table3 = self.group(data.get("table3"), f"{at}/table3", ("columns", "form_rows", "rows"))
        rows = self.row_form(table3, form, f"{at}/table3")
        cells, unit = self.cells(data, table3, form, rows, at)
        not_visible = tuple(self.each(data.get("not_visible"), f"{at}/not_visible", self.text))
        return Record(
            year=year,
            format=form.key,
            form_rows=rows.key,
            cells=cells,
            amount_unit=unit,
            not_visible=not_visible,
            hidden=self.hidden(not_visible, cells, f"{at}/not_visible"),
            remarks=self.remarks(data.get("remarks"), cells, f"{at}/remarks"),
            raw=self.mapping(data.get("raw"), f"{at}/raw"),
            sections=self.sections(data.get("sections"), f"{at}/sections"),
            claims=tuple(self.each(data.get("claims"), f"{at}/claims", self.claim)),
            processing_fee=self.fee(data.get("processing_fee"), f"{at}/processing_fee"),
            attachments=tuple(self.each(data.get("attachments"), f"{at}/attachments", self.text)),
            date=self.day(data.get("date"), f"{at}/date"),
            previous=self.before(data.get("previous"), f"{at}/previous"),
            described={key: value for key, value in data.items() if key in DESCRIPTIVE},
            **self.texts(data, at),
        )

    def texts(self, data: Mapping[str, Any], at: str) -> dict[str, str | None]:
        return {key: None if data.get(key) is None else self.text(data[key], f"{at}/{key}") for key in TEXTS}

    def year_and_form(self, data: Mapping[str, Any], at: str) -> tuple[int | None, Form | None]:
        year = data.get("year")
        if not isinstance(year, int) or isinstance(year, bool) or not FIRST_YEAR <= year <= LAST_YEAR:
            self.refuse(f"{at}/year", "range", f"请填写报告年度，为{FIRST_YEAR}年以后的四位年份，例如2023。")
            return None, None
        table2 = data.get("table2")
        stated = {
            f"{at}/format": data.get("format"),
            f"{at}/table2/format": table2.get("format") if isinstance(table2, Mapping) else None,
        }
        chosen = [key for key in stated.values() if key is not None]
        for pointer, key in stated.items():
            if key is not None and (not isinstance(key, str) or key not in forms()):
                self.refuse(pointer, "option", "格式只有“2019”和“2021”两种。")
                return year, None
        if len(set(chosen)) > 1:
            self.refuse(f"{at}/table2/format", "mismatch", "表二的格式与报告的格式不一致，请改为同一种。")
        return year, forms()[chosen[-1]] if chosen else form_for(year)  # table 2 is read as what it says it is

    def row_form(self, table3: Mapping[str, Any], form: Form, at: str) -> Form:
        columns = table3.get("columns")
        if columns is not None and columns != list(form.columns):
            self.refuse(f"{at}/columns", "option", f"表三各列的顺序应为{'、'.join(form.columns)}。")
        key = table3.get("form_rows")
        if key is not None and (not isinstance(key, str) or key not in forms()):
            self.refuse(f"{at}/form_rows", "option", "表三的行只有“2019”和“2021”两种格式。")
            return form
        return forms()[key] if key else form

    def cells(
        self, data: Mapping[str, Any], table3: Mapping[str, Any], form: Form, rows: Form, at: str
    ) -> tuple[dict[str, Number | None], str | None]:
        found: dict[str, Number | None] = {}
        unit = None
        for key in ("table2", "table4"):
            figures = form.table(key).figures
            names = {figure.path.split(".")[1]: None for figure in figures}
            table = self.group(data.get(key), f"{at}/{key}", [*names, *(["format"] if key == "table2" else [])])
            for row in names:
                of = [figure for figure in figures if figure.path.split(".")[1] == row]
                more = ["amount_unit"] if row == "procurement" else []
                one = self.group(
                    table.get(row), f"{at}/{key}/{row}", [*(figure.path.split(".")[2] for figure in of), *more]
                )
                found |= {figure.path: self.figure(one.get(figure.path.split(".")[2]), figure, at) for figure in of}
                unit = self.unit(one.get("amount_unit"), f"{at}/{key}/{row}/amount_unit") if more else unit
            if key == "table2":
                found |= self.rows(table3, rows, at)
        return found, unit

    def rows(self, table3: Mapping[str, Any], form: Form, at: str) -> dict[str, Number | None]:
        given = self.group(table3.get("rows"), f"{at}/table3/rows", form.rows)
        figures = {figure.path: figure for figure in form.table("table3").figures}
        found: dict[str, Number | None] = {}
        for row in form.rows:
            values = given.get(row)
            if values is None:
                values = [None] * len(form.columns)
            if not isinstance(values, list | tuple) or len(values) not in (len(form.columns), len(form.applicants)):
                self.refuse(f"{at}/table3/rows/{row}", "rows", "表三每行应为七个数（总计可以不填，则为六个）。")
                values = []
            padded = [*values, *[None] * len(form.columns)]
            for column, value in zip(form.columns, padded, strict=False):
                path = f"table3.{row}.{column}"
                found[path] = self.figure(value, figures[path], at)
        return found

    def figure(self, raw: Any, figure: Figure, at: str) -> Number | None:
        if raw is None:
            return None
        value: Any = amount(raw) if figure.kind == "money" else raw
        wanted = "不小于0的数" if figure.kind == "money" else "整数" if figure.kind == "signed" else "不小于0的整数"
        whole = isinstance(value, int) and not isinstance(value, bool)
        right = whole or (figure.kind == "money" and isinstance(value, Decimal))
        if not right or (figure.kind != "signed" and value < 0) or abs(value) > LARGEST:
            self.refuse(at + figure.pointer, "type", f"{figure.place}应为{wanted}，没有数字的留空，不填文字。")
            return None
        checked: Number = value
        return checked

    def unit(self, raw: Any, at: str) -> str | None:
        if raw is not None and raw not in UNITS:
            self.refuse(at, "option", "采购总金额的单位应为“元”或者“万元”。")
            return None
        return raw if isinstance(raw, str) else None

    def hidden(self, paths: Iterable[str], cells: Mapping[str, Number | None], at: str) -> frozenset[str]:
        found: set[str] = set()
        for i, path in enumerate(paths):
            start = plain_path(path)
            inside = [one for one in cells if one == start or one.startswith(f"{start}.")]
            if not inside:
                self.refuse(
                    f"{at}/{i}", "no-such-cell", f"没有“{named(path)}”这个单元格，例如table3.rows.granted.total。"
                )
            found.update(one for one in inside if cells[one] is None)
        return frozenset(found)

    def remarks(self, raw: Any, cells: Mapping[str, Number | None], at: str) -> dict[str, str]:
        found = {}
        for key, text in self.mapping(raw, at).items():
            path = plain_path(key)
            if path not in cells:
                self.refuse(
                    f"{at}/{token(key)}", "no-such-cell", f"没有“{named(key)}”这个单元格，例如table3.granted.total。"
                )
            elif path in found:
                detail = f"“{path}”这个单元格有两条说明（写法带rows和不带rows的是同一格），请合并为一条。"
                self.refuse(f"{at}/{token(key)}", "repeated", detail)
            elif text.strip():
                found[path] = text
        return found

    def before(self, raw: Any, at: str) -> Record | None:
        """Last year's record; the one of the year before that, which a saved record carries along, is left out."""
        if raw is None:
            return None
        if isinstance(raw, Mapping):
            raw = {key: value for key, value in raw.items() if key != "previous"}
        return self.record(raw, at)


def plain_path(path: str) -> str:
    """The path of a cell without the word `rows` that the record's nesting has."""
    return path.replace("table3.rows.", "table3.")
