"""What decides where a machine breaks lines: its LibreOffice and its fonts."""

from __future__ import annotations

import os
import subprocess
from dataclasses import dataclass
from functools import cache

from gipdocs.errors import SetupError
from gipdocs.pdf import fonts
from gipdocs.pdf.places import fingerprint
from gipdocs.pdf.pool import libreoffice_profile

ASK_SECONDS = 20
FACE = "%{family}|%{style}|%{fontversion}|%{fontformat}|%{charset}\n"


@dataclass(frozen=True)
class Typesetting:
    """The version of a machine's LibreOffice, "" if it has none, and a hash of the fonts that documents are drawn with.

    Machines of one typesetting break every line at the same place; others may not.
    """

    libreoffice: str
    fonts: str

    @property
    def mark(self) -> str:
        """Twelve hexadecimal digits that only machines of the same typesetting share."""
        return fingerprint(self.libreoffice, self.fonts)


@cache
def read_typesetting() -> Typesetting:
    """This machine's typesetting, as it was when it was first asked for; SetupError if the fonts can't be listed."""
    faces = sorted({line for line in fonts.list_fonts(FACE).splitlines() if line})
    return Typesetting(_ask_version(), fingerprint(*faces))


def has_libreoffice() -> bool:
    """Whether this machine can convert at all."""
    try:
        libreoffice_profile.find_program()
    except SetupError:
        return False
    return True


def _ask_version() -> str:
    """The version as LibreOffice says it, such as 7.4.7.2; "" without LibreOffice."""
    if not has_libreoffice():
        return ""
    command = [str(libreoffice_profile.find_program()), "--version"]
    environment = {**os.environ, **libreoffice_profile.fonts_environment()}
    try:
        told = subprocess.run(
            command, capture_output=True, text=True, check=True, env=environment, timeout=ASK_SECONDS
        ).stdout.split()
    except (OSError, subprocess.SubprocessError) as error:
        raise SetupError("LibreOffice没有说出版本：请检查 libreoffice-writer-nogui 软件包是否完整。") from error
    return told[1] if len(told) > 1 else ""
