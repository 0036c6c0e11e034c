"""Commands for documents: list, show, schema, sample, build, read, check, wording."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from gipdocs.cli.calling import (
    Command,
    OneOf,
    Opened,
    Option,
    WrongCall,
    agency_option,
    force_option,
    input_option,
    json_option,
    office_options,
)
from gipdocs.cli.files import (
    REFUSED,
    deliver,
    finding_line,
    read_bytes,
    read_data,
    refusal_shown,
    refuse_to_overwrite,
    say,
    show,
    status_of,
    write_new,
)
from gipdocs.documents.document import ID, LONGEST_ID, MEDIA_TYPES
from gipdocs.errors import show_key
from gipdocs.filekinds import is_table
from gipdocs.questions import Block, Choice, Questions
from gipdocs.settings import read_settings

if TYPE_CHECKING:
    from gipdocs.documents.registry import Entry
    from gipdocs.law import Office

ANSWERS = "填写内容：JSON，或者表格文件（XLSX、CSV、TOML）；-是标准输入"
LISTED = ("id", "title", "group", "summary", "formats", "public")
id_argument = click.argument("id", metavar="ID", help="文书标识")


@click.command("list", cls=Command, help="列出全部文书")
@agency_option
@json_option
def list_documents(opened: Opened, *, as_json: bool) -> int:
    """Every document, one a line."""
    documents = [entry.document for entry in opened.load_service().registry.values()]
    if as_json:
        return show([{key: getattr(document, key) for key in LISTED} for document in documents])
    return show("\n".join(f"{document.id:<32}{document.group}　{document.title}" for document in documents))


@click.command("show", cls=Command, help="说明一种文书和它的填写项")
@id_argument
@office_options
def show_document(opened: Opened, *, id: str) -> int:
    """A document and its questions, one a line."""
    service, entry = opened.open_document(id)
    document, office = entry.document, service.office(opened.today)
    lines = [f"{document.id}　{document.title}（{document.group}）", document.summary, "填写项："]
    return show("\n".join([*filter(None, lines), *_explained(document.schema(), office)]))


def _explained(schema: Questions, office: Office, depth: int = 1) -> Iterator[str]:
    """A line for each question, with its kind; below it its options, or the questions of its rows or group."""
    for key, question in schema.questions():
        marks = ("必填" if question.required else "") + ("　不印在文书上" if question.on_file else "")
        yield f"{'  ' * depth}{key:<26}{question.label}　{question.kind_label}　{marks}　{question.help_for(office)}".rstrip(
            "　 "
        )
        if isinstance(question, Choice):
            yield from (f"{'  ' * (depth + 1)}{value}＝{label}" for value, label in question.options.items())
        if isinstance(question, Block):
            yield from _explained(question.questions(), office, depth + 1)


@click.command("schema", cls=Command, help="输出一种文书的JSON Schema")
@id_argument
@office_options
def show_schema(opened: Opened, *, id: str) -> int:
    """The JSON Schema of a document's answers."""
    from gipdocs.documents.openapi import json_schema

    service, entry = opened.open_document(id)
    return show(json_schema(entry.document, service.office(opened.today)))


@click.command("sample", cls=Command, help="输出一种文书的示例")
@id_argument
@office_options
def show_sample(opened: Opened, *, id: str) -> int:
    """Answers from which a document can be built."""
    service, entry = opened.open_document(id)
    return show(service.sample(entry, today=opened.today))


@click.command("build", cls=Command, help="生成文书")
@id_argument
@office_options
@input_option(ANSWERS)
@click.option("-o", "--output", cls=Option, required=True, metavar="FILE", help="生成的文件，-是标准输出")
@click.option("--format", type=OneOf(MEDIA_TYPES), help="格式，默认按文件名后缀")
@click.option("--carry", is_flag=True, help="公众填写的文书，在DOCX、PDF里附上印出的填写内容，可以用read读回")
@force_option
def build_document(
    opened: Opened, *, id: str, input: str, output: str, format: str | None, carry: bool, force: bool
) -> int:
    """Write a document to a file; an unknown id is refused before anything is read."""
    service, entry = opened.open_document(id)
    suffix = Path(output).suffix.removeprefix(".").lower()
    refuse_to_overwrite(output, force=force)
    wanted = format or (suffix if suffix in MEDIA_TYPES else "docx")
    built = service.build(entry, _answers(entry, input), wanted, today=opened.today, carry=carry)
    for finding in built.findings:
        say(finding_line(finding))
    return deliver(output, built.content)


@click.command("read", cls=Command, help="读回公众交来的DOCX或者PDF里的填写内容（JSON）")
@click.argument("file", metavar="FILE", help="从网页下载并填写的文件，-是标准输入")
@office_options
def read_document(opened: Opened, *, file: str) -> int:
    """The answers in a file that was handed in, and where they differ from what it shows."""
    data = read_bytes(file)
    return show(opened.load_service().read(data, "" if file == "-" else file, today=opened.today).as_json())


