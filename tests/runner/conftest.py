"""Workspaces written by the tests of the runner, and runners over them."""

from __future__ import annotations

import asyncio
import contextlib
import http.client
import json
import socket
from typing import TYPE_CHECKING

import pytest

from funclens.folder_settings import FolderSettings
from funclens.runner.app import Runner, RunnerOptions
from funclens.runner.http.listen import bind
from process import DEADLINE_S
from runner.in_process import Events
from runner_process import RunnerProcess

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    Serve = Callable[..., RunnerProcess]


@pytest.fixture
def workspace(tmp_path: Path) -> Callable[[Mapping[str, str]], Path]:
    """Write files (relative path to text) into a fresh workspace folder."""

    def write(files: Mapping[str, str]) -> Path:
        root = tmp_path / "workspace"
        for name, text in files.items():
            path = root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, "utf-8")
        return root

    return write


@pytest.fixture
def serve(tmp_path: Path) -> Iterator[Serve]:
    """Start runners that end with the test."""
    with contextlib.ExitStack() as stack:

        def start(*folders: Path, **options: object) -> RunnerProcess:
            state = tmp_path / "state"
            state.mkdir(exist_ok=True)
            runner = RunnerProcess(*folders, state=state, **options)  # type: ignore[arg-type]
            return stack.enter_context(runner)

        yield start


@pytest.fixture
def run(tmp_path, monkeypatch):
    """Run steps with a Runner of this process that serves a folder."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))

    def run(folder, steps, **options):
        async def serve():
            source = FolderSettings([str(folder)])
            options.setdefault("watches", False)
            runner = Runner(
                bind("127.0.0.1", 0), source, source.read(), RunnerOptions(**options)
            )
            events = runner.bus.subscribe()
            await runner.start()
            try:
                await asyncio.wait_for(steps(runner, Events(events)), DEADLINE_S)
            finally:
                await runner.stop(1.0)

        asyncio.run(serve())

    return run


def exchange(runner: RunnerProcess, data: bytes) -> bytes:
    """Send bytes on a fresh connection; return all that comes back."""
    with connect(runner) as connection:
        connection.sendall(data)
        return read_all(connection)


def connect(runner: RunnerProcess) -> socket.socket:
    """Open a connection to the front door."""
    return socket.create_connection(runner.address, timeout=DEADLINE_S)


def read_all(connection: socket.socket) -> bytes:
    """Read until the other side closes."""
    parts = []
    while part := connection.recv(65_536):
        parts.append(part)
    return b"".join(parts)


def get(runner: RunnerProcess, target: str, *headers: str) -> tuple[int, str]:
    """Return status and body of a GET."""
    lines = [f"GET {target} HTTP/1.1", "Host: localhost", *headers, "", ""]
    head, _, body = exchange(runner, "\r\n".join(lines).encode()).partition(b"\r\n\r\n")
    return int(head.split()[1]), body.decode()


def control(runner: RunnerProcess, verb: str, **body: object) -> tuple[int, object]:
    """Ask for something; return status and JSON."""
    token = runner.wait_event("ready")["token"]
    connection = http.client.HTTPConnection(*runner.address, timeout=DEADLINE_S)
    connection.request(
        "POST",
        f"/_funclens/control/{verb}",
        json.dumps(body),
        {"X-Funclens-Token": token},
    )
    response = connection.getresponse()
    return response.status, json.loads(response.read())
