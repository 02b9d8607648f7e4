"""`python -m huntgroup` is the command `huntgroup`."""

from __future__ import annotations

import sys

from huntgroup.cli import main

if __name__ == "__main__":
    sys.exit(main())
