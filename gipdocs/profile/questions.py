"""The questions of agency.toml: every key with its label, its example and its rule."""

from __future__ import annotations

from typing import cast

from gipdocs.profile.kinds import BareDay, DayOfYear, Millimetres, Named, NumberPattern, OfficePhone, Period, WebAddress
from gipdocs.profile.values import COUNTS
from gipdocs.questions import (
    Block,
    Choice,
    Choices,
    Email,
    Lines,
    Name,
    Number,
    Postcode,
    Questions,
    Rows,
    Text,
    YesNo,
)

SHORT, NAME, PLACE, PROSE = 30, 60, 120, 2000
"""The longest texts in characters: 机关代字 or region, a name, an address, and a text printed in several lines."""
MOST_LISTED = 1000
REACHABLE = ("address", "phone")
"""What an applicant must know about a body to write or call."""


class AgencyQuestions(Questions):
    """The agency itself."""

    name = Name("机关名称", example="云岭县水务局", required=True, longest=NAME)
    short_name = Name("机关简称", example="县水务局", required=True, longest=NAME)
    self_name = Name("自称", help="文书正文中对本机关的称呼，不写的是“本机关”。", example="本局")
    kind = Text(
        "机关类别",
        help="决定行政复议机关；可填的值见README.zh-CN.md“机关类别”，写错的，核对时列出可用的值。",
        example="local_department",
        required=True,
    )
    region = Name("行政区域", example="云岭县", required=True, longest=SHORT)
    document_code = Name("机关代字", help="发文字号中的机关代字。", example="云水公开", required=True, longest=SHORT)
    document_code_is_sample = YesNo("机关代字是示例", help="换成本机关的发文代字后选“否”。", example=False)
    government = Name(
        "本级人民政府", help="派出机构写设立它的部门的本级人民政府。", example="云岭县人民政府", required=True
    )
    superior = Name("上一级主管部门", help="派出机构写设立它的部门。", example="临江市水务局", required=True)
    seat_government = Name(
        "所在地人民政府",
        help="直辖市、设区的市的部门按照行政区划设立的派出机构填写，例如区分局所在的区人民政府。",
        example="临江市南湾区人民政府",
        in_sample=False,
    )


class ChoiceQuestions(Questions):
    """The choices that the law leaves to the office."""

    query_matter_remedy = Choice(
        "行政查询事项的救济途径",
        help="告知申请人按规定查询登记资料的，怎样写救济途径。",
        options={"reconsider_or_sue": "可以申请行政复议，也可以提起诉讼", "reconsider_first": "先申请行政复议"},
        example="reconsider_or_sue",
    )
    court_barred_remedy = Choice(
        "人民法院不予立案的几类处理的救济途径",
        help=(
            "按最高人民法院2025年的解释，对重复申请已经公开的信息、查询登记资料、制作加工信息、信访投诉举报、公开出版物"
            "几类处理起诉的，裁定不予立案。仍写明两种途径，由人民法院决定是否立案；或者只写行政复议。"
        ),
        options={"reconsider_or_sue": "可以申请行政复议，也可以依法提起诉讼", "reconsider_only": "只写申请行政复议"},
        example="reconsider_or_sue",
    )
    tell_refused_reconsideration = YesNo(
        "写明复议不受理时的起诉途径",
        help="应当先申请行政复议的，另外写明复议机关不予受理、驳回申请、逾期不作答复时可以起诉。",
        example=False,
    )
    correction_working_days = Number(
        "补正期限（工作日）", help="条例只要求期限“合理”，没有写天数。", least=5, most=60, example=15
    )
    layout = Choice("文书格式", options={"letter": "信函格式", "document": "文件格式"}, example="letter")
    quote_articles = YesNo("引用条文原文", help="在答复书中附上所依据条文的原文。", example=False)


SeasonQuestions = cast(  # `from` is a keyword of Python, so that a class can't declare it
    type[Questions],
    Questions.from_dict(
        {
            "from": DayOfYear("起始日", example="01-01", required=True),
            "to": DayOfYear("终止日", example="12-31", required=True),
            "periods": Lines(
                "每日时段", example=["8:30-12:00", "13:00-17:00"], least=1, most=10, of=Period, required=True
            ),
        },
        name="SeasonQuestions",
    ),
)


