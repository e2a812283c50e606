"""Ports, interpreters, the state file: what a runner meets when it starts."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from funclens.runner.api.client import find_runner
from funclens.runner.api.registry import find_addresses
from interpreters import environment
from process import DEADLINE_S, LiveProcess
from runner.conftest import get, read_all
from runner.proc import all_end, reapers_of_launcher
from runner_process import clean_environment

HELLO = """
import sys

import flask


def hello(request: flask.Request):
    return " ".join([sys.prefix, __import__("os").getcwd(), request.path])
"""


def run_cli(*words, cwd):
    """Run the command line to its end; return exit code and both outputs."""
    done = subprocess.run(
        [sys.executable, "-m", "funclens", *words],
        cwd=cwd,
        env=clean_environment() | {"XDG_STATE_HOME": str(cwd)},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=DEADLINE_S,
        check=False,
    )
    return done.returncode, done.stdout, done.stderr


def bare_environment(folder: Path, python: str = sys.executable) -> Path:
    """Make a virtual environment with nothing in it; return its interpreter."""
    command = [python, "-m", "venv", "--without-pip", "--symlinks", str(folder)]
    subprocess.run(command, check=True, timeout=DEADLINE_S)
    return folder / "bin" / "python"


def test_an_explicit_port_in_use_is_an_error(workspace, tmp_path):
    """Exit code 2 and the ways on."""
    folder = workspace({"main.py": HELLO})
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = str(other.getsockname()[1])
        code, _, said = run_cli("run", "--port", port, str(folder), cwd=tmp_path)
    assert code == 2
    assert f"port {port} is already in use" in said
    assert "--port" in said
    assert "Traceback" not in said


def test_the_next_free_port_is_used_and_printed(workspace, serve):
    """Two runners without --port: the second one moves on by itself."""
    folder = workspace({"main.py": HELLO})
    one = serve(folder, options=())
    two = serve(folder, options=())
    assert one.address[1] != two.address[1]
    assert get(one, "/hello")[0] == get(two, "/hello")[0] == 200


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["run", "--prot", "1"], "did you mean '--port'?"),
        (["run", "--port", "70000"], "`port` must be a whole number from 0 to 65535"),
        (["run", "--port", "http"], "--port: invalid port 'http'"),
        (["run", "no-such-folder"], "error: no such folder: '/"),
        (["run", "main.py"], "hint: pass its folder: '.'"),
        (["run", "--host", ""], "`host` must be a string that isn't empty"),
        (["run", "--host", "203.0.113.7"], "cannot listen on '203.0.113.7'"),
        (
            ["run", "--python", "no-such-python"],
            "no such interpreter: 'no-such-python'",
        ),
        (["run", "--env-file", "no.env"], "error: no such env file: '/"),
        (["run", "--target", "helo"], "did you mean 'hello' or 'main.hello'?"),
        (["run", "--target", "z"], "hint: see 'funclens list'"),
    ],
)
def test_wrong_arguments_print_an_error(workspace, tmp_path, words, said):
    """No traceback, and an exit code that scripts can tell from success."""
    workspace({"main.py": HELLO})
    code, _, errors = run_cli(*words, cwd=tmp_path / "workspace")
    assert code in (1, 2)
    assert said in errors
    assert "Traceback" not in errors


STUCK = """
import threading

import flask


def stuck(request: flask.Request):
    print("It waits.", flush=True)
    threading.Event().wait()
