"""Runs a real editor on a workspace with a collision, and reads what it saw."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys

import pytest

from lsp.conftest import HELLO
from runner_process import clean_environment


def find_editor(command, package, path=None):
    """Return the path of an editor. Without it tests are skipped; in CI they fail."""
    found = shutil.which(command, path=path)
    if found is None:
        message = f"{command} is missing. Install it: apt-get install {package}"
        if os.environ.get("CI"):
            pytest.fail(message)
        pytest.skip(message)
    return found


def make_workspace(folder):
    """Write two units with functions of one name; return the workspace."""
    workspace = folder / "work space"
    for name in ("a", "b"):
        (workspace / name).mkdir(parents=True)
        (workspace / name / "main.py").write_text(HELLO)
    return workspace


def install_command(folder):
    """Put a command `funclens` of this interpreter into a folder; return that."""
    programs = folder / "bin"
    programs.mkdir()
    command = programs / "funclens"
    command.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m funclens "$@"\n')
    command.chmod(0o755)
    return programs


def run_editor(command, folder, workspace):
    """Run an editor to its end; return the steps that it wrote."""
    steps = folder / "steps.json"
    environ = {
        **clean_environment(),
        "PATH": f"{install_command(folder)}{os.pathsep}{os.environ['PATH']}",
        "HOME": str(folder),
        "PYTHON": sys.executable,
        "XDG_STATE_HOME": str(folder / "state"),
        "XDG_CACHE_HOME": str(folder / "cache"),
        "FIRST": str(workspace / "a" / "main.py"),
        "SECOND": str(workspace / "b" / "main.py"),
        "STEPS": str(steps),
    }
    done = subprocess.run(
        command,
        cwd=workspace,
        env=environ,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )
    assert steps.exists(), done.stdout + done.stderr
    found = json.loads(steps.read_text())
    assert "problem" not in found, (found, done.stderr)
    return found
