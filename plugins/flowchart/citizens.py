"""The chart for the public: what happens to an application, on one page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from math import sqrt

from gipdocs.law import Office
from gipdocs.law.outcomes import Outcome
from gipdocs.writing import width

from .chart import Chart, Step, Way, across, around, back, remark
from .common import bodies, both_terms, channels, remedy_steps
from .names import LETTERS

RESULT_MM, NARROWEST_MM = 28.2, 20.4  # the mean width of a box of results, and the least


def citizens_chart(office: Office, on: date) -> Chart:
    """Steps, terms and results by the law of a day, with this office's channels and bodies."""
    results, remedies = _results(office, on), remedy_steps(office, on)
    half = len(results) // 2
    left, right = _proportioned(results[:half]), _proportioned(results[half:])
    axis = Step(id="axis", kind="axis", column="main")
    return Chart(
        rows=(
            (_application(office),),
            (_registered(),),
            (_mass(office, on), _clear(), _correction(office, on)),
            (_asked(office, on), _search(), _corrected()),
            (_extension(office, on), _reply(office, on)),
            (*left, axis, *right),
            (Step(id="served", kind="step", column="main", heading="将答复书、告知书送达申请人"),),
            remedies,
        ),
        ways=(
            Way(start="application", end="registered"),
            Way(start="registered", end="clear"),
            Way(start="clear", end="search", label="是"),
            across("clear", "correction", "否"),
            Way(start="correction", end="corrected"),
            back("corrected", "search", "是"),
            around("corrected", results[-1].id, "否"),
            remark("mass", "clear"),
            remark("asked", "search"),
            remark("extension", "reply"),
            Way(start="search", end="reply"),
            *(Way(start="reply", end=step.id) for step in results),
            *(Way(start=step.id, end="served") for step in results),
            *(Way(start="served", end=step.id) for step in remedies),
        ),
        columns={"left": 50.0, "main": 56.0, "right": 50.0, "result": RESULT_MM, "remedy": 88.0},
        margins={"left": 3.0, "right": 3.0},
        apart=2.2,
        size_pt=10.5,
        small_pt=10.0,
        pitch=1.2,
        names=bodies(office, on),
    )


def _application(office: Office) -> Step:
    return Step(
        id="application",
        kind="start",
        column="main",
        heading="公民、法人或者其他组织提出申请",
        said=(channels(office),),
        wider=14.0,
    )


def _registered() -> Step:
    return Step(id="registered", kind="step", column="main", heading="本机关收到申请并登记", said=("确定收到申请之日",))


def _clear() -> Step:
    return Step(id="clear", kind="question", column="main", heading="申请内容明确、材料齐全？")


def _correction(office: Office, on: date) -> Step:
    term = office.law.limit("correction_notice", on).text
    said = f"收到申请之日起{term}内一次性告知补正；补正后，答复期限自收到补正之日起重新计算"
    return Step(id="correction", kind="paper", column="right", heading=LETTERS["correction-notice"], said=(said,))


def _corrected() -> Step:
    return Step(id="corrected", kind="question", column="right", heading="按期补正？")


def _mass(office: Office, on: date) -> Step:
    term = office.law.limit("fee_payment", on).text
    said = f"可以要求说明理由，可以收取信息处理费：收到{LETTERS['fee-notice']}次日起{term}内缴纳"
    return Step(id="mass", kind="note", column="left", heading="数量、频次明显超过合理范围", said=(said,))


def _search() -> Step:
    return Step(id="search", kind="step", column="main", heading="检索、审查", said=("能够当场答复的，当场答复",))


def _asked(office: Office, on: date) -> Step:
    said = f"{both_terms(office, on)}提出意见，所需时间不计入答复期限"
    return Step(id="asked", kind="note", column="left", heading="征求第三方、其他机关意见", said=(said,))


def _extension(office: Office, on: date) -> Step:
    term = office.law.limit("extension", on).text
    said = f"经工作机构负责人同意并告知申请人，延长不超过{term}"
    return Step(id="extension", kind="note", column="left", heading="需要延长答复期限", said=(said,))


def _reply(office: Office, on: date) -> Step:
    term = office.law.limit("answer", on).text
    said = f"不能当场答复的，自收到申请之日起{term}内"
    return Step(id="reply", kind="step", column="main", heading="作出答复", said=(said,))


def _results(office: Office, on: date) -> tuple[Step, ...]:
    """One box for each group of the annual report, with its outcomes."""
    groups: dict[str, list[Outcome]] = {}
    for outcome in office.law.on(on).outcomes.values():
        groups.setdefault(outcome.name.partition("（")[0], []).append(outcome)
    return tuple(
        Step(id=f"result-{i}", kind="result", column="result", heading=name, said=_kinds(name, outcomes))
        for i, (name, outcomes) in enumerate(groups.items(), 1)
    )


def _proportioned(steps: Sequence[Step]) -> list[Step]:
    """The boxes on one side of the axis, which share its width in proportion to the length of their text."""
    wants = [sqrt(sum(map(width, step.said))) for step in steps]
    whole, share = RESULT_MM * len(steps), sum(wants)
    least = [NARROWEST_MM if whole * want / share < NARROWEST_MM else 0.0 for want in wants]
    left, share = whole - sum(least), sum(want for want, narrow in zip(wants, least, strict=True) if not narrow)
    widths = [narrow or left * want / share for want, narrow in zip(wants, least, strict=True)]
    return [replace(step, wider=wide - RESULT_MM) for step, wide in zip(steps, widths, strict=True)]


def _kinds(name: str, outcomes: Sequence[Outcome]) -> tuple[str, ...]:
    """The letter of a group, and its outcomes without the group's name."""
    papers = "、".join(dict.fromkeys(outcome.paper for outcome in outcomes))
    kinds = [_kind(name, outcome) for outcome in outcomes]
    return (f"（{papers}）", *(f"{kind}；" for kind in kinds[:-1]), kinds[-1])


def _kind(name: str, outcome: Outcome) -> str:
    short = outcome.short.removeprefix(f"{name}，")
    return short if short != name else outcome.name.removeprefix(name)[1:-1]
