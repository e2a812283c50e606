"""What one request cannot show: requests at once, streams, state, kept connections."""

from __future__ import annotations

import socket
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

from fidelity.exchange import ANSWER_S, exchange
from fidelity.row import ask
from fidelity.servers import SOURCES
from runner_process import FrameworkProcess, RunnerProcess

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    Side = Callable[[str], tuple[tuple[str, int], str]]


@pytest.fixture(params=["functions-framework", "funclens"])
def side(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Side]:
    """Return a function from a target of the source `server` to address and route."""
    state = tmp_path / "state"
    state.mkdir()
    if request.param == "funclens":
        with RunnerProcess(SOURCES, state=state) as runner:
            yield lambda target: (runner.address, f"/server.main.{target}")
        return
    running: list[FrameworkProcess] = []

    def start(target: str) -> tuple[tuple[str, int], str]:
        process = FrameworkProcess(SOURCES / "server", target, home=state)
        running.append(process.__enter__())
        return process.address, ""

    yield start
    for process in running:
        process.stop()


def request_of(route: str, path: str = "/") -> tuple[bytes, ...]:
    return tuple(
        part.replace("{at}", route).encode("latin-1") for part in ask("GET", path)
    )


def test_four_requests_run_concurrently(side: Side) -> None:
    address, route = side("meet")
    with ThreadPoolExecutor(4) as clients:
        answers = list(
            clients.map(lambda _: exchange(address, request_of(route)), range(4))
        )

    assert [answer.body for answer in answers] == [b"met"] * 4


def test_module_state_is_kept_between_requests(side: Side) -> None:
    address, route = side("count")

    assert [exchange(address, request_of(route)).body for _ in range(3)] == [
        b"1",
        b"2",
        b"3",
    ]


def test_the_first_part_of_a_stream_arrives_before_the_last_is_produced(
    side: Side, tmp_path: Path
) -> None:
    address, route = side("parts")
    signal = tmp_path / "go on"
    query = f"/?path={signal}".replace(" ", "%20")
    with socket.create_connection(address, timeout=ANSWER_S) as connection:
        connection.sendall(b"".join(request_of(route, query)))
        received = b""
        while b"first\n" not in received:
            data = connection.recv(65536)
            assert data, received
            received += data
        assert b"second" not in received
        signal.touch()
        while data := connection.recv(65536):
            received += data

    assert b"second\n" in received
    assert received.endswith(b"0\r\n\r\n")
