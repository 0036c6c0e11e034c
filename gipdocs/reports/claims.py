"""Finds the numbers in free text and what each must equal: a declared claim, a figure of the tables, or nothing known."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal

from gipdocs.reports.expressions import Number
from gipdocs.reports.narrative import Passage, passages, plain
from gipdocs.reports.record import Claim, Record
from gipdocs.writing import quoted

GAP = r"[^。:,;、\d]{0,16}?"
APPLIED = (
    r"(?:(?!复议|诉讼|现场|当面|网络|网上|在线|线上|信函|邮寄|邮件|书面|传真|自然人|法人|企业)[^。:,;、\d]){0,16}?申请"
)
"""Applications as a whole: not those of one channel or kind of applicant, nor applications for reconsideration."""
NUMBER_OF = r"(?<!\d)(?P<number>\d{1,9})"
COUNT = rf"{NUMBER_OF}(?=件)"


@dataclass(frozen=True, kw_only=True)
class Phrase:
    """A way of writing a number of the tables.

    `meanings` are named numbers, the likeliest first; the sentence is true if it equals any of them. A `pattern`
    without `number` says that the number is 0. The sentence must mention what `about` says, and no other business.
    """

    pattern: str
    meanings: tuple[str, ...]
    about: str = ""


def _phrases(about: str, *rows: tuple[str, tuple[str, ...]]) -> list[Phrase]:
    return [Phrase(pattern=pattern, meanings=meanings, about=about) for pattern, meanings in rows]


PHRASES: tuple[Phrase, ...] = (
    *_phrases(
        "",
        (rf"上(?:一)?年(?:度)?结转{GAP}{COUNT}", ("carried_in",)),
        (rf"(?:结转|转)(?:至|到|入)?(?:下|次|{{next}})(?:一)?年(?:度)?{GAP}{COUNT}", ("carried_out",)),
        (rf"{NUMBER_OF}(?=件{GAP}(?:结转|顺延|转)(?:至|到|入)?(?:下|次)(?:一)?年)", ("carried_out",)),
        (rf"(?:收到|新收|共收){APPLIED}{GAP}{COUNT}", ("received", "to_handle")),
        (rf"(?:收到|新收|共收){NUMBER_OF}(?=件{APPLIED})", ("received", "to_handle")),
        (rf"(?:受理|收办|接收){APPLIED}{GAP}{COUNT}", ("received", "to_handle")),
        (rf"(?:办理|处理){APPLIED}{GAP}{COUNT}", ("to_handle", "handled", "received")),
        (rf"自然人提出{COUNT}", ("received_natural_person",)),
        (rf"法人(?:或者|或|和|、)其他组织提出{COUNT}", ("received_organisations",)),
        (rf"予以公开(?:及|和)部分公开{COUNT}", ("granted_or_partial",)),
        (rf"予以公开(?:的)?(?:有)?{COUNT}", ("granted",)),
        (rf"部分公开(?:的)?(?:有)?{COUNT}", ("partial",)),
        (rf"不予公开(?:的)?(?:有)?{COUNT}", ("refused",)),
        (rf"无法提供(?:的)?(?:有)?{COUNT}", ("unable",)),
        (rf"不予处理(?:的)?(?:有)?{COUNT}", ("not_processed",)),
        (rf"其他处理(?:的)?(?:有)?{COUNT}", ("other",)),
        (rf"行政复议(?:案件|申请)?(?:共)?{COUNT}", ("reconsiderations", "reconsiderations_closed")),
        (rf"(?<!复议[、和及])(?:行政|(?<!行政))诉讼(?:案件)?(?:共)?{COUNT}", ("suits", "suits_closed")),
        (rf"(?:制定|制发|出台|新制作)(?:了)?规章{COUNT}", ("rules_issued", "rules_made")),
        (
            rf"(?:制定|制发|出台|印发|新增|新制作)(?:了)?(?:行政)?规范性文件{COUNT}",
            ("normative_issued", "normative_made"),
        ),
        (
            rf"(?:制定|制发|出台|印发|新增)(?:了)?{NUMBER_OF}(?=件(?:行政)?规范性文件)",
            ("normative_issued", "normative_made"),
        ),
        (rf"新公开规范性文件{COUNT}", ("normative_disclosed",)),
        (rf"对外公开(?:的)?规范性文件总数(?:为)?{COUNT}", ("normative_total_public",)),
        (rf"(?:废止|失效)(?:了)?规章{COUNT}", ("rules_repealed",)),
        (rf"现行有效(?:的)?规章{COUNT}", ("rules_valid",)),
        (rf"(?:废止|失效)(?:了)?(?:行政)?规范性文件{COUNT}", ("normative_repealed",)),
        (rf"现行有效(?:的)?(?:行政)?规范性文件{COUNT}", ("normative_valid",)),
        (r"(?:未|没有)(?:收到|接到)[^。,;]{0,12}(?:信息公开申请|依申请公开)", ("received",)),
        (r"(?:未|没有)(?:发生|收到|出现|产生)[^。;]{0,20}复议[^。;]{0,8}诉讼", ("reconsiderations_and_suits",)),
        (r"(?:复议|诉讼)[^。;]{0,16}(?P<said>均(?:获|予以|被)?维持)", ("not_upheld",)),
    ),
    *_phrases(
        "申请",
        (rf"(?:答复|办结){GAP}{COUNT}", ("handled",)),
        (r"(?:均|全部)(?:已)?[^。,;]{0,24}(?:答复|办结)(?!率)", ("carried_out",)),
    ),
)
OTHER_BUSINESS = re.compile(r"提案|建议|信访|热线|留言|来信")
LAST_YEAR = re.compile(r"[去上]年|上一年|同期")
LONGEST_SENTENCE = 300
NEAR = 6
"""A mention of last year so many characters before a number makes it last year's."""
NUMBER = re.compile(r"(?<![\d.])\d{1,3}(?:,\d{3}){1,4}(?![\d,])|(?<![\d.])\d{1,12}(?!\d)(?:\.\d{1,6})?")
NOT_COUNTS = re.compile(
    r"https?://[A-Za-z0-9./?=&%#_-]+|[A-Za-z0-9._-]{1,64}@[A-Za-z0-9.-]+|(?:19|20)\d\d年(?:度)?"
    r"|\d{1,2}(?:-\d{1,2})?月(?:份)?(?:\d{1,2}日)?|\d{1,2}日"
    r"|[〔\[]\d{4}[〕\]]\d{1,5}号|第\d{1,5}[条款项号届次期]|(?<!\d)\d{1,5}号"
    r"|\d{3,4}-\d{7,8}|1\d{10}|邮编:?\d{6}|\d{1,2}:\d{2}"
    r"|(?<!\d)100%|123\d\d(?=[^\d]{0,4}热线)"
    r"|(?m:^[^\S\n]*[(]?\d{1,2}[.、)](?!\d))"
)
"""Numbers that count nothing: addresses, dates, document numbers, articles, telephones, list numbers."""


