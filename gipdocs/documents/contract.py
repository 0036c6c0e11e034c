"""The contract: what every document must fulfil; run by the tests and by `gipdocs check`.

Each obligation is a function of an entry and the office that yields the breaches it finds; `OBLIGATIONS` lists them.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from decimal import Decimal
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from marshmallow import ValidationError
from stdnum.cn import ric, uscc

from gipdocs.documents.build import examine, fill, origin, render
from gipdocs.documents.document import BODY, Answers, AnyOffice, Finding
from gipdocs.documents.explaining import explain
from gipdocs.documents.registry import Entry
from gipdocs.docx.wording import Wording
from gipdocs.errors import GipdocsError, InvalidInput, PluginError
from gipdocs.questions import (
    Block,
    Choice,
    Choices,
    Date,
    IdNumber,
    LongText,
    Money,
    Number,
    Question,
    Questions,
    Rows,
    StaffQuestions,
    Text,
    Uscc,
    YesNo,
    fullest_sample,
    prepare_questions,
)
from gipdocs.questions.figures import Brought, Notes, Quantity

Obligation = Callable[[Entry, AnyOffice], Iterator[str]]
EXTERNAL = re.compile(rb'TargetMode="External"')
HYPERLINK = re.compile(rb'<Relationship [^>]*relationships/hyperlink"[^>]*>')
LIKE_A_FACT = re.compile(
    r"(?<![\d-])0\d{2,3}[-—－ ]?\d{7,8}(?!\d)|(?<!\d)1[3-9]\d{9}(?!\d)"  # telephones
    r"|[\w.+-]+@[\w-]+\.[\w.-]*\w|https?://[^\s，。；、（）<>]+"
    r"|\d{1,2}[:：]\d\d ?[-—～~至] ?\d{1,2}[:：]\d\d"  # hours
    r"|[\u4e00-\u9fff]{2}[路街道巷]\d+号",
    re.ASCII,
)
GIVERS = "givers.toml"
"""The file that names, for each layout or wording that many documents share, the function that gives its names."""
MACHINE = tuple(f"/{key}" for key in StaffQuestions().fields)
"""The machine's own questions."""
# Texts that break careless software: markup, template syntax, rare characters of names.
HOSTILE = ("<select>", "A & B", "{{7*7}}", "{%p if x %}", "]]>", "&amp;", "{_{", "䶮㛃𬭊", "“‘’”", "a\\b")
PLACEHOLDER = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}", re.DOTALL)
REFUSED = ("\ud800", "\x07", "\u202e", "\ufffe")


def find_breaches(entry: Entry, office: AnyOffice) -> Iterator[str]:
    """Every breach of every obligation, as Chinese sentences, each once, even if several obligations report it."""
    yield from dict.fromkeys(_breaches(entry, office, OBLIGATIONS))


def find_first_breach(entry: Entry, office: AnyOffice) -> str | None:
    """The first breach that stops the start: a question without an example, or a name that is used but not given."""
    return next(_breaches(entry, office, (questions_are_described, names_agree)), None)


def _breaches(entry: Entry, office: AnyOffice, obligations: Iterable[Obligation]) -> Iterator[str]:
    for obligation in obligations:
        try:
            yield from obligation(entry, office)
        except Exception as error:  # a document may fail in any way, and the rest must still be examined
            yield f"{explain(error)}。"


def questions_are_described(entry: Entry, office: AnyOffice) -> Iterator[str]:
    """Every question has a label, and every question but a block has an example."""
    for pointer, question in _questions(entry).walk():
        if not question.label.strip():
            yield f"{pointer}：填写项没有label，请写上填写的人看到的名称。"
        if question.example is None and not isinstance(question, Block):
            yield f"{pointer}（{question.label}）：填写项没有example，请给出一个正确的示例。"
        if isinstance(question, Choice) and not question.options:
            yield f"{pointer}（{question.label}）：选择题没有选项，请在options中写上。"


def names_agree(entry: Entry, office: AnyOffice) -> Iterator[str]:
    """The context gives exactly the names that the wording and the chosen layout use."""
    wording = entry.wording
    for template in entry.templates if wording else ():
        if BODY not in template.names:
            yield f"版式文件{template.path.name}没有使用{BODY}，措辞文件的内容印不出来。"
    yield from dict.fromkeys(
        breach
        for payload in (_sample(entry, office), _fullest(entry, office))
        for breach in _disagreements(entry, _examined(entry, payload, office)[0], office)
    )


