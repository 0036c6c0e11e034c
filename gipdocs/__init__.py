"""gipdocs writes the official documents of a government information office (政府信息公开)."""

__version__ = "0.2.0"
