"""Several PDFs become one for the print shop: every page, in order, on new sheets if wanted, and fit for an archive."""

from __future__ import annotations

import tracemalloc
from collections.abc import Callable
from io import BytesIO

import pytest
from pikepdf import Name, Page, Pdf, pdfa

from gipdocs.pdf.joining import join
from tests.pdf.plain_sheets import A5, TRICKY, sheet, texts_of


def joined(*files: tuple[str, bytes], duplex: bool = False) -> bytes:
    return b"".join(join(files, title="批量文书", duplex=duplex))


def test_every_page_is_there_in_its_order() -> None:
    content = joined(("甲", sheet("one", "two")), ("乙", sheet("three")), ("丙", sheet("four", inherited=True)))
    assert texts_of(content) == ["one", "two", "three", "four"]
    with Pdf.open(BytesIO(content)) as pdf:
        assert pdf.check_pdf_syntax() == []
        assert {tuple(map(int, page.mediabox)) for page in pdf.pages} == {A5}
        assert all(Name.StructParents not in page.obj for page in pdf.pages)


def test_each_letter_has_a_bookmark_and_pages_of_its_own_numbers() -> None:
    content = joined(("0001_张晓彤", sheet("one", "two")), ("0002_𠮷", sheet("three")))
    with Pdf.open(BytesIO(content)) as pdf, pdf.open_outline() as outline:
        assert [one.title for one in outline.root] == ["0001_张晓彤", "0002_𠮷"]
        assert [Page(one.destination[0]).index for one in outline.root] == [0, 2]
        assert [page.label for page in pdf.pages] == ["1", "2", "1"]
        assert str(pdf.open_metadata()["dc:title"]) == "批量文书"


def test_for_both_sides_each_letter_begins_on_a_new_sheet_of_its_size() -> None:
    large = (0, 0, 842, 1191)
    files = (("甲", sheet("one", box=large)), ("乙", sheet("two", "three")), ("丙", sheet("four")))
    content = joined(*files, duplex=True)
    assert texts_of(content) == ["one", "", "two", "three", "four", ""]
    with Pdf.open(BytesIO(content)) as pdf:
        assert [tuple(map(int, page.mediabox)) for page in pdf.pages] == [large, large, A5, A5, A5, A5]
        assert pdf.Root.ViewerPreferences.Duplex == Name.DuplexFlipLongEdge


def test_what_only_looks_like_a_reference_stays_as_it_is() -> None:
    with Pdf.open(BytesIO(joined(("甲", sheet("one")), ("乙", sheet("two"))))) as pdf:
        assert [str(page.obj.Annots[0].Contents) for page in pdf.pages] == [TRICKY, TRICKY]


def test_the_same_files_give_the_same_bytes_and_others_another_id() -> None:
    one, two = ("甲", sheet("one")), ("乙", sheet("two"))
    assert joined(one, two) == joined(one, two)
    ids = []
    for content in (joined(one), joined(two)):
        with Pdf.open(BytesIO(content)) as pdf:
            ids.append(bytes(pdf.trailer.ID[0]))
    assert ids[0] != ids[1]


def test_files_without_a_profile_of_colours_are_joined_without_a_claim() -> None:
    with Pdf.open(BytesIO(joined(("甲", sheet("one"))))) as pdf:
        assert Name.OutputIntents not in pdf.Root and "pdfaid:part" not in pdf.open_metadata()


@pytest.mark.converter
@pytest.mark.parametrize("duplex", [False, True])
def test_letters_that_are_fit_for_an_archive_stay_so(printed: Callable[[str], bytes], duplex: bool) -> None:
    letters = [(id, printed(id)) for id in ("receipt", "reply-granted")]
    content = joined(*letters, duplex=duplex)
    assert list(pdfa.validate_written(BytesIO(content), pdfa.Flavour("2b")).findings) == []
    expected = [text for _, letter in letters for text in texts_of(letter)]
    assert [text for text in texts_of(content) if text] == expected


@pytest.mark.slow
def test_a_thousand_letters_need_the_memory_of_one() -> None:
    letter = sheet(*"abc")
    files = ((f"{number:04}", letter) for number in range(1000))
    tracemalloc.start()
    size = sum(map(len, join(files, title="x")))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert size > 1_000_000 and peak < 4 * 1024 * 1024
