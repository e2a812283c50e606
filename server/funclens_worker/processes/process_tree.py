"""Child processes of this process: wait for them, list them, kill them.

Linux has subreapers, PDEATHSIG and /proc; other systems use process groups.
"""

from __future__ import annotations

import contextlib
import os
import signal
import sys
from typing import AbstractSet, Any, Callable, Dict, NoReturn, Optional, Set

_PR_SET_PDEATHSIG = 1
_PR_SET_CHILD_SUBREAPER = 36
_SIGKILL: int = getattr(signal, "SIGKILL", 9)
_IS_LINUX = sys.platform.startswith("linux")

if _IS_LINUX:
    import ctypes

    _libc: Any = ctypes.CDLL(None, use_errno=True)


def become_subreaper() -> None:
    """Adopt orphaned descendants instead of leaving them to init."""
    if _IS_LINUX:
        _libc.prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def die_with_parent(parent: int, number: int = _SIGKILL) -> None:
    """Make the kernel send a signal when `parent` ends; exit if it has ended."""
    if _IS_LINUX:
        _libc.prctl(_PR_SET_PDEATHSIG, number, 0, 0, 0)
        if os.getppid() != parent:
            os._exit(70)


class ChildWatch:
    """A descriptor that becomes readable when a child has ended."""

    def __init__(self) -> None:
        self.descriptor, self._write = os.pipe()
        os.set_blocking(self.descriptor, False)
        os.set_blocking(self._write, False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.set_wakeup_fd(self._write, warn_on_full_buffer=False)

    def close(self) -> None:
        """Stop watching, in a forked child without children."""
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        os.close(self.descriptor)
        os.close(self._write)

    def reap(self) -> Dict[int, int]:
        """Return ended children: pid to exit code or negative signal number."""
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


def kill_family(leader: int) -> int:
    """Kill a child, its process group and all its descendants.

    Returns its exit code, or negative signal number.
    """
    try:
        os.killpg(leader, signal.SIGKILL)
    except OSError:  # it has ended, or hasn't called setsid yet
        kill({leader})
    return kill_all({leader}).get(leader, 0)


def kill_group(leader: int) -> None:
    """Kill the remaining process group and descendants of an ended child."""
    with contextlib.suppress(OSError):
        os.killpg(leader, signal.SIGKILL)
    kill_all()


def kill_all(expected: AbstractSet[int] = frozenset()) -> Dict[int, int]:
    """Kill and reap until no child is left; orphaned descendants become children.

    Waits for those in `expected` even if /proc doesn't list them. Returns pid to exit
    code or negative signal number.
    """
    ended: Dict[int, int] = {}
    while True:
        strays = children()
        kill(strays)
        if not strays and not expected - set(ended):
            return ended
        try:
            pid, status = os.wait()
        except ChildProcessError:
            return ended
        ended[pid] = _exit_number(status)


def kill(pids: AbstractSet[int]) -> None:
    """Send SIGKILL to processes; some may have ended already."""
    for pid in pids:
        with contextlib.suppress(OSError):
            os.kill(pid, signal.SIGKILL)


def children() -> Set[int]:
    """Return the pids of this process's children; empty without /proc."""
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


def _exit_number(status: int) -> int:
    if os.WIFSIGNALED(status):
        return -os.WTERMSIG(status)
    return os.WEXITSTATUS(status)


def run_owned(
    program: str, execute: Callable[[], None], is_over: Callable[[], bool]
) -> Optional[int]:
    """Run a child, and return its status once nothing of it is left.

    `execute` replaces the child by the program, in a new session and without
    standard input. When standard input becomes readable, `is_over` says whether the
    owner has ended: then all of it is killed, and None is returned.
    """
    import selectors  # workers start without it

    become_subreaper()
    children = ChildWatch()
    me = os.getpid()
    child = os.fork()
    if child == 0:
        children.close()
        _begin(program, execute, me)
    status: Optional[int] = None
    with selectors.DefaultSelector() as selector:
        selector.register(0, selectors.EVENT_READ)
        selector.register(children.descriptor, selectors.EVENT_READ)
        while status is None:
            ready = {key.fd for key, _ in selector.select()}
            if children.descriptor in ready:
                status = children.reap().get(child)
            if status is None and 0 in ready and is_over():
                break
    children.close()
    if status is None:
        kill_family(child)
    else:
        kill_group(child)
    return status


def _begin(program: str, execute: Callable[[], None], parent: int) -> NoReturn:
    try:
        os.setsid()
        die_with_parent(parent)
        null = os.open(os.devnull, os.O_RDONLY)
        os.dup2(null, 0)
        execute()
    except OSError as error:
        os.write(2, f"cannot start {program}: {error}\n".encode())
    sys.stdout.flush()
    os._exit(127)
