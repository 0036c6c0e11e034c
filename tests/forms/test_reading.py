"""What is typed on a page is read so far as there is one way to read it; the rest is left to the schema."""

from __future__ import annotations

from datetime import date

import pytest

from gipdocs.forms.reading import read_text
from gipdocs.questions import (
    DocumentNumber,
    Email,
    IdNumber,
    Money,
    Name,
    Number,
    Phone,
    Postcode,
    Question,
    Text,
    Uscc,
)
from gipdocs.questions.figures import Quantity

TODAY = date(2026, 11, 29)
COPIES, YUAN, PAGES = Number("份数"), Money("应缴金额"), Number("件数或者页数")
WAN, PHONE, POST, CODE = Quantity("收入（万元）"), Phone("电话"), Postcode("邮政编码"), Uscc("统一社会信用代码")
IDENTITY, NAME, NUMBER, MAIL = (
    IdNumber("证件号码", kind_key="kind"),
    Name("姓名"),
    DocumentNumber("文号"),
    Email("邮箱"),
)


@pytest.mark.parametrize(
    ("question", "typed", "read"),
    [
        (COPIES, "１２", "12"),
        (COPIES, " 12 份 ", "12"),
        (COPIES, "1,200份", "1200"),
        (COPIES, "１，２００", "1200"),
        (COPIES, "+3", "3"),
        (PAGES, "35页", "35"),
        (PAGES, "35件", "35"),
        (Number("延长的工作日数"), "4个工作日", "4"),
        (WAN, "12.50万元", "12.50"),
        (YUAN, "￥1,380.50", "1380.50"),
        (YUAN, "人民币 380 元整", "380"),
        (YUAN, "３８０．５元", "380.5"),
        (PHONE, "１３８ ００１３ ８０００", "13800138000"),
        (PHONE, " ０６３５－６０６８８１０转８０１", "0635-6068810转801"),
        (PHONE, "0635 6068810", "0635 6068810"),
        (POST, "２５２ ０００", "252000"),
        (CODE, "9111 0000 6000 3734 1l", "91110000600037341L"),
        (IDENTITY, "１１０１０５　１９４９１２３１　００２ｘ", "11010519491231002X"),
        (IDENTITY, "e12345678", "E12345678"),
        (IDENTITY, "1234567890（b）", "1234567890(B)"),
        (NAME, "阿依古丽.买买提", "阿依古丽·买买提"),
        (NAME, "阿依古丽 • 买买提・艾合买提", "阿依古丽·买买提·艾合买提"),
        (NUMBER, "某公开[2026]12号", "某公开〔2026〕12号"),
        (NUMBER, "某公开（２０２６）12 号", "某公开〔2026〕12号"),
        (NUMBER, "某公开【2026】12号", "某公开〔2026〕12号"),
        (MAIL, "ａ＠ｂ．ｃｎ", "a@b.cn"),
    ],
)
def test_what_is_clear_is_read(question: Question, typed: str, read: str) -> None:
    assert read_text(question, typed, TODAY) == read
    assert read_text(question, read, TODAY) == read


@pytest.mark.parametrize(
    ("question", "typed"),
    [
        (COPIES, "3万份"),
        (COPIES, "12页"),
        (COPIES, "1,20"),
        (COPIES, "1 2"),
        (COPIES, "十二"),
        (Number("延长的工作日数"), "15天"),
        (YUAN, "3万元"),
        (YUAN, "380元5角"),
        (WAN, "12元5"),
        (POST, "2520"),
        (CODE, "9137１500"),
        (IDENTITY, "军字第1234567号"),
        (IDENTITY, "无"),
        (NAME, "J. Smith"),
        (NAME, "某某（聊城）有限公司"),
        (NUMBER, "（2026）某0102行初31号"),
        (NUMBER, "某公开[26]12号"),
        (NUMBER, "某公开[2026]第12号"),
        (NUMBER, "关于印发[2026]12号文件的通知"),
        (Text("标题"), "某公开[2026]12号　１２"),
        (MAIL, "ａ＠ｂ"),
    ],
)
def test_what_is_not_clear_stays_as_it_was_typed(question: Question, typed: str) -> None:
    assert read_text(question, typed, TODAY) == typed
