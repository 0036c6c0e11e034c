"""Files that were sent in are sorted by body and by year, and a name that means several bodies is told, not guessed."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from gipdocs.errors import InvalidInput
from gipdocs.reports.collecting.bodies import find_body, match_body
from gipdocs.reports.collecting.submissions import Submission, arrange, collect
from tests.reports import county

TWO_OF_A_KIND = ("云岭县财政局", "云岭县开发区财政局")


@pytest.mark.parametrize(
    ("printed", "file", "body"),
    [
        ("云岭县财政局", "a.docx", "云岭县财政局"),
        ("云岭县财政局（云岭县国有资产管理局）", "a.docx", "云岭县财政局"),
        ("财政局", "a.docx", "云岭县财政局"),
        ("县财政局", "a.docx", "云岭县财政局"),
        ("区住建局", "a.docx", "云岭县住房和城乡建设局"),
        ("云岭县市监局", "a.docx", "云岭县市场监督管理局"),
        ("县人社局", "a.docx", "云岭县人力资源和社会保障局"),
        ("", "03科技和工业信息化局.docx", "云岭县科技和工业信息化局"),
        ("", "云岭县司法局-2024.pdf", "云岭县司法局"),
        ("", "2024年政府信息公开工作年度报告.docx", ""),
        ("", "补报 水务局年报（终稿）.html", "云岭县水务局"),
        ("", "司法局2024年报.docx", "云岭县司法局"),
        ("", "西山县财政局年报.docx", ""),
        ("", "报送/财政局/2024年度报告.docx", "云岭县财政局"),
        ("云岭县财政局国库支付中心", "a.docx", "云岭县财政局国库支付中心"),
        ("西山县财政局", "财政局.docx", "西山县财政局"),
        ("县人民政府", "a.docx", "县人民政府"),
        ("局", "a.docx", "局"),
    ],
)
def test_a_name_is_matched_with_the_body_that_it_means(printed: str, file: str, body: str) -> None:
    assert find_body(printed, file, county.DUE).body == body


def test_a_full_name_needs_no_remark_and_every_other_has_one() -> None:
    assert find_body("云岭县财政局", "a.docx", county.DUE).note == ""
    assert "认作“云岭县财政局”" in find_body("财政局", "a.docx", county.DUE).note
    assert "不在应报送单位名单里" in find_body("西山县财政局", "a.docx", county.DUE).note


def test_a_name_that_may_mean_two_bodies_is_told_and_not_matched() -> None:
    found = find_body("财政局", "a.docx", TWO_OF_A_KIND)
    assert found.body == "" and "“云岭县财政局”、“云岭县开发区财政局”" in found.note
    assert match_body("财政局", TWO_OF_A_KIND) == ""


def test_the_name_of_the_file_decides_between_two_bodies() -> None:
    assert find_body("财政局", "开发区财政局年报.docx", TWO_OF_A_KIND).body == "云岭县开发区财政局"


def test_a_report_in_the_file_of_another_body_is_the_one_that_it_prints() -> None:
    found = find_body("云岭县财政局", "云岭县司法局2024年报.docx", county.DUE)
    assert found.body == "云岭县财政局" and "文件名像是“云岭县司法局”的" in found.note


def test_files_are_sorted_by_year_and_kept_in_their_order() -> None:
    files = [county.printed(i) for i in (2, 0, 1)]
    files.append(("去年.json", county.as_json(county.earlier(0))))
    found = collect([*files, ("照片.png", b"\x89PNG\r\n\x1a\n")], due=county.DUE[:5])
    assert found.year == county.YEAR
    assert [one.body for one in found.submissions] == [county.BODIES[i] for i in (2, 0, 1)] + [""]
    assert found.submissions[-1].record is None and found.submissions[-1].faults
    assert found.before(county.BODIES[0]) == (county.earlier(0),) and found.before("") == ()
    assert found.missing == (county.BODIES[3], county.BODIES[4])


def test_a_body_that_is_named_already_is_left_as_it_is() -> None:
    files = [Submission(name="a.docx", body=body, record=county.right(0)) for body in (county.BODIES[1], "县直机关")]
    found = arrange(files, due=county.DUE).submissions
    assert [one.body for one in found] == [county.BODIES[1], "县直机关"]
    assert [one.note for one in found] == ["", "“县直机关”不在应报送单位名单里。"]


def test_what_is_told_of_a_name_is_told_again_when_the_files_are_gathered_again() -> None:
    short = replace(county.right(0), agency="县财政局")
    found = arrange([Submission(name="a.docx", record=short)], due=county.DUE).submissions
    again = arrange([replace(one, note="") for one in found], due=county.DUE).submissions
    assert found == again and "认作“云岭县财政局”" in found[0].note


def test_without_any_readable_report_the_year_must_be_given() -> None:
    with pytest.raises(InvalidInput, match="没有一份能读出的年度报告"):
        collect([("a.txt", "你好".encode())])
    assert collect([("a.txt", "你好".encode())], year=2024).year == 2024


def test_what_was_gathered_is_plain_data() -> None:
    found = collect([county.printed(0), ("a.txt", "你好".encode())], due=county.DUE)
    data = json.loads(json.dumps(found.as_json()))
    assert [one["name"] for one in data["reports"]] == [one.name for one in found.submissions]
    assert data["reports"][0]["record"]["agency"] == county.BODIES[0] and data["reports"][1]["faults"]


def test_a_report_of_nobody_knows_whom_has_no_year_before() -> None:
    two = {"a.json": county.right(0), "b.json": county.earlier(0)}
    nameless = [Submission(name=name, record=replace(one, agency=None)) for name, one in two.items()]
    found = arrange(nameless, year=county.YEAR)
    assert [one.body for one in found.earlier] == [""] and found.before("") == ()
