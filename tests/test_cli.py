"""The command line: JSON in, file out, messages to stderr, four exit statuses."""

from __future__ import annotations

import io
import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from docx import Document as Docx

from gipdocs.cli import main
from gipdocs.cli.accounts import account_commands
from gipdocs.cli.batches import batch_commands
from gipdocs.cli.profile import profile_commands
from gipdocs.cli.program import program
from gipdocs.cli.published import guide_commands, report_commands
from gipdocs.cli.register import register_commands
from gipdocs.errors import reason
from gipdocs.service import Service
from tests.documents.makers import layout, plugin, source

pytestmark = pytest.mark.slow
COMMANDS = [
    [*above, name]
    for above, group in (
        ([], program),
        (["report"], report_commands),
        (["guide"], guide_commands),
        (["profile"], profile_commands),
        (["batch"], batch_commands),
        (["register"], register_commands),
        (["account"], account_commands),
    )
    for name in group.commands
]


@pytest.fixture
def payload(tmp_path: Path, service: Service) -> Path:
    path = tmp_path / "letter.json"
    path.write_text(json.dumps(service.sample("reply-granted"), ensure_ascii=False), encoding="utf-8")
    return path


def written(path: Path, **changes: Any) -> str:
    path.write_text(json.dumps(json.loads(path.read_text(encoding="utf-8")) | changes), encoding="utf-8")
    return str(path)


def test_list_names_every_document(service: Service, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["list"]) == 0
    listed = capsys.readouterr().out
    assert all(id in listed for id in service.registry)
    assert main(["list", "--json"]) == 0
    assert [one["id"] for one in json.loads(capsys.readouterr().out)] == list(service.registry)


def test_schema_sample_and_show_describe_a_document(capsys: pytest.CaptureFixture[str], service: Service) -> None:
    assert main(["schema", "reply-granted"]) == 0
    assert json.loads(capsys.readouterr().out)["title"].startswith("政府信息公开申请答复书")
    assert main(["sample", "reply-granted"]) == 0
    assert json.loads(capsys.readouterr().out) == service.sample("reply-granted")
    assert main(["show", "reply-granted"]) == 0
    assert "成文日期" in capsys.readouterr().out


def test_law_lists_the_rules_of_a_day(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["law", "--on", "2019-05-14"]) == 0
    told = capsys.readouterr().out
    assert told.startswith("2019年5月14日施行的规定\n") and "答复申请：15个工作日\n" in told
    assert main(["law", "--on", "2019-05-15", "--json"]) == 0
    data = json.loads(capsys.readouterr().out)
    answer = data["chapters"][0]["rules"][0]
    assert [one["text"] for one in answer["versions"] if one["in_force"]] == ["20个工作日"]
    assert "reply-granted" in answer["documents"]


