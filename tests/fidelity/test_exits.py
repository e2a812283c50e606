"""What a function raises that is no Exception: which answer, and which process next."""

from __future__ import annotations

import contextlib
import time
from typing import TYPE_CHECKING

import pytest

from fidelity.exchange import Answer, exchange
from fidelity.row import ask
from fidelity.servers import SOURCES
from process import DEADLINE_S
from runner_process import FrameworkProcess, RunnerProcess

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    Ask = Callable[[str], Answer]

NONE = (None, b"")
CUT = (200, b"first")
FAILED = (500, b"Internal Server Error")

ENDS = {
    "quit_in_flask": {
        "exit": NONE,
        "exit-with-text": NONE,
        "interrupt": NONE,
        "generator-exit": NONE,
        "base": NONE,
        "cancelled": NONE,
        "stream/interrupt": CUT,
        "stream/base": CUT,
    },
    "quit_in_starlette": {
        "stream/exit": CUT,
        "task/exit": FAILED,
        "task/exit-with-text": FAILED,
    },
    "quit_in_a_thread": {},
}
"""Paths after which the worker ends, with what the request gets before."""

LIVES = {
    "quit_in_flask": {"stream/exit": CUT},
    "quit_in_starlette": {
        "exit": FAILED,
        "interrupt": FAILED,
        "base": FAILED,
        "stream/generator-exit": CUT,
        "task/base": FAILED,
        "task/cancelled": FAILED,
    },
    "quit_in_a_thread": {"exit": FAILED, "interrupt": FAILED, "base": FAILED},
}
"""Paths after which the same worker goes on."""


@pytest.fixture(params=["functions-framework", "funclens"], scope="module")
def side(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture(params=["quit_in_flask", "quit_in_starlette", "quit_in_a_thread"])
def target(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture
def get(
    side: str, target: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Ask]:
    """Ask the target for a path."""
    folder = SOURCES / "quitting"
    state = tmp_path_factory.mktemp("state")
    process = (
        FrameworkProcess(folder, target, home=state)
        if side == "functions-framework"
        else RunnerProcess(folder, state=state)
    )
    at = "" if side == "functions-framework" else f"/main.{target}"
    with process:

        def send(path: str) -> Answer:
            parts = ask("GET", f"/{path}")
            request = tuple(part.replace("{at}", at).encode() for part in parts)
            return exchange(process.address, request)

        yield send


def test_a_worker_ends_or_goes_on_as_in_production(get: Ask, target: str) -> None:
    for path, answer in LIVES[target].items():
        before = int(get("").body)
        seen = get(path)
        assert (seen.status, seen.body) == answer, path
        assert int(get("").body) == before + 1, path
    for path, answer in ENDS[target].items():
        get("")
        seen = get(path)
        assert (seen.status, seen.body) == answer, path
        wait_for_another_worker(get, path)


def wait_for_another_worker(get: Ask, path: str) -> None:
    """Wait for one that has counted no request yet."""
    deadline = time.monotonic() + DEADLINE_S
    while time.monotonic() < deadline:
        # A worker that is about to end may take a connection, and not answer it.
        with contextlib.suppress(OSError):
            if get("").body == b"1":
                return
    raise AssertionError(f"the worker goes on after {path}")
