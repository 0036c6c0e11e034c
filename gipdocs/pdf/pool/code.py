"""The code of the converter's own process, as it was when this process started.

If an upgrade changes the files meanwhile, an old service must not start a new converter.
"""

from __future__ import annotations

import shutil
import tempfile
import time
from pathlib import Path

from gipdocs.pdf.places import fingerprint

PACKAGES = Path(__file__).resolve().parents[3]
GIPDOCS = PACKAGES / "gipdocs"
FILES = {
    path.relative_to(PACKAGES).as_posix(): path.read_bytes()
    for path in [*(GIPDOCS / f"{name}.py" for name in ("__init__", "errors", "findings")), *GIPDOCS.glob("pdf/**/*.py")]
}
"""The contents of each file, by its path below the import folder; the converter must need nothing else."""

VERSION = fingerprint(*(f"{name} {FILES[name]!r}" for name in sorted(FILES)))
PREFIX = "code-"
FORGOTTEN_SECONDS = 600.0


def unpack(parent: Path) -> Path:
    """Write the code to a new folder under `parent`, for an importer that removes the folder.

    Raises OSError if there is no room, and leaves nothing behind.
    """
    folder = Path(tempfile.mkdtemp(prefix=PREFIX, dir=parent))
    try:
        for name, source in FILES.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(source)
    except OSError:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    return folder


def sweep(parent: Path) -> None:
    """Remove folders so old that no process will import from them any more."""
    for folder in parent.glob(PREFIX + "*"):
        if folder.is_dir() and time.time() - folder.stat().st_mtime > FORGOTTEN_SECONDS:
            shutil.rmtree(folder, ignore_errors=True)
