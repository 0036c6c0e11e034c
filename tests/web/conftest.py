"""A service with one document of every kind of question, and browsers that come to it."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.serving import make_server

from gipdocs.app import create_app
from gipdocs.service import Service
from gipdocs.settings import PROJECT, Settings
from tests.documents.makers import layout

if TYPE_CHECKING:
    from playwright.sync_api import Browser

CHROMIUM = shutil.which("chromium")
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]

SOURCE = """
from gipdocs.documents.document import Document, Finding
from gipdocs.questions import (
    Block, Choice, Choices, Date, Email, Lines, LongText, Money, Number, Phone, Questions, Rows, StaffQuestions, Text,
    YesNo,
)

class FileQuestions(Questions):
    name = Text("名称", example="清单", required=True)
    pages = Number("页数", example=2)
    marks = Lines("标记", example=["甲"])

class PersonQuestions(Questions):
    name = Text("姓名", example="张三", required=True, help="写全名")
    phone = Phone("电话", example="0635-6068810", on_file=True)
    note = Text("备注", example="无", on_file=True)
    fax = Phone("传真", example="0635-6068811", on_file=True)

class CaseQuestions(StaffQuestions):
    person = Block("申请", PersonQuestions, required=True)
    title = Text("标题", example="一份清单", required=True, help="写清楚")
    story = LongText("经过", example="一段经过")
    mail = Email("邮箱", example="a@b.cn")
    day = Date("日期", example="2026-03-01", required=True, open_in_draft=True)
    pages = Number("页数", example=3)
    fee = Money("金额", example="380.50")
    way = Choice("方式", options={"mail": "邮寄", "visit": "自取"}, example="mail")
    many = Choice("城市", options={letter: letter.upper() for letter in "abcdef"}, example="a")
    forms = Choices("形式", options={"paper": "纸质", "disc": "光盘"}, example=["paper"])
    agree = YesNo("同意", example=True, only_if=("way", ("mail",)))
    lines = Lines("要点", example=["一"])
    files = Rows("附件", FileQuestions, example=[{"name": "清单"}])

def leaves(value):
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        return [leaf for one in value for leaf in leaves(one)]
    return [str(value)]

def context(answers, office):
    printed = {key: value for key, value in answers.items() if key not in ("draft", "overrides", "person")}
    return {"name": answers["person"]["name"], "text": "\\n".join(leaves(printed))}

def check_title(answers, office):
    title, found = answers["title"], []
    if "晚" in title:
        found.append(Finding(code="late", severity="error", message="标题说晚了。", pointer="/title",
                             basis="《某规定》", overridable=True))
    if "禁" in title:
        found.append(Finding(code="never", severity="error", message="标题不可以这样写。", pointer="/title"))
    if "慢" in title:
        found.append(Finding(code="slow", severity="warning", message="标题说慢了。", pointer="/files/1/name"))
    if "知" in title:
        found.append(Finding(code="know", severity="info", message="请知悉。"))
    return found

CASE = Document(id="small-case", title="小案卷", group="其他", summary="什么问题都问。", schema=CaseQuestions,
                template="case.docx", context=context, checks=(check_title,))

class SlipQuestions(Questions):
    name = Text("姓名", example="张三")
    story = LongText("经过", example="一段经过")

SLIP = Document(id="small-slip", title="小便条", group="申请", schema=SlipQuestions, template="slip.docx", public=True,
                context=lambda answers, office: {"name": answers.get("name", ""), "story": answers.get("story", "")})

class NeedyQuestions(Questions):
    name = Text("姓名", example="张三", required=True)

NEEDY = Document(id="small-needy", title="小回执", group="申请", schema=NeedyQuestions, template="needy.docx",
                 public=True, context=lambda answers, office: {"name": answers["name"]})
"""


def small_plugins(folder: Path) -> Path:
    """The folder of three small documents, made below another one."""
    plugins = folder / "webplugins"
    plugins.mkdir()
    (plugins / "small.py").write_text(SOURCE, encoding="utf-8")
    layout(folder / "doc_templates", "{{ name }}", "{{ text }}", name="case.docx")
    layout(folder / "doc_templates", "{{ name }}", "{{ story }}", name="slip.docx")
    layout(folder / "doc_templates", "{{ name }}", name="needy.docx")
    return plugins


@pytest.fixture(scope="session")
def small_app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """The application with the project's documents and three small ones."""
    plugins = small_plugins(tmp_path_factory.mktemp("web"))
    app = create_app(Settings(secret_key="test", max_body=300_000, plugins=(PROJECT / "plugins", plugins)))
    yield app
    found: Service = app.extensions["gipdocs"]
    if "converter" in vars(found):
        found.converter.close()


@pytest.fixture
def browser(small_app: Flask) -> FlaskClient:
    """A browser that keeps cookies and runs nothing."""
    return small_app.test_client()


@pytest.fixture(scope="session")
def address(small_app: Flask) -> Iterator[str]:
    """Where a browser finds the application."""
    yield from serve(small_app)


def serve(app: Flask) -> Iterator[str]:
    """The address at which an application is served until the iterator ends."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture(scope="module")
def register_app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """The application with an empty register of cases."""
    folder: Path = tmp_path_factory.mktemp("register")
    app = create_app(Settings(secret_key="test", database=f"sqlite:///{folder}/register.db"))
    yield app
    found: Service = app.extensions["gipdocs"]
    found.close()


@pytest.fixture(scope="module")
def accounts_app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """The application with an empty register of cases, for people with accounts."""
    folder: Path = tmp_path_factory.mktemp("accounts")
    app = create_app(Settings(secret_key="test", database=f"sqlite:///{folder}/register.db", access="accounts"))
    yield app
    found: Service = app.extensions["gipdocs"]
    found.close()


@pytest.fixture
def desk_address(register_app: Flask) -> Iterator[str]:
    """Where a browser finds the application with a register."""
    yield from serve(register_app)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """A real browser."""
    if CHROMIUM is None:
        pytest.skip("Chromium is not installed")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()
