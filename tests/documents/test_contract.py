"""Every document keeps the contract, and the contract catches a document that doesn't."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from gipdocs.documents.contract import (
    OBLIGATIONS,
    breaches,
    facts_are_not_typed,
    facts_are_the_offices,
    hostile_text_survives,
    names_agree,
)
from gipdocs.documents.registry import find
from gipdocs.law import Office
from gipdocs.settings import PROJECT

from .makers import DRAWN, PLUGIN, layout, plugin, wording
from .test_build import ADDING

pytestmark = pytest.mark.slow

IDS = list(find([PROJECT / "plugins"]))


@pytest.mark.contract
@pytest.mark.parametrize("id", IDS)
@pytest.mark.parametrize("obligation", OBLIGATIONS, ids=lambda obligation: obligation.__name__)
def test_a_document_keeps_its_obligation(service, office: Office, id: str, obligation: Callable[..., object]) -> None:  # type: ignore[no-untyped-def]
    assert list(obligation(service.registry[id], office)) == []  # type: ignore[call-overload]


@pytest.mark.parametrize("source", [PLUGIN, DRAWN], ids=["of a layout", "with a format of its own"])
def test_a_sound_document_has_no_breach(tmp_path: Path, office: Office, source: str) -> None:
    assert list(breaches(find([plugin(tmp_path, source)])["small-note"], office)) == []


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        ('{"title"', '{"unused": "甲", "title"', "都没有使用的名称：unused"),
        ('"story": answers.get("story", "")', "", "没有给出的名称：story"),
        ('Text("标题"', 'Text(" "', "没有label"),
        (', example="一则通知"', "", "没有example"),
        ('example="一则通知"', 'example="两行\\n通知"', "只能写一行"),
        ('answers["title"]', '"固定的标题"', "标题"),
        ('help="写清楚"', "on_file=True", "留存备查的内容印到了文书上"),
        ('answers.get("story", "")', 'answers.get("story", "")[:5]', "内容"),
        ('answers.get("story", "")', 'answers["story"]', "story"),
        ('answers.get("story", "")', 'answers.get("story", "").replace("&", "和")', "内容"),
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
def test_the_contract_catches(tmp_path: Path, office: Office, before: str, after: str, words: str) -> None:
    assert before in PLUGIN
    entry = find([plugin(tmp_path, PLUGIN.replace(before, after))])["small-note"]
    found = list(breaches(entry, office))
    assert any(words in breach for breach in found), found


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        ("写清楚", "写清楚，例如聊城市", "填写项/story写了“聊城市”，应当取自机关概况的agency.region"),
        ("小通知", "小通知0999-7654321", "文书声明写了“0999-7654321”"),
        ("写清楚", "不明白的请写信到ask@example.cn", "填写项/story写了“ask@example.cn”"),
        ('answers["title"]', 'answers["title"] + "　时间：9:00-11:30"', "文书印出“9:00-11:30”"),
        ('answers["title"]', 'answers["title"] + "　地点：某市长安街99号"', "文书印出“长安街99号”"),
    ],
    ids=["region", "telephone", "mail", "hours in the plugin", "address in the plugin"],
)
def test_the_contract_catches_a_fact_of_the_office_that_was_typed(
    tmp_path: Path, office: Office, before: str, after: str, words: str
) -> None:
    entry = find([plugin(tmp_path, PLUGIN.replace(before, after))])["small-note"]
    found = list(breaches(entry, office))
    assert len(found) == 1 and words in found[0], found


def test_the_contract_catches_a_fact_that_was_typed_into_a_layout_or_a_wording(tmp_path: Path, office: Office) -> None:
    layout(tmp_path / "doc_templates", "电话：0635-6068810", "{{ title }}{# 0999-1234567 #}", "{{ paragraphs }}")
    wording(
        tmp_path / "doc_templates" / "wording", "{{ story }}，{# 聊城市 #}时间8:30-12:00，网址http://example.cn/。\n"
    )
    source = PLUGIN.replace('template="small.docx"', 'template="small.docx", wording="small.txt"')
    found = "\n".join(facts_are_not_typed(find([plugin(tmp_path, source)])["small-note"], office))
    assert "版式文件small.docx写了“0635-6068810”，应当取自机关概况的office.phone" in found
    assert "措辞文件small.txt写了“8:30-12:00”，应当取自机关概况的office.hours" in found
    assert "措辞文件small.txt写了“http://example.cn/”" in found
    assert "0999" not in found and "聊城市" not in found


def test_what_was_answered_or_is_the_offices_may_be_printed(tmp_path: Path, office: Office) -> None:
    source = PLUGIN.replace('example="一则通知"', 'example="到长安街99号，电话0999-7654321"')
    source = source.replace('answers["title"]', 'answers["title"] + "　电话：" + office.profile.office.phone')
    assert list(facts_are_the_offices(find([plugin(tmp_path, source)])["small-note"], office)) == []


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
    found = list(breaches(find([plugin(tmp_path)])["small-note"], office))
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
    found = list(breaches(find([plugin(tmp_path, DRAWN.replace(before, after))])["small-note"], office))
    assert any(words in breach for breach in found), found


@pytest.mark.parametrize(
    ("after", "words"),
    [
        ('{"sizes": "、".join(answers.get("sizes", []))}', None),
        ('{"sizes": "", "colour": "红"}', "版式文件large.docx和措辞文件都没有使用的名称：colour"),
        ("{}", "版式文件large.docx或者措辞文件使用了context没有给出的名称：sizes"),
        ('{"sizes": ""}', "没有印到文书上"),
    ],
    ids=["sound", "one too many", "one too few", "answer left out"],
)
def test_the_contract_holds_what_a_layout_adds(tmp_path: Path, office: Office, after: str, words: str | None) -> None:
    before = '{"sizes": "、".join(answers.get("sizes", []))}'
    assert before in ADDING
    layout(tmp_path / "doc_templates", "大：{{ title }}", "{{ story }}", "{{ sizes }}", name="large.docx")
    found = list(breaches(find([plugin(tmp_path, ADDING.replace(before, after))])["small-note"], office))
    assert found == [] if words is None else any(words in breach for breach in found), found


@pytest.mark.parametrize(
    ("written", "words"),
    [
        ("依照{{ law.separation }}{{ law.review.place }}", None),
        ("依照{{ law.seperation }}", "的law.seperation中，没有名为seperation的内容，是不是separation。"),
        ("依照{{ law.separation.plase }}", "的law.separation.plase中，没有名为plase的内容，是不是place。"),
    ],
    ids=["known", "unknown rule", "unknown form"],
)
def test_names_agree_to_their_parts_also_behind_a_condition(
    tmp_path: Path, office: Office, written: str, words: str | None
) -> None:
    layout(tmp_path / "doc_templates", "{{ title }}", "{% for one in paragraphs %}{{ one.text }}{% endfor %}")
    wording(tmp_path / "doc_templates" / "wording", f"{{{{ story }}}}\n{{% if never %}}\n{written}\n{{% endif %}}\n")
    source = PLUGIN.replace('"title": answers', '"law": office.today_law.citations, "never": False, "title": answers')
    source = source.replace('template="small.docx"', 'template="small.docx", wording="small.txt"')
    found = list(names_agree(find([plugin(tmp_path, source)])["small-note"], office))
    assert found == ([] if words is None else [f"措辞文件small.txt{words}"])


def test_a_part_of_a_layout_is_held_against_its_name_too(tmp_path: Path, office: Office) -> None:
    layout(tmp_path / "doc_templates", "{{ title }}，{{ law.seperation }}", "{{ story }}")
    source = PLUGIN.replace('"title": answers', '"law": office.today_law.citations, "title": answers')
    (found,) = names_agree(find([plugin(tmp_path, source)])["small-note"], office)
    assert found.startswith("版式文件small.docx的law.seperation中，没有名为seperation的内容")
