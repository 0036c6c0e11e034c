"""The rules at work: what the tables, the years, the form and the narrative of a report must satisfy."""
