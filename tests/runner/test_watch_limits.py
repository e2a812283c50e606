"""A runner that cannot watch its folders polls them."""

from __future__ import annotations

import asyncio
import os
import time

import pytest

from funclens.discovery import is_foreign
from funclens.runner.watch import WatchProblem, inotify, watched_files
from funclens.runner.watch.polling import Poll
from process import DEADLINE_S


def watch(folder, steps):
    """Run steps with the watch of a folder, begun before they are."""

    async def run():
        told = watched_files([str(folder)], is_foreign, time.time_ns())
        await asyncio.wait_for(steps(told), DEADLINE_S)

    asyncio.run(run())


async def until(told, path):
    """Return the problems that are told before a path is."""
    problems = []
    async for change in told:
        if isinstance(change, WatchProblem):
            problems.append(change)
        elif str(path) in change:
            return problems
    pytest.fail("the watch ended")


@pytest.mark.skipif(os.name != "posix", reason="inotify is Linux's")
def test_without_an_inotify_instance_files_are_polled(tmp_path, monkeypatch):
    """The limit is named with the command that raises it."""

    def refuse(**_):
        raise OSError(24, "Too many open files")

    monkeypatch.setattr(inotify, "Inotify", refuse)

    async def steps(told):
        problems = await until(told, tmp_path)
        (tmp_path / "main.py").write_text("")
        problems += await until(told, tmp_path / "main.py")
        (tmp_path / "main.py").unlink()
        problems += await until(told, tmp_path / "main.py")
        (problem,) = problems
        assert problem.message.startswith("hot reload falls back to polling")
        assert "fs.inotify.max_user_instances" in problem.hint

    watch(tmp_path, steps)


def test_a_folder_that_can_no_longer_be_watched_is_polled(tmp_path, monkeypatch):
    """The limit may be reached while the watch is under way."""
    add_watch = inotify.Inotify.add_watch

    def refuse(self, path, mask):
        if "later" in str(path):
            raise OSError(28, "No space left on device")
        return add_watch(self, path, mask)

    monkeypatch.setattr(inotify.Inotify, "add_watch", refuse)

    async def steps(told):
        (tmp_path / "main.py").write_text("")
        assert await until(told, tmp_path / "main.py") == []
        (tmp_path / "later").mkdir()
        (problem,) = await until(told, tmp_path)
        assert "fs.inotify.max_user_watches" in problem.hint
        (tmp_path / "later/main.py").write_text("")
        assert await until(told, tmp_path / "later/main.py") == []

    watch(tmp_path, steps)


def test_a_failed_watch_is_reported_and_continues(tmp_path, monkeypatch):
    """Whatever it was: old code must not be served for ever."""

    def fail(_self, _event):
        raise ValueError("what no one thought of")

    monkeypatch.setattr(inotify._Tree, "paths", fail)

    async def steps(told):
        waiting = asyncio.ensure_future(until(told, tmp_path))
        number = 0
        while not waiting.done():
            (tmp_path / f"{number}.py").write_text("")
            number += 1
            await asyncio.wait({waiting}, timeout=0.01)
        (problem,) = waiting.result()
        assert "ValueError: what no one thought of" in problem.message
        (tmp_path / "main.py").write_text("")
        assert await until(told, tmp_path / "main.py") == []

    watch(tmp_path, steps)


def test_polling_checks_a_bounded_number_of_entries(tmp_path):
    """A folder of a million files costs no more than one of as many as the limit."""
    for number in range(20):
        (tmp_path / f"{number:02}.py").write_text("")
    poll = Poll([str(tmp_path)], is_foreign, limit=10)
    poll.look()
    assert poll.is_cut_off

    whole = Poll([str(tmp_path)], is_foreign)
    whole.look()
    assert not whole.is_cut_off
    (tmp_path / "00.py").write_text("changed")
    (tmp_path / "01.py").unlink()
    (tmp_path / "20.py").write_text("")
    found = [str(tmp_path / name) for name in ("00.py", "01.py", "20.py")]
    assert whole.look() == found
    assert whole.look() == []
