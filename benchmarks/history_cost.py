"""What remembering requests costs: processor time per request; needs wrk and Linux."""

from __future__ import annotations

import re
import shutil
import statistics
import subprocess
from contextlib import ExitStack
from pathlib import Path

from peers import free_port, funclens, until, write
from results import report

from runner.proc import family

PAIRS = 5
TURNS = 4
SECONDS = 2


def history(folder: Path) -> None:
    """Load runners with and without a history, in turns.

    The speed of a process depends on where its memory happens to be, so several of
    each are measured.
    """
    if shutil.which("wrk") is None or not Path("/proc").exists():
        print("the cost of the history: not measured, wrk or /proc is missing")
        return
    folders = {"off": folder / "off", "on": folder / "on"}
    for name, root in folders.items():
        write(root)
        setting = f"[tool.funclens]\nhistory = {500 if name == 'on' else 0}\n"
        (root / "pyproject.toml").write_text(setting, "utf-8")
    found: dict[str, list[float]] = {"off": [], "on": []}
    for pair in range(PAIRS):
        with ExitStack() as stack:
            runners = {}
            for name in sorted(folders, reverse=pair % 2 == 0):
                port = free_port()
                running = stack.enter_context(funclens(folders[name], port))
                until(port, "/hello", "1")
                load(port)
                runners[name] = running.pid, port
            for turn in range(TURNS):
                for name in sorted(runners, reverse=turn % 2 == 0):
                    found[name].append(per_request(*runners[name]))
    off, on = (statistics.median(found[name]) for name in ("off", "on"))
    what = "processor time per request, with the history"
    report(what, "without it", off, on, "µs", at_most=1.03)


def per_request(pid: int, port: int) -> float:
    """Return the processor time that a runner takes for a request, in µs."""
    members = [pid, *family(pid)]
    before = sum(map(nanoseconds, members))
    requests = load(port)
    return (sum(map(nanoseconds, members)) - before) / requests / 1000


def nanoseconds(pid: int) -> int:
    """Return the time that the threads of a process have run."""
    tasks = Path(f"/proc/{pid}/task").iterdir()
    return sum(int((task / "schedstat").read_text().split()[0]) for task in tasks)


def load(port: int) -> int:
    """Send requests for some seconds; return their number."""
    url = f"http://127.0.0.1:{port}/hello"
    command = ["wrk", "-t1", "-c8", f"-d{SECONDS}s", url]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    found = re.search(r"(\d+) requests in", done.stdout)
    if found is None:
        raise RuntimeError(f"wrk printed something else:\n{done.stdout}")
    return int(found[1])
