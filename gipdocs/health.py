"""What is missing on this machine, and how to cure it; for `gipdocs doctor` and /readyz."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from gipdocs import __version__
from gipdocs.errors import SetupError
from gipdocs.pdf.converter import Health
from gipdocs.pdf.fonts import converted_folder, missing_fonts
from gipdocs.service import Service

STARTING = "刚启动的请稍候；仍然不可用的，运行make setup补齐LibreOffice，再重启服务"


CODES = {
    "loading": "the service is starting, and not wholly loaded yet",
    "program-missing": "a program is missing that one document needs",
    "font-missing": "a font is missing, so that PDFs would look wrong",
    "fonts-not-converted": "the fonts were not converted to TrueType: PDFs are slower, larger and bolder",
    "folder-unusable": "the run or cache folder, or something else that PDFs need, can't be used",
    "only-proved": "LibreOffice starts, is missing or hangs: only the documents of proved layouts become PDFs",
    "converter-unavailable": "no worker can convert now: LibreOffice starts, is missing or hangs",
    "engine-away": "no converter node can be reached: this machine's own LibreOffice converts",
    "node-differs": "a converter node has another LibreOffice or other fonts, and gets no documents",
    "node-unready": "a converter node can't convert now",
    "node-version": "a converter node runs another version of the program",
    "calendar-ends": "the working-day calendar ends within 60 days",
    "sample-document-code": "the profile still has the sample's 机关代字",
    "seal-not-square": "the picture of the seal is not square",
    "key-ends": "a key of another system ends within 30 days, or ended within the last 30",
    "profile-remark": "something in the office profile should be completed",
}
"""Every code of an ailment, with its meaning."""


@dataclass(frozen=True, kw_only=True)
class Ailment:
    """One thing that is wrong, by a stable `code`; `stops` if no document can be made because of it."""

    code: str
    what: str
    cure: str
    stops: bool


LOADING = Ailment(code="loading", what="服务正在启动，还没有全部装入", cure="请稍候几秒钟", stops=True)


def find_ailments(service: Service, *, patience: float = 0.0) -> list[Ailment]:
    """Everything that is wrong with programs, fonts, converter, calendar, profile and keys on this day.

    A converter that is only starting is given `patience` seconds to become ready.
    """
    found: dict[str, Ailment] = {}
    for one in (
        *_programs(service),
        *_fonts(),
        *_converter(service, patience),
        *_calendar(service),
        *_profile(service),
        *_keys(service),
    ):
        found.setdefault(one.what, one)  # one fault may stop fonts and converter alike
    return list(found.values())


def _programs(service: Service) -> list[Ailment]:
    return [
        Ailment(
            code="program-missing",
            what=f"没有找到程序{program}，“{entry.document.title}”不能生成",
            cure="运行make setup补齐",
            stops=False,
        )
        for entry in service.registry.values()
        for program in entry.document.missing_programs
    ]


def _fonts() -> list[Ailment]:
    try:
        missing, converted = missing_fonts(), converted_folder().is_dir()
    except SetupError as error:
        return [_unavailable("folder-unusable", str(error))]
    found = [
        Ailment(code="font-missing", what=f"缺少字体{name}，PDF的字形会不对", cure="运行make fonts", stops=True)
        for name in missing
    ]
    if not missing and not converted:
        what = "公文字体还没有转换为TrueType，PDF里的数字、字母会偏重，生成要慢一倍，文件也大一些"
        found.append(Ailment(code="fonts-not-converted", what=what, cure="运行make setup", stops=False))
    return found


def _converter(service: Service, patience: float) -> list[Ailment]:
    deadline = time.monotonic() + patience
    try:
        converter = service.converter
    except SetupError as error:
        return [_unavailable("folder-unusable", str(error))]
    if patience:
        converter.wake()
    while not (health := converter.health()).ready and time.monotonic() < deadline:
        time.sleep(0.2)
    if health.ready:
        return _engine(health)
    if health.direct:
        return [_without_libreoffice(service, health.reason), *_engine(health)]
    return [_unavailable("converter-unavailable", health.reason), *_engine(health)]


def _without_libreoffice(service: Service, reason: str) -> Ailment:
    """What still works where only the typesetter draws PDFs."""
    what, _, cure = reason.rstrip("。").partition("：请")
    with_pdf = [entry for entry in service.registry.values() if "pdf" in entry.document.formats]
    drawn = sum(map(service.draws, with_pdf))
    return Ailment(
        code="only-proved",
        what=f"LibreOffice不可用（{what}），{drawn}种文书仍能生成PDF，另外{len(with_pdf) - drawn}种只能生成DOCX",
        cure=cure or STARTING,
        stops=False,
    )


def _engine(health: Health) -> list[Ailment]:
    """What is wrong with the engine by which other machines convert; none of it stops documents by itself."""
    if not health.engine:
        return []
    found = [_node(node, health.engine["libreoffice"]) for node in health.engine["nodes"]]
    what, _, cure = health.engine["away"].partition("：请")
    if what and health.ready:
        found.insert(0, Ailment(code="engine-away", what=f"{what}，暂由本机转换", cure=f"请{cure}", stops=False))
    return [one for one in found if one]


def _node(node: Mapping[str, Any], libreoffice: str) -> Ailment | None:
    """What is wrong with a node; `libreoffice` is the version that it should have."""
    name = f"转换节点{node['name']}"
    if not node["alike"]:
        differing = (
            f"LibreOffice是{node['libreoffice']}，不是{libreoffice}" if node["fonts_alike"] else "字体与本机不同"
        )
        what = f"{name}的{differing}，换行可能不一样，没有采用"
        cure = "在该节点上装好同样的LibreOffice和字体（运行make setup），再重新启动节点"
        return Ailment(code="node-differs", what=what, cure=cure, stops=False)
    if not node["ready"]:
        cure = "在该节点上运行gipdocs doctor查看原因"
        return Ailment(code="node-unready", what=f"{name}现在不能转换", cure=cure, stops=False)
    if node["version"] != __version__:
        what = f"{name}的程序是{node['version']}版，本机是{__version__}版"
        return Ailment(code="node-version", what=what, cure="把各台机器升级到同一版本", stops=False)
    return None


def _unavailable(code: str, reason: str) -> Ailment:
    what, _, cure = reason.rstrip("。").partition("：请")
    return Ailment(code=code, what=f"PDF转换服务不可用：{what}", cure=cure or STARTING, stops=True)


def _calendar(service: Service) -> list[Ailment]:
    office = service.office()
    warning = office.law.calendar.warning(office.today)
    cure = "国务院办公厅公布放假安排后，把安排写成工作日补充文件，放到GIPDOCS_CALENDARS所指的目录"
    return [Ailment(code="calendar-ends", what=warning.rstrip("。"), cure=cure, stops=False)] if warning else []


def _profile(service: Service) -> list[Ailment]:
    return [*_document_code(service), *_seal(service), *map(_remarked, service.profile.remarks)]


def _remarked(remark: str) -> Ailment:
    what, _, cure = remark.rstrip("。").rpartition("，请")
    return Ailment(code="profile-remark", what=f"机关概况的{what}", cure=f"请{cure}", stops=False)


def _seal(service: Service) -> list[Ailment]:
    seal = service.profile.seal
    width, height = seal.size_mm
    if seal.picture is None or width == height:
        return []
    what = f"印章图片不是正方形，将按原比例印成宽{width:.3g}毫米、高{height:.3g}毫米"
    cure = "印章是圆形的，请裁去四周多余的空白，改为正方形的图片；印章本来不是圆形的，不必处理"
    return [Ailment(code="seal-not-square", what=what, cure=cure, stops=False)]


def _document_code(service: Service) -> list[Ailment]:
    if not service.profile.document_code_is_sample:
        return []
    what = f"机关代字“{service.profile.document_code}”是示例值"
    cure = f"在{service.settings.agency.name}中改为本机关的发文代字，并写document_code_is_sample = false"
    return [Ailment(code="sample-document-code", what=what, cure=cure, stops=False)]


def _keys(service: Service) -> list[Ailment]:
    """Keys of other systems that end soon, or have ended lately and may still be missed."""
    if service.settings.access == "none" or service.register is None:
        return []
    from gipdocs.access.keys import list_ending

    cure = "仍然要用的，请管理员用gipdocs key make另发一把，换上以后作废旧的；不再使用的，用gipdocs key revoke作废"
    return [
        Ailment(
            code="key-ends",
            what=f"密钥“{key.name}”（{key.id}）的有效期到{key.expires_on}为止{'，已经过了' if key.state == 'expired' else ''}",
            cure=cure,
            stops=False,
        )
        for key in list_ending(service.register.store)
    ]
