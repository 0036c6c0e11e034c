"""The codes of refused input: stable words for programs, spelled with hyphens, each with its Chinese meaning."""

from __future__ import annotations

from collections.abc import Mapping

CODES: Mapping[str, str] = {
    "required": "必填的项目没有填写",
    "null": "不能是null，没有内容时不要填写此项",
    "type": "数据类型不对",
    "unknown": "没有这一项",
    "option": "没有这个选项",
    "format": "写法不对",
    "range": "数、日期超出范围",
    "no-such-day": "没有这一天",
    "too-long": "文字太长",
    "too-short": "文字太短",
    "blank": "只有空白",
    "character": "有不能印在文书上的字符",
    "line-break": "只能写一行的写了几行",
    "rows": "项数太多或者太少",
    "too-many": "行数或者件数太多",
    "repeated": "同一内容写了两次",
    "single": "各件不同的内容，不能各件共用",
    "mismatch": "两处填写的内容不一致",
    "future": "日期还没有到",
    "closed": "案件已经办结",
    "draft": "草稿不能签发",
    "other-letter": "草稿属于别的案件或者别的文书",
    "not-for-kind": "所选的种类不填这一项",
    "not-permitted": "不在管理员许可之列",
    "no-such-cell": "表格里没有这个单元格",
    "expression": "算式写错了",
    "invalid": "填写内容不符合这份文书的要求",
}
"""The reasons for refusing the answers of a request; clients may rely on these words."""

FILES: Mapping[str, str] = {
    "file": "不是可以读取的文件，或者种类不对",
    "empty": "文件里没有文字",
    "json": "JSON文件读不出来",
    "csv": "CSV文件读不出来",
    "toml": "TOML文件读不出来",
    "xlsx": "XLSX文件读不出来",
    "too-large": "文件太大",
    "tables": "没有找到报告的表格",
    "busy": "同时读取的文件过多，没有读",
    "no-reports": "没有一份能读出的报告",
    "several": "文件里有几份报告",
    "year": "看不出是哪一年度的报告",
    "too-many-cells": "表格太大",
    "no-rows": "这份文书不能用表格填写",
    "no-headings": "没有找到表头",
    "heading-missing": "表头缺少栏目",
    "heading-twice": "表头有重复的栏目",
    "strange-heading": "表头有不认识的栏目",
    "several-sheets": "有几张工作表都有内容",
    "example-row": "示例行没有删去",
    "sheet-without-headings": "有工作表没有表头",
    "hidden": "有隐藏的工作表、行、列",
    "note-row": "表格里夹有说明文字",
    "merged": "合并了不同栏目的单元格",
    "cell": "单元格读不出来",
    "no-heading": "单元格不在任何一栏下面",
}
"""The reasons for refusing a file with answers, a report or a guide."""
