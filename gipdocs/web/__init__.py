"""The web pages: the citizens' counter at / and the staff desk at /desk/."""

from gipdocs.web.citizen import citizen, look
from gipdocs.web.staff import staff

__all__ = ["citizen", "look", "staff"]
