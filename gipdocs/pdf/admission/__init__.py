"""What is looked at before a DOCX is converted: its parts, what they refer to, and what they will print."""
