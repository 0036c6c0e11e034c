"""The rank of the rules on which a reply relies: only 法律 and 行政法规 forbid disclosure or govern an inquiry."""

from __future__ import annotations

import re
from collections.abc import Iterator

from gipdocs.documents.document import Answers, Check, Finding
from gipdocs.findings import doubt, fault
from gipdocs.law import Office

from .items import results
from .row import Reply

LOCAL = re.compile(
    r"^《?(?!中华人民共和国)[^《》]{2,10}?(?:省|自治区|市(?!场|政|容)|自治州|县|经济特区)|^《?(?:中国共产党|中共)"
)
NOT_AN_ACT = re.compile(r"(?:通知|意见|公告|批复|函|纪要|决定书|方案|指引|指南)》?$")
OFTEN_A_RULE = re.compile(r"(?:办法|规定|细则|规则|规程)》?$")
BY_THE_STATE_COUNCIL = "国务院令"
NAMED = re.compile(r"《([^》]+)》")
ARTICLE = re.compile(r"第[零一二三四五六七八九十百0-9]+条")
RELYING = {
    "reply-withheld-law": ("禁止公开", "never_disclosed"),
    "reply-query-matter": ("对查询有特别规定", "answer_query"),
}
"""The outcomes that rely on a 法律 or 行政法规: what it must say, and the rule that asks for it."""


def check_law(id: str) -> Check:
    """A check that the letter's own `law` has the rank on which the outcome relies."""

    def check_rank(answers: Answers, office: Office) -> list[Finding]:
        return [*judge_rank(answers["law"], "/law", id, answers, office)]

    return check_rank


def check_bases(reply: Reply, answers: Answers, office: Office) -> list[Finding]:
    """Checks the rank of the acts that are named as the basis of further items."""
    return [
        found
        for i, row in enumerate(answers.get("items", []))
        for outcome in results(row)
        if outcome in RELYING and "basis" in row
        for name in NAMED.findall(row["basis"]) or [ARTICLE.split(row["basis"])[0]]
        for found in judge_rank(name, f"/items/{i}/basis", outcome, answers, office)
    ]


def judge_rank(name: str, pointer: str, outcome: str, answers: Answers, office: Office) -> Iterator[Finding]:
    """Refuses local rules, notices and party rules; doubts a name that 规章 usually have, unless it is known."""
    what, key = RELYING[outcome]
    basis = office.cite(key, of=answers)
    if LOCAL.search(name) or NOT_AN_ACT.search(name):
        message = f"{what}的依据只能是法律、行政法规；地方性法规、规章和文件不能作为依据，请核对名称。"
        yield fault("forbidding-law", message, pointer, basis=basis, overridable=True)
    elif OFTEN_A_RULE.search(name) and name.strip("《》") not in _known(office):
        message = (
            f"{what}的依据只能是法律、行政法规；“办法”“规定”“细则”多为部门规章，不能作为依据。"
            "请核对是否由国务院公布；是规章的，改引它所依据的法律、行政法规。"
        )
        yield doubt("law-rank-doubtful", message, pointer, basis=basis)


def _known(office: Office) -> set[str]:
    """The titles of the 行政法规 among the acts that the law's data name."""
    return {act.title for act in office.law.acts.values() if act.number.startswith(BY_THE_STATE_COUNCIL)}
