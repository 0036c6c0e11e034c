"""The law's data for readers: every rule with its text, its source, its dates, and the documents that use it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any, TypeVar

from gipdocs.law.acts import Act, cite
from gipdocs.law.agencies import AgencyKind, Organ
from gipdocs.law.citations import CitationRow
from gipdocs.law.dated import Dated
from gipdocs.law.limits import CountingRule, Limit
from gipdocs.law.outcomes import Outcome, Remedy
from gipdocs.law.quotations import Quotation
from gipdocs.law.rules import DatedLaw, Law
from gipdocs.law.tariffs import METHODS, FeeRules, Tariff, Tier
from gipdocs.law.uses import Uses
from gipdocs.writing import chinese_date

REMEDIES = {
    Remedy.RECON_FIRST: "先申请行政复议",
    Remedy.RECON_OR_SUE: "行政复议或者行政诉讼",
    Remedy.RECON_OR_SUE_COURT_BARRED: "行政复议或者行政诉讼（人民法院目前一般不予立案）",
    Remedy.RECON_ONLY: "行政复议",
    Remedy.MIXED: "不予公开的部分先申请行政复议，其他部分行政复议或者行政诉讼",
    Remedy.NONE: "不写救济途径",
}
ORGANS: Mapping[Organ, str] = {
    "government": "本级人民政府",
    "superior": "上一级机关",
    "seat_government": "所在地人民政府",
    "self": "本机关",
}
SLOTS = {
    "paper": "〔文书〕",
    "received": "〔文书〕",
    "organs": "〔复议机关〕",
    "court": "〔法院〕",
    "days": "〔复议期限〕",
    "months": "〔起诉期限〕",
    "after_decision": "〔复议后的起诉期限〕",
    "after_refusal": "〔复议不受理等情形的起诉期限〕",
    "then": "〔复议之后〕",
    "online": "〔渠道〕",
}
"""What readers see in place of a letter's own words; articles come from the data."""
CITATIONS = "citations"
HOW_TO_CITE = (
    "措辞文件和版式文件引用条款，按各条的“写作”写，印出的是文书日期当天施行的条款。"
    "信函都可以这样写；其他文书要由模块的context给出law，即office.law_of(answers).citations。"
)
DAY = timedelta(days=1)
MOST_LISTED = 6
"""How many documents one line names."""
Row = TypeVar("Row", bound=Dated)


@dataclass(frozen=True, kw_only=True)
class Version:
    """What a rule says from `since` up to and including `until`, which is None if no end is set."""

    since: date
    said: str
    basis: str
    until: date | None = None

    def in_force(self, on: date) -> bool:
        """Whether it applies on a day."""
        return self.since <= on and (self.until is None or on <= self.until)

    @property
    def days(self) -> str:
        """2019年5月15日起, 2008年5月1日至2019年5月14日."""
        return chinese_date(self.since) + (f"至{chinese_date(self.until)}" if self.until else "起")

    def as_json(self, on: date) -> dict[str, Any]:
        """Plain data."""
        until = self.until.isoformat() if self.until else None
        days = {"since": self.since.isoformat(), "until": until, "in_force": self.in_force(on)}
        return {**days, "text": self.said, "basis": self.basis}


@dataclass(frozen=True, kw_only=True)
class DatedRule:
    """One rule with all its versions, the oldest first, and the ids of the documents that use it; None if not traced."""

    key: str
    label: str
    versions: tuple[Version, ...]
    documents: tuple[str, ...] | None = None

    def on(self, day: date) -> Version | None:
        """The version in force on a day."""
        return next((one for one in self.versions if one.in_force(day)), None)

    def others(self, day: date) -> tuple[Version, ...]:
        """The versions of other times."""
        return tuple(one for one in self.versions if not one.in_force(day))

    def as_json(self, on: date) -> dict[str, Any]:
        """Plain data."""
        versions = [one.as_json(on) for one in self.versions]
        return {"key": self.key, "label": self.label, "documents": list(self.documents or ()), "versions": versions}


