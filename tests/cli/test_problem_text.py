"""Problems with their source line and carets, for a terminal."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

from cli.command import funclens
from source_tree import write_tree

if TYPE_CHECKING:
    from pathlib import Path

ASYNC = "import functions_framework\n\n\n@functions_framework.http\n"
WRONG = ASYNC + "async def hello(request):\n    return ''\n"


def excerpt(folder: Path) -> list[str]:
    """Return the lines below the first problem."""
    lines = funclens("check", "--format", "full", str(folder)).stdout.splitlines()
    return lines[1:4]


def test_a_problem_has_its_source_line_with_carets_below(tmp_path: Path) -> None:
    write_tree(tmp_path, {"main.py": WRONG})

    assert excerpt(tmp_path) == [
        "  |",
        "5 | async def hello(request):",
        "  |           ^^^^^",
    ]


def test_carets_stay_below_wide_characters_and_tabs(tmp_path: Path) -> None:
    source = (
        "import functions_framework\n\nif True:\n"
        "\t@functions_framework.http\n\tasync def 日本(request): return ''\n"
    )
    write_tree(tmp_path, {"main.py": source})

    assert excerpt(tmp_path)[1:] == [
        "5 | \tasync def 日本(request): return ''",
        "  | \t          ^^^^",
    ]


def test_control_characters_do_not_reach_the_terminal(tmp_path: Path) -> None:
    source = ASYNC + "async def hello(request): return '\x1b]0;x\x07\u202e'\n"
    write_tree(tmp_path, {"main.py": source})

    shown = funclens("check", "--format", "full", str(tmp_path)).stdout

    assert not set(shown) & {"\x1b", "\x07", "\u202e"}
    assert "\ufffd]0;x\ufffd\ufffd" in shown


def test_a_long_line_is_cut_around_the_problem(tmp_path: Path) -> None:
    source = ASYNC + f"async def hello(request): return '{'x' * 100_000}'\n"
    write_tree(tmp_path, {"main.py": source})

    shown = funclens("check", "--format", "full", str(tmp_path)).stdout

    assert max(map(len, shown.splitlines())) < 400


def test_a_terminal_gets_excerpts_and_colors_that_can_be_turned_off(
    tmp_path: Path,
) -> None:
    write_tree(tmp_path, {"main.py": WRONG})

    def shown(**more: str) -> str:
        ours, theirs = os.openpty()
        subprocess.run(
            [sys.executable, "-m", "funclens", "check", str(tmp_path)],
            stdout=theirs,
            check=False,
            timeout=60,
            env={**os.environ, "TERM": "xterm", **more},
        )
        os.close(theirs)
        with os.fdopen(ours, "rb", buffering=0) as terminal:
            return terminal.read(65_536).decode()

    assert "\x1b[1;31merror[async-without-aio]\x1b[0m" in shown()
    assert "\x1b" not in shown(NO_COLOR="1")
    assert "^^^^^" in shown(NO_COLOR="1")


def test_a_pipe_gets_one_line_per_problem_without_colors(tmp_path: Path) -> None:
    write_tree(tmp_path, {"main.py": WRONG})

    shown = funclens("check", str(tmp_path)).stdout

    assert shown.startswith("main.py:5:11: error[async-without-aio] ")
    assert "\x1b" not in shown
    assert "^" not in shown