def _disagreements(entry: Entry, answers: Answers, office: AnyOffice) -> Iterator[str]:
    context, template, wording = entry.context(answers, office), entry.layout(answers, office), entry.wording
    given = set(context)
    file = f"版式文件{template.path.name}"
    for used, where in ((template.names - {BODY} if wording else template.names, file), *_of_wording(wording)):
        if unknown := sorted(used - given):
            cure = _giver(template.path) if where == file else _cure_of_wording(wording, unknown)
            yield f"{where}使用了context没有给出的名称：{'、'.join(unknown)}。{cure or '请在context里给出，或者改正名称。'}"
    yield from _unknown_parts(file, template.parts, context)
    if wording:
        yield from _unknown_parts(f"措辞文件{wording.path.name}", wording.parts, context)
    used = template.names | (wording.names if wording else frozenset())
    if unused := sorted(given - used):
        files = file + (f"和措辞文件{wording.path.name}都" if wording else "")
        yield f"context给出了{files}没有使用的名称：{'、'.join(unused)}。请在文件里用上，或者从context里删去。"


def _of_wording(wording: Wording | None) -> Iterator[tuple[frozenset[str], str]]:
    if wording:
        yield wording.names, f"措辞文件{wording.path.name}"


def _unknown_parts(file: str, parts: Collection[tuple[str, ...]], context: Mapping[str, Any]) -> Iterator[str]:
    """Breaches for uses of `name.part` whose part is not in that mapping of the context, at any depth, each told once.

    The keys of a `dict` may depend on the answers, so that only other mappings are examined: they are always complete,
    and only their parts can be printed.
    """
    complete = {
        name: value for name, value in context.items() if isinstance(value, Mapping) and not isinstance(value, dict)
    }
    yield from dict.fromkeys(
        f"{file}的{fault}。"
        for name, *chain in sorted(parts)
        if name in complete and (fault := _unknown_part(name, chain, complete[name]))
    )


def _unknown_part(name: str, chain: Sequence[str], value: Any) -> str | None:
    """What is wrong with a use of the mapping `value`, by this name and a chain of its parts; None if nothing is."""
    if not chain:
        example = next((f"{{{{ {name}.{part} }}}}" for part in value), "")
        return f"{name}不能整个使用，请写明其中一项，例如{example}"
    for depth, part in enumerate(chain, 1):
        known = list(value) if isinstance(value, Mapping) else [one for one in dir(value) if one[0] != "_"]
        if part not in known:
            close = get_close_matches(part, known, 1)
            meant = f"，是不是{close[0]}" if close else ""
            return f"{'.'.join((name, *chain[:depth]))}中，没有名为{part}的内容{meant}"
        value = value[part] if isinstance(value, Mapping) else getattr(value, part)
    return None


def _cure_of_wording(wording: Wording | None, unknown: Collection[str]) -> str | None:
    """What gives the names of the shared wording, included by this one, that uses one of the unknown names."""
    included = wording.included if wording else ()
    return next((giver for file in included if (giver := _giver(file)) and Wording(file).names & set(unknown)), None)


def _giver(file: Path) -> str | None:
    """What gives the names of a layout or wording that documents share, as a file beside it says."""
    givers = file.parent / GIVERS
    return tomllib.loads(givers.read_text(encoding="utf-8")).get(file.name) if givers.is_file() else None


def template_is_closed(entry: Entry, office: AnyOffice) -> Iterator[str]:
    """The layout refers to nothing outside itself, except by hyperlinks."""
    for template in entry.templates:
        for name, data in template.members.items():
            if name.endswith(".rels") and EXTERNAL.search(HYPERLINK.sub(b"", data)):
                yield f"版式文件{template.path.name}的{name}引用了外部文件或者网址。"
            if "vbaProject" in name or ("embeddings" in name and name.endswith(".bin")):
                yield f"版式文件{template.path.name}含有宏或者嵌入对象（{name}）。"


def sample_builds(entry: Entry, office: AnyOffice) -> Iterator[str]:
    """The sample loads and builds without a finding."""
    answers, findings = _examined(entry, _sample(entry, office), office)
    yield from (f"示例有提示{finding.code}：{finding.message}" for finding in findings)
    fill(entry, answers, office, origin(entry, office))


