"""The running number of a font is zeroed in its encrypted part, and nothing else is changed."""

from __future__ import annotations

from random import Random

import pytest
from fontTools.misc import eexec

from gipdocs.pdf.finishing.finish import EEXEC_KEY, HEAD_BYTES, _zero_encrypted

LENGTHS = (0, 1, 500, HEAD_BYTES - 1, HEAD_BYTES, HEAD_BYTES + 1, 10_000)
BEFORE, AFTER = (
    b"dup /Private 17 dict dup begin /UniqueID 4012345 def",
    b"dup /Private 17 dict dup begin /UniqueID 0000000 def",
)


@pytest.mark.parametrize("length", LENGTHS)
def test_a_number_is_zeroed_whatever_follows_it(length: int) -> None:
    outlines = Random(length).randbytes(length)
    encrypted, _ = eexec.encrypt(BEFORE + outlines, EEXEC_KEY)
    assert eexec.decrypt(_zero_encrypted(encrypted), EEXEC_KEY)[0] == AFTER + outlines


def test_what_has_no_number_stays_as_it_is() -> None:
    encrypted, _ = eexec.encrypt(Random(0).randbytes(5000), EEXEC_KEY)
    assert _zero_encrypted(encrypted) == encrypted
