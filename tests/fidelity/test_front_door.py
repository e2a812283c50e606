"""Where the front door answers, not the function: each difference in the docs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from fidelity.exchange import dict_of, exchange
from fidelity.row import Row, ask
from fidelity.servers import SOURCES
from runner_process import FrameworkProcess, RunnerProcess

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

ECHO = Row("", "request", "echo", ask())


def get(path: str, host: str = "localhost", method: str = "GET") -> tuple[bytes, ...]:
    head = f"{method} {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n"
    return (head.encode("latin-1"),)


@pytest.fixture(scope="module")
def runner(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunnerProcess]:
    with RunnerProcess(SOURCES, state=tmp_path_factory.mktemp("state")) as runner:
        yield runner


@pytest.fixture(scope="module")
def framework(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FrameworkProcess]:
    with FrameworkProcess(
        SOURCES / "request", "unread", home=tmp_path_factory.mktemp("home")
    ) as framework:
        yield framework


@pytest.mark.parametrize(
    ("request_bytes", "status", "words"),
    [
        (get("/"), 200, b"functions"),
        (get("/nobody"), 404, b"nobody"),
        (get("/see"), 409, b"/clouds.main.see"),
        (get("/_funclens/nothing"), 404, b"/nothing"),
        (get("/unread", host="evil.example"), 403, b"evil.example"),
        (get("*", method="OPTIONS"), 400, b""),
    ],
    ids=["root", "unknown", "ambiguous", "reserved", "foreign host", "asterisk"],
)
def test_the_front_door_responds_itself(
    runner: RunnerProcess,
    framework: FrameworkProcess,
    request_bytes: tuple[bytes, ...],
    status: int,
    words: bytes,
) -> None:
    """functions-framework has one function, which answers all of these."""
    theirs = exchange(framework.address, request_bytes)
    ours = exchange(runner.address, request_bytes)

    assert (theirs.status, theirs.body) == (200, b"not read")
    assert ours.status == status
    assert words in ours.body


def test_a_body_over_the_platform_limit_is_rejected(
    runner: RunnerProcess, framework: FrameworkProcess
) -> None:
    """Cloud Run takes 32 MiB; functions-framework knows no limit."""
    size = 32 * 1024 * 1024
    at_limit = Row("", "request", "unread", ask("POST", body="a" * size))
    over = Row("", "request", "unread", ask("POST", body="a" * (size + 1)))

    assert exchange(framework.address, over.request(at="")).status == 200
    assert exchange(runner.address, at_limit.request(at=over.route)).status == 200
    assert exchange(runner.address, over.request(at=over.route)).status == 413


@pytest.mark.parametrize("unit", ["raising", "leaving", "unparsable"])
def test_a_module_that_fails_to_load_ends_the_framework_and_is_reported_here(
    runner: RunnerProcess, tmp_path: Path, unit: str
) -> None:
    theirs = FrameworkProcess(SOURCES / unit, unit, home=tmp_path)
    ours = exchange(runner.address, get(f"/{unit}"))

    assert theirs.wait() != 0
    assert ours.status == 500
    assert b"main.py" in ours.body
    assert "x-google-status" not in dict_of(ours.headers)


def test_every_response_closes_the_connection(
    runner: RunnerProcess,
) -> None:
    kept = (f"GET {ECHO.route} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode(),)
    answer = exchange(runner.address, kept)

    assert dict_of(answer.headers)["connection"] == "close"
