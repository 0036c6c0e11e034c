"""The profile is read strictly, and every fault is reported at once with its key."""

from __future__ import annotations

import json
import os
import struct
import zipfile
import zlib
from collections.abc import Iterator
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis.strategies import from_regex
from lxml import etree
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from gipdocs.cli import main
from gipdocs.errors import ProfileError
from gipdocs.health import find_ailments
from gipdocs.ooxml import EMU
from gipdocs.profile import ReportChoices, load_profile
from gipdocs.profile.kinds import URL, USUAL_URL, WebAddress
from gipdocs.profile.questions import ProfileQuestions
from gipdocs.questions import Block, Question, Questions
from gipdocs.service import open_service
from gipdocs.settings import PROJECT, Settings
from tests.offices import COUNTY

SEALS = PROJECT / "tests" / "data" / "seal"
SAMPLE = (PROJECT / "agency.toml").read_text(encoding="utf-8")


def faults(tmp_path: Path, text: str) -> str:
    path = tmp_path / "agency.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ProfileError) as caught:
        load_profile(path)
    return str(caught.value)


def test_the_sample_profile_holds_what_letters_need() -> None:
    profile = load_profile(PROJECT / "agency.toml")
    assert (profile.name, profile.government) == ("聊城市机关事务管理局", "聊城市人民政府")
    assert profile.court.hours[1].periods == ("8:30-12:00", "13:30-17:30")
    assert profile.channels["online"].open and not profile.channels["fax"].open
    assert profile.document_code_is_sample


@pytest.mark.parametrize(
    ("before", "after", "key"),
    [
        ('short_name = "', 'shrot_name = "', "agency.shrot_name"),
        ('short_name = "', 'shrot_name = "', "agency.short_name"),
        ('postcode = "252000"', 'postcode = "2520"', "office.postcode"),
        ('hours = "court"', 'hours = "nowhere"', "court.hours"),
        ('"8:30-12:00"', '"8.30-12"', "hours.standard.seasons.0.periods.0"),
        ('"8:30-12:00"', '"18:00-8:00"', "hours.standard.seasons.0.periods.0"),
        ("[channels.mail]\nopen = true", "[channels.mail]\nopen = false", "channels.mail"),
        ("[channels.mail]\nopen = true", "[channels.mail]\nopen = 1", "channels.mail.open"),
        ("[channels.fax]\nopen = false", "[channels.pigeon]\nopen = false", "channels.pigeon"),
        ('url = "http://jgsw', 'url = "jgsw', "sites.own.url"),
        ("diameter_mm = 42", "diameter_mm = 420", "seal.diameter_mm"),
        ("diameter_mm = 42", 'diameter_mm = 42\npicture = "seal.png"', "seal.picture"),
        ("correction_working_days = 15", "correction_working_days = 1.5", "settings.correction_working_days"),
        ('name = "聊城市东昌府区人民法院"', 'name = " "', "court.name"),
        ("[court]", "[kourt]", "court"),
        ('name = "规划计划"\n', "", "guide.scope.2.name"),
        ('revised = "2026-01-05"', 'revised = "2026年1月5日"', "guide.revised"),
        ('from = "05-01"', 'from = "02-30"', "hours.standard.seasons.0.from"),
        ('to = "09-30"', 'until = "09-30"', "hours.standard.seasons.0.until"),
        ('periods = ["8:30-12:00", "14:30-18:00"]', "periods = []", "hours.standard.seasons.0.periods"),
        ("[sites.own]", '[sites.own]\nhours = "nowhere"', "sites.own.hours"),
        ("[sites.own]", '[sites." "]\nname = "某网站"\n[sites.own]', "sites. "),
        ('url = "http://www.liaocheng.gov.cn/channel_lc_lcsrmzfysqgk6896/"\n', "", "channels.online.url"),
        ("[channels.email]\nopen = false", "[channels.email]\nopen = true\n[channels.email.x]", "channels.email.x"),
        ('email = "zwgk@lc.shandong.cn"', 'email = "zwgk"', "supervisor.email"),
        ('phone = "0635-8939999"', 'phone = "无"', "court.phone"),
        ("[fee]", "[[fee]]", "fee"),
        ('layout = "letter"', 'layout = "poster"', "settings.layout"),
    ],
)
def test_a_fault_names_its_key(tmp_path: Path, before: str, after: str, key: str) -> None:
    assert before in SAMPLE
    assert f"  {key}：" in faults(tmp_path, SAMPLE.replace(before, after, 1))


