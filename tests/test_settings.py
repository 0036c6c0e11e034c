"""Settings come from the environment, and their faults are reported together."""

from __future__ import annotations

from pathlib import Path

import pytest

from gipdocs.errors import SetupError
from gipdocs.settings import PROJECT, is_loopback, read_settings


def test_without_variables_the_project_serves_itself_on_loopback() -> None:
    settings = read_settings({})
    assert (settings.agency, settings.host, settings.port) == (PROJECT / "agency.toml", "127.0.0.1", 8000)
    assert len(settings.secret_key) == 64 and settings.secret_key != read_settings({}).secret_key


def test_variables_are_used(tmp_path: Path) -> None:
    settings = read_settings(
        {"GIPDOCS_PLUGINS": f"{tmp_path}", "GIPDOCS_PORT": "8123", "GIPDOCS_CALENDARS": str(tmp_path)}
    )
    assert settings.plugins[-1] == tmp_path and settings.port == 8123 and settings.calendars == tmp_path


def test_every_wrong_variable_is_named() -> None:
    wrong = {
        "GIPDOCS_AGENCY": "/nowhere.toml",
        "GIPDOCS_PORT": "eighty",
        "GIPDOCS_MAX_BODY": "-1",
        "GIPDOCS_HOST": "0.0.0.0",
        "GIPDOCS_URL": "xxgk.example.gov.cn",
    }
    with pytest.raises(SetupError) as caught:
        read_settings(wrong)
    assert all(name in str(caught.value) for name in wrong)


@pytest.mark.parametrize(
    ("host", "loopback"),
    [("127.0.0.1", True), ("localhost", True), ("::1", True), ("0.0.0.0", False), ("10.0.0.1", False), ("a.cn", False)],
)
def test_only_this_machine_is_loopback(host: str, loopback: bool) -> None:
    assert is_loopback(host) is loopback


@pytest.mark.parametrize("url", ["http://a.cn", "https://", "https://[", "https:///a", "a.cn", "//a.cn"])
def test_the_address_of_the_service_is_an_https_url(url: str) -> None:
    with pytest.raises(SetupError, match="GIPDOCS_URL"):
        read_settings({"GIPDOCS_URL": url})


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
def test_the_service_answers_to_its_own_names_only(host: str, served: bool) -> None:
    assert read_settings({"GIPDOCS_URL": "https://xxgk.Example.gov.cn/"}).serves(host) is served
    assert read_settings({}).serves(host) is (served and "example" not in host.lower())


def test_a_chinese_name_is_known_as_browsers_send_it() -> None:
    assert read_settings({"GIPDOCS_URL": "https://政务.中国"}).serves("xn--zfr164b.xn--fiqs8s") is True