DIGIT = "[一二两三四五六七八九]"
SPELT = re.compile(
    rf"(?<![第几数一二两三四五六七八九十百千万零〇])(?:{DIGIT}?十{DIGIT}|{DIGIT}十(?![百千])|{DIGIT}[百千万][一二三四五六七八九十百千万零〇]{{0,8}})"
    r"[余多]?(?:人次|场次|[件次篇场期份起宗元]|万元|(?<=[百千万余多])条)(?!民生|实事|大事|好事|性)"
)
"""Counts in Chinese numerals from 11 on; smaller ones are mostly words: 一件一档, 一次性, 三个方面, 第二十条."""


@dataclass(frozen=True, kw_only=True)
class Sighting:
    """A number, or a sentence that stands for 0, found in the narrative at `start` to `end` of a passage.

    `meanings` are the named numbers it may stand for, likeliest first; none when nothing says what it counts.
    """

    passage: Passage
    start: int
    end: int
    value: Number
    quote: str
    meanings: tuple[str, ...] = ()
    silent: bool = False
    approximate: bool = False


def named(claim: Claim) -> str:
    """A claim as a clerk finds it again: its words with their place, else the place, else its key."""
    if claim.quote:
        return f"{claim.where}{quoted(claim.quote)}"
    return "".join([claim.where, quoted(claim.key) if claim.key else ""]) or "登记的数"


