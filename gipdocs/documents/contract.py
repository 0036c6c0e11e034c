"""What every document owes the service; run by the tests and by `gipdocs check`.

Each obligation is a function of an entry and the office that yields the breaches it sees; `OBLIGATIONS` lists them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from copy import deepcopy
from difflib import get_close_matches
from typing import Any

from marshmallow import ValidationError

from gipdocs.documents.build import BODY, examine, fill, origin, questions, render
from gipdocs.documents.document import Answers
from gipdocs.documents.registry import Entry
from gipdocs.errors import GipdocsError
from gipdocs.questions import (
    Block,
    Choice,
    Choices,
    Date,
    LongText,
    Number,
    Question,
    Questions,
    Rows,
    Text,
    YesNo,
)

Obligation = Callable[[Entry, Any], Iterator[str]]
EXTERNAL = re.compile(rb'TargetMode="External"')
HYPERLINK = re.compile(rb'<Relationship [^>]*relationships/hyperlink"[^>]*>')
LIKE_A_FACT = re.compile(
    r"(?<![\d-])0\d{2,3}[-—－ ]?\d{7,8}(?!\d)|(?<!\d)1[3-9]\d{9}(?!\d)"  # telephones
    r"|[\w.+-]+@[\w-]+\.[\w.-]*\w|https?://[^\s，。；、（）<>]+"
    r"|\d{1,2}[:：]\d\d ?[-—～~至] ?\d{1,2}[:：]\d\d"  # hours
    r"|[\u4e00-\u9fff]{2}[路街道巷]\d+号",
    re.ASCII,
)
MACHINE = ("/draft", "/overrides")  # the machine's own questions
# Characters that break lesser machines: markup, template syntax, rare names, the longest line.
HOSTILE = ("<select>", "A & B", "{{7*7}}", "{%p if x %}", "]]>", "&amp;", "{_{", "䶮㛃𬭊", "“‘’”", "a\\b")
PLACEHOLDER = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}", re.DOTALL)
REFUSED = ("\ud800", "\x07", "\u202e", "\ufffe")


def breaches(entry: Entry, office: Any) -> Iterator[str]:
    """Every breach of every obligation, as Chinese sentences."""
    for obligation in OBLIGATIONS:
        try:
            yield from obligation(entry, office)
        except GipdocsError as error:
            yield f"{obligation.__name__}：{error}"
        except Exception as error:  # a document may fail in any way, and the others are still to be examined
            yield f"{obligation.__name__}：{type(error).__name__}：{error}"


def questions_are_described(entry: Entry, office: Any) -> Iterator[str]:
    """Every question has a label, and an example unless its block gives one."""
    for pointer, question in _walk(questions(entry.document)()):
        if not question.label.strip():
            yield f"{pointer}：问题没有label。"
        if question.example is None and not isinstance(question, Block):
            yield f"{pointer}（{question.label}）：问题没有example。"
        if isinstance(question, Choice) and not question.options:
            yield f"{pointer}（{question.label}）：选择题没有选项。"


def names_agree(entry: Entry, office: Any) -> Iterator[str]:
    """The context gives exactly the names that wording and chosen layout use."""
    wording = entry.wording
    for template in entry.templates if wording else ():
        if BODY not in template.names:
            yield f"版式文件{template.path.name}没有使用{BODY}，措辞文件的内容印不出来。"
    yield from dict.fromkeys(
        breach
        for payload in (_sample(entry, office), _fullest(entry, office))
        for breach in _disagreements(entry, examine(entry, payload, office)[0], office)
    )


def _disagreements(entry: Entry, answers: Answers, office: Any) -> Iterator[str]:
    context, template, wording = entry.context(answers, office), entry.layout(answers, office), entry.wording
    given = set(context)
    used = (template.names | wording.names) - {BODY} if wording else template.names
    if unknown := sorted(used - given):
        yield f"版式文件{template.path.name}或者措辞文件使用了context没有给出的名称：{'、'.join(unknown)}。"
    yield from _unknown_parts(f"版式文件{template.path.name}", template.parts, context)
    if wording:
        yield from _unknown_parts(f"措辞文件{wording.path.name}", wording.parts, context)
    if unused := sorted(given - used):
        yield f"context给出了版式文件{template.path.name}和措辞文件都没有使用的名称：{'、'.join(unused)}。"


def _unknown_parts(file: str, parts: Collection[tuple[str, ...]], context: Mapping[str, Any]) -> Iterator[str]:
    """Parts, written `name.part`, that a mapping of the context doesn't have, and what such a part doesn't have.

    What a `dict` holds may depend on the answers; any other mapping is whole whatever they are.
    """
    for name, *chain in sorted(parts):
        value = context.get(name)
        if not isinstance(value, Mapping) or isinstance(value, dict):
            continue
        for part in chain:
            known = list(value) if isinstance(value, Mapping) else [one for one in dir(value) if one[0] != "_"]
            if part not in known:
                close = get_close_matches(part, known, 1)
                meant = f"，是不是{close[0]}" if close else ""
                yield f"{file}的{'.'.join((name, *chain))}中，没有名为{part}的内容{meant}。"
                break
            value = value[part] if isinstance(value, Mapping) else getattr(value, part)


def template_is_closed(entry: Entry, office: Any) -> Iterator[str]:
    """The layout names nothing outside itself, but for hyperlinks."""
    for template in entry.templates:
        for name, data in template.members.items():
            if name.endswith(".rels") and EXTERNAL.search(HYPERLINK.sub(b"", data)):
                yield f"版式文件{template.path.name}的{name}引用了外部文件或者网址。"
            if "vbaProject" in name or ("embeddings" in name and name.endswith(".bin")):
                yield f"版式文件{template.path.name}含有宏或者嵌入对象（{name}）。"


def sample_builds(entry: Entry, office: Any) -> Iterator[str]:
    """The sample loads and builds without a finding."""
    answers, findings = examine(entry, _sample(entry, office), office)
    yield from (f"示例有提示{finding.code}：{finding.message}" for finding in findings)
    fill(entry, answers, office, origin(entry, office))


def smallest_and_fullest_build(entry: Entry, office: Any) -> Iterator[str]:
    """The required questions alone can be filled in, so can all together, and both as drafts."""
    schema = questions(entry.document)()
    for payload in (_required(schema, _sample(entry, office)), _fullest(entry, office)):
        for draft in ({}, {"draft": True}) if "draft" in schema.fields else ({},):
            answers, _ = examine(entry, payload | draft, office)
            fill(entry, answers, office, origin(entry, office))
    yield from ()


def rendered_formats_are_whole(entry: Entry, office: Any) -> Iterator[str]:
    """Formats that the document renders itself hold every printed answer, and the same answers give the same file."""
    schema = questions(entry.document)()
    for format in entry.document.renderers:
        for payload in (_required(schema, _sample(entry, office)), _sample(entry, office), _fullest(entry, office)):
            answers, _ = examine(entry, payload, office)
            if render(entry.document, answers, office, format) != render(entry.document, answers, office, format):
                yield f"同样的填写内容两次生成的{format}文件不同。"


def printed_answers_are_printed(entry: Entry, office: Any) -> Iterator[str]:
    """Changing a printed answer changes the text; changing one that is on file doesn't."""
    sample, fullest = _sample(entry, office), _fullest(entry, office)
    texts = {False: _text(entry, fullest, office), True: _text(entry, sample, office)}
    names = _layout_names(entry, fullest, office)
    for pointer, question in _walk(questions(entry.document)(), fullest):
        if isinstance(question, Block) or pointer.startswith(MACHINE):
            continue
        asked = _has(sample, pointer)
        payload, before, found = sample if asked else fullest, texts[asked], None
        for text in _changed_texts(entry, payload, pointer, question, office):
            found = found or text != before
            if found:
                break
        if found is None:
            yield f"{pointer}（{question.label}）：换一个值后都不能生成，无法核对内容是否印出。"
        elif found == question.unprinted(names):
            what = "留存备查的内容印到了文书上" if found else "内容没有印到文书上"
            yield f"{pointer}（{question.label}）：{what}。"


