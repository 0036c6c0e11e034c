"""The command line: JSON in, file out; messages to stderr; exit 0 ok, 1 refused, 2 usage, 3 environment."""

from __future__ import annotations

import argparse
import json
import os
import re
import socket
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, suppress
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from gipdocs import __version__, guide, reports
from gipdocs.beginnings import beginnings
from gipdocs.documents.contract import breaches
from gipdocs.documents.document import ID, MEDIA_TYPES, Finding
from gipdocs.documents.openapi import json_schema
from gipdocs.documents.registry import Entry
from gipdocs.documents.review import review
from gipdocs.errors import (
    ConversionError,
    ConverterRefused,
    Fault,
    FormatNotOffered,
    GipdocsError,
    InvalidInput,
    Refused,
    SetupError,
    UnknownDocument,
    listed,
)
from gipdocs.filekinds import recognised
from gipdocs.findings import GRADES
from gipdocs.law import Office, deadlines, fees, load_law
from gipdocs.published.blocks import LARGEST_FILE
from gipdocs.questions import Block, Choice, Questions
from gipdocs.questions.tables import is_table, read_table
from gipdocs.service import Service, open_service
from gipdocs.settings import Settings, is_loopback, read_settings
from gipdocs.strictjson import NotJson, read_json

STARTING_SECONDS = 30
OK, REFUSED, USAGE, ENVIRONMENT = 0, 1, 2, 3
ANSWERS = "填写内容：JSON，或者表格文件（XLSX、CSV、TOML）；-是标准输入"
KINDS = {
    "text": "文字",
    "longtext": "可分段的文字",
    "email": "电子邮箱",
    "tel": "电话",
    "date": "日期",
    "number": "整数",
    "money": "金额",
    "decimal": "数",
    "yesno": "是或者否",
    "choice": "单选",
    "choices": "多选",
    "lines": "一行一项",
    "rows": "一行一组",
    "block": "一组",
    "notes": "说明",
    "grid": "表格数字",
    "open": "JSON数据",
    "brought": "从文件带入",
}
"""What the kinds of question are called for whoever fills them in."""
Command = Callable[[argparse.Namespace], int]


class UnreadableReport(Exception):
    """A report that could not be read: what is wrong in which of the files that were named."""

    def __init__(self, name: str, refusal: InvalidInput) -> None:
        self.name, self.refusal = name, refusal
        places = ((f"（{fault.pointer}）" if fault.pointer else "", fault.detail) for fault in refusal.told)
        lines = [f"{name}{place}：{detail}" for place, detail in places]
        super().__init__("\n".join([*lines, *_untold(len(refusal.faults))]))


