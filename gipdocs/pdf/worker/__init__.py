"""The side that speaks UNO: it runs under the system's Python and imports nothing but the standard library and uno."""
