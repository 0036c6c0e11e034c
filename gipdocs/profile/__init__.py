"""The office profile: the one source of names, addresses, hours and bodies, read from agency.toml."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any

import marshmallow as ma
from marshmallow import fields, post_load, validate

from gipdocs.errors import ProfileError
from gipdocs.questions.characters import forbidden, normal, plain, visible
from gipdocs.seals import UnusableSeal, read_seal
from gipdocs.stricttoml import LARGEST, NotToml, read_toml

SHORT, NAME, PLACE, LINE, PROSE = 30, 60, 120, 200, 2000
"""The longest texts in characters: 机关代字 or region, a name, an address, another line, and what is printed in several lines."""

CLOCK = r"([01]?\d|2[0-3]):[0-5]\d"


@dataclass(frozen=True, kw_only=True)
class Season:
    """Working hours between two days of the year, both included; days are (month, day)."""

    first: tuple[int, int]
    last: tuple[int, int]
    periods: tuple[str, ...]

    @property
    def text(self) -> str:
        """8:30-12:00、14:30-18:00（5月1日至9月30日的工作日）; the days only where the season is not the whole year."""
        (first_month, first_day), (last_month, last_day) = self.first, self.last
        until = f"{'次年' if self.last < self.first else ''}{last_month}月{last_day}日"
        whole = (self.first, self.last) == ((1, 1), (12, 31))
        days = "工作日" if whole else f"{first_month}月{first_day}日至{until}的工作日"
        return f"{'、'.join(self.periods)}（{days}）"


@dataclass(frozen=True, kw_only=True)
class Body:
    """A body, a place or a medium that documents name; "" where the profile says nothing."""

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
        """The working hours of all seasons in one line; nothing where the profile has none."""
        return "；".join(season.text for season in self.hours)


@dataclass(frozen=True, kw_only=True)
class Channel:
    """A way in which applications are received, or expressly not (国办公开办函〔2017〕19号)."""

    kind: str
    open: bool
    name: str = ""
    url: str = ""


@dataclass(frozen=True, kw_only=True)
class Gazette:
    """The government's gazette and where it is given away."""

    name: str
    url: str = ""
    wechat: str = ""
    free_copies: tuple[Body, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Seal:
    """The picture of the seal, for layout only; `picture` is None where there is none.

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
class Settings:
    """The office's choices where the law leaves one."""

    query_matter_remedy: str = "reconsider_or_sue"
    correction_working_days: int = 15
    layout: str = "letter"
    quote_articles: bool = False


@dataclass(frozen=True, kw_only=True)
class Fee:
    """Local rule and way of payment of the 信息处理费."""

    local_rule: str = ""
    payment: str = ""


@dataclass(frozen=True, kw_only=True)
class Imprint:
    """The 版记 of letters in 文件格式: who prints them, "" for the working body, and who always gets a copy."""

    printer: str = ""
    copies: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Category:
    """One kind of information that the office publishes of its own accord, and what belongs to it."""

    name: str
    content: str


@dataclass(frozen=True, kw_only=True)
class Profile:
    """One agency, as its documents name it."""

    name: str
    short_name: str
    self_name: str
    kind: str
    region: str
    document_code: str
    document_code_is_sample: bool
    government: str
    superior: str
    settings: Settings
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
    fee: Fee
    guide_revised: date | None
    version: str
    guide_scope: tuple[Category, ...] = ()
    imprint: Imprint = Imprint()

    @property
    def facts(self) -> Mapping[str, str]:
        """Every name, address, number, web address and hour that the profile holds, with the key that holds it."""
        facts: dict[str, str] = {}
        for text, key in _facts(self):
            if text:
                facts.setdefault(text, key)
        return facts


MESSAGES: dict[str, Any] = {
    "required": "缺少这一项，请补上",
    "null": "不能为空，请填写",
    "invalid": "写法不对，应为文字",
    "unknown": "没有这一项，请核对名称是否写错",
    "type": "应为一组设置",
    "invalid_utf8": "应为UTF-8文字",
}
POSTCODE = validate.Regexp(r"\d{6}$", error="邮政编码应为6位数字")
PHONE = validate.Regexp(r"[\d()（）+\- 转]{5,30}$", error="电话、传真应写作“区号-号码”")
EMAIL = validate.Regexp(r"[^@\s]+@[^@\s]+\.[^@\s]+$", error="电子邮箱写法不对")
URL = validate.URL(schemes={"http", "https"}, error="网址应以http://或者https://开头")
PERIOD = validate.Regexp(rf"{CLOCK}-{CLOCK}$", error="时间应写作“8:30-12:00”")
DAY = validate.Regexp(r"(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$", error="日期应写作“05-01”")
CHANNELS = ("in_person", "mail", "online", "fax", "email")


class _Part(ma.Schema):
    class Meta:
        unknown = ma.RAISE

    error_messages = {"unknown": MESSAGES["unknown"], "type": MESSAGES["type"]}  # noqa: RUF012  # as marshmallow types it


def _not_blank(text: str) -> None:
    if not visible(text):
        raise ma.ValidationError("不能为空，请填写")


def _text(*rules: Any, required: bool = False, default: str = "", longest: int = LINE) -> fields.String:
    extra: dict[str, Any] = {"required": True} if required else {"load_default": default}
    length = validate.Length(max=longest, error=f"最多{longest}个字，请缩短")
    return fields.String(validate=[_not_blank, length, *rules], error_messages=MESSAGES, **extra)


class _Truth(fields.Boolean):
    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        if not isinstance(value, bool):
            raise self.make_error("invalid", input=value)
        return value


def _truth(default: bool | None = None) -> fields.Boolean:
    extra: dict[str, Any] = {"required": True} if default is None else {"load_default": default}
    return _Truth(error_messages=MESSAGES | {"invalid": "应为true或者false"}, **extra)


def _part(schema: type[_Part], *, many: bool = False, required: bool = False) -> fields.Nested:
    extra: dict[str, Any] = {"required": True} if required else {"load_default": list if many else None}
    return fields.Nested(schema, many=many, error_messages=MESSAGES, **extra)


class _SeasonPart(_Part):
    first = _text(DAY, required=True)
    last = _text(DAY, required=True)
    periods = fields.List(
        _text(PERIOD), required=True, validate=validate.Length(min=1, error="至少写一段时间"), error_messages=MESSAGES
    )

    class Meta(_Part.Meta):
        pass

    @ma.pre_load
    def _name_ends(self, data: Any, **kwargs: Any) -> Any:
        names = {"from": "first", "to": "last"}
        return {names.get(key, key): value for key, value in data.items()} if isinstance(data, dict) else data

    @post_load
    def _make(self, data: dict[str, Any], **kwargs: Any) -> Season:
        first, last = (tuple(int(n) for n in data[end].split("-")) for end in ("first", "last"))
        return Season(first=first, last=last, periods=tuple(data["periods"]))  # type: ignore[arg-type]


class _HoursPart(_Part):
    seasons = _part(_SeasonPart, many=True, required=True)


class _BodyPart(_Part):
    name = _text(required=True, longest=NAME)
    address = _text(longest=PLACE)
    place = _text(longest=PLACE)
    postcode = _text(POSTCODE)
    hours = _text()
    phone = _text(PHONE)
    fax = _text(PHONE)
    email = _text(EMAIL)
    email_note = _text(longest=PROSE)
    online = _text()
    url = _text(URL)
    account = _text()


class _ReachableBodyPart(_BodyPart):
    address = _text(required=True, longest=PLACE)
    phone = _text(PHONE, required=True)


class _ChannelPart(_Part):
    open = _truth()
    name = _text()
    url = _text(URL)


class _GazettePart(_Part):
    name = _text(required=True, longest=NAME)
    url = _text(URL)
    wechat = _text()
    free_copies = _part(_BodyPart, many=True)


class _AgencyPart(_Part):
    name = _text(required=True, longest=NAME)
    short_name = _text(required=True, longest=NAME)
    self_name = _text(default="本机关")
    kind = _text(required=True)
    region = _text(required=True, longest=SHORT)
    document_code = _text(required=True, longest=SHORT)
    document_code_is_sample = _truth(False)
    government = _text(required=True)
    superior = _text(required=True)


class _SettingsPart(_Part):
    query_matter_remedy = _text(
        validate.OneOf(["reconsider_or_sue", "reconsider_first"], error="应为reconsider_or_sue或者reconsider_first"),
        default="reconsider_or_sue",
    )
    correction_working_days = fields.Integer(
        strict=True,
        load_default=15,
        validate=validate.Range(5, 60, error="补正期限应为5至60个工作日"),
        error_messages=MESSAGES | {"invalid": "应为整数"},
    )
    layout = _text(
        validate.OneOf(["letter", "document"], error="应为letter（信函格式）或者document（文件格式）"), default="letter"
    )
    quote_articles = _truth(False)

    @post_load
    def _make(self, data: dict[str, Any], **kwargs: Any) -> Settings:
        return Settings(**data)


class _SealPart(_Part):
    diameter_mm = fields.Float(
        load_default=42.0,
        validate=validate.Range(30, 60, error="印章直径应为30至60毫米"),
        error_messages=MESSAGES | {"invalid": "应为数字"},
    )
    picture = _text()


class _FeePart(_Part):
    local_rule = _text(longest=PROSE)
    payment = _text(longest=PROSE)

    @post_load
    def _make(self, data: dict[str, Any], **kwargs: Any) -> Fee:
        return Fee(**data)


class _ImprintPart(_Part):
    printer = _text()
    copies = fields.List(
        _text(validate.Length(max=50, error="最多50个字")),
        load_default=list,
        validate=validate.Length(max=8, error="最多8个机关"),
        error_messages=MESSAGES | {"invalid": "应为一列机关名称"},
    )

    @post_load
    def _make(self, data: dict[str, Any], **kwargs: Any) -> Imprint:
        return Imprint(printer=data["printer"], copies=tuple(data["copies"]))


class _CategoryPart(_Part):
    name = _text(required=True, longest=NAME)
    content = _text(required=True, longest=PROSE)

    @post_load
    def _make(self, data: dict[str, Any], **kwargs: Any) -> Category:
        return Category(**data)


class _GuidePart(_Part):
    scope = _part(_CategoryPart, many=True)
    revised = fields.Date(load_default=None, error_messages=MESSAGES | {"invalid": "日期应写作“2026-01-05”"})


class _ProfilePart(_Part):
    agency = _part(_AgencyPart, required=True)
    settings = _part(_SettingsPart)
    hours = fields.Dict(
        keys=fields.String(),
        values=_part(_HoursPart),
        required=True,
        error_messages=MESSAGES | {"invalid": "应为一组时间"},
    )
    office = _part(_ReachableBodyPart, required=True)
    intake = _part(_BodyPart, required=True)
    supervisor = _part(_ReachableBodyPart, required=True)
    reconsideration = _part(_ReachableBodyPart, required=True)
    court = _part(_BodyPart, required=True)
    channels = fields.Dict(
        keys=fields.String(validate=validate.OneOf(CHANNELS, error="没有这种渠道，可用：" + "、".join(CHANNELS))),
        values=_part(_ChannelPart),
        required=True,
        error_messages=MESSAGES | {"invalid": "应为一组渠道"},
    )
    sites = fields.Dict(keys=fields.String(), values=_part(_BodyPart), load_default=dict, error_messages=MESSAGES)
    gazette = _part(_GazettePart)
    reading_points = _part(_BodyPart, many=True)
    media = _part(_BodyPart, many=True)
    seal = _part(_SealPart)
    fee = _part(_FeePart)
    imprint = _part(_ImprintPart)
    guide = _part(_GuidePart)


def load_profile(path: Path) -> Profile:
    """The profile of agency.toml at `path`; ProfileError lists every fault at once, each with its key, in Chinese."""
    source = _source(path)
    raw, unprintable = _checked(_parse(source, path))
    faults, told = [f"{key}：{message}" for key, message in unprintable], {key for key, _ in unprintable}
    try:
        data = _ProfilePart().load(raw)
    except ma.ValidationError as error:
        faults += [f"{key}：{message}" for key, message in _flat(error.messages) if key not in told]
        data = error.valid_data
    seal, wrong = (Seal(), []) if "seal.picture" in told else _seal(data, path)
    faults += [*_hours_faults(data), *_channel_faults(data), *wrong]
    if faults:
        listed = "\n".join(f"  {fault}。" for fault in faults)
        raise ProfileError(f"机关概况文件{path}有{len(faults)}处需要改正：\n{listed}")
    return _profile(data, seal, version=sha256(source).hexdigest()[:12])


def _source(path: Path) -> bytes:
    try:
        if path.exists() and not path.is_file():
            raise ProfileError(f"机关概况文件{path}不是普通文件，请写明agency.toml的路径。")
        with path.open("rb") as file:
            return file.read(LARGEST + 1)
    except (OSError, ValueError):
        raise ProfileError(
            f"找不到或者读不了机关概况文件{path}，请复制项目自带的agency.toml并改为本机关的内容。"
        ) from None


def _parse(source: bytes, path: Path) -> dict[str, Any]:
    try:
        return read_toml(source)
    except NotToml as error:
        raise ProfileError(f"机关概况文件{path}读不出来：{error}") from None


def _checked(value: Any, key: str = "") -> tuple[Any, list[tuple[str, str]]]:
    """The value in normal form, and each of its texts and keys that no document can hold, with its key."""
    if isinstance(value, str):
        text = normal(value)
        return text, [(key, fault)] if (fault := _unprintable(text)) else []
    if isinstance(value, list):
        pairs: list[tuple[Any, Any]] = list(enumerate(value))
    elif isinstance(value, dict):
        pairs = list(value.items())
    else:
        return value, []
    found, faults = [], list[tuple[str, str]]()
    for name, part in pairs:
        place = ".".join(filter(None, [key, plain(str(name))]))
        if isinstance(name, str) and (fault := _unprintable(normal(name))):
            faults.append((place, f"名称{fault}"))
        checked, wrong = _checked(part, place)
        found.append((normal(name) if isinstance(name, str) else name, checked))
        faults += wrong
    return (dict(found) if isinstance(value, dict) else [part for _, part in found]), faults


def _unprintable(text: str) -> str | None:
    if bad := forbidden(text):
        return f"有不能印在文书上的字符（{bad}），请删除后重新填写"
    return "只能写一行，请去掉换行和制表符" if "\n" in text or "\t" in text else None


def _flat(messages: Any, key: str = "") -> list[tuple[str, str]]:
    if isinstance(messages, dict):
        below = [(f"{key}.{name}" if key else str(name), part) for name, part in messages.items()]
        return [pair for name, part in below for pair in _flat(part, re.sub(r"\.(value|key|_schema)$", "", name))]
    return [(key, message) for message in messages]


def _bodies(data: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    single = [(key, data.get(key) or {}) for key in ONE_BODY]
    listed = [(f"{key}.{i}", body) for key in ("reading_points", "media") for i, body in enumerate(data.get(key) or [])]
    copies = (data.get("gazette") or {}).get("free_copies") or []
    return [*single, *listed, *((f"gazette.free_copies.{i}", body) for i, body in enumerate(copies))]


def _hours_faults(data: dict[str, Any]) -> list[str]:
    known = data.get("hours") or {}
    return [
        f"{key}.hours：没有名为“{name}”的办公时间，请在[hours.{name}]中写明"
        for key, body in _bodies(data)
        if (name := body.get("hours")) and name not in known
    ]


def _channel_faults(data: dict[str, Any]) -> list[str]:
    channels, office = data.get("channels") or {}, data.get("office") or {}
    opened = {kind for kind, part in channels.items() if part.get("open")}
    faults = [
        f"channels.{kind}：当面提交和邮寄的申请渠道不能关闭（国办公开办函〔2017〕19号），请写open = true"
        for kind in ("in_person", "mail")
        if kind not in opened
    ]
    if "online" in opened and not channels["online"].get("url"):
        faults.append("channels.online.url：开放网上申请的，请写明网址")
    return faults + [
        f"channels.{kind}：开放这一渠道的，请在office.{kind}写明号码或者地址"
        for kind in ("fax", "email")
        if kind in opened and not office.get(kind)
    ]


def _seal(data: dict[str, Any], path: Path) -> tuple[Seal, list[str]]:
    """The seal with its picture, if the profile names one that can be used, and what is wrong with it."""
    part = data.get("seal") or {}
    seal = Seal(diameter_mm=part.get("diameter_mm", 42.0))
    if not (name := part.get("picture")):
        return seal, []
    try:
        picture, pixels = read_seal(path.parent / name)
    except UnusableSeal as error:
        return seal, [f"seal.picture：“{name}”{error}"]
    return replace(seal, picture=picture, pixels=pixels), []


def _profile(data: dict[str, Any], seal: Seal, *, version: str) -> Profile:
    hours = {name: tuple(part["seasons"]) for name, part in data["hours"].items()}

    def body(part: dict[str, Any]) -> Body:
        return Body(**{**part, "hours": hours.get(part["hours"], ())})

    guide = data["guide"] or {"revised": None, "scope": []}
    gazette = data["gazette"]
    return Profile(
        **data["agency"],
        settings=data["settings"] or Settings(),
        office=body(data["office"]),
        intake=body(data["intake"]),
        supervisor=body(data["supervisor"]),
        reconsideration=body(data["reconsideration"]),
        court=body(data["court"]),
        channels={kind: Channel(kind=kind, **part) for kind, part in data["channels"].items()},
        sites={key: body(part) for key, part in data["sites"].items()},
        gazette=gazette and Gazette(**{**gazette, "free_copies": tuple(map(body, gazette["free_copies"]))}),
        reading_points=tuple(map(body, data["reading_points"])),
        media=tuple(map(body, data["media"])),
        seal=seal,
        fee=data["fee"] or Fee(),
        imprint=data["imprint"] or Imprint(),
        guide_revised=guide["revised"],
        guide_scope=tuple(guide["scope"]),
        version=version,
    )


AGENCY_FACTS = ("name", "short_name", "region", "document_code", "government", "superior")
BODY_FACTS = ("name", "address", "place", "postcode", "phone", "fax", "email", "online", "url", "account")
ONE_BODY = ("office", "intake", "supervisor", "reconsideration", "court")
NO_FACT = {("intake", "name")}  # what the place is called is no name of the office


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
