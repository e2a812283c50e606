"""A real Neovim with the documented set-up: lenses, diagnostics, run, stop."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from editors.documented import set_up
from lsp.conftest import HELLO
from runner_process import clean_environment

NVIM = shutil.which("nvim")
STEPS = Path(__file__).with_name("neovim_steps.lua")


@pytest.fixture(scope="module")
def seen(tmp_path_factory):
    """What was to be seen in Neovim, step by step."""
    if NVIM is None:
        if os.environ.get("CI"):
            pytest.fail("Neovim is missing. Install it: apt-get install neovim")
        pytest.skip("Neovim is missing. Install it: apt-get install neovim")
    folder = tmp_path_factory.mktemp("neovim")
    workspace = folder / "work space"
    for name in ("a", "b"):
        (workspace / name).mkdir(parents=True)
        (workspace / name / "main.py").write_text(HELLO)
    set_up_file = folder / "funclens.lua"
    set_up_file.write_text(set_up("Neovim", "lua"))
    environ = {
        **clean_environment(),
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "PYTHON": sys.executable,
        "XDG_STATE_HOME": str(folder / "state"),
        "XDG_CACHE_HOME": str(folder / "cache"),
        "FIRST": str(workspace / "a" / "main.py"),
        "SECOND": str(workspace / "b" / "main.py"),
        "STEPS": str(folder / "steps.json"),
    }
    done = subprocess.run(
        [NVIM, "--headless", "-u", set_up_file, "-c", f"luafile {STEPS}"],
        cwd=workspace,
        env=environ,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )
    steps = folder / "steps.json"
    assert steps.exists(), done.stderr
    found = json.loads(steps.read_text())
    assert "problem" not in found, found
    return found


def test_lenses_are_drawn_at_the_function(seen):
    assert seen["stopped"] == "4: Run locally | Debug"


def test_a_collision_with_a_file_that_is_not_open_is_shown(seen):
    assert seen["collision"] == ["4 duplicate-endpoint funclens"]


def test_a_collision_goes_while_the_other_file_is_typed(seen):
    assert seen["no collision"] is True


def test_code_actions_offer_the_same(seen):
    assert seen["actions"] == ["Run locally: a.main.hello", "Debug: a.main.hello"]


def test_a_lens_runs_the_function_and_shows_its_address(seen):
    assert seen["running"].startswith("4: ● http://127.0.0.1:")
    assert seen["running"].endswith("/hello | Debug | Stop")
    assert seen["status"].startswith("http://127.0.0.1:")
    assert seen["answer"] == "Hello World!"


def test_a_lens_stops_the_runner(seen):
    assert seen["stopped again"] == "4: Run locally | Debug"
