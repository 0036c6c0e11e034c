"""Settings of one installation, read from the environment; every fault is reported at once."""

from __future__ import annotations

import binascii
import ipaddress
import os
import re
import secrets
from base64 import b64decode
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from environs import Env, EnvValidationError, ValidationError

from gipdocs.addresses import read_address
from gipdocs.errors import SetupError

PROJECT = Path(__file__).resolve().parents[1]
MIB = 1024 * 1024
PREFIX = "GIPDOCS_"
NO_DATABASE = "none"
LOGS = ("text", "json")
AUTO, LIBREOFFICE = "auto", "libreoffice"
"""What draws PDFs: the typesetter what it is proved for and LibreOffice the rest, or LibreOffice everything."""
USUAL_DATABASE = f"sqlite:///{PROJECT / 'var' / 'gipdocs.db'}"
NO_ACCOUNTS, OWN_ACCOUNTS, BY_PROXY, BY_OIDC = "none", "accounts", "proxy", "oidc"
"""How whoever comes in says who they are: not at all, to us, to the proxy in front, or to an issuer of OpenID Connect."""
CITIZEN, STAFF, API = "citizen", "staff", "api"
DOORS = frozenset({CITIZEN, STAFF, API})
UNIX = "unix"
"""The proxy's address in GIPDOCS_PROXY_FROM if it comes in by the Unix socket."""
SOCKET = f"{UNIX}:"
"""How an address to listen on begins if it is the path of a Unix socket."""
HEADER = re.compile(r"[A-Za-z0-9]+(-[A-Za-z0-9]+)*")
BARE = re.compile(r"https://[^/@?#]+/?")
"""The service's own address: everybody may see it, and it is compared by its host alone."""
OTHERS_HEADERS = ("authorization", "cookie", "forwarded", "host")
"""Headers that every client sends, or that say something else."""
RANDOM = "random-"
"""How a secret key begins that was made at the start; an operator's own is never so named."""
HOOK_SECRET = "whsec_"
"""How the secret begins by which the calls of other systems are signed (Standard Webhooks)."""
HOOK_SECRET_BYTES = range(24, 65)


@dataclass(frozen=True, kw_only=True)
class Settings:
    """Where things are, who may come in, and how much is allowed.

    GIPDOCS_AGENCY (office profile), GIPDOCS_PLUGINS (further plugin folders, separated by ":"), GIPDOCS_CALENDARS
    (folder of calendar overlays), GIPDOCS_MAX_BODY (largest request in bytes), GIPDOCS_SECRET_KEY or
    GIPDOCS_SECRET_KEY_FILE (signs browser forms; random at every start unless given), GIPDOCS_HOST and GIPDOCS_PORT
    (where to listen: an IP address, or "unix:" and the path of a socket; gipdocs.listening says where it may),
    GIPDOCS_URL (the service's own address if a proxy serves it under a name), GIPDOCS_ENGINE (the broker by which other machines convert:
    "redis://…", "rediss://…" or "unix:///path"), GIPDOCS_DATABASE (where the register is kept:
    "sqlite:///path", "postgresql://…" or "none"; unless given, a file in the project's folder var), GIPDOCS_LOG ("text" or
    "json": how the service logs), GIPDOCS_TYPESETTER ("auto" or "libreoffice": what draws PDFs),
    GIPDOCS_ACCESS (none, accounts, proxy or oidc), GIPDOCS_DOORS (those of citizen, staff and api that are open),
    GIPDOCS_PROXY_FROM (networks of the proxy whose word on a client's address is taken, or "unix"), GIPDOCS_PROXY_HEADER
    (the header in which it names who has signed in), GIPDOCS_OIDC_ISSUER, GIPDOCS_OIDC_CLIENT, GIPDOCS_OIDC_SECRET_FILE,
    GIPDOCS_WEBHOOKS (prefixes of the addresses that may be told of a finished batch, separated by spaces) and
    GIPDOCS_WEBHOOK_SECRET_FILE (by which they know that it was this service).
    """

    agency: Path = PROJECT / "agency.toml"
    plugins: tuple[Path, ...] = (PROJECT / "plugins",)
    calendars: Path | None = None
    max_body: int = 2 * MIB
    secret_key: str = field(default="", repr=False)
    host: str = "127.0.0.1"
    port: int = 8000
    url: str = ""
    engine: str = field(default="", repr=False)  # may hold a password
    database: str = field(default=NO_DATABASE, repr=False)  # may hold a password
    log: str = LOGS[0]
    typesetter: str = AUTO
    access: str = NO_ACCOUNTS
    doors: frozenset[str] = DOORS
    proxy_from: tuple[str, ...] = ()
    proxy_header: str = ""
    oidc_issuer: str = ""
    oidc_client: str = ""
    oidc_secret: str = field(default="", repr=False)
    webhooks: tuple[str, ...] = ()
    webhook_secret: str = field(default="", repr=False)

    def serves(self, host: str) -> bool:
        """Whether a request's Host, with or without a port, is this service: a loopback name or the host of `url`.

        A page from elsewhere whose name was made to resolve to this machine (DNS rebinding) still sends its own name.
        """
        name = _name(f"//{host}")
        return bool(name) and (is_loopback(name) or name == _name(self.url))

    def trusts(self, peer: str) -> bool:
        """Whether a peer, an IP address or "" for the Unix socket, is the proxy whose forwarded headers are true."""
        if not peer:
            return UNIX in self.proxy_from
        found = ipaddress.ip_address(peer)
        address = getattr(found, "ipv4_mapped", None) or found  # as a socket for IPv6 names a client of IPv4
        return any(address in ipaddress.ip_network(network) for network in self.proxy_from if network != UNIX)


