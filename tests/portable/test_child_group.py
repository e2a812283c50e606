"""A child and what it starts end together."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from funclens_worker.processes.child_group import ChildGroup
from runner.proc import all_end

pytestmark = pytest.mark.skipif(
    sys.platform != "linux", reason="waits for processes of others"
)

STARTS = """
import subprocess, sys
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
print(child.pid, flush=True)
if sys.stdin.readline():
    sys.exit(5)
"""


def start():
    group, pipes = ChildGroup.spawn([sys.executable, "-c", STARTS], os.environ, "/")
    with os.fdopen(pipes.stdout, "rb") as output:
        child = int(output.readline())
    os.close(pipes.stderr)
    return group, pipes.stdin, child


def test_a_killed_group_leaves_nothing():
    group, stdin, child = start()
    group.kill()

    assert group.wait() == -9
    assert all_end([child]) == []
    group.kill()  # nothing is left that could be somebody else's by now
    os.close(stdin)


def test_what_a_child_leaves_behind_is_ended():
    group, stdin, child = start()
    os.write(stdin, b"go\n")

    assert group.wait() == 5
    assert all_end([child]) == []
    os.close(stdin)


def test_a_program_that_is_missing_is_an_error_without_open_pipes():
    before = open_files()
    with pytest.raises(FileNotFoundError):
        ChildGroup.spawn(["/no/such/program"], {}, "/")
    assert open_files() == before


def open_files():
    return sorted(path.name for path in Path("/proc/self/fd").iterdir())
