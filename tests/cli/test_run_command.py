"""`funclens run -- CMD`: the functions are served while a command runs."""

from __future__ import annotations

import contextlib
import fcntl
import os
import select
import signal
import subprocess
import sys
import termios
from typing import TYPE_CHECKING

import pytest

from cli.command import funclens
from emulators.bucket_server import BucketServer
from process import LiveProcess
from runner_process import clean_environment
from source_tree import write_tree

if TYPE_CHECKING:
    from pathlib import Path

DEADLINE_S = 60.0
MAIN = """
import functions_framework
from pathlib import Path

Path("loaded").touch()


@functions_framework.http
def hello(request):
    print("said hello")
    return "hello"


def on_photo(event, context):
    pass
"""
DEPLOY = """
gcloud functions deploy on_photo --source . --no-gen2 --trigger-bucket=photos
"""
BROKEN = """
import no_such_module
import functions_framework


@functions_framework.http
def broken(request):
    return ""
"""
ASK = """
import os, sys, urllib.request
print("loaded" in os.listdir(sys.argv[1]))
print(urllib.request.urlopen(os.environ["FUNCLENS_URL"] + "/hello").read().decode())
sys.exit(7)
"""
LIST_BUCKET = """
import os, sys, urllib.request
host = os.environ["STORAGE_EMULATOR_HOST"]
sys.exit(urllib.request.urlopen(host + "/storage/v1/b/photos/o").status)
"""
STOP = """
import asyncio, sys
from funclens.runner.api.client import find_runner
async def stop():
    await (await find_runner([sys.argv[1]])).control("stop")
    await asyncio.sleep(600)
asyncio.run(stop())
"""
COUNT = """
import os, signal
interrupts = []
def interrupted(*_):
    interrupts.append(1)
    os.kill(os.getppid(), signal.SIGUSR1)
def end(*_):
    os.write(1, b"interrupts: %d\\n" % len(interrupts))
    os._exit(5)
signal.signal(signal.SIGINT, interrupted)
signal.signal(signal.SIGUSR1, end)
os.write(1, b"up\\n")
while True:
    signal.pause()
"""


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    return write_tree(tmp_path / "shop", {"main.py": MAIN, "deploy.sh": DEPLOY})


@pytest.fixture
def state(tmp_path: Path) -> Path:
    return write_tree(tmp_path / "state", {"keep": ""})


def run_with(shop: Path, state: Path, *command: str, options: tuple[str, ...] = ()):
    """Return the process of a runner with a command."""
    argv = [sys.executable, "-m", "funclens", "run", "--port", "0", *options]
    return LiveProcess(
        [*argv, str(shop), "--", *command],
        cwd=state,
        env=clean_environment() | {"XDG_STATE_HOME": str(state)},
    )


def test_a_command_runs_when_units_are_loaded_and_its_code_is_returned(shop, state):
    """Its standard output is its own; the runner writes to standard error."""
    write_tree(shop, {"broken/main.py": BROKEN})
    argv = [sys.executable, "-m", "funclens", "run", "--port", "0", str(shop), "--"]
    argv += [sys.executable, "-c", ASK, str(shop)]
    with (state / "log").open("w") as log:
        ended = subprocess.run(
            argv,
            cwd=state,
            env=clean_environment() | {"XDG_STATE_HOME": str(state)},
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
            timeout=DEADLINE_S,
            check=False,
        )

    shown = (state / "log").read_text("utf-8")
    assert ended.stdout == "True\nhello\n", shown
    assert ended.returncode == 7
    assert shown.index("broken.main failed") < shown.index("said hello")
    assert "Ctrl+C" not in shown


@pytest.mark.parametrize(
    ("words", "code", "error"),
    [
        (["--", "no-such-command"], 127, "command not found: 'no-such-command'"),
        (["--", "./main.py"], 126, "not an executable file: './main.py'"),
        (["--", "."], 126, "not an executable file: '.'"),
        (["--"], 2, "no command after '--'"),
        (["--events", "--", "ls"], 2, "--events cannot be used with a command"),
    ],
)
def test_a_command_that_cannot_be_run_is_reported_at_once(shop, words, code, error):
    ended = funclens("run", "--port", "0", *words, cwd=shop)

    assert ended.returncode == code
    assert f"error: {error}\n" in ended.stderr
    assert "hint: " in ended.stderr
    assert "Serving" not in ended.stderr


def test_a_signal_is_passed_on_to_the_command(shop, state):
    trap = "trap 'echo got it; exit 9' TERM; echo up; while :; do sleep 1; done"
    with run_with(shop, state, "sh", "-c", trap) as runner:
        runner.wait_for_line("up", stream="stdout", deadline=DEADLINE_S)

        os.kill(runner.pid, signal.SIGTERM)

        assert runner.wait(DEADLINE_S) == 9
        assert runner.stdout == ["up", "got it"]


def test_a_command_that_a_signal_ends_gives_the_code_of_a_shell(shop, state):
    with run_with(shop, state, "sh", "-c", "kill -KILL $$") as runner:
        assert runner.wait(DEADLINE_S) == 128 + signal.SIGKILL


def test_the_command_ends_when_the_runner_is_stopped(shop, state):
    with run_with(shop, state, sys.executable, "-c", STOP, str(shop)) as runner:
        assert runner.wait(DEADLINE_S) == 128 + signal.SIGTERM
        assert runner.stderr[-1] == "Stopped."


@pytest.mark.skipif(sys.platform != "linux", reason="the kernel tells nobody elsewhere")
def test_the_command_does_not_outlive_a_killed_runner(shop, state):
    script = "echo $$; exec sleep 600"
    with run_with(shop, state, "sh", "-c", script) as runner:
        number = int(
            runner.wait_until(
                lambda: runner.stdout and runner.stdout[0],
                what="the command's id",
                deadline=DEADLINE_S,
            )
        )
        end = os.pidfd_open(number)

        os.kill(runner.pid, signal.SIGKILL)

        assert select.select([end], [], [], DEADLINE_S)[0]
        os.close(end)


def test_an_interrupt_of_a_terminal_reaches_the_command_once(shop, state):
    argv = [sys.executable, "-m", "funclens", "run", "--port", "0", str(shop), "--"]
    argv += [sys.executable, "-c", COUNT]
    terminal, other_end = os.openpty()
    runner = subprocess.Popen(
        argv,
        cwd=state,
        env=clean_environment() | {"XDG_STATE_HOME": str(state)},
        stdin=other_end,
        stdout=other_end,
        stderr=other_end,
        start_new_session=True,
        preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),  # noqa: PLW1509
    )
    os.close(other_end)
    shown = b""
    while b"up\r\n" not in shown:
        shown += os.read(terminal, 4096)

    os.write(terminal, b"\x03")

    with contextlib.suppress(OSError):  # the end of a terminal
        while data := os.read(terminal, 4096):
            shown += data
    os.close(terminal)
    assert runner.wait(DEADLINE_S) == 5
    assert b"interrupts: 1\r\n" in shown, shown


def test_events_are_delivered_before_the_command_starts(shop, state, monkeypatch):
    """The runner has made the bucket that the command lists."""
    with BucketServer() as server:
        monkeypatch.setenv("STORAGE_EMULATOR_HOST", server.url)
        monkeypatch.setenv("GOOGLE_CLOUD_PROJECT", "demo-shop")
        command = (sys.executable, "-c", LIST_BUCKET)
        with run_with(shop, state, *command, options=("--emulators",)) as runner:
            assert runner.wait(DEADLINE_S) == 200, runner.report()
