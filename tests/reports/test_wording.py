"""Slips of the pen, numbering, names and repeated counts: each told in a clerk's words, and correct wording left alone."""

from __future__ import annotations

import pytest

from tests.reports.test_prose import found, report


@pytest.mark.parametrize(
    ("text", "code", "message"),
    [
        (
            "涉及国家秘密的依法免于公开。",
            "S-PHRASE",
            "第一部分“免于公开”是修订前的条例的说法，现行条例为“不予公开”，请核对。",
        ),
        (
            "根据生产、生活、科研等特殊需要申请的，依法办理。",
            "S-PHRASE",
            "第一部分“科研等特殊需要”是修订前的条例规定的条件，2019年修订时已经删去，请核对。",
        ),
        (
            "按标准收取检索、复制、邮寄费用。",
            "S-PHRASE",
            "第一部分“收取检索、复制、邮寄”是修订前的条例规定的费用，现行条例只规定了信息处理费，请核对。",
        ),
        ("围绕围绕中心工作。", "S-DUP", "第一部分有叠字“围绕围绕”，请核对。"),
        ("加强政务公开政务公开培训。", "S-DUP", "第一部分有叠字“政务公开政务公开”，请核对。"),
        ("完善公开的的程序。", "S-DUP", "第一部分有叠字“的的”，请核对。"),
        ("完善制度，。", "S-BROKEN", "第一部分“…完善制度，。”的标点有误或者句子没有写完，请核对。"),
        ("完善制度以及。", "S-BROKEN", "第一部分“…完善制度以及。”的标点有误或者句子没有写完，请核对。"),
        (
            "健全目录（含重点领域，加强培训。",
            "S-BROKEN",
            "第一部分“（含重点领域，加强培训。…”缺少后半个括号，请核对。",
        ),
        (
            "学习《政府信息公开条例，加强培训。",
            "S-BROKEN",
            "第一部分“《政府信息公开条例，加强…”缺少后半个书名号，请核对。",
        ),
        (
            "收到3条政府信息公开申请。",
            "S-UNIT",
            "第一部分“收到3条政府信息公开申请”：政府信息公开申请以“件”计，请将“条”改为“件”。",
        ),
        (
            "受理依申请公开共20次，均已办结。",
            "S-UNIT",
            "第一部分“受理依申请公开共20次”：政府信息公开申请以“件”计，请将“次”改为“件”。",
        ),
        (
            "截至2022年12月31日，共设栏目12个。",
            "S-YEAR",
            "第一部分“截至2022年12月31日…”：本报告为2023年度，请确认不是照抄往年。",
        ),
        ("2024年，共收到申请3件。", "S-YEAR", "第一部分“2024年，共收到…”：本报告为2023年度，请核对年份。"),
        (
            "市政府高度重视信息公开工作。",
            "S-SELF",
            "第一部分写的是“市政府”的工作，不是本机关的，请确认不是照抄上级机关的报告。",
        ),
        (
            "一是健全制度；三是加强培训。",
            "S-ORDER",
            "第一部分“一是”“二是”的序号为一、三，不连续，请核对有没有漏写、重写。",
        ),
        ("1.健全制度。\n3.加强培训。", "S-ORDER", "第一部分段前序号为1、3，不连续，请核对有没有漏写、重写。"),
        ("1.健全制度。\n2、加强培训。", "S-ORDER", "第一部分段前序号的写法不统一（“1.”、“1、”），请统一。"),
    ],
)
def test_a_fault_is_told_in_one_sentence(text: str, code: str, message: str) -> None:
    (finding,) = found(report(text), code)
    assert finding.message == message and finding.pointer == "/sections/0/items/5/text"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("鼓励公众参与。涉及面广，影响力普及。增进了了解。", "S-BROKEN"),
        ("增进了了解，和和气气，的的确确。", "S-DUP"),
        ("具体如下：1）健全制度；2）加强培训（含网上）。", "S-BROKEN"),
        ("不收取检索、复制、邮寄费用。", "S-PHRASE"),
        ("没有收取检索、复制、邮寄费用。", "S-PHRASE"),
        ("发放3份申请表，解答5次申请人咨询。", "S-UNIT"),
        ("2024年，我局将共同做好公开工作。", "S-YEAR"),
        ("截至2023年12月31日，共设栏目12个。", "S-YEAR"),
        ("按照市政府要求，落实市政府办公室部署，由市政府统一公开。", "S-SELF"),
        ("一是健全制度；二是加强培训。另外，一是完善目录；二是改进解读。", "S-ORDER"),
        ("其一是健全制度；统一是关键，三是加强培训的人员。", "S-ORDER"),
        ("1.健全制度。\n2.加强培训。\n1.完善目录。\n2.改进解读。", "S-ORDER"),
        ("2.5万人参加。", "S-ORDER"),
        ("主要包括一是健全制度；二是加强培训。另外一是完善目录；二是改进解读。", "S-ORDER"),
        ("1.健全制度：\n1）修订目录；\n2）完善指南。\n2.加强培训。", "S-ORDER"),
        ("2024年，共同做好公开工作；2024年，全年计划公开信息300条。", "S-YEAR"),
        ("依申请公开事项20项，申请渠道4个，收到申请表格领取请求3份，申请人补充材料2份。", "S-UNIT"),
        ("收到申请后3次与申请人沟通，受理申请加入志愿者12个，答复5次依申请公开咨询。", "S-UNIT"),
        ("梳理政务服务事项236项，其中依申请事项180项，受理建议20条、依申请公开类信访3起。", "S-UNIT"),
        ("办理低保申请36份、受理建房申请15份、公租房申请23份，依申请公开1项。", "S-UNIT"),
        ("标注主动公开的85份，依申请公开的12份。", "S-UNIT"),
        ("2022年，我局被评为先进单位；本年度继续保持。", "S-YEAR"),
        ("收取检索、复制、邮寄费用的规定已经取消。", "S-PHRASE"),
        ("对2022年全市政务公开考核反馈的5个问题全部整改到位。", "S-YEAR"),
        ("截至2022年底，累计公开1万余条，2023年新增1288条。", "S-YEAR"),
        ("2024年共安排公开事项20项。", "S-YEAR"),
        ("根据统一部署，市政府办公室积极指导各部门开展工作。", "S-SELF"),
        ("省政府办公厅认真组织第三方评估，我局列全市第3名。", "S-SELF"),
    ],
)
def test_what_is_right_is_left_alone(text: str, code: str) -> None:
    assert not found(report(text), code)


