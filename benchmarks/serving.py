"""Measures the runner beside functions-framework, in one run, as ratios.

    .venv/bin/python benchmarks/serving.py first click reload heavy rate fifty lost

Without words all are measured. Times are medians of whole processes or whole
requests; the smaller the machine's other load, the smaller their spread.
`reload` and `heavy` install what they need into environments of their own;
`rate` needs wrk (Debian's package wrk).
"""

from __future__ import annotations

import contextlib
import http.client
import os
import re
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))

from interpreters import environment, interpreters
from lsp.client import Client
from runner.proc import family

HELLO = """
import functions_framework
{imports}

@functions_framework.http
def {name}(request):
    return "{answer}"
"""
# With watchdog 7 the framework's reloader drowns in events of its own.
FRAMEWORK = ("functions-framework==3.10.2", "watchdog<7")
DEADLINE = 30
PAUSE = 0.3
"""Seconds between two saves: nobody saves faster, and both may get their breath."""


def write(folder: Path, name: str = "hello", answer: str = "1", imports: str = ""):
    folder.mkdir(parents=True, exist_ok=True)
    text = HELLO.format(name=name, answer=answer, imports=imports)
    (folder / "main.py").write_text(text, "utf-8")


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.getsockname()[1]


def get(port: int, path: str = "/") -> str:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=DEADLINE)
    try:
        connection.request("GET", path)
        return connection.getresponse().read().decode()
    finally:
        connection.close()


def until(port: int, path: str, answer: str) -> float:
    """Ask until the answer is there; return the moment."""
    end = time.perf_counter() + DEADLINE
    said = ""
    while time.perf_counter() < end:
        with contextlib.suppress(OSError, http.client.HTTPException):
            said = get(port, path)
            if said == answer:
                return time.perf_counter()
        time.sleep(0.001)
    raise TimeoutError(f"{path}: {said!r} instead of {answer!r} for {DEADLINE} s")


@contextlib.contextmanager
def process(command: list[str], cwd: Path):
    env = {k: v for k, v in os.environ.items() if not k.startswith("PYTHON")}
    env |= {"XDG_STATE_HOME": str(cwd), "HOME": str(cwd)}
    with subprocess.Popen(
        command,
        cwd=cwd,
        env=env,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    ) as running:
        try:
            yield running
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(running.pid, 15)
            running.wait(DEADLINE)


def framework(folder: Path, port: int, *options: str, python: str = sys.executable):
    script = str(Path(python).with_name("functions-framework"))
    words = ["--target", "hello", "--port", str(port), "--host", "127.0.0.1", *options]
    return process([python, script, *words], folder)


def funclens(folder: Path, port: int, *options: str):
    words = ["run", "--port", str(port), *options, str(folder)]
    return process([sys.executable, "-m", "funclens", *words], folder)


def report(what: str, theirs: float, ours: float, unit: str, goal: str) -> None:
    print(
        f"{what:<46} functions-framework {theirs:8.1f} {unit}   "
        f"funclens {ours:8.1f} {unit}   ratio {ours / theirs:5.2f}   goal {goal}"
    )


def first_answer(folder: Path, runs: int = 9) -> None:
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
    report("start to first answer", base, 1000 * median(ours), "ms", "1.00")
    report("first answer of another unit", base, 1000 * median(second), "ms", "0.20")


def click(folder: Path, runs: int = 9) -> None:
    """From `Run locally` in an editor, the workspace trusted and idle, to an answer."""
    write(folder)
    env = {k: v for k, v in os.environ.items() if not k.startswith("PYTHON")}
    env |= {"XDG_STATE_HOME": str(folder), "HOME": str(folder)}
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
    report("click on Run to first answer", base, mine, "ms", "0.30")


def reloads(folder: Path, python: str, goal: str, saves: int) -> None:
    write(folder)
    port = free_port()
    with funclens(folder, port, "--python", python):
        until(port, "/hello", "1")
        write(folder, answer="warm")
        until(port, "/hello", "warm")
        ours = save_times(folder, port, "/hello", "", saves)
    theirs = framework_save_times(folder, python, "", max(saves // 10, 5))
    report_saves("save to new answer", theirs, ours, goal)


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


def report_saves(what: str, theirs, ours, goal: str) -> None:
    for name, share in (("p50", 0.5), ("p95", 0.95)):
        values = [1000 * at(times, share) for times in (theirs, ours)]
        report(f"{what}, {name}", *values, "ms", goal if share > 0.9 else "")


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


def rate(folder: Path) -> None:
    if shutil.which("wrk") is None:
        print("requests a second: not measured, wrk is not installed")
        return
    write(folder)
    port = free_port()
    with framework(folder, port):
        until(port, "/", "1")
        theirs = [wrk(port, "/") for _ in range(3)]
    port = free_port()
    with funclens(folder, port, "--events"):
        until(port, "/hello", "1")
        ours = [wrk(port, "/hello") for _ in range(3)]
    values = statistics.median(theirs), statistics.median(ours)
    report("requests a second, 8 connections", *values, "/s", "1.00 or more")


def wrk(port: int, path: str) -> float:
    command = ["wrk", "-t1", "-c8", "-d4s", f"http://127.0.0.1:{port}{path}"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    match = re.search(r"Requests/sec:\s+([\d.]+)", done.stdout)
    return float(match[1]) if match else 0.0


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
    report("50 units: first answer of any", 1000 * theirs, 1000 * one, "ms", "0.067")
    report("50 units: all have answered", 1000 * theirs, 1000 * every, "ms", "0.33")
    report("50 units: memory, no worker", their_memory, idle, "MiB", "0.033")
    report("50 units: memory, all workers", their_memory, full, "MiB", "0.33")


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


def main() -> None:
    words = sys.argv[1:] or [
        "first",
        "click",
        "reload",
        "heavy",
        "rate",
        "fifty",
        "lost",
    ]
    with tempfile.TemporaryDirectory() as name:
        root = Path(name)
        if "first" in words:
            first_answer(root / "first")
        if "click" in words:
            click(root / "click")
        version = next(v for v in ("3.11", "3.12") if v in interpreters())
        if "reload" in words:
            python = str(environment(version, *FRAMEWORK))
            reloads(root / "reload", python, "30 ms", 100)
        if "heavy" in words:
            from heavy import heavy  # noqa: PLC0415 - it imports this module

            heavy(root / "heavy", version)
        if "rate" in words:
            rate(root / "rate")
        if "fifty" in words:
            fifty(root / "fifty")
        if "lost" in words:
            lost(root / "lost")


if __name__ == "__main__":
    main()