@pytest.mark.parametrize("period", ["18:00-8:00", "8:30-8:30", "10:00-9:59"])
def test_a_period_of_the_day_ends_after_it_has_begun(tmp_path: Path, period: str) -> None:
    told = faults(tmp_path, SAMPLE.replace("8:30-12:00", period, 1))
    assert told.endswith("periods.0：“每日时段”：结束的时间应在开始的时间之后，请核对。")


def test_a_key_that_nobody_asks_for_is_told_what_may_be_written_there(tmp_path: Path) -> None:
    text = SAMPLE.replace("[channels.fax]", "[channels.pigeon]", 1)
    assert "channels.pigeon：没有这一项，请核对名称；这里可以写的是in_person、mail、online、fax、email。" in faults(
        tmp_path, text
    )
    text = SAMPLE.replace('wechat = "', 'weixin = "', 1).replace("[[media]]", '[[media]]\nnmae = "某栏目"', 1)
    message = faults(tmp_path, text)
    assert "gazette.weixin：没有这一项，请核对名称；这里可以写的是name、url、wechat、free_copies。" in message
    assert "media.0.nmae：没有这一项，请核对名称；这里可以写的是name、address、" in message


def test_the_sample_of_the_questions_is_a_profile_and_each_has_a_label_and_an_example(tmp_path: Path) -> None:
    sample = ProfileQuestions().sample(None, full=True)
    sample["seal"].pop("picture")
    path = tmp_path / "agency.toml"
    path.write_text("\n".join(f"{key} = {inline(part)}" for key, part in sample.items()), encoding="utf-8")
    profile = load_profile(path)
    assert (profile.office.times, profile.imprint.copies) == (
        "8:30-12:00、13:00-17:00（工作日）",
        ("云岭县人民政府办公室",),
    )
    for schema, question in everything(ProfileQuestions()):
        assert question.label and (isinstance(question, Block) or question.example is not None), (schema, question)


