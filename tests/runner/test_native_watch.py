"""Saved files on macOS and Windows; a script of batches replaces the package."""

from __future__ import annotations

import asyncio
import importlib
import sys
import time
import types

import pytest

from funclens.discovery import is_foreign
from funclens.runner.watch import WatchProblem, watcher
from funclens.runner.watch.watcher import watched_files

NAME = "funclens.runner.watch.native_watch"


@pytest.fixture
def system(monkeypatch):
    """The changes that the system reports; the watch goes through watchfiles."""
    batches: asyncio.Queue[set[tuple[int, str]]] = asyncio.Queue()

    async def awatch(*_folders, **_options):
        while True:
            yield await batches.get()

    module = types.ModuleType("watchfiles")
    module.awatch = awatch  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "watchfiles", module)
    monkeypatch.delitem(sys.modules, NAME, raising=False)
    monkeypatch.setattr(
        watcher, "_backend", lambda: importlib.import_module(NAME).saved_files
    )
    yield batches
    sys.modules.pop(NAME, None)


def test_a_change_from_before_the_watch_comes_first(tmp_path, system):
    since = time.time_ns()
    early, late = tmp_path / "early.py", tmp_path / "late.py"
    early.write_text("")

    async def watch() -> list[list[str]]:
        told = watched_files([str(tmp_path)], is_foreign, since)
        first = await anext(told)
        # An editor writes another file and renames it: two events of one path.
        system.put_nowait({(2, str(late)), (1, str(late))})
        return [first, await anext(told)]

    assert asyncio.run(watch()) == [[str(early)], [str(late)]]


def test_a_package_that_does_not_load_is_replaced_by_polling(tmp_path, monkeypatch):
    def broken() -> None:
        raise ImportError("DLL load failed while importing _rust_notify")

    monkeypatch.setattr(watcher, "_backend", broken)

    async def watch() -> object:
        told = watched_files([str(tmp_path)], is_foreign, time.time_ns())
        problem = await anext(told)
        assert await anext(told) == [str(tmp_path)]
        await told.aclose()
        return problem

    problem = asyncio.run(watch())

    assert isinstance(problem, WatchProblem)
    assert "falls back to polling: DLL load failed" in problem.message
