"""The command line of a runner that another process of ours starts."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["run_command"]


def run_command(folders: Sequence[str], flags: Sequence[str]) -> list[str]:
    """Return the command of a runner that tells events and ends with its starter.

    It ends when its standard input does.
    """
    launcher = Path(sys.argv[0])
    if launcher.name != "launch_server.py":
        launcher = Path(__file__).parents[1] / "__main__.py"
    return [
        *(sys.executable, "-I", "-u", str(launcher)),
        *("run", "--events", "--parent-stdin", *flags, *folders),
    ]
