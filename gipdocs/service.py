"""The service behind web, API and command line: profile, law, documents and converter, opened once."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from gipdocs.codes import read_finding_codes
from gipdocs.documents.build import Built, as_draft, build, examine
from gipdocs.documents.contract import find_first_breach
from gipdocs.documents.document import Finding
from gipdocs.documents.groups import DocumentGroup, read_groups
from gipdocs.documents.registry import Entry, LateRegistry, Registry, find, find_one
from gipdocs.errors import PluginError, SetupError
from gipdocs.law import Law, Office, load_law
from gipdocs.passed import has_passed, make_state, note_passed, read_state
from gipdocs.pdf.converter import Converter, Need, report_setup_faults
from gipdocs.pdf.opening import open_converter, wake
from gipdocs.pdf.options import Options
from gipdocs.profile import Profile, load_profile, make_profile
from gipdocs.questions import prepare_questions
from gipdocs.settings import AUTO, Settings

# An installation without a database loads nothing of it; the rest takes long to load, and few ask for it.
if TYPE_CHECKING:
    from gipdocs.documents.carried import HandedIn
    from gipdocs.law.overview import Overview
    from gipdocs.law.uses import Uses
    from gipdocs.pdf.checked import Typesetter
    from gipdocs.register.register import Register

ZONE = ZoneInfo("Asia/Shanghai")
"""Today is the day in China, whatever time zone the machine has."""


@dataclass(frozen=True)
class Service:
    """Everything that is loaded at the start. Today is determined at every call, so that the service may run past midnight.

    `codes` are the codes of findings with their meanings, `groups` the groups of documents by the name that users read. A
    `patient` service lets the documents of all others be converted first. `need` is shared with all processes that are forked.
    """

    settings: Settings
    profile: Profile
    law: Law
    registry: Registry
    codes: Mapping[str, str]
    groups: Mapping[str, DocumentGroup]
    patient: bool = False
    need: Need = field(default_factory=Need, compare=False)

    @cached_property
    def converter(self) -> Converter:
        """The PDF converter, opened when the first PDF is requested or when the service warms up."""
        options = replace(converter_options(self.settings), patient=self.patient)
        return open_converter(options, self._open_typesetter(options), self.need)

    @cached_property
    def register(self) -> Register | None:
        """The register of cases, whose database is opened when it is first needed; None in an installation without one."""
        if self.settings.database == "none":
            return None
        from gipdocs.register.register import Register
        from gipdocs.store.engine import open_store

        store = open_store(self.settings.database)
        return Register(store=store, registry=self.registry, office=self.office, converter=lambda: self.converter)

    @cached_property
    def law_uses(self) -> Uses:
        """Which documents use which rule of the law; computed once, which takes some seconds."""
        from gipdocs.law.uses import find_uses

        return find_uses(self.registry.values(), self.office())

    def draws(self, document: Entry | str) -> bool:
        """Whether the PDFs of a document are drawn without LibreOffice, whichever of its layouts is chosen."""
        return {(layout.path.name, layout.version) for layout in self._entry(document).templates} <= self._proved

    def expect(self, document: Entry | str) -> None:
        """Have LibreOffice start in the background if somebody may soon want the PDF of a document that needs it."""
        if self._proved and "pdf" in self._entry(document).document.formats and not self.draws(document):
            with suppress(SetupError):
                self.converter.wake()

    @property
    def spares_libreoffice(self) -> bool:
        """Whether LibreOffice runs only once something needs it."""
        return bool(self._proved)

    @cached_property
    def _proved(self) -> frozenset[tuple[str, str]]:
        """The layouts, by file name and version, that need no LibreOffice here."""
        return _read_proved(self.settings)

    def _open_typesetter(self, options: Options) -> Typesetter | None:
        if not self._proved:
            return None
        from gipdocs.direct import Direct, DirectProcesses, draw

        if self.patient:
            return DirectProcesses(draw, self._proved, processes=options.workers)
        return Direct(draw, self._proved)

    def overview(self, on: date | None = None) -> Overview:
        """The law's data for readers, as of a day (by default today)."""
        from gipdocs.law.overview import build_overview

        return build_overview(self.law, self.law_uses, on=on or self.office().today)

    def check_document(self, document: Entry | str) -> Entry:
        """A document, given as entry or id, compiled and checked as at the start of the service.

        PluginError if its files cannot be compiled, if an example is missing, or if layout, wording and context don't use
        the same names. Neither is examined if a program that the document needs is missing; `gipdocs doctor` reports it.
        """
        entry = self._entry(document)
        entry.compile()
        if not entry.document.missing_programs and (breach := find_first_breach(entry, self.office())):
            raise PluginError(f"插件{entry.source}（{entry.document.id}）：{breach}")
        return entry

    def close(self) -> None:
        """Close converter and database if they were opened."""
        if "converter" in vars(self):
            self.converter.close()
        if register := vars(self).get("register"):
            register.store.close()

    def office(self, today: date | None = None) -> Office:
        """The profile, the law, and the day on which the document is written."""
        return Office(profile=self.profile, law=self.law, today=today or datetime.now(ZONE).date())

    def office_of(self, source: bytes) -> Office:
        """The office of another text of agency.toml, today; ProfileError tells every fault of it."""
        profile = make_profile(source, self.settings.agency)
        return Office(profile=profile, law=self.law, today=self.office().today)

    def build(
        self,
        document: Entry | str,
        payload: Any,
        format: str = "docx",
        *,
        today: date | None = None,
        carry: bool = False,
        draft: bool = False,
    ) -> Built:
        """Build a document, given as entry or id; raises what gipdocs.documents.build.build raises."""
        with report_setup_faults():
            converter = self.converter if format == "pdf" else None
        entry, office = self._entry(document), self.office(today)
        return build(entry, payload, office, format, converter=converter, carry=carry, draft=draft)

    def read(self, data: bytes, name: str = "", *, today: date | None = None) -> HandedIn:
        """The answers in a file that was handed in; raises what gipdocs.documents.carried.read raises."""
        from gipdocs.documents.carried import read

        return read(data, self.registry, self.office(today), name=name)

    def check(
        self, document: Entry | str, payload: Any, *, today: date | None = None, draft: bool = False
    ) -> tuple[Finding, ...]:
        """The findings of the checks on a payload, or on the `draft` that `build` would make of it, without building it."""
        entry = self._entry(document)
        payload = as_draft(entry.document, payload) if draft else payload
        _, findings = examine(entry, payload, self.office(today))
        return findings

    def sample(self, document: Entry | str, *, today: date | None = None) -> dict[str, Any]:
        """A payload that builds without a finding."""
        return prepare_questions(self._entry(document).document.schema).sample(self.office(today))

    def _entry(self, document: Entry | str) -> Entry:
        return self.registry[document] if isinstance(document, str) else document


