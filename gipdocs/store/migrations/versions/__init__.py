"""The steps of the schema, oldest first. A step that has been released is never changed.

SQLite alters a table by copying it, which drops the table's triggers: such a step makes them again.
"""
