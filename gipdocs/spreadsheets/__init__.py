"""Workbooks: opened within bounds, read as their users see them, and written."""
