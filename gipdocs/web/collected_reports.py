"""The desk's January: many annual reports at once, judged, summed, compared with last year, and led into the own report.

Nothing is kept: what was gathered travels with the page, and the clerk can save it as a file.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from flask import Blueprint, Response, request

from gipdocs.access.permissions import Permission
from gipdocs.errors import Fault, InvalidInput
from gipdocs.faces import MOST_SENT, allow_file, needs, service
from gipdocs.reports.collecting.orders import LONGEST_NAME, SumOrder
from gipdocs.reports.collecting.submissions import Collection, Sent, collect
from gipdocs.reports.forms import FIRST_YEAR, form_for
from gipdocs.reports.record_questions import LAST_YEAR
from gipdocs.web.guard import is_genuine
from gipdocs.web.pages import page
from gipdocs.web.parcels import MOST_FILES, Parcel, name_apart, open_parcel
from gipdocs.web.report_views import DEEDS, LARGEST, PaperSheet, bad, limits, show_standings, show_sum
from gipdocs.web.sheets import Notice
from gipdocs.web.summed_reports import read_corrections
from gipdocs.web.workpapers import files_of, unpack, with_files

reports = Blueprint("reports", __name__)
PAPER = ".paper"
"""The field in which the paper travels."""
EXPIRED = (
    "这次没有处理：页面已经过期，或者浏览器没有保存本站的Cookie。已经读出的报告都还在；新选的文件请重新选择，再点一次。"
)
NO_FILE = "没有选择文件。请选择各家报来的年度报告，可以一次选很多份；装在一个压缩包（ZIP）里的，选压缩包。"
TOO_LARGE = (
    f"这次选择的文件合计超过{LARGEST} MB，没有读取。请返回上一页，分几次选择：先读一部分，再在结果页“继续添加报告”。"
)
NO_YEAR = f"报告年度应为{FIRST_YEAR}至{LAST_YEAR}之间的年份，例如2025；不填的，按多数报告的年度。选好的文件请重新选择。"
ANOTHER = "这一页已经有汇总底稿，不能再载入另一份。请打开“年报汇总”，重新选择汇总底稿；各家的报告可以在这里添加。"
FULL = f"一次汇总最多{MOST_FILES}个文件，加上这次选择的就超过了，没有添加。请分开汇总。"
OTHER_FORM = "没有改报告年度：这一年度的表格格式不同，手工更正过的数放不进去。请先在“汇总表”里取消更正。"
UNCORRECTED = "有更正没有记下，请按下面说的改正，再点“记下更正”。"


@reports.get("/reports")
@needs(Permission.DOCUMENTS)
def show() -> Response:
    """The page on which the reports are chosen."""
    return _begin()


@reports.post("/reports")
@needs(Permission.DOCUMENTS)
def act() -> Response:
    """Read the chosen files, show a view of what was gathered, or hand out a file made of it."""
    allow_file()
    request.max_form_memory_size = request.max_content_length
    if (request.content_length or 0) > MOST_SENT:
        return page("error", 413, title="文件太大", cure=TOO_LARGE)
    genuine = is_genuine()
    try:
        carried = unpack(request.form[PAPER]) if request.form.get(PAPER) else None
    except InvalidInput as error:
        return _begin(bad(str(error)), 422)
    if not genuine:
        return _refuse(carried, EXPIRED, 400)
    try:
        parcel = open_parcel(request.files.getlist("file"))
        if carried is None and parcel.paper is None and not parcel.reports:
            return _begin(bad(NO_FILE), 422)
        paper = _put_together(carried, parcel)
    except InvalidInput as error:
        return _refuse(carried, str(error), 422)
    return _perform(paper, parcel)


def _begin(notice: Notice | None = None, status: int = 200) -> Response:
    """The page on which the reports are chosen, with what was typed on it."""
    due = request.form.get("due", "\n".join(service().profile.reports.bodies))
    return page("reports", status, notice=notice, year=request.form.get("year", ""), due=due, **limits())


def _refuse(carried: SumOrder | None, text: str, status: int) -> Response:
    """The page from which somebody sent what can't be taken, with everything that it had."""
    if carried is None:
        return _begin(bad(text), status)
    return show_standings(PaperSheet(paper=carried), bad(text), status)


def _put_together(carried: SumOrder | None, parcel: Parcel) -> SumOrder:
    """The paper with the reports of a parcel, for the year and the bodies that were typed; InvalidInput.

    A paper that was kept as a file knows its year and its bodies, so that nothing typed beside it counts.
    """
    kept = carried or parcel.paper
    if kept is None:
        return SumOrder(collection=_collect(parcel.reports))
    if carried and parcel.paper:
        raise InvalidInput([Fault("", "too-many", ANOTHER)])
    files = files_of(kept)
    if len(files) + len(parcel.reports) > MOST_FILES:
        raise InvalidInput([Fault("", "too-many", FULL)])
    year, due = kept.collection.year, kept.collection.due
    if carried:
        year = _typed_year() or year
        due = _typed_due() if "due" in request.form else due
    if kept.corrections and form_for(year) != form_for(kept.collection.year):
        raise InvalidInput([Fault("/year", "mismatch", OTHER_FORM)])
    named = name_apart(parcel.reports, (one.name for one in files))
    new = SumOrder(collection=collect(named, year=year, due=due))
    return with_files(kept, (*files, *files_of(new)), year=year, due=due)


def _collect(reports: Iterable[Sent]) -> Collection:
    """The first reports; if none of them can be read, for the year that is to be reported now, so that each is told why."""
    expected = service().office().today.year - 1
    return collect(name_apart(reports, ()), year=_typed_year(), due=_typed_due(), expected=expected)


def _typed_year() -> int | None:
    typed = request.form.get("year", "").strip()
    if not typed:
        return None
    if not typed.isdecimal() or not FIRST_YEAR <= int(typed) <= LAST_YEAR:
        raise InvalidInput([Fault("/year", "range", NO_YEAR)])
    return int(typed)


def _typed_due() -> tuple[str, ...]:
    lines = (line.strip() for line in request.form.get("due", "").splitlines())
    return tuple(dict.fromkeys(line for line in lines if line))


def _perform(paper: SumOrder, parcel: Parcel) -> Response:
    """Take over what was corrected, and do what the pressed button says; files that were sent with it are told first."""
    do, _, what = request.form.get(".do", "").partition(":")
    agency = request.form.get("agency", paper.agency).strip()[:LONGEST_NAME]
    typed = read_corrections(replace(paper, agency=agency), request.form)
    sheet = PaperSheet(paper=typed.paper, faults=typed.faults)
    if typed.faults:
        return show_sum(sheet, bad(UNCORRECTED), 422)
    if do not in DEEDS or parcel.reports or parcel.paper:
        return show_standings(sheet, _tell_read(parcel, sheet.collection))
    return DEEDS[do](sheet, what)


def _tell_read(parcel: Parcel, collection: Collection) -> Notice:
    """What was read, and whether there is anything to be summed."""
    began = "已载入汇总底稿，" if parcel.paper else ""
    count = f"读了{len(parcel.reports)}个文件，" if parcel.reports else ""
    if not any(one.record for one in collection.submissions):
        wanted = f"其中没有能读出的{collection.year}年度报告，还不能汇总。请核对报告年度，继续添加。"
        return Notice(tone="calm", text=f"{began}{count}{wanted}")
    return Notice(tone="good", text=f"{began}{count}按{collection.year}年度核对，结果如下。")
