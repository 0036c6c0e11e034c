"""What others published, read into paragraphs and tables: Word files and web pages."""
