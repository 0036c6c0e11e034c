"""Who comes in and what they may: accounts, sessions, keys, roles, and the audit trail of all that.

Nothing here knows Flask, a case or a letter.
"""
