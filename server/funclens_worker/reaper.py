"""Starts processes under a keeper that lets nothing of them outlive anybody.

For each worker a keeper is forked, and the keeper starts the worker as its only
child:

    door ──▶ guard or template ──▶ keeper ──▶ worker ──▶ whatever user code starts

Who notices which death, always by the end of a stream, never by polling:
    door      guard, template and keepers (their sockets end): they kill and end
    guard     keepers (the life pipe ends) and the door (its socket ends)
    keeper    the kernel kills the worker (PDEATHSIG); strays fall to the guard,
              the nearest sub-reaper, which kills what it does not know
    worker    its keeper, which kills the worker's process group and every process
              that fell to it, then tells the door how the worker ended

A worker stuck in C code with the GIL held dies like any other: by SIGKILL from
outside. Linux has sub-reapers and PDEATHSIG; on other systems process groups do
what they can.
"""

from __future__ import annotations

import array
import contextlib
import json
import os
import selectors
import signal
import socket
import struct
import sys
from typing import Any, Callable, Dict, List, NamedTuple, Optional, Set

REQUEST_HEADER = struct.Struct("!I")
"""Length of the request in bytes; the descriptors ride on it."""

DESCRIPTORS = 4
"""A request brings: keeper's socket, worker's channel, its stdout, its stderr."""

IDLE_SECONDS = 0.1
"""How long after a launch nothing else must be asked for."""

_PR_SET_PDEATHSIG = 1
_PR_SET_CHILD_SUBREAPER = 36
_CLOSE_ON_EXEC = getattr(socket, "MSG_CMSG_CLOEXEC", 0)
_IS_LINUX = sys.platform.startswith("linux")

if _IS_LINUX:
    import ctypes

    _libc: Any = ctypes.CDLL(None, use_errno=True)


class Launch(NamedTuple):
    """One worker that the door asks for."""

    argv: List[str]
    env: Dict[str, str]
    cwd: str
    descriptors: List[int]
    """Keeper's socket, worker's channel, its stdout, its stderr."""


class BecomeWorker(BaseException):
    """Unwinds a forked child to the top of the program, where it is the worker."""

    def __init__(self, launch: Launch, channel: int) -> None:
        super().__init__()
        self.launch = launch
        self.channel = channel


Begin = Callable[[Launch, int], None]
"""What the worker's process does first, with the descriptor of its channel: it
executes a program or raises BecomeWorker."""


def serve_launches(
    control: socket.socket, begin: Begin, when_idle: Optional[Callable[[], None]] = None
) -> None:
    """Start what the door asks for until it is gone, then leave nothing behind.

    `when_idle` is called once, when nothing is asked for: at once, or a while after
    the last launch, which needs the processor more. Returns in the process that
    was called only; raises BecomeWorker in a forked one when `begin` does.
    """
    become_subreaper()
    life_read, life_write = os.pipe()
    children = _ChildWatch()
    keepers: Set[int] = set()
    idle_seconds = 0.0
    with selectors.DefaultSelector() as selector:
        selector.register(control, selectors.EVENT_READ)
        selector.register(children.descriptor, selectors.EVENT_READ)
        while True:
            ready = {
                key.fileobj
                for key, _ in selector.select(idle_seconds if when_idle else None)
            }
            if not ready and when_idle is not None:
                when_idle()
                when_idle = None
            if children.descriptor in ready:
                keepers -= set(children.reap())
                _kill(_children() - keepers)
            if control in ready:
                launch = _receive(control)
                if launch is None:
                    break
                pid = os.fork()
                if pid == 0:
                    control.close()
                    os.close(life_write)
                    children.close()
                    _keep_or_exit(launch, life_read, begin)
                keepers.add(pid)
                idle_seconds = IDLE_SECONDS
                for descriptor in launch.descriptors:
                    os.close(descriptor)
    os.close(life_write)
    _end(keepers)


def become_subreaper() -> None:
    """Have orphaned descendants fall to this process instead of to init."""
    if _IS_LINUX:
        _libc.prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def _keep_or_exit(launch: Launch, life: int, begin: Begin) -> None:
    try:
        _keep(launch, life, begin)
    except BecomeWorker:
        raise
    except BaseException as error:  # noqa: BLE001 - a forked child must not return
        sys.stderr.write(f"the keeper of a worker failed: {error!r}\n")
    os._exit(70)


def _keep(launch: Launch, life: int, begin: Begin) -> None:
    """Start one worker, wait for its end or for the order to end it. No return."""
    door = socket.socket(fileno=launch.descriptors[0])
    become_subreaper()
    children = _ChildWatch()
    keeper = os.getpid()
    worker = os.fork()
    if worker == 0:
        door.close()
        os.close(life)
        children.close()
        _begin_or_exit(launch, keeper, begin)
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
    _tell(door, {"status": _kill_family(worker, status)})
    os._exit(0)


