"""Draws filled Word files as PDF, without LibreOffice, for the layouts that are proved to come out the same."""
