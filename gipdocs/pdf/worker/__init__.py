"""The side that speaks UNO: it runs under the system's Python and imports nothing but the standard library and uno."""

INSIDE = ("inside.py", "frames.py")
"""The modules that LibreOffice itself runs, from copies in the worker's folder, where it may read them."""