def _changed_texts(
    entry: Entry, sample: Mapping[str, Any], pointer: str, question: Question, office: Any
) -> Iterator[str]:
    """The document's texts with other answers to one question, at most four (one if it is on file); what is refused is left out.

    Where every other answer is refused, the text without any.
    """
    tried = 0
    for value in [*_others(question, _at(sample, pointer)), None]:
        if value is None and tried:
            return
        try:
            yield _text(entry, _with(sample, pointer, value), office)
        except GipdocsError:
            continue
        tried += 1
        if tried == (1 if question.on_file else 4):
            return


def hostile_text_survives(entry: Entry, office: Any) -> Iterator[str]:
    """Every text answer comes out as typed, or is refused by the schema."""
    fullest = _fullest(entry, office)
    walked = _walk(questions(entry.document)(), fullest)
    texts = [(place, one) for place, one in walked if isinstance(one, Text) and not place.startswith(MACHINE)]
    for number in range(len(HOSTILE) + len(REFUSED) + 2):
        typed = {place: (one, _hostile(number, i, one)) for i, (place, one) in enumerate(texts)}
        taken = {place: pair for place, pair in typed.items() if _takes(*pair)}
        yield from _lost(entry, office, fullest, taken)


def _hostile(number: int, i: int, question: Text) -> str:
    """A text of its own for each question, so that one cannot stand in for another."""
    if number < len(HOSTILE):
        return f"{HOSTILE[number]}{i}"
    if number < len(HOSTILE) + len(REFUSED):
        return f"{i}{REFUSED[number - len(HOSTILE)]}"
    return chr(0x4E00 + i) * (question.longest + number - len(HOSTILE) - len(REFUSED))


