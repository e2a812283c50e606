"""The folder that tells where runners are: broken, planted, and outlived."""

from __future__ import annotations

import asyncio
import http.server
import json
import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from funclens.runner.api.client import find_runner
from funclens.runner.api.registry import (
    RunnerAddress,
    find_addresses,
    forget,
    publish,
)
from runner.conftest import get

HELLO = """
import functions_framework


@functions_framework.http
def hello(request):
    return "hello"
"""


@pytest.fixture
def state(tmp_path, monkeypatch):
    """The state folder of this process and of the runners that it starts."""
    folder = tmp_path / "state"
    folder.mkdir()
    monkeypatch.setenv("XDG_STATE_HOME", str(folder))
    return folder


def address(folder, port=1, token="x"):  # noqa: S107
    return RunnerAddress(f"http://127.0.0.1:{port}", token, os.getpid(), (str(folder),))


def found(folder):
    return asyncio.run(find_runner([str(folder)]))


def test_a_runner_whose_state_folder_cannot_be_written_warns_once_and_serves(
    workspace, serve, tmp_path
):
    nothing = tmp_path / "file"
    nothing.write_text("")
    root = workspace({"one/main.py": HELLO, "two/main.py": HELLO})
    folders = (root / "one", root / "two")
    runner = serve(*folders, env={"XDG_STATE_HOME": str(nothing)})

    warning = runner.wait_event("warning")
    assert "state folder" in warning["message"]
    assert str(nothing) in warning["message"]
    assert get(runner, "/one.main.hello") == (200, "hello")
    assert runner.stop() == 0
    assert [event["event"] for event in runner.events].count("warning") == 1


FULL = """
import errno, resource, sys

from funclens.runner.api.registry import RunnerAddress, publish

resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
try:
    publish(RunnerAddress("http://127.0.0.1:1", "x", 1, ("/",)))
except OSError as error:
    sys.exit(error.errno != errno.EFBIG)
"""


def test_nothing_is_left_of_a_file_that_could_not_be_written(state):
    """A disk without room says so when it is written to."""
    subprocess.run([sys.executable, "-c", FULL], check=True)

    assert list((state / "funclens" / "runners").iterdir()) == []


NO_ROOM = """
import tempfile


def full():
    raise FileNotFoundError("No usable temporary directory found")


tempfile._get_default_tempdir = full
"""


def test_a_function_is_served_where_no_folder_takes_temporary_files(workspace, serve):
    folder = workspace({"main.py": HELLO})
    (folder / "sitecustomize.py").write_text(NO_ROOM, "utf-8")

    runner = serve(folder, env={"PYTHONPATH": str(folder)})

    assert get(runner, "/hello") == (200, "hello")


def test_a_planted_link_is_not_followed(state, tmp_path):
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (state / "funclens").symlink_to(elsewhere)

    with pytest.raises(OSError, match="funclens"):
        publish(address(tmp_path))

    assert list(elsewhere.iterdir()) == []
    assert find_addresses([str(tmp_path)]) == []


def test_a_planted_file_is_replaced_and_its_target_left_alone(state, tmp_path):
    publish(address(tmp_path))
    (file,) = (state / "funclens" / "runners").iterdir()
    target = tmp_path / "target"
    target.write_text("precious")
    file.unlink()
    file.symlink_to(target)
    file.with_suffix(".new").symlink_to(target)

    assert find_addresses([str(tmp_path)]) == []
    publish(address(tmp_path))

    assert target.read_text() == "precious"
    assert not file.is_symlink()
    assert find_addresses([str(tmp_path)]) == [address(tmp_path)]
    assert list(file.parent.iterdir()) == [file]


@pytest.mark.parametrize("mode", [0o644, 0o660, 0o4600 | 0o004])
def test_a_file_that_others_may_open_is_not_believed(state, tmp_path, mode):
    publish(address(tmp_path))
    (file,) = (state / "funclens" / "runners").iterdir()
    file.chmod(mode)

    assert find_addresses([str(tmp_path)]) == []


def test_a_folder_of_another_user_is_not_used(state, tmp_path, monkeypatch):
    (state / "funclens" / "runners").mkdir(parents=True, mode=0o700)
    monkeypatch.setattr(os, "geteuid", lambda: os.getuid() + 1)

    with pytest.raises(OSError, match="another user"):
        publish(address(tmp_path))
    assert find_addresses([str(tmp_path)]) == []


def test_a_folder_that_others_may_write_is_closed(state, tmp_path):
    runners = state / "funclens" / "runners"
    runners.mkdir(parents=True)
    runners.chmod(0o777)

    publish(address(tmp_path))

    assert runners.stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize(
    "text", ["", "[]", "{", '{"url": 1}', "[" * 100_000, "\0", '"\udcff"']
)
def test_a_broken_file_is_no_runner(state, tmp_path, text):
    publish(address(tmp_path))
    (file,) = (state / "funclens" / "runners").iterdir()
    file.write_text(text, "utf-8", "surrogateescape")

    assert find_addresses([str(tmp_path)]) == []


class Stranger(http.server.BaseHTTPRequestHandler):
    """Another program on the port of a runner that was killed."""

    seen: list[str]

    def do_GET(self):
        self.seen.append(str(self.headers))
        body = json.dumps({"version": 1, "pid": os.getpid(), "proof": "0" * 64})
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body.encode())

    def log_message(self, *_):
        """Be silent."""


@pytest.mark.usefixtures("state")
def test_the_token_is_not_given_to_another_program_on_the_port(tmp_path):
    Stranger.seen = []
    server = http.server.HTTPServer(("127.0.0.1", 0), Stranger)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    publish(address(tmp_path, server.server_address[1], token="very-secret"))

    assert found(tmp_path) is None

    server.shutdown()
    server.server_close()
    assert len(Stranger.seen) == 1
    assert "secret" not in Stranger.seen[0]


def test_the_first_runner_is_found_again_when_the_second_ends(workspace, serve, state):
    folder = workspace({"main.py": HELLO})
    first, second = serve(folder), serve(folder)
    assert found(folder).url == second.url

    assert second.stop() == 0
    assert found(folder).url == first.url
    assert get(first, "/hello") == (200, "hello")

    assert first.stop() == 0
    assert found(folder) is None
    assert [path for path in state.rglob("*") if path.is_file()] == []


def test_what_a_killed_runner_left_is_removed_by_the_next(workspace, serve, state):
    folder = workspace({"main.py": HELLO})
    first = serve(folder)
    os.kill(first.pid, 9)
    first.wait()
    (left,) = (state / "funclens" / "runners").iterdir()

    second = serve(folder)

    assert found(folder).url == second.url
    assert not left.exists()


def test_a_runner_forgets_only_itself(state, tmp_path):
    mine, other = address(tmp_path), address(tmp_path, 2)
    publish(mine)
    (file,) = (state / "funclens" / "runners").iterdir()
    file.write_text(json.dumps({**json.loads(file.read_text()), "url": other.url}))

    forget(mine)

    assert find_addresses([str(tmp_path)]) == [other]
    assert isinstance(Path(file), Path)
