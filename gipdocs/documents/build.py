"""build(): load and check the answers, make the context, fill the layout, verify and convert the result."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from gipdocs import __version__
from gipdocs.documents.document import BODY, MEDIA_TYPES, Answers, AnyOffice, Check, Document, Finding
from gipdocs.documents.registry import Entry
from gipdocs.documents.rendered import extract_text
from gipdocs.docx.template import Filled, Template
from gipdocs.docx.wording import PLACE
from gipdocs.errors import FormatNotOffered, PluginError, Refused, TemplateError, TextLost
from gipdocs.pdf.converter import DRAWN, Converter
from gipdocs.questions import Questions, load, prepare_questions

NOT_IN_NAMES = re.compile(r'[\\/:*?"<>|\x00-\x1f]')
"""Characters that some system does not allow in the name of a file."""
ONLY_DRAFT = Finding(code="only-draft", severity="info", message="这次只生成草稿，文书上已经标明“草稿”，不能对外使用。")
"""What is found in every document that is a draft whatever its payload says."""


@dataclass(frozen=True, kw_only=True)
class Built:
    """A finished document: its bytes, of `media_type`, the findings, and the versions from which it was made.

    For a PDF they include what has drawn it, which stands in no file.
    """

    filename: str
    media_type: str
    content: bytes
    findings: tuple[Finding, ...]
    provenance: Mapping[str, str]


def examine(entry: Entry, payload: Any, office: AnyOffice) -> tuple[Answers, tuple[Finding, ...]]:
    """The loaded answers and everything that the checks find; InvalidInput if the payload does not load."""
    document = entry.document
    answers, questions = load(document.schema, payload), prepare_questions(document.schema)
    found = [finding for check in document.checks for finding in _found(check, answers, office)]
    found += questions.all_remarks(payload, answers)
    found += questions.all_doubts(answers, office.today)
    found += _left_out(questions, answers, entry.layout(answers, office))
    overrides = {row["code"]: row["reason"] for row in answers.get("overrides", [])}
    return answers, tuple(_overridden(finding, overrides) for finding in found)


def _found(check: Check, answers: Answers, office: AnyOffice) -> list[Finding]:
    """What a check finds; PluginError if it gives anything but a list of findings, as one without `return` does."""
    found: object = check(answers, office)
    told = list(found) if isinstance(found, Iterable) else [found]
    findings = [one for one in told if isinstance(one, Finding)]
    if len(findings) == len(told):
        return findings
    name = getattr(check, "__name__", repr(check))
    raise PluginError(f"核对函数{name}给出的不是提示的列表，请返回Finding的列表，没有提示时返回[]。")


def build(
    entry: Entry,
    payload: Any,
    office: AnyOffice,
    format: str = "docx",
    *,
    converter: Converter | None = None,
    carry: bool = False,
    draft: bool = False,
) -> Built:
    """The document that the payload asks for, in one of its formats.

    `office` has profile, law and `today`. `converter` is needed for PDF. With `carry`, DOCX and PDF of a document for
    citizens have its printed answers inside, for whoever reads them back; others never have. With `draft`, it is marked as a draft whatever the
    payload says, and a finding says so. Raises InvalidInput, Refused (a finding of
    severity error), FormatNotOffered, TemplateError, TextLost, ConversionError.
    """
    document = entry.document
    if format not in document.formats:
        raise FormatNotOffered(f"“{document.title}”不提供{format}格式，可选：{'、'.join(document.formats)}。")
    if draft:
        refuse_unmarked(document, format)
        payload = as_draft(document, payload)
    answers, findings = examine(entry, payload, office)
    findings += (ONLY_DRAFT,) if draft else ()
    if any(finding.severity == "error" for finding in findings):
        raise Refused(findings)
    provenance = origin(entry, office, answers)
    if format in document.renderers:
        content, number = render(document, answers, office, format), ""
    else:
        filled, number = fill(entry, answers, office, provenance, draft=draft)
        DRAWN.set(None)
        content = _as(format, filled, document, converter)
        provenance |= {"typesetter": drawn.by} if (drawn := DRAWN.get()) else {}
        if carry and document.comes_back:
            from gipdocs.documents.carried import pack, put_inside  # takes long to load, and few ask for it

            content = put_inside(content, format, pack(document, provenance["template"], payload))
    return Built(
        filename=_filename(document, number, draft or answers.get("draft", False)) + "." + format,
        media_type=MEDIA_TYPES[format],
        content=content,
        findings=findings,
        provenance=provenance,
    )


def origin(entry: Entry, office: AnyOffice, answers: Answers | None = None) -> dict[str, str]:
    """Provenance: the document and the versions of program, layout, wording and rules.

    Without answers, the versions of all the document's layouts.
    """
    chosen = entry.templates if answers is None else (entry.layout(answers, office),)
    layouts = " ".join(f"{template.path.name} {template.version}" for template in chosen)
    versions = {"document": entry.document.id, "gipdocs": __version__, "template": layouts}
    wording = entry.wording
    return versions | ({"wording": wording.version} if wording else {}) | dict(office.versions)


def fill(
    entry: Entry, answers: Answers, office: AnyOffice, provenance: Mapping[str, str], *, draft: bool = False
) -> tuple[Filled, str]:
    """The filled and verified DOCX, marked as a draft if that is asked for, and its number if its context gives one."""
    document, template, wording = entry.document, entry.layout(answers, office), entry.wording
    context = entry.context(answers, office)
    if BODY in context and wording:
        raise TemplateError(f"文书{document.id}的context不能自己给出{BODY}，它由措辞文件给出。")
    paragraphs = wording.fill(context) if wording else []
    number = str(context.get("number", ""))
    filled = template.fill(
        context | {BODY: paragraphs} if wording else context,
        properties=_properties(document, answers, office, number, provenance),
        body=[None if paragraph.style == PLACE else paragraph.text for paragraph in paragraphs],
        draft=draft or answers.get("draft", False),
    )
    _verify_answers(prepare_questions(document.schema), answers, filled.text, document, names=template.names)
    return filled, number


def as_draft(document: Document, payload: Any) -> Any:
    """The payload of a draft, whatever it says itself; as it is if the document has no drafts of its own."""
    return {**payload, "draft": True} if _knows_drafts(document) and isinstance(payload, Mapping) else payload


def refuse_unmarked(document: Document, format: str) -> None:
    """FormatNotOffered for a format in which nothing would mark a draft."""
    if format in document.renderers and not _knows_drafts(document):
        raise FormatNotOffered(f"“{document.title}”的{format}格式印不上“草稿”字样，只生成草稿的，请改用其他格式。")


def _knows_drafts(document: Document) -> bool:
    return "draft" in prepare_questions(document.schema).fields


def render(document: Document, answers: Answers, office: AnyOffice, format: str) -> bytes:
    """The file that the document's own renderer makes; TextLost if it lacks an answer that must be printed."""
    content = document.renderers[format](answers, office)
    try:
        text = extract_text(content)
    except ValueError as error:
        raise TextLost(f"“{document.title}”的{format}文件结构被破坏，文书没有生成。") from error
    _verify_answers(prepare_questions(document.schema), answers, text, document)
    return content


