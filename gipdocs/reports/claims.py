"""Finds numbers in free text and what each must equal: a declared claim, a figure of the tables, or nothing known."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal

from gipdocs.reports.breakdowns import Span, find_breakdowns
from gipdocs.reports.expressions import Number
from gipdocs.reports.narrative import Passage, name_place, passages, plain
from gipdocs.reports.record import Claim, Record
from gipdocs.reports.scopes import find_scope, sentence_around
from gipdocs.writing import quote

OUTCOMES = "予以公开|部分公开|不予公开|无法提供|不予处理|其他处理"
NOTE = r"(?:[(][^()。]{0,40}[)])?"
GAP = rf"{NOTE}(?:(?!{OUTCOMES}|结转|增[加长多]|减少|下降|上升)[^。:,;、\d()]){{0,16}}?{NOTE}"
"""Words between a phrase and its number, without an outcome, a carry-over or a change, to which the number would belong."""
OTHER_MATTERS = "许可|低保|救助|补[贴助]|岗位|[建住租]房|用地|登记|查询|查阅|办证|备案|报名|入学|贷款|仲裁|赔偿|工伤|认定|立项|加入|领取"
"""What else people apply for at an office."""
APPLIED = (
    rf"(?:(?!{OUTCOMES}|{OTHER_MATTERS}|撤回|复议|诉讼|现场|当面|网络|网上|在线|线上|信函|邮寄|邮件|书面|传真|自然人|法人|企业)"
    r"[^。:,;、\d()]){0,16}?申请(?!表|人|书|材料)"
)
"""Applications as a whole: not those of one channel, kind of applicant or outcome, nor those for reconsideration."""
NUMBER_OF = r"(?<!\d)(?<!\d,)(?P<number>\d{1,3}(?:,\d{3}){1,3}|\d{1,9})"
CASE, PAPER, FILE = "[件宗起例]", r"(?:[件宗起例]|[份条](?![\u4e00-\u9fff]))", "[件份部]"
"""The units of cases, of written applications and decisions, and of documents."""
COUNT, PAPERS, FILES = (rf"{NUMBER_OF}(?={counter})" for counter in (CASE, PAPER, FILE))
OF = rf"{NOTE}(?:的)?(?:申请|案件|情形)?(?:有|共|为|共计|:)?"
OF_THEM, OF_FILES = OF + COUNT, OF + FILES
ORGANISATIONS = "法人(?:或者|或|和|、)其他组织"
DECIDED = r"(?<!公[示开])(?<!公[示开]的)[作做]出(?:了)?(?:的)?"
DECISION = r"(?:处理)?(?:决定)?(?:书)?(?:共计?|总计)?"
NONE = r"(?:(?:未|没有)曾?(?:发生|收到|接到|接收|受理|出现|产生|引发|涉及|新增)过?|没有|无(?![法效论偿关正理须需]))"
NO_MORE = r"的?(?:案件|案|事项|件)?(?:的)?(?:情况|情形|问题|事件|发生)?(?=[。,;()\s]|$)"
"""The end of a phrase about something that did not occur."""
BEGUN = r"(?:(?!复议|诉讼|纠|败|撤|违法|[审办]结|结转|未|被(?!提起|申请))[^。,;:()\d]){0,20}?"
"""Words before disputes as a whole: not before those lost, withdrawn or left open."""
ASKED = (
    rf"(?:(?!{OUTCOMES}|撤回|复议|诉讼|现场|当面|网络|网上|在线|线上|信函|邮寄|邮件|书面|传真|企业|补正|结转|逾期|其他(?!组织)|[未对因])"
    r"[^。:,;()\d]){0,24}?"
)
VALID = r"(?:(?:现行|继续|仍然?|依然|保持)有效)"


@dataclass(frozen=True, kw_only=True)
class Phrase:
    """A way of writing a number of the tables.

    `meanings` are named numbers, the likeliest first; the sentence is true if it equals any of them. A `pattern`
    without `number` says that the number is 0. The sentence must mention what `about` says, no other business, and
    nothing that matches `unless`.
    """

    pattern: str
    meanings: tuple[str, ...]
    about: str = ""
    unless: str = ""


def _phrases(about: str, *rows: tuple[str, tuple[str, ...]]) -> list[Phrase]:
    return [Phrase(pattern=pattern, meanings=meanings, about=about) for pattern, meanings in rows]


PHRASES: tuple[Phrase, ...] = (
    *_phrases(
        "",
        (rf"上(?:一)?年(?:度)?结转{GAP}{COUNT}", ("carried_in",)),
        (rf"(?:结转|转)(?:至|到|入)?(?:下|次|{{next}})(?:一)?年(?:度)?{GAP}{COUNT}", ("carried_out",)),
        (rf"{NUMBER_OF}(?={CASE}{GAP}(?:结转|顺延|转)(?:至|到|入)?(?:下|次)(?:一)?年)", ("carried_out",)),
        (rf"(?:收到|新收|共收){APPLIED}{GAP}{PAPERS}", ("received", "to_handle")),
        (rf"(?:收到|新收|共收){NUMBER_OF}(?=[件宗起例份条]{APPLIED})", ("received", "to_handle")),
        (rf"(?:受理|收办|接收){APPLIED}{GAP}{PAPERS}", ("received", "to_handle")),
        (rf"(?:办理|(?<!不予)(?<!其他)处理){APPLIED}{GAP}{PAPERS}", ("to_handle", "handled", "received")),
        (
            rf"(?:自然人提出|其中[:,]?自然人申请){COUNT}",
            ("received_natural_person", "to_handle_natural_person"),
        ),
        (
            rf"(?:{ORGANISATIONS}提出|自然人申请\d{{1,9}}件[,、;]{ORGANISATIONS}申请){COUNT}",
            ("received_organisations", "to_handle_organisations"),
        ),
        (rf"予以公开(?:及|和|与|或者?|、)部分公开{OF_THEM}", ("granted_or_partial",)),
        (rf"予以公开{OF_THEM}", ("granted",)),
        (rf"部分公开{OF_THEM}", ("partial",)),
        (rf"不予公开{OF_THEM}", ("refused",)),
        (rf"无法提供{OF_THEM}", ("unable",)),
        (rf"不予处理{OF_THEM}", ("not_processed",)),
        (rf"其他处理{OF_THEM}", ("other",)),
        (rf"行政复议(?:案件|申请)?(?:共|有|为|共计)?{COUNT}", ("reconsiderations", "reconsiderations_closed")),
        (rf"(?<!复议[、和及])(?:行政|(?<!行政))诉讼(?:案件)?(?:共|有|为|共计)?{COUNT}", ("suits", "suits_closed")),
        (rf"(?:制定|制发|出台|新制作)(?:了)?规章{COUNT}", ("rules_issued", "rules_made")),
        (
            rf"(?:制定|制发|出台|印发|新增|新制作)(?:了)?(?:行政)?规范性文件{FILES}",
            ("normative_issued", "normative_made"),
        ),
        (
            rf"(?:制定|制发|出台|印发|新增)(?:了)?{NUMBER_OF}(?={FILE}(?:行政)?规范性文件)",
            ("normative_issued", "normative_made"),
        ),
        (rf"新公开规范性文件{FILES}", ("normative_disclosed",)),
        (rf"对外公开(?:的)?规范性文件总数(?:为)?{FILES}", ("normative_total_public",)),
        (rf"(?:废止|失效)(?:了)?规章{COUNT}", ("rules_repealed",)),
        (rf"{VALID}(?:的)?规章{OF_THEM}", ("rules_valid",)),
        (rf"规章{VALID}(?:的)?(?:有|共|为)?{COUNT}", ("rules_valid",)),
        (rf"{NUMBER_OF}(?={FILE}{VALID}(?:的)?规章)", ("rules_valid",)),
        (rf"(?:废止|失效)(?:了)?(?:行政)?规范性文件{FILES}", ("normative_repealed",)),
        (rf"{VALID}(?:的)?(?:行政)?规范性文件{OF_FILES}", ("normative_valid",)),
        (rf"规范性文件{VALID}(?:的)?(?:有|共|为)?{FILES}", ("normative_valid",)),
        (rf"{NUMBER_OF}(?={FILE}{VALID}(?:的)?(?:行政)?规范性文件)", ("normative_valid",)),
        *(
            pair
            for act, name in (("许可", "licences"), ("处罚", "penalties"), ("强制", "coercions"))
            for pair in (
                (rf"{DECIDED}(?:各类)?行政{act}{DECISION}{NUMBER_OF}(?=[件宗起例份](?!的))", (name,)),
                (
                    rf"{DECIDED}{NUMBER_OF}(?=[件宗起例份](?:各类)?行政{act}(?:处理)?(?:决定)?(?=[。,;、()\s]|$))",
                    (name,),
                ),
            )
        ),
        (rf"(?:未|没有)曾?(?:收到|接到|接收|受理)过?{ASKED}申请(?:公开)?(?:、|{NO_MORE})", ("received",)),
        (rf"(?:没有|无)(?:任何)?(?:政府)?(?:信息公开申请|依申请公开(?:申请)?)(?:、|{NO_MORE})", ("received",)),
        (
            rf"{NONE}{BEGUN}(?:复议|诉讼)[^。,;\d]{{0,8}}?(?:复议|诉讼)(?:申请)?{NO_MORE}",
            ("reconsiderations_and_suits",),
        ),
        (
            r"复议[^。,;\d]{0,8}诉讼(?:案件)?(?:数量?)?[均都]?为?(?:零|(?<!\d)0(?![\d.]))",
            ("reconsiderations_and_suits",),
        ),
        (rf"{NONE}{BEGUN}复议(?:申请)?{NO_MORE}", ("reconsiderations",)),
        (rf"{NONE}{BEGUN}诉讼{NO_MORE}", ("suits",)),
        (r"(?:复议|诉讼)[^。;]{0,16}(?P<said>均(?:获|予以|被)?维持)", ("not_upheld",)),
    ),
    *_phrases(
        "申请",
        (rf"(?:答复|办结){GAP}{COUNT}", ("handled",)),
    ),
    Phrase(
        pattern=r"(?<!平)(?:均|全部)(?:已)?[^。,;]{0,24}(?:答复|办结)(?!率)",
        meanings=("carried_out",),
        about="申请",
        unless=r"其余|其他(?!处理)|除[^。;]{1,40}外|尚未|尚在|正在|在办|到期|应(?:当)?(?:答复|办结)",
    ),
)
MARKING = r"公文|公开属性"
"""Words of a sentence that counts documents by whether they may be published: 主动公开85件、不予公开12件."""
OTHER_BUSINESS = re.compile(rf"提案|建议|信访|热线|留言|来信|{MARKING}")
LAST_YEAR = re.compile(r"[去上]年|上一年|同期")
NEAR = 6
"""A number belongs to last year if last year is mentioned within this many characters before it."""
BEFORE, AFTER = 12, 4
"""The number of characters quoted around a number."""
NUMBER = re.compile(r"(?<![\d.])\d{1,3}(?:,\d{3}){1,4}(?![\d,])|(?<![\d.])\d{1,12}(?!\d)(?:\.\d{1,6})?")
COUNTED = r"余?多?(?:万|人|场|家|户|[件条次篇个项份期起宗元])"
NOT_COUNTS = re.compile(
    r"https?://[A-Za-z0-9./?=&%#_-]+|[A-Za-z0-9._-]{1,64}@[A-Za-z0-9.-]+"
    r"|(?:19|20)\d\d年?(?:度)?[-—–~～至到]{1,2}(?:19|20)\d\d(?:年(?:度)?)?|(?:19|20)\d\d(?:年(?:度)?|版|届)"
    r"|(?:19|20)\d\d[./-]\d{1,2}(?:[./-]\d{1,2})?"
    r"|\d{1,2}(?:-\d{1,2})?月(?:份)?(?:\d{1,2}日)?|\d{1,2}日|\d{1,2}:\d{2}"
    r"|[〔\[(]\d{4}[〕\])]\d{1,5}号|第\d{1,5}[条款项号届次期批季章版]|(?<!\d)\d{1,5}(?:号|楼|室|层|栋|单元)"
    r"|\d{3,4}-\d{7,8}|[(]\d{3,4}[)]\d{7,8}|(?<!\d)400-?\d{3}-?\d{4}|1\d{10}|邮(?:政编码|编)[:为]?\d{6}"
    rf"|(?:电话|热线|传真|手机|拨打)[^\d。;]{{0,8}}\d{{3,12}}(?:[)-]\d{{3,8}})*(?!\d|{COUNTED})|(?<!\d)\d{{3,8}}(?=[^\d。,;]{{0,6}}热线)"
    rf"|(?<![\d.])123\d\d(?!{COUNTED}|[\d.])"
    r"|\d{1,2}(?:\+(?:\d{1,2}|[A-Za-z]))+|[A-Za-z](?:\+\d{1,2})+|\d{1,2}[xX×*]\d{1,2}|\d{1,2}[A-Za-z]|[A-Za-z]\d{1,2}"
    r"|“[^”。\d]{0,8}\d{1,6}[^”。\d]{0,8}”|《[^》]{1,80}》|(?<!\d)100%"
    r"|(?<!\d)\d{1,3}个?(?:工作日|小时|分钟)"
    r"|[(]\d{1,2}[)](?=[\u4e00-\u9fff])|(?m:^[^\S\n]*[(]?\d{1,2}[.、)](?!\d))"
)
"""Numbers that are not counts: addresses, dates, terms, document numbers, articles, telephones, names, list numbers."""


DIGIT = "[一二两三四五六七八九]"
SPELT = re.compile(
    rf"(?<![第几数一二两三四五六七八九十百千万零〇])(?:{DIGIT}?十{DIGIT}|{DIGIT}十(?![百千])|{DIGIT}[百千万][一二三四五六七八九十百千万零〇]{{0,8}})"
    r"[余多]?(?:人次|场次|[件次篇场期份起宗元]|万元|(?<=[百千万余多])条)(?!民生|实事|大事|好事|性)"
)
"""Counts in Chinese numerals from 11 on; smaller ones are mostly words: 一件一档, 一次性, 三个方面, 第二十条."""


@dataclass(frozen=True, kw_only=True)
class Sighting:
    """A number, or a sentence that stands for 0, found in the narrative at `start` to `end` of a passage.

    `meanings` are the named numbers it may stand for, likeliest first; empty if it is unknown what it counts.
    """

    passage: Passage
    start: int
    end: int
    value: Number
    quote: str
    meanings: tuple[str, ...] = ()
    silent: bool = False
    approximate: bool = False


def name_claim(claim: Claim) -> str:
    """A claim as a clerk can find it: its words and their place, or just the place or, without either, its key."""
    if claim.quote:
        return f"{name_place(claim.where)}{quote(claim.quote)}"
    return "".join([name_place(claim.where), quote(claim.key) if claim.key else ""]) or "登记的数"


def find_sightings(record: Record) -> Iterator[Sighting]:
    """The numbers matched by phrases to the tables; numbers of a declared claim are left to that claim."""
    pieces = _pieces(record.claims)
    for passage in passages(record):
        text = plain(passage.text)
        taken = [span for span, claim in _declared(pieces, text) if claim.compare]
        for phrase in PHRASES:
            for match in re.finditer(phrase.pattern.replace("{next}", str(record.year + 1)), text):
                counted = "number" in match.re.groupindex
                key = next((name for name in ("number", "said") if name in match.re.groupindex), 0)
                start, end = span = match.span(key)
                if (
                    _touches(span, taken)
                    or find_scope(text, start, record)
                    or not _concerns(phrase, text, match.start())
                ):
                    continue
                taken.append(span)
                yield Sighting(
                    passage=passage,
                    start=start,
                    end=end,
                    value=int(match["number"].replace(",", "")) if counted else 0,
                    quote=passage.text[match.start() : match.end() + counted],
                    meanings=phrase.meanings,
                    silent=not counted,
                )


def find_unbound(record: Record, *tested: re.Pattern[str]) -> Iterator[Sighting]:
    """Numbers of the narrative without any match: no claim, phrase or breakdown, no pattern `tested` elsewhere."""
    pieces = _pieces(record.claims)
    tied = [(one.passage.pointer, (one.start, one.end)) for one in find_sightings(record)]
    for passage in passages(record):
        text = plain(passage.text)
        taken = [match.span() for pattern in (NOT_COUNTS, *tested) for match in pattern.finditer(text)]
        taken += [span for pointer, span in tied if pointer == passage.pointer]
        taken += [span for span, _ in _declared(pieces, text)]
        taken += [span for one in find_breakdowns(text) for span in one.spans]
        free = _outside(taken)
        for match in NUMBER.finditer(text):
            if free(match.span()):
                yield _bare(passage, text, *match.span())


def find_spelt(record: Record) -> Iterator[tuple[Passage, str]]:
    """Counts in Chinese numerals, which no check compares, each with its passage; without those of claims."""
    pieces = _pieces(record.claims)
    for passage in passages(record):
        text = plain(passage.text)
        taken = [span for span, _ in _declared(pieces, text)]
        for match in SPELT.finditer(text):
            if not _touches(match.span(), taken):
                yield passage, match[0]


def _concerns(phrase: Phrase, text: str, at: int) -> bool:
    """Whether the sentence around `at` is about this year's applications or their aftermath, not about other mail."""
    start, sentence = sentence_around(text, at)
    if LAST_YEAR.search(text[max(start, at - NEAR) : at]):
        return False
    if phrase.unless and re.search(phrase.unless, sentence):
        return False
    return phrase.about in sentence and not OTHER_BUSINESS.search(sentence)