class UsageError(Exception):
    """The command was called wrongly; the message is Chinese and says how to call it."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit status."""
    parsed = _parser().parse_args(arguments)
    command: Command = parsed.command
    try:
        with ExitStack() as parsed.closing:
            return command(parsed)
    except UsageError as error:
        return _say(str(error), USAGE)
    except UnknownDocument as error:
        return _say(str(error), USAGE)
    except UnreadableReport as error:
        return _say(str(error), REFUSED)
    except InvalidInput as error:
        return _say("\n".join([*map(_line, error.told), *_untold(len(error.faults))]), REFUSED)
    except Refused as error:
        return _say("\n".join(map(_finding_line, error.findings)), REFUSED)
    except (FormatNotOffered, ConverterRefused) as error:
        return _say(str(error), REFUSED)
    except (SetupError, ConversionError) as error:
        return _say(str(error), ENVIRONMENT)
    except GipdocsError as error:
        return _say(str(error), REFUSED)
    except MemoryError:
        return _say("内存不足，没有做完。请关闭其他程序，或者换用较小的文件再试。", ENVIRONMENT)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return OK


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="gipdocs", description="政府信息公开文书生成与合法性检查")
    parser.add_argument("--version", action="version", version=__version__)
    commands = parser.add_subparsers(required=True, metavar="命令")

    def add(name: str, help: str, command: Command, *, id: bool | str = False, office: bool = True) -> Any:
        one = commands.add_parser(name, help=help, description=help)
        one.set_defaults(command=command)
        if id:
            one.add_argument("id", metavar="ID", nargs="?" if id == "optional" else None, help="文书标识")
        if office:
            one.add_argument("--agency", type=Path, metavar="FILE", help="机关概况文件，默认是项目的agency.toml")
            one.add_argument("--today", type=_day, metavar="DATE", help="以这一天为今天，写作2026-03-01")
        return one

    add("list", "列出全部文书", _list).add_argument("--json", action="store_true", help="输出JSON")
    add("show", "说明一种文书和它的填写项", _show, id=True)
    add("schema", "输出一种文书的JSON Schema", _schema, id=True)
    add("sample", "输出一种文书的示例", _sample, id=True)
    building = add("build", "生成文书", _build, id=True)
    building.add_argument("-i", "--input", required=True, metavar="FILE", help=ANSWERS)
    building.add_argument("-o", "--output", required=True, metavar="FILE", help="生成的文件，-是标准输出")
    building.add_argument("--format", choices=MEDIA_TYPES, help="格式，默认按文件名后缀")
    building.add_argument("--force", action="store_true", help="覆盖已有文件")
    checking = add(
        "check", "检查填写内容；不写-i时检查这种文书的声明、版式和措辞文件，不写ID时检查全部", _check, id="optional"
    )
    checking.add_argument("-i", "--input", metavar="FILE", help=ANSWERS)
    checking.add_argument("--json", action="store_true", help="输出JSON")
    for name, help, command in (("deadline", "计算期限", _deadline), ("fee", "计算信息处理费", _fee)):
        reckoning = add(name, help, command)
        reckoning.add_argument("-i", "--input", required=True, metavar="FILE", help="JSON，-是标准输入")
        reckoning.add_argument("--json", action="store_true", help="输出JSON")
    reporting = commands.add_parser("report", help="核对、读取年度报告").add_subparsers(required=True, metavar="动作")
    checking = reporting.add_parser("check", help="核对一份年度报告：表格、文字、上下年度")
    checking.set_defaults(command=_report_check)
    checking.add_argument("file", metavar="FILE", help="报告（DOCX、网页、文本）或者记录（JSON），-是标准输入")
    checking.add_argument("--previous", metavar="FILE", help="上一年度的报告或者记录")
    checking.add_argument("--json", action="store_true", help="输出JSON")
    reading = reporting.add_parser("read", help="把已发布的报告读成记录（JSON）")
    reading.set_defaults(command=_report_read)
    reading.add_argument("file", metavar="FILE", help="报告（DOCX、网页、文本），-是标准输入")
    wording = add("wording", "把全部文书的措辞连同示例汇成一个DOCX，供法律审阅", _wording)
    wording.add_argument("-o", "--output", default="wording.docx", metavar="FILE", help="默认wording.docx，-是标准输出")
    wording.add_argument("--force", action="store_true", help="覆盖已有文件")
    guiding = commands.add_parser("guide", help="核对指南").add_subparsers(required=True, metavar="动作")
    checking = guiding.add_parser("check", help="核对一份已发布的指南：与机关概况和现行规定是否一致")
    checking.set_defaults(command=_guide_check)
    checking.add_argument("file", metavar="FILE", help="指南（DOCX、网页、文本），-是标准输入")
    checking.add_argument("--agency", type=Path, metavar="FILE", help="机关概况文件，默认是项目的agency.toml")
    checking.add_argument("--today", type=_day, metavar="DATE", help="以这一天为今天，写作2026-03-01")
    checking.add_argument("--json", action="store_true", help="输出JSON")
    reading = add("law", "列出法规数据：每一条规定的内容、依据、施行日期和使用它的文书", _law, office=False)
    reading.add_argument("--on", type=_day, metavar="DATE", help="这一天施行的规定，写作2026-03-01；默认今天")
    reading.add_argument("--agency", type=Path, metavar="FILE", help="机关概况文件，默认是项目的agency.toml")
    reading.add_argument("--json", action="store_true", help="输出JSON，包括其他时期的规定")
    beginning = add("new", "新建一种文书：模块、版式、措辞文件和测试", _new, id=True, office=False)
    beginning.add_argument("--letter", action="store_true", help="信函：用共用的版式和措辞文件")
    beginning.add_argument("--folder", type=Path, default=Path("ours"), metavar="DIR", help="放在这个目录，默认ours")
    add("doctor", "检查这台机器上缺少什么，说明怎样补上", _doctor)
    reloading = add("reload", "让正在运行的服务换用磁盘上的新版本", _reload, office=False)
    reloading.add_argument("--port", type=int, default=None, help="服务的端口，默认8000")
    serving = add("serve", "启动服务", _serve)
    serving.add_argument("--converter", action="store_true", help="只作为转换节点，为其他计算机把DOCX转换为PDF")
    serving.add_argument("--host", default=None, help="监听地址；只能是本机回环地址，设有令牌的转换节点除外")
    serving.add_argument("--port", type=int, default=None, help="端口，默认8000")
    return parser


