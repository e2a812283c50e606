"""The pages on events and requests name every event, and their commands work."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from funclens.requests.samples import TYPES, find_type
from process import DEADLINE_S
from runner_process import RunnerProcess, clean_environment

TOP = Path(__file__).parents[2]
DOCS = TOP / "docs"
TEXT = (DOCS / "reference" / "events.md").read_text("utf-8")
PAGES = ("guides/requests.md", "guides/events.md", "reference/events.md")
COMMANDS = [
    shlex.split(line, comments=True)
    for page in PAGES
    for block in re.findall(
        r"^```sh\n(.*?)^```", (DOCS / page).read_text("utf-8"), re.MULTILINE | re.DOTALL
    )
    for line in block.splitlines()
    if line.startswith("funclens call ")
]
"""Of the history and others, commands have ids that the examples don't have."""


def test_every_event_is_documented() -> None:
    section = TEXT.partition("## Events\n")[2].partition("\n## ")[0]
    rows = [
        line.split("|")[1:] for line in section.splitlines() if line.startswith("| `")
    ]
    named = [name for row in rows for name in re.findall(r"`([\w.-]+)`", row[0])]

    assert sorted(named) == sorted(row.name for row in TYPES)
    for row in rows:
        for alias in re.findall(r"`([\w.-]+)`", row[1]):
            assert find_type(alias).name in row[0]


def test_every_documented_command_works(tmp_path: Path) -> None:
    """Run as they stand, in examples/events, with a runner that is up."""
    assert len(COMMANDS) >= 10
    example = TOP / "examples" / "events"
    environment = clean_environment() | {"XDG_STATE_HOME": str(tmp_path)}
    with RunnerProcess(example, state=tmp_path):
        for words in COMMANDS:
            done = subprocess.run(
                [sys.executable, "-m", *words],
                cwd=example,
                env=environment,
                capture_output=True,
                text=True,
                timeout=DEADLINE_S,
                check=False,
            )
            if done.returncode:
                pytest.fail(f"{shlex.join(words)}\n{done.stdout}{done.stderr}")
