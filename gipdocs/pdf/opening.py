"""Opens the converter that the options ask for."""

from __future__ import annotations

from gipdocs.pdf.converter import Converter
from gipdocs.pdf.options import Options
from gipdocs.pdf.pool.client import PoolClient


def wake(options: Options) -> None:
    """Start the pool of this machine in the background."""
    PoolClient(options).wake()


def open_converter(options: Options | None = None) -> Converter:
    """The converter that the options ask for: the pool of this machine.

    Nothing starts, and no PDF library is loaded, before the first document or the first health check.
    """
    from gipdocs.pdf.checked import CheckedConverter

    return CheckedConverter(PoolClient(options or Options()))
