"""The files of this checkout that are under version control."""

from __future__ import annotations

import subprocess
from pathlib import Path

TOP = Path(__file__).parents[2]


def tracked_files(*patterns: str) -> list[Path]:
    """Return tracked files that still exist, absolute; all when none is named."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--", *patterns],
        cwd=TOP,
        capture_output=True,
        check=True,
    ).stdout
    paths = [TOP / name.decode() for name in listed.split(b"\0") if name]
    return [path for path in paths if path.is_file()]
