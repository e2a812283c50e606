"""Output of workers on Windows, with a stand-in for the functions of the system.

It shows how reads, their completion and the loop work together; what Windows itself
does, only Windows can show.
"""

from __future__ import annotations

import asyncio
import contextlib
import importlib
import os
import sys
import threading
import types

import pytest

from funclens.runner.events import EventBus
from funclens.runner.processes.output_pipe import OutputPipe
from portable.sockets import in_loop

MODULE = "funclens.runner.processes.platform.portable.windows_pipe"
INCOMPLETE = 996


class Overlapped:
    """A read that another thread does."""

    def __init__(self, handle, size):
        self.event = threading.Event()
        self._data = b""
        threading.Thread(target=self._read, args=(handle, size), daemon=True).start()

    def _read(self, handle, size):
        with contextlib.suppress(OSError):
            self._data = os.read(handle, size)
        self.event.set()

    def GetOverlappedResult(self, wait):  # noqa: N802
        assert not wait
        if not self.event.is_set():
            return 0, INCOMPLETE
        if not self._data:
            raise BrokenPipeError
        return len(self._data), 0

    def getbuffer(self):
        return self._data

    def cancel(self):
        self.event.set()


def stand_in():
    """Return a module with what Windows offers."""
    module = types.ModuleType("_winapi")
    module.INFINITE = 0xFFFFFFFF
    module.WAIT_OBJECT_0 = 0
    module.CloseHandle = os.close
    module.ReadFile = lambda handle, size, overlapped: (  # noqa: ARG005
        Overlapped(handle, size),
        997,
    )

    def wait(event, milliseconds):
        seconds = None if milliseconds == module.INFINITE else milliseconds / 1000
        return 0 if event.wait(seconds) else 258

    module.WaitForSingleObject = wait
    return module


@pytest.fixture
def pipe_class(monkeypatch):
    """The class, imported with the stand-in."""
    monkeypatch.setitem(sys.modules, "_winapi", stand_in())
    sys.modules.pop(MODULE, None)
    yield importlib.import_module(MODULE).WindowsPipe
    sys.modules.pop(MODULE, None)


def test_output_arrives_in_order_until_the_last_writer_ends(pipe_class):
    async def steps():
        reading, writing = os.pipe()
        lines = asyncio.Queue()
        pipe = OutputPipe(
            pipe_class(reading), lines.put_nowait, pytest.fail, EventBus()
        )
        os.write(writing, b"one\n")
        assert await lines.get() == "one\n"
        os.write(writing, b"two\n")
        assert await lines.get() == "two\n"
        os.write(writing, b"last")
        os.close(writing)
        await pipe.wait_ended()
        assert await lines.get() == "last"

    in_loop(steps)


def test_what_was_printed_before_a_report_is_read_with_it(pipe_class):
    async def steps():
        reading, writing = os.pipe()
        source = pipe_class(reading)
        printed = []
        pipe = OutputPipe(source, printed.append, pytest.fail, EventBus())
        os.write(writing, b"printed")
        assert source._read.event.wait(30)
        pipe.catch_up()
        assert printed == ["printed"]
        pipe.catch_up()
        os.close(writing)
        await pipe.wait_ended()

    in_loop(steps)
