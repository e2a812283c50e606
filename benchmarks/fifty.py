"""50 functions in 50 folders: one runner beside 50 processes of the framework."""

from __future__ import annotations

import contextlib
import re
import sys
import time
from pathlib import Path

from peers import DEADLINE, PEER, free_port, funclens, get, process, until, write
from results import report

from runner.proc import family


def fifty(folder: Path) -> None:
    names = [f"f{number}" for number in range(50)]
    for name in names:
        write(folder / name, name)
    with contextlib.ExitStack() as stack:
        ports = [free_port() for _ in names]
        started = time.perf_counter()
        running = []
        for name, port in zip(names, ports, strict=True):
            script = str(Path(sys.executable).with_name("functions-framework"))
            words = ["--target", name, "--port", str(port), "--host", "127.0.0.1"]
            command = [sys.executable, script, *words]
            running.append(stack.enter_context(process(command, folder / name)))
        for port in ports:
            until(port, "/", "1")
        theirs = time.perf_counter() - started
        their_memory = sum(memory(item.pid) for item in running)
    port, started = free_port(), time.perf_counter()
    with funclens(folder, port) as runner:
        until(port, "/_funclens/health", get_health(port))
        idle = memory(runner.pid)
        until(port, "/f0", "1")
        one = time.perf_counter() - started
        for name in names:
            until(port, f"/{name}", "1")
        every = time.perf_counter() - started
        full = memory(runner.pid)
    report(
        "50 units: first response of any",
        PEER,
        1000 * theirs,
        1000 * one,
        "ms",
        at_most=0.067,
    )
    report(
        "50 units: all have answered",
        PEER,
        1000 * theirs,
        1000 * every,
        "ms",
        at_most=0.33,
    )
    report(
        "50 units: memory, no worker", PEER, their_memory, idle, "MiB", at_most=0.033
    )
    report(
        "50 units: memory, all workers", PEER, their_memory, full, "MiB", at_most=0.33
    )


def get_health(port: int) -> str:
    end = time.perf_counter() + DEADLINE
    while time.perf_counter() < end:
        with contextlib.suppress(OSError):
            return get(port, "/_funclens/health")
    raise SystemExit("the runner did not start")


def memory(pid: int) -> float:
    """Return the proportional set size of a process and its descendants, in MiB."""
    total = 0
    for member in (pid, *family(pid)):
        with contextlib.suppress(OSError):  # it has just ended
            text = Path(f"/proc/{member}/smaps_rollup").read_text("utf-8")
            total += sum(map(int, re.findall(r"^Pss:\s+(\d+)", text, re.MULTILINE)))
    return total / 1024