@dataclass(frozen=True, kw_only=True)
class Chapter:
    """The rules of one kind."""

    key: str
    title: str
    rules: tuple[DatedRule, ...]

    def as_json(self, on: date) -> dict[str, Any]:
        """Plain data."""
        return {"key": self.key, "title": self.title, "rules": [one.as_json(on) for one in self.rules]}


@dataclass(frozen=True, kw_only=True)
class Overview:
    """The law on a day, as readers see it."""

    on: date
    chapters: tuple[Chapter, ...]
    versions: Mapping[str, str]

    def as_json(self) -> dict[str, Any]:
        """Plain data for programs: each rule with all its versions, those of the day marked."""
        chapters = [one.as_json(self.on) for one in self.chapters]
        return {"on": self.on.isoformat(), "chapters": chapters, "rules": dict(self.versions)}

    def explain(self) -> str:
        """The rules of the day in Chinese, with two or three lines for each."""
        return "\n".join(self._lines()) + "\n"

    def _lines(self) -> Iterator[str]:
        yield f"{chinese_date(self.on)}施行的规定"
        for chapter in self.chapters:
            yield f"\n【{chapter.title}】"
            if chapter.key == CITATIONS:
                yield HOW_TO_CITE
            for rule in chapter.rules:
                if version := rule.on(self.on):
                    yield f"{rule.label}：{version.said}" if version.said else rule.label
                    yield f"  {version.days}　依据：{version.basis}"
                    if rule.documents is not None:
                        yield f"  {_listed(rule.documents)}"
                    if chapter.key == CITATIONS:
                        yield f"  写作：{{{{ law.{rule.key} }}}}"
        yield "\n规则数据版本：" + "，".join(f"{key} {version}" for key, version in self.versions.items())


def _listed(documents: Sequence[str]) -> str:
    """The documents that use a rule; of many only the first few."""
    if not documents:
        return "各种文书的示例都没有用到"
    more = f"等{len(documents)}种" if len(documents) > MOST_LISTED else ""
    return f"文书：{'、'.join(documents[:MOST_LISTED])}{more}"


Told = tuple[str, str, str]
"""Label, text and source of one row."""


def build_overview(law: Law, uses: Uses, *, on: date) -> Overview:
    """All rules in the law's data, with the documents that use them."""
    chapters = (
        Chapter(key="limits", title="期限", rules=_rules("limits", law.limits, _limit, uses)),
        Chapter(
            key="counting", title="期限的计算", rules=_rules("counting_rules", law.counting_rules, _counting, uses)
        ),
        Chapter(key="outcomes", title="办理结果", rules=_rules("outcomes", law.outcomes, _outcome, uses)),
        Chapter(key="fees", title="信息处理费", rules=tuple(_fees(law, uses))),
        Chapter(key="remedies", title="救济途径的文字", rules=tuple(_sentences(law, uses))),
        Chapter(key=CITATIONS, title="引用的条款", rules=_rules("citations", law.citations, _citation, uses)),
        Chapter(key="agencies", title="机关类别", rules=tuple(_agencies(law))),
        Chapter(key="quotations", title="条文原文", rules=_rules("quotations", law.quotations, _quotation, uses)),
        Chapter(key="acts", title="法律文件", rules=tuple(_act(one) for one in law.acts.values())),
    )
    return Overview(on=on, chapters=chapters, versions=law.versions)


def _rules(
    table: str, rows_by_key: Mapping[str, Sequence[Row]], tell: Callable[[Row], Told], uses: Uses
) -> tuple[DatedRule, ...]:
    return tuple(_rule(key, rows, tell, uses.get((table, key), ())) for key, rows in rows_by_key.items())


def _rule(key: str, rows: Sequence[Row], tell: Callable[[Row], Told], documents: tuple[str, ...] | None) -> DatedRule:
    """The rule made of dated rows, oldest first; each row ends on the day before the next begins."""
    told = [tell(row) for row in rows]
    ends = [*(after.since - DAY for after in rows[1:]), None]
    versions = [
        Version(since=row.since, until=until, said=said, basis=basis)
        for row, until, (_, said, basis) in zip(rows, ends, told, strict=True)
    ]
    return DatedRule(key=key, label=told[-1][0], versions=tuple(versions), documents=documents)


