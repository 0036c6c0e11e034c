"""Reads agency.toml, checks its answers, the rules between them and the picture of the seal; reports all faults at once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Any

from gipdocs.errors import Fault, InvalidInput, ProfileError
from gipdocs.profile.questions import ProfileQuestions
from gipdocs.profile.values import (
    ONE_BODY,
    Body,
    Category,
    Channel,
    FeePayment,
    Gazette,
    ImprintDefaults,
    NumberingChoices,
    NumberSeries,
    OfficeChoices,
    Profile,
    RegisterChoices,
    ReportChoices,
    Seal,
    Season,
)
from gipdocs.questions import Block, Questions, load
from gipdocs.questions.characters import normalise, plain
from gipdocs.questions.groups import prepare_questions
from gipdocs.seals import UnusableSeal, read_seal
from gipdocs.stricttoml import LARGEST, NotToml, read_toml

LISTS_OF_BODIES = ("reading_points", "media")


def load_profile(path: Path) -> Profile:
    """The profile of agency.toml at `path`; ProfileError lists every fault at once, each with its key, in Chinese."""
    return make_profile(read_source(path), path)


def make_profile(source: bytes, path: Path) -> Profile:
    """The profile of a text that stands in agency.toml at `path`, or is to stand there; ProfileError as in `load_profile`."""
    payload = parse_profile(source, path)
    faults, data = list[Fault](), dict[str, Any]()
    try:
        data = load(ProfileQuestions, payload)
    except InvalidInput as error:
        faults = [_with_names(fault) for fault in error.faults]
    seal, wrong = _seal(payload, path)
    known = {fault.pointer for fault in faults}
    faults += [
        fault
        for fault in (*_hours_faults(payload), *_channel_faults(payload), *_due_faults(payload), *wrong)
        if fault.pointer not in known
    ]
    if faults:
        listed = "\n".join(f"  {key_of(fault.pointer)}：{fault.detail}" for fault in faults)
        raise ProfileError(f"机关概况文件{path}有{len(faults)}处需要改正：\n{listed}", faults)
    return _profile(data, payload, seal, version=sha256(source).hexdigest()[:12])


def read_source(path: Path) -> bytes:
    """The bytes of a profile, only so many that the reader can see if there are too many; ProfileError."""
    try:
        if path.exists() and not path.is_file():
            raise ProfileError(f"机关概况文件{path}不是普通文件，请写明agency.toml的路径。")
        with path.open("rb") as file:
            return file.read(LARGEST + 1)
    except (OSError, ValueError):
        raise ProfileError(
            f"找不到或者读不了机关概况文件{path}，请复制项目自带的agency.toml并改为本机关的内容。"
        ) from None


def parse_profile(source: bytes, path: Path) -> dict[str, Any]:
    """The answers in a profile's text, still unchecked; ProfileError if it is no TOML."""
    try:
        return read_toml(source)
    except NotToml as error:
        raise ProfileError(f"机关概况文件{path}读不出来：{error}") from None


def key_of(pointer: str) -> str:
    """A JSON pointer as the key of a TOML file: office.postcode, reading_points.1.place."""
    parts = (part.replace("~1", "/").replace("~0", "~") for part in pointer.removeprefix("/").split("/"))
    return plain(".".join(parts))


def _with_names(fault: Fault) -> Fault:
    """The fault; if it is an unknown key, its message lists the keys that are possible there."""
    if fault.code != "unknown":
        return fault
    names = "、".join(key for key, _ in _questions_at(fault.pointer.split("/")[1:-1]).questions())
    return replace(fault, detail=f"没有这一项，请核对名称；这里可以写的是{names}。")


def _questions_at(path: Iterable[str]) -> Questions:
    """The questions of the group at a path, which may contain indexes of rows and names chosen by the office."""
    questions = prepare_questions(ProfileQuestions)
    for key in path:
        if isinstance(block := questions.fields.get(key), Block):
            questions = block.questions()
    return questions


def _group(payload: Any, key: str) -> Mapping[str, Any]:
    """A group in the file; empty if it is missing or is not a group."""
    group = payload.get(key) if isinstance(payload, Mapping) else None
    return group if isinstance(group, Mapping) else {}


