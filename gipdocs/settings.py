"""Settings of one installation, read from the environment; every fault is reported at once."""

from __future__ import annotations

import ipaddress
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from gipdocs.errors import SetupError

PROJECT = Path(__file__).resolve().parents[1]
MIB = 1024 * 1024


@dataclass(frozen=True, kw_only=True)
class Settings:
    """Where things are and how much is allowed.

    GIPDOCS_AGENCY (office profile), GIPDOCS_PLUGINS (further plugin folders, separated by ":"), GIPDOCS_CALENDARS
    (folder of calendar overlays), GIPDOCS_MAX_BODY (largest request in bytes), GIPDOCS_SECRET_KEY (signs browser
    forms; random at every start unless given), GIPDOCS_HOST and GIPDOCS_PORT (only loopback addresses),
    GIPDOCS_URL (the service's own address if a proxy serves it under a name), GIPDOCS_CONVERTERS (URLs of converter
    nodes, separated by spaces) and GIPDOCS_CONVERTER_TOKEN.
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

    def serves(self, host: str) -> bool:
        """Whether a request's Host, with or without a port, is this service: a loopback name or the host of `url`.

        A page from elsewhere whose name was made to resolve to this machine (DNS rebinding) still sends its own name.
        """
        name = _name(f"//{host}")
        return bool(name) and (is_loopback(name) or name == _name(self.url))


def read_settings(environment: Mapping[str, str] = os.environ) -> Settings:
    """The settings in the environment; SetupError lists, in Chinese, every variable that is wrong."""
    value = {
        key.removeprefix("GIPDOCS_").lower(): text for key, text in environment.items() if key.startswith("GIPDOCS_")
    }
    faults = [
        *_path_fault(value, "agency", "应为机关概况文件的路径", directory=False),
        *_path_fault(value, "calendars", "应为工作日补充文件所在的目录", directory=True),
        *_number_fault(value, "max_body", 1024, 64 * MIB),
        *_number_fault(value, "port", 1, 65535),
        *_host_fault(value.get("host", "127.0.0.1")),
        *_url_fault(value.get("url", "")),
    ]
    if faults:
        raise SetupError("环境变量需要改正：\n" + "\n".join(f"  {fault}。" for fault in faults))
    more = [Path(part) for part in value.get("plugins", "").split(os.pathsep) if part]
    return Settings(
        agency=Path(value.get("agency", PROJECT / "agency.toml")),
        plugins=(PROJECT / "plugins", *more),
        calendars=Path(value["calendars"]) if value.get("calendars") else None,
        max_body=int(value.get("max_body", 2 * MIB)),
        secret_key=value.get("secret_key") or secrets.token_hex(32),
        host=value.get("host", "127.0.0.1"),
        port=int(value.get("port", 8000)),
        url=value.get("url", ""),
        converters=tuple(value.get("converters", "").split()),
        converter_token=value.get("converter_token", ""),
    )


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach `host`; the service has no accounts, so that it listens nowhere else."""
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _path_fault(value: Mapping[str, str], key: str, cure: str, *, directory: bool) -> list[str]:
    if not value.get(key):
        return []
    path = Path(value[key])
    found = path.is_dir() if directory else path.is_file()
    return [] if found else [f"GIPDOCS_{key.upper()}：找不到{path}，{cure}"]


def _number_fault(value: Mapping[str, str], key: str, least: int, most: int) -> list[str]:
    text = value.get(key)
    if text is None or (text.isascii() and text.isdigit() and least <= int(text) <= most):
        return []
    return [f"GIPDOCS_{key.upper()}：应为{least}至{most}之间的整数"]


def _host_fault(host: str) -> list[str]:
    if is_loopback(host):
        return []
    return [f"GIPDOCS_HOST：{host}不是本机回环地址；服务还没有账号管理，只允许在本机访问，请用127.0.0.1"]


def _url_fault(url: str) -> list[str]:
    if not url or (url.startswith("https://") and _name(url)):
        return []
    return ["GIPDOCS_URL：应为服务对外的网址，以https://开头，例如https://xxgk.example.gov.cn"]


def _name(url: str) -> str:
    """The host name in a URL as browsers send it, in lower case; "" if there is none."""
    try:
        return (urlsplit(url).hostname or "").encode("idna").decode()
    except ValueError:
        return ""
