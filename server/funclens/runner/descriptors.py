"""Limit of open file descriptors: raise it, and tell when few are left.

Each worker costs four descriptors, each connection one. Windows has no such limit, and
no module `resource`, but a loop there can wait for 512 sockets only.
"""

from __future__ import annotations

import contextlib
import os
from functools import cache

__all__ = ["are_short", "limit", "original_limit", "raise_limit"]

_ENOUGH = 65_536
_MACOS_LIMIT = 10_240
"""Highest value that macOS accepts when it reports an infinite hard limit."""

_SOCKETS_OF_WINDOWS = 512
"""FD_SETSIZE of Python's `select` on Windows."""

_LAUNCH = 8
"""Descriptors that the launch of a worker opens."""


def raise_limit() -> None:
    """Raise the soft limit of this process as far as possible."""
    if os.name != "posix":
        return
    import resource  # noqa: PLC0415

    original_limit()
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    most = _ENOUGH if hard == resource.RLIM_INFINITY else min(hard, _ENOUGH)
    for number in (most, min(most, _MACOS_LIMIT)):
        if number <= limit():
            return
        with contextlib.suppress(OSError, ValueError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (number, hard))


@cache
def original_limit() -> int:
    """Return the soft limit before `raise_limit`, which workers keep; 0 if none."""
    if os.name != "posix":
        return 0
    import resource  # noqa: PLC0415

    return resource.getrlimit(resource.RLIMIT_NOFILE)[0]


def limit() -> int:
    """Return how many descriptors this process may have open."""
    if os.name != "posix":
        return _SOCKETS_OF_WINDOWS
    import resource  # noqa: PLC0415

    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return _ENOUGH if soft == resource.RLIM_INFINITY else soft


def are_short() -> bool:
    """Return whether the launch of a worker would leave too few for connections."""
    most = limit()
    reserve = min(max(most // 8, 8), 64)
    return most - _count() < _LAUNCH + reserve


def _count() -> int:
    try:
        return len(os.listdir("/dev/fd"))  # noqa: PTH208 - only their number
    except OSError:
        return 0
