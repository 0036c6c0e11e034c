"""A browser without JavaScript: it reads a form as HTML says, and sends back what a person would."""

from __future__ import annotations

import re
import zipfile
from html.parser import HTMLParser
from io import BytesIO

from flask.testing import FlaskClient
from werkzeug.datastructures import MultiDict
from werkzeug.test import TestResponse

Pairs = list[tuple[str, str]]


class Form(HTMLParser):
    """The controls of the form with the id "answers", with their present values, and all text of the page."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.pairs: Pairs = []
        self.types: dict[str, str] = {}
        self.buttons: list[str] = []
        self.ids: list[str] = []
        self.references: list[str] = []
        self.words: list[str] = []
        self._inside = False
        self._area: str | None = None
        self._area_text = ""
        self._select = ""
        self.feed(re.sub("\r\n?", "\n", html))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self.ids += [given["id"]] if "id" in given else []
        if tag == "label" and "for" in given:
            self.references.append(given["for"])
        self.references += given.get("aria-describedby", "").split()
        if tag == "a" and given.get("href", "").startswith("#"):
            self.references.append(given["href"][1:])
        if tag == "form":
            self._inside = given.get("id") == "answers"
        if self._inside:
            self._control(tag, given, given.get("name", ""))

    def _control(self, tag: str, given: dict[str, str], name: str) -> None:
        kind = given.get("type", "text") if tag == "input" else tag
        if tag == "input" and (kind not in ("radio", "checkbox") or "checked" in given):
            self.pairs.append((name, given.get("value", "").replace("\n", "")))  # one line, whatever it was
        elif tag == "textarea":
            self._area, self._area_text = name, ""
        elif tag == "select":
            self._select = name
        elif tag == "option" and "selected" in given:
            self.pairs.append((self._select, given.get("value", "")))
        elif tag == "button":
            self.buttons.append(given.get("value", ""))
        if tag in ("input", "textarea", "select"):
            self.types[name] = kind

    def handle_data(self, data: str) -> None:
        self.words.append(data)
        if self._area is not None:
            self._area_text += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea" and self._area is not None:
            self.pairs.append((self._area, self._area_text.removeprefix("\n")))
            self._area = None
        if tag == "form":
            self._inside = False

    @property
    def text(self) -> str:
        """What can be read on the page."""
        return re.sub(r"\s+", " ", "".join(self.words))

    def value(self, name: str) -> str | None:
        """What the control with this name would send."""
        return next((value for key, value in self.pairs if key == name), None)


class Page:
    """A page with a form, and the buttons that lead on from it."""

    def __init__(self, client: FlaskClient, url: str, response: TestResponse) -> None:
        self.client, self.url, self.response = client, url, response
        self.form = Form(response.text)

    def press(self, do: str, typed: dict[str, str | list[str]] | None = None, at: str = "") -> TestResponse:
        """Type into the form and press the button with the value `do`."""
        pairs = [(name, value) for name, value in self.form.pairs if name not in (typed or {})]
        for name, value in (typed or {}).items():
            pairs += [(name, one) for one in ([value] if isinstance(value, str) else value)]
        body = MultiDict([(name, value.replace("\n", "\r\n")) for name, value in [*pairs, (".do", do)]])
        return self.client.post(self.url + at, data=body)

    def then(self, do: str, typed: dict[str, str | list[str]] | None = None) -> Page:
        """The page that the button leads to."""
        return Page(self.client, self.url, self.press(do, typed))


def open_page(client: FlaskClient, url: str) -> Page:
    """The page at an address."""
    return Page(client, url.partition("?")[0], client.get(url))


def text_of(docx: bytes) -> str:
    """The words of a DOCX, a line for every paragraph and line break."""
    with zipfile.ZipFile(BytesIO(docx)) as archive:
        xml = archive.read("word/document.xml").decode()
    xml = re.sub(r"</w:p>|<w:br/>", "\n", xml)
    plain = re.sub(r"<[^>]+>", "", re.sub(r">[ \n]*\n[ \n]*<", ">\n<", xml))
    return plain.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", '"').replace("&amp;", "&")
