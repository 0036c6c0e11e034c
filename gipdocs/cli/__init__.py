"""The command line: JSON in, file out; messages to stderr; exit 0 ok, 1 refused, 2 usage, 3 environment."""

from gipdocs.cli.program import main

__all__ = ["main"]
