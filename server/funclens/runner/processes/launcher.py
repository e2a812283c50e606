"""The front door's end of the launcher: requests workers, learns how they ended.

Imported before the rest of the runner, so it imports little itself. Named tuples cost a
tenth of what dataclasses do.
"""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import sys
from typing import TYPE_CHECKING, NamedTuple, NoReturn

import funclens_worker
from funclens.errors import RunnerError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

__all__ = [
    "SCRIPT",
    "LaunchSpec",
    "Launcher",
    "WorkerProcess",
    "request_launch",
]


SCRIPT = os.path.join(
    os.path.dirname(os.path.realpath(funclens_worker.__file__)), "launch.py"
)
"""Script of every process except the front door."""

_COMMAND = (sys.executable, "-I", "-S", SCRIPT, "launcher")


class LaunchSpec(NamedTuple):
    """How to start one worker; a value without side effects."""

    argv: tuple[str, ...]
    """Absolute interpreter, its options and script; the launcher adds the channel."""
    env: Mapping[str, str]
    cwd: str


class WorkerProcess(NamedTuple):
    """The front door's ends of the connections to one worker."""

    reaper: socket.socket
    """Closing it kills the worker and its children; it reports how the worker ended."""
    channel: socket.socket
    """Frames out, events in; shutting down its writing side asks the worker to end."""
    stdout: int
    stderr: int

    def end(self) -> None:
        """End the worker."""
        with contextlib.suppress(OSError):
            self.reaper.shutdown(socket.SHUT_WR)
        self.close()

    def close(self) -> None:
        """Close this process's descriptors."""
        for descriptor in (self.stdout, self.stderr):
            os.close(descriptor)
        self.reaper.close()
        self.channel.close()


class Launcher:
    """A process that starts workers and ends them with the front door."""

    def __init__(
        self, pid: int, control: socket.socket, zygote: WorkerProcess | None = None
    ) -> None:
        self.pid = pid
        """Process id of the launcher."""
        self.socket = control
        """Closes when the launcher ends; carries no data to the front door."""
        self.zygote = zygote
        """Zygote of this process's own interpreter, forked in advance, or None."""

    @classmethod
    def fork(cls, *, with_zygote: bool = False) -> Launcher:
        """Fork a launcher from this process, which must have a single thread.

        Faster than `execute`, and safe as long as nothing else has started. Raises
        SystemExit in the zygote and its workers when they end.
        """
        ours, theirs = socket.socketpair()
        near, far = _worker_ends() if with_zygote else (None, ())
        pid = os.fork()
        if pid == 0:
            ours.close()
            if near is not None:
                near.close()
            _be_launcher(theirs, far)
        theirs.close()
        for descriptor in far:
            os.close(descriptor)
        return cls(pid, ours, near)

    @classmethod
    def execute(cls) -> Launcher:
        """Start a launcher as a separate program."""
        import subprocess  # noqa: PLC0415 - seldom: a fork is quicker

        from funclens.runner.descriptors import original_limit  # noqa: PLC0415

        ours, theirs = socket.socketpair()
        with theirs:
            process = subprocess.Popen(
                [*_COMMAND, str(theirs.fileno()), str(original_limit())],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                pass_fds=[theirs.fileno()],
                start_new_session=True,
            )
        process.returncode = 0  # `close` waits for it, not subprocess
        return cls(process.pid, ours)

    def start(self, spec: LaunchSpec) -> WorkerProcess:
        """Start a worker. Raises RunnerError if the launcher is gone."""
        return request_launch(self.socket, spec)

    def close(self, timeout: float) -> None:
        """End the launcher and all workers; kill it after `timeout` seconds."""
        with contextlib.suppress(OSError):
            self.socket.shutdown(socket.SHUT_WR)
            self.socket.settimeout(timeout)
            self.socket.recv(1)
        with contextlib.suppress(OSError):
            if os.waitpid(self.pid, os.WNOHANG) == (0, 0):
                os.kill(self.pid, signal.SIGKILL)
                os.waitpid(self.pid, 0)
        self.socket.close()


def request_launch(control: socket.socket, spec: LaunchSpec) -> WorkerProcess:
    """Request a worker from a launcher or a zygote, over its control socket.

    Raises RunnerError if it is gone.
    """
    import json  # noqa: PLC0415 - the launcher is forked before this is needed

    from funclens_worker.processes.launcher import LAUNCH_HEADER  # noqa: PLC0415

    near, far = _worker_ends()
    body = json.dumps(
        {"argv": spec.argv, "env": dict(spec.env), "cwd": spec.cwd}
    ).encode()
    try:
        header = LAUNCH_HEADER.pack(len(body))
        socket.send_fds(control, [header], far)
        control.sendall(body)
    except OSError as error:
        near.close()
        raise RunnerError(f"the launcher has ended: {error}") from error
    finally:
        for descriptor in far:
            os.close(descriptor)
    return near


def _worker_ends() -> tuple[WorkerProcess, list[int]]:
    """Return the front door's ends of a new worker, and the worker's descriptors."""
    reaper, reaper_end = socket.socketpair()
    channel, channel_end = socket.socketpair()
    stdout, stdout_end = os.pipe()
    stderr, stderr_end = os.pipe()
    for end in (reaper, channel):
        end.setblocking(False)
    far = [reaper_end.detach(), channel_end.detach(), stdout_end, stderr_end]
    return WorkerProcess(reaper, channel, stdout, stderr), far


def _be_launcher(control: socket.socket, first: Sequence[int]) -> NoReturn:
    """Become the launcher in a forked child, and fork a zygote from it. No return.

    `first` are the zygote's descriptors; without them, there is none.
    """
    from funclens_worker.processes import launcher, stand_in  # noqa: PLC0415 - while the front door imports, too
    from funclens_worker.processes.reaper import BecomeWorker  # noqa: PLC0415

    if signal.getsignal(signal.SIGINT) is signal.SIG_DFL:
        # The command line ends at once at Ctrl+C; workers have Python's handler.
        signal.signal(signal.SIGINT, signal.default_int_handler)
    folder = stand_in.own_folder()
    forked: BecomeWorker | None = None
    try:
        os.setsid()
        null = os.open(os.devnull, os.O_RDWR)
        os.dup2(null, 0)
        os.dup2(null, 1)
        launcher.run(control.detach(), first)
    except BecomeWorker as error:
        forked = error
    except BaseException:  # noqa: BLE001 - a forked child must not return
        os._exit(70)
    if forked is None:
        os._exit(0)
    # Outside the handler, so that user exceptions have no context from here.
    sys.exit(stand_in.serve_as_zygote(forked.channel, folder))
