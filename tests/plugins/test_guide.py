"""The guide holds every fact of the published one but its faults, and says only what profile and law say."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from io import BytesIO
from typing import Any

import pdfplumber
import pypdfium2  # type: ignore[import-untyped]  # has no types
import pytest
from docx import Document as Docx

from gipdocs.documents.build import build, examine
from gipdocs.documents.contract import find_breaches
from gipdocs.documents.registry import Entry, find
from gipdocs.docx.html.page import render_body
from gipdocs.law import Office
from gipdocs.law.limits import Limit
from gipdocs.service import Service
from gipdocs.settings import PROJECT
from tests import geometry
from tests.geometry import Sheet
from tests.offices import TODAY

DATA = PROJECT / "tests" / "data"
PUBLISHED = (DATA / "guide" / "published.txt").read_text(encoding="utf-8")

# What the published guide says, and how ours says it where the words differ.
FACTS: dict[str, tuple[tuple[str, str], ...]] = {
    "the agency and the regulation": (
        ("聊城市机关事务管理局", ""),
        ("国务院令第492号公布", ""),
        ("国务院令第711号修订", ""),
        ("政府信息公开指南", ""),
    ),
    "the kinds of information": (
        ("机构职能", ""),
        ("本机关领导信息", ""),
        ("机构简介", ""),
        ("内设机构设置及职能情况等", ""),
        ("政策法规", ""),
        ("由本市制定、与本机关职责相关的规范性文件", ""),
        ("以本机关名义发布或者本机关作为主办部门与其他部门联合发布的规范性文件、部门文件等", ""),
        ("规划计划", ""),
        ("机关事务发展规划、专项工作规划", ""),
        ("本机关阶段性工作计划、工作重点安排等", ""),
        ("业务工作", ""),
        ("各科室业务范围内需要公开的信息", ""),
        ("本机关重要会议、活动的主要情况", ""),
        ("部门预决算", ""),
        ("本机关公务员招考录用计划、程序、结果等", ""),
        ("以及本机关职责范围内依法应当公开的其他信息", ""),
        ("政府信息主动公开基本目录", ""),
        ("依索引顺序查阅", ""),
    ),
    "the ways of publication": (
        ("http://www.liaocheng.gov.cn/", ""),
        ("http://jgsw.liaocheng.gov.cn/", ""),
        ("《聊城市人民政府公报》", ""),
        ("http://www.liaocheng.gov.cn/channel_lc_lcsrmzfchannel201911221748262672736320/", ""),
        ("微信公众号:liaochengfabu", ""),
        ("免费赠阅", ""),
        ("聊城市档案馆", ""),
        ("聊城市江北水城旅游度假区文汇路16号", ""),
        ("0635-8262321", ""),
        ("聊城市政务服务中心", ""),
        ("聊城市东昌府区昌润南路153号", ""),
        ("0635-8902600", ""),
        (
            "聊城市政府新闻发布会(http://www.liaocheng.gov.cn/channel_t_156_11574/)",
            "http://www.liaocheng.gov.cn/channel_t_156_11574/",
        ),
        ("微博账号:聊城发布", "“聊城发布”微博(账号:聊城发布"),
        ("https://weibo.com/u/3768357411", ""),
        ("微信号:liaochengfabu", "“聊城发布”微信公众号(账号:liaochengfabu"),
        ("报刊、广播、电视等", ""),
        ("微信公众号:聊城市机关事务管理局", "“聊城市机关事务管理局”微信公众号"),
        ("聊城市机关事务管理局2楼213室", ""),
        ("自政府信息形成或者变更之日起20个工作日内及时公开", "自该政府信息形成或者变更之日起20个工作日内及时公开"),
        ("法律、法规对政府信息公开的期限另有规定的,从其规定", ""),
    ),
    "the channels": (
        ("1.当面提交", ""),
        ("聊城市机关事务管理局2楼220室", ""),
        ("地址:聊城市东昌府区花园路22号", ""),
        ("联系电话:0635-6068810", ""),
        ("2.信函申请", "2.邮寄提交"),
        ("聊城市机关事务管理局办公室收", "收件人:聊城市机关事务管理局办公室"),
        ("须在信封左下角注明“政府信息公开申请”字样", "在信封左下角注明“政府信息公开申请”字样"),
        ("邮政编码:252000", ""),
        ("3.网上申请", "3.网上提交"),
        ("“网上申请”栏目", ""),
        ("http://www.liaocheng.gov.cn/channel_lc_lcsrmzfysqgk6896/", ""),
    ),
    "the notes": (
        ("应当填写《聊城市机关事务管理局政府信息公开申请表》", ""),
        ("政府信息公开专栏下载打印", ""),
        ("申请人的姓名或者名称、联系方式", "申请人的姓名或者名称、身份证明、联系方式"),
        ("指向明确", ""),
        ("便于行政机关查询的其他特征性描述", "便于本机关查询的其他特征性描述"),
        ("当面申请的,应当出示有效身份证件", "当面提交的,应当出示有效身份证件"),
        ("附有效身份证件复印件", ""),
        ("有效身份证件扫描件或照片", "有效身份证件的扫描件或者照片"),
        ("国办函〔2020〕109号", ""),
        ("《山东省人民政府办公厅关于做好政府信息公开信息处理费管理工作有关事项的通知》(鲁政办字〔2020〕179号)", ""),
    ),
    "the answers": (
        (
            "(1)所申请公开信息已经主动公开的,告知申请人获取该政府信息的方式和途径",
            "(1)所申请公开信息已经主动公开的,告知申请人获取该政府信息的方式、途径",
        ),
        ("(2)所申请公开信息可以公开的,向申请人提供该政府信息,或者告知申请人获取该政府信息的方式、途径和时间", ""),
        (
            "(3)根据相关规定决定不予公开的,告知申请人不予公开并说明理由",
            "(3)决定不予公开的,告知申请人不予公开并说明理由",
        ),
        ("(4)经检索没有所申请公开信息的,告知申请人该政府信息不存在", ""),
        ("(5)所申请公开信息不属于本机关负责公开的,告知申请人并说明理由", ""),
        ("能够确定负责公开该政府信息的行政机关的,告知申请人该行政机关的名称、联系方式", ""),
        (
            "(6)本机关已就申请人提出的政府信息公开申请作出答复、申请人重复申请公开相同政府信息的,告知申请人不予重复处理",
            "(6)本机关已就申请人提出的政府信息公开申请作出答复,申请人重复申请公开相同政府信息的,告知申请人不予重复处理",
        ),
        (
            "(7)所申请公开信息属于工商、不动产登记资料等信息,有关法律、行政法规对信息的获取有特别规定的,告知申请人依照有关法律、行政法规的规定办理",
            "",
        ),
        ("能够当场答复的,应当当场予以答复", "能够当场答复的,当场答复"),
        ("自收到申请之日起20个工作日内予以答复", ""),
        ("政府信息公开工作机构负责人同意", ""),
        ("延长答复的期限最长不得超过20个工作日", "延长的期限最长不超过20个工作日"),
        ("征求第三方和其他机关意见所需时间不计入申请办理期限", "征求第三方和其他机关意见所需时间不计算在答复期限内"),
        ("申请公开政府信息的数量、频次明显超过合理范围", ""),
        ("要求申请人说明理由", ""),
        ("申请理由不合理的,告知申请人不予处理", ""),
        ("确定延迟答复的合理期限并告知申请人", ""),
        ("指引其向相关单位咨询或按其他有关程序办理", "指引其向相关单位咨询、按照其他有关程序办理"),
    ),
    "the grounds for withholding": (
        (
            "1.依法确定为国家秘密的政府信息,法律、行政法规禁止公开的政府信息,以及公开后可能危及国家安全、公共安全、经济安全、社会稳定的政府信息",
            "",
        ),
        ("2.涉及商业秘密、个人隐私等公开会对第三方合法权益造成损害的政府信息", ""),
        ("第三方同意公开或者本机关认为不公开会对公共利益造成重大影响的,予以公开", ""),
        ("3.本机关的内部事务信息,包括人事管理、后勤管理、内部工作流程等方面的信息", ""),
        (
            "4.本机关在履行行政管理职能过程中形成的讨论记录、过程稿、磋商信函、请示报告等过程性信息以及行政执法案卷信息",
            "",
        ),
        ("法律、法规、规章规定上述信息应当公开的,从其规定", ""),
    ),
    "the office": (
        ("聊城市机关事务管理局办公室", ""),
        ("办公地址:聊城市东昌府区花园路22号", ""),
        ("8:30-12:00 14:30-18:00(5月1日至9月30日的工作日)", "8:30-12:00、14:30-18:00(5月1日至9月30日的工作日)"),
        (
            "8:30-12:00 14:00-17:30(10月1日至次年4月30日的工作日)",
            "8:30-12:00、14:00-17:30(10月1日至次年4月30日的工作日)",
        ),
        ("传真:0635-6068828", "传真号码:0635-6068828"),
        ("电子邮箱:lcsjgswgljbgs@lc.shandong.cn", ""),
        ("政府信息公开工作专用邮箱", ""),
        ("政府信息公开以外的投诉、举报、信访等事项", ""),
    ),
    "supervision and remedies": (
        ("与其自身相关的政府信息记录不准确的", ""),
        ("提出更正申请,并提供证据材料", ""),
        ("上一级行政机关投诉、举报", "上一级行政机关或者政府信息公开工作主管部门投诉、举报"),
        ("依法申请行政复议或者提起行政诉讼", ""),
        ("聊城市人民政府政务公开办公室", ""),
        ("聊城市东昌西路24号", ""),
        ("0635-8288027", ""),
        ("zwgk@lc.shandong.cn", ""),
        ("0635-6066702", ""),
        ("聊城市政府行政复议办公室", ""),
        ("聊城市东昌府区昌润南路8号B座", ""),
        ("0635-8288943", ""),
        ("聊城市东昌府区人民法院", ""),
        ("山东省聊城市东昌府区松桂路75号", ""),
        (
            "8:30-12:00 13:30-17:30(10月1日至次年4月30日的工作日)",
            "8:30-12:00、13:30-17:30(10月1日至次年4月30日的工作日)",
        ),
        ("0635-8939999", ""),
    ),
    "the annexes": (
        ("1.聊城市机关事务管理局政府信息依申请公开工作流程图", ""),
        ("2.聊城市机关事务管理局政府信息公开申请表", ""),
    ),
}

# What looks like a fact wherever it stands: mails, web addresses, telephones, document numbers, hours, rooms, streets.
LIKE_A_FACT = re.compile(
    r"[A-Za-z]+@[A-Za-z.]+|https?://[A-Za-z0-9_./]+|0635-\d+|〔\d{4}〕\d+号|令第\d+号|\d+:\d\d-\d+:\d\d|\d+楼\d+室"
    r"|\w{2}路\d+号(?:B座)?|\d+个工作日"
)
FAULTS = ("园北路22号", "qnh=2023", "is_hot=1")


def plain(text: str) -> str:
    """Half-width punctuation, as the published guide has it."""
    return text.translate(str.maketrans("（）：，；", "():,;"))


@pytest.fixture(scope="module")
def entry() -> Entry:
    return find([PROJECT / "plugins"])["guide"]


def lines(entry: Entry, office: Office, **payload: Any) -> list[str]:
    """The paragraphs of the guide as a reader sees them."""
    html = render_body(build(entry, payload, office, "docx").content)
    return [re.sub(r"<[^>]+>", "", line) for line in html.split("\n")]


def text(entry: Entry, office: Office, **payload: Any) -> str:
    return "\n".join(lines(entry, office, **payload))


def codes(entry: Entry, office: Office, **payload: Any) -> list[str]:
    return [finding.code for finding in examine(entry, payload, office)[1]]


@pytest.mark.parametrize(
    ("published", "built"),
    [pytest.param(one, two or one, id=f"{part}: {one[:24]}") for part, pairs in FACTS.items() for one, two in pairs],
)
def test_every_fact_of_the_published_guide_is_in_ours(entry: Entry, office: Office, published: str, built: str) -> None:
    assert published in PUBLISHED
    assert built in plain(text(entry, office))


def test_whatever_looks_like_a_fact_in_the_published_guide_is_in_ours_but_for_its_faults(
    entry: Entry, office: Office
) -> None:
    found, built = set(LIKE_A_FACT.findall(PUBLISHED)), plain(text(entry, office))
    assert len(found) > 30
    assert {one for one in found if one not in built} == {"园北路22号"}
    assert [fault for fault in FAULTS if fault in built] == []
    assert [fault for fault in FAULTS if fault not in PUBLISHED] == []


@pytest.mark.slow
@pytest.mark.parametrize("whose", ["office", "county"])
def test_the_guide_keeps_the_contract_with_either_profile(
    entry: Entry, whose: str, request: pytest.FixtureRequest
) -> None:
    assert list(find_breaches(entry, request.getfixturevalue(whose))) == []


def test_the_guide_says_what_the_regulation_says_and_the_published_one_missed(entry: Entry, office: Office) -> None:
    built = text(entry, office)
    assert "（二）编排体系" in built and "索引、名称、内容概述、生成日期" in built
    assert built.count("可以不予公开") == 2 and "依照《条例》第十五条的规定，本机关不得公开" in built
    assert "需要本机关对现有政府信息进行加工、分析的，本机关可以不予提供" in built
    assert "应当先申请行政复议" in built and "60日内向聊城市人民政府提出" in built
    assert "本机关不接收通过传真、电子邮件提交的政府信息公开申请" in built
    assert "受理" not in built


def test_headings_are_numbered_without_a_gap(entry: Entry, office: Office) -> None:
    numbered = [line for line in lines(entry, office) if re.match(r"[一二三四五]、|（[一二三四]）", line)]
    assert [line.rstrip("：") for line in numbered] == [
        "一、主动公开",
        "（一）政府信息的分类",
        "（二）编排体系",
        "（三）公开形式和获取方式",
        "（四）公开时限",
        "二、依申请公开",
        "（一）申请接收渠道",
        "（二）申请注意事项",
        "（三）申请的办理",
        "三、不予公开",
        "四、政府信息公开工作机构",
        "五、监督和救济",
        "（一）更正政府信息",
        "（二）投诉和举报",
        "（三）行政复议和行政诉讼",
    ]


@pytest.mark.parametrize(
    ("key", "gone", "renumbered"),
    [
        ("gazette", "公报》（微信公众号", "2.新闻发布会和政务新媒体"),
        ("media", "weibo.com", "3.政府信息查阅场所"),
        ("reading_points", "213室", "4.其他形式"),
        ("fees", "信息处理费", "3.提供身份证明"),
        ("consultation", "征求意见书", "5.数量、频次"),
        ("abnormal", "延迟答复", "6.不属于政府信息公开申请的事项"),
        ("enforcement", "行政执法案卷", "4.本机关在履行行政管理职能过程中"),
        ("flowchart", "流程图", "附件：聊城市机关事务管理局政府信息公开申请表"),
        ("form", "2.聊城市", "附件：聊城市机关事务管理局政府信息依申请公开工作流程图"),
    ],
)
def test_what_an_office_does_not_need_is_left_out_and_the_rest_numbered_anew(
    entry: Entry, office: Office, key: str, gone: str, renumbered: str
) -> None:
    assert gone in text(entry, office)
    left = text(entry, office, left_out=[key])
    assert gone not in left and renumbered in left


def test_every_limit_is_the_laws(entry: Entry, office: Office) -> None:
    def longer(limits: tuple[Limit, ...], step: int) -> tuple[Limit, ...]:
        return tuple(replace(limit, length=100 + step) for limit in limits)

    law = office.law
    changed = replace(law, limits={key: longer(rows, i) for i, (key, rows) in enumerate(law.limits.items())})
    built = text(entry, replace(office, law=changed))
    assert re.findall(r"(?<!\d)(?:[1-9]|[1-9]\d)(?:个工作日|日内|个月内)", built) == []
    printed = set(re.findall(r"1\d\d(?=个工作日|日内|个月内)", built))
    unprinted = {key for i, key in enumerate(law.limits) if str(100 + i) not in printed}
    proceedings = {"reconsideration_answer_ordinary", "reconsideration_answer_simple", "suit_answer", "suit_refused"}
    assert unprinted == proceedings | {"redo_judgment", "annual_report_department", "annual_report_government"}


def test_before_2024_the_guide_did_not_send_people_to_reconsideration_first(entry: Entry, office: Office) -> None:
    built = text(entry, replace(office, today=date(2023, 6, 1)))
    assert "应当先申请行政复议" not in built
    assert "60日内向聊城市人民政府或者山东省机关事务管理局申请行政复议" in built


def test_another_office_has_its_own_bodies_hours_channels_and_court(entry: Entry, county: Office) -> None:
    built = text(entry, county)
    for fact, key in county.profile.facts.items():
        if key not in ("agency.short_name", "agency.document_code", "agency.superior", "fee.payment"):
            assert fact in built, key
    assert "传真号码：未开通" in built and "本机关不接收通过互联网申请平台、传真提交的" in built
    assert "3.电子邮件提交" in built and "通过电子邮件提交的，以双方确认之日" in built
    assert "公报》" not in built and "新媒体" not in built and "聊城" not in built and "月1日" not in built


def test_an_office_without_a_site_says_nothing_of_one(entry: Entry, county: Office) -> None:
    alone = replace(county, profile=replace(county.profile, sites={}))
    assert "http" not in text(entry, alone) and "1.政府信息查阅场所" in text(entry, alone)
    assert codes(entry, alone) == []


@pytest.mark.parametrize(
    ("changes", "code"),
    [({"hours": ()}, "guide-hours-missing"), ({"email": "", "url": ""}, "guide-internet-missing")],
)
def test_what_the_regulation_wants_of_the_office_is_missed(
    entry: Entry, county: Office, changes: dict[str, Any], code: str
) -> None:
    told = replace(county.profile, sites={})
    assert codes(entry, replace(county, profile=told)) == []
    untold = replace(told, office=replace(told.office, **changes))
    assert codes(entry, replace(county, profile=untold)) == [code]


def test_a_date_older_than_the_law_is_remarked(entry: Entry, office: Office) -> None:
    assert codes(entry, office, date="2024-01-01") == []
    assert codes(entry, office, date="2023-12-31") == ["guide-stale"]
    assert "（2024年3月5日修订）" in text(entry, office, date="2024-03-05")
    undated = replace(office, profile=replace(office.profile, guide_revised=None))
    assert "修订）" not in lines(entry, undated)[1] and codes(entry, undated) == []


def test_the_web_page_has_an_anchor_for_every_heading_and_a_link_for_every_address(
    entry: Entry, office: Office
) -> None:
    page = build(entry, {}, office, "html").content.decode()
    anchors = dict(re.findall(r'<h\d id="(s[\d-]+)"[^>]*>([^<]+)<', page))
    assert anchors["s5"] == "五、监督和救济" and anchors["s2-1"] == "（一）申请接收渠道"
    assert anchors["s2-1-1"] == "1.当面提交" and len(anchors) == page.count("<h") - 3  # html, head and the title
    assert '<a href="http://jgsw.liaocheng.gov.cn/"' in page


@pytest.fixture(scope="module")
def sheets(service: Service) -> Iterator[list[Sheet]]:
    """The pages of the PDF, to be measured."""
    content = service.build("guide", {}, "pdf", today=TODAY).content
    with pdfplumber.open(BytesIO(content)) as pdf:
        pictures = pypdfium2.PdfDocument(content)
        yield [Sheet(page, pictures[i]) for i, page in enumerate(pdf.pages)]
        pictures.close()


def test_the_pdf_keeps_the_measures_of_an_official_document_and_numbers_every_page(sheets: list[Sheet]) -> None:
    rows = [*geometry.paper(sheets), *geometry.text(sheets), *geometry.page_numbers(sheets, first=True)]
    # Web addresses and hours fill a line as they can.
    freely = ("满行字数最少", "满行字数最多")
    assert len(rows) > 100 and [str(row) for row in rows if not row.ok and row.name not in freely] == []
    assert max(line.chars for sheet in sheets for line in sheet.body) < 31


def test_a_line_is_not_stretched_before_a_long_web_address(sheets: list[Sheet]) -> None:
    before = [line for sheet in sheets for line in sheet.body if line.text.endswith(("http://", ".cn/", "网址："))]
    assert before and [line.text for line in before if line.right - line.left > line.chars * 6] == []


def test_a_web_address_is_broken_only_where_no_line_holds_it_and_then_at_a_slash(
    sheets: list[Sheet], entry: Entry, office: Office
) -> None:
    built = [line for sheet in sheets for line in sheet.body]
    addresses = re.findall(r"https?://[\w./?=&-]+", text(entry, office))
    assert len(addresses) >= 6
    most = (geometry.RIGHT - geometry.LEFT) / geometry.CHAR * 2 - 10  # beside 网址： and the indent
    for address in (one for one in addresses if not any(one in line.text for line in built)):
        begun = [line.text[line.text.index("http") :] for line in built if "http" in line.text]
        parts = [part for part in begun if address.startswith(part)]
        assert len(address) > most and parts and all(part[-1] == "/" != part[-2] for part in parts)


@pytest.mark.parametrize(
    ("text", "font", "outline"),
    [
        ("聊城市机关事务管理局政府信息公开指南", "方正小标宋简体", 0),
        ("（2026年1月5日修订）", "楷体_GB2312", None),
        ("一、主动公开", "黑体", 1),
        ("（一）政府信息的分类", "楷体_GB2312", 2),
        ("1.当面提交", None, 3),
        ("政府信息公开工作主管部门为聊城市人民政府政务公开办公室。", None, None),
    ],
)
def test_headings_have_the_faces_and_levels_of_official_documents(
    entry: Entry, office: Office, text: str, font: str | None, outline: int | None
) -> None:
    docx = Docx(BytesIO(build(entry, {}, office, "docx").content))
    style = next(paragraph.style for paragraph in docx.paragraphs if paragraph.text == text)
    fonts, levels = (
        style.element.xpath("./w:rPr/w:rFonts/@w:eastAsia"),
        style.element.xpath("./w:pPr/w:outlineLvl/@w:val"),
    )
    assert (fonts, levels) == ([font] if font else [], [] if outline is None else [str(outline)])


def test_no_heading_stands_last_on_its_page(sheets: list[Sheet], entry: Entry, office: Office) -> None:
    page = build(entry, {}, office, "html").content.decode()
    headings = re.findall(r"<h[2-6][^>]*>([^<]+)<", page)
    assert len(headings) > 30
    assert [sheet.body[-1].text for sheet in sheets if sheet.body[-1].text in headings] == []
