"""Compares the numbers in the narrative with the tables."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from decimal import ROUND_HALF_UP, Decimal
from itertools import islice

from gipdocs.findings import Severity
from gipdocs.reports.arithmetic import compute_totals
from gipdocs.reports.breakdowns import find_breakdowns
from gipdocs.reports.checks.fee import CHARGED, CHARGED_CASES
from gipdocs.reports.claims import Sighting, find_sightings, find_spelt, find_unbound, name_claim
from gipdocs.reports.expressions import Expression, Number, Worth, describe
from gipdocs.reports.facts import SOURCES, source
from gipdocs.reports.narrative import Passage, name_place, passages, plain
from gipdocs.reports.record import Claim, Record
from gipdocs.reports.rules import State, Test, breach, held, unknown
from gipdocs.reports.scopes import Scope, find_scope
from gipdocs.writing import quote

KINDRED: tuple[tuple[str, ...], ...] = (
    ("received", "to_handle", "handled"),
    ("reconsiderations", "reconsiderations_closed"),
    ("suits", "suits_closed"),
)
"""Numbers that are easily confused."""
NAMES = {
    "received": "新收",
    "to_handle": "新收加上年结转",
    "handled": "办结",
    "reconsiderations": "行政复议总计",
    "reconsiderations_closed": "行政复议已审结数（不含尚未审结）",
    "suits": "行政诉讼总计",
    "suits_closed": "行政诉讼已审结数（不含尚未审结）",
}
MOST_UNBOUND = 60
"""At most this many numbers of one part are listed."""
ZERO = {
    "carried_out": "表三“四、结转下年度继续办理”",
    "received": "表三“一、本年新收政府信息公开申请数量”",
    "reconsiderations_and_suits": "表四行政复议、行政诉讼总计",
    "reconsiderations": "表四行政复议总计",
    "suits": "表四行政诉讼总计",
    "not_upheld": "表四结果不是维持的（纠正、其他结果、尚未审结）",
}
"""The figures that sentences like 均已答复 imply to be 0."""
SHARE = re.compile(r"(?<!\d)(\d{1,9})件[,(]?(?:约)?占(?:比)?[^\d。;]{0,8}(\d{1,9}(?:\.\d{1,6})?)%")
GROWTH = re.compile(r"同比(增长|增加|上升|下降|减少|降低)(?:了)?(?:约)?(\d{1,9}(?:\.\d{1,6})?)%")
FALLING = ("下降", "减少", "降低")


def check_numbers(record: Record, previous: Record | None) -> Iterator[Test]:
    """Declared claims, phrases that name a figure, shares, growth, parts of a sum, and numbers without any match."""
    for i, claim in enumerate(record.claims):
        yield from _claimed(claim, f"/claims/{i}/value", record)
        yield from _growth(plain(claim.quote), f"/claims/{i}/value", claim.where, record, previous)
    filled = record.with_cells(compute_totals(record))
    for sighting in find_sightings(record):
        yield _seen(sighting, filled)
    told = [words for claim in record.claims if GROWTH.search(words := plain(claim.quote))]
    for passage in passages(record):
        yield from _shares(passage, record)
        yield from _parts(passage)
        for sentence in re.split(r"[。;\n]", plain(passage.text)):
            if "申请" in sentence and not any(words in sentence for words in told):
                yield from _growth(sentence, passage.pointer, passage.where, record, previous)
    yield from _unbound(list(find_unbound(record, SHARE, *([GROWTH] if previous else []), *_fee(record))))
    yield from _spelt(record)


def _spelt(record: Record) -> Iterator[Test]:
    found = list(islice(find_spelt(record), MOST_UNBOUND))
    if found:
        first = found[0][0]
        words = f"{_listed(found)}用的是汉字，没有核对，请改用阿拉伯数字，或者人工核对。"
        yield breach("NARR-UNBOUND", words, first.pointer, place=first.where)


def _listed(quotes: Sequence[tuple[Passage, str]]) -> str:
    """Every quote after its place, without repetition."""
    places: dict[str, dict[str, None]] = {}
    for passage, numeral in quotes:
        places.setdefault(passage.named, {})[quote(numeral)] = None
    return "；".join(where + "、".join(of) for where, of in places.items())


def _fee(record: Record) -> list[re.Pattern[str]]:
    """The patterns of the fee's amount and cases, which another check compares with the sentences."""
    return [CHARGED, CHARGED_CASES] if record.processing_fee and record.processing_fee.yuan else []


