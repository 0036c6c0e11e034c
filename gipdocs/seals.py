"""Reads the picture of the office's seal and checks it before it is used in any letter."""

from __future__ import annotations

import struct
import warnings
from io import BytesIO
from pathlib import Path

PNG = b"\x89PNG\r\n\x1a\n"
END = b"IEND\xaeB`\x82"
LARGEST = 1 << 20
"""The largest file in bytes, since every letter contains it."""
MOST_PIXELS = 4_000_000
"""More pixels than the largest seal has at 800 dots an inch."""
LONGEST = 3
"""How many times as long as the shorter side the longer one may be."""
CURE = "请用电子印章系统重新导出PNG图片（背景透明）"


class UnusableSeal(Exception):
    """The picture cannot be printed on a letter.

    The message is the rest of a Chinese sentence about the file: cause and cure, without a full stop.
    """


def read_seal(path: Path) -> tuple[bytes, tuple[int, int]]:
    """The picture at `path`, with its width and height in pixels; UnusableSeal if any part of it can't be decoded."""
    data = _bytes(path)
    if not data.startswith(PNG):
        raise UnusableSeal("不是PNG图片（改扩展名不会改变格式），" + CURE)
    if len(data) < 24 or data[12:16] != b"IHDR":
        raise UnusableSeal("只有开头的几个字节，" + CURE)
    size: tuple[int, int] = struct.unpack(">II", data[16:24])
    width, height = size
    if width * height > MOST_PIXELS:
        raise UnusableSeal(f"有{width}×{height}像素，最多{MOST_PIXELS // 10_000}万像素，请缩小到边长1000像素左右")
    if max(size) > LONGEST * min(size):
        raise UnusableSeal(f"宽{width}、高{height}像素，太狭长，不像印章，" + CURE)
    _decode(data)
    return data, size


def _bytes(path: Path) -> bytes:
    try:
        if not path.exists():
            raise UnusableSeal("找不到，请核对文件名和位置，路径相对于机关概况文件")
        if not path.is_file():
            raise UnusableSeal("不是普通文件，请写明PNG图片文件的路径")
        with path.open("rb") as file:
            data = file.read(LARGEST + 1)
    except OSError as error:
        raise UnusableSeal("读不出来，请核对路径和读取权限") from error
    if len(data) > LARGEST:
        raise UnusableSeal(f"超过{LARGEST >> 20} MB，每份文书都要带上它，请缩小到边长1000像素左右")
    return data


def _decode(data: bytes) -> None:
    from PIL import Image  # only an office with a seal needs it

    try:
        with warnings.catch_warnings(action="error", category=UserWarning):
            with Image.open(BytesIO(data), formats=["PNG"]) as picture:
                picture.verify()  # checks the checksums of its parts
            with Image.open(BytesIO(data), formats=["PNG"]) as picture:
                if getattr(picture, "is_animated", False):
                    raise UnusableSeal("是动画，" + CURE)
                picture.load()
        if END not in data:
            raise EOFError
    except (OSError, SyntaxError, ValueError, UserWarning, struct.error, EOFError) as error:
        raise UnusableSeal("已经损坏（不完整，或者校验和不符），" + CURE) from error
