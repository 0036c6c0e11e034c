"""One LibreOffice process and the only code that speaks UNO with it."""

from __future__ import annotations

import functools
import os
import subprocess
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import uno  # type: ignore[import-not-found]  # comes with the system's Python, has no types
from com.sun.star.beans import PropertyValue  # type: ignore[import-not-found]  # same
from com.sun.star.text.ControlCharacter import PARAGRAPH_BREAK  # type: ignore[import-not-found]  # same

from gipdocs.pdf.worker import sandbox

FILTER = "MS Word 2007 XML"
"""Forced, because LibreOffice would otherwise guess and open HTML or a spreadsheet as well."""

SOURCE = "file:///nowhere/document.docx"
"""Where documents seem to come from: a place that the profile does not trust, so that it follows no link in them.

A stream without an address counts as trusted.
"""

EXPORT = {
    "SelectPdfVersion": 2,
    "PDFUACompliance": True,
    "UseTaggedPDF": True,
    "ExportBookmarks": True,
    "EmbedStandardFonts": True,
    "ReduceImageResolution": False,
    "UseLosslessCompression": True,
    "ExportFormFields": False,
}
"""PDF/A-2b that also claims PDF/UA: A-1 would flatten a transparent seal to an opaque box."""

CURED = ("ParaIsHangingPunctuation", "ParaIsCharacterDistance")
"""Imported inverted, and ignored, by LibreOffice: both move every line of a letter."""


LINE = 28
"""Characters of a full line (GB/T 9704-2012 5.2.3): a shorter paragraph has one."""

STRETCHED = 2
"""com.sun.star.style.ParagraphAdjust.BLOCK as the type of ParaLastLineAdjust has it."""


class StartFailed(Exception):
    """LibreOffice did not come up."""


def properties(values: Mapping[str, object]) -> tuple[Any, ...]:
    """A mapping as UNO's property values."""
    return tuple(PropertyValue(Name=name, Value=value) for name, value in values.items())


class Office:
    """A running soffice with a private profile and pipe inside `folder`; converts one document at a time."""

    def __init__(self, program: str, folder: Path, *, pipe: str, seconds: float) -> None:
        self.pipe = pipe
        self.process = subprocess.Popen(
            [
                program,
                f"-env:UserInstallation={(folder / 'profile').as_uri()}",
                "--headless",
                "--norestore",
                "--nologo",
                "--nodefault",
                "--nolockcheck",
                f"--accept=pipe,name={self.pipe};urp;StarOffice.ComponentContext",
            ],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            preexec_fn=functools.partial(sandbox.die_with_parent, os.getpid()),
        )
        self.context = self._connect(time.monotonic() + seconds)
        self.services = self.context.ServiceManager
        self.desktop = self._service("com.sun.star.frame.Desktop")
        western, asian = (uno.createUnoStruct("com.sun.star.lang.Locale") for _ in range(2))
        western.Language, western.Country = "en", "US"  # in Chinese, numbers and addresses would be broken anywhere
        asian.Language, asian.Country = "zh", "CN"
        self.standard = (
            ("CharLocale", "CharLocaleAsian", "ParaIsCharacterDistance", "ParaIsHangingPunctuation"),
            (western, asian, False, False),
        )
        self.export = uno.Any("[]com.sun.star.beans.PropertyValue", properties(EXPORT))

    def _connect(self, deadline: float) -> Any:
        local = uno.getComponentContext()
        resolver = local.ServiceManager.createInstanceWithContext("com.sun.star.bridge.UnoUrlResolver", local)
        while True:
            try:
                return resolver.resolve(f"uno:pipe,name={self.pipe};urp;StarOffice.ComponentContext")
            except Exception as error:  # UNO's own exceptions, which share no importable base
                if self.process.poll() is not None:
                    raise StartFailed(f"soffice ended with status {self.process.returncode}") from error
                if time.monotonic() > deadline:
                    raise StartFailed("soffice does not answer on its pipe") from error
                time.sleep(0.02)

    def _service(self, name: str, *arguments: object) -> Any:
        if arguments:
            return self.services.createInstanceWithArgumentsAndContext(name, arguments, self.context)
        return self.services.createInstanceWithContext(name, self.context)

    def answers(self) -> bool:
        """Whether LibreOffice still lives and listens."""
        try:
            self.desktop.getImplementationName()
        except Exception:  # UNO's own exceptions
            return False
        return True

    def open(self, docx: bytes) -> Any:
        """Load a document from memory, never active, nothing updated from outside."""
        stream = self._service("com.sun.star.io.SequenceInputStream", uno.ByteSequence(docx))
        document = self.desktop.loadComponentFromURL(
            SOURCE,
            "_blank",
            0,
            properties(
                {
                    "InputStream": stream,
                    "FilterName": FILTER,
                    "Hidden": True,
                    "MacroExecutionMode": 0,
                    "UpdateDocMode": 0,
                }
            ),
        )
        if document is None:
            raise ValueError("LibreOffice opened no document")
        return document

    def cure(self, document: Any) -> None:
        """Set what the import gets wrong where every style inherits it from, and the languages of its text."""
        defaults = document.createInstance("com.sun.star.text.Defaults")
        standard = document.StyleFamilies.getByName("ParagraphStyles").getByName("Standard")
        for fault in CURED:
            defaults.setPropertyValue(fault, False)
        standard.setPropertyValues(*self.standard)
        keep_last_lines(document)

    def store(self, document: Any) -> bytes:
        """The document as PDF, written inside the office and fetched at once."""
        sink = self._service("com.sun.star.io.SequenceOutputStream")
        document.storeToURL(
            "private:stream",
            properties({"FilterName": "writer_pdf_Export", "FilterData": self.export, "OutputStream": sink}),
        )
        return bytes(sink.getWrittenBytes().value)


