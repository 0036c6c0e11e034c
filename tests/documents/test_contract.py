"""Every document keeps the contract, and the contract catches a document that doesn't."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from gipdocs.documents.contract import (
    OBLIGATIONS,
    facts_are_not_typed,
    facts_are_the_offices,
    find_breaches,
    hostile_text_survives,
    names_agree,
)
from gipdocs.documents.registry import find
from gipdocs.law import Office
from gipdocs.settings import PROJECT

from .makers import CONTEXT, DRAWN, PICTURE, PLUGIN, drawn, layout, plugin, source, wording
from .test_build import adding_to

pytestmark = pytest.mark.slow

IDS = list(find([PROJECT / "plugins"]))


@pytest.mark.contract
@pytest.mark.parametrize("id", IDS)
@pytest.mark.parametrize("obligation", OBLIGATIONS, ids=lambda obligation: obligation.__name__)
def test_a_document_keeps_its_obligation(service, office: Office, id: str, obligation: Callable[..., object]) -> None:  # type: ignore[no-untyped-def]
    assert list(obligation(service.registry[id], office)) == []  # type: ignore[call-overload]


@pytest.mark.parametrize("code", [PLUGIN, DRAWN], ids=["of a layout", "with a format of its own"])
def test_a_sound_document_has_no_breach(tmp_path: Path, office: Office, code: str) -> None:
    assert list(find_breaches(find([plugin(tmp_path, code)])["small-note"], office)) == []


STORY = 'LongText("内容", example="第一段")'
SPOILT = """{"title": answers["title"], "story": %s}"""


@pytest.mark.parametrize(
    ("code", "words"),
    [
        (source(context="{'unused': '甲', 'title': answers['title'], 'story': answers.get('story', '')}"), "unused"),
        (
            source(context="{'title': answers['title']}"),
            "版式文件small.docx使用了context没有给出的名称：story。请在context",
        ),
        (source(fields=f'title = Text(" ", example="一则", required=True)\nstory = {STORY}'), "没有label"),
        (source(fields=f'title = Text("标题", required=True)\nstory = {STORY}'), "/title（标题）：填写项没有example"),
        (source(fields=f'title = Text("标题", example="两\\n行", required=True)\nstory = {STORY}'), "只能写一行"),
        (source(context="{'title': '固定的标题', 'story': answers.get('story', '')}"), "标题"),
        (
            source(
                fields=f'title = Text("标题", example="一则", on_file=True)\nstory = {STORY}',
                context="{'title': answers.get('title', ''), 'story': answers.get('story', '')}",
            ),
            "去掉on_file",
        ),
        (source(context=SPOILT % "answers.get('story', '')[:5]"), "内容"),
        (source(context=SPOILT % "answers['story']"), "note.py第12行：没有名为“story”的项；可以不填的"),
        (source(context=SPOILT % "answers.get('story', '').replace('&', '和')"), "内容"),
    ],
    ids=[
        "unused context name",
        "unknown layout name",
        "no label",
        "no example",
        "sample that does not load",
        "answer that is not printed",
        "evidence that is printed",
        "answer cut short",
        "fails without an answer",
        "answer changed",
    ],
)
def test_the_contract_catches(tmp_path: Path, office: Office, code: str, words: str) -> None:
    found = list(find_breaches(find([plugin(tmp_path, code)])["small-note"], office))
    assert any(words in breach for breach in found), found


def test_a_document_that_nothing_fills_is_told_once(tmp_path: Path, office: Office) -> None:
    code = source(context="{'title': answers['title'], 'story': office.today}")
    (told,) = find_breaches(find([plugin(tmp_path, code)])["small-note"], office)
    assert "chinese_date" in told


def test_an_answer_that_is_not_printed_is_told_once_with_its_cure(tmp_path: Path, office: Office) -> None:
    code = source(context="{'title': answers['title'], 'story': '固定'}")
    (told,) = find_breaches(find([plugin(tmp_path, code)])["small-note"], office)
    assert "没有印出“内容”的内容" in told and "on_file=True" in told


@pytest.mark.parametrize("given", ["None", "['晚了']", "3"])
def test_a_check_that_gives_no_list_of_findings_is_named(tmp_path: Path, office: Office, given: str) -> None:
    code = source(before=f"def in_time(answers, office):\n    return {given}\n", checks="(in_time,)")
    found = list(find_breaches(find([plugin(tmp_path, code)])["small-note"], office))
    assert found == ["核对函数in_time给出的不是提示的列表，请返回Finding的列表，没有提示时返回[]。"]


def test_what_gives_the_names_of_a_shared_wording_is_told(tmp_path: Path, office: Office) -> None:
    folder = plugin(tmp_path, source(context="{'title': answers['title']}", wording='"small.txt"'))
    texts = folder.parent / "doc_templates" / "wording"
    for line, cure in (("", "请用gipdocs.letters的opening(answers, office)给出。"), ("{{ stroy }}\n", "stroy")):
        wording(texts, f'{line}{{% include "_opening.txt" %}}\n')
        (told,) = list(names_agree(find([folder])["small-note"], office))[-1:]
        assert cure in told


KINDS = """
title = Text("标题", example="一则", required=True)
kind = Choice("用途", options={"read": "查阅", "copy": "抄录"}, example="read", required=True)
kinds = Choices("方式", options={"mail": "邮寄", "2026": "2026年"}, example=["mail"])
"""


@pytest.mark.parametrize(
    ("kind", "kinds", "breach"),
    [
        ("{'read': '查阅', 'copy': '抄录'}[answers['kind']]", "2026年或者邮寄", None),
        ("answers['kind']", "", "/kind（用途）：印出的是选项的代码“read”，请在context里换成它的文字“查阅”。"),
        ("'用途：' + answers['kind'] + '。'", "", "/kind（用途）：印出的是选项的代码“read”"),
    ],
    ids=["label", "key", "key in a sentence"],
)
def test_an_option_is_printed_by_its_label(
    tmp_path: Path, office: Office, kind: str, kinds: str, breach: str | None
) -> None:
    fields = KINDS.replace("example=[", "on_file=True, example=[")
    context = f"{{'title': answers['title'], 'story': {kind}}}"
    found = list(find_breaches(find([plugin(tmp_path, source(fields=fields, context=context))])["small-note"], office))
    assert found == [] if breach is None else any(one.startswith(breach) for one in found), found


def test_the_keys_of_several_options_are_not_printed(tmp_path: Path, office: Office) -> None:
    labels = "'、'.join({'mail': '邮寄', '2026': '2026年'}[one] for one in answers.get('kinds', []))"
    said = f"{{'read': '查阅', 'copy': '抄录'}}[answers['kind']] + {labels}"
    typed = said.replace("{'mail': '邮寄', '2026': '2026年'}[one]", "one")
    for story, broken in ((said, False), (typed, True)):
        code = source(fields=KINDS, context=f"{{'title': answers['title'], 'story': {story}}}")
        found = list(find_breaches(find([plugin(tmp_path / str(broken), code)])["small-note"], office))
        assert bool(found) is broken and all("/kinds（方式）：印出的是选项的代码" in one for one in found), found


EVERY_KIND = {
    "Text": ('Text("问", example="甲乙", required=True)', "answers['story']"),
    "Name": ('Name("问", example="王小明", required=True)', "answers['story']"),
    "Title": ('Title("问", example="某文件", required=True)', "answers['story']"),
    "LongText": ('LongText("问", example="甲\\n乙", required=True)', "answers['story']"),
    "Email": ('Email("问", example="a@example.com", required=True)', "answers['story']"),
    "Phone": ('Phone("问", example="13800138000", required=True)', "answers['story']"),
    "Postcode": ('Postcode("问", example="252000", required=True)', "answers['story']"),
    "Uscc": ('Uscc("问", example="91110000600037341L", required=True)', "answers['story']"),
    "IdNumber": ('IdNumber("问", kind_key="title", example="11010519491231002X", required=True)', "answers['story']"),
    "Date": ('Date("问", example="2026-03-01", required=True)', "chinese_date(answers['story'])"),
    "Number": ('Number("问", example=3, required=True)', "answers['story']"),
    "Number at its most": ('Number("问", example=9, most=9, required=True)', "answers['story']"),
    "Money": ('Money("问", example="50.00", required=True)', "amount(answers['story'])"),
    "Money in whole yuan": ('Money("问", example=50, required=True)', "amount(answers['story'])"),
    "Quantity": ('Quantity("问", example="12.5", required=True)', "plain_number(answers['story'])"),
    "YesNo": ('YesNo("问", example=True, required=True)', "'是' if answers['story'] else '否'"),
    "Choice": (
        'Choice("问", options={"a": "甲", "b": "乙"}, example="a", required=True)',
        "{'a': '甲', 'b': '乙'}[answers['story']]",
    ),
    "Lines": ('Lines("问", example=["甲"], least=1, required=True)', "'、'.join(answers['story'])"),
    "Notes": (
        'Notes("问", options={"a": "甲"}, example={"a": "说明"}, required=True)',
        "'、'.join(answers['story'].values())",
    ),
    "Brought": (
        'Brought("问", shape={"type": "object"}, read=dict, told=str, example={"a": {"b": [1]}}, required=True)',
        "str(answers['story']['a']['b'][0])",
    ),
}


@pytest.mark.parametrize("kind", EVERY_KIND)
def test_the_contract_knows_other_answers_to_every_kind_of_question(tmp_path: Path, office: Office, kind: str) -> None:
    question, printed = EVERY_KIND[kind]
    fields = f'title = Text("证件", example="resident", required=True)\nstory = {question}'
    for story, broken in ((printed, False), ("'固定'", True)):
        code = source(fields=fields, context=f"{{'title': answers['title'], 'story': {story}}}")
        found = list(find_breaches(find([plugin(tmp_path / str(broken), code)])["small-note"], office))
        assert bool(found) is broken, found


PRINTED = {
    "answers['sum']": "“story”的值不是文字（Decimal），印不出来；金额用gipdocs.writing的amount写成文字",
    "answers['day']": "“story”的值不是文字（date），印不出来；日期用gipdocs.writing的chinese_date写成文字",
    "True": "“story”的值不是文字（bool），印不出来；“是”“否”不能直接印",
    "None": "“story”的值不是文字（NoneType），印不出来；没有内容的",
    "['甲']": "“story”的值不是文字（list），印不出来；几项内容的",
    "{'甲': '乙'}": "“story”的值不是文字（dict），印不出来；一组内容的",
    "object()": "“story”的值不是文字（object），印不出来；请在context里换成文字",
}


@pytest.mark.parametrize("worded", [False, True], ids=["layout", "wording"])
@pytest.mark.parametrize("value", PRINTED)
def test_a_value_that_cannot_be_printed_is_named_with_its_cure(
    tmp_path: Path, office: Office, value: str, worded: bool
) -> None:
    fields = """
    sum = Money("押金", example="50.00", required=True)
    day = Date("日期", example="2026-03-01", required=True)
    """
    options = {"wording": '"small.txt"'} if worded else {}
    layout(tmp_path / "doc_templates", "标题", "{{ paragraphs }}" if worded else "押金{{ story }}元")
    wording(tmp_path / "doc_templates" / "wording", "第一行\n押金{{ story }}元\n")
    code = source(fields=fields, context=f"{{'story': {value}}}", **options)
    found = list(find_breaches(find([plugin(tmp_path, code)])["small-note"], office))
    place = "措辞文件small.txt第2行填写不了：" if worded else "版式文件small.docx正文“押金{{ story }}元”处填写不了："
    assert any(one.startswith(place + PRINTED[value]) for one in found), found


@pytest.mark.parametrize("group", ["其他", "公开", "申请"])
def test_a_public_document_of_any_group_can_be_opened_or_is_refused(tmp_path: Path, office: Office, group: str) -> None:
    def found(name: str, **more: str) -> list[str]:
        code = source(group=f'"{group}"', public="True", **more)
        return list(find_breaches(find([plugin(tmp_path / name, code)])["small-note"], office))

    assert found("form") == []
    assert any("schema请用Questions" in one for one in found("staff", questions="StaffQuestions"))
    (needs,) = found("closed", to_read="True")
    assert "不填写不能生成：请填写“标题”。请去掉required，或者去掉to_read。" in needs
    read = {
        "fields": 'title = Text("标题", example="一则")\nstory = LongText("内容", example="第一段")',
        "context": "{'title': answers.get('title', ''), 'story': answers.get('story', '')}",
    }
    assert found("read", to_read="True", **read) == []


def test_who_gives_the_names_of_a_shared_layout_is_said(tmp_path: Path, office: Office) -> None:
    wording(tmp_path / "doc_templates" / "wording", "{{ title }}\n{{ story }}\n")
    code = source(template='"letter.docx"', wording='"small.txt"')
    found = list(find_breaches(find([plugin(tmp_path, code)])["small-note"], office))
    (breach,) = [one for one in found if "letter.docx使用了context没有给出的名称" in one]
    assert "addressee" in breach and "请用gipdocs.letters的layout(answers, office, title=…)给出" in breach


@pytest.mark.parametrize(
    ("code", "words"),
    [
        (
            source(
                fields='title = Text("标题", example="一则", required=True)\n'
                'story = LongText("内容", example="第一段", help="写清楚，例如聊城市")'
            ),
            "填写项/story写了“聊城市”，应当取自机关概况的agency.region",
        ),
        (source(title='"小通知0999-7654321"'), "文书声明写了“0999-7654321”"),
        (
            source(
                fields='title = Text("标题", example="一则", required=True)\n'
                'story = LongText("内容", example="第一段", help="请写信到ask@example.cn")'
            ),
            "填写项/story写了“ask@example.cn”",
        ),
        (
            source(context="{'title': answers['title'] + '　时间：9:00-11:30', 'story': answers.get('story', '')}"),
            "文书印出“9:00-11:30”",
        ),
        (
            source(context="{'title': answers['title'] + '　地点：某市长安街99号', 'story': answers.get('story', '')}"),
            "文书印出“长安街99号”",
        ),
    ],
    ids=["region", "telephone", "mail", "hours in the plugin", "address in the plugin"],
)
def test_the_contract_catches_a_fact_of_the_office_that_was_typed(
    tmp_path: Path, office: Office, code: str, words: str
) -> None:
    found = list(find_breaches(find([plugin(tmp_path, code)])["small-note"], office))
    assert len(found) == 1 and words in found[0], found


def test_the_contract_catches_a_fact_that_was_typed_into_a_layout_or_a_wording(tmp_path: Path, office: Office) -> None:
    layout(tmp_path / "doc_templates", "电话：0635-6068810", "{{ title }}{# 0999-1234567 #}", "{{ paragraphs }}")
    wording(
        tmp_path / "doc_templates" / "wording", "{{ story }}，{# 聊城市 #}时间8:30-12:00，网址http://example.cn/。\n"
    )
    code = source(wording='"small.txt"')
    found = "\n".join(facts_are_not_typed(find([plugin(tmp_path, code)])["small-note"], office))
    assert "版式文件small.docx写了“0635-6068810”，应当取自机关概况的office.phone" in found
    assert "措辞文件small.txt写了“8:30-12:00”，应当取自机关概况的office.hours" in found
    assert "措辞文件small.txt写了“http://example.cn/”" in found
    assert "0999" not in found and "聊城市" not in found


def test_what_was_answered_or_is_the_offices_may_be_printed(tmp_path: Path, office: Office) -> None:
    code = source(
        fields='title = Text("标题", example="到长安街99号，电话0999-7654321", required=True)\n' + f"story = {STORY}",
        context=SPOILT.replace('answers["title"]', 'answers["title"] + "　电话：" + office.profile.office.phone')
        % "answers.get('story', '')",
    )
    assert list(facts_are_the_offices(find([plugin(tmp_path, code)])["small-note"], office)) == []


WIDE = """
from gipdocs.documents.document import Document
from gipdocs.errors import InvalidInput
from gipdocs.questions import Questions, Text

