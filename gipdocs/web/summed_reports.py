"""The sum of many reports as its page shows it: what stands behind each figure, and figures that are corrected by hand."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal

from werkzeug.datastructures import MultiDict

from gipdocs.questions.figures import FINEST, is_fit, plain_figure
from gipdocs.reports.collecting.addition import Contribution
from gipdocs.reports.collecting.corrections import Correction
from gipdocs.reports.collecting.gaps import LeftOut
from gipdocs.reports.collecting.orders import LONGEST_REASON, SumOrder
from gipdocs.reports.collecting.summed import SummedReport
from gipdocs.reports.expressions import Number
from gipdocs.reports.forms import form_for
from gipdocs.reports.grids import Figure
from gipdocs.reports.record import figures_of
from gipdocs.web.workpapers import correct_figure, restore_figure, whole

GIVEN, REASON = "given-", "reason-"
"""How the names of the controls begin, before the path of a figure."""


@dataclass(frozen=True, kw_only=True)
class FigureBehind:
    """A figure of the sum: the bodies that add something to it, how many have 0, and which reports don't tell it.

    `printed` is what the bodies have printed as this total, if that adds up to another number than its parts. `given` and
    `reason` are what the page shows in the controls of its correction, `fault` is what is wrong with them.
    """

    figure: Figure
    value: Number | None
    parts: tuple[Contribution, ...]
    zeros: int
    silent: tuple[str, ...]
    left_out: tuple[LeftOut, ...] = ()
    printed: Number | None = None
    correction: Correction | None = None
    given: str = ""
    reason: str = ""
    fault: str = ""


@dataclass(frozen=True, kw_only=True)
class TypedCorrections:
    """The paper with what was typed, and what could not be taken over: a sentence for each path."""

    paper: SumOrder
    faults: Mapping[str, str] = field(default_factory=dict)


def look_behind(
    summed: SummedReport, typed: MultiDict[str, str], faults: Mapping[str, str]
) -> Mapping[str, FigureBehind]:
    """What stands behind each figure by its path; `typed` is what a browser sent, which is shown where it has a fault."""
    return {path: _shown(_behind(summed, path), typed, faults.get(path, "")) for path in summed.record.figures}


def _behind(summed: SummedReport, path: str) -> FigureBehind:
    made = summed.parts.get(path, ())
    return FigureBehind(
        figure=summed.record.figures[path],
        value=summed.record.cells[path],
        parts=tuple(one for one in made if one.value),
        zeros=sum(one.value == 0 for one in made),
        silent=tuple(one.body for one in made if one.value is None),
        left_out=tuple(one for one in summed.left_out if one.path and f"{path}.".startswith(f"{one.path}.")),
        printed=next((one.printed for one in summed.differing if one.path == path), None),
        correction=next((one for one in summed.corrections if one.path == path), None),
    )


def _shown(behind: FigureBehind, typed: MultiDict[str, str], fault: str) -> FigureBehind:
    """The figure with what stands in the controls of its correction: what was typed and is wrong, or the correction."""
    if fault:
        given, reason = (typed.get(f"{name}{behind.figure.path}", "") for name in (GIVEN, REASON))
        return replace(behind, given=given, reason=reason, fault=fault)
    made = behind.correction
    return replace(behind, given=str(made.given), reason=made.reason) if made else behind


def read_corrections(paper: SumOrder, typed: MultiDict[str, str]) -> TypedCorrections:
    """The paper with the corrections that a browser sent; where both controls of a figure are empty, it has none any more."""
    faults: dict[str, str] = {}
    for path, given, reason in _typed(paper, typed):
        if not given and not reason:
            paper = restore_figure(paper, path)
            continue
        form = form_for(paper.collection.year).key
        figure = figures_of(form, form)[path]
        number, fault = _read(figure, given, reason)
        if fault or number is None:
            faults[path] = fault
        else:
            paper = correct_figure(paper, path, number, reason)
    return TypedCorrections(paper=paper, faults=faults)


def _typed(paper: SumOrder, typed: MultiDict[str, str]) -> Iterator[tuple[str, str, str]]:
    form = form_for(paper.collection.year).key
    for path in figures_of(form, form):
        if f"{GIVEN}{path}" in typed:
            yield path, typed[f"{GIVEN}{path}"].strip(), typed.get(f"{REASON}{path}", "").strip()


def _read(figure: Figure, given: str, reason: str) -> tuple[Number | None, str]:
    """The typed number, or what is wrong with it or its reason."""
    if not given:
        return None, f"{figure.place}写了理由，没有写更正后的数，请补上；不更正的，把理由也删去。"
    plain = plain_figure(given)
    if plain is None or not is_fit(Decimal(plain), FINEST):
        return None, f"{figure.place}更正后的数读不成数，请写阿拉伯数字，例如128。"
    number = whole(Decimal(plain))
    if figure.kind != "money" and isinstance(number, Decimal):
        return None, f"{figure.place}按件计，更正后的数应为整数。"
    if figure.kind != "signed" and number < 0:
        return None, f"{figure.place}更正后的数不能小于0。"
    if not reason:
        return None, f"{figure.place}改了数，没有写理由，请写明为什么更正，例如“县医保局电话更正，漏报2件”。"
    if len(reason) > LONGEST_REASON:
        return None, f"{figure.place}更正的理由超过{LONGEST_REASON}字，请压缩。"
    return number, ""
