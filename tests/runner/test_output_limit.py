"""A function that prints too much loses lines, and blocks nothing."""

from __future__ import annotations

import asyncio
from itertools import groupby

from funclens.runner.events import EventBus
from funclens.runner.processes.output_limit import BURST_BYTES, OutputLimit
from funclens.runner.processes.output_pipe import OutputPipe

MIB = 1_048_576


class Flood:
    """A source of output that has much to say at once."""

    def __init__(self, chunks):
        self.chunks = chunks

    def watch(self, ready):
        self.ready = ready

    def unwatch(self):
        raise AssertionError("nothing waits")

    def read(self):
        if not self.chunks:
            raise BlockingIOError
        return self.chunks.pop()

    def close(self):
        self.ready = None


def test_a_flood_is_cut_and_its_end_is_shown(monkeypatch):
    """The reader of a report about a request has all output, or its size, before."""
    line = b"x" * 1_023 + b"\n"
    flood = Flood([line * 1_024] * 100)
    flood.chunks[0] = line * 1_023 + b"the last\n"
    taken, dropped = [], []

    async def read():
        loop = asyncio.get_running_loop()
        monkeypatch.setattr(loop, "time", lambda: 0.0)
        pipe = OutputPipe(flood, taken.append, dropped.append, EventBus())
        while flood.chunks:
            flood.ready()
        assert not dropped
        pipe.catch_up()

    asyncio.run(read())
    printed = "".join(taken)
    assert len(dropped) == 1
    assert dropped[0] + printed.count("\n") == 100 * 1_024
    assert BURST_BYTES <= len(printed) < BURST_BYTES + MIB
    assert printed.endswith("\nthe last\n")


def test_lines_are_dropped_whole_until_the_rate_allows_them_again():
    limit = OutputLimit(0.0)
    line = b"0123456789abcde\n"
    chunk = line * (MIB // len(line))
    parts = [part for _ in range(70) for part in limit.feed(chunk, 0.0)]
    kinds = [kind for kind, _ in groupby(type(part) for part in parts)]
    assert kinds == [bytes]
    assert len(b"".join(parts)) == BURST_BYTES + len(line)  # the one that it ends with

    assert list(limit.feed(chunk, 0.1)) == []
    lines, last, now = limit.feed(line, 1.5)

    assert lines + last.count(b"\n") == 7 * (MIB // len(line)) - 1
    assert last.startswith(line)
    assert now == line
    assert not limit.is_dropping
    assert list(limit.flush()) == []
