"""A stranger's document appears in web, API and command line without a change to gipdocs."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from docx import Document as Docx

from gipdocs import questions
from gipdocs.app import create_app
from gipdocs.cli import main
from gipdocs.errors import PluginError, ProfileError
from gipdocs.questions import figures
from gipdocs.reports import record_questions
from gipdocs.settings import PROJECT, Settings
from tests.api.test_answers import resolve
from tests.documents.makers import DRAWN, layout, plugin, source

pytestmark = pytest.mark.slow
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
    described = client.get("/api/v1/openapi.json").get_json()
    operation = resolve(described, described["paths"]["/api/v1/documents/small-note"]["post"])
    assert "image/svg+xml" in operation["responses"]["200"]["content"]
    assert "svg" in next(one for one in operation["parameters"] if one["name"] == "format")["schema"]["enum"]
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
            "example合在一起通不过检查，请改正：/title：“日子”：看不出是哪一天",
        ),
    ],
    ids=["a name that the layout asks for", "no schema", "no context", "no example", "wrong example"],
)
def test_a_document_that_cannot_work_stops_the_start(tmp_path: Path, code: str, words: str) -> None:
    folder = plugin(tmp_path, code)
    with pytest.raises(PluginError, match=words) as caught:
        create_app(Settings(secret_key="test", plugins=(PROJECT / "plugins", folder)))
    assert "note.py" in str(caught.value)


@pytest.mark.parametrize("group", ["公开", "其他"])
def test_a_public_document_of_any_group_is_offered_to_citizens_as_it_is_meant(tmp_path: Path, group: str) -> None:
    form, paper = (
        source(id='"slip"', title='"借阅单"', group=f'"{group}"', public="True"),
        source(
            id='"paper"',
            title='"须知"',
            group=f'"{group}"',
            public="True",
            to_read="True",
            fields='story = LongText("内容", example="第一段")',
            context='{"title": "须知全文", "story": answers.get("story", "")}',
        ),
    )
    plugin(tmp_path, form, name="form.py")
    client = create_app(Settings(secret_key="test", plugins=(plugin(tmp_path, paper),))).test_client()
    forms, readings = client.get("/").text.split("指南和资料")
    assert "借阅单" in forms and "在线填写后下载" in forms and "下载空白表" not in forms
    assert "须知" in readings and "在线阅读：须知" in readings
    assert client.get("/documents/slip").status_code == 200
    assert "须知全文" in client.get("/documents/paper", follow_redirects=True).text
    assert client.post("/documents/paper").status_code == 404


def test_a_kind_of_agency_that_the_law_does_not_know_stops_the_start(tmp_path: Path) -> None:
    profile = tmp_path / "agency.toml"
    sample = (PROJECT / "agency.toml").read_text(encoding="utf-8")
    profile.write_text(sample.replace('kind = "local_department"', 'kind = "nowhere"'), encoding="utf-8")
    with pytest.raises(ProfileError, match=r"agency\.kind"):
        create_app(Settings(secret_key="test", agency=profile))


@pytest.mark.parametrize("letter", [False, True], ids=["document", "letter"])
def test_a_new_document_keeps_the_contract_as_it_is_and_opens(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], letter: bool
) -> None:
    id, folder = ("own-letter" if letter else "own-slip"), tmp_path / "ours"
    command = ["new", id, "--folder", str(folder), *(["--letter"] if letter else [])]
    assert main(command) == 0
    monkeypatch.setenv("GIPDOCS_PLUGINS", str(folder / "plugins"))
    assert main(["check", id]) == 0
    assert "没有发现问题" in capsys.readouterr().out
    assert main(["sample", id]) == 0
    answers, out = tmp_path / "answers.json", tmp_path / "own.docx"
    answers.write_text(capsys.readouterr().out, encoding="utf-8")
    assert main(["build", id, "-i", str(answers), "-o", str(out)]) == 0
    texts = [paragraph.text for paragraph in Docx(str(out)).paragraphs]
    assert "请按时到机关阅览室查阅。" in texts and "特此告知。" in texts
    name = f"test_{id.replace('-', '_')}.py"
    run = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(folder / "tests" / name)],
        capture_output=True,
        text=True,
    )
    assert run.returncode == 0, run.stdout + run.stderr

    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    assert main(command) == 2
    assert "已经存在" in capsys.readouterr().err
    assert all(path.read_bytes() == content for path, content in before.items())


def test_a_new_document_needs_a_right_id(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["new", "loan_slip", "--folder", str(tmp_path / "ours")]) == 2
    assert "例如loan-slip" in capsys.readouterr().err and not (tmp_path / "ours").exists()


def test_a_new_document_needs_an_id_of_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv(
        "GIPDOCS_PLUGINS", f"{plugin(tmp_path)}:{tmp_path / 'later'}"
    )  # the second folder is still to be made
    for id, title in (("small-note", "小通知"), ("reply-granted", "政府信息公开申请答复书（予以公开）")):
        assert main(["new", id, "--folder", str(tmp_path / "ours")]) == 2
        assert f"标识{id}已经是“{title}”的（" in capsys.readouterr().err and not (tmp_path / "ours").exists()


@pytest.mark.parametrize(("length", "status"), [(60, 0), (61, 2), (300, 2)])
def test_a_new_id_is_as_long_as_an_id_may_be(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], length: int, status: int
) -> None:
    id, folder = "a" * length, tmp_path / "ours"
    assert main(["new", id, "--folder", str(folder)]) == status
    told = capsys.readouterr().err
    assert told == (f"标识有{length}个字符，最多60个，请改短；它也是文件名。\n" if status else "")
    monkeypatch.setenv("GIPDOCS_PLUGINS", str(plugin(tmp_path, source(id=repr(id)))))
    assert main(["show", id]) == (3 if status else 0)
    assert (f"id有{length}个字符，最多60个，请改短" in capsys.readouterr().err) == bool(status)


def test_check_with_an_id_holds_that_document_alone_against_the_contract(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = plugin(tmp_path, source(context='{"title": answers["title"], "story": "固定"}'))
    monkeypatch.setenv("GIPDOCS_PLUGINS", str(folder))
    assert main(["check", "small-note"]) == 1
    told = capsys.readouterr().err
    assert "中没有印出“内容”的内容" in told and "note.py" in told
    assert main(["check", "envelope"]) == 0
    assert "没有发现问题" in capsys.readouterr().out


def test_show_lists_kinds_options_and_the_questions_of_rows(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["show", "correction-notice"]) == 0
    lines = [
        line.split("　")[0].strip() + "　" + "　".join(line.split("　")[1:])
        for line in capsys.readouterr().out.splitlines()
    ]
    assert any(line.startswith("points") and "一行一组　必填" in line for line in lines)
    assert any("补正的方面　单选　必填" in line for line in lines)
    assert any(line.startswith("content＝申请公开的政府信息的名称") for line in lines)


def test_every_kind_of_question_has_a_name_to_show_of_its_own() -> None:
    classes = [
        one for module in (questions, figures, record_questions) for one in vars(module).values() if is_question(one)
    ]
    named = {(one.kind, one.kind_label) for one in classes}
    assert len(named) == len({kind for kind, _ in named}) == len({label for _, label in named})


def is_question(one: object) -> bool:
    return isinstance(one, type) and issubclass(one, questions.Question)