def _unbound(found: Sequence[Sighting]) -> Iterator[Test]:
    """One note for each part, so that a clerk checks its numbers in one go."""
    parts: dict[int, list[Sighting]] = {}
    for sighting in found:
        parts.setdefault(sighting.passage.part, []).append(sighting)
    for of in parts.values():
        yield _unbound_one(of[0]) if len(of) == 1 else _unbound_many(of)


def _unbound_one(sighting: Sighting) -> Test:
    passage, about = sighting.passage, "约数" if sighting.approximate else "数"
    phrase = quote(f"…{sighting.quote}…")
    words = f"{passage.named}{phrase}中的{about}{sighting.value}没有可核对的依据，请人工核对。"
    return breach("NARR-UNBOUND", words, passage.pointer, place=passage.where, numbers=(sighting.value, None))


def _unbound_many(found: Sequence[Sighting]) -> Test:
    first, listed = found[0].passage, found[:MOST_UNBOUND]
    quotes = _listed([(one.passage, one.quote) for one in listed])
    more = f"等，还有{len(found) - len(listed)}个没有列出" if len(found) > len(listed) else ""
    words = f"第{first.where[:1]}部分有{len(found)}个数没有可核对的依据，请人工核对：{quotes}{more}。"
    return breach("NARR-UNBOUND", words, first.pointer.split("/items")[0], place=first.where[:1])


def _claimed(claim: Claim, pointer: str, record: Record) -> Iterator[Test]:
    if claim.compare is None or claim.value is None:
        return
    worth = record.worth(claim.compare)
    if worth.unknown:
        yield unknown("NARR")
    elif worth.number == claim.value:
        yield held("NARR", blanks=bool(worth.blank))
    else:
        words = f"{name_claim(claim)}：叙述为{claim.value}，{_against(claim.compare)}"
        words += (
            f"{_equals(claim.compare)}{worth.number}"
            if len(claim.compare.terms) > 1 or not claim.compare.literal
            else ""
        )
        hint = "请先补填空白的单元格。" if worth.blank else _kindred(claim.compare.text, claim.value, record)
        words += f"，不一致{_blanks(worth)}。{hint}"
        words += f"（{claim.note}）" if claim.note else ""
        state: State = "fail-blank" if worth.blank else "fail"
        numbers = (claim.value, worth.number)
        yield breach("NARR", words, pointer, state=state, place=claim.where, numbers=numbers)


def _seen(sighting: Sighting, record: Record) -> Test:
    readable = [worth for name in sighting.meanings if not (worth := record.worth(source(name))).unknown]
    if not readable:
        return unknown("NARR-TEXT")
    fits = [worth for worth in readable if worth.number == sighting.value]
    if fits:
        return held("NARR-TEXT", blanks=bool(fits[0].blank))
    name, worth = next((n, w) for n in sighting.meanings if not (w := record.worth(source(n))).unknown)
    found = f"{sighting.passage.named}{quote(sighting.quote)}"
    words = (
        f"{found}与表格不符：{ZERO[name]}为{worth.number}件。"
        if sighting.silent
        else f"{found}：叙述为{sighting.value}，{describe(source(name))}{_equals(source(name))}{worth.number}，不一致{_blanks(worth)}。"
    )
    words += "结转的申请尚在办理期限内的，请写明。" if name == "carried_out" else "请核对；口径不同的，请在文中写明。"
    return breach(
        "NARR-TEXT",
        words,
        sighting.passage.pointer,
        state="fail-blank" if worth.blank else "fail",
        place=sighting.passage.where,
        numbers=(sighting.value, worth.number),
    )


def _against(expression: Expression) -> str:
    return f"应为{expression.text}" if expression.literal and len(expression.terms) == 1 else describe(expression)


def _equals(expression: Expression) -> str:
    """The verb between a figure, or a sum of several, and its value."""
    return "等于" if len(expression.terms) > 1 else "为"


