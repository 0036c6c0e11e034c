"""Findings in one line: what refuses a document, what goes out with it."""

from __future__ import annotations

from gipdocs.documents.document import Finding


def fault(code: str, message: str, pointer: str = "", *, basis: str = "", overridable: bool = False) -> Finding:
    """A finding that refuses the document, unless the clerk may insist (`overridable`) and says why."""
    return Finding(code=code, severity="error", message=message, pointer=pointer, basis=basis, overridable=overridable)


def doubt(code: str, message: str, pointer: str = "", *, basis: str = "") -> Finding:
    """A warning that goes out with the document."""
    return Finding(code=code, severity="warning", message=message, pointer=pointer, basis=basis)


def note(code: str, message: str, pointer: str = "", *, basis: str = "") -> Finding:
    """Information for whoever writes the document."""
    return Finding(code=code, severity="info", message=message, pointer=pointer, basis=basis)
