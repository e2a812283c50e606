"""Run slow calls in threads that don't delay the end of the process.

asyncio joins its own threads at exit: one that hangs on a file would keep the runner
alive after it was stopped.
"""

from __future__ import annotations

import asyncio
import contextlib
import threading
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["in_thread"]

T = TypeVar("T")


async def in_thread(function: Callable[..., T], *arguments: Any) -> T:
    """Call a function in a new thread; return its result or raise its exception.

    If the caller is canceled, the thread continues and its result is dropped.
    """
    loop = asyncio.get_running_loop()
    future: asyncio.Future[T] = loop.create_future()

    def settle(set_outcome: Callable[[Any], None], outcome: object) -> None:
        if not future.done():
            set_outcome(outcome)

    def work() -> None:
        outcome: tuple[Callable[[Any], None], object]
        try:
            outcome = (future.set_result, function(*arguments))
        except BaseException as error:  # noqa: BLE001 - raised where it is awaited
            outcome = (future.set_exception, error)
        with contextlib.suppress(RuntimeError):  # the loop is closed
            loop.call_soon_threadsafe(settle, *outcome)

    threading.Thread(target=work, daemon=True, name="funclens-background").start()
    return await future
