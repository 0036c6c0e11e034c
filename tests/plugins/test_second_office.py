"""Another office's profile makes every document its own: no word of the sample office is left anywhere."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from io import BytesIO

import pytest

from gipdocs.documents.contract import facts_are_not_typed, facts_are_the_offices
from gipdocs.documents.registry import find
from gipdocs.profile import load_profile
from gipdocs.service import Service, open_service
from gipdocs.settings import PROJECT, Settings
from tests.offices import COUNTY, TODAY

pytestmark = pytest.mark.slow

OF_THE_SAMPLE_OFFICE = re.compile(r"聊城|聊机|聊事|山东|东昌|花园|0635|(?<!\d)252000(?!\d)|liaocheng|鲁政办")
IDS = list(find([PROJECT / "plugins"]))


@pytest.fixture(scope="module")
def neighbour() -> Service:
    return open_service(replace(Settings(), agency=COUNTY))


def texts(docx: bytes) -> Iterator[tuple[str, str]]:
    """Everything that is written in the file, part by part, its properties too."""
    with zipfile.ZipFile(BytesIO(docx)) as archive:
        for name in archive.namelist():
            if name.endswith((".xml", ".rels")):
                yield name, archive.read(name).decode()


def test_the_search_knows_the_sample_office() -> None:
    facts = load_profile(PROJECT / "agency.toml").facts
    names = [text for text, key in facts.items() if key.rpartition(".")[2] in ("name", "address", "phone", "fax")]
    assert len(names) > 20 and [name for name in names if not OF_THE_SAMPLE_OFFICE.search(name)] == []
    assert not OF_THE_SAMPLE_OFFICE.search(COUNTY.read_text(encoding="utf-8"))


@pytest.mark.parametrize("id", IDS)
def test_the_sample_of_another_office_builds_without_a_finding_and_without_a_word_of_the_first(
    neighbour: Service, id: str
) -> None:
    built = neighbour.build(id, neighbour.sample(id), "docx", today=TODAY)
    assert built.findings == ()
    found = {name: OF_THE_SAMPLE_OFFICE.findall(text) for name, text in texts(built.content)}
    assert {name: words for name, words in found.items() if words} == {}


@pytest.mark.parametrize("id", IDS)
def test_every_fact_in_it_is_the_other_offices(neighbour: Service, id: str) -> None:
    entry, office = neighbour.registry[id], neighbour.office(TODAY)
    assert [*facts_are_not_typed(entry, office), *facts_are_the_offices(entry, office)] == []


def test_letters_name_its_own_government_court_and_telephone(neighbour: Service) -> None:
    letter = neighbour.build("reply-granted", neighbour.sample("reply-granted"), "html", today=TODAY).content.decode()
    assert "向云岭县人民政府申请行政复议" in letter and "向临江铁路运输法院提起行政诉讼" in letter
    assert "0999-2234567" in letter and "云水公开〔2026〕12号" in letter


def test_the_form_offers_its_own_channels(neighbour: Service) -> None:
    form = neighbour.build("application-form", {}, "html", today=TODAY).content.decode()
    assert "slj@yunling.example.cn" in form and "网上提交：" not in form and "传真：" not in form
