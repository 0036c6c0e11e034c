"""The letters of a case: chosen, filled in from the case, drafted, submitted, issued, downloaded, declared void."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from flask import Blueprint, Response, jsonify, request, url_for

from gipdocs.access.permissions import Permission
from gipdocs.documents.build import as_draft
from gipdocs.documents.document import MEDIA_TYPES, Document
from gipdocs.errors import ConversionError, FormatNotOffered, GipdocsError, InvalidInput, Refused
from gipdocs.faces import actor, attach, needs, register, service
from gipdocs.questions import Question
from gipdocs.register.drafts import (
    OPEN,
    approve,
    discard,
    keep_draft,
    known_answers,
    prefilled,
    save_draft,
    send_back,
    submit,
)
from gipdocs.register.events import KINDS, permission_for
from gipdocs.register.finding import find_numbered
from gipdocs.register.issuing import DATE, NUMBER, issue, offer_number, own_key, void
from gipdocs.register.joining import named_cases
from gipdocs.register.letters import Letter, list_letters, read_letter
from gipdocs.register.names import JOINED, names_asked
from gipdocs.register.papers import make_pdf, read_file
from gipdocs.register.reading import read_case
from gipdocs.register.recording import RECORDABLE
from gipdocs.register.steps import documents_by_kind
from gipdocs.service import ZONE
from gipdocs.tracing import tell
from gipdocs.web import counter
from gipdocs.web.counter import EXPIRED
from gipdocs.web.done import see, to_case
from gipdocs.web.errors import answer_errors
from gipdocs.web.guard import is_genuine
from gipdocs.web.joint import JOIN
from gipdocs.web.pages import page
from gipdocs.web.sheets import CounterSheet, Door, Notice
from gipdocs.web.shelves import group_documents, name_documents

letters = Blueprint("letters", __name__, url_prefix="/desk", template_folder="templates")
WHOLE = re.compile("[0-9]{1,9}")
ENDS = ("。", "！", "？", "；")
"""The marks after which another sentence may begin."""


@dataclass(frozen=True, kw_only=True)
class Deed:
    """What can be done to a letter outside its form: its name, what it leads to, what it asks ("" for nothing).

    `needs` is the permission for it.
    """

    label: str
    says: str
    asks: str
    done: str
    must: bool = True
    needs: Permission = Permission.ISSUE


DEEDS = {
    "void": Deed(label="作废", says="作废后文号不再使用，由它引起的记录一并更正。", asks="作废的原因", done="voided"),
    "approve": Deed(
        label="同意签发",
        says="同意后由编号的人签发；此后又有改动的，要重新同意。",
        asks="意见（可以不填）",
        done="approved",
        must=False,
    ),
    "return": Deed(label="退回修改", says="退回后由承办人修改，重新提请签发。", asks="退回修改的意见", done="returned"),
    "discard": Deed(label="删除草稿", says="删除后不能恢复。", asks="", done="discarded", needs=Permission.WRITE_CASES),
}


@dataclass(frozen=True, kw_only=True)
class CaseDoor(Door):
    """The counter that serves the letters of one case; `letter` is the draft that is being written, if it was kept.

    `replaces` is the void letter that a new one stands for. `joined` are the further cases that the letter answers, each
    with the version that its page has seen; `asked` are those of them with which its form began.
    """

    staff: bool = True
    letter: int | None = None
    replaces: int | None = None
    joined: dict[str, int] = field(default_factory=dict)
    asked: tuple[str, ...] = ()

    def url(self, name: str, **values: Any) -> str:
        """The URL of one of this counter's routes."""
        if name == "home":
            return url_for("cases.show_case", number=self.case)
        where = {"number": self.case, "id": values["id"], "letter": self.letter, "replaces": self.replaces}
        return url_for("letters.write_letter" if name == "form" else "letters.preview_letter", **where)

    def known(self, document: Document) -> Mapping[str, Any]:
        """The answers that the case gives, and those that are joined with it."""
        return known_answers(register(), self.case, document.id, joined=[*self.joined])

    def joins(self, document: Document) -> bool:
        """Whether a document has a place for further cases."""
        return JOINED in names_asked(document.schema)

    def mark(self, question: Question) -> str:
        """Issue gives the number and the date of the letter, unless the office's numbers are typed."""
        if question.case == DATE:
            return "不填的，为签发当天"
        if question.case == NUMBER:
            return "签发时必填" if self._is_typed else "不填的，签发时编定"
        return super().mark(question)

    @property
    def _is_typed(self) -> bool:
        return service().profile.numbering.mode == "typed"

    def offer(self, key: str, sheet: CounterSheet) -> str:
        """The number that the letter would be given now."""
        document = sheet.entry.document
        if key != own_key(document, NUMBER) or sheet.payload.get(key):
            return ""
        number = offer_number(register(), document.id, self._date(sheet))
        return f"按顺序，下一个文号是{number}。" if self._is_typed else f"签发时编文号：{number}（按顺序）。"

    def _date(self, sheet: CounterSheet) -> date:
        try:
            return date.fromisoformat(sheet.payload.get(own_key(sheet.entry.document, DATE), ""))
        except (TypeError, ValueError):
            return service().office().today

    def begin(self, sheet: CounterSheet) -> Notice | None:
        """Fill in what the case knows, or the draft."""
        sheet.form.prefill(self._beginning(sheet.entry.document))
        sheet.version = self._present_version()
        return Notice(tone="good" if "kept" in request.args else "calm", text=self._greeting())

    def _beginning(self, document: Document) -> dict[str, Any]:
        """The answers with which the form begins; a letter that replaces another begins with the answers of that one."""
        where = (register(), self.case, document.id)
        answers = prefilled(*where, by=actor(), letter=self.letter, joined=self.asked)
        if self.replaces is None or self.letter is not None:
            return answers
        old = read_letter(register(), self.replaces, by=actor())
        left = {own_key(document, NUMBER), own_key(document, DATE), "draft"}
        return answers | {key: answer for key, answer in (old.answers or {}).items() if key not in left}

    def _greeting(self) -> str:
        if "kept" in request.args:
            return "草稿已保存，可以接着写，也可以以后从案件页打开。"
        if self.letter is None and self.asked:
            return f"已填入{len(self.asked) + 1}件案件里的内容，请核对。签发后，这份文书记入各件案件。"
        if self.letter is None:
            return "已填入案件里的内容，请核对。" if self.replaces is None else "已填入作废文书的内容，请改正后签发。"
        letter = read_letter(register(), self.letter, by=actor())
        if letter.is_sent_back:
            return self._tell_return(letter.id)
        if letter.state != "submitted":
            return "这是保存的草稿，请接着填写。"
        may_issue = actor().may(Permission.ISSUE)
        if letter.approved_by:
            return f"{letter.approved_by}已经同意签发这份文书。{'没有改动的，点“签发”。' if may_issue else ''}"
        if not may_issue:
            return "这份文书已经提请签发。改动以后保存草稿，签发的人看到的是改动后的内容。"
        return "这份文书已经提请签发。同意的，点“同意签发”或者直接“签发”；需要修改的，退回修改，或者改好后签发。"

    def _tell_return(self, letter: int) -> str:
        """Who sent the letter back last, and what is to be changed."""
        records = read_case(register(), self.case, by=actor()).records
        found = [one for one in records if one.event.kind == "returned" and one.event.letter == letter]
        told = f"{found[-1].made_by}退回修改：{found[-1].note}" if found else "这份文书已经退回修改。"
        return f"{told}{'' if told.endswith(ENDS) else '。'}改好以后再提请签发。"

    @property
    def is_submitted(self) -> bool:
        """Whether the letter waits for approval."""
        return self.letter is not None and read_letter(register(), self.letter, by=actor()).state == "submitted"

    @property
    def decisions(self) -> Mapping[str, str]:
        """What the reader may decide about the letter that waits for it: the labels of deeds by their keys."""
        if not self.is_submitted or not actor().may(Permission.ISSUE):
            return {}
        letter = read_letter(register(), self.letter or 0, by=actor())
        return {key: DEEDS[key].label for key in ("approve", "return") if key != "approve" or not letter.approved_by}

    def complete(self, document: Document, payload: dict[str, Any]) -> dict[str, Any]:
        """A letter has no number until it is issued: it is checked and previewed as a draft."""
        return dict(as_draft(document, payload))

    def act(self, sheet: CounterSheet, do: str) -> Response | None:
        """Keep the draft, submit it, or issue the letter."""
        deeds = {"draft": self._keep, "submit": self._submit, "issue": self._issue}
        if do == "keep":
            return self._keep_by_itself(sheet)
        if do not in deeds:
            return None
        try:
            return deeds[do](sheet)
        except InvalidInput as error:
            sheet.say(error.faults)
            return sheet.page(status=422)
        except Refused as error:
            sheet.say(error.findings)
            return sheet.page(status=422)
        except GipdocsError as error:
            sheet.version = self._present_version()  # whoever has read the notice may go on
            self.joined.update(see_versions(self.joined))
            return sheet.page(Notice(tone="bad", text=f"{error.title}：{error}"), error.status)

    def _present_version(self) -> int:
        """The version of the draft, or of the case if there is no draft."""
        if self.letter is not None:
            return read_letter(register(), self.letter, by=actor()).version
        return read_case(register(), self.case, by=actor()).version

    def _save(self, sheet: CounterSheet) -> int:
        return save_draft(
            register(),
            self.case,
            sheet.entry.document.id,
            sheet.payload,
            by=actor(),
            letter=self.letter,
            version=sheet.version,
            replaces=self.replaces,
        )

    def _keep_by_itself(self, sheet: CounterSheet) -> Response:
        """Keep what was typed, for a page that stays where it is; nothing if it is only what the case knows anyway."""
        document = sheet.entry.document
        begun = counter.blank_sheet(sheet.entry, self)
        begun.form.prefill(self._beginning(document))
        if begun.payload == sheet.payload:
            return Response(status=204)
        try:
            letter, version = keep_draft(
                register(),
                self.case,
                document.id,
                sheet.payload,
                by=actor(),
                letter=self.letter,
                version=sheet.version,
                replaces=self.replaces,
            )
        except GipdocsError as error:
            return answer({"told": str(error)}, error.status)
        url = url_for("letters.write_letter", number=self.case, id=document.id, letter=letter)
        return answer(
            {"letter": letter, "version": version, "url": url, "said": f"{datetime.now(ZONE):%H:%M} 已自动保存"}
        )

    def _keep(self, sheet: CounterSheet) -> Response:
        letter = self._save(sheet)
        return see("letters.write_letter", number=self.case, id=sheet.entry.document.id, letter=letter, kept=1)

    def _submit(self, sheet: CounterSheet) -> Response:
        if (refusal := counter.examine(sheet)) is not None:
            return refusal
        submit(register(), self._save(sheet), by=actor())
        return to_case(self.case, "submitted")

    def _issue(self, sheet: CounterSheet) -> Response:
        if (refusal := counter.examine(sheet)) is not None:
            return refusal
        if sheet.has_unseen_warnings:
            text = "还没有签发：有需要注意的地方，请先看下面的提示；确认无误的，再点一次签发。"
            return sheet.page(Notice(tone="calm", text=text))
        issued = issue(
            register(),
            self.case,
            sheet.entry.document.id,
            sheet.payload,
            by=actor(),
            letter=self.letter,
            version=sheet.version,
            replaces=self.replaces,
            own_draft=True,
            joined=self.joined,
        )
        return to_case(self.case, "issued_jointly" if issued.joined else "issued")


