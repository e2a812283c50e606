"""Requests a second, and how long the slowest of them take; needs wrk."""

from __future__ import annotations

import re
import shutil
import statistics
import subprocess
from typing import TYPE_CHECKING, Any, NamedTuple

from peers import PEER, framework, free_port, funclens, until, write
from results import report

if TYPE_CHECKING:
    from pathlib import Path

ROUNDS = 5
SECONDS = 3
CLOSED = ("-H", "Connection: close")


class Load(NamedTuple):
    """What wrk measured."""

    rate: float
    """Requests a second."""
    p99: float
    """Milliseconds in which 99 of 100 requests were answered."""


def rates(folder: Path) -> None:
    """Load both with 8 connections; Funclens closes each after its response."""
    if shutil.which("wrk") is None:
        print("requests a second: not measured, wrk is not installed")
        return
    write(folder)
    ports = free_port(), free_port()
    with framework(folder, ports[0]), funclens(folder, ports[1], "--events"):
        until(ports[0], "/", "1")
        until(ports[1], "/hello", "1")
        closed, kept, ours = in_turns(
            (ports[0], "/", *CLOSED), (ports[0], "/"), (ports[1], "/hello")
        )
    rates = "requests a second, 8 connections"
    times = "99 of 100 responses"
    for how, theirs, goal in (
        ("closed by both", closed, 1.2),
        ("kept alive by theirs", kept, 1.0),
    ):
        report(f"{rates}, {how}", PEER, theirs.rate, ours.rate, "/s", at_least=goal)
        report(f"{times}, {how}", PEER, theirs.p99, ours.p99, "ms", at_most=1)


def in_turns(*loads: tuple[Any, ...]) -> list[Load]:
    """Return the medians of some rounds of each load."""
    found: list[list[Load]] = [[] for _ in loads]
    for _ in range(ROUNDS):
        for load, values in zip(loads, found, strict=True):
            values.append(wrk(*load))
    return [
        Load(*(statistics.median(values) for values in zip(*each, strict=True)))
        for each in found
    ]


def wrk(port: int, path: str, *options: str) -> Load:
    """Load an address once."""
    url = f"http://127.0.0.1:{port}{path}"
    command = ["wrk", "-t1", "-c8", f"-d{SECONDS}s", "--latency", *options, url]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    rate = re.search(r"Requests/sec:\s+([\d.]+)", done.stdout)
    p99 = re.search(r"99%\s+([\d.]+)(us|ms|s)", done.stdout)
    if rate is None or p99 is None:
        raise RuntimeError(f"wrk printed something else:\n{done.stdout}")
    return Load(
        float(rate[1]), float(p99[1]) * {"us": 0.001, "ms": 1, "s": 1000}[p99[2]]
    )
