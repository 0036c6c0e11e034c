"""DOCX to PDF: warm, isolated, hardened LibreOffice workers behind one small interface."""
