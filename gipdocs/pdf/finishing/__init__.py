"""Compares a converted PDF with its document, mends its tags and makes it reproducible."""