class HoursQuestions(Questions):
    """Office hours under one name; the whole year may be one season."""

    seasons = Rows("季节", SeasonQuestions, least=1, required=True)


class BodyQuestions(Questions):
    """A body, a place or a medium that documents name."""

    name = Name("名称", example="云岭县水务局综合股", required=True, longest=NAME)
    address = Text("地址", example="云岭县城关镇清溪巷9号", longest=PLACE)
    place = Text("具体地点", help="楼层、房间或者窗口。", example="云岭县水务局1楼综合股", longest=PLACE)
    postcode = Postcode("邮政编码", example="699900")
    hours = Text("办公时间", help="写“办公时间”中一组的名称。", example="standard")
    phone = OfficePhone("电话", example="0999-2234567")
    fax = OfficePhone("传真", example="0999-2234568")
    email = Email("电子邮箱", example="slj@yunling.example.cn")
    email_note = Text("电子邮箱的说明", example="本邮箱只接收政府信息公开申请", longest=PROSE)
    online = Text("网上办理的渠道", example="“掌上办事”微信小程序")
    url = WebAddress("网址", example="https://www.yunling.example.cn/")
    account = Text("账号", help="微博、微信公众号等的账号。", example="yunlingfabu")


class ChannelQuestions(Questions):
    """A channel through which applications are received, or expressly not received."""

    open = YesNo("是否接收申请", help="选“否”的，指南写明不接收以这种方式提出的申请。", example=True, required=True)
    name = Text("渠道名称", example="云岭县人民政府网站“依申请公开”栏目")
    url = WebAddress("渠道网址", example="https://www.yunling.example.cn/ysqgk/")


class ChannelsQuestions(Questions):
    """All channels for applications; every office must open the first two (国办公开办函〔2017〕19号)."""

    in_person = Block("当面提交", ChannelQuestions, required=True)
    mail = Block("邮寄", ChannelQuestions, required=True)
    online = Block("网上申请", ChannelQuestions)
    fax = Block("传真申请", ChannelQuestions)
    email = Block("电子邮件申请", ChannelQuestions)


class GazetteQuestions(Questions):
    """The government's gazette."""

    name = Name("公报名称", example="云岭县人民政府公报", required=True, longest=NAME)
    url = WebAddress("公报网址", example="https://www.yunling.example.cn/gazette/")
    wechat = Text("微信公众号", example="yunlingfabu")
    free_copies = Rows("免费赠阅点", BodyQuestions, most=MOST_LISTED)


class SealQuestions(Questions):
    """The picture of the seal, for layout only."""

    diameter_mm = Millimetres("印章直径（毫米）", least=30, most=60, example=42)
    picture = Text("印章图片", help="PNG文件，路径相对于机关概况文件。", example="seal.png", in_sample=False)


class FeeQuestions(Questions):
    """The local rule on the 信息处理费, and how it is paid."""

    local_rule = Text("收费的地方依据", example="《某省信息处理费管理办法》", longest=PROSE)
    payment = Text("缴费方式", example="凭缴款通知书到代理银行网点缴纳", longest=PROSE)


class ImprintQuestions(Questions):
    """The 版记 of letters in 文件格式."""

    printer = Name("印发机关", help="不写的是政府信息公开工作机构。", example="云岭县水务局办公室")
    copies = Lines("抄送机关", example=["云岭县人民政府办公室"], most=8, longest=50, of=Name)


class CategoryQuestions(Questions):
    """One category of information that the office publishes on its own initiative."""

    name = Name("分类名称", example="机构职能", required=True, longest=NAME)
    content = Text("公开内容", example="机构设置、职责和领导信息", required=True, longest=PROSE)


class GuideQuestions(Questions):
    """The office's guide to its information."""

    scope = Rows("主动公开的分类", CategoryQuestions, help="不写的，指南按条例要求公开的各项列举。", most=MOST_LISTED)
    revised = BareDay("指南修订日期", example="2026-06-18")


class SeriesQuestions(Questions):
    """A series of numbers for some documents alone."""

    name = Name("序列名称", help="定下后不要改，序号按它连续编排。", example="复议应诉", required=True, longest=SHORT)
    documents = Lines("适用的文书", help="文书的标识，一行一个。", example=["suit-defence"], least=1, required=True)
    letter = NumberPattern("文号的写法", example="{code}诉〔{year}〕{serial}号", required=True, longest=NAME)


