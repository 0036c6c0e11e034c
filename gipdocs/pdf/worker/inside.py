"""Runs inside LibreOffice's own process: reads DOCX from one pipe and writes PDF to another.

A hundred UNO calls in there take as long as one from outside.
"""

from __future__ import annotations

import contextlib
import hashlib
import importlib
import os
import sys
import threading
import time
from collections.abc import Callable, Mapping
from functools import partial
from typing import IO, Any

import uno  # type: ignore[import-not-found]  # comes with the system's Python, has no types
import unohelper  # type: ignore[import-not-found]  # same
from com.sun.star.awt import Rectangle, WindowDescriptor, XCallback  # type: ignore[import-not-found]  # same
from com.sun.star.awt.WindowClass import TOP  # type: ignore[import-not-found]  # same
from com.sun.star.beans import PropertyValue  # type: ignore[import-not-found]  # same
from com.sun.star.i18n import (  # type: ignore[import-not-found]  # same
    LineBreakHyphenationOptions,
    LineBreakUserOptions,
)
from com.sun.star.lang import Locale  # type: ignore[import-not-found]  # same
from com.sun.star.style import LineSpacing  # type: ignore[import-not-found]  # same
from com.sun.star.style.LineSpacingMode import FIX  # type: ignore[import-not-found]  # same
from com.sun.star.task import XJob  # type: ignore[import-not-found]  # same
from com.sun.star.text.ControlCharacter import PARAGRAPH_BREAK  # type: ignore[import-not-found]  # same

NAME = "gipdocs.Conversion"

FILTER = "MS Word 2007 XML"
"""Forced, because LibreOffice would otherwise guess and open HTML or a spreadsheet as well."""

SOURCE = "file:///nowhere/document.docx"
"""The apparent origin of documents: a place that the profile does not trust, so LibreOffice follows no link in them.

A stream without an address would count as trusted.
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
"""PDF/A-2b that also claims PDF/UA; PDF/A-1 would flatten a transparent seal to an opaque box."""

CURED = ("ParaIsHangingPunctuation", "ParaIsCharacterDistance")
"""LibreOffice inverts the first on import and ignores the second; both move every line of a letter."""

ZERO_WIDTH_SPACE = "\u200b"

BREAKS = {
    rf"(?<=[^\s\p{{Ps}}\p{{Pi}}{ZERO_WIDTH_SPACE}])[“‘]": f"{ZERO_WIDTH_SPACE}$0",
    r"[”’](?=[\p{Han}（《〔【])": f"$0{ZERO_WIDTH_SPACE}",
}
"""Line breaks beside quotation marks: a regular expression, and its replacement."""

LINE = 28
"""Characters in a full line (GB/T 9704-2012 5.2.3); a shorter paragraph has only one line."""

STRETCHED = 2
"""com.sun.star.style.ParagraphAdjust.BLOCK, in the type that ParaLastLineAdjust takes."""


def properties(values: Mapping[str, object]) -> tuple[Any, ...]:
    """A mapping as UNO's property values."""
    return tuple(PropertyValue(Name=name, Value=value) for name, value in values.items())


