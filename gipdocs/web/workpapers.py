"""What a clerk has gathered, chosen and corrected: an order for a sum that travels with the page and as a file, and is kept nowhere.

The API accepts the same file.
"""

from __future__ import annotations

import base64
import binascii
import json
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import replace
from decimal import Decimal

from gipdocs.errors import Fault, InvalidInput
from gipdocs.reports.collecting.corrections import Correction
from gipdocs.reports.collecting.orders import SumOrder, load_order
from gipdocs.reports.collecting.submissions import Submission, arrange
from gipdocs.reports.expressions import Number
from gipdocs.settings import MIB
from gipdocs.strictjson import NotJson, read_json

LARGEST = 64 * MIB
"""The most bytes of the unpacked text; two hundred reports with their narratives have about ten million."""
MOST_VALUES = 3_000_000
UNREADABLE = (
    "随页面带回的汇总底稿不完整，没有处理。请返回上一页重试；仍然不行的，请重新选择各家的报告，或者上次下载的汇总底稿。"
)


def files_of(paper: SumOrder) -> tuple[Submission, ...]:
    """Every file that came, of whatever year."""
    return (*paper.collection.submissions, *paper.collection.earlier, *paper.collection.astray)


def with_files(paper: SumOrder, files: Iterable[Submission], *, year: int | None, due: Sequence[str]) -> SumOrder:
    """The paper with these files instead, sorted by a year and the bodies due; choices of files that are gone are dropped."""
    collection = arrange((_unnamed(one) for one in files), year=year, due=tuple(due))
    there = {(one.label, one.name) for one in collection.submissions if one.record}
    take = {body: name for body, name in paper.take.items() if (body, name) in there}
    return replace(paper, collection=collection, take=take)


def _unnamed(sent: Submission) -> Submission:
    """A file of which nobody has decided yet whose it is, so that the bodies due decide it."""
    return replace(sent, body="", note="")


def correct_figure(paper: SumOrder, path: str, given: Number, reason: str) -> SumOrder:
    """The paper with a figure of the sum corrected, in place of an earlier correction of it."""
    if any((one.path, one.given, one.reason) == (path, given, reason) for one in paper.corrections):
        return paper
    made = Correction(path=path, given=given, reason=reason)
    return replace(paper, corrections=(*restore_figure(paper, path).corrections, made))


def restore_figure(paper: SumOrder, path: str) -> SumOrder:
    """The paper without the correction of a figure."""
    return replace(paper, corrections=tuple(one for one in paper.corrections if one.path != path))


def remember(paper: SumOrder, done: Iterable[Correction]) -> SumOrder:
    """The paper with the corrections as a sum was made with them, each with what the sum was when a clerk changed it."""
    kept = (
        replace(one, computed=one.computed if one.expected is None else one.expected, expected=None) for one in done
    )
    return replace(paper, corrections=tuple(kept))


def whole(value: Decimal) -> Number:
    """A number as an int if it has no decimals."""
    return int(value) if value == value.to_integral_value() else value


def as_file(paper: SumOrder) -> bytes:
    """The paper as the file that a clerk keeps."""
    return json.dumps(paper.as_json(), ensure_ascii=False).encode()


def read_paper(data: bytes | str) -> SumOrder:
    """The paper in a file that a clerk has kept; InvalidInput."""
    try:
        return load_order(read_json(data, most=MOST_VALUES))
    except NotJson as error:
        raise InvalidInput([Fault("", "format", f"汇总底稿读不出来：{error}。")]) from None


def is_paper(data: bytes) -> bool:
    """Whether a file is such a paper, and not a report's own record."""
    if not data.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{") or b'"reports"' not in data:
        return False
    try:
        found = read_json(data, most=MOST_VALUES)
    except NotJson:
        return False
    return isinstance(found, dict) and "reports" in found and "table3" not in found


def pack(paper: SumOrder) -> str:
    """The paper as the text that travels with a page."""
    return base64.b64encode(zlib.compress(as_file(paper), 6)).decode()


def unpack(text: str) -> SumOrder:
    """The paper that came back with a page; InvalidInput if it is not one that a page has carried."""
    unpacker = zlib.decompressobj()
    try:
        plain = unpacker.decompress(base64.b64decode(text, validate=True), LARGEST)
    except (binascii.Error, ValueError, zlib.error):
        plain = b""
    if not unpacker.eof:
        raise InvalidInput([Fault("", "format", UNREADABLE)])
    return read_paper(plain)
