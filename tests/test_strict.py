"""JSON and TOML of strangers: read within bounds, refused in Chinese with the place."""

from __future__ import annotations

import pytest

from gipdocs.strictjson import DEEPEST, MOST_VALUES, NotJson, read_json
from gipdocs.stricttoml import LARGEST, MOST_DOTS, MOST_PARTS, NotToml, read_toml


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('{"a": 1', "第1行第8个字符"),
        ('{\n"a" 1}', "第2行第5个字符"),
        ('{"a": 1, "a": 2}', "重复的名称"),
        ("[NaN]", "NaN"),
        (f"[{'1' * 5000}]", "过长的数字"),
        ("[" * 100_000, "嵌套"),
        ("[" * (DEEPEST + 1) + "]" * (DEEPEST + 1), "嵌套"),
        (f"[{'1,' * MOST_VALUES}1]", f"超过{MOST_VALUES}项"),
        ("", "^没有内容$"),
        (" \n", "^没有内容$"),
    ],
    ids=["cut", "colon", "twice", "nan", "number", "deep", "rather deep", "many", "empty", "blank"],
)
def test_json_that_is_refused_says_why(text: str, words: str) -> None:
    with pytest.raises(NotJson, match=words):
        read_json(text)
    with pytest.raises(NotJson, match=words):
        read_json(text.encode())


def test_json_in_another_encoding_is_refused() -> None:
    with pytest.raises(NotJson, match="第2行的文字编码不是UTF-8"):
        read_json('{\n"a": "甲"}'.encode("gb18030"))


def test_what_is_no_text_is_not_called_another_encoding() -> None:
    for data in (b"\x00\x01\x02\x03", b'{"a": 1}\x00', b"\x7fELF\x02\x01\x01\x00"):
        with pytest.raises(NotJson, match=r"^内容不是文字$"):
            read_json(data)


def test_json_up_to_the_limits_is_read() -> None:
    assert len(read_json(f"[{'1,' * (MOST_VALUES - 2)}1]")) == MOST_VALUES - 1
    assert read_json("[" * DEEPEST + "]" * DEEPEST)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a = \nb = 1", "第1行第5个字符"),
        ("a = 1\nb", "文件末尾"),
        ('a = "', "文件末尾"),
        (f"a = {'1' * 5000}", "过长的数字"),
        ("a = 1\n" + "b." * MOST_PARTS + "c = 1", "第2行有"),
        ('"a b".' * MOST_PARTS + "c = 1", "第1行有"),
        ("[" + "b." * MOST_PARTS + "c]", "第1行有"),
        ("".join(f"a{n}.b.c = 1\n" for n in range(MOST_DOTS // 2 + 1)), f"超过{MOST_DOTS}个"),
        ("a = " + "[" * 10_000, "嵌套过深"),
        ("a = " + "[" * 120 + "]" * 120, "嵌套过深"),
        ("a = " + "{a=" * 60 + "1" + "}" * 60 + "\n[b." + "b." * 60 + "b]\nc." + "c." * 60 + "c = 1", "嵌套过深"),
        (f'a = "{"x" * LARGEST}"', "256KB"),
    ],
    ids=[
        *("value", "end", "text", "number", "key", "quoted key", "header", "keys", "deep", "rather deep"),
        *("deep by header and key", "large"),
    ],
)
def test_toml_that_is_refused_says_why_and_never_in_english(text: str, words: str) -> None:
    with pytest.raises(NotToml, match=words) as caught:
        read_toml(text.encode())
    assert not {"recursion", "depth", "Expected", "Invalid", "at"} & set(str(caught.value).split())


def test_toml_in_another_encoding_is_refused() -> None:
    with pytest.raises(NotToml, match="UTF-8"):
        read_toml('a = "甲"'.encode("gb18030"))


def test_a_row_of_dots_and_many_short_keys_are_read() -> None:
    text = f'目录 = "第一章{"." * 500}1"\n'.replace("目录", "contents")
    assert read_toml(text.encode())["contents"].count(".") == 500
    assert len(read_toml("".join(f"a{n} = 1.5\n" for n in range(5000)).encode())) == 5000
