"""What comes from elsewhere is shown in a terminal, and never acts there."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from canaries import ACTING, C1, TITLE, TURNED, acting
from funclens.printable import printable
from process import DEADLINE_S, LiveProcess
from runner_process import clean_environment

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = pytest.mark.skipif(
    sys.platform != "linux", reason="names of files are text elsewhere"
)

FOLDER = f"unit{ACTING}".replace("/", "")
SOURCE = f"""
import functions_framework


@functions_framework.http
def raises(request):
    raise ValueError({ACTING!r} + "\\udcff")


@functions_framework.http
def hello(request, more):
    return "hello"


@functions_framework.http
def prints(request):
    print("\\x1b[32mgreen\\x1b[0m", flush=True)
    return "printed", "200 fine\\x9b31m"
"""
BROKEN = f"raise RuntimeError({ACTING!r})\ndef broken(request): ...\n"
PROJECT = f"""
[tool.funclens]
"unknown\\u001b]0;owned\\u0007" = 1

[tool.funclens.endpoints]
"{printable(FOLDER).replace(chr(92), chr(92) * 2)}.main.hello" = "{TURNED}\\u009b31m"
"""


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("workspace")
    for name, text in {
        f"{FOLDER}/main.py": SOURCE,
        f"{FOLDER}/.gitignore": "!\n",
        os.fsdecode(b"broken\xff/main.py"): BROKEN,
        os.fsdecode(b"broken\xff/") + f"{C1}.py": "def f(:\n",
        "pyproject.toml": PROJECT,
    }.items():
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, "utf-8")
    return folder


def command(*words: str, state: Path) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "-m", "funclens", *words],
        env=clean_environment() | {"XDG_STATE_HOME": str(state)},
        capture_output=True,
        timeout=DEADLINE_S,
        check=False,
    )


@pytest.mark.parametrize(
    "words",
    [
        ["list"],
        ["check", "--format", "concise"],
        ["check", "--format", "full"],
        ["check", "--format", "github"],
        ["call", "no\x1b[31m\nFAKE LINE", "--data", "{"],
        ["list", "no\x1b[31m\nFAKE LINE"],
        ["run", "--host", "\x1b[31m\nFAKE LINE"],
        ["run", "--\x1b[31m\nFAKE LINE"],
        ["check", "--select", "\x1b[31m\nFAKE LINE"],
    ],
    ids=lambda words: " ".join(map(printable, words[:3])),
)
def test_commands_escape_control_characters(
    words: list[str], root: Path, tmp_path: Path
) -> None:
    folder = [] if words[1:2] == ["no\x1b[31m\nFAKE LINE"] == words[1:] else [str(root)]
    result = command(*words, *folder, state=tmp_path)

    assert result.returncode in {0, 1, 2}, result.stderr
    assert acting(result.stdout.decode()) == []
    assert acting(result.stderr.decode()) == []


def test_json_has_the_raw_names(root: Path, tmp_path: Path) -> None:
    for words in (["list", "--json"], ["check", "--format", "json"]):
        result = command(*words, str(root), state=tmp_path)
        value = json.loads(result.stdout)
        items = value.get("functions") or value["problems"]
        assert any(TITLE in item["file"] for item in items)


@pytest.fixture(scope="module")
def runner(
    root: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[LiveProcess]:
    """A runner that prints for people."""
    argv = [sys.executable, "-m", "funclens", "run", "--port", "0", str(root)]
    state = tmp_path_factory.mktemp("state")
    env = clean_environment() | {"XDG_STATE_HOME": str(state)}
    with LiveProcess(argv, cwd=state, env=env) as runner:
        runner.wait_for_line("Press Ctrl+C", stream="stdout")
        yield runner


def ask(runner: LiveProcess, target: str, *headers: str) -> str:
    line = runner.wait_for_line("Serving ", stream="stdout")
    port = int(line.rpartition(":")[2])
    lines = [f"GET {target} HTTP/1.1", "Host: localhost", *headers, "", ""]
    with socket.create_connection(("127.0.0.1", port), DEADLINE_S) as connection:
        connection.sendall("\r\n".join(lines).encode("latin-1"))
        with connection.makefile("rb") as file:
            return file.read().decode("utf-8", "replace")


def test_a_runner_escapes_control_characters(runner: LiveProcess) -> None:
    ask(runner, "/prints/%1b%5d0;x%07%0aFAKE%20LINE%c2%9b31m%e2%80%ae?%1b")
    ask(runner, "/raises/%0aFAKE%20LINE")
    ask(runner, "/broken")
    ask(runner, "/prints")
    page = f"Origin: http://{TURNED}".encode().decode("latin-1")
    ask(runner, "/prints", "Sec-Fetch-Site: cross-site", page)
    runner.wait_for_line("refused a request")
    runner.wait_for_line("failed to load", stream="stdout")
    runner.wait_for_line("-> 500", stream="stdout")
    runner.wait_for_line("green", stream="stdout")

    own = "main] "  # what a function's process prints is its own
    assert acting("\n".join(x for x in runner.stdout if own not in x)) == []
    assert acting("\n".join(runner.stderr)) == []
    assert any("\x1b[32mgreen" in line for line in runner.stdout)


@pytest.mark.parametrize(
    "target", ["/%1b%5d0;x%07%0aFAKE%20LINE%e2%80%ae", "\x9b31m", "/broken", "/raises"]
)
@pytest.mark.parametrize("accept", ["*/*", "application/json", "text/html"])
def test_errors_of_the_front_door_escape_control_characters(
    runner: LiveProcess, target: str, accept: str
) -> None:
    _, _, body = ask(runner, target, f"Accept: {accept}").partition("\r\n\r\n")

    assert body
    assert acting(body.replace("\nFAKE", "")) == []  # a traceback has lines
