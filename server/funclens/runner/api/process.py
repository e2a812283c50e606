"""The command line of a runner that another process of ours starts."""

from __future__ import annotations

import os
import site
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["run_command"]

_PACKAGE = Path(__file__).resolve().parents[2]


def run_command(folders: Sequence[str], flags: Sequence[str]) -> list[str]:
    """Return the command of a runner that tells events and ends with its starter.

    It ends when its standard input does. It is isolated: nothing of the folder in
    which it is started, or of the user's own packages, is imported by accident.
    """
    return [
        *(sys.executable, "-I", "-u", *_launcher()),
        *("run", "--events", "--parent-stdin", *flags, *folders),
    ]


def _launcher() -> list[str]:
    """Return the words that start Funclens in isolated mode."""
    if Path(sys.argv[0]).name == "launch_server.py":
        return [sys.argv[0]]
    hidden = [folder for folder in _hidden_by_isolation() if folder in sys.path]
    if not any(_PACKAGE.is_relative_to(Path(folder).resolve()) for folder in hidden):
        return [str(_PACKAGE / "__main__.py")]
    code = (
        f"import sys; sys.path += {hidden!r}; "
        "from funclens.cli import main; sys.exit(main())"
    )
    return ["-c", code]


def _hidden_by_isolation() -> list[str]:
    """Return the folders from which isolated mode does not import."""
    named = os.environ.get("PYTHONPATH", "").split(os.pathsep)
    own = [site.getusersitepackages()] if site.ENABLE_USER_SITE else []
    return [folder for folder in (*named, *own) if folder]
