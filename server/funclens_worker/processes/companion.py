"""Runs a program that ends with its owner: `companion.py PROGRAM [ARGUMENT ...]`.

The owner holds the other end of standard input. When that closes, because the owner
says so or was killed, the program and all its descendants are killed; without forks
only those that stay in its group. Used as a script.
"""

from __future__ import annotations

import os
import selectors
import subprocess
import sys
import threading
from typing import List, Optional

if not __package__:
    sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.dirname(__file__))))

from funclens_worker.processes.child_group import ChildGroup
from funclens_worker.processes.portable_mode import is_portable
from funclens_worker.processes.process_tree import (
    ChildWatch,
    become_subreaper,
    die_with_parent,
    kill_family,
    kill_group,
)


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
    become_subreaper()
    children = ChildWatch()
    me = os.getpid()
    child = os.fork()
    if child == 0:
        children.close()
        _execute(program, me)
    status: Optional[int] = None
    with selectors.DefaultSelector() as selector:
        selector.register(0, selectors.EVENT_READ)
        selector.register(children.descriptor, selectors.EVENT_READ)
        while status is None:
            ready = {key.fd for key, _ in selector.select()}
            if children.descriptor in ready:
                status = children.reap().get(child)
            if 0 in ready and not os.read(0, 4096):
                break
    if status is None:
        kill_family(child)
        return 0
    kill_group(child)
    return status if status >= 0 else 128 - status


def _execute(program: List[str], parent: int) -> None:
    try:
        os.setsid()
        die_with_parent(parent)
        null = os.open(os.devnull, os.O_RDONLY)
        os.dup2(null, 0)
        os.execvp(program[0], program)  # noqa: S606 - the owner chose it
    except OSError as error:
        os.write(2, f"cannot start {program[0]}: {error}\n".encode())
    os._exit(127)


if __name__ == "__main__":
    sys.exit(run(sys.argv[1:]))