def converter_options(settings: Settings) -> Options:
    """How documents are converted: by the nodes of an engine, or on this machine if there is none."""
    return Options(engine=settings.engine)


def wake_converter(settings: Settings) -> None:
    """Start LibreOffice in the background, unless it may turn out that nobody needs it."""
    if not _read_proved(settings):
        wake(converter_options(settings))


def _read_proved(settings: Settings) -> frozenset[tuple[str, str]]:
    if settings.typesetter != AUTO:
        return frozenset()
    from gipdocs.direct import read_proved  # loads what draws

    return read_proved()


def open_service(settings: Settings) -> Service:
    """Load and check everything that a start needs; SetupError names the file and the fault.

    Documents that have passed today, from the same files, are only read, and compiled when they are first used.
    """
    today = datetime.now(ZONE).date()
    files = read_state(settings, today)
    service = load_service(settings)
    missing = {program for entry in service.registry.values() for program in entry.document.missing_programs}
    state = make_state([files.encode(), *(program.encode() for program in sorted(missing))])
    passed = bool(files) and has_passed(state, today)
    for entry in service.registry.values():
        if passed and Path(entry.source).parent in settings.plugins:
            entry.hold()
        else:
            service.check_document(entry)
    from gipdocs.law.judgement import load_judgement

    load_judgement()
    if not passed:
        from gipdocs.reports.sentences import compile_sentences  # takes long to load

        compile_sentences()
    if files and not passed and read_state(settings, today) == files:
        note_passed(state, today)
    return service


def load_service(settings: Settings, id: str = "") -> Service:
    """A service for a single command: its documents are not compiled and not checked; see Service.check_document.

    With an id, it may know the documents of that plugin alone. SetupError names the file and the fault.
    """
    return _make_service(settings, find_one(id, settings.plugins) if id else find(settings.plugins))


def open_gradually(settings: Settings) -> Service:
    """A service that loads and checks each document when it is first asked for; SetupError for profile, law and folders."""
    service: Service = _make_service(
        settings, LateRegistry(settings.plugins, lambda entry: service.check_document(entry))
    )
    return service


def _make_service(settings: Settings, registry: Registry) -> Service:
    service = Service(
        settings=settings,
        profile=load_profile(settings.agency),
        law=load_law(settings.calendars),
        registry=registry,
        codes=read_finding_codes(settings.plugins),
        groups=read_groups(settings.plugins),
    )
    service.office()  # raises for a profile that the law doesn't know
    return service
