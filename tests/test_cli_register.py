"""The register on the command line: a whole case, what is due, backup and erasure, and four exit statuses."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from gipdocs.cli import main
from gipdocs.service import Service

pytestmark = pytest.mark.slow
TODAY = ["--today", "2026-04-02"]
Told = pytest.CaptureFixture[str]


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The database's file of this test."""
    file = tmp_path / "gipdocs.db"
    monkeypatch.setenv("GIPDOCS_DATABASE", f"sqlite:///{file}")
    return file


@pytest.fixture
def number(file: Path, service: Service, capsys: Told) -> str:
    """A case of 2 March 2026, confirmed on the 3rd, opened on 2 April."""
    path = file.with_name("application.json")
    path.write_text(json.dumps(service.sample("application-form"), ensure_ascii=False), encoding="utf-8")
    days = ["--received", "2026-03-02", "--confirmed", "2026-03-03", "--channel", "online"]
    assert main(["register", "open", "-i", str(path), *days, *TODAY]) == 0
    return capsys.readouterr().out.strip()


def run(*arguments: str, status: int = 0) -> None:
    assert main(["register", *arguments]) == status


def told(capsys: Told, *arguments: str, status: int = 0) -> Any:
    """The JSON that a command writes."""
    capsys.readouterr()
    run(*arguments, "--json", status=status)
    return json.loads(capsys.readouterr().out)


def test_a_case_is_worked_on(number: str, capsys: Told) -> None:
    assert number == "2026-0001"
    shown = told(capsys, "show", number, *TODAY)
    assert shown["state"] == "in_hand" and shown["answer_by"] == "2026-03-31"
    assert "id_number" not in shown["application"]
    run("record", number, "extended", "--day", "2026-03-30", "--fact", "working_days=20", "--note", "经批准", *TODAY)
    assert "已记入案件2026-0001" in capsys.readouterr().out
    shown = told(capsys, "show", number, *TODAY)
    assert shown["answer_by"] == "2026-04-29"
    run("cancel", number, str(shown["events"][-1]["place"]), "--note", "记错", *TODAY)
    listed = told(capsys, "list", "--state", "in_hand", "--overdue", *TODAY)
    assert listed["total"] == 1 and listed["cases"][0]["answer_by"] == "2026-03-31"
    run("show", number, *TODAY)
    text = capsys.readouterr().out
    assert "延期（已更正）  经批准" in text and "下一步：" in text


def test_a_wrong_day_is_corrected_under_later_records(number: str, capsys: Told) -> None:
    run("record", number, "assigned", "--day", "2026-03-05", "--fact", "officer=孙静", *TODAY)
    run("cancel", number, "2", "--note", "日期看错", "--day", "2026-03-04", *TODAY)
    run("cancel", number, "4", "--note", "姓名看错", "--fact", "officer=周敏", *TODAY)
    capsys.readouterr()
    shown = told(capsys, "show", number, *TODAY)
    assert (shown["answer_by"], shown["officer"]) == ("2026-04-01", "周敏")
    run("cancel", number, "1", "--note", "日期看错", "--day", "2026-03-20", *TODAY, status=1)
    assert "之前没有“收到申请”的记录" in capsys.readouterr().err


def test_a_letter_is_filled_in_and_issued(number: str, file: Path, service: Service, capsys: Told) -> None:
    capsys.readouterr()
    run("prefill", number, "extension-notice", "--today", "2026-03-30")
    known = json.loads(capsys.readouterr().out)
    assert known["application"]["name"] == "张晓彤"
    sample = service.sample("extension-notice")
    more = {key: value for key, value in sample.items() if key not in {*known, "number"}}
    more |= {"date": "2026-03-30", "clock": {"extension": 5}}
    path, out = file.with_name("more.json"), file.with_name("notice.docx")
    path.write_text(json.dumps(more, ensure_ascii=False), encoding="utf-8")
    run("issue", number, "extension-notice", "-i", str(path), "-o", str(out), "--today", "2026-03-30")
    assert out.read_bytes().startswith(b"PK")
    assert told(capsys, "show", number, *TODAY)["events"][-1]["kind"] == "extended"
    run("issue", number, "extension-notice", "-i", str(path), "-o", str(out), "--today", "2026-03-30", status=2)