def _properties(
    document: Document, answers: Answers, office: AnyOffice, number: str, provenance: Mapping[str, str]
) -> dict[str, str]:
    dated = answers.get("date")
    return {
        "title": document.title,
        "subject": number,
        "creator": office.author,
        "keywords": document.group,
        "description": "; ".join(f"{name} {version}" for name, version in provenance.items()),
        "created": (dated if isinstance(dated, date) else office.today).isoformat(),
    }


def _as(format: str, filled: Filled, document: Document, converter: Converter | None) -> bytes:
    if format == "pdf":
        if converter is None:
            raise FormatNotOffered("这里没有PDF转换服务，请改选docx格式。")
        return converter.convert(filled.content, label=document.id)
    if format == "html":
        from gipdocs.docx.html.page import render_page  # the same

        return render_page(filled.content, title=document.title).encode()
    return filled.content


def _filename(document: Document, number: str, draft: bool) -> str:
    name = document.title + (f"（{number}）" if number else "") + ("（草稿）" if draft else "")
    return file_name(name)


def file_name(text: str) -> str:
    """A text as a file name that every system accepts: forbidden characters become "_"."""
    return NOT_IN_NAMES.sub("_", text)


def _overridden(finding: Finding, overrides: Mapping[str, str]) -> Finding:
    if finding.overridable and finding.code in overrides:
        return replace(finding, severity="info", override_reason=overrides[finding.code])
    return finding


def _left_out(questions: Questions, answers: Mapping[str, Any], layout: Template) -> Iterator[Finding]:
    """Warnings for answers that only a layout other than the chosen one prints."""
    for key, question in questions.questions():
        if key in answers and not question.on_file and question.unprinted(layout.names):
            message = f"现在使用的版式不印“{question.label}”，填写的内容只留存备查。"
            yield Finding(code="not-in-layout", severity="warning", message=message, pointer=f"/{key}")


def _verify_answers(
    questions: Questions, answers: Mapping[str, Any], text: str, document: Document, names: Collection[str] = ()
) -> None:
    """Verify that the document contains every text answer that it should print; a long one may be broken into lines.

    `names` are the names that its layout uses. TextLost names the question whose answer is missing.
    """
    unbroken = text.replace("\n", "")
    for question, value in questions.all_printed_texts(answers, names):
        if any(line not in text and line not in unbroken for line in value.split("\n")):
            raise TextLost(
                f"“{document.title}”中没有印出“{question.label}”的内容，文书没有生成。请在版式或者措辞文件里印出它，不必印的在填写项写上on_file=True。"
            )
