"""The sheet of two years at the desk: both reports come from files."""

from __future__ import annotations

import json
from io import BytesIO

import pytest
from flask.testing import FlaskClient
from werkzeug.datastructures import MultiDict

from tests.reports.samples import given
from tests.web.browser import Page, open_page

pytestmark = pytest.mark.slow

DESK = "/desk/documents/report-comparison"


def bring(page: Page, key: str, name: str) -> Page:
    """The page after a report was loaded from a file."""
    data = MultiDict([*page.form.pairs, (".do", f"bring:{key}")])
    data[f".file-{key}"] = (BytesIO(json.dumps(given(name)).encode()), f"{name}.json")  # type: ignore[assignment]
    response = page.client.post(DESK, data=data, content_type="multipart/form-data")  # a file, as werkzeug takes it
    return Page(page.client, DESK, response)


def test_the_desk_takes_two_files(browser: FlaskClient) -> None:
    page = bring(bring(open_page(browser, DESK), "record", "2023"), "previous", "2022")
    assert "已经载入：2023年度的报告" in page.form.text and "已经载入：2022年度的报告" in page.form.text
    assert "第一、五、六部分的叙述有37%与2022年度" in page.then("check", {}).form.text


def test_the_desk_refuses_the_wrong_year(browser: FlaskClient) -> None:
    page = bring(bring(open_page(browser, DESK), "record", "2023"), "previous", "2021").then("check", {})
    assert "请换成2022年度的报告" in page.form.text
