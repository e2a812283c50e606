"""Measures the index and the language server beside peers, in one run, as ratios.

    .venv/bin/python benchmarks/indexing.py [cold] [edit] [start]

`cold`: `funclens list` and `ruff check --select F811 --no-cache` on 10,000 modules,
200 of them with a function, whole processes in turn. `edit`: the time from a change
in a file of 10,000 lines to fresh lenses, of Funclens over stdio, and to fresh
diagnostics, of `ruff server`; ours among 10 and among 10,000 modules. `start`: the time
from the start of the language server to the answer to `initialize` and to the first
lens, in a workspace of 100 units, beside a server of pygls that does nothing.
"""

from __future__ import annotations

import random
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from language_server import Server
from modules import DECORATED, large_source, write_modules
from results import report

RUFF = str(Path(sys.executable).with_name("ruff"))
FUNCLENS = [sys.executable, "-m", "funclens"]
EMPTY = [sys.executable, str(Path(__file__).with_name("empty_server.py"))]
ROUNDS = 9
EDITS = 60


def run(command: list[str], folder: Path) -> tuple[float, str]:
    """Return the seconds that a command took, and what it printed."""
    begun = time.perf_counter()
    done = subprocess.run(
        command, cwd=folder, capture_output=True, check=False, text=True
    )
    return time.perf_counter() - begun, done.stdout


def expect(found: object, expected: object, what: str) -> None:
    """End the program if a fast answer was a wrong one."""
    if found != expected:
        raise SystemExit(f"{what}: expected {expected}, found {found}")


def milliseconds(*measured: list[float]) -> list[float]:
    """Return the medians of lists of seconds."""
    return [1000 * statistics.median(seconds) for seconds in measured]


def cold(folder: Path) -> None:
    size, functions = write_modules(folder, 10_000)
    twice = folder / "twice.py"
    twice.write_text("def f():\n    return 1\n\n\ndef f():\n    return 2\n", "utf-8")
    ours, theirs = [], []
    check = [RUFF, "check", "--select", "F811", "--no-cache", "--quiet", "."]
    for _ in range(ROUNDS):
        took, printed = run([*FUNCLENS, "list", "."], folder)
        counted = re.search(r"^(\d+) functions in (\d+) units$", printed, re.MULTILINE)
        expect(counted and counted.groups(), (str(functions),) * 2, "functions, units")
        ours.append(took)
        took, printed = run([*check, "--output-format", "concise"], folder)
        expect(printed.count("F811"), 1, "findings of ruff")
        theirs.append(took)
    what = f"`funclens list` on 10,000 modules ({size / 1e6:.0f} MB)"
    peer = "`ruff check --select F811 --no-cache`"
    report(what, peer, *milliseconds(theirs, ours), "ms", at_most=0.8)


def edit_times(server: Server, path: Path, text: str, method: str) -> list[float]:
    """Return the seconds from each change to the answer of a request."""
    uri = path.as_uri()
    server.start()
    server.open(path, text)
    first = server.request(method, {"textDocument": {"uri": uri}})
    lines = text.count("\n")
    chosen = random.Random(1)  # noqa: S311  # the same lines in each run
    found = []
    for version in range(1, EDITS + 1):
        line = chosen.randrange(10, lines)
        at = {"line": line, "character": 0}
        change = {"range": {"start": at, "end": at}, "text": "# typed\n"}
        begun = time.perf_counter()
        server.notify(
            "textDocument/didChange",
            {
                "textDocument": {"uri": uri, "version": version},
                "contentChanges": [change],
            },
        )
        answer = server.request(method, {"textDocument": {"uri": uri}})
        found.append(time.perf_counter() - begun)
        if method == "textDocument/codeLens":
            expect(len(answer), len(first), "lenses")
    return found


def edit(folder: Path) -> None:
    text = large_source(880)
    measured = {}
    for count in (10, 10_000):
        place = folder / str(count)
        write_modules(place, count)
        path = place / "large" / "main.py"
        path.parent.mkdir()
        path.write_text(text, "utf-8")
        server = Server([*FUNCLENS, "lsp"], place)
        measured[count] = edit_times(server, path, text, "textDocument/codeLens")
        server.close()
        if count == 10:
            server = Server([RUFF, "server"], place)
            theirs = edit_times(server, path, text, "textDocument/diagnostic")
            server.close()
    for count, found in measured.items():
        what = f"edit of {text.count(chr(10)):,} lines to lenses, {count:,} modules"
        report(what, "`ruff server`", *milliseconds(theirs, found), "ms", at_most=0.5)


def start_times(command: list[str], folder: Path, path: Path) -> tuple[float, float]:
    """Return the seconds until `initialize` is answered, and until the first lens."""
    begun = time.perf_counter()
    server = Server(command, folder)
    initialized = time.perf_counter() - begun
    server.start()
    server.open(path, path.read_text("utf-8"))
    answer = server.request(
        "textDocument/codeLens", {"textDocument": {"uri": path.as_uri()}}
    )
    lens = time.perf_counter() - begun
    server.close()
    expect(bool(answer), True, "a lens")
    return initialized, lens


def start(folder: Path) -> None:
    for n in range(100):
        path = folder / f"unit{n}" / "main.py"
        path.parent.mkdir(parents=True)
        path.write_text(
            "import functions_framework\n\n\n" + DECORATED.format(n=n).rstrip() + "\n",
            "utf-8",
        )
    ours, theirs = [], []
    for _ in range(2 * ROUNDS):
        ours.append(start_times([*FUNCLENS, "lsp"], folder, path))
        theirs.append(start_times(EMPTY, folder, path))
    rows = (("`initialize` is answered", 1.1), ("the first lens", 1.5))
    for index, (what, goal) in enumerate(rows):
        mine = [found[index] for found in ours]
        others = [found[index] for found in theirs]
        report(
            f"start of the language server, 100 units, to {what}",
            "an empty server of pygls",
            *milliseconds(others, mine),
            "ms",
            at_most=goal,
        )


def main() -> None:
    parts = {"cold": cold, "edit": edit, "start": start}
    folder = Path(tempfile.mkdtemp(prefix="indexing-"))
    try:
        for name in sys.argv[1:] or parts:
            parts[name](folder / name)
    finally:
        shutil.rmtree(folder)


if __name__ == "__main__":
    main()
