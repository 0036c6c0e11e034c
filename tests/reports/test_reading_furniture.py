"""What a site prints around a report is told apart from the report."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from gipdocs.reports import check, read
from gipdocs.reports.reading.furniture import ends_article, is_about, is_furniture
from tests.reports.printing import on_page, parts
from tests.reports.samples import record


@pytest.mark.parametrize(
    "line",
    [
        *(
            "字号：",
            "大 中 小",
            "[字体：大 中 小]",
            "扫一扫在手机打开当前页",
            "扫码使用手机浏览本页内容",
            "【打印本页】【关闭窗口】",
        ),
        *("分享到：", "分享到：微信 微博 QQ空间", "打印", "关闭", "返回顶部", "浏览次数：12 次", "草　稿", "续表"),
        *(
            "首页 > 政务公开 > 年度报告",
            "您当前的位置：首页>政务公开",
            "— 3 —",
            "- 12 -",
            "第 3 页 共 8 页",
            "附件下载",
        ),
    ],
)
def test_buttons_and_page_numbers_are_no_text(line: str) -> None:
    assert is_furniture(line)


@pytest.mark.parametrize(
    "line",
    [
        "发布日期：2024年1月20日 来源：办公室",
        "索引号：003",
        "来源：某局",
        "责任编辑：某某",
        "发布时间：2024-01-20 09:30",
    ],
)
def test_what_a_site_tells_about_an_article_is_known(line: str) -> None:
    assert is_about(line)


@pytest.mark.parametrize(
    "line",
    [
        *(
            "上一篇：关于某事的通知",
            "下一篇：没有了",
            "主办：某市某局 承办：某中心",
            "主办单位：某局",
            "版权所有：某市某局",
        ),
        *(
            "鲁ICP备05009127号-1",
            "鲁公网安备37150202000111号",
            "网站标识码：3715000001",
            "网站地图 | 联系我们",
            "联系我们",
        ),
    ],
)
def test_the_foot_of_a_page_is_known(line: str) -> None:
    assert ends_article(line)


@pytest.mark.parametrize(
    "line",
    [
        *(
            "微信公众号发布信息100条。",
            "扫码阅读2024年政务公开白皮书，共发布120期，点击量超过一万次，受到群众好评",
            "（一）主动公开",
        ),
        *(
            "主办会议3场。",
            "上一年结转0件",
            "打印机1台",
            "无",
            "中小企业服务情况",
            "第3页所列事项已经办结",
            "某市某局",
            "2024年1月18日",
        ),
        "承办建议提案12件",
    ],
)
def test_text_of_a_report_is_none_of_the_pages(line: str) -> None:
    assert not is_furniture(line)
    assert not ends_article(line)
    assert not is_about(line)


@pytest.mark.parametrize(
    "foot",
    [
        ["主办：某市某局", "鲁ICP备05009127号-1"],
        ["扫一扫在手机打开当前页", "上一篇：关于某事的通知", "下一篇：没有了"],
        ["政务新媒体", "某市政府门户", "地址：某市某路1号 邮编：252000"],
        ["上一篇：某局关于某事的公告。", "版权所有：某市某局。"],
    ],
)
@pytest.mark.parametrize("beside", [False, True], ids=["above", "beside"])
def test_a_signature_above_the_foot_of_a_page_is_found(foot: list[str], beside: bool) -> None:
    sample = record("2023")
    *text, signature, day = parts(sample)
    signed = [f"{signature} {day}"] if beside else [signature, day]
    again = read(on_page([*text, *signed, *foot], sample))
    assert (again.signature, again.date) == (sample.signature, date(2024, 1, 18))
    assert again.sections == sample.sections


def test_the_foot_of_a_page_is_no_part_of_an_unsigned_report() -> None:
    sample = replace(record("2023"), signature=None, date=None)
    again = read(
        on_page([*parts(sample), "责任编辑：某某", "主办：某市某局", "某市某路1号", "鲁ICP备05009127号-1"], sample)
    )
    assert again.sections == sample.sections
    assert (again.signature, again.date) == (None, None)


def test_attachments_below_the_date_are_kept() -> None:
    sample = record("2023")
    again = read(on_page([*parts(sample), "相关附件", "年度报告.docx", "主办：某市某局", "统计表.xlsx"], sample))
    assert again.attachments == ("年度报告.docx", "统计表.xlsx")


def test_a_day_in_the_last_part_is_no_date_of_the_report_when_text_follows() -> None:
    sample = replace(record("2023"), signature=None, date=None)
    again = read(on_page([*parts(sample), "2024年1月18日", "（四）另行报告的事项", "本机关另行报告。"], sample))
    assert again.date is None
    assert again.sections[-1].items[-1].text == "本机关另行报告。"


OWN = "聊城市机关事务管理局2023年政府信息公开工作年度报告"
OLDER = ("聊城市机关事务管理局2022年政府信息公开工作年度报告", "聊城市机关事务管理局2021年政府信息公开工作年度报告")


@pytest.mark.parametrize("place", ["above", "below", "at the end"])
def test_a_list_of_older_reports_names_neither_title_nor_year(place: str) -> None:
    sample = record("2023")
    title, *text = parts(sample)
    assert title == OWN
    ways = {"above": [*OLDER, title, *text], "below": [title, *OLDER, *text], "at the end": [title, *text, *OLDER]}
    again = read(on_page(ways[place], sample))
    assert (again.title, again.year, again.date, again.signature) == (OWN, 2023, sample.date, sample.signature)
    assert [finding for finding in check(again) if finding.code in ("F-DATE", "S-YEAR", "S-TITLE")] == []


def test_the_title_stands_above_the_first_table_where_no_heading_is_known() -> None:
    sample = replace(record("2023"), preamble=None, sections=(), signature=None, date=None)
    again = read(on_page([*OLDER[:1], *parts(sample), *OLDER[1:]], sample))
    assert (again.title, again.year) == (OWN, 2023)


def test_a_title_of_another_year_is_still_the_reports_own() -> None:
    sample = record("2023")
    _, *text = parts(sample)
    assert read(on_page([OLDER[0], *text], sample)).title == OLDER[0]


@pytest.mark.parametrize(
    "below",
    [
        ["2025年1月20日"],
        ["下载", "2025年1月20日"],
        ["下载 2025年1月20日"],
        ["年度报告.docx", "2024年3月1日", "统计表.xlsx", "2024年3月2日"],
        ["今天是", "2026年11月29日"],
    ],
)
@pytest.mark.parametrize("beside", [False, True], ids=["above", "beside"])
def test_a_date_below_the_signature_is_not_the_reports(below: list[str], beside: bool) -> None:
    sample = record("2023")
    *text, signature, day = parts(sample)
    signed = [f"{signature} {day}"] if beside else [signature, day]
    again = read(on_page([*text, *signed, *below], sample))
    assert (again.signature, again.date) == (sample.signature, sample.date)
    assert again.sections == sample.sections


def test_a_date_above_the_signed_one_is_left_in_the_text() -> None:
    sample = record("2023")
    *text, signature, day = parts(sample)
    again = read(on_page([*text, "2023年12月31日", signature, day], sample))
    assert (again.signature, again.date) == (sample.signature, sample.date)


def test_of_two_dates_that_the_title_does_not_help_with_the_first_counts() -> None:
    sample = replace(record("2023"), signature="本单位")
    again = read(on_page([*parts(sample), "下载", "2025年1月20日"], sample))
    assert (again.signature, again.date) == ("本单位", sample.date)
