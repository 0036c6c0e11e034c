"""Recognises text around a report that a web site, a scanner or a printer added."""

from __future__ import annotations

import re

from gipdocs.reports.narrative import plain

LONGEST = 120
"""The most characters of such a line."""
TOLD = (
    "索引号|发布机构|发文机关|发文字号|主题分类|主题词|公开范围|公开方式|有效性|信息类别|信息来源|文章来源|来源|作者|编辑|责任编辑|审核|校对"
    "|发布日期|发布时间|成文日期|成文时间|生成日期|更新时间|浏览次数|浏览量|阅读次数|访问量|点击数|字号|字体|字体大小|名称|标题"
)
"""The details that a site prints above an article."""
BUTTON = re.compile(
    r"(?:字[号体]:?[大中小]*|[大中小]|默认|无障碍.{0,4}|(?:微信|手机)?扫[码一描].{0,20}|草稿|附件(?:下载)?"
    r"|打印(?:本页|此页|页面)?|关闭(?:本页|窗口|页面)?|(?:返回)?(?:顶部|首页|上一页)|收藏(?:本页)?|我要纠错"
    r"|相关(?:链接|附件|文章|信息|阅读|解读)|(?:分享|转发)(?:到|至|给)?|微信|朋友圈|[Qq]{2}(?:空间|好友)|(?:新浪)?微博"
    r"|浏览次数:?\d*次?|[>›»|])[:,/]?"
)
PAGE = re.compile(
    r"[-—–·]*\s*\d{1,3}\s*[-—–·]*|\d{1,3}\s*/\s*\d{1,3}|第\s*\d{1,3}\s*页(?:\s*[,/]?\s*共\s*\d{1,3}\s*页)?"
)
CONTINUED = re.compile(r"[(]?续(?:上?表|前表)?\s*[一二三四\d]{0,2}[)]?|附?表\s*[一二三四\d]{1,2}\s*[(]?续表?\s*\d?[)]?")
"""Lines above the rest of a table on the next page."""
SHARING = re.compile("(?:分享|转发)(?:到|至|给):.{0,30}")
TRAIL = re.compile(r"(?:您?(?:当前|现在|所在)?的?位置:\s*)?(?:网站)?首页\s*[>›»→/].*")
ABOUT = re.compile(f"(?:{TOLD}):.*")
NEIGHBOUR = re.compile("[上下前后]一[篇条页](?::.*)?")
FOOT = re.compile(
    r"(?:网站)?(?:主办|承办|协办|技术支持|版权所有|主管|运维|维护)(?:单位|机构)?[:\s].*|(?:copyright|©).*"
    r"|.{0,3}ICP[备证].*|.{0,6}公网安备.*|(?:政府)?网站标识码.*"
    r"|(?:.*\|\s*)?(?:网站地图|联系我们|关于我们|网站声明|隐私声明)(?:\s*\|.*)?",
    re.IGNORECASE,
)


def is_furniture(line: str) -> bool:
    """Whether a whole line belongs to the page: buttons, a page number, 续表, breadcrumbs."""
    bare = _bare(line)
    if len(bare) > LONGEST:
        return False
    words = bare.split()
    if all(map(BUTTON.fullmatch, words)) or BUTTON.fullmatch("".join(words)):
        return True
    return any(one.fullmatch(bare) for one in (PAGE, CONTINUED, SHARING, TRAIL))


def is_about(line: str) -> bool:
    """Whether a line above the text gives the date and source of its publication."""
    return bool(ABOUT.fullmatch(_bare(line)))


def ends_article(line: str) -> bool:
    """Whether the foot of the page begins here: related articles, the operator of the site."""
    bare = _bare(line)
    return len(bare) <= LONGEST and bool(NEIGHBOUR.fullmatch(bare) or FOOT.fullmatch(bare))


def _bare(line: str) -> str:
    return re.sub(r"[【】\[\]]", " ", plain(line).replace("｜", "|")).strip()
