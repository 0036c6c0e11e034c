"""The routes of the register and of the batches, all of them; imported only by a service that has a database."""

from gipdocs.api import batch_files, batch_tables, case_letters, ledger
from gipdocs.api.batches import batches
from gipdocs.api.cases import cases

__all__ = ["batch_files", "batch_tables", "batches", "case_letters", "cases", "ledger"]
