"""Records how long each module takes to import, as `-X importtime` does.

Only imports of the thread that began are recorded, between `begin` and `end`. A forked
worker inherits the recorder of its zygote, and records which of the zygote's modules
it imports: production would have to load them.

A forked worker shares the zygote's memory until it writes to it, and freeing an object
writes to its page. So records are kept in a few large arrays, and a worker never frees
those of its zygote.
"""

from __future__ import annotations

import contextlib
import sys
import threading
import time
from array import array
from typing import Any, Dict, Iterator, List, Optional, Set, Tuple

from funclens_worker.adapters.import_system import ImportHooks
from funclens_worker.user_traceback import is_users_file

_OURS = "funclens_worker"

_MET = -1
"""Time of a module that had been loaded before."""


class _Records:
    """The modules that were imported, in this order."""

    __slots__ = ("names", "own", "parents")

    def __init__(self) -> None:
        self.names: List[str] = []
        """Empty for a failed import, whose time is its parent's."""
        self.parents = array("i")
        """Index of the record of the module that imported it."""
        self.own = array("q")
        """Own time in nanoseconds, or `_MET`."""

    def add(self, name: str, parent: int, own: int = 0) -> int:
        """Add a record; return its index."""
        self.names.append(name)
        self.parents.append(parent)
        self.own.append(own)
        return len(self.names) - 1

    def __iter__(self) -> Iterator[Tuple[str, int, int]]:
        """Yield name, parent and own time of each."""
        return zip(self.names, self.parents, self.own)  # noqa: B905 - new in 3.10


class ImportRecorder:
    """Times of the modules that this process imports."""

    def __init__(self) -> None:
        self._known: Set[str] = set()
        """Modules that were timed here or in the zygote."""
        self._records = _Records()
        self._former: List[_Records] = []
        """Records of the zygote, which a worker doesn't free."""
        self._stack: List[Tuple[int, int]] = []
        """Index of each record under way, and when it began."""
        self._inside: List[int] = []
        """Nanoseconds spent in imports inside each of them."""
        self._met: List[Set[str]] = [set()]
        """Loaded modules that each of them has imported; first, those of no module."""
        self._always = 0
        self._is_preloaded = False
        """Whether loaded modules are not loaded in production until imported."""
        self._unit = -1
        """Index of the record of the unit's module."""
        self._thread = 0
        self._hooks: Optional[ImportHooks] = None

    def begin(self) -> None:
        """Begin a new list of records in this thread."""
        self.end()
        self._former.append(self._records)
        self._records = _Records()
        self._stack.clear()
        self._inside.clear()
        self._met = [set()]
        self._always = 0
        self._unit = -1
        self._thread = threading.get_ident()
        self._hooks = ImportHooks(self._begin_module, self._end_module, self._meet)
        self._hooks.time_imports()
        if self._is_preloaded:
            self._hooks.note_imports()

    def begin_units(self, *, preloads: bool) -> None:
        """Record what not every function loads; `preloads` in a zygote's packages."""
        self._always = len(self._records.names)
        if preloads and self._hooks is not None and not self._is_preloaded:
            self._is_preloaded = True
            self._hooks.note_imports()

    def end(self) -> None:
        """Stop recording."""
        if self._hooks is not None:
            self._hooks.remove()
            self._hooks = None

    def to_json(self) -> Dict[str, Any]:
        """Return the records, times in microseconds.

        The first `always` of them are loaded for every function; `own` are the indices
        of the unit's own modules.
        """
        records = [
            (name, parent, None if own == _MET else own // 1000)
            for name, parent, own in self._records
        ]
        own = list(self._own_modules())
        return {"records": records, "always": self._always, "own": own}

    def _own_modules(self) -> Iterator[int]:
        """Yield the unit's module, and what is imported by it and is no package."""
        own = {self._unit}
        for index, (name, parent, _) in enumerate(self._records):
            if index == self._unit or (parent in own and parent >= 0 and _is_own(name)):
                own.add(index)
                yield index

    @contextlib.contextmanager
    def importing_unit(self, name: str) -> Iterator[None]:
        """Record the block as the import of the unit's module."""
        index = self._unit = self._begin_module(name)
        try:
            yield
        finally:
            self._end_module(index, is_loaded=True)

    def _begin_module(self, name: str) -> int:
        if threading.get_ident() != self._thread:
            return -1
        parent = self._stack[-1][0] if self._stack else -1
        self._known.add(name)
        index = self._records.add(name, parent)
        self._inside.append(0)
        self._met.append(set())
        self._stack.append((index, time.perf_counter_ns()))
        return index

    def _end_module(self, index: int, *, is_loaded: bool) -> None:
        if index < 0 or not self._stack or self._stack[-1][0] != index:
            return
        _, began = self._stack.pop()
        total = time.perf_counter_ns() - began
        self._met.pop()
        records, name = self._records, self._records.names[index]
        records.own[index] = max(total - self._inside.pop(), 0)
        if name.partition(".")[0] == _OURS:
            records.names[index] = ""  # production has nothing of it
            records.own[index] = 0
        elif not is_loaded:
            self._known.discard(name)
            records.names[index] = ""
        if self._inside:
            self._inside[-1] += total

    def _meet(self, name: str) -> None:
        """Record that a loaded module is imported."""
        if name not in self._known or threading.get_ident() != self._thread:
            return
        parent = self._stack[-1][0] if self._stack else -1
        if name not in self._met[-1]:
            self._met[-1].add(name)
            self._records.add(name, parent, _MET)


def _is_own(name: str) -> bool:
    file = getattr(sys.modules.get(name), "__file__", None)
    return isinstance(file, str) and is_users_file(file)


recorder = ImportRecorder()
"""Of this process, and of those that it forks."""