def _day(text: str) -> date:
    try:
        if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
            return date.fromisoformat(text)
        raise ValueError(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"“{text}”不是日期，请写作2026-03-01") from None


def _open(parsed: argparse.Namespace) -> Service:
    settings = read_settings()
    service = open_service(replace(settings, agency=parsed.agency) if parsed.agency else settings)
    parsed.closing.callback(service.close)
    return service


def _say(message: str, status: int) -> int:
    sys.stderr.write(message + "\n")
    return status


def _print(data: Any) -> int:
    text = data if isinstance(data, str) else json.dumps(data, ensure_ascii=False, indent=2)
    sys.stdout.write(text + "\n")
    return OK


def _untold(count: int) -> list[str]:
    return [f"共有{count}处需要改正{listed(count)}。"] if listed(count) else []


def _line(fault: Fault) -> str:
    return f"{fault.pointer}：{fault.detail}" if fault.pointer else fault.detail


def _finding_line(finding: Finding) -> str:
    place = f"（{finding.pointer}）" if finding.pointer else ""
    basis = f"依据：{finding.basis}。" if finding.basis else ""
    reason = f"已说明理由：{finding.override_reason}" if finding.override_reason else ""
    return f"[{GRADES[finding.severity].name}] {finding.code}{place}：{finding.message}{basis}{reason}"


def _bytes(name: str) -> bytes:
    """What is in a file; of one that is too large only so much that whoever reads it sees that."""
    try:
        if name == "-":
            return sys.stdin.buffer.read(LARGEST_FILE + 1)
        with open(name, "rb") as file:
            return file.read(LARGEST_FILE + 1)
    except OSError as error:
        raise UsageError(f"读不出{name}：{error.strerror}。") from None


def _answers(parsed: argparse.Namespace, service: Service) -> Any:
    """The answers for the document that the command names, from JSON or from a table file."""
    document, name = service.registry[parsed.id].document, parsed.input
    data = _bytes(name)
    return read_table(data, document.schema, name) if is_table(name, data) else _json(name, data)


def _read(name: str) -> Any:
    return _json(name, _bytes(name))


def _json(name: str, data: bytes) -> Any:
    file = "标准输入" if name == "-" else name
    if len(data) > LARGEST_FILE:
        raise UsageError(f"{file}超过{LARGEST_FILE >> 20}MB，不像是填写内容，请核对文件。")
    if kind := recognised(data):
        raise UsageError(
            f"{file}是{kind.name}，不是填写内容：应为UTF-8编码的JSON文件，或者表格文件（.xlsx、.csv、.toml）。"
        )
    try:
        return read_json(data)
    except NotJson as error:
        raise UsageError(f"{file}不是可以读取的JSON：{error}，请核对。") from None


def _list(parsed: argparse.Namespace) -> int:
    service = _open(parsed)
    documents = [entry.document for entry in service.registry.values()]
    if parsed.json:
        keys = ("id", "title", "group", "summary", "formats", "public")
        return _print([{key: getattr(document, key) for key in keys} for document in documents])
    return _print("\n".join(f"{document.id:<32}{document.group}　{document.title}" for document in documents))


def _show(parsed: argparse.Namespace) -> int:
    service = _open(parsed)
    document, office = service.registry[parsed.id].document, service.office()
    lines = [f"{document.id}　{document.title}（{document.group}）", document.summary, "填写项："]
    return _print("\n".join([*lines, *_explained(document.schema(), office)]))


def _explained(schema: Questions, office: Office, depth: int = 1) -> Iterator[str]:
    """A line for each question, with its kind, and under it its options and the questions of its rows or group."""
    for key, question in schema.questions():
        marks = ("必填" if question.required else "") + ("　不印在文书上" if question.on_file else "")
        kind = KINDS.get(question.kind, question.kind)
        yield f"{'  ' * depth}{key:<26}{question.label}　{kind}　{marks}　{question.help_for(office)}".rstrip("　 ")
        if isinstance(question, Choice):
            yield from (f"{'  ' * (depth + 1)}{value}＝{label}" for value, label in question.options.items())
        if isinstance(question, Block):
            yield from _explained(question.questions(), office, depth + 1)


