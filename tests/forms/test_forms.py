"""What a browser sends becomes the JSON that the schema reads, and comes back as it was typed."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from werkzeug.datastructures import MultiDict

from gipdocs.forms.controls import Typed
from gipdocs.forms.forms import (
    QuestionsForm,
    form_class,
)
from gipdocs.questions import (
    Block,
    Choice,
    Choices,
    Date,
    Email,
    Lines,
    LongText,
    Money,
    Number,
    Phone,
    Questions,
    Rows,
    StaffQuestions,
    Text,
    YesNo,
    load,
)

SIX = {letter: letter.upper() for letter in "abcdef"}


class Attachment(Questions):
    name = Text("名称", example="清单", required=True)
    pages = Number("页数", example=2)
    copies = Lines("份", example=["正本"])


class Person(Questions):
    name = Text("姓名", example="张三", required=True)
    phone = Phone("电话", example="0635-6068810")


class Case(StaffQuestions):
    person = Block("申请", Person, required=True)
    title = Text("标题", example="一份清单", required=True)
    story = LongText("经过", example="一\n二")
    mail = Email("邮箱", example="a@b.cn")
    day = Date("日期", example="2026-03-01")
    pages = Number("页数", example=3)
    fee = Money("金额", example="380.50")
    way = Choice("方式", options={"mail": "邮寄", "visit": "自取"}, example="mail")
    must = Choice("必选", options={"x": "甲", "y": "乙"}, example="x", required=True)
    many = Choice("多项", options=SIX, example="a")
    forms = Choices("形式", options={"paper": "纸质", "disc": "光盘"}, example=["paper"])
    agree = YesNo("同意", example=True, only_if=("way", ("mail", True)))
    lines = Lines("要点", example=["一", "二"])
    files = Rows("附件", Attachment, example=[{"name": "清单", "pages": 2}])


FULL: dict[str, Any] = {
    "person": {"name": "䶮㛃𬭊", "phone": "0635-6068810"},
    "title": 'A & B <select> "引号" {{7*7}} ]]>',
    "story": "第一段\n\n  第三段 & <b>",
    "mail": "a@b.cn",
    "day": "2026-03-01",
    "pages": 0,
    "fee": "380.50",
    "way": "mail",
    "must": "y",
    "many": "f",
    "forms": ["disc", "paper"],
    "agree": False,
    "lines": ["一", "二"],
    "files": [{"name": "甲", "pages": 1, "copies": ["正本", "副本"]}, {"name": "乙"}],
    "draft": True,
    "overrides": [{"code": "late", "reason": "已经说明理由"}],
}


def sent(*pairs: tuple[str, str]) -> QuestionsForm:
    return form_class(Case)(MultiDict(pairs))


def without_order(answers: dict[str, Any]) -> dict[str, Any]:
    return {key: sorted(value) if key == "forms" else value for key, value in answers.items()}


def test_what_was_put_in_comes_out_as_the_same_json() -> None:
    form = form_class(Case)()
    form.prefill(FULL)
    assert without_order(form.payload()) == without_order(FULL)
    assert load(Case, form.payload()) == load(Case, FULL)


def test_the_machines_own_questions_stand_at_the_end() -> None:
    assert [key for key, _ in form_class(Case)().named()][-2:] == ["draft", "overrides"]


def test_nothing_typed_is_nothing_answered_except_for_a_group_that_must_be_there() -> None:
    blank = sent(("title", ""), ("story", " \r\n "), ("way", ""), ("lines-0", ""), ("files-0-name", ""), ("fee", "　"))
    assert blank.payload() == {"person": {}}


@pytest.mark.parametrize(
    ("key", "typed", "meant"),
    [
        ("pages", "12", 12),
        ("pages", " 12 ", 12),
        ("pages", "-3", -3),
        ("pages", "12.7", "12.7"),
        ("pages", "１２", 12),
        ("pages", "1,200页", 1200),
        ("pages", "1200件", "1200件"),
        ("pages", "三", "三"),
        ("pages", "9" * 5000, "9" * 5000),
        ("fee", " 380.50", "380.50"),
        ("fee", "￥1,380.50元", "1380.50"),
        ("fee", "38万元", "38万元"),
        ("day", "2026年3月1日（周日）", "2026-03-01"),
        ("day", " 2026年2月30日", "2026年2月30日"),
        ("day", "3月1日", "3月1日"),
        ("title", " 前后空格 ", " 前后空格 "),
        ("title", "12", "12"),
        ("story", "一\r\n二\r三", "一\n二\n三"),
        ("agree", "true", True),
        ("agree", "false", False),
        ("agree", "on", "on"),
        ("way", "不存在", "不存在"),
    ],
)
def test_a_typed_text_becomes_json_only_where_it_says_so(key: str, typed: str, meant: Any) -> None:
    answer = sent((key, typed)).payload()[key]
    assert (answer, type(answer)) == (meant, type(meant))


def test_two_answers_to_one_choice_are_left_for_the_schema_to_refuse() -> None:
    assert sent(("way", "mail"), ("way", "visit")).payload()["way"] == ["mail", "visit"]


def test_a_name_that_no_question_has_never_reaches_the_answers() -> None:
    form = sent(("title", "甲"), ("secret", "x"), ("files-0-secret", "x"), ("person-secret", "x"), ("__class__", "x"))
    assert form.payload() == {"person": {}, "title": "甲"}


@pytest.mark.parametrize("index", ["²", "9" * 5000, "-1", "x", "", "１"])
def test_a_row_number_that_is_none_is_no_row(index: str) -> None:
    assert "files" not in sent((f"files-{index}-name", "甲"), (f"lines-{index}", "乙")).payload()


def test_blank_rows_are_left_out_and_the_index_map_leads_back_to_the_typed_row() -> None:
    form = sent(
        ("files-0-name", " "), ("files-3-name", "甲"), ("files-4-pages", ""), ("files-7-pages", "x"), ("lines-2", "乙")
    )
    assert form.payload() == {"person": {}, "files": [{"name": "甲"}, {"pages": "x"}], "lines": ["乙"]}
    files = form.find("files")
    assert [entry.form.find("name").data for entry in files.entries] == [" ", "甲", None, None]
    assert files.below("1") is files.entries[3]
    assert files.below("0").below("name").data == "甲"
    assert files.below("2") is None
    assert files.below("²") is None


def test_a_row_with_only_a_choice_or_a_line_is_not_blank() -> None:
    assert sent(("files-0-copies-0", "正本")).payload()["files"] == [{"copies": ["正本"]}]


def test_an_offered_reason_that_was_not_given_is_no_override() -> None:
    form = sent(("overrides-0-code", "late"), ("overrides-1-code", "early"), ("overrides-1-reason", "理由在此"))
    assert form.payload()["overrides"] == [{"code": "early", "reason": "理由在此"}]


def test_rows_are_added_and_removed_without_touching_the_others() -> None:
    form = sent(("files-0-name", "甲"), ("files-1-name", "乙"), ("files-1-copies-0", "正本"), ("title", "错" * 300))
    added = form.add_row("files-1-copies")
    assert added.name == "files-1-copies-1"
    left = form.remove_row("files-0")
    assert (left.name, len(left.entries)) == ("files", 1)
    assert left.entries[0].form.find("copies").entries[1].name == "files-0-copies-1"
    assert form.payload() == {"person": {}, "title": "错" * 300, "files": [{"name": "乙", "copies": ["正本"]}]}
    assert (form.add_row("title"), form.remove_row("files-9"), form.remove_row("")) == (None, None, None)


@pytest.mark.parametrize(
    ("key", "wrong", "kept"),
    [
        ("title", 12, "12"),
        ("title", {"a": "乙"}, '{"a": "乙"}'),
        ("title", "\ud800\x00", "\ufffd\ufffd"),
        ("title", "两\n行", "两\n行"),
        ("pages", "十", "十"),
        ("pages", True, "true"),
        ("way", "fax", "fax"),
        ("agree", "yes", "yes"),
        ("day", "2026-02-30", "2026-02-30"),
    ],
)
def test_a_wrong_answer_from_a_file_is_shown_as_it_is(key: str, wrong: Any, kept: str) -> None:
    form = form_class(Case)()
    form.prefill({key: wrong})
    assert form.payload()[key] == kept


@pytest.mark.parametrize("wrong", [None, "文字", 3, [1, None, "x"], [[]], {"a": 1}])
@pytest.mark.parametrize("key", ["person", "files", "lines", "forms", "draft", "overrides"])
def test_an_answer_of_the_wrong_shape_breaks_nothing(key: str, wrong: Any) -> None:
    form = form_class(Case)()
    form.prefill({key: wrong})
    form.payload()


def test_a_control_changes_no_text_that_it_cannot_read() -> None:
    form = form_class(Case)()
    form.prefill({"title": "两\n行", "day": "2026-02-30", "story": "\n一"})
    assert "<textarea" in form.find("title")()
    assert 'type="text"' in form.find("day")()
    assert form.find("story")().endswith(">\r\n\n一</textarea>")
    assert "maxlength" not in "".join(field() for field in map(form.find, ["title", "story", "mail", "pages", "fee"]))
    assert 'value="2026-02-30"' in form.find("day")()
    form.find("title").show("\"'><script>")
    assert "<script>" not in form.find("title")()


def test_a_choice_offers_the_way_back_and_what_was_sent_though_it_is_not_offered() -> None:
    form = form_class(Case)()
    shapes = {key: form.find(key).shape for key in ("way", "must", "many", "forms", "agree", "draft")}
    assert shapes == {
        "way": "radio",
        "must": "radio",
        "many": "select",
        "forms": "checkboxes",
        "agree": "radio",
        "draft": "checkbox",
    }
    assert list(form.find("way").options()) == [
        ("", "不填写", True),
        ("mail", "邮寄", False),
        ("visit", "自取", False),
    ]
    assert [value for value, _, _ in form.find("must").options()] == ["x", "y"]
    form.find("way").show("fax")
    assert list(form.find("way").options())[-1] == ("fax", "fax（没有这个选项）", True)


def test_a_choice_in_an_optional_group_can_be_taken_back() -> None:
    must = {"must": Choice("必选", options={"x": "甲"}, example="x", required=True)}
    chosen = type("Chosen", (Questions,), dict(must))
    groups = {"may": Block("可填", chosen), "owed": Block("必填", chosen, required=True), "rows": Rows("各项", chosen)}
    form = form_class(type("Groups", (Questions,), groups))()
    form.add_row("rows")
    rows = form.find("rows").entries
    offered = [
        [value for value, _, _ in group.form.find("must").options()]
        for group in (form.find("may"), form.find("owed"), *rows)
    ]
    assert offered == [["", "x"], ["x"], ["x"]]


def test_examples_stand_in_empty_fields_also_in_groups_and_rows() -> None:
    form = form_class(Case, office=object())()
    form.add_row("files")
    fields = [form.find("title"), form.find("person").below("name"), form.find("files").entries[0].form.find("name")]
    assert [field.hints["placeholder"] for field in fields] == ["例如：一份清单", "例如：张三", "例如：清单"]
    assert form.find("pages").hints["inputmode"] == "numeric"


def test_a_question_knows_which_answer_makes_it_relevant() -> None:
    form = form_class(Case)()
    assert form.condition(form.find("agree")) == (form.find("way"), ("mail", "true"))
    assert form.condition(form.find("title")) is None


class Office:
    today = date(2026, 11, 29)


def test_what_was_read_stands_in_its_control_and_what_was_typed_is_told() -> None:
    typed = {"day": "3月2日", "pages": "１２页", "title": "１２页", "files-0-pages": "３"}
    form = form_class(Case)(MultiDict(typed), today=Office.today)
    controls = "".join(form.find(key)() for key in ("day", "pages", "title"))
    assert all(f'value="{text}"' in controls for text in ("2026-03-02", "12", "１２页"))
    fields = [field for field in form.everything() if isinstance(field, Typed)]
    assert [(one.name, one.rewritten) for one in fields if one.rewritten] == [
        ("pages", "１２页"),
        ("files-0-pages", "３"),
    ]


def test_a_day_without_a_year_is_one_of_this_year_also_in_groups_and_rows() -> None:
    class Inner(Questions):
        day = Date("日期", example="2026-03-01")

    questions = {"one": Block("一", Inner), "rows": Rows("多", Inner)}
    schema = type("Outer", (Questions,), dict(questions))
    typed = MultiDict({"one-day": "3月2日", "rows-0-day": "3-2", "rows-1-day": "昨天"})
    days = [{"day": "2026-03-02"}, {"day": "2026-11-28"}]
    assert form_class(schema)(typed, today=Office.today).payload() == {"one": days[0], "rows": days}
    assert form_class(schema)(typed).payload()["one"] == {"day": "3月2日"}  # nobody has told which year it is


def test_a_form_for_an_office_knows_its_day() -> None:
    empty = type("Dated", (Questions,), {"day": Date("日期", example=None)})
    assert form_class(empty, Office())(MultiDict({"day": "3月2日"})).payload() == {"day": "2026-03-02"}


def test_what_is_too_long_to_be_read_is_left_as_it_is() -> None:
    form = sent(("pages", "1" * 201 + "页"), ("day", "2026年3月1日" + "。" * 200))
    assert (form.find("pages").rewritten, form.find("day").text[-1]) == ("", "。")