def answer(told: dict[str, Any], status: int = 200) -> Response:
    """What the page is told that has asked by itself."""
    response = jsonify(told)
    response.status_code = status
    response.headers["Cache-Control"] = "no-store"
    return response


@letters.get("/cases/<number:number>/letters")
@needs(Permission.WRITE_CASES)
def choose_letter(number: str) -> Response:
    """The documents that may be written in a case; `?kind=` shows those that record one kind of event."""
    case, kind = read_case(register(), number, by=actor()), KINDS.get(request.args.get("kind", ""))
    entries = service().registry
    ids = documents_by_kind(entries).get(kind.key, ()) if kind else ()
    offered = [entry.document for id, entry in entries.items() if id in ids or (not kind and belongs(entry.document))]
    by_hand = bool(kind and kind.key in RECORDABLE)
    groups = group_documents(offered)
    return page(
        "case_letters",
        case=case,
        groups=groups,
        names=name_documents(groups),
        kind=kind,
        by_hand=by_hand,
        permission_for=permission_for,
    )


def belongs(document: Document) -> bool:
    """Whether a document takes anything from a case."""
    return bool(names_asked(document.schema))


def _door(number: str) -> CaseDoor:
    """The counter of a case; a page that has kept its draft by itself says so in its form."""

    def find(name: str) -> int | None:
        return request.form.get(f".{name}", type=int) or request.args.get(name, type=int)

    letter, asked = find("letter"), tuple(request.args.getlist(JOIN))
    joined = _read_joined() if request.form else see_versions([*asked, *(_named(letter) if letter else ())])
    asked = tuple(joined) if request.form else asked
    return CaseDoor(case=number, letter=letter, replaces=find("replaces"), joined=joined, asked=asked)


