"""Finds the interpreter of a Python version on this machine."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from funclens.environments.uv import find_uv
from funclens.python_layout import interpreter_in
from funclens.regular_file import read_regular

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

__all__ = ["environment_version", "find_python", "version_of_runtime"]

_SECONDS = 10
"""Maximum seconds for an interpreter to print its version."""

_PRINT_PATH = "import sys; print(sys.executable)"

_CONFIGURED = re.compile(r"^version(?:_info)?\s*=\s*(\d+\.\d+)", re.MULTILINE)
"""The line of a pyvenv.cfg: `version` of venv, `version_info` of uv."""

_RUNTIME = re.compile(r"python(\d)(\d+)\Z")


def version_of_runtime(runtime: str) -> str:
    """Return the version of a runtime: `3.12` for `python312`; empty if unknown."""
    found = _RUNTIME.match(runtime.lower())
    return f"{found[1]}.{found[2]}" if found else ""


def environment_version(folder: str) -> str | None:
    """Return the Python version of an environment: `3.12`; None if it doesn't work."""
    try:
        text = read_regular(str(Path(folder, "pyvenv.cfg"))).decode("utf-8", "replace")
    except OSError:
        return None
    found = _CONFIGURED.search(text)
    is_there = interpreter_in(folder) is not None
    return found[1] if found and is_there else None


def find_python(version: str) -> str | None:
    """Return the path of an interpreter of a version such as `3.12`, or None.

    Looks at this interpreter, PATH, pyenv and uv. Nothing is downloaded.
    """
    for candidate in _candidates(version):
        if _version_of(candidate) == version:
            return candidate
    return None


def _candidates(version: str) -> Iterator[str]:
    if version == f"{sys.version_info[0]}.{sys.version_info[1]}":
        yield sys.executable
    found = shutil.which(f"python{version}")
    if found:
        yield found
    # pyenv puts shims on PATH for versions that are not active, too.
    for folder in pyenv_versions(os.environ, str(Path.home()), version):
        yield from filter(None, [interpreter_in(folder)])
    launcher = shutil.which("py") if os.name == "nt" else None
    if launcher:
        yield _said([launcher, f"-{version}", "-c", _PRINT_PATH])
    uv = find_uv()
    if uv:
        yield _said([uv, "python", "find", "--no-python-downloads", version])


def pyenv_versions(
    environ: Mapping[str, str], home: str, version: str, os_name: str = os.name
) -> list[str]:
    """Return the folders in which pyenv, or pyenv-win, has that version."""
    default = [".pyenv", "pyenv-win"] if os_name == "nt" else [".pyenv"]
    root = environ.get("PYENV_ROOT") or str(Path(home, *default))
    return sorted(map(str, Path(root, "versions").glob(f"{version}.*")))


def _version_of(python: str) -> str:
    code = "import sys; print('%d.%d' % sys.version_info[:2])"
    return _said([python, "-I", "-c", code]) if python else ""


def _said(command: list[str]) -> str:
    """Return the output of a command, or an empty string if it fails."""
    try:
        done = subprocess.run(
            command,
            capture_output=True,
            text=True,
            timeout=_SECONDS,
            check=True,
            stdin=subprocess.DEVNULL,
        )
    except (OSError, subprocess.SubprocessError, ValueError):
        return ""
    return done.stdout.strip()
