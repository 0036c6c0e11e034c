"""What pages are made of is small, fetched once, and compressed only where its length tells nothing."""

from __future__ import annotations

import gzip
import re

import pytest
from flask.testing import FlaskClient

GZIP = {"Accept-Encoding": "gzip, deflate, br"}
LINK = re.compile(r'(?:href|src)="(/[a-z/]*static/[^"]+)"')
FORMS = ("/", "/documents/application-form", "/desk/documents/reply-partial?sample", "/desk/documents/annual-report")


def links(client: FlaskClient, path: str) -> list[str]:
    return LINK.findall(client.get(path).text)


@pytest.mark.parametrize("path", [*FORMS, "/api/docs", "/api/docs/reference"])
def test_every_link_to_a_file_names_its_version_and_is_kept_for_ever(client: FlaskClient, path: str) -> None:
    found = links(client, path)
    assert found
    for link in found:
        assert re.search(r"\?v=[0-9a-f]{16}$", link), link
        assert client.get(link).headers["Cache-Control"] == "public, max-age=31536000, immutable"


def test_another_version_or_none_is_asked_for_again(client: FlaskClient) -> None:
    for query in ("", "?v=", "?v=0000000000000000"):
        first = client.get(f"/web/static/form.js{query}")
        assert first.status_code == 200 and first.headers["Cache-Control"] == "no-cache"
        again = client.get(f"/web/static/form.js{query}", headers={"If-None-Match": first.headers["ETag"]})
        assert again.status_code == 304


def test_a_file_is_sent_compressed_to_those_who_take_it(client: FlaskClient) -> None:
    (link,) = (one for one in links(client, "/") if "pages.css" in one)
    plain, packed = client.get(link), client.get(link, headers=GZIP)
    assert packed.headers["Content-Encoding"] == "gzip" and gzip.decompress(packed.data) == plain.data
    assert "Content-Encoding" not in plain.headers and plain.headers["ETag"] != packed.headers["ETag"]
    assert len(packed.data) < len(plain.data) / 3
    for answer in (plain, packed):
        assert "Accept-Encoding" in answer.headers["Vary"]
    assert "Content-Encoding" not in client.get(link, headers={"Accept-Encoding": "gzip;q=0"}).headers


def test_a_page_has_one_style_sheet_and_print_keeps_its_own_rules(client: FlaskClient) -> None:
    sheets = [link for link in links(client, "/desk/documents/reply-partial") if ".css" in link]
    assert len(sheets) == 1
    text = client.get(sheets[0]).text
    assert "@media print {\n/* A page on paper" in text and ".grid thead" in text and ".must-say" in text
    assert text.count("{") == text.count("}")


@pytest.mark.parametrize("path", FORMS)
def test_a_page_that_has_a_token_is_never_compressed(client: FlaskClient, path: str) -> None:
    assert "Content-Encoding" not in client.get(path, headers=GZIP).headers


@pytest.mark.parametrize(
    ("path", "kept"),
    [
        ("/api/v1/openapi.json", "private, no-cache"),
        ("/api/v1/documents/reply-granted/schema", "private, no-cache"),
        ("/documents/guide/blank.html", "no-store"),
    ],
)
def test_what_is_the_same_for_everybody_is_compressed(client: FlaskClient, path: str, kept: str) -> None:
    plain, packed = client.get(path), client.get(path, headers=GZIP)
    assert packed.headers["Content-Encoding"] == "gzip" and gzip.decompress(packed.data) == plain.data
    assert len(packed.data) < len(plain.data) / 2 and packed.headers["Cache-Control"] == kept
    assert int(packed.headers["Content-Length"]) == len(packed.data)
