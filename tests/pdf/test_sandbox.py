"""Each wall of the sandbox alone, and all together: what a process behind it can still do."""

from __future__ import annotations

import ctypes
import json
import os
import subprocess
import sys
from collections.abc import Mapping
from ctypes.util import find_library
from pathlib import Path

import pytest

from gipdocs.pdf.converter import Converter
from gipdocs.pdf.worker import sandbox
from tests.pdf.processes import run_as_mounter, users_may_have_namespaces

pytestmark = pytest.mark.alone

PYTHON = "/usr/bin/python3"
ROOT = Path(__file__).resolve().parents[2]

PROBE = """
import json, os, resource, socket, sys
sys.path.append({root!r})
from pathlib import Path
from gipdocs.pdf.worker import sandbox

allowance = sandbox.Allowance(
    folder=Path({folder!r}), readable=[], runnable=[Path(sys.executable).resolve()], memory_bytes=1 << 30
)
walls = {walls!r}
stands = sandbox.enter(allowance) if walls is None else {{wall: sandbox.apply(getattr(sandbox, wall), allowance) for wall in walls}}


def can(action):
    try:
        action()
    except (OSError, MemoryError):
        return False
    return True


def connect():
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen()
        with socket.create_connection(server.getsockname(), timeout=2):
            pass


def run_shell():
    child = os.posix_spawn("/bin/sh", ["sh", "-c", "exit 0"], {{}})
    if os.waitpid(child, 0)[1]:
        raise OSError


home = allowance.home()
print(json.dumps({{
    "stands": stands,
    "read a stranger's file": can(lambda: open({secret!r}).read()),
    "read a library": can(lambda: os.listdir("/usr/lib")),
    "write at home": can(lambda: (home / "x").write_text("x")),
    "write elsewhere": can(lambda: (Path({elsewhere!r}) / "x").write_text("x")),
    "connect": can(connect),
    "open an internet socket": can(lambda: socket.socket(socket.AF_INET).close()),
    "open a local socket": can(lambda: socket.socket(socket.AF_UNIX).close()),
    "run a shell": can(run_shell),
    "take much memory": can(lambda: bytearray(2 << 30)),
    "signal its parent": can(lambda: os.kill(os.getppid(), 0)),
    "see /run": bool(can(lambda: os.listdir("/run")) and os.listdir("/run")),
    "unshare": sandbox.LIBC.unshare(sandbox.CLONE_NEWUSER) == 0,
}}))
"""


