"""Has LibreOffice Calc open a workbook and save it again, as another office does."""

from __future__ import annotations

import subprocess
from pathlib import Path

XLSX = "xlsx:Calc MS Excel 2007 XML"
SECONDS = 180


def save_again(data: bytes, folder: Path, format: str = XLSX) -> bytes:
    """The workbook with its formulas reckoned anew, in a format as soffice names it."""
    source, out = folder / "table.xlsx", folder / "out"
    source.write_bytes(data)
    profile = f"-env:UserInstallation=file://{folder}/profile"
    command = ["soffice", profile, "--headless", "--convert-to", format, "--outdir", str(out), str(source)]
    subprocess.run(command, check=True, capture_output=True, timeout=SECONDS)
    (saved,) = out.iterdir()
    return saved.read_bytes()
