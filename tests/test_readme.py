"""What the READMEs say is so: the plugin, the calendar, the variables, the commands, the links."""

from __future__ import annotations

import re
import tomllib
from datetime import date
from pathlib import Path

import docx
import pytest

from gipdocs import cli
from gipdocs.documents.build import build
from gipdocs.documents.contract import breaches
from gipdocs.documents.registry import find
from gipdocs.errors import Refused
from gipdocs.law import Office, load_law
from gipdocs.law.overlay import read_overlay
from gipdocs.profile import load_profile

ROOT = Path(__file__).resolve().parents[1]
READMES = ("README.md", "README.zh-CN.md")


def readme(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def block(name: str, language: str, beginning: str) -> str:
    """The one code block of a README in this language that has a line beginning so."""
    blocks = re.findall(rf"^```{language}\n(.*?)^```$", readme(name), re.MULTILINE | re.DOTALL)
    (found,) = [one for one in blocks if re.search(rf"^{re.escape(beginning)}", one, re.MULTILINE)]
    return found


@pytest.fixture
def office() -> Office:
    return Office(profile=load_profile(ROOT / "agency.toml"), law=load_law(None), today=date(2026, 11, 23))


def draw_layout(folder: Path) -> None:
    layout = docx.Document()
    for paragraph in ("{{ reader }}：", "请于{{ day }}到{{ agency }}查阅下列内容：", "{{ wanted }}"):
        layout.add_paragraph(paragraph)
    folder.mkdir()
    layout.save(str(folder / "reading-appointment.docx"))


def test_the_plugin_of_the_readme_keeps_the_contract_and_builds(tmp_path: Path, office: Office) -> None:
    (tmp_path / "ours" / "plugins").mkdir(parents=True)
    draw_layout(tmp_path / "ours" / "doc_templates")
    plugin = tmp_path / "ours" / "plugins" / "reading_appointment.py"
    plugin.write_text(block("README.md", "python", "READING_APPOINTMENT"), encoding="utf-8")
    entry = find([ROOT / "plugins", plugin.parent])["reading-appointment"]
    assert list(breaches(entry, office)) == []
    sample = entry.document.schema().sample(office)
    page = build(entry, sample, office, "html").content.decode()
    assert "请于2026年12月1日到聊城市机关事务管理局查阅下列内容：" in page
    with pytest.raises(Refused, match="查阅日期已经过去"):
        build(entry, sample | {"day": "2026-11-22"}, office)


def test_an_installed_package_brings_the_documents_that_its_entry_point_names(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package, facts = tmp_path / "reading_room", tmp_path / "reading_room-1.0.dist-info"
    package.mkdir()
    facts.mkdir()
    draw_layout(package / "doc_templates")
    (package / "__init__.py").touch()
    (package / "documents.py").write_text(block("README.md", "python", "READING_APPOINTMENT"), encoding="utf-8")
    points = tomllib.loads(block("README.md", "toml", "[project.entry-points"))["project"]["entry-points"]
    lines = [
        line for group, names in points.items() for line in (f"[{group}]", *(f"{k} = {v}" for k, v in names.items()))
    ]
    (facts / "entry_points.txt").write_text("\n".join(lines), encoding="utf-8")
    (facts / "METADATA").write_text("Metadata-Version: 2.1\nName: reading-room\nVersion: 1.0\n", encoding="utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    assert find()["reading-appointment"].source == "reading-room:reading_room.documents"


def test_the_calendar_of_the_readme_is_accepted_and_true(tmp_path: Path) -> None:
    file = tmp_path / "2026.toml"
    file.write_text(block("README.zh-CN.md", "toml", "year"), encoding="utf-8")
    typed_in, known = read_overlay(file), load_law(None).calendar
    year = [date.fromordinal(n) for n in range(date(2026, 1, 1).toordinal(), date(2027, 1, 1).toordinal())]
    works = {day for day in year if day in typed_in.works or (day.weekday() < 5 and day not in typed_in.rests)}
    assert works == {day for day in year if known.is_working(day)}


def test_the_kinds_of_agency_are_those_that_the_law_folder_knows() -> None:
    kinds = tomllib.loads((ROOT / "gipdocs/law/data/agencies.toml").read_text(encoding="utf-8"))["kinds"]
    table = readme("README.zh-CN.md").split("| kind | 机关类别 |")[1].split("\n\n")[0]
    assert dict(re.findall(r"^\| `(\w+)` \| (.+) \|$", table, re.MULTILINE)) == {
        kind: facts["label"] for kind, facts in kinds.items()
    }


@pytest.mark.parametrize("name", READMES)
def test_every_variable_is_explained(name: str) -> None:
    sources = [*(ROOT / "gipdocs").rglob("*.py"), ROOT / "gunicorn.conf.py"]
    used = {word for path in sources for word in re.findall(r"GIPDOCS_[A-Z_]+[A-Z]", path.read_text(encoding="utf-8"))}
    assert used == set(re.findall(r"`(GIPDOCS_[A-Z_]+)`", readme(name)))


def test_every_command_is_explained(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["--help"]) == 0
    offered = set(re.findall(r"^  (\w+)  ", capsys.readouterr().out, re.MULTILINE))
    table = readme("README.md").split("| command | does |")[1].split("\n\n")[0]
    assert set(re.findall(r"`(\w+)", table)) == offered


@pytest.mark.parametrize("name", READMES)
def test_links_lead_somewhere(name: str) -> None:
    targets = {target.partition("#")[0] for target in re.findall(r"\]\(([^)]+)\)", readme(name))}
    assert [target for target in targets if target and "://" not in target and not (ROOT / target).exists()] == []
