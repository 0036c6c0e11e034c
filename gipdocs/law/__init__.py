"""The law as dated data, and pure functions over it: calendar, deadlines, fees, outcomes, remedies."""

from gipdocs.law.office import Office
from gipdocs.law.rules import DatedLaw, Law, load_law

__all__ = ["DatedLaw", "Law", "Office", "load_law"]
