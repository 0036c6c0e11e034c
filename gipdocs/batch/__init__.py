"""Batches: one document made many times, from a table or a list, row by row; the rows are the truth about how far it is."""