def read_settings() -> Settings:
    """The settings in the environment; SetupError lists, in Chinese, every variable that is wrong."""
    env = Env(prefix=PREFIX, eager=False)
    calendars = _text(env, "CALENDARS", "", _folder)
    doors = frozenset(_text(env, "DOORS", " ".join(DOORS), _doors).split())
    settings = Settings(
        agency=Path(_text(env, "AGENCY", str(Settings.agency), _file)),
        plugins=(*Settings.plugins, *map(Path, filter(None, env.list("PLUGINS", [], delimiter=os.pathsep)))),
        calendars=Path(calendars) if calendars else None,
        max_body=_number(env, "MAX_BODY", Settings.max_body, least=1024, most=64 * MIB),
        secret_key=env.str("SECRET_KEY", "") or _content(env, "SECRET_KEY_FILE") or make_secret_key(),
        host=_text(env, "HOST", Settings.host, _host),
        port=_number(env, "PORT", Settings.port, least=1, most=65535),
        url=_text(env, "URL", "", _https),
        engine=_text(env, "ENGINE", "", _engine),
        database=_text(env, "DATABASE", NO_DATABASE if doors == {CITIZEN} else USUAL_DATABASE, _database),
        log=_text(env, "LOG", Settings.log, _log),
        typesetter=_text(env, "TYPESETTER", Settings.typesetter, _typesetter),
        access=_text(env, "ACCESS", NO_ACCOUNTS, _access),
        doors=doors,
        proxy_from=tuple(_text(env, "PROXY_FROM", "", _networks).split()),
        proxy_header=_text(env, "PROXY_HEADER", "", _header),
        oidc_issuer=_text(env, "OIDC_ISSUER", "", _issuer),
        oidc_client=env.str("OIDC_CLIENT", ""),
        oidc_secret=_content(env, "OIDC_SECRET_FILE"),
        webhooks=tuple(_text(env, "WEBHOOKS", "", _webhooks).split()),
        webhook_secret=_content(env, "WEBHOOK_SECRET_FILE"),
    )
    for name in ("CONVERTERS", "CONVERTER_TOKEN"):
        _text(env, name, "", _outdated)
    faults = [*_sealed(env), *_contradictions(settings)]
    if faults:
        raise SetupError("\n".join(["环境变量需要改正：", *(f"  {PREFIX}{name}：{fault}。" for name, fault in faults)]))
    return settings


def _sealed(env: Env) -> Iterator[tuple[str, str]]:
    """Each variable that is wrong in itself, and how."""
    try:
        env.seal()
    except EnvValidationError as error:
        assert isinstance(error.error_messages, Mapping)  # `seal` gives them by variable
        for name, found in error.error_messages.items():
            yield str(name).removeprefix(PREFIX), "；".join(map(str, found))


