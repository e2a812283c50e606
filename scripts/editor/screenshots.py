"""Takes the pictures of the README and the walkthrough in the real editor."""

from __future__ import annotations

import argparse
import platform
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from editor.stage import DARK, LIGHT, WIDTHS, Series, stage
from editor.tour import MOMENTS
from interpreters import environment
from vsix.build import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator

README = ROOT / "docs" / "images"
WALKTHROUGH = ROOT / "extension" / "walkthrough"
IN_WALKTHROUGH = ("run", "send", "debug", "problems")


def main() -> int:
    """Take all pictures, and return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--looks",
        type=Path,
        metavar="FOLDER",
        help="put pictures in light and dark, wide and narrow, into a folder instead",
    )
    looks = parser.parse_args().looks
    if looks is not None:
        for series in _looks(looks.absolute()):
            _take(series)
        return 0
    _take(Series(README, scale=2))
    python = environment(platform.python_version().rpartition(".")[0], "pillow")
    shrink = Path(__file__).with_name("shrink.py")
    command = [python, shrink, README, WALKTHROUGH, *IN_WALKTHROUGH]
    subprocess.run(command, check=True)
    return 0


def _looks(folder: Path) -> Iterator[Series]:
    for name, theme in (("dark", DARK), ("light", LIGHT)):
        for width in WIDTHS:
            yield Series(folder / f"{name}-{width}", theme, width)


def _take(series: Series) -> None:
    with stage(series) as see:
        for moment in MOMENTS:
            moment(see)


if __name__ == "__main__":
    sys.exit(main())
