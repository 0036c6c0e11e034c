"""The January job at the desk, in a browser without scripts: forty reports gathered, judged, summed, corrected and led on."""

from __future__ import annotations

import base64
import json
import re
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import replace
from io import BytesIO
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from openpyxl import load_workbook
from werkzeug.test import TestResponse

from gipdocs.app import create_app
from gipdocs.faces import MOST_SENT, largest_body
from gipdocs.reports import load
from gipdocs.settings import CITIZEN, NO_DATABASE, Settings
from gipdocs.web.workpapers import correct_figure, files_of, pack, unpack
from tests.reports import county
from tests.web.browser import Form, Page

pytestmark = pytest.mark.slow

PLACE, LINES = "/desk/reports", "\r\n".join
Sent = tuple[str, bytes]
GRANTED = "table3.granted.total"


@pytest.fixture(scope="module")
def stateless() -> Iterator[Flask]:
    """The application of an installation that keeps nothing."""
    app = create_app(Settings(secret_key="test", database=NO_DATABASE))
    yield app
    app.extensions["gipdocs"].close()


@pytest.fixture(scope="module")
def desk(stateless: Flask) -> FlaskClient:
    return stateless.test_client()


def gather(desk: FlaskClient, files: Iterable[Sent], **typed: str) -> TestResponse:
    """The page after choosing these files on the first one."""
    return send(desk, Form(desk.get(PLACE).text.replace('class="gather"', 'id="answers"')), "gather", files, **typed)


def send(desk: FlaskClient, form: Form, do: str, files: Iterable[Sent] = (), **typed: str) -> TestResponse:
    """What a browser gets that types into a form, chooses files and presses a button."""
    fields: dict[str, Any] = {name: value for name, value in form.pairs if name and name != "file"}
    parts = [(f'name="{name}"', str(value).encode()) for name, value in (fields | typed | {".do": do}).items()]
    parts += [(f'name="file"; filename="{name}"', content) for name, content in files]
    body = b"".join(
        f"--cut\r\nContent-Disposition: form-data; {head}\r\n\r\n".encode() + value + b"\r\n" for head, value in parts
    )
    return desk.post(PLACE, data=body + b"--cut--\r\n", content_type="multipart/form-data; boundary=cut")


def press(desk: FlaskClient, page: TestResponse, do: str, files: Iterable[Sent] = (), **typed: str) -> TestResponse:
    return send(desk, Form(page.text), do, files, **typed)


def text(response: TestResponse) -> str:
    return Form(response.text).text


def few(*numbers: int) -> list[Sent]:
    return [county.printed(i) for i in numbers]


def again(i: int, **changes: int) -> Sent:
    """Another report of a bureau, in which some figures differ."""
    record = county.right(i)
    changed = {
        f"table2.{key}.decisions": (record.cells[f"table2.{key}.decisions"] or 0) + by for key, by in changes.items()
    }
    return f"{county.BUREAUS[i]}重报.json", county.as_json(record.with_cells(changed))


@pytest.fixture(scope="module")
def whole(desk: FlaskClient) -> TestResponse:
    """The page after the county's forty reports were chosen, with those of the year before."""
    earlier = [(f"上年{i}.json", county.as_json(county.earlier(i))) for i in range(len(county.BODIES))]
    response = gather(desk, [*county.files(), *earlier], due=LINES(county.DUE))
    assert response.status_code == 200
    return response


def test_forty_reports_are_sorted_by_what_is_to_be_sent_back(whole: TestResponse) -> None:
    headings = re.findall(r'<h2 id="state-(\w+)">[^<]*（(\d+)）', whole.text)
    assert [state for state, _ in headings] == ["missing", "wrong", "doubtful", "sound"]
    assert sum(int(count) for _, count in headings) == len(county.files()) + len(county.MISSING)
    assert all(f"<li>{body}</li>" in whole.text for body in county.MISSING)
    assert "读了81个文件，按2024年度核对" in whole.text and "上年的报告40份" in whole.text
    assert "各份的数相同，汇总只计一份" in whole.text


def test_a_figure_of_the_sum_opens_its_parts(desk: FlaskClient, whole: TestResponse) -> None:
    page = press(desk, whole, "sum", agency="云岭县人民政府")
    total = sum(int(county.right(i).cells[GRANTED] or 0) for i in range(40) if i not in county.SOWN)
    total += sum(
        int(county.sent(i).cells[f"table3.granted.{column}"] or 0) for i in county.SOWN for column in county.APPLICANTS
    )
    behind = re.search(rf'<section class="behind" id="at-{GRANTED}".*?</section>', page.text, re.DOTALL)
    assert behind and f'href="#at-{GRANTED}"' in page.text
    assert f"：{total}</h3>" in behind[0]
    for i in (0, 20, 39):
        assert f'<th scope="row">{county.BODIES[i]}</th><td>{county.sent(i).cells[GRANTED]}</td>' in behind[0]


