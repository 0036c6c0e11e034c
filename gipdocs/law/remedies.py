"""Remedies: how to object to a letter, as the letter itself says it, computed from outcome, date, agency and service."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from gipdocs.errors import Fault, InvalidInput
from gipdocs.findings import Finding
from gipdocs.law.acts import cite, cites
from gipdocs.law.agencies import Organ
from gipdocs.law.cautions import warn_of_barred, warn_of_online
from gipdocs.law.office import Office
from gipdocs.law.outcomes import QUERY_MATTER, Outcome, Remedy
from gipdocs.law.rules import DatedLaw
from gipdocs.writing import chinese_date, ends_with_address

DEFAULT_PAPER = "答复书"


@dataclass(frozen=True, kw_only=True)
class Remedies:
    """The remedies of one letter: their class, paragraphs to print, cautions, legal basis, versions of the data used."""

    remedy: Remedy
    paragraphs: tuple[str, ...]
    cautions: tuple[Finding, ...]
    basis: tuple[str, ...]
    rules: Mapping[str, str]


def derive_remedies(
    what: Outcome | Remedy | str,
    *,
    on: date,
    office: Office,
    paper: str | None = None,
    served_online: bool = False,
    withheld: Collection[str] = (),
    disclosed: bool = True,
) -> Remedies:
    """The remedies of a letter dated `on`.

    `what` is an outcome, a class, or a document id. `paper` is what the letter calls itself (答复书 unless the outcome
    says 告知书). `withheld` are the ids of the outcomes that justify withholding a part in a partial reply; if none is
    given, part of it is assumed to need reconsideration first. `disclosed`: whether the earlier answer, to which a
    letter about a repeated application refers, disclosed the information. InvalidInput for an unknown id and for days
    before the law.
    """
    remedy = remedy_class(what, on=on, office=office, withheld=withheld, disclosed=disclosed)
    key = what.id if isinstance(what, Outcome) else what
    own = what.paper if isinstance(what, Outcome) else _paper(what, office.law.on(on))
    letter = _Letter(remedy=remedy, on=on, office=office, paper=f"本{paper or own}")
    online = served_online and remedy is not Remedy.NONE and office.law.on(on).reconsideration_first
    paragraphs = [*letter.paragraphs(), *(letter.online() if online else ())]
    return Remedies(
        remedy=remedy,
        paragraphs=tuple(paragraphs),
        cautions=(
            *warn_of_barred(key, remedy, on=on, office=office),
            *(warn_of_online(office, on=on) if online else ()),
        ),
        basis=letter.basis(online=online),
        rules=office.law.rules("remedies", "limits", "agencies", "outcomes", "citations", "acts"),
    )


def remedy_paragraphs(
    what: Outcome | Remedy | str,
    *,
    on: date,
    office: Office,
    paper: str | None = None,
    served_online: bool = False,
    withheld: Collection[str] = (),
    disclosed: bool = True,
) -> list[str]:
    """Only the paragraphs of `derive_remedies`; empty if the law offers no remedy."""
    made = derive_remedies(
        what, on=on, office=office, paper=paper, served_online=served_online, withheld=withheld, disclosed=disclosed
    )
    return list(made.paragraphs)


def remedy_cautions(
    what: Outcome | Remedy | str,
    *,
    on: date,
    office: Office,
    served_online: bool = False,
    withheld: Collection[str] = (),
    disclosed: bool = True,
) -> list[Finding]:
    """Only the cautions of `derive_remedies`."""
    made = derive_remedies(
        what, on=on, office=office, served_online=served_online, withheld=withheld, disclosed=disclosed
    )
    return list(made.cautions)


def remedy_class(
    what: Outcome | Remedy | str,
    *,
    on: date,
    office: Office,
    withheld: Collection[str] = (),
    disclosed: bool = True,
) -> Remedy:
    """The class of remedy for a letter dated `on`; before 复议前置 (2024-01-01) the applicant could choose any remedy."""
    law = office.law.on(on)
    remedy = _declared_class(what, office, law, disclosed=disclosed)
    if remedy is Remedy.NONE:
        return remedy
    if not law.reconsideration_first:
        return Remedy.RECON_OR_SUE
    if remedy is Remedy.MIXED and withheld:
        first = any(_declared_class(one, office, law) is Remedy.RECON_FIRST for one in withheld)
        return Remedy.MIXED if first else Remedy.RECON_OR_SUE
    return remedy


def combined_class(outcomes: Iterable[str], *, on: date, office: Office, disclosed: bool = True) -> Remedy:
    """The class of a letter that answers several items: MIXED if some of them, but not all, need reconsideration first."""
    classes = {remedy_class(one, on=on, office=office, disclosed=disclosed) for one in outcomes} - {Remedy.NONE}
    if len(classes) <= 1:
        return classes.pop() if classes else Remedy.NONE
    return Remedy.MIXED if classes & {Remedy.RECON_FIRST, Remedy.MIXED} else Remedy.RECON_OR_SUE


def reconsideration_organs(office: Office, on: date) -> tuple[str, ...]:
    """The bodies that reconsider an act of this office made on a day; the applicant chooses among several."""
    profile = office.profile
    names: Mapping[Organ, str] = {
        "government": profile.government,
        "superior": profile.superior,
        "seat_government": profile.seat_government,
        "self": profile.name,
    }
    return tuple(names[key] for key in office.kind_on(on).organs)


@dataclass(frozen=True, kw_only=True)
class _Letter:
    """One letter's date, office and name, with which its sentences are filled in."""

    remedy: Remedy
    on: date
    office: Office
    paper: str

    def paragraphs(self) -> Iterator[str]:
        if self.remedy is Remedy.RECON_FIRST:
            yield self.first(self.paper)
        elif self.remedy is Remedy.MIXED:
            yield self.first(f"{self.paper}中不予公开的部分")
            yield self.fill("either", f"{self.paper}的其他部分")
        elif self.remedy is Remedy.RECON_OR_SUE:
            yield self.fill("either", self.paper)
        elif self.remedy is Remedy.RECON_OR_SUE_COURT_BARRED:
            yield self.fill("either_lawfully", self.paper)
        elif self.remedy is Remedy.RECON_ONLY:
            yield self.fill("only", self.paper)

    def first(self, against: str) -> str:
        """The sentence about reconsideration first; if the office wishes, also what follows if it is refused."""
        told = self.fill("first", against)
        return told + self.fill("refused", against) if self.tells_refusal else told

    @property
    def tells_refusal(self) -> bool:
        """Whether the letter says what follows if reconsideration is refused (行政复议法第三十四条)."""
        first = self.remedy in (Remedy.RECON_FIRST, Remedy.MIXED)
        return first and self.office.profile.settings.tell_refused_reconsideration

    def online(self) -> Iterator[str]:
        if self.office.profile.reconsideration.online:
            told = self.fill("online", self.paper)
            yield told.removesuffix("。") if ends_with_address(told.removesuffix("。")) else told

    def fill(self, key: str, against: str) -> str:
        """The sentence `key` as it is on the letter's date, about the decision `against`."""
        return self._text(key).format_map(self._slots(against))

    def basis(self, *, online: bool) -> tuple[str, ...]:
        law, kind = self.office.law.on(self.on), self.office.kind_on(self.on)
        if self.remedy is Remedy.NONE:
            return ()
        first = self.remedy in (Remedy.RECON_FIRST, Remedy.MIXED)
        return cites(
            [
                *(law.citations["reconsideration_first"].articles if first else ()),
                *law.limit("reconsideration").articles,
                *kind.articles,
                *(law.limit("suit_decision").articles if first else ()),
                *(law.limit("suit_refused").articles if self.tells_refusal else ()),
                *(() if self.remedy in (Remedy.RECON_FIRST, Remedy.RECON_ONLY) else law.limit("suit_letter").articles),
                *(law.citations["reconsideration_online"].articles if online else ()),
            ]
        )

    def _text(self, key: str) -> str:
        text = self.office.law.on(self.on).sentence(key)
        if text is None:
            first = self.office.law.remedies.texts[key][0].since
            detail = f"救济途径的规定自{chinese_date(first)}起施行，文书日期{chinese_date(self.on)}在此之前，没有可用的文字。"
            raise InvalidInput([Fault("", "before-law", detail)])
        return text

    def _slots(self, against: str) -> dict[str, str]:
        law, profile = self.office.law.on(self.on), self.office.profile
        limits = {key: law.limit(key) for key in ("reconsideration", "suit_letter", "suit_decision")}
        slots = {
            "paper": against,
            "received": self.paper,
            "organs": "或者".join(reconsideration_organs(self.office, self.on)),
            "court": profile.court.name,
            "days": limits["reconsideration"].text,
            "months": limits["suit_letter"].text,
            "after_decision": limits["suit_decision"].text,
            "reconsideration_law": cite(limits["reconsideration"].articles),
            "suit_law": cite(limits["suit_letter"].articles),
            "online": profile.reconsideration.online.rstrip("。"),
            **{f"{key}_law": law.citations[f"reconsideration_{key}"] for key in ("first", "online", "ruling")},
        }
        if self.tells_refusal:
            refused = law.limit("suit_refused")
            slots |= {"after_refusal": refused.text, "refused_law": cite(refused.articles)}
        if self.remedy in (Remedy.RECON_FIRST, Remedy.MIXED):
            then = "then_or_ruling" if self.office.kind_on(self.on).final_ruling else "then"
            slots["then"] = self._text(then).format_map(slots)
        return slots


