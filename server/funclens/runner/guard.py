"""The door's end of the guard: asks for workers, hears how they ended."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import funclens_worker
from funclens.errors import RunnerError
from funclens_worker.keeper import REQUEST_HEADER

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["SCRIPT", "Guard", "LaunchSpec", "WorkerProcess", "start_over"]


SCRIPT = str(Path(funclens_worker.__file__).resolve().with_name("launch.py"))
"""What every process beside the door is started with."""

_COMMAND = (sys.executable, "-I", "-S", SCRIPT, "guard")


@dataclass(frozen=True, slots=True)
class LaunchSpec:
    """How one worker is started: decided first, done later."""

    argv: tuple[str, ...]
    """Absolute interpreter, its options and script; the guard adds the channel."""
    env: Mapping[str, str]
    cwd: str


@dataclass(frozen=True, slots=True)
class WorkerProcess:
    """The door's ends of everything that connects it to one worker."""

    keeper: socket.socket
    """Closing it kills the worker and all it started; it says how the worker ended."""
    channel: socket.socket
    """Frames out, events in; shutting its writing side down asks for the end."""
    stdout: int
    stderr: int


class Guard:
    """A process that starts workers and lets none of them outlive the door."""

    def __init__(self) -> None:
        ours, theirs = socket.socketpair()
        with theirs:
            self._process = subprocess.Popen(
                [*_COMMAND, str(theirs.fileno())],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                pass_fds=[theirs.fileno()],
                start_new_session=True,
            )
        self._socket = ours

    @property
    def pid(self) -> int:
        """The process id of the guard."""
        return self._process.pid

    @property
    def socket(self) -> socket.socket:
        """Ends when the guard ends; carries nothing towards the door."""
        return self._socket

    def start(self, spec: LaunchSpec) -> WorkerProcess:
        """Start a worker. Raises RunnerError when the guard is gone."""
        return start_over(self._socket, spec)

    def close(self, timeout: float) -> None:
        """End the guard and every worker; wait for it up to `timeout` seconds."""
        self._socket.close()
        try:
            self._process.wait(timeout)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


def start_over(control: socket.socket, spec: LaunchSpec) -> WorkerProcess:
    """Ask a guard or a template for a worker, over its control socket.

    Raises RunnerError when it is gone.
    """
    keeper, keeper_end = socket.socketpair()
    channel, channel_end = socket.socketpair()
    stdout, stdout_end = os.pipe()
    stderr, stderr_end = os.pipe()
    body = json.dumps(
        {"argv": spec.argv, "env": dict(spec.env), "cwd": spec.cwd}
    ).encode()
    theirs = [keeper_end.fileno(), channel_end.fileno(), stdout_end, stderr_end]
    try:
        header = REQUEST_HEADER.pack(len(body))
        socket.send_fds(control, [header], theirs)
        control.sendall(body)
    except OSError as error:
        for end in (keeper, channel):
            end.close()
        os.close(stdout)
        os.close(stderr)
        raise RunnerError(
            f"The process that starts workers has ended: {error}"
        ) from error
    finally:
        keeper_end.close()
        channel_end.close()
        os.close(stdout_end)
        os.close(stderr_end)
    for end in (keeper, channel):
        end.setblocking(False)
    return WorkerProcess(keeper, channel, stdout, stderr)