def test_a_figure_is_corrected_with_a_reason_and_restored(desk: FlaskClient, whole: TestResponse) -> None:
    page = press(desk, whole, "sum")
    wrong = press(desk, page, "sum", **{f"given-{GRANTED}": "12a"})
    assert wrong.status_code == 422 and "读不成数" in wrong.text and 'value="12a"' in wrong.text
    assert f'<li class="error"><a href="#at-{GRANTED}">表三' in wrong.text, (
        "the fault leads to its figure without a script"
    )
    assert f'formaction="{PLACE}#at-{GRANTED}"' in wrong.text
    bare = press(desk, wrong, "years", **{f"given-{GRANTED}": "1200"})
    assert bare.status_code == 422 and "没有写理由" in bare.text
    told = press(desk, bare, "sum", **{f"reason-{GRANTED}": "财政局电话更正"})
    assert told.status_code == 200 and "人工更正为1200：财政局电话更正" in told.text
    record = press(desk, told, "record")
    assert json.loads(record.data)["table3"]["rows"]["granted"][-1] == 1200
    restored = press(desk, told, "sum", **{f"given-{GRANTED}": "", f"reason-{GRANTED}": ""})
    assert "人工更正" not in restored.text


def test_the_sum_leads_into_the_form_of_the_own_report(desk: FlaskClient, whole: TestResponse) -> None:
    page = press(desk, whole, "report", agency="云岭县人民政府")
    form = Form(page.text)
    summed = json.loads(press(desk, whole, "record").data)
    assert form.value("agency") == "云岭县人民政府" and form.value("year") == "2024"
    assert form.value("table3-rows-new-6") == str(summed["table3"]["rows"]["new"][6])
    assert form.value("table2-licence-decisions") == str(summed["table2"]["licence"]["decisions"])
    assert json.loads(form.value("previous") or "")["year"] == 2023
    checked = Page(desk, "/desk/documents/annual-report", page).then("check")
    assert checked.response.status_code in (200, 422) and checked.form.value("table3-rows-new-6") == form.value(
        "table3-rows-new-6"
    )


def test_both_years_stand_beside_each_other(desk: FlaskClient, whole: TestResponse) -> None:
    page = press(desk, whole, "years")
    assert "（汇总）：与上年对照" in page.text and ">2023年</th>" in page.text
    place = next(i for i, one in enumerate(carried(whole).collection.submissions) if one.body == county.BODIES[0])
    own = press(desk, whole, f"years:{place}")
    now, before = (str(one.cells["table2.licence.decisions"]) for one in (county.right(0), county.earlier(0)))
    assert f"{county.BODIES[0]}：与上年对照" in own.text and f"<td>{before}</td><td>{now}</td>" in own.text


def test_letters_come_as_drafts_and_one_as_a_form(desk: FlaskClient, whole: TestResponse) -> None:
    assert press(desk, whole, "letters").status_code == 422
    assert "重报的最后日期" in press(desk, whole, "letters", return_by="明年").text
    archive = zipfile.ZipFile(BytesIO(press(desk, whole, "letters", return_by="2026-12-18").data))
    assert f"{county.BODIES[3]}.docx" in archive.namelist() and f"{county.BODIES[0]}.docx" not in archive.namelist()
    place = next(i for i, one in enumerate(carried(whole).collection.submissions) if one.body == county.BODIES[3])
    letter = press(desk, whole, f"letter:{place}")
    assert letter.status_code == 200 and Form(letter.text).value("body") == county.BODIES[3]


@pytest.mark.parametrize(("do", "bodies"), [("table", county.DUE), ("book", county.BODIES)], ids=["standings", "sum"])
def test_a_workbook_has_every_body(desk: FlaskClient, whole: TestResponse, do: str, bodies: tuple[str, ...]) -> None:
    book = load_workbook(BytesIO(press(desk, whole, do).data))
    cells = {str(cell) for row in book.worksheets[0].iter_rows(values_only=True) for cell in row if cell}
    assert {*bodies} <= cells


def carried(page: TestResponse) -> Any:
    return unpack(Form(page.text).value(".paper") or "")