def _read_joined() -> dict[str, int]:
    """The further cases with the versions that the page has seen: "7 2026-0003"."""
    told = (one.partition(" ") for one in request.form.getlist(".joined"))
    return {number: int(version) for version, _, number in told if WHOLE.fullmatch(version)}


def _named(letter: int) -> Collection[str]:
    """The numbers in the rows of a draft."""
    kept = read_letter(register(), letter, by=actor())
    return named_cases(service().registry[kept.document].document, kept.answers or {}).values()


def see_versions(numbers: Collection[str]) -> dict[str, int]:
    """The present versions of those of these cases that the register has, by number."""
    return {row.number: row.version for row in find_numbered(register(), numbers) if row.number}


@letters.get("/cases/<number:number>/letters/<id>")
@needs(Permission.WRITE_CASES)
def write_letter(number: str, id: str) -> Response:
    """The form of a letter, with what the case knows, or its draft."""
    if not {"letter", "replaces"} & {*request.args} and (draft := _open_draft(number, id)) is not None:
        return see("letters.write_letter", number=number, id=id, letter=draft, join=request.args.getlist(JOIN))
    return counter.show(service().registry[id], _door(number))


def _open_draft(number: str, id: str) -> int | None:
    written = [one for one in list_letters(register(), number) if one.case == number and one.document == id]
    drafts = [one.id for one in written if one.state in OPEN]
    return drafts[-1] if drafts else None