def _bare(passage: Passage, text: str, start: int, end: int) -> Sighting:
    """A number without a match, quoted with the words around it in its clause."""
    before = re.split(r"[,。;、:()\n]|(?<=\d)年", text[max(start - BEFORE, 0) : start])[-1]
    after = re.split(r"[,。;、:()\n]", text[end : end + AFTER])[0]
    value = Decimal(text[start:end].replace(",", ""))
    words = passage.text[start - len(before) : end + len(after)]
    return Sighting(
        passage=passage, start=start, end=end, value=value, quote=words, approximate=after[:1] in ("余", "多")
    )


def _pieces(claims: Iterable[Claim]) -> list[tuple[str, Claim]]:
    """The part of each claim's quote to look for in a text: the longest piece of a shortened quote."""
    pieces = [(max(re.split(r"…|\.{3,}|[(]图题[)]", plain(claim.quote)), key=len), claim) for claim in claims]
    return [(piece, claim) for piece, claim in pieces if piece]


def _declared(pieces: Iterable[tuple[str, Claim]], text: str) -> Iterator[tuple[tuple[int, int], Claim]]:
    """All occurrences of the pieces of the claims' quotes in a text."""
    for piece, claim in pieces:
        at = text.find(piece)
        while at >= 0:
            yield (at, at + len(piece)), claim
            at = text.find(piece, at + len(piece))


def _outside(spans: Iterable[Span]) -> Callable[[Span], bool]:
    """A function that tells whether a span touches none of `spans`, without going through them all."""
    merged: list[Span] = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = merged[-1][0], max(end, merged[-1][1])
        else:
            merged.append((start, end))
    starts = [start for start, _ in merged]

    def free(span: Span) -> bool:
        before = bisect_left(starts, span[1]) - 1
        return before < 0 or merged[before][1] <= span[0]

    return free


def _touches(span: tuple[int, int], others: Iterable[tuple[int, int]]) -> bool:
    return any(span[0] < end and start < span[1] for start, end in others)