def inline(value: Any) -> str:
    """A value as TOML writes it in one line, whose texts are written as in JSON."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key} = {inline(part)}" for key, part in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(inline, value)) + "]"
    return json.dumps(value, ensure_ascii=False)


def everything(questions: Questions) -> Iterator[tuple[str, Question]]:
    """All questions at every depth, each with the name of its group."""
    for _, question in questions.questions():
        yield type(questions).__name__, question
        if isinstance(question, Block):
            yield from everything(question.questions())


def test_a_day_needs_no_quotation_marks(tmp_path: Path) -> None:
    path = tmp_path / "agency.toml"
    path.write_text(SAMPLE.replace('revised = "2026-01-05"', "revised = 2026-01-06"), encoding="utf-8")
    assert load_profile(path).guide_revised == date(2026, 1, 6)


@pytest.mark.converter
def test_what_nobody_sees_of_a_name_is_left_out_and_doctor_tells_of_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "agency.toml"
    text = SAMPLE.replace('name = "聊城市东昌府区人民法院"', 'name = "　聊城市东昌府区人民\u200b法院 "')
    text = text.replace('name = "“聊城发布”微博"', 'name = "2、“聊城发布”微博；"')
    path.write_text(text, encoding="utf-8")
    profile = load_profile(path)
    assert (profile.court.name, profile.media[1].name) == ("聊城市东昌府区人民法院", "2、“聊城发布”微博；")
    assert load_profile(PROJECT / "agency.toml").remarks == ()
    assert main(["doctor", "--agency", str(path)]) == 0
    told = capsys.readouterr().out
    assert "机关概况的court.name：“名称”首尾的空白和字间看不见的字符（U+3000、U+200B、U+0020）已经去掉" in told
    assert "机关概况的media.1.name：“名称”：名称前面不写序号。处理：请删去开头的“2、”。" in told


def test_all_faults_are_reported_at_once(tmp_path: Path) -> None:
    text = SAMPLE.replace('hours = "court"', 'hours = "nowhere"').replace('postcode = "252000"', 'postcode = "2520"')
    message = faults(tmp_path, text)
    assert message.count("postcode") == SAMPLE.count('postcode = "252000"') and "court.hours" in message


def test_a_file_that_is_no_toml_or_is_missing_is_named(tmp_path: Path) -> None:
    assert "agency.toml" in faults(tmp_path, "[agency\nname = 1")
    with pytest.raises(ProfileError, match="nowhere"):
        load_profile(tmp_path / "nowhere.toml")


def test_hours_are_told_with_the_days_of_each_season() -> None:
    profile = load_profile(PROJECT / "agency.toml")
    assert profile.office.times == (
        "8:30-12:00、14:30-18:00（5月1日至9月30日的工作日）；8:30-12:00、14:00-17:30（10月1日至次年4月30日的工作日）"
    )


def test_hours_of_the_whole_year_name_no_days_and_a_body_without_hours_has_none() -> None:
    profile = load_profile(COUNTY)
    assert profile.office.times == "9:00-12:00、13:00-17:00（工作日）" and profile.court.times == ""


def test_facts_are_every_text_of_the_profile_that_documents_print_with_its_key() -> None:
    facts = load_profile(PROJECT / "agency.toml").facts
    assert facts["0635-6068828"] == "office.fax" and facts["13:30-17:30"] == "court.hours"
    assert facts["聊城市机关事务管理局2楼213室"] == "reading_points.1.place"
    assert facts["http://www.liaocheng.gov.cn/channel_lc_lcsrmzfysqgk6896/"] == "channels.online.url"
    assert facts["聊城市机关事务管理局"] == "agency.name" and "" not in facts
    assert "政府信息公开申请接收点" not in facts


def test_a_profile_without_gazette_fax_or_scope_is_a_whole_profile() -> None:
    profile = load_profile(COUNTY)
    assert (profile.gazette, profile.office.fax, profile.guide_scope) == (None, "", ())
    assert [one.name for one in load_profile(PROJECT / "agency.toml").guide_scope][:2] == ["机构职能", "政策法规"]


def drawn(width: int, height: int) -> bytes:
    """A red picture with nothing else in it."""
    out = BytesIO()
    Image.new("RGBA", (width, height), (200, 0, 0, 255)).save(out, "PNG", compress_level=1)
    return out.getvalue()


def animated() -> bytes:
    out = BytesIO()
    frames = [Image.new("RGB", (50, 50), colour) for colour in ("red", "white")]
    frames[0].save(out, "PNG", save_all=True, append_images=frames[1:])
    return out.getvalue()


def noted(text: bytes) -> bytes:
    """A picture with a packed text in it."""
    info = PngInfo()
    info.add(b"zTXt", b"note\0\0" + zlib.compress(text))
    out = BytesIO()
    Image.new("RGB", (50, 50)).save(out, "PNG", pnginfo=info)
    return out.getvalue()


def chunk(name: bytes, data: bytes) -> bytes:
    """One part of a PNG, with the check sum that it should have."""
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


WHOLE = drawn(50, 50)
END = chunk(b"IEND", b"")
HALF = WHOLE[:33] + chunk(b"IDAT", zlib.compress(bytes(50 * 201))[:-20]) + END
"""Its parts are whole, the pixels in them are not."""
MISCOUNTED = WHOLE[:33] + chunk(b"tEXt", b"note\0a")[:-1] + b"?" + WHOLE[33:]
MISPACKED = WHOLE[:-16] + bytes(4) + END
"""One part or the other has a wrong check sum."""


def sealed(folder: Path, picture: bytes | None = None, name: str = "seal.png") -> Path:
    """A profile whose seal is that picture, or what lies there under the name."""
    if picture is not None:
        (folder / name).write_bytes(picture)
    path = folder / "agency.toml"
    path.write_text(SAMPLE.replace("diameter_mm = 42", f'diameter_mm = 42\npicture = "{name}"'), encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("picture", "cause"),
    [
        ((SEALS / "truncated.png").read_bytes(), "损坏"),
        ((SEALS / "badcrc.png").read_bytes(), "损坏"),
        ((SEALS / "head-only.png").read_bytes(), "损坏"),
        (WHOLE[:16], "开头"),
        (WHOLE[:-12], "损坏"),
        (WHOLE[:-4] + b"\0\0\0\0", "损坏"),
        (HALF, "损坏"),
        (MISCOUNTED, "损坏"),
        (MISPACKED, "损坏"),
        (WHOLE[:33] + chunk(b"acTL", bytes(8)) + WHOLE[33:], "损坏"),
        (b"", "不是PNG"),
        (b'<svg xmlns="http://www.w3.org/2000/svg"/>', "不是PNG"),
        (b"\x89PNG\r\n\x1a\n" + b'<svg xmlns="http://www.w3.org/2000/svg"></svg>', "开头"),
        (b"\xff\xd8\xff\xe0" + bytes(100), "不是PNG"),
        (animated(), "动画"),
        (drawn(2500, 2500), "像素"),
        (WHOLE[:16] + b"\x7f\xff\xff\xff" * 2 + WHOLE[24:], "像素"),
        (WHOLE[:16] + bytes(8) + WHOLE[24:], "损坏"),
        (drawn(400, 100), "狭长"),
        (WHOLE + bytes(1 << 20), "1 MB"),
    ],
    ids=lambda value: value if isinstance(value, str) else f"{len(value)} bytes",
)
def test_a_seal_that_no_letter_can_carry_stops_the_start(tmp_path: Path, picture: bytes, cause: str) -> None:
    refuse_seal(tmp_path, picture, cause)


@pytest.mark.slow
def test_a_seal_with_a_bomb_in_it_stops_the_start(tmp_path: Path) -> None:
    refuse_seal(tmp_path, noted(bytes(100_000_000)), "损坏")


def refuse_seal(tmp_path: Path, picture: bytes, cause: str) -> None:
    with pytest.raises(ProfileError, match=rf"  seal\.picture：“seal\.png”.*{cause}.*请"):
        load_profile(sealed(tmp_path, picture))


@pytest.mark.parametrize(
    "name", ["/dev/zero", "pipe", "folder", "nowhere.png", "印" * 100 + ".png", "agency.toml/seal.png"]
)
def test_a_seal_that_is_no_file_stops_the_start_at_once(tmp_path: Path, name: str) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "folder").mkdir()
    with pytest.raises(ProfileError, match=r"  seal\.picture：“.*请"):
        load_profile(sealed(tmp_path, name=name))


def test_doctor_names_the_seal_that_cannot_be_used(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = sealed(tmp_path, (SEALS / "truncated.png").read_bytes())
    assert main(["doctor", "--agency", str(path)]) == 3
    assert "seal.picture：“seal.png”" in capsys.readouterr().err


@pytest.mark.converter
@pytest.mark.parametrize(
    ("width", "height", "across", "down"), [(400, 200, 42.0, 21.0), (200, 400, 21.0, 42.0), (300, 300, 42.0, 42.0)]
)
def test_a_seal_keeps_its_proportions_on_the_letter(
    tmp_path: Path, width: int, height: int, across: float, down: float
) -> None:
    service = open_service(Settings(agency=sealed(tmp_path, drawn(width, height))))
    docx = service.build("receipt", service.sample("receipt")).content
    body = etree.fromstring(zipfile.ZipFile(BytesIO(docx)).read("word/document.xml"))
    [seal] = (one.getparent() for one in body.iter("{*}docPr") if "印章" in one.attrib["descr"])
    assert dict(seal.find("{*}extent").attrib) == {"cx": str(round(across * EMU)), "cy": str(round(down * EMU))}
    told = [one.what for one in find_ailments(service) if "印章" in one.what]
    service.close()
    assert bool(told) == (width != height) and all("21毫米" in what for what in told)


@pytest.mark.parametrize(
    ("key", "before", "after"),
    [
        ("court.name", 'name = "聊城市东昌府区人民法院"', r'name = "法院\u0001"'),
        ("court.name", 'name = "聊城市东昌府区人民法院"', r'name = "法\r院"'),
        ("court.name", 'name = "聊城市东昌府区人民法院"', r'name = "法\u202e院"'),
        ("court.name", 'name = "聊城市东昌府区人民法院"', r'name = "\u200b"'),
        ("agency.name", 'name = "聊城市机关事务管理局"', r'name = "管理\u007f局"'),
        ("agency.name", 'name = "聊城市机关事务管理局"', f'name = "{"局" * 61}"'),
        ("office.name", 'name = "聊城市机关事务管理局办公室"', r'name = "管理局\n办公室"'),
        ("office.name", 'name = "聊城市机关事务管理局办公室"', f'name = "{"局" * 61}"'),
        ("hours.standard.seasons.0.periods.1", '"14:30-18:00"]', r'"14:30-18:00\u0000"]'),
        ("guide.scope.1.content", 'content = "由本市制定', r'content = "\t由本市制定'),
        ("gazette.free_copies.0.address", 'address = "聊城市江北', r'address = "\ufffe聊城市江北'),
        ("media.1.account", 'account = "聊城发布"', r'account = "聊城\u2028发布"'),
        ("fee.payment", 'payment = "凭', r'payment = "\u0085凭'),
        ("imprint.copies.0", "[fee]", '[imprint]\ncopies = ["甲\\u0007局"]\n[fee]'),
        ("hours.U+0001夏令", "[hours.court]", '[hours."\\u0001夏令"]\nseasons = []\n[hours.court]'),
        ("seal.picture", "diameter_mm = 42", 'diameter_mm = 42\npicture = "a\\u0000.png"'),
    ],
)
def test_a_character_that_no_document_can_hold_is_refused_with_its_key(
    tmp_path: Path, key: str, before: str, after: str
) -> None:
    assert before in SAMPLE
    message = faults(tmp_path, SAMPLE.replace(before, after, 1))
    assert message.count(f"  {key}：") == 1 and "有1处" in message and "请" in message


def test_names_are_read_in_the_normal_form_that_answers_have(tmp_path: Path) -> None:
    path = tmp_path / "agency.toml"
    path.write_text(SAMPLE.replace('region = "聊城市"', 'region = "Re\u0301gion\ufa0e"'), encoding="utf-8")
    assert load_profile(path).region == "R\u00e9gion\ufa0e"


@pytest.mark.parametrize(
    ("source", "cause"),
    [
        ("名称 = 一".encode("gb18030"), "第1行不是UTF-8"),
        (b"\xef\xbb\xbf[agency\nname = 1", "第1行第8个字符附近的写法"),
        (b'[agency]\nname = "a', "文件末尾的写法"),
        (b"[agency]\na = 1\na = 2", "写了两次"),
        (b"a = " + b"[" * 5000 + b"]" * 5000, "嵌套过深"),
        (b"#" * 300_000, "超过256KB"),
    ],
    ids=["encoding", "statement", "end", "twice", "depth", "size"],
)
def test_a_file_that_cannot_be_read_says_why_in_chinese(tmp_path: Path, source: bytes, cause: str) -> None:
    path = tmp_path / "agency.toml"
    path.write_bytes(source)
    with pytest.raises(ProfileError, match=cause):
        load_profile(path)


def test_a_profile_that_is_no_ordinary_file_is_refused_at_once(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for path in (Path("/dev/zero"), tmp_path / "pipe", tmp_path):
        with pytest.raises(ProfileError, match="不是普通文件"):
            load_profile(path)


REPORTS = """
[reports]
bodies = ["云岭县财政局", "云岭县城关镇人民政府"]
source = "云政办发〔2025〕54号"
longest_overview = 1000
told = ["website", "zones"]
send_by = "01-26"
"""


def test_the_rules_of_the_place_for_reports_are_all_optional(tmp_path: Path) -> None:
    path = tmp_path / "agency.toml"
    path.write_text(SAMPLE, encoding="utf-8")
    assert load_profile(path).reports == ReportChoices()
    path.write_text(SAMPLE + REPORTS, encoding="utf-8")
    assert load_profile(path).reports == ReportChoices(
        bodies=("云岭县财政局", "云岭县城关镇人民政府"),
        source="云政办发〔2025〕54号",
        longest_overview=1000,
        told=("website", "zones"),
        send_by=(1, 26),
    )


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('"云岭县城关镇人民政府"', '"云岭县财政局"', "reports.bodies.1：“云岭县财政局”已经列过，请删去重复的一行。"),
        ('"zones"', '"pigeons"', "reports.told：“总体情况必须写明的数量”没有这个选项"),
        ("= 1000", "= 10", "reports.longest_overview：“总体情况的最多字数”"),
        ('"01-26"', '"02-30"', "reports.send_by：“报送的最后一日”：没有02-30这一天，请核对。"),
    ],
    ids=["twice", "option", "length", "day"],
)
def test_a_wrong_rule_of_the_place_is_told_with_its_key(tmp_path: Path, old: str, new: str, told: str) -> None:
    assert told in faults(tmp_path, SAMPLE + REPORTS.replace(old, new))


@given(from_regex(USUAL_URL, fullmatch=True))
def test_the_usual_addresses_are_among_those_that_are_accepted(address: str) -> None:
    assert URL(address) == address


@pytest.mark.parametrize(
    "address", ["www.example.gov.cn", "ftp://example.gov.cn/", "https://a b/", "https://-a.gov.cn/", "https://例"]
)
def test_other_addresses_are_looked_at_closely(address: str) -> None:
    assert not USUAL_URL.fullmatch(address) and WebAddress("网址").fault(address)
    assert WebAddress("网址").fault("https://www.example.gov.cn/公开/?a=1") is None
