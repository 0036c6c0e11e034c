"""One walk over the texts that the office typed, and what they are held to."""

from __future__ import annotations

from typing import Any

import pytest

from gipdocs.law import Office
from gipdocs.letters.typed import Code, Contact, find_typed, typed_checks
from gipdocs.questions import Block, Choice, Lines, LongText, Name, Question, Questions, Rows, Text


class RowQuestions(Questions):
    what = Text("事项", example="一项")
    kind = Choice("类别", options={"xx": "甲"}, example="xx")


QUESTIONS: dict[str, Question] = {
    "reason": LongText("理由", example="理由"),
    "contact": Contact("联系方式", example="0635-0000000"),
    "code": Code("缴款码", example="1"),
    "party": Name("第三方", example="某公司"),
    "rows": Rows("各项", RowQuestions),
    "block": Block("一组", RowQuestions, printed=("what",)),
    "lines": Lines("清单", example=["一行"]),
    "kept": Text("留存", example="留存", on_file=True),
}


def found(answers: dict[str, Any], office: Office) -> list[tuple[str, str]]:
    checks = typed_checks(QUESTIONS)
    return [(one.code, one.pointer) for check in checks for one in check(answers, office)]


def test_the_walk_gives_each_printed_text_with_its_question_and_pointer() -> None:
    answers = {
        "reason": "甲",
        "rows": [{"what": "乙", "kind": "xx"}, {"what": "丙"}],
        "block": {"what": "丁"},
        "lines": ["戊", "己"],
        "kept": "庚",
        "application": {"name": "辛"},
    }
    assert [(pointer, question.label, text) for pointer, question, text in find_typed(QUESTIONS, answers)] == [
        ("/reason", "理由", "甲"),
        ("/rows/0/what", "事项", "乙"),
        ("/rows/1/what", "事项", "丙"),
        ("/block/what", "事项", "丁"),
        ("/lines/0", "清单", "戊"),
        ("/lines/1", "清单", "己"),
    ]


@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        ({"reason": "另有××份文件"}, [("unfilled", "/reason")]),
        ({"rows": [{"what": "XX事项"}]}, [("unfilled", "/rows/0/what")]),
        ({"party": "埃克森美孚（Exxon Mobil）公司"}, []),
        ({"party": "福克斯（Foxx）公司"}, []),
        ({"party": "XX公司"}, [("unfilled", "/party")]),
        ({"contact": "××科，13912345678"}, []),
        ({"reason": "电话13912345678"}, [("personal-data", "/reason")]),
        ({"lines": ["持证人371502199001011234"]}, [("personal-data", "/lines/0")]),
        ({"reason": "卡号6222021234567890128"}, [("personal-data", "/reason")]),
        ({"code": "6222021234567890128"}, []),
        ({"code": "××"}, [("unfilled", "/code")]),
        ({"kept": "××，电话13912345678"}, []),
        ({"reason": "应当在15个工作日内答复"}, [("old-regulation", "/reason")]),
        ({"reason": "依照条例第二十一条"}, [("old-regulation", "/reason")]),
        ({"reason": "电话13912345678", "application": {"phone": "13912345678"}}, []),
    ],
)
def test_typed_text_is_held_to_what_every_letter_is(
    answers: dict[str, Any], expected: list[tuple[str, str]], office: Office
) -> None:
    assert found(answers, office) == expected
