"""Hostile documents that get past the guard: the hardened pool follows no link; a stock LibreOffice does, as proof."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from pathlib import Path

import pikepdf
import pytest
from PIL import Image

from gipdocs.errors import ConversionError, ConverterRefused
from gipdocs.pdf.checked import CheckedConverter
from gipdocs.pdf.pool import libreoffice_profile
from gipdocs.pdf.pool.client import PoolClient
from tests.pdf import samples
from tests.pdf.conftest import StartPool

pytestmark = pytest.mark.alone

LABEL = "样本"


class Canary:
    """A web server of this machine that remembers who came."""

    def __init__(self) -> None:
        self.visits: list[str] = []
        visits = self.visits

        class Handler(BaseHTTPRequestHandler):
            def _answer(self) -> None:
                visits.append(f"{self.command} {self.path}")
                self.send_response(404)
                self.end_headers()

            do_GET = do_HEAD = do_OPTIONS = do_PROPFIND = do_POST = _answer

            def log_message(self, format: str, *args: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self.server.server_port}"


@pytest.fixture
def canary() -> Iterator[Canary]:
    canary = Canary()
    thread = threading.Thread(target=canary.server.serve_forever)
    thread.start()
    yield canary
    canary.server.shutdown()
    thread.join()
    canary.server.server_close()


@pytest.fixture
def secret(tmp_path: Path) -> Path:
    """A picture on this machine that no document may show."""
    file = tmp_path / "secret.png"
    Image.new("RGB", (8, 8), (200, 0, 0)).save(file)
    return file


@pytest.fixture
def stock(start_pool: StartPool) -> PoolClient:
    """LibreOffice as it comes: without hardened profile, sandbox or dead proxy."""
    return start_pool(hardened=False)


ATTACKS: dict[str, Callable[[str], bytes]] = {
    "picture": samples.linked_picture,
    "template": lambda url: samples.with_relationship("attachedTemplate", url, samples.letter()),
    "field": lambda url: samples.with_body(samples.field(f' INCLUDEPICTURE "{url}" \\d ')),
    "text field": lambda url: samples.with_body(samples.field(f' INCLUDETEXT "{url}" ')),
    "chunk": lambda url: samples.with_relationship("aFChunk", url, samples.with_body(CHUNK)),
    "sub-document": lambda url: samples.with_relationship("subDocument", url, samples.with_body(SUB_DOCUMENT)),
    "object": lambda url: samples.with_relationship("oleObject", url, samples.with_body(OBJECT)),
    "old drawing": lambda url: samples.with_relationship("image", url, samples.with_body(OLD_DRAWING)),
    "drawing": lambda url: samples.drawn_picture("d.svg", "image/svg+xml", SVG.format(url).encode()),
}
R = 'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" r:id="rIdX"'
V = 'xmlns:v="urn:schemas-microsoft-com:vml"'
CHUNK = f"<w:altChunk {R}/>"
SUB_DOCUMENT = f"<w:p><w:subDoc {R}/></w:p>"
OBJECT = (
    '<w:p><w:r><w:object><o:OLEObject xmlns:o="urn:schemas-microsoft-com:office:office" Type="Link" '
    f'ProgID="Excel.Sheet.12" UpdateMode="Always" {R}/></w:object></w:r></w:p>'
)
OLD_DRAWING = (
    f'<w:p><w:r><w:pict><v:shape {V} style="width:50pt;height:50pt"><v:imagedata {R}/></v:shape></w:pict></w:r></w:p>'
)
SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="80" height="80">'
    '<image width="80" height="80" xlink:href="{}"/></svg>'
)


def pictures(pdf: bytes) -> int:
    with pikepdf.open(BytesIO(pdf)) as opened:
        return sum(len(page.get_images()) for page in opened.pages)


def test_the_canary_sings_for_a_stock_libreoffice(stock: PoolClient, canary: Canary, secret: Path) -> None:
    stock.send(samples.linked_picture(f"{canary.address}/picture.png"), LABEL)
    assert canary.visits
    assert pictures(stock.send(samples.linked_picture(secret.as_uri()), LABEL).pdf) == 1
    drawing = samples.drawn_picture("d.svg", "image/svg+xml", SVG.format(secret.as_uri()).encode())
    assert pictures(stock.send(drawing, LABEL).pdf) > 0


@pytest.mark.parametrize("attack", ATTACKS.values(), ids=ATTACKS)
def test_nothing_is_fetched_from_a_server(pool: PoolClient, canary: Canary, attack: Callable[[str], bytes]) -> None:
    try_past_the_guard(pool, attack(f"{canary.address}/x.png"))
    assert canary.visits == []
    assert pool.send(samples.letter(), LABEL).pdf.startswith(b"%PDF-")


@pytest.mark.parametrize("attack", ATTACKS.values(), ids=ATTACKS)
def test_nothing_is_read_from_this_machine(pool: PoolClient, secret: Path, attack: Callable[[str], bytes]) -> None:
    pdf = try_past_the_guard(pool, attack(secret.as_uri()))
    assert b"\xc8\x00\x00" * 8 not in contents(pdf)


def test_not_even_what_the_sandbox_lets_libreoffice_read_is_shown(pool: PoolClient, stock: PoolClient) -> None:
    """The profile follows no link of a document; that wall stands where the system offers no sandbox."""
    docx = samples.linked_picture(libreoffice_profile.find_program().with_name("intro.png").as_uri())
    assert pictures(stock.send(docx, LABEL).pdf) > 0
    assert pictures(pool.send(docx, LABEL).pdf) == 0


@pytest.mark.parametrize("attack", ATTACKS.values(), ids=ATTACKS)
def test_the_guard_refuses_each_of_them_before(pool: PoolClient, attack: Callable[[str], bytes]) -> None:
    with pytest.raises(ConverterRefused):
        CheckedConverter(pool).convert(attack("http://127.0.0.1:9/x.png"), label=LABEL)


def try_past_the_guard(pool: PoolClient, docx: bytes) -> bytes:
    """The PDF of a document that has not been checked, or nothing when LibreOffice gives up on it."""
    try:
        return pool.send(docx, LABEL).pdf
    except ConversionError:
        return b""


def contents(pdf: bytes) -> bytes:
    """All streams of a PDF, unpacked."""
    if not pdf:
        return b""
    with pikepdf.open(BytesIO(pdf)) as opened:
        return b"".join(one.read_bytes() for one in opened.objects if isinstance(one, pikepdf.Stream))


HEAVY: dict[str, Callable[[], bytes]] = {
    "a giant paragraph": lambda: samples.letter("字" * 200_000),
    "nested tables": lambda: samples.nested_tables(40),
    "nothing": lambda: b"",
    "HTML": lambda: b"<html><body><img src='http://127.0.0.1:9/x.png'></body></html>",
    "a flat text document": lambda: b'<?xml version="1.0"?><office:document xmlns:office="urn:oasis:names"/>',
    "random bytes": lambda: bytes(range(256)) * 20,
}


def test_heavy_and_foreign_files_are_refused_or_stopped_within_the_limits(start_pool: StartPool) -> None:
    """LibreOffice takes 20 seconds for the paragraph and would open HTML as well: limit and forced filter prevent it."""
    pool = start_pool(work_seconds=1.5, spares=1)
    for name, make in HEAVY.items():
        pdf = try_past_the_guard(pool, make())
        assert name == "nested tables" or not pdf
    assert pool.state()["answers"].get("overrun", 0) >= 1
    assert pool.send(samples.letter(), LABEL).pdf.startswith(b"%PDF-")
