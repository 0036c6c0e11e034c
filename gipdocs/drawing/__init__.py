"""Draws pages on which everything has its place as a tagged PDF with its fonts; it knows nothing of Word files.

`gipdocs.drawing.placed` says what a page is made of, `charts` reads that of a chart, `faces` knows the fonts' characters,
`embedding` puts fonts and pictures into the file, and `pdf` writes it.
"""
