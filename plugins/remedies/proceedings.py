"""What the answer in a reconsideration and the defence in a suit share: act, parties, claims, evidence, and their checks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from gipdocs.documents.document import Answers, Check, Finding
from gipdocs.errors import InvalidInput
from gipdocs.findings import doubt, fault
from gipdocs.law import Office
from gipdocs.law.deadlines import reckon_answers
from gipdocs.letters import add_mark, add_numbers, lines_question
from gipdocs.questions import (
    Choice,
    Date,
    DocumentNumber,
    Lines,
    LongText,
    Name,
    Question,
    Questions,
    Rows,
    Text,
    Title,
)
from gipdocs.writing import chinese_date, quote, titled

ATTACKED = {"answer": "对申请作出的答复书、告知书", "silence": "没有在期限内答复", "other": "其他行为"}

PAPER = ("act_title", "act_number", "act_date")


@dataclass(frozen=True, kw_only=True)
class Proceeding:
    """A kind of proceedings: how its papers name it and the parties, and the rules about evidence, by their citations."""

    name: str
    claimant: str
    received: str
    consent: str
    evidence: tuple[str, ...]


RECONSIDERATION = Proceeding(
    name="行政复议",
    claimant="申请人",
    received="收到行政复议申请书副本",
    consent="行政复议机构同意",
    evidence=("reconsideration_no_new_evidence", "reconsideration_added_evidence"),
)
SUIT = Proceeding(
    name="行政诉讼",
    claimant="原告",
    received="收到起诉状副本",
    consent="人民法院准许",
    evidence=("suit_no_new_evidence", "suit_added_evidence"),
)


class ClaimQuestions(Questions):
    """One reason that is brought against the act, and the office's answer to it."""

    said = LongText(
        "对方的主张",
        help="照申请书、起诉状摘录，称本机关为“本机关”。",
        example="本机关没有尽到检索义务",
        required=True,
        longest=2000,
    )
    answer = LongText(
        "本机关的答复",
        help="针对这一条主张，写明事实、证据和依据。",
        example="本机关在公文处理系统、机关档案室和承办科室分别检索，检索的关键词包括“公务用车”“调配”“更新计划”，均未检索到所申请的信息，检索记录在卷。",
        required=True,
        shortest=8,
        longest=5000,
    )


class EvidenceQuestions(Questions):
    """One item of evidence, and when the office got it."""

    title = Title("证据的名称", example="政府信息检索记录", required=True, longest=100)
    obtained = Date(
        "取得的日期",
        help="制作或者收到这份证据的日期，据此核对是否在作出该行为以前取得；不印在文书上。",
        example="2026-03-10",
        on_file=True,
    )


def party_questions(proceeding: Proceeding) -> dict[str, Question]:
    """The questions for the parties: who attacks the act, third parties, and who acts for the office."""
    return {
        "claimants": lines_question(
            proceeding.claimant,
            ["张晓彤"],
            help="一行一人，公民填姓名，法人或者其他组织填全称。",
            of=Name,
            longest=100,
            case="case.applicants",
        ),
        "third_parties": Lines(
            "第三人",
            help="参加的第三人，一行一人；没有的不填。",
            example=["某某汽车租赁有限公司"],
            in_sample=False,
            of=Name,
            longest=100,
        ),
        "leader": Text("本机关法定代表人及其职务", help="写成“姓名，职务”。", example="王建国，局长", longest=100),
        "agents": Lines(
            "委托代理人",
            help="一行一人，写成“姓名，单位和职务”；授权委托书另附。",
            example=["李明，办公室副主任"],
            in_sample=False,
            most=5,
            longest=100,
        ),
    }


