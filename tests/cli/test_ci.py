"""What docs/guides/ci.md promises to CI: the hook and the examples."""

from __future__ import annotations

import re
from pathlib import Path

from ruamel.yaml import YAML

from cli.command import funclens
from source_tree import write_tree

TOP = Path(__file__).parents[2]


def test_the_pre_commit_hook_calls_an_existing_command(tmp_path: Path) -> None:
    (hook,) = YAML(typ="safe", pure=True).load(TOP / ".pre-commit-hooks.yaml")
    program, *words = hook["entry"].split()
    write_tree(tmp_path, {"main.py": "def hello(request):\n    return ''\n"})

    ended = funclens(*words, cwd=tmp_path)

    assert program == "funclens"
    assert ended.returncode == 0
    assert hook["pass_filenames"] is False


def test_every_command_on_the_ci_page_parses(tmp_path: Path) -> None:
    page = (TOP / "docs" / "guides" / "ci.md").read_text("utf-8")
    commands = set(re.findall(r"(?:- |run: )funclens (check[\w -]*)", page))
    assert len(commands) == 3

    for command in commands:
        assert funclens(*command.split(), cwd=tmp_path).returncode == 0


def test_the_yaml_on_the_ci_page_is_valid() -> None:
    page = (TOP / "docs" / "guides" / "ci.md").read_text("utf-8")
    blocks = re.findall(r"```yaml\n(.*?)```", page, re.DOTALL)

    assert len(blocks) == 4
    for block in blocks:
        assert YAML(typ="safe", pure=True).load(block)
