"""The office as documents describe it: its names, addresses, hours and bodies, as frozen values."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

SHIPPED = "65897fd4b659"
"""The version of the sample that comes with the program; a test compares it."""
COUNTS: Mapping[str, str] = {
    "website": "政府网站公开信息的数量",
    "media": "政务新媒体公开信息的数量",
    "gazette": "政府公报公开信息的数量",
    "boards": "公告栏公开信息的数量",
    "interpretation": "政策解读的数量",
    "response": "回应关切的数量",
    "documents": "制发、废止、现行有效的规范性文件数",
    "platforms": "公开平台的数量",
    "zones": "政务公开专区的数量",
    "issues": "政府公报的期数",
}
"""The counts that notices of some places ask part one of an annual report to tell."""


@dataclass(frozen=True, kw_only=True)
class Season:
    """Working hours between two days of the year, both included; days are (month, day)."""

    first: tuple[int, int]
    last: tuple[int, int]
    periods: tuple[str, ...]

    @property
    def text(self) -> str:
        """8:30-12:00、14:30-18:00（5月1日至9月30日的工作日）; just 工作日 if the season is the whole year."""
        (first_month, first_day), (last_month, last_day) = self.first, self.last
        until = f"{'次年' if self.last < self.first else ''}{last_month}月{last_day}日"
        whole = (self.first, self.last) == ((1, 1), (12, 31))
        days = "工作日" if whole else f"{first_month}月{first_day}日至{until}的工作日"
        return f"{'、'.join(self.periods)}（{days}）"


@dataclass(frozen=True, kw_only=True)
class Body:
    """A body, a place or a medium that documents name; "" for anything that the profile leaves out."""

    name: str
    address: str = ""
    place: str = ""
    postcode: str = ""
    hours: tuple[Season, ...] = ()
    phone: str = ""
    fax: str = ""
    email: str = ""
    email_note: str = ""
    online: str = ""
    url: str = ""
    account: str = ""

    @property
    def times(self) -> str:
        """The working hours of all seasons in one line; "" if the profile gives none."""
        return "；".join(season.text for season in self.hours)


@dataclass(frozen=True, kw_only=True)
class Channel:
    """A channel through which applications are received, or expressly not received (国办公开办函〔2017〕19号)."""

    kind: str
    open: bool
    name: str = ""
    url: str = ""


@dataclass(frozen=True, kw_only=True)
class Gazette:
    """The government's gazette, and where copies are free."""

    name: str
    url: str = ""
    wechat: str = ""
    free_copies: tuple[Body, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Seal:
    """The picture of the seal, for layout only; `picture` is None if the office gives none.

    `pixels` are its width and height. A seal that is not round keeps its proportions: its longer side is the diameter.
    """

    diameter_mm: float = 42.0
    picture: bytes | None = None
    pixels: tuple[int, int] = (1, 1)

    @property
    def size_mm(self) -> tuple[float, float]:
        """Width and height on paper."""
        width, height = self.pixels
        longer = max(width, height)
        return self.diameter_mm * width / longer, self.diameter_mm * height / longer


@dataclass(frozen=True, kw_only=True)
class OfficeChoices:
    """The choices that the law leaves to the office."""

    query_matter_remedy: str = "reconsider_or_sue"
    court_barred_remedy: str = "reconsider_or_sue"
    tell_refused_reconsideration: bool = False
    correction_working_days: int = 15
    layout: str = "letter"
    quote_articles: bool = False


@dataclass(frozen=True, kw_only=True)
class FeePayment:
    """The local rule on the 信息处理费, and how it is paid."""

    local_rule: str = ""
    payment: str = ""


@dataclass(frozen=True, kw_only=True)
class ImprintDefaults:
    """The 版记 of letters in 文件格式: the printing body ("" for the 工作机构) and the receivers of copies of all letters."""

    printer: str = ""
    copies: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class NumberSeries:
    """A series of numbers: its `name` in the register, the documents that it is for, and how its numbers are written."""

    name: str
    documents: tuple[str, ...]
    letter: str


@dataclass(frozen=True, kw_only=True)
class NumberingChoices:
    """How cases and letters are numbered; `mode` is drawn or typed, `series` are exceptions from `letter`."""

    mode: str = "drawn"
    case: str = "{year}-{serial:04}"
    letter: str = "{code}〔{year}〕{serial}号"
    series: tuple[NumberSeries, ...] = ()


@dataclass(frozen=True, kw_only=True)
class RegisterChoices:
    """When a case counts as closed (posted or dated), and for how many years after that its personal data are kept."""

    closes: str = "posted"
    keep_years: int = 10


@dataclass(frozen=True, kw_only=True)
class ReportChoices:
    """What the place asks of annual reports beside the national form, and the `bodies` whose reports are due.

    `source` is the notice that asks it, `told` the counts that part one must tell, `send_by` the last day, (month, day),
    on which a report may be sent in the year after the reported one.
    """

    bodies: tuple[str, ...] = ()
    source: str = ""
    longest_overview: int | None = None
    told: tuple[str, ...] = ()
    send_by: tuple[int, int] | None = None


@dataclass(frozen=True, kw_only=True)
class Category:
    """One category of information that the office publishes on its own initiative, and its content."""

    name: str
    content: str


@dataclass(frozen=True, kw_only=True)
class Profile:
    """One agency as its documents name it; `remarks` has messages about keys that a person should check again."""

    name: str
    short_name: str
    kind: str
    region: str
    document_code: str
    government: str
    superior: str
    settings: OfficeChoices
    office: Body
    intake: Body
    supervisor: Body
    reconsideration: Body
    court: Body
    channels: Mapping[str, Channel]
    sites: Mapping[str, Body]
    gazette: Gazette | None
    reading_points: tuple[Body, ...]
    media: tuple[Body, ...]
    seal: Seal
    fee: FeePayment
    guide_revised: date | None
    version: str
    self_name: str = "本机关"
    seat_government: str = ""
    document_code_is_sample: bool = False
    guide_scope: tuple[Category, ...] = ()
    imprint: ImprintDefaults = ImprintDefaults()
    numbering: NumberingChoices = NumberingChoices()
    register: RegisterChoices = RegisterChoices()
    reports: ReportChoices = ReportChoices()
    remarks: tuple[str, ...] = ()

    @property
    def is_shipped(self) -> bool:
        """Whether it is still the sample that comes with the program, which no office has made its own."""
        return self.version == SHIPPED

    @property
    def facts(self) -> Mapping[str, str]:
        """Every name, address, number, web address and hour in the profile, with its key."""
        facts: dict[str, str] = {}
        for text, key in _facts(self):
            if text:
                facts.setdefault(text, key)
        return facts


AGENCY_FACTS = ("name", "short_name", "region", "document_code", "government", "superior", "seat_government")
BODY_FACTS = ("name", "address", "place", "postcode", "phone", "fax", "email", "online", "url", "account")
ONE_BODY = ("office", "intake", "supervisor", "reconsideration", "court")
NO_FACT = {("intake", "name")}  # a place's name is not the office's


def _facts(profile: Profile) -> Iterator[tuple[str, str]]:
    yield from ((getattr(profile, key), f"agency.{key}") for key in AGENCY_FACTS)
    for place, body in _all_bodies(profile):
        yield from ((getattr(body, key), f"{place}.{key}") for key in BODY_FACTS if (place, key) not in NO_FACT)
        yield from ((period, f"{place}.hours") for season in body.hours for period in season.periods)
    for kind, channel in profile.channels.items():
        yield from ((channel.name, f"channels.{kind}.name"), (channel.url, f"channels.{kind}.url"))
    if profile.gazette:
        yield from ((getattr(profile.gazette, key), f"gazette.{key}") for key in ("name", "url", "wechat"))
    yield from ((profile.fee.local_rule, "fee.local_rule"), (profile.fee.payment, "fee.payment"))
    yield from ((name, "imprint") for name in (profile.imprint.printer, *profile.imprint.copies))


def _all_bodies(profile: Profile) -> Iterator[tuple[str, Body]]:
    yield from ((key, getattr(profile, key)) for key in ONE_BODY)
    yield from ((f"sites.{key}", site) for key, site in profile.sites.items())
    for key in ("reading_points", "media"):
        yield from ((f"{key}.{i}", body) for i, body in enumerate(getattr(profile, key)))
    copies = profile.gazette.free_copies if profile.gazette else ()
    yield from ((f"gazette.free_copies.{i}", body) for i, body in enumerate(copies))
