"""The chart for the office: every letter, and every outcome with its letter and its row of the annual report."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from gipdocs.law import DatedLaw, Office
from gipdocs.law.outcomes import Outcome
from gipdocs.writing import width

from .chart import Chart, Step, Way, across, around, back
from .common import both_terms, channels, remedy_steps
from .names import LETTERS

NAME_CHARS = 12
LEGEND = "右侧各行依次为：办理结果、文书、计入年度报告表三的项目。"
OUTCOMES = {
    "any-time": ("reply-withdrawn", "reply-other"),
    "unclear": ("reply-uncorrected", "reply-still-unclear"),
    "no-application": (
        "reply-petition",
        "reply-repeat",
        "reply-publication",
        "reply-reconfirm",
        "reply-not-gov-info",
    ),
    "too-many": ("reply-mass-repeat", "reply-unpaid"),
    "not-here": (
        "reply-not-existing",
        "reply-not-ours",
        "reply-archived",
        "reply-needs-making",
        "reply-query-matter",
    ),
    "granted": ("reply-already-public", "reply-granted", "reply-granted-inspection", "reply-granted-third-party"),
    "partial": ("reply-partial",),
    "withheld": (
        "reply-withheld-state-secret",
        "reply-withheld-law",
        "reply-withheld-safety",
        "reply-withheld-third-party",
        "reply-withheld-internal",
        "reply-withheld-process",
        "reply-withheld-enforcement",
    ),
}
"""The outcomes in each box on the right."""
HEADINGS = {"any-time": "办理过程中"}


def staff_chart(office: Office, on: date) -> Chart:
    """All steps of the office's work by the law of a day."""
    results = {key: _result(key, ids, office.law.on(on)) for key, ids in OUTCOMES.items()}
    remedies = _remedies(office, on)
    return Chart(
        rows=(
            (_application(office), _registered(office, on), results["any-time"]),
            (_question("clear", "内容明确、要件齐全？"), _correction(office, on), results["unclear"]),
            (_question("proper", "属于政府信息公开申请？"), _gap(1), results["no-application"]),
            (_question("many", "数量、频次明显超过合理范围？"), _reasons(office, on), results["too-many"]),
            (_search(office, on), _extension(office, on)),
            (_question("here", "存在且由本机关负责公开？"), _gap(2), results["not-here"]),
            (_question("others", "涉及第三方或者其他机关？"), _asked(office, on)),
            (_question("open", "经公开审查、保密审查，可以公开？"), _gap(3), results["granted"]),
            (_question("parts", "能够区分处理？"), _gap(4), results["partial"]),
            (Step(id="refused", kind="step", column="main", heading="决定不予公开"), _gap(5), results["withheld"]),
            (_filed(), _served(), _issued()),
            (*remedies[:-1], Step(id="axis", kind="axis", column="paper"), remedies[-1]),
        ),
        ways=(
            across("application", "registered"),
            Way(start="registered", end="clear"),
            across("registered", "any-time"),
            Way(start="clear", end="proper", label="是"),
            across("clear", "correction", "否"),
            across("correction", "unclear"),
            Way(start="correction", end="proper"),
            Way(start="proper", end="many", label="是"),
            across("proper", "no-application", "否"),
            Way(start="many", end="search", label="否"),
            across("many", "reasons", "是"),
            across("reasons", "too-many"),
            Way(start="reasons", end="search"),
            replace(back("extension", "search"), dashed=True),
            Way(start="search", end="here"),
            Way(start="here", end="others", label="是"),
            across("here", "not-here", "否"),
            Way(start="others", end="open", label="否"),
            across("others", "asked", "是"),
            Way(start="asked", end="open"),
            Way(start="open", end="parts", label="否"),
            across("open", "granted", "是"),
            Way(start="parts", end="refused", label="否"),
            across("parts", "partial", "是"),
            across("refused", "withheld"),
            *(around(step.id, "issued") for step in results.values()),
            back("issued", "served"),
            back("served", "filed"),
            *(Way(start="served", end=step.id) for step in remedies),
        ),
        columns={"main": 46.0, "paper": 53.0, "result": 72.0, "remedy": 72.0},
        margins={"paper": 2.5, "result": 1.5},
        apart=2.0,
        size_pt=9.0,
        small_pt=9.0,
        pitch=1.15,
    )


