"""`python -m gipdocs.cli` is the same as the command gipdocs."""

import sys

from gipdocs.cli.program import main

if __name__ == "__main__":  # at start, the service imports every module, including this one
    sys.exit(main())