def _limit(row: Limit) -> Told:
    return row.label, row.text, cite(row.articles)


def _counting(row: CountingRule) -> Told:
    return row.label, "", cite(row.articles)


def name_row(row: tuple[str, ...]) -> str:
    """三、（三）5: a row of table three."""
    first, *rest = row
    return f"{first}、" + "".join(rest).translate(str.maketrans("()", "（）"))


def _outcome(row: Outcome) -> Told:
    said = f"{row.title}；计入年度报告表三“{name_row(row.row)}”；{REMEDIES[row.remedy]}"
    choices = f"没有专条，可以选用{cite(row.choices)}" if row.choices else "没有专条"
    return row.name, said, row.cite() or choices


def _citation(row: CitationRow) -> Told:
    return row.about, row.article.place or "全文", cite([row.article])


def _quotation(row: Quotation) -> Told:
    return cite([row.article], familiar=True), row.text, cite([row.article])


def _fees(law: Law, uses: Uses) -> Iterator[DatedRule]:
    """The two methods of charging."""

    def told(method: str) -> Callable[[FeeRules], Told]:
        return lambda row: (
            row.tariffs[method].label,
            _tariff(row.tariffs[method]),
            cite([*row.articles, *row.tariffs[method].articles]),
        )

    for method in METHODS:
        yield _rule(method, law.fees, told(method), uses.get(("fees", ""), ()))


def _tariff(tariff: Tariff) -> str:
    return "；".join([*(_tier(tier, tariff.unit) for tier in tariff.tiers), tariff.note])


def _tier(tier: Tier, unit: str) -> str:
    span = f"第{tier.first}至{tier.last}{unit}" if tier.last else f"第{tier.first}{unit}起"
    rise = f"，每增加{tier.every}{unit}，单价增加{tier.more}元" if tier.every else ""
    return f"{span}每{unit}{tier.yuan}元{rise}" if tier.yuan else f"{span}不收费"


def _sentences(law: Law, uses: Uses) -> Iterator[DatedRule]:
    """The sentences of the remedies, with marks in place of each letter's own words.

    A version begins whenever the sentence changes or an article that it cites does.
    """
    for key, rows in law.remedies.texts.items():
        first = rows[0].since
        found: list[Version] = []
        for day in (first, *(turn for turn in law.turns if turn > first)):
            said, basis = _sentence(key, law.on(day))
            if not found or (said, basis) != (found[-1].said, found[-1].basis):
                found[-1:] = [replace(one, until=day - DAY) for one in found[-1:]]
                found.append(Version(since=day, said=said, basis=basis))
        documents = uses.get(("texts", key), ())
        yield DatedRule(key=key, label=rows[-1].label, versions=tuple(found), documents=documents)


def _sentence(key: str, law: DatedLaw) -> tuple[str, str]:
    """A sentence of the remedies, and the articles that it cites."""
    text = law.sentence(key) or ""
    articles = {
        "reconsideration_law": cite(law.limit("reconsideration").articles),
        "suit_law": cite(law.limit("suit_letter").articles),
        "refused_law": cite(law.law.limits["suit_refused"][-1].articles),
        **{f"{name}_law": law.citations[f"reconsideration_{name}"] for name in ("first", "online", "ruling")},
    }
    cited = [citation for slot, citation in articles.items() if f"{{{slot}}}" in text]
    return text.format_map(SLOTS | articles), "；".join(cited) or "与所接的文字相同"


def _agencies(law: Law) -> Iterator[DatedRule]:
    """The kinds of agency; every letter depends on the office's own, so that no documents are named."""
    yield from (_rule(key, rows, _agency, None) for key, rows in law.agencies.items())


def _agency(row: AgencyKind) -> Told:
    organs = "或者".join(ORGANS[one] for one in row.organs)
    return row.label, f"行政复议机关：{organs}；第一审：{row.court}", cite(row.articles)


def _act(act: Act) -> DatedRule:
    version = Version(since=act.since, until=act.until, said=act.number, basis=act.name)
    return DatedRule(key=act.key, label=act.source, versions=(version,))
