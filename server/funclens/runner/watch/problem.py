"""What can be wrong with watching files."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["WatchLimitError", "WatchProblem"]


@dataclass(frozen=True, slots=True)
class WatchProblem:
    """Something to say about the watch, which goes on as well as it can."""

    message: str
    hint: str = ""


class WatchLimitError(OSError):
    """The system has a limit for inotify, which is reached."""

    def __init__(self, limit: str, proposed: int) -> None:
        super().__init__(f"fs.inotify.{limit} is reached")
        self.hint = f"raise the limit: sudo sysctl fs.inotify.{limit}={proposed}"
        """The next step."""
