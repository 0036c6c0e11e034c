"""The side that speaks UNO: it runs under the system's Python and imports nothing but the standard library and uno."""

INSIDE = ("inside.py", "frames.py")
"""What LibreOffice itself runs: copies lie in the worker's folder, where it may read them."""
