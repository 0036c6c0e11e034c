"""How the cells of a ledger that hold several days are written, and how those of other offices' ledgers are read."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from gipdocs.law.clock import CHANNELS
from gipdocs.register.events import CHALLENGES, CONSULTED, RESULTS, STANCES, UNDELIVERED, WAYS
from gipdocs.register.history import CaseEvent, History

DAY = re.compile(
    r"(?<!\d)(?:(\d{4})\s*[-年./．]\s*(\d{1,2})\s*[-月./．]\s*(\d{1,2})(?:\s*日)?|(\d{4})(\d{2})(\d{2}))(?![\d.])"
)
"""A day as offices write it: 2026年3月2日, 2026.3.2, 2026/3/2, 2026-03-02, 20260302."""
TIME = re.compile(r"\s*\d{1,2}[:：时]\d{2}(?:[:：分]\d{2})?秒?")
AMOUNT = re.compile(r"(\d{1,9}(?:\.\d{1,2})?)\s*元")
NUMBER = re.compile(r"\d{1,3}")
ARCHIVED = re.compile(rf"({DAY.pattern})\s*归档(?:[，,]\s*(?:共)?(\d+)页)?[；;。]?\s*")
ENUMERATED = re.compile(r"^(?:（[一二三四五六七八九十]+）|\d+\.)")
MAIL_NUMBER = re.compile(r"[（(]([0-9A-Za-z]{5,40})[）)]")
IN_BRACKETS = re.compile(r"[（(]([^（）()]*)[）)]")
BLANK = frozenset(("", "无", "否", "没有", "未", "不涉及", "/", "／", "\\", "-", "－", "—", "——", "–"))
"""The signs by which a ledger says that there was none."""
WRITTEN = "请写作2026-03-02或者2026年3月2日"
EMAIL = re.compile(r"[^@\s]+@[^@\s]+")
PHONE = re.compile(r"[\d()（）+\-—转 ]{7,25}")
POSTCODE = re.compile(r"\d{6}")


class UnreadableCell(Exception):
    """A cell that can't be read; the message says in Chinese, without a full stop, what to write."""


@dataclass(frozen=True, kw_only=True)
class Cell:
    """The text that a cell shows, and the day behind it if there is one."""

    text: str = ""
    day: date | None = None

    @property
    def filled(self) -> bool:
        """Whether the cell says anything."""
        return plain(self.text) not in BLANK


@dataclass(frozen=True)
class DatedText:
    """A day in a cell with the words that follow it."""

    day: date
    words: str


def plain(text: str) -> str:
    """A text in the compatibility form of Unicode, without spaces."""
    return "".join(unicodedata.normalize("NFKC", text).split())


def step(kind: str, day: date, /, **facts: Any) -> CaseEvent:
    """Something that a cell says has happened."""
    return CaseEvent(place=0, kind=kind, day=day, facts=facts)


def read_days(cell: Cell) -> list[date]:
    """The days in a cell, whatever stands between them; UnreadableCell if there is anything else."""
    if cell.day:
        return [cell.day]
    if not cell.filled:
        return []
    rest = TIME.sub("", DAY.sub("", cell.text))
    days = [one.day for one in find_days(cell.text)]
    if not days or re.search(r"\w", rest):
        raise UnreadableCell(f"不是可以读出的日期，{WRITTEN}")
    return days


def read_day(cell: Cell) -> date | None:
    """The one day in a cell, None if it is empty; UnreadableCell."""
    days = read_days(cell)
    if len(days) > 1:
        raise UnreadableCell("只能填写一个日期")
    return days[0] if days else None


def find_days(text: str) -> list[DatedText]:
    """Every day in a text with the words up to the next one; UnreadableCell for a day that the calendar lacks."""
    found = list(DAY.finditer(text))
    ends = [*(one.start() for one in found[1:]), *([len(text)] if found else [])]
    return [DatedText(_day(one), text[one.end() : end]) for one, end in zip(found, ends, strict=True)]


def _day(found: re.Match[str]) -> date:
    year, month, day = (int(part) for part in found.groups()[:6] if part)
    try:
        return date(year, month, day)
    except ValueError:
        raise UnreadableCell("日期不存在，请核对年、月、日") from None


def parts(cell: Cell) -> list[str]:
    """The entries of a cell, one for each time that something happened."""
    if not cell.filled:
        return []
    text = cell.text or (cell.day.isoformat() if cell.day else "")
    return [part for one in re.split(r"[；;\n]+", text) if (part := one.strip())]