def _begin_or_exit(launch: Launch, keeper: int, begin: Begin) -> None:
    _, channel, stdout, stderr = launch.descriptors
    try:
        os.setsid()
        if _IS_LINUX:
            _libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
            if os.getppid() != keeper:
                os._exit(70)
        null = os.open(os.devnull, os.O_RDONLY)
        for descriptor, number in ((null, 0), (stdout, 1), (stderr, 2)):
            os.dup2(descriptor, number)
            os.close(descriptor)
        os.chdir(launch.cwd)
        begin(launch, channel)
    except OSError as error:
        os.write(2, f"cannot start {launch.argv[0]}: {error}\n".encode())
    os._exit(127)


def _kill_family(worker: int, status: Optional[int]) -> int:
    """Kill the worker and all that descends from it; return how it ended.

    The number is the exit code, or minus the signal that ended it.
    """
    expected = {worker} if status is None else set()
    try:
        os.killpg(worker, signal.SIGKILL)
    except OSError:  # it has ended, or has not come as far as setsid
        _kill(expected)
    ended = _wait_for_all(expected)
    return ended.get(worker, 0) if status is None else status


def _end(keepers: Set[int]) -> None:
    """Wait for the keepers, which end by themselves, and kill what is left."""
    while keepers:
        pid, _ = os.wait()
        keepers.discard(pid)
        _kill(_children() - keepers)
    _wait_for_all(set())


def _wait_for_all(expected: Set[int]) -> Dict[int, int]:
    """Kill and reap until no child is left; descendants come up one by one."""
    ended: Dict[int, int] = {}
    while True:
        strays = _children()
        _kill(strays)
        if not strays and not expected - set(ended):
            return ended
        try:
            pid, status = os.wait()
        except ChildProcessError:
            return ended
        ended[pid] = _exit_number(status)


class _ChildWatch:
    """A descriptor that becomes readable when a child has ended."""

    def __init__(self) -> None:
        self.descriptor, self._write = os.pipe()
        os.set_blocking(self.descriptor, False)
        os.set_blocking(self._write, False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.set_wakeup_fd(self._write, warn_on_full_buffer=False)

    def close(self) -> None:
        """Stop watching, in a forked child that has no children yet."""
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        os.close(self.descriptor)
        os.close(self._write)

    def reap(self) -> Dict[int, int]:
        """Return the children that ended: pid to exit code or minus signal."""
        with contextlib.suppress(BlockingIOError):
            os.read(self.descriptor, 4096)
        ended: Dict[int, int] = {}
        while True:
            try:
                pid, status = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                return ended
            if pid == 0:
                return ended
            ended[pid] = _exit_number(status)


def _exit_number(status: int) -> int:
    if os.WIFSIGNALED(status):
        return -os.WTERMSIG(status)
    return os.WEXITSTATUS(status)


def _receive(control: socket.socket) -> Optional[Launch]:
    """Return what is to be launched; None when the door is gone."""
    descriptors = array.array("i")
    space = socket.CMSG_SPACE(DESCRIPTORS * descriptors.itemsize)
    header, ancillary, _, _ = control.recvmsg(
        REQUEST_HEADER.size, space, _CLOSE_ON_EXEC | socket.MSG_WAITALL
    )
    if len(header) < REQUEST_HEADER.size:
        return None
    for _, _, value in ancillary:
        usable = len(value) - len(value) % descriptors.itemsize
        descriptors.frombytes(value[:usable])
    (length,) = REQUEST_HEADER.unpack(header)
    body = bytearray()
    while len(body) < length:
        data = control.recv(length - len(body))
        if not data:
            return None
        body += data
    for descriptor in descriptors:
        os.set_inheritable(descriptor, False)
    return Launch(**json.loads(bytes(body)), descriptors=list(descriptors))


def _tell(door: socket.socket, message: Dict[str, int]) -> None:
    with contextlib.suppress(OSError):
        door.sendall(json.dumps(message).encode() + b"\n")


def _children() -> Set[int]:
    """Return the pids of this process's children; empty where /proc is missing."""
    me = str(os.getpid())
    with (
        contextlib.suppress(OSError),
        open(f"/proc/{me}/task/{me}/children", encoding="ascii") as file,
    ):
        return {int(pid) for pid in file.read().split()}
    found: Set[int] = set()
    try:
        candidates = [name for name in os.listdir("/proc") if name.isdigit()]
    except OSError:
        return found
    for pid in candidates:
        with contextlib.suppress(OSError):
            with open(f"/proc/{pid}/stat", encoding="utf-8", errors="replace") as file:
                parent = file.read().rpartition(")")[2].split()[1]
            if parent == me:
                found.add(int(pid))
    return found


def _kill(pids: Set[int]) -> None:
    for pid in pids:
        with contextlib.suppress(OSError):
            os.kill(pid, signal.SIGKILL)