class NumberingQuestions(Questions):
    """How cases and letters are numbered."""

    mode = Choice(
        "文号的来源",
        options={"drawn": "签发时由系统按序编号", "typed": "由本机关文书室编号，签发时填写"},
        help="填写的文号同样不能重复，空号会列出。",
        example="drawn",
    )
    case = NumberPattern("申请编号的写法", example="{year}-{serial:04}", longest=NAME)
    letter = NumberPattern("文号的写法", example="{code}〔{year}〕{serial}号", longest=NAME)
    series = Rows("另行编号的文书", SeriesQuestions, most=20, in_sample=False)


class RegisterQuestions(Questions):
    """How the register of cases counts and how long it keeps personal data."""

    closes = Choice(
        "办结日期",
        options={"posted": "交邮或者签收之日", "dated": "答复书的成文日期"},
        help="年度报告按办结日期归入年度。",
        example="posted",
    )
    keep_years = Number(
        "个人信息保存年限", help="自办结之日起；应当与本机关的档案保管期限表一致。", least=1, most=100, example=10
    )


class ReportsQuestions(Questions):
    """What the place asks of annual reports beside the national form, and whose reports are due."""

    bodies = Lines(
        "应当报送年度报告的机关",
        help="汇总时据此列出没有报送的机关，一行一个，写全称。",
        example=["云岭县财政局", "云岭县城关镇人民政府"],
        most=MOST_LISTED,
        longest=NAME,
        of=Name,
    )
    source = Text(
        "本地要求的依据",
        help=(
            "本地编制年度报告的通知，写标题和文号；核对时照以下各项提出的问题都注明这一依据。"
            "例如武威市2025年的通知（武政办发〔2025〕54号）对总体情况的字数和各项数量有要求。"
        ),
        example="《云岭县人民政府办公室关于做好2025年政府信息公开工作年度报告编制发布工作的通知》（云政办发〔2025〕54号）",
        longest=PLACE,
        in_sample=False,
    )
    longest_overview = Number(
        "总体情况的最多字数",
        help="第一部分不超过多少字，不计空格。全国格式没有字数的要求；武威（武政办发〔2025〕54号）、怀化要求不超过1000字。",
        least=100,
        most=20_000,
        example=1000,
        in_sample=False,
    )
    told = Choices(
        "总体情况必须写明的数量",
        help="全国格式没有逐项要求，本地通知要求写明的才选；各项见武威市通知（武政办发〔2025〕54号）。",
        options=COUNTS,
        example=["website", "media", "interpretation"],
        in_sample=False,
    )
    send_by = DayOfYear(
        "报送的最后一日",
        help=(
            "部门、乡镇、街道向本机关报送的日期，早于条例规定的1月31日的填写，写作“01-26”。"
            "例如怀化要求部门在1月26日前报送。政府的报告不受这一项限制。"
        ),
        example="01-26",
        in_sample=False,
    )


class ProfileQuestions(Questions):
    """The whole of agency.toml."""

    agency = Block("机关", AgencyQuestions, required=True)
    settings = Block("本机关的选择", ChoiceQuestions)
    hours = Named("办公时间", HoursQuestions, name="standard", required=True)
    office = Block("政府信息公开工作机构", BodyQuestions, needs=REACHABLE, required=True)
    intake = Block("当面提交申请的地点", BodyQuestions, required=True)
    supervisor = Block("政府信息公开工作主管部门", BodyQuestions, needs=REACHABLE, required=True)
    reconsideration = Block("行政复议机构", BodyQuestions, needs=REACHABLE, required=True)
    court = Block("有管辖权的人民法院", BodyQuestions, required=True)
    channels = Block("申请接收渠道", ChannelsQuestions, required=True)
    sites = Named("网站", BodyQuestions, name="government")
    gazette = Block("政府公报", GazetteQuestions)
    reading_points = Rows("政府信息查阅点", BodyQuestions, most=MOST_LISTED)
    media = Rows("其他公开形式", BodyQuestions, most=MOST_LISTED)
    seal = Block("印章", SealQuestions)
    fee = Block("信息处理费", FeeQuestions)
    imprint = Block("版记", ImprintQuestions)
    guide = Block("政府信息公开指南", GuideQuestions)
    numbering = Block("编号", NumberingQuestions)
    register = Block("台账", RegisterQuestions)
    reports = Block("年度报告", ReportsQuestions)