"""


def test_ctrl_c_waits_for_requests_and_a_second_one_kills_them(workspace, tmp_path):
    folder = workspace({"main.py": STUCK})
    argv = [sys.executable, "-m", "funclens", "run", "--port", "0", str(folder)]
    env = clean_environment() | {"XDG_STATE_HOME": str(tmp_path)}
    with LiveProcess(argv, cwd=tmp_path, env=env) as runner:
        first = runner.wait_for_line("Serving 1 function", stream="stdout")
        port = int(first.rpartition(":")[2])
        with socket.create_connection(("127.0.0.1", port)) as connection:
            connection.sendall(b"GET /stuck HTTP/1.1\r\nHost: localhost\r\n\r\n")
            runner.wait_for_line("It waits.", stream="stdout")

            os.kill(runner.pid, signal.SIGINT)
            runner.wait_for_line("press Ctrl+C again to stop now")
            os.kill(runner.pid, signal.SIGINT)

            assert runner.wait() == 0
            assert b"it was stopped" in read_all(connection)


def test_a_typo_in_pyproject_is_reported_and_ignored(workspace, serve):
    """The rest of the settings and the functions work."""
    toml = '[tool.funclens]\nprot = 1\nallow-host = ["tunnel.example"]\n'
    folder = workspace({"main.py": HELLO, "pyproject.toml": toml})
    runner = serve(folder)
    assert runner.wait_for_line("unknown setting `prot`")
    assert "Did you mean `port`?" in runner.wait_for_line("prot")
    assert get(runner, "/hello")[0] == 200


def test_a_folder_without_functions_is_served_with_a_hint(workspace, serve):
    """Functions may come later: the runner stays."""
    runner = serve(workspace({"notes.txt": "nothing"}))
    status, body = get(runner, "/")
    assert status == 200
    assert '"functions": []' in body


def test_an_interpreter_without_flask_is_reported_with_an_install_command(
    workspace, serve
):
    """The unit answers 500 with the command; the interpreter is the unit's own."""
    folder = workspace({"bare/main.py": HELLO})
    python = bare_environment(folder / "bare/.venv")
    runner = serve(folder)
    status, body = get(runner, "/hello")
    assert status == 500
    assert f"uv pip install --python {python} functions-framework" in body


def test_a_unit_runs_in_its_own_environment_and_folder(workspace, serve):
    """`sys.prefix` and cwd are the unit's, not the runner's."""
    folder = workspace({"unit/main.py": HELLO})
    bare_environment(folder / "unit/.venv")
    site = next((folder / "unit/.venv/lib").glob("python*/site-packages"))
    ours = Path(pytest.__file__).parent.parent
    (site / "theirs.pth").write_text(f"{ours}\n", "utf-8")
    prefix, cwd, path = get(serve(folder), "/hello")[1].split()
    assert prefix == str(folder / "unit/.venv")
    assert cwd == str(folder / "unit")
    assert path == "/"


def test_an_invalid_python_setting_is_reported_in_the_response(workspace, serve):
    """The unit fails with a sentence; the runner does not."""
    toml = '[tool.funclens]\npython = "no/such/python"\n'
    folder = workspace({"main.py": HELLO, "pyproject.toml": toml})
    status, body = get(serve(folder), "/hello")
    assert status == 500
    assert "Not an executable interpreter" in body
    assert str(folder / "no/such/python") in body


def test_the_runner_of_a_folder_is_registered_and_unregistered(
    workspace, serve, tmp_path, monkeypatch
):
    """An owner-only file outside the workspace, there while the runner lives."""
    folder = workspace({"sub/main.py": HELLO})
    runner = serve(folder)
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    (file,) = (tmp_path / "state").glob("funclens/runners/*.json")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    found = asyncio.run(find_runner([str(folder / "sub")]))
    assert found is not None
    assert found.url == runner.url
    assert runner.stop() == 0
    assert find_addresses([str(folder)]) == []


@pytest.mark.skipif(sys.platform != "linux", reason="zygotes are for Linux only")
def test_a_wrongly_guessed_zygote_is_replaced(workspace, serve):
    """An editor names the interpreter in its settings: the guess did not know."""
    python = str(environment(f"{sys.version_info[0]}.{sys.version_info[1]}", "flask"))
    settings = json.dumps([{"python": python}])
    runner = serve(
        workspace({"main.py": HELLO}),
        options=("--port", "0", "--editor-settings", settings),
    )
    prefix = str(Path(python).parent.parent)
    assert get(runner, "/hello")[1].split()[0] == prefix
    assert all_end(sorted(reapers_of_launcher(runner.pid))[:-1]) == []