KEYS, MADE = [f"q{number}" for number in range(16)], []
Wide = type("Wide", (Questions,), {key: Text(key, example="甲") for key in KEYS})

def context(answers, office):
    MADE.append(answers)
    if answers.get("q5", "甲") != "甲":
        raise InvalidInput([])
    return {"title": "\\n".join(answers.get(key, "") for key in KEYS if key != "q11"), "story": answers.get("q11", "")}

NOTE = Document(id="small-note", title="小通知", group="其他", schema=Wide, template="small.docx", context=context)
"""


def test_a_text_that_is_lost_is_found_beside_one_that_is_always_refused(tmp_path: Path, office: Office) -> None:
    losing = WIDE.replace('answers.get("q11", "")', 'answers.get("q11", "").replace("&", "和")')
    found = list(hostile_text_survives(find([plugin(tmp_path, losing)])["small-note"], office))
    assert len(found) == 2 and all(one.startswith("/q11（q11）") for one in found), found
    assert all("没有印出“q11”的内容" in one for one in found), found


def test_one_text_that_is_always_refused_has_the_others_tried_together(tmp_path: Path, office: Office) -> None:
    entry = find([plugin(tmp_path, WIDE)])["small-note"]
    assert list(hostile_text_survives(entry, office)) == []
    made = [answers.keys() for answers in vars(sys.modules[entry.document.context.__module__])["MADE"]]
    assert len(made) < 60
    assert all(len(keys) == 16 for keys in made)


def test_the_contract_catches_a_layout_with_an_external_link(tmp_path: Path, office: Office) -> None:
    from docx import Document as Docx

    path = layout(tmp_path / "doc_templates", "{{ title }}", "{{ story }}")
    docx = Docx(str(path))
    image = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/image"
    docx.part.relate_to("http://127.0.0.1:9/track.png", image, is_external=True)
    docx.save(str(path))
    found = list(find_breaches(find([plugin(tmp_path)])["small-note"], office))
    assert len(found) == 1 and "外部" in found[0]


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        ('answers.get("story", "").replace', '"".replace', "内容"),
        ("<text>{title}", "<text>{perf_counter_ns()}{title}", "两次生成的svg文件不同"),
    ],
    ids=["answer left out", "never the same twice"],
)
def test_the_contract_catches_a_careless_renderer(
    tmp_path: Path, office: Office, before: str, after: str, words: str
) -> None:
    found = list(find_breaches(find([plugin(tmp_path, drawn(PICTURE.replace(before, after)))])["small-note"], office))
    assert any(words in breach for breach in found), found


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ('{"sizes": "、".join(answers.get("sizes", []))}', None),
        ('{"sizes": "", "colour": "红"}', "版式文件large.docx没有使用的名称：colour"),
        ("{}", "版式文件large.docx使用了context没有给出的名称：sizes"),
        ('{"sizes": ""}', "没有印到文书上"),
    ],
    ids=["sound", "one too many", "one too few", "answer left out"],
)
def test_the_contract_holds_what_a_layout_adds(tmp_path: Path, office: Office, more: str, words: str | None) -> None:
    layout(tmp_path / "doc_templates", "大：{{ title }}", "{{ story }}", "{{ sizes }}", name="large.docx")
    found = list(find_breaches(find([plugin(tmp_path, adding_to(more))])["small-note"], office))
    assert found == [] if words is None else any(words in breach for breach in found), found


SEPERATION = "的law.seperation中，没有名为seperation的内容，是不是separation。"
WHOLE = "的law不能整个使用，请写明其中一项，例如{{ law.information }}。"


@pytest.mark.parametrize(
    ("written", "words"),
    [
        ("依照{{ law.separation }}{{ law.review.place }}", None),
        ("依照{{ law.seperation }}", "的law.seperation中，没有名为seperation的内容，是不是separation。"),
        ("依照{{ law.separation.plase }}", "的law.separation.plase中，没有名为plase的内容，是不是place。"),
        ('依照{{ law["separation"]["place"] }}{{ law["review"].place }}', None),
        ('依照{{ law["seperation"] }}', "的law.seperation中，没有名为seperation的内容，是不是separation。"),
        ("{{ law.seperation }}{{ law.seperation.place }}{{ law.seperation.short }}", SEPERATION),
        ("{% for key in law %}\n{{ key }}\n{% endfor %}", WHOLE),
        ("{% for key in law.items() %}\n甲\n{% endfor %}", "的law.items中，没有名为items的内容。"),
        ("{{ law[story] }}", WHOLE),
        ("{% if law %}\n甲\n{% endif %}", WHOLE),
        ("{{ law|length }}", WHOLE),
    ],
    ids=[
        "known",
        "unknown rule",
        "unknown form",
        "known by subscript",
        "unknown by subscript",
        "told once",
        "a loop over all",
        "a loop over a method",
        "a key of the answers",
        "a condition",
        "a filter",
    ],
)
def test_names_agree_to_their_parts_also_behind_a_condition(
    tmp_path: Path, office: Office, written: str, words: str | None
) -> None:
    layout(tmp_path / "doc_templates", "{{ title }}", "{% for one in paragraphs %}{{ one.text }}{% endfor %}")
    wording(tmp_path / "doc_templates" / "wording", f"{{{{ story }}}}\n{{% if never %}}\n{written}\n{{% endif %}}\n")
    context = CONTEXT.replace("{", '{"law": office.today_law.citations, "never": False, ', 1)
    code = source(context=context, wording='"small.txt"')
    found = list(names_agree(find([plugin(tmp_path, code)])["small-note"], office))
    assert found == ([] if words is None else [f"措辞文件small.txt{words}"])


def test_a_part_of_a_layout_is_held_against_its_name_too(tmp_path: Path, office: Office) -> None:
    layout(tmp_path / "doc_templates", "{{ title }}，{{ law.seperation }}", "{{ story }}")
    code = source(context=CONTEXT.replace("{", '{"law": office.today_law.citations, ', 1))
    (found,) = names_agree(find([plugin(tmp_path, code)])["small-note"], office)
    assert found.startswith("版式文件small.docx的law.seperation中，没有名为seperation的内容")
