"""Finds the Pythons of this machine and makes environments for units with them."""

from __future__ import annotations

import fcntl
import functools
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

VERSIONS = ("3.9", "3.10", "3.11", "3.12", "3.13", "3.14")
"""What workers run on."""

TOO_OLD = ("2.7", "3.6", "3.8")
"""What workers do not run on."""

INSTALL_SECONDS = 300
_ROOT = Path(__file__).parent.parent
_CACHE = _ROOT / ".environments"
_COMPILE = f"""
import compileall, importlib
compileall.compile_dir({str(_ROOT / "server/funclens_worker")!r}, quiet=1)
for name in (
    "flask", "werkzeug.debug", "functions_framework", "functions_framework.aio",
    "gunicorn.app.base", "gunicorn.workers.gthread", "uvicorn", "grpc",
):
    try:
        importlib.import_module(name)
    except ImportError:
        pass
"""
"""Writes the bytecode of what workers import. uv leaves it to the first import, and the
processes under test write none: each would compile all of it again."""


@functools.cache
def interpreters() -> dict[str, str]:
    """Return the interpreters that are there: version such as `3.9` to path."""
    return _found(VERSIONS)


def too_old_interpreters() -> dict[str, str]:
    """Return those of `TOO_OLD` that are there, in the same way."""
    return _found(TOO_OLD)


def _found(versions: tuple[str, ...]) -> dict[str, str]:
    found = {}
    for version in versions:
        for candidate in _candidates(version):
            if _version_of(candidate) == version:
                found[version] = candidate
                break
    return found


def environment(version: str, *requirements: str, name: str = "") -> Path:
    """Return the interpreter of a virtual environment with these requirements.

    It is made once and kept in the checkout's `.environments`, as `name` where that
    is given. Raises KeyError when the machine has no such Python.
    """
    words = (version, name) if name else (version, *requirements)
    folder = _CACHE / re.sub(r"[^\w.]+", "-", "-".join(words))
    python = folder / "bin" / "python"
    if (folder / "complete").exists():
        return python
    _CACHE.mkdir(exist_ok=True)
    with folder.with_name(f"{folder.name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / "complete").exists():
            _make(folder, interpreters()[version], requirements)
            (folder / "complete").touch()
    return python


def _make(folder: Path, python: str, requirements: tuple[str, ...]) -> None:
    """Make an environment with uv, or with pip where uv, blind to pip.conf, cannot."""
    made = str(folder / "bin" / "python")
    uv = Path(sys.executable).with_name("uv")
    with_uv = [
        [str(uv), "venv", "--quiet", "--clear", "--python", python, folder],
        [str(uv), "pip", "install", "--quiet", "--python", made, "pip", *requirements],
    ]
    with_pip = [
        [python, "-m", "venv", "--clear", folder],
        [made, "-m", "pip", "install", "--quiet", *requirements],
    ]
    try:
        _run(with_uv)
    except (AssertionError, OSError):
        _run(with_pip if requirements else with_pip[:1])
    _run([[made, "-c", _COMPILE]])


def _candidates(version: str) -> list[str]:
    names = [shutil.which(f"python{version}")]
    if sys.version_info[:2] == tuple(map(int, version.split("."))):
        names.insert(0, sys.executable)
    # pyenv's shims stand on PATH also for versions that are not switched on.
    root = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv"))
    names += [str(path) for path in root.glob(f"versions/{version}.*/bin/python")]
    return [name for name in names if name]


def _version_of(python: str) -> str:
    program = "import sys; print('%d.%d' % sys.version_info[:2])"
    done = subprocess.run(
        [python, "-E", "-s", "-c", program], capture_output=True, text=True, check=False
    )
    return done.stdout.strip()


def _run(commands: Sequence[Sequence[str | Path]]) -> None:
    for command in commands:
        done = subprocess.run(
            command,
            cwd=_CACHE,  # no project of ours is looked at
            env={**os.environ, "PYTHONDONTWRITEBYTECODE": ""},
            capture_output=True,
            text=True,
            timeout=INSTALL_SECONDS,
            check=False,
        )
        assert done.returncode == 0, f"{command}\n{done.stdout}{done.stderr}"
