"""The JSON API at /api/v1/, its description at /api/docs, and the service's health."""

from gipdocs.api import health
from gipdocs.api.routes import api

__all__ = ["api", "health"]
