"""A stop takes as long as it says, whatever was asked of the workers before."""

from __future__ import annotations

import asyncio
import json
import os
import socket

import pytest

from funclens.runner.events import EventBus
from funclens.runner.processes.launcher import WorkerProcess
from funclens.runner.processes.platform.reaped_worker import ReapedWorker
from funclens.runner.processes.worker import WorkerConnection
from funclens_worker.contract import Manifest, ManifestFunction
from process import DEADLINE_S

LONG = 3_600.0


class Observer:
    """Takes note of the end of a worker."""

    def __init__(self):
        self.ended = asyncio.Event()

    def on_death(self, *_):
        """Wait for all output."""

    def on_exit(self, *_):
        """Take note."""
        self.ended.set()


@pytest.mark.parametrize("waits", [(LONG, 0.05), (0.05, LONG)])
def test_the_earlier_of_two_deadlines_ends_a_worker(waits):
    """A replaced worker has ten seconds; a stop of the runner gives it five."""

    async def drain():
        reaper, reaper_end = socket.socketpair()
        channel, channel_end = socket.socketpair()
        for end in (reaper, channel, reaper_end):
            end.setblocking(False)
        pipes = [os.pipe() for _ in range(2)]
        process = WorkerProcess(reaper, channel, *(read for read, _ in pipes))
        observer = Observer()
        functions = (ManifestFunction("main.f", "f", "http"),)
        manifest = Manifest("main", "/", "/main.py", functions, 1)
        worker = WorkerConnection(ReapedWorker(process), manifest, observer, EventBus())
        for seconds in waits:
            worker.drain(seconds)
        loop = asyncio.get_running_loop()
        killed = await asyncio.wait_for(loop.sock_recv(reaper_end, 1), DEADLINE_S)
        assert killed == b""
        await loop.sock_sendall(reaper_end, json.dumps({"status": -9}).encode() + b"\n")
        for _, write in pipes:
            os.close(write)
        await asyncio.wait_for(observer.ended.wait(), DEADLINE_S)
        reaper_end.close()
        channel_end.close()

    asyncio.run(drain())
