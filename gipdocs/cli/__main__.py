"""`python -m gipdocs.cli` is the command gipdocs."""

import sys

from gipdocs.cli import main

sys.exit(main())
