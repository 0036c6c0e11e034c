"""The office's own profile at the desk: filled in by a form, shown on a letter, kept with its former versions.

The form's questions are those of agency.toml. The file is replaced as a whole, and the running service is asked to take
over what is on the disk; until it does, every page goes on with the profile that was loaded.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import Blueprint, Response, redirect, request, url_for
from werkzeug.datastructures import MultiDict

from gipdocs.access.permissions import Permission
from gipdocs.documents.build import build
from gipdocs.documents.registry import Entry
from gipdocs.errors import MOST_TOLD, Fault, GipdocsError, ProfileError, StaleEdit
from gipdocs.faces import actor, needs, register, service
from gipdocs.forms.forms import everything, form_class
from gipdocs.law import Law, Office
from gipdocs.notes import call_own, find_own
from gipdocs.profile.keeping import fingerprint, list_kept, read_kept, replace_profile, why_unwritable
from gipdocs.profile.loading import key_of, make_profile, parse_profile, read_source
from gipdocs.profile.questions import AgencyQuestions, ProfileQuestions
from gipdocs.profile.writing import order_like, write_profile
from gipdocs.questions import Block, Choice, Questions, prepare_questions
from gipdocs.service import ZONE
from gipdocs.web.counter import EXPIRED, no_letter
from gipdocs.web.guard import is_genuine
from gipdocs.web.pages import letter, page
from gipdocs.web.sheets import Door, FormSheet, Notice

office = Blueprint("office", __name__)
DOOR = Door(staff=True)
LETTERHEAD = "letterhead"
"""The name by which a layout prints the office above a letter."""
COMMENTS = "保存时整份重写，填写项的说明由系统写入；以前手写在文件里的其他注释只留在旧版本里。"
STATES = {
    "saved": Notice(tone="good", text="机关概况已经保存，各种文书已经使用新的内容。保存前的一份留作旧版本。"),
    "restored": Notice(tone="good", text="已经恢复，各种文书已经使用这一份。恢复前的一份也留作旧版本。"),
}
"""What was done, by the word in the address."""


@dataclass(frozen=True, kw_only=True)
class ProfileSection:
    """One group of the profile's form; `wrong` is how many of its answers are refused, `filled` how many there are."""

    field: Any
    wrong: int
    filled: int
    unfolded: bool


@dataclass(kw_only=True)
class ProfileSheet(FormSheet):
    """The form with the version of the file that it was begun with."""

    seen: str = ""

    def sections(self) -> Iterator[ProfileSection]:
        """The groups of the form; those with a fault and the one that was just changed are unfolded."""
        for _, field in self.form.named():
            within = [field, *everything(field.fields())]
            wrong = sum(len([one for one in self.remarks.at(part.id) if one.severity == "error"]) for part in within)
            changed = any(self.touched in (part.id, getattr(part, "name", "")) for part in within if self.touched)
            yield ProfileSection(
                field=field, wrong=wrong, filled=_count(field.answer()), unfolded=bool(wrong) or changed
            )


def _count(answer: Any) -> int:
    """How many single answers there are in a group."""
    if isinstance(answer, Mapping):
        return sum(map(_count, answer.values()))
    if isinstance(answer, list):
        return sum(map(_count, answer))
    return answer is not None


@office.get("/profile")
@needs(Permission.SETTINGS)
def show() -> Response:
    """The form as the file has it; what is wrong in the file stands beside its question."""
    path = service().settings.agency
    source = read_source(path)
    sheet = _sheet(fingerprint(source))
    try:
        answers = parse_profile(source, path)
    except ProfileError as error:
        return _page(sheet, Notice(tone="bad", text=f"{error}请恢复下面的一个旧版本，或者请管理员改正文件。"), 503)
    sheet.form.prefill(_as_json(answers))
    return _page(_examined(sheet, source), STATES.get(request.args.get("done", "")) or _unused(source))


def _unused(source: bytes) -> Notice | None:
    """What the page says if the service runs with another profile than the one in the file."""
    if fingerprint(source) == service().profile.version:
        return None
    text = "文件里的概况还没有使用：服务仍用启动时的一份。请管理员运行gipdocs reload，或者在本页再保存一次。"
    return Notice(tone="calm", text=text)


