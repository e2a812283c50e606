"""Starts workers for the front door, each under a reaper, until the front door is gone.

The launcher runs no user code, so it notices the front door's death in any case. A
zygote handles the same requests, but forks instead of executing.
"""

from __future__ import annotations

import array
import json
import os
import selectors
import socket
import struct
from typing import Callable, Optional, Sequence, Set

from funclens_worker.processes.process_tree import (
    ChildWatch,
    become_subreaper,
    children,
    kill,
    kill_all,
)
from funclens_worker.processes.reaper import (
    BecomeWorker,
    Begin,
    Launch,
    reap_or_exit,
)

LAUNCH_HEADER = struct.Struct("!I")
"""Length of a launch request in bytes; the descriptors are sent with it."""

DESCRIPTORS = 4
"""Descriptors of a request: reaper's socket, worker's channel, stdout, stderr."""

IDLE_SECONDS = 0.1
"""Seconds without a launch until the process counts as idle."""

_CLOSE_ON_EXEC = getattr(socket, "MSG_CMSG_CLOEXEC", 0)


def run(descriptor: int, first: Sequence[int] = ()) -> None:
    """Execute launches until the front door is gone.

    Before that, if `first` are descriptors, fork this process under a reaper and raise
    BecomeWorker in the fork.
    """
    os.set_inheritable(descriptor, False)
    launch = Launch([], {}, os.sep, list(first)) if first else None
    serve_launches(socket.socket(fileno=descriptor), _begin, first=launch)


def serve_launches(
    control: socket.socket,
    begin: Begin,
    when_idle: Optional[Callable[[], None]] = None,
    first: Optional[Launch] = None,
) -> None:
    """Start workers until the front door is gone, then end all of them.

    `when_idle` is called once when there are no launches: immediately, or some time
    after the last launch, which needs the processor more. `first` is started first.
    Returns only in the calling process; raises BecomeWorker in a forked one if `begin`
    does.
    """
    become_subreaper()
    life_read, life_write = os.pipe()
    ended = ChildWatch()
    reapers: Set[int] = set()
    idle_seconds = 0.0

    def start(launch: Launch) -> None:
        pid = os.fork()
        if pid == 0:
            control.close()
            os.close(life_write)
            ended.close()
            reap_or_exit(launch, life_read, begin)
        reapers.add(pid)
        for descriptor in launch.descriptors:
            os.close(descriptor)

    if first is not None:
        start(first)
    with selectors.DefaultSelector() as selector:
        selector.register(control, selectors.EVENT_READ)
        selector.register(ended.descriptor, selectors.EVENT_READ)
        while True:
            ready = {
                key.fileobj
                for key, _ in selector.select(idle_seconds if when_idle else None)
            }
            if not ready and when_idle is not None:
                when_idle()
                when_idle = None
            if ended.descriptor in ready:
                reapers -= set(ended.reap())
                kill(children() - reapers)
            if control in ready:
                launch = _receive(control)
                if launch is None:
                    break
                start(launch)
                idle_seconds = IDLE_SECONDS
    os.close(life_write)
    _wait_for(reapers)


def _begin(launch: Launch, channel: int) -> None:
    if not launch.argv:
        raise BecomeWorker(launch, channel)
    os.set_inheritable(channel, True)
    argv = [*launch.argv, str(channel)]
    os.execve(argv[0], argv, launch.env)  # noqa: S606


def _wait_for(reapers: Set[int]) -> None:
    """Wait for the reapers, which end by themselves, and kill what is left."""
    while reapers:
        pid, _ = os.wait()
        reapers.discard(pid)
        kill(children() - reapers)
    kill_all()


def _receive(control: socket.socket) -> Optional[Launch]:
    """Return the next launch, or None if the front door is gone."""
    descriptors = array.array("i")
    space = socket.CMSG_SPACE(DESCRIPTORS * descriptors.itemsize)
    header, ancillary, _, _ = control.recvmsg(
        LAUNCH_HEADER.size, space, _CLOSE_ON_EXEC | socket.MSG_WAITALL
    )
    if len(header) < LAUNCH_HEADER.size:
        return None
    for _, _, value in ancillary:
        usable = len(value) - len(value) % descriptors.itemsize
        descriptors.frombytes(value[:usable])
    (length,) = LAUNCH_HEADER.unpack(header)
    body = bytearray()
    while len(body) < length:
        data = control.recv(length - len(body))
        if not data:
            return None
        body += data
    for descriptor in descriptors:
        os.set_inheritable(descriptor, False)
    return Launch(**json.loads(bytes(body)), descriptors=list(descriptors))
