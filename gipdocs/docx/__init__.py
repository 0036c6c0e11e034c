"""Word files: layouts and wordings, filling them, and turning a filled file into HTML."""