def recognise(text: str, words: Mapping[str, Iterable[str]]) -> str | None:
    """The key of which one of the words is in a text; the first wins."""
    bare = plain(text)
    return next((key for key, some in words.items() if any(plain(word) in bare for word in some)), None)


def choose(options: Mapping[str, str], **more: Iterable[str]) -> Callable[[str], str | None]:
    """Recognises one of several options by its label or by other words; the order of the words decides."""
    words = {**more, **{key: (label, *more.get(key, ())) for key, label in options.items()}}
    exact = {plain(label): key for key, label in options.items()}
    return lambda text: exact.get(plain(text)) or recognise(text, words)


read_channel = choose(
    CHANNELS,
    ordinary_mail=("平信", "平常信函"),
    signed_mail=("邮寄", "信函", "挂号", "快递", "EMS"),
    in_person=("当面", "现场", "窗口", "来访", "面交"),
    online=("互联网", "网络", "网上", "网站", "在线", "线上", "平台", "邮箱", "邮件"),
    fax=("传真",),
)
read_way = choose(
    WAYS,
    mail=("邮寄", "信函", "挂号", "快递", "EMS"),
    in_person=("当面", "直接", "自取", "领取", "现场"),
    online=("互联网", "网络", "网上", "邮箱", "邮件", "平台"),
)
read_stance = choose(STANCES, objects=("不同意",), partly=("部分",), agrees=("同意",))
read_whom = choose(CONSULTED, agency=("机关", "部门", "单位", "政府", "局"), third_party=("第三方",))
read_returned = choose(UNDELIVERED)
read_challenge = choose(
    CHALLENGES,
    suit_after=("复议后",),
    suit_direct=("起诉", "诉讼", "行诉"),
    reconsideration=("复议",),
)
read_result = choose(
    RESULTS, corrected=("纠正", "撤销", "变更", "违法", "责令", "败诉"), upheld=("维持", "驳回", "胜诉")
)


def write_days(history: History, kind: str) -> date | str | None:
    """The days of a kind of event: one day as a day, several in one text."""
    days = [event.day for event in history.of(kind)]
    return days[0] if len(days) == 1 else "；".join(map(str, days)) or None


def write_consultations(history: History) -> str:
    """第三方：2026-03-12发出，2026-03-13对方收到，2026-03-16收到意见（同意公开）."""
    return "；".join(_consultation(history, event) for event in history.of("consulted"))


def _consultation(history: History, consulted: CaseEvent) -> str:
    ref, said = consulted.facts["ref"], [f"{consulted.day}发出"]
    if delivered := history.about("delivered", ref):
        said.append(f"{delivered.day}对方收到")
    if opinion := history.about("opinion", ref):
        stance = STANCES.get(opinion.facts.get("stance", ""), "")
        said.append(f"{opinion.day}收到意见" + (f"（{stance}）" if stance else ""))
    if returned := history.about("undelivered", ref):
        said.append(f"{returned.day}退回（{UNDELIVERED[returned.facts['reason']]}）")
    return f"{CONSULTED[consulted.facts['whom']]}：{'，'.join(said)}"


def read_consultations(cell: Cell) -> Iterator[CaseEvent]:
    """The events that the column 征求意见 tells: to whom it was sent, when it arrived, when the opinion came."""
    for ref, part in enumerate(parts(cell), 1):
        sent, *others = find_days(part) or _undated("征求意见书发出的日期")
        yield step("consulted", sent.day, ref=ref, whom=read_whom(DAY.split(part, maxsplit=1)[0]) or "third_party")
        for number, one in enumerate(others):
            kind = recognise(one.words, CONSULTATION_WORDS) or ("delivered", "opinion")[min(number, 1)]
            yield step(kind, one.day, ref=ref, **_consultation_facts(kind, one.words))


CONSULTATION_WORDS = {
    "undelivered": ("退回", "拒收"),
    "opinion": ("意见", "回复", "反馈", "回函", "复函", "同意"),
    "delivered": ("收到", "签收", "送达"),
}


def _consultation_facts(kind: str, words: str) -> dict[str, str]:
    if kind == "undelivered":
        return {"reason": read_returned(words) or "other"}
    stance = read_stance(words) if kind == "opinion" else None
    return {"stance": stance} if stance else {}


def _undated(what: str) -> list[DatedText]:
    raise UnreadableCell(f"请写明{what}，{WRITTEN}")


def write_extensions(history: History) -> str:
    """2026-03-30延长15个工作日；2026-04-20延迟至2026-05-15答复."""
    return "；".join(
        f"{event.day}延长{event.facts['working_days']}个工作日"
        if event.kind == "extended"
        else f"{event.day}延迟至{event.facts['until']}答复"
        for event in history.of("extended", "delayed")
    )