def _examined(entry: Entry, payload: Any, office: AnyOffice) -> tuple[Answers, tuple[Finding, ...]]:
    """The answers of a payload made of examples, and the findings; PluginError names the examples that are wrong."""
    try:
        return examine(entry, payload, office)
    except InvalidInput as error:
        faults = "；".join(f"{fault.pointer}：{fault.detail.rstrip('。')}" for fault in error.told)
        raise PluginError(f"各填写项的example合在一起通不过检查，请改正：{faults}。") from error


def smallest_and_fullest_build(entry: Entry, office: AnyOffice) -> Iterator[str]:
    """The document can be made from the required answers alone and from all of them, and both as drafts too."""
    schema = _questions(entry)
    for payload in (_required(schema, _sample(entry, office)), _fullest(entry, office)):
        for draft in ({}, {"draft": True}) if "draft" in schema.fields else ({},):
            answers, _ = _examined(entry, payload | draft, office)
            fill(entry, answers, office, origin(entry, office))
    yield from ()


def rendered_formats_are_whole(entry: Entry, office: AnyOffice) -> Iterator[str]:
    """Formats that the document renders itself contain every printed answer; the same answers give the same file."""
    schema = _questions(entry)
    for format in entry.document.renderers:
        for payload in (_required(schema, _sample(entry, office)), _sample(entry, office), _fullest(entry, office)):
            answers, _ = examine(entry, payload, office)
            if render(entry.document, answers, office, format) != render(entry.document, answers, office, format):
                yield f"同样的填写内容两次生成的{format}文件不同。"


def printed_answers_are_printed(entry: Entry, office: AnyOffice) -> Iterator[str]:
    """Changing a printed answer changes the text, changing one on file doesn't; options are printed by their labels."""
    sample, fullest = _sample(entry, office), _fullest(entry, office)
    texts = {False: _text(entry, fullest, office), True: _text(entry, sample, office)}
    names = _layout_names(entry, fullest, office)
    for pointer, question in _questions(entry).walk(fullest):
        if isinstance(question, Block) or pointer.startswith(MACHINE):
            continue
        asked = _has(sample, pointer)
        payload, before = sample if asked else fullest, texts[asked]
        tried = list(_until_changed(before, _changed_texts(entry, payload, pointer, question, office)))
        if not tried:
            yield f"{pointer}（{question.label}）：换一个值后都不能生成，无法核对内容是否印出，请放宽检查或者换一个example。"
        elif (found := tried[-1][1] != before) == question.unprinted(names):
            yield f"{pointer}（{question.label}）：{_misprinted(found)}。"
        if isinstance(question, Choice):
            shown = [(_at(payload, pointer), before), *tried]
            yield from (f"{pointer}（{question.label}）：{breach}" for breach in _keys_printed(question, shown))


def _misprinted(found: bool) -> str:
    if found:
        return "留存备查的内容印到了文书上，请去掉on_file，或者不印它"
    return "内容没有印到文书上，请在版式或者措辞文件里印出，只留存备查的写上on_file=True"


def _until_changed(before: str, texts: Iterable[tuple[Any, str]]) -> Iterator[tuple[Any, str]]:
    """Values with their texts, up to and including the first text that differs from `before`."""
    for value, text in texts:
        yield value, text
        if text != before:
            return


def _keys_printed(question: Choice, shown: Sequence[tuple[Any, str]]) -> Iterator[str]:
    """Breaches for options whose key is printed: outside the label, it occurs more often if the option is chosen."""
    for value, text in shown:
        for key in _chosen(value):
            label = str(question.options[key])
            others = [other for chosen, other in shown if key not in _chosen(chosen)]
            if label != key and any(_count(key, label, text) > _count(key, label, other) for other in others):
                yield f"印出的是选项的代码“{key}”，请在context里换成它的文字“{label}”。"


def _chosen(value: Any) -> list[str]:
    """The keys of the options that an answer chooses."""
    return value if isinstance(value, list) else [] if value is None else [value]


def _count(key: str, label: str, text: str) -> int:
    """How often a key occurs in a text as a separate word, outside the option's label."""
    return len(re.findall(rf"(?<![A-Za-z0-9_]){re.escape(key)}(?![A-Za-z0-9_])", text.replace(label, "")))


