"""What the office keeps: one database in a file (SQLite) or on a server (PostgreSQL), its tables and its transactions.

Nothing here knows the law, a document or a page. `gipdocs.store.engine.open_store` gives a Store, whose `reading` and
`writing` are its only ways in.
"""