def _bodies(payload: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Every body in the file, with its pointer."""
    yield from ((f"/{key}", payload.get(key)) for key in ONE_BODY)
    yield from ((f"/sites/{name}", body) for name, body in _group(payload, "sites").items())
    lists = [(f"/{key}", payload.get(key)) for key in LISTS_OF_BODIES]
    for pointer, bodies in (*lists, ("/gazette/free_copies", _group(payload, "gazette").get("free_copies"))):
        yield from ((f"{pointer}/{i}", body) for i, body in enumerate(bodies if isinstance(bodies, list) else []))


def _hours_faults(payload: Mapping[str, Any]) -> Iterator[Fault]:
    if not isinstance(payload.get("hours", {}), Mapping):
        return
    known = {normalise(name) for name in _group(payload, "hours")}
    for pointer, body in _bodies(payload):
        name = body.get("hours") if isinstance(body, Mapping) else None
        if isinstance(name, str) and name and normalise(name) not in known:
            detail = f"没有名为“{plain(name)}”的办公时间，请改用已有的一组，或者在“办公时间”中增加这一组（[hours.{plain(name)}]）。"
            yield Fault(f"{pointer}/hours", "option", detail)


def _channel_faults(payload: Mapping[str, Any]) -> Iterator[Fault]:
    channels, office = _group(payload, "channels"), _group(payload, "office")
    opened = {kind for kind in channels if _group(channels, kind).get("open") is True}
    for kind in ("in_person", "mail"):
        if _group(channels, kind).get("open") is False:
            cure = "当面提交和邮寄的申请渠道不能关闭（国办公开办函〔2017〕19号），请改为接收申请（open = true）。"
            yield Fault(f"/channels/{kind}", "option", cure)
    if "online" in opened and not _group(channels, "online").get("url"):
        yield Fault("/channels/online/url", "required", "开放网上申请的，请写明网址。")
    for kind in ("fax", "email"):
        if kind in opened and not office.get(kind):
            yield Fault(
                f"/channels/{kind}",
                "required",
                f"开放这一渠道的，请在“政府信息公开工作机构”中写明号码或者地址（office.{kind}）。",
            )


def _due_faults(payload: Mapping[str, Any]) -> Iterator[Fault]:
    """A fault for each body whose report is due and that is listed more than once."""
    bodies = _group(payload, "reports").get("bodies")
    seen = set[str]()
    for i, name in enumerate(bodies if isinstance(bodies, list) else []):
        if isinstance(name, str) and (bare := normalise(name)) in seen:
            yield Fault(f"/reports/bodies/{i}", "repeated", f"“{plain(bare)}”已经列过，请删去重复的一行。")
        elif isinstance(name, str):
            seen.add(bare)


def _seal(payload: Mapping[str, Any], path: Path) -> tuple[Seal, list[Fault]]:
    """The seal, with its picture if the profile names a usable one, and the faults of the picture."""
    name = _group(payload, "seal").get("picture")
    if not isinstance(name, str) or not name or plain(name) != name:
        return Seal(), []
    try:
        picture, pixels = read_seal(path.parent / name)
    except UnusableSeal as error:
        return Seal(), [Fault("/seal/picture", "format", f"“{name}”{error}。")]
    return Seal(picture=picture, pixels=pixels), []


def _profile(data: dict[str, Any], payload: Mapping[str, Any], seal: Seal, *, version: str) -> Profile:
    """The profile made from valid answers; `payload` is the file as it was written."""
    hours = {name: tuple(map(_season, group["seasons"])) for name, group in data["hours"].items()}

    def body(part: Mapping[str, Any]) -> Body:
        return Body(**{**part, "hours": hours.get(part.get("hours", ""), ())})

    def bodies(parts: Iterable[Mapping[str, Any]]) -> tuple[Body, ...]:
        return tuple(map(body, parts))

    several: dict[str, Any] = {key: body(data[key]) for key in ONE_BODY}
    several |= {key: bodies(data.get(key, ())) for key in LISTS_OF_BODIES}
    guide, gazette, imprint = data.get("guide", {}), data.get("gazette"), data.get("imprint", {})
    return Profile(
        **data["agency"],
        **several,
        settings=OfficeChoices(**data.get("settings", {})),
        channels={
            kind: Channel(kind=kind, **data["channels"][kind])
            for kind in payload["channels"]
            if kind in data["channels"]
        },
        sites={name: body(part) for name, part in data.get("sites", {}).items()},
        gazette=gazette and Gazette(**{**gazette, "free_copies": bodies(gazette.get("free_copies", ()))}),
        seal=replace(seal, **{key: value for key, value in data.get("seal", {}).items() if key != "picture"}),
        fee=FeePayment(**data.get("fee", {})),
        imprint=ImprintDefaults(**{**imprint, "copies": tuple(imprint.get("copies", ()))}),
        numbering=_numbering(data.get("numbering", {})),
        register=RegisterChoices(**data.get("register", {})),
        reports=_reports(data.get("reports", {})),
        guide_revised=guide.get("revised"),
        guide_scope=tuple(Category(**category) for category in guide.get("scope", ())),
        remarks=tuple(
            key_of(one.pointer) + "：" + one.message
            for one in prepare_questions(ProfileQuestions).all_remarks(payload, data)
        ),
        version=version,
    )


def _numbering(part: Mapping[str, Any]) -> NumberingChoices:
    series = tuple(NumberSeries(**{**one, "documents": tuple(one["documents"])}) for one in part.get("series", ()))
    return NumberingChoices(**{**part, "series": series})


def _reports(part: Mapping[str, Any]) -> ReportChoices:
    lists = {key: tuple(part.get(key, ())) for key in ("bodies", "told")}
    return ReportChoices(**{**part, **lists})


def _season(part: Mapping[str, Any]) -> Season:
    return Season(first=part["from"], last=part["to"], periods=tuple(part["periods"]))
