"""The 信息处理费, charged per piece or per page, step by step (条例第四十二条; 国办函〔2020〕109号)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from gipdocs.errors import Fault, InvalidInput
from gipdocs.law.acts import cite, cites
from gipdocs.law.rules import DatedLaw, Law
from gipdocs.law.tariffs import FeeRules, Tariff
from gipdocs.questions import Choice, Number, Questions, load
from gipdocs.writing import chinese_date

LARGEST = 100_000


@dataclass(frozen=True, kw_only=True)
class FeeStep:
    """The units number `first` to `last`, at `rate` yuan each."""

    first: int
    last: int
    rate: int

    @property
    def count(self) -> int:
        """The number of units in this step."""
        return self.last - self.first + 1

    @property
    def yuan(self) -> int:
        """What this step costs."""
        return self.count * self.rate

    def as_json(self) -> dict[str, int]:
        """Whole yuan and whole units."""
        return {"from": self.first, "to": self.last, "count": self.count, "rate": self.rate, "yuan": self.yuan}


@dataclass(frozen=True, kw_only=True)
class Fee:
    """What `count` more units cost, in whole yuan, with each step of the computation."""

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


def fee(method: str, count: int, *, law: DatedLaw, already: int = 0) -> Fee:
    """What `count` more pieces or pages cost under the law of a day.

    `already` is the number of pieces that the same applicant was charged for or got free before in the same month.
    InvalidInput, with the article, for `already` with pages (按量 looks at each application on its own, 管理办法第五条)
    and for a day before the first tariff.
    """
    rules = fee_rules(law)
    tariff = rules.tariffs[method]
    if already and not tariff.cumulative:
        raise InvalidInput([Fault("/already", "not-cumulative", _alone_sentence(tariff))])
    return Fee(
        tariff=tariff,
        count=count,
        already=already,
        steps=tuple(_steps(tariff, already + 1, already + count)),
        basis=cites([*rules.articles, *tariff.articles]),
        rules=law.rules("fees"),
    )


def fee_rules(law: DatedLaw) -> FeeRules:
    """The tariffs of a day; InvalidInput for a day before the first tariff."""
    if law.fees is None:
        first = law.first_fees
        detail = f"信息处理费的计收标准自{chinese_date(first.since)}起施行（{'、'.join(cites(first.articles))}），此前不能计收。"
        raise InvalidInput([Fault("", "before-law", detail)])
    return law.fees


def charge(body: object, law: Law, *, on: date) -> Fee:
    """The fee on a day for a body of the API: `{"method": "piece"|"page", "count": 35, "already": 0}`."""
    dated = law.on(on)
    return fee(**load(fee_questions(dated), body), law=dated)


def fee_questions(law: DatedLaw) -> type[Questions]:
    """The questions for charging a fee, with the methods and articles of the law of a day."""
    methods = tuple((key, tariff.label) for key, tariff in fee_rules(law).tariffs.items())
    return _fee_questions(methods, str(law.citations["fee_choice"]))


@lru_cache(maxsize=8)
def _fee_questions(methods: tuple[tuple[str, str], ...], basis: str) -> type[Questions]:
    by_number = f"信息处理费按照申请的件数或者信息的页数计收（{basis}）"

    class ChargeQuestions(Questions):
        method = Choice(
            "计收方式",
            options=dict(methods),
            help=f"二者只能选择一种（{basis}）。",
            example="piece",
            required=True,
            missing=f"请填写计收方式：{'、'.join(f'{key}（{label}）' for key, label in methods)}。",
            rule=f"二者只能选择一种（{basis}）",
        )
        count = Number("件数或者页数", most=LARGEST, example=35, required=True, rule=by_number)
        already = Number(
            "此前已计件数",
            most=LARGEST,
            help="同一申请人本月此前已经计入的件数；按量计收的填0，或者不填。",
            example=0,
            rule=by_number,
        )

    return ChargeQuestions


def _steps(tariff: Tariff, first: int, last: int) -> Iterator[FeeStep]:
    for tier in tariff.tiers:
        for low, high, rate in tier.steps(last):
            if high >= first:
                yield FeeStep(first=max(low, first), last=high, rate=rate)


def _alone_sentence(tariff: Tariff) -> str:
    basis = cite(tariff.articles)
    return f"{tariff.label}的，每件申请单独计算，不与此前的申请累计，“当月此前的件数”请清空（{basis}）。"
