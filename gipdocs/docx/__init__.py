"""Word files: layouts and wordings, what fills them, and a filled file as HTML."""
