"""Names of what this runner creates in emulators, so that it finds it again."""

from __future__ import annotations

import contextlib
import hashlib
import re
import socket
from typing import TYPE_CHECKING

from funclens.runner.api.state.state_lock import take_lock

if TYPE_CHECKING:
    from collections.abc import Iterable

    from funclens.runner.api.state.state_lock import StateLock

__all__ = ["Owner", "owned_name"]

_MOST = 100
"""Maximum number of runners of the same folders that are told apart."""
_OTHER = re.compile(r"[^A-Za-z0-9-]+")


class Owner:
    """A runner, told apart from all others that use the same emulator.

    After one was killed, the next runner of its folders is the same owner.
    """

    def __init__(self, folders: Iterable[str]) -> None:
        """Look at files of the state folder."""
        whose = "\0".join((socket.gethostname(), *sorted(folders)))
        self._lock: StateLock | None = None
        number = 0
        with contextlib.suppress(OSError):  # without one, it is taken for the first
            while self._lock is None and number < _MOST:
                number += 1
                self._lock = take_lock(f"emulators-{_digest(whose)}-{number}")
        self.prefix = f"funclens-{_digest(f'{whose}{chr(0)}{number}')}-"
        """Prefix of the names of everything that it creates."""

    def close(self) -> None:
        """Let another runner be this owner."""
        if self._lock is not None:
            self._lock.release()
            self._lock = None


def owned_name(prefix: str, function: str, source: str) -> str:
    """Return the name for what connects a source to a function, by its id."""
    readable = _OTHER.sub("-", function)[-100:].strip("-")
    return f"{prefix}{readable}-{_digest(f'{function}{chr(0)}{source}')}"


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:8]
