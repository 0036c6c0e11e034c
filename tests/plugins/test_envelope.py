"""The envelopes have the sizes and the places of GB/T 1416, and hold every name and address whole."""

from __future__ import annotations

import zipfile
from dataclasses import replace
from io import BytesIO
from typing import Any

import pdfplumber
import pytest
from lxml import etree

from gipdocs.documents.build import build
from gipdocs.law import Office
from gipdocs.profile import load_profile
from gipdocs.service import Service
from gipdocs.settings import PROJECT

from .drawn import out_of_order
from .filled import findings

pytestmark = pytest.mark.converter

MM = 25.4 / 72
SIZES = {"dl": (220, 110), "c5": (229, 162), "c4": (324, 229)}
MARK = "政府信息公开申请"
# 信封正面: the zone of the machine that reads the postcode, and the one in which bar codes are printed.
READING_ZONE = (90, 26)  # from the left, from the top
BARCODE_RIGHT, BARCODE_BOTTOM = (55, 160), 20  # from the right, from the bottom
LONGEST_ADDRESS = "新疆维吾尔自治区伊犁哈萨克自治州察布查尔锡伯自治县" + "某街道某社区某小区某号楼某单元某室" * 6
SENDERS: dict[str, dict[str, str]] = {
    "blank": {},
    "usual": {"name": "张晓彤", "address": "聊城市东昌府区人民路1号", "postcode": "252001"},
    "organisation": {
        "name": "某某市某某区某某物业管理服务有限责任公司",
        "address": "某某省某某市某某区某某街道某某路188号某某大厦A座12层1203室",
        "postcode": "252001",
    },
    "longest": {"name": "某" * 100, "address": LONGEST_ADDRESS[:120], "postcode": "252001"},
}


def payload(size: str, sender: str) -> dict[str, Any]:
    return {"size": size} | ({"application": SENDERS[sender]} if SENDERS[sender] else {})


class Page:
    """The words of an envelope in millimetres from its top left corner."""

    def __init__(self, pdf: bytes) -> None:
        with pdfplumber.open(BytesIO(pdf)) as opened:
            (page,) = opened.pages
            self.width, self.height = page.width * MM, page.height * MM
            self.chars = [char for char in page.chars if not char["text"].isspace()]
        self.text = "".join(char["text"] for char in self.chars)

    @property
    def read(self) -> list[dict[str, Any]]:
        """What stands where the machine reads, from left to right."""
        right, bottom = READING_ZONE
        inside = [char for char in self.chars if char["x0"] * MM < right and char["top"] * MM < bottom]
        return sorted(inside, key=lambda char: float(char["x0"]))

    def place(self, text: str) -> tuple[float, float, float, float]:
        """Left, top, right and bottom of a text."""
        start = self.text.index(text)
        found = self.chars[start : start + len(text)]
        edges = ("x0", "top", "x1", "bottom")
        left, top, right, bottom = ([char[edge] * MM for char in found] for edge in edges)
        return min(left), min(top), max(right), max(bottom)


