"""A real Emacs with Eglot and the documented set-up: diagnostics, code actions."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from editors.documented import set_up
from editors.real_editor import find_editor, make_workspace, run_editor

STEPS = Path(__file__).with_name("emacs_steps.el")


@pytest.fixture(scope="module")
def seen(tmp_path_factory):
    """What was to be seen in Emacs, step by step."""
    emacs = find_editor("emacs", "emacs-nox elpa-eglot")
    folder = tmp_path_factory.mktemp("emacs")
    workspace = make_workspace(folder)
    subprocess.run(["git", "init", "--quiet"], cwd=workspace, check=True)
    init = folder / "funclens.el"
    init.write_text(set_up("Emacs", "elisp"))
    command = [emacs, "--batch", "--load", str(init), "--load", str(STEPS)]
    return run_editor(command, folder, workspace)


def test_a_duplicate_in_a_closed_file_is_shown(seen):
    (text,) = seen["collision"]
    assert text.startswith("5 ")
    assert "b.main.hello" in text


def test_code_actions_offer_runs_and_fixes(seen):
    assert {
        "Run locally: a.main.hello",
        "Debug: a.main.hello",
        "Rename hello to a_hello",
    } <= set(seen["actions"])


def test_an_action_runs_the_function_and_shows_its_address(seen):
    assert seen["running"].startswith("● http://127.0.0.1:")
    assert seen["answer"] == "Hello World!"


def test_debug_shows_the_address_of_the_debugger(seen):
    assert re.search(
        r"a\.main is waiting for a debugger\. .* debugpy at 127\.0\.0\.1:\d+",
        seen["debugger"],
    )


def test_an_action_stops_the_unit_and_then_the_runner(seen):
    assert seen["unit stopped"] == "Stop All: a.main.hello"
    assert seen["stopped again"] == "Run locally: a.main.hello"
