"""Opens the converter that the options ask for."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from gipdocs.errors import SetupError
from gipdocs.pdf.converter import Converter, Need
from gipdocs.pdf.options import Options
from gipdocs.pdf.pool.client import PoolClient

if TYPE_CHECKING:  # loads the PDF libraries
    from gipdocs.pdf.checked import Typesetter


def wake(options: Options) -> None:
    """Start the pool of this machine in the background; nodes run by themselves."""
    if not options.engine:
        PoolClient(options).wake()


def open_converter(
    options: Options | None = None, typesetter: Typesetter | None = None, need: Need | None = None
) -> Converter:
    """The converter that the options ask for, the pool of this machine or the nodes of an engine, and before it the typesetter.

    Nothing starts, and no PDF library is loaded, before the first document or the first health check. SetupError if
    the engine's libraries are missing.
    """
    from gipdocs.pdf.checked import CheckedConverter

    options = options or Options()
    if not options.engine:
        return CheckedConverter(PoolClient(options), typesetter, need)
    with demand_libraries():
        from gipdocs.pdf.engine import Engine
    return CheckedConverter(Engine(options), typesetter, need)


@contextmanager
def demand_libraries() -> Iterator[None]:
    """Turn a failed import of the engine's libraries into a SetupError that tells the cure."""
    try:
        yield
    except ImportError as error:
        raise SetupError(
            "设置了GIPDOCS_ENGINE，但没有安装它需要的软件包：请运行setup/install-requirements .venv requirements/engine.txt。"
        ) from error
