"""The hardened LibreOffice profile of every worker, built once."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import NamedTuple
from xml.sax.saxutils import escape

from gipdocs.errors import SetupError
from gipdocs.pdf import fonts
from gipdocs.pdf.places import find_cached, fingerprint

BAKE_SECONDS = 60


class RegistryItem(NamedTuple):
    """An item of LibreOffice's registry."""

    node: str
    name: str
    value: str


HARDENED = (
    RegistryItem("org.openoffice.Office.Common/Security/Scripting", "BlockUntrustedRefererLinks", "true"),
    RegistryItem("org.openoffice.Office.Common/Security/Scripting", "DisableMacrosExecution", "true"),
    RegistryItem("org.openoffice.Office.Common/Security/Scripting", "MacroSecurityLevel", "3"),
    RegistryItem("org.openoffice.Office.Writer/Content/Update", "Link", "0"),
)
"""Nothing runs, nothing is fetched.

`DisableActiveContent` would also block embedded objects, but admission refuses those anyway, and LibreOffice 25.2
mistakes charts for embedded objects and draws icons instead.
"""

QUIET = (
    RegistryItem("org.openoffice.Office.Common/Misc", "UseOpenCL", "false"),
    RegistryItem("org.openoffice.Office.Common/Misc", "FirstRun", "false"),
    RegistryItem("org.openoffice.Office.Common/Undo", "Steps", "0"),
    RegistryItem("org.openoffice.Office.Common/Save/Document", "CreateBackup", "false"),
    RegistryItem("org.openoffice.Office.Recovery/AutoSave", "Enabled", "false"),
    RegistryItem("org.openoffice.Office.Recovery/RecoveryInfo", "Enabled", "false"),
    RegistryItem("org.openoffice.Office.Linguistic/SpellChecking", "IsSpellAuto", "false"),
    RegistryItem("org.openoffice.Office.Java/VirtualMachine", "Enable", "false"),
)
"""Features that an unattended office does not need."""


def find_program() -> Path:
    """LibreOffice's binary, not the shell script around it; raises SetupError if there is none."""
    found = shutil.which("soffice") or shutil.which("libreoffice")
    binary = Path(found).resolve().with_name("soffice.bin") if found else None
    if binary is None or not binary.is_file():
        raise SetupError("没有找到 LibreOffice：请安装 libreoffice-writer-nogui 软件包后重试。")
    return binary


def write_settings(*, hardened: bool = True) -> str:
    """The profile's registrymodifications.xcu."""
    items = "\n".join(
        f'<item oor:path="/{escape(one.node)}"><prop oor:name="{one.name}" oor:op="fuse"><value>{one.value}</value></prop></item>'
        for one in (HARDENED if hardened else ()) + QUIET
    )
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry" xmlns:xs="http://www.w3.org/2001/XMLSchema" \
xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
{items}
</oor:items>
"""


def ensure_baked(*, hardened: bool = True) -> Path:
    """The folder of a profile that LibreOffice has used once, so that workers start fast; built if missing."""
    binary = find_program()
    place = find_cached(f"profile-{fingerprint(write_settings(hardened=hardened), binary, binary.stat().st_mtime_ns)}")
    if not place.is_dir():
        _bake(binary, place, write_settings(hardened=hardened))
    return place


def _bake(binary: Path, place: Path, text: str) -> None:
    with tempfile.TemporaryDirectory(dir=place.parent, prefix="baking-") as scratch:
        profile = Path(scratch) / "profile"
        (profile / "user").mkdir(parents=True)
        (profile / "user" / "registrymodifications.xcu").write_text(text, encoding="utf-8")
        _start_once(binary, profile, Path(scratch))
        (profile / ".lock").unlink(missing_ok=True)
        try:
            profile.rename(place)
        except OSError:
            if not place.is_dir():
                raise


def _start_once(binary: Path, profile: Path, scratch: Path) -> None:
    command = [
        str(binary),
        f"-env:UserInstallation={profile.as_uri()}",
        "--headless",
        "--norestore",
        "--nologo",
        "--nodefault",
        "--terminate_after_init",
    ]
    environment = {**os.environ, **fonts_environment(), "HOME": str(scratch), "TMPDIR": str(scratch)}
    for _ in range(2):  # a first start may ask for a restart, with status 81
        status = subprocess.run(
            command, env=environment, capture_output=True, timeout=BAKE_SECONDS, check=False
        ).returncode
        if status == 0:
            return
    raise SetupError(f"LibreOffice 首次启动失败（状态码 {status}）：请检查 libreoffice-writer-nogui 软件包是否完整。")


def fonts_environment() -> dict[str, str]:
    """Environment variables that set a LibreOffice process's fonts and make it run without a screen."""
    return {"FONTCONFIG_FILE": str(fonts.ensure_configuration()), "SAL_USE_VCLPLUGIN": "svp"}
