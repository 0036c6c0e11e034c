"""The same answers give the same file by web, API and command line, for every document."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from gipdocs.cli import main
from gipdocs.documents.registry import find
from gipdocs.service import Service
from gipdocs.settings import PROJECT
from tests.web.browser import Form

pytestmark = pytest.mark.slow

DOCUMENTS = {id: entry.document for id, entry in find([PROJECT / "plugins"]).items()}


@pytest.mark.parametrize("id", DOCUMENTS)
def test_web_api_and_command_line_give_the_same_file(
    id: str, client: FlaskClient, service: Service, tmp_path: Path
) -> None:
    format = DOCUMENTS[id].formats[0]
    sample = service.sample(id)
    by_api = client.post(f"/api/v1/documents/{id}?format={format}", json=sample)
    assert by_api.status_code == 200, by_api.text

    payload, out = tmp_path / "answers.json", tmp_path / f"file.{format}"
    payload.write_text(json.dumps(sample, ensure_ascii=False), encoding="utf-8")
    assert main(["build", id, "-i", str(payload), "-o", str(out)]) == 0
    assert out.read_bytes() == by_api.data

    by_citizens = DOCUMENTS[id].public and not DOCUMENTS[id].to_read
    page = f"/documents/{id}" if by_citizens else f"/desk/documents/{id}"
    shown = Form(client.get(f"{page}?sample").text).pairs  # the desk offers the sample, the citizens' counter doesn't
    typed = list(_typed(sample)) if by_citizens else []
    plain = "-plain" if by_citizens else ""  # citizens' files have the answers inside unless they choose otherwise
    by_web = client.post(page, data=_as_sent([*shown, *typed, (".do", format + plain)]))
    assert by_web.mimetype == by_api.mimetype, by_web.text[:3000]
    assert by_web.data == by_api.data


def _typed(sample: dict[str, Any], prefix: str = "") -> Iterator[tuple[str, str]]:
    """The answers of a form without rows, as a person types and ticks them."""
    for name, value in sample.items():
        if isinstance(value, dict):
            yield from _typed(value, f"{prefix}{name}-")
        else:
            for i, one in enumerate(value if isinstance(value, list) else [value]):
                text = str(one).lower() if isinstance(one, bool) else str(one)
                yield f"{prefix}{name}", text  # ticked
                yield f"{prefix}{name}-{i}", text  # or typed into a line


def _as_sent(pairs: list[tuple[str, str]]) -> dict[str, list[str]]:
    sent: dict[str, list[str]] = {}
    for name, value in pairs:
        if value:
            sent.setdefault(name, []).append(value)
    return sent