class Conversion(unohelper.Base, XJob, XCallback):  # type: ignore[misc]  # their types are not known
    """Converts one document after another; `execute` returns once the pipe of jobs ends.

    It does so in LibreOffice's main thread. In any other one LibreOffice would lay out the document while it is being
    corrected, whenever it has nothing else to do, and the same document would not always break its pages at the same place.
    """

    def __init__(self, context: Any) -> None:
        self.context = context
        self.services = context.ServiceManager
        self.frame = self._plain_frame()
        self.quotes_are_glued = glues_quotes(self._service("com.sun.star.i18n.BreakIterator"))
        self.document: Any = None
        self.step = ""
        self.main_thread = self._service("com.sun.star.awt.AsyncCallback")
        self.task: Callable[[], None] | None = None
        self.fault: BaseException | None = None
        self.finished = threading.Event()
        self.export = uno.Any("[]com.sun.star.beans.PropertyValue", properties(EXPORT))

    def execute(self, arguments: tuple[Any, ...]) -> None:
        """Serve; `folder` holds the message module, `jobs` and `answers` are file descriptors."""
        given = {argument.Name: argument.Value for argument in arguments}
        sys.path.insert(0, given["folder"])
        frames = importlib.import_module("frames")  # a copy: LibreOffice may not read the project
        with os.fdopen(given["jobs"], "rb") as jobs, os.fdopen(given["answers"], "wb") as answers:
            frames.write(answers, {"ready": True, "soffice": os.getpid()})
            while (message := frames.read(jobs)) is not None:
                head, docx = message
                if head.get("ask") == "life":
                    self._run(partial(frames.write, answers, {"lives": True}))  # where it converts
                    continue
                self._run(partial(self._answer, frames, answers, head["job"], docx))
                self._run(self._close)  # only now, since nobody waits for it
                frames.write(answers, {"idle": head["job"]})

    def _run(self, task: Callable[[], None]) -> None:
        """Do something in the main thread, wait until it is done, and raise what it raises."""
        self.task, self.fault = task, None
        self.finished.clear()
        self.main_thread.addCallback(self, None)
        self.finished.wait()
        if self.fault:
            raise self.fault

    def notify(self, _: object) -> None:
        """What the main thread does."""
        try:
            if self.task:
                self.task()
        except BaseException as error:  # LibreOffice would swallow it
            self.fault = error
        finally:
            self.finished.set()

    def _answer(self, frames: Any, answers: IO[bytes], job: str, docx: bytes) -> None:
        started = time.monotonic()
        try:
            pdf = self._convert(docx)
            self.step = ""
        except Exception as error:  # UNO's own exceptions; a worker must answer whatever happens
            frames.write(answers, {"job": job, "ok": False, "step": self.step, "error": type(error).__name__})
            return
        seconds, digest = time.monotonic() - started, hashlib.sha256(docx).hexdigest()
        frames.write(answers, {"job": job, "ok": True, "input": digest, "seconds": seconds}, pdf)

    def _convert(self, docx: bytes) -> bytes:
        self.step = "open"
        self.document = self._open(uno.ByteSequence(docx))
        self.step = "lay out"
        self._cure()
        self.step = "export"
        return bytes(self._store().value)

    def _service(self, name: str, *arguments: object) -> Any:
        if arguments:
            return self.services.createInstanceWithArgumentsAndContext(name, arguments, self.context)
        return self.services.createInstanceWithContext(name, self.context)

    def _plain_frame(self) -> Any:
        """A frame for all documents, without the menus and toolbars that separate frames would have."""
        window = WindowDescriptor()
        window.Type, window.WindowServiceName, window.ParentIndex = TOP, "window", -1
        window.Bounds = Rectangle(0, 0, 100, 100)
        frame = self._service("com.sun.star.frame.Frame")
        frame.initialize(self._service("com.sun.star.awt.Toolkit").createWindow(window))
        frame.LayoutManager = None
        self._service("com.sun.star.frame.Desktop").getFrames().append(frame)
        return frame

    def _open(self, docx: Any) -> Any:
        """Load a document from memory: no macros, no updates from outside."""
        document = self.frame.loadComponentFromURL(
            SOURCE,
            "_self",
            0,
            properties(
                {
                    "InputStream": self._service("com.sun.star.io.SequenceInputStream", docx),
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

    def _close(self) -> None:
        document, self.document = self.document, None
        if document is not None:
            self.frame.setComponent(None, None)
            document.close(True)
        if self.step:
            self.step, self.frame = "", self._new_frame()

    def _new_frame(self) -> Any:
        """A new frame: LibreOffice closes the old one after a failure to open a document."""
        with contextlib.suppress(Exception):  # already closed
            self.frame.close(True)
        return self._plain_frame()

    def _cure(self) -> None:
        """Correct import errors in the defaults that every style inherits, and what newer versions lay out otherwise."""
        count_rules_as_height(self.document)
        defaults = self.document.createInstance("com.sun.star.text.Defaults")
        for fault in CURED:
            defaults.setPropertyValue(fault, False)
        if self.quotes_are_glued:
            open_at_quotes(self.document)
        close_empty_headers(self.document)
        flow_anew(self.document)
        keep_last_lines(self.document)

    def _store(self) -> Any:
        """The document as a PDF in memory."""
        sink = self._service("com.sun.star.io.SequenceOutputStream")
        self.document.storeToURL(
            "private:stream",
            properties({"FilterName": "writer_pdf_Export", "FilterData": self.export, "OutputStream": sink}),
        )
        return sink.getWrittenBytes()


def glues_quotes(iterator: Any) -> bool:
    """Whether this LibreOffice never breaks a line before an opening quotation mark; true since 25.2."""
    found = iterator.getLineBreak(
        "文“文”",
        1,
        Locale("zh", "CN", ""),
        0,
        LineBreakHyphenationOptions(),
        LineBreakUserOptions("", "", True, False, False),
    )
    return bool(found.breakIndex != 1)


def open_at_quotes(document: Any) -> None:
    """Let lines break outside quotation marks, as in Chinese typography, by zero-width spaces, which are not printed."""
    for wanted, broken in BREAKS.items():
        change = document.createReplaceDescriptor()
        change.SearchRegularExpression = True
        change.SearchString, change.ReplaceString = wanted, broken
        document.replaceAll(change)


THIN = 10
"""The height of a line that takes no room to speak of, in hundredths of a millimetre."""

RULES_BESIDE_HEIGHT = "MinRowHeightInclBorder"
"""Whether rules add to the least height of a row: LibreOffice 25.2 says so of a DOCX, 7.4 knows nothing of it."""


def count_rules_as_height(document: Any) -> None:
    """Let the least height of a row include its rules, so that a form is as long whatever the version."""
    settings = document.createInstance("com.sun.star.document.Settings")
    if not settings.PropertySetInfo.hasPropertyByName(RULES_BESIDE_HEIGHT):
        return
    settings.setPropertyValue(RULES_BESIDE_HEIGHT, False)
    for row in (row for table in document.TextTables for row in table.Rows):
        row.Height += 2  # it keeps its place until it changes
        row.Height -= 1  # hundredths of a millimetre, cut down to twips: one more gives as many as there were


def close_empty_headers(document: Any) -> None:
    """Let a header take no room that LibreOffice has added where a document has one for its first page alone; 25.2 does so."""
    styles = document.StyleFamilies.getByName("PageStyles")
    for style in (styles.getByName(name) for name in styles.ElementNames):
        if style.isInUse() and style.HeaderIsOn and not style.FirstIsShared:
            for text in (style.HeaderText, style.HeaderTextLeft):
                first = text.createEnumeration().nextElement()
                if not text.String and first.ParaStyleName == "Header" and not _holds_drawings(first):
                    first.ParaLineSpacing = LineSpacing(FIX, THIN)


def _holds_drawings(paragraph: Any) -> bool:
    return bool(paragraph.createContentEnumeration("com.sun.star.text.TextContent").hasMoreElements())


ENDLESS = {"Height": 300_000, "GridMode": 0}
"""The longest page that LibreOffice has, in hundredths of a millimetre, and without a grid: its lines would begin lower there
than on the pages to come, and what has room on these only just would be moved on to the next.
"""


def flow_anew(document: Any) -> None:
    """Let the text flow from one page to the next as if for the first time.

    LibreOffice has laid it out before it was corrected, and takes less than two lines back to the page before, even if
    they have room there.
    """
    if _settle(document) == 1:
        return
    styles = document.StyleFamilies.getByName("PageStyles")
    used = [style for name in styles.ElementNames if (style := styles.getByName(name)).isInUse()]
    sizes = [{name: style.getPropertyValue(name) for name in ENDLESS} for style in used]
    for size in ([ENDLESS] * len(used), sizes):
        for style, values in zip(used, size, strict=True):
            for name, value in values.items():
                style.setPropertyValue(name, value)
        _settle(document)


def _settle(document: Any) -> int:
    """The number of pages once everything has its place: LibreOffice lays out no more than it is asked for."""
    return _page(document.Text.End, document.CurrentController.ViewCursor)


def keep_last_lines(document: Any) -> None:
    """Keep only the last lines of a paragraph with the next one, as Word does; LibreOffice would move the whole paragraph.

    Of the paragraphs kept together at the end, the last one of running text is released. If that separates it from its
    followers, its last two lines are split off and kept with them, so no page carries only a signature.
    """
    body = document.Text
    end = body.createTextCursor()
    end.gotoEnd(False)
    following = end.Start
    while end.gotoPreviousParagraph(False) and end.ParaKeepTogether:
        end.gotoEndOfParagraph(True)
        if len(end.String) > LINE and end.ParaFirstLineIndent >= 0:  # a hanging indent marks a list
            _let_go(end, following, document)
            return
        end.gotoStartOfParagraph(False)
        following = end.Start


def _let_go(paragraph: Any, following: Any, document: Any) -> None:
    view, body = document.CurrentController.ViewCursor, document.Text
    if body.compareRegionStarts(_last_lines(paragraph, view, body), paragraph.Start) >= 0:
        return  # at most two lines, which move together
    paragraph.ParaKeepTogether, paragraph.ParaWidows = False, 2
    flow_anew(document)
    if _page(paragraph.End, view) != _page(following, view):
        _cut(_last_lines(paragraph, view, body), body)


def _last_lines(paragraph: Any, view: Any, body: Any) -> Any:
    """A cursor at the start of the paragraph's last two lines."""
    view.gotoRange(paragraph.End, False)
    view.gotoStartOfLine(False)  # for from the end of a full line the way up leads to the place where that line begins
    view.goUp(1, False)
    view.gotoStartOfLine(False)
    return body.createTextCursorByRange(view.Start)


def _page(place: Any, view: Any) -> int:
    view.gotoRange(place, False)
    return int(view.Page)


def _cut(lines: Any, body: Any) -> None:
    """End the paragraph before these lines, with its last line justified, and keep the lines with what follows."""
    body.insertControlCharacter(lines, PARAGRAPH_BREAK, False)
    lines.gotoEndOfParagraph(False)
    lines.ParaKeepTogether, lines.ParaFirstLineIndent, lines.ParaTopMargin = True, 0, 0
    lines.gotoPreviousParagraph(False)
    lines.ParaLastLineAdjust = STRETCHED


g_ImplementationHelper = unohelper.ImplementationHelper()
"""LibreOffice's loader looks for this name."""

g_ImplementationHelper.addImplementation(Conversion, NAME, ())
