"""`python -m gipdocs.cli` is the same as the command gipdocs."""

import sys

from gipdocs.cli.program import main

if __name__ == "__main__":  # a service that starts imports every module
    sys.exit(main())