def _blanks(worth: Worth) -> str:
    return "（空白按0计）" if worth.blank else ""


def _kindred(text: str, value: Number, record: Record) -> str:
    """A hint if the number is right under another name."""
    for family in KINDRED:
        if any(SOURCES[name] == text for name in family):
            for name in family:
                if record.worth(source(name)).number == value:
                    return f"该数与{NAMES[name]}相同，请核对口径并在文中写明。"
    return "请核对并改为一致。"


def _shares(passage: Passage, record: Record) -> Iterator[Test]:
    """Tests shares, n 件，占 p%, of the applications answered, to be answered or received."""
    text = plain(passage.text)
    for match in SHARE.finditer(text):
        if find_scope(text, match.start(), record):
            continue
        wholes = [record.worth(source(name)) for name in ("handled", "to_handle", "received")]
        due = [
            _percent(Decimal(match[1]) / Decimal(whole.number), match[2])
            for whole in wholes
            if whole.number and not whole.unknown
        ]
        if due and Decimal(match[2]) not in due:
            printed = passage.text[slice(*match.span())]
            words = f"{passage.named}{quote(printed)}：按办结数计算应为{due[0]}%，请核对。"
            yield breach("NARR-PERCENT", words, passage.pointer, numbers=(Decimal(match[2]), due[0]))


def _growth(text: str, pointer: str, where: str, record: Record, previous: Record | None) -> Iterator[Test]:
    """Tests growth (同比) against last year's applications, received or to be handled."""
    if previous is None or not re.match(r"同比|.*申请", text, re.DOTALL):
        return
    for match in GROWTH.finditer(text):
        if find_scope(text, match.start(), record) in (Scope.TIME, Scope.BODY):
            continue
        due = list(_changes(match, record, previous))
        if due and not any(percent == Decimal(match[2]) for _, percent in due):
            words = f"{name_place(where)}{quote(match[0])}：{_counted(due, match)}，请核对。"
            yield breach("NARR-GROWTH", words, pointer, place=where, numbers=(Decimal(match[2]), due[0][1]))


def _counted(due: Sequence[tuple[str, Decimal]], match: re.Match[str]) -> str:
    """How much the applications grew or fell, by each way of counting, or once if all ways give the same."""
    told = {name: _grown(percent, falling=match[1] in FALLING) for name, percent in due}
    if len({*told.values()}) == 1:
        return f"按两年表格计算为{next(iter(told.values()))}"
    return "，".join(f"按{name}计算为{change}" for name, change in told.items())


def _grown(percent: Decimal, *, falling: bool) -> str:
    """A change in words: 增长5.0%, 下降5.0%; `percent` is how much it fell if `falling`."""
    if not percent:
        return "持平"
    return f"{'下降' if falling == (percent > 0) else '增长'}{abs(percent)}%"


def _changes(match: re.Match[str], record: Record, previous: Record) -> Iterator[tuple[str, Decimal]]:
    sign = -1 if match[1] in FALLING else 1
    for name in ("to_handle", "received", "handled"):
        now, then = (one.worth(source(name)) for one in (record, previous))
        if then.number and not now.unknown and not then.unknown:
            change = sign * (Decimal(now.number) - Decimal(then.number)) / Decimal(then.number)
            yield NAMES[name], _percent(change, match[2])


def _percent(share: Decimal, like: str) -> Decimal:
    """A share in per cent with as many decimals as the printed number."""
    decimals = len(like.partition(".")[2])
    return (share * 100).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)


def _parts(passage: Passage) -> Iterator[Test]:
    """Tests that in 共 n 件，其中 a 件、b 件 at least two parts in the same unit add up to n."""
    for found in find_breakdowns(plain(passage.text)):
        if found.holds:
            yield held("NARR-PARTS")
            continue
        due = sum(found.parts)
        more = due > found.total
        grave: Severity = "warning" if found.complete or more else "info"
        words = f"{passage.named}{quote(passage.text[found.start : found.end])}：各项合计{due}，总数为{found.total}。"
        words += "分项之和大于总数，请核对。" if more else "如已列全，请核对各数。"
        yield breach("NARR-PARTS", words, passage.pointer, severity=grave, numbers=(found.total, due))
