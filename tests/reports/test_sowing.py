"""More than two hundred faults sown into right reports are each found by their own rule, and right reports give no cause for doubt."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cache

import pytest

from gipdocs.findings import Finding
from gipdocs.reports import check, load, read
from gipdocs.reports.facts import compute_facts
from gipdocs.reports.record import Record
from gipdocs.settings import PROJECT
from tests.reports.clean import clean, scaled
from tests.reports.faults import FAULTS
from tests.reports.figures import is_found, write_figures
from tests.reports.printing import as_docx, as_html, as_pasted
from tests.reports.samples import ALL
from tests.reports.sowing import Sown, sow

pytestmark = pytest.mark.slow

SOWN = 214
"""Each kind of fault twice."""
MOST_NOTES = 5
"""So many notes of 供参考 a clerk reads about a right report."""
FREE = {"2020", "2022", "yangling-sjj-2022"}
"""Reports of offices to which nobody paid a fee."""


def given_right(name: str) -> Record:
    """One of the ten given reports, made right."""
    return clean(name, paid=name not in FREE)


def read_back(record: Record, printed: Callable[[Record], bytes | str]) -> Record:
    """A right report as another office's file is read, its year before beside it."""
    return replace(read(printed(record)), previous=record.previous)


def unsigned(record: Record) -> Record:
    """As most offices put it on their site."""
    return replace(record, signature=None, date=None)


VARIANTS: dict[str, Callable[[], Record]] = {
    **{name: lambda name=name: given_right(name) for name in ALL},
    "a greater city": lambda: scaled(given_right("suqian-2024"), 7),
    "a greater bureau": lambda: scaled(given_right("2023"), 30),
    "a township": lambda: clean("2022", agency="某县某镇人民政府", agency_kind="township", level="township"),
    "a county": lambda: clean("hongze-2023", agency="某县人民政府", level="county"),
    "a province": lambda: clean("suqian-2023", agency="某省人民政府", level="province"),
    "a later year": lambda: clean("suqian-2024", year=2025),
    "the old form in its second year": lambda: clean("shanghai-office-2019", year=2020),
    "a web page": lambda: read_back(unsigned(given_right("suqian-2024")), as_html),
    "a pasted text without signature": lambda: read_back(unsigned(given_right("hongze-2023")), as_pasted),
    "a Word file": lambda: read_back(given_right("2023"), as_docx),
}
"""The ten given reports made right, and ten more of other sizes, levels, years, forms and kinds of source."""


def worded(record: Record, words: str) -> Record:
    """A right report whose part one says one thing more, in figures of its own tables."""
    known = {name: value or 0 for name, value in compute_facts(record).items()}
    outcomes = "、".join(f"{name}{known[key]}件" for name, key in OUTCOMES.items())
    raw = record.as_json()
    years = {"year": record.year, "before": record.year - 1, "next": record.year + 1}
    more = words.format(**known, **years, outcomes=outcomes)
    raw["sections"][0]["items"].append({"head": "", "text": more})
    return load(raw)


OUTCOMES = {
    "予以公开": "granted",
    "部分公开": "partial",
    "不予公开": "refused",
    "无法提供": "unable",
    "不予处理": "not_processed",
    "其他处理": "other",
}
WORDINGS = (
    "共办理依申请公开{to_handle}件（含上年结转{carried_in}件），其中{outcomes}、结转下年度{carried_out}件。",
    "共办理依申请公开{to_handle}件（含上年结转{carried_in}件），其中予以公开{granted}件，不予公开{refused}件。",
    "共办结{handled}件（含上年结转{carried_in}件）：{outcomes}。",
    "新收申请{received}件，上年结转{carried_in}件，其中{outcomes}。",
    "{before}年收到申请96件，{year}年收到申请{received}件。",
    "上半年收到申请96件；1-6月收到申请96件，予以公开90件。",
    "第四季度收到申请96件。截至11月底收到申请960件。",
    "近三年累计收到申请96000件，条例施行以来予以公开96000件。",
    "市水文局收到申请120件，答复申请119件。各县区收到申请96000件，下属单位收到申请12345件。",
    "除结转的{carried_out}件外，其余申请均已办结。",
    "结转申请{carried_out}件，其他均已按期答复。",
    "按照市政府部署，认真落实市政府办公室的各项要求；区政府网站开设专栏，市政府公报刊登文件。",
    "不收取检索、复制、邮寄等费用，依法不予公开的说明理由，增进了了解，鼓励公众参与。",
    "一是健全制度，明确责任；二是加强培训；三是强化监督。今后，一是完善目录；二是改进解读。",
    "主要做了以下工作：\n1.健全制度。\n2.加强培训。\n3.定期通报。",
    "截至{year}年12月31日，门户网站专栏共有栏目12个；与{before}年相比，栏目增加2个。",
    "上半年门户网站400条，下半年门户网站512条；全年门户网站912条。",
    "公开行政许可事项12项、行政处罚信息34条，修订《政府信息公开指南》（含目录），办好“政务公开日”活动。",
    "{before}年以来持续推进“一站式”服务；{next}年，本机关将继续加强平台建设，共同做好公开工作。",
)
"""More ways in which right reports say what they say, or speak of another time or body."""


@cache
def right() -> tuple[Record, ...]:
    return tuple(given_right(name) for name in ALL)


@cache
def sown() -> tuple[Sown, ...]:
    return tuple(sow(SOWN, right(), FAULTS))


def test_every_kind_of_fault_is_sown() -> None:
    assert len(sown()) == SOWN and {one.fault.name for one in sown()} == {fault.name for fault in FAULTS}


@pytest.mark.parametrize("number", range(SOWN))
def test_a_sown_fault_is_found_by_its_own_rule(number: int) -> None:
    one = sown()[number]
    assert is_found(one), (one.fault.name, one.right.agency, one.right.year)


def test_the_page_of_figures_is_up_to_date() -> None:
    page = (PROJECT / "docs" / "faults.md").read_text(encoding="utf-8")
    made = write_figures(sown(), [made() for made in VARIANTS.values()])
    assert made == page, "run python -m tests.reports.figures > docs/faults.md"


@pytest.mark.parametrize("name", VARIANTS)
def test_a_right_report_gives_no_cause_for_doubt(name: str) -> None:
    found: list[Finding] = check(VARIANTS[name]())
    assert [one.message for one in found if one.severity != "info"] == []
    assert len(found) <= MOST_NOTES


@pytest.mark.parametrize("words", WORDINGS)
@pytest.mark.parametrize("name", ALL)
def test_a_right_report_may_say_more(name: str, words: str) -> None:
    found = check(worded(given_right(name), words))
    assert [one.message for one in found if one.severity != "info"] == []


@pytest.mark.parametrize("name", [name for name in ALL if name not in FREE])
def test_a_right_report_may_tell_its_fee_by_its_notices(name: str) -> None:
    raw = given_right(name).as_json()
    yuan = raw["processing_fee"]["yuan"]
    told = f"发出收费通知3件，总金额{yuan}元，实际收取{yuan}元。"
    raw["sections"][5]["items"] = [{"head": "", "text": told}]
    assert [one.message for one in check(load(raw)) if one.severity != "info"] == []
