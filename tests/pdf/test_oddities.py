"""One odd document, past the guard or not, costs whoever else sends letters nothing but a little time."""

from __future__ import annotations

import itertools
import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pypdfium2
import pytest

from gipdocs.errors import ConversionError
from gipdocs.pdf.checked import CheckedConverter
from gipdocs.pdf.pool.client import PoolClient
from tests.pdf import samples
from tests.pdf.conftest import end, own_options
from tests.pdf.oddities import ODDITIES
from tests.pdf.processes import wait_for

pytestmark = pytest.mark.alone

PATIENCE_SECONDS = 15
"""More than the start of a LibreOffice takes on a busy machine, and less than the longest wait in the queue and work."""

NUMBER = itertools.count()
READING = threading.Lock()


@pytest.fixture(scope="module")
def crowded() -> Iterator[PoolClient]:
    """A pool that odd documents and letters of others share."""
    pool = PoolClient(own_options(workers=2, spares=1))
    wait_for(lambda: pool.state()["workers"] == 3, seconds=60)
    yield pool
    end(pool)


def text_of(pdf: bytes) -> str:
    with READING, pypdfium2.PdfDocument(pdf) as opened:
        return "".join(page.get_textpage().get_text_range() for page in opened)


def write(converter: CheckedConverter) -> float:
    """Seconds that a letter of somebody else takes; its text must be its own."""
    mark = f"甲{next(NUMBER):05d}乙"
    started = time.monotonic()
    text = text_of(converter.convert(samples.letter(mark), label="样本"))
    assert mark in text and text.count("甲") == 1
    return time.monotonic() - started


def outcome(send: object, docx: bytes, label: str) -> str:
    """What becomes of a document: a PDF, or a refusal that says so, or what its fault is, in a sentence."""
    try:
        send(docx, label=label)  # type: ignore[operator]  # of the converter or of the pool
    except ConversionError as error:
        assert "这份文书" in str(error) or error.status == 422, error
        return type(error).__name__
    return "PDF"


@pytest.mark.parametrize("name", ODDITIES)
def test_an_odd_document_concerns_nobody_else(crowded: PoolClient, name: str) -> None:
    converter, docx = CheckedConverter(crowded), ODDITIES[name]()
    before = sum(crowded.state()["restarts"].values())
    with ThreadPoolExecutor(4) as threads:
        odd = [threads.submit(outcome, send, docx, name) for send in (converter.convert, crowded.send)]
        letters = [threads.submit(write, converter) for _ in range(2)]
        assert {future.result() for future in odd} <= {"PDF", "ConversionError", "ConverterRefused"}
        assert max(future.result() for future in letters) < PATIENCE_SECONDS
    assert write(converter) < PATIENCE_SECONDS
    assert sum(crowded.state()["restarts"].values()) - before <= len(odd), "one restart for each way it was sent"
    assert crowded.state()["ready"]


@pytest.mark.parametrize("name", [name for name in ODDITIES if "comment" in name])
def test_a_comment_is_not_printed_and_stops_nothing(crowded: PoolClient, name: str) -> None:
    text = text_of(CheckedConverter(crowded).convert(ODDITIES[name](), label=name))
    assert samples.SENTENCE[:10] in text
    assert "内部意见" not in text


def test_one_poison_in_twenty_for_eight_clients_leaves_every_other_answer_right(crowded: PoolClient) -> None:
    converter = CheckedConverter(crowded)
    poison = ODDITIES["note that is not there"]()

    def work(number: int) -> str:
        if number % 20 == 7:
            return outcome(converter.convert, poison, "毒文书")
        write(converter)
        return "right"

    before = Counter(crowded.state()["failures"])
    with ThreadPoolExecutor(8) as threads:
        found = Counter(threads.map(work, range(100)))
    assert found == {"right": 95, "ConversionError": 5}
    assert Counter(crowded.state()["failures"]) - before == {"open": 5}
