"""Saved files are told when they are closed, wherever they come from."""

from __future__ import annotations

import asyncio
import os
import sys
import time
from pathlib import Path

import pytest

from funclens.discovery import is_foreign
from funclens.runner.watch import WatchProblem, watched_files

DEADLINE_S = 20

pytestmark = pytest.mark.skipif(
    sys.platform != "linux", reason="other systems are watched by watchfiles"
)


class Watcher:
    """Collects what is told about a folder."""

    def __init__(self, folder) -> None:
        self.folder = folder
        self._told = watched_files([str(folder)], is_foreign, time.time_ns())
        self._next = None

    async def begin(self) -> None:
        """Return once the folder is watched: a file of our own has been told."""
        for number in range(1_000):
            (self.folder / f"begin{number}").write_text("")
            if self._next is None:
                self._next = asyncio.ensure_future(anext(self._told))
            done, _ = await asyncio.wait({self._next}, timeout=0.01)
            if done:
                self._next = None
                return
        pytest.fail("the folder was never watched")

    async def until(self, *names: str) -> set[str]:
        """Return the names that were told when all of `names` have been."""
        told: set[str] = set()
        while not told >= set(names):
            told |= await self.batch()
        return {name for name in told if not name.startswith("begin")}

    async def batch(self) -> set[str]:
        """Return the names of the next batch."""
        batch = await asyncio.wait_for(anext(self._told), DEADLINE_S)
        return {str(Path(path).relative_to(self.folder)) for path in batch}


def watch(folder, steps):
    """Run steps on a watched folder."""

    async def run():
        watcher = Watcher(folder)
        await watcher.begin()
        await steps(watcher)

    asyncio.run(run())


def test_a_file_is_reported_when_closed_not_while_written(tmp_path):
    """Half a file is never loaded."""

    async def steps(watcher):
        with (tmp_path / "main.py").open("w") as file:
            file.write("half")
            file.flush()
            (tmp_path / "other.py").write_text("")
            assert "main.py" not in await watcher.until("other.py")
        assert await watcher.until("main.py") == {"main.py"}

    watch(tmp_path, steps)


def test_a_file_renamed_into_place_is_reported(tmp_path):
    """So do most editors save."""

    async def steps(watcher):
        (tmp_path / "main.py~").write_text("new")
        (tmp_path / "main.py~").replace(tmp_path / "main.py")
        await watcher.until("main.py")
        (tmp_path / "main.py").unlink()
        assert await watcher.until("main.py") == {"main.py"}

    watch(tmp_path, steps)


def test_new_folders_are_watched_with_their_contents(tmp_path):
    """A checkout brings folders; what was in them before the watch counts too."""

    async def steps(watcher):
        (tmp_path / "a/b").mkdir(parents=True)
        (tmp_path / "a/b/main.py").write_text("")
        await watcher.until("a/b/main.py")
        (tmp_path / "a").rename(tmp_path / "c")
        await watcher.until("a", "c/b/main.py")
        (tmp_path / "c/b/main.py").write_text("new")
        assert await watcher.until("c/b/main.py") == {"c/b/main.py"}

    watch(tmp_path, steps)


def test_environments_and_packages_are_not_watched(tmp_path):
    """They are large, and nothing in them is a unit's."""
    for name in ("node_modules/x", ".git/x", "env/lib", "__pycache__"):
        (tmp_path / name).mkdir(parents=True)
    (tmp_path / "env/pyvenv.cfg").write_text("")

    async def steps(watcher):
        for name in ("node_modules/x", ".git/x", "env/lib", "__pycache__"):
            (tmp_path / name / "file.py").write_text("")
        (tmp_path / "main.py").write_text("")
        assert await watcher.until("main.py") == {"main.py"}

    watch(tmp_path, steps)


def test_saves_before_the_watch_is_ready_are_reported(tmp_path):
    """A runner reads the workspace first; what was saved meanwhile is not lost."""
    (tmp_path / "old.py").write_text("")
    os.utime(tmp_path / "old.py", (1, 1))
    since = (tmp_path / "old.py").stat().st_ctime_ns + 40_000_000
    while time.time_ns() < since:
        continue
    (tmp_path / "new.py").write_text("")

    async def first():
        told = watched_files([str(tmp_path)], is_foreign, since)
        return await asyncio.wait_for(anext(told), DEADLINE_S)

    assert asyncio.run(first()) == [str(tmp_path / "new.py")]


def test_a_new_link_is_reported(tmp_path):
    """Nobody closes a link after writing."""
    (tmp_path / "shared.py").write_text("")

    async def steps(watcher):
        (tmp_path / "link.py").symlink_to("shared.py")
        assert await watcher.until("link.py") == {"link.py"}

    watch(tmp_path, steps)


def test_many_simultaneous_files_are_few_batches(tmp_path):
    """`Save All` and a checkout do not reload a unit once for each file."""

    async def steps(watcher):
        names = [f"m{number}.py" for number in range(200)]
        for name in names:
            (tmp_path / name).write_text("")
        batches = 0
        told: set[str] = set()
        while not told >= set(names):
            told |= await watcher.batch()
            batches += 1
        assert batches <= 3

    watch(tmp_path, steps)


def test_a_missing_package_is_reported_with_an_install_command(tmp_path, monkeypatch):
    """The runner goes on without reload, and says so."""
    monkeypatch.setitem(sys.modules, "asyncinotify", None)
    monkeypatch.delitem(sys.modules, "funclens.runner.watch.inotify", raising=False)

    async def first():
        told = watched_files([str(tmp_path)], is_foreign, 0)
        return [problem async for problem in told]

    (problem,) = asyncio.run(first())
    assert problem == WatchProblem(
        "hot reload is off: package 'asyncinotify' is not installed",
        f"install it: {sys.executable} -m pip install asyncinotify",
    )
