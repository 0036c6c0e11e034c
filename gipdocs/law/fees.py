"""The 信息处理费: per piece or per page, step by step (条例第四十二条; 国办函〔2020〕109号)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from gipdocs.errors import Fault, InvalidInput
from gipdocs.law.acts import Act, Article, cites, read_articles
from gipdocs.law.body import read_object

if TYPE_CHECKING:
    from gipdocs.law.rules import Law

LARGEST = 100_000
KEYS = ("method", "count", "already")
EXAMPLE = '{"method": "piece", "count": 35}'


@dataclass(frozen=True, kw_only=True)
class Tier:
    """A price per unit from number `first` to `last` (None: no end), rising by `more` after every `every` units."""

    first: int
    yuan: int
    last: int | None = None
    every: int = 0
    more: int = 0

    def steps(self, up_to: int) -> Iterator[tuple[int, int, int]]:
        """(first, last, yuan per unit) of each step that begins at or below `up_to`."""
        end = min(up_to, self.last or up_to)
        width = self.every or max(end - self.first + 1, 1)
        for rise, first in enumerate(range(self.first, end + 1, width)):
            yield first, min(first + width - 1, end), self.yuan + rise * self.more


@dataclass(frozen=True, kw_only=True)
class Tariff:
    """One of the two methods; `cumulative` says whether pieces charged or free before move the start."""

    key: str
    label: str
    unit: str
    cumulative: bool
    note: str
    articles: tuple[Article, ...]
    tiers: tuple[Tier, ...]


@dataclass(frozen=True, kw_only=True)
class FeeRules:
    """Both methods, in force from `since` on, with the articles that let an agency charge at all."""

    since: date
    articles: tuple[Article, ...]
    tariffs: Mapping[str, Tariff]


@dataclass(frozen=True, kw_only=True)
class FeeStep:
    """`count` units, numbers `first` to `last`, at `rate` yuan each: `yuan` together."""

    first: int
    last: int
    rate: int

    @property
    def count(self) -> int:
        """Units in this step."""
        return self.last - self.first + 1

    @property
    def yuan(self) -> int:
        """The sum of this step."""
        return self.count * self.rate

    def as_json(self) -> dict[str, int]:
        """Whole yuan and whole units."""
        return {"from": self.first, "to": self.last, "count": self.count, "rate": self.rate, "yuan": self.yuan}


@dataclass(frozen=True, kw_only=True)
class Fee:
    """What `count` more units cost, in whole yuan, with every step of the way."""

    tariff: Tariff
    count: int
    already: int
    steps: tuple[FeeStep, ...]
    basis: tuple[str, ...]
    rules: Mapping[str, str]

    @property
    def yuan(self) -> int:
        """The sum to pay."""
        return sum(step.yuan for step in self.steps)

    def as_json(self) -> dict[str, Any]:
        """The body of the API's answer."""
        return {
            "yuan": self.yuan,
            "method": self.tariff.key,
            "unit": self.tariff.unit,
            "count": self.count,
            "already": self.already,
            "steps": [step.as_json() for step in self.steps],
            "basis": list(self.basis),
            "note": self.tariff.note,
            "rules": dict(self.rules),
        }

    def explain(self) -> str:
        """The sum and its steps in Chinese, one step a line."""
        unit = self.tariff.unit
        before = f"，此前已计{self.already}{unit}" if self.already else ""
        head = f"信息处理费：{self.yuan}元（{self.tariff.label}，{self.count}{unit}{before}；{self.tariff.note}）"
        lines = [f"  {self._range(step)}：{self._price(step)}" for step in self.steps]
        rules = "，".join(f"{key} {version}" for key, version in self.rules.items())
        return "\n".join([head, *lines, f"依据：{'；'.join(self.basis)}", f"规则数据版本：{rules}", ""])

    def _range(self, step: FeeStep) -> str:
        numbers = f"第{step.first}" + (f"至{step.last}" if step.last > step.first else "")
        return numbers + self.tariff.unit

    def _price(self, step: FeeStep) -> str:
        unit = self.tariff.unit
        return f"{step.count}{unit}×{step.rate}元＝{step.yuan}元" if step.rate else f"{step.count}{unit}，不收费"