def _schema(parsed: argparse.Namespace) -> int:
    service = _open(parsed)
    return _print(json_schema(service.registry[parsed.id].document, service.office()))


def _sample(parsed: argparse.Namespace) -> int:
    service = _open(parsed)
    return _print(service.sample(parsed.id))


def _wording(parsed: argparse.Namespace) -> int:
    service = _open(parsed)
    _refuse_to_overwrite(parsed)
    return _deliver(parsed.output, review(service.registry.values(), service.office(parsed.today)))


def _build(parsed: argparse.Namespace) -> int:
    service = _open(parsed)
    entry = service.registry[parsed.id]  # what is unknown is refused before anything else
    suffix = Path(parsed.output).suffix.removeprefix(".").lower()
    format = parsed.format or (suffix if suffix in MEDIA_TYPES else "docx")
    _refuse_to_overwrite(parsed)
    built = service.build(entry, _answers(parsed, service), format, today=parsed.today)
    for finding in built.findings:
        _say(_finding_line(finding), OK)
    return _deliver(parsed.output, built.content)


def _refuse_to_overwrite(parsed: argparse.Namespace) -> None:
    try:
        there = parsed.output != "-" and Path(parsed.output).exists()
    except OSError as error:
        raise UsageError(f"写不了{parsed.output}：{error.strerror}。") from None
    if there and not parsed.force:
        raise UsageError(f"{parsed.output}已经存在，要覆盖请加--force。")


def _deliver(output: str, content: bytes) -> int:
    if output == "-":
        sys.stdout.buffer.write(content)
        sys.stdout.buffer.flush()
    else:
        _write(Path(output), content)
    return OK


def _write(path: Path, content: bytes) -> None:
    """The whole file or none of it."""
    path = path.resolve()
    part = path.with_name(f".{path.name}.part")
    try:
        if path.exists() and not path.is_file():
            path.write_bytes(content)  # a pipe or a device stays what it is
            return
        part.write_bytes(content)
        part.replace(path)
    except OSError as error:
        with suppress(OSError):
            part.unlink(missing_ok=True)
        raise UsageError(f"写不了{path}：{error.strerror}。") from None


def _check(parsed: argparse.Namespace) -> int:
    service = _open(parsed)
    if parsed.id is None and parsed.input is not None:
        raise UsageError("请写明文书标识：gipdocs check ID -i FILE。可用gipdocs list查看全部标识。")
    if parsed.input is None:
        entries = [service.registry[parsed.id]] if parsed.id else [*service.registry.values()]
        return _check_contract(entries, service.office(parsed.today))
    findings = service.check(parsed.id, _answers(parsed, service), today=parsed.today)
    if parsed.json:
        _print({"findings": [finding.as_json() for finding in findings]})
    else:
        _print("\n".join(map(_finding_line, findings)) or "没有发现问题。")
    return REFUSED if any(finding.severity == "error" for finding in findings) else OK


def _check_contract(entries: Sequence[Entry], office: Office) -> int:
    wrong = 0
    for entry in entries:
        found = list(breaches(entry, office))
        wrong += len(found)
        for breach in found:
            _say(f"{entry.document.id}（{entry.source}）：{breach}", OK)
    if wrong:
        return _say(f"共{wrong}处需要改正。", REFUSED)
    what = f"{len(entries)}种文书" if len(entries) != 1 else f"“{entries[0].document.title}”"
    return _print(f"{what}的声明、版式和措辞文件没有发现问题。")


def _deadline(parsed: argparse.Namespace) -> int:
    reckoned = deadlines.reckon(_read(parsed.input), _open(parsed).law)
    return _print(reckoned.as_json() if parsed.json else reckoned.explain())


def _fee(parsed: argparse.Namespace) -> int:
    service = _open(parsed)
    charged = fees.charge(_read(parsed.input), service.law, on=service.office().today)
    return _print(charged.as_json() if parsed.json else charged.explain())


