"""The questions about a search for information, the same in the record of the search and in the reply based on it."""

from __future__ import annotations

from gipdocs.questions import Date, Lines, Name, Question, Text


def search_questions(*, searcher_on_file: bool) -> dict[str, Question]:
    """Where, with which keywords, for which period, when and by whom the search was made (条例第三十六条第四项)."""
    return {
        "systems": Lines(
            "检索的系统、档案和部门",
            help="一行一处，写明系统、档案库、业务科室的名称；应当覆盖可能保存该信息的全部地方。",
            example=["公文处理系统", "机关档案室2019年度文书档案", "公务用车管理科留存的业务资料"],
            least=1,
            required=True,
        ),
        "keywords": Lines(
            "检索的关键词",
            help="一行一个；除申请中的名称、文号外，还应当用常用的别称、简称。",
            example=["公务用车", "调配", "更新计划"],
            least=1,
            required=True,
        ),
        "period": Text(
            "检索的时间范围",
            help="所检索文件的形成时间。",
            example="2018年1月1日至2020年12月31日",
            required=True,
            longest=100,
        ),
        "searched_on": Date("检索日期", example="2026-03-10", required=True),
        "searcher": Name(
            "检索人",
            help="几人检索的都写上。" + ("留存备查，不印在文书上。" if searcher_on_file else ""),
            example="王海燕",
            required=True,
            on_file=searcher_on_file,
            longest=100,
        ),
    }