def fee(method: str, count: int, *, law: Law, already: int = 0) -> Fee:
    """What `count` more pieces or pages cost; `already` are pieces of the same applicant and month before them.

    InvalidInput, each sentence with its article, for an unknown method, a negative or too large number, and for
    `already` with pages: 按量 looks at each application alone (管理办法第五条).
    """
    faults = [*_number_faults("count", count), *_number_faults("already", already)]
    tariff = law.fees.tariffs.get(method) if isinstance(method, str) else None
    if tariff is None:
        faults.insert(0, Fault("/method", "option", _method_sentence(law)))
    elif already and not faults and not tariff.cumulative:
        faults.append(Fault("/already", "not-cumulative", _alone_sentence(tariff)))
    if faults or tariff is None:
        raise InvalidInput(faults)
    return Fee(
        tariff=tariff,
        count=count,
        already=already,
        steps=tuple(_steps(tariff, already + 1, already + count)),
        basis=cites([*law.fees.articles, *tariff.articles]),
        rules=law.rules("fees"),
    )


def charge(body: object, law: Law) -> Fee:
    """The fee for a body of the API: `{"method": "piece"|"page", "count": 35, "already": 0}`; InvalidInput if wrong."""
    reader = read_object(body, EXAMPLE)
    reader.refuse_unknown(KEYS)
    labels = {"method": "计收方式（piece按件、page按量）", "count": "件数或者页数"}
    for key, label in labels.items():
        if reader.body.get(key) is None:
            reader.fault(key, "required", f"请填写{label}。")
    reader.stop_if_faulty()
    method, count, already = (reader.body.get(key) for key in KEYS)
    return fee(method, count, already=0 if already is None else already, law=law)  # type: ignore[arg-type]  # fee checks


def read_fees(table: Mapping[str, Any], acts: Mapping[str, Act]) -> FeeRules:
    """The two methods of data/fees.toml."""
    return FeeRules(
        since=table["since"],
        articles=read_articles(table["articles"], acts),
        tariffs={key: _tariff(key, table[key], acts) for key in ("piece", "page")},
    )


def _tariff(key: str, row: Mapping[str, Any], acts: Mapping[str, Act]) -> Tariff:
    names = {"from": "first", "to": "last"}
    tiers = tuple(Tier(**{names.get(name, name): value for name, value in tier.items()}) for tier in row["tiers"])
    return Tariff(**{**row, "key": key, "tiers": tiers, "articles": read_articles(row["articles"], acts)})


def _steps(tariff: Tariff, first: int, last: int) -> Iterator[FeeStep]:
    for tier in tariff.tiers:
        for low, high, rate in tier.steps(last):
            if high >= first:
                yield FeeStep(first=max(low, first), last=high, rate=rate)


def _number_faults(key: str, number: object) -> Iterator[Fault]:
    what = {"count": "件数或者页数", "already": "此前已计件数"}[key]
    if type(number) is not int:
        yield Fault(f"/{key}", "type", f"{what}应当是整数，不加引号。")
    elif number < 0:
        detail = f"{what}不能是负数，信息处理费按照申请的件数或者信息的页数计收（《政府信息公开信息处理费管理办法》第三条）。"
        yield Fault(f"/{key}", "range", detail)
    elif number > LARGEST:
        yield Fault(f"/{key}", "range", f"{what}超过{LARGEST}，请核对。")


def _method_sentence(law: Law) -> str:
    choices = "或者".join(f"{key}（{tariff.label}）" for key, tariff in law.fees.tariffs.items())
    return f"计收方式应当是{choices}，二者只能选择一种（《政府信息公开信息处理费管理办法》第三条）。"


def _alone_sentence(tariff: Tariff) -> str:
    return (
        f"{tariff.label}的，每件申请单独计算，不与此前的申请累计，already应当为0"
        "（《政府信息公开信息处理费管理办法》第五条）。"
    )
