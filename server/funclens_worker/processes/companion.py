"""Runs a program that ends with its owner: `companion.py PROGRAM [ARGUMENT ...]`.

The owner holds the other end of standard input. When that closes, because the owner
says so or was killed, the program and all its descendants are killed; without forks
only those that stay in its group. Used as a script.
"""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from typing import List

if not __package__:
    sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.dirname(__file__))))

from funclens_worker.processes.child_group import ChildGroup
from funclens_worker.processes.portable_mode import is_portable
from funclens_worker.processes.process_tree import run_owned


def run(program: List[str]) -> int:
    """Run a program until it ends or standard input closes; return its exit code."""
    return _spawn(program) if is_portable() else _fork(program)


def _spawn(program: List[str]) -> int:
    owner = os.dup(0)
    null = os.open(os.devnull, os.O_RDONLY)
    os.dup2(null, 0)
    try:
        group = ChildGroup(program, stdin=subprocess.DEVNULL)
    except OSError as error:
        os.write(2, f"cannot start {program[0]}: {error}\n".encode())
        return 127
    threading.Thread(target=_end_with, args=(owner, group), daemon=True).start()
    status = group.wait()
    return status if status >= 0 else 128 - status


def _end_with(owner: int, group: ChildGroup) -> None:
    while os.read(owner, 4096):
        pass
    group.kill()


def _fork(program: List[str]) -> int:
    status = run_owned(
        program[0],
        lambda: os.execvp(program[0], program),  # noqa: S606 - the owner chose it
        lambda: not os.read(0, 4096),
    )
    if status is None:
        return 0
    return status if status >= 0 else 128 - status


if __name__ == "__main__":
    sys.exit(run(sys.argv[1:]))