def _declared_class(what: Outcome | Remedy | str, office: Office, law: DatedLaw, *, disclosed: bool = True) -> Remedy:
    """The class that the data declares; where the law leaves it open, the profile's choice."""
    if isinstance(what, Remedy):
        return what
    if isinstance(what, str) and what in Remedy.__members__:
        return Remedy(what)
    settings, chosen = office.law.remedies.settings, office.profile.settings
    key = what.id if isinstance(what, Outcome) else str(what)
    declared = _told_class(what, law, disclosed=disclosed)
    if key == QUERY_MATTER:  # 条例第三十六条第七项
        declared = settings["query_matter_remedy"].choices[chosen.query_matter_remedy]
    if declared is Remedy.RECON_OR_SUE_COURT_BARRED and law.since >= office.law.remedies.court_rule:
        return settings["court_barred_remedy"].choices[chosen.court_barred_remedy]
    return declared


def _told_class(what: Outcome | str, law: DatedLaw, *, disclosed: bool) -> Remedy:
    """The class in the data of an outcome or of a document that is no reply."""
    if isinstance(what, str) and what in law.law.remedies.procedural:
        return law.law.remedies.procedural[what]
    outcome = what if isinstance(what, Outcome) else law.outcome(what)
    return outcome.remedy if disclosed else outcome.remedy_undisclosed or outcome.remedy


def _paper(what: str, law: DatedLaw) -> str:
    if what in law.outcomes:
        return law.outcomes[what].paper
    return "告知书" if what in law.law.remedies.procedural else DEFAULT_PAPER