def test_the_paper_is_kept_as_a_file_and_taken_up_again(desk: FlaskClient) -> None:
    first = gather(desk, few(0, 1), due=LINES(county.DUE[:3]))
    corrected = press(desk, press(desk, first, "sum"), "sum", **{f"given-{GRANTED}": "7", f"reason-{GRANTED}": "更正"})
    kept = press(desk, corrected, "paper")
    assert kept.headers["Content-Disposition"].startswith("attachment")
    back = gather(desk, [("汇总底稿.json", kept.data), *few(2)], due="别的机关")
    assert "已载入汇总底稿，读了1个文件" in back.text
    assert carried(back).collection.due == county.DUE[:3] and "未报送" not in back.text
    assert "人工更正为7：更正" in press(desk, back, "sum").text


def test_more_reports_are_added_and_one_of_two_is_chosen(desk: FlaskClient) -> None:
    first = gather(desk, few(0, 1))
    more = press(desk, first, "sum", [again(1, licence=5)])  # chosen files are never passed over
    assert "还没有选定，都没有计入汇总" in more.text
    place = next(i for i, one in enumerate(carried(more).collection.submissions) if "重报" in one.name)
    taken = press(desk, more, f"take:{place}")
    licence = json.loads(press(desk, taken, "record").data)["table2"]["licence"]["decisions"]
    assert licence == sum(int(county.right(i).cells["table2.licence.decisions"] or 0) for i in (0, 1)) + 5
    dropped = press(desk, taken, f"drop:{place}")
    assert "报来不止一份的" not in dropped.text and len(files_of(carried(dropped))) == 2


def test_files_of_one_name_are_told_apart(desk: FlaskClient) -> None:
    (_, one), (_, other) = few(0, 1)
    response = gather(desk, [("报告.docx", one), ("报告.docx", other), ("报告.docx", b"no report")])
    assert [each.name for each in files_of(carried(response))] == ["报告.docx", "报告（2）.docx", "报告（3）.docx"]


def test_a_folder_comes_as_an_archive(desk: FlaskClient) -> None:
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, content in few(0, 1):
            archive.writestr(f"年报/{name}", content)
        archive.writestr("__MACOSX/年报/._a", b"left by a system")
    response = gather(desk, [("全部.zip", packed.getvalue())])
    assert sorted(each.name for each in files_of(carried(response))) == sorted(f"年报/{name}" for name, _ in few(0, 1))


def test_an_unreadable_file_stops_no_other(desk: FlaskClient) -> None:
    response = gather(desk, [("坏.docx", b"PK\3\4broken"), ("图.png", b"\x89PNG\r\n"), *few(0)])
    assert response.status_code == 200 and "读不出（2）" in response.text and "坏.docx" in response.text
    assert "图片里的文字读不出来" in response.text
    assert "计入1份报告" in press(desk, response, "sum").text


@pytest.mark.parametrize(
    ("files", "typed", "told"),
    [
        pytest.param([], {}, "没有选择文件", id="nothing"),
        pytest.param([("a.txt", b"x")], {"year": "去年"}, "报告年度应为2019至", id="no year"),
        pytest.param([("a.json", b'{"year": 2024, "reports": []}')], {}, "各单位的报告", id="broken paper"),
    ],
)
def test_what_cannot_be_taken_is_told_and_what_was_typed_stays(
    desk: FlaskClient, files: list[Sent], typed: dict[str, str], told: str
) -> None:
    response = gather(desk, files, due="云岭县财政局", **typed)
    assert response.status_code == 422 and told in text(response)
    assert "云岭县财政局</textarea>" in response.text


def test_why_no_file_can_be_read_is_told_of_each(desk: FlaskClient) -> None:
    response = gather(desk, [("坏.docx", b"PK\3\4"), ("图.png", b"\x89PNG\r\n")])
    assert response.status_code == 200 and "还不能汇总" in response.text and "读不出（2）" in response.text
    assert "还没有一份" in press(desk, response, "sum").text


def test_reports_of_last_year_alone_are_told(desk: FlaskClient) -> None:
    response = gather(desk, [("上年.json", county.as_json(county.earlier(0)))], year="2024")
    assert response.status_code == 200 and "没有能读出的2024年度报告，还不能汇总" in response.text
    assert press(desk, response, "sum").status_code == press(desk, response, "years").status_code == 200


@pytest.mark.parametrize("sent", ["", "no base64!", "eJw=", "e30="], ids=["empty", "letters", "cut", "not packed"])
def test_a_page_whose_paper_is_lost_says_so(desk: FlaskClient, sent: str) -> None:
    first = gather(desk, few(0))
    response = press(desk, first, "sum", **{".paper": sent})
    assert response.status_code == 422
    assert ("没有选择文件" if not sent else "汇总底稿不完整") in response.text


