"""Joins PDFs into one file while it is sent: one of them is held in memory, and nothing of those before but where it lies.

A library that joins files holds all their objects until it writes (a fifth of a megabyte for each letter). Here pikepdf
reads each file and spells its objects; they get new numbers, and are written one after the other. Page tree, bookmarks
and the table of objects follow at the end. What is not needed for printing, tags above all, is left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from io import BytesIO

from pikepdf import Dictionary, Name, Object, Pdf, Stream

from gipdocs.pdf.finishing.finish import ARCHIVAL, LANGUAGE
from gipdocs.pdf.output import Output

REFERENCE = re.compile(rb"\((?:\\.|[^\\)])*\)|<[0-9A-Fa-f]*>|\b(\d+) (\d+) R\b", re.DOTALL)
"""A reference to an object, or a string, in which something may only look like one; qpdf escapes brackets in strings."""
OF_TREE = ("/Parent", "/StructParents", "/Tabs")
"""What ties a page to the tree and to the tags of its file."""
INHERITED = ("/Resources", "/MediaBox", "/CropBox", "/Rotate")


@dataclass(frozen=True, kw_only=True)
class Joined:
    """One of the files that were joined: its title, the number of its first page's object, how many pages it has now."""

    title: str
    page: int
    node: int
    pages: int


def join(files: Iterable[tuple[str, bytes]], *, title: str, duplex: bool = False) -> Iterator[bytes]:
    """One PDF of several, each with its title as a bookmark and its pages numbered from 1, piece by piece.

    With `duplex`, a file with an odd number of pages is followed by an empty one, so that each begins on a new sheet.
    The same files give the same bytes. It is PDF/A-2b if all of them have a colour profile for output, as ours have.
    """
    out, digest = Output(), sha256(title.encode())
    yield out.take()
    root, joined, intents, archival = out.reserve(), list[Joined](), b"", True
    for name, content in files:
        digest.update(content)
        with Pdf.open(BytesIO(content)) as pdf:
            copying = _Copying(pdf, out)
            own = pdf.Root.get(Name.OutputIntents)
            archival = archival and own is not None
            if own is not None and not intents:
                intents = copying.spell(own)
            joined.append(_copy_pages(copying, name, root, duplex=duplex))
            copying.finish()
        yield out.take()
    _write_tree(out, root, joined)
    catalog = _write_catalog(out, root, joined, intents if archival else b"", title=title, duplex=duplex)
    out.end(catalog, digest.hexdigest()[:32].encode())
    yield out.take()


@dataclass
class _Copying:
    """Copies objects of a file, with everything that they refer to, under new numbers."""

    pdf: Pdf
    out: Output
    numbers: dict[tuple[int, int], int] = field(default_factory=dict)
    waiting: list[tuple[int, int]] = field(default_factory=list)

    def spell(self, thing: Object) -> bytes:
        """An object as PDF spells it; what it refers to is copied by `finish`."""
        return self._renumber(thing.unparse(resolved=True))

    def finish(self) -> None:
        """Copy what has been referred to and isn't copied yet."""
        while self.waiting:
            old = self.waiting.pop()
            thing = self.pdf.get_object(*old)
            if isinstance(thing, Stream):
                data = thing.read_raw_bytes()
                thing.stream_dict[Name.Length] = len(data)
                self.out.write(self.numbers[old], self._renumber(thing.stream_dict.unparse(resolved=True)), data)
            else:
                self.out.write(self.numbers[old], b"null" if thing is None else self.spell(thing))

    def _renumber(self, spelled: bytes) -> bytes:
        return REFERENCE.sub(lambda found: self._refer(found) if found[1] else found[0], spelled)

    def _refer(self, found: re.Match[bytes]) -> bytes:
        old = (int(found[1]), int(found[2]))
        if old not in self.numbers:
            self.numbers[old] = self.out.reserve()
            self.waiting.append(old)
        return b"%d 0 R" % self.numbers[old]


