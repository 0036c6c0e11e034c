"""The examples of nginx and systemd: what they say holds together, and the programs themselves accept them."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from gipdocs.faces import MOST_SENT
from gipdocs.listening import permit
from gipdocs.pdf.options import Options
from gipdocs.pdf.pool.client import MARGIN_SECONDS
from gipdocs.settings import MIB, PREFIX, Settings, read_settings

DEPLOY = Path(__file__).resolve().parents[2] / "setup" / "deploy"
NGINX = (DEPLOY / "nginx.conf").read_text(encoding="utf-8")
UNITS = {name: (DEPLOY / f"{name}.service").read_text(encoding="utf-8") for name in ("gipdocs", "gipdocs-node")}
UNIT = UNITS["gipdocs"]


def variables() -> dict[str, str]:
    """The variables of the example, with those in comments that belong to other ways of signing in."""
    lines = (DEPLOY / "gipdocs.env").read_text(encoding="utf-8").splitlines()
    return dict(line.split("=", 1) for line in lines if line.startswith(PREFIX))


@pytest.fixture
def settings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Settings:
    """The settings of the example, on a machine that has its files."""
    for name in [name for name in os.environ if name.startswith(PREFIX)]:
        monkeypatch.delenv(name)
    (tmp_path / "agency.toml").touch()
    (tmp_path / "key").write_text("k" * 64)
    given = variables() | {
        "GIPDOCS_AGENCY": str(tmp_path / "agency.toml"),
        "GIPDOCS_SECRET_KEY_FILE": str(tmp_path / "key"),
    }
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    return read_settings()


def test_the_proxy_lets_the_largest_file_of_a_case_through() -> None:
    size = re.search(r"client_max_body_size (\d+)m;", NGINX)
    assert size and int(size[1]) * MIB > MOST_SENT


def test_the_settings_of_the_example_are_right(settings: Settings) -> None:
    assert settings.access == "accounts" and settings.trusts("")
    permit(settings, [settings.host, "0.0.0.0"], administrators=True)


def test_nginx_speaks_to_the_socket_on_which_the_service_listens(settings: Settings) -> None:
    assert f"server {settings.host};" in NGINX
    [name] = set(re.findall(r"server_name (\S+);", NGINX))
    assert settings.serves(name)


def test_nginx_sets_every_header_that_is_believed() -> None:
    set_here = set(re.findall(r"proxy_set_header (\S+)", NGINX))
    assert {"Host", "X-Forwarded-For", "X-Forwarded-Proto", "X-Forwarded-Host", "X-Remote-User"} <= set_here
    assert "proxy_add_x_forwarded_for" not in NGINX


def test_nginx_accepts_the_example(tmp_path: Path) -> None:
    if (program := shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin")) is None:
        pytest.skip("nginx is not installed")
    made = [
        "openssl",
        "req",
        "-x509",
        "-newkey",
        "rsa:2048",
        "-nodes",
        "-days",
        "2",
        "-subj",
        "/CN=xxgk.example.gov.cn",
    ]
    subprocess.run(
        [*made, "-keyout", str(tmp_path / "key.pem"), "-out", str(tmp_path / "certificate.pem")],
        check=True,
        capture_output=True,
    )
    site = NGINX.replace("/etc/ssl/gipdocs", str(tmp_path)).replace("/var/log/nginx", str(tmp_path))
    (tmp_path / "site.conf").write_text(re.sub(r"listen (80|443)", r"listen 127.0.0.1:2\1", site), encoding="utf-8")
    folders = "".join(
        f"{kind}_temp_path {tmp_path}/{kind};" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    whole = f"pid {tmp_path}/pid; error_log stderr; events {{}} http {{ {folders} include {tmp_path}/site.conf; }}"
    (tmp_path / "nginx.conf").write_text(whole)
    ran = subprocess.run(
        [program, "-t", "-c", str(tmp_path / "nginx.conf")], capture_output=True, text=True, check=False
    )
    assert ran.returncode == 0 and "[warn]" not in ran.stderr, ran.stderr


@pytest.mark.parametrize("name", UNITS)
def test_systemd_accepts_the_example(name: str, tmp_path: Path) -> None:
    if shutil.which("systemd-analyze") is None:
        pytest.skip("systemd is not installed")
    unit = tmp_path / f"{name}.service"
    unit.write_text(UNITS[name].replace("/srv/gipdocs/.venv/bin/gipdocs", "/bin/true"), encoding="utf-8")
    ran = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", str(unit)], capture_output=True, text=True, check=False
    )
    assert ran.returncode == 0 and unit.name not in ran.stderr, ran.stderr


def test_a_node_is_as_closed_in_as_the_service() -> None:
    service, node = (unit.partition("# Everything else is read")[2].splitlines() for unit in UNITS.values())
    assert set(service) - set(node) == {"InaccessiblePaths=-/etc/gipdocs/key"} and not set(node) - set(service)


def test_a_node_has_the_time_to_finish_what_it_has_begun() -> None:
    limits = Options()
    [seconds] = re.findall(r"^TimeoutStopSec=(\d+)$", UNITS["gipdocs-node"], re.MULTILINE)
    assert int(seconds) > limits.queue_seconds + 2 * limits.work_seconds + MARGIN_SECONDS


def test_the_unit_leaves_what_the_converters_workers_need() -> None:
    from gipdocs.pdf.worker import sandbox

    [namespaces] = re.findall(r"^RestrictNamespaces=(.+)$", UNIT, re.MULTILINE)
    [calls] = re.findall(r"^SystemCallFilter=(.+)$", UNIT, re.MULTILINE)
    wanted = sandbox.CLONE_NEWNS | sandbox.CLONE_NEWIPC | sandbox.CLONE_NEWUSER | sandbox.CLONE_NEWNET
    bits = {"user": 0x10000000, "mnt": 0x20000, "net": 0x40000000, "ipc": 0x08000000}
    assert sum(bits[name] for name in namespaces.split()) == wanted
    assert {"@mount", "landlock_create_ruleset", "landlock_add_rule", "landlock_restrict_self"} <= set(calls.split())
