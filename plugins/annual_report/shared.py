"""What the report takes from the letters; the folder may be imported under any name, so only a relative path finds it."""

from .._findings import doubt, fault, note  # noqa: TID252  # see above
from .._letter import signature, title_lines  # noqa: TID252  # see above

__all__ = ["doubt", "fault", "note", "signature", "title_lines"]
