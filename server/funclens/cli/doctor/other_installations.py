"""Other copies of Funclens on this machine: on PATH, and as extensions of editors."""

from __future__ import annotations

import json
import os
import sys
from importlib.metadata import distributions
from pathlib import Path
from typing import TYPE_CHECKING

from funclens import __version__
from funclens.cli.doctor.finding import Finding
from funclens.regular_file import read_regular

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

__all__ = ["extensions", "programs"]

_NAMES = ("funclens", "funclens.exe")
_EDITORS = (
    *(".vscode", ".vscode-insiders", ".vscode-server", ".vscode-oss"),
    *(".vscode-remote", ".cursor", ".cursor-server", ".windsurf"),
)
_EXTENSION = "funclens.funclens"
_MOST_FOLDERS = 200
"""Of a PATH."""
_MOST_SHOWN = 3


def programs(environ: Mapping[str, str]) -> Iterator[Finding]:
    """Yield which `funclens` a shell starts, and those that it hides."""
    found = _on_path(environ.get("PATH", ""))
    if not found:
        folder = str(Path(sys.executable).parent)
        advice = f"to call it by name, add {folder} to PATH"
        yield Finding("path", "note", "`funclens` is not on PATH", advice)
        return
    first, *hidden = (f"{path}{_version(path)}" for path in found)
    if _is_own(found[0]) and not hidden:
        yield Finding("path", "ok", f"`funclens` is {first}")
    elif _is_own(found[0]):
        shown = ", ".join(hidden[:_MOST_SHOWN])
        text = f"`funclens` is {first}; PATH also has {shown}"
        yield Finding("path", "note", text, "remove what you don't use")
    else:
        yield Finding(
            "path",
            "note",
            f"`funclens` is {first}, not the one that runs now",
            f"remove it, or put {Path(sys.executable).parent} before it on PATH",
        )


def _on_path(path: str) -> list[Path]:
    """Return the programs in the order of PATH, each once."""
    found: dict[str, Path] = {}
    for folder in path.split(os.pathsep)[:_MOST_FOLDERS]:
        for name in _NAMES:
            candidate = Path(folder or ".", name)
            if os.access(candidate, os.X_OK) and candidate.is_file():
                found.setdefault(os.path.realpath(candidate), candidate)
    return list(found.values())


def _is_own(program: Path) -> bool:
    """Return whether a program belongs to the environment that runs now."""
    folders = {Path(sys.executable).parent, Path(sys.prefix) / "bin"}
    folders |= {Path(sys.prefix) / "Scripts", Path(sys.argv[0]).parent}
    real = {os.path.realpath(folder) for folder in folders}
    own = {os.path.realpath(Path(folder, program.name)) for folder in real}
    return os.path.realpath(program) in own


def _version(program: Path) -> str:
    """Return the version of a program's package, if it is another one.

    A link such as that of pipx is followed. Nothing is run.
    """
    root = Path(os.path.realpath(program)).parent.parent
    folders = [*root.glob("lib/python3*/site-packages"), root / "Lib" / "site-packages"]
    found = distributions(name="funclens", path=[*map(str, folders)])
    version = next((item.version for item in found), __version__)
    return "" if version == __version__ else f" ({version})"


def extensions(home: Path) -> Iterator[Finding]:
    """Yield the extensions that editors have installed, and their versions."""
    for editor in _EDITORS:
        for folder in sorted((home / editor / "extensions").glob(f"{_EXTENSION}-*")):
            version = _extension_version(folder)
            text = f"extension {version or 'of unknown version'} in {folder.parent}"
            if version in {"", __version__}:
                yield Finding("extension", "ok", text)
            else:
                yield Finding(
                    "extension",
                    "note",
                    f"{text}; the command line is {__version__}",
                    "update the older one, so that both find the same functions",
                )


def _extension_version(folder: Path) -> str:
    try:
        value = json.loads(read_regular(str(folder / "package.json")))
    except (OSError, ValueError):
        return ""
    version = value.get("version") if isinstance(value, dict) else None
    return version if isinstance(version, str) else ""