def _report_check(parsed: argparse.Namespace) -> int:
    try:
        previous = _report(parsed.previous) if parsed.previous else None
        judgement = reports.judge(_report(parsed.file), previous, law=load_law())
    except UnreadableReport as error:
        if parsed.json:
            _print(error.refusal.as_json(error.name))
        raise
    _print(judgement.as_json() if parsed.json else judgement.explain())
    return REFUSED if any(finding.severity == "error" for finding in judgement.findings) else OK


def _report_read(parsed: argparse.Namespace) -> int:
    return _print(_report(parsed.file).as_json())


def _report(name: str) -> reports.Record:
    try:
        return reports.read(_bytes(name))
    except InvalidInput as error:
        raise UnreadableReport("标准输入" if name == "-" else name, error) from error


def _guide_check(parsed: argparse.Namespace) -> int:
    read = guide.read(_bytes(parsed.file))
    judgement = guide.judge(read, _open(parsed).office(parsed.today))
    _print(judgement.as_json() if parsed.json else judgement.explain())
    return REFUSED if any(finding.severity == "error" for finding in judgement.findings) else OK


def _law(parsed: argparse.Namespace) -> int:
    seen = _open(parsed).overview(parsed.on)
    return _print(seen.as_json() if parsed.json else seen.explain().rstrip("\n"))


def _new(parsed: argparse.Namespace) -> int:
    if not ID.fullmatch(parsed.id):
        raise UsageError(f"“{parsed.id}”不能作标识：由小写字母、数字组成，词之间用连字符，例如loan-slip。")
    files = beginnings(parsed.id, parsed.folder, letter=parsed.letter)
    if there := [str(path) for path in files if path.exists()]:
        raise UsageError(f"{'、'.join(there)}已经存在，请换一个标识，或者用--folder放到别的目录。")
    for path, content in files.items():
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise UsageError(f"写不了{path}：{error.strerror}。") from None
        _write(path, content)
    told = [f"已写好{path}" for path in files]
    command = f"GIPDOCS_PLUGINS={parsed.folder / 'plugins'} gipdocs check {parsed.id}"
    return _print("\n".join([*told, "请改写标题、填写项和文字，然后运行：", command]))


def _doctor(parsed: argparse.Namespace) -> int:
    from gipdocs.health import ailments

    service = _open(parsed)
    found = ailments(service, patience=STARTING_SECONDS)
    for ailment in found:
        _print(f"{'缺失' if ailment.stops else '注意'}：{ailment.what}。处理：{ailment.cure}。")
    if any(ailment.stops for ailment in found):
        return ENVIRONMENT
    return _print(f"可以使用：{len(service.registry)}种文书，机关是{service.profile.name}。")


def _reload(parsed: argparse.Namespace) -> int:
    from gipdocs.reloading import call

    note = call(read_settings().port if parsed.port is None else parsed.port)
    if note.refused:
        return _say(f"新的版本不能使用，服务仍用原来的版本。请改正后再运行gipdocs reload：\n{note.refused}", REFUSED)
    return _print("服务已换用新的版本，原来的请求都已答复完毕。")


def _serve(parsed: argparse.Namespace) -> int:
    settings: Settings = read_settings()
    host, port = parsed.host or settings.host, settings.port if parsed.port is None else parsed.port
    if not 1 <= port <= 65535:
        raise UsageError("端口应为1至65535之间的整数。")
    if not is_loopback(host) and not parsed.converter:
        raise UsageError(f"{host}不是本机回环地址；服务还没有账号管理，只允许在本机访问，请用127.0.0.1。")
    if not is_loopback(host) and not settings.converter_token:
        raise UsageError("转换节点没有设置令牌，只能在本机访问；要给其他计算机用，请先设置GIPDOCS_CONVERTER_TOKEN。")
    if not _is_free(host, port):
        return _say(
            f"{host}的{port}端口已被占用：服务可能已经在运行；要用别的端口，请用--port或者GIPDOCS_PORT。", ENVIRONMENT
        )
    if parsed.agency:
        os.environ["GIPDOCS_AGENCY"] = str(parsed.agency.resolve())
    from gipdocs.serving import serve, serve_converter

    (serve_converter if parsed.converter else serve)(
        read_settings(), f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
    )
    return OK


def _is_free(host: str, port: int) -> bool:
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


if __name__ == "__main__":
    sys.exit(main())