def probe(tmp_path: Path, walls: list[str] | None = None) -> Mapping[str, bool]:
    """What a process behind some walls (all of them by default) can do; skips the test where a wall does not stand."""
    secret, elsewhere, folder = tmp_path / "secret.txt", tmp_path / "elsewhere", tmp_path / "home"
    secret.write_text("secret")
    elsewhere.mkdir()
    folder.mkdir()
    code = PROBE.format(
        root=str(ROOT),
        folder=str(folder),
        walls=walls,
        secret=str(secret),
        elsewhere=str(elsewhere),
    )
    ended = subprocess.run([PYTHON, "-I", "-c", code], capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stderr
    found: dict[str, bool] = json.loads(ended.stdout)
    stands = found.pop("stands")
    missing = [wall for wall, stand in stands.items() if not stand]  # type: ignore[attr-defined]
    if missing:
        pytest.skip(f"this system does not offer {missing}")
    return found


def impossible_here() -> set[str]:
    """What this system lets nobody do, behind walls or not: a plain chroot has no user namespaces, for one."""
    hindered = {"unshare": not users_may_have_namespaces(), "see /run": not os.listdir("/run")}
    return {name for name, is_hindered in hindered.items() if is_hindered}


def test_the_numbers_of_system_calls_are_those_of_the_kernel() -> None:
    found = find_library("seccomp")
    if found is None:
        pytest.skip("this system has no libseccomp")
    numbers = ctypes.CDLL(found).seccomp_syscall_resolve_name_arch
    numbers.argtypes = [ctypes.c_uint32, ctypes.c_char_p]
    for architecture in sandbox.ARCHITECTURES.values():
        ours = {"socket": architecture.socket, **architecture.forbidden}
        assert {name: numbers(architecture.audit, name.encode()) for name in ours} == ours


def test_every_processor_is_denied_the_same_system_calls() -> None:
    first, *others = [set(architecture.forbidden) for architecture in sandbox.ARCHITECTURES.values()]
    assert others == [first] * len(others)


def test_without_walls_all_is_possible(tmp_path: Path) -> None:
    """The proof that the probe can fail."""
    found = probe(tmp_path, [])
    assert {name for name, possible in found.items() if not possible} == impossible_here()


def test_landlock_leaves_the_own_folder_and_the_system(tmp_path: Path) -> None:
    found = probe(tmp_path, ["restrict_files"])
    assert found["read a library"]
    assert found["write at home"]
    assert not found["read a stranger's file"]
    assert not found["write elsewhere"]
    assert not found["run a shell"]
    assert not found["see /run"]


def test_seccomp_leaves_local_sockets_only(tmp_path: Path) -> None:
    found = probe(tmp_path, ["restrict_calls"])
    assert found["open a local socket"]
    assert not found["open an internet socket"]
    assert not found["unshare"]


def test_a_network_of_its_own_has_no_way_out(tmp_path: Path) -> None:
    found = probe(tmp_path, ["leave_network"])
    assert found["open an internet socket"]
    assert not found["connect"]


def test_memory_is_bounded(tmp_path: Path) -> None:
    assert not probe(tmp_path, ["limit"])["take much memory"]


def test_all_walls_together_leave_what_a_conversion_needs(tmp_path: Path) -> None:
    found = probe(tmp_path)
    left = {name for name, possible in found.items() if possible}
    newer_kernels_only = {"signal its parent"}
    assert left - newer_kernels_only == {"read a library", "write at home", "open a local socket"}


WITHOUT_NAMESPACES = """
import os, sys
from pathlib import Path
sys.path.append({root!r})
from gipdocs.pdf.worker import sandbox

allowance = sandbox.Allowance(folder=Path({folder!r}), readable=[], runnable=[], memory_bytes=1 << 30)
before = Path("/proc/self/mountinfo").read_text()
child = os.fork()
if not child:
    stands = [sandbox.apply(wall, allowance) for wall in (sandbox.leave_network, sandbox.hide_folders)]
    print(*stands, flush=True)
    os._exit(0)
os.waitpid(child, 0)
print(before == Path("/proc/self/mountinfo").read_text())
"""

CONVERSION = """
import os, signal, sys
from pathlib import Path
sys.path.append({root!r})
from gipdocs.pdf.pool.client import PoolClient
from gipdocs.pdf.options import Options
from tests.pdf import samples

before = Path("/proc/self/mountinfo").read_text()
pool = PoolClient(Options(workers=1, spares=0, socket=Path({folder!r}) / "pool.sock"))
pdf, state = pool.send(samples.letter(), "").pdf, pool.state()
os.kill(state["pid"], signal.SIGTERM)
print(pdf[:5].decode(), before == Path("/proc/self/mountinfo").read_text())
print(*(name for name, stands in state["layers"].items() if not stands))
"""


def without(*kinds: str) -> str:
    """A shell command that denies namespaces of some kinds to whatever follows."""
    return " && ".join(f"echo 0 > /proc/sys/user/max_{kind}_namespaces" for kind in kinds)


FEWER = {"no users": (without("user"), "True True"), "no networks either": (without("user", "net"), "False False")}


@pytest.mark.parametrize(("denied", "stands"), FEWER.values(), ids=FEWER)
def test_the_mounts_of_whoever_starts_a_worker_stay_as_they_are(tmp_path: Path, denied: str, stands: str) -> None:
    code = WITHOUT_NAMESPACES.format(root=str(ROOT), folder=str(tmp_path))
    assert run_as_mounter([PYTHON, "-I", "-c", code], first=denied) == [stands, "True"]


def test_without_user_namespaces_a_pool_converts_behind_every_wall(tmp_path: Path, converter: Converter) -> None:
    code = CONVERSION.format(root=str(ROOT), folder=str(tmp_path))
    # Where the fonts lie below a folder that would be covered, that wall stands nowhere.
    usual = " ".join(name for name, stands in converter.health().layers.items() if not stands)
    assert run_as_mounter([sys.executable, "-c", code], first=without("user")) == ["%PDF- True", usual]
