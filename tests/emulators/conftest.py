"""The real emulators, for tests that need them; skipped where they are missing."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import funclens_worker.processes as worker_processes
from emulators.published import Topic, is_up
from funclens.runner.emulators.emulator import free_port
from funclens.runner.emulators.installed import EMULATORS, find_command

if TYPE_CHECKING:
    from collections.abc import Iterator

COMPANION = Path(worker_processes.__path__[0]) / "companion.py"
START_S = 180.0
"""How long an emulator may take to start."""
QUICK_START = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"
"""It lives too briefly for optimized code to pay."""


class RunningEmulator:
    """One of Google's emulators, which can be killed and started again."""

    def __init__(self, kind: str) -> None:
        command = find_command(EMULATORS[kind], os.environ)
        if command is None:
            pytest.skip(f"no {kind} emulator: {EMULATORS[kind].how_to_install}")
        self.host = f"127.0.0.1:{free_port()}"
        self._command = command
        self._process: subprocess.Popen[bytes] | None = None
        self.start()

    def start(self) -> None:
        host, _, port = self.host.rpartition(":")
        self._process = subprocess.Popen(
            [
                *(sys.executable, str(COMPANION), *self._command),
                *(f"--host={host}", f"--port={port}"),
            ],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env={**os.environ, "JAVA_TOOL_OPTIONS": QUICK_START},
        )
        end = time.monotonic() + START_S
        while not is_up(self.host):
            assert time.monotonic() < end, "the emulator does not start"
            # It tells nobody that it listens; an end is noticed at once.
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(0.2)
                pytest.fail("the emulator ended")

    def stop(self) -> None:
        if self._process is not None and self._process.stdin is not None:
            self._process.stdin.close()
            self._process.wait(60)


@pytest.fixture(scope="session")
def pubsub() -> Iterator[RunningEmulator]:
    """The Pub/Sub emulator."""
    emulator = RunningEmulator("pubsub")
    yield emulator
    emulator.stop()


@pytest.fixture
def topic(pubsub: RunningEmulator, request: pytest.FixtureRequest) -> Topic:
    """A topic for one test, in a project of its own."""
    name = request.node.name.replace("_", "-").partition("[")[0][:50]
    return Topic(pubsub.host, f"demo-{name}", "orders")
