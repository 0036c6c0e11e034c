"""A stranger's document appears in web, API and command line without a change to gipdocs."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from gipdocs.app import create_app
from gipdocs.cli import main
from gipdocs.errors import PluginError, ProfileError
from gipdocs.settings import PROJECT, Settings
from tests.documents.makers import DRAWN, layout, plugin, source

PAYLOAD = {"title": "一则通知", "story": "第一段"}


def seen_everywhere(settings: Settings, id: str) -> None:
    client = create_app(settings).test_client()
    assert id in client.get("/api/v1/openapi.json").text
    built = client.post(f"/api/v1/documents/{id}?format=html", json=PAYLOAD)
    assert built.status_code == 200 and "一则通知" in built.text
    assert id in client.get("/desk/").text
    assert "一则通知" in client.get(f"/desk/documents/{id}").text  # the example, beside its question


def test_from_a_folder_of_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = plugin(tmp_path)
    seen_everywhere(Settings(secret_key="test", plugins=(PROJECT / "plugins", folder)), "small-note")
    monkeypatch.setenv("GIPDOCS_PLUGINS", str(folder))
    payload = tmp_path / "note.json"
    payload.write_text(json.dumps(PAYLOAD), encoding="utf-8")
    assert main(["check", "small-note", "-i", str(payload)]) == 0
    assert main(["build", "small-note", "-i", str(payload), "-o", str(tmp_path / "note.docx")]) == 0
    capsys.readouterr()


def test_from_an_installed_package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = tmp_path / "parcel"
    package.mkdir()
    (package / "__init__.py").touch()
    (package / "notes.py").write_text(source(id='"parcel-note"'), encoding="utf-8")
    layout(package / "doc_templates", "{{ title }}", "{{ story }}")
    info = tmp_path / "parcel-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: parcel\nVersion: 1.0\n", encoding="utf-8")
    (info / "entry_points.txt").write_text("[gipdocs.documents]\nnotes = parcel.notes\n", encoding="utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    try:
        seen_everywhere(Settings(secret_key="test"), "parcel-note")
    finally:
        for name in ("parcel", "parcel.notes"):
            sys.modules.pop(name, None)


def test_a_format_that_a_document_renders_itself_is_offered_everywhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = plugin(tmp_path, DRAWN)
    client = create_app(Settings(secret_key="test", plugins=(folder,))).test_client()
    operation = client.get("/api/v1/openapi.json").json["paths"]["/api/v1/documents/small-note"]["post"]  # type: ignore[index]
    assert "image/svg+xml" in operation["responses"]["200"]["content"]
    by_format = client.post("/api/v1/documents/small-note?format=svg", json=PAYLOAD)
    by_type = client.post("/api/v1/documents/small-note", json=PAYLOAD, headers={"Accept": "image/svg+xml"})
    assert by_format.mimetype == "image/svg+xml" and by_format.data == by_type.data
    assert "下载SVG" in client.get("/desk/documents/small-note").text

    monkeypatch.setenv("GIPDOCS_PLUGINS", str(folder))
    payload, out = tmp_path / "note.json", tmp_path / "note.svg"
    payload.write_text(json.dumps(PAYLOAD), encoding="utf-8")
    assert main(["build", "small-note", "-i", str(payload), "-o", str(out)]) == 0
    assert out.read_bytes() == by_format.data
    assert main(["build", "small-note", "-i", str(payload), "-o", "-", "--format", "xlsx"]) == 1
    assert "不提供xlsx格式" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("code", "words"),
    [
        (source(context='{"story": answers.get("story", "")}'), "没有给出的名称：title"),
        (source(schema="str"), "schema"),
        (source().replace("context=context", "context=None"), "context"),
        (
            source(fields='title = Choice("用途", options={"a": "甲"}, required=True)'),
            "/title（用途）：填写项没有example",
        ),
        (
            source(fields='title = Date("日子", example="明天")'),
            "example合在一起通不过检查，请改正：/title：“日子”请写作",
        ),
    ],
    ids=["a name that the layout asks for", "no schema", "no context", "no example", "wrong example"],
)
def test_a_document_that_cannot_work_stops_the_start(tmp_path: Path, code: str, words: str) -> None:
    folder = plugin(tmp_path, code)
    with pytest.raises(PluginError, match=words) as caught:
        create_app(Settings(secret_key="test", plugins=(PROJECT / "plugins", folder)))
    assert "note.py" in str(caught.value)


def test_a_kind_of_agency_that_the_law_does_not_know_stops_the_start(tmp_path: Path) -> None:
    profile = tmp_path / "agency.toml"
    sample = (PROJECT / "agency.toml").read_text(encoding="utf-8")
    profile.write_text(sample.replace('kind = "local_department"', 'kind = "nowhere"'), encoding="utf-8")
    with pytest.raises(ProfileError, match=r"agency\.kind"):
        create_app(Settings(secret_key="test", agency=profile))
