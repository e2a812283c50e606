"""Versions of Funclens, Python and what comes with them."""

from __future__ import annotations

import os
import platform
import sys
from importlib.metadata import distributions
from typing import TYPE_CHECKING

from funclens import __version__
from funclens.cli.doctor.finding import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["software"]

_PACKAGES = ("functions-framework", "flask", "debugpy", "pygls")


def software() -> Iterator[Finding]:
    """Yield what Funclens itself runs on."""
    system = f"{platform.system()} {platform.release()}"
    yield Finding("funclens", "ok", f"funclens {__version__}")
    python = f"Python {platform.python_version()} ({sys.executable}) on {system}"
    if os.name == "posix":
        yield Finding("python", "ok", python)
    else:
        yield Finding(
            "python",
            "problem",
            f"{python}: `funclens run` works on Linux and macOS only",
            "use WSL or a container; `list`, `check` and the editor work here",
        )
    for name in _PACKAGES:
        found = next((item.version for item in distributions(name=name)), "")
        if found:
            yield Finding("package", "ok", f"{name} {found}")
        else:
            yield Finding(
                "package",
                "problem",
                f"{name} is not installed with Funclens",
                f"install it: {sys.executable} -m pip install {name}",
            )
