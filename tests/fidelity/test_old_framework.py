"""The oldest functions-framework that units may have, and what was different in it."""

from __future__ import annotations

import contextlib
import socket
import time
from typing import TYPE_CHECKING, Any

import pytest

from fidelity.exchange import exchange
from fidelity.request_rows import BODIES, METHODS, PATHS
from fidelity.row import Row, ask
from fidelity.servers import SOURCES
from interpreters import environment, interpreters
from process import DEADLINE_S
from runner_process import FrameworkProcess, RunnerProcess

if TYPE_CHECKING:
    from pathlib import Path

    from typing_extensions import Self

REQUESTS = [
    *(ask("GET", "/" + "a" * length) for length in (4_000, 4_070, 4_100, 9_000)),
    *(ask("GET", path) for path in PATHS.values()),
    *(ask(method, "/a") for method in METHODS),
    *(BODIES[name] for name in ("text", "JSON", "form", "multipart form", "chunks")),
]


class OldFrameworkProcess(FrameworkProcess):
    """One that says nothing when it listens: it is asked until it does."""

    def __init__(self, folder: Path, target: str, **options: Any) -> None:
        with socket.create_server(("127.0.0.1", 0)) as free:
            self._address = free.getsockname()
        super().__init__(folder, target, port=self._address[1], **options)

    def __enter__(self) -> Self:
        deadline = time.monotonic() + DEADLINE_S
        while time.monotonic() < deadline:
            with contextlib.suppress(ConnectionRefusedError):
                socket.create_connection(self._address).close()
                return self
        self.stop()
        raise AssertionError("\n".join(self.stderr))

    @property
    def address(self) -> tuple[str, int]:
        return self._address


@pytest.mark.timeout(600)
def test_functions_framework_3_0_responds_the_same(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    """It takes gunicorn's limit for the request line, 4,094 bytes."""
    version = next(v for v in ("3.11", "3.10", "3.9") if v in interpreters())
    python = environment(version, "functions-framework==3.0.0", "setuptools<80")
    home, state = (tmp_path_factory.mktemp(name) for name in ("home", "state"))
    options = ("--port", "0", "--python", str(python))
    rows = [Row("", "request", "echo", parts) for parts in REQUESTS]
    with (
        OldFrameworkProcess(
            SOURCES / "request", "echo", home=home, python=python
        ) as framework,
        RunnerProcess(SOURCES / "request", state=state, options=options) as runner,
    ):
        for row in rows:
            theirs = exchange(framework.address, row.request(at=""))
            ours = exchange(runner.address, row.request(at="/main.echo"))
            assert ours.comparable() == theirs.comparable(), row.parts
