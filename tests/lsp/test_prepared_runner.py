"""A runner that waits for its start while the editor is idle, where that is allowed."""

from __future__ import annotations

import json
import os
import signal
import sys
import urllib.request

import pytest

from lsp.conftest import HELLO
from runner.proc import all_end, family

pytestmark = pytest.mark.skipif(
    sys.platform != "linux", reason="processes are looked up in /proc"
)


def runners(client):
    """Return the runners that a language server has started: pid to command line."""
    return {
        pid: command
        for pid, command in family(client.process.pid).items()
        if " run --events " in command and command.startswith(sys.executable)
    }


def standby(client):
    """Wait for a runner that waits for its start; return its pid."""

    return int(client.wait_for_log(r"Runner process (\d+) is ready to start")[1])


@pytest.fixture
def editor(start_client, write):
    """An editor whose user trusts a workspace with a function."""
    write({"main.py": HELLO})
    return start_client("visual_studio_code", options={"trusted": True})


def served_by(tmp_path):
    """Return the pids of the runners that can be found."""
    files = (tmp_path / "state" / "funclens" / "runners").glob("*.json")
    return [json.loads(file.read_text())["pid"] for file in files]


def run(client):
    """Run the function; return what it answers."""
    url = client.execute("funclens.run", {"id": "main.hello"})["url"]
    with urllib.request.urlopen(url) as response:
        return response.read().decode()


def test_the_prestarted_process_becomes_the_runner(editor, tmp_path):
    """Until then it serves nothing, and nobody finds it."""
    pid = standby(editor)
    assert served_by(tmp_path) == []
    assert run(editor) == "Hello World!"
    assert served_by(tmp_path) == [pid]


def test_the_prestarted_process_ends_with_the_language_server(editor):
    """Nothing of it is left."""
    pid = standby(editor)
    members = [pid, *family(pid)]
    editor.close()
    assert all_end(members) == []


def test_a_dead_prestarted_process_is_replaced(editor):
    """Another runner is started instead."""
    pid = standby(editor)
    os.kill(pid, signal.SIGKILL)
    assert all_end([pid]) == []
    assert run(editor) == "Hello World!"


def test_a_setting_changed_after_the_prestart_applies(editor, workspace, tmp_path):
    """The prepared process was started with the settings of before."""
    pid = standby(editor)
    (workspace / "values.env").write_text("NAME=changed\n", "utf-8")
    (workspace / "pyproject.toml").write_text(
        '[tool.funclens]\nenv-file = ["values.env"]\n', "utf-8"
    )
    (workspace / "main.py").write_text(
        HELLO.replace("'World'", "__import__('os').environ['NAME']"), "utf-8"
    )
    editor.files_changed((workspace / "pyproject.toml", 1), (workspace / "main.py", 2))
    assert run(editor) == "Hello changed!"
    assert served_by(tmp_path) == [pid]


@pytest.mark.parametrize("options", [None, {}, {"settings": {}}])
def test_nothing_is_prestarted_in_an_untrusted_workspace(start_client, write, options):
    """A runner starts the workspace's interpreter, which may be anything."""
    write({"main.py": HELLO})
    client = start_client("visual_studio_code", options=options)
    assert run(client) == "Hello World!"
    assert not [words for words in runners(client).values() if "--standby" in words]
