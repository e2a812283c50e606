"""Reports the stack of a worker's thread when the worker dies.

It is written to the channel in the format of `faulthandler`, from a signal handler or
just before `os._exit`. SIGKILL can't be reported.
"""

from __future__ import annotations

import faulthandler
import os

from funclens_worker.channel import Channel


def leave_last_words(channel: Channel) -> None:
    """Make this process write its stack to the channel when it dies.

    A handler that the user enabled with PYTHONFAULTHANDLER is kept.
    """
    if not faulthandler.is_enabled():
        faulthandler.enable(channel.stack_descriptor)
    _watch_exit(channel)


def _watch_exit(channel: Channel) -> None:
    """Wrap `os._exit`, which would end the process without a report."""
    worker = os.getpid()
    leave = os._exit

    def _exit(status: int) -> None:
        if os.getpid() == worker:  # forked children exit as usual
            channel.dump_stack()
        leave(status)

    os._exit = _exit  # type: ignore[assignment]
