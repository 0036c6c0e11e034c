"""What is only kept on file and may be left out is folded away, unless there is something to see."""

from __future__ import annotations

from werkzeug.datastructures import MultiDict

from gipdocs.errors import Fault
from gipdocs.forms.forms import form_class
from gipdocs.questions import Block, Lines, Questions, Text
from gipdocs.web.arrangement import arrange, unfolds
from gipdocs.web.remarks import Remarks, attach


class PersonQuestions(Questions):
    name = Text("姓名", required=True)
    number = Text("证件", required=True, on_file=True)
    phone = Text("电话", on_file=True)
    note = Text("备注", on_file=True)
    marks = Lines("标记", on_file=True)


class AskingQuestions(Questions):
    one = Text("甲")
    two = Text("乙")
    three = Text("丙")


class CaseQuestions(Questions):
    person = Block("申请", PersonQuestions)
    kept = Block("留存", AskingQuestions, on_file=True)


def keys(fields: list[object]) -> list[str]:
    return [field.short_name for field in fields]  # type: ignore[attr-defined]


def test_what_must_be_answered_or_is_printed_stands_in_the_open() -> None:
    arranged = arrange(form_class(CaseQuestions)().find("person"), Remarks())
    assert keys(arranged.asked) == ["name", "number"] and keys(arranged.aside) == ["phone", "note", "marks"]
    assert not arranged.unfolded and arranged.filled == 0


def test_it_says_how_much_is_filled_in_and_unfolds_for_a_remark_or_a_button_inside() -> None:
    form = form_class(CaseQuestions)(MultiDict([("person-phone", "12"), ("person-marks-0", "")]))
    person = form.find("person")
    assert arrange(person, Remarks()).filled == 1
    assert not arrange(person, attach(form, [Fault("/person/name", "x", "错")])).unfolded
    assert arrange(person, attach(form, [Fault("/person/note", "x", "错")])).unfolded
    assert arrange(person, Remarks(), touched="person-marks").unfolded


def test_a_group_that_is_all_on_file_is_not_folded() -> None:
    assert arrange(form_class(CaseQuestions)().find("kept"), Remarks()).aside == []


def test_an_optional_group_unfolds_for_an_answer_or_a_remark_in_it() -> None:
    assert not unfolds(form_class(CaseQuestions)().find("person"), Remarks())
    assert unfolds(form_class(CaseQuestions)(MultiDict([("person-name", "张三")])).find("person"), Remarks())
    form = form_class(CaseQuestions)()
    assert unfolds(form.find("person"), attach(form, [Fault("/person/note", "x", "错")]))
    assert unfolds(form.find("person"), Remarks(), touched="person-marks")
