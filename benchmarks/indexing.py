"""Measures a cold index and an edit beside ruff, in one run, as ratios.

    .venv/bin/python benchmarks/indexing.py [cold] [edit]

`cold`: `funclens list` and `ruff check --no-cache` on 10,000 modules (27 MB, fifty
of them functions), whole processes in turn. `edit`: the time from a change in a file
of 10,000 lines to fresh lenses, of Funclens over stdio, and to fresh diagnostics,
of `ruff server`; ours among 10 and among 10,000 modules.
"""

from __future__ import annotations

import json
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

RUFF = str(Path(sys.executable).with_name("ruff"))
FUNCLENS = [sys.executable, "-m", "funclens"]
ROUNDS = 7
EDITS = 40
HEAD = '''"""Module {n} of the package: keeps track of things."""

from __future__ import annotations

import json
import logging
from dataclasses import dataclass, field

logger = logging.getLogger(__name__)


@dataclass
class Record{n}:
    """One record."""

    name: str
    values: list[int] = field(default_factory=list)
    context: dict[str, str] = field(default_factory=dict)

    def as_json(self) -> str:
        """Return the record as JSON."""
        return json.dumps({{"name": self.name, "values": self.values}})


'''
STEP = '''def step_{n}_{k}(items: list[int], limit: int = {k}) -> list[int]:
    """Return the items below a limit, doubled."""
    result = []
    for item in items:
        if item < limit:
            result.append(item * 2)
        elif item == limit:
            logger.info("found the limit: %d", item)
    return result


'''
FUNCTION = '''@functions_framework.http
def hello_{n}(request):
    """Say hello."""
    return "hello"


'''


def write_modules(folder: Path, count: int) -> int:
    """Write modules and, for each 200 of them, a source; return the bytes."""
    size = 0
    for n in range(count):
        path = folder / f"pkg{n % 100:02d}" / f"sub{n // 100 % 10}" / f"mod_{n}.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        text = HEAD.format(n=n) + "".join(STEP.format(n=n, k=k) for k in range(6))
        size += path.write_text(text.rstrip() + "\n", "utf-8")
    for n in range(max(1, count // 200)):
        path = folder / f"svc{n}" / "main.py"
        path.parent.mkdir()
        path.write_text(
            "import functions_framework\n\n\n" + FUNCTION.format(n=n).rstrip() + "\n",
            "utf-8",
        )
    return size


def seconds(command: list[str], folder: Path) -> float:
    begun = time.perf_counter()
    subprocess.run(command, cwd=folder, capture_output=True, check=False)
    return time.perf_counter() - begun


def cold(folder: Path) -> None:
    size = write_modules(folder, 10_000)
    ours, theirs = [], []
    for _ in range(ROUNDS):
        ours.append(seconds([*FUNCLENS, "list", "."], folder))
        theirs.append(seconds([RUFF, "check", "--no-cache", "-q", "."], folder))
    mine, other = statistics.median(ours), statistics.median(theirs)
    print(
        f"cold index of 10,000 modules ({size / 1e6:.0f} MB): "
        f"funclens list {mine * 1000:.0f} ms, ruff check {other * 1000:.0f} ms, "
        f"ratio {mine / other:.2f}"
    )


class Server:
    """A language server over stdio, asked one thing after the other."""

    def __init__(self, command: list[str], folder: Path) -> None:
        self.process = subprocess.Popen(
            command,
            cwd=folder,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        self.number = 0
        uri = folder.as_uri()
        document = {
            "synchronization": {},
            "codeLens": {},
            "diagnostic": {"dynamicRegistration": False},
        }
        self.request(
            "initialize",
            {
                "processId": None,
                "rootUri": uri,
                "workspaceFolders": [{"uri": uri, "name": "bench"}],
                "capabilities": {"textDocument": document},
            },
        )
        self.notify("initialized", {})

    def send(self, message: dict) -> None:
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        self.process.stdin.write(b"Content-Length: %d\r\n\r\n" % len(body) + body)
        self.process.stdin.flush()

    def notify(self, method: str, params: dict) -> None:
        self.send({"method": method, "params": params})

    def request(self, method: str, params: dict) -> object:
        self.number += 1
        number = self.number
        self.send({"id": number, "method": method, "params": params})
        while True:
            message = self.read()
            if message.get("id") == number and "method" not in message:
                return message.get("result")
            if "id" in message and "method" in message:
                # What a server asks of its editor: settings, progress, registration.
                items = message.get("params", {}).get("items", [])
                result = [None] * len(items) if items else None
                self.send({"id": message["id"], "result": result})

    def read(self) -> dict:
        length = 0
        while line := self.process.stdout.readline().strip():
            name, _, value = line.partition(b":")
            if name.lower() == b"content-length":
                length = int(value)
        if not length:
            raise SystemExit("a server ended early")
        return json.loads(self.process.stdout.read(length))

    def close(self) -> None:
        self.process.kill()
        self.process.wait()


def edit_times(server: Server, path: Path, text: str, method: str) -> list[float]:
    """Return the seconds from each change to the answer of a request."""
    uri = path.as_uri()
    document = {"uri": uri, "languageId": "python", "version": 0, "text": text}
    server.notify("textDocument/didOpen", {"textDocument": document})
    server.request(method, {"textDocument": {"uri": uri}})
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
        server.request(method, {"textDocument": {"uri": uri}})
        found.append(time.perf_counter() - begun)
    return found


def edit(folder: Path) -> None:
    text = "import functions_framework\n\n" + "".join(
        STEP.format(n=0, k=k) + (FUNCTION.format(n=k) if k % 20 == 0 else "")
        for k in range(880)
    )
    measured = {}
    for count in (10, 10_000):
        place = folder / str(count)
        write_modules(place, count)
        path = place / "large" / "main.py"
        path.parent.mkdir()
        path.write_text(text, "utf-8")
        server = Server([*FUNCLENS, "lsp"], place)
        measured[f"funclens, {count} modules"] = edit_times(
            server, path, text, "textDocument/codeLens"
        )
        server.close()
        if count == 10:
            server = Server([RUFF, "server"], place)
            measured["ruff server"] = edit_times(
                server, path, text, "textDocument/diagnostic"
            )
            server.close()
    lines = text.count("\n")
    print(f"edit of a file of {lines} lines to the fresh answer:")
    for name, found in measured.items():
        found.sort()
        p50, p95 = statistics.median(found), found[int(len(found) * 0.95)]
        print(f"  {name}: p50 {p50 * 1000:.1f} ms, p95 {p95 * 1000:.1f} ms")


def main() -> None:
    asked = sys.argv[1:] or ["cold", "edit"]
    folder = Path(tempfile.mkdtemp(prefix="indexing-"))
    try:
        if "cold" in asked:
            cold(folder / "cold")
        if "edit" in asked:
            edit(folder / "edit")
    finally:
        shutil.rmtree(folder)


if __name__ == "__main__":
    main()
