"""The rules of the wording, each broken once."""

from __future__ import annotations

from typing import Any

import pytest

from gipdocs.findings import Finding
from gipdocs.reports import check, load
from tests.reports.samples import SEEDS, given, record

PARTS = (
    "总体情况",
    "主动公开政府信息情况",
    "收到和处理政府信息公开申请情况",
    "政府信息公开行政复议、行政诉讼情况",
    "存在的主要问题及改进情况",
    "其他需要报告的事项",
)
FEE = {"head": "（一）", "text": "（一）本年度未收取信息处理费。"}
ASPECTS = ("主动公开", "依申请公开", "政府信息管理", "政府信息公开平台建设", "监督保障")


def report(text: str = "工作正常开展。", *, part: int = 1, **more: Any) -> dict[str, Any]:
    """A report whose part one names the five aspects; `text` is added to one part."""
    sections: list[dict[str, Any]] = [
        {
            "no": no,
            "heading": f"{'一二三四五六'[no - 1]}、{name}",
            "items": [],
            "table": f"table{no}" if 1 < no < 5 else None,
        }
        for no, name in enumerate(PARTS, 1)
    ]
    sections[0]["items"] = [
        {"head": f"（{'一二三四五'[i]}）{aspect}", "text": f"第{'甲乙丙丁戊'[i]}方面的工作已经完成。"}
        for i, aspect in enumerate(ASPECTS)
    ]
    sections[4]["items"] = [{"text": "存在的问题是解读形式较为单一，今后将予以改进。"}]
    sections[5]["items"] = [FEE]
    sections[part - 1]["items"].append({"text": text})
    return {"year": 2023, "agency": "某市某局", "agency_kind": "department", "sections": sections, **more}


def found(raw: dict[str, Any], code: str) -> list[Finding]:
    """The findings of one rule about a record."""
    return [finding for finding in check(load(raw)) if finding.code == code]


def test_a_plain_report_gives_no_cause_for_remark() -> None:
    told = {finding.code for finding in check(load(report()))}
    assert told == {"S-SIGN", "S-PERIOD", "T2-BLANK", "T3-BLANK", "T4-BLANK"}


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("增进公众对机关事务工作工作的了解。", "S-DUP"),
        ("围绕中心工作，着力做好机关事务政务公开各项", "S-BROKEN"),
        ("全年收到政府信息公开申请3条。", "S-UNIT"),
        ("收到依申请公开3起。", "S-UNIT"),
        ("2022年，我局主动公开信息。", "S-YEAR"),
        ("落实上级年度政务公开工作要点。", "S-PHRASE"),
        ("我委高度重视政务公开工作。", "S-SELF"),
        ("我街道高度重视政务公开工作。", "S-SELF"),
    ],
)
def test_a_slip_of_the_pen_is_told_where_it_stands(text: str, code: str) -> None:
    (finding,) = found(report(text), code)
    assert finding.pointer == "/sections/0/items/5/text"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("一步一步推进，一件一件落实。", "S-DUP"),
        ("全年收到政府信息公开申请3件。", "S-UNIT"),
        ("制定《2022年聊城市政务公开工作要点》。", "S-YEAR"),
        ("2024年，我局将继续努力。", "S-YEAR"),
        ("我局高度重视，我国有关规定，我们将落实。", "S-SELF"),
        ("落实上年度政务公开工作要点。", "S-PHRASE"),
    ],
)
def test_correct_wording_is_left_alone(text: str, code: str) -> None:
    assert not found(report(text), code)


def test_a_clause_that_stands_twice_is_told_once() -> None:
    clause = "邀请律师详细解读《政府信息公开条例》提升业务能力"
    raw = report(f"一是{clause}，二是{clause}。")
    assert not found(raw, "S-REPEAT")  # within one item it is a figure of speech
    raw["sections"][4]["items"].append({"text": f"{clause}，取得成效。"})
    raw["sections"][0]["items"][5]["text"] = f"{clause}，成效明显。"
    (finding,) = found(raw, "S-REPEAT")
    assert finding.pointer == "/sections/4/items/1/text"


