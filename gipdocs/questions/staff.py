"""The questions of every document that staff write: whether it is a draft, and which findings the clerk overrides."""

from __future__ import annotations

from typing import Any

from gipdocs.questions.choices import YesNo
from gipdocs.questions.groups import Questions, Rows
from gipdocs.questions.text import LongText, Text


class OverrideQuestions(Questions):
    """One finding that the clerk overrides, with the reason, which is kept on file."""

    code = Text("提示代码", example="late", in_sample=False, required=True, on_file=True)
    reason = LongText(
        "理由",
        example="已向负责人报告并经同意。",
        in_sample=False,
        required=True,
        shortest=4,
        longest=500,
        on_file=True,
    )


class StaffQuestions(Questions):
    """The questions of a document that staff write: with drafts and overrides."""

    draft = YesNo(
        "按草稿生成",
        help="审批在前、编号在后：草稿可以暂不填写文号和日期，文书上会标明“草稿”。",
        example=True,
        in_sample=False,
        on_file=True,
    )
    overrides = Rows(
        "坚持出具的理由",
        OverrideQuestions,
        help="对标明可以坚持的提示，写明代码和理由后可以出具；理由留存备查，不印在文书上。",
        in_sample=False,
        on_file=True,
    )


def fullest_sample(schema: Questions, office: Any) -> dict[str, Any]:
    """The examples of all questions but the machine's own, as one payload."""
    return {key: value for key, value in schema.sample(office, full=True).items() if key not in StaffQuestions().fields}