def _takes(question: Text, text: str) -> bool:
    try:
        question.deserialize(text)
    except ValidationError:
        return False
    return True


def _lost(entry: Entry, office: Any, fullest: dict[str, Any], typed: Mapping[str, tuple[Text, str]]) -> Iterator[str]:
    """What is wrong when all these texts are typed at once; where that is refused, one after the other."""
    payload, names = fullest, _layout_names(entry, fullest, office)
    for pointer, (_, text) in typed.items():
        payload = _with(payload, pointer, text)
    try:
        shown = _text(entry, payload, office).replace("\n", "")
    except GipdocsError as error:
        if len(typed) > 1:
            for pointer, pair in typed.items():
                yield from _lost(entry, office, fullest, {pointer: pair})
        elif error.status != 422:
            yield from (
                f"{pointer}（{question.label}）：没有被正常拒绝：{error}" for pointer, (question, _) in typed.items()
            )
        return
    for pointer, (question, text) in typed.items():
        if not question.unprinted(names) and text not in shown:
            yield f"{pointer}（{question.label}）：{text[:20]!a}没有原样印出。"


def facts_are_not_typed(entry: Entry, office: Any) -> Iterator[str]:
    """Layout, wording, labels and help hold no name, address, number or hour: these come from the office."""
    for where, text in _typed(entry, office):
        yield from (
            f"{where}写了“{fact}”，应当取自机关概况的{key}。" for fact, key in office.facts.items() if fact in text
        )
        unknown = [found for found in _like_facts(text) if found not in office.facts]
        yield from (f"{where}写了“{found}”，应当取自机关概况或者填写内容。" for found in unknown)


def facts_are_the_offices(entry: Entry, office: Any) -> Iterator[str]:
    """Every number, address or hour that the sample prints is the office's, or was answered."""
    sample = _sample(entry, office)
    known = "\n".join([*office.facts, *_strings(sample)])
    for found in _like_facts(_text(entry, sample, office)):
        if found not in known:
            yield f"文书印出“{found}”，但机关概况和填写内容中都没有。"


OBLIGATIONS: tuple[Obligation, ...] = (
    questions_are_described,
    template_is_closed,
    names_agree,
    sample_builds,
    smallest_and_fullest_build,
    rendered_formats_are_whole,
    printed_answers_are_printed,
    hostile_text_survives,
    facts_are_not_typed,
    facts_are_the_offices,
)


def _typed(entry: Entry, office: Any) -> Iterator[tuple[str, str]]:
    """What was typed by hand, file by file, and in the questions; placeholders and notes left out."""
    parts = [(one.path.name, name, data) for one in entry.templates for name, data in one.members.items()]
    for file, name, data in parts:
        if name.startswith("word/") and name.endswith(".xml"):
            text = re.sub(r"<[^>]*>", "", data.decode().replace("</w:p>", "\n"))
            yield f"版式文件{file}", PLACEHOLDER.sub("\n", text)
    if entry.wording:
        yield f"措辞文件{entry.wording.path.name}", PLACEHOLDER.sub("\n", entry.wording.source)
    document = entry.document
    yield "文书声明", f"{document.title}\n{document.summary}"
    for pointer, question in _walk(questions(document)()):
        yield f"填写项{pointer}", f"{question.label}\n{question.help_for(office)}"


