"""Whether everything does without forks and without passing descriptors."""

from __future__ import annotations

import os
import sys


def is_portable() -> bool:
    """Return whether this is so: where no test has run the other mode.

    FUNCLENS_PORTABLE, 0 or 1, decides where both are possible.
    """
    asked = os.environ.get("FUNCLENS_PORTABLE", "")
    if os.name != "posix" or asked in ("0", "1"):
        return os.name != "posix" or asked == "1"
    return not sys.platform.startswith("linux")
