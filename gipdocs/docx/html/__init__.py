"""A filled DOCX as a web page: the same words in the same order."""