def _changed_texts(
    entry: Entry, sample: Mapping[str, Any], pointer: str, question: Question, office: AnyOffice
) -> Iterator[tuple[Any, str]]:
    """Up to four other answers to one question (one if it is on file), each with the document's text.

    Answers that are refused are skipped; if all are, the text without an answer is given.
    """
    tried = 0
    for value in [*_others(question, _at(sample, pointer)), None]:
        if value is None and tried:
            return
        try:
            yield value, _text(entry, _with(sample, pointer, value), office)
        except GipdocsError:
            continue
        tried += 1
        if tried == (1 if question.on_file else 4):
            return


def citizens_are_served(entry: Entry, office: AnyOffice) -> Iterator[str]:
    """A public document can be opened: `to_read` without any answer, a form without questions for staff."""
    document, schema = entry.document, entry.document.schema
    if document.to_read:
        try:
            fill(entry, examine(entry, {}, office)[0], office, origin(entry, office))
        except InvalidInput as error:
            missing = "".join(fault.detail for fault in error.told)
            yield f"写了to_read=True的文书公众不用填写就能打开，但是它不填写不能生成：{missing}请去掉required，或者去掉to_read。"
    elif document.public and issubclass(schema, StaffQuestions):
        yield "写了public=True的文书由公众填写，schema请用Questions；StaffQuestions里的草稿、坚持出具的理由只给工作人员填写。"


def hostile_text_survives(entry: Entry, office: AnyOffice) -> Iterator[str]:
    """Every text answer comes out as typed, or is refused by the schema."""
    fullest = _fullest(entry, office)
    _text(entry, fullest, office)  # if even this fails, no typed text is to blame
    trial = _Trial(entry, office, fullest, _layout_names(entry, fullest, office))
    walked = _questions(entry).walk(fullest)
    texts = [(place, one) for place, one in walked if isinstance(one, Text) and not place.startswith(MACHINE)]
    for number in range(len(HOSTILE) + len(REFUSED) + 2):
        typed = {place: (one, _hostile(number, i, one)) for i, (place, one) in enumerate(texts)}
        yield from trial.lost({place: pair for place, pair in typed.items() if _takes(*pair)})


def _hostile(number: int, i: int, question: Text) -> str:
    """A different text for each question, so that no text can be mistaken for that of another question."""
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


Typed = Mapping[str, tuple[Text, str]]


