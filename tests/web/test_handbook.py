"""The clerks' handbook: what it quotes is on the pages, every page of the desk leads into it, and it is shown whole."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote

import pytest
from flask import Flask
from flask.testing import FlaskClient

from gipdocs.app import create_app
from gipdocs.law import Office
from gipdocs.register.recording import RECORDABLE
from gipdocs.service import Service
from gipdocs.settings import Settings
from gipdocs.web.help import FILE, FOLDER, KEPT, KINDS, PICTURES, SECTIONS, Handbook, find_section, read_handbook
from tests.web.screen import Screen, read_screen
from tests.web.test_cases import open_case

pytestmark = pytest.mark.slow

LARGEST = 120_000
"""Bytes that a picture of the handbook may have, so that the page opens on a slow line."""
OF_THE_WHOLE = {"staff.law", "handbook.show"}
"""Pages that no one section is about."""
NOT_PAGES = re.compile(r"\.(?:static|picture|download|export|due_calendar|letter_file|no_letter_yet|preview\w*)$")
"""Endpoints that answer with a file or with a part of a page."""
SOFTWARE = re.compile("数据库|服务器|接口|JSON|API|浏览器缓存|后台|前端|字段|点击|参数", re.IGNORECASE)
ARTICLE = re.compile("第[〇零一二三四五六七八九十百]+[条款]")


@pytest.fixture(scope="module")
def book() -> Handbook:
    found = read_handbook(FOLDER)
    assert found is not None
    return found


@pytest.fixture(scope="module")
def text() -> str:
    return (FOLDER / FILE).read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def screen(app: Flask, service: Service, office: Office) -> Screen:
    return read_screen(app.jinja_env, service.registry, office)


@pytest.fixture(scope="module")
def whole_app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """The application with everything that it may have: a register and accounts."""
    database = f"sqlite:///{tmp_path_factory.mktemp('whole')}/a.db"
    app = create_app(Settings(secret_key="test", database=database, access="accounts"))
    yield app
    app.extensions["gipdocs"].close()


@pytest.fixture
def desk(register_app: Flask) -> FlaskClient:
    return register_app.test_client()


def test_everything_in_quotation_marks_is_on_a_page(text: str, screen: Screen) -> None:
    assert [label for label in re.findall("“([^”]+)”", text) if not screen.shows(label)] == []


@pytest.mark.parametrize("label", ["记录收到补正", "写这份答复", "下载DOCX", "只看逾期的", "公布年度报告", "从头研判"])
def test_what_is_on_the_screen_is_found(screen: Screen, label: str) -> None:
    assert screen.shows(label)


@pytest.mark.parametrize("label", ["记录收到补证", "写那份答复", "下载ODT", "期限：", "登记一下", "工作", "记录……"])
def test_what_is_not_on_the_screen_is_not_found(screen: Screen, label: str) -> None:
    assert not screen.shows(label)


def test_every_title_is_that_of_a_document(book: Handbook, service: Service) -> None:
    assert set(book.named) - set(service.registry.titles.values()) == set()


def test_the_words_are_those_of_an_office(text: str) -> None:
    assert SOFTWARE.findall(text) == [] and ARTICLE.findall(text) == []


def test_every_picture_is_there_and_is_shown(text: str) -> None:
    shown = re.findall(r"^!\[.+\]\((.+)\)$", text, re.MULTILINE)
    assert shown and len(shown) == len(set(shown))
    assert [path for path in shown if not (FOLDER / path).is_file()] == []
    assert {path.name for path in (FOLDER / PICTURES).glob("*.png")} == {Path(path).name for path in shown}
    assert [path for path in shown if (FOLDER / path).stat().st_size >= LARGEST] == []


def test_every_link_within_it_leads_to_a_section(text: str, book: Handbook) -> None:
    assert set(re.findall(r"[^!]\[[^\]]+\]\(#(.+?)\)", text)) - set(book.headings) == set()


def test_every_section_tells_when_what_to_mind_and_what_comes_next(text: str, book: Handbook) -> None:
    sections = dict(zip(book.headings, re.split("^## .+$", text, flags=re.MULTILINE)[1:], strict=True))
    told = {name: re.findall(r"^\*\*(.+?)。\*\*", section, re.MULTILINE) for name, section in sections.items()}
    assert [n for n, heads in told.items() if n != "备份" and not {"什么时候", "注意", "接下来"} <= set(heads)] == []
    steps = [
        len(re.findall(r"^\d+\. ", run, re.MULTILINE)) for run in re.findall(r"(?:^\d+\. .+\n)+", text, re.MULTILINE)
    ]
    assert min(steps) >= 3 and max(steps) <= 7


@pytest.mark.parametrize("section", sorted({*SECTIONS.values(), *KINDS.values()}))
def test_every_help_is_a_section(book: Handbook, section: str) -> None:
    assert section in book.headings


def test_every_page_that_has_its_help_is_there(whole_app: Flask) -> None:
    assert set(SECTIONS) - set(whole_app.view_functions) == set()


def test_everything_that_can_be_recorded_has_its_help() -> None:
    assert set(RECORDABLE) - set(KINDS) == set()


def test_every_page_of_the_desk_has_its_help(whole_app: Flask) -> None:
    pages = [rule for rule in whole_app.url_map.iter_rules() if rule.rule.startswith("/desk") and "GET" in rule.methods]
    told = {*SECTIONS, *OF_THE_WHOLE}
    own = [rule for rule in pages if rule.arguments & {"kind", "id"} or rule.endpoint in told]
    assert {rule.endpoint for rule in pages if rule not in own and not NOT_PAGES.search(rule.endpoint)} == set()


@pytest.mark.slow
def test_the_help_of_every_page_leads_to_its_section(desk: FlaskClient, service: Service, book: Handbook) -> None:
    case = open_case(desk, service)
    where = {
        "/desk/": "期限和下一步",
        "/desk/due": "期限和下一步",
        "/desk/cases/new": "收到申请",
        "/desk/ledger": "台账",
        "/desk/law": "",
        "/desk/judge": "研判",
        "/desk/nowhere": "",
        f"/desk/cases/{case}": "期限和下一步",
        f"/desk/cases/{case}/judge": "研判",
        f"/desk/cases/{case}/record/withdrawn": "撤回和逾期",
        f"/desk/cases/{case}/records/1/cancel": "更正登记",
        f"/desk/cases/{case}/letters/extension-notice": "延期",
        f"/desk/cases/{case}/letters/service-receipt": "送达",
        f"/desk/cases/{case}/keep": "归档和个人信息",
        "/desk/documents/reply-partial": "答复",
        "/desk/documents/annual-report": "年度报告",
        "/desk/documents/supervision-notice": "单写一份文书",
    }
    found = {url: re.search(r'<a href="/desk/handbook#?([^"]*)"[^>]*>帮助</a>', desk.get(url).text) for url in where}
    assert {url: unquote(one[1]) for url, one in found.items() if one} == where
    assert set(where.values()) - {""} <= set(book.headings)


def test_every_document_has_its_help(register_app: Flask, service: Service, book: Handbook) -> None:
    with register_app.test_request_context("/desk/"):
        assert {find_section("staff.form", {"id": id}) for id in service.registry} <= set(book.headings)


def test_the_citizens_pages_have_no_clerks_help(desk: FlaskClient) -> None:
    assert "/desk/handbook" not in desk.get("/").text


def test_the_handbook_is_shown_with_its_pictures(desk: FlaskClient, book: Handbook) -> None:
    shown = desk.get("/desk/handbook")
    assert shown.status_code == 200
    for heading in book.headings:
        assert f'<h2 id="{heading}">' in shown.text and f'href="#{heading}"' in shown.text
    addresses = re.findall(r'<img src="([^"]+)" alt="[^"]+" width="\d+" height="\d+" loading="lazy"', shown.text)
    assert len(addresses) == len(book.pictures)
    assert {desk.get(f"/desk/{address}").mimetype for address in addresses} == {"image/png"}
    assert desk.get("/desk/pictures/none.png").status_code == 404


def test_without_its_file_the_page_says_where_it_is(register_app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(register_app.extensions, KEPT, None)
    client = register_app.test_client()
    assert f"docs/{FILE}" in client.get("/desk/handbook").text
    assert client.get("/desk/pictures/home.png").status_code == 404
    assert "/desk/handbook#" in client.get("/desk/documents/annual-report").text


def test_a_folder_without_the_file_has_no_handbook(tmp_path: Path) -> None:
    assert read_handbook(tmp_path) is None


def test_raw_html_is_text(tmp_path: Path) -> None:
    (tmp_path / FILE).write_text("# 手册\n\n<script>1</script>\n\n## 一节\n\n<b>粗</b>\n", encoding="utf-8")
    found = read_handbook(tmp_path)
    assert found is not None and "<script" not in found.opening and "<b>" not in found.sections
