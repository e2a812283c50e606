"""Measures units that import pandas, pyarrow and the BigQuery client.

    .venv/bin/python benchmarks/serving.py heavy

Both sides take turns, start by start. Wall times of a busy machine say little, so the
processor seconds of each start are there as well.
"""

from __future__ import annotations

import statistics
import time
from pathlib import Path

from peers import (
    DEADLINE,
    FRAMEWORK,
    PEER,
    framework,
    free_port,
    funclens,
    get,
    until,
    write,
)
from results import report
from saves import framework_save_times, report_saves, save_times

from interpreters import environment
from runner.proc import cpu_seconds, family

PACKAGES = ("pandas", "pyarrow", "google-cloud-bigquery", "google-cloud-storage")

IMPORTS = """
import sys

is_preloaded = "{first}" in sys.modules
{lines}


@functions_framework.http
def preloaded(request):
    return str(is_preloaded)
"""
SAFE = IMPORTS.format(
    first="pandas",
    lines="import pandas\nimport pyarrow\nfrom google.cloud import bigquery, storage",
)
UNSAFE = IMPORTS.format(first="pandas", lines="import leaves_a_thread")
LEAVES_A_THREAD = """
import threading

import pandas

threading.Thread(target=threading.Event().wait, daemon=True).start()
"""


def heavy(folder: Path, version: str, runs: int = 7, saves: int = 50) -> None:
    """Print what units cost that import much, and what they cost others."""
    python = str(environment(version, *FRAMEWORK, *PACKAGES))
    others(folder / "others", python, runs)
    reloads(folder / "saves", python, saves)
    unsafe(folder / "unsafe", python, runs)


def others(folder: Path, python: str, runs: int) -> None:
    """Start a heavy unit, ask a plain one at once and a heavy one when it is warm."""
    plain, heavy_one, ours, during, after = [], [], [], [], []
    work: dict[str, list[float]] = {"hello": [], "a": [], "two": []}
    write(folder / "plain", "plain")
    write(folder / "hello")
    write(folder / "a", imports=SAFE)
    write(folder / "b/two", "two", imports=SAFE.replace("preloaded(", "preloaded2("))
    write(folder / "b/plain", "plain")
    for _ in range(runs):
        for name, times in (("hello", plain), ("a", heavy_one)):
            port, started = free_port(), time.perf_counter()
            with framework(folder / name, port, python=python) as running:
                times.append(until(port, "/", "1") - started)
                work[name].append(_cpu(running.pid))
        write(folder / "b/one", "one", imports=SAFE)
        port, started = free_port(), time.perf_counter()
        with funclens(folder / "b", port, "--python", python) as running:
            ours.append(until(port, "/one", "1") - started)
            started = time.perf_counter()
            during.append(until(port, "/plain", "1") - started)
            _until_preloaded(folder / "b/one", "one", port)
            before, started = _cpu(running.pid), time.perf_counter()
            after.append(until(port, "/two", "1") - started)
            work["two"].append(_cpu(running.pid) - before)
    rows = (
        ("heavy unit: start to first response", heavy_one, ours, 1.0),
        ("plain unit, while packages are preloaded", plain, during, 0.2),
        ("another heavy unit, once they are", heavy_one, after, 0.2),
    )
    for what, theirs, mine, goal in rows:
        values = [1000 * statistics.median(times) for times in (theirs, mine)]
        report(what, PEER, *values, "ms", at_most=goal)
    values = [1000 * statistics.median(work[kind]) for kind in ("a", "two")]
    report("another heavy unit, processor time", PEER, *values, "ms", at_most=0.2)


def reloads(folder: Path, python: str, saves: int) -> None:
    """Save a unit whose packages are all preloaded."""
    write(folder, imports=SAFE)
    port = free_port()
    with funclens(folder, port, "--python", python):
        until(port, "/hello", "1")
        _until_preloaded(folder, "hello", port)
        ours = save_times(folder, port, "/hello", SAFE, saves)
    theirs = framework_save_times(folder, python, SAFE, max(saves // 10, 5))
    report_saves("save to new response (pandas, bigquery)", theirs, ours, 25)


def unsafe(folder: Path, python: str, runs: int) -> None:
    """Save a unit whose package must not be preloaded; compare with a start."""
    write(folder, imports=UNSAFE)
    (site,) = Path(python).parent.parent.glob("lib/python*/site-packages")
    module = site / "leaves_a_thread.py"
    module.write_text(LEAVES_A_THREAD, "utf-8")
    starts = []
    try:
        port = free_port()
        with funclens(folder, port, "--python", python):
            until(port, "/hello", "1")
            time.sleep(1)
            ours = save_times(folder, port, "/hello", UNSAFE, runs)
        write(folder, imports=UNSAFE)
        for _ in range(runs):
            port, started = free_port(), time.perf_counter()
            with framework(folder, port, python=python):
                starts.append(until(port, "/", "1") - started)
    finally:
        module.unlink()
    values = [1000 * statistics.median(times) for times in (starts, ours)]
    what = "save to new response (leaves a thread)"
    report(what, PEER, *values, "ms", at_most=1)


def _until_preloaded(folder: Path, name: str, port: int) -> None:
    """Save until a worker starts with the packages in its memory."""
    end = time.perf_counter() + 10 * DEADLINE
    number = 0
    while get(port, "/preloaded") != "True":
        if time.perf_counter() > end:
            raise TimeoutError("the packages were not preloaded")
        number += 1
        write(folder, name, f"w{number}", imports=SAFE)
        until(port, f"/{name}", f"w{number}")


def _cpu(pid: int) -> float:
    """Return the processor seconds of a process and its descendants that live."""
    return sum(cpu_seconds(member) for member in (pid, *family(pid)))
