"""The routes of the register, all of them; imported only by a service that has a database."""

from gipdocs.api import batch_tables, case_letters, ledger
from gipdocs.api.cases import cases

__all__ = ["batch_tables", "case_letters", "cases", "ledger"]
