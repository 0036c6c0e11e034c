"""Settings come from the environment, and their faults are reported together."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from gipdocs.errors import SetupError
from gipdocs.settings import PREFIX, PROJECT, Settings, is_loopback, read_settings


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
    assert len(settings.secret_key) == 64 and settings.secret_key != read().secret_key


def test_variables_are_used(read: Read, tmp_path: Path) -> None:
    settings = read(PLUGINS=f"{tmp_path}:", PORT=8123, CALENDARS=tmp_path, CONVERTERS="http://a:1 http://b:2")
    assert settings.plugins == (PROJECT / "plugins", tmp_path)
    assert (settings.port, settings.calendars) == (8123, tmp_path)
    assert settings.converters == ("http://a:1", "http://b:2")


def test_an_empty_variable_asks_for_nothing(read: Read) -> None:
    settings = read(**dict.fromkeys(("CALENDARS", "URL", "PLUGINS", "CONVERTERS", "SECRET_KEY", *WRONG), ""))
    assert (settings.agency, settings.host, settings.port) == (Settings.agency, Settings.host, Settings.port)
    assert settings.max_body == Settings.max_body
    assert (settings.calendars, settings.url, settings.converters) == (None, "", ())
    assert settings.plugins == (PROJECT / "plugins",) and len(settings.secret_key) == 64


WRONG = {
    "AGENCY": ("/nowhere.toml", "找不到/nowhere.toml，应为机关概况文件的路径"),
    "CALENDARS": ("/nowhere", "找不到/nowhere，应为工作日补充文件所在的目录"),
    "PORT": ("eighty", "应为1至65535之间的整数"),
    "MAX_BODY": ("-1", "应为1024至67108864之间的整数"),
    "HOST": ("0.0.0.0", "0.0.0.0不是本机回环地址；服务还没有账号管理，只允许在本机访问，请用127.0.0.1"),
    "CONVERTERS": (
        "http://a:1 ftp://x http://b:port",
        "ftp://x、http://b:port不是转换节点的网址，应形如http://10.0.0.2:8010，几个之间用空格隔开",
    ),
    "DATABASE": (
        "mysql://clerk:secret@db/cases",
        "应为none（不保存台账）、sqlite:///文件路径，或者postgresql://用户:密码@主机/数据库名，密码中的特殊字符要用%转写",
    ),
    "ACCESS": ("everybody", "应为none、accounts之一"),
    "URL": ("xxgk.example.gov.cn", "应为服务对外的网址，以https://开头，例如https://xxgk.example.gov.cn"),
}


def test_every_wrong_variable_is_named_with_its_cure(read: Read) -> None:
    with pytest.raises(SetupError) as caught:
        read(**{name: value for name, (value, _) in WRONG.items()})
    head, *lines = str(caught.value).splitlines()
    assert head == "环境变量需要改正："
    assert sorted(lines) == sorted(f"  GIPDOCS_{name}：{cure}。" for name, (_, cure) in WRONG.items())


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
