"""Completion in shells, and the examples of `--help`."""

from __future__ import annotations

import contextlib
import io
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from architecture.test_documented import VERBS
from cli.command import funclens
from funclens.cli.completion.verb_examples import EXAMPLES
from funclens.cli.parser import build
from source_tree import write_tree

MAIN = """\
    import functions_framework

    @functions_framework.http
    def charge(request): return ""

    @functions_framework.http
    def größe(request): return ""
    """
TRY = """\
source "$1"
shift
COMP_WORDS=("$@")
COMP_CWORD=$(($# - 1))
$(complete -p funclens | sed 's/.*-F \\([^ ]*\\).*/\\1/') funclens "${!#}"
printf '%s\\n' "${COMPREPLY[@]}"
"""


@pytest.fixture(scope="module")
def script(tmp_path_factory: pytest.TempPathFactory) -> Path:
    done = funclens("completion", "bash")
    assert (done.returncode, done.stderr) == (0, "")
    path = tmp_path_factory.mktemp("completion") / "funclens.bash"
    path.write_text(done.stdout, "utf-8")
    return path


def completed(script: Path, folder: Path, *words: str) -> list[str]:
    """Return what bash offers for the last word of a command line."""
    done = subprocess.run(
        ["bash", "-c", TRY, "bash", str(script), *words],
        env={"PATH": f"{Path(sys.executable).parent}:/usr/bin:/bin"},
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    return done.stdout.split()


@pytest.mark.parametrize(
    ("words", "offered"),
    [
        (("ex",), ["export"]),
        (("call", "ch"), ["charge"]),
        (("logs", "--function", "c"), ["charge"]),
        (("export", "--to", "te"), ["terraform"]),
        (("plan", "--pro"), ["--project"]),
        (("list", "bil"), ["billing"]),
        (("run", "billing", "bil"), ["billing"]),
        (("run", "--env-file", "pro"), ["prod.env"]),
    ],
)
def test_bash_completes_commands_options_functions_and_folders(
    script: Path, tmp_path: Path, words: tuple[str, ...], offered: list[str]
) -> None:
    write_tree(tmp_path, {"billing/main.py": MAIN, "prod.env": ""})

    assert completed(script, tmp_path, "funclens", *words) == offered


@pytest.mark.parametrize("shell", ["zsh", "fish"])
def test_other_shells_get_a_script_that_they_parse(shell: str, tmp_path: Path) -> None:
    done = funclens("completion", shell)
    program = shutil.which(shell)

    assert (done.returncode, done.stderr) == (0, "")
    assert "openapi" in done.stdout
    if program is not None:
        path = tmp_path / "script"
        path.write_text(done.stdout, "utf-8")
        subprocess.run([program, "-n", str(path)], check=True, timeout=60)


def test_zsh_asks_for_names_when_needed_and_takes_many_folders() -> None:
    """An array that holds the names would run the command each time it is read."""
    script = funclens("completion", "zsh").stdout

    assert script.count("funclens completion --names") == 1
    assert '"*:workspace folders' in script
    assert '"(*)' not in script


def test_a_missing_shell_is_an_error_with_the_next_step() -> None:
    done = funclens("completion")

    assert done.returncode == 2
    assert "hint: pass one of bash, zsh, fish" in done.stderr


def test_every_command_has_examples_that_it_accepts() -> None:
    lines = [line for text in EXAMPLES.values() for line in text.splitlines()]

    assert EXAMPLES.keys() == VERBS
    for line in lines:
        text = line.partition("| funclens ")[2] or line.partition("funclens ")[2]
        words = shlex.split(text.removesuffix(')"').partition(')" ')[0], comments=True)
        given = words[: _end(words)]
        assert build(given).parse_args(given).verb == given[0]


def _end(words: list[str]) -> int:
    """Return where a shell or another command begins."""
    ends = (at for at, word in enumerate(words) if word in {">", "|", "--"})
    return next(ends, len(words))


def test_help_ends_with_examples() -> None:
    done = funclens("plan", "--help")

    assert done.returncode == 0
    assert done.stdout.endswith(f"examples:\n{EXAMPLES['plan']}")


def help_of(verb: str) -> str:
    """Return the help of a command, without the process that prints it."""
    output = io.StringIO()
    with contextlib.redirect_stdout(output), pytest.raises(SystemExit):
        build([verb, "--help"]).parse_args([verb, "--help"])
    return output.getvalue()


def test_help_fits_80_columns(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    printed = [help_of(verb) for verb in VERBS]
    printed.append(build(["--help"]).format_help())

    lines = [line for text in printed for line in text.splitlines()]
    assert [line for line in lines if len(line) > 79] == []
    assert printed[-1].endswith("# options and examples\n")