@dataclass(frozen=True)
class _Trial:
    """Types texts into a document and looks for them; once a question has refused a text, its texts are tried alone."""

    entry: Entry
    office: AnyOffice
    fullest: Mapping[str, Any]
    names: frozenset[str]
    refused: set[str] = field(default_factory=set)

    def lost(self, typed: Typed) -> Iterator[str]:
        """Breaches after typing these texts: all that were never refused at once, the others one by one."""
        together = {pointer: pair for pointer, pair in typed.items() if pointer not in self.refused}
        apart = [{pointer: pair} for pointer, pair in typed.items() if pointer in self.refused]
        for some in (together, *apart):
            yield from self._lost(some)

    def _lost(self, typed: Typed) -> Iterator[str]:
        payload: Any = self.fullest
        for pointer, (_, text) in typed.items():
            payload = _with(payload, pointer, text)
        try:
            shown = _text(self.entry, payload, self.office).replace("\n", "")
        except GipdocsError as error:
            yield from self._refused(typed, error)
            return
        for pointer, (question, text) in typed.items():
            if not question.unprinted(self.names) and text not in shown:
                yield f"{pointer}（{question.label}）：{text[:20]!a}没有原样印出。"

    def _refused(self, typed: Typed, error: GipdocsError) -> Iterator[str]:
        """Halve the refused texts until the culprit is alone, which takes few builds if one text of many is refused."""
        pairs = list(typed.items())
        if len(pairs) > 1:
            for half in (pairs[: len(pairs) // 2], pairs[len(pairs) // 2 :]):
                yield from self._lost(dict(half))
            return
        self.refused.update(typed)
        if error.status != 422:
            yield from (f"{pointer}（{question.label}）：没有被正常拒绝：{error}" for pointer, (question, _) in pairs)


def facts_are_not_typed(entry: Entry, office: AnyOffice) -> Iterator[str]:
    """Layout, wording, labels and help contain no name, address, number or hour: these come from the office."""
    for where, text in _typed(entry, office):
        yield from (
            f"{where}写了“{fact}”，应当取自机关概况的{key}。" for fact, key in office.facts.items() if fact in text
        )
        unknown = [found for found in _like_facts(text) if found not in office.facts]
        yield from (f"{where}写了“{found}”，应当取自机关概况或者填写内容。" for found in unknown)


def facts_are_the_offices(entry: Entry, office: AnyOffice) -> Iterator[str]:
    """Every number, address or hour that the sample prints comes from the office or from the answers."""
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
    citizens_are_served,
    hostile_text_survives,
    facts_are_not_typed,
    facts_are_the_offices,
)


def _typed(entry: Entry, office: AnyOffice) -> Iterator[tuple[str, str]]:
    """The texts typed by hand, of each file and of the questions, without placeholders and notes."""
    parts = [(one.path.name, name, data) for one in entry.templates for name, data in one.members.items()]
    for file, name, data in parts:
        if name.startswith("word/") and name.endswith(".xml"):
            text = re.sub(r"<[^>]*>", "", data.decode().replace("</w:p>", "\n"))
            yield f"版式文件{file}", PLACEHOLDER.sub("\n", text)
    if entry.wording:
        yield f"措辞文件{entry.wording.path.name}", PLACEHOLDER.sub("\n", entry.wording.source)
    document = entry.document
    yield "文书声明", f"{document.title}\n{document.summary}"
    for pointer, question in prepare_questions(document.schema).walk():
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


def _questions(entry: Entry) -> Questions:
    return prepare_questions(entry.document.schema)


def _sample(entry: Entry, office: AnyOffice) -> dict[str, Any]:
    return _questions(entry).sample(office)


def _fullest(entry: Entry, office: AnyOffice) -> dict[str, Any]:
    return fullest_sample(_questions(entry), office)


def _has(data: Any, pointer: str) -> bool:
    try:
        _at(data, pointer)
    except (KeyError, IndexError, TypeError):
        return False
    return True


def _text(entry: Entry, payload: Any, office: AnyOffice) -> str:
    answers, _ = examine(entry, payload, office)
    return fill(entry, answers, office, origin(entry, office))[0].text


def _layout_names(entry: Entry, payload: Any, office: AnyOffice) -> frozenset[str]:
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


def _others(question: Question, value: Any) -> Iterator[Any]:
    """Other valid values for a question."""
    if isinstance(question, Choices):
        yield from ([option] for option in question.options if [option] != value)
    elif isinstance(question, Choice):
        yield from (option for option in question.options if option != value)
    elif isinstance(question, YesNo):
        yield not value
    elif isinstance(question, Money | Quantity):
        yield from (str(number) for step in (1, -1) if (number := Decimal(str(value)) + step) >= 0)
    elif isinstance(question, Notes):
        yield {key: text + "甲" for key, text in value.items()}
    elif isinstance(question, Brought):
        yield from _with_more(value)
    elif isinstance(question, Number):
        yield from (number for number in (value + 1, value - 1) if question.least <= number <= question.most)
    elif isinstance(question, Date):
        year, rest = value[:4], value[4:]
        yield from (value[:8] + ("16" if value[8:] != "16" else "17"), value[:8] + "11", f"{int(year) - 1}{rest}")
    elif isinstance(question, LongText):
        yield value + "（另加一句核对用的话）"
    elif isinstance(question, Uscc | IdNumber) and len(value) == 18:
        calculate = uscc.calc_check_digit if isinstance(question, Uscc) else ric.calc_check_digit
        yield from (body + calculate(body) for body in _digits(value[:-1]))
        yield from _digits(value)
    elif isinstance(question, Text):
        yield from (value + "甲", value[:-1] + ("2" if value[-1:] != "2" else "3"), *_digits(value))
    else:
        yield _more(value)


def _digits(value: str) -> Iterator[str]:
    """The value with one digit changed, each in turn, for numbers with a check digit or a fixed form."""
    for i, sign in enumerate(value):
        if sign.isdigit():
            for other in "0123456789":
                if other != sign:
                    yield value[:i] + other + value[i + 1 :]


def _with_more(value: Any) -> Iterator[Any]:
    """The data with one of its whole numbers greater by 1, each in turn."""
    for key, one in (
        value.items() if isinstance(value, Mapping) else enumerate(value) if isinstance(value, list) else ()
    ):
        others = iter([one + 1]) if isinstance(one, int) and not isinstance(one, bool) else _with_more(one)
        for other in others:
            changed: Any = {**value} if isinstance(value, Mapping) else [*value]
            changed[key] = other
            yield changed


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
