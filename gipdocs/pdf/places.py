"""The converter's folders outside the project: one for what is built once, one for what exists while it runs."""

from __future__ import annotations

import hashlib
import os
import stat
import sys
import tempfile
from pathlib import Path

from gipdocs.errors import SetupError


def find_cached(name: str) -> Path:
    """The path of something built once, or the path to build it at: beside the installation, else in the user's cache.

    Raises SetupError if it exists nowhere and none of the folders is writable.
    """
    folders = _cache_folders()
    built = next((folder / name for folder in folders if (folder / name).exists()), None)
    return built or _find_writable(folders) / name


def _cache_folders() -> list[Path]:
    if chosen := os.environ.get("GIPDOCS_CACHE"):
        return [Path(chosen).absolute()]
    home = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return [Path(sys.prefix) / "var" / "cache" / "gipdocs", home.absolute() / "gipdocs"]


def _find_writable(folders: list[Path]) -> Path:
    for folder in folders:
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError:
            continue
        if os.access(folder, os.W_OK):
            return folder
    raise SetupError("没有可写的缓存目录：请用环境变量 GIPDOCS_CACHE 指定一个可写的目录。")


def run_folder() -> Path:
    """This user's private folder (0700) for sockets and running workers; in memory if the system allows it.

    Created if necessary. Raises SetupError if it cannot be created or written, or if others can read it.
    """
    chosen = os.environ.get("GIPDOCS_RUN")
    parent = Path(os.environ.get("XDG_RUNTIME_DIR") or _memory())
    folder = (Path(chosen) if chosen else parent / f"gipdocs-{os.getuid()}").absolute()
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        found = folder.lstat()
    except OSError as error:
        raise SetupError(f"运行目录 {folder} 不能建立：请用环境变量 GIPDOCS_RUN 另指定一个可写的目录。") from error
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.getuid() or found.st_mode & 0o077:
        raise SetupError(f"运行目录 {folder} 不是本用户独有的：请删除它，或者用环境变量 GIPDOCS_RUN 另指定一个目录。")
    if not os.access(folder, os.W_OK):
        raise SetupError(f"运行目录 {folder} 不可写：请用环境变量 GIPDOCS_RUN 另指定一个可写的目录。")
    return folder


def _memory() -> str:
    return "/dev/shm" if os.access("/dev/shm", os.W_OK) else tempfile.gettempdir()


def fingerprint(*parts: object) -> str:
    """Twelve hexadecimal digits that change with any of the parts."""
    return hashlib.sha256("\0".join(map(str, parts)).encode()).hexdigest()[:12]
