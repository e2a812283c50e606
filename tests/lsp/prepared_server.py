"""Language servers forked from a process that has imported them already.

Most of the processor time of a short test would be the imports of its server. What is
forked runs `funclens lsp --stdio` as a process of its own, with its own environment.
Run as a script, this is the process that they are forked from.
"""

from __future__ import annotations

import atexit
import contextlib
import functools
import json
import os
import select
import signal
import socket
import subprocess
import sys
from pathlib import Path

MESSAGE_BYTES = 1 << 20
CAN_FORK = hasattr(os, "pidfd_open")
"""Elsewhere than on Linux, the end of what is not a child cannot be awaited."""


class ForkedServer:
    """The part of `subprocess.Popen` that the tests use."""

    def __init__(self, environ):
        stdin, self.stdin = _pipe("wb")
        self.stdout, stdout = _pipe("rb")
        self.stderr, stderr = _pipe("rb")
        self._origin = _origin()
        message = json.dumps({"environ": environ, "cwd": str(Path.cwd())}).encode()
        ours = [stdin, stdout, stderr]
        self.pid = self._origin.ask(message, [item.fileno() for item in ours])
        self._ended = os.pidfd_open(self.pid)
        self.returncode = None
        for item in ours:
            item.close()

    def poll(self):
        """Return the exit code; None while it runs."""
        return self._code(0)

    def wait(self, timeout=None):
        """Return the exit code. Raises TimeoutExpired."""
        if (code := self._code(timeout)) is None:
            raise subprocess.TimeoutExpired("funclens lsp", timeout)
        return code

    def send_signal(self, number):
        """Send a signal."""
        if self.poll() is None:
            os.kill(self.pid, number)

    def kill(self):
        """End it."""
        self.send_signal(signal.SIGKILL)

    def _code(self, timeout):
        if self.returncode is None and select.select([self._ended], [], [], timeout)[0]:
            os.close(self._ended)
            message = json.dumps({"wait": self.pid}).encode()
            self.returncode = self._origin.ask(message)
        return self.returncode


class _Origin:
    """The process that the servers are forked from; it ends with this one."""

    def __init__(self):
        self._socket, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, MESSAGE_BYTES)
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-I", __file__, str(theirs.fileno())],
                stdin=subprocess.DEVNULL,
                pass_fds=[theirs.fileno()],
            )

    def ask(self, message, descriptors=()):
        socket.send_fds(self._socket, [message], descriptors)
        return json.loads(self._socket.recv(MESSAGE_BYTES))

    def end(self):
        self._socket.close()
        self._process.wait()


@functools.cache
def _origin():
    origin = _Origin()
    atexit.register(origin.end)
    return origin


def _pipe(mode):
    """Return both ends of a pipe, for reading and for writing; `mode` is of ours."""
    reading, writing = os.pipe()
    buffering = -1 if mode == "rb" else 0
    return os.fdopen(reading, "rb", buffering), os.fdopen(writing, "wb")


def _fork_servers(number):
    with socket.socket(fileno=number) as asked:
        while True:
            text, descriptors, _, _ = socket.recv_fds(asked, MESSAGE_BYTES, 3)
            if not text:
                return 0
            message = json.loads(text)
            if "wait" in message:
                status = os.waitpid(message["wait"], 0)[1]
                asked.send(json.dumps(os.waitstatus_to_exitcode(status)).encode())
                continue
            pid = os.fork()
            if not pid:
                break
            for descriptor in descriptors:
                os.close(descriptor)
            asked.send(json.dumps(pid).encode())
    return _serve(message, descriptors)


def _serve(message, descriptors):
    from funclens.cli import main  # noqa: PLC0415 - imported before the fork

    for target, descriptor in enumerate(descriptors):
        os.dup2(descriptor, target)
        os.close(descriptor)
    # The streams of the origin are of other kinds of files than these pipes.
    sys.stdin = os.fdopen(0, closefd=False)
    sys.stdout = os.fdopen(1, "w", closefd=False)
    sys.stderr = os.fdopen(2, "w", 1, errors="backslashreplace", closefd=False)
    os.environ.clear()
    os.environ.update(message["environ"])
    with contextlib.suppress(FileNotFoundError):
        os.chdir(message["cwd"])
    return main(["lsp", "--stdio"])


if __name__ == "__main__":
    import funclens.cli.lsp
    import funclens.lsp.error_handling
    import funclens.lsp.language_server  # noqa: F401

    sys.exit(_fork_servers(int(sys.argv[1])))
