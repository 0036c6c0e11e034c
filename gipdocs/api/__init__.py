"""The JSON API at /api/v1/, the pages about it at /api/docs, and the service's health."""

from gipdocs.api import health, pages
from gipdocs.api.routes import api

__all__ = ["api", "health", "pages"]
