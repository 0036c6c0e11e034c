"""Texts that try where lines and pages end: of every length, and with everything that clerks type."""

from __future__ import annotations

import re
from random import Random

from gipdocs.questions.text import OWN_MARK, OWN_NUMBER

LINE = 28
"""Characters on a full line of a letter."""
PROSE = (
    "经检索，你申请公开的信息系本机关在履行行政管理职能过程中形成的讨论记录、过程稿、磋商信函、请示报告等过程性信息。"
    "行政机关在履行行政管理职能过程中形成的上述信息以及行政执法案卷信息，可以不予公开；法律、法规、规章规定应当公开的，"
    "从其规定。本机关作出区分处理后，决定对该部分信息不予公开。你要求查阅的办公用房调配方案、会议纪要及有关附图，由档案室"
    "保管，已经移交国家档案馆，请持本人有效身份证件前往查阅、抄录、复制。涉及第三方合法权益的内容，已书面征求第三方意见，"
    "第三方不同意公开且有合理理由，本机关认为不公开不会对公共利益造成重大影响。该项目总投资、建设期限、施工单位、监理单位"
    "以及竣工验收的时间，均以批准文件为准，未经批准不得擅自变更。"
)
PIECES = (
    "2025年度", "2026年3月1日", "12", "3.5%", "100%", "1,234.56元", "380.50", "（2026）", "№7", "A4", "5G", "PM2.5", "km", "m²",
    "GB/T 9704-2012", "COVID-19", "Wi-Fi", "PDF", "Excel", "international", "gov", "e-Government", "ISO 9001:2015",
    "http://www.liaocheng.gov.cn/channel_lc_lcsrmzfysqgk6896/", "https://example.gov.cn/a?b=1&c=2", "www.gov.cn",
    "lcsjgswgljbgs@lc.shandong.cn", "wang.xm@example.com", "0635-6068810", "13800138000", "010-66012345转801",
    "鲁政办字〔2020〕179号", "聊政发〔2026〕3号", "（鲁教字〔2025〕11号）", "国办公开办函〔2017〕19号",
    "“内部请示”", "‘讨论稿’", "《条例》", "《中华人民共和国政府信息公开条例》第三十六条第（七）项", "（“《关于调整的通知》”）",
    "——", "……", "、", "，", "。", "；", "：", "？", "！", "）", "（", "”", "“", "》", "《", "〔", "〕", "·", "—", "～", "％", "℃",
    "(1)", "①", "一、", "（一）", "1.", "a)", ",", ".", ";", ":", "?", "!", "-", "/", "\"", "'", "&", "<b>", "{x}", "#", "+", "=",
    "䶮", "㛃", "𬭊", "堃", "祎", "赟", "玥", "翀", "〇", "喆", " ", "  ", "　", "ＡＢＣ", "１２３", "8:30-12:00", "No. 5", "x²",
    "，，", "。”", "”。", "）。", "》、《", "”“", "……”", "！？", "：“", "；（",
)  # fmt: skip
SURNAMES, GIVEN = "王李张刘陈杨赵黄周吴徐孙欧诸葛", "䶮㛃𬭊堃祎赟玥翀明芳伟秀英军丽强磊洋艳勇杰娟涛敏超"
ORGANS = (
    "自治区",
    "蒙古自治州",
    "某某湖流域",
    "水资源",
    "生态环境",
    "保护管理",
    "委员会",
    "综合行政执法",
    "机关事务",
    "服务中心",
    "办公室",
)
PHONES = (
    "0635-6068810",
    "13800138000",
    "010-66012345",
    "010-66012345转801",
    "0635-6068828转12",
    "4008-123-123",
    "021-64370137",
)
LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789"


def compose(random: Random, length: int) -> str:
    """One line of so many characters; every kind of character may stand at every place but a blank at an end."""
    text = ""
    mixed = random.choice((0.0, 0.15, 0.5))
    while len(text) < length:
        if random.random() < mixed:
            text += random.choice(PIECES)
        else:
            start = random.randrange(len(PROSE))
            text += PROSE[start : start + random.randint(1, 40)]
    text = text[:length]
    return text if text.strip() == text and text else "文" + text.strip() + "字" * (length - 1 - len(text.strip()))


def measure(random: Random, longest: int) -> int:
    """A length up to `longest`, mostly one by which a line ends just before, at or just after the right edge."""
    kind = random.random()
    if kind < 0.15:
        length = random.randint(1, 3)
    elif kind < 0.3:
        length = random.randint(4, 22)
    elif kind < 0.7:
        length = LINE * random.choice((1, 1, 1, 2, 2, 3, 4)) + random.randint(-5, 3)
    elif kind < 0.95:
        length = random.randint(1, min(longest, 200))
    else:
        length = min(longest, 400)
    return max(1, min(length, longest))


def line(random: Random, longest: int) -> str:
    """One line, of any length up to `longest`."""
    return compose(random, measure(random, longest))


def paragraphs(random: Random, longest: int) -> str:
    """One to thirty paragraphs, together no longer than `longest`."""
    kind = random.random()
    count = 1 if kind < 0.5 else random.randint(2, 4) if kind < 0.85 else random.randint(5, 30)
    if random.random() < 0.01:
        return "\n".join(compose(random, 180) for _ in range(min(longest, 6000) // 181)) or line(random, longest)
    texts: list[str] = []
    left = longest
    while len(texts) < count and left > 1:
        texts.append(line(random, left))
        left -= len(texts[-1]) + 1
    return "\n".join(texts)


def title(random: Random, longest: int) -> str:
    """The name of a paper: without a number before it or a mark after it."""
    text = line(random, longest)
    while OWN_NUMBER.match(text) or OWN_MARK.search(text) or text.strip() != text:
        text = "文" * (len(text) == 1) + text[1:-1] or "文"
    return text


def name(random: Random, longest: int) -> str:
    """The name of a person or a body, of 1 to 60 characters."""
    kind = random.random()
    if kind < 0.5:
        made = random.choice(SURNAMES) + "".join(random.choices(GIVEN, k=random.randint(1, 3)))
    elif kind < 0.6:
        made = random.choice(
            ("Müller-Lüdenscheidt, Anna-Maria", "John Smith", "买买提·吐尔逊·阿卜杜拉", "李", "O'Neill")
        )
    else:
        made = organ(random, random.randint(2, 60))
    return made[:longest]


def organ(random: Random, length: int) -> str:
    """The name of a body, of so many characters."""
    made = "某某市"
    while len(made) < length:
        made += random.choice(ORGANS)
    return made[: length - 1] + "局" if length > 1 else "局"


def email(random: Random, longest: int) -> str:
    """An e-mail address, short or very long."""
    local = "".join(random.choices(LETTERS, k=random.choice((1, 5, 12, 40))))
    return f"{local}@{random.choice(('qq.com', 'lc.shandong.cn', 'mail.some-very-long-department.gov.cn'))}"[-longest:]


def url(random: Random) -> str:
    """A web address, short or very long."""
    return random.choice(("http://a.cn/", "https://www.some-department.gov.cn/" + "channel_lc/" * random.randint(0, 6)))


def number_of_document(random: Random) -> str:
    """A 文号."""
    return f"{organ(random, random.randint(2, 9))[:-1]}发〔{random.randint(2019, 2026)}〕{random.randint(1, 1999)}号"


def inserted(random: Random, text: str, longest: int) -> str:
    """The text with a piece put in somewhere, cut to its limit."""
    at = random.randint(0, len(text))
    return re.sub(r"\s+$|^\s+", "", (text[:at] + random.choice(PIECES) + text[at:])[:longest]) or text