@letters.post("/cases/<number:number>/letters/<id>")
@needs(Permission.WRITE_CASES)
def receive_letter(number: str, id: str) -> Response:
    """Check, change, keep, submit or issue the letter."""
    return counter.receive(service().registry[id], _door(number))


@letters.post("/cases/<number:number>/letters/<id>/preview")
@needs(Permission.WRITE_CASES)
def preview_letter(number: str, id: str) -> Response:
    """The filled letter for the preview frame."""
    return counter.preview(service().registry[id], _door(number))


@letters.get("/letters/<int:letter>/file")
@needs(Permission.READ_CASES)
def letter_file(letter: int) -> Response:
    """An issued letter as DOCX or PDF; the PDF is made when it is first asked for."""
    found, format = read_letter(register(), letter, by=actor()), request.args.get("format", "docx")
    try:
        content = _content(found, format)
    except ConversionError as error:
        tell(error)
        text = f"PDF没有生成：{error}文书已经签发，可以先下载DOCX，稍后再试。"
        return page("error", error.status, title=error.title, cure=text)
    response = Response(content, content_type=MEDIA_TYPES[format])
    return attach(response, f"{found.filename.rpartition('.')[0]}.{format}", plain=found.document)


def _content(letter: Letter, format: str) -> bytes:
    if format == "pdf":
        return make_pdf(register(), letter.id, by=actor())
    if format != "docx":
        raise FormatNotOffered("签发的文书只有docx和pdf两种格式。")
    return read_file(register(), letter.case, letter.docx_hash, by=actor()).content


@letters.route("/letters/<int:letter>/<deed>", methods=["GET", "POST"])
@needs(Permission.WRITE_CASES)
def decide(letter: int, deed: str) -> Response:
    """Declare a letter void, approve or send back a submitted one, or delete a draft, after its page has asked.

    It is done to the version that was read: the one in the link, or that of the page.
    """
    found, told = read_letter(register(), letter, by=actor()), None
    version = request.form.get(".version", type=int) or request.args.get("version", found.version, type=int)
    if deed not in DEEDS:
        return page("error", 404, title="没有这个页面", cure="请从案件页重新进入。")
    actor().demand(DEEDS[deed].needs)
    if request.method == "POST":
        try:
            told = _decide(letter, deed, version) if is_genuine() else EXPIRED
        except GipdocsError as error:
            told = str(error)
        if told is None:
            return to_case(found.case, DEEDS[deed].done)
    notice = Notice(tone="bad", text=told) if told else None
    text = request.form.get("note", "")
    shown = {"letter": found, "version": version, "deed": DEEDS[deed], "notice": notice, "text": text}
    return page("letter_decide", 422 if told else 200, **shown)


def _decide(letter: int, deed: str, version: int) -> str | None:
    """What the button says; returns what is wrong with what was typed."""
    text = request.form.get("note", "").strip()
    if deed == "discard":
        discard(register(), letter, by=actor(), version=version)
        return None
    if deed == "approve":
        approve(register(), letter, by=actor(), text=text, version=version)
        return None
    if not text:
        return f"请写明{DEEDS[deed].asks}。"
    if deed == "void":
        void(register(), letter, by=actor(), reason=text, version=version)
    else:
        send_back(register(), letter, by=actor(), text=text, version=version)
    return None


answer_errors(letters)
