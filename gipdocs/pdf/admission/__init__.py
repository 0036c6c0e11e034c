"""Checks a DOCX before it is converted: its parts, their references, and the text that they print."""
