"""Questions accept what is right, refuse the rest with a pointer and a Chinese sentence, and coerce nothing."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from typing import Any

import jsonschema
import pytest

from gipdocs import questions as f
from gipdocs.errors import Fault, InvalidInput


class RowQuestions(f.Questions):
    title = f.Text("名称", example="甲", required=True)


class AllQuestions(f.StaffQuestions):
    text = f.Text("标题", example="一行文字")
    story = f.LongText("说明", example="第一段\n第二段")
    day = f.Date("日期", example="2026-03-01", required=True, open_in_draft=True)
    number = f.Number("件数", example=3, least=1, most=10)
    money = f.Money("金额", example="380.50")
    one = f.Choice("类别", options={"a": "甲", "b": "乙"}, example="a")
    some = f.Choices("形式", options={"a": "甲", "b": "乙"}, example=["a", "b"])
    sure = f.YesNo("同意", example=True)
    rows = f.Rows("各项", RowQuestions, most=3)
    lines = f.Lines("附件", example=["甲", "乙"])
    block = f.Block("申请", RowQuestions)
    id_kind = f.Choice("证件", options={"resident": "居民身份证", "passport": "护照"}, example="resident")
    id_number = f.IdNumber("证件号码", kind_key="id_kind", example="11010519491231002X")
    uscc = f.Uscc("代码", example="91110000600037341L")
    phone = f.Phone("电话", example="0635-6068810转801")
    postcode = f.Postcode("邮编", example="252000")
    email = f.Email("邮箱", example="zwgk@lc.shandong.cn")


def faults(payload: Any) -> list[Fault]:
    with pytest.raises(InvalidInput) as caught:
        f.load(AllQuestions, payload)
    return list(caught.value.faults)


def test_the_sample_of_every_kind_of_question_loads_into_python_values() -> None:
    answers = f.load(AllQuestions, AllQuestions().sample(None))
    assert answers["day"] == date(2026, 3, 1)
    assert answers["money"] == Decimal("380.50")
    assert answers["rows"] == [{"title": "甲"}]
    assert answers["story"] == "第一段\n第二段"


@pytest.mark.parametrize(
    ("key", "value", "code"),
    [
        ("text", 3, "type"),
        ("text", "甲\n乙", "line-break"),
        ("text", "甲\ud800", "character"),
        ("text", "甲\x07", "character"),
        ("text", "甲\ufffd", "character"),
        ("text", "甲\u202e乙", "character"),
        ("text", "甲\U0001ffff", "character"),
        ("text", "   ", "blank"),
        ("text", "\u200b", "blank"),
        ("text", "\u3164\ufe0f", "blank"),
        ("text", "长" * 201, "too-long"),
        ("story", "长" * 10_001, "too-long"),
        ("day", "20260301", "format"),
        ("day", "2026-W01-1", "format"),
        ("day", "２０２６-03-01", "format"),
        ("day", "2026-02-30", "no-such-day"),
        ("day", 20260301, "type"),
        ("number", 12.7, "type"),
        ("number", True, "type"),
        ("number", "3", "type"),
        ("number", 11, "range"),
        ("money", 380.5, "type"),
        ("money", "1.005", "format"),
        ("money", "-1", "format"),
        ("money", "１２", "format"),
        ("one", "c", "option"),
        ("one", ["a"], "type"),
        ("some", 7, "type"),
        ("some", "c", "option"),
        ("some", ["a", "a"], "repeated"),
        ("sure", 0, "type"),
        ("sure", "on", "type"),
        ("rows", {}, "type"),
        ("rows", [{"title": "甲"}] * 4, "rows"),
        ("lines", "甲", "type"),
        ("block", "甲", "type"),
        ("id_number", "110105194912310021", "format"),
        ("uscc", "91110000600037341I", "format"),
        ("phone", "12", "format"),
        ("postcode", "25200", "format"),
        ("email", "zwgk", "format"),
    ],
)
def test_a_wrong_value_is_refused_with_its_pointer_and_a_chinese_sentence(key: str, value: Any, code: str) -> None:
    [fault] = faults({"day": "2026-03-01", "id_kind": "resident", key: value})
    assert (fault.pointer, fault.code) == (f"/{key}", code)
    assert re.search("[\u4e00-\u9fff]", fault.detail) and fault.detail.endswith("。")


def test_faults_inside_rows_and_blocks_point_into_them() -> None:
    found = faults({"day": "2026-03-01", "rows": [{"title": "甲"}, {"titel": "乙"}], "block": {"title": 1}})
    assert {(fault.pointer, fault.code) for fault in found} == {
        ("/rows/1/title", "required"),
        ("/rows/1/titel", "unknown"),
        ("/block/title", "type"),
    }


def test_an_unknown_question_and_a_body_that_is_no_object_are_refused() -> None:
    assert [(fault.pointer, fault.code) for fault in faults({"day": "2026-03-01", "a/b~": 1})] == [
        ("/a~1b~0", "unknown")
    ]
    assert [fault.pointer for fault in faults([])] == [""]


def test_null_and_empty_text_mean_unanswered() -> None:
    assert f.load(AllQuestions, {"day": "2026-03-01", "text": "", "number": None}) == {"day": date(2026, 3, 1)}
    assert [fault.code for fault in faults({"day": ""})] == ["required"]


def test_a_draft_may_leave_its_date_open_and_nothing_else() -> None:
    assert f.load(AllQuestions, {"draft": True}) == {"draft": True}
    assert [fault.code for fault in faults({"draft": False})] == ["required"]


@pytest.mark.parametrize(
    ("typed", "kept"),
    [("e\u0301", "é"), ("\uf9d0", "\uf9d0"), ("\U0002f804e\u0301", "\U0002f804é"), ("䶮㛃𬭊", "䶮㛃𬭊")],
    ids=["composed", "compatibility ideograph", "both", "rare names"],
)
def test_names_are_not_changed_by_normal_form(typed: str, kept: str) -> None:
    assert f.load(AllQuestions, {"day": "2026-03-01", "text": typed})["text"] == kept


def test_windows_and_old_mac_line_ends_become_line_feeds() -> None:
    assert f.load(AllQuestions, {"day": "2026-03-01", "story": "甲\r\n乙\r丙"})["story"] == "甲\n乙\n丙"


def test_the_json_schema_accepts_the_sample_and_refuses_an_unknown_key() -> None:
    schema = AllQuestions().json_schema()
    jsonschema.Draft202012Validator.check_schema(schema)
    sample = AllQuestions().sample(None)
    jsonschema.validate(sample, schema)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({**sample, "unknown": 1}, schema)


def test_questions_of_a_block_that_are_not_printed_are_on_file() -> None:
    class Three(f.Questions):
        a, b, c = f.Text("一", example="1"), f.Text("二", example="2"), f.Text("三", example="3")

    block = f.Block("组", Three, printed=("a",), needs=("b",))
    assert {key: (question.on_file, question.required) for key, question in block.questions().questions()} == {
        "a": (False, False),
        "b": (True, True),
        "c": (True, False),
    }


class NamesQuestions(f.Questions):
    name = f.Name("姓名", example="张晓彤")
    others = f.Lines("机关", of=f.Name, example=["某局"])
    titles = f.Lines("附件", of=f.Title, example=["某报告"])


def remarks(question: str, typed: Any) -> list[tuple[str, str, str]]:
    """Code, severity and pointer of what is said of a value; it must be accepted."""
    value = f.load(NamesQuestions, {question: typed})[question]
    asked = dict(NamesQuestions().questions())[question]
    return [(one.code, one.severity, one.pointer) for one in asked.remarks(typed, value, f"/{question}")]


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("张晓彤 ", "张晓彤"),
        ("\u00a0张晓彤", "张晓彤"),
        ("\u3000张晓彤\t\n", "张晓彤"),
        ("\ufeff张晓彤\u200b", "张晓彤"),
        ("张\u200b晓\u2060彤", "张晓彤"),
        ("张\ufeff晓\u00ad彤", "张晓彤"),
        ("张\u200d晓彤\u3164", "张晓彤"),
    ],
)
def test_what_nobody_sees_of_a_name_is_left_out_and_told(typed: str, kept: str) -> None:
    assert f.load(NamesQuestions, {"name": typed, "others": ["某局", typed]}) == {
        "name": kept,
        "others": ["某局", kept],
    }
    assert remarks("name", typed) == [("blanks-left-out", "info", "/name")]
    assert remarks("others", ["某局", typed]) == [("blanks-left-out", "info", "/others/1")]


@pytest.mark.parametrize(
    "name",
    ["张　三", "阿依古丽·买买提", "Anna Lee", "葛\U000e0100城", "می\u200cخواهم", "ᠠᠮᠣᠷ\u180eᠠ", "䶮"],
    ids=["wide", "dot", "space", "variant", "persian", "mongolian", "rare"],
)
def test_a_name_keeps_what_belongs_to_it(name: str) -> None:
    assert f.load(NamesQuestions, {"name": name}) == {"name": name}
    assert remarks("name", name) == []


@pytest.mark.parametrize(
    ("typed", "code"),
    [("\u00a0\u200b\ufeff", "character"), ("\u3000", "blank"), ("张\n晓彤", "line-break"), ("张\u202e晓", "character")],
)
def test_a_name_without_a_letter_or_with_a_break_is_refused(typed: str, code: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        f.load(NamesQuestions, {"name": typed})
    assert [fault.code for fault in caught.value.faults] == [code]


@pytest.mark.parametrize(
    "title",
    ["1.2025年计划", "2.1.2025年计划", "12．报告", "1、报告", "3)报告", "（1）报告", "（一）报告", "①报告", "一、报告", "附件2：报告", " 1.报告"],
)  # fmt: skip
def test_the_name_of_a_paper_brings_no_number(title: str) -> None:
    assert remarks("titles", ["甲", title]) == [("name-numbered", "error", "/titles/1")]


@pytest.mark.parametrize("title", ["计划。", "《2025年计划》.pdf；", "清单，", "清单:", "表、", "清单； ", "清单."])
def test_the_name_of_a_paper_ends_without_a_mark(title: str) -> None:
    assert remarks("titles", [title]) == [("name-punctuated", "error", "/titles/0")]


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("某局。", "name-punctuated"),
        ("张三，", "name-punctuated"),
        ("1.某局", "name-numbered"),
        ("（二）某局", "name-numbered"),
    ],
)
def test_names_in_a_list_bring_neither_numbers_nor_marks(name: str, code: str) -> None:
    assert remarks("others", ["某局", name]) == [(code, "error", "/others/1")]
    assert remarks("name", name) == [(code, "error", "/name")]
    assert remarks("name", "ABC Co., Ltd.") == []


@pytest.mark.parametrize(
    "title",
    [
        "3.15晚会情况",
        "1.5万吨项目批复",
        "2025年计划",
        "一、二季度情况",
        "1、2号楼规划许可证",
        "10、11号地块批复",
        "《计划》",
        "报告（复印件）",
        "怎么办？",
        "Terms of ABC Inc.",
        "12345热线月报",
    ],
)
def test_what_belongs_to_the_name_of_a_paper_stays(title: str) -> None:
    assert remarks("titles", [title]) == []


def test_a_remark_names_what_was_left_out_and_nothing_else() -> None:
    asked = dict(NamesQuestions().questions())["name"]
    (found,) = asked.remarks("Anna Lee\u00a0", "Anna Lee", "/name")
    assert "（U+00A0）" in found.message