@pytest.mark.parametrize(
    ("agency", "word", "told"),
    [
        ("云岭县城关街道办事处", "街道", False),
        ("云岭县城关街道办事处", "办", False),
        ("云岭县城关街道办事处", "局", True),
        ("云岭县清溪镇人民政府", "镇", False),
        ("云岭县清溪镇人民政府", "街道", True),
        ("某市卫生健康委员会", "委", False),
        ("某市卫生健康委员会", "局", True),
    ],
)
def test_an_agency_calls_itself_by_its_own_kind_of_body(agency: str, word: str, told: bool) -> None:
    raw = report(f"我{word}认真落实各项要求。", agency=agency, agency_kind="township")
    assert bool(found(raw, "S-SELF")) is told


@pytest.mark.parametrize(
    ("signature", "told"),
    [
        ("某市某局", False),
        ("某市某局办公室", False),
        ("某局", False),
        ("某 市 某 局", False),
        ("某市水文局", True),
        ("别县某局", True),
        ("某市某局信息中心", False),
    ],
)
def test_title_and_signature_name_one_agency(signature: str, told: bool) -> None:
    assert bool(found(report(signature=signature), "S-NAME")) is told


@pytest.mark.parametrize(
    ("signature", "told"), [("某县人民政府办公室", False), ("某县政务公开办公室", False), ("别县人民政府", True)]
)
def test_a_governments_report_may_be_signed_by_a_body_of_its_place(signature: str, told: bool) -> None:
    raw = report(agency="某县人民政府", agency_kind="government", signature=signature)
    assert bool(found(raw, "S-NAME")) is told


@pytest.mark.parametrize(
    ("agency", "signature"),
    [
        ("云岭县清溪镇", "清溪镇人民政府"),
        ("清溪镇人民政府", "云岭县清溪镇人民政府办公室"),
        ("云岭县城关街道", "城关街道办事处"),
        ("关于", "云岭县财政局"),
        ("云岭县发展和改革局", "县发改局"),
    ],
)
def test_short_and_full_names_of_one_agency_are_not_doubted(agency: str, signature: str) -> None:
    assert not found(report(agency=agency, agency_kind=None, signature=signature), "S-NAME")


@pytest.mark.parametrize(
    ("preamble", "told"),
    [
        ("本报告由某市某局编制。", False),
        ("本报告由本局办公室编制。", False),
        ("本报告由局办公室负责编制。", False),
        ("本报告由某县财政局编制。", True),
        ("现公布某县财政局2023年政府信息公开工作年度报告。", True),
    ],
)
def test_the_preamble_names_the_agency_of_the_title(preamble: str, told: bool) -> None:
    assert bool(found(report(preamble=preamble), "S-NAME")) is told


def test_a_count_that_is_told_twice_is_told_the_same() -> None:
    raw = report("门户网站912条，政务新媒体340条。")
    raw["sections"][0]["items"].append({"text": "其中，门户网站916条。"})
    (finding,) = found(raw, "NARR-TWICE")
    assert finding.message == (
        "第一部分“门户网站912条”与第一部分“门户网站916条”不一致，请核对；口径不同的，请在文中写明。"
    )


@pytest.mark.parametrize(
    "second",
    [
        "其中，门户网站912条。",
        "上半年门户网站400条。",
        "2022年门户网站800条。",
        "门户网站20条政策解读。",
        "门户网站4个。",
        "某县财政局门户网站30条。",
        "组织业务培训2次。",
    ],
)
def test_counts_of_other_things_may_differ(second: str) -> None:
    raw = report("门户网站912条，政务新媒体340条，组织业务培训5次。")
    raw["sections"][0]["items"].append({"text": second})
    assert not found(raw, "NARR-TWICE")


def test_documents_marked_as_not_public_are_no_refused_applications() -> None:
    raw = report("答复政府信息公开申请，不予公开3件。")
    raw["sections"][0]["items"].append({"text": "拟制公文168件，其中主动公开156件，不予公开12件。"})
    assert not found(raw, "NARR-TWICE")


def test_a_count_within_one_item_may_have_parts_of_the_same_name() -> None:
    assert not found(report("甲专栏：发布各类信息12条；乙专栏：发布各类信息20条。"), "NARR-TWICE")