@office.post("/profile")
@needs(Permission.SETTINGS)
def receive() -> Response:
    """Change the form, check it, or save it."""
    genuine = is_genuine()
    sheet = _sheet(request.form.get(".version", "")[:64], request.form)
    if not genuine:
        return _page(sheet, Notice(tone="bad", text=EXPIRED), 400)
    do, _, what = request.form.get(".do", "check").partition(":")
    if do in ("add", "remove"):
        sheet.change(do, what)
        return _page(sheet)
    source = _written(sheet)
    if _examined(sheet, source).remarks.every:
        return _page(sheet, status=422)
    if do == "save":
        return _save(sheet, source)
    return _page(sheet, Notice(tone="good", text="检查完毕，没有发现问题，可以保存。"))


@office.post("/profile/preview")
@needs(Permission.SETTINGS)
def preview() -> Response:
    """A letter of the sample's answers, as the unsaved profile would print it."""
    if not is_genuine():
        return no_letter([EXPIRED], 400)
    source = _written(_sheet("", request.form))
    try:
        unsaved = service().office_of(source)
    except ProfileError as error:
        return no_letter([fault.detail for fault in error.faults][:MOST_TOLD] or [str(error)], 422)
    try:
        entry = _entry(request.form.get(".document", ""))
        return letter(build(entry, _sample(entry, unsaved), unsaved, "html").content)
    except GipdocsError as error:
        return no_letter([str(error)], error.status)


def _sample(entry: Entry, unsaved: Office) -> dict[str, Any]:
    return prepare_questions(entry.document.schema).sample(unsaved)


def _letters() -> dict[str, Entry]:
    """The documents under a letterhead that can be shown as a page, by id."""
    return {
        id: entry
        for id, entry in service().registry.items()
        if "html" in entry.document.formats and any(LETTERHEAD in template.names for template in entry.templates)
    }


def _entry(id: str) -> Entry:
    """The chosen letter; the first one if none is chosen."""
    letters = _letters()
    if id in letters or not letters:
        return letters[id] if letters else service().registry[id]
    return next(iter(letters.values()))


@office.post("/profile/restore")
@needs(Permission.SETTINGS)
def restore() -> Response:
    """Replace the profile by one of its former versions, if that one is without fault."""
    path = service().settings.agency
    if not is_genuine():
        return _shown(Notice(tone="bad", text=EXPIRED), 400)
    try:
        source = read_kept(path, request.form.get("name", ""))
        service().office_of(source)
    except ProfileError as error:
        return _shown(Notice(tone="bad", text=f"没有恢复：{error}"), 422)
    try:
        replace_profile(path, source, seen=request.form.get(".version", ""), now=datetime.now(ZONE))
    except (ProfileError, StaleEdit) as error:
        return _shown(Notice(tone="bad", text=str(error)), error.status)
    _note("profile.restored", source)
    return _take_over("restored")


def _shown(notice: Notice, status: int) -> Response:
    """The page of the file as it is, with a refusal above it."""
    path = service().settings.agency
    source = read_source(path)
    sheet = _sheet(fingerprint(source))
    with suppress(ProfileError):  # the form of a file that can't be read is empty
        sheet.form.prefill(_as_json(parse_profile(source, path)))
    return _page(sheet, notice, status)


def _save(sheet: ProfileSheet, source: bytes) -> Response:
    path = service().settings.agency
    if reason := why_unwritable(path):
        return _page(sheet, Notice(tone="bad", text=f"没有保存。{reason}"), 503)
    try:
        replace_profile(path, source, seen=sheet.seen, now=datetime.now(ZONE))
    except (ProfileError, StaleEdit) as error:
        return _page(sheet, Notice(tone="bad", text=f"{error}"), error.status)
    _note("profile.changed", source)
    return _take_over("saved")