def test_missing_aspects_are_named() -> None:
    raw = report()
    del raw["sections"][0]["items"][4]
    assert found(raw, "S-FIVE")[0].message == (
        "第一部分没有写监督保障。请按格式写明主动公开、依申请公开、政府信息管理、政府信息公开平台建设、监督保障五个方面。"
    )


def test_aspects_in_a_part_without_headings_are_found_in_its_text() -> None:
    raw = report()
    raw["sections"][0]["items"] = [{"text": "主动公开、依申请公开、信息管理、平台建设、监督保障工作均已开展。"}]
    assert not found(raw, "S-FIVE")


def test_applications_must_be_mentioned_when_there_were_some() -> None:
    rows = {"rows": {"new": [2, 0, 0, 0, 0, 0, 2]}}
    assert found(report(table3=rows), "S-COUNT")
    assert not found(report("全年收到政府信息公开申请2件。", table3=rows), "S-COUNT")
    assert not found(given("2019"), "S-COUNT")  # it tells of its only application without a number


def test_a_governments_report_tells_of_examination_review_and_accountability() -> None:
    (finding,) = found(report("开展考核和社会评议。", agency_kind="government"), "S-GOV")
    assert finding.message.endswith("没有写责任追究，请补写。")
    assert not found(report(), "S-GOV")


@pytest.mark.parametrize("text", ["无", "无。", "没有。", "暂无", "不断改进。"])
def test_part_five_must_say_something(text: str) -> None:
    raw = report()
    raw["sections"][4]["items"] = [{"text": text}]
    assert found(raw, "S-PROBLEM")


def test_part_six_speaks_of_the_fee_from_2021_on() -> None:
    raw = report()
    raw["sections"][5]["items"] = [{"text": "无。"}]
    assert "本年度未收取信息处理费" in found(raw, "FEE-SAID")[0].message
    assert not found({**raw, "year": 2020}, "FEE-SAID")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("发出收费通知3件，总金额2230元，实际收取2230元。", False),
        ("本年度未发出收费通知。", False),
        ("依申请公开政府信息没有收费。", False),
        ("本年度没有收取任何费用。", False),
        ("行政事业性收费情况见财政部门网站。", True),
    ],
)
def test_the_fee_may_be_reported_in_other_words(text: str, told: bool) -> None:
    raw = report(table3={"rows": {"o2_unpaid": [1, 0, 0, 0, 0, 0, 1]}})
    raw["sections"][5]["items"] = [{"text": text}]
    assert [one.pointer for one in found(raw, "FEE-SAID")] == ["/sections/5"] * told


def test_a_fee_that_was_charged_must_be_reported() -> None:
    raw = report(processing_fee={"yuan": 380, "cases": 1})
    raw["sections"][5]["items"] = [{"text": "本年度对1件申请收取信息处理费380元。"}]
    assert not found(raw, "FEE-SAID")
    raw["sections"][5]["items"] = [{"text": "无。"}]
    assert "380元" in found(raw, "FEE-SAID")[0].message


@pytest.mark.parametrize(
    ("yuan", "text", "contradicted"),
    [
        (380, "本年度没有收取信息处理费。", True),
        (380, "本机关未向申请人收取政府信息公开信息处理费。", True),
        (380, "全年未发生信息处理费。", True),
        (380, "本年度收取信息处理费共计300元。", True),
        (0, "本年度对2件申请收取信息处理费380元。", True),
        (380, "本年度收取信息处理费380元，其余申请没有收取信息处理费。", False),
        (380, "上年没有收取信息处理费。", False),
        (380, "收取信息处理费的标准为每件100元。", False),
        (380, "逾期未缴纳信息处理费的，按规定不再处理。", False),
        (3800, "本年度收取信息处理费0.38万元。", False),
        (0, "本机关未收取信息处理费。", False),
        (0, "全年收取政府信息公开信息处理费0元。", False),
        (2230, "发出收费通知3件，总金额2230元，实际收取2230元。", False),
        (2230, "发出收费通知3件，总金额2330元，实际收取2130元。", True),
        (2230, "没有发出政府信息公开收费通知。", True),
        (0, "全年未发出收费通知。", False),
        (380, "2022年收取信息处理费300元。", False),
        (380, "上半年没有收取信息处理费。", False),
        (380, "2023年收取信息处理费300元，其中市民政局收取信息处理费100元。", True),
    ],
)
def test_words_about_the_fee_say_what_its_amount_says(yuan: int, text: str, contradicted: bool) -> None:
    raw = report(text, part=5, processing_fee={"yuan": yuan})
    raw["sections"][5]["items"] = [{"text": "信息处理费的情况如前所述。"}]
    assert [one.pointer for one in found(raw, "FEE-SAID")] == ["/sections/4/items/1/text"] * contradicted


