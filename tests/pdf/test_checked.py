"""The typesetter draws what it knows, and LibreOffice everything else."""

from __future__ import annotations

import logging
import subprocess
import sys
from collections.abc import Callable

import pytest

from gipdocs.direct import NAME, Direct
from gipdocs.drawing.placed import Unsupported
from gipdocs.errors import ConversionError
from gipdocs.pdf.admission.admit import Admitted, admit
from gipdocs.pdf.checked import CheckedConverter
from gipdocs.pdf.converter import DRAWN, HUNG_UP, Converter, Drawn, Made, Need, Unwanted
from gipdocs.pdf.finishing.verify import Wrong
from gipdocs.pdf.pool.client import PoolClient
from gipdocs.pdf.typesetting import read_typesetting
from gipdocs.settings import LIBREOFFICE
from tests.pdf import samples

MADE_FROM = "document letter; template letter.docx 0123456789ab; profile p"
PROVED = frozenset({("letter.docx", "0123456789ab")})
SECRET = "张三的住址"
DRAWN_PDF = b"%PDF-drawn"
FAULTS: dict[str, Exception] = {
    "not known": Unsupported(SECRET),
    "wrong": Wrong(SECRET),
    "a fault of ours": ZeroDivisionError(SECRET),
}


class Converted:
    """A transport that gives the right PDF of a letter, and counts."""

    def __init__(self, pdf: bytes) -> None:
        self.pdf, self.sent = pdf, 0

    def send(self, docx: bytes, label: str) -> Made:
        self.sent += 1
        return Made(self.pdf, "worker")

    def doubt(self, maker: str, label: str, *, last: bool) -> None:
        raise AssertionError("nobody doubts")

    def state(self) -> dict[str, object]:
        return {}

    def wake(self) -> None:
        raise AssertionError("nobody wakes it")

    def is_awake(self) -> bool:
        return False

    def close(self) -> None:
        pass


@pytest.fixture(scope="module")
def letter() -> bytes:
    return samples.letter(SECRET, made_from=MADE_FROM)


@pytest.fixture(scope="module")
def raw(pool: PoolClient, letter: bytes) -> bytes:
    return pool.send(admit(letter).docx, "letter").pdf


@pytest.fixture(scope="module")
def converted(converter: Converter, letter: bytes) -> bytes:
    return converter.convert(letter, label="letter")


class Unstartable(Converted):
    """A transport whose other side can't be started."""

    def state(self) -> dict[str, object]:
        raise ConversionError("PDF转换服务没有启动成功")

    def wake(self) -> None:
        pass


def test_processes_of_one_service_tell_the_same_of_a_libreoffice_that_cannot_start() -> None:
    need, typesetter = Need(), Direct(lambda _: DRAWN_PDF, PROVED)
    one, other = (CheckedConverter(Unstartable(b""), typesetter, need) for _ in range(2))
    alone = CheckedConverter(Unstartable(b""), typesetter)
    one.wake()
    assert [each.health().ready for each in (one, other, alone)] == [False, False, True]


FORKED = """
import os
from gipdocs.pdf.converter import Need
need = Need()
if not (child := os.fork()):
    need.note()
    os._exit(0)
os.waitpid(child, 0)
print(bool(Need()), bool(need))
"""


def test_a_process_learns_from_one_that_it_has_forked_that_libreoffice_has_been_needed() -> None:
    ran = subprocess.run([sys.executable, "-c", FORKED], capture_output=True, text=True, check=True)
    assert ran.stdout.split() == ["False", "True"]


def test_a_proved_layout_is_drawn_without_libreoffice(letter: bytes) -> None:
    transport = Converted(b"")
    converter = CheckedConverter(transport, Direct(lambda _: DRAWN_PDF, PROVED))
    assert (converter.convert(letter, label="letter"), transport.sent) == (DRAWN_PDF, 0)
    assert DRAWN.get() == Drawn(NAME)


def test_what_nobody_waits_for_is_not_drawn(letter: bytes) -> None:
    converter = CheckedConverter(Converted(b""), Direct(failing(AssertionError()), PROVED))
    hung_up = HUNG_UP.set(lambda: True)
    try:
        with pytest.raises(Unwanted):
            converter.convert(letter, label="letter")
    finally:
        HUNG_UP.reset(hung_up)


def test_any_other_layout_is_converted_by_libreoffice(letter: bytes, raw: bytes, converted: bytes) -> None:
    transport = Converted(raw)
    converter = CheckedConverter(transport, Direct(lambda _: DRAWN_PDF, frozenset({("letter.docx", "ba9876543210")})))
    assert (converter.convert(letter, label="letter"), transport.sent) == (converted, 1)
    assert DRAWN.get() == Drawn(f"{LIBREOFFICE} {read_typesetting().libreoffice}")


def failing(error: Exception) -> Callable[[Admitted], bytes]:
    def draw(_: Admitted) -> bytes:
        raise error

    return draw


@pytest.mark.parametrize("error", FAULTS.values(), ids=FAULTS)
def test_libreoffice_converts_what_the_typesetter_fails_at(
    letter: bytes, raw: bytes, converted: bytes, error: Exception, caplog: pytest.LogCaptureFixture
) -> None:
    transport = Converted(raw)
    converter = CheckedConverter(transport, Direct(failing(error), PROVED))
    with caplog.at_level(logging.INFO):
        for number in (1, 2):
            assert (converter.convert(letter, label="letter"), transport.sent) == (converted, number)
    assert DRAWN.get() == Drawn(f"{LIBREOFFICE} {read_typesetting().libreoffice}", type(error).__name__)
    [line] = caplog.messages
    assert line.startswith(f"document letter is left to LibreOffice: {type(error).__name__} at ") and SECRET not in line
