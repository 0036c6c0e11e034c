"""What others published, read into paragraphs and tables: Word files, PDFs and web pages."""
