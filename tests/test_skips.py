"""A skipped test fails where CI is true, and only there."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

IN_TEST = """
import pytest

def test_it():
    pytest.skip("The tool is missing. Install it.")
"""
EXCEPTED = """
import pytest

@pytest.mark.may_skip_in_ci
@pytest.mark.skip(reason="The tool is missing. Install it.")
def test_it():
    pass
"""
IN_MODULE = """
import pytest

pytest.skip("The tool is missing. Install it.", allow_module_level=True)
"""


@pytest.mark.parametrize(
    ("source", "ci", "code"),
    [
        (IN_TEST, "true", pytest.ExitCode.TESTS_FAILED),
        (IN_TEST, "", pytest.ExitCode.OK),
        (EXCEPTED, "true", pytest.ExitCode.OK),
        (IN_MODULE, "true", pytest.ExitCode.INTERRUPTED),
    ],
    ids=["in a test", "elsewhere", "excepted", "in a module"],
)
def test_a_skip_is_a_failure_only_in_ci(
    tmp_path: Path, source: str, ci: str, code: int
) -> None:
    for name in ("conftest.py", "systems.py"):
        text = Path(__file__).with_name(name).read_text("utf-8")
        (tmp_path / name).write_text(text, "utf-8")
    (tmp_path / "test_it.py").write_text(source)

    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "pytest",
            "-qra",
            "-p",
            "no:cacheprovider",
            str(tmp_path),
        ],
        cwd=tmp_path,
        env={**os.environ, "CI": ci},
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == code, done.stdout
    assert "The tool is missing" in done.stdout or not ci
