"""What `funclens run` does in its own way where the system isn't Unix."""

from __future__ import annotations

import asyncio
import io
import os
import signal
import subprocess
import sys

import pytest

from funclens.cli.console import is_styled, write_any_character
from funclens.cli.run.async_stdout import writer_of
from funclens.cli.run.child_process import SpawnedChild
from funclens.cli.run.stop_signals import existing_signals
from funclens.runner.event_loop import run_in_loop

SERVE = """
import asyncio, signal, sys
from funclens.cli.run.standard_input import watch_end_of_stdin
from funclens.cli.run.stop_signals import handle_signals
from funclens.runner.event_loop import run_in_loop


async def main():
    stopping = asyncio.Event()
    handle_signals(
        [signal.SIGINT, signal.SIGTERM],
        lambda number: (print("signal", number, flush=True), stopping.set()),
        "nt",
    )
    watch_end_of_stdin(
        lambda: (print("end of input", flush=True), stopping.set()), "nt"
    )
    print("ready", flush=True)
    if sys.argv[1:]:
        signal.raise_signal(signal.SIGTERM)
    await stopping.wait()


run_in_loop(main(), "nt")
"""


def start(*arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", SERVE, *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def test_a_signal_reaches_the_loop_without_a_handler_of_the_loop():
    with start("raise") as process:
        assert process.stdout is not None
        assert process.stdout.read().split("\n")[:2] == [
            "ready",
            f"signal {int(signal.SIGTERM)}",
        ]


def test_the_end_of_standard_input_is_noticed_by_a_thread():
    with start() as process:
        out, _ = process.communicate("lines\nof an editor\n", timeout=60)
    assert out.split() == ["ready", "end", "of", "input"]


def test_a_runners_loop_waits_for_sockets_everywhere():
    async def kind() -> type[asyncio.AbstractEventLoop]:
        return type(asyncio.get_running_loop())

    loop = run_in_loop(kind(), "nt")

    assert hasattr(loop, "add_reader")
    assert issubclass(loop, asyncio.SelectorEventLoop)


def test_only_signals_that_the_system_has_are_handled():
    class Windows:
        SIGINT, SIGTERM, SIGBREAK = 2, 15, 21

    names = ("SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK")

    assert existing_signals(*names, module=Windows) == (2, 15, 21)


def test_a_command_is_started_by_its_full_name_and_ends_with_its_code():
    async def run() -> int:
        code = "import os, sys; sys.exit(int(os.environ['CODE']))"
        child = SpawnedChild(
            [sys.executable, "-c", code], dict(os.environ) | {"CODE": "7"}
        )
        return await child.wait()

    assert run_in_loop(run(), "nt") == 7


def test_a_command_can_be_ended_once():
    async def run() -> None:
        code = "import time; time.sleep(600)"
        child = SpawnedChild([sys.executable, "-c", code], dict(os.environ))
        assert child.returncode is None
        child.send_signal(signal.SIGTERM)
        assert await child.wait() != 0
        with pytest.raises(ProcessLookupError):
            child.send_signal(signal.SIGTERM)

    run_in_loop(run(), "nt")


class Stream(io.TextIOWrapper):
    """A stream of a code page, as Windows opens it."""

    def __init__(self, *, is_terminal: bool, encoding: str = "cp1252") -> None:
        self.bytes = io.BytesIO()
        self._is_terminal = is_terminal
        super().__init__(self.bytes, encoding=encoding, newline="")

    def isatty(self) -> bool:
        return self._is_terminal


@pytest.mark.parametrize(
    ("is_terminal", "os_name", "written"),
    [
        (True, "nt", "caf\xe9 \\u2713".encode("cp1252")),
        (False, "nt", "café ✓".encode()),
        (False, "posix", "caf\xe9 \\u2713".encode("cp1252")),
    ],
)
def test_a_character_outside_of_the_encoding_is_written_somehow(
    monkeypatch, is_terminal, os_name, written
):
    monkeypatch.delenv("PYTHONIOENCODING", raising=False)
    stream = Stream(is_terminal=is_terminal)

    write_any_character(stream, os_name)
    stream.write("café ✓")
    stream.flush()

    assert stream.bytes.getvalue() == written


@pytest.mark.parametrize(
    ("environ", "is_terminal", "obeys", "styled"),
    [
        ({}, True, True, True),
        ({}, True, False, False),
        ({}, False, True, False),
        ({"TERM": "dumb"}, True, True, False),
        ({"FORCE_COLOR": "1"}, False, False, True),
        ({"FORCE_COLOR": "1", "NO_COLOR": "1"}, True, True, False),
    ],
)
def test_colors_are_for_terminals_that_obey_escape_sequences(
    environ, is_terminal, obeys, styled
):
    stream = Stream(is_terminal=is_terminal)

    assert is_styled(stream, environ, lambda _: obeys) == styled


def test_a_console_of_windows_is_written_by_its_raw_stream():
    """It takes UTF-8 whatever the code page is; the descriptor doesn't."""
    raw = io.BytesIO()

    class Buffer:
        pass

    class Console:
        buffer = Buffer()

    Console.buffer.raw = raw  # type: ignore[attr-defined]

    assert writer_of(Console(), "nt")(memoryview(b"text")) == 4  # type: ignore[arg-type]
    assert raw.getvalue() == b"text"
