r"""Where an environment has its interpreter and packages, on each system.

`venv` and conda differ on Windows: `Scripts\python.exe` and `python.exe`.
"""

from __future__ import annotations

import ntpath
import os
import posixpath
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import ModuleType

__all__ = [
    "binary_folders",
    "environment_of",
    "interpreter_in",
    "interpreters",
    "is_in_environment",
    "site_packages",
]

_UNIX = ("bin/python", "bin/python3")
_WINDOWS = (r"Scripts\python.exe", "python.exe", r"bin\python.exe")
"""Of venv, conda, and of environments of MSYS2."""

_CONDA_ON_WINDOWS = ("", r"Library\mingw-w64\bin", r"Library\usr\bin", r"Library\bin")
"""Folders of a conda environment that its libraries are loaded from, by PATH."""


def interpreters(environment: str, os_name: str = os.name) -> Iterator[str]:
    """Yield where the interpreter of an environment may be, the usual place first."""
    for name in _WINDOWS if os_name == "nt" else _UNIX:
        yield _path(os_name).join(environment, name)


def interpreter_in(environment: str, os_name: str = os.name) -> str | None:
    """Return the interpreter of an environment, or None if it has none that starts."""
    for path in interpreters(environment, os_name):
        # On Windows, every file may be executed.
        if os.access(path, os.X_OK) and not os.path.isdir(path):  # noqa: PTH112
            return path
    return None


def environment_of(python: str, os_name: str = os.name) -> str:
    """Return the folder of the environment to which an interpreter belongs."""
    path = _path(os_name)
    folder = str(path.dirname(python))
    return folder if _is_of_conda(python, os_name) else str(path.dirname(folder))


def is_in_environment(python: str, os_name: str = os.name) -> bool:
    """Return whether an interpreter is where environments have theirs."""
    path = _path(os_name)
    folder = str(path.basename(path.dirname(python)))
    if os_name == "nt" and folder.lower() == "scripts":
        return True
    return folder == "bin" or _is_of_conda(python, os_name)


def _is_of_conda(python: str, os_name: str) -> bool:
    if os_name != "nt":
        return False
    folder, name = ntpath.split(python.lower())
    return name == "python.exe" and ntpath.basename(folder) not in {"bin", "scripts"}


def binary_folders(environment: str, os_name: str = os.name) -> list[str]:
    """Return what activation puts in front of PATH."""
    path = _path(os_name)
    if os_name != "nt":
        return [path.join(environment, "bin")]
    is_conda = os.path.isdir(path.join(environment, "conda-meta"))  # noqa: PTH112
    folders = [*_CONDA_ON_WINDOWS, "Scripts"] if is_conda else ["Scripts"]
    return [path.join(environment, name) if name else environment for name in folders]


def site_packages(environment: str) -> list[str]:
    """Return the folders of installed packages that are there.

    Both layouts are looked for: a workspace may be shared between systems.
    """
    from glob import escape, glob  # noqa: PLC0415 - workers start without

    below = ("lib*/python3*/site-packages", "Lib/site-packages")
    found = [
        path
        for item in below
        for path in sorted(glob(f"{escape(environment)}/{item}"))  # noqa: PTH207
    ]
    return list({os.path.realpath(path): path for path in found}.values())


def _path(os_name: str) -> ModuleType:
    return ntpath if os_name == "nt" else posixpath
