"""Saves: the time until the new code answers, and whether a request is lost."""

from __future__ import annotations

import http.client
import threading
import time
from typing import TYPE_CHECKING

from peers import PEER, framework, free_port, funclens, get, until, write
from results import report

if TYPE_CHECKING:
    from pathlib import Path

PAUSE = 0.3
"""Seconds between two saves: nobody saves faster, and both may get their breath."""


def reloads(folder: Path, python: str, saves: int = 100) -> None:
    write(folder)
    port = free_port()
    with funclens(folder, port, "--python", python):
        until(port, "/hello", "1")
        write(folder, answer="warm")
        until(port, "/hello", "warm")
        ours = save_times(folder, port, "/hello", "", saves)
    theirs = framework_save_times(folder, python, "", max(saves // 10, 5))
    report_saves("save to new response", theirs, ours, 30)


def framework_save_times(folder: Path, python: str, imports: str, saves: int):
    write(folder, imports=imports)
    port = free_port()
    with framework(folder, port, "--debug", python=python):
        try:
            until(port, "/", "1")
            return save_times(folder, port, "/", imports, saves)
        except TimeoutError as error:  # its watcher gives up under many file events
            print(f"functions-framework --debug did not reload: {error}")
    return [float("nan")]


def report_saves(what: str, theirs, ours, milliseconds: float) -> None:
    """Report median and 95 of 100; the goal is the latter's."""
    for name, share in (("median", 0.5), ("95 of 100", 0.95)):
        values = [1000 * at(times, share) for times in (theirs, ours)]
        report(f"{what}, {name}", PEER, *values, "ms", below=milliseconds)


def save_times(folder: Path, port: int, path: str, imports: str, saves: int):
    times = []
    for number in range(saves):
        time.sleep(PAUSE)
        started = time.perf_counter()
        write(folder, answer=f"n{number}", imports=imports)
        times.append(until(port, path, f"n{number}") - started)
    return times


def at(values, share: float) -> float:
    return sorted(values)[min(int(len(values) * share), len(values) - 1)]


def lost(folder: Path, saves: int = 1_000, clients: int = 4) -> None:
    write(folder)
    port, over, counts = free_port(), threading.Event(), {"ok": 0, "lost": 0}

    def load() -> None:
        while not over.is_set():
            try:
                get(port, "/hello")
                counts["ok"] += 1
            except (OSError, http.client.HTTPException):
                counts["lost"] += 1

    with funclens(folder, port):
        until(port, "/hello", "1")
        threads = [threading.Thread(target=load) for _ in range(clients)]
        for thread in threads:
            thread.start()
        for number in range(saves):
            write(folder, answer=f"n{number}")
            until(port, "/hello", f"n{number}")
        over.set()
        for thread in threads:
            thread.join()
    print(
        f"{saves} saves under load: {counts['ok']} requests answered, "
        f"{counts['lost']} lost   goal 0"
    )
