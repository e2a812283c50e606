"""Reports which files are the unit's code to the front door."""

from __future__ import annotations

import contextlib
import os
import sys
import threading
from typing import Set

from funclens_worker.channel import Channel
from funclens_worker.contract import EventName
from funclens_worker.user_traceback import own_files

_COARSE_NS = 20_000_000
"""File timestamps may be this coarse, in nanoseconds."""


class ModuleTracker:
    """Reports loaded module files, each once."""

    def __init__(self, channel: Channel) -> None:
        self._channel = channel
        # What is loaded before the user's module is none of the user's code. Only
        # the last of its names is kept: to look at all of them would copy, page by
        # page, what this process shares with its zygote.
        self._last_foreign = next(reversed(sys.modules))
        self._count = len(sys.modules)
        self._told: Set[str] = set()
        self._lock = threading.Lock()

    def tell(self, since: int) -> Set[str]:
        """Report new modules and return their names.

        Costs one comparison if nothing was imported. `since` is when the importing code
        started, in nanoseconds of `time.time_ns`: for a file changed after that, it is
        unknown which version was loaded, so its time is reported as 0.
        """
        if len(sys.modules) == self._count:
            return set()
        with self._lock:
            self._count = len(sys.modules)
            news = self._loaded() - self._told
            self._told |= news
        files = own_files(news)
        if files:
            times = {
                file: _changed_at(file, since - _COARSE_NS) for file in sorted(files)
            }
            self._channel.send(EventName.CODE, files=times)
        return news

    def _loaded(self) -> Set[str]:
        """Return the names of modules loaded after those of the worker itself."""
        while True:
            names: Set[str] = set()
            with contextlib.suppress(RuntimeError):  # another thread imports: try again
                for name in reversed(sys.modules):
                    if name == self._last_foreign:
                        break
                    names.add(name)
                return names


def _changed_at(file: str, before: int) -> int:
    try:
        changed = os.stat(file).st_mtime_ns
    except OSError:  # a module without its own file, or deleted
        return 0
    return changed if changed < before else 0
