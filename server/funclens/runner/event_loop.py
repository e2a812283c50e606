"""The event loop of a runner: one that waits for sockets, on Windows, too.

The default loop of Windows starts processes, but can't tell when a socket is readable.
"""

from __future__ import annotations

import asyncio
import os
import sys
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Coroutine

__all__ = ["run_in_loop"]

T = TypeVar("T")


def run_in_loop(main: Coroutine[Any, Any, T], os_name: str = os.name) -> T:
    """Run a coroutine as `asyncio.run` does and return its result."""
    if os_name == "posix":
        return asyncio.run(main)
    if sys.version_info >= (3, 11):
        with asyncio.Runner(loop_factory=asyncio.SelectorEventLoop) as runner:
            return runner.run(main)
    policy = getattr(asyncio, "WindowsSelectorEventLoopPolicy", None)
    asyncio.set_event_loop_policy(policy() if policy else None)
    return asyncio.run(main)