def act_questions() -> dict[str, Question]:
    """The questions for the act that is attacked."""
    return {
        "attacked": Choice("所针对的行为", options=ATTACKED, example="answer", required=True),
        "act_title": Text(
            "所针对的文书的名称",
            help="不加书名号；逾期以后才答复的，也填写。",
            example="政府信息公开申请答复书",
            needed=True,
            only_if=("attacked", ("answer", "silence")),
            longest=100,
            case="answer.title",
        ),
        "act_number": DocumentNumber(
            "该文书的文号",
            example=lambda office: f"{office.profile.document_code}〔2026〕10号",
            only_if=("attacked", ("answer", "silence")),
            longest=60,
            case="answer.number",
        ),
        "act_date": Date(
            "该文书的日期",
            example="2026-03-20",
            needed=True,
            only_if=("attacked", ("answer", "silence")),
            case="answer.dated",
        ),
        "conduct": Text(
            "所针对的其他行为",
            help="接在“不服本机关”之后，写成“2026年3月20日公开某某合同的行为”。",
            example="2026年3月20日公开《公务用车租赁合同》的行为",
            in_sample=False,
            only_if=("attacked", ("other",)),
            longest=300,
        ),
    }


def reason_questions(proceeding: Proceeding) -> dict[str, Question]:
    """The questions for course, facts, basis, and the answer to each claim."""
    who = proceeding.claimant
    return {
        "process": LongText(
            "办理申请的经过",
            help="按时间先后写明何时收到申请，是否告知补正、征求意见、延长期限，何时答复、何时送达；可以分几段。",
            example=f"本机关于2026年3月2日通过互联网渠道收到{who}提交的政府信息公开申请，3月3日与{who}确认，3月10日完成检索，3月20日作出答复并于当日交邮。",
            required=True,
            shortest=15,
            longest=8000,
        ),
        "facts": LongText(
            "认定的事实",
            help="写明申请了什么、查明了什么；可以分几段。",
            example=f"{who}申请公开2025年市级党政机关公务用车调配更新计划。经检索，本机关没有制作、也没有获取该信息。",
            required=True,
            shortest=15,
            longest=8000,
        ),
        "evidence": Rows(
            "证明事实的证据",
            EvidenceQuestions,
            help="一行一份，与证据、依据目录一致。",
            least=1,
            most=60,
            required=True,
            example=[
                {"title": "政府信息公开申请表", "obtained": "2026-03-02"},
                {"title": "政府信息检索记录", "obtained": "2026-03-10"},
            ],
        ),
        "basis": LongText(
            "作出该行为的依据",
            help="写明所适用的法律、法规、规范性文件的全称和条、款、项，以及适用的理由。",
            example=lambda office: (
                f"{office.today_law.citations['answer_not_existing']}规定，经检索没有所申请公开信息的，告知"
                "申请人该政府信息不存在。"
            ),
            required=True,
            shortest=8,
            longest=8000,
        ),
        "claims": Rows("对各条主张的答复", ClaimQuestions, least=1, most=30, required=True),
    }


def party_names(answers: Answers, office: Office, proceeding: Proceeding) -> dict[str, Any]:
    """The names that wording/_parties.txt uses: the office with its leader and agents, and third parties."""
    return {
        "organ_name": office.profile.name,
        "address": office.profile.office.address,
        "leader": f"，法定代表人：{answers['leader']}" if "leader" in answers else "",
        "agents": "；".join(answers.get("agents", [])),
        "third_parties": "、".join(answers.get("third_parties", [])),
        "claimant": proceeding.claimant,
        "claimants": "、".join(answers["claimants"]),
        "attack": tell_attack(answers),
    }


def name_act(answers: Answers) -> str:
    """What is attacked, as the object of a sentence; empty where only silence is attacked."""
    named = [_name_paper(answers)] if any(key in answers for key in PAPER) and answers["attacked"] != "silence" else []
    return "和".join([*named, *(f"本机关{answers[key]}" for key in ("conduct",) if key in answers)])


def _name_paper(answers: Answers) -> str:
    dated = chinese_date(answers["act_date"]) if "act_date" in answers else ""
    number = f"（{answers['act_number']}）" if "act_number" in answers else ""
    return f"本机关{dated}作出的{titled(answers.get('act_title', '答复书'))}{number}"


