"""How another process of ours starts a runner."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from funclens import __version__
from funclens.runner.api.process import run_command
from process import DEADLINE_S
from runner_process import clean_environment

SERVER = Path(__file__).parents[2] / "server"
LIBRARIES = Path(next(p for p in sys.path if p.endswith("site-packages")))


def test_it_is_isolated_and_ends_with_its_starter() -> None:
    words = run_command(["/a folder"], ["--port", "0"])

    assert words[:3] == [sys.executable, "-I", "-u"]
    assert words[4:] == [
        *("run", "--events", "--parent-stdin", "--port", "0", "/a folder"),
    ]


def test_packages_on_the_path_of_the_user_are_found(tmp_path: Path) -> None:
    """`pip install --user` and PYTHONPATH put Funclens where `-I` does not look."""
    code = (
        "import subprocess; from funclens.runner.api.process import run_command; "
        "words = run_command([], []); "
        "subprocess.run([*words[:5], '--version'], check=True)"
    )
    bare = os.path.realpath(sys.executable)  # outside of the tests' environment
    done = subprocess.run(
        [bare, "-c", code],
        cwd=tmp_path,
        env=clean_environment() | {"PYTHONPATH": f"{SERVER}{os.pathsep}{LIBRARIES}"},
        capture_output=True,
        text=True,
        timeout=DEADLINE_S,
        check=False,
    )

    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == f"funclens {__version__}\n"
