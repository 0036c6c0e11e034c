"""The routes of the letters of a case: filled in, drafted, submitted, issued, downloaded, declared void."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from flask import Response, jsonify, request

from gipdocs.access.permissions import Permission
from gipdocs.api.bodies import read_body
from gipdocs.api.case_answers import link, name_steps, show_letter, show_whole_letter
from gipdocs.api.case_bodies import DEED_QUESTIONS, LetterQuestions
from gipdocs.api.cases import cases, created, expected_version, with_version
from gipdocs.api.protocol import takes
from gipdocs.documents.document import MEDIA_TYPES, Answers
from gipdocs.errors import Fault, InvalidInput, InvalidParameter, Refused, StepForbidden
from gipdocs.faces import actor, attach, bytes_type, needs, register
from gipdocs.questions import load
from gipdocs.register.drafts import approve, prefilled, save_draft, send_back, submit
from gipdocs.register.issuing import issue, void
from gipdocs.register.letters import MOST_LETTERS, Letter, list_letters, read_letter
from gipdocs.register.papers import make_pdf, read_file
from gipdocs.register.reading import require_version

LETTER = f"/letters/<int(max={MOST_LETTERS}):id>"


@cases.get("/cases/<number:number>/prefill/<document>")
@needs(Permission.READ_CASES)
def prefill(number: str, document: str) -> Response:
    """The answers to a document's questions that the case knows, or that its open draft holds."""
    return jsonify(prefilled(register(), number, document, by=actor()))


@cases.get("/cases/<number:number>/letters")
@needs(Permission.READ_CASES)
def get_letters(number: str) -> Response:
    """The letters of a case in the order in which they were begun."""
    return jsonify(letters=[show_letter(letter) for letter in list_letters(register(), number)])


@cases.post("/cases/<number:number>/letters")
@needs(Permission.WRITE_CASES)
def make_letter(number: str) -> Response:
    """Keep a letter as a draft, or issue it with its number; If-Match is the version of the case."""
    asked, answers = _read_letter_body()
    version, replaces = expected_version(), asked.get("replaces")
    ours, document = register(), asked["document"]
    with _within("/answers"), _own_words():
        if asked.get("issue"):
            done = issue(ours, number, document, answers, by=actor(), version=version, replaces=replaces)
            return _made(done.letter)
        require_version(ours, number, version)
        return _made(save_draft(ours, number, document, answers, by=actor(), replaces=replaces))


def _read_letter_body() -> tuple[dict[str, Any], Any]:
    """What is asked for, and the answers, which are still unchecked."""
    body = read_body()
    if not isinstance(body, Mapping):
        return load(LetterQuestions, body), None
    asked = load(LetterQuestions, {key: value for key, value in body.items() if key != "answers"})
    if "answers" not in body:
        raise InvalidInput([Fault("/answers", "required", "请填写“answers”，即文书的填写项。")])
    return asked, body["answers"]


@contextmanager
def _within(place: str) -> Iterator[None]:
    """Have the faults of a letter's answers point to their place in the body."""
    try:
        yield
    except Refused as error:
        raise Refused([replace(one, pointer=place + one.pointer) for one in error.findings]) from None
    except InvalidInput as error:
        own = ("/letter", "/replaces")
        faults = [one if one.pointer in own else replace(one, pointer=place + one.pointer) for one in error.faults]
        raise InvalidInput(faults) from None


@cases.get(LETTER)
@needs(Permission.READ_CASES)
def get_letter(id: int) -> Response:
    """A letter with its answers and what its checks found."""
    return _told(id)


@cases.put(LETTER)
@needs(Permission.WRITE_CASES)
def save_letter(id: int) -> Response:
    """Change the answers of a draft."""
    answers = read_body()
    letter = read_letter(register(), id, by=actor())
    with _own_words():
        version = expected_version()
        save_draft(register(), letter.case, letter.document, answers, by=actor(), letter=id, version=version)
    return _told(id)


@cases.get(f"{LETTER}/file")
@needs(Permission.READ_CASES)
@takes("format")
def get_file(id: int) -> Response:
    """An issued letter as DOCX or PDF; the PDF is made when it is first asked for, and kept."""
    letter, format = read_letter(register(), id, by=actor()), request.args.get("format", "docx")
    response = Response(_content(letter, format), content_type=bytes_type(MEDIA_TYPES[format]))
    return attach(response, f"{letter.filename.rpartition('.')[0]}.{format}", plain=letter.document)


def _content(letter: Letter, format: str) -> bytes:
    if format not in ("docx", "pdf"):
        raise InvalidParameter([Fault("/format", "option", "签发的文书只有docx和pdf两种格式，请改正format。")])
    if not letter.docx_hash:
        raise StepForbidden("文书还没有签发，没有文件可以下载。", allowed=name_steps(letter.allowed))
    if format == "pdf":
        return make_pdf(register(), letter.id, by=actor())
    return read_file(register(), letter.case, letter.docx_hash, by=actor()).content


def _submit(letter: Letter, answers: Answers, version: int | None) -> None:
    submit(register(), letter.id, by=actor(), version=version)


def _return(letter: Letter, answers: Answers, version: int | None) -> None:
    send_back(register(), letter.id, by=actor(), text=answers["note"], version=version)


def _approve(letter: Letter, answers: Answers, version: int | None) -> None:
    approve(register(), letter.id, by=actor(), version=version)


def _issue(letter: Letter, answers: Answers, version: int | None) -> None:
    seen, kept = letter.version if version is None else version, letter.answers or {}
    issue(register(), letter.case, letter.document, kept, by=actor(), letter=letter.id, version=seen)


def _void(letter: Letter, answers: Answers, version: int | None) -> None:
    void(register(), letter.id, by=actor(), reason=answers["reason"], version=version)


DEEDS: Mapping[str, Callable[[Letter, Answers, int | None], None]] = {
    "submit": _submit,
    "return": _return,
    "approve": _approve,
    "issue": _issue,
    "void": _void,
}
DECISIONS = tuple(deed for deed in DEEDS if deed != "submit")
"""The deeds of whoever may issue letters."""


@cases.post(f"{LETTER}/submit")
@needs(Permission.WRITE_CASES)
def hand_on(id: int) -> Response:
    """Submit a draft to whoever issues letters; If-Match is the letter's version."""
    return _do(id, "submit")


@cases.post(f"{LETTER}/<any({','.join(DECISIONS)}):deed>")
@needs(Permission.ISSUE)
def decide(id: int, deed: str) -> Response:
    """Send back, approve or issue a draft, or declare an issued letter void; If-Match is the letter's version."""
    return _do(id, deed)


def _do(id: int, deed: str) -> Response:
    """Do it. Every deed asks for a JSON body, if only {}: no form of a page from elsewhere can send one."""
    letter = read_letter(register(), id, by=actor())
    with _own_words():
        DEEDS[deed](letter, load(DEED_QUESTIONS[deed], read_body()), expected_version())
    return _told(id)


@contextmanager
def _own_words() -> Iterator[None]:
    """Have a refusal name the possible steps by the words of the addresses."""
    try:
        yield
    except StepForbidden as error:
        raise StepForbidden(str(error), allowed=name_steps(error.allowed)) from None


def _told(id: int) -> Response:
    letter = read_letter(register(), id, by=actor())
    return with_version(jsonify(show_whole_letter(letter)), letter.version)


def _made(id: int) -> Response:
    return created(_told(id), link("get_letter", id=id))