def keep_last_lines(document: Any) -> None:
    """Word keeps the last lines of a paragraph with the next one where LibreOffice moves the whole paragraph over.

    Among the paragraphs that are kept together at the end, the last of running text is let go; where that tears it
    from what it was kept with, its last two lines are cut off and kept instead: a page never carries only a signature.
    """
    body = document.Text
    end = body.createTextCursor()
    end.gotoEnd(False)
    following = end.Start
    while end.gotoPreviousParagraph(False) and end.ParaKeepTogether:
        end.gotoEndOfParagraph(True)
        if len(end.String) > LINE and end.ParaFirstLineIndent >= 0:  # a hanging indent is that of a list
            _let_go(end, following, document.CurrentController.ViewCursor, body)
            return
        end.gotoStartOfParagraph(False)
        following = end.Start


def _let_go(paragraph: Any, following: Any, view: Any, body: Any) -> None:
    if body.compareRegionStarts(_last_lines(paragraph, view, body), paragraph.Start) >= 0:
        return  # two lines at most: they move together
    paragraph.ParaKeepTogether, paragraph.ParaWidows = False, 2
    if _page(paragraph.End, view) != _page(following, view):
        _cut(_last_lines(paragraph, view, body), body)


def _last_lines(paragraph: Any, view: Any, body: Any) -> Any:
    """A cursor where the last two lines of the paragraph begin."""
    view.gotoRange(paragraph.End, False)
    view.goUp(1, False)
    view.gotoStartOfLine(False)
    return body.createTextCursorByRange(view.Start)


def _page(place: Any, view: Any) -> int:
    view.gotoRange(place, False)
    return int(view.Page)


def _cut(lines: Any, body: Any) -> None:
    """End the paragraph before the lines, its own last line filled, and keep them with what follows."""
    body.insertControlCharacter(lines, PARAGRAPH_BREAK, False)
    lines.gotoEndOfParagraph(False)
    lines.ParaKeepTogether, lines.ParaFirstLineIndent, lines.ParaTopMargin = True, 0, 0
    lines.gotoPreviousParagraph(False)
    lines.ParaLastLineAdjust = STRETCHED
