"""What a worker says about its own death: the stack of the thread that dies.

It is written to the channel, as `faulthandler` writes it, from a signal handler or just
before `os._exit`. SIGKILL leaves no time for words.
"""

from __future__ import annotations

import faulthandler
import os

from funclens_worker.channel import Channel


def leave_last_words(channel: Channel) -> None:
    """Have this process write its stack to the channel when it dies.

    A handler that the user enabled by PYTHONFAULTHANDLER stays.
    """
    if not faulthandler.is_enabled():
        faulthandler.enable(channel.fileno())
    _watch_exit(channel)


def _watch_exit(channel: Channel) -> None:
    """Wrap `os._exit`, which ends the process and says nothing."""
    worker = os.getpid()
    leave = os._exit

    def _exit(status: int) -> None:
        if os.getpid() == worker:  # forked children end as they always do
            channel.dump_stack()
        leave(status)

    os._exit = _exit  # type: ignore[assignment]