@pytest.mark.parametrize(
    ("paper", "told"),
    [
        ({"year": 2024, "reports": []}, "各单位的报告"),
        ({"year": 2024, "reports": [{"name": "a", "record": {"year": 2024, "table3": 1}}]}, "表三"),
        ({"year": 2024, "reports": [{"name": "a"}]}, "请附上报告的记录"),
    ],
    ids=["no reports", "no record", "nothing of a file"],
)
def test_a_paper_that_comes_back_changed_is_judged_like_any_input(
    desk: FlaskClient, paper: dict[str, Any], told: str
) -> None:
    first = gather(desk, few(0))
    sent = base64.b64encode(zlib.compress(json.dumps(paper).encode())).decode()
    response = press(desk, first, "sum", **{".paper": sent})
    assert response.status_code == 422 and told in text(response)


def test_a_page_that_has_expired_keeps_the_paper(desk: FlaskClient) -> None:
    first = gather(desk, few(0, 1))
    response = press(desk, first, "sum", csrf_token="old")
    assert response.status_code == 400 and "已经读出的报告都还在" in response.text
    assert len(files_of(carried(response))) == 2


def test_the_year_and_the_bodies_are_changed_on_the_page(desk: FlaskClient) -> None:
    first = gather(desk, few(0))
    changed = press(desk, first, "gather", due=LINES(county.DUE[:2]))
    assert "未报送（1）" in changed.text
    assert press(desk, changed, "gather", year="1999").status_code == 422
    cleared = press(desk, changed, "gather", due="")
    assert "未报送" not in cleared.text


def test_no_correction_is_lost_with_a_year_of_another_form(desk: FlaskClient) -> None:
    corrected = press(
        desk, press(desk, gather(desk, few(0)), "sum"), "sum", **{f"given-{GRANTED}": "7", f"reason-{GRANTED}": "更正"}
    )
    standings = press(desk, corrected, "standings")
    response = press(desk, standings, "gather", year="2020")
    assert response.status_code == 422 and "请先在“汇总表”里取消更正" in response.text
    assert carried(response).corrections


def test_too_much_at_once_is_refused_with_a_way_out(desk: FlaskClient) -> None:
    response = gather(desk, [("大.txt", b" " * MOST_SENT)])
    assert response.status_code == 413 and "分几次选择" in response.text


def test_the_server_reads_as_much_as_the_desk_takes(stateless: Flask) -> None:
    assert largest_body(stateless) == MOST_SENT
    citizens = create_app(Settings(secret_key="test", database=NO_DATABASE, doors=frozenset({CITIZEN})))
    assert largest_body(citizens) == Settings.max_body < MOST_SENT
    citizens.extensions["gipdocs"].close()


def test_a_paper_travels_whole(whole: TestResponse) -> None:
    paper = carried(whole)
    assert unpack(pack(paper)) == paper
    chosen = replace(
        paper,
        agency="云岭县人民政府",
        take={county.BODIES[county.TWICE]: paper.collection.of(county.BODIES[county.TWICE])[1].name},
    )
    changed = correct_figure(chosen, GRANTED, 3, "更正")
    assert unpack(pack(changed)) == changed
    assert load(changed.as_json()["reports"][0]["record"]).year == county.YEAR


def test_the_paper_is_what_the_api_sums_too(stateless: Flask, desk: FlaskClient) -> None:
    first = gather(desk, few(0, 1))
    kept = json.loads(press(desk, press(desk, first, "sum"), "paper").data)
    answer = desk.post("/api/v1/reports/sum", json=kept)
    assert answer.status_code == 200
    assert answer.get_json()["record"]["table3"] == json.loads(press(desk, first, "record").data)["table3"]


def test_one_letter_is_written_for_the_file_that_was_chosen(desk: FlaskClient) -> None:
    page = gather(desk, [county.printed(3), again(3, licence=5)])
    both = zipfile.ZipFile(BytesIO(press(desk, page, "letters", return_by="2026-12-18").data)).namelist()
    assert len(both) == 2
    chosen = press(desk, page, "take:0")
    assert "不计入汇总" in text(chosen)
    [letter] = zipfile.ZipFile(BytesIO(press(desk, chosen, "letters", return_by="2026-12-18").data)).namelist()
    assert letter == f"{county.BODIES[3]}.docx"


def test_the_sum_is_that_of_the_government_unless_another_body_is_typed(stateless: Flask, desk: FlaskClient) -> None:
    page = press(desk, gather(desk, few(0)), "sum")
    government = stateless.extensions["gipdocs"].profile.government
    assert f'name="agency" value="{government}"' in page.text
    assert f'name="agency" value="{county.OFFICE}"' in press(desk, page, "sum", agency=county.OFFICE).text