@pytest.fixture(scope="module", params=SIZES)
def size(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module", params=SENDERS)
def sender(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def page(service: Service, size: str, sender: str) -> Page:
    return Page(service.build("envelope", payload(size, sender), "pdf").content)


def test_the_page_is_the_envelope(page: Page, size: str) -> None:
    assert (page.width, page.height) == pytest.approx(SIZES[size], abs=0.1)


def test_the_office_is_the_receiver(page: Page, office: Office) -> None:
    body = office.profile.office
    address, name = page.place(body.address), page.place(f"{body.name}收")
    assert address[1] < name[1] and READING_ZONE[1] < address[1]
    for left, _, right, _ in (address, name):
        assert (left + right) / 2 == pytest.approx(page.width / 2, abs=2)


def test_the_postcode_and_nothing_else_stands_where_the_machine_reads_a_digit_in_each_box(
    page: Page, office: Office
) -> None:
    assert "".join(char["text"] for char in page.read) == office.profile.office.postcode
    for i, char in enumerate(page.read):
        x, y = (char["x0"] + char["x1"]) / 2 * MM, (char["top"] + char["bottom"]) / 2 * MM
        assert x == pytest.approx(12 + 4 + i * 10.2, abs=0.5) and 11 < y < 20.5


def test_the_zone_for_bar_codes_is_blank(page: Page) -> None:
    right, left = (page.width - distance for distance in BARCODE_RIGHT)
    top = page.height - BARCODE_BOTTOM
    inside = [
        char["text"]
        for char in page.chars
        if char["bottom"] * MM > top and char["x1"] * MM > left and char["x0"] * MM < right
    ]
    assert inside == []


def test_the_mark_stands_at_the_lower_left(page: Page) -> None:
    left, top, right, bottom = page.place(MARK)
    assert left > 10 and right < page.width - BARCODE_RIGHT[1]
    assert top > page.height - 25 and bottom < page.height - 8


def test_the_stamp_belongs_at_the_upper_right(page: Page) -> None:
    left, top, right, bottom = page.place("贴邮票处")
    assert page.width - 30 < left and right < page.width - 10 and top > 10 and bottom < 30


def test_the_sender_stands_at_the_lower_right_with_the_postcode_under_it(page: Page, sender: str) -> None:
    label, code = page.place("寄件人地址："), page.place("邮政编码：")
    assert label[0] > page.width * 0.4 and label[1] > page.height / 2
    assert code[1] > page.height - BARCODE_BOTTOM and code[0] > page.width - BARCODE_RIGHT[0]
    for text in SENDERS[sender].values():
        assert text in page.text
    assert code[1] - page.place("寄件人：" + SENDERS[sender].get("name", ""))[3] < 18
    if sender == "usual":
        ends = [page.place(text)[2] for text in SENDERS[sender].values()]
        assert max(ends) - min(ends) < 2 and max(ends) > page.width - 13
    if SENDERS[sender]:
        last = page.place("寄件人：" + SENDERS[sender]["name"])
        assert last[3] < page.height - BARCODE_BOTTOM and last[2] < page.width - 9


def test_every_character_is_on_the_paper(page: Page) -> None:
    for char in page.chars:
        assert char["x0"] * MM > 9 and char["x1"] * MM < page.width - 9 and char["bottom"] * MM < page.height - 8


def test_another_office_receives_its_own_letters(service: Service, office: Office) -> None:
    profile = load_profile(PROJECT / "tests" / "data" / "agencies" / "county-water.toml")
    county = replace(office, profile=profile)
    html = build(service.registry["envelope"], {}, county, "html").content.decode()
    assert "云岭县城关镇清溪巷9号" in html and "云岭县水务局综合股　收" in html and "聊城" not in html


@pytest.mark.parametrize("size", SIZES)
def test_the_longest_name_of_an_office_finds_room(service: Service, office: Office, size: str) -> None:
    name = "新疆维吾尔自治区伊犁哈萨克自治州察布查尔锡伯自治县文化体育广播电视和旅游局办公室"
    body = replace(office.profile.office, name=name, address=LONGEST_ADDRESS[:60])
    longest = replace(office, profile=replace(office.profile, office=body))
    built = build(service.registry["envelope"], {"size": size}, longest, "pdf", converter=service.converter)
    page = Page(built.content)
    assert page.place(name + "收")[3] < page.place("寄件人地址：")[1]
    assert page.place(LONGEST_ADDRESS[:60])[1] > READING_ZONE[1]


def test_an_office_without_a_postcode_leaves_the_boxes_empty(service: Service, office: Office) -> None:
    body = replace(office.profile.office, postcode="")
    bare = replace(office, profile=replace(office.profile, office=body))
    html = build(service.registry["envelope"], {}, bare, "html").content.decode()
    svg = etree.fromstring(html[html.index("<svg") : html.index("</svg>") + 6])
    assert len(list(svg.iter("{*}rect"))) == 8 and "252000" not in html


def test_without_a_size_it_is_the_smallest(service: Service) -> None:
    page = Page(service.build("envelope", {}, "pdf").content)
    assert (page.width, page.height) == pytest.approx(SIZES["dl"], abs=0.1)


def test_a_missing_address_is_told_only_where_something_was_filled_in(service: Service, office: Office) -> None:
    assert findings(service.registry, "envelope", office) == []
    missing = findings(service.registry, "envelope", office, application={"name": "张晓彤"})
    assert missing == [("address-missing", "info")]
    entry = service.registry["envelope"]
    assert build(entry, {}, office).findings == ()


def test_the_preview_shows_the_front_as_a_picture(service: Service) -> None:
    html = service.build("envelope", payload("c5", "usual"), "html").content.decode()
    assert html.count("<svg") == 1 and "信封正面" in html and ">张晓彤<" not in html and "寄件人：张晓彤" in html


def test_a_reader_without_shapes_has_its_lines_once(service: Service, office: Office) -> None:
    with zipfile.ZipFile(BytesIO(service.build("envelope", payload("dl", "usual")).content)) as archive:
        (plain,) = etree.fromstring(archive.read("word/document.xml")).iter("{*}Fallback")
    body = office.profile.office
    assert [one.text for one in plain.iter("{*}t")] == [
        body.postcode,
        "贴邮票处",
        body.address,
        f"{body.name}　收",
        "寄件人地址：聊城市东昌府区人民路1号",
        "寄件人：张晓彤",
        "邮政编码：252001",
        MARK,
    ]


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("sender", SENDERS)
def test_its_shapes_stand_in_the_order_of_the_schema(service: Service, size: str, sender: str) -> None:
    with zipfile.ZipFile(BytesIO(service.build("envelope", payload(size, sender)).content)) as archive:
        (group,) = etree.fromstring(archive.read("word/document.xml")).iter("{*}inline")
    assert list(out_of_order(group)) == []
    assert all(len(box) >= 1 for box in group.iter("{*}txbxContent"))
