"""Register: what cases need of the running service."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from gipdocs.documents.registry import Registry
from gipdocs.law import Office
from gipdocs.pdf.converter import Converter
from gipdocs.profile import Profile
from gipdocs.store.engine import Store


@dataclass(frozen=True, kw_only=True)
class Register:
    """The register of cases of one installation.

    `office` gives profile, law and today; another day may be given as in `Service.office`. `converter` opens the PDF
    converter when the first letter is converted.
    """

    store: Store
    registry: Registry
    office: Callable[[], Office]
    converter: Callable[[], Converter]

    @property
    def profile(self) -> Profile:
        """The office's profile."""
        return self.office().profile

    @property
    def today(self) -> date:
        """The day in China."""
        return self.office().today
