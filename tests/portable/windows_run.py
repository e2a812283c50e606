"""Runs the command line with the names of Windows, and stand-ins for what it adds.

Used as a script. Processes end by signals in place of Job Objects, pipes are read by
threads in place of overlapped reads: it shows that our own code for Windows runs.
"""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import subprocess
import sys
import types
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from portable.test_windows_pipe import stand_in
from portable.windows_names import become_windows, load_first

_killpg, _setsid, _SIGKILL = os.killpg, os.setsid, signal.SIGKILL
_Popen = subprocess.Popen


class Popen(_Popen):
    """A process in a session, with a handle."""

    def __init__(self, *args, **options):
        options.pop("creationflags", None)
        super().__init__(*args, start_new_session=True, **options)
        self._handle = self.pid


class JobObject:
    """Ends a session in place of a job."""

    _leader = 0

    def add(self, process):
        self._leader = process

    def terminate(self):
        if self._leader:
            try:
                _killpg(self._leader, _SIGKILL)
            except OSError:
                return

    def close(self):
        self.terminate()


def socketpair(*_):
    """Return two connected sockets, as Python makes them on Windows."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        near = socket.create_connection(listener.getsockname())
        return near, listener.accept()[0]


def add_stand_ins():
    """Add what Windows has."""
    msvcrt = types.ModuleType("msvcrt")
    msvcrt.open_osfhandle = lambda handle, _flags: handle
    msvcrt.get_osfhandle = lambda descriptor: descriptor
    msvcrt.locking = lambda *_: None
    msvcrt.LK_NBLCK = msvcrt.LK_UNLCK = msvcrt.LK_LOCK = 0
    utils = types.ModuleType("asyncio.windows_utils")
    utils.pipe = lambda **_: os.pipe()
    jobs = types.ModuleType("funclens_worker.processes.job_object")
    jobs.JobObject = JobObject
    sys.modules |= {
        "_winapi": stand_in(),
        "msvcrt": msvcrt,
        "asyncio.windows_utils": utils,
        jobs.__name__: jobs,
    }
    asyncio.windows_utils = utils
    subprocess.CREATE_NEW_PROCESS_GROUP = subprocess.CREATE_NO_WINDOW = 0
    subprocess.Popen = Popen
    socket.socketpair = socketpair


if __name__ == "__main__":
    load_first(["urllib.request"])
    become_windows()
    add_stand_ins()
    from funclens.cli import main

    sys.exit(main(sys.argv[1:]))
