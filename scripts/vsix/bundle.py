"""Fills extension/bundled: the Python packages that the extension carries.

Third-party packages come from the lock, as pure Python, so that one extension
serves every platform and every Python from 3.10 on.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import tempfile
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["BundleError", "fill"]

OURS = ("funclens", "funclens_worker")
COMPILED = ("markupsafe",)
"""Packages without a wheel for every platform, which work without their native part."""
LEFT_OUT = (
    "**/__pycache__",
    "bin",
    "*.dist-info/RECORD",
    "*.dist-info/INSTALLER",
    "*.dist-info/REQUESTED",
    "*.dist-info/direct_url.json",
    # Of the debugger: attaching by process id, which is not done, and the sources of
    # native parts, which make it faster on one platform and Python.
    # The folder stays: the debugger complains when it is missing.
    "debugpy/_vendored/pydevd/pydevd_attach_to_process/[!R]*",
    "debugpy/_vendored/pydevd/*/*.pyd",
    "debugpy/_vendored/pydevd/**/*.c",
    "debugpy/_vendored/pydevd/**/*.pxd",
    "debugpy/_vendored/pydevd/**/*.pyx",
    "markupsafe/_speedups*",
)


class BundleError(Exception):
    """The bundle cannot be made; a sentence with the next step."""


def fill(target: Path, *, root: Path, python: Path) -> None:
    """Recreate `target` from the checkout at `root`.

    `python` is an interpreter with pip, of any version. Raises BundleError with
    pip's own words when a package cannot be had.
    """
    shutil.rmtree(target, ignore_errors=True)
    libs = target / "libs"
    libs.mkdir(parents=True)
    _install_locked(libs, root / "extension" / "bundle" / "requirements.lock", python)
    for package in OURS:
        shutil.copytree(
            root / "server" / package,
            libs / package,
            ignore=shutil.ignore_patterns("__pycache__", "*.pyc"),
        )
    docs = libs / "funclens" / "docs"
    docs.mkdir()
    shutil.copy(root / "docs" / "get-started.md", docs)
    for name in ("guides", "reference"):
        shutil.copytree(root / "docs" / name, docs / name)
    for pattern in LEFT_OUT:
        for path in sorted(libs.glob(pattern)):
            if path.is_dir():
                shutil.rmtree(path)
            else:
                path.unlink()
    shutil.copy(root / "extension" / "bundle" / "launch_server.py", target)


def _install_locked(libs: Path, lock: Path, python: Path) -> None:
    """Install what the lock names, as wheels: for any platform, or this one's."""
    pins = re.split(r"\n(?=[a-z])", lock.read_text("utf-8"))
    compiled = [pin for pin in pins if pin.startswith(COMPILED)]
    pure = [pin for pin in pins if pin not in compiled]
    any_platform = ("--platform", "any", "--abi", "none", "--implementation", "py")
    _pip_install(libs, pure, python, *any_platform, "--python-version", "3.10")
    _pip_install(libs, compiled, python)


def _pip_install(libs: Path, pins: list[str], python: Path, *options: str) -> None:
    with tempfile.NamedTemporaryFile("w", suffix=".txt", encoding="utf-8") as file:
        file.write("\n".join(pins) + "\n")
        file.flush()
        done = subprocess.run(
            [
                *(str(python), "-m", "pip", "--disable-pip-version-check", "install"),
                *("--quiet", "--no-input", "--no-deps", "--no-compile"),
                *("--require-hashes", "--only-binary", ":all:"),
                *("--target", str(libs), "--requirement", file.name, *options),
            ],
            capture_output=True,
            text=True,
            check=False,
        )
    if done.returncode != 0:
        raise BundleError(
            f"{done.stdout}{done.stderr}\nThe packages that the extension carries "
            "could not be installed. See what pip says above and try again."
        )
