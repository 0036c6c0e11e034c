"""Draws the charts of a DOCX as SVG, for the web page and for the PDF."""
