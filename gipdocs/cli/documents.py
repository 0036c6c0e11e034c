"""Commands for documents: list, show, schema, sample, build, check, wording."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from gipdocs.cli.calling import (
    Command,
    OneOf,
    Opened,
    Option,
    WrongCall,
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
    refuse_to_overwrite,
    say,
    show,
    status_of,
)
from gipdocs.documents.build import questions
from gipdocs.documents.contract import breaches
from gipdocs.documents.document import MEDIA_TYPES
from gipdocs.documents.openapi import json_schema
from gipdocs.documents.registry import Entry
from gipdocs.documents.review import review
from gipdocs.questions.tables import is_table, read_table

ANSWERS = "填写内容：JSON，或者表格文件（XLSX、CSV、TOML）；-是标准输入"
LISTED = ("id", "title", "group", "summary", "formats", "public")
id_argument = click.argument("id", metavar="ID", help="文书标识")


@click.command("list", cls=Command, help="列出全部文书")
@office_options
@json_option
def list_documents(opened: Opened, *, as_json: bool) -> int:
    """Every document, one a line."""
    documents = [entry.document for entry in opened.service.registry.values()]
    if as_json:
        return show([{key: getattr(document, key) for key in LISTED} for document in documents])
    return show("\n".join(f"{document.id:<32}{document.group}　{document.title}" for document in documents))


@click.command("show", cls=Command, help="说明一种文书和它的填写项")
@id_argument
@office_options
def show_document(opened: Opened, *, id: str) -> int:
    """A document and its questions, one a line."""
    document = opened.service.registry[id].document
    lines = [f"{document.id}　{document.title}（{document.group}）", document.summary, "填写项："]
    for key, question in questions(document)().questions():
        marks = ("必填" if question.required else "") + ("　不印在文书上" if question.on_file else "")
        lines.append(f"  {key:<26}{question.label}　{marks}　{question.help}".rstrip())
    return show("\n".join(lines))


@click.command("schema", cls=Command, help="输出一种文书的JSON Schema")
@id_argument
@office_options
def show_schema(opened: Opened, *, id: str) -> int:
    """The JSON Schema of a document's answers."""
    return show(json_schema(opened.service.registry[id].document))


@click.command("sample", cls=Command, help="输出一种文书的示例")
@id_argument
@office_options
def show_sample(opened: Opened, *, id: str) -> int:
    """Answers from which a document can be built."""
    return show(opened.service.sample(id))


@click.command("build", cls=Command, help="生成文书")
@id_argument
@office_options
@input_option(ANSWERS)
@click.option("-o", "--output", cls=Option, required=True, metavar="FILE", help="生成的文件，-是标准输出")
@click.option("--format", type=OneOf(MEDIA_TYPES), help="格式，默认按文件名后缀")
@force_option
def build_document(opened: Opened, *, id: str, input: str, output: str, format: str | None, force: bool) -> int:
    """A document in a file; an unknown id is refused before anything is read."""
    entry = opened.service.registry[id]
    suffix = Path(output).suffix.removeprefix(".").lower()
    refuse_to_overwrite(output, force=force)
    wanted = format or (suffix if suffix in MEDIA_TYPES else "docx")
    built = opened.service.build(id, _answers(entry, input), wanted, today=opened.today)
    for finding in built.findings:
        say(finding_line(finding))
    return deliver(output, built.content)


@click.command("check", cls=Command, help="检查填写内容；不写ID时检查全部文书、版式和措辞文件")
@click.argument("id", metavar="[ID]", required=False, help="文书标识")
@office_options
@input_option(ANSWERS, required=False)
@json_option
def check_document(opened: Opened, *, id: str | None, input: str | None, as_json: bool) -> int:
    """What the checks find in answers, or in all documents themselves."""
    service = opened.service
    if id is None and input is not None:
        raise WrongCall("请写明文书标识：gipdocs check ID -i FILE。可用gipdocs list查看全部标识。")
    if id is None:
        return _check_all(opened)
    if input is None:
        raise WrongCall("请用-i FILE给出要检查的填写内容，-是标准输入。")
    findings = service.check(id, _answers(service.registry[id], input), today=opened.today)
    if as_json:
        show({"findings": [finding.as_json() for finding in findings]})
    else:
        show("\n".join(map(finding_line, findings)) or "没有发现问题。")
    return status_of(findings)


def _check_all(opened: Opened) -> int:
    registry, office, wrong = opened.service.registry, opened.service.office(opened.today), 0
    for entry in registry.values():
        found = list(breaches(entry, office))
        wrong += len(found)
        for breach in found:
            say(f"{entry.document.id}（{entry.source}）：{breach}")
    if wrong:
        return say(f"共{wrong}处需要改正。", REFUSED)
    return show(f"{len(registry)}种文书的声明、版式和措辞文件没有发现问题。")


@click.command("wording", cls=Command, help="把全部文书的措辞连同示例汇成一个DOCX，供法律审阅")
@office_options
@click.option("-o", "--output", default="wording.docx", metavar="FILE", help="默认wording.docx，-是标准输出")
@force_option
def gather_wording(opened: Opened, *, output: str, force: bool) -> int:
    """All wordings in one DOCX."""
    service = opened.service
    refuse_to_overwrite(output, force=force)
    return deliver(output, review(service.registry.values(), service.office(opened.today)))


def _answers(entry: Entry, name: str) -> Any:
    """The answers for a document, from JSON or from a table file."""
    data = read_bytes(name)
    return read_table(data, questions(entry.document), name) if is_table(name, data) else read_data(name, data)
