"""Entry point of `python -m funclens`, equivalent to the command `funclens`."""

from __future__ import annotations

import sys

from funclens.cli import main

if __name__ == "__main__":
    sys.exit(main())