def _contradictions(settings: Settings) -> Iterator[tuple[str, str]]:
    """Each variable that another one demands or forbids, and why."""
    how, only_citizens = settings.access, settings.doors == {CITIZEN}
    if only_citizens and settings.database != NO_DATABASE:
        yield "DATABASE", "GIPDOCS_DOORS只有citizen的，不保存台账，请改为none，或者去掉这个变量"
    if only_citizens and how != NO_ACCOUNTS:
        yield "ACCESS", "GIPDOCS_DOORS只有citizen的，没有人登录，请改为none，或者去掉这个变量"
    elif how != NO_ACCOUNTS and settings.database == NO_DATABASE:
        yield "ACCESS", f"{how}要在数据库里保存账号，请用GIPDOCS_DATABASE写明数据库，不能是none"
    if how == BY_PROXY and not settings.proxy_header:
        yield "PROXY_HEADER", "由代理认证的，请写明代理用哪个请求头传来姓名，例如X-Remote-User"
    if how == BY_PROXY and not settings.proxy_from:
        yield "PROXY_FROM", f"由代理认证的，请写明代理的地址，例如10.0.0.5/32；代理经Unix套接字连接的，写{UNIX}"
    if how == BY_OIDC:
        yield from (
            (name, f"用统一身份认证的，请写明{wanted}")
            for name, given, wanted in (
                ("OIDC_ISSUER", settings.oidc_issuer, "签发者的网址，例如https://id.example.gov.cn"),
                ("OIDC_CLIENT", settings.oidc_client, "本系统在签发者那里登记的client_id"),
                ("OIDC_SECRET_FILE", settings.oidc_secret, "存放client_secret的文件"),
            )
            if not given
        )
    if settings.webhooks and not settings.webhook_secret:
        yield "WEBHOOK_SECRET_FILE", "要通知其他系统的，请写明存放签名密钥的文件"
    if settings.webhook_secret and not read_hook_secret(settings.webhook_secret):
        yield (
            "WEBHOOK_SECRET_FILE",
            f"文件里应为{HOOK_SECRET}加上24至64个字节的Base64，可以用echo {HOOK_SECRET}$(openssl rand -base64 32)生成",
        )


def read_hook_secret(text: str) -> bytes:
    """The key in a secret of Standard Webhooks; b"" if it is none."""
    try:
        key = b64decode(text.removeprefix(HOOK_SECRET), validate=True)
    except (binascii.Error, ValueError):
        return b""
    return key if text.startswith(HOOK_SECRET) and len(key) in HOOK_SECRET_BYTES else b""


def make_secret_key() -> str:
    """A key for one run of the service."""
    return RANDOM + secrets.token_hex(32)


