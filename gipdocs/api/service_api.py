"""All routes of an installation's API but those of the register."""

from gipdocs.api import health, pages
from gipdocs.api.building import building
from gipdocs.api.routes import api

__all__ = ["api", "building", "health", "pages"]