def _like_facts(text: str) -> list[str]:
    return list(dict.fromkeys(LIKE_A_FACT.findall(text)))


def _strings(data: Any) -> Iterator[str]:
    if isinstance(data, Mapping):
        data = list(data.values())
    if isinstance(data, list):
        for one in data:
            yield from _strings(one)
    else:
        yield str(data)


def _sample(entry: Entry, office: Any) -> dict[str, Any]:
    return questions(entry.document)().sample(office)


def _fullest(entry: Entry, office: Any) -> dict[str, Any]:
    payload = questions(entry.document)().sample(office, full=True)
    return {key: value for key, value in payload.items() if f"/{key}" not in MACHINE}


def _has(data: Any, pointer: str) -> bool:
    try:
        _at(data, pointer)
    except (KeyError, IndexError, TypeError):
        return False
    return True


def _text(entry: Entry, payload: Any, office: Any) -> str:
    answers, _ = examine(entry, payload, office)
    return fill(entry, answers, office, origin(entry, office))[0].text


def _layout_names(entry: Entry, payload: Any, office: Any) -> frozenset[str]:
    return entry.layout(examine(entry, payload, office)[0], office).names


def _required(schema: Questions, sample: Mapping[str, Any]) -> dict[str, Any]:
    smallest: dict[str, Any] = {}
    for key, question in schema.questions():
        if not question.required or key not in sample:
            continue
        value = sample[key]
        if isinstance(question, Rows):
            value = [_required(question.questions(), row) for row in value[: max(question.least, 1)]]
        elif isinstance(question, Block):
            value = _required(question.questions(), value)
        smallest[key] = value
    return smallest


def _walk(schema: Questions, sample: Any = None, pointer: str = "") -> Iterator[tuple[str, Question]]:
    """Pointer and question; with a sample, only those that it answers, of rows the first."""
    for key, question in schema.questions():
        if sample is not None and key not in sample:
            continue
        place = f"{pointer}/{key}"
        yield place, question
        if isinstance(question, Block):
            below = sample[key] if sample is not None else None
            if isinstance(question, Rows):
                place, below = f"{place}/0", below[0] if below else below
            if sample is None or below:
                yield from _walk(question.questions(), below, place)


def _others(question: Question, value: Any) -> Iterator[Any]:
    """Other right values for a question."""
    if isinstance(question, Choices):
        yield from ([option] for option in question.options if [option] != value)
    elif isinstance(question, Choice):
        yield from (option for option in question.options if option != value)
    elif isinstance(question, YesNo):
        yield not value
    elif isinstance(question, Number):
        yield from (number for number in (value + 1, value - 1) if question.least <= number <= question.most)
    elif isinstance(question, Date):
        year, rest = value[:4], value[4:]
        yield from (value[:8] + ("16" if value[8:] != "16" else "17"), value[:8] + "11", f"{int(year) - 1}{rest}")
    elif isinstance(question, LongText):
        yield value + "（另加一句核对用的话）"
    elif isinstance(question, Text):
        yield from (value + "甲", value[:-1] + ("2" if value[-1:] != "2" else "3"), *_digits(value))
    else:
        yield _more(value)


def _digits(value: str) -> Iterator[str]:
    """The value with one digit after the other changed, for numbers with a check digit or a fixed form."""
    for i, sign in enumerate(value):
        if sign.isdigit():
            for other in "0123456789":
                if other != sign:
                    yield value[:i] + other + value[i + 1 :]


def _more(value: Any) -> Any:
    return [*value, "另加一项"] if isinstance(value, list) else str(value) + "1"


def _at(data: Any, pointer: str) -> Any:
    for token in pointer.split("/")[1:]:
        data = data[int(token)] if isinstance(data, list) else data[token]
    return data


def _with(data: Any, pointer: str, value: Any) -> Any:
    changed = deepcopy(data)
    *path, last = pointer.split("/")[1:]
    place = _at(changed, "".join(f"/{token}" for token in path))
    place[int(last) if isinstance(place, list) else last] = value
    return changed