def keep_secret_key() -> None:
    """Give all processes of a service, and those that follow them, one key, if the environment names none."""
    if not any(os.environ.get(PREFIX + name) for name in ("SECRET_KEY", "SECRET_KEY_FILE")):
        os.environ[f"{PREFIX}SECRET_KEY"] = make_secret_key()


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach `host`."""
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


def _content(env: Env, name: str) -> str:
    """What the file of this name holds, without blanks around it; "" if none is named."""
    found: list[str] = []

    def read(path: str) -> None:
        try:
            found.append(Path(path).read_text(encoding="utf-8").strip())
        except (OSError, UnicodeDecodeError):
            raise ValidationError(f"{path}读不出来，应为只有这个密钥的文本文件的路径") from None
        if not found[-1]:
            raise ValidationError(f"{path}是空的，应写有密钥")

    _text(env, name, "", read)
    return found[-1] if found else ""


def _host(host: str) -> None:
    if host.startswith(SOCKET):
        if not Path(host.removeprefix(SOCKET)).is_absolute():
            raise ValidationError("Unix套接字应写作unix:加上文件的绝对路径，例如unix:/run/gipdocs/web.sock")
    elif not (host == "localhost" or _is_ip(host)):
        raise ValidationError("应为要监听的IP地址，例如127.0.0.1；Unix套接字写作unix:/run/gipdocs/web.sock")


def _access(how: str) -> None:
    if how not in (NO_ACCOUNTS, OWN_ACCOUNTS, BY_PROXY, BY_OIDC):
        raise ValidationError(
            "应为none（不设账号）、accounts（账号和密码）、proxy（由前面的代理认证）或者oidc（统一身份认证）"
        )


def _doors(doors: str) -> None:
    if not doors.split() or set(doors.split()) - DOORS:
        raise ValidationError("应为要开放的入口，citizen（申请人）、staff（工作台）、api（接口），几个之间用空格隔开")


def _networks(networks: str) -> None:
    if wrong := [one for one in networks.split() if one != UNIX and not _is_network(one)]:
        raise ValidationError(
            f"{'、'.join(wrong)}不是代理的地址，应为10.0.0.5或者10.0.0.0/28这样的一台或者一段，不能是全部地址，"
            f"几个之间用空格隔开；代理经Unix套接字连接的，写{UNIX}"
        )


def _is_network(text: str) -> bool:
    try:
        return ipaddress.ip_network(text).prefixlen > 0
    except ValueError:
        return False


def _is_ip(text: str) -> bool:
    try:
        return bool(ipaddress.ip_address(text))
    except ValueError:
        return False


def _header(name: str) -> None:
    if not HEADER.fullmatch(name) or name.lower() in OTHERS_HEADERS or name.lower().startswith("x-forwarded-"):
        raise ValidationError("应为代理专用的请求头的名称，只有字母、数字和连字符，例如X-Remote-User")


def _issuer(url: str) -> None:
    """Where keys and names come from: by TLS, except on this machine."""
    local = url.startswith("http://") and is_loopback(_name(url))
    if not ((local or url.startswith("https://")) and _is_address(url)):
        raise ValidationError("应为签发者的网址，以https://开头，例如https://id.example.gov.cn")


def _https(url: str) -> None:
    if not (url.startswith("https://") and _is_address(url) and BARE.fullmatch(url)):
        raise ValidationError(
            "应为服务对外的网址，以https://开头，只有域名，需要的加端口，例如https://xxgk.example.gov.cn"
        )


def _webhooks(prefixes: str) -> None:
    """Whose addresses may be called: by TLS, except on this machine."""
    if wrong := [one for one in prefixes.split() if not _is_hook(one)]:
        raise ValidationError(
            f"{'、'.join(wrong)}不是可以通知的地址，应以https://开头，不含用户名、?和#，例如https://oa.example.gov.cn/hooks，"
            "几个之间用空格隔开；本机的可以用http://"
        )


def _is_hook(prefix: str) -> bool:
    address = read_address(prefix)
    if address is None or "?" in prefix:
        return False
    return address.scheme == "https" or is_loopback(address.host.strip("[]"))


def _log(form: str) -> None:
    if form not in LOGS:
        raise ValidationError("应为text（一般文本）或者json（每行一个JSON对象）")


def _typesetter(name: str) -> None:
    if name not in (AUTO, LIBREOFFICE):
        raise ValidationError(
            "应为auto（核对过的版式由本程序直接排版，其余的由LibreOffice）或者libreoffice（都由LibreOffice）"
        )


def _database(url: str) -> None:
    """Refuse what names no database; the sentence doesn't repeat the URL, in which a password may stand."""
    if not (url == NO_DATABASE or _is_file(url) or _is_server(url)):
        raise ValidationError(
            "应为none（不保存台账）、sqlite:///文件路径，或者postgresql://用户:密码@主机/数据库名，密码中的特殊字符要用%转写"
        )


def _outdated(_: str) -> None:
    raise ValidationError("已经停用，请去掉这个变量；由其他计算机分担转换的，改用GIPDOCS_ENGINE")


def _engine(url: str) -> None:
    """Refuse what names no broker; the sentence doesn't repeat the URL, in which a password may stand."""
    try:
        parts = urlsplit(url)
        named = bool(parts.hostname) and parts.port != 0 and (parts.path in ("", "/") or parts.path[1:].isdigit())
        found = {"redis": named, "rediss": named, "unix": len(parts.path) > 1}.get(parts.scheme, False)
    except ValueError:
        found = False
    if not found or "://" not in url:
        raise ValidationError(
            "应为Valkey或者Redis的地址，形如redis://用户:密码@10.0.0.2:6379/0，加密连接的写rediss://，"
            "Unix套接字写作unix:///run/valkey/valkey.sock，密码中的特殊字符要用%转写"
        )


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