def test_build_writes_the_file_and_refuses_to_overwrite(payload: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = payload.with_suffix(".docx")
    assert main(["build", "reply-granted", "-i", str(payload), "-o", str(out)]) == 0
    first = out.read_bytes()
    assert first.startswith(b"PK")
    assert main(["build", "reply-granted", "-i", str(payload), "-o", str(out)]) == 2
    assert "--force" in capsys.readouterr().err and out.read_bytes() == first
    assert main(["build", "reply-granted", "-i", str(payload), "-o", str(out), "--force"]) == 0
    assert sorted(path.name for path in payload.parent.iterdir()) == ["letter.docx", "letter.json"]


def test_the_suffix_or_the_option_decides_the_format(payload: Path) -> None:
    page = payload.with_suffix(".html")
    assert main(["build", "reply-granted", "-i", str(payload), "-o", str(page)]) == 0
    assert page.read_text(encoding="utf-8").startswith("<!DOCTYPE html>")
    other = payload.with_name("letter.bin")
    assert main(["build", "reply-granted", "-i", str(payload), "-o", str(other), "--format", "html"]) == 0
    assert other.read_bytes() == page.read_bytes()


def test_stdin_and_stdout_are_a_dash(
    payload: Path, monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    stdin = io.TextIOWrapper(io.BytesIO(payload.read_bytes()))
    monkeypatch.setattr("sys.stdin", stdin)
    assert main(["build", "reply-granted", "-i", "-", "-o", "-"]) == 0
    assert capfdbinary.readouterr().out.startswith(b"PK")


def test_a_file_may_follow_its_option_in_every_common_way(payload: Path) -> None:
    out = payload.with_suffix(".html")
    for given in (["-i", f"{payload}", "-o", f"{out}"], [f"-i={payload}", f"-o={out}"], [f"-i{payload}", f"-o{out}"]):
        assert main(["build", "reply-granted", *given]) == 0 and out.exists()
        out.unlink()
    assert main(["build", "reply-granted", f"--input={payload}", f"--output={out}"]) == 0 and out.exists()


def test_warnings_go_to_stderr_and_the_file_is_written(payload: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = payload.with_suffix(".docx")
    assert main(["build", "reply-granted", "-i", written(payload, date="2026-03-21"), "-o", str(out)]) == 0
    assert "date-rest-day" in capsys.readouterr().err and out.exists()


@pytest.mark.parametrize(
    ("changes", "status", "words"),
    [
        ({"number": "聊机管公开〔2025〕12号"}, 1, "number-other-year"),
        ({"date": "2026-02-30"}, 1, "/date"),
        ({"unknown": 1}, 1, "/unknown"),
    ],
)
def test_what_is_refused_writes_nothing(
    payload: Path, capsys: pytest.CaptureFixture[str], changes: dict[str, Any], status: int, words: str
) -> None:
    out = payload.with_suffix(".docx")
    assert main(["build", "reply-granted", "-i", written(payload, **changes), "-o", str(out)]) == status
    captured = capsys.readouterr()
    assert words in captured.err and captured.out == "" and not out.exists()


def test_a_hundred_faults_are_told_and_all_are_counted(payload: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "reply-granted", "-i", written(payload, **{f"k{n}": 1 for n in range(150)})]) == 1
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 101 and lines[-1] == "共有150处需要改正，这里列出前100处。"


@pytest.mark.parametrize(
    "arguments",
    [
        ["show", "nowhere"],
        ["build", "reply-granted", "-i", "/nowhere.json", "-o", "/tmp/never.docx"],
        ["new", "Loan Slip"],
        ["check", "-i", "/nowhere.json"],
        ["serve", "--port", "99999"],
        ["serve", "--host", "0.0.0.0"],
    ],
    ids=["unknown document", "missing file", "no id", "no document", "no port", "another host"],
)
def test_a_wrong_call_is_status_two(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(arguments) == 2
    assert capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ([], "用法：gipdocs [选项] 命令 …\n请写明命令，可用：list、show、"),
        (["--"], "请写明命令，可用：list、show、"),
        (["report"], "用法：gipdocs report [选项] 命令 …\n请写明命令，可用：check、read、sum、compare。"),
        (["nowhere"], "没有nowhere这个命令，可用：list、show、"),
        (["guide", "read"], "没有read这个命令，可用：check。"),
        (["show"], "用法：gipdocs show [选项] ID\n缺少ID。"),
        (["build", "receipt", "-o", "x"], "缺少-i/--input。"),
        (["build", "receipt", "-i"], "-i的写法不对"),
        (["list", "--json=1"], "--json的写法不对"),
        (["list", "--jsn"], "没有--jsn这个选项。"),
        (["doctor", "one", "two"], "不认识one two，请核对。"),
        (["fee", "-i", "x", "--today", "2026-02-30"], "--today：“2026-02-30”不是日期，请写作2026-03-01。"),
        (["fee", "-i", "x", "--today", "2026-3-1"], "--today：“2026-3-1”不是日期，请写作2026-03-01。"),
        (["build", "receipt", "-i", "x", "-o", "y", "--format", "odt"], "--format：没有“odt”，可用：docx、pdf、"),
        (["reload", "--port", "eighty"], "--port：“eighty”不是整数，请写作8000。"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_a_call_that_is_not_understood_is_explained_in_chinese(
    arguments: list[str], told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(arguments) == 2
    said = capsys.readouterr()
    assert told in said.err and said.out == "" and not re.search(r"[A-Z]?[a-z]+ [a-z]+ [a-z]+\b", said.err)


@pytest.mark.parametrize("arguments", [*COMMANDS, []], ids=" ".join)
def test_every_command_explains_itself_in_chinese(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*arguments, "--help"]) == 0
    long = capsys.readouterr().out
    assert main([*arguments, "-h"]) == 0
    assert capsys.readouterr().out == long
    assert long.startswith("用法：gipdocs") and "  -h, --help" in long
    assert not re.search(r"\b(Usage|Options|Commands|Arguments|required|Show|default)\b", long)


def test_a_reader_that_goes_away_is_no_failure(service: Service) -> None:
    command = [sys.executable, "-m", "gipdocs.cli", "schema", "reply-granted"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as running:
        assert running.stdout and running.stderr
        running.stdout.close()
        assert running.stderr.read() == b"" and running.wait() == 0


def test_the_service_of_a_command_is_closed_when_it_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    closed = []
    monkeypatch.setattr(Service, "close", lambda self: closed.append(self))
    assert main(["list"]) == 0 and main(["show", "nowhere"]) == 2
    assert len(closed) == 2


def test_a_file_that_is_no_json_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "broken.json"
    path.write_text("{", encoding="utf-8")
    assert main(["check", "reply-granted", "-i", str(path)]) == 2
    assert "broken.json" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        (".", "这是目录，不是文件"),
        ("nowhere.json", "没有这个文件"),
        ("letter.json/one", "路径中有一段不是目录"),
        ("a" * 300, "文件名过长"),
    ],
    ids=["folder", "missing", "below a file", "long"],
)
def test_a_file_that_cannot_be_read_is_told_with_the_reason(
    name: str, reason: str, payload: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = payload.parent / name
    for call in (["check", "reply-granted"], ["build", "reply-granted", "-o", "/nowhere.docx"], ["fee"]):
        assert main([*call, "-i", str(path)]) == 2
        assert capsys.readouterr().err == f"读不出{path}：{reason}。\n"


@pytest.mark.parametrize("number", range(1, 135))
def test_every_reason_of_the_system_is_chinese(number: int) -> None:
    assert not re.search("[A-Za-z]", reason(OSError(number, os.strerror(number))))


def test_the_day_of_a_call_is_used_by_what_takes_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    day = "lambda office: office.today.isoformat()"
    fields = (
        f'title = Text("标题", example={day}, help={day}, required=True)\nstory = LongText("内容", example="第一段")'
    )
    monkeypatch.setenv("GIPDOCS_PLUGINS", str(plugin(tmp_path, source(fields=fields))))
    for call in ("show", "schema", "sample"):
        assert main([call, "small-note", "--today", "2019-05-14"]) == 0
        told = capsys.readouterr().out
        assert "2019-05-14" in told and "\n\n" not in told
    for calls in (["list"], ["deadline", "-i", "x"], ["doctor"], ["serve"], ["law"]):
        assert main([*calls, "--today", "2019-05-14"]) == 2  # makes no difference to them
        assert "没有--today这个选项" in capsys.readouterr().err


def test_a_name_that_no_case_has_is_a_breach_of_the_contract(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    fields = (
        'title = Text("标题", example="一则", required=True, case="case.no")\nstory = LongText("内容", example="甲")'
    )
    monkeypatch.setenv("GIPDOCS_PLUGINS", str(plugin(tmp_path, source(fields=fields))))
    assert main(["check", "small-note"]) == 1
    assert "/title（标题）：案件里没有“case.no”这个名称" in capsys.readouterr().err


def test_a_broken_profile_is_status_three(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "agency.toml"
    path.write_text("[agency]\n", encoding="utf-8")
    assert main(["list", "--agency", str(path)]) == 3
    assert "agency.name" in capsys.readouterr().err


def test_check_tells_findings_in_chinese_and_as_json(payload: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "reply-granted", "-i", str(payload)]) == 0
    assert capsys.readouterr().out == "没有发现问题。\n"
    assert main(["check", "reply-granted", "--json", "-i", written(payload, number="聊机管公开〔2025〕12号")]) == 1
    assert json.loads(capsys.readouterr().out)["findings"][0]["code"] == "number-other-year"


def test_check_without_a_document_examines_all(capsys: pytest.CaptureFixture[str], service: Service) -> None:
    assert main(["check"]) == 0
    assert f"{len(service.registry)}种文书" in capsys.readouterr().out


def test_deadline_and_fee_explain_themselves(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    body = tmp_path / "body.json"
    body.write_text('{"kind": "answer", "channel": "in_person", "received": "2025-09-15"}', encoding="utf-8")
    assert main(["deadline", "-i", str(body)]) == 0
    assert "2025年10月17日" in capsys.readouterr().out
    body.write_text('{"method": "page", "count": 68}', encoding="utf-8")
    assert main(["fee", "-i", str(body), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["yuan"] == 380


@pytest.mark.parametrize(
    ("call", "file"),
    [
        (["deadline"], '{"kind": "answer", "received": "2026-02-30"}'),
        (["fee"], '{"method": "weight", "count": 1}'),
        (["check", "receipt"], "{}"),
        (["guide", "check"], ""),
    ],
    ids=" ".join,
)
def test_a_refusal_in_json_is_that_of_the_api(
    call: list[str], file: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "wrong.json"
    path.write_text(file, encoding="utf-8")
    command = [*call, str(path)] if call[0] == "guide" else [*call, "-i", str(path)]
    assert main([*command, "--json"]) == 1
    said = capsys.readouterr()
    told = json.loads(said.out)
    assert told["status"] == 422 and told["error_count"] == len(told["errors"]) > 0
    assert all(one.keys() == {"pointer", "code", "detail"} and one["detail"] in said.err for one in told["errors"])
    assert main(command) == 1
    assert capsys.readouterr() == ("", said.err)


@pytest.mark.converter
def test_doctor_says_what_is_missing(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["doctor"]) == 0
    assert "可以使用" in capsys.readouterr().out


def test_wording_gathers_every_letter_for_review(tmp_path: Path, service: Service) -> None:
    out = tmp_path / "wording.docx"
    assert main(["wording", "-o", str(out)]) == 0
    text = "\n".join(paragraph.text for paragraph in Docx(str(out)).paragraphs)
    letters = [entry.document.title for entry in service.registry.values() if entry.wording]
    assert letters and all(title in text for title in letters)
    assert "第三十六条第二项" in text and "申请行政复议" in text
    assert main(["wording", "-o", str(out)]) == 2


def test_a_pipe_stays_a_pipe_and_a_folder_that_is_none_is_named(
    payload: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pipe = payload.with_name("pipe")
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    try:
        assert main(["build", "reply-granted", "-i", str(payload), "-o", str(pipe), "--force"]) == 0
        assert os.read(reader, 2) == b"PK"
    finally:
        os.close(reader)
    assert pipe.is_fifo()
    assert main(["build", "reply-granted", "-i", str(payload), "-o", str(payload / "letter.docx")]) == 2
    assert "letter.docx" in capsys.readouterr().err


@pytest.mark.parametrize("option", [[], ["--json"]], ids=["text", "json"])
def test_a_report_that_cannot_be_read_is_named_whichever_file_it_is(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], option: list[str]
) -> None:
    report, wrong, empty = tmp_path / "本年.json", tmp_path / "上年.json", tmp_path / "空.txt"
    report.write_text('{"year": 2023}', encoding="utf-8")
    wrong.write_text('{"year": 1}', encoding="utf-8")
    empty.write_text("没有表格。", encoding="utf-8")
    assert main(["report", "check", str(report), "--previous", str(wrong), *option]) == 1
    told, refused = capsys.readouterr(), f"{wrong}（/year）：请填写报告年度"
    assert told.err.startswith(refused)
    assert not option or [one["pointer"] for one in json.loads(told.out)["errors"]] == ["/year"]
    assert main(["report", "check", str(empty), *option]) == 1
    assert capsys.readouterr().err.startswith(f"{empty}：没有找到年度报告的表格")
    assert main(["report", "read", str(empty)]) == 1
    assert capsys.readouterr().err.startswith(f"{empty}：没有找到年度报告的表格")
    assert main(["report", "compare", str(report), "--previous", str(wrong)]) == 1
    assert capsys.readouterr().err.startswith(refused)


def test_a_fault_of_the_whole_input_begins_with_its_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "list.json"
    path.write_text("[]", encoding="utf-8")
    assert main(["check", "annual-report", "-i", str(path)]) == 1
    assert not capsys.readouterr().err.startswith("/")


def test_a_fault_of_another_document_stops_only_what_opens_them_all(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], payload: Path
) -> None:
    folder = plugin(tmp_path)
    monkeypatch.setenv("GIPDOCS_PLUGINS", str(folder))
    layout(tmp_path / "doc_templates", "{{ title }}")  # the context gives `story` too
    out = payload.with_suffix(".docx")
    for call in (
        ["list"],
        ["show", "receipt"],
        ["check", "receipt"],
        ["check", "reply-granted", "-i", str(payload)],
        ["build", "reply-granted", "-i", str(payload), "-o", str(out)],
    ):
        assert main(call) == 0, call
    assert main(["check", "small-note"]) == 1
    assert "story" in capsys.readouterr().err
    for call in (["check"], ["doctor"], ["show", "small-note"], ["sample", "small-note"]):
        assert main(call) == 3, call
        told = capsys.readouterr().err
        assert "note.py（small-note）" in told and "story" in told


@pytest.mark.parametrize(
    ("call", "spared"),
    [
        ("--help", {"docx", "jinja2", "openpyxl", "phonenumbers", "gipdocs.law", "gipdocs.service", "plugins"}),
        ("check receipt", {"apispec", "flask", "openpyxl", "pikepdf", "gipdocs.reports", "plugins.annual_report"}),
    ],
)
def test_a_command_loads_no_library_that_it_has_no_use_for(call: str, spared: set[str]) -> None:
    code = f"import sys; from gipdocs.cli import main; assert main({call.split()}) == 0; print(*sys.modules)"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True)
    loaded = set(run.stdout.split())
    assert "gipdocs.cli.documents" in loaded and loaded & spared == set()


def test_answers_in_json_load_no_library_for_tables(tmp_path: Path, service: Service) -> None:
    answers = tmp_path / "answers.json"
    answers.write_text(json.dumps(service.sample("receipt")), encoding="utf-8")
    call = ["build", "receipt", "-i", str(answers), "-o", str(tmp_path / "receipt.docx")]
    code = f"import sys; from gipdocs.cli import main; assert main({call}) == 0; print(*sys.modules)"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True)
    assert "openpyxl" not in run.stdout.split()


def test_a_file_that_was_handed_in_is_read_back(
    tmp_path: Path, service: Service, capsys: pytest.CaptureFixture[str]
) -> None:
    sample, answers, form = service.sample("application-form"), tmp_path / "answers.json", tmp_path / "申请表.docx"
    answers.write_text(json.dumps(sample), encoding="utf-8")
    assert main(["build", "application-form", "-i", str(answers), "-o", str(form), "--carry"]) == 0
    assert main(["read", str(form)]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told == {"document": "application-form", "answers": sample, "source": "carried", "differences": []}
    assert main(["read", str(answers)]) == 1 and "不是DOCX或者PDF" in capsys.readouterr().err
    assert main(["read", str(tmp_path / "none.docx")]) == 2


@pytest.mark.parametrize("call", [["list"], ["sample", "reply-granted"]], ids=["text", "JSON"])
def test_a_full_disk_behind_standard_output_is_told(call: list[str]) -> None:
    with open("/dev/full", "wb") as full:
        done = subprocess.run([sys.executable, "-m", "gipdocs.cli", *call], stdout=full, stderr=subprocess.PIPE)
    assert (done.returncode, done.stderr.decode()) == (2, "写不了标准输出：磁盘空间不足。\n")


def test_a_folder_to_write_into_that_is_not_there_is_named(
    payload: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "没有" / "a.docx"
    assert main(["build", "reply-granted", "-i", str(payload), "-o", str(out)]) == 2
    assert f"没有{out.parent}这个目录" in capsys.readouterr().err and not out.parent.exists()
