"""A real Neovim with the documented set-up: lenses, diagnostics, run, stop."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from editors.documented import set_up
from editors.real_editor import find_editor, make_workspace, run_editor

STEPS = Path(__file__).with_name("neovim_steps.lua")


def newest():
    """Return the path of the Neovim that the tests bring along."""
    folder = str(Path(sys.executable).parent)
    return find_editor("nvim", "neovim, or use a machine with x86_64", folder)


def oldest():
    """Return the path of the Neovim of the system: Debian's is 0.7.2."""
    own = Path(sys.executable).parent
    folders = os.environ["PATH"].split(os.pathsep)
    path = os.pathsep.join(item for item in folders if Path(item) != own)
    return find_editor("nvim", "neovim", path)


@pytest.fixture(scope="module", params=[oldest, newest], ids=lambda find: find.__name__)
def seen(tmp_path_factory, request):
    """What was to be seen in Neovim, step by step."""
    nvim = request.param()
    folder = tmp_path_factory.mktemp("neovim")
    init = folder / "funclens.lua"
    init.write_text(set_up("Neovim", "lua"))
    command = [nvim, "--headless", "-u", str(init), "-c", f"luafile {STEPS}"]
    return run_editor(command, folder, make_workspace(folder))


def test_lenses_are_drawn_at_the_function(seen):
    assert seen["stopped"] == "4: Run locally | Debug"


def test_a_duplicate_in_a_closed_file_is_shown(seen):
    assert seen["collision"] == ["4 duplicate-endpoint funclens"]


def test_a_duplicate_disappears_while_the_other_file_is_edited(seen):
    assert seen["no collision"] is True


def test_code_actions_offer_the_same(seen):
    assert seen["actions"] == ["Run locally: a.main.hello", "Debug: a.main.hello"]


def test_a_lens_runs_the_function_and_shows_its_address(seen):
    assert seen["running"].startswith("4: ● http://127.0.0.1:")
    assert seen["running"].endswith("/hello | Debug | Stop")
    assert seen["status"].startswith("http://127.0.0.1:")
    assert seen["answer"] == "Hello World!"


def test_debug_tells_nvim_dap_where_to_attach(seen):
    assert seen["debug session"] == "a.main"
    assert seen["debugger"] == "server"


def test_a_lens_stops_the_unit_and_then_the_runner(seen):
    assert seen["unit stopped"].endswith("Stop All")
    assert seen["stopped again"] == "4: Run locally | Debug"