def test_due_ends_with_one_where_something_is_overdue(number: str, capsys: Told) -> None:
    run("due", "--today", "2026-03-31")
    assert f"今天到期（1件）\n  {number}  答复申请  2026-03-31  今天是最后一日。" in capsys.readouterr().out
    assert [one["number"] for one in told(capsys, "due", *TODAY, status=1)["overdue"]] == [number]
    run("due", "--until", "2026-03-30", *TODAY)
    assert capsys.readouterr().out == "没有到期的事项。\n"


def test_the_register_is_checked_settled_and_migrated(number: str, capsys: Told) -> None:
    assert number and told(capsys, "check") == {"faults": [], "remarks": []}
    run("settle", "--all")
    run("migrate")
    assert capsys.readouterr().out == "没有期限变动的案件。\n数据库的结构是最新的。\n"


def test_a_backup_brings_back_what_was(number: str, file: Path, capsys: Told) -> None:
    backup = str(file.with_name("backup.db"))
    run("backup", backup)
    run("backup", backup, status=2)
    run("backup", backup, "--force")
    run("record", number, "noted", "--note", "后来", *TODAY)
    run("restore", backup)
    assert len(told(capsys, "show", number, *TODAY)["events"]) == 3
    run("restore", str(file.with_name("nowhere.db")), status=3)
    assert "没有找到备份文件" in capsys.readouterr().err


def test_the_register_is_moved_into_another_database(
    number: str, file: Path, monkeypatch: pytest.MonkeyPatch, capsys: Told
) -> None:
    target = f"sqlite:///{file.with_name('new.db')}"
    run("move", "--to", target)
    shown = capsys.readouterr()
    assert "已搬迁并逐行核对：" in shown.out and "cases 1行" in shown.out and "events 3行" in shown.out
    assert "请把GIPDOCS_DATABASE改为新的数据库" in shown.err
    run("move", "--to", target, status=3)
    assert "已有内容" in capsys.readouterr().err
    monkeypatch.setenv("GIPDOCS_DATABASE", target)
    assert told(capsys, "check") == {"faults": [], "remarks": []}
    assert len(told(capsys, "show", number, *TODAY)["events"]) == 3


def test_personal_data_are_erased_in_two_steps(number: str, capsys: Told) -> None:
    run("erase", number, *TODAY, status=1)
    assert "还没有办结" in capsys.readouterr().err
    run("record", number, "withdrawn", "--day", "2026-03-20", *TODAY)
    late = ["--today", "2036-03-21"]
    assert [one["number"] for one in told(capsys, "expired", *late)] == [number]
    run("hold", number, "--until", "2036-12-31", "--note", "审计", *late)
    run("erase", number, *late, status=1)
    later = ["--today", "2037-01-01"]
    run("erase", number, "--confirm", *later, status=1)
    run("erase", number, *later)
    run("erase", number, "--confirm", *later)
    shown = told(capsys, "show", number, *later)
    assert shown["application"] == {} and shown["row"] and told(capsys, "check", *[])["faults"] == []


@pytest.mark.parametrize(
    ("arguments", "status", "words"),
    [
        (["show", "2026-9999"], 1, "没有编号为“2026-9999”的案件"),
        (["record", "2026-0001", "corrected"], 1, "之前没有“告知补正”的记录"),
        (["record", "2026-0001", "erased"], 1, "删除个人信息须两人办理"),
        (["record", "2026-0001", "unheard"], 1, "没有这种记录"),
        (["record", "2026-0001", "extended", "--fact", "working_days"], 2, "应写作KEY=VALUE"),
        (["record", "2026-0001", "extended", "--fact", "working_days=many"], 1, "/facts/working_days"),
        (["list", "--state", "lost"], 2, "没有“lost”这种状态"),
        (["issue", "2026-0001", "nowhere"], 2, "nowhere"),
        (["cancel", "2026-0001", "99", "--note", "x"], 1, "没有第99条记录"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_what_is_refused_says_why(number: str, arguments: list[str], status: int, words: str, capsys: Told) -> None:
    assert number == "2026-0001"
    run(*arguments, status=status)
    assert words in capsys.readouterr().err


@pytest.mark.parametrize("arguments", [["due"], ["migrate"], ["restore", "x"], ["list"]], ids=" ".join)
def test_an_installation_without_a_register_says_how_to_have_one(arguments: list[str], capsys: Told) -> None:
    run(*arguments, status=3)
    assert "没有启用台账：环境变量GIPDOCS_DATABASE写作none。" in capsys.readouterr().err
