"""The newcomer's scripts say what is missing, in a sentence."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

SCRIPTS = Path(__file__).parents[1] / "scripts"

OLD_PYTHON = """#!/bin/sh
# Answers as an interpreter that is too old: prints its version, fails the check.
case "$2" in
    *print*) echo 3.8.19 ;;
    *) exit 1 ;;
esac
"""


def run(script: str, *words: str, **env: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(SCRIPTS / script), *words],
        env={**os.environ, **env},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def test_a_missing_folder_is_reported_before_anything_is_installed(
    tmp_path: Path,
) -> None:
    done = run("run", str(tmp_path / "nowhere"), PYTHON="/nonexistent/python")

    assert done.returncode == 2
    assert done.stderr.startswith("There is no such folder.")


@pytest.mark.parametrize("script", ["run", "install_python"])
def test_a_python_that_does_not_start_is_reported(script: str) -> None:
    done = run(script, PYTHON="/nonexistent/python")

    assert done.returncode == 1
    assert done.stderr.startswith("Funclens needs Python 3.10 or later")
    assert done.stderr.rstrip().endswith("/nonexistent/python")


def test_a_python_that_is_too_old_is_reported_with_its_version(tmp_path: Path) -> None:
    python = tmp_path / "python"
    python.write_text(OLD_PYTHON)
    python.chmod(0o755)

    done = run("run", PYTHON=str(python))

    assert done.returncode == 1
    assert f"too old: {python} is 3.8.19" in done.stderr


def test_an_unknown_option_is_reported() -> None:
    done = run("install_python", "--everything")

    assert done.returncode == 2
    assert done.stderr.rstrip().endswith("--everything")
