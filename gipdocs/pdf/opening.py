"""Which converter the options ask for."""

from __future__ import annotations

from gipdocs.pdf.converter import Converter
from gipdocs.pdf.options import Options
from gipdocs.pdf.pool.client import PoolClient


def wake(options: Options) -> None:
    """Begin to start the pool of this machine, without waiting for it; nodes are awake already."""
    if not options.nodes:
        PoolClient(options).wake()


def open_converter(options: Options | None = None) -> Converter:
    """The converter that the options ask for: the pool of this machine, or the nodes that they name.

    Nothing is started before the first document or the first question for its health, and the libraries that read PDF
    are not loaded before either.
    """
    from gipdocs.pdf.checked import CheckedConverter
    from gipdocs.pdf.nodes.balancing import Nodes

    options = options or Options()
    return CheckedConverter(Nodes(options) if options.nodes else PoolClient(options))
