"""Addresses in letters: no mark stands right after one, since readers would take it into the link."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from io import BytesIO
from typing import Any

import pytest
from pypdf import PdfReader

from gipdocs.documents.build import build
from gipdocs.documents.registry import Registry
from gipdocs.law import Office
from gipdocs.letters import add_mark, items
from gipdocs.service import Service
from gipdocs.settings import PROJECT

from .filled import findings, text

REPLIES = PROJECT / "tests" / "data" / "replies"
MARKED = re.compile(r"(?:https?://|www\.)[!-~]+[，。；：、！？）”》]")
PAGE = "http://example.gov.cn/art/2"


@pytest.mark.parametrize(
    ("typed", "printed"),
    [
        ("市档案馆一楼", "市档案馆一楼。"),
        (f"门户网站，网址：{PAGE}", f"门户网站，网址：\n{PAGE}\n"),
        (PAGE, f"\n{PAGE}\n"),
        ("www.example.gov.cn", "\nwww.example.gov.cn\n"),
        (f"请登录{PAGE}?id=7", f"请登录{PAGE}?id=7\n"),
        ("电子邮箱：zwgk@lc.shandong.cn", "电子邮箱：zwgk@lc.shandong.cn\n"),
        (f"网址：{PAGE}，电话0635-0000000", f"网址：{PAGE}，电话0635-0000000。"),
        ("见www网页", "见www网页。"),
    ],
)
def test_an_address_ends_its_line_without_a_mark(typed: str, printed: str) -> None:
    assert add_mark(typed) == printed


def test_of_several_only_those_with_an_address_lose_their_mark() -> None:
    assert items([f"甲，网址：{PAGE}", "乙"]) == [f"1.甲，网址：\n{PAGE}\n", "2.乙。"]


def shown(service: Service, office: Office, form: str) -> str:
    """What a reader of the letter about two addresses sees, without the breaks of lines."""
    data = json.loads((REPLIES / "address.reply-already-public.json").read_text(encoding="utf-8"))
    built = build(service.registry["reply-already-public"], data, office, form, converter=service.converter)
    assert built.findings == ()
    if form == "pdf":
        return "".join(page.extract_text() for page in PdfReader(BytesIO(built.content)).pages)
    return re.sub(r"<[^>]+>", "", built.content.decode())


@pytest.mark.parametrize(
    "form", [pytest.param("html", marks=pytest.mark.slow), pytest.param("pdf", marks=pytest.mark.converter)]
)
def test_no_form_of_a_letter_has_a_mark_after_an_address(form: str, service: Service, office: Office) -> None:
    seen = re.sub(r"\s", "", shown(service, office, form))
    assert "http://jgsw.liaocheng.gov.cn/art/2026/1/28/art_10438_1.html" in seen
    assert PAGE in seen
    assert MARKED.findall(seen) == []


@pytest.mark.parametrize(
    ("id", "key"),
    [
        ("reply-not-ours", "responsible_contact"),
        ("reply-archived", "archives_contact"),
        ("reply-query-matter", "query_way"),
        ("reply-petition", "channel"),
        ("reply-not-gov-info", "channel"),
        ("reply-publication", "obtain_way"),
    ],
)
def test_wherever_an_address_is_typed_its_line_ends(id: str, key: str, registry: Registry, office: Office) -> None:
    letter = text(registry, id, office, **{key: f"网上办理的网址：{PAGE}"})
    assert f"网上办理的网址：\n{PAGE}\n" in letter


def test_an_address_at_the_end_of_a_reason_does_not_run_into_the_next_sentence(
    registry: Registry, office: Office
) -> None:
    reason = f"该批复由财政部门依照职责制作，职责见{PAGE}"
    assert f"{reason}\n根据" in text(registry, "reply-not-ours", office, reason=reason)


@pytest.mark.parametrize("way", [f"网址：{PAGE}，电话0635-0000000", f"登录{PAGE}。", f"登录{PAGE}."])
def test_a_mark_typed_after_an_address_is_doubted(way: str, registry: Registry, office: Office) -> None:
    assert findings(registry, "reply-query-matter", office, query_way=way) == [("address-marked", "warning")]


@pytest.mark.slow
def test_the_channels_of_an_office_with_addresses_stand_free(service: Service, office: Office) -> None:
    profile = office.profile
    addressed = replace(
        office,
        profile=replace(
            profile,
            reconsideration=replace(profile.reconsideration, online="https://fyxt.moj.gov.cn/"),
            fee=replace(profile.fee, payment="登录http://pay.example.gov.cn/缴款"),
        ),
    )
    changes: dict[str, dict[str, Any]] = {"reply-granted": {"service": "online"}}
    for id in service.registry:
        assert MARKED.findall(text(service.registry, id, addressed, **changes.get(id, {}))) == [], id
    assert "互联网渠道为：https://fyxt.moj.gov.cn/\n" in text(
        service.registry, "reply-granted", addressed, service="online"
    )


@pytest.mark.parametrize(
    ("way", "printed"),
    [
        ("登录非税平台", "缴纳方式：登录非税平台（缴款码：37150026000000012345）。"),
        (f"登录{PAGE}", f"缴纳方式：登录{PAGE}\n缴款码：37150026000000012345。"),
    ],
)
def test_the_way_of_payment_is_told_with_its_code(way: str, printed: str, registry: Registry, office: Office) -> None:
    paying = replace(office, profile=replace(office.profile, fee=replace(office.profile.fee, payment=way)))
    assert printed in text(registry, "fee-notice", paying, payment_code="37150026000000012345")
