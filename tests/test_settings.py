"""Settings come from the environment, and their faults are reported together."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from gipdocs.errors import SetupError
from gipdocs.settings import DOORS, PREFIX, PROJECT, Settings, is_loopback, keep_secret_key, read_settings


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Settings]:
    """Reads the settings of an environment that holds these variables of the project and no others."""
    for name in [name for name in os.environ if name.startswith(PREFIX)]:
        monkeypatch.delenv(name)

    def read_with(**variables: object) -> Settings:
        for name, value in variables.items():
            monkeypatch.setenv(PREFIX + name, str(value))
        return read_settings()

    return read_with


Read = Callable[..., Settings]


def test_without_variables_the_project_serves_itself_on_loopback(read: Read) -> None:
    settings = read()
    assert (settings.agency, settings.host, settings.port) == (PROJECT / "agency.toml", "127.0.0.1", 8000)
    assert settings.plugins == (PROJECT / "plugins",) and settings.calendars is None
    assert len(settings.secret_key) >= 64 and settings.secret_key != read().secret_key
    assert (settings.access, settings.doors) == ("none", {"citizen", "staff", "api"})


def test_variables_are_used(read: Read, tmp_path: Path) -> None:
    settings = read(PLUGINS=f"{tmp_path}:", PORT=8123, CALENDARS=tmp_path)
    assert settings.plugins == (PROJECT / "plugins", tmp_path)
    assert (settings.port, settings.calendars) == (8123, tmp_path)


def test_an_empty_variable_asks_for_nothing(read: Read) -> None:
    settings = read(**dict.fromkeys(("CALENDARS", "URL", "PLUGINS", "SECRET_KEY", "OIDC_CLIENT", *WRONG), ""))
    assert (settings.agency, settings.host, settings.port) == (Settings.agency, Settings.host, Settings.port)
    assert settings.max_body == Settings.max_body
    assert (settings.calendars, settings.url) == (None, "")
    assert settings.plugins == (PROJECT / "plugins",) and len(settings.secret_key) >= 64
    assert (settings.access, settings.doors, settings.proxy_from) == ("none", DOORS, ())


WRONG = {
    "AGENCY": ("/nowhere.toml", "找不到/nowhere.toml，应为机关概况文件的路径"),
    "CALENDARS": ("/nowhere", "找不到/nowhere，应为工作日补充文件所在的目录"),
    "PORT": ("eighty", "应为1至65535之间的整数"),
    "MAX_BODY": ("-1", "应为1024至67108864之间的整数"),
    "HOST": (
        "a.cn",
        "应为要监听的IP地址，例如127.0.0.1；Unix套接字写作unix:/run/gipdocs/web.sock",
    ),
    "SECRET_KEY_FILE": ("/nowhere.key", "/nowhere.key读不出来，应为只有这个密钥的文本文件的路径"),
    "DOORS": (
        "citizen desk",
        "应为要开放的入口，citizen（申请人）、staff（工作台）、api（接口），几个之间用空格隔开",
    ),
    "PROXY_FROM": (
        "10.0.0.5 0.0.0.0/0 ::/0 10.0.0.5/8",
        "0.0.0.0/0、::/0、10.0.0.5/8不是代理的地址，应为10.0.0.5或者10.0.0.0/28这样的一台或者一段，不能是全部地址，"
        "几个之间用空格隔开；代理经Unix套接字连接的，写unix",
    ),
    "PROXY_HEADER": ("X_Remote_User", "应为代理专用的请求头的名称，只有字母、数字和连字符，例如X-Remote-User"),
    "OIDC_ISSUER": ("http://id.example.gov.cn", "应为签发者的网址，以https://开头，例如https://id.example.gov.cn"),
    "OIDC_SECRET_FILE": ("/nowhere.secret", "/nowhere.secret读不出来，应为只有这个密钥的文本文件的路径"),
    "ENGINE": (
        "amqp://clerk:secret@db/0",
        "应为Valkey或者Redis的地址，形如redis://用户:密码@10.0.0.2:6379/0，加密连接的写rediss://，"
        "Unix套接字写作unix:///run/valkey/valkey.sock，密码中的特殊字符要用%转写",
    ),
    "CONVERTERS": ("http://a:1", "已经停用，请去掉这个变量；由其他计算机分担转换的，改用GIPDOCS_ENGINE"),
    "CONVERTER_TOKEN": ("token", "已经停用，请去掉这个变量；由其他计算机分担转换的，改用GIPDOCS_ENGINE"),
    "DATABASE": (
        "mysql://clerk:secret@db/cases",
        "应为none（不保存台账）、sqlite:///文件路径，或者postgresql://用户:密码@主机/数据库名，密码中的特殊字符要用%转写",
    ),
    "WEBHOOKS": (
        "https://a.example/hooks http://a.example https://a.example/?a https://u@a.example http://127.0.0.1:8080/x",
        "http://a.example、https://a.example/?a、https://u@a.example不是可以通知的地址，应以https://开头，不含用户名、?和#，"
        "例如https://oa.example.gov.cn/hooks，几个之间用空格隔开；本机的可以用http://",
    ),
    "LOG": ("xml", "应为text（一般文本）或者json（每行一个JSON对象）"),
    "TYPESETTER": (
        "typst",
        "应为auto（核对过的版式由本程序直接排版，其余的由LibreOffice）或者libreoffice（都由LibreOffice）",
    ),
    "ACCESS": (
        "everybody",
        "应为none（不设账号）、accounts（账号和密码）、proxy（由前面的代理认证）或者oidc（统一身份认证）",
    ),
    "URL": (
        "xxgk.example.gov.cn",
        "应为服务对外的网址，以https://开头，只有域名，需要的加端口，例如https://xxgk.example.gov.cn",
    ),
}


@pytest.mark.parametrize("rest", ["/desk", "?a=1", "#a"])
def test_the_services_own_address_is_a_host_and_no_more(read: Read, rest: str) -> None:
    for url in ("https://xxgk.example.gov.cn", "https://xxgk.example.gov.cn/", "https://xxgk.example.gov.cn:8443"):
        assert read(URL=url).url == url
        with pytest.raises(SetupError, match=r"GIPDOCS_URL.*只有域名"):
            read(URL=f"{url.removesuffix('/')}{rest}")
    with pytest.raises(SetupError, match=r"GIPDOCS_URL.*只有域名"):
        read(URL="https://user:secret@xxgk.example.gov.cn")


@pytest.mark.parametrize("name", ["Cookie", "host", "X-Forwarded-For"])
def test_the_header_of_a_proxy_is_none_that_everybody_sends(read: Read, name: str) -> None:
    with pytest.raises(SetupError, match=r"GIPDOCS_PROXY_HEADER.*代理专用"):
        read(PROXY_HEADER=name)


def test_every_wrong_variable_is_named_with_its_cure(read: Read) -> None:
    with pytest.raises(SetupError) as caught:
        read(**{name: value for name, (value, _) in WRONG.items()})
    head, *lines = str(caught.value).splitlines()
    assert head == "环境变量需要改正："
    assert sorted(lines) == sorted(f"  GIPDOCS_{name}：{cure}。" for name, (_, cure) in WRONG.items())


ELSEWHERE = {
    "ACCESS": "accounts要在数据库里保存账号，请用GIPDOCS_DATABASE写明数据库，不能是none",
    "PROXY_HEADER": "由代理认证的，请写明代理用哪个请求头传来姓名，例如X-Remote-User",
    "PROXY_FROM": "由代理认证的，请写明代理的地址，例如10.0.0.5/32；代理经Unix套接字连接的，写unix",
    "OIDC_ISSUER": "用统一身份认证的，请写明签发者的网址，例如https://id.example.gov.cn",
    "OIDC_CLIENT": "用统一身份认证的，请写明本系统在签发者那里登记的client_id",
    "OIDC_SECRET_FILE": "用统一身份认证的，请写明存放client_secret的文件",
    "DATABASE": "GIPDOCS_DOORS只有citizen的，不保存台账，请改为none，或者去掉这个变量",
    "WEBHOOK_SECRET_FILE": "要通知其他系统的，请写明存放签名密钥的文件",
}


@pytest.mark.parametrize(
    ("variables", "wrong"),
    [
        ({"ACCESS": "accounts", "DATABASE": "none"}, ["ACCESS"]),
        ({"ACCESS": "proxy"}, ["PROXY_HEADER", "PROXY_FROM"]),
        ({"ACCESS": "proxy", "PROXY_HEADER": "X-Remote-User"}, ["PROXY_FROM"]),
        ({"ACCESS": "proxy", "PROXY_FROM": "unix"}, ["PROXY_HEADER"]),
        ({"ACCESS": "oidc"}, ["OIDC_ISSUER", "OIDC_CLIENT", "OIDC_SECRET_FILE"]),
        ({"DOORS": "citizen", "DATABASE": "sqlite:////srv/a.db"}, ["DATABASE"]),
        ({"WEBHOOKS": "https://oa.example.gov.cn/hooks"}, ["WEBHOOK_SECRET_FILE"]),
    ],
    ids=[
        "no database",
        "no header and no address",
        "no address",
        "no header",
        "no issuer",
        "a counter with a register",
        "no secret for calls",
    ],
)
def test_what_a_setting_needs_beside_it_is_demanded_at_once(
    variables: dict[str, str], wrong: list[str], read: Read
) -> None:
    with pytest.raises(SetupError) as caught:
        read(**variables)
    assert str(caught.value).splitlines()[1:] == [f"  GIPDOCS_{name}：{ELSEWHERE[name]}。" for name in wrong]


def test_nobody_signs_in_at_a_counter_alone(read: Read) -> None:
    assert read(DOORS="citizen").database == "none"
    with pytest.raises(SetupError, match="GIPDOCS_ACCESS：GIPDOCS_DOORS只有citizen的，没有人登录"):
        read(DOORS="citizen", ACCESS="accounts")


def test_secrets_come_from_files_too_and_are_never_shown(read: Read, tmp_path: Path) -> None:
    (tmp_path / "key").write_text("k" * 32 + "\n")
    (tmp_path / "secret").write_text("hush\n")
    settings = read(SECRET_KEY_FILE=tmp_path / "key", OIDC_SECRET_FILE=tmp_path / "secret")
    assert (settings.secret_key, settings.oidc_secret) == ("k" * 32, "hush")
    assert not [secret for secret in ("kkk", "hush") if secret in repr(settings)]
    (tmp_path / "key").write_text(" \n")
    with pytest.raises(SetupError, match="是空的，应写有密钥"):
        read()


def test_one_key_lasts_for_all_processes_and_none_is_made_where_one_is_given(
    read: Read, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "key").write_text("k" * 32)
    assert read(SECRET_KEY_FILE=tmp_path / "key").secret_key == "k" * 32
    keep_secret_key()
    assert "GIPDOCS_SECRET_KEY" not in os.environ
    monkeypatch.setenv("GIPDOCS_SECRET_KEY_FILE", "")
    monkeypatch.setenv("GIPDOCS_SECRET_KEY", "")
    keep_secret_key()
    assert read_settings().secret_key == read_settings().secret_key != "k" * 32


@pytest.mark.parametrize(
    ("proxy", "peer", "trusted"),
    [
        ("10.0.0.5/32", "10.0.0.5", True),
        ("10.0.0.5", "::ffff:10.0.0.5", True),
        ("192.0.2.0/28 10.0.0.5", "192.0.2.15", True),
        ("2001:db8::/64", "2001:db8::7", True),
        ("unix", "", True),
        ("10.0.0.5", "10.0.0.6", False),
        ("10.0.0.5", "", False),
        ("unix", "127.0.0.1", False),
        ("", "127.0.0.1", False),
        ("", "", False),
    ],
)
def test_only_the_named_proxy_is_trusted(proxy: str, peer: str, trusted: bool, read: Read) -> None:
    assert read(PROXY_FROM=proxy).trusts(peer) is trusted


@pytest.mark.parametrize("host", ["unix:run/web.sock", "unix:", "300.0.0.1", "localhost.example"])
def test_where_to_listen_is_an_address_or_the_whole_path_of_a_socket(host: str, read: Read) -> None:
    with pytest.raises(SetupError, match="GIPDOCS_HOST"):
        read(HOST=host)
    assert read(HOST="unix:/run/gipdocs/web.sock").host == "unix:/run/gipdocs/web.sock"


@pytest.mark.parametrize(
    "url",
    [
        "sqlite://",
        "sqlite:///",
        "sqlite:///:memory:",
        "sqlite:///var/",
        "postgresql://db",
        "postgresql://db:0/cases",
        "x",
    ],
)
def test_a_database_is_named_whole(url: str, read: Read) -> None:
    with pytest.raises(SetupError, match="GIPDOCS_DATABASE"):
        read(DATABASE=url)


@pytest.mark.parametrize(
    "url", ["none", "sqlite:///var/a.db", "sqlite:////srv/台账.db", "postgresql://clerk:secret@db/cases"]
)
def test_a_database_is_taken_as_it_is_named_and_never_shown(url: str, read: Read) -> None:
    settings = read(DATABASE=url)
    assert settings.database == url and "clerk" not in repr(settings)


@pytest.mark.parametrize(
    "url",
    [
        "redis://",
        "redis:///0",
        "redis://db:0",
        "redis://db:x",
        "redis://db/cases",
        "redis://[",
        "unix://",
        "db:6379",
        "unix:/a",
    ],
)
def test_an_engine_is_named_whole(url: str, read: Read) -> None:
    with pytest.raises(SetupError, match="GIPDOCS_ENGINE"):
        read(ENGINE=url)


@pytest.mark.parametrize(
    "url",
    ["redis://10.0.0.2", "redis://:secret@db:6379/0", "rediss://clerk:secret@db/", "unix://clerk:secret@/run/v.sock"],
)
def test_an_engine_is_taken_as_it_is_named_and_never_shown(url: str, read: Read) -> None:
    settings = read(ENGINE=url)
    assert settings.engine == url and "secret" not in repr(settings)
    with pytest.raises(SetupError) as caught:
        read(ENGINE=url, PORT="eighty")
    assert "secret" not in str(caught.value)


def test_the_register_is_kept_beside_the_profile_unless_told_otherwise(read: Read) -> None:
    assert read().database == f"sqlite:///{PROJECT}/var/gipdocs.db"
    assert Settings().database == "none"


@pytest.mark.parametrize(
    ("host", "loopback"),
    [("127.0.0.1", True), ("localhost", True), ("::1", True), ("0.0.0.0", False), ("10.0.0.1", False), ("a.cn", False)],
)
def test_only_this_machine_is_loopback(host: str, loopback: bool) -> None:
    assert is_loopback(host) is loopback


@pytest.mark.parametrize(
    "url",
    [
        "http://a.cn",
        "https://",
        "https://[",
        "https:///a",
        "a.cn",
        "//a.cn",
        "https://x:abc/",
        "https://x:99999",
        "https://x:0",
    ],
)
def test_the_address_of_the_service_is_an_https_url(url: str, read: Read) -> None:
    with pytest.raises(SetupError, match="GIPDOCS_URL"):
        read(URL=url)


SIGNING = "whsec_" + "QUJD" * 8


def test_other_systems_are_called_under_prefixes_and_with_a_secret(read: Read, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text(f"{SIGNING}\n")
    prefixes = "https://oa.example.gov.cn/hooks http://127.0.0.1:8080/x"
    settings = read(WEBHOOKS=prefixes, WEBHOOK_SECRET_FILE=tmp_path / "secret")
    assert (settings.webhooks, settings.webhook_secret) == (tuple(prefixes.split()), SIGNING)
    assert "QUJD" not in repr(settings)


@pytest.mark.parametrize(
    "secret", ["QUJD" * 8, "whsec_", "whsec_QUJD", "whsec_" + "QUJD" * 7 + "QU*=", "whsec_" + "QUJD" * 22]
)
def test_a_secret_for_calls_is_one_of_standard_webhooks(read: Read, tmp_path: Path, secret: str) -> None:
    (tmp_path / "secret").write_text(secret)
    with pytest.raises(SetupError, match="GIPDOCS_WEBHOOK_SECRET_FILE：文件里应为whsec_加上") as caught:
        read(WEBHOOK_SECRET_FILE=tmp_path / "secret")
    assert secret == "whsec_" or secret not in str(caught.value)


@pytest.mark.parametrize(
    ("host", "served"),
    [
        ("127.0.0.1", True),
        ("127.0.0.1:8000", True),
        ("localhost:9", True),
        ("LocalHost", True),
        ("[::1]", True),
        ("[::1]:8000", True),
        ("xxgk.example.gov.cn", True),
        ("XXGK.example.gov.cn:8443", True),
        ("", False),
        (":8000", False),
        ("evil.example", False),
        ("example.gov.cn", False),
        ("a.xxgk.example.gov.cn", False),
        ("localhost.evil.example", False),
        ("127.0.0.1.evil.example", False),
        ("10.0.0.1:8000", False),
        ("0.0.0.0:8000", False),
        ("[::2]", False),
        ("[::::]", False),
        ("[", False),
    ],
)
def test_the_service_answers_to_its_own_names_only(host: str, served: bool, read: Read) -> None:
    assert read().serves(host) is (served and "example" not in host.lower())
    assert read(URL="https://xxgk.Example.gov.cn/").serves(host) is served


def test_a_chinese_name_is_known_as_browsers_send_it(read: Read) -> None:
    assert read(URL="https://政务.中国").serves("xn--zfr164b.xn--fiqs8s") is True
