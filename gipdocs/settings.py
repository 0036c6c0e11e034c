"""Settings of one installation, read from the environment; every fault is reported at once."""

from __future__ import annotations

import ipaddress
import os
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from environs import Env, EnvValidationError, ValidationError

from gipdocs.errors import SetupError

PROJECT = Path(__file__).resolve().parents[1]
MIB = 1024 * 1024
PREFIX = "GIPDOCS_"
NO_DATABASE = "none"
ACCESS = ("none", "accounts")
"""How somebody says who they are: not at all, on this machine alone; or by an account with a password."""
USUAL_DATABASE = f"sqlite:///{PROJECT / 'var' / 'gipdocs.db'}"


@dataclass(frozen=True, kw_only=True)
class Settings:
    """Where things are and how much is allowed.

    GIPDOCS_AGENCY (office profile), GIPDOCS_PLUGINS (further plugin folders, separated by ":"), GIPDOCS_CALENDARS
    (folder of calendar overlays), GIPDOCS_MAX_BODY (largest request in bytes), GIPDOCS_SECRET_KEY (signs browser
    forms; random at every start unless given), GIPDOCS_HOST and GIPDOCS_PORT (only loopback addresses),
    GIPDOCS_URL (the service's own address if a proxy serves it under a name), GIPDOCS_CONVERTERS (URLs of converter
    nodes, separated by spaces) and GIPDOCS_CONVERTER_TOKEN, GIPDOCS_DATABASE (where the register is kept:
    "sqlite:///path", "postgresql://…" or "none"; unless given, a file in the project's folder var), GIPDOCS_ACCESS (one
    of ACCESS).
    """

    agency: Path = PROJECT / "agency.toml"
    plugins: tuple[Path, ...] = (PROJECT / "plugins",)
    calendars: Path | None = None
    max_body: int = 2 * MIB
    secret_key: str = ""
    host: str = "127.0.0.1"
    port: int = 8000
    url: str = ""
    converters: tuple[str, ...] = ()
    converter_token: str = ""
    database: str = field(default=NO_DATABASE, repr=False)  # may hold a password
    access: str = "none"

    def serves(self, host: str) -> bool:
        """Whether a request's Host, with or without a port, is this service: a loopback name or the host of `url`.

        A page from elsewhere whose name was made to resolve to this machine (DNS rebinding) still sends its own name.
        """
        name = _name(f"//{host}")
        return bool(name) and (is_loopback(name) or name == _name(self.url))


def read_settings() -> Settings:
    """The settings in the environment; SetupError lists, in Chinese, every variable that is wrong."""
    env = Env(prefix=PREFIX, eager=False)
    calendars = _text(env, "CALENDARS", "", _folder)
    settings = Settings(
        agency=Path(_text(env, "AGENCY", str(Settings.agency), _file)),
        plugins=(*Settings.plugins, *map(Path, filter(None, env.list("PLUGINS", [], delimiter=os.pathsep)))),
        calendars=Path(calendars) if calendars else None,
        max_body=_number(env, "MAX_BODY", Settings.max_body, least=1024, most=64 * MIB),
        secret_key=env.str("SECRET_KEY", "") or secrets.token_hex(32),
        host=_text(env, "HOST", Settings.host, _loopback),
        port=_number(env, "PORT", Settings.port, least=1, most=65535),
        url=_text(env, "URL", "", _https),
        converters=tuple(_text(env, "CONVERTERS", "", _converters).split()),
        converter_token=env.str("CONVERTER_TOKEN", ""),
        database=_text(env, "DATABASE", USUAL_DATABASE, _database),
        access=_text(env, "ACCESS", Settings.access, _access),
    )
    try:
        env.seal()
    except EnvValidationError as error:
        assert isinstance(error.error_messages, Mapping)  # `seal` gives them by variable
        faults = [f"  {name}：{'；'.join(map(str, found))}。" for name, found in error.error_messages.items()]
        raise SetupError("\n".join(["环境变量需要改正：", *faults])) from None
    return settings


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach `host`; the service has no accounts, so that it listens nowhere else."""
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _text(env: Env, name: str, usual: str, check: Callable[[str], None]) -> str:
    """The variable's text; the usual one if it is missing or empty. `check` raises ValidationError for a wrong one."""

    def check_given(text: str) -> None:
        if text:
            check(text)

    return str(env.str(name, "", validate=check_given) or usual)


def _number(env: Env, name: str, usual: int, *, least: int, most: int) -> int:
    """The number; the usual one too for a text that is refused, which `seal` reports."""

    def check(text: str) -> None:
        if not (text.isascii() and text.isdigit() and least <= int(text) <= most):
            raise ValidationError(f"应为{least}至{most}之间的整数")

    return int(_text(env, name, str(usual), check))


def _file(name: str) -> None:
    if not Path(name).is_file():
        raise ValidationError(f"找不到{name}，应为机关概况文件的路径")


def _folder(name: str) -> None:
    if not Path(name).is_dir():
        raise ValidationError(f"找不到{name}，应为工作日补充文件所在的目录")


def _loopback(host: str) -> None:
    if not is_loopback(host):
        raise ValidationError(f"{host}不是本机回环地址；服务还没有账号管理，只允许在本机访问，请用127.0.0.1")


def _https(url: str) -> None:
    if not (url.startswith("https://") and _is_address(url)):
        raise ValidationError("应为服务对外的网址，以https://开头，例如https://xxgk.example.gov.cn")


def _converters(urls: str) -> None:
    if wrong := [url for url in urls.split() if not (url.startswith(("http://", "https://")) and _is_address(url))]:
        raise ValidationError(f"{'、'.join(wrong)}不是转换节点的网址，应形如http://10.0.0.2:8010，几个之间用空格隔开")


def _database(url: str) -> None:
    """Refuse what names no database; the sentence doesn't repeat the URL, in which a password may stand."""
    if not (url == NO_DATABASE or _is_file(url) or _is_server(url)):
        raise ValidationError(
            "应为none（不保存台账）、sqlite:///文件路径，或者postgresql://用户:密码@主机/数据库名，密码中的特殊字符要用%转写"
        )


def _access(word: str) -> None:
    if word not in ACCESS:
        raise ValidationError(f"应为{'、'.join(ACCESS)}之一")


def _is_file(url: str) -> bool:
    path = url.removeprefix("sqlite:///")
    return path not in {"", url, ":memory:"} and not path.endswith("/") and "\0" not in path


def _is_server(url: str) -> bool:
    try:
        parts = urlsplit(url)
        return parts.scheme == "postgresql" and len(parts.path) > 1 and parts.port != 0
    except ValueError:
        return False


def _is_address(url: str) -> bool:
    """Whether a URL names a host and, if any, a port that can exist."""
    try:
        return bool(_name(url)) and urlsplit(url).port != 0
    except ValueError:
        return False


def _name(url: str) -> str:
    """The host name in a URL as browsers send it, in lower case; "" if there is none."""
    try:
        return (urlsplit(url).hostname or "").encode("idna").decode()
    except ValueError:
        return ""