def _note(action: str, source: bytes) -> None:
    """Keep in the audit trail who has put which version of the profile in place, where there is a database."""
    if service().register is None:
        return
    from gipdocs.store import audit

    by, version = actor(), fingerprint(source)
    with register().store.writing() as session:
        audit.note(
            session,
            actor=by.name,
            action=action,
            subject_kind="profile",
            subject_id=version,
            address=by.address,
        )


def _take_over(done: str) -> Response:
    """Have the service take over the file, and lead to the page that tells when it has."""
    before = call_own()
    after = before.attempts if before else -1
    return redirect(url_for("staff.office.wait", done=done, after=after), 303)  # type: ignore[return-value]  # of Werkzeug's class


@office.get("/profile/wait")
@needs(Permission.SETTINGS)
def wait() -> Response:
    """Whether the service uses the file yet; asks again by itself until it does, or until it is known why not."""
    done, after = request.args.get("done", ""), request.args.get("after", -1, type=int)
    if fingerprint(read_source(service().settings.agency)) == service().profile.version:
        return redirect(url_for("staff.office.show", done=done), 303)  # type: ignore[return-value]  # of Werkzeug's class
    note = find_own()
    refused = note.refused if note and note.attempts > after else ""
    return page("profile_wait", refused=refused, is_asked=note is not None and after >= 0)


def _sheet(seen: str, formdata: MultiDict[str, str] | None = None) -> ProfileSheet:
    form = form_class(desk_questions(service().law), service().office())(formdata)
    return ProfileSheet(door=DOOR, form=form, url=url_for("staff.office.receive"), seen=seen)


def desk_questions(law: Law) -> type[Questions]:
    """The questions of the profile, with the kinds of agency that the law knows to choose from."""
    asked = dict(AgencyQuestions().questions())["kind"]
    options = {key: rows[-1].label for key, rows in law.agencies.items()}
    help = "决定行政复议机关。"
    kind = Choice(asked.label, help=help, options=options, example=asked.example, required=True)
    agency = type("DeskAgencyQuestions", (AgencyQuestions,), {"kind": kind})
    block = dict(ProfileQuestions().questions())["agency"]
    return type("DeskProfileQuestions", (ProfileQuestions,), {"agency": Block(block.label, agency, required=True)})


def _written(sheet: ProfileSheet) -> bytes:
    """The text of the file for the answers of the form, its keys in the order of the present file."""
    path = service().settings.agency
    try:
        former = parse_profile(read_source(path), path)
    except ProfileError:
        former = {}
    return write_profile(order_like(sheet.payload, former)).encode()


def _examined(sheet: ProfileSheet, source: bytes) -> ProfileSheet:
    """The sheet with every fault of the text beside its question."""
    try:
        service().office_of(source)
    except ProfileError as error:
        sheet.say(error.faults or [Fault("", "format", str(error))])
    return sheet


def _as_json(answers: Mapping[str, Any]) -> dict[str, Any]:
    """The answers of a file as a form shows them: TOML has a type for days."""
    return {key: _json_value(value) for key, value in answers.items()}


def _json_value(value: Any) -> Any:
    if isinstance(value, Mapping):
        return _as_json(value)
    if isinstance(value, list):
        return [_json_value(one) for one in value]
    return value if isinstance(value, str | int | float | bool) else value.isoformat()


def _page(sheet: ProfileSheet, notice: Notice | None = None, status: int = 200) -> Response:
    path = service().settings.agency
    sheet.form.offer_entries()
    return page(
        "profile",
        status,
        sheet=sheet,
        notice=notice,
        errors=sheet.remarks.of("error"),
        locked=why_unwritable(path),
        unknown=_unknown(),
        comments=COMMENTS,
        kept=list_kept(path),
        letters={id: entry.document.title for id, entry in _letters().items()},
        chosen=request.form.get(".document", ""),
    )


def _unknown() -> list[str]:
    """The keys of the file that no question asks for; a saved profile leaves them in the former version."""
    path = service().settings.agency
    try:
        make_profile(read_source(path), path)
    except ProfileError as error:
        return [key_of(fault.pointer) for fault in error.faults if fault.code == "unknown"]
    return []