def sightings(record: Record) -> Iterator[Sighting]:
    """What a phrase ties to the tables; numbers that a declared claim ties are left to that claim."""
    pieces = _pieces(record.claims)
    for passage in passages(record):
        text = plain(passage.text)
        taken = [span for span, claim in _declared(pieces, text) if claim.compare]
        for phrase in PHRASES:
            for match in re.finditer(phrase.pattern.replace("{next}", str(record.year + 1)), text):
                counted = "number" in match.re.groupindex
                key = next((name for name in ("number", "said") if name in match.re.groupindex), 0)
                start, end = span = match.span(key)
                if _touches(span, taken) or not _concerns(phrase, text, match.start()):
                    continue
                taken.append(span)
                yield Sighting(
                    passage=passage,
                    start=start,
                    end=end,
                    value=int(match["number"]) if counted else 0,
                    quote=passage.text[match.start() : match.end() + counted],
                    meanings=phrase.meanings,
                    silent=not counted,
                )


def unbound(record: Record, *tested: re.Pattern[str]) -> Iterator[Sighting]:
    """Numbers of the narrative that neither a claim, nor a phrase, nor a pattern `tested` elsewhere ties to anything."""
    pieces = _pieces(record.claims)
    tied = [(one.passage.pointer, (one.start, one.end)) for one in sightings(record)]
    for passage in passages(record):
        text = plain(passage.text)
        taken = [match.span() for pattern in (NOT_COUNTS, *tested) for match in pattern.finditer(text)]
        taken += [span for pointer, span in tied if pointer == passage.pointer]
        taken += [span for span, _ in _declared(pieces, text)]
        for match in NUMBER.finditer(text):
            if not _touches(match.span(), taken):
                yield _bare(passage, text, *match.span())


def spelt(record: Record) -> Iterator[tuple[Passage, str]]:
    """Counts in Chinese numerals, which nothing is held against, each with its passage; not those of a claim."""
    pieces = _pieces(record.claims)
    for passage in passages(record):
        text = plain(passage.text)
        taken = [span for span, _ in _declared(pieces, text)]
        for match in SPELT.finditer(text):
            if not _touches(match.span(), taken):
                yield passage, match[0]


def _concerns(phrase: Phrase, text: str, at: int) -> bool:
    """The sentence around `at` is about this year's applications or their aftermath, not about other mail."""
    start = max(*(text.rfind(mark, 0, at) + 1 for mark in "。\n"), at - LONGEST_SENTENCE)
    sentence = re.split(r"[。\n]", text[start : at + LONGEST_SENTENCE], maxsplit=1)[0]
    if LAST_YEAR.search(text[max(start, at - NEAR) : at]):
        return False
    return phrase.about in sentence and not OTHER_BUSINESS.search(sentence)


def _bare(passage: Passage, text: str, start: int, end: int) -> Sighting:
    line = text.rfind("\n", 0, start) + 1
    quote = passage.text[max(line, start - 12) : end + 4].split("\n")[0]
    value = Decimal(text[start:end].replace(",", ""))
    approximate = text[end : end + 1] in ("余", "多")
    return Sighting(passage=passage, start=start, end=end, value=value, quote=quote, approximate=approximate)


def _pieces(claims: Iterable[Claim]) -> list[tuple[str, Claim]]:
    """What of each claim's quote can be found in a text: of a shortened quote, its longest piece."""
    pieces = [(max(re.split(r"…|\.{3,}|[(]图题[)]", plain(claim.quote)), key=len), claim) for claim in claims]
    return [(piece, claim) for piece, claim in pieces if piece]


def _declared(pieces: Iterable[tuple[str, Claim]], text: str) -> Iterator[tuple[tuple[int, int], Claim]]:
    """Wherever the pieces of the claims' quotes stand in a text."""
    for piece, claim in pieces:
        at = text.find(piece)
        while at >= 0:
            yield (at, at + len(piece)), claim
            at = text.find(piece, at + len(piece))


def _touches(span: tuple[int, int], others: Iterable[tuple[int, int]]) -> bool:
    return any(span[0] < end and start < span[1] for start, end in others)