def _gap(row: int) -> Step:
    return Step(id=f"gap-{row}", kind="gap", column="paper")


def _question(id: str, text: str) -> Step:
    return Step(id=id, kind="question", column="main", heading=text)


def _result(id: str, ids: tuple[str, ...], law: DatedLaw) -> Step:
    lines = tuple(_line(law.outcome(one)) for one in ids)
    return Step(id=id, kind="list", column="result", heading=HEADINGS.get(id, ""), said=lines)


def _line(outcome: Outcome) -> str:
    """Outcome, letter and report row, in columns of full-width spaces: 国家秘密　答复书　三（三）1."""
    group = outcome.name.partition("（")[0]
    name = outcome.short.removeprefix(f"{group}，")
    letter = outcome.title.removeprefix("政府信息公开申请")
    row = "".join(outcome.row).replace("(", "（").replace(")", "）")
    room = NAME_CHARS - int(width(letter) - len("答复书"))
    return name + "　" * (room - int(width(name))) + f"　{letter}　{row}"


def _application(office: Office) -> Step:
    return Step(id="application", kind="start", column="main", heading="申请人提出申请", said=(channels(office),))


def _registered(office: Office, on: date) -> Step:
    receipt = office.law.on(on).citations["receipt"].short
    return Step(
        id="registered",
        kind="step",
        column="paper",
        heading="收到、登记",
        said=(f"{LETTERS['registration']}、{LETTERS['receipt']}（{receipt}）",),
    )


def _correction(office: Office, on: date) -> Step:
    law = office.law.on(on)
    term, correction = law.limit("correction_notice").text, law.citations["correction"].short
    return Step(
        id="correction",
        kind="step",
        column="paper",
        heading=LETTERS["correction-notice"],
        said=(f"{term}内一次性告知；答复期限自收到补正之日起重新计算（{correction}）",),
    )


def _reasons(office: Office, on: date) -> Step:
    law = office.law.on(on)
    term, rules = law.limit("fee_payment").text, law.cite("excessive", "fee").short
    return Step(
        id="reasons",
        kind="step",
        column="paper",
        heading=f"{LETTERS['reason-notice']}、{LETTERS['fee-notice']}",
        said=(f"收到收费通知次日起{term}内缴费；不能按期答复的，出具{LETTERS['delay-notice']}（{rules}）",),
    )


def _search(office: Office, on: date) -> Step:
    law = office.law.on(on)
    term, rule = law.limit("answer").text, law.citations["answer_term"].short
    return Step(
        id="search",
        kind="step",
        column="main",
        heading=f"检索，填写{LETTERS['search-record']}",
        said=(f"不能当场答复的，自收到申请之日起{term}内答复（{rule}）",),
    )


def _extension(office: Office, on: date) -> Step:
    term = office.law.limit("extension", on).text
    return Step(
        id="extension",
        kind="note",
        column="paper",
        heading=LETTERS["extension-notice"],
        said=(f"期限届满前，经工作机构负责人同意并告知申请人，延长不超过{term}",),
    )


def _asked(office: Office, on: date) -> Step:
    letters = "、".join(
        LETTERS[id] for id in ("third-party-consultation", "agency-consultation", "consultation-notice")
    )
    first, last = (office.law.on(on).citations[key] for key in ("third_party", "joint_agencies"))
    return Step(
        id="asked",
        kind="step",
        column="paper",
        heading=letters,
        said=(f"{both_terms(office, on)}提出意见，不计入答复期限（{first.short}至{last.place}）",),
    )


def _issued() -> Step:
    return Step(
        id="issued",
        kind="step",
        column="result",
        heading="制发文书",
        said=(f"{LETTERS['review-form']}；编号、签批、用印",),
    )


def _served() -> Step:
    return Step(id="served", kind="step", column="paper", heading="送达", said=(LETTERS["service-receipt"],))


def _filed() -> Step:
    return Step(id="filed", kind="start", column="main", heading="归档", said=("计入年度报告",))


def _remedies(office: Office, on: date) -> tuple[Step, ...]:
    """The remedies on both sides of 送达; the longer text is on the right, since 送达 is left of the chart's middle."""
    *others, longer = reversed(remedy_steps(office, on, named=False))
    return (*others, replace(longer, wider=29.0))
