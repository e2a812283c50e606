"""What the documented set-ups send to attach a debugger works, at a real debugger."""

from __future__ import annotations

import json
import re
from concurrent.futures import ThreadPoolExecutor

import pytest

from editors.documented import set_up
from lsp.conftest import HELLO
from process import DEADLINE_S
from runner.conftest import get
from runner.dap import DebugClient
from runner_process import RunnerProcess


def of_nvim_dap():
    """Return what `dap.run` is given."""
    words = re.search(r"dap\.run\(\{(.*?)\}\)", set_up("Neovim", "lua"))[1]
    pairs = re.findall(r"(\w+) = (\S+?)(?:,|$| \})", words)
    return {name: value.strip('"') for name, value in pairs}


def of_dape():
    """Return the keywords of the configuration: dape sends these."""
    pairs = re.findall(r":(\w+) (\"[^\"]*\"|t)", set_up("Emacs", "elisp", 1))
    return {name: value == "t" or value.strip('"') for name, value in pairs}


def of_zed():
    """Return the scenario without what Zed keeps to itself."""
    [scenario] = json.loads(set_up("Others", "json", 1))
    own = {"label", "adapter", "tcp_connection"}
    return {name: value for name, value in scenario.items() if name not in own}


@pytest.mark.parametrize("read", [of_nvim_dap, of_dape, of_zed])
def test_a_debugger_attached_as_documented_stops_at_a_breakpoint(read, tmp_path):
    arguments = read()
    assert arguments["request"] == "attach"
    file = tmp_path / "workspace" / "main.py"
    file.parent.mkdir()
    file.write_text(HELLO, "utf-8")
    options = ("--port", "0", "--debug")
    with (
        RunnerProcess(file.parent, state=tmp_path, options=options) as runner,
        ThreadPoolExecutor() as pool,
    ):
        answer = pool.submit(get, runner, "/hello")
        listening = runner.wait_event("debug-listening", unit="main")
        with DebugClient(listening["host"], listening["port"]) as client:
            client.attach({str(file): [6]}, **arguments)
            thread, path, line = client.wait_stopped()
            assert (path, line) == (str(file), 6)
            client.go_on(thread)
            assert answer.result(DEADLINE_S) == (200, "Hello World!")
            client.detach()
