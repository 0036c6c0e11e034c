"""Draws filled Word files as PDF, without LibreOffice, for the layouts that are proved to come out the same.

`gipdocs.typeset.reading` reads the file, `lines` breaks its paragraphs where `breaking` allows it, `pages` and `tables`
give everything its place; `gipdocs.drawing` draws it.
"""

from __future__ import annotations


def typeset(docx: bytes) -> bytes:
    """The unfinished PDF of an admitted DOCX; `gipdocs.pdf.finishing.finish.complete` finishes it.

    Raises `gipdocs.drawing.placed.Unsupported` for a document that only LibreOffice can draw.
    """
    from gipdocs.drawing.pdf import Info, draw
    from gipdocs.typeset.pages import lay_out
    from gipdocs.typeset.reading import Package

    package = Package(docx)
    return draw(lay_out(package), Info(**package.properties))