@click.command("check", cls=Command, help="检查填写内容；不写-i时检查这种文书的声明、版式和措辞文件，不写ID时检查全部")
@click.argument("id", metavar="[ID]", required=False, help="文书标识")
@office_options
@input_option(ANSWERS, required=False)
@json_option
def check_document(opened: Opened, *, id: str | None, input: str | None, as_json: bool) -> int:
    """The findings on answers; without answers, the breaches of the contract by one document or by all."""
    if id is None:
        if input is not None:
            raise WrongCall("请写明文书标识：gipdocs check ID -i FILE。可用gipdocs list查看全部标识。")
        service = opened.open_service()
        return _check_contract([*service.registry.values()], service.office(opened.today))
    if input is None:
        service = opened.load_service(id)
        service.registry[id].compile()  # what cannot be compiled is told once, as at the start
        return _check_contract([service.registry[id]], service.office(opened.today))
    service, entry = opened.open_document(id)
    with refusal_shown(as_json=as_json):
        findings = service.check(entry, _answers(entry, input), today=opened.today)
    if as_json:
        show({"findings": [finding.as_json() for finding in findings]})
    else:
        show("\n".join(map(finding_line, findings)) or "没有发现问题。")
    return status_of(findings)


def _check_contract(entries: Sequence[Entry], office: Office) -> int:
    from gipdocs.documents.contract import find_breaches
    from gipdocs.register.names import find_unknown

    wrong = 0
    for entry in entries:
        found = [*find_breaches(entry, office), *find_unknown(entry.document)]
        wrong += len(found)
        for breach in found:
            say(f"{entry.document.id}（{entry.source}）：{breach}")
    if wrong:
        return say(f"共{wrong}处需要改正。", REFUSED)
    what = f"{len(entries)}种文书" if len(entries) != 1 else f"“{entries[0].document.title}”"
    return show(f"{what}的声明、版式和措辞文件没有发现问题。")


@click.command("new", cls=Command, help="新建一种文书：模块、版式、措辞文件和测试")
@id_argument
@click.option("--letter", is_flag=True, help="信函：用共用的版式和措辞文件")
@click.option("--folder", type=Path, default=Path("ours"), metavar="DIR", help="放在这个目录，默认ours")
def begin_document(*, id: str, letter: bool, folder: Path) -> int:
    """Write the files of a new document, which fulfil the contract as they are; no file is overwritten."""
    if not ID.fullmatch(id):
        raise WrongCall(f"“{show_key(id)}”不能作标识：由小写字母、数字组成，词之间用连字符，例如loan-slip。")
    if len(id) > LONGEST_ID:
        raise WrongCall(f"标识有{len(id)}个字符，最多{LONGEST_ID}个，请改短；它也是文件名。")
    from gipdocs.beginnings import make_files

    files = make_files(id, folder, letter=letter)
    if there := [str(path) for path in files if os.path.exists(path)]:
        raise WrongCall(f"{'、'.join(there)}已经存在，请换一个标识，或者用--folder放到别的目录。")
    _refuse_a_second(id)
    for path, content in files.items():
        write_new(path, content)
    command = f"GIPDOCS_PLUGINS={folder / 'plugins'} gipdocs check {id}"
    written = [f"已写好{path}" for path in files]
    return show("\n".join([*written, "请改写标题、填写项和文字，然后运行：", command]))


def _refuse_a_second(id: str) -> None:
    """Raise WrongCall if a document has this id; a folder of GIPDOCS_PLUGINS may still have to be made."""
    from gipdocs.documents.registry import find_one

    known = find_one(id, [folder for folder in read_settings().plugins if folder.is_dir()])
    if id in known:
        document = known[id].document
        raise WrongCall(f"标识{id}已经是“{document.title}”的（{known[id].source}），请换一个。")


@click.command("wording", cls=Command, help="把全部文书的措辞连同示例汇成一个DOCX，供法律审阅")
@office_options
@click.option("-o", "--output", default="wording.docx", metavar="FILE", help="默认wording.docx，-是标准输出")
@force_option
def gather_wording(opened: Opened, *, output: str, force: bool) -> int:
    """All wordings in one DOCX."""
    from gipdocs.documents.review import write_review

    service = opened.open_service()
    refuse_to_overwrite(output, force=force)
    return deliver(output, write_review(service.registry.values(), service.office(opened.today)))


def _answers(entry: Entry, name: str) -> Any:
    """The answers for a document, from JSON or from a table file."""
    data = read_bytes(name)
    if not is_table(name, data):
        return read_data(name, data)
    from gipdocs.questions.tables import read_table

    return read_table(data, entry.document.schema, name)
