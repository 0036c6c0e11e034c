"""The small interface behind which DOCX becomes PDF."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from gipdocs.pdf.options import Options


@dataclass(frozen=True, kw_only=True)
class Health:
    """What a probe found: `reason` is a Chinese sentence when it is not ready; `layers` says which guards are active."""

    ready: bool
    reason: str = ""
    workers: int = 0
    queue: int = 0
    restarts: int = 0
    layers: Mapping[str, bool] = field(default_factory=dict)


class Converter(Protocol):
    """Turns a filled DOCX into a tagged PDF/A-2b; safe to use from many threads."""

    def convert(self, docx: bytes, *, label: str) -> bytes:
        """The PDF; `label` names the kind of document in messages and measurements.

        Raises ConverterRefused (not a file of ours), ConverterBusy, ConverterTimeout, ConversionError.
        """

    def health(self) -> Health:
        """Whether documents can be converted now; cheap enough to be asked every second."""

    def close(self) -> None:
        """Let go of everything that this converter holds."""


def open_converter(options: Options | None = None) -> Converter:
    """The converter that the options ask for, ready to use."""
    from gipdocs.pdf.local import LocalConverter

    return LocalConverter(options or Options())
