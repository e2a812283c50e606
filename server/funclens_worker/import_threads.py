"""Finds threads that user code started at import and that still run.

In production they don't exist in workers, because gunicorn forks after the framework
has loaded the module. Threads of packages don't count, because packages may handle a
fork.
"""

from __future__ import annotations

import functools
import os
import sys
import threading
from types import FrameType
from typing import Any, Dict, List, Optional, Tuple

from funclens_worker.user_traceback import installed_folders, is_users_file

_MOST = 20
"""Maximum number of threads to report."""


class ImportThreads:
    """Context manager around loading the user's module."""

    def __init__(self) -> None:
        self._started: List[Tuple[threading.Thread, str, int]] = []
        self._is_active = False
        self._original: Any = None
        self._ours: Any = None

    def __enter__(self) -> ImportThreads:  # noqa: PYI034 - Self is newer than 3.9
        original = threading.Thread.start

        @functools.wraps(original)
        def start(thread: threading.Thread) -> None:
            place = self._place_of_caller()
            original(thread)
            if place is not None:
                self._started.append((thread, *place))

        self._original, self._ours = original, start
        self._is_active = True
        threading.Thread.start = self._ours  # type: ignore[method-assign]
        return self

    def __exit__(self, *_exception: object) -> None:
        self._is_active = False
        if threading.Thread.start is self._ours:  # otherwise it was wrapped again
            threading.Thread.start = self._original  # type: ignore[method-assign]

    def _place_of_caller(self) -> Optional[Tuple[str, int]]:
        return _place(sys._getframe(2)) if self._is_active else None  # noqa: SLF001

    def left(self) -> List[Dict[str, Any]]:
        """Return name, file and line of each thread that still runs."""
        found = [
            {"name": thread.name, "file": file, "line": line}
            for thread, file, line in self._started
            if thread.is_alive()
        ]
        self._started.clear()
        return found[:_MOST]


def _place(frame: Optional[FrameType]) -> Optional[Tuple[str, int]]:
    """Return where user code started a thread, directly or via the standard library."""
    while frame is not None:
        file = frame.f_code.co_filename
        if not _is_of_python(file):
            break
        frame = frame.f_back
    if frame is None or not os.path.isabs(file) or not is_users_file(file):
        return None
    return file, frame.f_lineno


def _is_of_python(file: str) -> bool:
    if not file.startswith(os.path.dirname(os.__file__) + os.sep):
        return False
    return not file.startswith(tuple(folder + os.sep for folder in installed_folders()))
