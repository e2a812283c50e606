"""Runs the commands that make an environment; ends with the process that asked for it.

The job is one line of JSON on standard input. Closing standard input cancels it: the
running command and everything it started is killed, and the old environment stays. The
output of the commands goes to standard output, the outcome to a descriptor.
"""

from __future__ import annotations

import contextlib
import json
import os
import selectors
import signal
from typing import Any, Dict, List, NoReturn

from funclens_worker.installation.work_folder import BusyError, WorkFolder
from funclens_worker.processes.process_tree import run_owned

_NEW = "{new}"
"""In the arguments of a command: the environment that is being made."""


class _CancelledError(Exception):
    """Standard input was closed."""


class _FailedError(Exception):
    def __init__(self, command: int, code: int) -> None:
        self.command = command
        self.code = code


def run(descriptor: int) -> NoReturn:
    """Do the job on standard input, and report the outcome on the descriptor.

    Outcomes: `done`; `cancelled`; `busy`; `failed` with the number of the command and
    its exit code; `error` with the message of an OSError.
    """
    os.set_inheritable(descriptor, False)
    # Ctrl+C reaches every process of a terminal; the owner's end is what counts.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    outcome: Dict[str, Any] = {"outcome": "done"}
    try:
        _do(json.loads(_first_line()))
    except _CancelledError:
        outcome = {"outcome": "cancelled"}
    except BusyError:
        outcome = {"outcome": "busy"}
    except _FailedError as error:
        outcome = {"outcome": "failed", "command": error.command, "code": error.code}
    except OSError as error:
        outcome = {"outcome": "error", "error": error.strerror or str(error)}
    with contextlib.suppress(OSError):
        os.write(descriptor, json.dumps(outcome).encode())
    os._exit(0)


def _first_line() -> bytes:
    """Read one line, and nothing after it."""
    line = bytearray()
    while not line.endswith(b"\n"):
        byte = os.read(0, 1)
        if not byte:
            raise _CancelledError
        line += byte
    return bytes(line)


def _do(job: Dict[str, Any]) -> None:
    work = WorkFolder(job["environment"])
    try:
        if job["copies"]:
            work.copy(_check)
        for number, words in enumerate(job["commands"]):
            argv = [word.replace(_NEW, work.new) for word in words]
            code = _run(argv, job["cwd"], job["env"])
            if code:
                raise _FailedError(number, code)
        _check()
        work.commit()
    finally:
        work.close()


def _check() -> None:
    """Raise _CancelledError if standard input was closed."""
    with selectors.DefaultSelector() as selector:
        selector.register(0, selectors.EVENT_READ)
        if selector.select(0):
            raise _CancelledError


def _run(argv: List[str], cwd: str, env: Dict[str, str]) -> int:
    """Run a command; return its exit code once nothing of it is left.

    Any byte on standard input cancels it, as its end does.
    """
    status = run_owned(argv[0], lambda: _execute(argv, cwd, env), lambda: True)
    if status is None:
        raise _CancelledError
    return status


def _execute(argv: List[str], cwd: str, env: Dict[str, str]) -> None:
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    os.dup2(1, 2)
    os.chdir(cwd)
    os.execve(argv[0], argv, env)  # noqa: S606