def _copy_pages(copying: _Copying, title: str, root: int, *, duplex: bool) -> Joined:
    """Copy the pages of a file, and write the node of the tree that holds them."""
    out, pages = copying.out, [page.obj for page in copying.pdf.pages]
    node, kids = out.reserve(), [out.reserve() for _ in pages]
    copying.numbers |= {page.objgen: number for page, number in zip(pages, kids, strict=True)}
    parent = b"<< /Parent %d 0 R " % node
    for page, number in zip(pages, kids, strict=True):
        plain = _without_tree(page)
        out.write(number, parent + copying.spell(plain).removeprefix(b"<<"))
    if duplex and len(pages) % 2:
        box = copying.spell(_without_tree(pages[-1])[Name.MediaBox])
        kids.append(out.add(parent + b"/Type /Page /MediaBox %b /Resources << >> >>" % box))
    told = b" ".join(b"%d 0 R" % kid for kid in kids)
    out.write(node, b"<< /Type /Pages /Parent %d 0 R /Count %d /Kids [%b] >>" % (root, len(kids), told))
    return Joined(title=title, page=kids[0], node=node, pages=len(kids))


def _without_tree(page: Object) -> Object:
    """A page that stands for itself: with what it has from the nodes above it, and without them."""
    plain = {key: value for key, value in page.items() if key not in OF_TREE}
    for key in INHERITED:
        if key not in plain and (value := _inherited(page, key)) is not None:
            plain[key] = value
    return Dictionary(plain)


def _inherited(page: Object, key: str) -> Object | None:
    above: Object | None = page
    while above is not None and key not in above:
        above = above.get(Name.Parent)
    return None if above is None else above[key]


def _write_tree(out: Output, root: int, joined: list[Joined]) -> None:
    kids = b" ".join(b"%d 0 R" % one.node for one in joined)
    count = sum(one.pages for one in joined)
    out.write(root, b"<< /Type /Pages /Count %d /Kids [%b] >>" % (count, kids))


def _write_catalog(out: Output, root: int, joined: list[Joined], intents: bytes, *, title: str, duplex: bool) -> int:
    described = _describe(title, archival=bool(intents))
    metadata = out.add(b"<< /Type /Metadata /Subtype /XML /Length %d >>" % len(described), described)
    sides = b" /Duplex /DuplexFlipLongEdge" if duplex else b""
    entries = (
        b"/Type /Catalog /PageMode /UseOutlines",
        b"/Pages %d 0 R /Outlines %d 0 R /Metadata %d 0 R" % (root, _write_bookmarks(out, joined), metadata),
        b"/PageLabels << /Nums [%b] >>" % _labels(joined),
        b"/Lang (%b)" % LANGUAGE.encode(),
        b"/ViewerPreferences << /DisplayDocTitle true%b >>" % sides,
        b"/OutputIntents %b" % intents if intents else b"",
    )
    return out.add(b"<< %b >>" % b" ".join(entries))


def _write_bookmarks(out: Output, joined: list[Joined]) -> int:
    root, numbers = out.reserve(), [out.reserve() for _ in joined]
    for place, (one, number) in enumerate(zip(joined, numbers, strict=True)):
        before = b" /Prev %d 0 R" % numbers[place - 1] if place else b""
        after = b" /Next %d 0 R" % numbers[place + 1] if place + 1 < len(numbers) else b""
        text = b"<feff%b>" % one.title.encode("utf-16-be", "replace").hex().encode()
        told = b"/Title %b /Parent %d 0 R /Dest [%d 0 R /Fit]" % (text, root, one.page)
        out.write(number, b"<< %b%b%b >>" % (told, before, after))
    ends = b"/First %d 0 R /Last %d 0 R " % (numbers[0], numbers[-1]) if numbers else b""
    out.write(root, b"<< /Type /Outlines %b/Count %d >>" % (ends, len(numbers)))
    return root


def _labels(joined: list[Joined]) -> bytes:
    """Where in the file the pages of each letter begin, from which they are numbered anew."""
    starts, page = list[bytes](), 0
    for one in joined:
        starts.append(b"%d << /S /D >>" % page)
        page += one.pages
    return b" ".join(starts)


def _describe(title: str, *, archival: bool) -> bytes:
    """The file's metadata: its title, and the standard that it keeps, if any."""
    with Pdf.new() as blank:
        with blank.open_metadata(set_pikepdf_as_editor=False, update_docinfo=False) as metadata:
            for key, value in {"dc:title": title, **(ARCHIVAL if archival else {})}.items():
                metadata[key] = value
        return blank.Root.Metadata.read_bytes()
