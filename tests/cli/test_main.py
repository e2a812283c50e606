"""The command line as a whole: wrong words, broken pipes, defects of ours."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from cli.command import funclens
from funclens import __version__, cli
from source_tree import write_tree

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("words", "advice"),
    [
        (["lst"], "did you mean 'list'?"),
        (["list", "--jsn"], "did you mean '--json'?"),
        (["check", "--formt", "json"], "did you mean '--format'?"),
        (["run", "--no-relod"], "did you mean '--no-reload'?"),
        (["check", "--fail-on", "never"], "error"),
        ([], "--help"),
    ],
)
def test_wrong_arguments_exit_with_2_and_a_suggestion(
    words: list[str], advice: str
) -> None:
    ended = funclens(*words)

    assert ended.returncode == 2
    assert advice in ended.stderr
    assert "Traceback" not in ended.stderr
    assert ended.stdout == ""


def test_a_missing_folder_exits_with_2(tmp_path: Path) -> None:
    ended = funclens("list", str(tmp_path / "nowhere"))

    assert ended.returncode == 2
    assert ended.stderr.count("\n") == 1
    assert "nowhere" in ended.stderr


@pytest.mark.parametrize("verb", ["list", "check", "run", "call", "setup", "lsp"])
def test_every_verb_has_help(verb: str) -> None:
    ended = funclens(verb, "--help")

    assert ended.returncode == 0
    assert ended.stdout.startswith(f"usage: funclens {verb}")


def test_the_version_is_printed() -> None:
    assert funclens("--version").stdout == f"funclens {__version__}\n"


def test_a_bug_prints_a_short_report_and_exits_with_3(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("it broke")

    monkeypatch.setattr("funclens.cli.list.open_workspace", broken)

    assert cli.main(["list", str(tmp_path)]) == 3
    told = capsys.readouterr().err
    assert "RuntimeError: it broke" in told
    assert "Traceback" not in told
    assert "test_main.py" in told


def test_an_interrupt_exits_with_130(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("funclens.cli.list.open_workspace", interrupted)

    assert cli.main(["list", str(tmp_path)]) == 130


def test_a_closed_pipe_is_not_a_bug(tmp_path: Path) -> None:
    text = "def main(request):\n    return ''\n"
    write_tree(tmp_path, {f"unit{n}/main.py": text for n in range(400)})

    with subprocess.Popen(
        [sys.executable, "-m", "funclens", "list", "--json", str(tmp_path)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        assert process.stdout is not None
        process.stdout.read(10)
        process.stdout.close()
        assert process.stderr is not None
        told = process.stderr.read()
        process.wait(timeout=60)

    assert told == b""