def read_extensions(cell: Cell, days: Cell) -> Iterator[CaseEvent]:
    """The events that the column 延期 tells; `days` is the cell of a column that has the working days alone."""
    for part in parts(cell):
        said, *until = find_days(part) or _undated("告知延期的日期")
        if until:
            yield step("delayed", said.day, until=until[0].day)
        else:
            found = NUMBER.search(said.words) or NUMBER.search(days.text)
            if not found:
                raise UnreadableCell("请写明延长多少个工作日，例如2026-03-30延长15个工作日")
            yield step("extended", said.day, working_days=int(found[0]))


def write_fees(history: History) -> str:
    """2026-03-05通知350.00元；2026-03-10缴费350.00元."""
    words = {"fee_asked": "通知", "paid": "缴费"}
    return "；".join(
        f"{event.day}{words[event.kind]}" + (f"{event.facts['yuan']}元" if "yuan" in event.facts else "")
        for event in history.of(*words)
    )


def read_fees(cell: Cell) -> Iterator[CaseEvent]:
    """The events that the column 收费/缴费 tells."""
    for part in parts(cell):
        for one in find_days(part) or _undated("通知、缴费的日期"):
            asked = recognise(one.words, {"fee_asked": ("通知", "告知", "应缴")})
            amount = AMOUNT.search(one.words)
            yield step(asked or "paid", one.day, **({"yuan": amount[1]} if amount else {}))


def write_challenges(history: History) -> str:
    """申请行政复议：2026-11-04收到，2027-02-03结果纠正."""
    return "；".join(_challenge(history, event) for event in history.of("challenged"))


def _challenge(history: History, challenged: CaseEvent) -> str:
    decided = history.about("decided", challenged.facts["ref"])
    end = f"，{decided.day}{RESULTS[decided.facts['result']]}" if decided else ""
    return f"{CHALLENGES[challenged.facts['kind']]}：{challenged.day}收到{end}"


def read_challenges(cell: Cell) -> Iterator[CaseEvent]:
    """The events that the column 复议诉讼 tells."""
    for ref, part in enumerate(parts(cell), 1):
        received, *decided = find_days(part) or _undated("收到复议、诉讼材料的日期")
        if not (kind := read_challenge(DAY.sub("", part))):
            raise UnreadableCell("请写明是行政复议，还是未经复议直接起诉、复议后起诉")
        yield step("challenged", received.day, ref=ref, kind=kind)
        if decided:
            yield step("decided", decided[-1].day, ref=ref, result=read_result(decided[-1].words) or "other")


def write_remark(history: History, notes: Iterable[str]) -> str:
    """2026-05-06归档，23页；备注."""
    archived = [
        f"{event.day}归档" + (f"，{event.facts['pages']}页" if "pages" in event.facts else "")
        for event in history.of("archived")
    ]
    return "；".join([*archived, *notes])


def read_remark(cell: Cell) -> tuple[list[CaseEvent], str]:
    """The events that the column 归档/备注 tells, and the rest of it, which is a remark."""
    text, events = cell.text.strip(), list[CaseEvent]()
    while found := ARCHIVED.match(text):
        pages = found.groups()[-1]
        events.append(step("archived", find_days(found[0])[0].day, **({"pages": int(pages)} if pages else {})))
        text = text[found.end() :]
    return events, "" if plain(text) in BLANK else text


def write_way(history: History) -> str:
    """邮政邮寄（1234567890123）."""
    posted = history.first("posted")
    if not posted:
        return ""
    number = posted.facts.get("mail_number", "")
    return WAYS[posted.facts["way"]] + (f"（{number}）" if number else "")


def write_contact(application: Mapping[str, Any]) -> str:
    """13800138000；人民路1号；100000；zhang@example.com."""
    return "；".join(application[key] for key in ("phone", "address", "postcode", "email") if application.get(key))


def read_contact(cell: Cell) -> dict[str, str]:
    """The answers of the application that the column 联系方式 holds."""
    found: dict[str, str] = {}
    for part in parts(cell):
        bare = re.sub(r"^(?:联系)?(?:电话|手机|地址|邮编|邮箱|电子邮箱)[：:]", "", part).strip()
        key = "email" if EMAIL.fullmatch(bare) else "postcode" if POSTCODE.fullmatch(bare) else None
        key = key or ("phone" if PHONE.fullmatch(bare) else "address")
        found[key] = f"{found[key]}，{bare}" if key == "address" and key in found else bare
    return found
