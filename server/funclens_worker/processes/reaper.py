"""The reaper of one worker: starts it, and makes sure that nothing outlives its owner.

A reaper is forked for each worker, and the worker is its only child:

front door ──▶ launcher or zygote ──▶ reaper ──▶ worker ──▶ its children

Who detects which death, always by the end of a stream, never by polling:
front door  launcher, zygote and reapers (their sockets end): they kill and exit
launcher    reapers (the life pipe ends) and the front door (its socket ends)
reaper      the kernel kills the worker (PDEATHSIG); orphans go to the launcher, the
            nearest subreaper, which kills processes it doesn't know
worker      its reaper, which kills the worker's process group and every process that
            became its child, then reports to the front door how the worker ended

A worker stuck in C code with the GIL held dies like any other, by SIGKILL.
"""

from __future__ import annotations

import contextlib
import json
import os
import selectors
import socket
import sys
from typing import Callable, Dict, List, NamedTuple, Optional

from funclens_worker.processes.process_tree import (
    ChildWatch,
    become_subreaper,
    die_with_parent,
    kill_family,
    kill_group,
)


class Launch(NamedTuple):
    """A worker that the front door requests."""

    argv: List[str]
    env: Dict[str, str]
    cwd: str
    descriptors: List[int]
    """Reaper's socket, worker's channel, its stdout, its stderr."""


class BecomeWorker(BaseException):
    """Unwinds a forked child to the top of the program, where it becomes the worker."""

    def __init__(self, launch: Launch, channel: int) -> None:
        super().__init__()
        self.launch = launch
        self.channel = channel


Begin = Callable[[Launch, int], None]
"""First action of the worker's process, with the descriptor of its channel: it
executes a program or raises BecomeWorker."""


def reap_or_exit(launch: Launch, life: int, begin: Begin) -> None:
    """Become the reaper in a forked child.

    `life` becomes readable when the parent has ended. Never returns; raises
    BecomeWorker in the worker if `begin` does.
    """
    try:
        _reap(launch, life, begin)
    except BecomeWorker:
        raise
    except BaseException as error:  # noqa: BLE001 - a forked child must not return
        sys.stderr.write(f"the reaper of a worker failed: {error!r}\n")
    os._exit(70)


def _reap(launch: Launch, life: int, begin: Begin) -> None:
    """Start one worker; wait for its end or the request to end it. No return."""
    door = socket.socket(fileno=launch.descriptors[0])
    become_subreaper()
    children = ChildWatch()
    reaper = os.getpid()
    worker = os.fork()
    if worker == 0:
        door.close()
        os.close(life)
        children.close()
        _begin_or_exit(launch, reaper, begin)
    for descriptor in launch.descriptors[1:]:
        os.close(descriptor)
    _tell(door, {"pid": worker})
    status: Optional[int] = None
    with selectors.DefaultSelector() as selector:
        for watched in (door, life, children.descriptor):
            selector.register(watched, selectors.EVENT_READ)
        while status is None:
            ready = {key.fileobj for key, _ in selector.select()}
            if children.descriptor in ready:
                status = children.reap().get(worker)
            if door in ready or life in ready:
                break
    if status is None:
        status = kill_family(worker)
    else:
        kill_group(worker)
    _tell(door, {"status": status})
    os._exit(0)


def _begin_or_exit(launch: Launch, reaper: int, begin: Begin) -> None:
    _, channel, stdout, stderr = launch.descriptors
    try:
        os.setsid()
        die_with_parent(reaper)
        null = os.open(os.devnull, os.O_RDONLY)
        for descriptor, number in ((null, 0), (stdout, 1), (stderr, 2)):
            os.dup2(descriptor, number)
            os.close(descriptor)
        os.chdir(launch.cwd)
        begin(launch, channel)
    except OSError as error:
        os.write(2, f"cannot start {launch.argv[0]}: {error}\n".encode())
    os._exit(127)


def _tell(door: socket.socket, message: Dict[str, int]) -> None:
    with contextlib.suppress(OSError):
        door.sendall(json.dumps(message).encode() + b"\n")