@pytest.mark.parametrize(
    ("fee", "broken"),
    [
        ({"yuan": 0, "cases": 3}, True),
        ({"cases": 3}, True),
        ({"yuan": 380, "cases": 0}, True),
        ({"yuan": 380, "cases": 3}, False),
        ({"yuan": 0, "cases": 0}, False),
        ({"yuan": 380}, False),
    ],
)
def test_cases_without_an_amount_are_an_error(fee: dict[str, int], broken: bool) -> None:
    told = [(one.severity, one.pointer) for one in found(report(processing_fee=fee), "FEE-CASES")]
    assert told == [("error", "/processing_fee/cases")] * broken


def test_unpaid_notices_mean_that_the_fee_was_asked_for() -> None:
    raw = report(table3={"rows": {"o2_unpaid": [1, 0, 0, 0, 0, 0, 1]}})
    raw["sections"][5]["items"] = [{"text": "无。"}]
    assert "发过收费通知" in found(raw, "FEE-SAID")[0].message


@pytest.mark.parametrize(("yuan", "broken"), [(380, False), (385, True), (0, False)])
def test_the_fee_is_a_multiple_of_ten(yuan: int, broken: bool) -> None:
    assert bool(found(report(processing_fee={"yuan": yuan}), "FEE-10")) == broken


@pytest.mark.parametrize(
    ("text", "broken"),
    [
        ("无其他需要报告的事项。", True),
        ("无本机关认为需要报告的其他事项。", True),
        ("除上述事项外，无其他需要报告的事项。", False),
        ("其他工作照常开展。", False),
    ],
)
def test_nothing_else_to_report_contradicts_what_was_reported(text: str, broken: bool) -> None:
    raw = report(text, part=6)
    assert not found(raw, "S-NONE")  # the fee alone is no other matter
    raw["sections"][5]["items"].insert(1, {"head": "（二）", "text": "（二）承办政协提案，均已办结。"})
    assert bool(found(raw, "S-NONE")) == broken


def test_empty_headings_and_empty_parts_are_told() -> None:
    raw = report()
    raw["sections"][0]["items"][1]["text"] = ""
    raw["sections"][5]["items"] = []
    assert [finding.pointer for finding in found(raw, "S-EMPTY")] == ["/sections/0/items/1/text", "/sections/5/items"]


def test_a_part_of_one_item_without_words_is_empty() -> None:
    raw = report()
    raw["sections"][5]["items"] = [{"head": "", "text": " "}]
    assert [finding.pointer for finding in found(raw, "S-EMPTY")] == ["/sections/5/items"]


def test_numbers_of_items_follow_each_other() -> None:
    raw = report()
    raw["sections"][0]["items"][2]["head"] = "（四）政府信息管理"
    assert "一、二、四、四、五" in found(raw, "S-ORDER")[0].message


@pytest.mark.parametrize("name", SEEDS)
def test_nothing_is_said_of_wording_that_is_not_in_the_record(name: str) -> None:
    raw = {**given(name), "sections": []}
    codes = {finding.code for finding in check(load(raw))}
    assert not {code for code in codes if code.startswith("S-") and code not in ("S-TITLE", "S-ATTACH")}


def test_the_slips_of_the_seed_of_2021_are_found() -> None:
    codes = [finding.code for finding in check(record("2021"))]
    assert {"S-EMPTY": 2, "S-DUP": 2, "S-REPEAT": 3, "S-NONE": 1, "S-COUNT": 1}.items() <= {
        code: codes.count(code) for code in codes
    }.items()
