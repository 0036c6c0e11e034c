"""Every fault and finding finds its question by its pointer, or stands at the head of the form."""

from __future__ import annotations

from werkzeug.datastructures import MultiDict

from gipdocs.documents.document import Finding
from gipdocs.errors import Fault
from gipdocs.forms.forms import QuestionsForm, form_class
from gipdocs.questions import (
    Choices,
    Lines,
    Questions,
    Rows,
    StaffQuestions,
    Text,
)
from gipdocs.web.remarks import attach


class FileQuestions(Questions):
    name = Text("名称")
    marks = Lines("标记")


class CaseQuestions(StaffQuestions):
    title = Text("标题")
    ways = Choices("方式", options={"a": "甲", "b": "乙"})
    files = Rows("附件", FileQuestions)


def sent(*pairs: tuple[str, str]) -> QuestionsForm:
    form = form_class(CaseQuestions)(MultiDict(pairs))
    form.payload()
    return form


def late(pointer: str = "/title") -> Finding:
    return Finding(code="late", severity="error", message="晚了。", pointer=pointer, overridable=True)


def places(form: QuestionsForm, *pointers: str) -> dict[str, str]:
    remarks = attach(form, [Fault(pointer, "x", "错。") for pointer in pointers])
    return {remark.pointer: remark.place for remark in remarks.every}


def test_a_pointer_leads_as_deep_as_the_form_goes() -> None:
    form = sent(("files-0-name", ""), ("files-1-name", "甲"), ("files-1-marks-0", ""), ("files-1-marks-1", "标"))
    expected = {
        "/title": "title",
        "/ways/1": "ways",
        "/files": "files",
        "/files/0": "files-1",
        "/files/0/name": "files-1-name",
        "/files/0/marks/0": "files-1-marks-1",
        "/files/7/name": "files",
        "/files/0/strange": "files-1",
        "": "",
        "/strange": "",
        "/a~1b~0c": "",
        "nonsense": "",
    }
    assert places(form, *expected) == expected


def test_remarks_come_in_the_order_of_the_form_leftovers_first() -> None:
    remarks = attach(sent(), [Fault("/files", "x", "丙"), Fault("/title", "x", "乙"), Fault("", "x", "甲")])
    assert [remark.message for remark in remarks.every] == ["甲", "乙", "丙"]
    assert [remark.message for remark in remarks.at("title")] == ["乙"] and remarks.is_wrong("title")


def test_one_code_is_offered_one_reason() -> None:
    form = sent(("files-0-name", "甲"))
    remarks = attach(form, [late(), late("/files/0/name")])
    assert [remark.reason is not None for remark in remarks.every] == [True, False]
    assert remarks.offered == ("overrides-0",)
    assert "overrides" not in form.payload()


def test_a_reason_that_was_given_is_shown_again_in_its_own_row() -> None:
    form = sent(("overrides-0-code", "early"), ("overrides-1-code", "late"), ("overrides-1-reason", "已经同意"))
    remarks = attach(form, [late()])
    assert remarks.every[0].reason.form.find("reason").data == "已经同意"
    assert remarks.offered == ("overrides-1",) and len(form.find("overrides").entries) == 2


def test_what_may_not_be_passed_is_offered_no_reason_and_neither_is_a_form_without_rows_for_it() -> None:
    never = Finding(code="never", severity="error", message="不可以。")
    assert attach(sent(), [never]).offered == ()
    assert attach(form_class(FileQuestions)(), [late("/name")]).every[0].reason is None