def tell_attack(answers: Answers) -> str:
    """不服本机关2026年3月20日作出的《…》（…）, or that the office did not answer in time, though perhaps later."""
    act = name_act(answers)
    if answers["attacked"] != "silence":
        return f"不服{act}"
    later = f"（答复见{_name_paper(answers)}）" if any(key in answers for key in PAPER) else ""
    return f"认为本机关没有在期限内答复其政府信息公开申请{later}" + (f"，并且不服{act}" if act else "")


def reason_names(answers: Answers) -> dict[str, Any]:
    """The names that wording/_reasons.txt uses: course, facts, evidence, basis, and the answer to each claim."""
    return {
        "process": add_mark(answers["process"]),
        "facts": add_mark(answers["facts"]),
        "evidence": "；".join(add_numbers([row["title"] for row in answers["evidence"]])),
        "basis": add_mark(answers["basis"]),
        "several": len(answers["claims"]) > 1,
        "claims": [{"said": add_mark(row["said"]), "answer": add_mark(row["answer"])} for row in answers["claims"]],
    }


def check_act(answers: Answers, office: Office) -> list[Finding]:
    """Checks that the act is named, and nothing else beside it."""
    attacked, labels = answers["attacked"], act_questions()
    needed = {"answer": ("act_title", "act_date"), "other": ("conduct",)}.get(attacked, ())
    fitting = ("conduct",) if attacked == "other" else PAPER
    said = f"所针对的行为是“{ATTACKED[attacked]}”，请"
    return [
        *(
            fault("act-unnamed", f"{said}填写“{labels[key].label}”。", f"/{key}")
            for key in needed
            if key not in answers
        ),
        *(
            fault("act-contradictory", f"{said}清空“{labels[key].label}”。", f"/{key}")
            for key in (*PAPER, "conduct")
            if key in answers and key not in fitting
        ),
    ]


def check_evidence(proceeding: Proceeding) -> Check:
    """A check that the evidence was there when the office acted, and was not collected during the proceedings."""

    def check_obtained(answers: Answers, office: Office) -> list[Finding]:
        basis = office.cite(*proceeding.evidence, of=answers)
        acted, received = answers.get("act_date"), answers.get("received")
        found = []
        for i, row in enumerate(answers["evidence"]):
            day, pointer = row.get("obtained"), f"/evidence/{i}/obtained"
            if day is None:
                continue
            if received and day >= received:
                found.append(fault("evidence-during", _during(row, proceeding), pointer, basis=basis, overridable=True))
            elif acted and day > acted:
                message = (
                    f"{quote(row['title'])}的取得日期晚于该文书的日期（{chinese_date(acted)}）。除证明送达等作出以后的"
                    "情况的以外，不能用来证明该文书所依据的事实，请核对。"
                )
                found.append(doubt("evidence-after", message, pointer, basis=basis))
        return found

    return check_obtained


def _during(row: Mapping[str, Any], proceeding: Proceeding) -> str:
    return (
        f"{quote(row['title'])}是{proceeding.received}以后取得的。{proceeding.name}期间自行收集的证据，不作为认定行政行为"
        f"合法的依据，请删去；对方提出了新的理由或者证据，经{proceeding.consent}补充的，写明情况后可以坚持出具。"
    )


def check_answer_term(kind: str, message: str, *, cites: str, asked: tuple[str, ...] = ()) -> Check:
    """A check that the paper is dated within its term; late, it is still owed.

    `kind` is a clock of the law, which begins on the day `received` and needs the answers `asked` besides; `message`
    follows the sentence that names the last day, `cites` is a key of data/citations.toml.
    """

    def check_term(answers: Answers, office: Office) -> list[Finding]:
        try:
            end = reckon_answers(kind, {key: answers[key] for key in ("received", *asked)}, office.law)
        except InvalidInput as error:
            return [fault(one.code, one.detail, "/received") for one in error.faults]
        dated = answers.get("date")
        if end.last_day is None or dated is None or dated <= end.last_day:
            return []
        told = f"提出的期限为{end.period}，最后一日是{chinese_date(end.last_day)}，已经逾期。{message}"
        return [doubt("late", told, "/date", basis="；".join([*end.basis, office.cite(cites, of=answers)]))]

    return check_term
