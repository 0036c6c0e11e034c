"""Reads what a record tells in words: its parts, its claims, the processing fee, the date."""

from __future__ import annotations

from datetime import date
from typing import Any

from gipdocs.reports import expressions
from gipdocs.reports.collector import LONGEST, Collector, amount
from gipdocs.reports.record import Claim, Item, ProcessingFee, Section

MOST_PARTS = 99


class NarrativeReader(Collector):
    """Reads the parts of a record that are not tables."""

    def sections(self, raw: Any, at: str) -> tuple[Section, ...]:
        found = tuple(self.each(raw, at, self.section))
        length = sum(len(item.text) + len(item.head) for section in found for item in section.items)
        if length > LONGEST:
            self.refuse(at, "too-long", f"叙述部分共{length}字，超过{LONGEST}字，请压缩。")
        return found

    def section(self, raw: Any, at: str) -> Section | None:
        data = self.group(raw, at, ("no", "heading", "items", "table"))
        no, heading = data.get("no"), self.text(data.get("heading", ""), f"{at}/heading")
        if not isinstance(no, int) or isinstance(no, bool) or not 1 <= no <= MOST_PARTS:
            self.refuse(f"{at}/no", "range", "请写明是第几部分，例如1。")
            return None
        table = data.get("table")
        if table not in (None, "table2", "table3", "table4"):
            self.refuse(f"{at}/table", "option", "表格只有table2、table3、table4。")
            table = None
        items = tuple(self.each(data.get("items"), f"{at}/items", self.item))
        return Section(no=no, heading=heading or "", items=items, table=table)

    def item(self, raw: Any, at: str) -> Item:
        data = self.group(raw, at, ("head", "text"))
        head, text = (self.text(data.get(key, ""), f"{at}/{key}") for key in ("head", "text"))
        return Item(head=head or "", text=text or "")

    def claim(self, raw: Any, at: str) -> Claim | None:
        data = self.group(raw, at, ("key", "value", "quote", "where", "compare", "note"))
        words = {key: self.text(data.get(key, ""), f"{at}/{key}") or "" for key in ("key", "quote", "where")}
        note = None if data.get("note") is None else self.text(data["note"], f"{at}/note")
        value = data.get("value")
        if value is not None and amount(value) is None:
            self.refuse(f"{at}/value", "type", "叙述中的数应为数字。")
            return None
        return Claim(
            value=amount(value), compare=self.compare(data.get("compare"), f"{at}/compare"), note=note, **words
        )

    def compare(self, raw: Any, at: str) -> expressions.Expression | None:
        text = None if raw is None else self.text(raw, at)
        if text is None:
            return None
        try:
            return expressions.parse(text)
        except ValueError as error:
            self.refuse(at, "expression", f"比对的算式写错了：{error}。应为单元格和数的加减，例如table3.new.total+1。")
            return None

    def fee(self, raw: Any, at: str) -> ProcessingFee | None:
        if raw is None:
            return None
        data = self.group(raw, at, ("yuan", "cases", "quote"))
        yuan, cases = amount(data.get("yuan")), data.get("cases")
        if data.get("yuan") is not None and (yuan is None or yuan < 0):
            self.refuse(f"{at}/yuan", "type", "信息处理费应为不小于0的金额，单位为元。")
        if cases is not None and (not isinstance(cases, int) or isinstance(cases, bool) or cases < 0):
            self.refuse(f"{at}/cases", "type", "收取信息处理费的件数应为不小于0的整数。")
            cases = None
        quote = None if data.get("quote") is None else self.text(data["quote"], f"{at}/quote")
        return ProcessingFee(yuan=yuan, cases=cases, quote=quote)

    def day(self, raw: Any, at: str) -> date | None:
        if raw is None or isinstance(raw, date):
            return raw
        try:
            return date.fromisoformat(raw)
        except (TypeError, ValueError):
            self.refuse(at, "format", "日期请写作2024-01-18的形式。")
            return None
