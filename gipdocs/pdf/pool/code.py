"""The code that the converter's own process runs, as it was when this process started.

An upgrade that changes the files meanwhile must not put a new converter behind an old service.
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
"""Each file's text by its place below the folder that modules are imported from; nothing else may be needed."""

VERSION = fingerprint(*(f"{name} {FILES[name]!r}" for name in sorted(FILES)))
PREFIX = "code-"
FORGOTTEN_SECONDS = 600.0


def unpack(parent: Path) -> Path:
    """A new folder under `parent` from which the code can be imported; whoever has imported it removes the folder.

    Raises OSError where there is no room for it, and leaves nothing then.
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
    """Remove the folders that nobody has imported from for so long that nobody will."""
    for folder in parent.glob(PREFIX + "*"):
        if folder.is_dir() and time.time() - folder.stat().st_mtime > FORGOTTEN_SECONDS:
            shutil.rmtree(folder, ignore_errors=True)
