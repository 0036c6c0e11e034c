"""What the READMEs say is so: the plugin, the calendar, the variables, the commands, the links."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from datetime import date
from pathlib import Path

import docx
import pytest

from gipdocs import cli
from gipdocs.documents.build import build, examine
from gipdocs.documents.contract import find_breaches
from gipdocs.documents.registry import Entry, find
from gipdocs.errors import Refused
from gipdocs.law import Office, load_law
from gipdocs.law.overlay import read_overlay

ROOT = Path(__file__).resolve().parents[1]
READMES = ("README.md", "README.zh-CN.md")


def readme(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def block(name: str, language: str, beginning: str) -> str:
    """The one code block of a README in this language that has a line beginning so."""
    blocks = re.findall(rf"^```{language}\n(.*?)^```$", readme(name), re.MULTILINE | re.DOTALL)
    (found,) = [one for one in blocks if re.search(rf"^{re.escape(beginning)}", one, re.MULTILINE)]
    return found


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
    assert list(find_breaches(entry, office)) == []
    sample = entry.document.schema().sample(office)
    page = build(entry, sample, office, "html").content.decode()
    assert "请于2026年12月1日到聊城市机关事务管理局查阅下列内容：" in page
    with pytest.raises(Refused, match="查阅日期已经过去"):
        build(entry, sample | {"day": "2026-11-22"}, office)


def write_letter(folder: Path, module: Path) -> None:
    """The letter of the README: its module, and its wording under `folder`."""
    wordings = folder / "doc_templates" / "wording"
    wordings.mkdir(parents=True)
    module.parent.mkdir(parents=True, exist_ok=True)
    module.write_text(block("README.md", "python", "READING_NOTICE"), encoding="utf-8")
    (wordings / "reading-notice.txt").write_text(block("README.md", "text", "{% include"), encoding="utf-8")


def is_the_letter(entry: Entry, office: Office) -> None:
    assert list(find_breaches(entry, office)) == []
    sample = entry.document.schema().sample(office)
    page = build(entry, sample, office, "html").content.decode()
    assert "政府信息查阅安排告知书" in page and "张晓彤" in page and "本机关于2026年3月3日确认收到" in page
    assert "请于2026年3月25日到机关阅览室查阅。" in page and "2026年3月20日" in page
    with pytest.raises(Refused, match="全称"):
        build(entry, sample | {"application": sample["application"] | {"name": "张某"}}, office)
    _, (unfilled,) = examine(entry, sample | {"room": "××阅览室"}, office)
    assert unfilled.code == "unfilled" and unfilled.pointer == "/room"


@pytest.mark.slow
def test_the_letter_of_the_readme_keeps_the_contract_in_a_folder(tmp_path: Path, office: Office) -> None:
    write_letter(tmp_path / "ours", tmp_path / "ours" / "plugins" / "reading_notice.py")
    is_the_letter(find([tmp_path / "ours" / "plugins"])["reading-notice"], office)


@pytest.mark.slow
def test_the_letter_of_the_readme_keeps_the_contract_in_an_installed_package(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, office: Office
) -> None:
    write_letter(tmp_path / "reading_letters", tmp_path / "reading_letters" / "notices.py")
    (tmp_path / "reading_letters" / "__init__.py").touch()
    install(tmp_path, "reading-letters", {"reading-notice": "reading_letters.notices"})
    monkeypatch.syspath_prepend(str(tmp_path))
    entry = find([])["reading-notice"]
    assert entry.source == "reading-letters:reading_letters.notices"
    is_the_letter(entry, office)


def install(site: Path, name: str, points: Mapping[str, str]) -> None:
    """The metadata of a package with these entry points, as pip leaves it."""
    facts = site / f"{name.replace('-', '_')}-1.0.dist-info"
    facts.mkdir()
    lines = ["[gipdocs.documents]", *(f"{key} = {value}" for key, value in points.items())]
    (facts / "entry_points.txt").write_text("\n".join(lines), encoding="utf-8")
    (facts / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n", encoding="utf-8")


def test_an_installed_package_brings_the_documents_that_its_entry_point_names(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = tmp_path / "reading_room"
    package.mkdir()
    draw_layout(package / "doc_templates")
    (package / "__init__.py").touch()
    (package / "documents.py").write_text(block("README.md", "python", "READING_APPOINTMENT"), encoding="utf-8")
    points = tomllib.loads(block("README.md", "toml", "[project.entry-points"))["project"]["entry-points"]
    assert list(points) == ["gipdocs.documents"]
    install(tmp_path, "reading-room", points["gipdocs.documents"])
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
        row["key"]: row["label"] for row in kinds
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
    named = "".join(re.findall(r"^\| (`.+?) \| ", table, re.MULTILINE))
    assert set(re.findall(r"`(\w+)", named)) == offered


@pytest.mark.parametrize("name", READMES)
def test_links_lead_somewhere(name: str) -> None:
    targets = {target.partition("#")[0] for target in re.findall(r"\]\(([^)]+)\)", readme(name))}
    assert [target for target in targets if target and "://" not in target and not (ROOT / target).exists()] == []
