"""What is asked for a sum: reports that were read already, the bodies that are due, choices and changes by hand."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import marshmallow as ma

from gipdocs.errors import Fault
from gipdocs.law import Law
from gipdocs.profile import ReportChoices
from gipdocs.questions import Block, Lines, Questions, Rows, Text, load
from gipdocs.questions.figures import FINEST_FIGURE, LARGEST, Notes, Quantity, refuse_all
from gipdocs.reports.collecting.assessment import ReportStanding, assess
from gipdocs.reports.collecting.corrections import Correction
from gipdocs.reports.collecting.submissions import Collection, Submission, arrange
from gipdocs.reports.collecting.summed import SummedReport
from gipdocs.reports.collecting.summing import sum_up
from gipdocs.reports.forms import FIRST_YEAR
from gipdocs.reports.loading import record_of
from gipdocs.reports.record import plain_path
from gipdocs.reports.record_questions import LAST_YEAR, Printed, RecordQuestions, Year

MOST_REPORTS = 500
MOST_CORRECTIONS = 300
LONGEST_NAME, LONGEST_REASON = 300, 500


class ReadFaultQuestions(Questions):
    """Why a file could not be read."""

    pointer = Printed("在文件里的位置", longest=LONGEST_NAME)
    code = Text("代码", longest=60)
    detail = Text("原因", longest=LONGEST_REASON, required=True)


class SentReportQuestions(Questions):
    """One file: the record read from it, or why it could not be read."""

    name = Text("文件名", longest=LONGEST_NAME, required=True)
    body = Text("单位全称", longest=LONGEST_NAME)
    record = Block("报告的记录", RecordQuestions)
    faults = Rows("读不出的原因", ReadFaultQuestions, most=100)

    @ma.validates_schema(skip_on_field_errors=True)
    def hold_together(self, answers: dict[str, Any], **kwargs: Any) -> None:
        """Refuse a file that has neither a record nor a reason why not."""
        if "record" not in answers and not answers.get("faults"):
            raise refuse_all([Fault("/record", "required", "请附上报告的记录；读不出的，请在faults里写明原因。")])


class CorrectionQuestions(Questions):
    """A figure of the sum that is changed by hand."""

    path = Text("单元格", longest=60, required=True)
    given = Quantity("更正为", least=-LARGEST, finest=FINEST_FIGURE, required=True)
    computed = Quantity("更正时汇总的数", least=-LARGEST, finest=FINEST_FIGURE)
    reason = Text("理由", longest=LONGEST_REASON, required=True)


class SumQuestions(Questions):
    """A sum to be made."""

    year = Year("报告年度", least=FIRST_YEAR, most=LAST_YEAR)
    agency = Text("汇总机关", longest=LONGEST_NAME)
    due = Lines("应报送的单位", most=MOST_REPORTS, longest=LONGEST_NAME)
    reports = Rows("各单位的报告", SentReportQuestions, least=1, most=MOST_REPORTS, required=True)
    take = Notes("报送了几份的单位用哪一份", options={}, longest=LONGEST_NAME)
    corrections = Rows("人工更正", CorrectionQuestions, most=MOST_CORRECTIONS)

    @ma.validates_schema(skip_on_field_errors=True)
    def hold_together(self, answers: dict[str, Any], **kwargs: Any) -> None:
        """Refuse two files of one name: nobody could say which of them is meant."""
        if faults := [*_same_names(answers.get("reports", []))]:
            raise refuse_all(faults)


def _same_names(reports: Sequence[Mapping[str, Any]]) -> Iterator[Fault]:
    seen = set()
    for i, one in enumerate(reports):
        if one["name"] in seen:
            yield Fault(f"/reports/{i}/name", "repeated", "有两份文件同名，请改名，或者连同目录写明。")
        seen.add(one["name"])


@dataclass(frozen=True, kw_only=True)
class SumOrder:
    """A sum to be made of a collection; `agency` is for which, "" if nobody said so."""

    collection: Collection
    agency: str = ""
    take: Mapping[str, str] = field(default_factory=dict)
    corrections: tuple[Correction, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """The order as JSON data that `load_order` accepts."""
        changes = [_change(one) for one in self.corrections]
        more = {"agency": self.agency, "take": dict(self.take), "corrections": changes}
        return {**self.collection.as_json(), **{key: value for key, value in more.items() if value}}

    def sum_up(self, agency: str) -> SummedReport:
        """The sum, for `agency` unless the order says for whom it is; InvalidInput as `sum_up` raises it."""
        return sum_up(self.collection, agency=self.agency or agency, take=self.take, corrections=self.corrections)


def load_order(raw: Any) -> SumOrder:
    """The order in `raw`, plain JSON data; InvalidInput with every fault and its pointer."""
    answers = load(SumQuestions, raw)
    submissions = map(_submission, answers["reports"])
    return SumOrder(
        collection=arrange(submissions, year=answers.get("year"), due=tuple(answers.get("due", ()))),
        agency=answers.get("agency", ""),
        take=answers.get("take", {}),
        corrections=tuple(map(_correction, answers.get("corrections", ()))),
    )


def load_corrections(raw: Any) -> tuple[Correction, ...]:
    """The changes by hand in a list of JSON data; InvalidInput with every fault and its pointer."""
    reports = [{"name": "a", "faults": [{"detail": "a"}]}]
    answers = load(SumQuestions, {"reports": reports, "corrections": raw})
    return tuple(map(_correction, answers.get("corrections", ())))


def _submission(answers: Mapping[str, Any]) -> Submission:
    record = record_of(answers["record"]) if "record" in answers else None
    told = answers.get("faults", ())
    faults = tuple(Fault(one.get("pointer", ""), one.get("code", "file"), one["detail"]) for one in told)
    return Submission(
        name=answers["name"], body=answers.get("body", ""), record=record, faults=() if record else faults
    )


def _correction(answers: Mapping[str, Any]) -> Correction:
    return Correction(
        path=plain_path(answers["path"]),
        computed=answers.get("computed"),
        given=answers["given"],
        reason=answers["reason"],
    )


def _change(one: Correction) -> dict[str, Any]:
    plain = {key: value for key, value in one.as_json().items() if key in ("path", "given", "reason")}
    return plain if one.computed is None else {**plain, "computed": one.as_json()["computed"]}


def report_sum(body: Any, *, agency: str, law: Law | None = None, local: ReportChoices | None = None) -> dict[str, Any]:
    """The API's answer to an order (JSON data): the sum for `agency`, and where each body stands. Raises InvalidInput.

    `law` and `local` as in `judge`.
    """
    order = load_order(body)
    summed = order.sum_up(agency)
    return {
        **summed.as_json(),
        **_standings(order.collection, assess(order.collection, law=law, local=local, take=order.take)),
    }


def _standings(collection: Collection, lines: Sequence[ReportStanding]) -> dict[str, Any]:
    return {
        "year": collection.year,
        "missing": list(collection.missing),
        "standings": [line.as_json() for line in lines],
    }
