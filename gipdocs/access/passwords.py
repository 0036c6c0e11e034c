"""Passwords: which may be set, how they are hashed, and how few are hashed at the same time."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from itertools import pairwise
from pathlib import Path
from threading import BoundedSemaphore

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from gipdocs.errors import Fault, InvalidInput, TooManyRequests

SHORTEST, LONGEST = 12, 256
MOST_PIECES = 4
"""A password of so many common pieces is a common one."""
MOST_AT_ONCE = 2
PATIENCE_SECONDS = 10
LONGEST_PIECE = 32
COMMON = Path(__file__).with_name("data") / "common.txt"
_LOOKS = str.maketrans("@$!|", "asii")
_READS = str.maketrans("0134578", "oieastb")
_hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)  # KiB: the small profile of OWASP
_turns = BoundedSemaphore(MOST_AT_ONCE)


def hash_password(password: str) -> str:
    """The hash of a password, in the PHC string format of argon2id."""
    with _turn():
        return _hasher.hash(_normal(password))


def verify_password(known: str | None, password: str) -> bool:
    """Whether a password has this hash; without a hash the same work is done for nothing, so that its time tells nothing."""
    with _turn():
        dummy = _dummy()
        try:
            _hasher.verify(known or dummy, _normal(password)[: LONGEST + 1])
        except (VerificationError, InvalidHashError):
            return False
    return known is not None


def is_outdated(known: str) -> bool:
    """Whether a hash was made with other costs than those of today."""
    return _hasher.check_needs_rehash(known)


def check_new(password: str, *, name: str) -> None:
    """InvalidInput, which doesn't repeat it, unless a password may be set for the account with a name."""
    if not SHORTEST <= len(_normal(password)) <= LONGEST:
        told = f"密码应为{SHORTEST}至{LONGEST}个字符。可以用几个互不相干的词连起来，好记又不容易猜到。"
        raise InvalidInput([Fault("/password", "range", told)])
    if is_common(password, name=name):
        told = "这个密码太容易猜到：由常用的词、键盘上相邻的键、年份、重复的字符或者账号名称组成。请换一个。"
        raise InvalidInput([Fault("/password", "invalid", told)])


def is_common(password: str, *, name: str = "") -> bool:
    """Whether a password consists of a few common words, years, runs, repetitions and the name of its account."""
    plain = _normal(password).casefold()
    pieces = _common_pieces() | ({name.casefold()} - {""})
    spellings = {plain, plain.translate(_LOOKS), plain.translate(_LOOKS).translate(_READS)}
    return any(_count_pieces(spelling, pieces) <= MOST_PIECES for spelling in spellings)


def _count_pieces(text: str, pieces: frozenset[str]) -> float:
    """Of how few common pieces a text consists; infinite if it has anything else in it. Signs between them count nothing."""
    fewest = [0.0] + [float("inf")] * len(text)
    for end in range(1, len(text) + 1):
        for start in range(max(0, end - LONGEST_PIECE), end):
            part = text[start:end]
            if fewest[start] < fewest[end] and (cost := _cost(part, pieces)) is not None:
                fewest[end] = min(fewest[end], fewest[start] + cost)
    return fewest[-1]


def _cost(part: str, pieces: frozenset[str]) -> int | None:
    if len(part) == 1 and not part.isalnum():
        return 0
    return 1 if part in pieces or _is_regular(part) else None


def _is_regular(part: str) -> bool:
    """Whether a part is a year or a day, a run such as 1234 or fedc, or a repetition."""
    if re.fullmatch(r"(19|20)[0-9]{2}((0[1-9]|1[0-2])([0-2][0-9]|3[01])?)?", part) or re.fullmatch(
        r"(.{1,4})\1+", part
    ):
        return True
    steps = {ord(after) - ord(before) for before, after in pairwise(part)}
    return len(part) > 1 and (steps in ({1}, {-1}) or part in "1234567890" or part in "0987654321")


@cache
def _common_pieces() -> frozenset[str]:
    lines = COMMON.read_text(encoding="utf-8").splitlines()
    return frozenset(piece for line in lines if not line.startswith("#") for piece in line.split())


@cache
def _dummy() -> str:
    return _hasher.hash("nobody's password")


@contextmanager
def _turn() -> Iterator[None]:
    """At most two at once: each takes 19 MiB and a processor. TooManyRequests if too many others wait."""
    if not _turns.acquire(timeout=PATIENCE_SECONDS):
        raise TooManyRequests("现在登录的人太多，请稍后再试。", retry_after=PATIENCE_SECONDS)
    try:
        yield
    finally:
        _turns.release()


def _normal(password: str) -> str:
    """The password in usual characters, however the keyboard or the input method wrote them."""
    return unicodedata.normalize("NFKC", password).encode("utf-8", "replace").decode()
