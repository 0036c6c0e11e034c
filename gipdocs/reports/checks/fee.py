"""Checks the 信息处理费 of a report: the amount, the number of cases, and the sentences about them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from gipdocs.reports.expressions import Number
from gipdocs.reports.narrative import NUMERAL, Passage, part, passages, plain, whole
from gipdocs.reports.record import ProcessingFee, Record, Section
from gipdocs.reports.rules import Test, breach, held
from gipdocs.reports.scopes import find_scope
from gipdocs.writing import quote

FEE = re.compile(r"处理费|(?<!事业性)收费|收取[^。,;\d]{0,12}费用")
FEE_FROM = 2021
"""The first year whose reports mention the fee: 国办函〔2020〕109号 is in force from 2021-01-01."""
NOTHING = re.compile(r"\s*(?:无|没有|暂无)(?:其他)?(?:需要)?(?:报告)?(?:的)?(?:事项|情况)?(?:\s*[。.])?\s*")
AMOUNT = r"(?P<yuan>\d{1,9}(?:\.\d{1,2})?)(?P<unit>万?元)"
CHARGED = re.compile(
    rf"(?:收取[^。,;\d]{{0,12}}处理费[^。;\d]{{0,8}}?|收费通知[^。;]{{0,40}}?实际收[取到缴][^。,;\d]{{0,8}}?){AMOUNT}"
)
CHARGED_CASES = re.compile(r"对(?P<cases>\d{1,6})件(?:政府信息公开)?申请收取[^。,;\d]{0,12}处理费")
UNCHARGED = re.compile(
    r"(?:没有|未|无|不曾|尚未)(?:曾|实际|向[^。,;]{1,8}|对[^。,;]{1,12}|发生|产生){0,2}(?:收取|收过)[^。,;]{0,8}处理费"
    r"|(?:没有|未|无)(?:发生|产生)[^。,;]{0,8}处理费|(?:没有|未)(?:曾)?(?:发出|发过|产生)[^。,;\d]{0,8}收费通知"
)
ELSEWHERE = re.compile(r"其余|其他|除|[去上往]年|以前|历年|累计|标准|每[件页]")
"""Words that mark a sentence about other applications, other years, or the rates."""


def check_fee(record: Record) -> Iterator[Test]:
    """Tests that the amount is a multiple of 10 yuan, that it is 0 if and only if the cases are, and the sentences."""
    fee = record.processing_fee
    if fee and fee.cases is not None and bool(fee.cases) != bool(fee.yuan):
        numbers = (fee.cases, fee.yuan)
        yield breach("FEE-CASES", _mismatch(fee), "/processing_fee/cases", state="fail", numbers=numbers)
    if fee and fee.yuan is not None:
        if fee.yuan % 10:
            words = f"信息处理费{fee.yuan}元不是10元的整数倍，按收费标准不会有这样的数额，请核对。"
            yield breach("FEE-10", words, "/processing_fee/yuan", state="fail", numbers=(fee.yuan, None))
        else:
            yield held("FEE-10")
        for passage in passages(record):
            yield from _contradicted(passage, fee.yuan, record)
    section = part(record, 6)
    if section:
        yield from _reported(section, record)


def read_fee(text: str) -> ProcessingFee | None:
    """The fee reported in a text with half-width punctuation, if any."""
    for sentence in re.split(r"[。;\n]", text):
        if ELSEWHERE.search(sentence):
            continue
        cases = CHARGED_CASES.search(sentence)
        if charged := CHARGED.search(sentence):
            return ProcessingFee(yuan=_yuan(charged), cases=int(cases["cases"]) if cases else None, quote=sentence)
        if UNCHARGED.search(sentence):
            return ProcessingFee(yuan=0, quote=sentence)
    return None


def _yuan(charged: re.Match[str]) -> Number:
    exact = Decimal(charged["yuan"]) * (10_000 if charged["unit"] == "万元" else 1)
    return int(exact) if exact == exact.to_integral_value() else exact


def _mismatch(fee: ProcessingFee) -> str:
    if fee.yuan:
        return f"收取信息处理费{fee.yuan}元，收费的申请却是0件，请核对；件数不清楚的，不写件数。"
    amount = "金额是0" if fee.yuan == 0 else "没有填写金额"
    return f"收取信息处理费的申请有{fee.cases}件，{amount}，请核对；没有收取的，不写件数。"


def _contradicted(passage: Passage, yuan: Number, record: Record) -> Iterator[Test]:
    """Breaches for sentences that give a different amount, or no charge at all, for the agency's whole year."""
    text = plain(passage.text)
    for sentence in re.finditer(r"[^。;\n]+", text):
        said = read_fee(sentence[0])
        words = CHARGED.search(sentence[0]) or UNCHARGED.search(sentence[0])
        if said and words and said.yuan != yuan and not find_scope(text, sentence.start() + words.start(), record):
            phrase = NUMERAL.sub("", passage.text[slice(*sentence.span())], count=1)
            message = f"{passage.named}{quote(phrase)}与收取金额{yuan}元不一致，请核对并改为一致。"
            yield breach("FEE-SAID", message, passage.pointer, place=passage.where, numbers=(said.yuan, yuan))


def _reported(section: Section, record: Record) -> Iterator[Test]:
    """Tests that part six mentions the fee, and does not say 无 if one was charged."""
    pointer, text = f"/sections/{record.sections.index(section)}", plain(whole(section))
    fee, unpaid = record.processing_fee, record.cells.get("table3.o2_unpaid.total")
    if record.year >= FEE_FROM and not FEE.search(text):
        words = "第六部分没有报告收取信息处理费的情况，没有收取的请写“本年度未收取信息处理费”。"
        if unpaid:
            words = f"表三“逾期未缴费”有{unpaid}件，说明发过收费通知，第六部分没有报告收费情况，请补写。"
        if fee and fee.yuan:
            words = f"本年度收取信息处理费{fee.yuan}元，第六部分没有报告，请补写。"
        yield breach("FEE-SAID", words, pointer)
    elif fee and fee.yuan and NOTHING.fullmatch(text):
        yield breach("FEE-SAID", "本年度收取了信息处理费，第六部分却写“无”，请改正。", pointer)
