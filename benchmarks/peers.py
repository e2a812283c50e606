"""Starts Funclens and functions-framework on small workspaces, and asks them."""

from __future__ import annotations

import contextlib
import http.client
import os
import socket
import subprocess
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))

PEER = "functions-framework"
# With watchdog 7 the framework's reloader never reloaded here, with 6 not always.
FRAMEWORK = ("functions-framework==3.10.2", "watchdog<7")
DEADLINE = 30
HELLO = """
import functions_framework
{imports}

@functions_framework.http
def {name}(request):
    return "{answer}"
"""


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


def isolated(folder: Path) -> dict[str, str]:
    """Return an environment in which nothing of the person who measures is met."""
    env = {k: v for k, v in os.environ.items() if not k.startswith("PYTHON")}
    return env | {"XDG_STATE_HOME": str(folder), "HOME": str(folder)}


@contextlib.contextmanager
def process(command: list[str], cwd: Path):
    with subprocess.Popen(
        command,
        cwd=cwd,
        env=isolated(cwd),
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
