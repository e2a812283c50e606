"""Starts: of a runner, of another unit, and from a click in an editor."""

from __future__ import annotations

import statistics
import time
from typing import TYPE_CHECKING

from peers import PEER, framework, free_port, funclens, isolated, until, write
from results import report

from lsp.client import Client

if TYPE_CHECKING:
    from pathlib import Path


def first_response(folder: Path, runs: int = 9) -> None:
    write(folder / "a")
    write(folder / "b", "other")
    theirs, ours, second = [], [], []
    for _ in range(runs):
        port, started = free_port(), time.perf_counter()
        with framework(folder / "a", port):
            theirs.append(until(port, "/", "1") - started)
        port, started = free_port(), time.perf_counter()
        with funclens(folder, port):
            ours.append(until(port, "/hello", "1") - started)
            started = time.perf_counter()
            second.append(until(port, "/other", "1") - started)
    base = 1000 * statistics.median(theirs)
    median = statistics.median
    mine, others = 1000 * median(ours), 1000 * median(second)
    report("start to first response", PEER, base, mine, "ms", at_most=1)
    report("first response of another unit", PEER, base, others, "ms", at_most=0.2)


def click(folder: Path, runs: int = 9) -> None:
    """From `Run locally` in an editor, the workspace trusted and idle, to an answer."""
    write(folder)
    env = isolated(folder)
    theirs, ours = [], []
    for _ in range(runs):
        port, started = free_port(), time.perf_counter()
        with framework(folder, port):
            theirs.append(until(port, "/", "1") - started)
        options = {"trusted": True}
        with Client(
            "visual_studio_code", [folder], options=options, environ=env
        ) as editor:
            editor.wait_for_log("Runner process .* is ready to start")
            time.sleep(1)  # it imports and warms up meanwhile
            started = time.perf_counter()
            url = editor.execute("funclens.run", {"id": "main.hello"})["url"]
            ours.append(
                until(int(url.split(":")[2].split("/")[0]), "/hello", "1") - started
            )
            editor.execute("funclens.stop", {})
    base, mine = (1000 * statistics.median(times) for times in (theirs, ours))
    report("click on Run to first response", PEER, base, mine, "ms", at_most=0.3)
