"""The JSON API at /api/v1/, the pages about it at /api/docs, and the service's health."""
